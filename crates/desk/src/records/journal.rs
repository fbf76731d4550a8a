//! The journal in which records stood before there was a database: read once, taken into the store whole, and kept beside it.
//!
//! One line an act, `CHECKSUM JSON`. A last line that is not whole was never acknowledged and is left out. A bad line before the last is
//! damage: nothing is taken in.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use store::policy::{Audience, Class};
use store::records::{Draft, Kind};
use store::{Actor, PersonId, Store};

use super::{id_of, words};
use crate::Refusal;

/// The journal's name in a data folder, and what it is called once it was taken in.
const NAMES: (&str, &str) = ("records.jsonl", "records.jsonl.taken-in");

#[derive(Debug, Deserialize)]
struct Version {
    id: String,
    kind: String,
    version: u64,
    body_version: u32,
    title: String,
    body: Value,
    #[serde(default)]
    archived: bool,
}

#[derive(Debug, Deserialize)]
struct Entry {
    seq: u64,
    at: Timestamp,
    act: String,
    prev: String,
    writes: Vec<Version>,
}

/// Takes the journal of `data` into the store as `person`, when there is one; gives the number of acts.
///
/// # Errors
/// Unavailable when the journal is damaged or the store does not answer; then nothing was taken in.
pub(crate) async fn take_in(store: &Store, data: &Path, person: PersonId, now: Timestamp) -> Result<usize, Refusal> {
    let (path, done) = (data.join(NAMES.0), data.join(NAMES.1));
    let Ok(bytes) = std::fs::read(&path) else { return Ok(0) };
    let entries = read(&bytes).map_err(|(line, why)| {
        let hint = "Copy the data folder before anything else; a backup of the journal mends it.";
        Refusal::unavailable(format!("line {line} of {} is damaged ({why}); nothing was taken in", path.display()))
            .hint(hint)
    })?;
    let access = {
        let people = store.organisation().await?;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        store.access(store::asker_of(&people, person, today), now).await?
    };
    for entry in &entries {
        let mut write = store.write(Actor::Person(person), entry.at).await?;
        write.note("act", &entry.act, None, None);
        for version in &entry.writes {
            put(&access, &mut write, version).await?;
        }
        write.keep().await?;
    }
    std::fs::rename(&path, &done)
        .map_err(|error| Refusal::unavailable(format!("cannot rename {}: {error}", path.display())))?;
    Ok(entries.len())
}

async fn put(access: &store::Access, write: &mut store::Write, version: &Version) -> Result<(), Refusal> {
    let name = crate::kinds::name_of(&version.kind);
    let kind = Kind::plain(name, Class::TeamRecord, version.body_version);
    let id = id_of(name, &version.id)?;
    let draft = Draft {
        team: None,
        subject: None,
        audience: Audience::Everyone,
        status: "open".to_owned(),
        title: if version.title.trim().is_empty() { name.replace('_', " ") } else { version.title.clone() },
        words: words(&version.body),
        body: version.body.clone(),
        due_on: None,
        parties: Vec::new(),
        reason: None,
    };
    match (version.version, version.archived) {
        (1, _) => access.create(write, &kind, id, &draft).await?,
        (next, false) => access.update(write, &kind, id, next - 1, &draft).await?,
        (next, true) => access.archive(write, &kind, id, next - 1).await?,
    };
    Ok(())
}

/// The lines of a journal, or the first bad one.
fn read(bytes: &[u8]) -> Result<Vec<Entry>, (usize, &'static str)> {
    let (mut entries, mut prev): (Vec<Entry>, String) = (Vec::new(), String::new());
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (number, line) in lines.iter().enumerate() {
        match judge(line, entries.len(), &prev) {
            Ok((entry, sum)) => {
                prev = sum;
                entries.push(entry);
            }
            Err(_) if number + 1 == lines.len() => break,
            Err(why) => return Err((number + 1, why)),
        }
    }
    Ok(entries)
}

fn judge(line: &[u8], before: usize, prev: &str) -> Result<(Entry, String), &'static str> {
    let line = std::str::from_utf8(line).map_err(|_| "not UTF-8")?;
    let line = line.strip_suffix('\n').ok_or("not whole")?;
    let (sum, json) = line.split_once(' ').ok_or("no checksum")?;
    if blake3::hash(json.as_bytes()).to_hex().as_str() != sum {
        return Err("checksum does not match");
    }
    let entry: Entry = serde_json::from_str(json).map_err(|_| "not a line of records")?;
    if entry.seq != before as u64 + 1 || entry.prev != prev {
        return Err("a line before it is missing");
    }
    Ok((entry, sum.to_owned()))
}
