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

#[tokio::test]
async fn sources_say_what_to_type() {
    let mut house = House::new().await;
    house.page("/settings/sources").await.says("None was read yet.").says("mainstay mine PATH-OR-ADDRESS");
    let entry = |name: &str, days: i64, flags: &[&str]| lake::RepoEntry {
        id: name.to_owned(),
        name: name.to_owned(),
        path: format!("/srv/git/{name}"),
        branch: Some("main".to_owned()),
        mined_at: house.clock.now().as_second() - days * 86_400,
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        ..lake::RepoEntry::default()
    };
    for entry in [entry("shop", 0, &[]), entry("billing", 3, &["truncated"])] {
        let mut writer = house.app.office().lake().writer(&entry.id).unwrap();
        writer.set_entry(entry);
        writer.commit(house.clock.now().as_second()).unwrap();
    }
    let page = house.page("/settings/sources").await;
    page.says("2 repositories are read here, with 0 commits; billing was last read 3 days ago.");
    page.says("truncated").says("/srv/git/shop").says("mainstay mine /srv/git/");
    house.as_somebody().await;
    let other = house.page("/settings/sources").await;
    other.says("2 repositories are read here").says("administrators see it");
    assert!(!other.body.contains("/srv/git"), "where things lie is not for everybody");
}

#[tokio::test]
async fn a_backup_is_taken_along() {
    let mut house = House::new().await;
    house.page("/settings/backup").await.says("No backup was made yet.").says("mainstay restore FILE");
    let csrf = house.csrf().await;
    assert_eq!(house.post_form("/settings/backup", "csrf=x").await.status, 403, "not from a form of the session");
    let key = std::fs::read_to_string(house._dir.path().join("key")).unwrap();
    for (fields, with_key) in [("", false), ("&with_key=true", true)] {
        let taken = house.post_form("/settings/backup", &format!("csrf={csrf}{fields}")).await;
        assert_eq!((taken.status, taken.header("content-type")), (200, "application/x-tar"), "{}", taken.body);
        assert!(taken.header("content-disposition").contains("mainstay-2026-11-25-1200.tar"));
        taken.says("database/mainstay.db").says("MANIFEST.json");
        assert_eq!(taken.body.contains(key.trim()), with_key);
    }
    let left = std::fs::read_dir(house._dir.path()).unwrap().flatten();
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().starts_with("backup")).collect();
    assert!(left.is_empty(), "{left:?}");
    let page = house.page("/settings/backup").await;
    page.says("The last backup was made within a day.").says("with the key").says("without the key").says("ada");
    house.page("/settings/audit?action=backup").await.says("2 of the latest rows are backup");
    house.as_somebody().await;
    house.page("/settings/backup").await.says("You do not administer here.");
    let csrf = house.csrf().await;
    assert_eq!(house.post_form("/settings/backup", &format!("csrf={csrf}")).await.status, 403);
    assert_eq!(house.app.office().store().audit_of("denied.administer", 9).await.unwrap().len(), 1);
}
