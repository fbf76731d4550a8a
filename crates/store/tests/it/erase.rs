//! Erasing: a person when a law asks for it, and what has come to the end of its time.

use serde_json::json;
use store::people::{AbsenceKind, ErasurePlan};
use store::policy::{Audience, Class, Phase};
use store::records::{Kind, LinkEnd, Party, Swept, Term};
use store::sign_in::Way;
use store::{Actor, AuditState, PersonId, Place, RecordId, StoreError};

use crate::engines::{House, at, day, on_both};
use crate::records::{Cast, KINDS, NOTE, TALK, access, cast, create, draft, update};

const NOW: &str = "2026-03-02T09:00:00Z";

/// A note that Ann gave her team, a draft of hers, a talk about her, and one about Bo in which she took part.
async fn written(house: &House, c: &Cast) -> [RecordId; 4] {
    let open = create(house, c.ann, &NOTE, &draft("Open", Some(c.payments), Audience::Team)).await.unwrap();
    let own = create(house, c.ann, &NOTE, &draft("Quokka", None, Audience::Author)).await.unwrap();
    let mut talk = draft("Wages", None, Audience::Parties);
    talk.subject = Some(c.ann);
    talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
    let about = create(house, c.lea, &TALK, &talk).await.unwrap();
    talk.subject = Some(c.bo);
    talk.parties.push(Party::new(c.bo, "party"));
    let others = create(house, c.lea, &TALK, &talk).await.unwrap();
    let ann = access(house, c.ann).await;
    let mut write = house.store.write(Actor::Person(c.ann), at(NOW)).await.unwrap();
    ann.link(&mut write, &KINDS, &NOTE, open, &LinkEnd::Record(own), "see_also").await.unwrap();
    write.add_absence(c.ann, day("2026-03-01"), day("2026-03-04"), AbsenceKind::Leave).await.unwrap();
    write.set_password(c.ann, "correct horse battery staple").await.unwrap();
    write.keep().await.unwrap();
    house.store.open_session(c.ann, Way::Password, "Browser", at(NOW)).await.unwrap();
    access(house, c.lea).await.get(&TALK, about).await.unwrap();
    access(house, c.ann).await.get(&TALK, others).await.unwrap();
    [open, own, about, others]
}

fn counts(plan: &ErasurePlan) -> (Vec<(&str, u64)>, Vec<&str>) {
    let goes = plan.goes.iter().map(|line| (line.what.as_str(), line.count)).collect();
    (goes, plan.stays.iter().map(|line| line.what.as_str()).collect())
}

#[test]
fn a_person_goes_as_the_plan_says() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let [open, own, about, others] = written(&house, &c).await;
        let failed = house.store.check_password("ann@harbour.example", "wrong", "::1", at(NOW)).await;
        assert!(failed.is_err());
        let early = house.store.plan_erasure(c.ann).await.unwrap();
        update(&house, c.ann, &NOTE, own, 1, &draft("Quokka", None, Audience::Author)).await.unwrap();
        let more = create(&house, c.ann, &NOTE, &draft("More", None, Audience::Author)).await.unwrap();
        let stale = house.store.erase_person(Actor::Person(c.adi), &early, at(NOW)).await;
        assert!(matches!(stale, Err(StoreError::Refused { .. })), "the plan is another by now");
        let plan = house.store.plan_erasure(c.ann).await.unwrap();
        let (goes, stays) = counts(&plan);
        let expected = [
            ("their name, address and time zone", 1),
            ("records about them, with every version", 1),
            ("drafts by them", 2),
            ("absences", 1),
            ("sessions, tokens and passwords", 2),
            ("notes of who looked at records about them", 1),
        ];
        assert_eq!(goes, expected);
        assert!(
            stays.contains(&"records by them that others were given") && stays.contains(&"rows of the audit"),
            "{stays:?}"
        );
        house.store.erase_person(Actor::Person(c.adi), &plan, at(NOW)).await.unwrap();

        let seen = house.store.organisation().await.unwrap();
        let ann = seen.person(c.ann).unwrap();
        assert_eq!((ann.name.as_str(), ann.here(day("2026-03-02"))), ("Erased person", false));
        assert!(seen.by_email("ann@harbour.example").is_none());
        assert_eq!(seen.teams_of(c.ann, day("2026-03-02")).count(), 0);
        assert!(house.store.sessions_of(c.ann, at(NOW)).await.unwrap().is_empty());
        assert!(!house.store.has_passwords().await.unwrap());
        let mut stones: Vec<_> =
            house.store.tombstones().await.unwrap().into_iter().map(|stone| (stone.id, stone.rule)).collect();
        stones.sort();
        let mut gone: Vec<_> = [own, about, more].map(|id| (id, "erasure of a person".to_owned())).into();
        gone.sort();
        assert_eq!(stones, gone);
        let bo = access(&house, c.bo).await;
        let note = bo.get(&NOTE, open).await.unwrap();
        assert_eq!((note.author, bo.links(&KINDS, &NOTE, open).await.unwrap().len()), (c.ann, 0));
        assert_eq!(bo.get(&TALK, others).await.unwrap().parties.len(), 3);
        assert_eq!(bo.who_looked(9).await.unwrap().iter().filter(|look| look.viewer == c.ann).count(), 1);
        assert!(matches!(house.store.verify_audit().await.unwrap(), AuditState::Whole { .. }));
        assert_eq!(house.store.check().await.unwrap(), []);
        nothing_is_left(&house, &["quokka", "Quokka", "ann@harbour", "\"Ann\""]);
    });
}

/// No byte of these words is in the files of a database.
fn nothing_is_left(house: &House, words: &[&str]) {
    let Place::File(path) = &house.place else { return };
    for file in [path.clone(), path.with_extension("db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for word in words {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} is in {}", file.display());
        }
    }
}

#[test]
fn the_last_administrator_is_not_erased() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let plan = house.store.plan_erasure(c.adi).await.unwrap();
        let said = house.store.erase_person(Actor::System, &plan, at(NOW)).await.unwrap_err();
        assert!(said.to_string().contains("last administrator"), "{said}");
        assert_eq!(house.store.organisation().await.unwrap().person(c.adi).unwrap().name, "Adi");
        let nobody = house.store.plan_erasure(PersonId(uuid::Uuid::from_u128(7))).await;
        assert!(matches!(nobody, Err(StoreError::NotFound { .. })));
    });
}

const PRIVATE: Kind = Kind::plain("private_note", Class::PrivateNote, 1);
const KUDOS: Kind = Kind::plain("kudos", Class::Kudos, 1);
const REVIEW: Kind = Kind {
    phase: |status| if status == "sealed" { Phase::Sealed } else { Phase::Draft },
    ..Kind::plain("review", Class::Review, 1)
};
const ALL: [Kind; 5] = [NOTE, TALK, PRIVATE, KUDOS, REVIEW];

async fn erased(house: &House, now: &str) -> Vec<(String, String)> {
    let due = house.store.retention_due(&ALL, at(now), 100).await.unwrap();
    let mut told: Vec<_> = due.into_iter().map(|due| (due.kind, due.rule)).collect();
    told.sort();
    told
}

#[test]
fn records_go_when_their_time_is_over() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut about = draft("Wages", None, Audience::Parties);
        about.subject = Some(c.ann);
        about.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        create(&house, c.lea, &TALK, &about).await.unwrap();
        create(&house, c.ann, &PRIVATE, &draft("Mine", None, Audience::Author)).await.unwrap();
        create(&house, c.ann, &NOTE, &draft("Note", Some(c.payments), Audience::Team)).await.unwrap();
        about.audience = Audience::Everyone;
        create(&house, c.bo, &KUDOS, &about).await.unwrap();
        access(&house, c.lea).await.get(&TALK, list(&house, &c, &TALK).await).await.unwrap();
        let told = |kinds: &[(&str, &str)]| {
            kinds.iter().map(|(kind, rule)| ((*kind).to_owned(), (*rule).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(erased(&house, "2026-08-28T09:00:00Z").await, []);
        assert_eq!(erased(&house, "2026-08-30T09:00:00Z").await, told(&[("private_note", "kept 180 days")]));
        let both = told(&[("one_on_one", "kept 24 months"), ("private_note", "kept 180 days")]);
        assert_eq!(erased(&house, "2028-03-02T09:00:00Z").await, both[1..]);
        assert_eq!(erased(&house, "2028-03-03T09:00:00Z").await, both);
        let step = house.store.erase_due(&ALL, at("2028-03-03T09:00:00Z"), 1).await.unwrap();
        assert_eq!(step, Swept { records: 1, looks: 0, more: true }, "the look went with its record");
        let step = house.store.erase_due(&ALL, at("2028-03-03T09:00:00Z"), 5).await.unwrap();
        assert_eq!(step, Swept { records: 1, looks: 0, more: false });
        let stones = house.store.tombstones().await.unwrap();
        assert!(stones.iter().all(|stone| stone.erased_on == day("2028-03-03")) && stones.len() == 2);
        assert_eq!(erased(&house, "2098-03-03T09:00:00Z").await, [], "notes of a team and thanks stay");
        assert_eq!(house.store.check().await.unwrap(), []);
    });
}

async fn list(house: &House, c: &Cast, kind: &Kind) -> RecordId {
    let query = store::records::Query { limit: 1, ..Default::default() };
    access(house, c.ann).await.list(kind, &query).await.unwrap().records[0].id
}

#[test]
fn a_leavers_cards_and_drafts_go() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut about = draft("Thanks", None, Audience::Everyone);
        about.subject = Some(c.ann);
        create(&house, c.bo, &KUDOS, &about).await.unwrap();
        for status in ["draft", "sealed"] {
            about.status = status.to_owned();
            about.audience = Audience::Author;
            create(&house, c.lea, &REVIEW, &about).await.unwrap();
        }
        let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
        let gone = store::people::NewPerson {
            left_on: Some(day("2026-04-01")),
            ..store::people::NewPerson::named("Ann", "ann@harbour.example")
        };
        write.change_person(c.ann, &gone).await.unwrap();
        write.keep().await.unwrap();
        let draft = ("review".to_owned(), "draft about somebody who left".to_owned());
        assert_eq!(erased(&house, "2026-03-31T09:00:00Z").await, []);
        assert_eq!(erased(&house, "2026-04-01T09:00:00Z").await, std::slice::from_ref(&draft));
        let thanks = ("kudos".to_owned(), "kept while employed".to_owned());
        assert_eq!(
            erased(&house, "2026-06-30T09:00:00Z").await,
            [thanks, draft],
            "after ninety days for taking it along"
        );
    });
}

#[test]
fn settings_shorten_and_never_lengthen() {
    on_both(|house| async move {
        let c = cast(&house).await;
        create(&house, c.ann, &PRIVATE, &draft("Mine", None, Audience::Author)).await.unwrap();
        create(&house, c.ann, &NOTE, &draft("Note", Some(c.payments), Audience::Team)).await.unwrap();
        let set = async |name: &str, value| {
            let mut write = house.store.write(Actor::System, at(NOW)).await.unwrap();
            write.set_setting(name, &value).await.unwrap();
            write.keep().await.unwrap();
        };
        set("retention.private_note", json!(9000)).await;
        assert_eq!(erased(&house, "2026-08-30T09:00:00Z").await.len(), 1, "180 days stay 180 days");
        set("retention.note", json!(30)).await;
        assert_eq!(erased(&house, "2026-04-01T09:00:00Z").await, []);
        assert_eq!(
            erased(&house, "2026-04-01T09:00:01Z").await,
            [("note".to_owned(), "kept 30 days by setting".to_owned())]
        );
        set("retention.note", json!("a month")).await;
        let said = house.store.erase_due(&ALL, at("2029-04-01T09:00:00Z"), 9).await.unwrap_err();
        assert!(said.to_string().contains("retention.note"), "{said}");
        assert_eq!(house.store.tombstones().await.unwrap(), []);
    });
}

#[test]
fn every_class_has_its_term() {
    let terms: Vec<_> =
        [Class::CalibrationVote, Class::Application, Class::ReviewReply, Class::EvidenceCard, Class::TeamRecord]
            .map(Class::term)
            .into();
    assert_eq!(terms, [Term::Days(90), Term::Days(183), Term::Months(36), Term::WhileEmployed, Term::Unlimited]);
}
