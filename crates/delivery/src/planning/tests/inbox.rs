//! The inbox: proposals come from people and from practices, and are answered.

use desk::kinds::WorkProposal;
use desk::{Act, ActEntry, Changes, Desk, ProposedWork, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::House;

/// What another practice does when it finds something.
struct Found;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Nothing {}

impl Act for Found {
    const NAME: &'static str = "found";
    const TITLE: &'static str = "Found";

    type Input = Nothing;
    type Outcome = bool;

    async fn run(desk: &Desk, changes: &mut Changes, _: Nothing) -> Result<bool, Refusal> {
        let team = desk.organisation().find_team("payments")?.id;
        let work = ProposedWork {
            what: "Split the payment module".to_owned(),
            why: "It changes with everything.".to_owned(),
            by: Some("technical_debt"),
            link: Some("/foundation/code_quality".to_owned()),
            key: Some("hotspot:src/pay.rs".to_owned()),
            ..ProposedWork::default()
        };
        Ok(desk.propose_work(changes, team, work).await?.is_some())
    }
}

impl House {
    async fn found(&self, who: usize) -> bool {
        let done = ActEntry::of::<Found>().run(&self.desk(who).await, &self.practice, json!({})).await.unwrap();
        done.outcome.as_bool().unwrap()
    }

    async fn waiting(&self) -> Vec<Value> {
        let (json, _) = self.check(&["--show", "inbox"], "show=inbox").await;
        json["plan"]["inbox"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_practice_proposes_once() {
    let house = House::with_plan().await;
    assert!(house.found(0).await);
    assert!(!house.found(0).await, "the same is not proposed twice");
    let inbox = house.waiting().await;
    assert_eq!((inbox.len(), &inbox[0]["by"], &inbox[0]["state"]), (1, &json!("Technical debt"), &json!("open")));
    let (_, page) = house.check(&[], "").await;
    assert!(page.contains("Answer 1 proposal") && page.contains("Inbox (1)"), "{page}");
    let id = inbox[0]["id"].as_str().unwrap().to_owned();
    house.act(0, "decline_proposal", json!({ "proposal": id, "reason": "Next quarter." })).await.unwrap();
    assert!(!house.found(0).await, "nor when it was declined");
    assert_eq!(house.waiting().await[0]["came"], "Next quarter.");
}

#[tokio::test]
async fn what_is_accepted_lands() {
    let house = House::with_plan().await;
    let input = json!({ "what": "Receipts by mail", "why": "Customers ask for them.", "team": "payments" });
    let told = house.act(3, "propose_work", input).await.unwrap();
    let id = told["proposal"].as_str().unwrap().to_owned();
    let inbox = house.waiting().await;
    assert_eq!((&inbox[0]["by"], &inbox[0]["what"]), (&json!("Dee"), &json!("Receipts by mail")));
    let input = json!({ "proposal": id, "parent": "pay", "estimate": "2d" });
    house.act(0, "accept_proposal", input.clone()).await.unwrap();
    let (json, _) = house.check(&["--show", "inbox"], "show=inbox").await;
    assert_eq!(super::item(&json, "rbm")["code"], "1.4");
    assert_eq!(json["plan"]["inbox"][0]["came"], "1.4 Receipts by mail");
    let stored = house.desk(3).await.records().get::<WorkProposal>(&id).await.unwrap();
    assert_eq!(stored.status, "accepted", "who proposed it sees what became of it");
    let desk = house.desk(0).await;
    let entry = house.app.registry().kind("work_proposal").unwrap();
    let links = desk::records::links(&desk, &house.app.registry().kinds(), &entry, &id).await.unwrap();
    assert_eq!((links.len(), links[0].relation.as_str()), (1, "lands_as"));
    let again = house.act(0, "accept_proposal", input).await.unwrap_err();
    assert!(again.to_string().contains("is accepted already"), "{again}");
}

#[tokio::test]
async fn an_answer_is_taken_back_whole() {
    let house = House::with_plan().await;
    house.found(0).await;
    let id = house.waiting().await[0]["id"].as_str().unwrap().to_owned();
    let act = house.practice.act("accept_proposal").unwrap();
    let done = act.run(&house.desk(0).await, &house.practice, json!({ "proposal": id })).await.unwrap();
    let desk = house.desk(0).await;
    let texts: Vec<String> = done.written.iter().map(desk::records::Written::text).collect();
    let kinds = |name: &str| house.app.registry().kind(name).ok().map(|entry| entry.rules);
    let read: Vec<_> = texts.iter().filter_map(|text| desk::records::Written::parse(text, kinds)).collect();
    assert_eq!(read.len(), 3, "the plan, the proposal, the link: {texts:?}");
    desk.undo(&read).await.unwrap();
    let (json, _) = house.check(&["--show", "inbox"], "show=inbox").await;
    assert_eq!(json["plan"]["inbox"][0]["state"], "open");
    assert_eq!(json["plan"]["leaves"]["all"], 4);
    let entry = house.app.registry().kind("work_proposal").unwrap();
    let links = desk::records::links(&desk, &house.app.registry().kinds(), &entry, &id).await.unwrap();
    assert!(links.is_empty());
}

#[tokio::test]
async fn only_the_team_answers() {
    let house = House::with_plan().await;
    house.found(0).await;
    let mine = house.act(0, "propose_work", json!({ "what": "Ours", "why": "We want it." })).await.unwrap();
    let input = json!({ "what": "Theirs", "why": "They want it.", "team": "payments" });
    let theirs = house.act(3, "propose_work", input).await.unwrap();
    let answer = |proposal: &Value| json!({ "proposal": proposal["proposal"], "reason": "No." });
    assert_eq!(house.act(3, "decline_proposal", answer(&mine)).await.unwrap_err().exit_code(), 65, "it is not there");
    assert_eq!(house.act(3, "decline_proposal", answer(&theirs)).await.unwrap_err().exit_code(), 77);
    let empty = json!({ "proposal": theirs["proposal"], "reason": "  " });
    assert!(house.refused("decline_proposal", empty).await.contains("Say why"));
    let other = house.act(0, "propose_work", json!({ "what": "Find", "why": "Now.", "team": "search" })).await.unwrap();
    let error = house.refused("accept_proposal", json!({ "proposal": other["proposal"] })).await;
    assert!(error.contains("It was proposed to search; Checkout is of payments."), "{error}");
}
