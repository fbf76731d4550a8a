//! Everything out as files and in again: what comes out of the copy is the same byte for byte.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use store::people::{AbsenceKind, NewPerson, NewTeam, Office, Role};
use store::policy::Audience;
use store::records::{Body, Draft, LinkEnd, Party};
use store::work::{Deed, Tie};
use store::{Actor, ItemId, Keys, PersonId, Store, StoreError};

use crate::engines::{House, Server, another, at, chance, day, on_both};
use crate::people::begin;
use crate::records::{KINDS, NOTE, TALK, access, cast, create, draft, update};
use crate::work::{Team, done, item, seen, team, to};

const NOW: &str = "2026-03-02T09:00:00Z";

/// Every file below a folder, with its content.
fn files_of(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// An empty store beside that of `house`, on the same engine.
async fn empty(house: &House) -> House {
    let folder = tempfile::tempdir().unwrap();
    let place = another(&house.place, folder.path());
    House::on(place, folder).await
}

/// Out as `who`, into an empty store, and out again; gives the files, and the copy.
async fn round(house: &House, who: PersonId) -> (BTreeMap<String, String>, House) {
    let (first, second) = (house.folder.path().join("first"), house.folder.path().join("second"));
    access(house, who).await.export_all(&KINDS, &first).await.unwrap();
    let copy = empty(house).await;
    copy.store.import_all(Actor::System, &first, &KINDS, at(NOW)).await.unwrap();
    access(&copy, who).await.export_all(&KINDS, &second).await.unwrap();
    let (one, two) = (files_of(&first), files_of(&second));
    assert_eq!(one, two);
    (one, copy)
}

#[test]
fn an_export_is_read_by_people() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut note = draft("Release nights", Some(c.payments), Audience::Team);
        let id = create(&house, c.ann, &NOTE, &note).await.unwrap();
        note.body = json!({ "text": "Two of them", "places": [1, 0.1] });
        note.reason = Some("It was more".to_owned());
        update(&house, c.bo, &NOTE, id, 1, &note).await.unwrap();
        let (files, _) = round(&house, c.lea).await;
        let expected = format!(
            "---\ntitle: \"Release nights\"\nversion: 2\nauthor: \"{}\"\nat: \"2026-03-02T09:00:00Z\"\nreason: \"It was more\"\n\
             team: \"{}\"\naudience: \"team\"\nstatus: \"open\"\nbody_version: 1\n---\n{{\n  \"text\": \"Two of them\",\n  \
             \"places\": [\n    1,\n    0.1\n  ]\n}}\n",
            c.bo, c.payments
        );
        assert_eq!(files[&format!("records/note/{id}/2.md")], expected);
        assert!(files[&format!("people/{}.md", c.ann)].contains("reporting:\n  - { id: \""));
    });
}

#[test]
fn only_what_somebody_may_read_goes() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let own = create(&house, c.ann, &NOTE, &draft("Own", None, Audience::Author)).await.unwrap();
        let open = create(&house, c.ann, &NOTE, &draft("Open", Some(c.payments), Audience::Team)).await.unwrap();
        let mut talk = draft("Wages", None, Audience::Parties);
        talk.subject = Some(c.ann);
        talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        talk.body = json!({ "summary": "zebra crossing" });
        let talk = create(&house, c.lea, &TALK, &talk).await.unwrap();
        let ann = access(&house, c.ann).await;
        let mut write = house.store.write(Actor::Person(c.ann), at(NOW)).await.unwrap();
        ann.link(&mut write, &KINDS, &NOTE, open, &LinkEnd::Record(own), "see_also").await.unwrap();
        write.keep().await.unwrap();
        for (who, sees) in [
            (c.ann, vec![own, open, talk]),
            (c.bo, vec![open]),
            (c.lea, vec![open, talk]),
            (c.cy, vec![]),
            (c.adi, vec![]),
        ] {
            let dir = house.folder.path().join(who.to_string());
            access(&house, who).await.export_all(&KINDS, &dir).await.unwrap();
            let files = files_of(&dir);
            for id in [own, open, talk] {
                let named =
                    files.iter().any(|(name, text)| name.contains(&id.to_string()) || text.contains(&id.to_string()));
                assert_eq!(named, sees.contains(&id), "{id} in the export of {who}");
            }
            assert_eq!(files.values().any(|text| text.contains("zebra")), sees.contains(&talk));
            let again = access(&house, who).await.export_all(&KINDS, &dir).await;
            assert!(matches!(again, Err(StoreError::Refused { .. })), "over what is there");
        }
        let looked = access(&house, c.ann).await.who_looked(9).await.unwrap();
        assert_eq!(
            looked.iter().map(|look| (look.viewer, look.action.as_str())).collect::<Vec<_>>(),
            [(c.lea, "export")]
        );
    });
}

#[test]
fn work_goes_with_its_log() {
    on_both(|house| async move {
        let Team { ann, out, board } = team(&house).await;
        let day = "2026-03-03T09:00:00Z";
        done(&house, ann, day, &[Deed::AddItem(item(1, board)), Deed::AddItem(item(2, board))]).await.unwrap();
        done(&house, ann, day, &[Deed::Change(seen(&house, 1).await, vec![to("doing")], Some("now".to_owned()))])
            .await
            .unwrap();
        let [one, two] = [101, 102].map(|id| ItemId(uuid::Uuid::from_u128(id)));
        let tie = Deed::Tie(one, two, Tie::Blocks);
        done(&house, ann, day, &[tie]).await.unwrap();
        let (files, copy) = round(&house, ann).await;
        let name = format!("work/{board}.jsonl");
        let rows: Vec<Value> = files[&name].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let kinds: Vec<&str> = rows.iter().map(|row| row["row"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["project", "item", "item", "change", "link"], "{}", files[&name]);
        let (before, after) = (house.store.work().await.unwrap(), copy.store.work().await.unwrap());
        for one in before.items() {
            let other = after.item(one.id).unwrap();
            assert_eq!(
                (&one.key, &one.title, one.log.len(), one.ties.len()),
                (&other.key, &other.title, other.log.len(), other.ties.len())
            );
        }
        done(&copy, ann, "2026-03-04T09:00:00Z", &[Deed::Change(seen(&copy, 1).await, vec![to("review")], None)])
            .await
            .unwrap();
        let dir = house.folder.path().join("out");
        access(&house, out).await.export_all(&KINDS, &dir).await.unwrap();
        assert!(!files_of(&dir).keys().any(|name| name.starts_with("work/")), "of another team");
    });
}

#[test]
fn work_that_points_nowhere_is_refused() {
    on_both(|house| async move {
        let Team { ann, board, .. } = team(&house).await;
        done(&house, ann, "2026-03-03T09:00:00Z", &[Deed::AddItem(item(1, board))]).await.unwrap();
        let dir = house.folder.path().join("first");
        access(&house, ann).await.export_all(&KINDS, &dir).await.unwrap();
        let path = dir.join(format!("work/{board}.jsonl"));
        let whole = std::fs::read_to_string(&path).unwrap();
        let without: String = whole.lines().skip(1).map(|line| format!("{line}\n")).collect();
        for (text, told) in
            [(without, "points at is missing"), (format!("{whole}{{\"row\":\"none\"}}\n"), "none of an export of work")]
        {
            std::fs::write(&path, text).unwrap();
            let copy = empty(&house).await;
            let error = copy.store.import_all(Actor::System, &dir, &KINDS, at(NOW)).await.unwrap_err();
            assert!(matches!(&error, StoreError::Refused { fields } if fields[0].message.contains(told)), "{error:?}");
            assert!(copy.store.organisation().await.unwrap().people().is_empty(), "nothing was taken");
        }
    });
}

#[test]
fn older_versions_go_to_their_readers() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let id = create(&house, c.ann, &NOTE, &draft("Mine", Some(c.payments), Audience::Team)).await.unwrap();
        update(&house, c.ann, &NOTE, id, 1, &draft("Ours", Some(c.payments), Audience::Everyone)).await.unwrap();
        for (who, sees) in [(c.bo, vec!["1.md", "2.md", "record.md"]), (c.cy, vec!["2.md", "record.md"])] {
            let (files, copy) = {
                let dir = house.folder.path().join(who.to_string());
                access(&house, who).await.export_all(&KINDS, &dir).await.unwrap();
                let copy = empty(&house).await;
                copy.store.import_all(Actor::System, &dir, &KINDS, at(NOW)).await.unwrap();
                (files_of(&dir), copy)
            };
            let prefix = format!("records/note/{id}/");
            assert_eq!(files.keys().filter_map(|name| name.strip_prefix(&prefix)).collect::<Vec<_>>(), sees);
            let record = access(&copy, c.ann).await.get(&NOTE, id).await.unwrap();
            assert_eq!((record.version, record.author), (2, c.ann), "versions keep their numbers");
        }
    });
}

#[test]
fn a_copy_lives_on() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let id =
            create(&house, c.ann, &NOTE, &draft("Release nights", Some(c.payments), Audience::Team)).await.unwrap();
        let mut talk = draft("Wages", None, Audience::Parties);
        talk.subject = Some(c.ann);
        talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        let sealed = create(&house, c.lea, &TALK, &talk).await.unwrap();
        let (_, copy) = round(&house, c.ann).await;
        let ann = access(&copy, c.ann).await;
        assert_eq!(ann.search(&KINDS, "nights", 9).await.unwrap().len(), 1);
        assert_eq!(ann.get(&TALK, sealed).await.unwrap().body, Body::Open(talk.body.clone()));
        assert_eq!(
            update(&copy, c.bo, &NOTE, id, 1, &draft("More", Some(c.payments), Audience::Team)).await.unwrap(),
            2
        );
        assert_eq!(update(&copy, c.lea, &TALK, sealed, 1, &talk).await.unwrap(), 2);
        assert_eq!(copy.store.check().await.unwrap(), []);
        let first = house.folder.path().join("first");
        let full = copy.store.import_all(Actor::System, &first, &KINDS, at(NOW)).await;
        assert!(matches!(full, Err(StoreError::Refused { .. })), "into a store that is not empty");
        // One file that does not hold, and nothing is imported.
        let file = first.join(format!("records/note/{id}/1.md"));
        let text = std::fs::read_to_string(&file).unwrap();
        let other = empty(&house).await;
        let stranger = PersonId(uuid::Uuid::from_u128(7));
        let bad = [
            text.replace("status:", "statsu:"),
            text.replace(&c.ann.to_string(), &stranger.to_string()),
            text.replace("body_version: 1", "body_version: 2"),
            text.replace("\"text\":", "\"text\""),
            String::new(),
        ];
        for bad in bad {
            std::fs::write(&file, bad).unwrap();
            let said = other.store.import_all(Actor::System, &first, &KINDS, at(NOW)).await.unwrap_err();
            assert!(said.to_string().contains("records/note"), "{said}");
        }
        assert!(other.store.organisation().await.unwrap().people().is_empty());
    });
}

#[derive(Debug, Clone)]
struct Sample {
    people: Vec<(String, Option<String>, u8)>,
    teams: Vec<(String, Option<String>, u8)>,
    ties: Vec<(u8, u8, u8, f64)>,
    records: Vec<SampleRecord>,
}

#[derive(Debug, Clone)]
struct SampleRecord {
    who: (u8, u8),
    team: Option<u8>,
    audience: u8,
    sealed: bool,
    versions: Vec<(String, Value, Option<String>)>,
    archived: bool,
}

fn sample() -> impl Strategy<Value = Sample> {
    let word = "[^\u{0}]{1,12}";
    let person = (word, prop::option::of(word), any::<u8>());
    let tie = (any::<u8>(), any::<u8>(), any::<u8>(), 0.001..1.0_f64);
    let body = (
        word,
        any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()),
        any::<i64>(),
        prop::collection::vec("[^\u{0}]*", 0..3),
    );
    let body = body.prop_map(
        |(text, number, whole, list)| json!({ "text": text, "number": number, "whole": whole, "list": list }),
    );
    let version = (word, body, prop::option::of(word));
    let record = (
        (any::<u8>(), any::<u8>()),
        prop::option::of(any::<u8>()),
        any::<u8>(),
        any::<bool>(),
        prop::collection::vec(version, 1..4),
        any::<bool>(),
    );
    let record = record.prop_map(|(who, team, audience, sealed, versions, archived)| SampleRecord {
        who,
        team,
        audience,
        sealed,
        versions,
        archived,
    });
    (
        prop::collection::vec(person.clone(), 1..5),
        prop::collection::vec(person, 1..4),
        prop::collection::vec(tie, 0..8),
        prop::collection::vec(record, 0..8),
    )
        .prop_map(|(people, teams, ties, records)| Sample { people, teams, ties, records })
}

fn pick<T: Copy>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()]
}

/// Writes as much of the sample as the store takes.
async fn build(house: &House, sample: &Sample) -> Vec<PersonId> {
    let mut write = begin(house).await;
    let (mut people, mut teams) = (Vec::new(), Vec::new());
    for (number, (name, preferred_name, bits)) in sample.people.iter().enumerate() {
        let started_on = (bits % 2 == 0).then(|| day("2024-02-29"));
        let new = NewPerson {
            preferred_name: preferred_name.clone(),
            started_on,
            ..NewPerson::named(format!("{name}x"), format!("p{number}@x.example"))
        };
        people.push(write.add_person(&new).await.unwrap());
    }
    for (number, (name, purpose, bits)) in sample.teams.iter().enumerate() {
        let parent = (number > 0 && bits % 2 == 0).then(|| format!("t{}", usize::from(bits / 2) % number));
        let new = NewTeam { slug: format!("t{number}"), name: format!("{name}x"), parent, purpose: purpose.clone() };
        teams.push(write.add_team(&new).await.unwrap());
    }
    for (a, b, what, share) in &sample.ties {
        let (one, other, team) = (pick(&people, *a), pick(&people, *b), pick(&teams, *b));
        let from = day("2025-01-01").checked_add(jiff::Span::new().days(i64::from(what / 8))).unwrap();
        // Some of them are refused: circles, the same twice.
        let _ = match what % 5 {
            0 => write.report_to(one, Some(other), from).await,
            1 => write.join(one, team, Role::Member, from, *share).await,
            2 => write.join(one, team, Role::TechLead, from, *share).await,
            3 => write.grant(one, Office::HrPartner, (b % 2 == 0).then_some(team), from).await,
            _ => write.add_absence(one, from, from, AbsenceKind::OnCall).await,
        };
    }
    write.keep().await.unwrap();
    let mut made = Vec::new();
    for record in &sample.records {
        let (kind, author) = (if record.sealed { TALK } else { NOTE }, pick(&people, record.who.0));
        let drafts = record.versions.iter().map(|(title, body, reason)| Draft {
            team: record.team.filter(|_| !record.sealed).map(|team| pick(&teams, team)),
            subject: record.sealed.then_some(author),
            audience: if record.sealed { Audience::Parties } else { pick(Audience::ALL, record.audience) },
            status: "open".to_owned(),
            title: format!("{title}x"),
            body: body.clone(),
            due_on: record.archived.then(|| day("2026-05-01")),
            parties: vec![Party::new(author, "party"), Party::new(pick(&people, record.who.1), "party")],
            words: title.clone(),
            reason: reason.clone(),
        });
        let drafts: Vec<_> = drafts.collect();
        let Ok(id) = create(house, author, &kind, &drafts[0]).await else { continue };
        let mut version = 1;
        for draft in &drafts[1..] {
            if let Ok(next) = update(house, author, &kind, id, version, draft).await {
                version = next;
            }
        }
        let access = access(house, author).await;
        let mut write = house.store.write(Actor::Person(author), at("2026-03-02T09:00:00.123456Z")).await.unwrap();
        for to in made.iter().map(|id| LinkEnd::Record(*id)).chain([LinkEnd::Fact("work_item/ÄX-1".to_owned())]) {
            let _ = access.link(&mut write, &KINDS, &kind, id, &to, "see_also").await;
        }
        if record.archived {
            let _ = access.archive(&mut write, &kind, id, version).await;
        }
        write.keep().await.unwrap();
        made.push(id);
    }
    people
}

#[test]
fn any_organisation_goes_round_unchanged() {
    let server = Server::start();
    for engine in [None, Some(&server)] {
        let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
        let done = runner.run(&sample(), |sample| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let folder = tempfile::tempdir().unwrap();
                let place = engine.map_or_else(|| store::Place::of_folder(folder.path()), Server::database);
                let house = House::on(place, folder).await;
                let people = build(&house, &sample).await;
                let (files, copy) = round(&house, people[0]).await;
                assert!(files.len() >= people.len());
                copy.store.close().await.unwrap();
                house.store.close().await.unwrap();
            });
            Ok(())
        });
        done.unwrap();
    }
}

#[test]
fn without_a_key_nothing_sealed_comes_in() {
    on_both(|house| async move {
        let c = cast(&house).await;
        let mut talk = draft("Wages", None, Audience::Parties);
        talk.parties = vec![Party::new(c.ann, "party"), Party::new(c.lea, "party")];
        create(&house, c.lea, &TALK, &talk).await.unwrap();
        let dir = house.folder.path().join("out");
        access(&house, c.lea).await.export_all(&KINDS, &dir).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&another(&house.place, folder.path()), Keys::default(), chance(9)).await.unwrap();
        let said = store.import_all(Actor::System, &dir, &KINDS, at(NOW)).await;
        assert!(matches!(said, Err(StoreError::Sealed(_))), "{said:?}");
        assert!(store.organisation().await.unwrap().people().is_empty());
    });
}
