//! What people write: typed, versioned, never edited in place and never lost once acknowledged.
//!
//! A kind of record is a Rust type. What a viewer may see and change of it is the store's to say; nothing here goes past that.

mod apply;
mod boxes;
mod changes;
mod document;
mod handed_in;
mod journal;
mod kind;
mod links;
mod meanwhile;
mod undo;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::policy::Action;
pub use store::policy::{Audience, Class, Phase};
pub use store::records::Party;
use store::records::{Body, Query};
use store::{Access, PersonId, TeamId, asker_of};
pub use store::{HandedIn, Holder, LookedInto, RecordId, Slip, Step};

pub use apply::{apply, archive, create};
pub use boxes::SLIP_STEP;
pub use changes::Changes;
pub use document::{About, Applied, Document, Listed, Named, Past, get, history, list, readers, readers_of, search};
pub use handed_in::{Round, place_of};
pub(crate) use journal::take_in;
pub use kind::KindEntry;
pub use links::{LinkDocument, LinkedFact, LinkedRecord, NewLink, link, links, may_link, unlink};
pub use meanwhile::{Changed, Meanwhile};
pub(crate) use undo::undo;
pub use undo::{UNDO_SECONDS, Written, undo_last};

use crate::{Desk, FieldError, Refusal};

/// A kind of record.
pub trait Record: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Its name in files and paths: two lower-case words (`quality_goal`).
    const KIND: &'static str;
    /// Its name for people, in the singular (`Quality goal`).
    const NAME: &'static str;
    /// What it is for, a sentence.
    const PURPOSE: &'static str;
    /// The version of its body; an old body is upgraded when it is read.
    const BODY_VERSION: u32 = 1;
    /// Its row in the matrix of permissions.
    const CLASS: Class = Class::TeamRecord;
    /// For whom one is written when nothing else is said.
    const AUDIENCE: Audience = Audience::Everyone;
    /// Where one can stand; the first is where it begins.
    const STATUSES: &'static [&'static str] = &["open"];
    /// Whether a person gives the title. Otherwise [`Self::title`] makes it of the body.
    const TITLED: bool = false;
    /// Whether acts alone write it: no document, form or undo does, because what it says hangs on what else was done. It can be put away.
    const BY_ACTS: bool = false;

    /// The record in a few words, of its body.
    fn title(&self) -> String {
        String::new()
    }

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

    /// How far one with that status has come, for the policies.
    #[must_use]
    fn phase(status: &str) -> Phase {
        let _ = status;
        Phase::Draft
    }
}

/// What the store must know of a kind.
#[must_use]
pub fn rules<R: Record>() -> store::records::Kind {
    store::records::Kind { name: R::KIND, class: R::CLASS, body_version: R::BODY_VERSION, phase: R::phase }
}

/// What stands around a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// The person whom it is about.
    pub subject: Option<PersonId>,
    /// For whom it is written.
    pub audience: Audience,
    /// Where it stands.
    pub status: String,
    /// The title, of a kind that people give one.
    pub title: Option<String>,
    /// When it is due.
    pub due_on: Option<Date>,
    /// Who takes part.
    pub parties: Vec<Party>,
}

impl Envelope {
    /// That of a fresh record of a kind.
    #[must_use]
    pub fn fresh<R: Record>() -> Self {
        Self {
            team: None,
            subject: None,
            audience: R::AUDIENCE,
            status: R::STATUSES.first().copied().unwrap_or("open").to_owned(),
            title: None,
            due_on: None,
            parties: Vec::new(),
        }
    }
}

/// A record with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stored<R> {
    /// Its id, a UUIDv7.
    pub id: String,
    /// Its version, from 1; every write names the version that it saw.
    pub version: u64,
    /// Who made it, by id.
    pub author: String,
    /// When the first version was written.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When this version was written.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Whether it was put away.
    pub archived: bool,
    /// The team that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// The person whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<PersonId>,
    /// Where it stands.
    #[serde(default)]
    pub status: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub due_on: Option<Date>,
    /// What was written.
    pub body: R,
}

/// The records that a viewer may read.
#[derive(Debug, Clone)]
pub struct Records {
    access: Access,
    store: store::Store,
}

impl Records {
    pub(crate) const fn new(access: Access, store: store::Store) -> Self {
        Self { access, store }
    }

    /// The viewer's access, for what is asked of kinds without their types.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// A number that grows with each acknowledged write.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn version(&self) -> Result<u64, Refusal> {
        Ok(self.store.records_version().await?)
    }

    /// The record of that id, put away or not.
    ///
    /// # Errors
    /// Refused when there is none that the viewer may read, unavailable when the database does not answer.
    pub async fn get<R: Record>(&self, id: &str) -> Result<Stored<R>, Refusal> {
        let record = self.access.get(&rules::<R>(), id_of(R::KIND, id)?).await?;
        typed(&record)
    }

    /// The records of a kind that the viewer may read and that are not put away, oldest first.
    ///
    /// # Errors
    /// Unavailable when the database does not answer, a bug when a body cannot be read.
    pub async fn list<R: Record>(&self) -> Result<Vec<Stored<R>>, Refusal> {
        self.all::<R>().await?.iter().map(typed).collect()
    }

    /// Of those, the ones that somebody else may read, too.
    pub(crate) async fn list_with<R: Record>(&self, theirs: &Access) -> Result<Vec<Stored<R>>, Refusal> {
        let kind = rules::<R>();
        let all = self.all::<R>().await?;
        all.iter().filter(|record| theirs.allows(Action::Read, &kind, record)).map(typed).collect()
    }

    async fn all<R: Record>(&self) -> Result<Vec<store::records::Record>, Refusal> {
        let mut all = Vec::new();
        let mut query = Query { order: store::records::Order::Created, limit: 200, ..Query::default() };
        loop {
            let page = self.access.list(&rules::<R>(), &query).await?;
            all.extend(page.records);
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        all.reverse();
        Ok(all)
    }

    /// Every version of a record that the viewer may read, oldest first.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn history<R: Record>(&self, id: &str) -> Result<Vec<Stored<R>>, Refusal> {
        let versions = self.access.history(&rules::<R>(), id_of(R::KIND, id)?).await?;
        let made = versions.first().map(|first| (first.at, first.author));
        versions
            .into_iter()
            .map(|version| {
                let (created_at, author) = made.unwrap_or((version.at, version.author));
                Ok(Stored {
                    id: id.to_owned(),
                    version: version.version,
                    author: author.to_string(),
                    created_at,
                    updated_at: version.at,
                    archived: version.head.archived,
                    team: version.head.team,
                    subject: version.head.subject,
                    status: version.head.status.clone(),
                    title: version.head.title.clone(),
                    due_on: version.head.due_on,
                    body: body_of::<R>(&version.body, version.body_version, id)?,
                })
            })
            .collect()
    }
}

impl Desk {
    /// The records of a kind that the viewer may read and somebody else may read, too, oldest first: what can stand in something that is
    /// handed over to them.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn records_for<R: Record>(&self, person: PersonId) -> Result<Vec<Stored<R>>, Refusal> {
        let asker = asker_of(self.organisation(), person, self.today());
        let theirs = self.store().access(asker, self.now()).await?;
        self.records().list_with(&theirs).await
    }
}

/// The id that a text names.
pub(crate) fn id_of(kind: &str, id: &str) -> Result<RecordId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found(format!("no {kind} `{id}`")))
}

fn typed<R: Record>(record: &store::records::Record) -> Result<Stored<R>, Refusal> {
    let id = record.id.to_string();
    Ok(Stored {
        version: record.version,
        author: record.author.to_string(),
        created_at: record.created_at,
        updated_at: record.updated_at,
        archived: record.archived_at.is_some(),
        team: record.team,
        subject: record.subject,
        status: record.status.clone(),
        title: record.title.clone(),
        due_on: record.due_on,
        body: body_of::<R>(&record.body, record.body_version, &id)?,
        id,
    })
}

/// A body as its type, upgraded when it is an older one.
fn body_of<R: Record>(body: &Body, version: u32, id: &str) -> Result<R, Refusal> {
    let value = match body {
        Body::Open(value) => value.clone(),
        Body::Closed(why) => {
            return Err(Refusal::unavailable(format!("{} {id} is sealed: {why}", R::KIND))
                .hint("`mainstay doctor` says which key is wanted."));
        }
    };
    let value = if version == R::BODY_VERSION {
        value
    } else {
        R::upgrade(version, value).map_err(|why| Refusal::fault(format!("{} {id} cannot be read: {why}", R::KIND)))?
    };
    serde_json::from_value(value).map_err(|error| Refusal::bug(format!("{} {id} cannot be read", R::KIND), error))
}

/// The words of a body: every text in it.
pub(crate) fn words(body: &Value) -> String {
    let mut found = BTreeMap::new();
    meanwhile::leaves_into(body, &mut found);
    found.into_values().collect::<Vec<_>>().join("\n")
}
