//! The audit chain, and that nothing is half written.

use store::{Actor, AuditState};

use crate::engines::{at, on_both};
use crate::people::{begin, person, team};

#[test]
fn each_row_follows_from_the_one_before() {
    on_both(|house| async move {
        for name in ["Ann", "Bo", "Cy"] {
            let mut write = begin(&house).await;
            person(&mut write, name).await;
            team(&mut write, &format!("team-{}", name.to_lowercase())).await;
            write.keep().await.unwrap();
        }
        let house = house.reopened().await;
        assert_eq!(house.store.verify_audit().await.unwrap(), AuditState::Whole { rows: 6 });
        let rows = house.store.audit(None, 10).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
        assert!(
            rows.iter().all(|row| row.actor == "system" && row.before_hash.is_empty() && row.after_hash.len() == 64)
        );
    });
}

#[test]
fn a_dropped_write_leaves_nothing() {
    on_both(|house| async move {
        let mut write = begin(&house).await;
        person(&mut write, "Ann").await;
        drop(write);
        let mut write = house.store.write(Actor::System, at("2026-03-02T09:00:00Z")).await.unwrap();
        person(&mut write, "Bo").await;
        write.keep().await.unwrap();
        let seen = house.store.organisation().await.unwrap();
        assert_eq!(seen.people().iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Bo"]);
        assert_eq!(house.store.audit(None, 10).await.unwrap().len(), 1);
    });
}
