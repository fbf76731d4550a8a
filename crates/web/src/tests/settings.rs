//! What is yours, what comes from a file, and what administrators look at.

use axum::http::{Request, header};
use serde_json::json;

use super::House;
use super::people::after;

fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    after(body, from).split_once(to).unwrap_or_else(|| panic!("`{to}` does not follow `{from}`")).0
}

impl House {
    async fn with_token(&self, token: &str, path: &str) -> super::Answer {
        self.send(Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"))).await
    }

    async fn act_with_token(&self, token: &str) -> super::Answer {
        let request = Request::post("/api/v1/foundation/code_quality/acts/set_goal")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.send_with(request, json!({ "area": "src", "target": 5, "reason": "" }).to_string()).await
    }
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let house = House::new().await;
    let made = house.change("/settings/tokens", &[("name", "nightly report"), ("read", "true")]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let secret = between(&made.body, "data-copy>", "<").to_owned();
    assert!(secret.starts_with("mst_"), "{secret}");
    let later = house.page("/settings").await;
    later.says("nightly report").says("read");
    assert!(!later.body.contains(&secret), "only its hash is kept");
    assert_eq!(house.with_token(&secret, "/api/v1/practices").await.status, 200);
    assert_eq!(house.with_token(&secret, "/settings").await.status, 401, "pages are for people");
    let act = house.act_with_token(&secret).await;
    assert_eq!(act.status, 403, "it only reads");
    act.says("this token's scope has no `write`");
    assert_eq!(house.app.office().store().records_version().await.unwrap(), 0);
    let revoke = format!("/settings/tokens/{}", between(&later.body, "action=\"/settings/tokens/", "\""));
    assert_eq!(house.change(&revoke, &[]).await.status, 303);
    assert_eq!(house.with_token(&secret, "/api/v1/practices").await.status, 401, "revoked");
    house.page("/settings").await.says("revoked");
}

#[tokio::test]
async fn a_wrong_token_keeps_what_was_typed() {
    let house = House::new().await;
    let page = house.change("/settings/tokens", &[("name", "x"), ("days", "900")]).await;
    assert_eq!(page.status, 422);
    page.says("A token lives 1 to 366 days.").says(r#"value="900""#).says(r#"id="field-days-wrong""#);
    assert_eq!(house.post_form("/settings/tokens", "name=x").await.status, 403, "the form's mark is missing");
    let me = house.viewer("ada").await.person;
    assert_eq!(house.app.office().store().tokens_of(me).await.unwrap(), []);
}

#[tokio::test]
async fn tokens_ask_within_their_rate() {
    let house = House::new().await;
    let made = house.change("/settings/tokens", &[("name", "loop"), ("read", "true")]).await;
    let secret = between(&made.body, "data-copy>", "<").to_owned();
    for _ in 0..600 {
        assert_eq!(house.with_token(&secret, "/api/v1/practices").await.status, 200);
    }
    let held = house.with_token(&secret, "/api/v1/practices").await;
    assert_eq!((held.status, held.header("retry-after")), (429, "60"));
    house.clock.advance(60);
    assert_eq!(house.with_token(&secret, "/api/v1/practices").await.status, 200);
}

#[tokio::test]
async fn one_session_ends_another() {
    let house = House::new().await;
    let other = house.sign_in("ada").await;
    let get = |cookie: String| house.send(Request::get("/whos_who").header(header::COOKIE, cookie));
    assert_eq!(get(other.clone()).await.status, 200);
    let page = house.page("/settings").await;
    let rows: Vec<&str> = page.body.split("action=\"/settings/sessions/").skip(1).collect();
    assert_eq!(rows.len(), 2);
    let mine = after(&page.body, "this one").split_once("/settings/sessions/").unwrap().1.split('/').next().unwrap();
    let theirs = rows.iter().map(|row| row.split('/').next().unwrap()).find(|id| *id != mine).unwrap();
    assert_eq!(house.change(&format!("/settings/sessions/{theirs}/end"), &[]).await.status, 303);
    assert_eq!((get(other).await.status, house.get("/whos_who").await.status), (401, 200));
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    let mut house = House::new().await;
    let page = house.page("/settings").await;
    let mine = between(&page.body, "action=\"/settings/sessions/", "/").to_owned();
    let ada = house.cookie.clone();
    house.as_somebody().await;
    assert_eq!(house.change(&format!("/settings/sessions/{mine}/end"), &[]).await.status, 404);
    house.cookie = ada;
    house.page("/settings").await;
}

const FILE: &str = "name,email,manager_email,team,role,started_on\nSam Ortiz,sam@example.org,,payments,manager,2026-01-01\nKim \"K\" Lind,kim@example.org,sam@example.org,payments,member,2026-02-01\n";

fn seen(body: &str) -> String {
    between(body, r#"name="seen" value=""#, "\"").to_owned()
}

#[tokio::test]
async fn a_file_is_compared_then_applied() {
    let house = House::new().await;
    let before = house.written().await;
    let look = house.change("/settings/import", &[("csv", FILE)]).await;
    assert_eq!(look.status, 200, "{}", look.body);
    look.says("2 added.").says("sam@example.org").says("reports to sam@example.org").says("Apply exactly this");
    assert_eq!(house.written().await, before, "looking writes nothing");
    let windows = FILE.replace('\n', "\r\n");
    let done = house.change("/settings/import/apply", &[("csv", &windows), ("seen", &seen(&look.body))]).await;
    assert_eq!((done.status, done.header("location")), (303, "/whos_who"), "{}", done.body);
    house.page("/whos_who").await.says("Applied: 2 added.").says("payments (manager)").says("Sam Ortiz");
    house.change("/settings/import", &[("csv", FILE)]).await.says("The file says what is here already.");
}

#[tokio::test]
async fn another_file_is_not_applied() {
    let house = House::new().await;
    let mark = seen(&house.change("/settings/import", &[("csv", FILE)]).await.body);
    let before = house.written().await;
    let other = FILE.replace("kim@", "kimberly@");
    let again = house.change("/settings/import/apply", &[("csv", &other), ("seen", &mark)]).await;
    assert_eq!(again.status, 200);
    again.says("nothing was applied").says("kimberly@example.org");
    assert_eq!(house.written().await, before);
    let add = [("name", "Kim Lind"), ("email", "kim@example.org"), ("started_on", "2026-02-01")];
    house.change("/whos_who/do/add", &add).await;
    let moved = house.change("/settings/import/apply", &[("csv", FILE), ("seen", &mark)]).await;
    moved.says("People changed since you looked").says("1 added, 1 changed.");
}

#[tokio::test]
async fn refused_lines_hold_all_back() {
    let house = House::new().await;
    let bad = format!("{FILE}Lee,lee@example.org,nobody@example.org,payments,captain,\n");
    let look = house.change("/settings/import", &[("csv", &bad)]).await;
    look.says("1 refused.").says("is not a role").says("While a line is refused, nothing can be applied.");
    assert!(!look.body.contains("Apply exactly this"));
    let head = house.change("/settings/import", &[("csv", "nme,email\nSam,sam@example.org\n")]).await;
    assert_eq!(head.status, 422);
    head.says("Did you mean <code>name</code>?").says("nme,email");
}

#[tokio::test]
async fn only_administrators_import() {
    let mut house = House::new().await;
    house.as_somebody().await;
    let before = house.written().await;
    house.page("/settings/import").await.says("Only administrators import people. Ask ada.");
    for path in ["/settings/import", "/settings/import/apply"] {
        assert_eq!(house.change(path, &[("csv", FILE), ("seen", "x")]).await.status, 403, "{path}");
    }
    assert_eq!(house.written().await, before);
}

#[tokio::test]
async fn policies_are_read_in_words() {
    let mut house = House::new().await;
    house.as_somebody().await;
    let page = house.page("/settings/policies").await;
    page.says("An administrator manages people, teams, sources, settings, facts, audit, backups")
        .says("place.administrator.administer")
        .says("permit (principal, action in")
        .says("whatever none of them permits is denied");
}

#[tokio::test]
async fn the_audit_is_the_administrators() {
    let mut house = House::new().await;
    house.change("/teams/do/add", &[("name", "Payments"), ("slug", "payments"), ("purpose", "Secret purpose")]).await;
    let page = house.page("/settings/audit").await;
    page.says("team.add").says("sign_in.link").says("ada");
    assert!(!page.body.contains("Secret purpose"), "ids, never content");
    let only = house.page("/settings/audit?action=team.add").await;
    only.says("1 of the latest rows are team.add");
    house.page("/settings/audit?verify=true").await.says("The chain is whole");
    house.page("/settings/about").await.says("SQLite").says("mainstay.db");
    house.as_somebody().await;
    let other = house.page("/settings/audit").await;
    other.says("You do not administer here.");
    assert!(!other.body.contains("team.add"));
    assert!(!house.page("/settings/about").await.body.contains("mainstay.db"));
}
