//! Moves groups of changed lines to where a person would put them: joined with their neighbours, beside a change of the other
//! content, or where the indentation speaks for it (Haggerty 2016, Git's indent heuristic; the weights are Git's).

use std::ops::Range;

use crate::text::Text;

const MAX_INDENT: i32 = 200;
const MAX_BLANKS: i32 = 20;
const MAX_SLIDE: usize = 100;
const START_OF_FILE: i32 = 1;
const END_OF_FILE: i32 = 21;
const TOTAL_BLANK: i32 = -30;
const POST_BLANK: i32 = 6;
const INDENTED: i32 = -4;
const INDENTED_AFTER_BLANK: i32 = 10;
const OUTDENTED: i32 = 24;
const OUTDENTED_AFTER_BLANK: i32 = 17;
const DEDENTED: i32 = 23;
const DEDENTED_AFTER_BLANK: i32 = 17;
const INDENT_WEIGHT: i32 = 60;

/// Where the changed lines of one side lie once they are slid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// At or before the first changed line.
    pub(super) first: usize,
    /// Behind the last changed line.
    pub(super) end: usize,
    /// The last line that the sliding looked at.
    pub(super) seen: usize,
}

impl Extent {
    /// How many lines are changed.
    pub(super) fn count(self, changed: &[bool]) -> u32 {
        changed[self.first..self.end].iter().map(|&changed| u32::from(changed)).sum()
    }
}

/// A run of changed lines, or the empty place between two unchanged ones.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn first(changed: &[bool], from: usize) -> Self {
        Self { start: from, end: run_end(changed, from) }
    }

    fn is_empty(self) -> bool {
        self.start == self.end
    }

    fn next(self, changed: &[bool]) -> Option<Self> {
        (self.end < changed.len()).then(|| Self { start: self.end + 1, end: run_end(changed, self.end + 1) })
    }

    fn previous(self, changed: &[bool]) -> Option<Self> {
        let end = self.start.checked_sub(1)?;
        Some(Self { start: run_start(changed, end), end })
    }

    fn slide_down(&mut self, lines: &[u32], changed: &mut [bool]) -> bool {
        if self.end < lines.len() && lines[self.start] == lines[self.end] {
            changed[self.start] = false;
            changed[self.end] = true;
            self.start += 1;
            self.end = run_end(changed, self.end + 1);
            return true;
        }
        false
    }

    fn slide_up(&mut self, lines: &[u32], changed: &mut [bool]) -> bool {
        if self.start > 0 && lines[self.start - 1] == lines[self.end - 1] {
            changed[self.start - 1] = true;
            changed[self.end - 1] = false;
            self.end -= 1;
            self.start = run_start(changed, self.start - 1);
            return true;
        }
        false
    }
}

fn run_end(changed: &[bool], from: usize) -> usize {
    from + changed[from.min(changed.len())..].iter().take_while(|&&c| c).count()
}

fn run_start(changed: &[bool], from: usize) -> usize {
    from - changed[..from].iter().rev().take_while(|&&c| c).count()
}

/// Slides every group of `changed`. All changed lines lie in `middle`; what stands before it is the same on both sides.
pub(super) fn compact(
    lines: &[u32],
    middle: Range<usize>,
    changed: &mut [bool],
    other_changed: &mut [bool],
    text: &Text,
) -> Extent {
    let mut extent = Extent { first: middle.start, end: middle.end, seen: 0 };
    let mut group = Group::first(changed, middle.start);
    let mut other = Group::first(other_changed, middle.start);
    loop {
        if !group.is_empty() {
            settle(lines, changed, &mut group, other_changed, &mut other, text, &mut extent.seen);
            extent.first = extent.first.min(group.start);
            extent.end = extent.end.max(group.end);
        }
        let Some(next) = group.next(changed).filter(|next| next.start <= middle.end) else { return extent };
        group = next;
        if let Some(next) = other.next(other_changed) {
            other = next;
        }
    }
}

fn settle(
    lines: &[u32],
    changed: &mut [bool],
    group: &mut Group,
    other_changed: &[bool],
    other: &mut Group,
    text: &Text,
    reach: &mut usize,
) {
    let (mut size, mut earliest_end, mut aligned);
    loop {
        size = group.end - group.start;
        aligned = false;
        while group.slide_up(lines, changed) {
            back(other, other_changed);
        }
        earliest_end = group.end;
        if !other.is_empty() {
            aligned = true;
        }
        while group.slide_down(lines, changed) {
            if let Some(next) = other.next(other_changed) {
                *other = next;
            }
            if !other.is_empty() {
                aligned = true;
            }
        }
        *reach = (*reach).max(group.end);
        if size == group.end - group.start {
            break;
        }
    }
    if group.end == earliest_end {
        return;
    }
    if aligned {
        while other.is_empty() && group.slide_up(lines, changed) {
            back(other, other_changed);
        }
        return;
    }
    *reach = (*reach).max(group.end + MAX_BLANKS as usize + 1);
    let best = best_end(text, lines.len(), group.end, size, earliest_end);
    while group.end > best && group.slide_up(lines, changed) {
        back(other, other_changed);
    }
}

fn back(other: &mut Group, other_changed: &[bool]) {
    if let Some(previous) = other.previous(other_changed) {
        *other = previous;
    }
}

fn best_end(text: &Text, lines: usize, end: usize, size: usize, earliest_end: usize) -> usize {
    let first = earliest_end.max(end.saturating_sub(size + 1)).max(end.saturating_sub(MAX_SLIDE));
    let mut best: Option<(Score, usize)> = None;
    for shift in first..=end {
        let mut score = Score::default();
        score.add(&Split::measure(text, lines, shift));
        score.add(&Split::measure(text, lines, shift - size));
        if best.as_ref().is_none_or(|(least, _)| score.compare(least) <= 0) {
            best = Some((score, shift));
        }
    }
    best.map_or(end, |(_, shift)| shift)
}

/// The surroundings of a place between two lines. An indent of `None` is a blank line or the end of the file.
struct Split {
    end_of_file: bool,
    indent: Option<i32>,
    blanks_before: i32,
    indent_before: Option<i32>,
    blanks_after: i32,
    indent_after: Option<i32>,
}

impl Split {
    fn measure(text: &Text, lines: usize, at: usize) -> Self {
        let (blanks_before, indent_before) = first_filled(text, (0..at).rev());
        let (blanks_after, indent_after) = first_filled(text, at + 1..lines);
        Self {
            end_of_file: at >= lines,
            indent: if at >= lines { None } else { indent(text.line(at)) },
            blanks_before,
            indent_before,
            blanks_after,
            indent_after,
        }
    }
}

fn first_filled(text: &Text, lines: impl Iterator<Item = usize>) -> (i32, Option<i32>) {
    let mut blanks = 0;
    for line in lines {
        if let Some(indent) = indent(text.line(line)) {
            return (blanks, Some(indent));
        }
        blanks += 1;
        if blanks == MAX_BLANKS {
            return (blanks, Some(0));
        }
    }
    (blanks, None)
}

/// Columns of white space before the text, tabs to the next multiple of eight; `None` for a blank line.
fn indent(line: &[u8]) -> Option<i32> {
    let mut columns = 0;
    for &byte in line {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 8 - columns % 8,
            b'\n' | b'\r' | 0x0b | 0x0c => {}
            _ => return Some(columns),
        }
        if columns >= MAX_INDENT {
            return Some(MAX_INDENT);
        }
    }
    None
}

#[derive(Debug, Default)]
struct Score {
    indent: i32,
    penalty: i32,
}

impl Score {
    fn add(&mut self, split: &Split) {
        if split.indent_before.is_none() && split.blanks_before == 0 {
            self.penalty += START_OF_FILE;
        }
        if split.end_of_file {
            self.penalty += END_OF_FILE;
        }
        let blanks_after = if split.indent.is_none() { 1 + split.blanks_after } else { 0 };
        let blanks = split.blanks_before + blanks_after;
        self.penalty += TOTAL_BLANK * blanks + POST_BLANK * blanks_after;
        let indent = split.indent.or(split.indent_after);
        self.indent += indent.unwrap_or(-1);
        let (Some(indent), Some(before)) = (indent, split.indent_before) else { return };
        let after_blank = blanks != 0;
        if indent > before {
            self.penalty += if after_blank { INDENTED_AFTER_BLANK } else { INDENTED };
        } else if indent < before {
            let opens_block = split.indent_after.is_some_and(|after| after > indent);
            self.penalty += match (opens_block, after_blank) {
                (true, true) => OUTDENTED_AFTER_BLANK,
                (true, false) => OUTDENTED,
                (false, true) => DEDENTED_AFTER_BLANK,
                (false, false) => DEDENTED,
            };
        }
    }

    fn compare(&self, other: &Self) -> i32 {
        let by_indent = match self.indent.cmp(&other.indent) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        };
        INDENT_WEIGHT * by_indent + (self.penalty - other.penalty)
    }
}
