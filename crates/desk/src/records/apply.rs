//! Writing what a document says: tried first, written with the version that was seen, and applied twice it changes nothing the second time.

use jiff::civil::Date;
use serde_json::Value;
use store::people::Person;
use store::records::{Body, Draft, Party, Query};
use store::{Actor, PersonId};

use super::changes::{overtaken, uuid_v7};
use super::document::{Applied, Document, Named, document, email, get};
use super::{Changed, Envelope, KindEntry, Written, id_of};
use crate::{Desk, FieldError, Refusal};

/// Puts a record away.
///
/// # Errors
/// Refused when the viewer may not, or somebody else wrote since `seen`; without `seen` the newest version is meant.
pub async fn archive(desk: &Desk, entry: &KindEntry, id: &str, seen: Option<u64>) -> Result<Written, Refusal> {
    let id = id_of(entry.kind, id)?;
    let seen = match seen {
        Some(seen) => seen,
        None => desk.access().get(&entry.rules, id).await?.version,
    };
    let mut write = desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await?;
    match desk.access().archive(&mut write, &entry.rules, id, seen).await {
        Ok(version) => {
            write.keep().await?;
            Ok(Written::Record { kind: entry.rules, id: id.to_string(), version })
        }
        Err(error) => {
            drop(write);
            Err(overtaken(desk.access(), &entry.rules, id, error).await)
        }
    }
}

/// Makes what is there be as the document says. Without id, a record of the same kind, team and title is meant, so that the same file
/// twice changes nothing the second time. `dry` writes nothing.
///
/// # Errors
/// Refused when the document does not hold, by field; when the viewer may not; when somebody else wrote since the version it names.
pub async fn apply(desk: &Desk, entry: &KindEntry, wanted: &Document, dry: bool) -> Result<Applied, Refusal> {
    let old = present(desk, entry, wanted).await?;
    if let (Some(old), Some(seen)) = (&old, wanted.version)
        && old.version != seen
    {
        let error =
            store::StoreError::Stale { kind: entry.kind.to_owned(), id: old.id.to_string(), seen, now: old.version };
        return Err(overtaken(desk.access(), &entry.rules, old.id, error).await);
    }
    settle(desk, entry, wanted, old, dry).await
}

/// The fields of a body stand under `body` in a document.
fn in_body(refusal: Refusal) -> Refusal {
    let fields = refusal.field_errors();
    if fields.is_empty() {
        return refusal;
    }
    let under = |one: &FieldError| FieldError::new(format!("body.{}", one.field), one.message.clone());
    Refusal::fields(fields.iter().map(under).collect())
}

async fn settle(
    desk: &Desk,
    entry: &KindEntry,
    wanted: &Document,
    old: Option<store::records::Record>,
    dry: bool,
) -> Result<Applied, Refusal> {
    entry.by_hand()?;
    let envelope = envelope_of(desk, entry, wanted, old.as_ref())?;
    let body = if wanted.body.is_null() { Value::Object(serde_json::Map::new()) } else { wanted.body.clone() };
    let draft = (entry.draft)(envelope, body).map_err(in_body)?;
    let changed = difference(old.as_ref(), &draft);
    let what = match &old {
        None => "created",
        Some(old) if changed.is_empty() && old.archived_at.is_none() && same_around(old, &draft) => "unchanged",
        Some(_) => "changed",
    };
    if what == "unchanged" || dry {
        let record = as_if(desk, entry, old.as_ref(), &draft)?;
        return Ok(Applied { what, changed, record, written: Vec::new() });
    }
    let (id, version) = write(desk, entry, old.as_ref(), &draft).await?;
    let record = get(desk, entry, &id.to_string()).await?;
    Ok(Applied {
        what,
        changed,
        record,
        written: vec![Written::Record { kind: entry.rules, id: id.to_string(), version }],
    })
}

/// Makes a record, also when there is one of the same title.
///
/// # Errors
/// As [`apply`].
pub async fn create(desk: &Desk, entry: &KindEntry, wanted: &Document) -> Result<Applied, Refusal> {
    settle(desk, entry, wanted, None, false).await
}

async fn write(
    desk: &Desk,
    entry: &KindEntry,
    old: Option<&store::records::Record>,
    draft: &Draft,
) -> Result<(store::RecordId, u64), Refusal> {
    let id = match old {
        Some(old) => old.id,
        None => uuid_v7(desk.now(), desk.entropy())?,
    };
    let mut write = desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await?;
    let done = match old {
        None => desk.access().create(&mut write, &entry.rules, id, draft).await,
        Some(old) => desk.access().update(&mut write, &entry.rules, id, old.version, draft).await,
    };
    match done {
        Ok(version) => {
            write.keep().await?;
            Ok((id, version))
        }
        Err(error) => {
            drop(write);
            Err(overtaken(desk.access(), &entry.rules, id, error).await)
        }
    }
}

/// The record that a document means.
async fn present(desk: &Desk, entry: &KindEntry, wanted: &Document) -> Result<Option<store::records::Record>, Refusal> {
    if let Some(id) = &wanted.id {
        return Ok(Some(desk.access().get(&entry.rules, id_of(entry.kind, id)?).await?));
    }
    let (Some(title), true) = (wanted.title.as_deref(), entry.titled) else { return Ok(None) };
    // A team that is not there is said with its field, later.
    let Ok(team) = wanted.team.as_deref().map(|slug| desk.organisation().find_team(slug)).transpose() else {
        return Ok(None);
    };
    let team = team.map(|team| team.id);
    let mut query = Query { team, limit: 200, ..Query::default() };
    loop {
        let page = desk.access().list(&entry.rules, &query).await?;
        if let Some(found) = page.records.into_iter().find(|record| record.title == title.trim() && record.team == team)
        {
            return Ok(Some(found));
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(None),
        }
    }
}

fn envelope_of(
    desk: &Desk,
    entry: &KindEntry,
    wanted: &Document,
    old: Option<&store::records::Record>,
) -> Result<Envelope, Refusal> {
    let people = desk.organisation();
    let mut wrong = Vec::new();
    let mut person = |field: &str, text: &str| -> Option<PersonId> {
        let found = people.find_person(text).map(|person: &Person| person.id);
        found.map_err(|error| wrong.push(FieldError::new(field, error.to_string()))).ok()
    };
    let subject = wanted.subject.as_deref().and_then(|text| person("subject", text));
    let parties: Vec<Party> = wanted
        .parties
        .iter()
        .filter_map(|named| Some(Party::new(person("parties", &named.person)?, named.part.clone())))
        .collect();
    let team = match wanted.team.as_deref().map(|slug| people.find_team(slug)) {
        Some(Ok(team)) => Some(team.id),
        Some(Err(error)) => {
            wrong.push(FieldError::new("team", error.to_string()));
            None
        }
        None => None,
    };
    let begins = entry.statuses.first().copied().unwrap_or("open");
    let status =
        wanted.status.clone().or_else(|| old.map(|old| old.status.clone())).unwrap_or_else(|| begins.to_owned());
    if !entry.statuses.contains(&status.as_str()) {
        wrong.push(FieldError::new("status", format!("`{status}` is none of {}", entry.statuses.join(", "))));
    }
    if entry.titled && wanted.title.as_deref().is_none_or(|title| title.trim().is_empty()) {
        wrong.push(FieldError::new("title", "Say in a few words what it is about."));
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    Ok(Envelope {
        team,
        subject,
        audience: wanted.audience.or_else(|| old.map(|old| old.audience)).unwrap_or(entry.audience),
        status,
        title: wanted.title.clone(),
        due_on: wanted.due_on,
        parties,
    })
}

fn same_around(old: &store::records::Record, draft: &Draft) -> bool {
    let mut parties = draft.parties.clone();
    parties.sort_by(|a, b| (&a.part, a.person).cmp(&(&b.part, b.person)));
    old.team == draft.team && old.subject == draft.subject && old.audience == draft.audience && old.parties == parties
}

fn difference(old: Option<&store::records::Record>, draft: &Draft) -> Vec<Changed> {
    let leaves = |body: &Value, status: &str, title: &str, due: Option<Date>| {
        let mut found = std::collections::BTreeMap::new();
        super::meanwhile::leaves_into(body, &mut found);
        found.insert("status".to_owned(), status.to_owned());
        found.insert("title".to_owned(), title.trim().to_owned());
        found.extend(due.map(|due| ("due_on".to_owned(), due.to_string())));
        found
    };
    let new = leaves(&draft.body, &draft.status, &draft.title, draft.due_on);
    let old = old.map(|old| match &old.body {
        Body::Open(body) => leaves(body, &old.status, &old.title, old.due_on),
        Body::Closed(_) => leaves(&Value::Null, &old.status, &old.title, old.due_on),
    });
    let old = old.unwrap_or_default();
    let fields: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = fields.into_iter().filter(|field| old.get(*field) != new.get(*field));
    changed
        .map(|field| Changed { field: field.clone(), before: old.get(field).cloned(), now: new.get(field).cloned() })
        .collect()
}

/// The record as it is when nothing is written, or would be.
fn as_if(
    desk: &Desk,
    entry: &KindEntry,
    old: Option<&store::records::Record>,
    draft: &Draft,
) -> Result<Document, Refusal> {
    let people = desk.organisation();
    let mut record = match old {
        Some(old) => document(entry, people, old)?,
        None => Document {
            kind: entry.kind.to_owned(),
            id: None,
            version: None,
            title: None,
            team: None,
            subject: draft.subject.map(|subject| email(people, subject)),
            audience: None,
            status: None,
            due_on: None,
            parties: Vec::new(),
            body: Value::Null,
            about: None,
        },
    };
    record.title = Some(draft.title.clone());
    record.team = draft.team.and_then(|team| people.team(team)).map(|team| team.slug.clone());
    record.audience = Some(draft.audience);
    record.status = Some(draft.status.clone());
    record.due_on = draft.due_on;
    record.parties =
        draft.parties.iter().map(|p| Named { person: email(people, p.person), part: p.part.clone() }).collect();
    record.body = draft.body.clone();
    Ok(record)
}
