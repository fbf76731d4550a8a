//! The router called as a service: each face of one practice at once, and what is refused at the door.

mod company;
mod people;
mod settings;
mod sign_in;

mod api;
mod demo;
mod door;
mod goes_wrong;
mod hostile;
mod links;
mod pages;
mod records;
mod scim;
mod second_thoughts;

use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use desk::{Clock, Desk, Entropy, Office, Records, Viewer};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::App;

/// The host that the tests address.
const HOST: &str = "127.0.0.1:7117";

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "`{text}` is not in:\n{}", self.body);
        self
    }
}

/// An application over an empty folder, and a person signed in to it.
struct House {
    _dir: TempDir,
    app: App,
    clock: Clock,
    cookie: String,
}

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

async fn app_in(dir: &Path, clock: &Clock) -> App {
    let office = Office::open(dir, clock.clone(), Entropy::seeded(11)).await.unwrap();
    App::new(office, [crate::entry::<demo::Demo>()])
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::set_at(noon());
        let app = app_in(dir.path(), &clock).await;
        let mut house = Self { _dir: dir, app, clock, cookie: String::new() };
        house.cookie = house.sign_in("ada").await;
        house
    }

    async fn sign_in(&self, name: &str) -> String {
        let path = self.link(name).await;
        let answer = self.send(Request::get(path)).await;
        assert_eq!(answer.status, 200);
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// Somebody of that name, made when there is nobody.
    async fn viewer(&self, name: &str) -> Viewer {
        self.app.office().local(name, &format!("{name}@localhost")).await.unwrap()
    }

    async fn link(&self, name: &str) -> String {
        self.app.sign_in_path(&self.viewer(name).await).await.unwrap()
    }

    async fn desk(&self, name: &str) -> Desk {
        self.app.office().desk(self.viewer(name).await).await.unwrap()
    }

    async fn records(&self) -> Records {
        self.desk("ada").await.records().clone()
    }

    async fn send(&self, request: axum::http::request::Builder) -> Answer {
        self.send_with(request, String::new()).await
    }

    async fn send_with(&self, request: axum::http::request::Builder, body: String) -> Answer {
        let has_host = request.headers_ref().is_some_and(|headers| headers.contains_key(header::HOST));
        let request = if has_host { request } else { request.header(header::HOST, HOST) };
        let response = self.app.router().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, &self.cookie)).await
    }

    /// The page, which must be there.
    async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer
    }

    async fn csrf(&self) -> String {
        let page = self.page("/").await;
        let (_, rest) = page.body.split_once(r#"name="csrf" value=""#).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    async fn post_form(&self, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send_with(request, body.to_owned()).await
    }

    async fn post_json(&self, path: &str, body: &Value) -> Answer {
        let request =
            Request::post(path).header(header::COOKIE, &self.cookie).header(header::CONTENT_TYPE, "application/json");
        self.send_with(request, body.to_string()).await
    }
}
