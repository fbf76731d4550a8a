//! Taking an act back while it is fresh: what it wrote is followed by what was there before. Nothing is removed from the history.

use jiff::Timestamp;
use store::records::{Body, Draft, Kind, Version};
use store::work::{Deed, Reference, SprintState, Stepped, Touched, Trace, Was, Work};
use store::{Access, Actor, SprintId, Store, StoreError};

use super::changes::overtaken;
use super::{KindEntry, id_of, words};
use crate::{Desk, Refusal};

/// Seconds in which an act can be taken back by a press of a button.
pub const UNDO_SECONDS: i64 = 30;

/// Something that an act wrote.
#[derive(Debug, Clone)]
pub enum Written {
    /// A version of a record.
    Record {
        /// What kind of record it is.
        kind: Kind,
        /// The record's id.
        id: String,
        /// The version.
        version: u64,
    },
    /// Lines of the log of a work item.
    Item(Touched),
    /// A step of a sprint.
    Sprint(Stepped),
    /// A link from a record.
    Link {
        /// What kind of record it goes from.
        kind: Kind,
        /// The record's id.
        from: String,
        /// The link's id.
        link: String,
    },
}

/// The word that stands for a kind where lines of a work item are meant.
const ITEM: &str = "work_item";
/// The word that stands for a kind where a step of a sprint is meant.
const SPRINT: &str = "sprint";
/// What stands before a kind where a link from one of it is meant.
const LINK: &str = "link.";

impl Written {
    /// What a deed on work did.
    pub(super) fn of(trace: Trace) -> Self {
        match trace {
            Trace::Item(touched) => Self::Item(touched),
            Trace::Sprint(stepped) => Self::Sprint(stepped),
        }
    }

    /// The version that was written, or the number of lines that a log has now.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::Record { version, .. } => *version,
            Self::Item(touched) => touched.after.into(),
            Self::Sprint(stepped) => stepped.version.into(),
            Self::Link { .. } => 1,
        }
    }

    /// As a text that a form can carry: kind, id, version.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Record { kind, id, version } => format!("{}:{id}:{version}", kind.name),
            Self::Sprint(Stepped { sprint, version, was }) => {
                let was = serde_json::to_string(was).unwrap_or_default();
                let hex: String = was.bytes().map(|byte| format!("{byte:02x}")).collect();
                format!("{SPRINT}:{sprint}:{version}:{hex}")
            }
            Self::Link { kind, from, link } => format!("{LINK}{}:{from}:{link}", kind.name),
            Self::Item(Touched { item, before, after }) => {
                format!("{ITEM}:{item}:{}-{after}", before.map_or_else(String::new, |before| before.to_string()))
            }
        }
    }

    /// What [`Self::text`] was made from; none when it is no such text. `kinds` knows the kinds of records.
    #[must_use]
    pub fn parse(text: &str, kinds: impl Fn(&str) -> Option<Kind>) -> Option<Self> {
        let mut parts = text.split(':');
        let (kind, id, version) = (parts.next()?, parts.next()?, parts.next()?);
        if kind == ITEM {
            let (before, after) = version.split_once('-')?;
            let before = if before.is_empty() { None } else { Some(before.parse().ok()?) };
            return Some(Self::Item(Touched { item: id.parse().ok()?, before, after: after.parse().ok()? }));
        }
        if kind == SPRINT {
            let was = serde_json::from_slice(&bytes_of(parts.next()?)?).ok()?;
            return Some(Self::Sprint(Stepped { sprint: id.parse().ok()?, version: version.parse().ok()?, was }));
        }
        if let Some(kind) = kind.strip_prefix(LINK) {
            return Some(Self::Link { kind: kinds(kind)?, from: id.to_owned(), link: version.to_owned() });
        }
        Some(Self::Record { kind: kinds(kind)?, id: id.to_owned(), version: version.parse().ok()? })
    }
}

/// What stands in hexadecimal digits.
fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
    digits.collect()
}

/// Writes again what was there before the viewer wrote `written`: a record that was new is put away, another gets its earlier version.
///
/// # Errors
/// Refused when it was somebody else's act, over [`UNDO_SECONDS`] ago, or when somebody has written since; then nothing is written.
pub(crate) async fn undo(store: &Store, access: &Access, at: Timestamp, written: &[Written]) -> Result<(), Refusal> {
    let (mut before, mut deeds, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let work = store.work().await?;
    for one in written {
        match one {
            Written::Record { kind, id, version } => {
                let record = id_of(kind.name, id)?;
                let versions = access.history(kind, record).await?;
                before.push((kind, record, *version, earlier(&versions, id, *version, access, at)?));
            }
            Written::Item(touched) => deeds.push(back(&work, *touched, access, at)?),
            Written::Sprint(stepped) => deeds.push(step_back(&work, stepped, at)?),
            Written::Link { kind, from, link } => {
                let link = link.parse().map_err(|_| Refusal::not_found(format!("no link `{link}`")))?;
                links.push((kind, id_of(kind.name, from)?, link));
            }
        }
    }
    let mut write = store.write(Actor::Person(access.asker().person), at).await?;
    write.note("act", "undo", None, None);
    for (kind, from, link) in links {
        access.unlink(&mut write, kind, from, link).await?;
    }
    for (kind, id, version, draft) in before {
        match draft {
            None => access.archive(&mut write, kind, id, version).await?,
            Some(draft) => access.update(&mut write, kind, id, version, &draft).await?,
        };
    }
    access.work(&mut write, &work, &deeds).await?;
    Ok(write.keep().await?)
}

/// The deed that takes back what was added to an item's log.
fn back(work: &Work, touched: Touched, access: &Access, at: Timestamp) -> Result<Deed, Refusal> {
    let item = work.item(touched.item).ok_or_else(|| Refusal::not_found("no such work item"))?;
    if item.entries != touched.after {
        return Err(Refusal::conflict(format!("{} was changed since", item.key))
            .hint("Look at what is there now; nothing was taken back."));
    }
    let seen = Reference { id: item.id, seen: item.entries };
    let me = Some(access.asker().person);
    let Some(first) = touched.before else {
        mine(item.creator == me)?;
        fresh(at, item.seen)?;
        return Ok(Deed::Remove(seen));
    };
    for line in item.log.iter().filter(|line| line.number > first) {
        mine(line.actor == me)?;
        fresh(at, line.seen)?;
    }
    Ok(Deed::Withdraw(seen, (first + 1..=touched.after).collect(), "taken back".to_owned()))
}

/// The deed that takes back the last step of a sprint, while it is fresh: a sprint that closed is what it was for ever.
fn step_back(work: &Work, stepped: &Stepped, at: Timestamp) -> Result<Deed, Refusal> {
    let sprint = work.sprint(stepped.sprint).ok_or_else(|| Refusal::not_found("no such sprint"))?;
    if sprint.version != stepped.version {
        return Err(Refusal::conflict(format!("{} was changed since", sprint.name))
            .hint("Look at what is there now; nothing was taken back."));
    }
    let since = match (&stepped.was, sprint.state) {
        (Was::New, SprintState::Future) => Some(made(sprint.id)),
        (Was::Future(..), SprintState::Active) => sprint.start_known_at,
        (Was::Active, SprintState::Closed) => sprint.close_known_at,
        _ => None,
    };
    let since = since.ok_or_else(|| Refusal::invalid(format!("{} took no such step", sprint.name)))?;
    fresh(at, since)?;
    Ok(Deed::StepBack(stepped.clone()))
}

/// When something was made, by its id (UUIDv7, RFC 9562), in UTC microseconds.
fn made(id: SprintId) -> i64 {
    i64::try_from(id.0.as_u128() >> 80).unwrap_or(0) * 1_000
}

fn mine(is_mine: bool) -> Result<(), Refusal> {
    if is_mine { Ok(()) } else { Err(Refusal::not_allowed("only who did it can take it back")) }
}

/// `written` in UTC microseconds.
fn fresh(at: Timestamp, written: i64) -> Result<(), Refusal> {
    if at.as_microsecond() - written <= UNDO_SECONDS * 1_000_000 {
        return Ok(());
    }
    Err(Refusal::conflict(format!("it can be taken back for {UNDO_SECONDS} seconds, and they are over"))
        .hint("Nothing is lost: the history keeps every version."))
}

/// What was there before; none when nothing was.
fn earlier(
    versions: &[Version],
    id: &str,
    version: u64,
    access: &Access,
    at: Timestamp,
) -> Result<Option<Draft>, Refusal> {
    let last = versions.last().ok_or_else(|| Refusal::not_found(format!("no record with id {id}")))?;
    mine(last.author == access.asker().person)?;
    if last.version != version {
        return Err(Refusal::conflict(format!("{} was changed since", last.head.title))
            .hint("Look at what is there now; nothing was taken back."));
    }
    fresh(at, last.at.as_microsecond())?;
    before(versions, version)
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
    entry.by_hand()?;
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
            Ok(Written::Record { kind: *rules, id: id.to_string(), version })
        }
        Err(error) => {
            drop(write);
            Err(overtaken(access, rules, id, error).await)
        }
    }
}
