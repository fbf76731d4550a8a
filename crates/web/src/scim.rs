//! SCIM 2.0 (RFC 7643, RFC 7644) for a company's directory: people as Users, teams as Groups, at `/scim/v2`.
//!
//! Only a token that administers reaches it. Every change is a write like an administrator's own: dated, with its rows in the audit.
//! Nothing of the past is rewritten, and nobody is ever erased: whom the directory removes leaves on that day.

mod about;
mod filter;
mod groups;
mod patch;
mod users;

use axum::Router;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use desk::Refusal;
use desk::facts::chain;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use store::policy::{Action, Resource, Ties};
use store::{Actor, Store, StoreError};

use crate::App;
use crate::sessions::Session;

/// Where it is.
pub(crate) const BASE: &str = "/scim/v2";
/// How its messages are named.
const MESSAGES: &str = "urn:ietf:params:scim:api:messages:2.0";
/// Resources of a page when nothing is said, and at most.
const COUNT: usize = 100;
const MOST: usize = 200;

/// Its routes.
pub(crate) fn routes() -> Router<App> {
    let user = get(users::show).put(users::replace).patch(users::patch).delete(users::remove);
    let group = get(groups::show).put(groups::replace).patch(groups::patch).delete(groups::remove);
    let inner = Router::new()
        .route("/ServiceProviderConfig", get(about::config))
        .route("/ResourceTypes", get(about::resource_types))
        .route("/ResourceTypes/{name}", get(about::resource_type))
        .route("/Schemas", get(about::schemas))
        .route("/Schemas/{id}", get(about::schema))
        .route("/Users", get(users::list).post(users::create))
        .route("/Users/{id}", user)
        .route("/Groups", get(groups::list).post(groups::create))
        .route("/Groups/{id}", group);
    Router::new().nest(BASE, inner)
}

/// Whether a path is the directory's.
pub(crate) fn is_scim(path: &str) -> bool {
    path.starts_with("/scim/")
}

/// Why the directory is told no.
#[derive(Debug)]
pub(crate) struct ScimError {
    status: u16,
    kind: Option<&'static str>,
    detail: String,
}

impl ScimError {
    fn new(status: u16, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind: Some(kind), detail: detail.into() }
    }

    /// One of the kinds of RFC 7644, section 3.12, that go with 400.
    fn invalid(kind: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, kind, detail)
    }

    fn missing(what: &str, id: &str) -> Self {
        Self { status: 404, kind: None, detail: format!("There is no {what} `{id}`.") }
    }
}

impl From<StoreError> for ScimError {
    fn from(error: StoreError) -> Self {
        let taken =
            matches!(&error, StoreError::Refused { fields } if fields.iter().any(|one| one.field == "externalId"));
        let refused = matches!(&error, StoreError::Refused { .. });
        let refusal = Refusal::from(error);
        if let Refusal::Bug { .. } = &refusal {
            tracing::error!(error = chain(&refusal), "a bug");
            return Self { status: 500, kind: None, detail: "Mainstay has a fault; its log says more.".to_owned() };
        }
        match (taken, refused) {
            (true, _) => Self::new(409, "uniqueness", refusal.to_string()),
            (_, true) => Self::invalid("invalidValue", refusal.to_string()),
            _ => Self { status: refusal.status(), kind: None, detail: refusal.to_string() },
        }
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let mut body = json!({ "schemas": [format!("{MESSAGES}:Error")], "status": self.status.to_string(), "detail": self.detail });
        if let Some(kind) = self.kind {
            body["scimType"] = kind.into();
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        answer(status, &body)
    }
}

/// What stops a request before it gets here, said as the directory expects it.
pub(crate) fn refused(status: StatusCode, detail: &str) -> Response {
    ScimError { status: status.as_u16(), kind: None, detail: crate::error::sentence(detail) }.into_response()
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/scim+json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

/// One request of the directory.
struct Visit {
    app: App,
    actor: Actor,
    now: Timestamp,
    today: Date,
    /// The address of everything here, for `location`.
    base: String,
}

impl Visit {
    fn store(&self) -> &Store {
        self.app.office().store()
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session = parts.extensions.get::<Session>().cloned();
        let only = "only a token that administers, of an administrator, speaks for a directory";
        let no = || refused(StatusCode::FORBIDDEN, only);
        let session = session.filter(|session| session.viewer.token.as_ref().is_some_and(|token| token.administer));
        let session = session.ok_or_else(no)?;
        let desk = app.office().desk(session.viewer.clone()).await.map_err(|refusal| {
            refused(
                StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
                &refusal.to_string(),
            )
        })?;
        let access = desk.access();
        let may =
            |resource| access.policy().decide_on(access.asker(), Action::Administer, resource, &Ties::none()).allowed;
        if !may(Resource::Person) || !may(Resource::Settings) {
            return Err(no());
        }
        Ok(Self {
            app: app.clone(),
            actor: Actor::Person(session.viewer.person),
            now: desk.now(),
            today: desk.today(),
            base: format!("{}{BASE}", app.door().origin(&parts.headers)),
        })
    }
}

/// The body of a post.
fn body(headers: &HeaderMap, bytes: &Bytes) -> Result<Value, ScimError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !["application/scim+json", "application/json"].iter().any(|known| kind.starts_with(known)) {
        let detail = "Send the body as `application/scim+json`.".to_owned();
        return Err(ScimError { status: 415, kind: None, detail });
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ScimError::invalid("invalidSyntax", error.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(ScimError::invalid("invalidSyntax", "The body is no object.")) }
}

/// What a list is asked by.
#[derive(Debug, Default)]
struct Asked {
    filter: Option<filter::Filter>,
    start: usize,
    count: usize,
    only: Vec<String>,
    without: Vec<String>,
}

impl Asked {
    fn of(query: Option<&str>, known: &[&str]) -> Result<Self, ScimError> {
        let mut asked = Self { start: 1, count: COUNT, ..Self::default() };
        let names = |text: &str| text.split(',').map(|name| name.trim().to_lowercase()).collect();
        let number = |text: &str| {
            let number = text
                .parse::<i64>()
                .map_err(|_| ScimError::invalid("invalidValue", format!("`{text}` is no number.")))?;
            Ok::<_, ScimError>(usize::try_from(number).unwrap_or(0))
        };
        for (name, text) in crate::pages::pairs_of_query(query) {
            match name.as_str() {
                "filter" => asked.filter = Some(filter::Filter::parse(&text, known)?),
                "startIndex" => asked.start = number(&text)?.max(1),
                "count" => asked.count = number(&text)?.min(MOST),
                "attributes" => asked.only = names(&text),
                "excludedAttributes" => asked.without = names(&text),
                _ => {}
            }
        }
        Ok(asked)
    }

    /// The resource with what was asked of it; `id` and `schemas` always stand.
    fn trimmed(&self, resource: Value) -> Value {
        let Value::Object(map) = resource else { return resource };
        let stays = |name: &str| {
            let name = name.to_lowercase();
            let named = |list: &[String]| list.iter().any(|one| *one == name || one.starts_with(&format!("{name}.")));
            ["id", "schemas"].contains(&name.as_str())
                || (if self.only.is_empty() { !self.without.contains(&name) } else { named(&self.only) })
        };
        Value::Object(map.into_iter().filter(|(name, _)| stays(name)).collect::<Map<_, _>>())
    }

    /// The page of the resources that was asked for.
    fn listed(&self, all: Vec<Value>) -> Response {
        let kept = |one: &Value| self.filter.as_ref().is_none_or(|filter| filter.accepts(one));
        let all: Vec<Value> = all.into_iter().filter(kept).collect();
        let total = all.len();
        let page: Vec<Value> =
            all.into_iter().skip(self.start - 1).take(self.count).map(|one| self.trimmed(one)).collect();
        answer(
            StatusCode::OK,
            &json!({
                "schemas": [format!("{MESSAGES}:ListResponse")],
                "totalResults": total,
                "startIndex": self.start,
                "itemsPerPage": page.len(),
                "Resources": page,
            }),
        )
    }
}

/// The answer that carries a resource which was just made.
fn made(resource: &Value) -> Response {
    let mut response = answer(StatusCode::CREATED, resource);
    let at = resource.pointer("/meta/location").and_then(Value::as_str);
    if let Some(at) = at.and_then(|at| HeaderValue::from_str(at).ok()) {
        response.headers_mut().insert(header::LOCATION, at);
    }
    response
}

/// An attribute of an object, in any case.
fn attribute<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    let map = of.as_object()?;
    let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    found.filter(|value| !value.is_null())
}

/// A text attribute of an object; empty is none.
fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    attribute(of, name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// A flag, also as the text that some directories send.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
