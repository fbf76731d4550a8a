//! Writing records: a new one, a new version, putting away. A write names the version that it saw; a record, its version, its words and
//! its audit row are one transaction.

use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::Value;

use super::{Head, Kind, Party, Record, bound, key_bound, words};
use crate::error::Wrong;
use crate::policy::Audience;
use crate::rows::{parties, record_keys, records, versions};
use crate::seal::{DataKey, Wrapped};
use crate::{Actor, PersonId, RecordId, StoreError, TeamId, Write};

/// Longest title, in characters.
const TITLE_CHARS: usize = 300;
/// Largest body, in bytes of JSON.
const BODY_BYTES: usize = 1 << 20;

/// What a record is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// The person whom it is about.
    pub subject: Option<PersonId>,
    /// For whom it is written.
    pub audience: Audience,
    /// Where it stands.
    pub status: String,
    /// It in a few words.
    pub title: String,
    /// Its body, in the present shape of its kind.
    pub body: Value,
    /// When it is due.
    pub due_on: Option<Date>,
    /// Who takes part.
    pub parties: Vec<Party>,
    /// The words by which it is found; nothing of a sealed kind is ever kept of them.
    pub words: String,
    /// Why it is written, in history.
    pub reason: Option<String>,
}

impl Draft {
    fn head(&self, kind: &Kind, archived: bool) -> Head {
        let mut parties = self.parties.clone();
        parties.sort_by(|a, b| (&a.part, a.person).cmp(&(&b.part, b.person)));
        parties.dedup();
        Head {
            team: self.team,
            subject: self.subject,
            audience: self.audience,
            status: self.status.clone(),
            title: if kind.class.is_sealed() { kind.name.replace('_', " ") } else { self.title.trim().to_owned() },
            due_on: self.due_on,
            parties,
            archived,
        }
    }

    fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.title.trim().is_empty() || self.title.chars().count() > TITLE_CHARS {
            wrong.push(Wrong::new("title", format!("A title has 1 to {TITLE_CHARS} characters.")));
        }
        let bytes = self.body.to_string().len();
        if bytes > BODY_BYTES {
            wrong.push(Wrong::new("body", format!("The body has {bytes} bytes; at most {BODY_BYTES} are kept.")));
        }
        if self.body.to_string().contains("\\u0000") || self.title.contains('\0') {
            wrong.push(Wrong::new("body", "A text holds a character that no text can hold (U+0000)."));
        }
        wrong
    }
}

impl Write {
    /// The person who writes; records are written by people.
    fn writer(&self) -> Result<PersonId, StoreError> {
        match self.actor() {
            Actor::Person(id) => Ok(id),
            Actor::System => Err(StoreError::fault("write a record for nobody")),
        }
    }

    /// A fresh id for a record.
    #[must_use]
    pub fn fresh_id(&self) -> RecordId {
        RecordId(self.store.dice.id(self.at()))
    }

    /// Makes the record `id` in its first version.
    pub(crate) async fn create_record(&mut self, kind: &Kind, id: RecordId, draft: &Draft) -> Result<u64, StoreError> {
        let author = self.writer()?;
        self.put_version(kind, id, author, 1, draft, false, self.at().as_microsecond()).await?;
        Ok(1)
    }

    /// Writes the next version of `old`.
    pub(crate) async fn update_record(
        &mut self,
        kind: &Kind,
        old: &Record,
        draft: &Draft,
        archived: bool,
    ) -> Result<u64, StoreError> {
        let author = self.writer()?;
        let version = old.version + 1;
        self.put_version(kind, old.id, author, version, draft, archived, old.created_at.as_microsecond()).await?;
        Ok(version)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row, put together by the two above")]
    async fn put_version(
        &mut self,
        kind: &Kind,
        id: RecordId,
        author: PersonId,
        version: u64,
        draft: &Draft,
        archived: bool,
        created_at: i64,
    ) -> Result<(), StoreError> {
        let wrong = draft.wrong();
        if !wrong.is_empty() {
            return Err(StoreError::Refused { fields: wrong });
        }
        let old = records::Entity::find_by_id(id.0).one(self.on()).await?;
        let now = old.as_ref().map_or(0, |row| row.version.unsigned_abs());
        if now + 1 != version {
            return Err(StoreError::Stale { kind: kind.name.to_owned(), id: id.to_string(), seen: version - 1, now });
        }
        let head = draft.head(kind, archived);
        let plain = draft.body.to_string();
        let (body, fresh) = self.sealed(kind, id, version, &plain).await?;
        let at = self.at().as_microsecond();
        let row = records::Model {
            id: id.0,
            kind: kind.name.to_owned(),
            team_id: head.team.map(|team| team.0),
            subject_id: head.subject.map(|person| person.0),
            author_id: old.as_ref().map_or(author.0, |row| row.author_id),
            audience: head.audience.word().to_owned(),
            status: head.status.clone(),
            title: head.title.clone(),
            body: body.clone(),
            body_version: kind.body_version.cast_signed(),
            version: version.cast_signed(),
            due_on: head.due_on.map(|day| day.to_string()),
            created_at,
            updated_at: at,
            archived_at: archived.then_some(at),
        };
        let before = old.as_ref().map(|row| row.body.clone());
        let active = row.into_active_model().reset_all();
        if old.is_some() {
            active.update(self.on()).await?;
        } else {
            active.insert(self.on()).await?;
        }
        if let Some(key) = fresh {
            record_keys::Model { record_id: id.0, key_id: key.key_id, wrapped: key.text }
                .into_active_model()
                .reset_all()
                .insert(self.on())
                .await?;
        }
        self.put_history(id, author, version, &head, &body, kind, draft.reason.as_deref()).await?;
        self.put_parties(id, &head.parties, old.is_some()).await?;
        let words =
            if archived || kind.class.is_sealed() { None } else { Some(format!("{}\n{}", head.title, draft.words)) };
        words::put(self.on(), id, words.as_deref(), old.is_some()).await?;
        let action = match (version, archived) {
            (1, _) => "record.create",
            (_, true) => "record.archive",
            _ => "record.update",
        };
        self.note(action, format!("{}/{id}", kind.name), before.as_deref().map(str::as_bytes), Some(body.as_bytes()));
        self.records_change();
        Ok(())
    }

    /// The body as it is stored, and a fresh data key when the record has none yet.
    async fn sealed(
        &self,
        kind: &Kind,
        id: RecordId,
        version: u64,
        plain: &str,
    ) -> Result<(String, Option<Wrapped>), StoreError> {
        if !kind.class.is_sealed() {
            return Ok((plain.to_owned(), None));
        }
        let (keys, dice, about) = (&self.store.keys, &self.store.dice, key_bound(id));
        let (key, fresh): (DataKey, Option<Wrapped>) =
            match record_keys::Entity::find_by_id(id.0).one(self.on()).await? {
                Some(row) => (keys.unwrap(&Wrapped { key_id: row.key_id, text: row.wrapped }, &about)?, None),
                None => keys.fresh(dice, &about).map(|(key, wrapped)| (key, Some(wrapped)))?,
            };
        Ok((key.seal(dice, &bound(kind.name, id, version), plain)?, fresh))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row")]
    async fn put_history(
        &self,
        id: RecordId,
        author: PersonId,
        version: u64,
        head: &Head,
        body: &str,
        kind: &Kind,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let row = versions::Model {
            record_id: id.0,
            version: version.cast_signed(),
            author_id: author.0,
            at: self.at().as_microsecond(),
            head: serde_json::to_string(head).map_err(|error| StoreError::because("write a version", error))?,
            body: body.to_owned(),
            body_version: kind.body_version.cast_signed(),
            reason: reason.map(str::to_owned),
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(())
    }

    async fn put_parties(&self, id: RecordId, wanted: &[Party], before: bool) -> Result<(), StoreError> {
        if before {
            parties::Entity::delete_many().filter(parties::Column::RecordId.eq(id.0)).exec(self.on()).await?;
        }
        let rows = wanted.iter().map(|party| parties::Model {
            record_id: id.0,
            person_id: party.person.0,
            part: party.part.clone(),
        });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        if !rows.is_empty() {
            parties::Entity::insert_many(rows).exec_without_returning(self.on()).await?;
        }
        Ok(())
    }
}
