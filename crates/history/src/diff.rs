//! Line differences as Git makes them: Myers with Git's discards, heuristics and cost limit, groups slid by the indent heuristic.
//!
//! The count of added and deleted lines equals `git diff --numstat`; the hunks equal those that `git blame` goes by.

mod beyond;
mod discard;
mod myers;
mod slide;
#[cfg(test)]
mod tests;

pub use beyond::{Respaced, Span};
pub(crate) use beyond::{hollow, respaced};

use crate::text::Text;

/// Lines `before.0..before.1` of the old content became lines `after.0..after.1` of the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hunk {
    /// First old line, from 0.
    pub before_start: u32,
    /// Behind the last old line.
    pub before_end: u32,
    /// First new line, from 0.
    pub after_start: u32,
    /// Behind the last new line.
    pub after_end: u32,
}

/// Buffers that are used again from one difference to the next.
#[derive(Debug, Default)]
pub struct Differ {
    discard: discard::Scratch,
    myers: myers::Scratch,
    before_changed: Vec<bool>,
    after_changed: Vec<bool>,
}

/// What a difference comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Lines added, as numstat counts.
    pub added: u32,
    /// Lines deleted, as numstat counts.
    pub deleted: u32,
    /// Hunks in order, as blame sees them.
    pub hunks: Vec<Hunk>,
    /// Lines that came back inside their hunk with other white space. Empty until they are looked for.
    pub respaced: Vec<Respaced>,
    /// Deleted lines that are blank or hold comment alone. Empty until they are looked for.
    pub hollow: Vec<Span>,
}

impl Differ {
    /// The difference between two contents.
    pub fn diff(&mut self, before: &Text, after: &Text) -> Difference {
        let (a, b) = (before.numbers(), after.numbers());
        self.discard.reserve(before.bound().max(after.bound()));
        let frame = Frame::of(a, b);
        let (cut_a, cut_b) = before.lines_before_common_tail(after);
        let cut = a.len() - cut_a;
        debug_assert_eq!(cut, b.len() - cut_b);
        let mut reach = self.changed_lines(&frame, a, b, before, after);
        let (deleted, added) = (reach.before.count(&self.before_changed), reach.after.count(&self.after_changed));
        // Blame drops the common end before it looks, which can move a hunk only when something depended on what is dropped.
        let sees_tail = cut > 0
            && (frame.suffix < cut || reach.before.seen >= cut_a || reach.after.seen >= cut_b || {
                let cut_frame = Frame::of(&a[..cut_a], &b[..cut_b]);
                cut_frame != Frame { suffix: frame.suffix - cut, ..frame }
                    || self.discard.differ(&frame, (a, b), &cut_frame, (&a[..cut_a], &b[..cut_b]))
            });
        if sees_tail {
            let cut_frame = Frame::of(&a[..cut_a], &b[..cut_b]);
            reach = self.changed_lines(&cut_frame, &a[..cut_a], &b[..cut_b], before, after);
        }
        let hunks = hunks(&self.before_changed, &self.after_changed, &reach);
        Difference { added, deleted, hunks, ..Difference::default() }
    }

    /// Fills `before_changed` and `after_changed`; says how far the sliding looked.
    fn changed_lines(&mut self, frame: &Frame, a: &[u32], b: &[u32], before: &Text, after: &Text) -> Reach {
        self.before_changed.clear();
        self.before_changed.resize(a.len(), false);
        self.after_changed.clear();
        self.after_changed.resize(b.len(), false);
        let (mid_a, mid_b) = (frame.middle(a.len()), frame.middle(b.len()));
        if mid_a.is_empty() || mid_b.is_empty() {
            self.before_changed[mid_a].fill(true);
            self.after_changed[mid_b].fill(true);
        } else {
            let kept = self.discard.run(frame, a, b, &mut self.before_changed, &mut self.after_changed);
            self.myers.run(kept, &mut self.before_changed, &mut self.after_changed);
        }
        let middle = frame.middle(a.len());
        let before = slide::compact(a, middle, &mut self.before_changed, &mut self.after_changed, before);
        let middle = frame.middle(b.len());
        let after = slide::compact(b, middle, &mut self.after_changed, &mut self.before_changed, after);
        Reach { before, after }
    }
}

/// Where the changed lines of both sides lie, and how far the sliding looked.
#[derive(Debug, Clone, Copy)]
struct Reach {
    before: slide::Extent,
    after: slide::Extent,
}

/// The lines that both contents begin and end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    prefix: usize,
    suffix: usize,
}

impl Frame {
    fn of(a: &[u32], b: &[u32]) -> Self {
        let prefix = equal_start(a, b);
        let suffix = equal_end(&a[prefix..], &b[prefix..]);
        Self { prefix, suffix }
    }

    fn middle(&self, lines: usize) -> std::ops::Range<usize> {
        self.prefix..lines - self.suffix
    }
}

/// Lines compared at once.
const BLOCK: usize = 64;

fn equal_start(a: &[u32], b: &[u32]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(x, y)| x == y).count() * BLOCK;
    blocks + a[blocks..].iter().zip(&b[blocks..]).take_while(|(x, y)| x == y).count()
}

fn equal_end(a: &[u32], b: &[u32]) -> usize {
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(x, y)| x == y).count() * BLOCK;
    let (a, b) = (&a[..a.len() - blocks], &b[..b.len() - blocks]);
    blocks + a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count()
}

/// The hunks between the first and the last changed line; what stands before the first is the same on both sides.
fn hunks(before: &[bool], after: &[bool], reach: &Reach) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let first = reach.before.first.min(reach.after.first);
    let (mut old, mut new) = (first, first);
    while old < reach.before.end || new < reach.after.end {
        let (old_start, new_start) = (old, new);
        while before.get(old) == Some(&true) {
            old += 1;
        }
        while after.get(new) == Some(&true) {
            new += 1;
        }
        if old > old_start || new > new_start {
            hunks.push(Hunk {
                before_start: old_start as u32,
                before_end: old as u32,
                after_start: new_start as u32,
                after_end: new as u32,
            });
        } else {
            old += 1;
            new += 1;
        }
    }
    hunks
}
