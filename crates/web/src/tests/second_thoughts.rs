//! An act taken back, two people at one record, and progress as it streams.

use desk::form::encode;
use desk::progress::Mining;
use desk::{Record as _, Stored};
use futures::StreamExt as _;

use super::demo::Goal;
use super::*;

const PAGE: &str = "/foundation/code_quality";

impl House {
    async fn goals(&self) -> Vec<Stored<Goal>> {
        self.records().await.list::<Goal>().await.unwrap()
    }

    /// Posts an act's form as the person signed in; gives the answer.
    async fn does(&self, act: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut pairs = vec![("csrf".to_owned(), csrf)];
        pairs.extend(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        let path = if act.starts_with('/') { act.to_owned() } else { format!("{PAGE}/do/{act}") };
        self.post_form(&path, &encode(&pairs)).await
    }

    async fn has_goal(&self) -> Stored<Goal> {
        self.does("set_goal", &[("area", "src"), ("target", "6"), ("reason", "")]).await;
        self.goals().await.remove(0)
    }
}

/// The hidden fields of the button that takes the last act back.
fn undo_of(page: &str) -> Vec<(&str, &str)> {
    let (_, form) = page.split_once("data-undo>").expect("a button to undo");
    let (form, _) = form.split_once("</form>").unwrap();
    let value = |text: &'_ str, name: &str| {
        let from = text.find(name).unwrap() + name.len();
        from..from + text[from..].find('"').unwrap()
    };
    let inputs = form.split("<input").skip(1);
    let pairs = inputs.map(|input| (&input[value(input, "name=\"")], &input[value(input, "value=\"")]));
    pairs.filter(|(name, _)| *name != "csrf").collect()
}

#[tokio::test]
async fn acts_are_taken_back() {
    let house = House::new().await;
    let goal = house.has_goal().await;
    house.page(PAGE).await;
    house.does("forget_goal", &[("id", &goal.id), ("seen", "1")]).await;
    assert_eq!(house.goals().await, [], "put away");
    let page = house.page(PAGE).await;
    let done = house.does("/undo", &undo_of(&page.body)).await;
    assert_eq!((done.status, done.header("location")), (303, PAGE));
    house.page(PAGE).await.says("Taken back");
    let back = house.goals().await;
    assert_eq!((back[0].version, &back[0].body, back[0].archived), (3, &goal.body, false));
    let again = house.does("/undo", &undo_of(&page.body)).await;
    assert_eq!(again.status, 409, "only once");
}

#[tokio::test]
async fn what_was_new_is_put_away() {
    let house = House::new().await;
    house.has_goal().await;
    let page = house.page(PAGE).await;
    house.does("/undo", &undo_of(&page.body)).await;
    assert_eq!(house.goals().await, []);
}

#[tokio::test]
async fn half_a_minute_is_enough() {
    let mut house = House::new().await;
    house.has_goal().await;
    let page = house.page(PAGE).await.body;
    let ada = std::mem::take(&mut house.cookie);
    house.cookie = house.sign_in("bo").await;
    assert_eq!(house.does("/undo", &undo_of(&page)).await.status, 403, "somebody else's act");
    house.cookie = ada;
    house.clock.advance(31);
    house.does("/undo", &undo_of(&page)).await.says("30 seconds");
    assert_eq!(house.goals().await.len(), 1);
    assert_eq!(house.does("/undo", &[("written", "nothing")]).await.status, 422);
    assert_eq!(house.post_form("/undo", "written=goal:a:1").await.status, 403, "not from the session's form");
}

#[tokio::test]
async fn undoing_leads_nowhere_else() {
    let house = House::new().await;
    house.has_goal().await;
    let page = house.page(PAGE).await.body;
    let mut fields = undo_of(&page);
    fields.iter_mut().filter(|(name, _)| *name == "back").for_each(|field| field.1 = "//elsewhere.example");
    assert_eq!(house.does("/undo", &fields).await.header("location"), "/");
}

#[tokio::test]
async fn the_second_sees_the_difference() {
    let house = House::new().await;
    let goal = house.has_goal().await;
    let change = |target: &'static str, reason: &'static str| {
        vec![("id", goal.id.as_str()), ("seen", "1"), ("target", target), ("reason", reason)]
    };
    assert_eq!(house.does("change_goal", &change("7", "First")).await.status, 303);
    let late = house.does("change_goal", &change("9", "Second")).await;
    assert_eq!(late.status, 409);
    late.says("Nothing was saved.").says("ada wrote version 2 of “src to 7”").says("What differs from what you saw");
    late.says("<th scope=\"row\">target</th><td>6.0</td><td>7.0</td>").says("<td>First</td>");
    late.says("value=\"9\"").says("Second").says(r#"name="seen" value="2""#);
    assert_eq!(house.goals().await[0].body.target, 7.0, "nothing was overwritten");
    let mut seen = change("9", "Second");
    seen[1].1 = "2";
    assert_eq!(house.does("change_goal", &seen).await.status, 303, "who has seen it may go on");
    assert_eq!((house.goals().await[0].body.title(), house.goals().await[0].version), ("src to 9".to_owned(), 3));
    let body = serde_json::json!({ "id": goal.id, "seen": 1, "target": 2, "reason": "" });
    let problem = house.post_json(&format!("/api/v1{PAGE}/acts/change_goal"), &body).await;
    assert_eq!((problem.status, &problem.json()["meanwhile"]["now"]), (409, &serde_json::json!(3)));
}

#[tokio::test]
async fn progress_streams_until_done() {
    let house = House::new().await;
    let progress = house.app.office().progress();
    let mining = |done| Mining {
        repo: "r".to_owned(),
        name: "payments".to_owned(),
        phase: "reading commits".to_owned(),
        done,
        total: Some(20),
        per_second: None,
        left_seconds: None,
        failed: None,
    };
    progress.tell(mining(5));
    let request = Request::get("/live").header(header::HOST, HOST).header(header::COOKIE, &house.cookie);
    let response = house.app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let mut next = async || String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    let first = next().await;
    assert!(first.starts_with("event: board\n") && first.contains("5 of 20"), "{first}");
    progress.tell(mining(12));
    assert!(next().await.contains("12 of 20"));
    progress.done("r");
    assert!(next().await.starts_with("event: done\n"));
    let nobody = house.send(Request::get("/live")).await;
    assert_eq!(nobody.status, 401, "progress names repositories");
}
