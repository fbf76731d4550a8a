//! The practice through every face, and its refusals.

mod rooms;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::App;

use super::Methodology;

/// A Monday.
const BEGIN: &str = "2026-03-02T09:00:00Z";

struct House {
    _dir: TempDir,
    app: App,
    practice: PracticeEntry,
}

impl House {
    async fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let office = Office::open(dir.path(), Clock::set_at(BEGIN.parse().unwrap()), Entropy::seeded(7)).await.unwrap();
        let app = App::new(office, [web::entry::<Methodology>()]);
        Self { _dir: dir, app, practice: PracticeEntry::of::<Methodology>() }
    }

    async fn desk(&self) -> Desk {
        let office = self.app.office();
        let viewer = office.local("Ann", "ann@localhost").await.unwrap();
        office.desk(viewer).await.unwrap()
    }

    fn wait(&self, hours: i64) {
        self.app.office().clock().advance(hours * 3_600);
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&self.desk().await, &self.practice, input).await?.outcome)
    }

    /// Does an act, then takes it back as the page's button would.
    async fn does_and_undoes(&self, name: &str, input: Value) -> Result<(), Refusal> {
        let act = self.practice.act(name).unwrap();
        let done = act.run(&self.desk().await, &self.practice, input).await?;
        let texts: Vec<String> = done.written.iter().map(desk::records::Written::text).collect();
        let read: Vec<_> = texts.iter().filter_map(|text| desk::records::Written::parse(text, |_| None)).collect();
        assert!(!read.is_empty() && read.len() == texts.len(), "{texts:?}");
        self.desk().await.undo(&read).await
    }

    async fn does(&self, name: &str, input: Value) -> Value {
        self.act(name, input).await.unwrap()
    }

    async fn said(&self, name: &str, input: Value) -> String {
        let refusal = self.act(name, input).await.unwrap_err();
        let hint = refusal.what_to_do().unwrap_or_default().to_owned();
        let fields: Vec<_> =
            refusal.field_errors().iter().map(|one| format!("{}: {}", one.field, one.message)).collect();
        if fields.is_empty() { format!("{refusal}. {hint}") } else { fields.join("; ") }
    }

    async fn asked(&self, args: &[&str]) -> Viewed {
        let line = std::iter::once(&"board").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap()).unwrap();
        (self.practice.view)(&self.desk().await, ask).await.unwrap()
    }

    async fn json(&self, args: &[&str]) -> Value {
        self.asked(args).await.to_json().unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let viewer = self.app.office().local("Ann", "ann@localhost").await.unwrap();
        let (cookie, _) = self.get(&self.app.sign_in_path(&viewer).await.unwrap(), "").await;
        self.get(path, &cookie).await.1
    }

    async fn get(&self, path: &str, cookie: &str) -> (String, String) {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:7117").header(header::COOKIE, cookie);
        let response = self.app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let set = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(response.status(), 200, "{path}");
        let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (cookie, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Items that take one, two, three … days, one begun each day.
    async fn finishes(&self, count: u32) {
        for number in 1..=count {
            let key = self.does("add_item", json!({ "title": format!("Item {number}") })).await["key"].clone();
            self.does("move_item", json!({ "key": key, "to": "Doing" })).await;
            self.wait(24 * i64::from(number % 3));
            self.does("move_item", json!({ "key": key, "to": "done" })).await;
            self.wait(24);
        }
    }
}

#[tokio::test]
async fn an_empty_board_says_what_to_do() {
    let house = House::empty().await;
    let sheet = house.asked(&[]).await.sheet;
    let text = render(&sheet, Terminal::PLAIN);
    assert!(text.contains("Nothing was written down yet"), "{text}");
    assert!(text.contains("Write the first item down"), "{text}");
}

#[tokio::test]
async fn a_card_moves_and_its_log_says_so() {
    let house = House::empty().await;
    let added = house.does("add_item", json!({ "title": "Pay by card", "type": "feature" })).await;
    assert_eq!(added["key"], "WORK-1");
    house.wait(24);
    house.does("move_item", json!({ "key": "work-1", "to": "Doing", "seen": 0 })).await;
    let stale = house.said("move_item", json!({ "key": "WORK-1", "to": "Review", "seen": 0 })).await;
    assert_eq!(
        stale,
        "WORK-1 was changed while you looked at it. Since then: status: backlog → doing. Look again; nothing was saved."
    );
    house.does("block_item", json!({ "key": "WORK-1", "why": "no contract" })).await;
    house.wait(24);
    let view = house.json(&["--item", "WORK-1"]).await;
    assert_eq!(view["item"]["card"]["blocked"], "no contract, since 3 Mar");
    assert_eq!(view["item"]["log"][1]["what"], "status: Backlog → Doing");
    house
        .does(
            "correct_change",
            json!({ "key": "WORK-1", "entry": 1, "at": "2026-03-02T12:00:00Z", "why": "begun at noon" }),
        )
        .await;
    let view = house.json(&["--item", "WORK-1"]).await;
    let log: Vec<_> = view["item"]["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["number"].as_u64().unwrap(), line["withdrawn"].as_bool().unwrap()))
        .collect();
    assert_eq!(log, [(2, false), (1, true), (3, false)]);
    assert_eq!(view["item"]["stays"][1][1], "2026-03-02 12:00");
    let then = house.json(&["--known-at", "2026-03-03", "--as-of", "2026-03-02"]).await;
    assert_eq!(then["board"]["columns"][0]["cards"][0]["key"], "WORK-1", "as it was known then");
}

#[tokio::test]
async fn a_full_stage_wants_a_reason() {
    let house = House::empty().await;
    house.does("add_item", json!({ "title": "One" })).await;
    house.does("add_item", json!({ "title": "Two" })).await;
    let limit = |mode: &str| json!({ "limits": [{ "which": ["review"], "max": 1, "mode": mode }] });
    house.does("set_workflow", limit("warn")).await;
    house.does("move_item", json!({ "key": "WORK-1", "to": "review" })).await;
    let warned = house.does("move_item", json!({ "key": "WORK-2", "to": "review" })).await;
    assert_eq!(warned["sentence"], "WORK-2 is in Review. Review is full (1 of 1): finish something there first.");
    let board = house.json(&[]).await;
    assert_eq!(
        (&board["board"]["columns"][3]["word"], &board["board"]["columns"][3]["count"]),
        (&json!("over"), &json!(2))
    );
    house.does("move_item", json!({ "key": "WORK-2", "to": "doing" })).await;
    house.does("set_workflow", limit("block")).await;
    let refused = house.said("move_item", json!({ "key": "WORK-2", "to": "review" })).await;
    assert_eq!(refused, "Review is full (1 of 1). Finish something there first, or move it anyway and say why.");
    house.does("move_item", json!({ "key": "WORK-2", "to": "review", "anyway": "the release waits" })).await;
    let item = house.json(&["--item", "WORK-2"]).await;
    assert_eq!(item["item"]["log"][0]["reason"], "the release waits");
}

#[tokio::test]
async fn every_face_says_the_same() {
    let house = House::empty().await;
    house.finishes(9).await;
    let viewed = house.asked(&["--show", "flow"]).await;
    assert!(
        viewed.sheet.answer.starts_with("Half of the last 9 items took 2 d or less, 85 % at most 3 d"),
        "{}",
        viewed.sheet.answer
    );
    let json = viewed.to_json().unwrap();
    assert_eq!(json["flow"]["coverage"]["used"], 9);
    assert_eq!(json["flow"]["cycle_time"][3]["days"], Value::Null, "P95 of nine is not measured");
    let page = house.page("/delivery/methodology?show=flow").await;
    assert!(page.contains("Half of the last 9 items took 2 d or less"), "{page}");
    assert!(page.contains("calendar-inclusive, reset"));
    let board = house.page("/delivery/methodology").await;
    assert!(board.contains("data-stage=\"doing\"") && board.contains("WORK-9"), "{board}");
}

#[tokio::test]
async fn a_sprint_is_played_through() {
    let house = House::empty().await;
    for title in ["One", "Two", "Three"] {
        house.does("add_item", json!({ "title": title, "estimate": 3.0 })).await;
    }
    let plan = json!({ "name": "Sprint 1", "from": "2026-03-02", "items": ["WORK-1", "WORK-2"] });
    house.does("plan_sprint", plan).await;
    assert_eq!(
        house.said("start_sprint", json!({ "goal": " " })).await,
        "goal: A sprint needs a goal: what is true at its end?"
    );
    house.does("start_sprint", json!({ "goal": "Pay by card" })).await;
    house.wait(24);
    house.does("change_scope", json!({ "add": ["WORK-3"], "why": "urgent" })).await;
    house.does("move_item", json!({ "key": "WORK-1", "to": "done" })).await;
    house.wait(24);
    let nowhere = house.said("close_sprint", json!({})).await;
    assert_eq!(nowhere, "rest: No next sprint is planned: plan one, or send what is open back to the backlog.");
    house.does("close_sprint", json!({ "rest": "backlog", "dropped": ["WORK-3"] })).await;
    house.does("review_sprint", json!({ "goal_met": "partly" })).await;
    let view = house.json(&["--show", "sprint"]).await;
    let tally = &view["sprint"]["tally"];
    let row = |name: &str| (tally[name]["items"].as_u64().unwrap(), tally[name]["size"].as_f64().unwrap());
    assert_eq!(
        (row("committed"), row("added"), row("completed"), row("carried")),
        ((2, 6.0), (1, 3.0), (1, 3.0), (2, 6.0))
    );
    let before = view["sprint"]["burndown"].to_string();
    house.wait(24 * 7);
    house
        .does("correct_change", json!({ "key": "WORK-1", "entry": 2, "at": "2026-03-02T10:00:00Z", "why": "earlier" }))
        .await;
    let after = house.json(&["--show", "sprint"]).await;
    assert_eq!(after["sprint"]["burndown"].to_string(), before, "a closed sprint never changes");
}

#[tokio::test]
async fn a_step_of_a_sprint_is_taken_back() {
    let house = House::empty().await;
    for title in ["One", "Two"] {
        house.does("add_item", json!({ "title": title, "estimate": 3.0 })).await;
    }
    let plan = json!({ "name": "Sprint 1", "goal": "Pay", "from": "2026-03-03", "items": ["WORK-1"] });
    house.does_and_undoes("plan_sprint", plan.clone()).await.unwrap();
    assert_eq!(house.json(&["--show", "sprint"]).await["sprint"], Value::Null, "it is not planned");
    house.does("plan_sprint", plan).await;
    let state = async || {
        let view = house.json(&["--show", "sprint"]).await["sprint"].clone();
        (view["state"].clone(), view["goal"].clone(), view["days"].clone())
    };
    let planned = state().await;
    house.does_and_undoes("start_sprint", json!({ "goal": "Pay by card", "until": "2026-03-20" })).await.unwrap();
    assert_eq!(state().await, planned, "goal and days are those of the plan");
    house.does("start_sprint", json!({ "goal": "Pay by card" })).await;
    let running = state().await;
    house.wait(24);
    house.does_and_undoes("close_sprint", json!({ "rest": "backlog" })).await.unwrap();
    assert_eq!(state().await, running);
    let item = house.json(&["--item", "WORK-1"]).await;
    assert!(item["item"]["log"][0]["withdrawn"] == true || item["item"]["stage"] == "Backlog", "{item}");
    let act = house.practice.act("close_sprint").unwrap();
    let input = json!({ "rest": "backlog" });
    let done = act.run(&house.desk().await, &house.practice, input).await.unwrap();
    house.wait(1);
    let late = house.desk().await.undo(&done.written).await.unwrap_err();
    assert!(late.to_string().contains("for 30 seconds"), "{late}");
}

#[tokio::test]
async fn a_chart_of_the_past_stays() {
    let house = House::empty().await;
    house.finishes(9).await;
    let ask = ["--show", "flow", "--as-of", "2026-03-13", "--known-at", "2026-03-13"];
    let before = house.json(&ask).await["flow"].to_string();
    house.finishes(3).await;
    house
        .does("correct_change", json!({ "key": "WORK-1", "entry": 2, "at": "2026-03-02T21:00:00Z", "why": "earlier" }))
        .await;
    assert_eq!(house.json(&ask).await["flow"].to_string(), before);
    let known_now = house.json(&ask[..4]).await["flow"].to_string();
    assert_ne!(known_now, before, "with what is known now it is another");
}

#[tokio::test]
async fn what_does_not_hold_is_said_beside_its_field() {
    let house = House::empty().await;
    house.does("add_item", json!({ "title": "One" })).await;
    house.does("add_item", json!({ "title": "Two" })).await;
    assert_eq!(house.said("move_item", json!({ "key": "WORK-9", "to": "done" })).await, "key: No work item `WORK-9`.");
    let said = house.said("move_item", json!({ "key": "WORK-1", "to": "shipped" })).await;
    assert_eq!(said, "to: No stage `shipped`. There are: Backlog, Ready, Doing, Review, Done.");
    house.does("link_items", json!({ "key": "WORK-1", "tie": "blocks", "other": "WORK-2" })).await;
    let ring = house.said("link_items", json!({ "key": "WORK-2", "tie": "blocks", "other": "WORK-1" })).await;
    assert_eq!(ring, "other: A ring: WORK-2 → WORK-1 → WORK-2.");
    let limits = json!({ "limits": [{ "which": ["review"], "min": 3, "max": 2 }] });
    assert_eq!(house.said("set_workflow", limits).await, "limits.0.min: The least is more than the most.");
    let points = json!({ "points": [{ "name": "cycle", "start": "done", "finish": "doing" }] });
    assert_eq!(
        house.said("set_workflow", points).await,
        "points.0.start: The start lies behind the finish: every time would be negative."
    );
    let future = house
        .said("correct_change", json!({ "key": "WORK-1", "entry": 1, "at": "2027-01-01T00:00:00Z", "why": "x" }))
        .await;
    assert_eq!(future, "entry: WORK-1 has no entry 1.");
}

#[tokio::test]
async fn a_backlog_is_read_from_a_file() {
    let house = House::empty().await;
    let csv = "Summary,Issue Type,Story Points,Parent,Labels,Labels\nPay by card,Epic,,,,\nCard form,Story,3,Pay by card,web,\"shop, api\"\nRefuse declined cards,Bug,1,Pay by card,,\n";
    let looked = house.does("import_items", json!({ "csv": csv, "dry_run": true })).await;
    assert_eq!(looked["added"].as_array().unwrap().len(), 3);
    assert!(house.asked(&[]).await.sheet.empty.is_some(), "only looked at");
    house.does("import_items", json!({ "csv": csv })).await;
    let item = house.json(&["--item", "WORK-1"]).await;
    assert_eq!(item["item"]["parts"].as_array().unwrap().len(), 2);
    let again = house.does("import_items", json!({ "csv": csv })).await;
    assert_eq!((again["added"].as_array().unwrap().len(), again["there"].as_array().unwrap().len()), (0, 3));
    let wrong = "title,estimate,parent,class\nOne,many,,\nTwo,2,Nothing,\nThree,2,,urgent\n";
    let said = house.said("import_items", json!({ "csv": wrong })).await;
    assert_eq!(
        said,
        "csv: Line 2, estimate: `many` is no number.; csv: Line 3, parent: `Nothing` is no earlier row and no key.; \
         csv: Line 4, class: `urgent` is none of standard, expedite, fixed_date, intangible."
    );
    assert_eq!(
        house.said("import_items", json!({ "csv": "titel\nOne\n" })).await,
        "csv: Line 1: no column `title` or `Summary`. Near: titel."
    );
    let one = house.does("add_item", json!({ "title": "Another" })).await;
    assert_eq!(one["key"], "WORK-4");
}
