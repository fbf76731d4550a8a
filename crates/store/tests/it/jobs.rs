//! Work behind the scenes: one worker a scope, backoff, leases that run out; and settings.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::jobs::{Hold, JobState, MOST_ATTEMPTS, NewJob, Trouble, delay_seconds};
use store::{Actor, Keys, Store, StoreError};

use crate::engines::{House, at, chance, on_both};

const NOW: &str = "2026-03-02T09:00:00Z";

fn later(seconds: i64) -> Timestamp {
    at(NOW) + SignedDuration::from_secs(seconds)
}

async fn enqueue(house: &House, scope: &str, seconds: i64) -> uuid::Uuid {
    let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
    let new = NewJob {
        kind: "sync".to_owned(),
        scope: scope.to_owned(),
        payload: json!({ "of": scope }),
        run_after: later(seconds),
    };
    let id = write.enqueue(&new).await.unwrap();
    write.keep().await.unwrap();
    id
}

#[test]
fn a_scope_waits_only_once() {
    on_both(|house| async move {
        let id = enqueue(&house, "payments", 60).await;
        assert_eq!(enqueue(&house, "payments", 30).await, id, "there is no second");
        let store = &house.store;
        assert!(store.lease_job(&["sync"], "w", 60, later(29)).await.unwrap().is_none(), "it is not due");
        assert!(store.lease_job(&["digest"], "w", 60, later(30)).await.unwrap().is_none(), "another kind");
        let lease = store.lease_job(&["sync"], "w", 60, later(30)).await.unwrap().unwrap();
        assert_eq!((lease.job.id, lease.job.payload.clone(), lease.job.attempts), (id, json!({ "of": "payments" }), 1));
        let next = enqueue(&house, "payments", 0).await;
        assert_ne!(next, id, "what runs may have looked already");
        assert!(store.lease_job(&["sync"], "v", 60, later(31)).await.unwrap().is_none(), "its scope is being worked");
        assert_eq!(store.finish_job(lease, later(32)).await.unwrap(), Hold::Kept);
        assert_eq!(store.lease_job(&["sync"], "v", 60, later(33)).await.unwrap().unwrap().job.id, next);
        let states: Vec<_> = store.jobs(&[], 10).await.unwrap().into_iter().map(|job| job.state).collect();
        assert_eq!(states, [JobState::Running, JobState::Done]);
        assert_eq!(store.sweep_jobs(later(100)).await.unwrap(), 1);
    });
}

#[test]
fn a_dead_workers_job_goes_on() {
    on_both(|house| async move {
        enqueue(&house, "payments", 0).await;
        let store = &house.store;
        let mut dead = store.lease_job(&["sync"], "w", 60, later(0)).await.unwrap().unwrap();
        assert_eq!(store.checkpoint_job(&mut dead, &json!({ "page": 3 }), later(1)).await.unwrap(), Hold::Kept);
        assert_eq!(store.renew_job(&dead, 60, later(50)).await.unwrap(), Hold::Kept);
        assert!(store.lease_job(&["sync"], "w", 60, later(100)).await.unwrap().is_none());
        let next = store.lease_job(&["sync"], "w", 60, later(111)).await.unwrap().unwrap();
        assert_eq!((next.job.checkpoint.clone(), next.job.attempts), (json!({ "page": 3 }), 2));
        assert_eq!(
            store.renew_job(&dead, 60, later(112)).await.unwrap(),
            Hold::Lost,
            "though the worker has the same name"
        );
        assert_eq!(store.checkpoint_job(&mut dead, &json!(9), later(112)).await.unwrap(), Hold::Lost);
        assert_eq!(store.finish_job(dead, later(112)).await.unwrap(), Hold::Lost);
        assert_eq!(store.finish_job(next, later(113)).await.unwrap(), Hold::Kept);
        assert_eq!(store.jobs(&[], 9).await.unwrap()[0].checkpoint, json!({ "page": 3 }));
    });
}

#[test]
fn failing_waits_longer_then_ends() {
    on_both(|house| async move {
        let id = enqueue(&house, "payments", 0).await;
        let (store, trouble) = (&house.store, Trouble::new("the token has expired", "Make a new one in Settings."));
        let mut now = later(0);
        for attempt in 1..=MOST_ATTEMPTS {
            let lease = store.lease_job(&["sync"], "w", 60, now).await.unwrap().unwrap();
            assert_eq!(lease.job.attempts, attempt);
            assert_eq!(store.fail_job(lease, &trouble, now).await.unwrap(), Hold::Kept);
            let due = now + SignedDuration::from_secs(delay_seconds(attempt));
            assert!(store.lease_job(&["sync"], "w", 60, due - SignedDuration::from_secs(1)).await.unwrap().is_none());
            now = due;
        }
        assert!(store.lease_job(&["sync"], "w", 60, now).await.unwrap().is_none());
        let failed = store.jobs(&[JobState::Failed], 9).await.unwrap();
        assert_eq!(failed[0].trouble.as_ref().unwrap(), &trouble);
        let mut write = store.write(Actor::System, now).await.unwrap();
        write.retry_job(id).await.unwrap();
        assert!(matches!(write.retry_job(id).await, Err(StoreError::NotFound { .. })));
        write.keep().await.unwrap();
        let lease = store.lease_job(&["sync"], "w", 60, now).await.unwrap().unwrap();
        assert_eq!(lease.job.attempts, 1);
    });
}

#[test]
fn a_job_that_kills_workers_ends() {
    on_both(|house| async move {
        enqueue(&house, "payments", 0).await;
        let mut now = later(0);
        for _ in 0..MOST_ATTEMPTS {
            assert!(house.store.lease_job(&["sync"], "w", 60, now).await.unwrap().is_some());
            now += SignedDuration::from_secs(61);
        }
        assert!(house.store.lease_job(&["sync"], "w", 60, now).await.unwrap().is_none());
        let failed = house.store.jobs(&[JobState::Failed], 9).await.unwrap();
        assert!(failed[0].trouble.as_ref().unwrap().why.contains("died 8 times"));
    });
}

/// Each of several workers, with a store of its own, takes what it can; at every step it looks whether it is alone in its scope.
#[test]
fn one_scope_is_never_worked_twice() {
    const SCOPES: usize = 5;
    const ROUNDS: usize = 6;
    on_both(|house| async move {
        let worked: Arc<Mutex<HashSet<String>>> = Arc::default();
        let done: Arc<Mutex<usize>> = Arc::default();
        for round in 0..ROUNDS {
            for scope in 0..SCOPES {
                enqueue(&house, &format!("scope {scope}"), 0).await;
            }
            // One scope waits twice: a job that failed, and one that was wanted while it ran.
            let failing = house.store.lease_job(&["sync"], "w", 60, at(NOW)).await.unwrap().unwrap();
            enqueue(&house, &failing.job.scope.clone(), 0).await;
            assert_eq!(
                house.store.fail_job(failing, &Trouble::new("no", "nothing"), at(NOW)).await.unwrap(),
                Hold::Kept
            );
            let mut workers = tokio::task::JoinSet::new();
            for number in 0..4 {
                let keys = Keys::read_file(&house.folder.path().join("key")).unwrap();
                let store = Store::open(&house.place, keys, chance((round * 10 + number) as u64 + 50)).await.unwrap();
                workers.spawn(work(store, worked.clone(), done.clone()));
            }
            workers.join_all().await;
        }
        assert_eq!(*done.lock().unwrap(), (SCOPES + 1) * ROUNDS, "and everything once");
    });
}

async fn work(store: Store, worked: Arc<Mutex<HashSet<String>>>, done: Arc<Mutex<usize>>) {
    while let Some(mut lease) = store.lease_job(&["sync"], "w", 3600, later(40)).await.unwrap() {
        let scope = lease.job.scope.clone();
        assert!(worked.lock().unwrap().insert(scope.clone()), "{scope} is worked by two");
        for step in 0..3 {
            assert_eq!(store.checkpoint_job(&mut lease, &json!(step), later(40)).await.unwrap(), Hold::Kept);
            tokio::task::yield_now().await;
        }
        assert!(worked.lock().unwrap().remove(&scope));
        assert_eq!(store.finish_job(lease, later(40)).await.unwrap(), Hold::Kept);
        *done.lock().unwrap() += 1;
    }
    store.close().await.unwrap();
}

#[test]
fn a_setting_is_kept_and_audited() {
    on_both(|house| async move {
        for value in [json!(90), json!(90), json!({ "days": 30 })] {
            let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
            write.set_setting("retention.note", &value).await.unwrap();
            write.keep().await.unwrap();
        }
        let house = house.reopened().await;
        assert_eq!(house.store.setting("retention.note").await.unwrap(), Some(json!({ "days": 30 })));
        assert_eq!(house.store.audit(None, 9).await.unwrap().len(), 2, "the same value again is no change");
        let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
        assert!(matches!(write.set_setting("Not a name", &json!(1)).await, Err(StoreError::Refused { .. })));
        write.set_setting("retention.note", &json!(null)).await.unwrap();
        write.keep().await.unwrap();
        assert_eq!(house.store.setting("retention.note").await.unwrap(), None);
        assert!(house.store.settings().await.unwrap().is_empty());
    });
}
