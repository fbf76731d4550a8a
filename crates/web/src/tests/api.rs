//! The same practice as JSON, as a command, as a tool; and the document that describes them.

use axum::http::{Request, header};
use desk::text::{Terminal, render};
use desk::{Practice, PracticeEntry};
use serde_json::{Value, json};

use super::House;
use super::demo::Demo;
use crate::mcp::Tools;

const API: &str = "/api/v1/foundation/code_quality";

async fn tools(house: &House) -> Tools {
    Tools::new(house.app.office().clone(), house.app.registry().clone(), house.viewer("ada").await)
}

/// What the practice answers to an ask, by every face.
async fn check(house: &House, query: &str, args: &[&str]) -> Value {
    let api = house.get(&format!("{API}?{query}")).await;
    assert_eq!(api.status, 200, "{}", api.body);
    let entry = PracticeEntry::of::<Demo>();
    let command = std::iter::once(&"code_quality").chain(args);
    let ask = (entry.ask_from)(&(entry.command)().try_get_matches_from(command).unwrap()).unwrap();
    let desk = house.desk("ada").await;
    let viewed = (entry.view)(&desk, ask.clone()).await.unwrap();
    let (text, tool) = tools(house).await.call("code_quality", ask).await.unwrap();
    assert_eq!(viewed.to_json().unwrap(), api.json(), "the command and the API");
    assert_eq!(tool, api.json(), "the tool and the API");
    assert_eq!(text, render(&viewed.sheet, Terminal { rows: Some(50), ..Terminal::PLAIN }));
    let page = house.page(&format!("/foundation/code_quality?{query}")).await;
    for file in api.json()["files"].as_array().unwrap().iter().take(25) {
        page.says(file["path"].as_str().unwrap().rsplit('/').next().unwrap());
    }
    api.json()
}

#[tokio::test]
async fn every_face_shows_the_same() {
    let house = House::new().await;
    let all = check(&house, "", &[]).await;
    assert_eq!(all["files"].as_array().unwrap().len(), 42);
    let some = check(&house, "path=src/store&most=3&since=90d", &["src/store", "--most", "3", "--since", "90d"]).await;
    assert_eq!(some["files"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn acts_are_one_by_every_face() {
    let house = House::new().await;
    let input = json!({ "area": "src", "target": 5 });
    let done = house.post_json(&format!("{API}/acts/set_goal"), &input).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["told"]["sentence"], "The goal for src is set.");
    let id = done.json()["outcome"]["id"].as_str().unwrap().to_owned();
    let (text, outcome) = tools(&house).await.call("code_quality.set_goal", input).await.unwrap();
    assert_eq!((text.as_str(), outcome["version"].as_u64()), ("The goal for src is set.", Some(1)));
    let stale = house.post_json(&format!("{API}/acts/forget_goal"), &json!({ "id": id, "seen": 7 })).await;
    assert_eq!((stale.status, stale.json()["type"].as_str()), (409, Some("/api#conflict")));
    let refusal = Tools::new(house.app.office().clone(), house.app.registry().clone(), house.viewer("bo").await)
        .call("code_quality.forget_goal", json!({ "id": id, "seen": 1 }))
        .await
        .unwrap_err();
    assert_eq!((refusal.word(), refusal.exit_code()), ("not_allowed", 77));
    let gone = house.post_json(&format!("{API}/acts/forget_goal"), &json!({ "id": id, "seen": 1 })).await;
    assert_eq!(gone.json()["outcome"]["archived"], true);
}

#[tokio::test]
async fn problems_say_where() {
    let house = House::new().await;
    let wrong = house.post_json(&format!("{API}/acts/set_goal"), &json!({ "area": "src", "taget": 5 })).await;
    assert_eq!((wrong.status, wrong.header("content-type")), (422, "application/problem+json"));
    let fields: Vec<_> = wrong.json()["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["taget", "target"]);
    assert_eq!(house.get(&format!("{API}?since=soon")).await.status, 422);
    assert_eq!(house.get("/api/v1/delivery/risk").await.status, 404);
    let bug = house.get(&format!("{API}?fail=true")).await.json();
    assert_eq!(
        (bug["title"].as_str(), bug["status"].as_u64(), bug["id"].as_str().map(str::len)),
        (Some("Mainstay has a fault"), Some(500), Some(8))
    );
}

#[tokio::test]
async fn errors_below_handlers_are_problems() {
    let house = House::new().await;
    let with_cookie = |request: axum::http::request::Builder| request.header(header::COOKIE, &house.cookie);
    let method = house.send(with_cookie(Request::delete("/api/v1/practices"))).await;
    assert_eq!((method.status, method.json()["status"].as_u64(), method.header("allow")), (405, Some(405), "GET,HEAD"));
    let sql = with_cookie(Request::post("/api/v1/sql")).header(header::CONTENT_TYPE, "application/json");
    let large = house.send_with(sql, "x".repeat((1 << 20) + 1)).await;
    assert_eq!((large.status, large.json()["title"].as_str()), (413, Some("the body is too large")));
    let unreadable = house.get("/api/v1/records/%FF").await;
    assert_eq!((unreadable.status, unreadable.header("content-type")), (400, "application/problem+json"));
    assert_eq!(house.get("/api/v1/records/note?archived=perhaps").await.status, 422);
}

#[tokio::test]
async fn only_tried_tokens_are_counted() {
    let house = House::new().await;
    let asks = async |token: Option<&str>| {
        let request = Request::get("/api/v1/practices");
        let request = token.into_iter().fold(request, |request, token| request.header(header::AUTHORIZATION, token));
        house.send(request).await
    };
    for _ in 0..40 {
        assert_eq!(asks(None).await.status, 401);
    }
    for _ in 0..30 {
        assert_eq!(asks(Some("Bearer mst_0")).await.status, 401, "nobody has tried a token yet");
    }
    let waits = asks(Some("Bearer mst_0")).await;
    assert_eq!((waits.status, waits.json()["status"].as_u64(), waits.header("retry-after")), (429, Some(429), "60"));
}

#[tokio::test]
async fn a_gate_says_no() {
    let house = House::new().await;
    let entry = PracticeEntry::of::<Demo>();
    let holds = async || {
        let desk = house.desk("ada").await;
        (entry.view)(&desk, json!({ "gate": true })).await.unwrap().holds
    };
    assert!(holds().await);
    house.post_json(&format!("{API}/acts/set_goal"), &json!({ "area": "src", "target": 5 })).await;
    assert!(!holds().await);
}

#[tokio::test]
async fn sql_answers_as_rows() {
    let house = House::new().await;
    let rows =
        house.post_json("/api/v1/sql", &json!({ "query": "select 1 as one union all select 2 order by one" })).await;
    assert_eq!(rows.json(), json!({ "rows": [{ "one": 1 }, { "one": 2 }], "cut": false }));
    let refused = house.post_json("/api/v1/sql", &json!({ "query": "delete from commits" })).await;
    assert_eq!(refused.status, 422);
    let (_, tool) =
        tools(&house).await.call("sql", json!({ "query": "select count(*) as n from commits" })).await.unwrap();
    assert_eq!(tool["rows"], json!([{ "n": 0 }]));
}

#[tokio::test]
async fn every_practice_and_act_is_a_tool() {
    let house = House::new().await;
    let listed = serde_json::to_value(tools(&house).await.list()).unwrap();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "code_quality",
            "code_quality.set_goal",
            "code_quality.forget_goal",
            "code_quality.change_goal",
            "list_records",
            "get_record",
            "put_record",
            "record_links",
            "link_record",
            "sql"
        ]
    );
    for tool in listed.as_array().unwrap() {
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
    }
    assert_eq!(listed[0]["annotations"]["readOnlyHint"], true);
    assert_eq!(tools(&house).await.call("nothing", Value::Null).await.unwrap_err().word(), "not_found");
}

/// Every `$ref` of a document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_whole() {
    let house = House::new().await;
    let document = house.page("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    for practice in house.app.registry().all() {
        let path = format!("/api/v1{}", practice.path());
        let get = &document["paths"][&path]["get"];
        assert_eq!(get["summary"], practice.question);
        let parameters: Vec<_> =
            get["parameters"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        for field in desk::form::fields(&(practice.ask_schema)()) {
            assert!(parameters.contains(&field.name.as_str()), "{path} lacks {}", field.name);
        }
        for act in (practice.acts)() {
            let post = &document["paths"][format!("{path}/acts/{}", act.name)]["post"];
            assert_eq!(post["summary"], act.title);
        }
    }
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        type Read = utoipa::openapi::RefOr<utoipa::openapi::Schema>;
        let read: Result<Read, _> = serde_json::from_value(schema.clone());
        assert!(read.is_ok(), "{name}: {:?}\n{schema:#}", read.err());
    }
    let read: Result<utoipa::openapi::OpenApi, _> = serde_json::from_value(document);
    assert!(read.is_ok(), "{:?}", read.err());
}

#[tokio::test]
async fn the_document_has_a_page() {
    let house = House::new().await;
    house
        .page("/api")
        .await
        .says("/api/v1/foundation/code_quality/acts/set_goal")
        .says("<code>since</code>")
        .says("problem+json");
}

#[tokio::test]
async fn the_list_tells_what_comes_later() {
    let house = House::new().await;
    let list = house.page("/api/v1/practices").await.json();
    assert_eq!(list.as_array().unwrap().len(), 22);
    let here: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["here"] == true)
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(here, [Demo::NAME]);
}

#[tokio::test]
async fn two_people_see_their_own_session() {
    let house = House::new().await;
    let other = house.sign_in("bo").await;
    let page = house.send(Request::get("/").header(header::COOKIE, &other)).await;
    page.says("bo");
    assert_ne!(house.cookie, other);
}
