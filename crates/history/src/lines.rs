//! A version's lines as runs: so many lines, last written by that commit.

use std::ops::Range;
use std::sync::Arc;

use crate::diff::{Difference, Hunk};
use crate::graph::CommitIndex;

/// Stands for "no commit found yet".
const OPEN: CommitIndex = CommitIndex::MAX;

/// Neighbouring lines of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) lines: u32,
    pub(crate) commit: CommitIndex,
}

/// Who wrote each line of a version.
pub(crate) type Lines = Arc<[Run]>;

/// Works out the lines of a version from those of its parents.
#[derive(Debug)]
pub(crate) struct Writer {
    runs: Vec<Run>,
    total: u32,
}

impl Writer {
    /// A version of `total` lines, none of them explained yet.
    pub(crate) fn new(total: u32) -> Self {
        Self { runs: if total > 0 { vec![Run { lines: total, commit: OPEN }] } else { Vec::new() }, total }
    }

    /// Lines that are the same as a parent's are its; those that are explained already stay.
    pub(crate) fn inherit(&mut self, parent: &[Run], hunks: &[Hunk]) {
        self.take(transfer(parent, hunks, self.total));
    }

    /// As [`Writer::inherit`], looking through what only moved white space; and through everything that an ignored commit did:
    /// its lines, in order, inherit from those that they replaced.
    pub(crate) fn inherit_through(&mut self, parent: &[Run], difference: &Difference, ignored: bool) {
        self.take(transfer_through(parent, difference, ignored, self.total));
    }

    fn take(&mut self, theirs: Vec<Run>) {
        if self.runs.len() == 1 && self.runs.first().is_some_and(|run| run.commit == OPEN) {
            self.runs = theirs;
            return;
        }
        let mut merged = Vec::with_capacity(self.runs.len() + 8);
        let mut others = theirs.into_iter();
        let mut other = others.next();
        for run in std::mem::take(&mut self.runs) {
            let mut left = run.lines;
            while left > 0 {
                let Some(current) = &mut other else {
                    push(&mut merged, left, run.commit);
                    break;
                };
                let lines = left.min(current.lines);
                push(&mut merged, lines, if run.commit == OPEN { current.commit } else { run.commit });
                left -= lines;
                current.lines -= lines;
                if current.lines == 0 {
                    other = others.next();
                }
            }
        }
        self.runs = merged;
    }

    /// What is still unexplained was written by `commit`.
    pub(crate) fn finish(self, commit: CommitIndex) -> Lines {
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in self.runs {
            push(&mut runs, run.lines, if run.commit == OPEN { commit } else { run.commit });
        }
        runs.into()
    }
}

/// The parent's runs carried over the hunks; lines that a hunk wrote are open.
fn transfer(parent: &[Run], hunks: &[Hunk], total: u32) -> Vec<Run> {
    let mut out = Vec::with_capacity(parent.len() + 2 * hunks.len());
    let mut runs = parent.iter().copied();
    let mut run = Run { lines: 0, commit: OPEN };
    let mut before = 0;
    let mut written = 0;
    let mut take = |mut lines: u32, out: Option<&mut Vec<Run>>| {
        let mut out = out;
        while lines > 0 {
            if run.lines == 0 {
                let Some(next) = runs.next() else { return };
                run = next;
            }
            let step = lines.min(run.lines);
            if let Some(out) = out.as_deref_mut() {
                push(out, step, run.commit);
            }
            run.lines -= step;
            lines -= step;
        }
    };
    for hunk in hunks {
        take(hunk.before_start - before, Some(&mut out));
        take(hunk.before_end - hunk.before_start, None);
        push(&mut out, hunk.after_end - hunk.after_start, OPEN);
        before = hunk.before_end;
        written = hunk.after_end;
    }
    take(total - written, Some(&mut out));
    // A parent without lines of its own (binary before) explains nothing.
    let explained: u32 = out.iter().map(|run| run.lines).sum();
    push(&mut out, total.saturating_sub(explained), OPEN);
    out
}

/// The parent's runs carried over the hunks and what came back inside them; open where nothing did.
fn transfer_through(parent: &[Run], difference: &Difference, ignored: bool, total: u32) -> Vec<Run> {
    let mut out = Vec::with_capacity(parent.len() + 2 * difference.hunks.len());
    let mut from = Cursor::new(parent);
    let (mut before, mut after) = (0, 0);
    let mut back = difference.respaced.iter().peekable();
    for hunk in &difference.hunks {
        from.copy(before..hunk.before_start, &mut out);
        (before, after) = (hunk.before_start, hunk.after_start);
        while let Some(same) = back.next_if(|same| same.after < hunk.after_end) {
            from.replaced(before..same.before, same.after - after, ignored, &mut out);
            from.copy(same.before..same.before + same.lines, &mut out);
            (before, after) = (same.before + same.lines, same.after + same.lines);
        }
        from.replaced(before..hunk.before_end, hunk.after_end - after, ignored, &mut out);
        (before, after) = (hunk.before_end, hunk.after_end);
    }
    from.copy(before..before + (total - after), &mut out);
    let explained: u32 = out.iter().map(|run| run.lines).sum();
    push(&mut out, total.saturating_sub(explained), OPEN);
    out
}

/// A place in runs that only moves forward.
pub(crate) struct Cursor<'a> {
    runs: &'a [Run],
    /// Line at which the first of the runs left begins.
    start: u32,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(runs: &'a [Run]) -> Self {
        Self { runs, start: 0 }
    }

    /// The runs within the given lines, cut to them. Lines must not lie before those asked for earlier.
    pub(crate) fn within(&mut self, lines: Range<u32>, mut each: impl FnMut(Run)) {
        while let Some((run, rest)) = self.runs.split_first() {
            let end = self.start + run.lines;
            let (from, until) = (self.start.max(lines.start), end.min(lines.end));
            if from < until {
                each(Run { lines: until - from, commit: run.commit });
            }
            if end > lines.end {
                return;
            }
            (self.runs, self.start) = (rest, end);
        }
    }

    fn copy(&mut self, lines: Range<u32>, out: &mut Vec<Run>) {
        self.within(lines, |run| push(out, run.lines, run.commit));
    }

    /// `count` new lines in the place of old ones: open, or those of an ignored commit, which inherit in order.
    fn replaced(&mut self, old: Range<u32>, count: u32, ignored: bool, out: &mut Vec<Run>) {
        if !ignored || old.is_empty() {
            push(out, count, OPEN);
            return;
        }
        let mut left = count;
        let mut last = OPEN;
        self.within(old, |run| {
            let lines = left.min(run.lines);
            push(out, lines, run.commit);
            left -= lines;
            last = run.commit;
        });
        push(out, left, last);
    }
}

fn push(runs: &mut Vec<Run>, lines: u32, commit: CommitIndex) {
    if lines == 0 {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.commit == commit => last.lines += lines,
        _ => runs.push(Run { lines, commit }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Respaced;

    fn runs(pairs: &[(u32, u32)]) -> Vec<Run> {
        pairs.iter().map(|&(lines, commit)| Run { lines, commit }).collect()
    }

    fn hunk(before: std::ops::Range<u32>, after: std::ops::Range<u32>) -> Hunk {
        Hunk { before_start: before.start, before_end: before.end, after_start: after.start, after_end: after.end }
    }

    #[test]
    fn unchanged_lines_keep_their_commit() {
        let mut writer = Writer::new(5);
        writer.inherit(&runs(&[(3, 1), (2, 2)]), &[hunk(1..2, 1..2)]);
        assert_eq!(*writer.finish(9), *runs(&[(1, 1), (1, 9), (1, 1), (2, 2)]));
    }

    #[test]
    fn white_space_and_ignored_commits_are_looked_through() {
        let parent = runs(&[(2, 1), (2, 2)]);
        let difference = Difference {
            hunks: vec![hunk(1..3, 1..4)],
            respaced: vec![Respaced { before: 2, after: 2, lines: 1 }],
            ..Difference::default()
        };
        let through = |ignored| {
            let mut writer = Writer::new(5);
            writer.inherit_through(&parent, &difference, ignored);
            writer.finish(9).to_vec()
        };
        assert_eq!(through(false), runs(&[(1, 1), (1, 9), (1, 2), (1, 9), (1, 2)]));
        // The line that replaced the parent's second is that line's; the one that was added stays the commit's.
        assert_eq!(through(true), runs(&[(2, 1), (1, 2), (1, 9), (1, 2)]));
    }

    #[test]
    fn a_second_parent_explains_the_rest() {
        let mut writer = Writer::new(4);
        writer.inherit(&runs(&[(2, 1)]), &[hunk(1..1, 1..3)]);
        writer.inherit(&runs(&[(2, 2)]), &[hunk(0..0, 0..1), hunk(1..2, 2..4)]);
        assert_eq!(*writer.finish(9), *runs(&[(1, 1), (1, 2), (1, 9), (1, 1)]));
    }
}
