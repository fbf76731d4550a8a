//! Records as every face writes them: one shape for a page's form, the API, files that are applied, and assistants.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::policy::Audience;
use store::records::{Body, Cursor, Draft, Order, Query};
use store::{Organisation, PersonId};

use super::{Changed, KindEntry, Meanwhile, Written, id_of};
use crate::{Desk, FieldError, Refusal};

/// An object whose fields are its kind's matter.
fn any_object(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object", "additionalProperties": true })
}

/// A record as it is read and written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its kind.
    pub kind: String,
    /// Its id; none makes a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The version that the writer saw; needed to change what is there, unless a file is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// It in a few words; of kinds that make their title themselves it is only read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The slug of its team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The address of the person whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// For whom it is written: author, parties, lead, team, leads, everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Where it stands, one of its kind's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due_on: Option<Date>,
    /// Who takes part: addresses by part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Named>,
    /// What it says, in the shape of its kind.
    #[serde(default)]
    #[schemars(schema_with = "any_object")]
    pub body: Value,
    /// What only a reader is told.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Their address.
    pub person: String,
    /// As what (`party`, `panel`, `buddy`, `shared_with`).
    pub part: String,
}

/// What is known of a record beside what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About {
    /// The address of who made it.
    pub author: String,
    /// When the first version was written.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When this version was written.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Whether it is put away.
    pub archived: bool,
    /// Why the body is not shown, when it is sealed and its key is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Listed {
    /// The records.
    pub records: Vec<Document>,
    /// Where the next page begins, to be handed back as `after`; none at the end.
    pub next: Option<String>,
}

/// A version of a record.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Past {
    /// Its number.
    pub version: u64,
    /// Who wrote it, by address.
    pub by: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why, when somebody said so.
    pub reason: Option<String>,
    /// What it changed of the one before.
    pub changed: Vec<Changed>,
    /// The record as it was.
    pub record: Document,
}

/// What applying a document did or would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Applied {
    /// `created`, `changed`, `unchanged`.
    pub what: &'static str,
    /// What is different, by field; every field of a new record.
    pub changed: Vec<Changed>,
    /// The record, as it is or would be.
    pub record: Document,
    /// What was written, to be taken back.
    #[serde(skip)]
    pub written: Vec<Written>,
}

/// The names that people write for what is stored by id.
pub(super) fn email(people: &Organisation, id: PersonId) -> String {
    people.person(id).map_or_else(|| id.to_string(), |person| person.email.clone())
}

pub(super) fn document(
    entry: &KindEntry,
    people: &Organisation,
    record: &store::records::Record,
) -> Result<Document, Refusal> {
    let (body, closed) = match &record.body {
        Body::Open(body) => {
            let shaped = (entry.present)(record.body_version, body.clone());
            (shaped.map_err(|why| Refusal::fault(format!("{} {} cannot be read: {why}", entry.kind, record.id)))?, None)
        }
        Body::Closed(why) => (Value::Null, Some(why.clone())),
    };
    Ok(Document {
        kind: entry.kind.to_owned(),
        id: Some(record.id.to_string()),
        version: Some(record.version),
        title: Some(record.title.clone()),
        team: record.team.and_then(|team| people.team(team)).map(|team| team.slug.clone()),
        subject: record.subject.map(|subject| email(people, subject)),
        audience: Some(record.audience),
        status: Some(record.status.clone()),
        due_on: record.due_on,
        parties: record
            .parties
            .iter()
            .map(|p| Named { person: email(people, p.person), part: p.part.clone() })
            .collect(),
        body,
        about: Some(About {
            author: email(people, record.author),
            created_at: record.created_at,
            updated_at: record.updated_at,
            archived: record.archived_at.is_some(),
            closed,
        }),
    })
}

/// The record of that kind and id.
///
/// # Errors
/// Refused when there is none that the viewer may read.
pub async fn get(desk: &Desk, entry: &KindEntry, id: &str) -> Result<Document, Refusal> {
    let record = desk.access().get(&entry.rules, id_of(entry.kind, id)?).await?;
    document(entry, desk.organisation(), &record)
}

/// A page of the records of a kind, asked by pairs: `team`, `subject`, `author`, `status` (repeated), `due_before`, `archived`, `order`
/// (`updated`, `created`, `title`, `due`), `after`, `limit` (1 to 200).
///
/// # Errors
/// Refused when a pair does not hold, by its name.
pub async fn list(desk: &Desk, entry: &KindEntry, pairs: &[(String, String)]) -> Result<Listed, Refusal> {
    let query = query_of(desk.organisation(), entry, pairs)?;
    let page = desk.access().list(&entry.rules, &query).await?;
    let records =
        page.records.iter().map(|record| document(entry, desk.organisation(), record)).collect::<Result<_, _>>()?;
    Ok(Listed { records, next: page.next.map(|next| next.text()) })
}

const PAIRS: [&str; 9] = ["team", "subject", "author", "status", "due_before", "archived", "order", "after", "limit"];

fn query_of(people: &Organisation, entry: &KindEntry, pairs: &[(String, String)]) -> Result<Query, Refusal> {
    let mut query = Query { limit: 50, ..Query::default() };
    let mut wrong = Vec::new();
    for (name, text) in pairs.iter().filter(|(_, text)| !text.is_empty()) {
        if let Err(message) = take_pair(&mut query, people, entry, name, text) {
            wrong.push(FieldError::new(name.clone(), message));
        }
    }
    if wrong.is_empty() { Ok(query) } else { Err(Refusal::fields(wrong)) }
}

fn take_pair(
    query: &mut Query,
    people: &Organisation,
    entry: &KindEntry,
    name: &str,
    text: &str,
) -> Result<(), String> {
    let said = |error: store::StoreError| match &error {
        // With the names that are near.
        store::StoreError::NotFound { .. } => error.to_string(),
        _ => Refusal::from(error).to_string(),
    };
    match name {
        "team" => query.team = Some(people.find_team(text).map_err(said)?.id),
        "subject" => query.subject = Some(people.find_person(text).map_err(said)?.id),
        "author" => query.author = Some(people.find_person(text).map_err(said)?.id),
        "status" if entry.statuses.contains(&text) => query.status.push(text.to_owned()),
        "status" => return Err(format!("`{text}` is none of {}", entry.statuses.join(", "))),
        "due_before" => {
            query.due_before = Some(text.parse().map_err(|_| format!("`{text}` is not a day (2026-03-31)"))?);
        }
        "archived" => match text {
            "true" | "on" | "yes" | "1" => query.archived = true,
            "false" | "off" | "no" | "0" => query.archived = false,
            _ => return Err(format!("`{text}` is neither yes nor no")),
        },
        "order" => {
            let order: Result<Order, _> = serde_json::from_value(Value::from(text));
            query.order = order.map_err(|_| format!("`{text}` is none of updated, created, title, due"))?;
        }
        "after" => query.after = Some(Cursor::parse(text).map_err(said)?),
        "limit" => match text.parse() {
            Ok(limit @ 1..=200) => query.limit = limit,
            _ => return Err(format!("`{text}` is not a number from 1 to 200")),
        },
        other => {
            let near = store::nearest(other, PAIRS);
            return Err(near
                .first()
                .map_or_else(|| format!("known are {}", PAIRS.join(", ")), |near| format!("did you mean `{near}`?")));
        }
    }
    Ok(())
}

/// Every version of a record that the viewer may read, oldest first.
///
/// # Errors
/// As [`get`].
pub async fn history(desk: &Desk, entry: &KindEntry, id: &str) -> Result<Vec<Past>, Refusal> {
    let id = id_of(entry.kind, id)?;
    let (access, people) = (desk.access(), desk.organisation());
    let record = access.get(&entry.rules, id).await?;
    let versions = access.history(&entry.rules, id).await?;
    let mut past = Vec::with_capacity(versions.len());
    for (place, version) in versions.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| versions.get(before));
        let changed =
            before.and_then(|before| Meanwhile::since(&[before.clone(), version.clone()], before.version, people));
        past.push(Past {
            version: version.version,
            by: email(people, version.author),
            at: version.at,
            reason: version.reason.clone(),
            changed: changed.map(|changed| changed.changed).unwrap_or_default(),
            record: document(entry, people, &record.in_version(version))?,
        });
    }
    Ok(past)
}

/// Who can read a record, as the sentence under its text boxes.
///
/// # Errors
/// As [`get`].
pub async fn readers(desk: &Desk, entry: &KindEntry, id: &str) -> Result<String, Refusal> {
    let record = desk.access().get(&entry.rules, id_of(entry.kind, id)?).await?;
    Ok(desk.sentence(&desk.access().readers(&entry.rules, &record)))
}

/// Who could read a new record of that kind, of that team and open so far: the sentence under its text boxes.
#[must_use]
pub fn readers_of(desk: &Desk, entry: &KindEntry, team: Option<&str>, audience: Option<Audience>) -> String {
    let draft = Draft {
        team: team.and_then(|slug| desk.organisation().find_team(slug).ok()).map(|team| team.id),
        subject: None,
        audience: audience.unwrap_or(entry.audience),
        status: entry.statuses.first().copied().unwrap_or("open").to_owned(),
        title: String::new(),
        body: Value::Null,
        due_on: None,
        parties: Vec::new(),
        words: String::new(),
        reason: None,
    };
    desk.sentence(&desk.access().readers_of_draft(&entry.rules, &draft))
}

/// Records of every kind that hold the words of `text`.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn search(
    desk: &Desk,
    kinds: &[KindEntry],
    text: &str,
    limit: usize,
) -> Result<Vec<(Document, String)>, Refusal> {
    let rules: Vec<_> = kinds.iter().map(|entry| entry.rules).collect();
    let hits = desk.access().search(&rules, text, limit).await?;
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        if let Some(entry) = kinds.iter().find(|entry| entry.kind == hit.record.kind) {
            found.push((document(entry, desk.organisation(), &hit.record)?, hit.around));
        }
    }
    Ok(found)
}
