//! Which functions of the head a change touched: the lines of the head's functions are followed back through the versions.
//!
//! A line that was deleted on the way stands where it would stand now: in the function of the lines that replaced it, or of those
//! around it when both are in the same one. So no older version has to be parsed, and what is counted is the past of the
//! functions that exist.

use rustc_hash::FxHashMap;

use super::reading::{Desk, Worker};
use super::{Family, Place, Track};
use crate::diff::Hunk;
use crate::rows::ChangeKind;
use crate::touched::NONE;

/// So many lines in that function; [`NONE`] outside of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    lines: u32,
    function: u32,
}

type Labels = Vec<Label>;

impl Worker<'_> {
    /// Counts what the family's rows changed in functions of the head.
    pub(super) fn follow_functions(&mut self, desk: &Desk, family: &Family) {
        let versions = self.job.versions;
        let mut labels: FxHashMap<u32, Labels> = FxHashMap::default();
        let mut made_by: FxHashMap<u32, u32> = FxHashMap::default();
        if !family.versions.iter().any(|version| self.job.functions.contains_key(version)) {
            return;
        }
        for &at in &family.rows {
            let row = &versions.rows[at as usize];
            if row.version != NONE && row.kind != ChangeKind::Merge {
                made_by.insert(row.version, at);
            }
        }
        for &version in family.versions.iter().rev() {
            let own = versions.versions[version as usize].spot.blob;
            if let Some(places) = self.job.functions.get(&version)
                && let Some(facts) = desk.facts.get(&own).copied().flatten()
            {
                fill(labels.entry(version).or_default(), paint(places, facts.lines));
            }
            let Some(here) = labels.remove(&version) else { continue };
            for &parent in versions.parents(version) {
                let before = versions.versions[parent as usize].spot.blob;
                let Some(facts) = desk.facts.get(&before).copied().flatten() else { continue };
                let hunks = desk.differences.get(&(before, own)).map_or(&[][..], |difference| &difference.hunks);
                fill(labels.entry(parent).or_default(), back(&here, hunks, facts.lines));
            }
            if let Some(&row) = made_by.get(&version) {
                self.count_functions(desk, row, &here);
            }
        }
    }

    fn count_functions(&mut self, desk: &Desk, at: u32, here: &Labels) {
        let row = &self.job.versions.rows[at as usize];
        let mut counts: Vec<(u32, u32, u32)> = Vec::new();
        if !row.before.exists() {
            within(here, 0..u32::MAX, |label| counts.push((label.function, label.lines, 0)));
        } else if let Some(difference) = desk.differences.get(&(row.before.blob, row.after.blob)) {
            let lines = desk.facts.get(&row.before.blob).copied().flatten().map_or(0, |facts| facts.lines);
            let before = back(here, &difference.hunks, lines);
            for hunk in &difference.hunks {
                within(here, hunk.after_start..hunk.after_end, |label| counts.push((label.function, label.lines, 0)));
                let deleted = hunk.before_start..hunk.before_end;
                within(&before, deleted, |label| counts.push((label.function, 0, label.lines)));
            }
        }
        counts.sort_unstable();
        for same in counts.chunk_by(|a, b| a.0 == b.0) {
            let function = same.first().map_or(NONE, |first| first.0);
            let (added, deleted) = same.iter().fold((0, 0), |sum, part| (sum.0 + part.1, sum.1 + part.2));
            if function != NONE {
                self.tracks.push(Track { row: at, function, added, deleted });
            }
        }
    }
}

/// The functions over a version's lines; an inner one stands over its outer one.
fn paint(places: &[Place], lines: u32) -> Labels {
    let mut painted = vec![NONE; lines as usize];
    for place in places {
        let end = (place.end as usize).min(painted.len());
        if let Some(lines) = painted.get_mut(place.start as usize..end) {
            lines.fill(place.function);
        }
    }
    let mut labels = Labels::new();
    for same in painted.chunk_by(|a, b| a == b) {
        push(&mut labels, same.len() as u32, same.first().copied().unwrap_or(NONE));
    }
    labels
}

/// The labels of the version before, whose hunks to this one are given.
fn back(here: &Labels, hunks: &[Hunk], lines: u32) -> Labels {
    let mut labels = Labels::new();
    let (mut before, mut after) = (0, 0);
    for hunk in hunks {
        within(here, after..hunk.after_start, |label| push(&mut labels, label.lines, label.function));
        let mut left = hunk.before_end - hunk.before_start;
        let mut last = None;
        within(here, hunk.after_start..hunk.after_end, |label| {
            push(&mut labels, label.lines.min(left), label.function);
            left -= label.lines.min(left);
            last = Some(label.function);
        });
        let last = last.unwrap_or_else(|| {
            let (above, below) =
                (hunk.after_start.checked_sub(1).map(|line| at(here, line)), at(here, hunk.after_start));
            if above == Some(below) { below } else { NONE }
        });
        push(&mut labels, left, last);
        (before, after) = (hunk.before_end, hunk.after_end);
    }
    within(here, after..after + (lines.max(before) - before), |label| push(&mut labels, label.lines, label.function));
    labels
}

fn at(labels: &Labels, line: u32) -> u32 {
    let mut found = NONE;
    within(labels, line..line + 1, |label| found = label.function);
    found
}

/// The labels within the given lines, cut to them.
fn within(labels: &Labels, lines: std::ops::Range<u32>, mut each: impl FnMut(Label)) {
    let mut start = 0;
    for label in labels {
        let end = start + label.lines;
        let (from, until) = (start.max(lines.start), end.min(lines.end));
        if from < until {
            each(Label { lines: until - from, function: label.function });
        }
        if end >= lines.end {
            return;
        }
        start = end;
    }
}

fn push(labels: &mut Labels, lines: u32, function: u32) {
    if lines == 0 {
        return;
    }
    match labels.last_mut() {
        Some(last) if last.function == function => last.lines += lines,
        _ => labels.push(Label { lines, function }),
    }
}

/// Labels where there are none yet.
fn fill(known: &mut Labels, more: Labels) {
    if known.is_empty() {
        *known = more;
        return;
    }
    let mut filled = Labels::with_capacity(known.len());
    let mut start = 0;
    for label in known.iter() {
        if label.function == NONE {
            let mut left = label.lines;
            within(&more, start..start + label.lines, |label| {
                push(&mut filled, label.lines, label.function);
                left -= label.lines;
            });
            push(&mut filled, left, NONE);
        } else {
            push(&mut filled, label.lines, label.function);
        }
        start += label.lines;
    }
    *known = filled;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(u32, u32)]) -> Labels {
        pairs.iter().map(|&(lines, function)| Label { lines, function }).collect()
    }

    fn hunk(before: std::ops::Range<u32>, after: std::ops::Range<u32>) -> Hunk {
        Hunk { before_start: before.start, before_end: before.end, after_start: after.start, after_end: after.end }
    }

    fn place(function: u32, lines: std::ops::Range<u32>) -> Place {
        Place { function, start: lines.start, end: lines.end }
    }

    #[test]
    fn an_inner_function_stands_over_its_outer_one() {
        assert_eq!(
            paint(&[place(0, 1..6), place(1, 2..4)], 7),
            labels(&[(1, NONE), (1, 0), (2, 1), (2, 0), (1, NONE)])
        );
    }

    #[test]
    fn deleted_lines_stand_where_they_would_stand_now() {
        let here = labels(&[(2, NONE), (4, 7), (1, NONE)]);
        // Two lines inside the function went; one before it was replaced by nothing.
        let hunks = [hunk(0..1, 0..0), hunk(4..6, 3..3)];
        assert_eq!(back(&here, &hunks, 10), labels(&[(3, NONE), (6, 7), (1, NONE)]));
    }

    #[test]
    fn replaced_lines_go_with_those_that_replaced_them() {
        let here = labels(&[(2, 1), (2, 2)]);
        assert_eq!(back(&here, &[hunk(1..5, 1..3)], 6), labels(&[(2, 1), (4, 2)]));
    }

    #[test]
    fn only_gaps_are_filled() {
        let mut known = labels(&[(2, 1), (3, NONE)]);
        fill(&mut known, labels(&[(3, 2), (1, 3)]));
        assert_eq!(known, labels(&[(2, 1), (1, 2), (1, 3), (1, NONE)]));
    }
}
