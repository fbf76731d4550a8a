//! Which changed lines take part in the search: Git leaves out those that the other content does not have, and those that it has
//! so often that they say nothing, when they stand among such lines.

use super::Frame;

/// A line that occurs at least this often in the other content says nothing, however long the content is.
const MAX_OCCURRENCES: u32 = 1024;
/// Words of the filter, a power of two.
const FILTER: usize = 32;
/// How far around a line the neighbours are looked at.
const WINDOW: usize = 100;
/// A run is dropped when fewer than a quarter of its lines have several matches.
const RUN_FACTOR: usize = 4;

/// What takes part: for each side the line numbers, and a token for each of them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) before: Side,
    pub(super) after: Side,
}

/// The lines of one side that take part.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) lines: Vec<u32>,
    pub(super) tokens: Vec<u32>,
}

/// How often a line occurs in each content as a whole.
#[derive(Debug, Clone, Copy, Default)]
struct Occurrences {
    before: u32,
    after: u32,
}

#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// By number of the line; all zero between two differences.
    counts: Vec<Occurrences>,
    /// Which numbers stand in the middle, folded: most lines around it are told apart without a look at their counts.
    filter: [u64; FILTER],
    classes: (Vec<Class>, Vec<Class>),
    kept: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Absent,
    Matched,
    Common,
}

impl Scratch {
    /// Makes room for lines with numbers below `bound`.
    pub(super) fn reserve(&mut self, bound: u32) {
        if self.counts.len() < bound as usize {
            self.counts.resize(bound as usize, Occurrences::default());
        }
    }

    /// Marks what is left out as changed, and returns the rest.
    pub(super) fn run(
        &mut self,
        frame: &Frame,
        a: &[u32],
        b: &[u32],
        before_changed: &mut [bool],
        after_changed: &mut [bool],
    ) -> &Kept {
        self.classify(frame, a, b);
        let (mid_a, mid_b) = (&a[frame.middle(a.len())], &b[frame.middle(b.len())]);
        keep(&self.classes.0, mid_a, frame.prefix, &mut self.kept.before, before_changed);
        keep(&self.classes.1, mid_b, frame.prefix, &mut self.kept.after, after_changed);
        &self.kept
    }

    /// Whether the lines are classed otherwise when the contents are cut; both frames have the same middle.
    pub(super) fn differ(
        &mut self,
        frame: &Frame,
        (a, b): (&[u32], &[u32]),
        cut_frame: &Frame,
        (cut_a, cut_b): (&[u32], &[u32]),
    ) -> bool {
        if frame.middle(a.len()).is_empty() || frame.middle(b.len()).is_empty() {
            return false;
        }
        self.classify(frame, a, b);
        let whole = self.classes.clone();
        self.classify(cut_frame, cut_a, cut_b);
        whole != self.classes
    }

    fn classify(&mut self, frame: &Frame, a: &[u32], b: &[u32]) {
        let (mid_a, mid_b) = (&a[frame.middle(a.len())], &b[frame.middle(b.len())]);
        self.filter.fill(0);
        for &number in mid_a {
            self.counts[number as usize].before += 1;
            self.filter[slot(number)] |= bit(number);
        }
        for &number in mid_b {
            self.counts[number as usize].after += 1;
            self.filter[slot(number)] |= bit(number);
        }
        for around in [&a[..frame.prefix], &a[a.len() - frame.suffix..]] {
            for &number in around {
                if self.filter[slot(number)] & bit(number) != 0 {
                    let count = &mut self.counts[number as usize];
                    let stands_in_middle = u32::from(count.before > 0 || count.after > 0);
                    count.before += stands_in_middle;
                    count.after += stands_in_middle;
                }
            }
        }
        let (limit_a, limit_b) = (common_from(a.len()), common_from(b.len()));
        let counts = &self.counts;
        self.classes.0.clear();
        self.classes.0.extend(mid_a.iter().map(|&number| class(counts[number as usize].after, limit_a)));
        self.classes.1.clear();
        self.classes.1.extend(mid_b.iter().map(|&number| class(counts[number as usize].before, limit_b)));
        for middle in [mid_a, mid_b] {
            for &number in middle {
                self.counts[number as usize] = Occurrences::default();
            }
        }
    }
}

fn slot(number: u32) -> usize {
    (number >> 6) as usize % FILTER
}

fn bit(number: u32) -> u64 {
    1 << (number & 63)
}

fn class(occurrences: u32, common_from: u32) -> Class {
    if occurrences == 0 {
        Class::Absent
    } else if occurrences >= common_from {
        Class::Common
    } else {
        Class::Matched
    }
}

/// Git's stand-in for the square root: the power of two above it.
pub(super) fn rough_root(mut n: usize) -> usize {
    let mut root = 1;
    while n > 0 {
        root <<= 1;
        n >>= 2;
    }
    root
}

fn common_from(lines: usize) -> u32 {
    (rough_root(lines) as u32).min(MAX_OCCURRENCES)
}

fn keep(classes: &[Class], tokens: &[u32], first: usize, side: &mut Side, changed: &mut [bool]) {
    side.lines.clear();
    side.tokens.clear();
    for (at, (&class, &token)) in classes.iter().zip(tokens).enumerate() {
        if class == Class::Matched || (class == Class::Common && !says_nothing(classes, at)) {
            side.lines.push((first + at) as u32);
            side.tokens.push(token);
        } else {
            changed[first + at] = true;
        }
    }
}

/// Whether a common line stands in a run of lines without a match on both sides, itself mostly made of such.
fn says_nothing(classes: &[Class], at: usize) -> bool {
    let start = at.saturating_sub(WINDOW);
    let end = (at + WINDOW).min(classes.len() - 1);
    let (absent_before, common_before) = run_of(classes[start..at].iter().rev());
    if absent_before == 0 {
        return false;
    }
    let (absent_after, common_after) = run_of(classes[at + 1..=end].iter());
    if absent_after == 0 {
        return false;
    }
    // The line itself counts on both sides, as in Git.
    let (common, absent) = (common_before + common_after + 2, absent_before + absent_after);
    common * RUN_FACTOR < common + absent
}

fn run_of<'a>(classes: impl Iterator<Item = &'a Class>) -> (usize, usize) {
    let (mut absent, mut common) = (0, 0);
    for class in classes {
        match class {
            Class::Absent => absent += 1,
            Class::Common => common += 1,
            Class::Matched => break,
        }
    }
    (absent, common)
}
