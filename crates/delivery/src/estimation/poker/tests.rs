//! Rooms through every face: what five clients are sent before the reveal, byte for byte; rounds, takeovers, refusals.

mod leaks;
mod rounds;

use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{Request, StatusCode, header};
use desk::{Clock, Desk, Entropy, Office, PracticeEntry, Refusal};
use futures::StreamExt as _;
use jiff::civil::date;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::company::Company;
use testkit::founding::PersonId;
use tower::ServiceExt as _;
use web::App;

use crate::estimation::Estimation;
use crate::methodology::Methodology;

const HOST: &str = "127.0.0.1:7117";
/// Ann leads payments; Ben, Cleo, Dan and Eve are in it; Fay is in another team.
const ANN: usize = 0;
const BEN: usize = 1;
const CLEO: usize = 2;
const DAN: usize = 3;
const EVE: usize = 4;
const FAY: usize = 5;

/// A company of two teams whose people sit at their own browsers.
struct Club {
    dir: TempDir,
    app: App,
    practice: PracticeEntry,
    people: Vec<PersonId>,
    cookies: Vec<String>,
    /// Everything that each was sent.
    heard: Vec<Vec<u8>>,
}

impl Club {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::set_at("2024-06-03T12:00:00Z".parse().unwrap());
        let office = Office::open(dir.path(), clock, Entropy::seeded(7)).await.unwrap();
        let company = Company::since(date(2023, 1, 1)).lead("Ann").member("Ben").member("Cleo").member("Dan");
        let found = company.member("Eve").outsider("Fay").found(&office).await;
        testkit::work::board_of(&office, Some(found.teams[0]), &[1; 30], date(2024, 6, 2)).await.unwrap();
        let app = App::new(office, [web::entry::<Methodology>(), web::entry::<Estimation>()]);
        let practice = PracticeEntry::of::<Estimation>();
        let heard = vec![Vec::new(); found.people.len()];
        let mut club = Self { dir, app, practice, people: found.people, cookies: Vec::new(), heard };
        for who in 0..club.people.len() {
            let path = club.app.sign_in_path(club.desk(who).await.viewer()).await.unwrap();
            let request = Request::get(path).header(header::HOST, HOST).body(Body::empty()).unwrap();
            let response = club.app.router().oneshot(request).await.unwrap();
            let cookie = response.headers()["set-cookie"].to_str().unwrap();
            club.cookies.push(cookie.split(';').next().unwrap().to_owned());
        }
        club
    }

    async fn desk(&self, who: usize) -> Desk {
        let office = self.app.office();
        office.desk(office.viewer(self.people[who]).await.unwrap()).await.unwrap()
    }

    fn later(&self, seconds: i64) {
        self.app.office().clock().advance(seconds);
    }

    async fn sent(&mut self, who: usize, request: Request<Body>) -> (StatusCode, String) {
        let response = self.app.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for (name, value) in &parts.headers {
            self.heard[who].extend_from_slice(format!("{name}: ").as_bytes());
            self.heard[who].extend_from_slice(value.as_bytes());
            self.heard[who].push(b'\n');
        }
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
        let (status, page) = self.get(who, &format!("/delivery/estimation?poker={session}")).await;
        assert_eq!(status, 200, "{page}");
        page
    }

    /// The room as the API gives it.
    async fn view(&mut self, who: usize, session: &str) -> Value {
        let (status, json) = self.get(who, &format!("/api/v1/delivery/estimation?poker={session}")).await;
        assert_eq!(status, 200, "{json}");
        serde_json::from_str::<Value>(&json).unwrap()["poker"]["room"].clone()
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
            .request(who, "POST", &format!("/delivery/estimation/do/{act}"))
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(Body::from(desk::form::encode(&pairs))).unwrap();
        self.sent(who, request).await
    }

    /// An act by the API.
    async fn call(&mut self, who: usize, act: &str, input: &Value) -> (StatusCode, String) {
        let request = self
            .request(who, "POST", &format!("/api/v1/delivery/estimation/acts/{act}"))
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(input.to_string())).unwrap();
        self.sent(who, request).await
    }

    /// An act as the command does it.
    async fn act(&self, who: usize, name: &str, input: Value) -> Result<Value, Refusal> {
        let act = self.practice.act(name).unwrap();
        Ok(act.run(&self.desk(who).await, &self.practice, input).await?.outcome)
    }

    async fn refused(&self, who: usize, name: &str, input: Value) -> String {
        self.act(who, name, input).await.unwrap_err().to_string()
    }

    /// Opens a session about these items with everybody of the team in the room.
    async fn open(&mut self, deck: &str, items: &[&str]) -> String {
        let opened = self.act(ANN, "open_poker", json!({ "items": items, "deck": deck })).await.unwrap();
        let session = opened["session"].as_str().unwrap().to_owned();
        for who in [ANN, BEN, CLEO, DAN, EVE] {
            self.room(who, &session).await;
        }
        session
    }

    /// Opens the stream of a room; dropping it is a lost connection.
    async fn listen(&self, who: usize, session: &str) -> Stream {
        let path = format!("/live/delivery/estimation?poker={session}");
        let request = self.request(who, "GET", &path).body(Body::empty()).unwrap();
        let response = self.app.router().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { who, body: response.into_body().into_data_stream() }
    }

    /// The next event of a stream.
    async fn next(&mut self, stream: &mut Stream) -> String {
        let bytes = stream.body.next().await.unwrap().unwrap();
        self.heard[stream.who].extend_from_slice(&bytes);
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

/// An open stream of a room.
struct Stream {
    who: usize,
    body: BodyDataStream,
}
