//! Records over the API: every kind from the one definition, with cursors, `If-Match` and problems as JSON.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::records::{self, Document, NewLink};
use desk::{Desk, FieldError, KindEntry, Refusal};
use serde::Serialize;

use super::{read, refused};
use crate::App;
use crate::guard::Signed;
use crate::pages::pairs_of_query;
use crate::sessions::Session;

/// A kind as the API lists it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct ListedKind {
    /// Its name in paths and files.
    kind: &'static str,
    /// Its name for people.
    name: &'static str,
    /// What it is for.
    purpose: &'static str,
    /// Where one can stand.
    statuses: &'static [&'static str],
    /// Whether a person gives the title.
    titled: bool,
    /// JSON Schema of the body.
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    body: serde_json::Value,
}

/// Who can read a record.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct ReadersAnswer {
    /// A sentence.
    sentence: String,
}

/// Every kind.
pub(crate) async fn kinds(State(app): State<App>, Signed(_): Signed) -> Json<Vec<ListedKind>> {
    let listed = |entry: KindEntry| ListedKind {
        kind: entry.kind,
        name: entry.name,
        purpose: entry.purpose,
        statuses: entry.statuses,
        titled: entry.titled,
        body: (entry.schema)().to_value(),
    };
    Json(app.registry().kinds().into_iter().map(listed).collect())
}

/// One request about a kind: the answer, or what was refused.
async fn answered<T: IntoResponse>(
    app: &App,
    session: &Session,
    path: String,
    kind: &str,
    work: impl AsyncFnOnce(Desk, KindEntry) -> Result<T, Refusal>,
) -> Response {
    let done = async {
        let entry = app.registry().kind(kind)?;
        let desk = app.office().desk(session.viewer.clone()).await?;
        work(desk, entry).await
    };
    match done.await {
        Ok(answer) => answer.into_response(),
        Err(refusal) => refused(app, session, refusal, &path),
    }
}

/// A record with its version as `ETag`.
fn tagged(status: StatusCode, document: &Document) -> Response {
    let mut response = (status, Json(document)).into_response();
    let tag = document.version.map(|version| format!("\"{version}\""));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The version that `If-Match` names.
fn seen(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = tag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.trim_start_matches("W/").trim_matches('"').parse();
    version.map(Some).map_err(|_| Refusal::fields(vec![FieldError::new("If-Match", "is not a version such as \"3\"")]))
}

/// A page of the records of a kind.
pub(crate) async fn list(
    State(app): State<App>,
    Signed(session): Signed,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let pairs = pairs_of_query(query.as_deref());
    answered(&app, &session, format!("/api/v1/records/{kind}"), &kind, async |desk, entry| {
        records::list(&desk, &entry, &pairs).await.map(Json)
    })
    .await
}

/// The document of a body; its kind and id are those of the path.
fn document(
    headers: &HeaderMap,
    body: &Bytes,
    kind: &str,
    id: Option<&str>,
) -> Result<Result<Document, Refusal>, Box<Response>> {
    let mut value = read(headers, body)?;
    if let Some(map) = value.as_object_mut() {
        map.entry("kind").or_insert_with(|| kind.into());
        map.remove("about");
        if let Some(id) = id {
            map.entry("id").or_insert_with(|| id.into());
        }
    }
    let parsed = desk::form::parse::<Document>(&schemars::schema_for!(Document), value).and_then(|document| {
        let wrong = [("kind", document.kind == kind), ("id", document.id.as_deref() == id)];
        let wrong: Vec<_> = wrong.into_iter().filter(|(_, fits)| !fits).collect();
        let field = |(name, _): (&str, bool)| FieldError::new(name, "is not the one of the address");
        if wrong.is_empty() { Ok(document) } else { Err(Refusal::fields(wrong.into_iter().map(field).collect())) }
    });
    Ok(parsed)
}

/// Makes a record.
pub(crate) async fn create(
    State(app): State<App>,
    Signed(session): Signed,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let wanted = match document(&headers, &body, &kind, None) {
        Ok(wanted) => wanted,
        Err(refused) => return *refused,
    };
    answered(&app, &session, format!("/api/v1/records/{kind}"), &kind, async |desk, entry| {
        let made = records::create(&desk, &entry, &wanted?).await?;
        Ok(tagged(StatusCode::CREATED, &made.record))
    })
    .await
}

/// The record.
pub(crate) async fn get(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}"), &kind, async |desk, entry| {
        Ok(tagged(StatusCode::OK, &records::get(&desk, &entry, &id).await?))
    })
    .await
}

/// Writes the record's next version. `If-Match` or the body's `version` says which one was seen.
pub(crate) async fn put(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let wanted = match document(&headers, &body, &kind, Some(&id)) {
        Ok(wanted) => wanted,
        Err(refused) => return *refused,
    };
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}"), &kind, async |desk, entry| {
        let mut wanted = wanted?;
        wanted.version = seen(&headers)?.or(wanted.version);
        if wanted.version.is_none() {
            let hint = "Send the version that you saw as `If-Match: \"3\"` or as `version`.";
            return Err(
                Refusal::fields(vec![FieldError::new("version", "is needed to change what is there")]).hint(hint)
            );
        }
        Ok(tagged(StatusCode::OK, &records::apply(&desk, &entry, &wanted, false).await?.record))
    })
    .await
}

/// Puts the record away.
pub(crate) async fn archive(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}"), &kind, async |desk, entry| {
        records::archive(&desk, &entry, &id, seen(&headers)?).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Every version of the record.
pub(crate) async fn history(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/history"), &kind, async |desk, entry| {
        records::history(&desk, &entry, &id).await.map(Json)
    })
    .await
}

/// Who can read the record.
pub(crate) async fn readers(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/readers"), &kind, async |desk, entry| {
        records::readers(&desk, &entry, &id).await.map(|sentence| Json(ReadersAnswer { sentence }))
    })
    .await
}

/// The links of the record, in both directions.
pub(crate) async fn links(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/links"), &kind, async |desk, entry| {
        records::links(&desk, &app.registry().kinds(), &entry, &id).await.map(Json)
    })
    .await
}

/// Links the record to another, or to a fact.
pub(crate) async fn link(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let value = match read(&headers, &body) {
        Ok(value) => value,
        Err(refused) => return *refused,
    };
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/links"), &kind, async |desk, entry| {
        let new: NewLink = desk::form::parse(&schemars::schema_for!(NewLink), value)?;
        let made = records::link(&desk, &app.registry().kinds(), &entry, &id, &new).await?;
        Ok((StatusCode::CREATED, Json(made)))
    })
    .await
}

/// Takes a link of the record back.
pub(crate) async fn unlink(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id, link)): Path<(String, String, String)>,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/links/{link}"), &kind, async |desk, entry| {
        records::unlink(&desk, &entry, &id, &link).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Takes the record's last change back.
pub(crate) async fn undo(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answered(&app, &session, format!("/api/v1/records/{kind}/{id}/undo"), &kind, async |desk, entry| {
        records::undo_last(&desk, &entry, &id, seen(&headers)?).await?;
        Ok(tagged(StatusCode::OK, &records::get(&desk, &entry, &id).await?))
    })
    .await
}
