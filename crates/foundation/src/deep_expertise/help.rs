//! Who can help with something: at most five people, each with why. The word comes first, names are in order within it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::knowledge::{Knowledge, PersonId, Word, Written};
use desk::{Refusal, Stored};
use jiff::Timestamp;

use super::facts::{FileRow, Grain, Source};
use super::records::{ExpertiseClaim, Willing};
use super::survey::Survey;
use super::target::{self, Target};
use super::view::{Help, Helper};

/// People who are named at most.
const MOST: usize = 5;
/// Of them, how many may be silent for a year while others are here.
const SILENT: usize = 2;

/// Who can help with `wanted`.
pub(super) async fn help(
    survey: &Survey,
    source: &Source<'_>,
    wanted: &str,
    claims: &[Stored<ExpertiseClaim>],
) -> Result<Help, Refusal> {
    let target = target::find(source, &survey.files, wanted).await?;
    let (rows, verb) = written(source, &target).await?;
    let known = Known::of(survey, &rows, verb);
    let areas: BTreeSet<usize> =
        target.files.iter().filter_map(|file| survey.area_of(&file.repo, &file.path)).collect();
    let says = Says::of(survey, &target, &areas, claims);
    let mut chosen = choose(survey, &known, &areas, &says);
    chosen.sort_by_key(|one| (std::cmp::Reverse(one.knows), one.name.to_lowercase()));
    let asked = chosen.iter().map(|one| format!("{} <{}>", one.name, one.address)).collect::<Vec<_>>().join(",\n");
    Ok(Help {
        kind: target.kind.to_owned(),
        files: target.files.len() as u64,
        lines: target.files.iter().map(|file| file.lines).sum(),
        areas: areas
            .iter()
            .filter_map(|nth| survey.areas.get(*nth))
            .map(|area| survey.title(area))
            .take(MOST)
            .collect(),
        left_out: known
            .words
            .iter()
            .filter(|(person, word)| **word >= Word::Some && says.rather_not.contains(person))
            .count() as u64,
        codeowners: codeowners(survey, &target.files),
        mention: if asked.is_empty() {
            String::new()
        } else {
            format!("{asked}\nCould you help with {}?", target.name)
        },
        about: target.name,
        people: chosen.into_iter().map(helper).collect(),
    })
}

/// Somebody who may be named.
#[derive(Debug)]
struct Candidate {
    name: String,
    address: String,
    knows: Option<Word>,
    why: String,
    silent_since: Option<i64>,
}

/// Who wrote what is there, and how to say it: of a function the history tells what was changed, not whose lines are left.
async fn written(source: &Source<'_>, target: &Target) -> Result<(Vec<Written>, &'static str), Refusal> {
    if let Some((name, container)) = &target.function {
        let changed = source.function_changes(name, container.as_deref()).await?;
        if !changed.is_empty() {
            return Ok((changed, "changed"));
        }
    }
    let wanted: BTreeSet<(&str, &str)> =
        target.files.iter().map(|file| (file.repo.as_str(), file.path.as_str())).collect();
    let rows = match (target.kind, target.files.as_slice()) {
        (_, [one]) => source.under(&one.path).written(Grain::Paths).await?,
        ("folder", _) => source.under(&target.name).written(Grain::Paths).await?,
        _ => source.written(Grain::Paths).await?,
    };
    let inside = |row: &Written| wanted.contains(&(row.repo.as_str(), row.place.as_str()));
    Ok((rows.into_iter().filter(inside).collect(), "wrote"))
}

/// What is known of the target itself.
struct Known {
    knowledge: Knowledge,
    words: BTreeMap<PersonId, Word>,
    /// Lines that are there now, and the newest of them, by person.
    wrote: HashMap<PersonId, (f64, i64)>,
    lines: u64,
    verb: &'static str,
}

impl Known {
    fn of(survey: &Survey, rows: &[Written], verb: &'static str) -> Self {
        let mut known =
            Self { knowledge: Knowledge::default(), words: BTreeMap::new(), wrote: HashMap::new(), lines: 0, verb };
        for row in rows {
            known.lines += row.lines;
            let people = survey.crowd.humans(&row.writers());
            known.knowledge.add_written_together(&people, row.faded);
            let each = row.lines as f64 / people.len().max(1) as f64;
            for person in people {
                let wrote = known.wrote.entry(person).or_insert((0.0, row.last_at));
                *wrote = (wrote.0 + each, wrote.1.max(row.last_at));
            }
        }
        known.words = known.knowledge.words();
        known
    }

    /// Why this person: how much of it they wrote, in words, and when last.
    fn why(&self, person: PersonId) -> String {
        let (lines, last_at) = self.wrote.get(&person).copied().unwrap_or_default();
        let share = lines / self.lines.max(1) as f64;
        let much = match Word::of(share) {
            Word::Main => "most",
            Word::Deep => "a good part",
            Word::Some => "some",
            Word::Touched => "a little",
        };
        let last = Timestamp::from_second(last_at).ok().map(|at| format!(", last in {}", at.strftime("%B %Y")));
        format!("{} {much} of it{}", self.verb, last.unwrap_or_default())
    }
}

/// What people say of themselves, where it is about the target.
#[derive(Default)]
struct Says {
    rather_not: BTreeSet<PersonId>,
    willing: BTreeMap<PersonId, String>,
}

impl Says {
    fn of(survey: &Survey, target: &Target, areas: &BTreeSet<usize>, claims: &[Stored<ExpertiseClaim>]) -> Self {
        let mut says = Self::default();
        let domains: BTreeSet<&str> =
            areas.iter().filter_map(|nth| survey.areas.get(*nth)?.domain.as_deref()).collect();
        for claim in claims {
            let about = claim.body.area.trim_matches('/');
            let under =
                |path: &str| path == about || path.strip_prefix(about).is_some_and(|rest| rest.starts_with('/'));
            let holds = domains.contains(about) || target.files.iter().any(|file| under(&file.path));
            let Some(person) = survey.crowd.people.at(&claim.body.address).filter(|_| holds) else { continue };
            match claim.body.willing_to_help {
                Willing::RatherNot => {
                    says.rather_not.insert(person);
                }
                Willing::Yes | Willing::Teach => {
                    let offer = if claim.body.willing_to_help == Willing::Teach {
                        "offers to teach it"
                    } else {
                        "offers to help"
                    };
                    let text =
                        if claim.body.text.is_empty() { String::new() } else { format!(": “{}”", claim.body.text) };
                    says.willing.insert(person, format!("{offer}{text}"));
                }
            }
        }
        says
    }
}

fn choose(survey: &Survey, known: &Known, areas: &BTreeSet<usize>, says: &Says) -> Vec<Candidate> {
    let mut found: Vec<(PersonId, Candidate)> = Vec::new();
    let mut add = |person: PersonId, knows: Option<Word>, why: String, strict: bool| {
        let silent_since = survey.crowd.silent_since(person);
        let silent = found.iter().filter(|(_, one)| one.silent_since.is_some()).count();
        let taken = found.iter().any(|(other, _)| *other == person);
        let full = found.len() >= MOST || (strict && silent_since.is_some() && silent >= SILENT);
        if taken || full || says.rather_not.contains(&person) {
            return;
        }
        let address = survey.crowd.people.person(person).map(|one| one.email.clone()).unwrap_or_default();
        let name = survey.crowd.people.name(person).to_owned();
        found.push((person, Candidate { name, address, knows, why, silent_since }));
    };
    for strict in [true, false] {
        for person in known.knowledge.by_weight() {
            if let Some(word) = known.words.get(&person).filter(|word| **word >= Word::Some) {
                add(person, Some(*word), why(known, says, person), strict);
            }
        }
        for (person, offer) in &says.willing {
            add(*person, known.words.get(person).copied(), offer.clone(), strict);
        }
        for area in areas.iter().filter_map(|nth| survey.areas.get(*nth)) {
            let words = area.knowledge.words();
            for person in area.knowledge.by_weight() {
                if words.get(&person).is_some_and(|word| word.knows()) {
                    let word = known.words.get(&person).copied();
                    add(person, word, format!("knows {} around it", survey.title(area)), strict);
                }
            }
        }
    }
    found.into_iter().map(|(_, one)| one).collect()
}

fn why(known: &Known, says: &Says, person: PersonId) -> String {
    match says.willing.get(&person) {
        Some(offer) => format!("{}; {offer}", known.why(person)),
        None => known.why(person),
    }
}

fn helper(one: Candidate) -> Helper {
    let day = |at: i64| Timestamp::from_second(at).ok().map(|at| at.strftime("%Y-%m-%d").to_string());
    Helper {
        name: one.name,
        address: one.address,
        knows: one.knows,
        why: one.why,
        silent_since: one.silent_since.and_then(day),
    }
}

/// Owners that CODEOWNERS names for every one of the files; none without a file or when they differ.
fn codeowners(survey: &Survey, files: &[FileRow]) -> Option<Vec<String>> {
    let mut named: Option<Vec<String>> = None;
    for file in files {
        let repo = survey.repos.iter().find(|repo| repo.entry.id == file.repo)?;
        let (_, owners) = repo.owners.as_ref()?;
        let here = owners.rule_for(&file.path).map(|rule| rule.owners().to_vec()).unwrap_or_default();
        if named.as_ref().is_some_and(|named| *named != here) {
            return None;
        }
        named = Some(here);
    }
    named.filter(|named| !named.is_empty())
}
