//! Risks and plans: a date moves when a risk is added, each says by how much, triggers look at the facts, findings become risks.

use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::founding::{Actor, Founding, NewPerson, NewTeam, PersonId, Role};

use crate::planning::Planning;
use crate::risk::Risks;

const OUTLINE: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-03-20
- Card form [story] ~4/5/7d id:card area:web/card/**
- Wallets [story] ~4/5/7d id:wallets after:card
- Receipts [task] ~1/1/2d id:receipts after:wallets
";

struct House {
    _dir: TempDir,
    office: Office,
    people: Vec<PersonId>,
}

impl House {
    /// Ann leads payments alone; Checkout is planned.
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T08:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let day = jiff::civil::date;
        let person = |name: &str| NewPerson::named(name, format!("{}@example.org", name.to_lowercase()));
        let all = Founding {
            people: vec![person("Ann")],
            teams: vec![(NewTeam::named("payments", "Payments"), None)],
            members: vec![(0, 0, Role::TechLead, day(2025, 1, 1), None, 1.0)],
            lines: Vec::new(),
            absences: Vec::new(),
            grants: Vec::new(),
            repositories: Vec::new(),
            owners: Vec::new(),
        };
        let mut write = office.store().write(Actor::System, office.clock().now()).await.unwrap();
        let people = write.found(&all).await.unwrap().people;
        write.keep().await.unwrap();
        let house = Self { _dir: dir, office, people };
        house.plan("import_outline", json!({ "text": OUTLINE })).await.unwrap();
        house
    }

    async fn desk(&self, who: usize) -> Desk {
        self.office.desk(self.office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    async fn run(&self, who: usize, of: &PracticeEntry, name: &str, input: Value) -> Result<Value, Refusal> {
        Ok(of.act(name).unwrap().run(&self.desk(who).await, of, input).await?.outcome)
    }

    async fn plan(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        self.run(0, &PracticeEntry::of::<Planning>(), name, input).await
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        self.run(0, &PracticeEntry::of::<Risks>(), name, input).await
    }

    async fn refused(&self, name: &str, input: Value) -> String {
        let refusal = self.act(name, input).await.unwrap_err();
        refusal.field_errors().iter().map(|one| format!("{}: {}", one.field, one.message)).collect()
    }

    async fn asked(&self, who: usize, practice: PracticeEntry, args: &[&str]) -> Viewed {
        let line = std::iter::once(&"x").chain(args);
        let ask = (practice.ask_from)(&(practice.command)().try_get_matches_from(line).unwrap()).unwrap();
        (practice.view)(&self.desk(who).await, ask).await.unwrap()
    }

    async fn risks(&self, args: &[&str]) -> Viewed {
        self.asked(0, PracticeEntry::of::<Risks>(), args).await
    }

    async fn sure(&self) -> String {
        let json = self.asked(0, PracticeEntry::of::<Planning>(), &["checkout"]).await.to_json().unwrap();
        json["plan"]["dates"]["sure"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_risk_moves_the_date() {
    let house = House::new().await;
    let before = house.sure().await;
    let risk = json!({ "title": "The contract ends", "probability": 0.5, "impact": "10d", "plan": "checkout" });
    house.act("open_risk", risk).await.unwrap();
    let json = house.asked(0, PracticeEntry::of::<Planning>(), &["checkout"]).await.to_json().unwrap();
    let plan = &json["plan"];
    assert_eq!(plan["risks"]["without"]["sure"], before.as_str(), "what strikes not, changes nothing");
    assert_eq!(plan["risks"]["titles"], json!(["The contract ends"]));
    let day = |text: &Value| text.as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    let moved = crate::calendar::between(before.parse().unwrap(), day(&plan["dates"]["sure"]));
    assert!((10..=14).contains(&moved), "ten working days are two weeks at most: {moved}");
    let text = render(&house.asked(0, PracticeEntry::of::<Planning>(), &["checkout"]).await.sheet, Terminal::PLAIN);
    assert!(text.contains("without 1 risk by"), "{text}");
    let what_if = ["checkout", "--what-if", "without the contract"];
    let json = house.asked(0, PracticeEntry::of::<Planning>(), &what_if).await.to_json().unwrap();
    let gained = -json["what_if"]["sure"][0].as_f64().unwrap();
    assert!((gained - moved as f64).abs() <= 1.0, "{gained}: the same but for parts of a day");
}

#[tokio::test]
async fn each_risk_says_what_it_moves() {
    let house = House::new().await;
    let open = async |title: &str, p: f64, impact: &str, items: Value| {
        let input = json!({ "title": title, "probability": p, "impact": impact, "plan": "checkout", "items": items });
        house.act("open_risk", input).await.unwrap()
    };
    let contract = open("The contract ends", 0.4, "10d", json!([])).await;
    open("Nobody knows cards", 0.3, "1/1.5/2x", json!(["1"])).await;
    open("It rains", 0.01, "1d", json!(["receipts"])).await;
    let viewed = house.risks(&["--plan", "checkout"]).await;
    let json = viewed.to_json().unwrap();
    let bars = json["plan"]["bars"].as_array().unwrap();
    let bar = |title: &str| bars.iter().find(|bar| bar["title"] == title).unwrap();
    assert_eq!(bars[0]["title"], "The contract ends");
    let mean = bar("The contract ends")["mean"]["days"].as_f64().unwrap();
    assert!((mean - 4.0).abs() < 0.15, "40 % of ten working days are four, whatever lies between: {mean}");
    assert_eq!(bar("It rains")["p80"]["real"], false, "{}", bar("It rains"));
    assert!(bars.iter().any(|bar| bar["title"] == "how long 1 Card form takes"), "{bars:?}");
    assert!(
        viewed.sheet.answer.starts_with("3 open risks move the date of Checkout at 80 % from "),
        "{}",
        viewed.sheet.answer
    );
    assert!(json["plan"]["without"].as_str() < json["plan"]["with"].as_str());
    let follows = json["plan"]["follows"].as_array().unwrap();
    assert!(follows.iter().all(|one| one["criticality"] == 1.0), "one after another: all are critical: {follows:?}");

    let done = json!({ "id": contract["id"], "version": 1, "what": "Sign for another year", "cost_days": 1, "probability": 0.05 });
    house.act("mitigate", done.clone()).await.unwrap();
    let json = house.risks(&["--plan", "checkout"]).await.to_json().unwrap();
    let worth = &json["plan"]["worth"][0];
    assert_eq!((&worth["title"], &worth["cost_days"]), (&json!("The contract ends"), &json!(1.0)));
    assert!(worth["net_days"].as_f64().unwrap() > 5.0, "{worth}");
    assert!(house.act("mitigate", done).await.unwrap_err().to_string().contains("version 2"), "somebody was quicker");
    let worse = json!({ "id": contract["id"], "version": 2, "what": "Wait", "probability": 0.9 });
    assert!(house.refused("mitigate", worse).await.contains("no likelier"));
}

#[tokio::test]
async fn what_a_risk_hits_is_checked() {
    let house = House::new().await;
    let said = async |more: Value| {
        let mut input = json!({ "title": "X", "probability": 0.5 });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.refused("open_risk", input).await
    };
    assert_eq!(said(json!({ "plan": "checkout", "items": ["9"] })).await, "items: No item `9` in Checkout.");
    assert_eq!(said(json!({ "items": ["1"] })).await, "plan: Say whose items these are.");
    assert_eq!(said(json!({ "plan": "nothing" })).await, "plan: No plan `nothing`. There are: Checkout.");
    assert_eq!(
        said(json!({ "impact": "0.5/1/2x" })).await,
        "impact: 0.5/1/2x both costs and gives: write a risk for each."
    );
    let luck =
        json!({ "title": "A library does it", "probability": 0.5, "impact": "0.5/0.6/0.9x", "plan": "checkout" });
    let luck = house.act("open_risk", luck).await.unwrap();
    assert_eq!(luck["body"]["sign"], "opportunity");
    let json = house.risks(&["--plan", "checkout"]).await.to_json().unwrap();
    let days = json["plan"]["bars"].as_array().unwrap().iter().find(|bar| bar["title"] == "A library does it").unwrap();
    assert!(days["mean"]["days"].as_f64().unwrap() < 0.0, "it gives: {days}");
}

#[tokio::test]
async fn a_trigger_looks_at_the_facts() {
    let house = House::new().await;
    let risk = json!({ "title": "The contract ends", "probability": 0.4, "impact": "10d", "plan": "checkout" });
    let risk = house.act("open_risk", risk).await.unwrap();
    let trigger = |measure: &str, op: &str, threshold: f64, scope: &str| json!({ "id": risk["id"], "version": 1, "measure": measure, "op": op, "threshold": threshold, "scope": scope, "preview": true });
    let sees = async |input: Value| house.act("set_trigger", input).await.unwrap()["sees"].clone();
    let near = sees(trigger("days_to", "<=", 20.0, "2026-03-20")).await;
    assert_eq!((&near["sees"], &near["value"]), (&json!("fired"), &json!(18.0)), "{near}");
    let chance = sees(trigger("chance", "<", 0.9, "checkout")).await;
    assert_eq!(chance["sees"], "fired", "{chance}");
    assert_eq!(sees(trigger("criticality", ">=", 0.5, "plan:checkout#card")).await["sees"], "fired");
    assert_eq!(sees(trigger("float", "<", 0.0, "checkout#2")).await["sees"], "quiet");
    let blind = sees(trigger("scope_growth", ">", 0.1, "checkout")).await;
    assert_eq!((&blind["sees"], &blind["why"]), (&json!("blind"), &json!("no baseline is frozen")));
    assert_eq!(sees(trigger("wip", ">", 3.0, "payments")).await["why"], "`payments` has no board");
    assert_eq!(sees(trigger("item_age", ">", 3.0, "PAY-1")).await["sees"], "blind");
    let kept = json!({ "id": risk["id"], "version": 1, "measure": "days_to", "op": "<=", "threshold": 20, "scope": "2026-03-20" });
    house.act("set_trigger", kept).await.unwrap();
    let viewed = house.risks(&[]).await;
    assert!(viewed.sheet.answer.contains("One trigger has fired."), "{}", viewed.sheet.answer);
    let text = render(&viewed.sheet, Terminal::PLAIN);
    assert!(text.contains("days to the day of 2026-03-20 ≤ 20") && text.contains("A trigger has fired"), "{text}");
}

#[tokio::test]
async fn a_finding_becomes_a_risk_or_is_dismissed() {
    let house = House::new().await;
    house.plan("freeze_baseline", json!({ "plan": "checkout", "reason": "promised", "trials": 1000 })).await.unwrap();
    house.plan("add_item", json!({ "plan": "checkout", "title": "Refunds", "estimate": "20/30/90d" })).await.unwrap();
    let json = house.risks(&["--plan", "checkout"]).await.to_json().unwrap();
    let found = json["found"].as_array().unwrap();
    let rules: Vec<&str> = found.iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["scope_growth", "date_near", "big_unknown"], "{found:?}");
    let name = |rule: &str| {
        let one = found.iter().find(|one| one["rule"] == rule).unwrap();
        format!("{rule}:{}", one["subject"].as_str().unwrap())
    };
    assert_eq!(found[0]["probability"], 0.25, "one of four when a rule has no past");
    let risk =
        house.act("accept_detection", json!({ "finding": name("scope_growth"), "plan": "checkout" })).await.unwrap();
    assert_eq!(risk["body"]["seeded_by"], name("scope_growth"));
    house
        .act("dismiss", json!({ "finding": name("date_near"), "plan": "checkout", "why": "the date moves" }))
        .await
        .unwrap();
    let rules = async || {
        let json = house.risks(&["--plan", "checkout"]).await.to_json().unwrap();
        let found = json["found"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned());
        found.collect::<Vec<_>>()
    };
    assert_eq!(rules().await, ["big_unknown"]);
    let again = json!({ "finding": name("date_near"), "plan": "checkout", "why": "x" });
    assert!(house.refused("dismiss", again).await.contains("The facts no longer show"));
    let late = json!({ "finding": name("big_unknown"), "plan": "checkout", "why": "x", "until": "2028-01-01" });
    assert!(house.refused("dismiss", late).await.contains("until: A finding is dismissed until"));
    house.act("occurred", json!({ "id": risk["id"], "version": 1, "actual_days": 3 })).await.unwrap();
    house.office.clock().advance(31 * 86_400);
    let json = house.risks(&["--plan", "checkout"]).await.to_json().unwrap();
    let grown = json["found"].as_array().unwrap().iter().find(|one| one["rule"] == "scope_growth").unwrap();
    assert_eq!(grown["probability"], 0.4, "one came of one: (1 + 1) ÷ (1 + 4)");
}
