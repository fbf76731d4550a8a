//! Blocks of lines that stand in two places.
//!
//! Each line that is not blank becomes a hash of its text without white space. Windows of [`MIN_DUPLICATE_LINES`] lines are hashed
//! by rolling and gathered by hash; two windows that start alike grow to the longest block and are reported once. The work is linear in
//! the lines, plus the blocks found: a window that very many places share is compared with its nearest predecessor only.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Lines that are not blank in the shortest block reported.
pub const MIN_DUPLICATE_LINES: usize = 10;

/// Predecessors that a window is compared with.
const MAX_PARTNERS: usize = 8;

/// A block of lines that stands in two places, in lines from 1, inclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duplicate {
    /// The file in which the block stands first.
    pub path: String,
    /// Its first line there.
    pub start_line: u32,
    /// Its last line there.
    pub end_line: u32,
    /// The other file, or the same.
    pub other_path: String,
    /// Its first line there.
    pub other_start_line: u32,
    /// Its last line there.
    pub other_end_line: u32,
    /// Lines of the block that are compared: not blank, and for a repository neither comment nor import.
    pub lines: u32,
}

/// Finds the blocks of at least [`MIN_DUPLICATE_LINES`] lines, equal but for white space and blank lines, within and between files.
///
/// Each longest block is reported once for a pair of places. Lines without letters or digits (braces) count, but a block needs three
/// unlike lines. The order of the files decides which place is named first; the result is sorted.
#[must_use]
pub fn duplicates(files: &[(&str, &[u8])]) -> Vec<Duplicate> {
    let files: Vec<(&str, Text)> = files.iter().map(|(path, content)| (*path, Text::new(content, |_| false))).collect();
    duplicates_of(&files.iter().map(|(path, text)| (*path, text)).collect::<Vec<_>>())
}

/// As [`duplicates`], of files whose lines are hashed already.
#[must_use]
pub fn duplicates_of(files: &[(&str, &Text)]) -> Vec<Duplicate> {
    let mut seen: FxHashMap<u64, Vec<(u32, u32)>> = FxHashMap::default();
    let mut covered: FxHashSet<(u32, u32, u32, u32)> = FxHashSet::default();
    let mut found = Vec::new();
    for (file, (_, text)) in (0_u32..).zip(files.iter().copied()) {
        for (start, hash) in (0_u32..).zip(windows(&text.hashes)) {
            let places = seen.entry(hash).or_default();
            for (other_file, other_start) in places.iter().rev().take(MAX_PARTNERS) {
                let Some((_, other)) = files.get(*other_file as usize).copied() else { continue };
                // The pair one line up has grown over this one already.
                let grown =
                    start > 0 && *other_start > 0 && covered.remove(&(*other_file, other_start - 1, file, start - 1));
                let apart = *other_file != file || start >= other_start + MIN_DUPLICATE_LINES as u32;
                if grown {
                    covered.insert((*other_file, *other_start, file, start));
                    continue;
                }
                if !apart {
                    continue;
                }
                let most = if *other_file == file { start - other_start } else { u32::MAX };
                let lines = text.common(start, other, *other_start, most);
                if (lines as usize) < MIN_DUPLICATE_LINES {
                    continue;
                }
                covered.insert((*other_file, *other_start, file, start));
                if text.varied(start, lines) {
                    found.extend(block(files, (*other_file, other, *other_start), (file, text, start), lines));
                }
            }
            places.push((file, start));
        }
        // Pairs that end with the file cannot grow.
        covered.clear();
    }
    found.sort();
    found
}

type Place<'a> = (u32, &'a Text, u32);

fn block(files: &[(&str, &Text)], first: Place<'_>, second: Place<'_>, lines: u32) -> Option<Duplicate> {
    let path = |place: Place<'_>| files.get(place.0 as usize).map(|(path, _)| (*path).to_owned());
    let line = |place: Place<'_>, at: u32| place.1.numbers.get((place.2 + at) as usize).copied();
    Some(Duplicate {
        path: path(first)?,
        start_line: line(first, 0)?,
        end_line: line(first, lines - 1)?,
        other_path: path(second)?,
        other_start_line: line(second, 0)?,
        other_end_line: line(second, lines - 1)?,
        lines,
    })
}

/// The lines of a file that are compared, hashed: a few bytes a line, so that those of a whole repository fit in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    hashes: Vec<u64>,
    /// Line numbers from 1.
    numbers: Vec<u32>,
}

impl Text {
    /// The lines that are not blank, and that `left_out` (lines from 1) does not name.
    #[must_use]
    pub fn new(content: &[u8], left_out: impl Fn(u32) -> bool) -> Self {
        let mut text = Self { hashes: Vec::new(), numbers: Vec::new() };
        for (number, line) in (1..).zip(content.split(|byte| *byte == b'\n')) {
            if let Some(hash) = line_hash(line).filter(|_| !left_out(number)) {
                text.hashes.push(hash);
                text.numbers.push(number);
            }
        }
        text
    }

    /// How many lines are equal from two places on, at most `most`.
    fn common(&self, start: u32, other: &Self, other_start: u32, most: u32) -> u32 {
        let own = self.hashes.iter().skip(start as usize);
        let others = other.hashes.iter().skip(other_start as usize);
        let equal = own.zip(others).take(most as usize).take_while(|(a, b)| a == b).count();
        u32::try_from(equal).unwrap_or(u32::MAX)
    }

    fn varied(&self, start: u32, lines: u32) -> bool {
        let mut unlike: Vec<u64> = Vec::new();
        for hash in self.hashes.iter().skip(start as usize).take(lines as usize) {
            if !unlike.contains(hash) {
                unlike.push(*hash);
            }
            if unlike.len() >= 3 {
                return true;
            }
        }
        false
    }
}

/// FNV-1a (Fowler, Noll, Vo) over the bytes that are not white space, finished by a multiply-xor; none for a blank line.
fn line_hash(line: &[u8]) -> Option<u64> {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut filled = false;
    for byte in line.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        filled = true;
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    filled.then(|| mix(hash))
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// Hashes of all windows of [`MIN_DUPLICATE_LINES`] lines, by rolling (Karp and Rabin 1987).
fn windows(hashes: &[u64]) -> impl Iterator<Item = u64> {
    const BASE: u64 = 0x0000_0100_0000_01b3;
    let top = (1..MIN_DUPLICATE_LINES).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut rolling = 0_u64;
    let mut leaving = hashes.iter();
    hashes.iter().enumerate().filter_map(move |(at, hash)| {
        if at >= MIN_DUPLICATE_LINES {
            let old = leaving.next().copied().unwrap_or(0);
            rolling = rolling.wrapping_sub(old.wrapping_mul(top));
        }
        rolling = rolling.wrapping_mul(BASE).wrapping_add(*hash);
        (at + 1 >= MIN_DUPLICATE_LINES).then(|| mix(rolling))
    })
}
