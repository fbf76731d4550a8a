//! People from a file: pasted or chosen, compared with who is here, and applied as a whole when an administrator has seen the difference.
//! What is applied is exactly the file whose difference was shown.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Cell, Column, Meaning, Notice, Table};
use store::people::{Import, ImportLine};
use store::policy::Resource;

use super::tabs;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::change::{begin, done, manages, must_manage, not_yours, posted};
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/import.html")]
struct ImportPage<'a> {
    csrf: &'a str,
    may: bool,
    ask: String,
    csv: &'a str,
    wrong: Option<String>,
    hint: Option<String>,
    notices: Html,
    difference: Option<Difference>,
}

struct Difference {
    answer: String,
    seen: String,
    parts: Vec<(&'static str, &'static str, Html)>,
    /// Whether there is something to apply, and nothing is in the way.
    ready: bool,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    match Visit::new(app, session, "/settings/import", None).await {
        Ok(visit) => page(&visit, "", None, None, &[]),
        Err(response) => response,
    }
}

fn page(
    visit: &Visit,
    csv: &str,
    difference: Option<Difference>,
    refusal: Option<&Refusal>,
    notices: &[Notice],
) -> Response {
    let may = manages(visit, Resource::Person);
    let drawn = (|| {
        let body = Html::of(&ImportPage {
            csrf: &visit.session.csrf,
            may,
            ask: not_yours(visit).what_to_do().unwrap_or_default().to_owned(),
            csv,
            wrong: refusal.map(said),
            hint: refusal.and_then(Refusal::what_to_do).map(str::to_owned),
            notices: visit.pen.notices(notices)?,
            difference,
        })?;
        let scope = tabs("/settings/import")?;
        Ok((Frame { title: "Who comes, changes and leaves?", over: "Settings", scope, ..Frame::default() }, body))
    })();
    let status = refusal.and_then(|refusal| StatusCode::from_u16(refusal.status()).ok()).unwrap_or(StatusCode::OK);
    visit.answer_with(status, drawn)
}

/// What is wrong with the file, in sentences.
fn said(refusal: &Refusal) -> String {
    let fields: Vec<&str> = refusal.field_errors().iter().map(|one| one.message.as_str()).collect();
    let what = if fields.is_empty() { crate::error::sentence(&refusal.to_string()) } else { fields.join(" ") };
    format!("Nothing was applied. {what}")
}

/// The file of a form: browsers send lines ended as HTTP does.
fn file(typed: &[(String, String)]) -> String {
    let csv = typed.iter().find(|(name, _)| name == "csv").map(|(_, text)| text.as_str()).unwrap_or_default();
    csv.replace("\r\n", "\n")
}

/// The difference of a file, with a mark by which it is known again.
fn compare(visit: &Visit, csv: &str) -> Result<(Import, Difference), Refusal> {
    let import = Import::read(csv.as_bytes(), visit.desk.organisation(), visit.desk.today())?;
    let text = serde_json::to_string(&import).map_err(|error| Refusal::bug("cannot write the difference", error))?;
    let seen = blake3::hash(format!("{text}\n{csv}").as_bytes()).to_hex().to_string();
    let refused = refused_table(&import);
    let mut parts = Vec::new();
    if !import.refused.is_empty() {
        parts.push(("refused", "Refused", visit.pen.table(&refused)?));
    }
    for (id, title, lines) in
        [("added", "Added", &import.added), ("changed", "Changed", &import.changed), ("ended", "Ended", &import.ended)]
    {
        if !lines.is_empty() {
            parts.push((id, title, visit.pen.table(&lines_table(id, title, lines))?));
        }
    }
    let something = !(import.added.is_empty() && import.changed.is_empty() && import.ended.is_empty());
    let ready = import.refused.is_empty() && something;
    let difference = Difference { answer: answer(&import), seen, parts, ready };
    Ok((import, difference))
}

fn answer(import: &Import) -> String {
    if import.is_empty() {
        return "The file says what is here already.".to_owned();
    }
    let counts = [
        (import.added.len(), "added"),
        (import.changed.len(), "changed"),
        (import.ended.len(), "ended"),
        (import.refused.len(), "refused"),
    ];
    let words: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let end = if import.refused.is_empty() { "" } else { " While a line is refused, nothing can be applied." };
    format!("{}.{end}", words.join(", "))
}

fn lines_table(id: &str, title: &str, lines: &[ImportLine]) -> Table {
    let columns =
        vec![Column::numbers("line", "Line"), Column::words("email", "Address"), Column::words("what", "What")];
    let rows = lines.iter().map(|line| vec![Cell::Count(line.line), Cell::text(&line.email), Cell::text(&line.what)]);
    Table::new(&format!("{id}-table"), title, columns).rows(rows)
}

fn refused_table(import: &Import) -> Table {
    let columns = vec![Column::numbers("line", "Line"), Column::words("column", "Column"), Column::words("why", "Why")];
    let rows = import.refused.iter().map(|one| {
        vec![
            Cell::Count(one.line),
            Cell::text(if one.column.is_empty() { "–" } else { &one.column }),
            Cell::Mark { word: one.message.clone(), meaning: Meaning::Act },
        ]
    });
    Table::new("refused-table", "Lines that cannot be used", columns).rows(rows)
}

/// The difference of the file that was posted; nothing is written.
pub(crate) async fn look(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/settings/import", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let csv = match ready(&visit, &body).await {
        Ok(typed) => file(&typed),
        Err(refusal) => return visit.refuse(refusal),
    };
    match compare(&visit, &csv) {
        Ok((_, difference)) => page(&visit, &csv, Some(difference), None, &[]),
        Err(refusal) => page(&visit, &csv, None, Some(&refusal), &[]),
    }
}

async fn ready(visit: &Visit, body: &Bytes) -> Result<Vec<(String, String)>, Refusal> {
    let typed = posted(visit, body)?;
    must_manage(visit, Resource::Person, "people/import").await?;
    Ok(typed)
}

/// Applies the file whose difference was shown. When people changed meanwhile, the new difference is shown instead.
pub(crate) async fn apply(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/settings/import", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = match ready(&visit, &body).await {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    let csv = file(&typed);
    let (import, difference) = match compare(&visit, &csv) {
        Ok(compared) => compared,
        Err(refusal) => return page(&visit, &csv, None, Some(&refusal), &[]),
    };
    if !typed.iter().any(|(name, text)| name == "seen" && *text == difference.seen) {
        let text = "People changed since you looked, or the file did. This is the difference now; nothing was applied.";
        let notice = Notice { meaning: Meaning::Watch, text: text.to_owned(), href: None };
        return page(&visit, &csv, Some(difference), None, &[notice]);
    }
    match keep(&visit, &import).await {
        Ok(()) => done(&visit, format!("Applied: {}", difference.answer), "/whos_who"),
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => page(&visit, &csv, None, Some(&refusal), &[]),
    }
}

async fn keep(visit: &Visit, import: &Import) -> Result<(), Refusal> {
    let mut write = begin(visit).await?;
    write.apply_import(import, visit.desk.today()).await?;
    write.keep().await?;
    Ok(())
}
