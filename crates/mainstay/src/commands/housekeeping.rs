//! What a server does beside answering: once an hour it ends what is over. Sessions that nobody uses go, and records whose time is over
//! (`docs/records.md`), with a tombstone each; of jobs, those that were done a week ago. Several servers may do so at once: each step is one write, and takes its turn.

use std::time::Duration;

use desk::Office;
use store::StoreError;
use store::records::Kind;

/// Between two rounds; the first comes at once.
const ROUND: Duration = Duration::from_secs(3_600);
/// How long jobs that were done are still shown.
const DONE_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);
/// Records of one step: others write between two.
const STEP: u64 = 200;
/// Steps of a round at most; the rest waits for the next.
const STEPS: usize = 100;

/// Keeps house until the program ends.
pub(super) async fn keep(office: Office, kinds: Vec<Kind>) {
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        if let Err(error) = round(&office, &kinds).await {
            tracing::warn!(error = desk::facts::chain(&error), "this hour's housekeeping is left for the next");
        }
    }
}

/// One round.
async fn round(office: &Office, kinds: &[Kind]) -> Result<(), StoreError> {
    let (store, now) = (office.store(), office.clock().now());
    store.sweep_sessions(now).await?;
    store.sweep_jobs(now.checked_sub(DONE_FOR).unwrap_or(now)).await?;
    for _ in 0..STEPS {
        if !store.erase_due(kinds, now, STEP).await?.more {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use desk::{Clock, Entropy, KindEntry, kinds};
    use serde_json::Value;
    use store::sign_in::Way;

    use super::*;

    #[tokio::test]
    async fn what_is_over_goes() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::set_at("2026-01-01T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock.clone(), Entropy::seeded(3)).await.unwrap();
        let ada = office.local("ada", "ada@localhost").await.unwrap();
        let secret = office.store().open_session(ada.person, Way::Link, "", clock.now()).await.unwrap();
        let entry = KindEntry::of::<kinds::Note>();
        let note = serde_json::json!({ "kind": "note", "title": "Old", "body": { "text": "x" } });
        let desk = office.desk(ada.clone()).await.unwrap();
        desk::records::create(&desk, &entry, &serde_json::from_value(note).unwrap()).await.unwrap();
        let mut write = office.store().write(store::Actor::System, clock.now()).await.unwrap();
        write.set_setting("retention.note", &Value::from(30)).await.unwrap();
        write.keep().await.unwrap();
        let kinds = [entry.rules];
        round(&office, &kinds).await.unwrap();
        assert!(office.store().session(&secret, clock.now()).await.unwrap().is_some(), "nothing is over yet");
        assert_eq!(office.store().tombstones().await.unwrap().len(), 0);
        clock.advance(40 * 86_400);
        round(&office, &kinds).await.unwrap();
        assert_eq!(office.store().sessions_of(ada.person, "2026-01-01T12:00:00Z".parse().unwrap()).await.unwrap(), []);
        assert_eq!(office.store().tombstones().await.unwrap().len(), 1);
    }
}
