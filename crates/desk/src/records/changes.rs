//! What one act writes: collected first, then written as a whole with its audit line, or not at all.

use jiff::Timestamp;
use serde_json::Value;

use super::{Entry, Meanwhile, Record, Records, RecordsError, State, Stored, Version, Written};
use crate::{Entropy, Refusal};

/// The changes of one act. Dropping them writes nothing.
#[derive(Debug)]
pub struct Changes {
    records: Records,
    actor: String,
    act: String,
    at: Timestamp,
    ids: Entropy,
    /// The version that each write saw (0 for a new record), and what it writes.
    writes: Vec<(u64, Version)>,
}

impl Changes {
    pub(super) fn begin(records: Records, actor: &str, act: &str, at: Timestamp, ids: Entropy) -> Self {
        Self { records, actor: actor.to_owned(), act: act.to_owned(), at, ids, writes: Vec::new() }
    }

    /// A new record.
    ///
    /// # Errors
    /// Refused when the body does not hold; the fields say why.
    pub fn add<R: Record>(&mut self, body: R) -> Result<Stored<R>, Refusal> {
        let id = uuid_v7(self.at, &self.ids);
        self.stage(id, 0, self.at, false, body)
    }

    /// A new version of the record `id`, written by somebody who saw version `seen`.
    ///
    /// # Errors
    /// Refused when the body does not hold, there is no such record, or somebody else wrote meanwhile.
    pub fn put<R: Record>(&mut self, id: &str, seen: u64, body: R) -> Result<Stored<R>, Refusal> {
        let present = self.records.get::<R>(id)?;
        if present.version != seen {
            return Err(stale(R::KIND, id, seen, present.version, self.records.meanwhile(id, seen)));
        }
        self.stage(id.to_owned(), seen, present.created_at, false, body)
    }

    /// Puts the record `id` away. It stays in the history for ever.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn archive<R: Record>(&mut self, id: &str, seen: u64) -> Result<Stored<R>, Refusal> {
        let present = self.records.get::<R>(id)?;
        if present.version != seen {
            return Err(stale(R::KIND, id, seen, present.version, self.records.meanwhile(id, seen)));
        }
        self.stage(id.to_owned(), seen, present.created_at, true, present.body)
    }

    fn stage<R: Record>(
        &mut self,
        id: String,
        seen: u64,
        created_at: Timestamp,
        archived: bool,
        body: R,
    ) -> Result<Stored<R>, Refusal> {
        body.check().map_err(Refusal::fields)?;
        if self.writes.iter().any(|(_, write)| write.id == id) {
            return Err(Refusal::fault(format!("one act writes {} {id} twice", R::KIND)));
        }
        let json: Value =
            serde_json::to_value(&body).map_err(|error| Refusal::bug(format!("cannot write a {}", R::KIND), error))?;
        let version = seen + 1;
        self.writes.push((
            seen,
            Version {
                id: id.clone(),
                kind: R::KIND.to_owned(),
                version,
                body_version: R::BODY_VERSION,
                title: body.title(),
                body: json,
                archived,
            },
        ));
        Ok(Stored { id, version, author: self.actor.clone(), created_at, updated_at: self.at, archived, body })
    }

    /// Whether there is anything to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Writes everything in one line and returns what was written once it is on the disk.
    ///
    /// # Errors
    /// Refused when somebody else wrote one of the records meanwhile, unavailable when the disk fails; then nothing was written.
    pub fn commit(self) -> Result<Vec<Written>, Refusal> {
        let Self { records, actor, act, at, writes, .. } = self;
        let written =
            writes.iter().map(|(_, write)| Written { id: write.id.clone(), version: write.version }).collect();
        let mut guard = records.fresh().map_err(Refusal::from)?;
        let (journal, state) = &mut *guard;
        let (entries, outcome) = journal.append(at, &actor, &act, |news| {
            for (seen, write) in &writes {
                let now = version_of(state, &write.id).max(
                    news.iter()
                        .flat_map(|e| &e.writes)
                        .filter(|w| w.id == write.id)
                        .map(|w| w.version)
                        .max()
                        .unwrap_or(0),
                );
                if now != *seen {
                    return Err(stale(&write.kind, &write.id, *seen, now, meanwhile(state, news, &write.id, *seen)));
                }
            }
            Ok(writes.into_iter().map(|(_, write)| write).collect())
        });
        for entry in entries {
            state.take(entry);
        }
        outcome.map(|()| written)
    }
}

fn version_of(state: &State, id: &str) -> u64 {
    state.versions.get(id).and_then(|all| all.last()).map_or(0, |(_, _, last)| last.version)
}

fn stale(kind: &str, id: &str, seen: u64, now: u64, meanwhile: Option<Meanwhile>) -> Refusal {
    Refusal::conflict(format!("{kind} {id} is at version {now}, you saw version {seen}"))
        .hint("Somebody else changed it meanwhile. Look at what they wrote, then save again; nothing was overwritten.")
        .meanwhile(meanwhile)
}

/// As [`Records::meanwhile`], with lines that another process has only just written.
fn meanwhile(state: &State, news: &[Entry], id: &str, seen: u64) -> Option<Meanwhile> {
    let mut versions = state.versions.get(id)?.clone();
    for entry in news {
        let writes = entry.writes.iter().filter(|write| write.id == id);
        versions.extend(writes.map(|write| (entry.at, entry.actor.clone(), write.clone())));
    }
    Meanwhile::since(&versions, seen)
}

/// A UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness.
fn uuid_v7(at: Timestamp, ids: &Entropy) -> String {
    let mut bytes = ids.bytes::<16>();
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0).to_be_bytes();
    for (place, byte) in bytes.iter_mut().zip(millis.iter().skip(2)) {
        *place = *byte;
    }
    let hex: String = bytes
        .iter()
        .enumerate()
        .map(|(place, byte)| match place {
            6 => format!("{:02x}", (byte & 0x0f) | 0x70),
            8 => format!("{:02x}", (byte & 0x3f) | 0x80),
            _ => format!("{byte:02x}"),
        })
        .collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

impl From<Box<RecordsError>> for Refusal {
    fn from(error: Box<RecordsError>) -> Self {
        (*error).into()
    }
}
