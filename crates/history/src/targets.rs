//! What fuzzing calls: each parser of what comes from outside as a plain function that must end, and must not panic, whatever the bytes.
//!
//! The tests beside it feed them with whole and with harmed input on every run; `fuzz/` drives the same functions for hours.

#[cfg(test)]
mod tests;

use gix::ObjectId;

use crate::message;
use crate::objects;
use crate::state::{self, Known};
use crate::touched::Catalog;

/// A commit object: header, message, trailers. Gives the trailers.
#[must_use]
pub fn commit(bytes: &[u8]) -> usize {
    let head = message::head(bytes);
    let row = message::row(ObjectId::null(gix::hash::Kind::Sha1), bytes);
    assert!(head.is_none() || row.parents.len() >= head.map_or(0, |head| head.parents.len()));
    row.trailers.len()
}

/// A delta of a pack, applied to a base. Gives the size of what came out.
#[must_use]
pub fn delta(base: &[u8], delta: &[u8]) -> Option<usize> {
    objects::apply(base, delta).map(|content| content.len())
}

/// A file of the state between runs. Gives how many of its bytes are whole.
#[must_use]
pub fn state(bytes: &[u8]) -> usize {
    let (_, whole) = state::understood(bytes, 20, &mut Catalog::default());
    assert!(whole <= bytes.len());
    whole
}

/// The records of a block of the state, as they are behind its checksum.
#[must_use]
pub fn state_records(bytes: &[u8]) -> bool {
    state::records(bytes, 20, &mut Catalog::default(), &mut Known::default()).is_some()
}

/// A source file in the `nth` language, of those that have a grammar and those that have none. Gives its lines.
#[must_use]
pub fn source(nth: usize, bytes: &[u8]) -> u32 {
    let languages: Vec<&'static str> = crate::languages::all().collect();
    let language = languages.get(nth % languages.len().max(1)).copied();
    let measured = crate::syntax::measure(language, bytes);
    assert_eq!(measured.blank + measured.comment + measured.code, measured.lines);
    let _ = crate::debt::admissions(bytes, &measured);
    measured.lines
}

/// A manifest or lock file at `path`. Gives the dependencies that it names; none when it is no manifest or cannot be read.
#[must_use]
pub fn manifest(path: &str, bytes: &[u8]) -> Option<usize> {
    crate::manifests::read(path, bytes)?.ok().map(|found| found.len())
}
