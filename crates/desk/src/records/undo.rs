//! Taking an act back while it is fresh: what it wrote is followed by what was there before. Nothing is removed from the history.

use jiff::Timestamp;
use store::records::{Body, Draft, Kind, Version};
use store::{Access, Actor, Store};

use super::{id_of, words};
use crate::Refusal;

/// Seconds in which an act can be taken back by a press of a button.
pub const UNDO_SECONDS: i64 = 30;

/// A version that an act wrote.
#[derive(Debug, Clone)]
pub struct Written {
    /// What kind of record it is.
    pub kind: Kind,
    /// The record's id.
    pub id: String,
    /// The version.
    pub version: u64,
}

/// Writes again what was there before the viewer wrote `written`: a record that was new is put away, another gets its earlier version.
///
/// # Errors
/// Refused when it was somebody else's act, over [`UNDO_SECONDS`] ago, or when somebody has written since; then nothing is written.
pub(crate) async fn undo(store: &Store, access: &Access, at: Timestamp, written: &[Written]) -> Result<(), Refusal> {
    let mut before = Vec::with_capacity(written.len());
    for one in written {
        let id = id_of(one.kind.name, &one.id)?;
        let versions = access.history(&one.kind, id).await?;
        before.push((one, id, earlier(&versions, one, access, at)?));
    }
    let mut write = store.write(Actor::Person(access.asker().person), at).await?;
    write.note("act", "undo", None, None);
    for (one, id, draft) in before {
        match draft {
            None => access.archive(&mut write, &one.kind, id, one.version).await?,
            Some(draft) => access.update(&mut write, &one.kind, id, one.version, &draft).await?,
        };
    }
    Ok(write.keep().await?)
}

/// What was there before; none when nothing was.
fn earlier(versions: &[Version], one: &Written, access: &Access, at: Timestamp) -> Result<Option<Draft>, Refusal> {
    let last = versions.last().ok_or_else(|| Refusal::not_found(format!("no record with id {}", one.id)))?;
    if last.author != access.asker().person {
        return Err(Refusal::not_allowed("only who did it can take it back"));
    }
    if last.version != one.version {
        return Err(Refusal::conflict(format!("{} was changed since", last.head.title))
            .hint("Look at what is there now; nothing was taken back."));
    }
    if at.as_second() - last.at.as_second() > UNDO_SECONDS {
        return Err(Refusal::conflict(format!("it can be taken back for {UNDO_SECONDS} seconds, and they are over"))
            .hint("Nothing is lost: the history keeps every version."));
    }
    let Some(before) = versions.iter().rev().nth(1) else { return Ok(None) };
    let Body::Open(body) = &before.body else {
        return Err(Refusal::unavailable("what was there before is sealed, and its key is not here"));
    };
    let head = before.head.clone();
    Ok(Some(Draft {
        team: head.team,
        subject: head.subject,
        audience: head.audience,
        status: head.status,
        title: head.title,
        words: words(body),
        body: body.clone(),
        due_on: head.due_on,
        parties: head.parties,
        reason: Some("taken back".to_owned()),
    }))
}
