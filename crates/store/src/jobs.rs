//! Work behind the scenes: sync, mining, digests, retention. A job is leased by one worker at a time; a worker that dies loses its lease,
//! and the job goes on at its checkpoint. One scope of a kind is never worked twice at once: the database itself refuses it.

mod lease;

use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use lease::{Hold, Lease};

use crate::audit::instant;
use crate::rows::jobs;
use crate::{Store, StoreError, Write};

/// Attempts without progress after which a job failed for good.
pub const MOST_ATTEMPTS: u32 = 8;
/// The first delay, in seconds; each further one is twice as long.
const FIRST_DELAY: i64 = 30;
/// The longest delay, in seconds.
const LONGEST_DELAY: i64 = 3600;

/// How long a job waits after its `attempts`-th attempt without progress, in seconds: 30, 60, 120, … up to an hour.
#[must_use]
pub fn delay_seconds(attempts: u32) -> i64 {
    let doubled = FIRST_DELAY.checked_mul(1_i64.checked_shl(attempts.saturating_sub(1)).unwrap_or(i64::MAX));
    doubled.filter(|delay| *delay > 0).map_or(LONGEST_DELAY, |delay| delay.min(LONGEST_DELAY))
}

/// A job to put into the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What is to be done (`sync`, `retention`).
    pub kind: String,
    /// On what; two jobs of one kind and scope never run at once.
    pub scope: String,
    /// What the worker needs to know.
    pub payload: Value,
    /// Not before.
    pub run_after: Timestamp,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a worker, or for its time.
    Waiting,
    /// Leased.
    Running,
    /// Done.
    Done,
    /// Failed for good.
    Failed,
}

impl JobState {
    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn named(name: &str) -> Result<Self, StoreError> {
        let all = [Self::Waiting, Self::Running, Self::Done, Self::Failed];
        all.into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| StoreError::Damaged(format!("`{name}` in the database is no state of a job")))
    }
}

/// Why a job failed, and what somebody can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Why.
    pub why: String,
    /// What to do.
    pub todo: String,
}

impl Trouble {
    /// `why`, and `todo` against it.
    pub fn new(why: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { why: why.into(), todo: todo.into() }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// On what.
    pub scope: String,
    /// Where it stands.
    pub state: JobState,
    /// What the worker needs to know.
    pub payload: Value,
    /// How far it has come; null before its first checkpoint.
    pub checkpoint: Value,
    /// Not before.
    pub run_after: Timestamp,
    /// Attempts since it last got further.
    pub attempts: u32,
    /// Until when it is somebody's.
    pub lease_until: Option<Timestamp>,
    /// Whose it is.
    pub lease_by: Option<String>,
    /// Why it failed last, and what to do.
    pub trouble: Option<Trouble>,
    /// When it was put into the queue.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

fn json(id: Uuid, text: &str) -> Result<Value, StoreError> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("job {id} cannot be read: {error}")))
}

fn job(row: jobs::Model) -> Result<Job, StoreError> {
    let trouble = |text: String| serde_json::from_str(&text).unwrap_or_else(|_| Trouble::new(text, ""));
    Ok(Job {
        id: row.id,
        state: JobState::named(&row.state)?,
        payload: json(row.id, &row.payload)?,
        checkpoint: json(row.id, &row.checkpoint)?,
        run_after: instant(row.run_after),
        attempts: row.attempts.unsigned_abs(),
        lease_until: row.lease_until.map(instant),
        lease_by: row.lease_by,
        trouble: row.last_error.map(trouble),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        kind: row.kind,
        scope: row.scope,
    })
}

impl Write {
    /// Puts a job into the queue together with what else is written. When one of that kind and scope waits already, there is no second:
    /// it is moved forward if the new one is wanted sooner. One that runs does not count, since it may have looked before this write.
    ///
    /// # Errors
    /// Refused when kind or scope is empty.
    pub async fn enqueue(&mut self, new: &NewJob) -> Result<Uuid, StoreError> {
        if new.kind.is_empty() || new.scope.is_empty() {
            return Err(StoreError::field("scope", "A job has a kind and a scope."));
        }
        let (run_after, now) = (new.run_after.as_microsecond(), self.at().as_microsecond());
        let waiting = jobs::Entity::find()
            .filter(jobs::Column::Kind.eq(&new.kind))
            .filter(jobs::Column::Scope.eq(&new.scope))
            .filter(jobs::Column::State.eq(JobState::Waiting.name()));
        if let Some(there) = waiting.order_by_asc(jobs::Column::RunAfter).one(self.on()).await? {
            if there.attempts == 0 && run_after < there.run_after {
                let sooner = jobs::ActiveModel {
                    id: Set(there.id),
                    run_after: Set(run_after),
                    updated_at: Set(now),
                    ..Default::default()
                };
                sooner.update(self.on()).await?;
            }
            return Ok(there.id);
        }
        let row = jobs::Model {
            id: self.store.dice.id(self.at()),
            kind: new.kind.clone(),
            scope: new.scope.clone(),
            state: JobState::Waiting.name().to_owned(),
            payload: new.payload.to_string(),
            checkpoint: String::new(),
            run_after,
            attempts: 0,
            lease_until: None,
            lease_by: None,
            last_error: None,
            created_at: now,
            updated_at: now,
        };
        let id = row.id;
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(id)
    }

    /// Lets a job that failed for good be tried again, from its checkpoint.
    ///
    /// # Errors
    /// Not found when none failed by that id.
    pub async fn retry_job(&mut self, id: Uuid) -> Result<(), StoreError> {
        let row =
            jobs::Entity::find_by_id(id).filter(jobs::Column::State.eq(JobState::Failed.name())).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("failed job", &id.to_string(), []))?;
        self.note("job.retry", format!("{}/{}", row.kind, row.scope), None, None);
        let now = self.at().as_microsecond();
        let again = jobs::ActiveModel {
            id: Set(id),
            state: Set(JobState::Waiting.name().to_owned()),
            attempts: Set(0),
            run_after: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        again.update(self.on()).await?;
        Ok(())
    }
}

impl Store {
    /// The jobs of some states (none is any), those that moved last first, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn jobs(&self, states: &[JobState], limit: u64) -> Result<Vec<Job>, StoreError> {
        let mut asked = jobs::Entity::find();
        if !states.is_empty() {
            asked = asked.filter(jobs::Column::State.is_in(states.iter().map(|state| state.name())));
        }
        let asked = asked.order_by_desc(jobs::Column::UpdatedAt).order_by_desc(jobs::Column::Id).limit(limit);
        asked.all(self.database.on()).await?.into_iter().map(job).collect()
    }

    /// Removes jobs that were done before `before`; those that failed stay until somebody looks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep_jobs(&self, before: Timestamp) -> Result<u64, StoreError> {
        let turn = self.database.side_turn().await?;
        let old = jobs::Entity::delete_many()
            .filter(jobs::Column::State.eq(JobState::Done.name()))
            .filter(jobs::Column::UpdatedAt.lt(before.as_microsecond()));
        let gone = old.exec(turn.on()).await?.rows_affected;
        turn.keep().await?;
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::delay_seconds;

    #[test]
    fn delays_grow_to_an_hour() {
        let delays: Vec<_> = (1..=9).map(delay_seconds).collect();
        assert_eq!(delays, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(delay_seconds(u32::MAX), 3600);
    }
}
