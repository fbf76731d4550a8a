//! The pages of every kind of record: the kinds, a kind's list, a record with its history and readers, and its form.

mod form;
pub(crate) mod links;
mod sheets;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::records::{self, Document};
use desk::{KindEntry, Refusal};

use super::Visit;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::sessions::{Said, Session};
use crate::{App, Html};
use form::Draft;

/// Where a kind's records are.
pub(crate) fn path_of(kind: &str) -> String {
    format!("/records/{kind}")
}

/// The page of a record.
pub(crate) fn path_of_one(kind: &str, id: &str) -> String {
    format!("/records/{kind}/{id}")
}

/// A visit about a kind, when there is one of that name.
async fn visit_of(
    app: App,
    session: Session,
    kind: &str,
    path: String,
    query: Option<&str>,
) -> Result<(Visit, KindEntry), Response> {
    let entry = app.registry().kind(kind);
    let visit = Visit::new(app, session, path, query).await?;
    match entry {
        Ok(entry) => Ok((visit, entry)),
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}

/// The kinds, with how many records of each the viewer may read are found by opening them.
pub(crate) async fn kinds(State(app): State<App>, Signed(session): Signed) -> Response {
    let visit = match Visit::new(app, session, "/records", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let sheet = sheets::kinds(&visit.app.registry().kinds());
    let frame = Frame { title: "What have we written down?", over: "Records", ..Frame::default() };
    visit.answer(visit.pen.sheet(&sheet).map(|body| (frame, body)))
}

/// A kind's list.
pub(crate) async fn list(
    State(app): State<App>,
    Signed(session): Signed,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let (visit, entry) = match visit_of(app, session, &kind, path_of(&kind), query.as_deref()).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let mut pairs = visit.pen.ask_pairs();
    pairs.push(("limit".to_owned(), "200".to_owned()));
    let drawn = match records::list(&visit.desk, &entry, &pairs).await {
        Ok(listed) => visit.pen.sheet(&sheets::list(&entry, &listed)),
        Err(refusal) => return visit.refuse(refusal),
    };
    let new = || form::button(&format!("{}/new", path_of(&kind)), &format!("New {}", entry.name.to_lowercase()));
    let actions = if entry.by_acts { Html::default() } else { new() };
    let title = sheets::plural(entry.name);
    let frame = Frame { title: &title, over: "Records", actions, ..Frame::default() };
    visit.answer(drawn.map(|body| (frame, body)))
}

/// A record.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    let (visit, entry) = match visit_of(app, session, &kind, path_of_one(&kind, &id), None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let read = async {
        let document = records::get(&visit.desk, &entry, &id).await?;
        let history = records::history(&visit.desk, &entry, &id).await?;
        let readers = records::readers(&visit.desk, &entry, &id).await?;
        Ok::<_, Refusal>((document, history, readers))
    };
    let (document, history, readers) = match read.await {
        Ok(read) => read,
        Err(refusal) => return visit.refuse(refusal),
    };
    let sheet = sheets::one(&visit, &entry, &document, &history, &readers);
    let title = document.title.clone().unwrap_or_else(|| entry.name.to_owned());
    let change = || form::button(&format!("{}/edit", path_of_one(&kind, &id)), "Change");
    let actions = if entry.by_acts { Html::default() } else { change() };
    let frame = Frame { title: &title, over: entry.name, actions, ..Frame::default() };
    let away = form::away(&visit, &entry, &document);
    let linked = links::part(&visit, &entry, &id).await;
    let drawn = visit.pen.sheet(&sheet).and_then(|body| Ok((frame, body.and(&linked?).and(&away?))));
    visit.answer(drawn)
}

/// The form of a new record; pairs of the address fill it in.
pub(crate) async fn fresh(
    State(app): State<App>,
    Signed(session): Signed,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = format!("{}/new", path_of(&kind));
    let (visit, entry) = match visit_of(app, session, &kind, path, query.as_deref()).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = visit.pen.query.clone();
    form::draw(&visit, &entry, &Draft { id: None, typed }, None)
}

/// The form of a record that is there.
pub(crate) async fn edit(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    let path = format!("{}/edit", path_of_one(&kind, &id));
    let (visit, entry) = match visit_of(app, session, &kind, path, None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match records::get(&visit.desk, &entry, &id).await {
        Ok(document) => form::draw(&visit, &entry, &Draft { typed: form::typed_of(&document), id: Some(id) }, None),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The post of a new record.
pub(crate) async fn create(
    State(app): State<App>,
    Signed(session): Signed,
    Path(kind): Path<String>,
    body: Bytes,
) -> Response {
    let path = format!("{}/new", path_of(&kind));
    write(app, session, kind, None, path, &body).await
}

/// The post of a record's next version.
pub(crate) async fn change(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let path = format!("{}/edit", path_of_one(&kind, &id));
    write(app, session, kind, Some(id), path, &body).await
}

async fn write(app: App, session: Session, kind: String, id: Option<String>, path: String, body: &Bytes) -> Response {
    let (visit, entry) = match visit_of(app, session, &kind, path, None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = match form::posted(&visit, body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let draft = Draft { id, typed };
    let done = match form::document(&visit, &entry, &draft) {
        Ok(document) => saved(&visit, &entry, document).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(applied) => {
            let id = applied.record.id.clone().unwrap_or_default();
            let to = path_of_one(&kind, &id);
            let sentence = match applied.what {
                "unchanged" => "Nothing was different; nothing was written.".to_owned(),
                what => format!("{} {what}.", entry.name),
            };
            let undo = applied.written.iter().map(desk::records::Written::text).collect();
            visit.app.waiting().say(&visit.session, Said { sentence, undo, back: to.clone() });
            Redirect::to(&to).into_response()
        }
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => form::draw(&visit, &entry, &draft, Some(&refusal)),
    }
}

/// Writes what was typed. Whom a record is about and who takes part stand in no field of the form, so they stay as they are.
async fn saved(visit: &Visit, entry: &KindEntry, typed: Document) -> Result<records::Applied, Refusal> {
    let Some(id) = typed.id.as_deref() else { return records::create(&visit.desk, entry, &typed).await };
    let there = records::get(&visit.desk, entry, id).await?;
    let document = Document { subject: there.subject, parties: there.parties, ..typed };
    records::apply(&visit.desk, entry, &document, false).await
}

/// Puts a record away; it can be taken back for half a minute, and from history for ever.
pub(crate) async fn archive(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let (visit, entry) = match visit_of(app, session, &kind, path_of_one(&kind, &id), None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = match form::posted(&visit, &body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let seen = typed.iter().find(|(name, _)| name == "version").and_then(|(_, text)| text.parse().ok());
    match records::archive(&visit.desk, &entry, &id, seen).await {
        Ok(written) => {
            let undo = vec![written.text()];
            let said = Said { sentence: format!("{} put away.", entry.name), undo, back: path_of_one(&kind, &id) };
            visit.app.waiting().say(&visit.session, said);
            Redirect::to(&path_of(&kind)).into_response()
        }
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The status of an answer that carries a refusal.
fn status(refusal: Option<&Refusal>) -> StatusCode {
    StatusCode::from_u16(refusal.map_or(200, Refusal::status)).unwrap_or(StatusCode::OK)
}

/// A record's title for a link.
pub(crate) fn title_of(document: &Document) -> String {
    document.title.clone().unwrap_or_else(|| document.kind.replace('_', " "))
}
