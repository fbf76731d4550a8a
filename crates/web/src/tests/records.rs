//! Records through every face of the web: API, pages and tools, as people who may and who may not.

use axum::http::Request;
use serde_json::json;
use store::Actor;
use store::people::{NewTeam, Role};

use super::*;
use crate::mcp::Tools;

impl House {
    /// Ada leads payments, Bo is in it, Cy is elsewhere.
    pub(super) async fn team() -> Self {
        let house = Self::new().await;
        let (ada, bo) = (house.viewer("ada").await.person, house.viewer("bo").await.person);
        house.viewer("cy").await;
        let office = house.app.office();
        let (today, now) = (office.clock().today(), office.clock().now());
        let mut write = office.store().write(Actor::System, now).await.unwrap();
        let payments = write.add_team(&NewTeam::named("payments", "Payments")).await.unwrap();
        write.join(ada, payments, Role::TechLead, today, 1.0).await.unwrap();
        write.join(bo, payments, Role::Member, today, 1.0).await.unwrap();
        write.keep().await.unwrap();
        house
    }

    pub(super) async fn as_of(&self, name: &str) -> Self {
        let cookie = self.sign_in(name).await;
        Self { _dir: tempfile::tempdir().unwrap(), app: self.app.clone(), clock: self.clock.clone(), cookie }
    }

    async fn put_json(&self, path: &str, tag: Option<&str>, body: &serde_json::Value) -> Answer {
        let request = Request::put(path).header("cookie", &self.cookie).header("content-type", "application/json");
        let request = tag.into_iter().fold(request, |request, tag| request.header("if-match", tag));
        self.send_with(request, body.to_string()).await
    }
}

fn risk() -> serde_json::Value {
    json!({ "title": "The contract ends", "team": "payments", "body": { "probability": 0.3 } })
}

#[tokio::test]
async fn a_record_is_made_changed_and_put_away() {
    let house = House::team().await;
    let made = house.post_json("/api/v1/records/risk", &risk()).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""), "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/records/risk/{id}");
    let mut next = risk();
    next["body"]["probability"] = json!(0.5);
    assert_eq!(house.put_json(&path, None, &next).await.status, 422, "the version that was seen is needed");
    let changed = house.put_json(&path, Some("\"1\""), &next).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""), "{}", changed.body);
    let stale = house.put_json(&path, Some("\"1\""), &risk()).await;
    assert_eq!((stale.status, &stale.json()["meanwhile"]["changed"][0]["field"]), (409, &json!("probability")));
    let history = house.get(&format!("{path}/history")).await.json();
    assert_eq!(history.as_array().unwrap().len(), 2);
    let away = house.send(Request::delete(&path).header("cookie", &house.cookie)).await;
    assert_eq!(away.status, 204);
    assert_eq!(house.get("/api/v1/records/risk").await.json()["records"], json!([]));
}

#[tokio::test]
async fn every_face_hides_the_same() {
    let house = House::team().await;
    let id = house.post_json("/api/v1/records/risk", &risk()).await.json()["id"].as_str().unwrap().to_owned();
    let absent = id.replace(|c: char| c.is_ascii_digit() && c != '7', "3");
    for (name, sees) in [("bo", true), ("cy", false)] {
        let them = house.as_of(name).await;
        let status = if sees { 200 } else { 404 };
        let one = them.get(&format!("/api/v1/records/risk/{id}")).await;
        assert_eq!(one.status, status, "{name}: {}", one.body);
        for path in [
            format!("/records/risk/{id}"),
            format!("/records/risk/{id}/edit"),
            format!("/api/v1/records/risk/{id}/history"),
        ] {
            assert_eq!(them.get(&path).await.status, status, "{name}: {path}");
        }
        assert_eq!(them.get("/records/risk").await.body.contains("The contract ends"), sees);
        assert_eq!(them.get("/find?q=contract").await.body.contains("The contract ends"), sees);
        let tools = Tools::new(them.app.office().clone(), them.app.registry().clone(), them.viewer(name).await);
        assert_eq!(tools.call("get_record", json!({ "kind": "risk", "id": id })).await.is_ok(), sees);
        let (text, _) = tools.call("list_records", json!({ "kind": "risk" })).await.unwrap();
        assert_eq!(text.contains("The contract ends"), sees, "{text}");
        if !sees {
            let other = them.get(&format!("/api/v1/records/risk/{absent}")).await;
            assert_eq!(one.body.replace(&id, ""), other.body.replace(&absent, ""), "hidden and absent look alike");
        }
    }
}

#[tokio::test]
async fn the_form_keeps_what_was_typed() {
    let house = House::team().await;
    house.page("/records").await.says("Risks");
    house.page("/records/risk").await.says("Write the first risk");
    house.page("/records/risk/new").await.says("Readable by:").says("Probability");
    let csrf = house.csrf().await;
    let wrong = format!("csrf={csrf}&title=Storm&team=payments&status=open&audience=team&body.probability=7");
    let answer = house.post_form("/records/risk/new", &wrong).await;
    assert_eq!(answer.status, 422);
    answer.says("is not between 0 and 1").says("Storm");
    assert_eq!(house.post_form("/records/risk/new", &wrong.replace(&csrf, "x")).await.status, 403);
    let done = house.post_form("/records/risk/new", &wrong.replace("probability=7", "probability=0.7")).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let page = done.header("location").to_owned();
    house.page(&page).await.says("Risk created.").says("Readable by: you").says("0.7");
    house.page(&format!("{page}/edit")).await.says("Storm").says(r#"name="version" value="1""#);
    let edit =
        format!("csrf={csrf}&title=Storm&team=payments&status=closed&audience=team&body.probability=0.7&version=1");
    assert_eq!(house.post_form(&format!("{page}/edit"), &edit).await.status, 303);
    let stale = house.post_form(&format!("{page}/edit"), &edit.replace("closed", "happened")).await;
    assert_eq!(stale.status, 409);
    stale.says("wrote version 2").says(r#"name="version" value="2""#);
}

#[tokio::test]
async fn the_form_keeps_who_takes_part() {
    let house = House::team().await;
    let mut named = risk();
    named["subject"] = json!("bo@localhost");
    named["parties"] = json!([{ "person": "bo@localhost", "part": "party" }]);
    let made = house.post_json("/api/v1/records/risk", &named).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/records/risk/{}/edit", made.json()["id"].as_str().unwrap());
    let csrf = house.csrf().await;
    let edit =
        format!("csrf={csrf}&title=Storm&team=payments&status=open&audience=team&body.probability=0.4&version=1");
    assert_eq!(house.post_form(&path, &edit).await.status, 303);
    let now = house.get(&format!("/api/v1{}", path.trim_end_matches("/edit"))).await.json();
    assert_eq!((&now["version"], &now["title"]), (&json!(2), &json!("Storm")));
    assert_eq!((&now["subject"], &now["parties"]), (&named["subject"], &named["parties"]));
}

#[tokio::test]
async fn wrong_questions_are_said_by_field() {
    let house = House::team().await;
    let check = async |answer: Answer, status: u16, field: &str| {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(field), "{field}: {}", answer.body);
    };
    check(house.get("/api/v1/records/rsk").await, 404, "risk").await;
    check(house.get("/api/v1/records/risk?status=odd").await, 422, "happened").await;
    check(house.get("/api/v1/records/risk?limit=900").await, 422, "1 to 200").await;
    check(house.get("/api/v1/records/risk?after=zz").await, 422, "after").await;
    check(house.get("/api/v1/records/risk/nothing").await, 404, "nothing").await;
    let mut odd = risk();
    odd["body"] = json!({ "probabilty": 1 });
    check(house.post_json("/api/v1/records/risk", &odd).await, 422, "probability").await;
    odd["body"] = json!({ "probability": 0.1 });
    odd["titel"] = json!("x");
    check(house.post_json("/api/v1/records/risk", &odd).await, 422, "title").await;
}

#[tokio::test]
async fn assistants_reach_records_over_http() {
    let house = House::team().await;
    house.post_json("/api/v1/records/risk", &risk()).await;
    let ask = async |method: &str, params: serde_json::Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Request::post("/mcp").header("cookie", &house.cookie).header("content-type", "application/json");
        let answer =
            house.send_with(request.header("accept", "application/json, text/event-stream"), body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    };
    let tools = ask("tools/list", json!({})).await;
    let names: Vec<&str> =
        tools["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert!(["list_records", "get_record", "put_record", "sql"].iter().all(|name| names.contains(name)), "{names:?}");
    let resources = ask("resources/list", json!({})).await;
    let uri = resources["result"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["title"] == "The contract ends")
        .unwrap();
    let read = ask("resources/read", json!({ "uri": uri["uri"] })).await;
    assert!(read["result"]["contents"][0]["text"].as_str().unwrap().contains("\"probability\":0.3"));
    let unsigned =
        house.send_with(Request::post("/mcp").header("content-type", "application/json"), "{}".to_owned()).await;
    assert_eq!(unsigned.status, 401);
}
