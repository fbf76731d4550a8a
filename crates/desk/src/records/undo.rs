//! Taking an act back while it is fresh: what it wrote is followed by what was there before. Nothing is removed from the history.

use jiff::Timestamp;
use store::records::{Body, Draft, Kind, Version};
use store::{Access, Actor, Store, StoreError};

use super::changes::overtaken;
use super::{KindEntry, id_of, words};
use crate::{Desk, Refusal};

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
    before(versions, one.version)
}

/// What stood before that version, to be written again; none when nothing did, or when it was put away.
fn before(versions: &[Version], version: u64) -> Result<Option<Draft>, Refusal> {
    if version == 1 {
        return Ok(None);
    }
    let before = versions.iter().find(|one| one.version + 1 == version);
    let before = before.ok_or_else(|| Refusal::not_allowed("you may not read what was there before"))?;
    if before.head.archived {
        return Ok(None);
    }
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

/// Takes the last change of a record back, whoever made it and whenever: what was there before is written again as its next version, and
/// a record that was new is put away. `seen` is the version that is taken back; without it the newest is meant.
///
/// # Errors
/// Refused when the viewer may not change it or not read what was there before; when somebody else wrote since `seen`.
pub async fn undo_last(desk: &Desk, entry: &KindEntry, id: &str, seen: Option<u64>) -> Result<Written, Refusal> {
    let (access, rules) = (desk.access(), &entry.rules);
    let id = id_of(entry.kind, id)?;
    let now = access.get(rules, id).await?.version;
    let seen = seen.unwrap_or(now);
    if seen != now {
        let error = StoreError::Stale { kind: entry.kind.to_owned(), id: id.to_string(), seen, now };
        return Err(overtaken(access, rules, id, error).await);
    }
    let draft = before(&access.history(rules, id).await?, now)?;
    let mut write = desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await?;
    write.note("act", "undo", None, None);
    let version = match &draft {
        None => access.archive(&mut write, rules, id, now).await,
        Some(draft) => access.update(&mut write, rules, id, now, draft).await,
    };
    match version {
        Ok(version) => {
            write.keep().await?;
            Ok(Written { kind: *rules, id: id.to_string(), version })
        }
        Err(error) => {
            drop(write);
            Err(overtaken(access, rules, id, error).await)
        }
    }
}
