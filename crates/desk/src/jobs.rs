//! Work behind the scenes that a practice has: what is due is put into the queue of the store, and a worker takes it from there.
//!
//! Every kind stands in one list, that of the registry. A job may be repeated at any time (a worker dies, two servers plan at once): whoever
//! writes one makes sure that twice says no more than once. What it writes is written in the name of a person, as all records are, and the
//! audit says by which job.

use jiff::Timestamp;
use serde_json::Value;
use store::jobs::{Hold, Lease, NewJob, Trouble};
use store::{Actor, PersonId};

use crate::registry::Boxed;
use crate::{Desk, Office, Refusal, Registry};

/// A job that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// On what; two jobs of one kind and scope never run at once.
    pub scope: String,
    /// Not before.
    pub after: Timestamp,
}

type Planned<'a> = Boxed<'a, Result<Vec<Due>, Refusal>>;

/// A kind of job.
#[derive(Clone, Copy)]
pub struct JobEntry {
    /// Its name in the queue (`nightly_forecasts`).
    pub kind: &'static str,
    /// What it does, a sentence.
    pub about: &'static str,
    /// What is due next, scope by scope.
    pub due: for<'a> fn(&'a Office) -> Planned<'a>,
    /// Does it for a scope. A refusal means that there is nothing to do; what is unavailable is tried again.
    pub run: for<'a> fn(&'a Office, &'a str) -> Boxed<'a, Result<(), Refusal>>,
}

impl std::fmt::Debug for JobEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JobEntry({})", self.kind)
    }
}

impl Registry {
    /// Every kind of job.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobEntry> {
        self.all().iter().flat_map(|entry| (entry.jobs)()).collect()
    }
}

impl Office {
    /// A desk at which a job works for a person: what it writes is theirs, and the audit names the job.
    ///
    /// # Errors
    /// As [`Self::desk`].
    pub async fn desk_of_job(&self, person: PersonId, kind: &'static str) -> Result<Desk, Refusal> {
        let viewer = self.viewer(person).await?;
        Ok(self.desk(viewer).await?.of_job(kind))
    }

    /// Puts what is due into the queue; what waits there already is not put there twice.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn plan_jobs(&self, kinds: &[JobEntry]) -> Result<(), Refusal> {
        for kind in kinds {
            let due = (kind.due)(self).await?;
            if due.is_empty() {
                continue;
            }
            let mut write = self.store().write(Actor::System, self.clock().now()).await?;
            for one in due {
                let job =
                    NewJob { kind: kind.kind.to_owned(), scope: one.scope, payload: Value::Null, run_after: one.after };
                write.enqueue(&job).await?;
            }
            write.keep().await?;
        }
        Ok(())
    }

    /// The next job that is due, for so many seconds; none when there is nothing to do.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn take_job(&self, kinds: &[JobEntry], worker: &str, seconds: i64) -> Result<Option<Lease>, Refusal> {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.kind).collect();
        Ok(self.store().lease_job(&names, worker, seconds, self.clock().now()).await?)
    }

    /// Does a job that was taken, and notes what came of it.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn do_job(&self, kinds: &[JobEntry], lease: Lease) -> Result<Hold, Refusal> {
        let Some(kind) = kinds.iter().find(|kind| kind.kind == lease.job.kind) else {
            return self.leave_job(lease, "no part of the program does jobs of this kind").await;
        };
        match (kind.run)(self, &lease.job.scope).await {
            Ok(()) | Err(Refusal::Refused { .. }) => {
                let hold = self.store().finish_job(lease, self.clock().now()).await?;
                // The next one waits from now on, so that it is done also by who is down when it is due.
                self.plan_jobs(std::slice::from_ref(kind)).await?;
                Ok(hold)
            }
            Err(error) => {
                tracing::warn!(
                    kind = kind.kind,
                    scope = lease.job.scope,
                    error = crate::facts::chain(&error),
                    "a job failed"
                );
                self.leave_job(lease, &error.to_string()).await
            }
        }
    }

    /// Gives a job back that was not done: it is tried again later.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn leave_job(&self, lease: Lease, why: &str) -> Result<Hold, Refusal> {
        let trouble = Trouble::new(why, "It is tried again by itself; the log of the server says more.");
        Ok(self.store().fail_job(lease, &trouble, self.clock().now()).await?)
    }
}
