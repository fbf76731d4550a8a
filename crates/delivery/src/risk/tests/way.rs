//! What stands in the way of a plan: parts of the code with one knower, absences on its chain, and what is worth doing together.

use desk::records::Audience;
use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, KindEntry, Office, PracticeEntry, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::Company;
use testkit::founding::{AbsenceKind, PersonId};
use testkit::{Scripted, mine_into};

use crate::plan::records::Plan;
use crate::planning::Planning;
use crate::risk::Risks;

/// Ann leads payments; Ben, Cy, Flo and Gil are in it; Dee is in another team.
const ANN: usize = 0;
const BEN: usize = 1;
const DEE: usize = 5;

const OUTLINE: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-09-01
- Card form [story] ~2..4..6d id:card area:api/pay/** @ben
- Wallets [story] ~2..4..6d id:wallets area:web after:card
- Ledger [story] ~2..4..6d id:ledger area:db after:wallets
";

/// Ann alone knows api/pay and, of those who are here, db; Ben and Cy know web.
fn code() -> Scripted {
    let mut repo = Scripted::new();
    let mut by = |name: &str, files: &[(&str, usize)]| {
        repo.author(name, &format!("{}@example.org", name.to_lowercase()));
        for (path, count) in files {
            repo.write(path, (0..*count).map(|line| format!("{path} line {line}\n")).collect::<String>());
        }
        repo.commit(&format!("Work of {name}"));
    };
    by("Ann", &[("api/pay/charge.rs", 900), ("db/tables.sql", 300)]);
    by("Ben", &[("api/pay/refund.rs", 90), ("web/page.ts", 600)]);
    by("Cy", &[("web/form.ts", 300), ("db/index.sql", 100)]);
    by("Zed", &[("db/old.sql", 500)]);
    repo
}

struct House {
    _dir: TempDir,
    office: Office,
    people: Vec<PersonId>,
}

impl House {
    async fn with(outline: &str, kind: AbsenceKind) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T08:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let day = jiff::civil::date;
        let company =
            Company::since(day(2025, 1, 1)).lead("Ann").member("Ben").member("Cy").member("Flo").member("Gil");
        let company = company.outsider("Dee").away(BEN, day(2026, 3, 3), day(2026, 3, 6), kind);
        let people = company.found(&office).await.people;
        mine_into(dir.path(), office.lake(), &code(), office.clock().now().as_second());
        office.refresh();
        let house = Self { _dir: dir, office, people };
        house.run(&PracticeEntry::of::<Planning>(), "import_outline", json!({ "text": outline })).await;
        house
    }

    async fn desk(&self, who: usize) -> Desk {
        self.office.desk(self.office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    async fn run(&self, of: &PracticeEntry, name: &str, input: Value) -> Value {
        of.act(name).unwrap().run(&self.desk(ANN).await, of, input).await.unwrap().outcome
    }

    async fn act(&self, name: &str, input: Value) -> Value {
        self.run(&PracticeEntry::of::<Risks>(), name, input).await
    }

    async fn asked(&self, who: usize, args: &[&str]) -> Viewed {
        let practice = PracticeEntry::of::<Risks>();
        let line = ["risk", "--plan", "checkout"].iter().chain(args);
        let ask = (practice.ask_from)(&(practice.command)().try_get_matches_from(line).unwrap()).unwrap();
        (practice.view)(&self.desk(who).await, ask).await.unwrap()
    }

    async fn found(&self, who: usize, rule: &str) -> Vec<Value> {
        let json = self.asked(who, &[]).await.to_json().unwrap();
        json["found"].as_array().unwrap().iter().filter(|one| one["rule"] == rule).cloned().collect()
    }

    /// Opens the plan to everyone.
    async fn open_plan(&self) {
        let (desk, entry) = (self.desk(ANN).await, KindEntry::of::<Plan>());
        let id = desk.records().list::<Plan>().await.unwrap()[0].id.clone();
        let mut document = desk::records::get(&desk, &entry, &id).await.unwrap();
        (document.audience, document.about) = (Some(Audience::Everyone), None);
        desk::records::apply(&desk, &entry, &document, false).await.unwrap();
    }
}

#[tokio::test]
async fn an_area_of_one_knower_is_found() {
    let house = House::with(OUTLINE, AbsenceKind::Leave).await;
    let found = house.found(ANN, "single_knower").await;
    let titles: Vec<&str> = found.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["api/pay/** has one knower", "db has one knower"], "two know web");
    assert!(!found.iter().any(|one| one.to_string().contains("Ann")), "who it is is not said: {found:?}");
    let accept = json!({ "finding": "single_knower:db", "plan": "checkout", "impact": "1/1.4/2x" });
    let risk = house.act("accept_detection", accept).await;
    assert_eq!(risk["body"]["touches"], json!(["area:db"]));
    assert_eq!(house.found(ANN, "single_knower").await.len(), 1, "what is in the register is not found again");
    let json = house.asked(ANN, &[]).await.to_json().unwrap();
    assert!(json["plan"]["bars"].as_array().unwrap().iter().any(|bar| bar["title"] == "db has one knower"));
}

#[tokio::test]
async fn an_absence_on_the_chain_is_found() {
    let house = House::with(OUTLINE, AbsenceKind::Leave).await;
    let found = house.found(ANN, "absence_on_chain").await;
    assert_eq!(found.len(), 1, "nobody else is away: {found:?}");
    let why = found[0]["why"].as_str().unwrap();
    assert!(why.starts_with("whoever is to do it is away for 4 working days within it"), "{why}");
    let sick = House::with(OUTLINE, AbsenceKind::Other).await;
    assert_eq!(sick.found(ANN, "absence_on_chain").await, found, "why somebody is away changes no byte");
    let on_call = House::with(OUTLINE, AbsenceKind::OnCall).await;
    assert!(on_call.found(ANN, "absence_on_chain").await.is_empty(), "who is on call is there");
    house.open_plan().await;
    let told = house.found(DEE, "absence_on_chain").await;
    assert_eq!(told.len(), 1, "{told:?}");
    let why = told[0]["why"].as_str().unwrap();
    assert_eq!(why, "Payments has 4 person-days less than usual within it: put it in another order");
    assert!(!told[0].to_string().contains("Ben") && !found[0].to_string().contains("Ben"));
}

const PARALLEL: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-09-01
- Left ~10d id:left
- Right ~10d id:right
";

#[tokio::test]
async fn benefits_are_not_added() {
    let house = House::with(PARALLEL, AbsenceKind::OnCall).await;
    let text = render(&house.asked(ANN, &["--budget", "5"]).await.sheet, Terminal::PLAIN);
    assert!(text.contains("there is no choice for 5 d"), "{text}");
    for item in ["left", "right"] {
        let title = format!("The {item} side breaks");
        let risk = json!({ "title": title, "probability": 0.9, "impact": "20d", "plan": "checkout", "items": [item] });
        let risk = house.act("open_risk", risk).await;
        let done = json!({ "id": risk["id"], "version": 1, "what": "A second one", "cost_days": 3, "probability": 0 });
        house.act("mitigate", done).await;
    }
    let together = async |budget: &str| {
        let viewed = house.asked(ANN, &["--budget", budget]).await;
        let json = viewed.to_json().unwrap()["plan"]["together"].clone();
        (json, render(&viewed.sheet, Terminal::PLAIN))
    };
    let (both, text) = together("6").await;
    assert_eq!(both["risks"].as_array().unwrap().len(), 2, "{both}");
    let number = |of: &Value, name: &str| of[name].as_f64().unwrap();
    assert!(number(&both, "net_days") > 13.0, "without either it is 20 days earlier at 80 %: {both}");
    assert!(number(&both, "apart_days") < 0.0, "either alone costs more than it saves: {both}");
    assert!(both["every"] == true && text.contains("Within 6 d do something about: "), "{text}");
    let (one, text) = together("5").await;
    assert_eq!(one["risks"], json!([]), "a budget for one of them is worth nothing: {one}");
    assert!(text.contains("Within 5 d nothing that is planned is worth its cost"), "{text}");
}

#[tokio::test]
async fn beyond_twelve_it_is_greedy() {
    let house = House::with(PARALLEL, AbsenceKind::OnCall).await;
    for n in 0..13 {
        let title = format!("Part {n} is late");
        let risk = json!({ "title": title, "probability": 0.5, "impact": "8d", "plan": "checkout" });
        let risk = house.act("open_risk", risk).await;
        let done = json!({ "id": risk["id"], "version": 1, "what": "Buy it", "cost_days": 1, "probability": 0.1 });
        house.act("mitigate", done).await;
    }
    let json = house.asked(ANN, &["--budget", "3"]).await.to_json().unwrap()["plan"]["together"].clone();
    assert_eq!((&json["every"], json["risks"].as_array().unwrap().len()), (&json!(false), 3), "{json}");
    assert_eq!(json["cost_days"], 3.0);
}
