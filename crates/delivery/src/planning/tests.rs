//! The practice through its faces, and its refusals: a team of three plans a checkout.

mod files;
mod inbox;
mod pace;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::{Company, PAYMENTS};
use testkit::founding::{AbsenceKind, Actor, Category, ItemType, Past, PersonId, Role};
use tower::ServiceExt as _;
use web::App;

use super::Planning;

const OUTLINE: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-04-10
> Customers pay by card and by wallet
- Pay [epic] id:pay
  - Card form [story] ~2..3..6d id:card
    > A customer pays by card
    + declined cards say why
  - Wallets [story] ~1..2..5d id:wallets after:card
    + a wallet pays
  - API for tokens [task] ~2..4..9d id:api
    + tokens are given out
- Manage refunds and disputes [story] ~5..12..40d id:refunds after:pay
* Beta id:beta after:card after:refunds by:2026-04-03
";

struct House {
    _dir: TempDir,
    app: App,
    practice: PracticeEntry,
    people: Vec<PersonId>,
}

impl House {
    /// Ann leads payments, Ben and Cy are in it, Dee is in another team; Ben is away for a week.
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T08:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let day = jiff::civil::date;
        let company = Company::since(day(2025, 1, 1)).lead("Ann").member("Ben").of(PAYMENTS, "Cy", Role::Member, 0.5);
        let company = company.outsider("Dee").away(1, day(2026, 3, 9), day(2026, 3, 13), AbsenceKind::Leave);
        let people = company.found(&office).await.people;
        let app = App::new(office, [web::entry::<Planning>()]);
        Self { _dir: dir, app, practice: PracticeEntry::of::<Planning>(), people }
    }

    async fn with_plan() -> Self {
        let house = Self::new().await;
        house.act(0, "import_outline", json!({ "text": OUTLINE })).await.unwrap();
        house
    }

    async fn desk(&self, who: usize) -> Desk {
        let office = self.app.office();
        office.desk(office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    async fn asked(&self, who: usize, args: &[&str]) -> Result<Viewed, Refusal> {
        let line = std::iter::once(&"planning").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap())?;
        (self.practice.view)(&self.desk(who).await, ask).await
    }

    async fn said(&self, args: &[&str]) -> String {
        render(&self.asked(0, args).await.unwrap().sheet, Terminal::PLAIN)
    }

    async fn act(&self, who: usize, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&self.desk(who).await, &self.practice, input).await?.outcome)
    }

    async fn refused(&self, name: &str, input: Value) -> String {
        self.act(0, name, input).await.unwrap_err().to_string()
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

    /// The answer by every face, which must agree.
    async fn check(&self, args: &[&str], query: &str) -> (Value, String) {
        let viewed = self.asked(0, args).await.unwrap();
        let sign_in = self.app.sign_in_path(self.desk(0).await.viewer()).await.unwrap();
        let (cookie, _) = self.get(&sign_in, "").await;
        let (_, api) = self.get(&format!("/api/v1/delivery/planning?{query}"), &cookie).await;
        let json = viewed.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&api).unwrap(), json, "the API and the command");
        let (_, page) = self.get(&format!("/delivery/planning?{query}"), &cookie).await;
        let said = viewed.sheet.answer.split(['&', '<', '\'']).next().unwrap().to_owned();
        assert!(page.contains(&said), "the page does not say `{said}`");
        (json, page)
    }
}

fn item<'a>(json: &'a Value, id: &str) -> &'a Value {
    json["plan"]["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap()
}

#[tokio::test]
async fn every_face_says_the_same() {
    let house = House::with_plan().await;
    let (json, page) = house.check(&[], "").await;
    let plan = &json["plan"];
    assert_eq!(plan["title"], "Checkout");
    assert_eq!((plan["leaves"]["all"].as_u64(), plan["leaves"]["too_big"].as_u64()), (Some(4), Some(3)), "{plan}");
    let day = |of: &Value| of.as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    assert!(day(&plan["dates"]["half"]) < day(&plan["dates"]["sure"]));
    assert_eq!(item(&json, "card")["code"], "1.1");
    assert!(page.contains("Card form") && page.contains("How to split"));
    for show in ["gantt", "graph", "capacity", "baseline"] {
        let (_, page) = house.check(&["--show", show], &format!("show={show}")).await;
        assert_eq!(page.contains("<svg class=\"gantt\""), show == "gantt");
        assert_eq!(page.contains("<svg class=\"plan-graph\""), show == "graph");
    }
}

#[tokio::test]
async fn a_date_says_why() {
    let house = House::with_plan().await;
    let (json, _) = house.check(&["--why", "2"], "why=2").await;
    let why = &json["why"];
    let pieces: f64 = why["pieces"].as_array().unwrap().iter().map(|piece| piece[0].as_f64().unwrap()).sum();
    assert_eq!(pieces, why["span_days"].as_f64().unwrap(), "{why}");
    assert_eq!(why["pieces"][0], json!([15.0, "work"]), "12 d divided by a focus of 0.8");
    let text = house.said(&["--why", "refunds"]).await;
    assert!(text.contains("not worked") && text.contains("for 1."), "{text}");
}

#[tokio::test]
async fn what_if_shares_its_draws() {
    let house = House::with_plan().await;
    let (json, _) = house.check(&["--drop", "2"], "drop=2").await;
    let what_if = &json["what_if"];
    assert!(what_if["sure"][0].as_f64().unwrap() < -5.0 && what_if["differs"] == true, "{what_if}");
    let (json, _) = house.check(&["--what-if", "estimate beta 0d"], "what_if=estimate+beta+0d").await;
    assert_eq!((&json["what_if"]["sure"][0], &json["what_if"]["differs"]), (&json!(0.0), &json!(false)));
    assert!(house.said(&["--what-if", "estimate beta 0d"]).await.contains("No difference"));
    let text = house.said(&["--what-if", "slots payments +2"]).await;
    assert!(text.contains("slots payments +2"), "{text}");
}

#[tokio::test]
async fn nobody_is_named_as_away() {
    let house = House::with_plan().await;
    let (json, page) = house.check(&["--show", "capacity"], "show=capacity").await;
    let weeks = json["plan"]["weeks"].as_array().unwrap();
    let available: Vec<f64> = weeks.iter().take(3).map(|week| week["available"].as_f64().unwrap()).collect();
    assert_eq!(available, [12.5, 7.5, 12.5], "two and a half people, one away in the second week");
    assert!(!page.contains("Ben") && !json.to_string().contains("Ben"));
}

#[tokio::test]
async fn an_outline_comes_back_byte_for_byte() {
    let house = House::with_plan().await;
    let export = |viewed: &Viewed| viewed.document.clone().unwrap().body;
    let text = export(&house.asked(0, &["--outline"]).await.unwrap());
    assert!(text.starts_with("# Checkout  @payments from:2026-03-02 by:2026-04-10\n> Customers pay"), "{text}");
    let told = house.act(0, "import_outline", json!({ "text": text, "dry_run": true })).await.unwrap();
    assert_eq!(told["differs"], false);
    let changed = text.replace("~1..2..5d", "~1..3..5d").replace("* Beta", "* Open beta");
    let told = house.act(0, "import_outline", json!({ "text": changed, "dry_run": true })).await.unwrap();
    assert_eq!((&told["changed"], told.get("plan")), (&json!(["Wallets", "Open beta"]), None));
    assert_eq!(export(&house.asked(0, &["--outline"]).await.unwrap()), text, "it was only shown");
    house.act(0, "import_outline", json!({ "text": changed })).await.unwrap();
    assert_eq!(export(&house.asked(0, &["--outline"]).await.unwrap()), changed);
}

#[tokio::test]
async fn a_tree_is_shaped() {
    let house = House::with_plan().await;
    house
        .act(0, "add_item", json!({ "title": "Receipts", "parent": "1", "estimate": "1..2..3d", "after": ["card+1d"] }))
        .await
        .unwrap();
    house.act(0, "move_item", json!({ "item": "r", "before": "card" })).await.unwrap();
    house
        .act(
            0,
            "split_item",
            json!({ "item": "refunds", "parts": "Refund a card [story] ~2..3..5d\nDisputes [story] ~3..5..9d" }),
        )
        .await
        .unwrap();
    house.act(0, "edit_item", json!({ "item": "api", "estimate": "3d", "done": true })).await.unwrap();
    let (json, _) = house.check(&[], "").await;
    let codes: Vec<(&str, &str)> = json["plan"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["code"].as_str().unwrap(), item["id"].as_str().unwrap()))
        .collect();
    assert_eq!(
        codes,
        [
            ("1", "pay"),
            ("1.1", "r"),
            ("1.2", "card"),
            ("1.3", "wallets"),
            ("1.4", "api"),
            ("2", "refunds"),
            ("2.1", "rac"),
            ("2.2", "d"),
            ("3", "beta")
        ]
    );
    assert_eq!(item(&json, "api")["standing"], "done");
    assert!(item(&json, "api").get("when").is_none());
    house.act(0, "drop_item", json!({ "item": "2.1" })).await.unwrap();
    house.act(0, "link", json!({ "from": "wallets", "to": "card", "type": "SS", "untie": true })).await.unwrap_err();
    house.act(0, "link", json!({ "from": "card", "to": "wallets", "untie": true })).await.unwrap();
    let (json, _) = house.check(&[], "").await;
    assert_eq!(json["plan"]["leaves"]["all"], 5);
}

#[tokio::test]
async fn what_was_promised_is_kept() {
    let house = House::with_plan().await;
    house.act(0, "freeze_baseline", json!({ "reason": "Told to sales", "trials": 2000 })).await.unwrap();
    house.act(0, "edit_item", json!({ "item": "refunds", "estimate": "10..20..60d" })).await.unwrap();
    house.act(0, "add_item", json!({ "title": "Receipts", "estimate": "2d" })).await.unwrap();
    let (json, page) = house.check(&["--show", "baseline"], "show=baseline").await;
    let kept = &json["plan"]["baseline"];
    assert_eq!(kept["reason"], "Told to sales");
    assert!(kept["moved"][0].as_i64().unwrap() > 0, "{kept}");
    assert_eq!(
        kept["changes"],
        json!([
            ["2 Manage refunds and disputes", "estimated 10..20..60d instead of 5..12..40d"],
            ["4 Receipts", "added"]
        ])
    );
    assert!(page.contains("Told to sales"));
    assert!(house.refused("freeze_baseline", json!({ "reason": "  " })).await.contains("Say why"));
}

#[tokio::test]
async fn scenarios_are_thought_through() {
    let house = House::with_plan().await;
    house.act(0, "save_scenario", json!({ "title": "Without refunds", "changes": ["drop refunds"] })).await.unwrap();
    let text = house.said(&["--scenario", "without refunds"]).await;
    assert!(text.contains("drop refunds") && text.contains("−"), "{text}");
    let error = house.refused("save_scenario", json!({ "title": "Hope", "changes": ["hurry up"] })).await;
    assert!(error.contains("`hurry up` is no change"), "{error}");
}

#[tokio::test]
async fn leaves_become_work_items() {
    let house = House::with_plan().await;
    let error = house.refused("make_work_items", json!({ "items": ["card"] })).await;
    assert!(error.contains("Payments has no board yet"), "{error}");
    let past = Past {
        key: "PAY".to_owned(),
        name: "Payments".to_owned(),
        team: house.desk(0).await.organisation().find_team("payments").ok().map(|team| team.id),
        statuses: vec![
            ("Ready".to_owned(), "Ready".to_owned(), Category::Todo),
            ("Doing".to_owned(), "Doing".to_owned(), Category::Active),
            ("Done".to_owned(), "Done".to_owned(), Category::Done),
        ],
        sprints: Vec::new(),
        items: Vec::new(),
    };
    let office = house.app.office();
    let mut write = office.store().write(Actor::System, office.clock().now()).await.unwrap();
    write.put_past(&past).await.unwrap();
    write.keep().await.unwrap();
    let told = house.act(0, "make_work_items", json!({ "items": ["pay"] })).await.unwrap();
    assert_eq!(told["sentence"], "3 work items are made: PAY-1 to PAY-3.");
    let work = house.desk(0).await.work().await.unwrap();
    let made = work.by_key("PAY-1").unwrap();
    assert_eq!((&*made.title, made.sort), ("Card form", ItemType::Feature));
    let (json, _) = house.check(&[], "").await;
    assert_eq!(item(&json, "card")["key"], "PAY-1");
    let error = house.refused("make_work_items", json!({ "items": ["pay"] })).await;
    assert!(error.contains("work item already"), "{error}");
}

#[tokio::test]
async fn an_item_on_a_board_of_its_own_stands_where_its_card_does() {
    let house = House::with_plan().await;
    let desk = house.desk(0).await;
    let team = desk.organisation().find_team("payments").unwrap().id;
    // A native board: what its statuses mean is said by the workflow, and by no row of a tracker.
    let past = Past {
        key: "PAY".to_owned(),
        name: "Payments".to_owned(),
        team: Some(team),
        statuses: Vec::new(),
        sprints: Vec::new(),
        items: Vec::new(),
    };
    let office = house.app.office();
    let mut write = office.store().write(Actor::System, office.clock().now()).await.unwrap();
    write.put_past(&past).await.unwrap();
    write.keep().await.unwrap();
    house.act(0, "make_work_items", json!({ "items": ["pay"] })).await.unwrap();
    let work = house.desk(0).await.work().await.unwrap();
    let made = work.by_key("PAY-1").unwrap();
    let seen = desk::work::Reference { id: made.id, seen: made.entries };
    let done = desk::work::Edit::Status("done".to_owned(), "Done".to_owned());
    let desk = house.desk(0).await;
    let mut write = office.store().write(Actor::Person(desk.viewer().person), office.clock().now()).await.unwrap();
    desk.access().work(&mut write, &work, &[desk::work::Deed::Change(seen, vec![done], None)]).await.unwrap();
    write.keep().await.unwrap();
    let (json, _) = house.check(&[], "").await;
    assert_eq!((&item(&json, "card")["key"], &item(&json, "card")["standing"]), (&json!("PAY-1"), &json!("done")));
}

#[tokio::test]
async fn what_does_not_hold_is_refused() {
    let house = House::with_plan().await;
    let ring = house.refused("link", json!({ "from": "refunds", "to": "card" })).await;
    assert!(ring.contains("These links close a ring: ") && ring.contains(" → "), "{ring}");
    let near = house.refused("edit_item", json!({ "item": "crad", "done": true })).await;
    assert!(near.contains("Did you mean `card`?"), "{near}");
    let early = house
        .refused("edit_item", json!({ "item": "card", "not_before": "2026-04-01", "finish_by": "2026-03-10" }))
        .await;
    assert!(early.contains("2026-03-10 lies before 2026-04-01"), "{early}");
    let token = house.refused("import_outline", json!({ "text": "# Checkout  @payments\n- Card afer:x\n" })).await;
    assert!(token.contains("Line 2, column 8: `afer` is not known; did you mean `after`?"), "{token}");
    let spread = house.refused("add_item", json!({ "title": "Receipts", "estimate": "9..2..3d" })).await;
    assert!(spread.contains("the least stands first"), "{spread}");
    let team = house.refused("draft_plan", json!({ "title": "T", "goal": "G", "teams": ["paymets"] })).await;
    assert!(team.contains("payments"), "{team}");
    let stale = house.refused("edit_item", json!({ "item": "card", "done": true, "seen": 9 })).await;
    assert!(stale.contains("you saw version 9") || stale.contains("version 1"), "{stale}");
    assert_eq!(house.asked(0, &["Checkin"]).await.unwrap_err().exit_code(), 65);
}

#[tokio::test]
async fn others_neither_read_nor_change() {
    let house = House::with_plan().await;
    let viewed = house.asked(3, &[]).await.unwrap();
    assert!(viewed.sheet.empty.is_some(), "a plan is its team's");
    let input = json!({ "title": "Search", "goal": "Found", "teams": ["payments"] });
    let error = house.act(3, "draft_plan", input).await.unwrap_err();
    assert_eq!(error.exit_code(), 77, "{error}");
}

#[tokio::test]
async fn no_date_says_what_is_missing() {
    let house = House::new().await;
    assert!(house.asked(0, &[]).await.unwrap().sheet.empty.is_some());
    house
        .act(0, "draft_plan", json!({ "title": "Search", "goal": "Found", "outline": "- Index\n- Query ~2d\n" }))
        .await
        .unwrap();
    let said = house.asked(0, &[]).await.unwrap().sheet.answer.clone();
    assert!(
        said.starts_with("No date: 1 leaf has neither an estimate nor finished items like it: estimate it (1 Index)"),
        "{said}"
    );
}
