//! What was exported, back into an empty store: the same ids, versions, authors and times. Everything is read and held against itself
//! before anything is written; sealed bodies get fresh keys.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::Serialize;
use uuid::Uuid;

use super::backup::files_below;
use super::board::Boards;
use super::container::io_error;
use super::front::{parse, tight};
use super::fronts::{PersonFront, RecordFront, RepositoryFront, TeamFront, VersionFront};
use crate::records::{Kind, bound, key_bound, put_words};
use crate::rows::{
    absences, area_owners, grants, links, memberships, parties, people, record_keys, records, reporting, repositories,
    teams, versions,
};
use crate::{Actor, RecordId, Store, StoreError, Write};

/// What was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// People.
    pub people: u64,
    /// Teams.
    pub teams: u64,
    /// Repositories.
    pub repositories: u64,
    /// Records.
    pub records: u64,
    /// Versions of them.
    pub versions: u64,
    /// Work items.
    pub items: u64,
}

/// A folder that was exported, read.
#[derive(Default)]
struct Whole {
    people: Vec<PersonFront>,
    teams: Vec<TeamFront>,
    repositories: Vec<RepositoryFront>,
    records: BTreeMap<Uuid, Incoming>,
    boards: Boards,
}

/// A record with its versions.
#[derive(Default)]
struct Incoming {
    kind: Option<Kind>,
    front: Option<RecordFront>,
    words: String,
    versions: BTreeMap<i64, (VersionFront, String)>,
}

impl Store {
    /// Reads the folder `dir` of [`crate::Access::export_all`] into this store, in which there are no people, teams and records.
    ///
    /// # Errors
    /// Refused when the store is not empty, or a file does not hold, naming it; sealed when there is no key for sealed kinds.
    pub async fn import_all(
        &self,
        actor: Actor,
        dir: &Path,
        kinds: &[Kind],
        now: Timestamp,
    ) -> Result<Imported, StoreError> {
        let whole = Whole::read(dir, kinds)?;
        whole.check()?;
        let mut write = self.write(actor, now).await?;
        write.refuse_unless_empty().await?;
        let imported = write.put_whole(&whole).await?;
        let target = format!("{} people, {} records", imported.people, imported.records);
        write.note("import", target, None, None);
        write.people_change();
        write.records_change();
        write.keep().await?;
        Ok(imported)
    }
}

impl Whole {
    fn read(dir: &Path, kinds: &[Kind]) -> Result<Self, StoreError> {
        let mut whole = Self::default();
        // Facts stand beside what people wrote; the lake takes them in.
        for name in files_below(dir, "")?.into_iter().filter(|name| !name.starts_with("facts/")) {
            let path = dir.join(&name);
            let text = std::fs::read_to_string(&path).map_err(io_error("read", &path))?;
            match name.split('/').collect::<Vec<_>>().as_slice() {
                ["people", _] => whole.people.push(parse(&name, &text)?.0),
                ["teams", _] => whole.teams.push(parse(&name, &text)?.0),
                ["work", _] => whole.boards.read(&name, &text)?,
                ["repositories", _] => whole.repositories.push(parse(&name, &text)?.0),
                ["records", kind, id, file] => {
                    let known = kinds.iter().find(|known| known.name == *kind);
                    let known =
                        known.ok_or_else(|| StoreError::missing("kind", kind, kinds.iter().map(|kind| kind.name)))?;
                    let id: Uuid = id.parse().map_err(|_| StoreError::field(&name, format!("`{id}` is no id.")))?;
                    let record = whole.records.entry(id).or_default();
                    record.kind = Some(*known);
                    if *file == "record.md" {
                        let (front, words) = parse(&name, &text)?;
                        (record.front, record.words) = (Some(front), words);
                    } else {
                        record.add_version(&name, &text, known)?;
                    }
                }
                _ => return Err(StoreError::field(&name, "This file is not of an export.")),
            }
        }
        whole.in_order()
    }

    /// Teams after those that they are part of.
    fn in_order(mut self) -> Result<Self, StoreError> {
        let (mut placed, mut waiting) = (Vec::new(), std::mem::take(&mut self.teams));
        let mut there = HashSet::new();
        while !waiting.is_empty() {
            let (now, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|team| team.parent.is_none_or(|parent| there.contains(&parent)));
            if now.is_empty() {
                return Err(StoreError::field("teams", "Teams are part of each other, or of one that is missing."));
            }
            there.extend(now.iter().map(|team| team.id));
            placed.extend(now);
            waiting = later;
        }
        self.teams = placed;
        Ok(self)
    }

    /// Whether everything that is pointed at is there.
    fn check(&self) -> Result<(), StoreError> {
        let people: HashSet<Uuid> = self.people.iter().map(|person| person.id).collect();
        let teams: HashSet<Uuid> = self.teams.iter().map(|team| team.id).collect();
        let person = |file: &dyn Fn() -> String, id: Uuid| {
            if people.contains(&id) {
                Ok(())
            } else {
                Err(StoreError::field(file(), format!("There is no person {id}.")))
            }
        };
        let team = |file: &dyn Fn() -> String, id: Option<Uuid>| match id {
            Some(id) if !teams.contains(&id) => Err(StoreError::field(file(), format!("There is no team {id}."))),
            _ => Ok(()),
        };
        self.boards.check(&people, &teams)?;
        let mut addresses = HashSet::new();
        for one in &self.people {
            let file = || format!("people/{}.md", one.id);
            if !addresses.insert(&one.email) {
                return Err(StoreError::field(file(), format!("{} is somebody else's address already.", one.email)));
            }
            one.reporting.iter().try_for_each(|line| person(&file, line.manager))?;
            one.offices.iter().try_for_each(|office| team(&file, office.team))?;
        }
        for one in &self.teams {
            let file = || format!("teams/{}.md", one.id);
            one.members.iter().try_for_each(|member| person(&file, member.person))?;
        }
        for one in &self.repositories {
            let file = || format!("repositories/{}.md", one.id);
            team(&file, one.team)?;
            one.owners.iter().try_for_each(|owner| team(&file, Some(owner.team)))?;
        }
        for (id, record) in &self.records {
            let file = || format!("records/{}/{id}", record.kind.map_or("", |kind| kind.name));
            let front = record.front.as_ref().ok_or_else(|| StoreError::field(file(), "Its record.md is missing."))?;
            if record.versions.is_empty()
                || front.id != *id
                || Some(front.kind.as_str()) != record.kind.map(|kind| kind.name)
            {
                return Err(StoreError::field(file(), "It is not what its folder says, or has no version."));
            }
            person(&file, front.author)?;
            for link in &front.links {
                person(&file, link.author)?;
                let ends = usize::from(link.to_fact.is_some())
                    + usize::from(link.to_record.is_some_and(|to| self.records.contains_key(&to)));
                if ends != 1 {
                    return Err(StoreError::field(file(), format!("Link {} leads nowhere.", link.id)));
                }
            }
            for (version, _) in record.versions.values() {
                person(&file, version.author)?;
                team(&file, version.team)?;
                version
                    .subject
                    .into_iter()
                    .chain(version.parties.iter().map(|party| party.person))
                    .try_for_each(|id| person(&file, id))?;
            }
        }
        Ok(())
    }
}

impl Incoming {
    fn add_version(&mut self, name: &str, text: &str, kind: &Kind) -> Result<(), StoreError> {
        let (front, body): (VersionFront, String) = parse(name, text)?;
        let body = tight(&body);
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&body) {
            return Err(StoreError::field(name, format!("Its body is no JSON: {error}.")));
        }
        if front.body_version.unsigned_abs() > kind.body_version {
            let message = format!(
                "Its body is of shape {}, and this program knows shape {}.",
                front.body_version, kind.body_version
            );
            return Err(StoreError::field(name, message));
        }
        self.versions.insert(front.version, (front, body));
        Ok(())
    }
}

impl Write {
    async fn refuse_unless_empty(&self) -> Result<(), StoreError> {
        let people = people::Entity::find().one(self.on()).await?.is_some();
        let teams = teams::Entity::find().one(self.on()).await?.is_some();
        let records = records::Entity::find().one(self.on()).await?.is_some();
        if people || teams || records {
            return Err(StoreError::field(
                "import",
                "There are people, teams or records already. Import into an empty store.",
            ));
        }
        Ok(())
    }

    async fn put_whole(&mut self, whole: &Whole) -> Result<Imported, StoreError> {
        for person in &whole.people {
            people::ActiveModel::from(person).insert(self.on()).await?;
        }
        for team in &whole.teams {
            teams::ActiveModel::from(team).insert(self.on()).await?;
        }
        for person in &whole.people {
            self.put_spans(person).await?;
        }
        for team in &whole.teams {
            put_all::<memberships::Entity, _>(self, team.members.iter().map(|member| member.row(team.id))).await?;
        }
        for one in &whole.repositories {
            repositories::ActiveModel::from(one).insert(self.on()).await?;
            put_all::<area_owners::Entity, _>(self, one.owners.iter().map(|owner| owner.row(one.id))).await?;
        }
        let mut imported = Imported {
            people: whole.people.len() as u64,
            teams: whole.teams.len() as u64,
            repositories: whole.repositories.len() as u64,
            records: whole.records.len() as u64,
            versions: 0,
            items: whole.boards.put(self).await?,
        };
        for (id, record) in &whole.records {
            imported.versions += self.put_incoming(RecordId(*id), record).await?;
        }
        for (id, record) in &whole.records {
            let ends = record.front.iter().flat_map(|front| &front.links);
            put_all::<links::Entity, _>(self, ends.map(|link| link.row(*id))).await?;
        }
        Ok(imported)
    }

    async fn put_spans(&self, person: &PersonFront) -> Result<(), StoreError> {
        put_all::<reporting::Entity, _>(self, person.reporting.iter().map(|line| line.row(person.id))).await?;
        put_all::<absences::Entity, _>(self, person.absences.iter().map(|away| away.row(person.id))).await?;
        put_all::<grants::Entity, _>(self, person.offices.iter().map(|office| office.row(person.id))).await
    }

    async fn put_incoming(&self, id: RecordId, record: &Incoming) -> Result<u64, StoreError> {
        let (Some(kind), Some(front), Some((last, _))) =
            (&record.kind, &record.front, record.versions.values().next_back())
        else {
            return Ok(0);
        };
        let (keys, dice) = (&self.store.keys, &self.store.dice);
        let key = if kind.class.is_sealed() { Some(keys.fresh(dice, &key_bound(id))?) } else { None };
        let mut rows = Vec::with_capacity(record.versions.len());
        for (version, body) in record.versions.values() {
            let body = match &key {
                Some((key, _)) => key.seal(dice, &bound(kind.name, id, version.version.unsigned_abs()), body)?,
                None => body.clone(),
            };
            rows.push(version.row(id, body)?);
        }
        let body = rows.last().map(|row| row.body.clone()).unwrap_or_default();
        front.row(last, body).into_active_model().reset_all().insert(self.on()).await?;
        if let Some((_, wrapped)) = key {
            let row = record_keys::ActiveModel {
                record_id: Set(id.0),
                key_id: Set(wrapped.key_id),
                wrapped: Set(wrapped.text),
            };
            row.insert(self.on()).await?;
        }
        let number = rows.len() as u64;
        put_all::<versions::Entity, _>(self, rows.into_iter().map(|row| row.into_active_model().reset_all())).await?;
        put_all::<parties::Entity, _>(self, last.party_rows(id)).await?;
        if !record.words.is_empty() {
            put_words(self.on(), id, Some(&record.words), false).await?;
        }
        Ok(number)
    }
}

/// Rows that go in together: engines limit the values of one statement.
const TOGETHER: usize = 200;

pub(super) async fn put_all<E, A>(write: &Write, rows: impl Iterator<Item = A>) -> Result<(), StoreError>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Clone,
{
    let rows: Vec<A> = rows.collect();
    for part in rows.chunks(TOGETHER) {
        E::insert_many(part.to_vec()).exec_without_returning(write.on()).await?;
    }
    Ok(())
}
