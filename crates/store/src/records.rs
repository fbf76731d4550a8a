//! Records: typed bodies in one table, every version kept, nothing overwritten unseen.
//!
//! What is here knows no asker. Only this crate may use it directly; everybody else goes through [`crate::Access`], which asks the policy.

mod change;
mod erase;
mod link;
mod list;
mod retention;
mod search;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use change::Draft;
pub use erase::Tombstone;
pub use link::{FACTS, Link, LinkEnd};
pub(crate) use link::{links_of, links_to_fact};
pub(crate) use list::Reach;
pub use list::{Cursor, Order, Page, Query};
pub use retention::{Due, EXPORT_DAYS, LOOK_MONTHS, Swept, Term};
pub use search::Hit;
pub(crate) use words::{of as words_of, put as put_words};

use crate::audit::instant;
use crate::people::maybe_day;
use crate::policy::{Audience, Class, Phase};
use crate::rows::{parties, record_keys, records, versions};
use crate::seal::Wrapped;
use crate::{PersonId, RecordId, Store, StoreError, TeamId};

/// What the store must know of a kind. Its fields are the kind's own matter.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name: lower-case words (`quality_goal`).
    pub name: &'static str,
    /// Its row in the matrix of permissions.
    pub class: Class,
    /// The version of its body.
    pub body_version: u32,
    /// How far a record with that status has come, for the policies.
    pub phase: fn(&str) -> Phase,
}

impl Kind {
    /// A kind whose records have no state that the policies ask for.
    #[must_use]
    pub const fn plain(name: &'static str, class: Class, body_version: u32) -> Self {
        Self { name, class, body_version, phase: |_| Phase::Draft }
    }
}

/// A body: readable, or sealed and closed because its key is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// What was written.
    Open(Value),
    /// Why it cannot be opened.
    Closed(String),
}

/// Somebody who takes part in a record, and as what (`participant`, `panel`, `buddy`, `shared_with`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Party {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub part: String,
}

impl Party {
    /// `person` as `part`.
    pub fn new(person: PersonId, part: impl Into<String>) -> Self {
        Self { person, part: part.into() }
    }
}

/// A record as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, a UUIDv7.
    pub id: RecordId,
    /// Its kind.
    pub kind: String,
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// The person whom it is about.
    pub subject: Option<PersonId>,
    /// Who made it.
    pub author: PersonId,
    /// For whom it is written.
    pub audience: Audience,
    /// Where it stands, one of its kind's words.
    pub status: String,
    /// It in a few words; of a sealed kind the kind's name.
    pub title: String,
    /// Its body.
    pub body: Body,
    /// The version of the body's shape.
    pub body_version: u32,
    /// Its version, from 1.
    pub version: u64,
    /// When it is due.
    pub due_on: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When this version was written.
    pub updated_at: Timestamp,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// Who takes part, in order.
    pub parties: Vec<Party>,
}

impl Record {
    /// The record as it was in one of its versions.
    #[must_use]
    pub fn in_version(&self, version: &Version) -> Self {
        let head = version.head.clone();
        Self {
            team: head.team,
            subject: head.subject,
            audience: head.audience,
            status: head.status,
            title: head.title,
            due_on: head.due_on,
            parties: head.parties,
            version: version.version,
            body: version.body.clone(),
            body_version: version.body_version,
            updated_at: version.at,
            archived_at: head.archived.then_some(version.at),
            ..self.clone()
        }
    }
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub at: Timestamp,
    /// What stood around the body.
    pub head: Head,
    /// The body.
    pub body: Body,
    /// The version of the body's shape.
    pub body_version: u32,
    /// Why, when somebody said so.
    pub reason: Option<String>,
}

/// What stands around a body, as a version keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The team that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// The person whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<PersonId>,
    /// For whom it is written.
    pub audience: Audience,
    /// Where it stands.
    pub status: String,
    /// It in a few words.
    pub title: String,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// Who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// Whether it is put away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// What a sealed body is bound to.
pub(crate) fn bound(kind: &str, id: RecordId, version: u64) -> String {
    format!("{kind}/{id}/{version}")
}

/// What a wrapped data key is bound to.
pub(crate) fn key_bound(id: RecordId) -> String {
    format!("record/{id}")
}

impl Store {
    /// Opens a body as the database has it.
    async fn open_body(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        id: RecordId,
        version: u64,
        text: &str,
    ) -> Result<Body, StoreError> {
        match self.body_text(on, kind, id, version, text).await? {
            Ok(plain) => readable(&plain, kind.name, id).map(Body::Open),
            Err(why) => Ok(Body::Closed(why)),
        }
    }

    /// The text of a body, as it was written; or why it is closed.
    pub(crate) async fn body_text(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        id: RecordId,
        version: u64,
        text: &str,
    ) -> Result<Result<String, String>, StoreError> {
        if !kind.class.is_sealed() {
            return Ok(Ok(text.to_owned()));
        }
        let Some(row) = record_keys::Entity::find_by_id(id.0).one(on).await? else {
            return Ok(Err("its key was erased".to_owned()));
        };
        let wrapped = Wrapped { key_id: row.key_id, text: row.wrapped };
        match self.keys.unwrap(&wrapped, &key_bound(id)).and_then(|key| key.open(&bound(kind.name, id, version), text))
        {
            Ok(plain) => Ok(Ok(plain)),
            Err(StoreError::Sealed(why)) => Ok(Err(why)),
            Err(other) => Err(other),
        }
    }

    async fn record_of(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        row: records::Model,
    ) -> Result<Record, StoreError> {
        let parties = parties_of(on, &[row.id]).await?.into_iter().map(|(_, party)| party).collect();
        self.record_with(on, kind, row, parties).await
    }

    async fn record_with(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        row: records::Model,
        parties: Vec<Party>,
    ) -> Result<Record, StoreError> {
        let (id, version) = (RecordId(row.id), row.version.unsigned_abs());
        let body = self.open_body(on, kind, id, version, &row.body).await?;
        Ok(Record {
            id,
            team: row.team_id.map(TeamId),
            subject: row.subject_id.map(PersonId),
            author: PersonId(row.author_id),
            audience: audience_named(&row.audience)?,
            status: row.status,
            title: row.title,
            body,
            body_version: row.body_version.unsigned_abs(),
            version,
            due_on: maybe_day(row.due_on.as_deref())?,
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            archived_at: row.archived_at.map(instant),
            parties,
            kind: row.kind,
        })
    }

    /// The record of that kind and id, put away or not.
    pub(crate) async fn record(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        id: RecordId,
    ) -> Result<Option<Record>, StoreError> {
        let row = records::Entity::find_by_id(id.0).filter(records::Column::Kind.eq(kind.name)).one(on).await?;
        match row {
            Some(row) => Ok(Some(self.record_of(on, kind, row).await?)),
            None => Ok(None),
        }
    }

    /// Every version of a record, oldest first.
    pub(crate) async fn versions(
        &self,
        on: &impl ConnectionTrait,
        kind: &Kind,
        id: RecordId,
    ) -> Result<Vec<Version>, StoreError> {
        let rows = versions::Entity::find().filter(versions::Column::RecordId.eq(id.0));
        let rows = rows.order_by_asc(versions::Column::Version).all(on).await?;
        let mut read = Vec::with_capacity(rows.len());
        for row in rows {
            let version = row.version.unsigned_abs();
            let head = serde_json::from_str(&row.head).map_err(|error| {
                StoreError::Damaged(format!("version {version} of {} {id} cannot be read: {error}", kind.name))
            })?;
            read.push(Version {
                version,
                author: PersonId(row.author_id),
                at: instant(row.at),
                head,
                body: self.open_body(on, kind, id, version, &row.body).await?,
                body_version: row.body_version.unsigned_abs(),
                reason: row.reason,
            });
        }
        Ok(read)
    }
}

fn readable(text: &str, kind: &str, id: RecordId) -> Result<Value, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Damaged(format!("the body of {kind} {id} cannot be read: {error}")))
}

pub(crate) fn audience_named(name: &str) -> Result<Audience, StoreError> {
    Audience::ALL
        .iter()
        .copied()
        .find(|audience| audience.word() == name)
        .ok_or_else(|| StoreError::Damaged(format!("`{name}` in the database is no audience")))
}

pub(crate) async fn parties_of(
    on: &impl ConnectionTrait,
    ids: &[uuid::Uuid],
) -> Result<Vec<(uuid::Uuid, Party)>, StoreError> {
    let rows = parties::Entity::find().filter(parties::Column::RecordId.is_in(ids.iter().copied()));
    let mut rows = rows.all(on).await?;
    rows.sort_by(|a, b| (a.record_id, &a.part, a.person_id).cmp(&(b.record_id, &b.part, b.person_id)));
    Ok(rows.into_iter().map(|row| (row.record_id, Party::new(PersonId(row.person_id), row.part))).collect())
}
