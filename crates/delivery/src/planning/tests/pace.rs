//! Plans by throughput, growth of scope, reserve.

use desk::work::{Category, ItemType};
use serde_json::json;
use testkit::founding::{Actor, Past, PastEntry, PastItem, ServiceClass};

use super::{House, item};

impl House {
    /// A board on which payments finished one item every working day of four months.
    async fn with_past() -> Self {
        let house = Self::new().await;
        let team = house.desk(0).await.organisation().find_team("payments").unwrap().id;
        // The first day is a Sunday.
        let counts: Vec<u32> = (0..120_u32).map(|day| u32::from((1..=5).contains(&(day % 7)))).collect();
        testkit::work::finished_of(house.app.office(), team, &counts, jiff::civil::date(2026, 3, 1)).await.unwrap();
        house
    }

    /// As many epics, each of which began with two parts and ended with three.
    async fn with_epics(count: u64) -> Self {
        let house = Self::new().await;
        let team = house.desk(0).await.organisation().find_team("payments").unwrap().id;
        let at = |day: i8| {
            jiff::civil::date(2026, 1, day).at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
        };
        let line = |day: i8, to: &str| PastEntry {
            at: at(day),
            actor: None,
            field: desk::work::Field::Status,
            from: Some("ready".to_owned()),
            to: Some(to.to_owned()),
        };
        let made = |number: u64, came: i8, parent: Option<usize>, log: Vec<PastEntry>| PastItem {
            number,
            title: format!("Piece {number}"),
            sort: if parent.is_none() { ItemType::Epic } else { ItemType::Task },
            class: ServiceClass::Standard,
            status: "done".to_owned(),
            priority: None,
            estimate: None,
            created_at: at(came),
            creator: None,
            assignee: None,
            parent,
            labels: Vec::new(),
            blocked: false,
            log,
        };
        let epic = |nth: u64| {
            let (first, place) = (nth * 4 + 1, nth as usize * 4);
            vec![
                made(first, 1, None, vec![line(20, "done")]),
                made(first + 1, 2, Some(place), vec![line(5, "doing"), line(9, "done")]),
                made(first + 2, 3, Some(place), vec![line(8, "doing"), line(9, "done")]),
                made(first + 3, 7, Some(place), vec![line(8, "doing"), line(9, "done")]),
            ]
        };
        let past = Past {
            key: "PAY".to_owned(),
            name: "Payments".to_owned(),
            team: Some(team),
            statuses: vec![
                ("ready".to_owned(), "Ready".to_owned(), Category::Todo),
                ("doing".to_owned(), "Doing".to_owned(), Category::Active),
                ("done".to_owned(), "Done".to_owned(), Category::Done),
            ],
            sprints: Vec::new(),
            items: (0..count).flat_map(epic).collect(),
        };
        let office = house.app.office();
        let mut write = office.store().write(Actor::System, office.clock().now()).await.unwrap();
        write.put_past(&past).await.unwrap();
        write.keep().await.unwrap();
        house
    }
}

const BARE: &str = "# Search  @payments from:2026-03-02\n- Index id:a\n- Query id:b after:a\n- Rank id:c\n- Suggest id:d\n* Live id:live after:b after:c after:d\n";

#[tokio::test]
async fn bare_leaves_are_drained() {
    let house = House::with_past().await;
    house.act(0, "import_outline", json!({ "text": BARE })).await.unwrap();
    let (json, page) = house.check(&[], "").await;
    assert_eq!(json["plan"]["by_throughput"], true, "{}", json["plan"]);
    let days = ["a", "live"].map(|id| item(&json, id)["when"]["finish"][1].as_str().unwrap().to_owned());
    // Ann, Ben and a half: Ben is away in the second week, after the four are finished.
    assert_eq!(days, ["2026-03-02", "2026-03-05"], "one a working day, four of them");
    assert!(page.contains("by what the teams finish a day") && json["plan"].get("buffer").is_none());
    let refused = house.asked(0, &["--why", "a"]).await.unwrap_err();
    assert!(refused.to_string().contains("no item has a duration"), "{refused}");
    house.act(0, "edit_item", json!({ "item": "a", "estimate": "1d" })).await.unwrap();
    house.act(0, "edit_item", json!({ "item": "b", "estimate": "1d" })).await.unwrap();
    let (json, _) = house.check(&[], "").await;
    assert_eq!(json["plan"]["by_throughput"], false, "half of them are estimated");
}

#[tokio::test]
async fn throughput_needs_a_past() {
    let house = House::new().await;
    let input = json!({ "title": "Search", "goal": "Found", "capacity": "throughput", "outline": "- Index ~2d\n" });
    house.act(0, "draft_plan", input).await.unwrap();
    let said = house.asked(0, &[]).await.unwrap().sheet.answer.clone();
    assert!(said.starts_with("No date: Payments finished too little to tell it by throughput: 10 items"), "{said}");
}

#[tokio::test]
async fn scope_grows_as_it_did() {
    let text = "# Search  @payments from:2026-03-02\n- Index ~4d id:a\n";
    let few = House::with_epics(4).await;
    few.act(0, "import_outline", json!({ "text": text })).await.unwrap();
    let (json, page) = few.check(&[], "").await;
    assert!(
        json["plan"].get("growth").is_none() && page.contains("4 epics and plans are over, 5 are needed"),
        "{page}"
    );
    let house = House::with_epics(5).await;
    house.act(0, "import_outline", json!({ "text": text })).await.unwrap();
    let (json, _) = house.check(&[], "").await;
    assert_eq!(json["plan"]["growth"], json!({ "of": 5, "half": 1.5, "most": 1.5 }));
    let half = |json: &serde_json::Value| json["plan"]["dates"]["half"].as_str().unwrap().to_owned();
    assert_eq!(
        (half(&few.check(&[], "").await.0), half(&json)),
        ("2026-03-06".into(), "2026-03-11".into()),
        "5 d and 7.5 d"
    );
    let (json, _) = house.check(&["--what-if", "without growth"], "what_if=without+growth").await;
    assert_eq!(json["what_if"]["dates"]["half"], "2026-03-06");
}

#[tokio::test]
async fn chains_that_feed_have_reserve() {
    let house = House::with_plan().await;
    let (json, page) = house.check(&["--show", "gantt"], "show=gantt").await;
    let buffer = &json["plan"]["buffer"];
    let chain: Vec<&str> = buffer["chain"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str).collect();
    let feeding = buffer["feeding"].as_array().unwrap();
    assert!(!feeding.is_empty(), "{buffer}");
    for one in feeding {
        let own: Vec<&str> = one["chain"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str).collect();
        assert!(own.iter().all(|item| !chain.contains(item)) && one["days"].as_f64().unwrap() > 0.0, "{one}");
    }
    let until = buffer["until"].as_array().unwrap();
    assert!(until[0].as_str() < until[1].as_str(), "{buffer}");
    assert!(page.contains("Project buffer") && page.contains("What is kept in reserve"));
}

#[tokio::test]
async fn a_fever_chart_shows_its_trail() {
    let house = House::with_plan().await;
    house.act(0, "freeze_baseline", json!({ "reason": "Told to sales", "trials": 2000 })).await.unwrap();
    house.app.office().clock().advance(7 * 86_400);
    house.act(0, "edit_item", json!({ "item": "card", "done": true })).await.unwrap();
    let (json, page) = house.check(&["--show", "baseline"], "show=baseline").await;
    let trail = json["plan"]["baseline"]["trail"].as_array().unwrap().clone();
    assert_eq!(trail.len(), 1, "nothing stands in the ledger yet");
    assert_eq!(trail[0]["done"].as_f64(), Some(20.0), "one of five: {trail:?}");
    assert!(page.contains("<svg class=\"fever\"") && page.contains("of what was promised is done"), "{page}");
}
