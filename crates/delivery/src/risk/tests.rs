//! The register through its acts and its view, and what is refused.

mod file;
mod plan;
mod way;

use desk::text::{Terminal, render};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal, Viewed};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Risks;

struct House {
    _dir: TempDir,
    office: Office,
    practice: PracticeEntry,
}

impl House {
    async fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T09:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        Self { _dir: dir, office, practice: PracticeEntry::of::<Risks>() }
    }

    async fn desk(&self) -> Desk {
        let viewer = self.office.local("Ann", "ann@localhost").await.unwrap();
        self.office.desk(viewer).await.unwrap()
    }

    async fn act(&self, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&self.desk().await, &self.practice, input).await?.outcome)
    }

    async fn said(&self, name: &str, input: Value) -> String {
        let refusal = self.act(name, input).await.unwrap_err();
        refusal.field_errors().iter().map(|one| format!("{}: {}", one.field, one.message)).collect()
    }

    async fn asked(&self, args: &[&str]) -> Viewed {
        let line = std::iter::once(&"risk").chain(args);
        let ask = (self.practice.ask_from)(&(self.practice.command)().try_get_matches_from(line).unwrap()).unwrap();
        (self.practice.view)(&self.desk().await, ask).await.unwrap()
    }

    fn wait(&self, days: i64) {
        self.office.clock().advance(days * 86_400);
    }
}

#[tokio::test]
async fn a_register_says_what_is_at_stake() {
    let house = House::empty().await;
    assert!(render(&house.asked(&[]).await.sheet, Terminal::PLAIN).contains("No risk is recorded"));
    let one = json!({ "title": "The contract ends", "probability": 0.3, "impact": "5/10/30d" });
    let one = house.act("open_risk", one).await.unwrap();
    house.act("open_risk", json!({ "title": "A port is closed", "probability": 0.2, "impact": "1w" })).await.unwrap();
    let viewed = house.asked(&[]).await;
    assert_eq!(viewed.sheet.answer, "2 open risks are expected to cost 4.8 d; none wants something done now.");
    house.wait(10);
    let again = json!({ "id": one["id"], "version": 1, "probability": 0.1 });
    house.act("assess", again.clone()).await.unwrap();
    assert!(house.act("assess", again).await.unwrap_err().to_string().contains("version 2"), "somebody was quicker");
    house.wait(10);
    house.act("occurred", json!({ "id": one["id"], "version": 2 })).await.unwrap();
    let json = house.asked(&["--all"]).await.to_json().unwrap();
    let steps: Vec<_> = json["steps"].as_array().unwrap().iter().map(|step| step[2].as_str().unwrap()).collect();
    assert_eq!(steps, ["new", "new", "lowered", "occurred"]);
    let sums: Vec<f64> =
        json["burndown"].as_array().unwrap().iter().rev().take(21).rev().map(|day| day[1].as_f64().unwrap()).collect();
    assert_eq!((sums[0], sums[10], sums[20]), (4.75, 2.25, 1.0));
    assert_eq!((&json["record"]["closed"], &json["record"]["came"]), (&json!(1), &json!(1)));
    assert!((json["record"]["brier"].as_f64().unwrap() - 0.81).abs() < 1e-9);
}

#[tokio::test]
async fn what_is_no_risk_is_refused() {
    let house = House::empty().await;
    let said = async |p: f64, impact: &str| {
        house.said("open_risk", json!({ "title": "X", "probability": p, "impact": impact })).await
    };
    assert_eq!(said(1.0, "1d").await, "probability: A certainty is a plan item: plan it.");
    assert_eq!(said(0.0, "1d").await, "probability: An impossibility needs no row.");
    assert_eq!(said(0.5, "9/3/1d").await, "impact: 9 is more than 1: the least stands first.");
    assert_eq!(
        said(0.5, "3 points").await,
        "impact: An impact is a time, 5/10/30d, a factor on it, 1/1.4/2x, or items on top, 2/3/6 items."
    );
    let far = json!({ "title": "X", "probability": 0.5, "review_on": "2027-03-02" });
    assert_eq!(
        house.said("open_risk", far).await,
        "review_on: A risk is looked at again within 90 days, until 2026-05-31."
    );
}

#[tokio::test]
async fn a_risk_that_waits_is_stale() {
    let house = House::empty().await;
    house
        .act("open_risk", json!({ "title": "The contract ends", "probability": 0.6, "impact": "20/30/60d" }))
        .await
        .unwrap();
    house.wait(40);
    let viewed = house.asked(&[]).await;
    let text = render(&viewed.sheet, Terminal::PLAIN);
    assert!(text.contains("overdue since 2026-04-01"), "{text}");
    assert!(text.contains("Look at it again"), "{text}");
    assert!(viewed.sheet.answer.contains("one wants something done"), "{}", viewed.sheet.answer);
}
