//! Boxes: slips that nobody signs. Who may put in, change, open; and what whoever holds the database reads of it.

use store::policy::{Audience, Class};
use store::records::Kind;
use store::{Actor, Holder, PersonId, RecordId, SlipDeed, StoreError};

use crate::engines::{House, at, on_both};
use crate::records::{Cast, NOTE, access, cast, create, draft, update};

const NOW: &str = "2026-03-02T09:00:00Z";
const IDS: [&str; 3] = [
    "33333333-3333-4333-8333-333333333333",
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
];

fn holder(of: &str) -> Holder {
    Holder::of(&format!("{of:0>32}"))
}

fn put(id: usize, text: &str, of: &str) -> SlipDeed {
    SlipDeed::Put { id: IDS[id].to_owned(), text: text.to_owned(), holder: Some(holder(of)), each: None }
}

fn vote(id: usize, text: &str) -> SlipDeed {
    SlipDeed::Put { id: IDS[id].to_owned(), text: text.to_owned(), holder: None, each: Some(1) }
}

/// Does something with the box of a note that is at its first version, as no actor does.
async fn slip(house: &House, who: PersonId, of: RecordId, when: &str, deed: SlipDeed) -> Result<(), StoreError> {
    let access = access(house, who).await;
    let write = house.store.write(Actor::System, at(when)).await?;
    access.slip(&write, &NOTE, of, 1, &deed).await?;
    write.keep().await
}

async fn note(house: &House, c: &Cast) -> RecordId {
    create(house, c.lea, &NOTE, &draft("What could fail", Some(c.payments), Audience::Team)).await.unwrap()
}

async fn open(house: &House, who: PersonId, of: RecordId) -> Vec<(String, String)> {
    let inside = access(house, who).await.look_into(&NOTE, of).await.unwrap();
    slip(house, who, of, NOW, SlipDeed::Open { mark: inside.mark }).await.unwrap();
    house.store.scrub_boxes().await.unwrap();
    inside.slips.into_iter().map(|slip| (slip.id, slip.text)).collect()
}

#[test]
fn a_box_is_opened_once_and_whole() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let note = note(&house, &c).await;
        let before = (house.store.records_version().await.unwrap(), house.store.audit(None, 99).await.unwrap());
        slip(&house, c.ann, note, NOW, put(0, "late", "ann")).await.unwrap();
        slip(&house, c.bo, note, NOW, put(1, "lost", "bo")).await.unwrap();
        slip(&house, c.ann, note, NOW, put(2, "dear", "ann")).await.unwrap();
        let after = (house.store.records_version().await.unwrap(), house.store.audit(None, 99).await.unwrap());
        assert_eq!(before, after, "neither a count nor the audit tells that something was put in");
        let own = access(&house, c.bo).await.own_slips(&NOTE, note, &holder("ann")).await.unwrap();
        assert_eq!(own.len(), 2, "what somebody put in is theirs who hold the secret, whoever that is");
        assert_eq!(access(&house, c.lea).await.slips_in(&NOTE, note).await.unwrap(), 3);
        // Something comes in between the look and the opening: the look is stale.
        let lea = access(&house, c.lea).await;
        let seen = lea.look_into(&NOTE, note).await.unwrap();
        let change = |text: Option<&str>, of: &str| SlipDeed::Change {
            id: IDS[1].to_owned(),
            text: text.map(str::to_owned),
            holder: holder(of),
        };
        slip(&house, c.bo, note, NOW, change(Some("lost it"), "bo")).await.unwrap();
        let stale = slip(&house, c.lea, note, NOW, SlipDeed::Open { mark: seen.mark }).await;
        assert!(matches!(stale, Err(StoreError::Stale { .. })), "{stale:?}");
        let wrong = slip(&house, c.bo, note, NOW, change(Some("mine"), "ann")).await;
        assert!(matches!(wrong, Err(StoreError::NotAllowed(_))), "{wrong:?}");
        let told = open(&house, c.lea, note).await;
        let ids: Vec<&str> = told.iter().map(|slip| slip.0.as_str()).collect();
        assert_eq!(ids, [IDS[1], IDS[2], IDS[0]], "in the order of random ids");
        assert_eq!(told[0].1, "lost it");
        assert!(open(&house, c.lea, note).await.is_empty());
        let lines = house.store.dump().await.unwrap();
        assert!(!lines.iter().any(|line| line.starts_with("slip_") || line.starts_with("record_keys")), "{lines:?}");
    });
}

#[test]
fn only_who_may_change_puts_in() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let note = note(&house, &c).await;
        let stranger = slip(&house, c.cy, note, NOW, put(0, "late", "cy")).await;
        assert!(matches!(stranger, Err(StoreError::NotFound { .. })), "{stranger:?}");
        assert!(access(&house, c.adi).await.look_into(&NOTE, note).await.is_err(), "an administrator is no reader");
        slip(&house, c.ann, note, NOW, vote(0, "1")).await.unwrap();
        let again = slip(&house, c.ann, note, NOW, vote(1, "1")).await.unwrap_err();
        assert_eq!(again.to_string(), "1 slips each go into this box, and yours are in");
        assert_eq!(access(&house, c.ann).await.slips_used(note).await.unwrap(), 1);
        let empty = slip(&house, c.bo, note, NOW, put(1, "  ", "bo")).await;
        assert!(matches!(empty, Err(StoreError::Refused { .. })), "{empty:?}");
        update(&house, c.lea, &NOTE, note, 1, &draft("Other", Some(c.payments), Audience::Team)).await.unwrap();
        let late = slip(&house, c.bo, note, NOW, put(1, "late", "bo")).await;
        assert!(matches!(late, Err(StoreError::Stale { .. })), "the record has moved on: {late:?}");
        let sealed = Kind::plain("note", Class::OneOnOne, 1);
        let write = house.store.write(Actor::System, at(NOW)).await.unwrap();
        let refused = access(&house, c.lea).await.slip(&write, &sealed, note, 2, &vote(1, "1")).await;
        assert!(refused.is_err(), "beside a sealed record there is no box");
    });
}

/// Two put in what they have to say and vote, at two times of a day; the rows before and after the box is opened.
async fn world(house: &House, first: usize, times: [&str; 2]) -> Vec<Vec<String>> {
    let c = cast(house).await;
    let note = note(house, &c).await;
    let people = [c.ann, c.bo];
    let (one, other) = (people[first], people[1 - first]);
    slip(house, one, note, times[0], put(0, "late", "one")).await.unwrap();
    slip(house, other, note, times[1], put(1, "lost", "other")).await.unwrap();
    let mut dumps = vec![house.store.dump().await.unwrap()];
    open(house, c.lea, note).await;
    slip(house, one, note, times[0], vote(0, "1")).await.unwrap();
    slip(house, other, note, times[1], vote(1, "2")).await.unwrap();
    dumps.push(house.store.dump().await.unwrap());
    open(house, c.lea, note).await;
    dumps.push(house.store.dump().await.unwrap());
    dumps
}

#[test]
fn the_database_knows_neither_author_nor_time() {
    let worlds = std::sync::Mutex::new(Vec::new());
    for (first, times) in [
        (0, ["2026-03-02T09:10:00Z", "2026-03-02T09:20:00Z"]),
        (1, ["2026-03-02T09:10:00Z", "2026-03-02T09:20:00Z"]),
        (0, ["2026-03-02T11:30:00Z", "2026-03-02T17:00:00Z"]),
    ] {
        on_both(|house| {
            let worlds = &worlds;
            async move {
                let dumps = world(&house, first, times).await;
                assert!(dumps[0].iter().any(|line| line.starts_with("slip_boxes: ")));
                assert!(dumps[1].iter().filter(|line| line.starts_with("slip_counts: ")).count() == 2);
                assert!(!dumps.iter().flatten().any(|line| line.contains("lost")), "sealed while it is closed");
                worlds.lock().unwrap().push(dumps);
            }
        });
    }
    // Migrations note when they ran.
    let same = |dumps: &Vec<Vec<String>>| -> Vec<String> {
        dumps.iter().flatten().filter(|line| !line.starts_with("seaql_migrations")).cloned().collect()
    };
    let worlds = worlds.into_inner().unwrap();
    for engine in 0..2 {
        for other in [engine + 2, engine + 4] {
            assert_eq!(same(&worlds[engine]), same(&worlds[other]));
        }
    }
}

#[test]
fn what_is_put_away_goes_unread() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let note = note(&house, &c).await;
        slip(&house, c.ann, note, NOW, put(0, "late", "ann")).await.unwrap();
        let mut write = house.store.write(Actor::Person(c.lea), at(NOW)).await.unwrap();
        access(&house, c.lea).await.archive(&mut write, &NOTE, note, 1).await.unwrap();
        write.keep().await.unwrap();
        assert_eq!(house.store.box_mark(note).await.unwrap(), "");
    });
}

#[test]
fn a_new_key_opens_a_box() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let note = note(&house, &c).await;
        slip(&house, c.ann, note, NOW, put(0, "late", "ann")).await.unwrap();
        let done = house.store.rotate_key(Actor::System, at(NOW), |_| Ok(())).await.unwrap();
        assert_eq!(done.records, 1);
        assert_eq!(open(&house, c.lea, note).await, [(IDS[0].to_owned(), "late".to_owned())]);
    });
}
