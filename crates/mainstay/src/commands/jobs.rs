//! The worker of a server: puts what is due into the queue, and does it, one job at a time. Every kind of job stands in the registry's list.
//! Several servers may do so at once; a job is one server's by its lease. Asked to end, it hands back what it has not done.

use std::time::Duration;

use desk::{JobEntry, Office, Refusal};
use store::jobs::{Hold, Lease};
use tokio::sync::watch;

/// Between two looks at the queue.
const LOOK: Duration = Duration::from_secs(30);
/// Looks between two plannings: what is due is known long before.
const LOOKS: u32 = 20;
/// How long a job is a worker's before it must say that it lives.
const LEASE_SECONDS: i64 = 120;
/// Between two signs of life.
const SIGN: Duration = Duration::from_secs(30);
/// Its name in a lease.
const WORKER: &str = "up";

/// Works until asked to stop.
pub(super) async fn work(office: Office, kinds: Vec<JobEntry>, mut stop: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(LOOK);
    let mut look = 0_u32;
    while !*stop.borrow() {
        tokio::select! {
            _ = looks.tick() => {}
            _ = stop.changed() => break,
        }
        if look.is_multiple_of(LOOKS) {
            warned(office.plan_jobs(&kinds).await, "jobs are planned at the next look");
        }
        look = look.wrapping_add(1);
        while !*stop.borrow() {
            match office.take_job(&kinds, WORKER, LEASE_SECONDS).await {
                Ok(Some(lease)) => warned(one(&office, &kinds, lease, &mut stop).await, "a job is left to its lease"),
                Ok(None) => break,
                Err(error) => {
                    warned(Err(error), "the queue is read at the next look");
                    break;
                }
            }
        }
    }
}

/// Does a job, and says meanwhile that it lives; hands it back when the server ends.
async fn one(
    office: &Office,
    kinds: &[JobEntry],
    lease: Lease,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Refusal> {
    let held = lease.clone();
    let mut signs = tokio::time::interval(SIGN);
    let doing = office.do_job(kinds, lease);
    tokio::pin!(doing);
    loop {
        tokio::select! {
            done = &mut doing => return done.map(drop),
            _ = signs.tick() => {
                let now = office.clock().now();
                if office.store().renew_job(&held, LEASE_SECONDS, now).await? == Hold::Lost {
                    return Ok(());
                }
            }
            _ = stop.changed() => break,
        }
    }
    office.leave_job(held, "the server was asked to end").await.map(drop)
}

fn warned(done: Result<(), Refusal>, what: &str) {
    if let Err(error) = done {
        tracing::warn!(error = desk::facts::chain(&error), "{what}");
    }
}

#[cfg(test)]
mod tests {
    use desk::{Clock, Entropy};
    use store::Actor;
    use store::jobs::{JobState, NewJob};

    use super::*;

    const KIND: JobEntry = JobEntry {
        kind: "greeting",
        about: "Says good night.",
        due: |_| Box::pin(std::future::ready(Ok(Vec::new()))),
        run: |_, _| Box::pin(std::future::ready(Ok(()))),
    };
    const SLOW: JobEntry = JobEntry { run: |_, _| Box::pin(std::future::pending()), ..KIND };

    async fn states(kind: JobEntry, wanted: JobState) -> Vec<JobState> {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::set_at("2026-01-01T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(3)).await.unwrap();
        let run_after = office.clock().now();
        let mut write = office.store().write(Actor::System, run_after).await.unwrap();
        let (kind_name, scope) = (kind.kind.to_owned(), "all".to_owned());
        write.enqueue(&NewJob { kind: kind_name, scope, payload: serde_json::Value::Null, run_after }).await.unwrap();
        write.keep().await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(work(office.clone(), vec![kind], stopped));
        loop {
            let jobs = office.store().jobs(&[], 9).await.unwrap();
            if jobs.first().is_some_and(|job| job.state == wanted) {
                break;
            }
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
        worker.await.unwrap();
        office.store().jobs(&[], 9).await.unwrap().iter().map(|job| job.state).collect()
    }

    #[tokio::test]
    async fn what_is_due_is_done() {
        assert_eq!(states(KIND, JobState::Done).await, [JobState::Done]);
    }

    #[tokio::test]
    async fn asked_to_end_hands_back() {
        assert_eq!(states(SLOW, JobState::Running).await, [JobState::Waiting]);
    }
}
