//! What a difference says beyond its hunks: deleted lines that came back with other white space, and deleted lines that say
//! nothing to a machine (blank, or comment alone).

use rustc_hash::FxHashMap;

use super::Hunk;
use crate::languages::Language;
use crate::text::Text;

/// Lines that are the same on both sides but for white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Respaced {
    /// First old line, from 0.
    pub before: u32,
    /// First new line, from 0.
    pub after: u32,
    /// Lines, at least 1.
    pub lines: u32,
}

/// Neighbouring old lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First line, from 0.
    pub start: u32,
    /// Behind the last line.
    pub end: u32,
}

/// Characters, white space left out, below which a line stands in many places: it is matched only right behind a match.
const SHORT: usize = 3;

/// Lines that came back inside their own hunk with other white space, in order; none cross.
#[must_use]
pub(crate) fn respaced(before: &Text, after: &Text, hunks: &[Hunk]) -> Vec<Respaced> {
    let mut found: Vec<Respaced> = Vec::new();
    let mut places: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for hunk in hunks.iter().filter(|hunk| hunk.before_start < hunk.before_end && hunk.after_start < hunk.after_end) {
        places.clear();
        for line in hunk.after_start..hunk.after_end {
            if let Some((hash, _)) = squeezed(after.line(line as usize)) {
                places.entry(hash).or_default().push(line);
            }
        }
        let mut next = hunk.after_start;
        for line in hunk.before_start..hunk.before_end {
            let Some((hash, length)) = squeezed(before.line(line as usize)) else { continue };
            let Some(places) = places.get(&hash) else { continue };
            let Some(&place) = places.get(places.partition_point(|&place| place < next)) else { continue };
            if length < SHORT && place != next {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.before + last.lines == line && last.after + last.lines == place => last.lines += 1,
                _ => found.push(Respaced { before: line, after: place, lines: 1 }),
            }
            next = place + 1;
        }
    }
    found
}

/// Deleted lines that are blank or hold comment alone, as far as the line itself tells.
#[must_use]
pub(crate) fn hollow(before: &Text, hunks: &[Hunk], language: Option<&Language>) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for hunk in hunks {
        for line in hunk.before_start..hunk.before_end {
            if !says_nothing(before.line(line as usize), language) {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end == line => last.end += 1,
                _ => found.push(Span { start: line, end: line + 1 }),
            }
        }
    }
    found
}

fn says_nothing(line: &[u8], language: Option<&Language>) -> bool {
    let line = line.trim_ascii();
    if line.is_empty() {
        return true;
    }
    let Some(language) = language else { return false };
    let opens = |token: &str| {
        line.get(..token.len()).is_some_and(|start| start.eq_ignore_ascii_case(token.as_bytes()))
            && (!token.ends_with(|end: char| end.is_ascii_alphanumeric())
                || line.get(token.len()).is_none_or(u8::is_ascii_whitespace))
    };
    let alone = |&(open, close): &(&str, &str)| {
        // What follows a comment that ends on its line may be code.
        opens(open) && memchr::memmem::find(line, close.as_bytes()).is_none_or(|at| at + close.len() == line.len())
    };
    let starred = language.block.iter().any(|&(open, _)| open == "/*")
        && (line == b"*" || line.starts_with(b"* ") || line == b"*/");
    starred || language.line.iter().any(|token| opens(token)) || language.block.iter().any(alone)
}

/// A hash of the line without its white space, and how many bytes that leaves; none for a blank line.
fn squeezed(line: &[u8]) -> Option<(u64, usize)> {
    let (mut hash, mut length) = (0xcbf2_9ce4_8422_2325_u64, 0);
    for byte in line.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        length += 1;
    }
    (length > 0).then_some((hash ^ hash >> 29, length))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Respaced, Span, hollow, respaced};
    use crate::diff::Differ;
    use crate::languages::by_language;
    use crate::text::{Lexicon, Text};

    fn texts(before: &str, after: &str) -> (Text, Text) {
        let mut lexicon = Lexicon::default();
        let mut text = |content: &str| Text::new(Arc::new(content.as_bytes().to_vec()), &mut lexicon);
        (text(before), text(after))
    }

    #[test]
    fn an_indented_block_is_respaced() {
        let (before, after) = texts("a();\nb();\n}\n", "if x {\n    a();\n    b();\n    }\n}\n");
        let hunks = Differ::default().diff(&before, &after).hunks;
        assert_eq!(respaced(&before, &after, &hunks), [Respaced { before: 0, after: 1, lines: 2 }]);
    }

    #[test]
    fn other_words_are_not_respaced() {
        let (before, after) = texts("a(b);\n", "a(c);\n");
        let hunks = Differ::default().diff(&before, &after).hunks;
        assert_eq!(respaced(&before, &after, &hunks), []);
    }

    #[test]
    fn blank_and_comment_lines_are_hollow() {
        let (before, after) = texts("x();\n\n// why\n/* a */ y();\n/* b */\n * c\n", "");
        let hunks = Differ::default().diff(&before, &after).hunks;
        let found = hollow(&before, &hunks, by_language("C"));
        assert_eq!(found, [Span { start: 1, end: 3 }, Span { start: 4, end: 6 }]);
        assert_eq!(hollow(&before, &hunks, None), [Span { start: 1, end: 2 }]);
    }
}
