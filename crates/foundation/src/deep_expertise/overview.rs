//! The answer when nothing in particular was asked: every area with who holds it, truck factors, coverage of domains.

use std::collections::{HashMap, HashSet};

use desk::knowledge::{Knowledge, PersonId, Word};
use desk::{Desk, Refusal};

use super::areas::REST;
use super::departure;
use super::facts::Source;
use super::leaving::{domain_coverage, losses};
use super::lineage::{Deed, authors_of};
use super::proposal;
use super::survey::{Area, Survey};
use super::truck_factor::truck_factor;
use super::view::{AreaView, DomainView, Draft, Holding, Knower, Overview, Truck};

/// Lines from which an area held by one person matters.
pub(super) const LARGE: u64 = 500;
/// Other areas that must import from it when nothing changed.
const DEPENDED_UPON: usize = 3;
/// Files of a truck factor that are named.
const EXAMPLES: usize = 10;

/// Every area and what follows from them; the truck factor only when the repositories are looked at as a whole.
pub(super) async fn overview(
    desk: &Desk,
    survey: &Survey,
    source: &Source<'_>,
    whole: bool,
) -> Result<Overview, Refusal> {
    let named: HashSet<PersonId> = survey.areas.iter().flat_map(|area| at_least_some(&area.knowledge)).collect();
    let mut areas: Vec<(usize, AreaView)> =
        survey.areas.iter().map(|area| seen(survey, area, &named)).enumerate().collect();
    areas.sort_by(|(_, a), (_, b)| {
        (b.changes_365d, b.lines).cmp(&(a.changes_365d, a.lines)).then_with(|| a.name.cmp(&b.name))
    });
    let year: u64 = areas.iter().map(|(_, area)| area.changes_365d).sum();
    let held: u64 =
        areas.iter().filter(|(_, area)| area.holding == Holding::OnePerson).map(|(_, area)| area.changes_365d).sum();
    let first =
        areas.iter().find(|(_, area)| area.holding == Holding::OnePerson && area.path != REST).map(|(nth, _)| *nth);
    let transfer = match first {
        Some(nth) => transfer_of(desk, survey, source, nth).await?,
        None => None,
    };
    Ok(Overview {
        held_share: (year > 0).then(|| rounded(held as f64 / year as f64)),
        areas: areas.into_iter().map(|(_, area)| area).collect(),
        trucks: if whole { trucks(survey, source).await? } else { Vec::new() },
        domains: domains(survey),
        transfer,
        codeowners_differs: proposal::differs(survey),
    })
}

/// Who holds an area.
pub(super) fn holding(survey: &Survey, area: &Area) -> Holding {
    let knowers = area.knowledge.knowers();
    let matters = area.lines >= LARGE && (area.year > 0 || area.used_by >= DEPENDED_UPON);
    if area.knowledge.words().is_empty() {
        Holding::Nobody
    } else if knowers.is_empty() {
        Holding::Spread
    } else if knowers.iter().all(|person| survey.crowd.silent_since(*person).is_some()) {
        Holding::NobodySeen
    } else if knowers.len() > 1 {
        Holding::Shared
    } else if matters {
        Holding::OnePerson
    } else {
        Holding::Quiet
    }
}

fn at_least_some(knowledge: &Knowledge) -> impl Iterator<Item = PersonId> + use<> {
    knowledge.words().into_iter().filter(|(_, word)| *word >= Word::Some).map(|(person, _)| person)
}

/// `named` are those at *some* or better in any area: others who touched this one are only counted in its concentration.
fn seen(survey: &Survey, area: &Area, named: &HashSet<PersonId>) -> AreaView {
    let words = area.knowledge.words();
    let mut people: Vec<Knower> = words
        .iter()
        .filter(|(person, _)| named.contains(person))
        .map(|(person, word)| Knower { name: survey.crowd.label(*person), knows: *word })
        .collect();
    people.sort_by_key(|one| one.name.to_lowercase());
    AreaView {
        repo: survey.repos.get(area.repo).map(|repo| repo.entry.id.clone()).unwrap_or_default(),
        name: survey.title(area),
        path: area.name.clone(),
        lines: area.lines,
        changes_90d: area.quarter,
        changes_365d: area.year,
        knowers: words.values().filter(|word| word.knows()).count() as u64,
        concentration: area.knowledge.gini().map(rounded),
        last_at: area.last_at,
        used_by: area.used_by as u64,
        domain: area.domain.clone(),
        holding: holding(survey, area),
        people,
    }
}

/// To four decimals: sums of fractions come in no order of their own, and nobody reads the fifth.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

async fn transfer_of(desk: &Desk, survey: &Survey, source: &Source<'_>, nth: usize) -> Result<Option<Draft>, Refusal> {
    let Some(area) = survey.areas.get(nth) else { return Ok(None) };
    let holder = area.knowledge.knowers();
    let known = survey.known(&survey.changing_together(&source.coupled().await?));
    let Some(loss) = losses(&known, &holder, &survey.crowd.silent()).into_iter().find(|loss| loss.area == nth) else {
        return Ok(None);
    };
    let busiest = departure::busiest(survey, source).await?;
    Ok(departure::draft(desk, survey, &busiest, &loss, "only one person knows it"))
}

async fn trucks(survey: &Survey, source: &Source<'_>) -> Result<Vec<Truck>, Refusal> {
    let files = source.code_files().await?;
    let renames = source.renames().await?;
    let touched = source.touched().await?;
    let mut found = Vec::new();
    for repo in &survey.repos {
        let id = repo.entry.id.as_str();
        let paths: Vec<&str> = files.iter().filter(|file| file.repo == id).map(|file| file.path.as_str()).collect();
        let renames: Vec<(&str, &str)> =
            renames.iter().filter(|row| row.repo == id).map(|row| (row.old_path.as_str(), row.path.as_str())).collect();
        let deeds: Vec<Deed<'_>> = touched
            .iter()
            .filter(|row| row.repo == id)
            .flat_map(|row| {
                let people = survey.crowd.humans(&row.writers()).into_iter();
                people.map(|person| Deed { path: &row.path, person, changes: row.changes, added_at: row.added_at })
            })
            .collect();
        let truck = truck_factor(&authors_of(&paths, &renames, &deeds));
        found.push(Truck {
            repo: repo.entry.name.clone(),
            factor: (!paths.is_empty()).then_some(truck.factor as u64),
            files: paths.len() as u64,
            left_alone: truck.left_alone.len() as u64,
            examples: truck
                .left_alone
                .iter()
                .filter_map(|nth| paths.get(*nth))
                .take(EXAMPLES)
                .map(|path| (*path).to_owned())
                .collect(),
        });
    }
    Ok(found)
}

fn domains(survey: &Survey) -> Vec<DomainView> {
    let known = survey.known(&[]);
    let mut areas: HashMap<&str, u64> = HashMap::new();
    for domain in known.iter().filter_map(|area| area.domain.as_deref()) {
        *areas.entry(domain).or_default() += 1;
    }
    let view = |(name, counts): (String, std::collections::BTreeMap<Word, usize>)| DomainView {
        people: [Word::Main, Word::Deep, Word::Some, Word::Touched]
            .map(|word| counts.get(&word).copied().unwrap_or(0) as u64),
        areas: areas.get(name.as_str()).copied().unwrap_or(0),
        name,
    };
    domain_coverage(&known, &survey.crowd.silent()).into_iter().map(view).collect()
}
