//! Lanes, rooms of events, and the log as files.

use serde_json::{Value, json};

use super::House;

impl House {
    async fn file(&self, form: &str) -> String {
        self.asked(&["--export", form]).await.document.unwrap().body
    }
}

/// Each lane with the keys of its cards.
fn lanes(json: &Value) -> Vec<String> {
    let lane = |lane: &Value| {
        let columns = lane["cards"].as_array().unwrap().iter().flat_map(|column| column.as_array().unwrap());
        let keys: Vec<&str> = columns.map(|key| key.as_str().unwrap()).collect();
        format!("{}: {}", lane["name"].as_str().unwrap(), keys.join(" "))
    };
    json["board"]["lanes"].as_array().unwrap().iter().map(lane).collect()
}

#[tokio::test]
async fn a_board_has_lanes() {
    let house = House::empty().await;
    house.does("add_item", json!({ "title": "Pay by card", "type": "epic" })).await;
    house.does("import_items", json!({ "csv": "title,parent,labels\nForm,WORK-1,web\n" })).await;
    house.does("add_item", json!({ "title": "Outage", "class": "expedite", "assignee": "ann@localhost" })).await;
    house.does("add_item", json!({ "title": "Old", "assignee": "ann@localhost" })).await;
    house.does("move_item", json!({ "key": "WORK-4", "to": "done" })).await;
    let of = async |by: &str| house.json(&["--lanes", by]).await;
    assert_eq!(lanes(&of("epic").await), ["WORK-1 Pay by card: WORK-2", "no epic: WORK-3 WORK-4"]);
    assert_eq!(lanes(&of("class").await)[0], "expedite: WORK-3");
    assert_eq!(lanes(&of("label").await)[0], "web: WORK-2");
    let people = of("assignee").await;
    assert_eq!(
        lanes(&people),
        ["Ann: WORK-3", "nobody: WORK-2", "finished: WORK-4"],
        "what is in hand, never what was finished"
    );
    assert!(people["board"]["lanes"][0].get("count").is_none(), "nothing is counted per person");
    house.does("set_workflow", json!({ "lanes": "type" })).await;
    let page = house.page("/delivery/methodology").await;
    assert!(page.contains("<details class=\"lane\" open><summary>task"), "{page}");
    house.does("set_workflow", json!({ "no_lanes": true })).await;
    assert!(!house.page("/delivery/methodology").await.contains("class=\"lane\""));
}

#[tokio::test]
async fn each_event_has_its_room() {
    let house = House::empty().await;
    house.finishes(14).await;
    for title in ["One", "Two", "Three"] {
        house.does("add_item", json!({ "title": title, "estimate": 3.0 })).await;
    }
    let plan =
        json!({ "name": "Sprint 1", "goal": "Pay by card", "from": "2026-04-01", "items": ["WORK-15", "WORK-16"] });
    house.does("plan_sprint", plan).await;
    let room = async |event: &str| house.json(&["--show", "room", "--event", event]).await["room"].clone();
    let planning = room("planning").await;
    assert_eq!((&planning["minutes"], &planning["goal"]), (&json!(240), &json!("Pay by card")));
    assert!(planning["figures"].to_string().contains("with 85 %; "), "{planning}");
    let heads = |room: &Value| {
        let parts = room["parts"].as_array().unwrap();
        parts.iter().map(|part| part["heading"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(heads(&planning), ["Carried over", "Next in order"]);
    assert_eq!(planning["parts"][1]["items"][0], json!(["WORK-15", "One", "3 points"]));
    assert_eq!(house.json(&["--show", "room"]).await["room"]["event"], "planning", "the event at hand");
    house.does("start_sprint", json!({ "goal": "Pay by card" })).await;
    house.does("move_item", json!({ "key": "WORK-15", "to": "review" })).await;
    house.does("move_item", json!({ "key": "WORK-16", "to": "doing" })).await;
    house.does("block_item", json!({ "key": "WORK-16", "why": "no contract" })).await;
    let daily = room("daily").await;
    assert_eq!((&daily["minutes"], heads(&daily)), (&json!(15), vec!["Review".to_owned(), "Doing".to_owned()]));
    assert_eq!(daily["parts"][1]["items"][0][2], "stopped");
    house.does("move_item", json!({ "key": "WORK-15", "to": "done" })).await;
    house.wait(24);
    let review = room("review").await;
    assert_eq!(review["parts"][0]["items"][0][0], "WORK-15");
    assert_eq!(review["parts"][1]["items"][0][0], "WORK-16");
    let facts = room("retrospective").await;
    assert_eq!(facts["minutes"], 90);
    assert_eq!(facts["parts"][0]["items"][0][0], "WORK-16");
    let page = house.page("/delivery/methodology?show=room&event=daily").await;
    assert!(page.contains("Daily of Sprint 1: at most 15 min; the goal: Pay by card."), "{page}");
    assert!(page.contains("event=retrospective"));
}

#[tokio::test]
async fn a_log_goes_out_and_in() {
    let house = House::empty().await;
    house.finishes(3).await;
    house.does("add_item", json!({ "title": "Open, \"still\"" })).await;
    house.does("move_item", json!({ "key": "WORK-4", "to": "doing" })).await;
    house.does("block_item", json!({ "key": "WORK-4", "why": "no contract" })).await;
    let log = house.file("events").await;
    let first: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["eventType"], &first["issueKey"], &first["toStatus"]),
        (&json!("Created"), &json!("WORK-1"), &json!("Backlog"))
    );
    assert!(
        log.lines().last().unwrap().contains("\"eventType\":\"Flagged\"") && log.contains("\"isUnresolved\":false")
    );
    let other = House::empty().await;
    other.wait(24 * 30);
    let looked = other.does("import_log", json!({ "log": log, "dry_run": true })).await;
    assert_eq!((&looked["items"], &looked["key"]), (&json!(4), &json!("WORK")));
    assert!(other.asked(&[]).await.sheet.empty.is_some(), "only looked at");
    other.does("import_log", json!({ "log": log })).await;
    assert_eq!(other.file("events").await, log, "nothing is lost");
    let flow = other.json(&["--show", "flow"]).await;
    assert_eq!(flow["flow"]["coverage"]["used"], 3);
    let again = other.said("import_log", json!({ "log": log })).await;
    assert!(again.contains("has a board already"), "{again}");
}

#[tokio::test]
async fn a_bad_log_says_where() {
    let house = House::empty().await;
    let line = |key: &str, what: &str, ts: i64| {
        json!({ "issueKey": key, "issueType": "task", "eventType": what, "ts": ts, "toStatus": "Doing" }).to_string()
    };
    let said = async |text: String| house.said("import_log", json!({ "log": text })).await;
    assert!(said("{".to_owned()).await.starts_with("log: Line 1: "));
    assert!(said(line("PAY", "Created", 1)).await.contains("`PAY` is no key such as PAY-12."));
    assert!(said(line("PAY-1", "Change", 1)).await.contains("PAY-1 is changed before it is created."));
    let two = format!("{}\n{}", line("PAY-1", "Created", 1), line("OPS-1", "Created", 2));
    assert!(said(two).await.contains("a log becomes one board"));
}

#[tokio::test]
async fn stages_have_their_days() {
    let house = House::empty().await;
    house.finishes(2).await;
    let text = house.file("stage_dates").await;
    let rows: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(rows[0], "ID,Link,Name,Backlog,Ready,Doing,Review,Done,Type,Class,Blocked");
    assert_eq!(rows[1], "WORK-1,,Item 1,2026-03-02,,2026-03-02,,2026-03-03,task,standard,no");
    assert!(house.page("/delivery/methodology").await.contains("export=stage_dates"));
}
