//! Commits that take another back, bring it again, or carry it over.

use std::collections::HashMap;

use super::Commit;
use super::rules::suffix_of;

/// A commit that takes another back or, `reapply`, brings back what was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The commit that does it: its place in the history.
    pub by: usize,
    /// What is taken back: its place; none when it is not in this history, or its abbreviation is not unique.
    pub of: Option<usize>,
    /// The change request that the quoted title names.
    pub number: Option<u64>,
    /// Whether something is brought again.
    pub reapply: bool,
}

/// A commit that carries over what another holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The copy: its place.
    pub by: usize,
    /// The original: its place.
    pub of: usize,
}

/// Finds commits by their names, whole or cut short.
pub(super) struct Names<'a> {
    sorted: Vec<(&'a str, usize)>,
    whole: HashMap<&'a str, usize>,
}

/// The shortest abbreviation that Git writes.
const SHORTEST: usize = 4;

impl<'a> Names<'a> {
    pub(super) fn of(commits: &'a [Commit<'a>]) -> Self {
        let mut sorted: Vec<(&str, usize)> = commits.iter().enumerate().map(|(at, commit)| (commit.sha, at)).collect();
        sorted.sort_unstable();
        Self { whole: sorted.iter().copied().collect(), sorted }
    }

    pub(super) fn whole(&self, sha: &str) -> Option<usize> {
        self.whole.get(sha).copied()
    }

    /// The one commit whose name begins so.
    fn begins(&self, short: &str) -> Option<usize> {
        if short.len() < SHORTEST {
            return None;
        }
        let short = short.to_ascii_lowercase();
        let from = self.sorted.partition_point(|(sha, _)| *sha < short.as_str());
        let mut those = self.sorted.get(from..)?.iter().take_while(|(sha, _)| sha.starts_with(&short));
        let first = those.next()?;
        those.next().is_none().then_some(first.1)
    }
}

const REVERTS: &str = "This reverts commit ";
const REAPPLIES: &str = "This reapplies commit ";
const PICKED: &str = "(cherry picked from commit ";

/// What the commit at `at` takes back; empty when it is none of that kind.
pub(super) fn reverts(commit: &Commit, at: usize, names: &Names) -> Vec<Revert> {
    let (depth, title) = quoted(commit.subject);
    // A revert of a revert brings the first change again.
    let again = depth > 0 && depth % 2 == 0;
    let number = title.and_then(|title| suffix_of(title).map(|(_, number)| number).or_else(|| merged(title)));
    let ids = |word: &str| {
        commit
            .body
            .match_indices(word)
            .filter_map(|(at, _)| hex(commit.body.get(at + word.len()..)?))
            .collect::<Vec<_>>()
    };
    let (back, anew) = (ids(REVERTS), ids(REAPPLIES));
    let many = back.len() + anew.len() > 1;
    let one =
        |sha: &&str, reapply: bool| Revert { by: at, of: names.begins(sha), number: number.filter(|_| !many), reapply };
    let mut found: Vec<Revert> =
        back.iter().map(|sha| one(sha, again)).chain(anew.iter().map(|sha| one(sha, true))).collect();
    if found.is_empty() && depth > 0 {
        found.push(Revert { by: at, of: None, number, reapply: again });
    }
    found
}

/// How often a subject says that it reverts, and the title in the innermost quotes. `Reapply` counts as two.
fn quoted(subject: &str) -> (usize, Option<&str>) {
    let (mut depth, mut rest) = (0, subject.trim());
    loop {
        let (inside, step) = match (rest.strip_prefix("Revert \""), rest.strip_prefix("Reapply \"")) {
            (Some(inside), _) => (inside, 1),
            (_, Some(inside)) => (inside, 2),
            _ => break,
        };
        depth += step;
        // A squash suffix may stand behind the quotes.
        rest = inside.rsplit_once('"').map_or(inside, |(inside, _)| inside);
    }
    (depth, (depth > 0).then_some(rest))
}

/// The number in `Merge pull request #7 from …`.
fn merged(title: &str) -> Option<u64> {
    super::locator::leading(title.strip_prefix("Merge pull request #")?)
}

fn hex(text: &str) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
    text.get(..digits).filter(|hex| !hex.is_empty())
}

/// What the commit at `at` carries over.
pub(super) fn picks(commit: &Commit, at: usize, names: &Names) -> Vec<Pick> {
    let ids =
        commit.body.match_indices(PICKED).filter_map(|(begin, _)| hex(commit.body.get(begin + PICKED.len()..)?));
    ids.filter_map(|sha| names.begins(sha)).filter(|of| *of != at).map(|of| Pick { by: at, of }).collect()
}
