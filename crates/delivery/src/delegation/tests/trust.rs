//! What must never be seen: what lies behind a choice, an order of people, what somebody keeps to themselves, what was declined.

use std::collections::BTreeMap;

use desk::knowledge::Word;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::super::case::Field;
use super::super::growth::{Goal, Growth, growth, shared};
use super::super::options::tests::any_field;
use super::super::options::{Lens, options};
use super::super::whole::{Preset, Programme};
use super::{ANN, BEN, CY, EVE, House};

/// Random organisations, the same in every run.
fn organisations(count: usize, tasks: usize, people: usize) -> Vec<Field> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[71; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = any_field(tasks, people);
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// In a thousand organisations nobody is named but the winner of a lens, and where a lens names somebody, the others' order is nowhere: what is
/// said does not change when everybody else changes places below the winner.
#[test]
fn only_winners_are_named() {
    for field in organisations(1_000, 1, 8) {
        let found = options(&field, 0);
        assert!(found.picks.len() <= Lens::ALL.len());
        let mut won: BTreeMap<Lens, usize> = BTreeMap::new();
        for pick in &found.picks {
            for lens in &pick.lenses {
                assert_eq!(won.insert(*lens, pick.person), None, "a lens has one winner");
            }
        }
        // Whoever won nothing loses all: nothing is said otherwise.
        let mut less = field.clone();
        let named: Vec<usize> =
            found.picks.iter().flat_map(|pick| [Some(pick.person), pick.beside]).flatten().collect();
        for place in (0..field.people.len()).filter(|place| !named.contains(place)) {
            less.people[place].room = -1.0;
            let case = &mut less.cases[0][place];
            if case.fit(&field.tasks[0]) >= 0.2 {
                case.knows = vec![Some(Word::Touched), Some(Word::Some)];
                case.growth = Growth::None;
            }
        }
        let again = options(&less, 0);
        let people =
            |found: &super::super::options::Options| found.picks.iter().map(|pick| pick.person).collect::<Vec<_>>();
        assert!(people(&again).iter().all(|place| named.contains(place) || !people(&found).contains(place)));
    }
}

/// A whole plan speaks of every task, in the order of the tasks and not in one of worth.
#[test]
fn plans_keep_the_order_of_tasks() {
    for field in organisations(100, 4, 5) {
        let tasks = field.tasks.len();
        let room: Vec<Vec<f64>> = field.people.iter().map(|one| vec![one.room]).collect();
        let solved = |settled: Vec<Option<usize>>, room: Vec<Vec<f64>>| {
            let programme = Programme::of(&field, Preset::Balanced, vec![vec![2.0]; tasks], room, settled);
            let choices = programme.solve().unwrap().choices;
            choices.iter().map(|choice| choice.as_ref().map(|choice| choice.owner)).collect::<Vec<_>>()
        };
        let owners = solved(vec![None; tasks], room.clone());
        let again = solved(owners.clone(), room);
        assert_eq!(owners.len(), tasks);
        for (owner, settled) in owners.iter().zip(&again).filter(|(owner, _)| owner.is_some()) {
            assert_eq!(owner, settled, "whoever is settled for a task stands at its place");
        }
    }
}

/// A goal that is not shared with whoever looks changes nothing of what the maths is given.
#[test]
fn unshared_goals_change_nothing() {
    let person = |number: u128| format!("{number:032x}").parse::<desk::work::PersonId>().unwrap();
    let goal = |owner: u128, to: &[u128], name: &str| Goal {
        owner: person(owner),
        shared_with: to.iter().map(|one| person(*one)).collect(),
        title: name.to_owned(),
        names: vec![name.to_owned()],
    };
    let open = vec![goal(2, &[1], "api/pay")];
    let mut all = open.clone();
    all.extend([goal(2, &[9], "web"), goal(3, &[], "api/pay"), goal(3, &[9], "api")]);
    let areas = ["api/pay".to_owned(), "web".to_owned()];
    for viewer in [1, 2] {
        let said = |goals: &[Goal]| {
            let mine = shared(goals, person(viewer));
            [2, 3].map(|owner| {
                let own: Vec<&Goal> = mine.iter().filter(|goal| goal.owner == person(owner)).copied().collect();
                let (growth, title) = growth(&own, &areas, &[]);
                format!("{growth:?} {title:?}")
            })
        };
        if viewer == 1 {
            assert_eq!(said(&open), said(&all), "to the lead");
        } else {
            assert_eq!(said(&open)[1], said(&all)[1], "of somebody else");
        }
    }
}

/// Every number of an answer that stands in an object which names a person.
fn numbers_beside_people(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let person = ["person", "other", "address", "to"].iter().any(|name| fields.contains_key(*name));
            for (name, inner) in fields {
                let version = name == "version";
                if person && inner.is_number() && !version {
                    found.push(format!("{name}: {inner}"));
                }
                numbers_beside_people(inner, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| numbers_beside_people(inner, found)),
        _ => {}
    }
}

/// What a text says that is neither a day, a count of days, a level nor a code.
fn fractions(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "()<>\"';,|".contains(c));
    let fraction = |word: &&str| {
        let word = word.trim_end_matches('.');
        let number: Option<f64> = word.parse().ok();
        number.is_some_and(|number| number.fract() != 0.0 && (0.0..1.5).contains(&number))
    };
    let found = words.filter(fraction).map(str::to_owned).collect::<Vec<_>>();
    // Halves of days, and how far a date may be off, stand before or behind these marks.
    found
        .into_iter()
        .filter(|word| !text.contains(&format!("{word} d")) && !text.contains(&format!("± {word}")))
        .collect()
}

#[tokio::test]
async fn no_face_shows_what_lies_behind() {
    let house = House::with_plan().await;
    house.taken().await;
    let parts: [(&[&str], &str); 5] = [
        (&["options", "wallets"], "show=options&what=wallets"),
        (&["options", "ledger"], "show=options&what=ledger"),
        (&["plan", "checkout", "--preset", "spread"], "show=plan&what=checkout&preset=spread"),
        (&["mine"], "show=mine"),
        (&["brief", "Card form"], "show=brief&what=Card+form"),
    ];
    for (args, query) in parts {
        for who in [ANN, BEN] {
            let json = house.json(who, args).await;
            let mut beside = Vec::new();
            numbers_beside_people(&json, &mut beside);
            assert_eq!(beside, Vec::<String>::new(), "{args:?}: {json}");
            let cookie = house.cookie(who).await;
            let (status, _, page) = house.get(&format!("/delivery/delegation?{query}"), &cookie).await;
            assert_eq!(status, 200, "{page}");
            let main = page.split("<main").nth(1).unwrap_or(&page);
            let main = main.split("How this was computed").next().unwrap_or(main);
            assert_eq!(fractions(main), Vec::<String>::new(), "{args:?} on the page");
            let text = house.said(who, args).await;
            let text = text.split("How this was computed").next().unwrap_or(&text);
            assert_eq!(
                fractions(text.split("One person a lens").next().unwrap_or(text)),
                Vec::<String>::new(),
                "{args:?}: {text}"
            );
            let (_, _, api) = house.get(&format!("/api/v1/delivery/delegation?{query}"), &cookie).await;
            for word in ["\"fit\"", "\"growth\"", "\"bus\"", "\"score\"", "\"rank\"", "\"value\":0", "\"gain\""] {
                assert!(!api.contains(word), "{word} in {api}");
            }
        }
    }
}

/// The names of all numbers in a record.
fn numbers(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| {
            if inner.is_number() {
                found.push(name.clone());
            }
            numbers(inner, found);
        }),
        Value::Array(all) => all.iter().for_each(|inner| numbers(inner, found)),
        _ => {}
    }
}

#[tokio::test]
async fn what_is_kept_and_taken_along_holds_none_either() {
    let house = House::with_plan().await;
    house.taken().await;
    let need = json!({ "what": "wallets", "areas": ["web"], "effort": "2/3/6d", "never": ["cy"], "pair": true, "stretch": true });
    house.act(ANN, "set_need", need).await.unwrap();
    house.act(ANN, "apply_plan", json!({ "plan": "checkout", "preset": "grow" })).await.unwrap();
    let mut kept = Vec::new();
    for kind in (house.practice.kinds)() {
        for who in [ANN, BEN, CY] {
            let listed = desk::records::list(&house.desk(who).await, &kind, Default::default()).await.unwrap();
            listed.records.iter().for_each(|one| numbers(&one.body, &mut kept));
        }
    }
    // What two people agreed, and what a task takes: nothing that was reckoned of anybody.
    assert!(kept.iter().any(|name| name == "level"), "something is kept: {kept:?}");
    let agreed = ["level", "every_days", "low", "likely", "high"];
    assert!(kept.iter().all(|name| agreed.contains(&name.as_str())), "{kept:?}");
}

#[tokio::test]
async fn no_table_orders_people() {
    let house = House::with_plan().await;
    for args in [&["options", "card"][..], &["plan", "checkout"], &["mine"]] {
        let viewed = house.asked(ANN, args).await.unwrap();
        for table in viewed.sheet.tables() {
            assert!(table.columns.iter().all(|column| !column.sortable), "{} can be ordered", table.id);
        }
    }
}

#[tokio::test]
async fn a_decline_is_counted_nowhere() {
    let house = House::with_plan().await;
    house.taken().await;
    let figures = async |who: usize| house.json(who, &["mine"]).await["mine"]["own"].clone();
    let chosen = async |who: usize| {
        let options = house.json(who, &["options", "wallets"]).await;
        let plan = house.json(who, &["plan", "checkout"]).await;
        format!("{options}{plan}")
    };
    let before = (figures(ANN).await, chosen(ANN).await, chosen(BEN).await);
    let offer = json!({ "what": "wallets", "to": "cy", "outcome": "A wallet pays", "done_when": "It does" });
    let offer = house.act(ANN, "offer", offer).await.unwrap();
    assert_ne!(chosen(ANN).await, before.1, "what is on offer is not given out twice");
    let declined = house.act(CY, "decline", json!({ "id": offer["id"], "version": 1 })).await.unwrap();
    assert_eq!(declined["state"], "declined");
    let after = (figures(ANN).await, chosen(ANN).await, chosen(BEN).await);
    assert_eq!(before, after, "neither the lead's own figures nor any choice knows of it");
    for who in [BEN, EVE] {
        assert!(!house.json(who, &["mine"]).await.to_string().contains("Wallets"), "nor do others");
    }
}

#[tokio::test]
async fn never_is_its_authors_alone() {
    let house = House::with_plan().await;
    let before = house.json(BEN, &["options", "wallets"]).await.to_string();
    let need = json!({ "what": "wallets", "areas": ["web"], "never": ["ben"], "pair": true, "stretch": true });
    house
        .act(BEN, "set_need", json!({ "what": "wallets", "areas": ["web"], "pair": true, "stretch": true }))
        .await
        .unwrap();
    let plain = house.json(BEN, &["options", "wallets"]).await.to_string();
    house.act(ANN, "set_need", need).await.unwrap();
    let mine = house.json(ANN, &["options", "wallets"]).await;
    assert!(mine["options"]["left_out"].as_str().unwrap().contains("1 by your own word"), "{mine}");
    assert!(!mine["options"]["options"].to_string().contains("Ben"), "{mine}");
    let theirs = house.json(BEN, &["options", "wallets"]).await.to_string();
    assert_eq!(theirs, plain, "not a byte of anybody else's answer changes");
    assert!(before.contains("Ben"));
    let kinds = (house.practice.kinds)();
    let never = kinds.iter().find(|one| one.kind == "assignment_never").unwrap();
    for (who, count) in [(ANN, 1), (BEN, 0), (CY, 0), (EVE, 0)] {
        let listed = desk::records::list(&house.desk(who).await, never, Default::default()).await.unwrap();
        assert_eq!(listed.records.len(), count);
    }
    let needs = kinds.iter().find(|one| one.kind == "assignment_need").unwrap();
    let seen = desk::records::list(&house.desk(BEN).await, needs, Default::default()).await.unwrap();
    let bodies: Vec<String> = seen.records.iter().map(|one| one.body.to_string()).collect();
    assert!(bodies.len() == 1 && !bodies[0].contains("ben@example.org"), "the need does not say it either: {bodies:?}");
}

#[tokio::test]
async fn who_would_rather_not_is_not_named() {
    let house = House::with_plan().await;
    let claim = desk::KindEntry::of::<desk::kinds::ExpertiseClaim>();
    let document = json!({ "kind": "expertise_claim", "body": { "area": "api", "address": "ann@example.org", "willing_to_help": "rather_not", "expires_on": "2027-01-01" } });
    let document: desk::records::Document = serde_json::from_value(document).unwrap();
    desk::records::create(&house.desk(ANN).await, &claim, &document).await.unwrap();
    let json = house.json(BEN, &["options", "card"]).await;
    assert!(json["options"]["left_out"].as_str().unwrap().contains("1 would rather not"), "{json}");
    assert!(!json["options"]["options"].to_string().contains("Ann"), "{json}");
}
