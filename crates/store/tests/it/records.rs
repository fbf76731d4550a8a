//! Records: versions, staleness, who sees what, sealed bodies, words, links, erasing.

use serde_json::json;
use store::people::{NewPerson, Role};
use store::policy::{Audience, Class, Phase};
use store::records::{Body, Cursor, Draft, Kind, LinkEnd, Order, Party, Query};
use store::{Access, Actor, PersonId, RecordId, StoreError, TeamId, asker_of};

use crate::engines::{House, at, day, on_both};
use crate::people::{begin, person, team};

pub(crate) const NOTE: Kind = Kind::plain("note", Class::TeamRecord, 1);
pub(crate) const TALK: Kind = Kind::plain("one_on_one", Class::OneOnOne, 1);
pub(crate) const KINDS: [Kind; 2] = [NOTE, TALK];
const NOW: &str = "2026-03-02T09:00:00Z";

/// Ann and Bo in payments, led by Lea; Cy elsewhere; Adi administers.
pub(crate) struct Cast {
    pub(crate) ann: PersonId,
    pub(crate) bo: PersonId,
    pub(crate) cy: PersonId,
    pub(crate) lea: PersonId,
    pub(crate) adi: PersonId,
    pub(crate) payments: TeamId,
}

pub(crate) async fn cast(house: &House) -> Cast {
    let mut write = begin(house).await;
    let (ann, bo, cy) =
        (person(&mut write, "Ann").await, person(&mut write, "Bo").await, person(&mut write, "Cy").await);
    let (lea, adi) = (person(&mut write, "Lea").await, person(&mut write, "Adi").await);
    let (payments, search) = (team(&mut write, "payments").await, team(&mut write, "search").await);
    for (who, role) in [(ann, Role::Member), (bo, Role::Member), (lea, Role::Manager)] {
        write.join(who, payments, role, day("2025-01-01"), 1.0).await.unwrap();
    }
    write.join(cy, search, Role::Member, day("2025-01-01"), 1.0).await.unwrap();
    for who in [ann, bo] {
        write.report_to(who, Some(lea), day("2025-01-01")).await.unwrap();
    }
    write.grant(adi, store::people::Office::Administrator, None, day("2025-01-01")).await.unwrap();
    write.keep().await.unwrap();
    Cast { ann, bo, cy, lea, adi, payments }
}

pub(crate) async fn access(house: &House, who: PersonId) -> Access {
    let all = house.store.organisation().await.unwrap();
    house.store.access(asker_of(&all, who, day("2026-03-02")), at(NOW)).await.unwrap()
}

pub(crate) fn draft(title: &str, team: Option<TeamId>, audience: Audience) -> Draft {
    Draft {
        team,
        subject: None,
        audience,
        status: "open".to_owned(),
        title: title.to_owned(),
        body: json!({ "text": format!("about {title}") }),
        due_on: None,
        parties: Vec::new(),
        words: format!("about {title}"),
        reason: None,
    }
}

pub(crate) async fn create(house: &House, who: PersonId, kind: &Kind, draft: &Draft) -> Result<RecordId, StoreError> {
    let access = access(house, who).await;
    let mut write = house.store.write(Actor::Person(who), at(NOW)).await?;
    let id = write.fresh_id();
    access.create(&mut write, kind, id, draft).await?;
    write.keep().await?;
    Ok(id)
}

pub(crate) async fn update(
    house: &House,
    who: PersonId,
    kind: &Kind,
    id: RecordId,
    seen: u64,
    draft: &Draft,
) -> Result<u64, StoreError> {
    let access = access(house, who).await;
    let mut write = house.store.write(Actor::Person(who), at(NOW)).await?;
    let version = access.update(&mut write, kind, id, seen, draft).await?;
    write.keep().await?;
    Ok(version)
}

#[expect(clippy::needless_pass_by_value, reason = "an answer is looked at once")]
fn hidden<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::NotFound { .. }))
}

#[test]
fn a_note_is_its_teams_and_nobody_elses() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let note = draft("Release nights", Some(c.payments), Audience::Team);
        let id = create(&house, c.ann, &NOTE, &note).await.unwrap();
        for (who, sees) in [(c.ann, true), (c.bo, true), (c.lea, true), (c.cy, false), (c.adi, false)] {
            let access = access(&house, who).await;
            assert_eq!(!hidden(access.get(&NOTE, id).await), sees);
            let listed = access.list(&NOTE, &Query { limit: 10, ..Query::default() }).await.unwrap();
            assert_eq!(listed.records.len(), usize::from(sees));
            assert_eq!(
                access.search(&KINDS, "night", 10).await.unwrap().len(),
                usize::from(sees),
                "found by a beginning"
            );
            assert_eq!(!hidden(access.history(&NOTE, id).await), sees);
        }
        let stranger = create(&house, c.cy, &NOTE, &note).await;
        assert!(matches!(stranger, Err(StoreError::NotAllowed(_))), "{stranger:?}");
        let absent: RecordId = "019a0000-0000-7000-8000-000000000000".parse().unwrap();
        let said = |answer: Result<_, StoreError>| answer.map(|_: store::records::Record| ()).unwrap_err().to_string();
        let cy = access(&house, c.cy).await;
        let (one, other) = (said(cy.get(&NOTE, id).await), said(cy.get(&NOTE, absent).await));
        assert_eq!(
            one.replace(&id.to_string(), ""),
            other.replace(&absent.to_string(), ""),
            "hidden and absent look alike"
        );
    });
}

#[test]
fn nobody_overwrites_what_they_have_not_seen() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let id = create(&house, c.ann, &NOTE, &draft("One", Some(c.payments), Audience::Team)).await.unwrap();
        assert_eq!(
            update(&house, c.bo, &NOTE, id, 1, &draft("Two", Some(c.payments), Audience::Team)).await.unwrap(),
            2
        );
        let stale = update(&house, c.ann, &NOTE, id, 1, &draft("Three", Some(c.payments), Audience::Team)).await;
        assert!(matches!(stale, Err(StoreError::Stale { seen: 1, now: 2, .. })), "{stale:?}");
        let ann = access(&house, c.ann).await;
        let history = ann.history(&NOTE, id).await.unwrap();
        let told: Vec<_> = history.iter().map(|v| (v.version, v.author, v.head.title.as_str())).collect();
        assert_eq!(told, [(1, c.ann, "One"), (2, c.bo, "Two")]);
        let mut write = house.store.write(Actor::Person(c.ann), at(NOW)).await.unwrap();
        assert_eq!(ann.archive(&mut write, &NOTE, id, 2).await.unwrap(), 3);
        write.keep().await.unwrap();
        assert!(ann.list(&NOTE, &Query { limit: 10, ..Query::default() }).await.unwrap().records.is_empty());
        assert!(ann.search(&KINDS, "two", 10).await.unwrap().is_empty());
        let all = ann.list(&NOTE, &Query { archived: true, limit: 10, ..Query::default() }).await.unwrap();
        assert!(all.records[0].archived_at.is_some() && all.records[0].version == 3);
    });
}

#[test]
fn only_the_author_opens_a_record_further() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let id = create(&house, c.ann, &NOTE, &draft("Mine", Some(c.payments), Audience::Team)).await.unwrap();
        let wider = draft("Mine", Some(c.payments), Audience::Everyone);
        assert!(matches!(update(&house, c.bo, &NOTE, id, 1, &wider).await, Err(StoreError::NotAllowed(_))));
        assert_eq!(update(&house, c.ann, &NOTE, id, 1, &wider).await.unwrap(), 2);
        let cy = access(&house, c.cy).await;
        assert_eq!(cy.get(&NOTE, id).await.unwrap().version, 2);
        let seen: Vec<_> = cy.history(&NOTE, id).await.unwrap().iter().map(|version| version.version).collect();
        assert_eq!(seen, [2], "nothing widens backwards in time");
    });
}

#[test]
fn a_sealed_body_is_its_two_peoples() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut talk = draft("Wages", None, Audience::Parties);
        talk.subject = Some(c.ann);
        talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        talk.body = json!({ "summary": "zebra crossing" });
        let id = create(&house, c.lea, &TALK, &talk).await.unwrap();
        let record = access(&house, c.ann).await.get(&TALK, id).await.unwrap();
        assert_eq!(record.body, Body::Open(json!({ "summary": "zebra crossing" })));
        assert_eq!(record.title, "one on one", "the title says nothing");
        for other in [c.bo, c.cy, c.adi] {
            assert!(hidden(access(&house, other).await.get(&TALK, id).await));
        }
        assert!(access(&house, c.ann).await.search(&KINDS, "zebra", 10).await.unwrap().is_empty());
        let looked = access(&house, c.ann).await.who_looked(10).await.unwrap();
        assert!(looked.is_empty(), "one's own look is not a look");
        access(&house, c.lea).await.get(&TALK, id).await.unwrap();
        let looked = access(&house, c.ann).await.who_looked(10).await.unwrap();
        assert_eq!(looked.iter().map(|look| (look.viewer, look.record)).collect::<Vec<_>>(), [(c.lea, id)]);
        let lea = access(&house, c.lea).await;
        lea.list(&TALK, &Query { limit: 10, ..Query::default() }).await.unwrap();
        lea.get(&TALK, id).await.unwrap();
        let looked = access(&house, c.ann).await.who_looked(10).await.unwrap();
        let mut actions: Vec<_> = looked.iter().map(|look| look.action.as_str()).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["list", "read"], "a list is a look, and one question is one");
        assert!(access(&house, c.adi).await.who_looked(10).await.unwrap().is_empty());
        if let store::Place::File(path) = &house.place {
            for file in [path.clone(), path.with_extension("db-wal")] {
                let bytes = std::fs::read(&file).unwrap_or_default();
                assert!(!bytes.windows(5).any(|part| part == b"zebra"), "no word of it is in {}", file.display());
            }
        }
    });
}

#[test]
fn without_the_key_the_rest_works() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut talk = draft("Wages", None, Audience::Parties);
        talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        let id = create(&house, c.lea, &TALK, &talk).await.unwrap();
        let note = create(&house, c.ann, &NOTE, &draft("Plain", Some(c.payments), Audience::Team)).await.unwrap();
        std::fs::write(house.folder.path().join("key"), format!("{}\n", "ab".repeat(32))).unwrap();
        let house = house.reopened().await;
        let ann = access(&house, c.ann).await;
        let Body::Closed(why) = ann.get(&TALK, id).await.unwrap().body else { panic!("opened with another key") };
        assert!(why.contains("is wanted"), "{why}");
        assert!(matches!(ann.get(&NOTE, note).await.unwrap().body, Body::Open(_)));
    });
}

#[test]
fn a_list_is_turned_page_by_page_without_gaps() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut wanted = Vec::new();
        for number in 0..23 {
            let mut note = draft(
                &format!("Note {number:02}"),
                Some(c.payments),
                if number % 3 == 0 { Audience::Author } else { Audience::Team },
            );
            note.due_on = (number % 2 == 0).then(|| day("2026-04-01"));
            create(&house, c.ann, &NOTE, &note).await.unwrap();
            if number % 3 != 0 {
                wanted.push(note.title);
            }
        }
        let bo = access(&house, c.bo).await;
        for order in [Order::Updated, Order::Created, Order::Title, Order::Due] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = bo.list(&NOTE, &Query { order, after, limit: 4, ..Query::default() }).await.unwrap();
                seen.extend(page.records.into_iter().map(|record| record.title));
                after = match page.next {
                    Some(next) => Some(Cursor::parse(&next.text()).unwrap()),
                    None => break,
                };
            }
            seen.sort();
            assert_eq!(seen, wanted, "{order:?}");
        }
        for bad in ["", "zz", "7b7d", "00ff00"] {
            assert!(matches!(Cursor::parse(bad), Err(StoreError::Refused { .. })), "{bad}");
        }
    });
}

#[test]
fn a_link_to_something_hidden_is_not_hinted_at() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let open = create(&house, c.ann, &NOTE, &draft("Open", Some(c.payments), Audience::Team)).await.unwrap();
        let own = create(&house, c.ann, &NOTE, &draft("Own", Some(c.payments), Audience::Author)).await.unwrap();
        let ann = access(&house, c.ann).await;
        let mut write = house.store.write(Actor::Person(c.ann), at(NOW)).await.unwrap();
        for to in [LinkEnd::Record(own), LinkEnd::Fact("work_item/PAY-812".to_owned())] {
            ann.link(&mut write, &KINDS, &NOTE, open, &to, "caused_by").await.unwrap();
            ann.link(&mut write, &KINDS, &NOTE, open, &to, "caused_by").await.unwrap();
        }
        let odd = ann.link(&mut write, &KINDS, &NOTE, open, &LinkEnd::Fact("rumour/1".to_owned()), "caused_by").await;
        assert!(matches!(odd, Err(StoreError::Refused { .. })));
        write.keep().await.unwrap();
        assert_eq!(ann.links(&KINDS, &NOTE, open).await.unwrap().len(), 2, "the same link twice is one");
        assert_eq!(ann.links(&KINDS, &NOTE, own).await.unwrap().len(), 1, "seen from the other end too");
        let bo = access(&house, c.bo).await;
        assert_eq!(bo.links(&KINDS, &NOTE, open).await.unwrap().len(), 1);
        assert_eq!(bo.links_to(&KINDS, "work_item/PAY-812").await.unwrap().len(), 1);
        assert!(access(&house, c.cy).await.links_to(&KINDS, "work_item/PAY-812").await.unwrap().is_empty());
        let mut write = house.store.write(Actor::Person(c.bo), at(NOW)).await.unwrap();
        let blind = bo.link(&mut write, &KINDS, &NOTE, open, &LinkEnd::Record(own), "see_also").await;
        assert!(hidden(blind), "nobody links to what they cannot see");
    });
}

#[test]
fn a_new_lead_does_not_read_what_is_older() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let packet = Kind { phase: |_| Phase::Draft, ..Kind::plain("review_packet", Class::ReviewPacket, 1) };
        let mut draft = draft("Packet", None, Audience::Lead);
        draft.subject = Some(c.ann);
        let id = create(&house, c.ann, &packet, &draft).await.unwrap();
        assert!(!hidden(access(&house, c.lea).await.get(&packet, id).await));
        let mut write = house.store.write(Actor::System, at("2026-03-02T10:00:00Z")).await.unwrap();
        let newer = write.add_person(&NewPerson::named("Noa", "noa@harbour.example")).await.unwrap();
        write.report_to(c.ann, Some(newer), day("2026-03-03")).await.unwrap();
        write.keep().await.unwrap();
        let all = house.store.organisation().await.unwrap();
        let later =
            house.store.access(asker_of(&all, newer, day("2026-03-04")), at("2026-03-04T09:00:00Z")).await.unwrap();
        assert!(hidden(later.get(&packet, id).await));
    });
}
