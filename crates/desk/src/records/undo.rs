//! Taking an act back while it is fresh: what it wrote is followed by what was there before. Nothing is removed from the journal.

use jiff::Timestamp;

use super::{Entry, Records, State, Version};
use crate::Refusal;

/// Seconds in which an act can be taken back by a press of a button.
pub const UNDO_SECONDS: i64 = 30;

/// A version that an act wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The record's id.
    pub id: String,
    /// The version.
    pub version: u64,
}

impl Records {
    /// Writes again what was there before `actor` wrote `written`: a record that was new is put away, another gets its earlier version.
    ///
    /// # Errors
    /// Refused when it was somebody else's act, over [`UNDO_SECONDS`] ago, or when somebody has written since; then nothing is written.
    pub(crate) fn undo(&self, actor: &str, at: Timestamp, written: &[Written]) -> Result<(), Refusal> {
        let mut guard = self.fresh().map_err(Refusal::from)?;
        let (journal, state) = &mut *guard;
        let (entries, outcome) = journal.append(at, actor, "undo", |news| {
            written.iter().map(|one| before(state, news, one, actor, at)).collect::<Result<Vec<_>, Refusal>>()
        });
        for entry in entries {
            state.take(entry);
        }
        outcome
    }
}

fn before(state: &State, news: &[Entry], one: &Written, actor: &str, at: Timestamp) -> Result<Version, Refusal> {
    let none = || Refusal::not_found(format!("no record with id {}", one.id));
    let versions = state.versions.get(&one.id).ok_or_else(none)?;
    let (written_at, author, last) = versions.last().ok_or_else(none)?;
    if author != actor {
        return Err(Refusal::not_allowed("only who did it can take it back"));
    }
    if last.version != one.version || news.iter().flat_map(|entry| &entry.writes).any(|write| write.id == one.id) {
        return Err(Refusal::conflict(format!("{} was changed since", last.title))
            .hint("Look at what is there now; nothing was taken back."));
    }
    if at.as_second() - written_at.as_second() > UNDO_SECONDS {
        return Err(Refusal::conflict(format!("it can be taken back for {UNDO_SECONDS} seconds, and they are over"))
            .hint("Nothing is lost: the history keeps every version."));
    }
    let version = last.version + 1;
    Ok(match versions.iter().rev().nth(1) {
        Some((_, _, earlier)) => Version { version, ..earlier.clone() },
        None => Version { version, archived: true, ..last.clone() },
    })
}
