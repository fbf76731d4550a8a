//! Leases: whose a job is, until when. What a worker says about a job whose lease another has by now is not heard.

use jiff::Timestamp;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde_json::Value;

use super::{Job, JobState, MOST_ATTEMPTS, Trouble, delay_seconds, job};
use crate::database::Turn;
use crate::rows::jobs;
use crate::{Store, StoreError};

/// A job as the one worker has it who may do it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// The job, at its checkpoint.
    pub job: Job,
    /// Of no other lease.
    by: String,
}

/// Whether a job is still whose it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a worker that lost its job must stop"]
pub enum Hold {
    /// It is.
    Kept,
    /// Another worker has it, or somebody ended it.
    Lost,
}

/// How often a worker looks again when another took the same job at the same instant.
const TRIES: usize = 20;

impl Store {
    /// Gives `worker` the next job of these kinds that is due at `now`, for so many seconds. None when there is nothing to do.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lease_job(
        &self,
        kinds: &[&str],
        worker: &str,
        seconds: i64,
        now: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        for _ in 0..TRIES {
            match self.try_lease(kinds, worker, seconds, now).await {
                Err(Taken::Other) => {}
                Err(Taken::Failed(error)) => return Err(error),
                Ok(lease) => return Ok(lease),
            }
        }
        Ok(None)
    }

    async fn try_lease(
        &self,
        kinds: &[&str],
        worker: &str,
        seconds: i64,
        now: Timestamp,
    ) -> Result<Option<Lease>, Taken> {
        let turn = self.database.side_turn().await?;
        give_up(turn.on(), now).await?;
        let Some(row) = due(kinds, now).one(turn.on()).await.map_err(StoreError::from)? else {
            turn.keep().await?;
            return Ok(None);
        };
        let by = format!("{worker}/{}", self.dice.hex::<8>());
        let taken = jobs::ActiveModel {
            id: Set(row.id),
            state: Set(JobState::Running.name().to_owned()),
            attempts: Set(row.attempts + 1),
            lease_until: Set(Some(after(now, seconds))),
            lease_by: Set(Some(by.clone())),
            updated_at: Set(now.as_microsecond()),
            ..Default::default()
        };
        let row = taken.update(turn.on()).await.map_err(taken_by_other)?;
        turn.keep().await?;
        Ok(Some(Lease { job: job(row)?, by }))
    }

    /// Keeps a job for so many seconds from `now` on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_job(&self, lease: &Lease, seconds: i64, now: Timestamp) -> Result<Hold, StoreError> {
        self.tell(lease, now, |row| row.lease_until = Set(Some(after(now, seconds)))).await
    }

    /// Notes how far a job has come. Where it goes on after a death; attempts are counted afresh when it is another place than before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn checkpoint_job(
        &self,
        lease: &mut Lease,
        checkpoint: &Value,
        now: Timestamp,
    ) -> Result<Hold, StoreError> {
        let further = lease.job.checkpoint != *checkpoint;
        let hold = self.tell(lease, now, |row| {
            row.checkpoint = Set(checkpoint.to_string());
            if further {
                row.attempts = Set(1);
            }
        });
        let hold = hold.await?;
        if hold == Hold::Kept && further {
            lease.job.attempts = 1;
            lease.job.checkpoint = checkpoint.clone();
        }
        Ok(hold)
    }

    /// Notes that a job is done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn finish_job(&self, lease: Lease, now: Timestamp) -> Result<Hold, StoreError> {
        self.tell(&lease, now, |row| {
            row.state = Set(JobState::Done.name().to_owned());
            row.lease_until = Set(None);
            row.lease_by = Set(None);
            row.last_error = Set(None);
        })
        .await
    }

    /// Notes that a job failed: it is tried again later, after a longer while each time, and fails for good after [`MOST_ATTEMPTS`]
    /// attempts in which it got no further.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fail_job(&self, lease: Lease, trouble: &Trouble, now: Timestamp) -> Result<Hold, StoreError> {
        let attempts = lease.job.attempts;
        let state = if attempts >= MOST_ATTEMPTS { JobState::Failed } else { JobState::Waiting };
        self.tell(&lease, now, |row| {
            row.state = Set(state.name().to_owned());
            row.run_after = Set(after(now, delay_seconds(attempts)));
            row.lease_until = Set(None);
            row.lease_by = Set(None);
            row.last_error = Set(Some(trouble.text()));
        })
        .await
    }

    /// Changes a job if it is still whose lease this is.
    async fn tell(
        &self,
        lease: &Lease,
        now: Timestamp,
        change: impl FnOnce(&mut jobs::ActiveModel),
    ) -> Result<Hold, StoreError> {
        let turn: Turn = self.database.side_turn().await?;
        let mut row = jobs::ActiveModel { updated_at: Set(now.as_microsecond()), ..Default::default() };
        change(&mut row);
        let mine = jobs::Entity::update_many()
            .set(row)
            .filter(jobs::Column::Id.eq(lease.job.id))
            .filter(jobs::Column::State.eq(JobState::Running.name()))
            .filter(jobs::Column::LeaseBy.eq(&lease.by));
        let changed = mine.exec(turn.on()).await?.rows_affected;
        turn.keep().await?;
        Ok(if changed == 1 { Hold::Kept } else { Hold::Lost })
    }
}

fn after(now: Timestamp, seconds: i64) -> i64 {
    now.as_microsecond().saturating_add(seconds.saturating_mul(1_000_000))
}

enum Taken {
    Other,
    Failed(StoreError),
}

impl From<StoreError> for Taken {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Two workers that took two jobs of one scope at the same instant: the index `jobs_one_worker` lets one of them have it.
fn taken_by_other(error: sea_orm::DbErr) -> Taken {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Taken::Other,
        _ => Taken::Failed(error.into()),
    }
}

/// The first job that waits and is due, or whose worker died; never one whose scope is being worked.
fn due(kinds: &[&str], now: Timestamp) -> Select<jobs::Entity> {
    let now = now.as_microsecond();
    let other = Alias::new("other");
    let column = |column: jobs::Column| Expr::col((other.clone(), column));
    let worked = Query::select()
        .expr(Expr::val(1))
        .from_as(jobs::Entity, other.clone())
        .and_where(column(jobs::Column::Kind).equals((jobs::Entity, jobs::Column::Kind)))
        .and_where(column(jobs::Column::Scope).equals((jobs::Entity, jobs::Column::Scope)))
        .and_where(column(jobs::Column::State).eq(JobState::Running.name()))
        .take();
    let waits = Condition::all()
        .add(jobs::Column::State.eq(JobState::Waiting.name()))
        .add(jobs::Column::RunAfter.lte(now))
        .add(Expr::exists(worked).not());
    let asked = jobs::Entity::find()
        .filter(jobs::Column::Kind.is_in(kinds.iter().copied()))
        .filter(Condition::any().add(waits).add(abandoned(now)))
        .order_by_asc(jobs::Column::RunAfter)
        .order_by_asc(jobs::Column::Id)
        .limit(1);
    asked.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

fn abandoned(now: i64) -> Condition {
    Condition::all().add(jobs::Column::State.eq(JobState::Running.name())).add(jobs::Column::LeaseUntil.lt(now))
}

/// A job whose workers die again and again without getting further is not given to another.
async fn give_up(on: &impl ConnectionTrait, now: Timestamp) -> Result<(), StoreError> {
    let trouble = Trouble::new(
        format!("its worker died {MOST_ATTEMPTS} times, and it got no further"),
        "Look into the log of its last attempt, then let it be tried again.",
    );
    let ended = jobs::ActiveModel {
        state: Set(JobState::Failed.name().to_owned()),
        lease_until: Set(None),
        lease_by: Set(None),
        last_error: Set(Some(trouble.text())),
        updated_at: Set(now.as_microsecond()),
        ..Default::default()
    };
    let most = i32::try_from(MOST_ATTEMPTS).unwrap_or(i32::MAX);
    let hopeless = abandoned(now.as_microsecond()).add(jobs::Column::Attempts.gte(most));
    jobs::Entity::update_many().set(ended).filter(hopeless).exec(on).await?;
    Ok(())
}
