//! One person's access to the records on one day: the only way of anybody to them. Every question is put to the policy first.
//!
//! What is hidden and what is absent look the same. Whoever reads a record about somebody else leaves a row in the access log.

mod boxes;
mod handed_in;
mod relations;
mod writing;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

pub use boxes::{Holder, LookedInto, Slip, SlipDeed};
pub use handed_in::{HandedIn, Step};
pub use relations::asker_of;

use crate::audit::instant;
use crate::people::{Office, Organisation};
use crate::policy::{Action, Asker, Class, Policy, Readers, Thing, Ties};
use crate::records::{Hit, Kind, Link, LinkEnd, Page, Query, Reach, Record, Version, links_of, links_to_fact};
use crate::rows::{access_log, records};
use crate::{Actor, PersonId, RecordId, Store, StoreError};

/// One person's access. Cheap to make, for one question or one act.
#[derive(Debug, Clone)]
pub struct Access {
    pub(crate) store: Store,
    policy: Arc<Policy>,
    asker: Asker,
    organisation: Arc<Organisation>,
    now: Timestamp,
    /// The records of which the access log knows already.
    noted: Arc<Mutex<HashSet<RecordId>>>,
}

/// Somebody read something about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Who looked.
    pub viewer: PersonId,
    /// What they did (`read`, `history`, `list`, `search`, `export`).
    pub action: String,
    /// The kind of record.
    pub kind: String,
    /// Which.
    pub record: RecordId,
}

/// A link as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// The record at its other end; none when that is a fact.
    pub other: Option<Record>,
}

impl Store {
    /// The access of `asker` at `now`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn access(&self, asker: Asker, now: Timestamp) -> Result<Access, StoreError> {
        let organisation = self.organisation().await?;
        Ok(Access { store: self.clone(), policy: self.policy.clone(), asker, organisation, now, noted: Arc::default() })
    }
}

impl Access {
    /// Who asks.
    #[must_use]
    pub const fn asker(&self) -> &Asker {
        &self.asker
    }

    /// People and teams.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The policies.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The day of asking, UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// When the asker asks.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    fn may(&self, action: Action, kind: &Kind, record: &Record) -> bool {
        let (thing, ties) = self.about(kind, record);
        self.policy.decide(&self.asker, action, &thing, &ties).allowed
    }

    /// Whether the asker may do that to a record that they can read.
    #[must_use]
    pub fn allows(&self, action: Action, kind: &Kind, record: &Record) -> bool {
        self.may(action, kind, record)
    }

    /// The record of that kind and id.
    ///
    /// # Errors
    /// Not found when there is none, or none for this asker.
    pub async fn get(&self, kind: &Kind, id: RecordId) -> Result<Record, StoreError> {
        let record = self.readable(kind, id, "read").await?;
        self.looked([&record], "read").await?;
        Ok(record)
    }

    /// The record, when the asker may read it; nothing is logged.
    async fn readable(&self, kind: &Kind, id: RecordId, action: &str) -> Result<Record, StoreError> {
        let record = self.store.record(self.store.database.on(), kind, id).await?;
        match record {
            Some(record) if self.may(Action::Read, kind, &record) => Ok(record),
            Some(_) => {
                let target = format!("{}/{id}", kind.name);
                let noted = self.store.note_denial(Actor::Person(self.asker.person), self.now, action, &target).await;
                // On a full disk, too, what is hidden must look as what is absent does.
                if let Err(error) = noted {
                    tracing::warn!(%error, target, "a denial could not be noted");
                }
                Err(absent(kind, id))
            }
            None => Err(absent(kind, id)),
        }
    }

    /// Every version of a record that the asker may read, oldest first.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn history(&self, kind: &Kind, id: RecordId) -> Result<Vec<Version>, StoreError> {
        let record = self.readable(kind, id, "history").await?;
        self.looked([&record], "history").await?;
        let versions = self.store.versions(self.store.database.on(), kind, id).await?;
        // Nothing widens backwards: an older version is shown to those for whom it was written while it stood.
        let seen = versions.into_iter().filter(|version| self.may(Action::Read, kind, &record.in_version(version)));
        Ok(seen.collect())
    }

    /// A page of the records of a kind.
    ///
    /// # Errors
    /// Refused when the query does not hold.
    pub async fn list(&self, kind: &Kind, query: &Query) -> Result<Page, StoreError> {
        let allowed = |row: &records::Model, parties: &[crate::records::Party]| {
            let (thing, ties) = self.about_row(kind, row, parties)?;
            Ok(self.policy.decide(&self.asker, Action::List, &thing, &ties).allowed)
        };
        let page = self.store.list_records(kind, query, &self.reach(), allowed).await?;
        self.looked(&page.records, "list").await?;
        Ok(page)
    }

    /// Records of these kinds that hold every word of `text` (the last as a beginning, from two letters on), the best of the newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn search(&self, kinds: &[Kind], text: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let allowed = |kind: &Kind, row: &records::Model, parties: &[crate::records::Party]| {
            let (thing, ties) = self.about_row(kind, row, parties)?;
            Ok(self.policy.decide(&self.asker, Action::List, &thing, &ties).allowed)
        };
        let hits = self.store.search_records(kinds, text, limit, &self.reach(), allowed).await?;
        self.looked(hits.iter().map(|hit| &hit.record), "search").await?;
        Ok(hits)
    }

    /// The links of a record whose other end the asker may see.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn links(&self, kinds: &[Kind], kind: &Kind, id: RecordId) -> Result<Vec<Linked>, StoreError> {
        self.readable(kind, id, "links").await?;
        let mut seen = Vec::new();
        for link in links_of(self.store.database.on(), id).await? {
            let end = match &link.to {
                LinkEnd::Record(to) if *to != id => Some(*to),
                _ if link.from != id => Some(link.from),
                LinkEnd::Record(to) => Some(*to),
                LinkEnd::Fact(_) => None,
            };
            let other = match end {
                Some(end) => self.seen(kinds, end).await?,
                None => None,
            };
            if end.is_none() || other.is_some() {
                seen.push(Linked { link, other });
            }
        }
        self.looked(seen.iter().filter_map(|linked| linked.other.as_ref()), "list").await?;
        Ok(seen)
    }

    /// The links that lead to a fact from records that the asker may see.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn links_to(&self, kinds: &[Kind], fact: &str) -> Result<Vec<Link>, StoreError> {
        let mut seen = Vec::new();
        for link in links_to_fact(self.store.database.on(), fact).await? {
            if self.seen(kinds, link.from).await?.is_some() {
                seen.push(link);
            }
        }
        Ok(seen)
    }

    /// The record of that id, of whichever of these kinds, when the asker would see it in a list.
    async fn seen(&self, kinds: &[Kind], id: RecordId) -> Result<Option<Record>, StoreError> {
        let Some(row) = records::Entity::find_by_id(id.0).one(self.store.database.on()).await? else {
            return Ok(None);
        };
        let Some(kind) = kinds.iter().find(|kind| kind.name == row.kind) else { return Ok(None) };
        let record = self.store.record(self.store.database.on(), kind, id).await?;
        Ok(record.filter(|record| self.may(Action::List, kind, record)))
    }

    /// Who can read a record that the asker can read.
    #[must_use]
    pub fn readers(&self, kind: &Kind, record: &Record) -> Readers {
        let (thing, ties) = self.about(kind, record);
        self.readers_of(&thing, &ties)
    }

    fn readers_of(&self, thing: &Thing, ties: &Ties) -> Readers {
        let everybody = self.everybody();
        self.policy.readers(&everybody, thing, ties)
    }

    /// Everybody who is here, as they would ask.
    fn everybody(&self) -> Vec<Asker> {
        let today = self.today();
        let here = self.organisation.people().iter().filter(|person| person.here(today));
        here.map(|person| asker_of(&self.organisation, person.id, today)).collect()
    }

    /// Notes that the asker looked at records about somebody else: once for each record, however many ways one question takes to it.
    async fn looked<'a>(&self, records: impl IntoIterator<Item = &'a Record>, action: &str) -> Result<(), StoreError> {
        let about =
            |record: &'a Record| Some((record, record.subject.filter(|subject| *subject != self.asker.person)?));
        let fresh: Vec<_> = {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            records.into_iter().filter_map(about).filter(|(record, _)| noted.insert(record.id)).collect()
        };
        let rows = fresh.into_iter().map(|(record, subject)| access_log::Model {
            id: self.store.dice.id(self.now),
            at: self.now.as_microsecond(),
            viewer_id: self.asker.person.0,
            action: action.to_owned(),
            kind: record.kind.clone(),
            subject_id: subject.0,
            record_id: record.id.0,
        });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        if !rows.is_empty() {
            access_log::Entity::insert_many(rows).exec_without_returning(self.store.database.on()).await?;
        }
        Ok(())
    }

    /// Who looked at records about the asker, newest first. Nobody else can ask this.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn who_looked(&self, limit: u64) -> Result<Vec<Look>, StoreError> {
        let asked = access_log::Entity::find().filter(access_log::Column::SubjectId.eq(self.asker.person.0));
        let rows = asked.order_by_desc(access_log::Column::At).order_by_desc(access_log::Column::Id).limit(limit);
        let rows = rows.all(self.store.database.on()).await?;
        let mine = Thing::of(Class::AccessLog);
        let ties = Ties::none().with(crate::policy::Relation::Subject, self.asker.person);
        if !self.policy.decide(&self.asker, Action::Read, &mine, &ties).allowed {
            return Ok(Vec::new());
        }
        let look = |row: access_log::Model| Look {
            at: instant(row.at),
            viewer: PersonId(row.viewer_id),
            action: row.action,
            kind: row.kind,
            record: RecordId(row.record_id),
        };
        Ok(rows.into_iter().map(look).collect())
    }

    /// What the asker could see at most.
    fn reach(&self) -> Reach {
        let (today, me) = (self.today(), self.asker.person);
        let mine = self.organisation.teams_of(me, today);
        let teams = mine.flat_map(|member| {
            if member.role.leads() { self.organisation.with_parts(member.team) } else { [member.team].into() }
        });
        let mut teams: Vec<_> = teams.collect();
        let mut reports: Vec<PersonId> = Vec::new();
        let mut next = vec![me];
        while let Some(manager) = next.pop() {
            for report in self.organisation.reports_of(manager, today).map(|person| person.id) {
                if report != me && !reports.contains(&report) {
                    reports.push(report);
                    next.push(report);
                }
            }
        }
        // Leads of leads see what their teams' leads see.
        for report in &reports {
            teams.extend(
                self.organisation
                    .teams_of(*report, today)
                    .filter(|m| m.role.leads())
                    .flat_map(|m| self.organisation.with_parts(m.team)),
            );
        }
        teams.sort_unstable();
        teams.dedup();
        Reach { person: Some(me), teams, reports, all: self.organisation.holds(me, Office::HrPartner, today) }
    }
}

fn absent(kind: &Kind, id: RecordId) -> StoreError {
    StoreError::missing(kind.name, &id.to_string(), [])
}
