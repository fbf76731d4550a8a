//! Who knows which part of the code, in words. The history says who wrote what and when; here that becomes a word beside a person, for
//! every stage that has to ask it.
//!
//! The shares behind the words stay in this room: [`knowers`] gives people of the organisation with a word each, and nothing that could
//! put two people with the same word in an order.

mod mailmap;
mod people;
mod rows;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use mailmap::mailmap;
pub use people::{MailmapEntry, People, Person, PersonId, Signature};
pub use rows::{COMMITS, Kept, Lines, Signed, Touch, Written, settings, signatures, touched, writers, written};
pub use words::{HALF_LIFE_DAYS, Knowledge, Word, gini};

use crate::{Desk, Refusal};

/// Who knows a part of the code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knowers {
    /// The part, as it was asked for.
    pub area: String,
    /// Whether there is such a part at all.
    pub here: bool,
    /// The word of everybody in the organisation who wrote some of it. Whoever is in the history alone counts in the whole and has no word.
    pub words: BTreeMap<store::PersonId, Word>,
}

/// A part of the code as it is typed: `src/web`, `src/web/**`, and with the name of its repository where there are several (`shop: src/web`).
fn parted(area: &str) -> (Option<&str>, &str) {
    let (repo, path) = match area.split_once(':') {
        Some((repo, path)) => (Some(repo.trim()), path),
        None => (None, area),
    };
    let path = path.trim().trim_start_matches("./").trim_matches('/');
    let folder = path.trim_end_matches('*').trim_end_matches('/');
    (repo, if folder == "." { "" } else { folder })
}

/// Whether a part of the code lies in another, as they are typed: `api/pay` in `api`.
#[must_use]
pub fn lies_in(area: &str, whole: &str) -> bool {
    let ((repo, path), (whole_repo, folder)) = (parted(area), parted(whole));
    let same = repo.is_none() || whole_repo.is_none() || repo == whole_repo;
    let below = path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    same && (folder.is_empty() || below)
}

/// Who knows each of these parts of the code, in the order in which they are asked for.
///
/// # Errors
/// Unavailable when the facts cannot be asked.
pub async fn knowers(desk: &Desk, areas: &[String]) -> Result<Vec<Knowers>, Refusal> {
    let facts = desk.facts();
    let all: Vec<String> = facts.repos().iter().map(|repo| repo.id.clone()).collect();
    if all.is_empty() || areas.is_empty() {
        let none = |area: &String| Knowers { area: area.clone(), ..Knowers::default() };
        return Ok(areas.iter().map(none).collect());
    }
    let signed = signatures(facts, &all).await?;
    let lines: Vec<MailmapEntry> = settings(facts, &all)
        .await?
        .iter()
        .filter(|kept| kept.path == ".mailmap")
        .flat_map(|kept| mailmap(&kept.text))
        .collect();
    let crowd = People::join(&signed.iter().map(Signed::signature).collect::<Vec<_>>(), &lines);
    let mut found = Vec::with_capacity(areas.len());
    for area in areas {
        let (repo, folder) = parted(area);
        let named = |one: &&lake::RepoEntry| repo.is_none_or(|repo| one.name == repo || one.id == repo);
        let repos: Vec<String> = facts.repos().iter().filter(named).map(|repo| repo.id.clone()).collect();
        let under = Some(folder).filter(|folder| !folder.is_empty());
        let asked = Lines { repos: &repos, place: "o.repo", under, now: desk.now().as_second() };
        let rows = if repos.is_empty() { Vec::new() } else { written(facts, &asked).await? };
        let words = words_of(desk, &crowd, &rows);
        found.push(Knowers { area: area.clone(), here: !rows.is_empty(), words });
    }
    Ok(found)
}

fn words_of(desk: &Desk, crowd: &People, rows: &[Written]) -> BTreeMap<store::PersonId, Word> {
    let mut known = Knowledge::default();
    for row in rows {
        let people = row.writers().into_iter().filter_map(|signature| crowd.of(&signature));
        let people: BTreeSet<PersonId> = people.filter(|person| !crowd.is_automatic(*person)).collect();
        known.add_written_together(&people.into_iter().collect::<Vec<_>>(), row.faded);
    }
    let organisation = desk.organisation();
    let mine = |person: PersonId| organisation.by_email(&crowd.person(person)?.email).map(|found| found.id);
    // Somebody may commit from two addresses, of which the organisation knows one; the stronger word holds when it knows both.
    let mut words = BTreeMap::new();
    for (person, word) in known.words() {
        if let Some(person) = mine(person) {
            let held = words.entry(person).or_insert(word);
            *held = (*held).max(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_typed() {
        assert_eq!(parted("web/checkout/**"), (None, "web/checkout"));
        assert_eq!(parted("shop: ./src/web/"), (Some("shop"), "src/web"));
        assert_eq!(parted("."), (None, ""));
        assert_eq!(parted("src/a.rs"), (None, "src/a.rs"));
    }

    #[test]
    fn parts_lie_in_wholes() {
        assert!(lies_in("api/pay", "api") && lies_in("api/pay", "api/pay/**") && lies_in("shop: api/pay", "api"));
        assert!(!lies_in("api/payments", "api/pay") && !lies_in("api", "api/pay") && !lies_in("a: api", "b: api"));
    }
}
