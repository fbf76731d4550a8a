//! Where the comments of a file are, by its language's tokens: for languages without a grammar and for files that do not parse.

use std::ops::Range;

use super::{Language, by_language};

/// Byte ranges of comments, in order, not overlapping.
///
/// Tokens inside strings are passed over; a string ends with its line, so that an apostrophe in prose cannot swallow the file.
/// A language that is unknown has no comments.
#[must_use]
pub fn comments(language: Option<&str>, content: &[u8]) -> Vec<Range<u32>> {
    let Some(language) = language.and_then(by_language) else { return Vec::new() };
    if u32::try_from(content.len()).is_err() || (language.line.is_empty() && language.block.is_empty()) {
        return Vec::new();
    }
    let first = first_bytes(language);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = content.get(at..) {
        let Some(step) = rest.iter().position(|byte| first[usize::from(*byte)]) else { break };
        let start = at + step;
        let rest = content.get(start..).unwrap_or_default();
        let end = start + comment_length(language, content, start).unwrap_or(0);
        if end > start {
            found.push(start as u32..end as u32);
            at = end;
        } else {
            at = start + string_length(language, rest).unwrap_or(1);
        }
    }
    found
}

/// Length of the comment that opens here, its closing token included, its line end not.
fn comment_length(language: &Language, content: &[u8], start: usize) -> Option<usize> {
    let rest = content.get(start..)?;
    for (open, close) in &language.block {
        if rest.starts_with(open.as_bytes()) {
            let body = rest.get(open.len()..)?;
            let length =
                memchr::memmem::find(body, close.as_bytes()).map_or(rest.len(), |end| open.len() + end + close.len());
            return Some(length);
        }
    }
    let opens = language.line.iter().any(|token| starts_with_token(content, start, token));
    opens.then(|| memchr::memchr(b'\n', rest).unwrap_or(rest.len()))
}

/// A token of letters (`rem`, `dnl`) must stand alone and may be in capitals.
fn starts_with_token(content: &[u8], start: usize, token: &str) -> bool {
    let Some(here) = content.get(start..start + token.len()) else { return false };
    if !token.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return here == token.as_bytes();
    }
    let alone_before = start == 0 || content.get(start - 1).is_some_and(u8::is_ascii_whitespace);
    let alone_after = content.get(start + token.len()).is_none_or(u8::is_ascii_whitespace);
    alone_before && alone_after && here.eq_ignore_ascii_case(token.as_bytes())
}

/// Length of the string that opens here, at most to the end of its line.
fn string_length(language: &Language, rest: &[u8]) -> Option<usize> {
    let quote = *rest.first()?;
    if !language.quotes.as_bytes().contains(&quote) {
        return None;
    }
    let mut escaped = false;
    for (at, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            b'\n' => return Some(at),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if *byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

/// The bytes at which something may open.
fn first_bytes(language: &Language) -> [bool; 256] {
    let mut first = [false; 256];
    let tokens = language.line.iter().chain(language.block.iter().map(|(open, _)| open));
    for token in tokens {
        if let Some(byte) = token.bytes().next() {
            first[usize::from(byte)] = true;
            first[usize::from(byte.to_ascii_uppercase())] = true;
        }
    }
    for quote in language.quotes.bytes() {
        first[usize::from(quote)] = true;
    }
    first
}
