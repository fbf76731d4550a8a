//! What a record is linked to, on its page; the form that links it, and the button that takes a link back.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::records::{self, LinkDocument, NewLink};
use desk::{KindEntry, Refusal};

use super::{Visit, path_of_one, visit_of};
use crate::guard::Signed;
use crate::pages::change::{FormPage, done, draw, fields_of, posted, read, show};
use crate::{App, Html};

#[derive(Template)]
#[template(path = "parts/links.html")]
struct LinksPart {
    lines: Vec<Line>,
    form: Option<Html>,
    csrf: String,
}

struct Line {
    words: String,
    outgoing: bool,
    href: Option<String>,
    other: String,
    kind: String,
    by: String,
    day: String,
    remove: Option<String>,
}

/// The part of a record's page that shows its links.
pub(super) async fn part(visit: &Visit, entry: &KindEntry, id: &str) -> Result<Html, Refusal> {
    let kinds = visit.app.registry().kinds();
    let all = records::links(&visit.desk, &kinds, entry, id).await?;
    let may = records::may_link(&visit.desk, entry, id).await?;
    let lines = all.into_iter().map(|link| line(visit, entry, id, may, link)).collect();
    let action = action(entry, id);
    let form = may.then(|| draw(visit, &form_page(&action, "", ""), &[], None)).transpose()?;
    Html::of(&LinksPart { lines, form, csrf: visit.pen.csrf.clone() })
}

fn line(visit: &Visit, entry: &KindEntry, id: &str, may: bool, link: LinkDocument) -> Line {
    let people = visit.desk.organisation();
    let by = people.by_email(&link.by).map_or_else(|| link.by.clone(), |person| person.called().to_owned());
    let words = link.words();
    let (kind, other, href) = match (link.record, link.fact) {
        (Some(record), _) => {
            let href = path_of_one(&record.kind, &record.id);
            (record.kind.replace('_', " "), record.title, Some(href))
        }
        (None, Some(fact)) => (fact.kind.replace('_', " "), fact.id, None),
        (None, None) => (String::new(), String::new(), None),
    };
    Line {
        words,
        outgoing: link.outgoing,
        href,
        other,
        kind,
        by,
        day: link.at.strftime("%Y-%m-%d").to_string(),
        remove: (may && link.outgoing).then(|| format!("{}/{}/remove", action(entry, id), link.id)),
    }
}

fn action(entry: &KindEntry, id: &str) -> String {
    format!("{}/link", path_of_one(entry.kind, id))
}

fn form_page<'a>(action: &'a str, title: &'a str, back: &'a str) -> FormPage<'a> {
    FormPage { title, over: "Records", action, back, button: "Link it", fields: fields_of::<NewLink>() }
}

/// The form by itself, with what was typed and what was wrong with it.
fn alone(visit: &Visit, entry: &KindEntry, id: &str, typed: &[(String, String)], wrong: Option<&Refusal>) -> Response {
    let (action, back) = (action(entry, id), path_of_one(entry.kind, id));
    let title = format!("What is this {} linked to?", entry.name.to_lowercase());
    show(visit, &form_page(&action, &title, &back), typed, wrong)
}

/// The form.
pub(crate) async fn form(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    let path = format!("{}/link", path_of_one(&kind, &id));
    let (visit, entry) = match visit_of(app, session, &kind, path, None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match records::may_link(&visit.desk, &entry, &id).await {
        Ok(_) => alone(&visit, &entry, &id, &[], None),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The post of a link.
pub(crate) async fn make(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let path = format!("{}/link", path_of_one(&kind, &id));
    let (visit, entry) = match visit_of(app, session, &kind, path, None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = match posted(&visit, &body) {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    let kinds = visit.app.registry().kinds();
    let made = match read::<NewLink>(&typed) {
        Ok(new) => records::link(&visit.desk, &kinds, &entry, &id, &new).await,
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(_) => done(&visit, "Linked.", &path_of_one(&kind, &id)),
        Err(refusal) if refusal.field_errors().is_empty() => visit.refuse(refusal),
        Err(refusal) => alone(&visit, &entry, &id, &typed, Some(&refusal)),
    }
}

/// Takes a link back.
pub(crate) async fn remove(
    State(app): State<App>,
    Signed(session): Signed,
    Path((kind, id, link)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let (visit, entry) = match visit_of(app, session, &kind, path_of_one(&kind, &id), None).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let gone = match posted(&visit, &body) {
        Ok(_) => records::unlink(&visit.desk, &entry, &id, &link).await,
        Err(refusal) => Err(refusal),
    };
    match gone {
        Ok(()) => done(&visit, "The link was taken back.", &path_of_one(&kind, &id)),
        Err(refusal) => visit.refuse(refusal),
    }
}
