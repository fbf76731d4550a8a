//! What is handed in closed and opened together, and who is in a room: who sees what at each step, and what comes in between.

use serde_json::json;
use store::policy::{Audience, Class, Phase};
use store::records::{Draft, Kind, Party};
use store::{Actor, HandedIn, RecordId, Step, StoreError};

use crate::engines::{House, at, on_both};
use crate::records::{access, cast};

const VOTE: Kind = Kind {
    name: "poker_vote",
    class: Class::ClosedVote,
    body_version: 1,
    phase: |status| match status {
        "revealed" => Phase::Revealed,
        "closed" => Phase::Sealed,
        _ => Phase::Draft,
    },
};
const NOW: &str = "2026-03-02T09:00:00Z";

fn places() -> [RecordId; 2] {
    ["11111111-1111-8111-8111-111111111111", "22222222-2222-8222-8222-222222222222"].map(|id| id.parse().unwrap())
}

async fn vote(house: &House, who: store::PersonId, team: store::TeamId, place: RecordId, card: &str, seen: u64) {
    let mut write = house.store.write(Actor::Person(who), at(NOW)).await.unwrap();
    let draft = Draft {
        team: Some(team),
        subject: None,
        audience: Audience::Author,
        status: "cast".to_owned(),
        title: "Vote".to_owned(),
        body: json!({ "card": card }),
        due_on: None,
        parties: Vec::new(),
        words: card.to_owned(),
        reason: None,
    };
    let access = access(house, who).await;
    if seen == 0 {
        access.create(&mut write, &VOTE, place, &draft).await.unwrap();
    } else {
        access.update(&mut write, &VOTE, place, seen, &draft).await.unwrap();
    }
    write.keep().await.unwrap();
}

#[test]
fn votes_are_opened_together() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let [first, second] = places();
        vote(&house, c.ann, c.payments, first, "13", 0).await;
        vote(&house, c.bo, c.payments, second, "5", 0).await;
        let (lea, cy) = (access(&house, c.lea).await, access(&house, c.cy).await);
        let seen = lea.handed_in(&VOTE, &places()).await.unwrap();
        let whose: Vec<_> = seen.iter().map(|one: &HandedIn| (one.id, one.author)).collect();
        assert_eq!(whose, [(first, c.ann), (second, c.bo)], "who voted is known");
        assert!(cy.handed_in(&VOTE, &places()).await.unwrap().is_empty(), "not beyond the team");
        assert!(lea.get(&VOTE, first).await.is_err() && access(&house, c.bo).await.get(&VOTE, first).await.is_err());
        // Somebody changes their vote while it is revealed: the whole step is stale, and nothing was opened.
        let step = Step {
            status: "revealed".to_owned(),
            parties: vec![Party::new(c.lea, "party"), Party::new(c.ann, "party")],
        };
        assert_eq!(lea.foresee(&VOTE, &seen, &step).await.unwrap().len(), 2);
        vote(&house, c.bo, c.payments, second, "8", 1).await;
        let mut write = house.store.write(Actor::Person(c.lea), at(NOW)).await.unwrap();
        let stale = lea.step(&mut write, &VOTE, &places(), &seen, &step).await.unwrap_err();
        assert!(matches!(stale, StoreError::Stale { .. }), "{stale:?}");
        drop(write);
        let seen = lea.handed_in(&VOTE, &places()).await.unwrap();
        let mut write = house.store.write(Actor::Person(c.lea), at(NOW)).await.unwrap();
        lea.step(&mut write, &VOTE, &places(), &seen, &step).await.unwrap();
        write.keep().await.unwrap();
        assert_eq!(lea.get(&VOTE, second).await.unwrap().author, c.bo);
        assert!(access(&house, c.adi).await.get(&VOTE, second).await.is_err(), "an administrator is no reader");
        let mut write = house.store.write(Actor::Person(c.cy), at(NOW)).await.unwrap();
        let close = Step { status: "closed".to_owned(), parties: Vec::new() };
        assert!(cy.step(&mut write, &VOTE, &places(), &[], &close).await.is_ok(), "there is nothing for them to close");
        drop(write);
        let seen = lea.handed_in(&VOTE, &places()).await.unwrap();
        let mut write = house.store.write(Actor::Person(c.lea), at(NOW)).await.unwrap();
        lea.step(&mut write, &VOTE, &places(), &seen, &close).await.unwrap();
        write.keep().await.unwrap();
        assert!(lea.get(&VOTE, second).await.is_err() && access(&house, c.ann).await.get(&VOTE, second).await.is_err());
        assert!(access(&house, c.bo).await.get(&VOTE, second).await.is_ok(), "it is their own again");
    });
}

#[test]
fn seats_are_of_the_last_minute() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let seats = async |since: &str| house.store.seats("estimation/1", at(since)).await.unwrap();
        house.store.take_seat("estimation/1", c.ann, false, at("2026-03-02T09:00:00Z")).await.unwrap();
        house.store.take_seat("estimation/1", c.bo, true, at("2026-03-02T09:00:30Z")).await.unwrap();
        house.store.take_seat("estimation/2", c.lea, false, at("2026-03-02T09:00:30Z")).await.unwrap();
        assert_eq!(seats("2026-03-02T09:00:00Z").await.len(), 2);
        let left = seats("2026-03-02T09:00:10Z").await;
        assert_eq!(left.iter().map(|seat| (seat.person, seat.watching)).collect::<Vec<_>>(), [(c.bo, true)]);
        house.store.take_seat("estimation/1", c.bo, false, at("2026-03-02T09:01:00Z")).await.unwrap();
        assert!(!seats("2026-03-02T09:00:10Z").await[0].watching, "one seat a person, as they were seen last");
        house.store.take_seat("estimation/2", c.lea, false, at("2026-03-04T09:00:00Z")).await.unwrap();
        assert!(seats("2026-03-02T00:00:00Z").await.is_empty(), "a seat is forgotten within days");
    });
}
