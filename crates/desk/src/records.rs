//! What people write: typed, versioned, never edited in place and never lost once acknowledged.
//!
//! Until the database comes, records live in one append-only journal in the data folder. The database's importer will read it; the
//! types of this module stay.

mod changes;
mod journal;
mod meanwhile;
#[cfg(test)]
mod tests;
mod undo;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use changes::Changes;
pub use journal::{Step, Trip};
pub use meanwhile::{Changed, Meanwhile};
pub use undo::{UNDO_SECONDS, Written};

use crate::{FieldError, Refusal};
use journal::Journal;

/// A kind of record.
pub trait Record: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Its name in files and paths: two lower-case words (`quality_goal`).
    const KIND: &'static str;
    /// The version of its body; an old body is upgraded when it is read.
    const BODY_VERSION: u32 = 1;

    /// The record in a few words.
    fn title(&self) -> String;

    /// What is wrong with the body, beside each field.
    ///
    /// # Errors
    /// The fields that do not hold.
    fn check(&self) -> Result<(), Vec<FieldError>> {
        Ok(())
    }

    /// The body in the present version, from an older one.
    ///
    /// # Errors
    /// A fragment that says why the body cannot be read.
    fn upgrade(from: u32, body: Value) -> Result<Value, String> {
        let _ = body;
        Err(format!("version {from} of {} is not known", Self::KIND))
    }
}

/// A record with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stored<R> {
    /// Its id, a UUIDv7.
    pub id: String,
    /// Its version, from 1; every write names the version that it saw.
    pub version: u64,
    /// Who wrote this version.
    pub author: String,
    /// When the first version was written.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When this version was written.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Whether it was put away.
    pub archived: bool,
    /// What was written.
    pub body: R,
}

/// One version of a record as the journal holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The record's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The version, from 1.
    pub version: u64,
    /// The body's version.
    pub body_version: u32,
    /// The record in a few words.
    pub title: String,
    /// What was written.
    pub body: Value,
    /// Whether the record is put away from here on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// One line of the journal: what one act wrote, as a whole or not at all. The line is also its audit row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The line's number, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By which act: `stage/practice/act`.
    pub act: String,
    /// BLAKE3 of the line before, hex; empty for the first.
    pub prev: String,
    /// The versions that it wrote.
    pub writes: Vec<Version>,
}

/// What was wrong with the journal's end when it was opened or refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// Bytes of the unfinished line. Nobody was told that it was saved.
    pub bytes: u64,
    /// Where they were kept.
    pub kept_in: PathBuf,
}

/// Why records cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The folder or file cannot be used.
    #[error("cannot {doing} {path}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A line before the last is not what was written.
    #[error("line {line} of {path} is damaged ({why}); nothing was changed")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The first bad line, from 1.
        line: u64,
        /// In which way.
        why: &'static str,
    },
}

impl From<RecordsError> for Refusal {
    fn from(error: RecordsError) -> Self {
        let hint = match &error {
            RecordsError::Io { .. } => {
                "Nothing was saved. Check free space and rights of the data folder, then try again."
            }
            RecordsError::Damaged { .. } => {
                "Copy the data folder before anything else; a backup of the journal mends it."
            }
        };
        let mut message = error.to_string();
        if let RecordsError::Io { source, .. } = &error {
            message = format!("{message}: {source}");
        }
        Self::unavailable(message).hint(hint)
    }
}

#[derive(Debug, Default)]
struct State {
    /// Every version of each record, oldest first.
    versions: BTreeMap<String, Vec<(Timestamp, String, Version)>>,
    seq: u64,
}

impl State {
    fn take(&mut self, entry: Entry) {
        self.seq = entry.seq;
        for write in entry.writes {
            self.versions.entry(write.id.clone()).or_default().push((entry.at, entry.actor.clone(), write));
        }
    }
}

/// The records of a data folder. Clones share one journal; several processes may use one folder.
#[derive(Debug, Clone)]
pub struct Records {
    inner: Arc<Mutex<(Journal, State)>>,
}

impl Records {
    /// Opens the records of `dir`, making the folder when it is not there. A torn last line is put aside and told by [`Self::torn`].
    ///
    /// # Errors
    /// When the folder cannot be used, or a line before the last is damaged.
    pub fn open(dir: &Path) -> Result<Self, RecordsError> {
        Self::open_with(dir, Trip::never())
    }

    /// As [`Self::open`], with a seam for faults: `trip` is asked before each step on the disk.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(dir: &Path, trip: Trip) -> Result<Self, RecordsError> {
        let mut journal = Journal::open(dir, trip)?;
        let mut state = State::default();
        for entry in journal.refresh()? {
            state.take(entry);
        }
        Ok(Self { inner: Arc::new(Mutex::new((journal, state))) })
    }

    fn lock(&self) -> MutexGuard<'_, (Journal, State)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state after reading what other processes have written.
    fn fresh(&self) -> Result<MutexGuard<'_, (Journal, State)>, RecordsError> {
        let mut guard = self.lock();
        let (journal, state) = &mut *guard;
        for entry in journal.refresh()? {
            state.take(entry);
        }
        Ok(guard)
    }

    /// What was wrong with the journal's end, when something was.
    #[must_use]
    pub fn torn(&self) -> Option<Torn> {
        self.lock().0.torn.clone()
    }

    /// The number of the last line: it grows with each acknowledged act.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn version(&self) -> Result<u64, RecordsError> {
        Ok(self.fresh()?.1.seq)
    }

    /// The record of that id, put away or not.
    ///
    /// # Errors
    /// Refused when there is none of this kind, unavailable when the journal cannot be read.
    pub fn get<R: Record>(&self, id: &str) -> Result<Stored<R>, Refusal> {
        let guard = self.fresh()?;
        let versions = guard.1.versions.get(id).filter(|versions| versions.iter().any(|(_, _, v)| v.kind == R::KIND));
        versions.map_or_else(|| Err(Refusal::not_found(format!("no {} with id {id}", R::KIND))), |all| read(all))
    }

    /// The records of a kind that are not put away, oldest first.
    ///
    /// # Errors
    /// Unavailable when the journal cannot be read, a bug when a body cannot.
    pub fn list<R: Record>(&self) -> Result<Vec<Stored<R>>, Refusal> {
        let guard = self.fresh()?;
        let kind = |all: &&Vec<(Timestamp, String, Version)>| {
            all.last().is_some_and(|(_, _, last)| last.kind == R::KIND && !last.archived)
        };
        guard.1.versions.values().filter(kind).map(|all| read(all)).collect()
    }

    /// What changed in a record since version `seen`.
    fn meanwhile(&self, id: &str, seen: u64) -> Option<Meanwhile> {
        Meanwhile::since(self.fresh().ok()?.1.versions.get(id)?, seen)
    }

    /// Every version of a record, oldest first.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn history<R: Record>(&self, id: &str) -> Result<Vec<Stored<R>>, Refusal> {
        let guard = self.fresh()?;
        let all = guard.1.versions.get(id).filter(|all| all.iter().all(|(_, _, v)| v.kind == R::KIND));
        let all = all.ok_or_else(|| Refusal::not_found(format!("no {} with id {id}", R::KIND)))?;
        (1..=all.len()).filter_map(|count| all.get(..count)).map(read).collect()
    }

    /// Begins an act's changes: nothing is written before [`Changes::commit`].
    #[must_use]
    pub fn changes(&self, actor: &str, act: &str, at: Timestamp, ids: crate::Entropy) -> Changes {
        Changes::begin(self.clone(), actor, act, at, ids)
    }
}

fn read<R: Record>(all: &[(Timestamp, String, Version)]) -> Result<Stored<R>, Refusal> {
    let (Some((created_at, _, _)), Some((updated_at, author, last))) = (all.first(), all.last()) else {
        return Err(Refusal::fault("a record without a version"));
    };
    let body = if last.body_version == R::BODY_VERSION {
        last.body.clone()
    } else {
        R::upgrade(last.body_version, last.body.clone())
            .map_err(|why| Refusal::fault(format!("{} {} cannot be read: {why}", R::KIND, last.id)))?
    };
    let body = serde_json::from_value(body)
        .map_err(|error| Refusal::bug(format!("{} {} cannot be read", R::KIND, last.id), error))?;
    Ok(Stored {
        id: last.id.clone(),
        version: last.version,
        author: author.clone(),
        created_at: *created_at,
        updated_at: *updated_at,
        archived: last.archived,
        body,
    })
}
