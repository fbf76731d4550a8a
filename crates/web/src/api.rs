//! The API: the same types as the pages, as JSON. Mounted from the registry, documented by `/api/v1/openapi.json`.

pub(crate) mod records;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::{FieldError, Refusal, form};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{answer, no_page};
use crate::guard::Signed;
use crate::pages::pairs_of_query;
use crate::sessions::Session;
use crate::{App, sql as questions};

/// A practice as the API lists it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Listed {
    /// Its name.
    name: &'static str,
    /// Its stage.
    stage: &'static str,
    /// Its question.
    question: &'static str,
    /// Whether it can be asked yet.
    here: bool,
    /// The names of its acts.
    acts: Vec<&'static str>,
}

/// A question in SQL.
#[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct SqlInput {
    /// One statement that only reads.
    pub(crate) query: String,
}

/// What came of an act.
#[derive(Debug, Serialize)]
struct ActAnswer {
    outcome: Value,
    told: desk::Told,
}

fn refused(app: &App, session: &Session, refusal: Refusal, path: &str) -> Response {
    answer(app, Some(session), refusal, true, path)
}

/// Every practice of the road, built or not.
pub(crate) async fn practices(State(app): State<App>, Signed(_): Signed) -> Json<Vec<Listed>> {
    let list = desk::roadmap::PRACTICES.iter().map(|planned| {
        let entry = app.entry(planned.stage.name(), planned.name);
        Listed {
            name: planned.name,
            stage: planned.stage.name(),
            question: planned.question,
            here: entry.is_some(),
            acts: entry.map(|entry| (entry.practice.acts)().iter().map(|act| act.name).collect()).unwrap_or_default(),
        }
    });
    Json(list.collect())
}

/// A practice's view.
pub(crate) async fn view(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, practice)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = format!("/api/v1/{stage}/{practice}");
    let Some(entry) = app.entry(&stage, &practice) else {
        return no_page(&app, Some(&session), true, &path);
    };
    let desk = match app.office().desk(session.viewer.clone()).await {
        Ok(desk) => desk,
        Err(refusal) => return refused(&app, &session, refusal, &path),
    };
    let pairs = pairs_of_query(query.as_deref());
    match entry.practice.view_pairs(&desk, &pairs).await.and_then(|viewed| viewed.to_json()) {
        Ok(json) => Json(json).into_response(),
        Err(refusal) => refused(&app, &session, refusal, &path),
    }
}

/// An act.
pub(crate) async fn act(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, practice, act)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = format!("/api/v1/{stage}/{practice}/acts/{act}");
    let entry = app.entry(&stage, &practice);
    let Some((entry, act)) = entry.and_then(|entry| Some((entry, entry.practice.act(&act)?))) else {
        return no_page(&app, Some(&session), true, &path);
    };
    let input = match read(&headers, &body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    let desk = match app.office().desk(session.viewer.clone()).await {
        Ok(desk) => desk,
        Err(refusal) => return refused(&app, &session, refusal, &path),
    };
    match act.run(&desk, &entry.practice, input).await {
        Ok(done) => Json(ActAnswer { outcome: done.outcome, told: done.told }).into_response(),
        Err(refusal) => refused(&app, &session, refusal, &path),
    }
}

/// A question in SQL.
pub(crate) async fn sql(State(app): State<App>, Signed(session): Signed, headers: HeaderMap, body: Bytes) -> Response {
    let path = "/api/v1/sql";
    let input = match read(&headers, &body) {
        Ok(input) => input,
        Err(refused) => return *refused,
    };
    let schema = schemars::schema_for!(SqlInput);
    let answered = async {
        let desk = app.office().desk(session.viewer.clone()).await?;
        let input: SqlInput = form::parse(&schema, input)?;
        let answer = questions::ask(&desk, &input.query).await?;
        Ok::<_, Refusal>(json!({ "rows": questions::json(&answer)?, "cut": answer.cut }))
    };
    match answered.await {
        Ok(json) => Json(json).into_response(),
        Err(refusal) => refused(&app, &session, refusal, path),
    }
}

/// The body as JSON. A form cannot send this media type to another site, which is why it is asked for.
fn read(headers: &HeaderMap, body: &Bytes) -> Result<Value, Box<Response>> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let problem = json!({
            "type": "/api#invalid", "title": "the body must be JSON", "status": 415,
            "detail": "Send it with `content-type: application/json`.",
        });
        return Err(Box::new(problem_json(StatusCode::UNSUPPORTED_MEDIA_TYPE, &problem)));
    }
    let bad = |title: &str, why: String| {
        let fields = vec![FieldError::new("", why)];
        let problem = json!({ "type": "/api#invalid", "title": title, "status": 400, "fields": fields });
        Box::new(problem_json(StatusCode::BAD_REQUEST, &problem))
    };
    let value: Value = serde_json::from_slice(body).map_err(|error| bad("the body is not JSON", error.to_string()))?;
    // Nothing at all is an object without fields to a tool; a body that says `null` is a mistake.
    if value.is_null() { Err(bad("the body is not an object", "null is no object".to_owned())) } else { Ok(value) }
}

fn problem_json(status: StatusCode, problem: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
}
