//! Changes that brought in what was later fixed: SZZ (Śliwerski, Zimmermann and Zeller 2005) on line history.
//!
//! Lines that a fix deletes lead to the commits that last wrote them, without blank, comment and formatting-only changes (Kim et al.
//! 2006); commits made after the report of the bug are left out. Used for areas and kinds of change, never for people.

use std::collections::BTreeMap;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines that ended: who wrote them last, and in which commit they went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// The commit that wrote the lines.
    pub born: String,
    /// The commit that deleted them.
    pub died: String,
    /// How many of them hold more than comment.
    pub lines: usize,
}

/// A commit that mends something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The commit.
    pub sha: String,
    /// When the bug was reported, where that is known, seconds.
    pub reported_at: Option<i64>,
}

/// A commit that brought in lines which a fix deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inducing {
    /// The fix.
    pub fix: String,
    /// The commit that brought the lines in.
    pub commit: String,
    /// How many of the lines that the fix deleted.
    pub lines: usize,
}

/// Follows deaths in fixes to the commits that had written the lines. `committed_at` gives a commit's time in seconds.
#[must_use]
pub fn inducing(deaths: &[Death], fixes: &[Fix], committed_at: impl Fn(&str) -> Option<i64>) -> Vec<Inducing> {
    let fixes: BTreeMap<&str, Option<i64>> = fixes.iter().map(|fix| (fix.sha.as_str(), fix.reported_at)).collect();
    let mut lines: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for death in deaths.iter().filter(|death| death.born != death.died && death.lines > 0) {
        let Some(reported_at) = fixes.get(death.died.as_str()) else { continue };
        let too_late = matches!((reported_at, committed_at(&death.born)), (Some(report), Some(born)) if born > *report);
        if !too_late {
            *lines.entry((&death.died, &death.born)).or_default() += death.lines;
        }
    }
    let found = lines.into_iter();
    found.map(|((fix, commit), lines)| Inducing { fix: fix.to_owned(), commit: commit.to_owned(), lines }).collect()
}

/// One version of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// The commit that wrote it.
    pub sha: &'a str,
    /// Its content.
    pub text: &'a str,
}

/// Deaths of lines over the versions of one file, oldest first. Lines that say nothing (by `says_nothing`, and blank ones) have no death;
/// a change of white space alone, also across line ends, hands the lines on to their writers.
#[must_use]
pub fn deaths(versions: &[Version<'_>], says_nothing: impl Fn(&str) -> bool) -> Vec<Death> {
    let mut found = Vec::new();
    let mut before: Vec<(&str, String)> = Vec::new();
    let mut writers: Vec<&str> = Vec::new();
    for version in versions {
        let after: Vec<(&str, String)> = version.text.lines().map(|line| (line, squeezed(line))).collect();
        let mut next: Vec<&str> = Vec::with_capacity(after.len());
        let mut kept_until = 0usize;
        for (old, new) in hunks(&before, &after) {
            next.extend(writers.get(kept_until..old.start).unwrap_or_default());
            kept_until = old.end;
            let gone = before.get(old.clone()).unwrap_or_default();
            let come = after.get(new.clone()).unwrap_or_default();
            let gone_writers = writers.get(old).unwrap_or_default();
            if same_but_layout(gone, come) {
                next.extend(handed_on(gone_writers, come.len(), version.sha));
                continue;
            }
            next.extend(std::iter::repeat_n(version.sha, come.len()));
            let speaking =
                gone.iter().zip(gone_writers).filter(|((line, bare), _)| !bare.is_empty() && !says_nothing(line));
            found.extend(speaking.map(|(_, born)| Death {
                born: (*born).to_owned(),
                died: version.sha.to_owned(),
                lines: 1,
            }));
        }
        next.extend(writers.get(kept_until..).unwrap_or_default());
        (before, writers) = (after, next);
    }
    found
}

/// A line without white space: what stays the same when it is only laid out anew.
fn squeezed(line: &str) -> String {
    line.chars().filter(|c| !c.is_whitespace()).collect()
}

type Lines = std::ops::Range<usize>;

fn hunks(before: &[(&str, String)], after: &[(&str, String)]) -> Vec<(Lines, Lines)> {
    let mut input = InternedInput::default();
    input.update_before(before.iter().map(|(_, bare)| bare.as_str()));
    input.update_after(after.iter().map(|(_, bare)| bare.as_str()));
    let diff = Diff::compute(Algorithm::Myers, &input);
    let wide = |range: std::ops::Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| (wide(hunk.before), wide(hunk.after))).collect()
}

fn same_but_layout(gone: &[(&str, String)], come: &[(&str, String)]) -> bool {
    let text = |lines: &[(&str, String)]| lines.iter().map(|(_, bare)| bare.as_str()).collect::<String>();
    !gone.is_empty() && !come.is_empty() && text(gone) == text(come)
}

/// The writers of lines laid out anew, in order and in proportion.
fn handed_on<'a>(writers: &[&'a str], lines: usize, otherwise: &'a str) -> impl Iterator<Item = &'a str> {
    (0..lines).map(move |line| writers.get(line * writers.len() / lines.max(1)).copied().unwrap_or(otherwise))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(line: &str) -> bool {
        line.trim_start().starts_with("//")
    }

    fn of(versions: &[(&str, &str)], fixes: &[(&str, Option<i64>)]) -> Vec<(String, usize)> {
        let versions: Vec<Version> = versions.iter().map(|(sha, text)| Version { sha, text }).collect();
        let fixes: Vec<Fix> =
            fixes.iter().map(|(sha, reported_at)| Fix { sha: (*sha).to_owned(), reported_at: *reported_at }).collect();
        let at = |sha: &str| versions.iter().position(|version| version.sha == sha).map(|at| at as i64);
        inducing(&deaths(&versions, comment), &fixes, at).into_iter().map(|found| (found.commit, found.lines)).collect()
    }

    const START: &str = "fn area(w, h) {\n    w * h\n}\n";
    const BUG: &str = "fn area(w, h) {\n    if w > 0 { w + h } else { 0 }\n}\n";
    const REFORMAT: &str = "fn area(w, h) {\n    if w > 0 {\n        w + h\n    } else {\n        0\n    }\n}\n";
    const FIX: &str = "fn area(w, h) {\n    if w > 0 {\n        w * h\n    } else {\n        0\n    }\n}\n";

    #[test]
    fn fix_leads_past_the_reformat() {
        let versions = [("start", START), ("bug", BUG), ("reformat", REFORMAT), ("fix", FIX)];
        assert_eq!(of(&versions, &[("fix", None)]), [("bug".to_owned(), 1)]);
    }

    #[test]
    fn reindented_lines_keep_their_writer() {
        let versions = [("start", "a\nb\n"), ("indent", "  a\n  b\n"), ("fix", "  a\n  c\n")];
        assert_eq!(of(&versions, &[("fix", None)]), [("start".to_owned(), 1)]);
    }

    #[test]
    fn blank_and_comment_lines_induce_nothing() {
        let versions = [("start", "a\n\n// note\nb\n"), ("fix", "a\nb\n")];
        assert_eq!(of(&versions, &[("fix", None)]), []);
    }

    #[test]
    fn commits_after_the_report_are_left_out() {
        let versions = [("start", "a\nb\n"), ("later", "a\nx\n"), ("fix", "c\ny\n")];
        assert_eq!(of(&versions, &[("fix", Some(0))]), [("start".to_owned(), 1)]);
        assert_eq!(of(&versions, &[("fix", None)]), [("later".to_owned(), 1), ("start".to_owned(), 1)]);
    }

    #[test]
    fn ordinary_changes_induce_nothing() {
        assert_eq!(of(&[("start", "a\n"), ("change", "b\n")], &[]), []);
    }
}
