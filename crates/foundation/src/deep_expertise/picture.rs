//! From facts to the view: areas with what is known of them, who can help, what would go with whom.

use std::collections::BTreeMap;

use desk::{Refusal, Stored};
use lake::RepoEntry;
use schemars::JsonSchema;
use serde::Serialize;

use super::areas::{Areas, FileLines, Origin};
use super::codeowners::{self, CodeOwners, Proposal};
use super::facts::Facts;
use super::knowledge::{Knowledge, Word};
use super::leaving::{self, KnownArea};
use super::records::{ExpertiseClaim, KtPlan};
use super::truck_factor::truck_factor;
use super::{Ask, authorship};
use crate::people::PersonId;

/// Helpers named for one question.
const HELPERS: usize = 5;
/// Fewer commits are too few to say who knows what.
pub(super) const LEAST_COMMITS: i64 = 50;

/// The answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct View {
    /// One for each repository asked about.
    pub repositories: Vec<Repository>,
    /// What was asked.
    #[serde(skip)]
    pub ask: Ask,
    /// What people say of themselves.
    pub claims: Vec<Stored<ExpertiseClaim>>,
    /// Hand-overs that are planned.
    pub plans: Vec<Stored<KtPlan>>,
}

/// What is known in one repository.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Commits read, and those by bots and agents that are left out.
    pub commits: i64,
    /// Commits by bots and agents.
    pub automatic_commits: i64,
    /// Where the areas come from, for people.
    pub areas_from: String,
    /// The areas, the most changed of the last year first.
    pub areas: Vec<AreaRow>,
    /// People whose leaving would leave over half of the files without an author.
    pub truck_factor: usize,
    /// Files that would then have none.
    pub left_alone: Vec<String>,
    /// Files that have authors now.
    pub files: usize,
    /// Who can help with the path that was asked about.
    pub helpers: Vec<Helper>,
    /// What would go with the people taken away.
    pub losses: Vec<Loss>,
    /// A CODEOWNERS file from what is known.
    pub codeowners: String,
    /// Names that stand at several addresses: probably one person each.
    pub split_names: Vec<String>,
}

/// One area.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AreaRow {
    /// Its name.
    pub area: String,
    /// Lines at the head.
    pub lines: u64,
    /// Changes in the last 90 days.
    pub in_90_days: i64,
    /// Changes in the last 365 days.
    pub in_365_days: i64,
    /// How many people know it (*deep* or better).
    pub knowers: usize,
    /// How concentrated the knowledge is: Gini coefficient; none with fewer than two people.
    pub concentration: Option<f64>,
    /// Whether one person alone knows it, it is large enough, and it changed in the last year.
    pub held_by_one: bool,
    /// Newest line, seconds since the epoch.
    pub last_written: i64,
    /// A word for each person, by name.
    pub words: BTreeMap<String, String>,
}

/// Somebody who can help.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Helper {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// `main`, `deep`, `some` or `touched`.
    pub word: String,
    /// Why this person.
    pub why: String,
}

/// An area that would lose those who know it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Loss {
    /// The area.
    pub area: String,
    /// Whether nobody would be left who knows it.
    pub orphaned: bool,
    /// Who knows it and stays.
    pub staying: Vec<String>,
    /// Who could take it up, by name.
    pub successors: Vec<String>,
}

struct Area {
    lines: u64,
    knowledge: Knowledge,
    in_90_days: i64,
    in_365_days: i64,
    newest: i64,
}

pub(super) fn repository(repo: &RepoEntry, facts: &Facts, ask: &Ask) -> Result<Repository, Refusal> {
    let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
    for written in facts.written.iter().filter(|written| ask.scope.holds(&written.path)) {
        *lines.entry(&written.path).or_default() += u64::try_from(written.lines).unwrap_or(0);
    }
    let files: Vec<_> = lines.iter().map(|(&path, &lines)| FileLines { path, lines }).collect();
    let areas = Areas::choose(&files, None);
    let known = known(facts, &areas, &lines);
    let without: Vec<PersonId> = ask.without.iter().map(|email| person(facts, email)).collect::<Result<_, _>>()?;
    let (authored, authors): (Vec<&String>, Vec<Vec<PersonId>>) = facts
        .touches
        .iter()
        .filter(|(path, _)| lines.contains_key(path.as_str()))
        .map(|(path, touches)| (path, authorship::authors(touches)))
        .unzip();
    let factor = truck_factor(&authors);
    let name = |id: PersonId| facts.people.name(id).to_owned();
    let mut rows: Vec<AreaRow> = known.iter().map(|(area, known)| row(facts, area, known)).collect();
    rows.sort_by(|a, b| b.in_365_days.cmp(&a.in_365_days).then_with(|| a.area.cmp(&b.area)));
    let whole: Vec<KnownArea> = known
        .iter()
        .map(|(area, known)| KnownArea {
            name: area.clone(),
            lines: known.lines,
            knowledge: known.knowledge.clone(),
            domain: None,
            changes_with: Vec::new(),
        })
        .collect();
    let losses = leaving::losses(&whole, &without, &[]);
    let by_name = |people: &mut dyn Iterator<Item = PersonId>| {
        let mut names: Vec<String> = people.map(name).collect();
        names.sort();
        names
    };
    Ok(Repository {
        name: repo.name.clone(),
        id: repo.id.clone(),
        commits: facts.commits,
        automatic_commits: facts.automatic_commits,
        areas_from: match areas.origin {
            Origin::CodeOwners => "the patterns of CODEOWNERS",
            Origin::Folders => "folders two deep with at least 500 lines",
            Origin::TopFolders => "top folders: two deep would be over 2,000",
        }
        .to_owned(),
        codeowners: codeowners::export(&CodeOwners::parse(""), &proposals(facts, &known)),
        areas: rows,
        truck_factor: factor.factor,
        left_alone: factor.left_alone.iter().filter_map(|&at| authored.get(at)).map(|path| (*path).clone()).collect(),
        files: factor.files,
        helpers: ask.path.as_deref().map(|path| helpers(facts, path)).transpose()?.unwrap_or_default(),
        losses: losses
            .iter()
            .map(|loss| Loss {
                area: whole.get(loss.area).map(|area| area.name.clone()).unwrap_or_default(),
                orphaned: loss.is_orphan(),
                staying: by_name(&mut loss.staying.iter().copied()),
                successors: by_name(&mut loss.successors.iter().map(|&(person, _)| person)),
            })
            .collect(),
        split_names: facts.people.split_names().into_iter().map(|(name, _)| name.to_owned()).collect(),
    })
}

fn person(facts: &Facts, email: &str) -> Result<PersonId, Refusal> {
    facts.people.at(email).ok_or_else(|| {
        Refusal::fields(vec![desk::FieldError::new("without", format!("nobody commits as {email}"))])
            .hint("Addresses are those of `git log --format=%ae`.")
    })
}

fn known(facts: &Facts, areas: &Areas, lines: &BTreeMap<&str, u64>) -> BTreeMap<String, Area> {
    let mut known: BTreeMap<String, Area> = BTreeMap::new();
    for (&path, &lines) in lines {
        let area = known.entry(areas.of(path).to_owned()).or_insert_with(|| Area {
            lines: 0,
            knowledge: Knowledge::default(),
            in_90_days: 0,
            in_365_days: 0,
            newest: 0,
        });
        area.lines += lines;
        if let Some(changed) = facts.changed.get(path) {
            area.in_90_days += changed.in_90_days;
            area.in_365_days += changed.in_365_days;
        }
    }
    for written in facts.written.iter().filter(|written| lines.contains_key(written.path.as_str())) {
        let Some(area) = known.get_mut(areas.of(&written.path)) else { continue };
        area.newest = area.newest.max(written.newest);
        if let Some(person) = facts.people.at(&written.email).filter(|&person| !facts.people.is_automatic(person)) {
            area.knowledge.add_written(person, written.faded);
        }
    }
    known
}

fn row(facts: &Facts, area: &str, known: &Area) -> AreaRow {
    let knowers = known.knowledge.knowers();
    AreaRow {
        area: area.to_owned(),
        lines: known.lines,
        in_90_days: known.in_90_days,
        in_365_days: known.in_365_days,
        held_by_one: knowers.len() == 1 && known.lines >= super::areas::SMALLEST && known.in_365_days > 0,
        knowers: knowers.len(),
        concentration: known.knowledge.gini(),
        last_written: known.newest,
        words: known
            .knowledge
            .words()
            .into_iter()
            .map(|(person, word)| (facts.people.name(person).to_owned(), word.text().to_owned()))
            .collect(),
    }
}

/// Up to five people, those who know most first by word, by name within a word.
fn helpers(facts: &Facts, path: &str) -> Result<Vec<Helper>, Refusal> {
    let inside = |file: &str| {
        let path = path.trim_end_matches('/');
        path == "." || file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut knowledge = Knowledge::default();
    let mut newest: BTreeMap<PersonId, i64> = BTreeMap::new();
    let mut found = false;
    for written in facts.written.iter().filter(|written| inside(&written.path)) {
        found = true;
        let Some(person) = facts.people.at(&written.email).filter(|&person| !facts.people.is_automatic(person)) else {
            continue;
        };
        knowledge.add_written(person, written.faded);
        let newest = newest.entry(person).or_default();
        *newest = (*newest).max(written.newest);
    }
    if !found {
        return Err(Refusal::fields(vec![desk::FieldError::new("path", format!("nothing is at {path} now"))])
            .hint("Name a file or folder as it stands at the head of the default branch."));
    }
    let mut words: Vec<_> = knowledge.words().into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| facts.people.name(a.0).cmp(facts.people.name(b.0))));
    let helper = |(id, word): (PersonId, Word)| {
        let person = facts.people.person(id)?;
        let last = newest.get(&id).copied().unwrap_or_default();
        let day = jiff::Timestamp::from_second(last).map(|at| at.strftime("%B %Y").to_string()).unwrap_or_default();
        let what = match word {
            Word::Main => "wrote most of what is there",
            Word::Deep => "wrote a large part of it",
            Word::Some => "wrote some of it",
            Word::Touched => "wrote a little of it",
        };
        Some(Helper {
            name: person.name.clone(),
            email: person.email.clone(),
            word: word.text().to_owned(),
            why: format!("{what}, last in {day}"),
        })
    };
    Ok(words.into_iter().filter_map(helper).take(HELPERS).collect())
}

fn proposals(facts: &Facts, known: &BTreeMap<String, Area>) -> Vec<Proposal> {
    known
        .iter()
        .filter(|(area, _)| area.as_str() != super::areas::REST)
        .map(|(area, known)| {
            let mut owners: Vec<String> = known
                .knowledge
                .knowers()
                .into_iter()
                .filter_map(|id| Some(facts.people.person(id)?.email.clone()))
                .collect();
            owners.sort();
            Proposal {
                pattern: format!("/{area}/"),
                owners,
                reason: format!("{} lines; those who know it deeply or better", known.lines),
            }
        })
        .collect()
}
