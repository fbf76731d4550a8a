//! Plans and milestones in the ledger, and what every night writes.

use desk::{Clock, Desk, Entropy, JobEntry, Office, PracticeEntry, Viewed};
use jiff::civil::date;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::Company;
use testkit::founding::PersonId;

use super::{DAY, H};
use crate::estimation::Estimation;
use crate::estimation::nightly::JOB;
use crate::planning::Planning;
use crate::published::{By, Forecast};

const OUTLINE: &str = "\
# Checkout  @payments from:2024-06-03 by:2024-08-01
> Customers pay by card
- Card form [story] ~2..3..6d id:card
- Wallets [story] ~1..2..5d id:wallets after:card
* Beta id:beta after:card
";

struct Team {
    _dir: TempDir,
    office: Office,
    people: Vec<PersonId>,
}

impl Team {
    /// Ann leads payments, which finished work for months and has a plan; Dee is in another team.
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2024-06-03T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let people = Company::since(date(2024, 1, 1)).lead("Ann").outsider("Dee").found(&office).await.people;
        let team = office.store().organisation().await.unwrap().find_team("payments").unwrap().id;
        testkit::work::board_of(&office, Some(team), &H.repeat(10), date(2024, 6, 2)).await.unwrap();
        let made = Self { _dir: dir, office, people };
        made.plan("import_outline", json!({ "text": OUTLINE })).await;
        made
    }

    async fn desk(&self, who: usize) -> Desk {
        self.office.desk(self.office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    async fn plan(&self, act: &str, input: Value) {
        let planning = PracticeEntry::of::<Planning>();
        planning.act(act).unwrap().run(&self.desk(0).await, &planning, input).await.unwrap();
    }

    async fn publish(&self, input: Value) -> Value {
        let practice = PracticeEntry::of::<Estimation>();
        practice.act("publish_forecast").unwrap().run(&self.desk(0).await, &practice, input).await.unwrap().outcome
    }

    async fn asked(&self, who: usize, args: &[&str]) -> Result<Viewed, desk::Refusal> {
        let practice = PracticeEntry::of::<Estimation>();
        let line = std::iter::once(&"forecast").chain(args);
        let ask = (practice.ask_from)(&(practice.command)().try_get_matches_from(line).unwrap())?;
        (practice.view)(&self.desk(who).await, ask).await
    }

    /// Entries of the ledger: what they are about, what came, their state.
    async fn ledger(&self) -> Vec<(String, Value, String)> {
        let json = self.asked(0, &["--ledger", "--team", "payments"]).await.unwrap().to_json().unwrap();
        let entries = json["ledger"]["entries"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        entries.iter().map(|one| (text(&one["about"]), one["came"].clone(), text(&one["state"]))).collect()
    }

    /// What a worker does once: plans, then takes what is due until nothing is.
    async fn work(&self) -> usize {
        let kinds: &[JobEntry] = &[JOB];
        self.office.plan_jobs(kinds).await.unwrap();
        let mut done = 0;
        while let Some(lease) = self.office.take_job(kinds, "test", 60).await.unwrap() {
            let hold = self.office.do_job(kinds, lease).await.unwrap();
            assert_eq!(format!("{hold:?}"), "Kept");
            done += 1;
        }
        done
    }
}

#[tokio::test]
async fn a_plan_has_a_date() {
    let team = Team::new().await;
    let viewed = team.asked(0, &["--plan", "checkout"]).await.unwrap();
    let json = viewed.to_json().unwrap();
    assert!(viewed.sheet.answer.starts_with("Checkout: half by "), "{}", viewed.sheet.answer);
    assert!(json["answer"]["how"].as_str().unwrap().starts_with("20,000 trials of version 1 of the plan, seed "));
    let sure = |json: &Value| json["answer"]["marks"][2]["value"].as_u64().unwrap();
    let beta = team.asked(0, &["--milestone", "beta"]).await.unwrap().to_json().unwrap();
    assert_eq!(beta["answer"]["about"], "Checkout: Beta");
    assert!(sure(&beta) < sure(&json), "the beta waits for the form alone");
    let of_planning = PracticeEntry::of::<Planning>();
    let plan = (of_planning.view)(&team.desk(0).await, json!({})).await.unwrap().to_json().unwrap();
    assert_eq!(json["answer"]["marks"][2]["day"], plan["plan"]["dates"]["sure"], "both practices say one date");
    let refused = |args: &'static [&'static str]| team.asked(0, args);
    assert!(refused(&["--plan", "nothing"]).await.unwrap_err().to_string().starts_with("`plan`"));
    assert!(refused(&["--milestone", "gamma"]).await.unwrap_err().to_string().starts_with("`milestone`"));
    assert!(refused(&["--plan", "checkout", "--as-of", "2024-06-01"]).await.unwrap_err().to_string().contains("as_of"));
}

#[tokio::test]
async fn a_plan_is_looked_up_later() {
    let team = Team::new().await;
    let said = team.publish(json!({ "plan": "checkout" })).await;
    let body = &said["forecasts"][0]["body"];
    assert_eq!(
        (&body["question"], &body["plan_version"], &body["trials"]),
        (&json!("plan"), &json!(1), &json!(100_000))
    );
    team.publish(json!({ "milestone": "beta" })).await;
    assert!(team.ledger().await.iter().all(|one| one.2 == "open"));
    team.office.clock().advance(3 * DAY);
    team.plan("edit_item", json!({ "item": "card", "done": true })).await;
    team.plan("add_item", json!({ "title": "Receipts", "estimate": "30d" })).await;
    let ledger = team.ledger().await;
    let of = |about: &str| ledger.iter().find(|one| one.0 == about).unwrap().clone();
    assert_eq!(of("Checkout: Beta").1, json!("2024-06-06"), "all that it hangs on is done");
    assert_eq!(of("Checkout").1, Value::Null);
    team.office.clock().advance(2 * DAY);
    team.plan("edit_item", json!({ "item": "wallets", "done": true })).await;
    let ledger = team.ledger().await;
    let plan = ledger.iter().find(|one| one.0 == "Checkout").unwrap();
    assert_eq!((&plan.1, plan.2.as_str()), (&json!("2024-06-08"), "held"), "what came into it later does not count");
}

#[tokio::test]
async fn a_night_is_written_once() {
    let team = Team::new().await;
    assert_eq!(team.work().await, 0, "it is noon");
    team.office.clock().advance(DAY / 2);
    assert_eq!(team.work().await, 0, "it is midnight");
    team.office.clock().advance(2 * 3_600);
    assert_eq!(team.work().await, 2, "each team has its night");
    let about = |ledger: Vec<(String, Value, String)>| ledger.into_iter().map(|one| one.0).collect::<Vec<_>>();
    let first = about(team.ledger().await);
    assert_eq!(first.len(), 6, "{first:?}");
    assert!(first.contains(&"Checkout".to_owned()) && first.contains(&"Checkout: Beta".to_owned()), "{first:?}");
    assert!(
        team.publish(json!({ "team": "payments", "standard": true })).await["forecasts"].as_array().unwrap().is_empty()
    );
    assert_eq!(about(team.ledger().await), first, "twice in a night says it once");
    team.office.clock().advance(DAY);
    assert_eq!(team.work().await, 2);
    assert_eq!(team.ledger().await.len(), 12, "the next night says it anew");
    let said = async |who| team.desk(who).await.records().list::<Forecast>().await.unwrap();
    assert!(said(0).await.iter().all(|one| one.body.by == By::Nightly));
    let others = said(1).await;
    assert_eq!(others.len(), 8);
    assert!(others.iter().all(|one| !one.body.question.is_of_a_plan()), "a plan is its team's");
    let audit = team.office.store().audit(None, 50).await.unwrap();
    assert!(audit.iter().any(|row| row.target.ends_with("(job nightly_forecasts)")), "the audit names the job");
}
