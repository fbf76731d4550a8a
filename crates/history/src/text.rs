//! A version of a file as lines: where each ends, and a 64-bit hash of each. Lines are compared by hash alone.
//!
//! A new version is read *like* a neighbour: the bytes that both begin and end with are found by comparing memory, and only the
//! lines between are hashed.

use std::sync::Arc;

use memchr::memchr_iter;

/// Git takes content for binary when one of its first 8000 bytes is zero.
const BINARY_PROBE: usize = 8000;
/// Spaces in a level of logical indentation.
const LEVEL: u32 = 4;

/// One version of a file.
#[derive(Debug, Clone, Default)]
pub struct Text {
    bytes: Arc<Vec<u8>>,
    ends: Vec<u32>,
    hashes: Vec<u64>,
    /// Sum of indentation over lines that are not blank, in columns (a tab counts [`LEVEL`]).
    indent_columns: u64,
    filled: u32,
    binary: bool,
}

impl Text {
    /// Splits and hashes `bytes`.
    #[must_use]
    pub fn new(bytes: Arc<Vec<u8>>) -> Self {
        let mut text = Self { binary: is_binary(&bytes), ..Self::default() };
        let guess = bytes.len() / 32 + 1;
        text.ends.reserve(guess);
        text.hashes.reserve(guess);
        text.push_lines(&bytes, 0, bytes.len());
        text.bytes = bytes;
        text
    }

    /// Splits and hashes `bytes`, taking over from `neighbour` what both begin and end with.
    #[must_use]
    pub fn like(bytes: Arc<Vec<u8>>, neighbour: &Self) -> Self {
        let theirs = &neighbour.bytes;
        let prefix = common_prefix(&bytes, theirs);
        let head = neighbour.ends.partition_point(|&end| end as usize <= prefix);
        // A last line without newline is complete only where the content ends.
        let head = match head.checked_sub(1).and_then(|last| neighbour.ends.get(last)) {
            Some(&end) if theirs[end as usize - 1] != b'\n' && bytes.len() > end as usize => head - 1,
            _ => head,
        };
        let head_bytes = head.checked_sub(1).map_or(0, |last| neighbour.ends[last] as usize);
        if head == neighbour.ends.len() && head_bytes == bytes.len() {
            return Self { bytes, binary: neighbour.binary, ..neighbour.clone() };
        }
        let suffix = common_suffix(&bytes[head_bytes..], &theirs[head_bytes..]);
        // First line of the neighbour that lies wholly in the common end, and does not begin in the middle of a line of ours.
        let mut tail = neighbour.ends.partition_point(|&end| (end as usize) <= theirs.len() - suffix).max(head);
        if tail < neighbour.ends.len() {
            let start = neighbour.start(tail);
            let ours = (start + bytes.len()).checked_sub(theirs.len());
            let aligned = start + suffix >= theirs.len()
                && ours.is_some_and(|at| at == head_bytes || (at > head_bytes && bytes.get(at - 1) == Some(&b'\n')));
            if !aligned {
                tail += 1;
            }
        }
        let tail = tail.min(neighbour.ends.len());
        let tail_from = if tail == neighbour.ends.len() { theirs.len() } else { neighbour.start(tail) };
        let middle_end = bytes.len() - (theirs.len() - tail_from);

        let mut text = Self { binary: is_binary(&bytes), ..Self::default() };
        let guess = neighbour.ends.len() + (middle_end - head_bytes) / 16 + 1;
        text.ends.reserve(guess);
        text.hashes.reserve(guess);
        text.ends.extend_from_slice(&neighbour.ends[..head]);
        text.hashes.extend_from_slice(&neighbour.hashes[..head]);
        text.push_lines(&bytes, head_bytes, middle_end);
        let (mut columns, mut filled) = (0, 0);
        for line in head..tail {
            count_indent(neighbour.line(line), &mut columns, &mut filled);
        }
        text.indent_columns = text.indent_columns + neighbour.indent_columns - columns;
        text.filled = text.filled + neighbour.filled - filled;
        let (ours, theirs_len) = (bytes.len() as u32, theirs.len() as u32);
        text.ends.extend(neighbour.ends[tail..].iter().map(|&end| ours - (theirs_len - end)));
        text.hashes.extend_from_slice(&neighbour.hashes[tail..]);
        text.bytes = bytes;
        text
    }

    fn push_lines(&mut self, bytes: &[u8], from: usize, to: usize) {
        let mut start = from;
        for newline in memchr_iter(b'\n', &bytes[from..to]) {
            let end = from + newline + 1;
            self.push_line(&bytes[start..end], end);
            start = end;
        }
        if start < to {
            self.push_line(&bytes[start..to], to);
        }
    }

    fn push_line(&mut self, line: &[u8], end: usize) {
        self.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
        self.hashes.push(hash(line));
        count_indent(line, &mut self.indent_columns, &mut self.filled);
    }

    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    /// The bytes of a line, its newline included.
    #[must_use]
    pub fn line(&self, line: usize) -> &[u8] {
        &self.bytes[self.start(line)..self.ends[line] as usize]
    }

    /// A hash for each line.
    #[must_use]
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The whole content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of lines, an unterminated last one included.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.hashes.len() as u32
    }

    /// Whether Git would take the content for binary when no attribute says otherwise.
    #[must_use]
    pub fn binary(&self) -> bool {
        self.binary
    }

    /// Sum of logical indentation in levels, over lines that are not blank.
    #[must_use]
    pub fn indent_levels(&self) -> f32 {
        self.indent_columns as f32 / LEVEL as f32
    }

    /// Lines that are not blank.
    #[must_use]
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// Lines left of both contents when Git's blame has cut their common end off in blocks of 1024 bytes, keeping what follows
    /// up to the next newline. Equal to the line counts when nothing is cut.
    #[must_use]
    pub fn lines_before_common_tail(&self, other: &Self) -> (usize, usize) {
        const BLOCK: usize = 1024;
        let (a, b) = (self.bytes.as_slice(), other.bytes.as_slice());
        let smaller = a.len().min(b.len());
        let mut trimmed = 0;
        while trimmed + BLOCK <= smaller
            && a[a.len() - trimmed - BLOCK..a.len() - trimmed] == b[b.len() - trimmed - BLOCK..b.len() - trimmed]
        {
            trimmed += BLOCK;
        }
        let tail = &a[a.len() - trimmed..];
        let kept = memchr::memchr(b'\n', tail).map_or(trimmed, |at| at + 1);
        let cut = trimmed - kept.min(trimmed);
        (self.lines_within(a.len() - cut), other.lines_within(b.len() - cut))
    }

    fn lines_within(&self, bytes: usize) -> usize {
        let whole = self.ends.partition_point(|&end| end as usize <= bytes);
        whole + usize::from(self.start(whole) < bytes)
    }

    /// Bytes that the text takes in memory.
    #[must_use]
    pub fn footprint(&self) -> usize {
        self.bytes.len() + self.ends.len() * 12
    }
}

/// Whether Git's own rule takes the content for binary.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(BINARY_PROBE)]).is_some()
}

fn count_indent(line: &[u8], columns: &mut u64, filled: &mut u32) {
    let mut width = 0;
    for &byte in line {
        match byte {
            b' ' => width += 1,
            b'\t' => width += LEVEL,
            b'\n' | b'\r' | 0x0b | 0x0c => {}
            _ => {
                *columns += u64::from(width);
                *filled += 1;
                return;
            }
        }
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let mut at = 0;
    for (x, y) in a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)) {
        if x != y {
            break;
        }
        at += BLOCK;
    }
    at + a[at..].iter().zip(&b[at..]).take_while(|(x, y)| x == y).count()
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let mut at = 0;
    for (x, y) in a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)) {
        if x != y {
            break;
        }
        at += BLOCK;
    }
    let (a, b) = (&a[..a.len() - at], &b[..b.len() - at]);
    at + a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count()
}

/// A 64-bit hash by folded multiplication, eight bytes at a time.
fn hash(bytes: &[u8]) -> u64 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xd6e8_feb8_6659_fd93;
    let mut state = A ^ (bytes.len() as u64).wrapping_mul(B);
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        state = fold(state ^ word(&chunk[..8]), A ^ word(&chunk[8..]));
    }
    let rest = chunks.remainder();
    let (low, high) = rest.split_at(rest.len().min(8));
    fold(fold(state ^ word(low), B ^ word(high)), A)
}

fn word(bytes: &[u8]) -> u64 {
    let mut buffer = [0; 8];
    buffer[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(buffer)
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(23)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(content: &[u8]) -> Text {
        Text::new(Arc::new(content.to_vec()))
    }

    #[test]
    fn an_unterminated_line_counts() {
        assert_eq!(text(b"a\nb").lines(), 2);
        assert_eq!(text(b"a\nb\n").lines(), 2);
        assert_eq!(text(b"").lines(), 0);
        assert_ne!(text(b"a").hashes(), text(b"a\n").hashes());
    }

    #[test]
    fn indentation_is_summed_in_levels() {
        let text = text(b"a\n    b\n\t\tc\n   \n");
        assert_eq!(text.filled(), 3);
        assert!((text.indent_levels() - 3.0).abs() < 1e-6);
    }

    fn content() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(b"ab \t\n\n\0".to_vec()), 0..900)
    }

    proptest! {
        #[test]
        fn a_text_like_another_is_itself(a in content(), b in content(), cut in 0..900_usize, tail in 0..900_usize) {
            let mut mixed = a[..cut.min(a.len())].to_vec();
            mixed.extend_from_slice(&b);
            mixed.extend_from_slice(&a[tail.min(a.len())..]);
            for (old, new) in [(&a, &b), (&a, &mixed), (&mixed, &a), (&mixed, &mixed)] {
                let like = Text::like(Arc::new(new.clone()), &text(old));
                let fresh = text(new);
                prop_assert_eq!(&like.ends, &fresh.ends);
                prop_assert_eq!(&like.hashes, &fresh.hashes);
                prop_assert_eq!(like.indent_columns, fresh.indent_columns);
                prop_assert_eq!(like.filled, fresh.filled);
                prop_assert_eq!(like.binary, fresh.binary);
            }
        }
    }
}
