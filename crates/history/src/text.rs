//! A version of a file as lines: where each ends, and a number for each. Lines are compared by number alone.
//!
//! A new version is read *like* a neighbour: the bytes that both begin and end with are found by comparing memory, and only the
//! lines between are hashed and looked up.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;
use rustc_hash::FxHashMap;

/// Git takes content for binary when one of its first 8000 bytes is zero.
const BINARY_PROBE: usize = 8000;
/// Spaces in a level of logical indentation.
const LEVEL: u32 = 4;
/// Lines of a neighbour that are looked through for the line that was just read.
const LOOK_AHEAD: usize = 64;
/// Bytes below which a line says little.
const SHORT_LINE: usize = 6;

/// Numbers for lines, from 0: equal lines have equal numbers. Lines are told apart by a 64-bit hash alone.
#[derive(Debug, Default)]
pub struct Lexicon {
    numbers: FxHashMap<u64, u32>,
}

impl Lexicon {
    fn number(&mut self, line: &[u8]) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(hash(line)).or_insert(next)
    }
}

/// One version of a file. Only texts read with one [`Lexicon`] can be compared.
#[derive(Debug, Clone, Default)]
pub struct Text {
    bytes: Arc<Vec<u8>>,
    ends: Vec<u32>,
    numbers: Vec<u32>,
    /// Sum of indentation over lines that are not blank, in columns (a tab counts [`LEVEL`]).
    indent_columns: u64,
    filled: u32,
    binary: bool,
    /// Above every number of its lines.
    bound: u32,
}

impl Text {
    /// Splits `bytes` and looks its lines up.
    #[must_use]
    pub fn new(bytes: Arc<Vec<u8>>, lexicon: &mut Lexicon) -> Self {
        let mut text = Self { binary: is_binary(&bytes), ..Self::default() };
        let guess = bytes.len() / 32 + 1;
        text.ends.reserve(guess);
        text.numbers.reserve(guess);
        text.push_lines(&bytes, 0, bytes.len(), lexicon);
        text.bound = lexicon.numbers.len() as u32;
        text.bytes = bytes;
        text
    }

    /// Splits `bytes`, taking over from `neighbour` what both begin and end with.
    #[must_use]
    pub fn like(bytes: Arc<Vec<u8>>, neighbour: &Self, lexicon: &mut Lexicon) -> Self {
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
        text.numbers.reserve(guess);
        text.ends.extend_from_slice(&neighbour.ends[..head]);
        text.numbers.extend_from_slice(&neighbour.numbers[..head]);
        text.indent_columns = neighbour.indent_columns;
        text.filled = neighbour.filled;
        text.push_middle(&bytes[..middle_end], head_bytes, neighbour, head..tail, lexicon);
        text.bound = lexicon.numbers.len() as u32;
        let (ours, theirs_len) = (bytes.len() as u32, theirs.len() as u32);
        text.ends.extend(neighbour.ends[tail..].iter().map(|&end| ours - (theirs_len - end)));
        text.numbers.extend_from_slice(&neighbour.numbers[tail..]);
        text.bytes = bytes;
        text
    }

    /// Pushes what lies between the common start and end. Stretches that the neighbour has too are found again behind a change.
    fn push_middle(
        &mut self,
        bytes: &[u8],
        from: usize,
        neighbour: &Self,
        theirs: Range<usize>,
        lexicon: &mut Lexicon,
    ) {
        let end_of_theirs = neighbour.start(theirs.end);
        let (mut at, mut line) = (from, theirs.start);
        while at < bytes.len() {
            let start = neighbour.start(line);
            let same = common_prefix(&bytes[at..], &neighbour.bytes[start..end_of_theirs]);
            let whole = neighbour.whole_lines(line..theirs.end, start + same);
            if whole > line {
                let ends = &neighbour.ends[line..whole];
                self.ends.extend(ends.iter().map(|&end| (end as usize - start + at) as u32));
                self.numbers.extend_from_slice(&neighbour.numbers[line..whole]);
                at += neighbour.start(whole) - start;
                line = whole;
                continue;
            }
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline + 1);
            self.push_line(&bytes[at..end], end, lexicon);
            // A short line such as a brace stands in many places, and says little about where we are.
            let reach = if end - at < SHORT_LINE { line + 1 } else { line + LOOK_AHEAD };
            let ahead = &neighbour.numbers[line..reach.min(theirs.end)];
            at = end;
            if let Some(skipped) = self.numbers.last().and_then(|number| ahead.iter().position(|other| other == number))
            {
                self.forget(neighbour, line..line + skipped + 1);
                line += skipped + 1;
            }
        }
        self.forget(neighbour, line..theirs.end);
    }

    /// Takes the indentation of lines that are the neighbour's alone out of the sums that were taken over from it.
    fn forget(&mut self, neighbour: &Self, lines: Range<usize>) {
        let (mut columns, mut filled) = (0, 0);
        for line in lines {
            count_indent(neighbour.line(line), &mut columns, &mut filled);
        }
        self.indent_columns -= columns;
        self.filled -= filled;
    }

    /// Behind the last of these lines that ends at or before `end` with a newline.
    fn whole_lines(&self, lines: Range<usize>, end: usize) -> usize {
        let whole = lines.start + self.ends[lines.clone()].partition_point(|&line_end| line_end as usize <= end);
        let terminated = whole == lines.start || self.bytes.get(self.start(whole) - 1) == Some(&b'\n');
        if terminated { whole } else { whole - 1 }
    }

    fn push_lines(&mut self, bytes: &[u8], from: usize, to: usize, lexicon: &mut Lexicon) {
        let mut start = from;
        for newline in memchr_iter(b'\n', &bytes[from..to]) {
            let end = from + newline + 1;
            self.push_line(&bytes[start..end], end, lexicon);
            start = end;
        }
        if start < to {
            self.push_line(&bytes[start..to], to, lexicon);
        }
    }

    fn push_line(&mut self, line: &[u8], end: usize, lexicon: &mut Lexicon) {
        self.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
        self.numbers.push(lexicon.number(line));
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

    /// A number for each line.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Above every number of its lines.
    #[must_use]
    pub fn bound(&self) -> u32 {
        self.bound
    }

    /// The whole content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of lines, an unterminated last one included.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.numbers.len() as u32
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
        let (low, high) = chunk.split_at(8);
        let word = |half: &[u8]| half.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        state = fold(state ^ word(low), A ^ word(high));
    }
    // The first and last bytes of what is left, overlapping: the length is in the state already.
    let rest = chunks.remainder();
    let (low, high) = if let (Some(low), Some(high)) = (rest.first_chunk(), rest.last_chunk()) {
        (u64::from_le_bytes(*low), u64::from_le_bytes(*high))
    } else if let (Some(low), Some(high)) = (rest.first_chunk(), rest.last_chunk()) {
        (u64::from(u32::from_le_bytes(*low)), u64::from(u32::from_le_bytes(*high)))
    } else {
        (rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0)
    };
    fold(fold(state ^ low, B ^ high), A)
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
        Text::new(Arc::new(content.to_vec()), &mut Lexicon::default())
    }

    #[test]
    fn an_unterminated_line_counts() {
        assert_eq!(text(b"a\nb").lines(), 2);
        assert_eq!(text(b"a\nb\n").lines(), 2);
        assert_eq!(text(b"").lines(), 0);
        assert_eq!(text(b"a\na").numbers(), [0, 1]);
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
                let mut lexicon = Lexicon::default();
                let old = Text::new(Arc::new(old.clone()), &mut lexicon);
                let like = Text::like(Arc::new(new.clone()), &old, &mut lexicon);
                let fresh = Text::new(Arc::new(new.clone()), &mut lexicon);
                prop_assert_eq!(&like.ends, &fresh.ends);
                prop_assert_eq!(&like.numbers, &fresh.numbers);
                prop_assert_eq!(like.indent_columns, fresh.indent_columns);
                prop_assert_eq!(like.filled, fresh.filled);
                prop_assert_eq!(like.binary, fresh.binary);
            }
        }
    }
}
