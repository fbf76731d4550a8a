//! What several people hand in closed and open together: votes. That somebody handed in is known to whoever may reveal; what it says is read by
//! nobody but its author before, and by whoever opens it only as one of those for whom it is opened.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Access, absent};
use crate::policy::{Action, Audience};
use crate::records::{Body, Draft, Kind, Party, Record};
use crate::rows::records;
use crate::{PersonId, RecordId, StoreError, Write};

/// Something that was handed in, without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedIn {
    /// The record.
    pub id: RecordId,
    /// Whose it is.
    pub author: PersonId,
    /// Its version.
    pub version: u64,
}

/// Where what was handed in goes next: its status, and who takes part in it from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The status.
    pub status: String,
    /// Who takes part.
    pub parties: Vec<Party>,
}

impl Access {
    /// Which of these there are and were not taken back, in the order of their ids. Of a class whose handing in is a secret, none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn handed_in(&self, kind: &Kind, ids: &[RecordId]) -> Result<Vec<HandedIn>, StoreError> {
        self.handed_in_on(self.store.database.on(), kind, ids).await
    }

    async fn handed_in_on(
        &self,
        on: &impl sea_orm::ConnectionTrait,
        kind: &Kind,
        ids: &[RecordId],
    ) -> Result<Vec<HandedIn>, StoreError> {
        if !kind.class.is_handed_in() {
            return Ok(Vec::new());
        }
        let asked = records::Entity::find()
            .filter(records::Column::Kind.eq(kind.name))
            .filter(records::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .filter(records::Column::ArchivedAt.is_null());
        let mut found = Vec::new();
        for row in asked.all(on).await? {
            let (thing, ties) = self.about_row(kind, &row, &[])?;
            if self.policy.decide(&self.asker, Action::Reveal, &thing, &ties).allowed {
                let (id, author) = (RecordId(row.id), PersonId(row.author_id));
                found.push(HandedIn { id, author, version: row.version.unsigned_abs() });
            }
        }
        found.sort_by_key(|one| one.id);
        Ok(found)
    }

    /// What these say, as the asker could read them once `step` is taken; nothing is written. What the asker could not read then is left out.
    ///
    /// # Errors
    /// Not allowed when the asker may not take the step; sealed when the key is not here.
    pub async fn foresee(&self, kind: &Kind, seen: &[HandedIn], step: &Step) -> Result<Vec<Record>, StoreError> {
        let mut all = Vec::with_capacity(seen.len());
        for one in seen {
            let old = self.store.record(self.store.database.on(), kind, one.id).await?;
            let old = old.ok_or_else(|| absent(kind, one.id))?;
            self.must(Action::Reveal, kind, &old)?;
            let then = Record { status: step.status.clone(), parties: step.parties.clone(), ..old };
            if self.may(Action::Read, kind, &then) {
                all.push(then);
            }
        }
        Ok(all)
    }

    /// Takes the step with all that were handed in of `ids`: each stays as it was written, for others to read or no longer.
    ///
    /// # Errors
    /// Not allowed; stale when somebody handed in, changed or took back since `seen`.
    pub async fn step(
        &self,
        write: &mut Write,
        kind: &Kind,
        ids: &[RecordId],
        seen: &[HandedIn],
        step: &Step,
    ) -> Result<(), StoreError> {
        let now = self.handed_in_on(write.on(), kind, ids).await?;
        if let Some(moved) = moved(seen, &now) {
            return Err(StoreError::Stale { kind: kind.name.to_owned(), id: moved.to_string(), seen: 0, now: 0 });
        }
        for one in now {
            let old = self.store.record(write.on(), kind, one.id).await?.ok_or_else(|| absent(kind, one.id))?;
            self.must(Action::Reveal, kind, &old)?;
            let Body::Open(body) = &old.body else {
                return Err(StoreError::Sealed("it is sealed, and its key is not here".to_owned()));
            };
            let draft = Draft {
                team: old.team,
                subject: old.subject,
                audience: Audience::Author,
                status: step.status.clone(),
                title: old.title.clone(),
                body: body.clone(),
                due_on: old.due_on,
                parties: step.parties.clone(),
                words: String::new(),
                reason: None,
            };
            write.update_record(kind, &old, &draft, false).await?;
        }
        Ok(())
    }

    /// Refuses when a record that the asker can read is no longer in the version that they saw: what is written beside it hangs on it.
    ///
    /// # Errors
    /// Stale when somebody wrote meanwhile, not found when it is not there.
    pub async fn rely_on(&self, write: &Write, kind: &Kind, id: RecordId, seen: u64) -> Result<(), StoreError> {
        self.present(write, kind, id, seen).await.map(|_| ())
    }
}

/// The first that is not as it was seen.
fn moved(seen: &[HandedIn], now: &[HandedIn]) -> Option<RecordId> {
    let missing =
        |these: &[HandedIn], those: &[HandedIn]| these.iter().find(|one| !those.contains(one)).map(|one| one.id);
    missing(seen, now).or_else(|| missing(now, seen))
}
