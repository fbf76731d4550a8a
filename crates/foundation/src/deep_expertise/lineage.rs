//! Files with their whole past: what was done to a path before it was renamed counts for the file that it became.
//!
//! A path that is at the head keeps its own past; one that is not hands it to the newest path that it was renamed to, and so on.

use std::collections::{BTreeMap, HashMap, HashSet};

use desk::knowledge::PersonId;

use super::authorship::{Touches, authors};

/// What one person did to one path under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed<'a> {
    /// The path at the time.
    pub path: &'a str,
    /// The person.
    pub person: PersonId,
    /// Their changes.
    pub changes: u32,
    /// When they added the path, if they did, seconds since the epoch.
    pub added_at: Option<i64>,
}

/// Where the past of each path went: follows renames (old path, new path; the oldest first) to a path at the head.
#[must_use]
pub fn heirs<'a>(head: &HashSet<&'a str>, renames: &[(&'a str, &'a str)]) -> HashMap<&'a str, &'a str> {
    let next: HashMap<&str, &str> = renames.iter().copied().collect();
    let follow = |from: &'a str| {
        let mut at = from;
        // Names can go round in a circle; no chain is longer than there are renames.
        for _ in 0..=renames.len() {
            if head.contains(at) {
                return Some(at);
            }
            at = next.get(at).copied()?;
        }
        None
    };
    renames.iter().filter_map(|(old, _)| Some((*old, follow(old)?))).collect()
}

/// The authors of each file at the head, in the order of `files`. Who added the oldest of a file's names first created it; whoever
/// wrote that commit with them, too.
#[must_use]
pub fn authors_of<'a>(files: &[&'a str], renames: &[(&'a str, &'a str)], deeds: &[Deed<'a>]) -> Vec<Vec<PersonId>> {
    let head: HashSet<&str> = files.iter().copied().collect();
    let heirs = heirs(&head, renames);
    let mut by_file: HashMap<&str, BTreeMap<PersonId, (u32, Option<i64>)>> = HashMap::new();
    for deed in deeds {
        let file = if head.contains(deed.path) { Some(deed.path) } else { heirs.get(deed.path).copied() };
        let Some(file) = file else { continue };
        let (changes, added_at) = by_file.entry(file).or_default().entry(deed.person).or_default();
        *changes += deed.changes;
        *added_at = [*added_at, deed.added_at].into_iter().flatten().min();
    }
    files.iter().map(|file| by_file.get(file).map(of_one).unwrap_or_default()).collect()
}

fn of_one(people: &BTreeMap<PersonId, (u32, Option<i64>)>) -> Vec<PersonId> {
    let first = people.values().filter_map(|(_, at)| *at).min();
    let touch = |(person, (changes, added_at)): (&PersonId, &(u32, Option<i64>))| Touches {
        person: *person,
        changes: *changes,
        created: first.is_some() && *added_at == first,
    };
    authors(&people.iter().map(touch).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(path: &str, person: u32, changes: u32, added_at: Option<i64>) -> Deed<'_> {
        Deed { path, person: PersonId(person), changes, added_at }
    }

    #[test]
    fn creator_stays_through_renames() {
        let renames = [("a.rs", "b.rs"), ("b.rs", "c.rs")];
        let deeds = [deed("a.rs", 1, 3, Some(10)), deed("b.rs", 2, 1, None), deed("c.rs", 2, 1, None)];
        assert_eq!(authors_of(&["c.rs"], &renames, &deeds), [vec![PersonId(1)]]);
    }

    #[test]
    fn path_at_head_keeps_its_past() {
        let renames = [("a.rs", "b.rs")];
        let deeds = [deed("a.rs", 1, 9, Some(1)), deed("b.rs", 2, 1, Some(2))];
        assert_eq!(authors_of(&["a.rs", "b.rs"], &renames, &deeds), [vec![PersonId(1)], vec![PersonId(2)]]);
    }

    #[test]
    fn circles_of_names_end() {
        let head = HashSet::from(["z"]);
        assert_eq!(heirs(&head, &[("a", "b"), ("b", "a")]), HashMap::new());
    }

    #[test]
    fn untouched_file_has_no_author() {
        assert_eq!(authors_of(&["a.rs"], &[], &[]), [Vec::new()]);
    }
}
