//! Pre-mortems through every face: from the first entry to risks in the register, what comes too late, and that nobody wrote anything.

mod leaks;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal};
use jiff::civil::date;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::Company;
use testkit::founding::PersonId;
use tower::ServiceExt as _;
use web::App;

use crate::planning::Planning;
use crate::risk::Risks;

const HOST: &str = "127.0.0.1:7117";
/// Ann leads payments; Ben and Cleo are in it; Fay is in another team.
const ANN: usize = 0;
const BEN: usize = 1;
const CLEO: usize = 2;
const FAY: usize = 3;

const OUTLINE: &str = "\
# Checkout  @payments from:2026-03-02 by:2026-06-03
- Card form [story] ~4/5/7d id:card
";

/// A company whose people sit at their own browsers; Checkout is planned.
struct Club {
    dir: TempDir,
    app: App,
    people: Vec<PersonId>,
    cookies: Vec<String>,
    /// Everything that each was sent.
    heard: Vec<Vec<u8>>,
}

impl Club {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2026-03-02T08:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let company = Company::since(date(2025, 1, 1)).lead("Ann").member("Ben").member("Cleo").outsider("Fay");
        let people = company.found(&office).await.people;
        let app = App::new(office, [web::entry::<Planning>(), web::entry::<Risks>()]);
        let heard = vec![Vec::new(); people.len()];
        let mut club = Self { dir, app, people, cookies: Vec::new(), heard };
        for who in 0..club.people.len() {
            let path = club.app.sign_in_path(club.desk(who).await.viewer()).await.unwrap();
            let request = Request::get(path).header(header::HOST, HOST).body(Body::empty()).unwrap();
            let response = club.app.router().oneshot(request).await.unwrap();
            let cookie = response.headers()["set-cookie"].to_str().unwrap();
            club.cookies.push(cookie.split(';').next().unwrap().to_owned());
        }
        let plan = PracticeEntry::of::<Planning>();
        let input = json!({ "text": OUTLINE });
        plan.act("import_outline").unwrap().run(&club.desk(ANN).await, &plan, input).await.unwrap();
        club
    }

    async fn desk(&self, who: usize) -> Desk {
        let office = self.app.office();
        office.desk(office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    fn later(&self, seconds: i64) {
        self.app.office().clock().advance(seconds);
    }

    /// An act as the command does it.
    async fn act(&self, who: usize, name: &str, input: Value) -> Result<Value, Refusal> {
        let practice = PracticeEntry::of::<Risks>();
        Ok(practice.act(name).unwrap().run(&self.desk(who).await, &practice, input).await?.outcome)
    }

    async fn refused(&self, who: usize, name: &str, input: Value) -> String {
        self.act(who, name, input).await.unwrap_err().to_string()
    }

    async fn hold(&self) -> String {
        let held = self.act(ANN, "hold_pre_mortem", json!({ "plan": "checkout" })).await.unwrap();
        held["session"].as_str().unwrap().to_owned()
    }

    async fn sent(&mut self, who: usize, request: Request<Body>) -> (StatusCode, String) {
        let response = self.app.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        self.heard[who].extend_from_slice(&bytes);
        (parts.status, String::from_utf8_lossy(&bytes).into_owned())
    }

    fn request(&self, who: usize, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::COOKIE, &self.cookies[who])
    }

    async fn get(&mut self, who: usize, path: &str) -> (StatusCode, String) {
        let request = self.request(who, "GET", path).body(Body::empty()).unwrap();
        self.sent(who, request).await
    }

    /// The page of a room, as somebody opens or loads it.
    async fn room(&mut self, who: usize, session: &str) -> String {
        let (status, page) = self.get(who, &format!("/delivery/risk?pre_mortem={session}")).await;
        assert_eq!(status, 200, "{page}");
        page
    }

    /// An act by a form of the room's page.
    async fn press(&mut self, who: usize, page: &str, act: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let (_, rest) = page.split_once(r#"name="csrf" value=""#).unwrap();
        let csrf = rest.split('"').next().unwrap().to_owned();
        let pairs: Vec<(String, String)> = std::iter::once(&("csrf", csrf.as_str()))
            .chain(fields)
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let request = self
            .request(who, "POST", &format!("/delivery/risk/do/{act}"))
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(Body::from(desk::form::encode(&pairs))).unwrap();
        self.sent(who, request).await
    }
}

fn ids(room: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    room["loose"].as_array().unwrap().iter().map(|entry| (text(&entry["id"]), text(&entry["text"]))).collect()
}

impl Club {
    /// The room as the API gives it.
    async fn view(&mut self, who: usize, session: &str) -> Value {
        let (status, json) = self.get(who, &format!("/api/v1/delivery/risk?pre_mortem={session}")).await;
        assert_eq!(status, 200, "{json}");
        serde_json::from_str::<Value>(&json).unwrap()["room"].clone()
    }
}

#[tokio::test]
async fn a_group_becomes_a_risk() {
    let mut club = Club::new().await;
    let session = club.hold().await;
    for (who, text) in [(ANN, "The contract ended"), (BEN, "No contract, no cards"), (CLEO, "Nobody wanted wallets")] {
        let said = club.act(who, "write", json!({ "session": session, "text": text })).await.unwrap();
        assert_eq!(said["token"].as_str().unwrap().len(), 32);
    }
    let page = club.room(BEN, &session).await;
    assert!(page.contains("It is 2026-06-03, and Checkout has failed. What happened?"), "{page}");
    assert!(page.contains("fewer than 5 entries") && page.contains("your style may tell"), "{page}");
    assert!(!page.contains("contract"), "nobody reads before the reveal");
    club.act(ANN, "reveal", json!({ "session": session })).await.unwrap();
    let open = ids(&club.view(CLEO, &session).await);
    assert!(open.is_sorted() && open.len() == 3, "in the order of random ids: {open:?}");
    let same: Vec<&str> = open.iter().filter(|one| one.1.contains("contract")).map(|one| one.0.as_str()).collect();
    let group = json!({ "session": session, "entries": same, "name": "The contract ends" });
    club.act(ANN, "group", group).await.unwrap();
    club.act(ANN, "group", json!({ "session": session, "done": true })).await.unwrap();
    for (who, group) in [(ANN, 1), (BEN, 1), (BEN, 1), (CLEO, 2)] {
        club.act(who, "vote", json!({ "session": session, "group": group })).await.unwrap();
    }
    assert_eq!(club.view(BEN, &session).await["left"], 1);
    assert_eq!(club.view(BEN, &session).await["groups"][0]["votes"], Value::Null, "nobody sees a count before the end");
    club.act(ANN, "count_votes", json!({ "session": session })).await.unwrap();
    let groups = club.view(BEN, &session).await["groups"].clone();
    let told = |at: usize| (groups[at]["name"].as_str().unwrap().to_owned(), groups[at]["votes"].as_u64().unwrap());
    assert_eq!((told(0), told(1)), (("The contract ends".to_owned(), 3), ("Nobody wanted wallets".to_owned(), 1)));
    let risk = json!({ "session": session, "group": 1, "probability": 0.3, "impact": "5/10/30d" });
    let made = club.act(BEN, "to_risk", risk.clone()).await.unwrap();
    assert_eq!(made["risk"]["body"]["seeded_by"], format!("pre_mortem:{session}#1"));
    assert!(made["risk"]["body"]["description"].as_str().unwrap().contains("- The contract ended"), "{made}");
    let (_, links) = club.get(BEN, &format!("/records/risk/{}", made["risk"]["id"].as_str().unwrap())).await;
    assert!(links.contains("Pre-mortem of Checkout"), "the risk leads back: {links}");
    assert!(club.refused(BEN, "to_risk", risk).await.contains("in the register already: The contract ends"));
    club.act(ANN, "close_pre_mortem", json!({ "session": session })).await.unwrap();
    let page = club.room(CLEO, &session).await;
    assert!(page.contains("Closed. 3 entries in 2 groups") && page.contains("/records/risk/"), "{page}");
    let (_, list) = club.get(CLEO, "/delivery/risk").await;
    assert!(list.contains("Pre-mortem of Checkout"), "{list}");
}

#[tokio::test]
async fn what_comes_too_late_is_refused() {
    let club = Club::new().await;
    assert!(club.refused(BEN, "write", json!({ "text": "x" })).await.contains("No pre-mortem is open"));
    let session = club.hold().await;
    let of = |more: Value| {
        let mut input = json!({ "session": session });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(club.refused(ANN, "reveal", of(json!({}))).await, "nobody has written anything yet");
    assert_eq!(club.refused(BEN, "vote", of(json!({ "group": 1 }))).await, "there is nothing to vote about yet");
    let outside = club.act(FAY, "write", of(json!({ "text": "x" }))).await.unwrap_err();
    assert_eq!(outside.word(), "not_found", "whoever is of another team does not see that there is one");
    let said = club.act(BEN, "write", of(json!({ "text": "Late" }))).await.unwrap();
    let (entry, token) = (said["entry"].clone(), said["token"].clone());
    let other = club.act(CLEO, "write", of(json!({ "text": "Lost" }))).await.unwrap();
    let change = |token: &Value| of(json!({ "entry": entry, "text": "Later", "token": token }));
    assert_eq!(club.refused(CLEO, "write", change(&other["token"])).await, "`token`: This token opens no such entry.");
    let none = of(json!({ "entry": entry, "text": "Later" }));
    assert!(club.refused(BEN, "write", none).await.contains("with the token that was handed out with it"));
    assert!(club.refused(BEN, "write", change(&json!("1234"))).await.contains("32 digits"));
    let long = of(json!({ "text": "x".repeat(301) }));
    assert!(club.refused(BEN, "write", long).await.contains("at most 300 characters"));
    club.act(BEN, "write", change(&token)).await.unwrap();
    assert!(club.refused(BEN, "reveal", of(json!({}))).await.contains("only the facilitator does that: Ann"));
    club.act(ANN, "reveal", of(json!({}))).await.unwrap();
    assert_eq!(club.refused(BEN, "write", change(&token)).await, "entries are locked: they lie open");
    assert_eq!(club.refused(ANN, "reveal", of(json!({}))).await, "the entries lie open already");
    assert!(club.refused(ANN, "group", of(json!({ "name": "x" }))).await.contains("Which entries"));
    assert!(club.refused(ANN, "to_risk", of(json!({ "group": 1, "probability": 0.3 }))).await.contains("do not stand"));
    club.act(ANN, "group", of(json!({ "done": true }))).await.unwrap();
    for _ in 0..3 {
        club.act(BEN, "vote", of(json!({ "group": 1 }))).await.unwrap();
    }
    assert_eq!(club.refused(BEN, "vote", of(json!({ "group": 1 }))).await, "your 3 votes are given");
    assert_eq!(club.refused(CLEO, "vote", of(json!({ "group": 9 }))).await, "`group`: There is no group 9.");
    club.act(ANN, "count_votes", of(json!({}))).await.unwrap();
    assert_eq!(club.refused(CLEO, "vote", of(json!({ "group": 1 }))).await, "the vote is over: it is counted");
    club.act(ANN, "close_pre_mortem", of(json!({}))).await.unwrap();
    assert_eq!(club.refused(ANN, "close_pre_mortem", of(json!({}))).await, "this pre-mortem is over");
}

#[tokio::test]
async fn an_entry_is_its_browsers() {
    let mut club = Club::new().await;
    let session = club.hold().await;
    let page = club.room(BEN, &session).await;
    let (status, _) = club.press(BEN, &page, "write", &[("session", &session), ("text", "The contract ended")]).await;
    assert_eq!(status, 303);
    let own = club.room(BEN, &session).await;
    assert!(own.contains("The contract ended") && !club.room(CLEO, &session).await.contains("contract"));
    let (_, rest) = own.split_once(r#"name="entry" value=""#).unwrap();
    let entry = rest.split('"').next().unwrap().to_owned();
    let fields = |text: &'static str| {
        [("session", session.as_str()), ("entry", entry.as_str()), ("text", text)].map(|one| (one.0, one.1.to_owned()))
    };
    let typed = fields("The contract was sold");
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let page = club.room(CLEO, &session).await;
    let (status, refused) = club.press(CLEO, &page, "write", &typed).await;
    assert!(status == 422 && refused.contains("This browser wrote no such entry."), "{status} {refused}");
    assert_eq!(club.press(BEN, &own, "write", &typed).await.0, 303);
    assert!(club.room(BEN, &session).await.contains("The contract was sold"));
    let back = [("session", session.as_str()), ("entry", entry.as_str()), ("take_back", "true")];
    assert_eq!(club.press(BEN, &own, "write", &back).await.0, 303);
    assert!(!club.room(BEN, &session).await.contains("The contract was sold"));
    assert_eq!(club.refused(ANN, "reveal", json!({ "session": session })).await, "nobody has written anything yet");
}

#[tokio::test]
async fn whoever_is_there_goes_on() {
    let mut club = Club::new().await;
    let session = club.hold().await;
    club.act(BEN, "write", json!({ "session": session, "text": "Late" })).await.unwrap();
    club.later(61);
    club.room(BEN, &session).await;
    club.act(BEN, "reveal", json!({ "session": session })).await.unwrap();
    let view = club.view(CLEO, &session).await;
    assert_eq!(view["facilitator"], "Ben", "who goes on leads from then on");
}
