//! Lines of a file: blank, comment, code, and their indentation.

use std::ops::Range;

use rustc_hash::FxHashSet;

/// Logical indentation of the lines that are not blank; a level is one tab or four spaces (Hindle, Godfrey and Holt 2008).
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Indentation {
    /// Lines that are not blank.
    pub filled: u32,
    /// Sum of levels; two spaces are half a level.
    pub sum: f32,
    /// Mean of levels; 0 without lines.
    pub mean: f32,
    /// Standard deviation of levels (of all lines, not of a sample); 0 without lines.
    pub sd: f32,
}

/// Lines as Git counts them: line ends, and one more for a last line without one.
#[must_use]
pub fn line_count(content: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', content).count();
    let open = content.last().is_some_and(|byte| *byte != b'\n');
    u32::try_from(ends + usize::from(open)).unwrap_or(u32::MAX)
}

/// Logical indentation of a file's lines.
#[must_use]
pub fn indentation(content: &[u8]) -> Indentation {
    let mut sums = Sums::default();
    for line in split(content) {
        if let Some(quarters) = quarters(line) {
            sums.add(quarters);
        }
    }
    sums.finish()
}

/// The lines of a file, counted.
pub(super) struct Lines {
    pub(super) blank: u32,
    pub(super) comment: u32,
    pub(super) indentation: Indentation,
    /// Code lines before line `i` (from 0), and all of them at the end.
    code_before: Vec<u32>,
}

impl Lines {
    /// Counts the lines; `comments` are ordered and do not overlap.
    pub(super) fn new(content: &[u8], comments: &[Range<u32>]) -> Self {
        let mut lines = Self { blank: 0, comment: 0, indentation: Indentation::default(), code_before: vec![0] };
        let mut sums = Sums::default();
        let (mut start, mut code, mut next) = (0, 0, 0);
        for line in split(content) {
            match quarters(line) {
                None => lines.blank += 1,
                Some(quarters) => {
                    sums.add(quarters);
                    if is_comment(line, start, comments, &mut next) {
                        lines.comment += 1;
                    } else {
                        code += 1;
                    }
                }
            }
            lines.code_before.push(code);
            start += line.len() + 1;
        }
        lines.indentation = sums.finish();
        lines
    }

    /// All lines.
    pub(super) fn total(&self) -> u32 {
        self.blank + self.comment + self.code()
    }

    /// Lines neither blank nor comment only.
    pub(super) fn code(&self) -> u32 {
        self.code_before.last().copied().unwrap_or(0)
    }

    /// Code lines from one line to another, both from 1 and inclusive.
    pub(super) fn code_between(&self, first: u32, last: u32) -> u32 {
        let before = |line: u32| self.code_before.get(line as usize).copied().unwrap_or_else(|| self.code());
        before(last).saturating_sub(before(first.saturating_sub(1)))
    }
}

/// The lines, from 1, that hold only comment.
pub(crate) fn comment_lines(content: &[u8], comments: &[Range<u32>]) -> FxHashSet<u32> {
    let (mut start, mut next) = (0, 0);
    let mut found = FxHashSet::default();
    for (number, line) in (1..).zip(split(content)) {
        if quarters(line).is_some() && is_comment(line, start, comments, &mut next) {
            found.insert(number);
        }
        start += line.len() + 1;
    }
    found
}

/// Whether comments cover every byte of a line but its white space. `next` is the first comment that may still matter.
fn is_comment(line: &[u8], start: usize, comments: &[Range<u32>], next: &mut usize) -> bool {
    let mut at = start;
    let end = start + line.len();
    loop {
        at += line.get(at - start..).unwrap_or_default().iter().take_while(|byte| is_space(**byte)).count();
        if at >= end {
            return true;
        }
        while comments.get(*next).is_some_and(|comment| comment.end as usize <= at) {
            *next += 1;
        }
        match comments.get(*next) {
            Some(comment) if comment.start as usize <= at => at = (comment.end as usize).min(end),
            _ => return false,
        }
    }
}

/// The lines without their ends; no empty line after the last end.
fn split(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = content.strip_suffix(b"\n").unwrap_or(content);
    let mut rest = (!content.is_empty()).then_some(body);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match memchr::memchr(b'\n', text) {
            Some(end) => (text.get(..end)?, text.get(end + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(line)
    })
}

/// Indentation in quarters of a level; none for a blank line.
fn quarters(line: &[u8]) -> Option<u32> {
    let mut sum = 0;
    for byte in line {
        match byte {
            b' ' => sum += 1,
            b'\t' => sum += 4,
            byte if is_space(*byte) => {}
            _ => return Some(sum),
        }
    }
    None
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

#[derive(Default)]
struct Sums {
    lines: u32,
    sum: u64,
    squares: u64,
}

impl Sums {
    fn add(&mut self, quarters: u32) {
        self.lines += 1;
        self.sum += u64::from(quarters);
        self.squares += u64::from(quarters) * u64::from(quarters);
    }

    fn finish(&self) -> Indentation {
        if self.lines == 0 {
            return Indentation::default();
        }
        let lines = f64::from(self.lines);
        let mean = self.sum as f64 / lines;
        let variance = (self.squares as f64 / lines - mean * mean).max(0.0);
        Indentation {
            filled: self.lines,
            sum: (self.sum as f64 / 4.0) as f32,
            mean: (mean / 4.0) as f32,
            sd: (variance.sqrt() / 4.0) as f32,
        }
    }
}
