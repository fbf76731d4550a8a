//! Comments that admit debt: markers, and prose in which an author says that the code is not as it should be.
//!
//! Only comments are read. The phrases are facts from the literature on self-admitted technical debt: Potdar and Shihab, "An
//! exploratory study on self-admitted technical debt" (ICSME 2014), which lists patterns found by reading 101,762 comments; those that
//! also occur in ordinary prose ("because of this", "silly") are left out, so that a reader who opens the list finds debt.

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::syntax::{FunctionFound, Measured};
use crate::word::Word;

/// Longest text kept, in characters.
pub const MAX_TEXT: usize = 500;

/// A comment that admits debt.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AdmissionFound {
    /// The line, from 1.
    pub line: u32,
    /// `TODO`, `FIXME`, `HACK`, `XXX`, or `prose`.
    #[serde(with = "crate::word")]
    pub marker: Word,
    /// What the comment says from there on, on one line, at most [`MAX_TEXT`] characters.
    pub text: String,
    /// The innermost function that the line stands in.
    pub in_function: Option<String>,
}

/// Words that mark debt, in capitals.
const MARKERS: [&str; 4] = ["TODO", "FIXME", "HACK", "XXX"];

/// Phrases that admit debt (Potdar and Shihab 2014), lower case, single blanks.
const PHRASES: &[&str] = &[
    "abandon all hope",
    "at a loss",
    "bail out for now",
    "barf",
    "cause for issue",
    "certainly buggy",
    "could be done better",
    "don't ask me why",
    "don't use this",
    "fix this crap",
    "get rid of this",
    "give up",
    "hackish",
    "hacky",
    "hang our heads in shame",
    "inconsistency",
    "is problematic",
    "is this right?",
    "is this line really safe",
    "it doesn't work yet",
    "just abandon it",
    "kludge",
    "kludgy",
    "may cause problem",
    "needs cleanup",
    "needs to be fixed",
    "needs to be refactored",
    "not sure if this is",
    "prolly a bug",
    "probably a bug",
    "quick and dirty",
    "remove me before production",
    "remove this code",
    "risk of this blowing up",
    "should be refactored",
    "something bad happened",
    "something's gone wrong",
    "something serious is wrong",
    "take care of this later",
    "temporary crutch",
    "temporary hack",
    "temporary solution",
    "temporary workaround",
    "there is a problem",
    "this can be a mess",
    "this doesn't look right",
    "this indicates a more fundamental problem",
    "this is a bit of a hack",
    "this is a hack",
    "this is an ugly",
    "this is bs",
    "this is temporary and will go away",
    "this is uncool",
    "this is wrong",
    "this isn't quite right",
    "this isn't very solid",
    "toss it",
    "treat this as a soft error",
    "trial and error",
    "ugly hack",
    "ugly workaround",
    "unknown why we ever experience this",
    "workaround for a bug",
    "you can be unhappy",
];

/// The admissions of one measured file, in order of their line.
#[must_use]
pub fn admissions(content: &[u8], measured: &Measured) -> Vec<AdmissionFound> {
    let mut found = Vec::new();
    let mut lines = LineNumbers { content, at: 0, line: 1 };
    for block in blocks(content, &measured.comments) {
        in_block(content, block, &mut lines, &measured.functions, &mut found);
    }
    found
}

/// Comments on following lines with nothing but white space between them are one text: prose runs over line ends.
fn blocks(content: &[u8], comments: &[Range<u32>]) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for comment in comments {
        let (start, end) = (comment.start as usize, comment.end as usize);
        match blocks.last_mut() {
            Some(last)
                if content.get(last.end..start).is_some_and(|gap| gap.trim_ascii().is_empty() && gap.len() < 200) =>
            {
                last.end = end;
            }
            _ => blocks.push(start..end),
        }
    }
    blocks
}

fn in_block(
    content: &[u8],
    block: Range<usize>,
    lines: &mut LineNumbers<'_>,
    functions: &[FunctionFound],
    found: &mut Vec<AdmissionFound>,
) {
    let Some(bytes) = content.get(block.clone()) else { return };
    let text = Text::new(bytes);
    let mut places: Vec<(usize, &'static str)> = markers(&text.plain);
    // Prose inside a marked comment is the marker's text already.
    let lower = text.plain.to_ascii_lowercase();
    for phrase in PHRASES {
        if let Some(at) = find_word(&lower, phrase)
            && !places.iter().any(|(marked, marker)| *marker != "prose" && *marked <= at && at - marked < MAX_TEXT)
            && !places.iter().any(|(other, marker)| *marker == "prose" && at.abs_diff(*other) < 200)
        {
            places.push((at, "prose"));
        }
    }
    places.sort_unstable();
    for (place, (at, marker)) in places.iter().enumerate() {
        let next = places.get(place + 1).map_or(text.plain.len(), |(next, _)| *next);
        let line = lines.of(block.start + text.source(*at));
        let words = text.plain.get(*at..next).unwrap_or_default();
        found.push(AdmissionFound {
            line,
            marker,
            text: words.trim().chars().take(MAX_TEXT).collect(),
            in_function: innermost(functions, line),
        });
    }
}

/// Where markers stand as words of their own: `TODO`, `TODO:`, `TODO(name)`, not `mastodon`, `TODOS_TABLE` or `xxx`.
fn markers(text: &str) -> Vec<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut found = Vec::new();
    for marker in MARKERS {
        for at in memchr::memmem::find_iter(bytes, marker) {
            let before = at > 0 && is_word(at - 1);
            if !before && !is_word(at + marker.len()) {
                found.push((at, marker));
            }
        }
    }
    found.sort_unstable();
    // `TODO FIXME: …` is one admission.
    found.dedup_by(|next, kept| next.0 - kept.0 < 8);
    found
}

fn find_word(text: &str, phrase: &str) -> Option<usize> {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    memchr::memmem::find_iter(text.as_bytes(), phrase).find(|at| {
        let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
        !is_letter(before) && !is_letter(text.as_bytes().get(at + phrase.len()))
    })
}

fn innermost(functions: &[FunctionFound], line: u32) -> Option<String> {
    let holds = |function: &&FunctionFound| function.start_line <= line && line <= function.end_line;
    functions
        .iter()
        .filter(holds)
        .min_by_key(|function| function.end_line - function.start_line)
        .map(|function| function.name.clone())
}

/// A comment without its tokens and line ends, and where each of its bytes came from.
struct Text {
    plain: String,
    /// For each line of the comment: where it begins in `plain`, and where in the source.
    lines: Vec<(usize, usize)>,
}

impl Text {
    fn new(bytes: &[u8]) -> Self {
        let mut text = Self { plain: String::new(), lines: Vec::new() };
        let mut at = 0;
        for line in bytes.split(|byte| *byte == b'\n') {
            let inner = line.iter().position(|byte| !b" \t\r/*#!-;%\"'<".contains(byte)).unwrap_or(line.len());
            let words = String::from_utf8_lossy(line.get(inner..).unwrap_or_default());
            let words = words.trim_end_matches(['/', '*', ' ', '\t', '\r']);
            if !text.plain.is_empty() && !text.plain.ends_with(' ') {
                text.plain.push(' ');
            }
            text.lines.push((text.plain.len(), at + inner));
            text.plain.push_str(words);
            at += line.len() + 1;
        }
        text
    }

    /// Where a place of the plain text's line begins in the source.
    fn source(&self, place: usize) -> usize {
        self.lines.iter().rev().find(|(start, _)| *start <= place).map_or(0, |(_, source)| *source)
    }
}

/// Line numbers of growing offsets.
struct LineNumbers<'a> {
    content: &'a [u8],
    at: usize,
    line: u32,
}

impl LineNumbers<'_> {
    fn of(&mut self, offset: usize) -> u32 {
        let passed = self.content.get(self.at..offset).unwrap_or_default();
        self.line += u32::try_from(memchr::memchr_iter(b'\n', passed).count()).unwrap_or(0);
        self.at = self.at.max(offset);
        self.line
    }
}
