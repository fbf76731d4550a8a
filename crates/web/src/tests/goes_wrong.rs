//! What goes wrong below the pages, as people are told: a full disk, a database that is away, names that nobody has.

use std::sync::Arc;

use desk::Record as _;
use desk::kinds::Risk;
use store::{Keys, Place, Store};

use super::*;

impl House {
    /// On a disk that is full once so many pages are written.
    async fn on_a_small_disk(pages: u32) -> Self {
        let (dir, clock, entropy) = (tempfile::tempdir().unwrap(), Clock::set_at(noon()), Entropy::seeded(11));
        let keys = Keys::of_file(&dir.path().join("key"), &entropy).unwrap();
        let place = Place::of_folder(dir.path());
        let store = Store::open_small(&place, keys, Arc::new(entropy.clone()), pages).await.unwrap();
        let lake = lake::Lake::open(&dir.path().join("lake")).unwrap();
        let app = App::new(Office::new(lake, store, clock.clone(), entropy), [crate::entry::<demo::Demo>()]);
        let mut house = Self { _dir: dir, app, clock, cookie: String::new() };
        house.cookie = house.sign_in("ada").await;
        house
    }
}

#[tokio::test]
async fn a_full_disk_keeps_the_text() {
    let house = House::on_a_small_disk(320).await;
    let csrf = house.csrf().await;
    let note = |text: &str| format!("csrf={csrf}&title=Storm&team=&status=open&audience=everyone&body.text={text}");
    let long = "x".repeat(9_000);
    let mut written = Vec::new();
    let full = loop {
        let answer = house.post_form("/records/note/new", &note(&format!("kept+words+{long}"))).await;
        if answer.status != 303 {
            break answer;
        }
        written.push(answer.header("location").to_owned());
        assert!(written.len() < 1_000, "the disk is never full");
    };
    assert_eq!(full.status, 503, "{}", full.body);
    full.says("Nothing was saved.").says("The disk is full").says("Make room").says("kept words xxx");
    assert!(written.len() > 1, "some were written before");
    // Reading goes on, also when the session was last used long ago.
    house.clock.advance(3_600);
    house.page(written.last().unwrap()).await.says("kept words");
    house.page("/records/note").await.says(&format!("{} notes that you may read", written.len()));
    let problem =
        house.post_json("/api/v1/records/note", &serde_json::json!({ "title": "Y", "body": { "text": long } })).await;
    assert_eq!((problem.status, problem.header("content-type")), (503, "application/problem+json"), "{}", problem.body);
    problem.says("nothing was saved");
    let listed = house.get("/api/v1/records/note?limit=200").await.json();
    assert_eq!(listed["records"].as_array().unwrap().len(), written.len(), "what failed is not there");
}

#[tokio::test]
async fn pages_say_that_the_database_is_away() {
    let house = House::new().await;
    house.app.office().store().clone().close().await.unwrap();
    let page = house.get("/records/note").await;
    assert_eq!((page.status, page.header("refresh"), page.header("retry-after")), (503, "10", "10"));
    page.says("the database does not answer").says("What was saved before is safe.").says("tries again by itself");
    let post = house.post_form("/records/note/new", "csrf=x&title=Storm").await;
    assert_eq!((post.status, post.header("refresh")), (503, ""), "a form is not sent again unseen");
    post.says("was not saved: go back");
    let problem = house.get("/api/v1/records/note").await;
    assert_eq!((problem.status, problem.header("retry-after")), (503, "10"));
    assert_eq!(problem.json()["type"], "/api#unavailable");
    let write =
        house.post_json("/api/v1/records/note", &serde_json::json!({ "title": "Y", "body": { "text": "z" } })).await;
    assert_eq!(write.status, 503, "no write is acknowledged: {}", write.body);
}

#[tokio::test]
async fn near_names_stand_beside_the_field() {
    let house = House::team().await;
    let check = async |body: serde_json::Value, field: &str, near: &str| {
        let answer = house.post_json("/api/v1/records/risk", &body).await;
        let wrong = answer.json()["fields"][0].clone();
        assert_eq!((answer.status, &wrong["field"]), (422, &serde_json::json!(field)), "{}", answer.body);
        assert!(wrong["message"].as_str().unwrap().contains(near), "{wrong}");
    };
    let risk = |name: &str, text: &str| {
        let mut risk = serde_json::json!({ "title": "X", "body": { "probability": 0.1 } });
        risk[name] = text.into();
        risk
    };
    check(risk("team", "paymnets"), "team", "near: payments").await;
    check(risk("subject", "addda@localhost"), "subject", "ada").await;
    let kind = house.get("/api/v1/records/rusk").await;
    assert_eq!(kind.status, 404);
    kind.says(Risk::KIND);
}
