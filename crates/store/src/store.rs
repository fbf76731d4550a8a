//! The store itself, and one write to it: everything in a write is kept together with its audit rows, or nothing is.

use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
};
use serde::Serialize;

use crate::audit::{self, Trail};
use crate::chance::{Chance, Dice};
use crate::database::{Database, Place, Turn};
use crate::facts::{self, ChangeRequests};
use crate::people::Organisation;
use crate::policy::Policy;
use crate::rows::meta;
use crate::seal::Keys;
use crate::work::Work;
use crate::{PersonId, StoreError};

/// The database of people and records. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) dice: Dice,
    pub(crate) keys: Keys,
    pub(crate) policy: Arc<Policy>,
    organisation: Arc<RwLock<Arc<Organisation>>>,
    work: Arc<tokio::sync::Mutex<Arc<Work>>>,
    requests: Arc<tokio::sync::Mutex<Arc<ChangeRequests>>>,
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// A person.
    Person(PersonId),
    /// The program itself: jobs, first start.
    System,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(id) => id.fmt(f),
            Self::System => f.write_str("system"),
        }
    }
}

/// What the store counts, so that others know when to look again.
const ORGANISATION: &str = "organisation";
const RECORDS: &str = "records";
const WORK: &str = "work";
const FACTS: &str = "facts";

impl Store {
    /// Opens the database at `place`, making it when it is not there and bringing an older one up to date. Sealed bodies are opened with
    /// `keys`; without a key the rest works.
    ///
    /// # Errors
    /// Unreachable when it cannot be opened, refused when it is of a newer program.
    pub async fn open(place: &Place, keys: Keys, chance: Arc<dyn Chance>) -> Result<Self, StoreError> {
        Self::of(Database::open(place).await?, keys, chance).await
    }

    /// As [`Self::open`], over a file that may not grow over so many pages: a disk that is full, for tests of what people are told then.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[doc(hidden)]
    pub async fn open_small(
        place: &Place,
        keys: Keys,
        chance: Arc<dyn Chance>,
        pages: u32,
    ) -> Result<Self, StoreError> {
        Self::of(Database::open_small(place, pages).await?, keys, chance).await
    }

    async fn of(database: Database, keys: Keys, chance: Arc<dyn Chance>) -> Result<Self, StoreError> {
        let policy = Arc::new(Policy::load().map_err(|error| StoreError::because("load the policies", error))?);
        facts::ensure(&database).await?;
        let store = Self {
            database,
            dice: Dice(chance),
            keys,
            policy,
            organisation: Arc::default(),
            work: Arc::default(),
            requests: Arc::default(),
        };
        store.organisation().await?;
        Ok(store)
    }

    /// Where the database is.
    #[must_use]
    pub const fn place(&self) -> &Place {
        self.database.place()
    }

    /// The keys of sealed bodies.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Ends every connection, after what is being written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(self) -> Result<(), StoreError> {
        self.database.close().await
    }

    /// Begins a write by `actor` at `at`: waits for its turn. Dropping it writes nothing.
    ///
    /// # Errors
    /// Busy when another process holds the database too long, unreachable when it does not answer.
    pub async fn write(&self, actor: Actor, at: Timestamp) -> Result<Write, StoreError> {
        let turn = self.database.turn().await?;
        Ok(Write {
            store: self.clone(),
            turn,
            actor,
            at,
            trail: Trail::default(),
            people: false,
            records: false,
            work: None,
            facts: None,
        })
    }

    /// Notes in the audit that somebody was denied something.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub(crate) async fn note_denial(
        &self,
        actor: Actor,
        at: Timestamp,
        action: &str,
        target: &str,
    ) -> Result<(), StoreError> {
        let mut write = self.write(actor, at).await?;
        write.note(&format!("denied.{action}"), target, None, None);
        write.keep().await
    }

    /// People and teams as they are now, read again when somebody changed them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn organisation(&self) -> Result<Arc<Organisation>, StoreError> {
        let version = self.count(ORGANISATION).await?;
        let held = self.organisation.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if held.version() == version && version > 0 {
            return Ok(held);
        }
        let fresh = Arc::new(Organisation::read(self.database.on(), version).await?);
        *self.organisation.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh.clone();
        Ok(fresh)
    }

    /// A number that grows with every write of a record.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn records_version(&self) -> Result<u64, StoreError> {
        self.count(RECORDS).await
    }

    /// Work as it is now; only what was touched since the last look is read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work(&self) -> Result<Arc<Work>, StoreError> {
        let mut held = self.work.lock().await;
        let version = self.work_version().await?;
        if held.version() != version {
            *held = Arc::new(Work::read(self.database.on(), &held, version).await?);
        }
        Ok(held.clone())
    }

    /// A number that grows with every write of work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work_version(&self) -> Result<u64, StoreError> {
        self.count(WORK).await
    }

    /// Change requests as they are now; only what was touched since the last look is read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn change_requests(&self) -> Result<Arc<ChangeRequests>, StoreError> {
        let mut held = self.requests.lock().await;
        let version = self.count(FACTS).await?;
        if held.version() != version {
            *held = Arc::new(ChangeRequests::read(self.database.on(), &held, version).await?);
        }
        Ok(held.clone())
    }

    async fn count(&self, name: &str) -> Result<u64, StoreError> {
        read_count(self.database.on(), name).await
    }
}

async fn read_count(on: &impl ConnectionTrait, name: &str) -> Result<u64, StoreError> {
    let row = meta::Entity::find().filter(meta::Column::Name.eq(name)).one(on).await?;
    Ok(row.and_then(|row| row.value.parse().ok()).unwrap_or(0))
}

async fn raise(on: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    let value = (read_count(on, name).await? + 1).to_string();
    let row = meta::ActiveModel { name: Set(name.to_owned()), value: Set(value.clone()) };
    if value == "1" {
        row.insert(on).await?;
    } else {
        row.update(on).await?;
    }
    Ok(())
}

/// One write. What is done in it is seen by nobody before [`Self::keep`].
#[derive(Debug)]
pub struct Write {
    pub(crate) store: Store,
    turn: Turn,
    actor: Actor,
    at: Timestamp,
    trail: Trail,
    people: bool,
    records: bool,
    /// The version of the work that this write makes.
    work: Option<u64>,
    /// The version of the facts that this write makes.
    facts: Option<u64>,
}

impl Write {
    /// Who writes.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    pub(crate) const fn on(&self) -> &DatabaseTransaction {
        self.turn.on()
    }

    /// People and teams as this write sees them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn organisation(&self) -> Result<Organisation, StoreError> {
        Organisation::read(self.on(), 0).await
    }

    /// Notes what is done, for the audit: the target and the bodies before and after, of which only hashes are kept.
    pub fn note(&mut self, action: &str, target: impl std::fmt::Display, before: Option<&[u8]>, after: Option<&[u8]>) {
        self.trail.add(action, target, before, after);
    }

    /// As [`Self::note`], for rows.
    pub(crate) fn note_rows<T: Serialize>(
        &mut self,
        action: &str,
        target: impl std::fmt::Display,
        before: Option<&T>,
        after: Option<&T>,
    ) {
        let text = |row: Option<&T>| row.and_then(|row| serde_json::to_vec(row).ok());
        self.note(action, target, text(before).as_deref(), text(after).as_deref());
    }

    pub(crate) const fn people_change(&mut self) {
        self.people = true;
    }

    pub(crate) const fn records_change(&mut self) {
        self.records = true;
    }

    /// Notes that work changes; gives the version that this write makes, for the rows that it touches.
    pub(crate) async fn work_changes(&mut self) -> Result<i64, StoreError> {
        let version = match self.work {
            Some(version) => version,
            None => read_count(self.on(), WORK).await? + 1,
        };
        self.work = Some(version);
        i64::try_from(version).map_err(|error| StoreError::because("count the versions of work", error))
    }

    /// Notes that facts change; gives the version that this write makes, for the rows that it touches.
    pub(crate) async fn facts_change(&mut self) -> Result<i64, StoreError> {
        let version = match self.facts {
            Some(version) => version,
            None => read_count(self.on(), FACTS).await? + 1,
        };
        self.facts = Some(version);
        i64::try_from(version).map_err(|error| StoreError::because("count the versions of facts", error))
    }

    /// A fresh id for a row.
    pub(crate) fn fresh_uuid(&self) -> uuid::Uuid {
        self.store.dice.id(self.at())
    }

    /// Keeps everything. What was written is on the disk when this returns.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn keep(self) -> Result<(), StoreError> {
        audit::append(self.on(), self.actor, self.at, &self.trail).await?;
        if self.people {
            raise(self.on(), ORGANISATION).await?;
        }
        if self.records {
            raise(self.on(), RECORDS).await?;
        }
        if self.work.is_some() {
            raise(self.on(), WORK).await?;
        }
        if self.facts.is_some() {
            raise(self.on(), FACTS).await?;
        }
        self.turn.keep().await
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use serde_json::json;

    use super::{Actor, Store};
    use crate::database::Database;
    use crate::people::NewPerson;
    use crate::policy::{Audience, Class};
    use crate::records::{Body, Draft, Kind};
    use crate::{AuditState, Chance, Keys, PersonId, Place, RecordId, StoreError};

    const NOTE: Kind = Kind::plain("note", Class::TeamRecord, 1);
    const NOW: &str = "2026-03-02T09:00:00Z";

    /// Bytes that never repeat.
    struct Counted(AtomicU64);

    impl Chance for Counted {
        fn fill(&self, bytes: &mut [u8]) {
            let number = blake3::hash(&self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            blake3::Hasher::new_keyed(number.as_bytes()).finalize_xof().fill(bytes);
        }
    }

    async fn store(file: &Path, pages: Option<u32>) -> Store {
        let place = Place::File(file.to_owned());
        let database = match pages {
            Some(pages) => Database::open_small(&place, pages).await.unwrap(),
            None => Database::open(&place).await.unwrap(),
        };
        Store::of(database, Keys::default(), Arc::new(Counted(AtomicU64::new(u64::from(pages.is_some())))))
            .await
            .unwrap()
    }

    fn draft(letters: usize) -> Draft {
        Draft {
            team: None,
            subject: None,
            audience: Audience::Everyone,
            status: "open".to_owned(),
            title: "A note".to_owned(),
            body: json!({ "text": "x".repeat(letters) }),
            due_on: None,
            parties: Vec::new(),
            words: String::new(),
            reason: None,
        }
    }

    /// Two notes in one write.
    async fn two_notes(store: &Store, ann: PersonId) -> Result<[RecordId; 2], StoreError> {
        let mut write = store.write(Actor::Person(ann), NOW.parse().unwrap()).await?;
        let ids = [write.fresh_id(), write.fresh_id()];
        write.create_record(&NOTE, ids[0], &draft(10)).await?;
        write.create_record(&NOTE, ids[1], &draft(40_000)).await?;
        write.keep().await?;
        Ok(ids)
    }

    #[tokio::test]
    async fn a_full_disk_refuses_whole_writes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mainstay.db");
        let small = store(&file, Some(300)).await;
        let mut write = small.write(Actor::System, NOW.parse().unwrap()).await.unwrap();
        let ann = write.add_person(&NewPerson::named("Ann", "ann@harbour.example")).await.unwrap();
        write.keep().await.unwrap();
        let mut told = Vec::new();
        let full = loop {
            match two_notes(&small, ann).await {
                Ok(ids) => told.extend(ids),
                Err(error) => break error,
            }
        };
        assert!(matches!(full, StoreError::Full), "{full:?}");
        assert!(matches!(two_notes(&small, ann).await, Err(StoreError::Full)), "and again");
        assert!(told.len() >= 4, "{} notes before it was full", told.len());
        let whole = async |store: &Store, more: u64| {
            for id in &told {
                let note = store.record(store.database.on(), &NOTE, *id).await.unwrap().unwrap();
                assert!(matches!(note.body, Body::Open(_)));
            }
            let rows = told.len() as u64 + 1 + more;
            assert_eq!(
                store.verify_audit().await.unwrap(),
                AuditState::Whole { rows },
                "nothing of what failed is there"
            );
            assert_eq!(store.check().await.unwrap(), []);
        };
        whole(&small, 0).await;
        small.close().await.unwrap();
        let roomy = store(&file, None).await;
        whole(&roomy, 0).await;
        two_notes(&roomy, ann).await.unwrap();
        whole(&roomy, 2).await;
    }
}
