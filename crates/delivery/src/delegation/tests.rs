//! The practice through its faces, and its refusals: Ann leads payments, Ben and Cy are in it, Dee is in another team, Eve administers.

mod trust;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::Company;
use testkit::founding::{AbsenceKind, PersonId};
use testkit::{Scripted, mine_into};
use tower::ServiceExt as _;
use web::App;

use super::Delegations;
use crate::methodology::Methodology;
use crate::planning::Planning;

const ANN: usize = 0;
const BEN: usize = 1;
const CY: usize = 2;
const DEE: usize = 3;
const EVE: usize = 4;

const OUTLINE: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-05-01
- Card form [story] ~2..4..6d id:card area:api/pay/**
  > A customer pays by card
  + declined cards say why
- Wallets [story] ~2..4..6d id:wallets area:web after:card
- Ledger [story] ~2..4..6d id:ledger area:db after:wallets
";

fn lines(of: &str, count: usize) -> String {
    (0..count).map(|line| format!("{of} line {line}\n")).collect()
}

/// The words of the specification's golden plan: Ann main, touched, deep in pay, web and db; Ben some, main and nothing; Cy touched, deep
/// and some. Zed is in the history alone.
fn code() -> Scripted {
    let mut repo = Scripted::new();
    let mut by = |name: &str, files: &[(&str, usize)]| {
        repo.author(name, &format!("{}@example.org", name.to_lowercase()));
        for (path, count) in files {
            repo.write(path, lines(path, *count));
        }
        repo.commit(&format!("Work of {name}"));
    };
    by("Ann", &[("api/pay/charge.rs", 900), ("web/ann.ts", 30), ("db/tables.sql", 300)]);
    by("Ben", &[("api/pay/refund.rs", 90), ("web/page.ts", 600)]);
    by("Cy", &[("api/pay/fee.rs", 20), ("web/form.ts", 300), ("db/index.sql", 100), ("web/README.md", 10)]);
    by("Zed", &[("db/old.sql", 500)]);
    repo
}

struct House {
    _dir: TempDir,
    app: App,
    practice: PracticeEntry,
    others: Vec<PracticeEntry>,
    people: Vec<PersonId>,
}

impl House {
    async fn new() -> Self {
        Self::away_for(AbsenceKind::Leave).await
    }

    /// Ben is away for two days, for a reason of that kind.
    async fn away_for(kind: AbsenceKind) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T08:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let day = jiff::civil::date;
        let company = Company::since(day(2025, 1, 1)).lead("Ann").member("Ben").member("Cy").outsider("Dee");
        let company = company.administrator("Eve").away(BEN, day(2026, 3, 5), day(2026, 3, 6), kind);
        let people = company.found(&office).await.people;
        mine_into(dir.path(), office.lake(), &code(), office.clock().now().as_second());
        office.refresh();
        let entries = [web::entry::<Delegations>(), web::entry::<Planning>(), web::entry::<Methodology>()];
        let others = vec![PracticeEntry::of::<Methodology>(), PracticeEntry::of::<Planning>()];
        let app = App::new(office, entries);
        Self { _dir: dir, app, practice: PracticeEntry::of::<Delegations>(), others, people }
    }

    async fn with_plan() -> Self {
        let house = Self::new().await;
        house.act(ANN, "import_outline", json!({ "text": OUTLINE })).await.unwrap();
        house
    }

    async fn desk(&self, who: usize) -> Desk {
        let office = self.app.office();
        office.desk(office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    async fn asked(&self, who: usize, args: &[&str]) -> Result<Viewed, Refusal> {
        let line = std::iter::once(&"delegation").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap())?;
        (self.practice.view)(&self.desk(who).await, ask).await
    }

    async fn json(&self, who: usize, args: &[&str]) -> Value {
        self.asked(who, args).await.unwrap().to_json().unwrap()
    }

    async fn said(&self, who: usize, args: &[&str]) -> String {
        render(&self.asked(who, args).await.unwrap().sheet, Terminal::PLAIN)
    }

    async fn act(&self, who: usize, name: &str, input: Value) -> Result<Value, Refusal> {
        let all = std::iter::once(&self.practice).chain(&self.others);
        let (practice, act) = all.filter_map(|one| Some((one, one.act(name)?))).next().unwrap();
        Ok(act.run(&self.desk(who).await, practice, input).await?.outcome)
    }

    async fn refused(&self, who: usize, name: &str, input: Value) -> (u8, String) {
        let refusal = self.act(who, name, input).await.unwrap_err();
        let fields: Vec<String> =
            refusal.field_errors().iter().map(|one| format!("{}: {}", one.field, one.message)).collect();
        (refusal.exit_code(), if fields.is_empty() { refusal.to_string() } else { fields.join("; ") })
    }

    async fn get(&self, path: &str, cookie: &str) -> (u16, String, String) {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:7117").header(header::COOKIE, cookie);
        let response = self.app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let set = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (status, cookie, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn cookie(&self, who: usize) -> String {
        let sign_in = self.app.sign_in_path(self.desk(who).await.viewer()).await.unwrap();
        self.get(&sign_in, "").await.1
    }

    /// The answer by every face, which must agree.
    async fn check(&self, who: usize, args: &[&str], query: &str) -> (Value, String) {
        let viewed = self.asked(who, args).await.unwrap();
        let cookie = self.cookie(who).await;
        let (_, _, api) = self.get(&format!("/api/v1/delivery/delegation?{query}"), &cookie).await;
        let json = viewed.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&api).unwrap(), json, "the API and the command");
        let (status, _, page) = self.get(&format!("/delivery/delegation?{query}"), &cookie).await;
        assert_eq!(status, 200, "{page}");
        let said = viewed.sheet.answer.split(['&', '<', '\'']).next().unwrap().to_owned();
        assert!(page.contains(&said), "the page does not say `{said}`");
        (json, page)
    }

    fn wait(&self, days: i64) {
        self.app.office().clock().advance(days * 86_400);
    }

    /// Something that Ann offers to Ben.
    async fn offered(&self) -> Value {
        let offer = json!({ "what": "card", "to": "ben", "outcome": "A customer pays by card", "done_when": "A card pays in production", "boundaries": ["The provider stays"], "why_you": "You asked for payments." });
        self.act(ANN, "offer", offer).await.unwrap()
    }

    async fn taken(&self) -> Value {
        let offer = self.offered().await;
        self.act(BEN, "accept", json!({ "id": offer["id"], "version": 1 })).await.unwrap()
    }
}

fn names(options: &Value) -> Vec<(String, String)> {
    let all = options["options"]["options"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lenses = |one: &Value| one["lenses"].as_array().unwrap().iter().map(&text).collect::<Vec<_>>().join(", ");
    all.iter().map(|one| (lenses(one), text(&one["person"]))).collect()
}

#[tokio::test]
async fn options_say_why_and_when() {
    let house = House::with_plan().await;
    let (json, page) = house.check(ANN, &["options", "card"], "show=options&what=card").await;
    let options = &json["options"];
    let all = names(&json);
    assert!(all[0].0.starts_with("safe hands") && all[0].1 == "Ann", "{options}");
    assert!(all.iter().any(|(lenses, who)| lenses.contains("spreads") && who != "Ann"), "{options}");
    let ann = &options["options"][0];
    assert_eq!(ann["reasons"][0], "main knower of `api/pay/**`");
    assert_eq!((&ann["level"], &ann["dates"]), (&json!("6, inform"), &json!("plan P85 ±0")));
    let other =
        options["options"].as_array().unwrap().iter().find(|one| one["person"] == "Ben" || one["person"] == "Cy");
    let other = other.unwrap();
    let reasons = other["reasons"].to_string();
    assert!(reasons.contains("would be the second knower of `api/pay/**`"), "{reasons}");
    assert!(other["dates"].as_str().unwrap().starts_with("plan P85 +"), "{other}");
    assert!(options["caveats"].to_string().contains("No shared goal"), "{options}");
    assert!(page.contains("class=\"option\"") && page.contains("Offer it"), "cards on the page");
    let text = house.said(ANN, &["options", "card"]).await;
    assert!(text.contains("leave") && text.contains("the date as it is"), "{text}");
}

#[tokio::test]
async fn away_is_said_without_why() {
    let mut said = Vec::new();
    for kind in [AbsenceKind::Leave, AbsenceKind::Other] {
        let house = House::away_for(kind).await;
        house.act(ANN, "import_outline", json!({ "text": OUTLINE })).await.unwrap();
        let need = json!({ "what": "wallets", "areas": ["web"], "from": "2026-03-02", "until": "2026-03-13", "pair": true, "stretch": true });
        house.act(ANN, "set_need", need).await.unwrap();
        let (json, _) = house.check(ANN, &["options", "wallets"], "show=options&what=wallets").await;
        let ben = json["options"]["options"].as_array().unwrap().iter().find(|one| one["person"] == "Ben").unwrap();
        let reasons = ben["reasons"].to_string();
        assert!(reasons.contains("away 5–6 March"), "{reasons}");
        assert!(reasons.contains("6.5 d free until 13 March"), "eight days here, at a focus of 0.8: {reasons}");
        said.push(json.to_string());
    }
    assert_eq!(said[0], said[1], "why somebody is away changes no byte");
}

#[tokio::test]
async fn what_is_handed_over_runs_its_course() {
    let house = House::with_plan().await;
    let offer = house.offered().await;
    assert_eq!(offer["sentence"], "Card form is offered to Ben at level 4, agree. They take it, change it or decline.");
    let (json, page) = house.check(BEN, &[], "").await;
    assert_eq!(json["mine"]["taken"][0]["awaits_you"], true);
    assert!(page.contains("one waits for your answer"), "{page}");
    // Ben changes it; Ann says yes.
    let id = &offer["id"];
    let changed = json!({ "id": id, "version": 1, "level": 5 });
    let changed = house.act(BEN, "accept", changed).await.unwrap();
    assert_eq!((&changed["state"], &changed["version"]), (&json!("offered"), &json!(2)));
    assert_eq!(house.refused(BEN, "accept", json!({ "id": id, "version": 2 })).await.0, 77, "it is Ann's turn");
    let taken = house.act(ANN, "accept", json!({ "id": id, "version": 2 })).await.unwrap();
    assert_eq!(taken["state"], "accepted");
    // They look at it on its day; the level rises; it is done.
    house.wait(7);
    let held = house.act(BEN, "check_in", json!({ "id": id, "version": 3, "note": "The form stands." })).await.unwrap();
    assert_eq!(held["state"], "active");
    assert_eq!(house.refused(BEN, "change_level", json!({ "id": id, "version": 4, "level": 6 })).await.0, 77);
    house.act(ANN, "change_level", json!({ "id": id, "version": 4, "level": 6 })).await.unwrap();
    let done = json!({ "id": id, "version": 5, "looking_back": "I would ask for the sandbox earlier." });
    assert_eq!(house.act(BEN, "finish", done).await.unwrap()["sentence"], "Card form is done. Ann looks back, too.");
    let done = json!({ "id": id, "version": 6, "looking_back": "I let go late." });
    house.act(ANN, "finish", done).await.unwrap();
    let json = house.json(ANN, &[]).await;
    assert_eq!(json["mine"]["given"], json!([]), "both have looked back");
    let own = json["mine"]["own"].as_array().unwrap();
    let value = |name: &str| own.iter().find(|one| one["name"] == name).unwrap()["value"].as_str().unwrap().to_owned();
    assert_eq!(
        (value("Check-ins kept"), value("Levels that rose"), value("Looked back")),
        ("1 of 1".into(), "1".into(), "1 of 1".into())
    );
}

#[tokio::test]
async fn the_team_sees_task_person_level() {
    let house = House::with_plan().await;
    let taken = house.taken().await;
    let id = taken["id"].as_str().unwrap();
    let kinds = (house.practice.kinds)();
    let of = |kind: &str| *kinds.iter().find(|one| one.kind == kind).unwrap();
    for who in [CY, DEE, EVE] {
        let hidden = desk::records::get(&house.desk(who).await, &of("delegation"), id).await.unwrap_err();
        assert_eq!(hidden.status(), 404, "what is hidden and what is absent look the same");
    }
    let list = |who: usize| {
        let house = &house;
        async move {
            desk::records::list(&house.desk(who).await, &of("handed_over"), Default::default()).await.unwrap().records
        }
    };
    let seen = list(CY).await;
    assert_eq!(seen.len(), 1);
    let body = serde_json::to_string(&seen[0].body).unwrap();
    assert!(body.contains("Card form") && body.contains("ben@example.org") && body.contains("\"level\":4"), "{body}");
    assert!(!body.contains("customer") && !body.contains("provider"), "neither outcome nor boundaries: {body}");
    assert!(list(DEE).await.is_empty() && list(EVE).await.is_empty(), "nor do others");
}

#[tokio::test]
async fn a_brief_is_made_for_its_receiver() {
    let house = House::with_plan().await;
    let taken = house.taken().await;
    let id = taken["id"].as_str().unwrap();
    let (json, page) = house.check(BEN, &["brief", id], &format!("show=brief&what={id}")).await;
    let parts = json["brief"]["parts"].as_array().unwrap();
    let part =
        |name: &str| parts.iter().find(|part| part[0] == name).map(|part| part[1].to_string()).unwrap_or_default();
    assert!(part("What it is for").contains("Why you: You asked for payments."), "{parts:?}");
    assert!(part("How we decide").contains("“we decide together”, says Ann"), "{parts:?}");
    assert!(part("Accepted when").contains("declined cards say why"));
    assert!(part("Who can help").contains("Ann: main in api/pay/**"), "{parts:?}");
    assert_eq!(parts.iter().find(|part| part[0] == "First steps").unwrap()[1].as_array().unwrap().len(), 3);
    assert!(page.contains("brief-part"));
    assert_eq!(json["brief"], house.json(ANN, &["brief", id]).await["brief"], "the giver sees what the receiver sees");
    let refusal = house.asked(CY, &["brief", id]).await.unwrap_err();
    assert!(refusal.field_errors()[0].message.contains("No delegation of yours"), "{refusal}");
}

#[tokio::test]
async fn a_risk_that_the_receiver_may_not_read_is_left_out() {
    let house = House::with_plan().await;
    let taken = house.taken().await;
    let id = taken["id"].as_str().unwrap();
    let kind = desk::KindEntry::of::<desk::kinds::Risk>();
    let write = |title: &str, audience: store_audience::Audience| {
        let document = json!({ "kind": "risk", "title": title, "team": "payments", "audience": audience.word(), "body": { "probability": 0.3 } });
        serde_json::from_value::<desk::records::Document>(document).unwrap()
    };
    let desk = house.desk(ANN).await;
    desk::records::create(&desk, &kind, &write("The pay provider ends", store_audience::Audience::Team)).await.unwrap();
    desk::records::create(&desk, &kind, &write("Somebody in pay may leave", store_audience::Audience::Author))
        .await
        .unwrap();
    for who in [ANN, BEN] {
        let brief = house.json(who, &["brief", id]).await.to_string();
        assert!(brief.contains("The pay provider ends"), "{brief}");
        assert!(!brief.contains("may leave"), "made with the receiver's rights, whoever looks");
    }
}

mod store_audience {
    pub(super) use desk::records::Audience;
}

#[tokio::test]
async fn a_whole_plan_is_given_out() {
    let house = House::with_plan().await;
    let (json, page) =
        house.check(ANN, &["plan", "checkout", "--preset", "deliver"], "show=plan&what=checkout&preset=deliver").await;
    let rows = json["plan"]["rows"].as_array().unwrap();
    let who: Vec<&str> = rows.iter().map(|row| row["person"].as_str().unwrap()).collect();
    assert_eq!(who[..2], ["Ann", "Ben"], "{rows:?}");
    assert_eq!(json["plan"]["search"], "the best that there is");
    assert!(rows[0]["instead"].as_str().unwrap().contains("instead: plan P85"), "{rows:?}");
    assert!(page.contains("Second choice"));
    // Settled owners hold; those that cannot be are named.
    let (json, _) = house
        .check(ANN, &["plan", "checkout", "--lock", "ledger=cy"], "show=plan&what=checkout&lock=ledger%3Dcy")
        .await;
    let row = json["plan"]["rows"].as_array().unwrap().iter().find(|row| row["item"] == "ledger").unwrap().clone();
    assert_eq!((&row["person"], &row["settled"]), (&json!("Cy"), &json!(true)));
    house
        .act(ANN, "set_need", json!({ "what": "ledger", "must": ["ann"], "pair": true, "stretch": true }))
        .await
        .unwrap();
    let text = house.said(ANN, &["plan", "checkout", "--lock", "ledger=cy"]).await;
    assert!(text.contains("3 Ledger with Cy cannot all be"), "{text}");
    let (code, said) = house.refused(ANN, "solve_plan", json!({ "plan": "checkout", "lock": ["ledger=cy"] })).await;
    assert_eq!((code, said.as_str()), (65, "lock: These cannot all be: 3 Ledger with Cy. Let one of them go."));
    // What is applied are offers, and none to oneself.
    let applied = house.act(ANN, "apply_plan", json!({ "plan": "checkout", "preset": "deliver" })).await.unwrap();
    let offers = applied["offers"].as_array().unwrap().len();
    assert!((1..3).contains(&offers), "{applied}");
    let mine = house.json(ANN, &[]).await;
    assert!(mine["mine"]["given"].as_array().unwrap().iter().all(|row| row["state"] == "offered"), "{mine}");
    let again = house.json(ANN, &["plan", "checkout"]).await;
    assert_eq!(again["plan"]["left_out"].as_array().unwrap().len(), offers, "what is on offer is not given out twice");
}

#[tokio::test]
async fn an_item_goes_into_the_hands_of_who_takes_it() {
    let house = House::new().await;
    house.act(ANN, "add_item", json!({ "title": "Wallets", "team": "payments" })).await.unwrap();
    let offer = json!({ "what": "PAYM-1", "to": "cy", "outcome": "A wallet pays", "done_when": "It does", "level": 7, "area": ["web"] });
    let offer = house.act(ANN, "offer", offer).await.unwrap();
    let offered = house.desk(CY).await.work().await.unwrap().by_key("PAYM-1").unwrap().assignee;
    assert_eq!(offered, None, "an offer assigns nothing");
    house.act(CY, "accept", json!({ "id": offer["id"], "version": 1 })).await.unwrap();
    assert_eq!(house.desk(CY).await.work().await.unwrap().by_key("PAYM-1").unwrap().assignee, Some(house.people[CY]));
    let own = house.json(ANN, &[]).await["mine"]["own"].clone();
    assert_eq!(own[0]["value"], "1 of 1", "handed over with outcome, level and check-in: {own}");
    house
        .act(ANN, "take_back", json!({ "id": offer["id"], "version": 2, "why": "The contract is late." }))
        .await
        .unwrap();
    assert_eq!(house.json(CY, &[]).await["mine"]["taken"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let house = House::with_plan().await;
    let asked = |who: usize, args: &'static [&'static str]| {
        let house = &house;
        async move {
            let refusal = house.asked(who, args).await.unwrap_err();
            let fields: Vec<_> = refusal.field_errors().iter().map(|one| one.message.clone()).collect();
            (refusal.exit_code(), if fields.is_empty() { refusal.to_string() } else { fields.join("; ") })
        }
    };
    assert_eq!(asked(ANN, &["options", "PAY-99"]).await, (65, "No work item `PAY-99`.".to_owned()));
    assert_eq!(
        asked(DEE, &["options", "Release notes", "--team", "payments"]).await.0,
        77,
        "who is free when is for the team"
    );
    assert_eq!(asked(ANN, &["options", "card", "--area", "*.sql"]).await.0, 65);
    assert!(asked(ANN, &["plan", "nowhere"]).await.1.contains("There are: Checkout."));
    assert!(asked(ANN, &["plan", "checkout", "--lock", "card=dee"]).await.1.contains("is not in Payments"));
    let offer =
        |to: &str| json!({ "what": "Release notes", "to": to, "outcome": "They are out", "done_when": "They are" });
    assert_eq!(house.refused(ANN, "offer", offer("ann")).await.1, "to: What stays with you is not handed over.");
    assert!(house.refused(ANN, "offer", offer("nobody")).await.1.starts_with("to: no person"));
    let foreign = json!({ "what": "card", "plan": "checkout", "to": "ann", "outcome": "x", "done_when": "y" });
    assert!(house.act(DEE, "offer", foreign).await.is_err(), "another team's task is not Dee's to give");
    let offer = house.offered().await;
    assert!(
        house
            .refused(ANN, "offer", json!({ "what": "card", "to": "cy", "outcome": "x", "done_when": "y" }))
            .await
            .1
            .contains("on offer with Ben")
    );
    let which = |version: u64| json!({ "id": offer["id"], "version": version });
    assert_eq!(house.refused(CY, "accept", which(1)).await.0, 65, "for others it is not there");
    assert_eq!(house.refused(ANN, "decline", which(1)).await.0, 77);
    assert_eq!(house.refused(BEN, "accept", which(7)).await.0, 75, "a version that nobody saw");
    assert_eq!(house.refused(BEN, "check_in", which(1)).await.1, "id: Card form is offered already.");
    let blank = json!({ "id": offer["id"], "version": 1, "why": " " });
    assert_eq!(house.refused(ANN, "take_back", blank).await.1, "why: Say why: both of you read it.");
}

#[tokio::test]
async fn without_anything_it_says_what_to_do() {
    let house = House::new().await;
    let text = house.said(ANN, &[]).await;
    assert!(text.contains("pick an item or a duty"), "{text}");
    assert!(house.said(ANN, &["options"]).await.contains("Pick an item or a duty."));
    assert!(house.said(ANN, &["plan"]).await.contains("There is no open plan."));
    let json = house.json(ANN, &["options", "Release notes"]).await;
    assert!(json["options"]["caveats"].to_string().contains("No area is known"), "{json}");
    assert_eq!(names(&json).iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["has room"]);
}
