//! Whether the functions of a type belong together: groups that share no field and no call (LCOM4, Hitz and Montazeri 1995).
//!
//! Two functions are tied when both use one field, or one calls the other. Fields are what follows `self`, `this`, a receiver or `@`; where a
//! language needs no such word, the names that the type itself declares. Constructors tie everything and are left out; a group counts
//! from two functions and ten code lines on, since an accessor alone says nothing.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::frames::Row;
use super::grammar::{Grammar, Habit};

/// One type with functions of its own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TypeFound {
    /// Its name.
    pub name: String,
    /// First line of its first function.
    pub start_line: u32,
    /// Last line of its last function.
    pub end_line: u32,
    /// Functions, constructors left out.
    pub methods: u32,
    /// Groups of at least two functions and ten code lines that share no field and no call.
    pub groups: u32,
}

/// Fewest functions of a group.
const GROUP_FUNCTIONS: usize = 2;
/// Fewest code lines of a group.
const GROUP_LINES: u32 = 10;
/// Words for the object at hand.
const SELVES: [&str; 4] = ["self", "this", "cls", "@"];
/// Names of functions that make an object.
const CONSTRUCTORS: [&str; 6] = ["__init__", "__construct", "constructor", "init", "initialize", "new"];

/// The types of a file; `types` are the names and byte ranges of their declarations, `code_lines` the code lines of each row.
pub(super) fn types(
    grammar: &Grammar,
    content: &[u8],
    comments: &[Range<u32>],
    declared: &[(String, Range<usize>)],
    rows: &[Row],
    code_lines: &[u32],
) -> Vec<TypeFound> {
    let implicit = grammar.does(Habit::ImplicitReceiver);
    let mut methods: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.method) {
        // A type of somewhere else (`io::Cursor`) has its other functions there.
        if let Some(name) = row.found.container.as_deref().filter(|name| !name.contains("::")) {
            methods.entry(name).or_default().push(place);
        }
    }
    let mut found: Vec<TypeFound> = methods
        .into_iter()
        .filter_map(|(name, places)| {
            let members: Vec<&Row> = places.iter().filter_map(|place| rows.get(*place)).collect();
            let known = implicit.then(|| names_of(content, comments, declared, name, rows));
            let kept = places.iter().filter(|place| rows.get(**place).is_some_and(|row| !constructs(row, name)));
            let functions: Vec<Function<'_>> = kept
                .filter_map(|place| {
                    let row = rows.get(*place)?;
                    Some(Function {
                        name: &row.found.name,
                        lines: code_lines.get(*place).copied().unwrap_or(0),
                        uses: uses(content, comments, row, known.as_ref()),
                    })
                })
                .collect();
            Some(TypeFound {
                name: name.to_owned(),
                start_line: members.iter().map(|row| row.found.start_line).min()?,
                end_line: members.iter().map(|row| row.found.end_line).max()?,
                methods: u32::try_from(functions.len()).unwrap_or(u32::MAX),
                groups: groups(&functions),
            })
        })
        .collect();
    found.sort_by(|a, b| (a.start_line, &a.name).cmp(&(b.start_line, &b.name)));
    found
}

fn constructs(row: &Row, container: &str) -> bool {
    let name = row.found.name.as_str();
    CONSTRUCTORS.contains(&name) || container.rsplit(['.', ':']).next() == Some(name)
}

struct Function<'a> {
    name: &'a str,
    lines: u32,
    uses: FxHashSet<&'a str>,
}

/// How many groups are left when functions that share a name are joined.
fn groups(functions: &[Function<'_>]) -> u32 {
    let mut leader: Vec<usize> = (0..functions.len()).collect();
    let mut holder: FxHashMap<&str, usize> = FxHashMap::default();
    for (place, function) in functions.iter().enumerate() {
        for name in function.uses.iter().copied().chain([function.name]) {
            match holder.get(name) {
                Some(other) => join(&mut leader, *other, place),
                None => {
                    holder.insert(name, place);
                }
            }
        }
    }
    let mut sizes: FxHashMap<usize, (usize, u32)> = FxHashMap::default();
    for (place, function) in functions.iter().enumerate() {
        let size = sizes.entry(lead(&leader, place)).or_default();
        size.0 += 1;
        size.1 += function.lines;
    }
    let large = sizes.values().filter(|(count, lines)| *count >= GROUP_FUNCTIONS && *lines >= GROUP_LINES);
    u32::try_from(large.count()).unwrap_or(u32::MAX)
}

fn lead(leader: &[usize], mut place: usize) -> usize {
    while let Some(next) = leader.get(place).copied().filter(|next| *next != place) {
        place = next;
    }
    place
}

fn join(leader: &mut [usize], a: usize, b: usize) {
    let (a, b) = (lead(leader, a), lead(leader, b));
    if let Some(of_b) = leader.get_mut(b) {
        *of_b = a;
    }
}

/// The names that a type declares outside of its functions, and those of its functions.
fn names_of<'c>(
    content: &'c [u8],
    comments: &[Range<u32>],
    declared: &[(String, Range<usize>)],
    name: &str,
    rows: &'c [Row],
) -> FxHashSet<&'c str> {
    let mut known: FxHashSet<&str> = FxHashSet::default();
    for (_, range) in declared.iter().filter(|(of, _)| of == name) {
        let inside = |at: usize| rows.iter().any(|row| (row.start..row.end).contains(&at));
        let names =
            words(content, range.clone(), comments).filter(|word| !inside(word.start) && declares(content, word));
        known.extend(names.map(|word| word.text));
    }
    known.extend(
        rows.iter().filter(|row| row.found.container.as_deref() == Some(name)).map(|row| row.found.name.as_str()),
    );
    known
}

/// Whether a word is a name being declared (`int left;`, `val left: Int`) rather than a keyword or the name of a type.
fn declares(content: &[u8], word: &Word<'_>) -> bool {
    let next = content.get(word.end..).unwrap_or_default().iter().find(|byte| !byte.is_ascii_whitespace());
    let last = content.get(..word.start).unwrap_or_default().iter().rev().find(|byte| !byte.is_ascii_whitespace());
    next.is_some_and(|byte| b";=,:){".contains(byte)) && last != Some(&b':')
}

/// The members of its own object that a function names.
fn uses<'c>(
    content: &'c [u8],
    comments: &[Range<u32>],
    row: &Row,
    known: Option<&FxHashSet<&str>>,
) -> FxHashSet<&'c str> {
    let receiver = row.receiver.clone().and_then(|range| std::str::from_utf8(content.get(range)?).ok());
    let own = |word: &str| SELVES.contains(&word) || receiver == Some(word);
    let mut found = FxHashSet::default();
    let mut before: Option<Word<'_>> = None;
    for word in words(content, row.start..row.end, comments) {
        let between = before.as_ref().and_then(|last| content.get(last.end..word.start)).unwrap_or_default();
        let (linked, owner) = (is_link(between), before.as_ref().is_some_and(|last| own(last.text)));
        let named = word.text.starts_with('@') || (linked && owner);
        let bare = !linked && known.is_some_and(|known| known.contains(word.text));
        if (named || bare) && !own(word.text) {
            found.insert(word.text);
        }
        before = Some(word);
    }
    found
}

/// Whether what stands between two names is the step from an object to its member.
fn is_link(between: &[u8]) -> bool {
    matches!(between.trim_ascii(), b"." | b"->" | b"?." | b"!." | b"?->")
}

struct Word<'c> {
    text: &'c str,
    start: usize,
    end: usize,
}

/// The names in a range of bytes, comments left out. `@` begins a name.
fn words<'c>(content: &'c [u8], range: Range<usize>, comments: &[Range<u32>]) -> impl Iterator<Item = Word<'c>> {
    let first = comments.partition_point(|comment| (comment.end as usize) <= range.start);
    let mut comments = comments.get(first..).unwrap_or_default().iter().peekable();
    let mut at = range.start;
    std::iter::from_fn(move || {
        loop {
            while comments.peek().is_some_and(|comment| (comment.end as usize) <= at) {
                comments.next();
            }
            if let Some(comment) = comments.peek().filter(|comment| (comment.start as usize) <= at) {
                at = comment.end as usize;
                continue;
            }
            let byte = *content.get(at).filter(|_| at < range.end)?;
            let start = at;
            at += 1;
            if !begins(byte) {
                continue;
            }
            while content.get(at).is_some_and(|byte| continues(*byte)) && at < range.end {
                at += 1;
            }
            let Some(text) = content.get(start..at).and_then(|bytes| std::str::from_utf8(bytes).ok()) else { continue };
            return Some(Word { text: text.trim_start_matches('$'), start, end: at });
        }
    })
}

const fn begins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'$') || byte >= 0x80
}

const fn continues(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
