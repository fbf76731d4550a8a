//! Backups: the last ones, how to make one and how to bring it back. An administrator takes one along from here, made while others work;
//! the key of sealed records goes with it only when somebody asks for it.

use std::io::Read as _;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::Refusal;
use desk::sheet::{Cell, Column, Deed, Empty, Section, Sheet, Table};
use futures::stream::try_unfold;
use store::keep::BackupAsk;
use store::policy::Resource;
use store::{Actor, AuditRow, Place};
use tempfile::TempDir;

use super::tabs;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::as_of::person_cell;
use crate::pages::change::{manages, must_manage, not_yours, posted};
use crate::{App, Html};

/// Backups that are listed.
const LISTED: u64 = 20;
/// Bytes of a piece on its way to the browser.
const PIECE: usize = 1 << 18;

#[derive(Template)]
#[template(path = "pages/backup.html")]
struct BackupPage {
    sheet: Html,
    csrf: String,
    keys: bool,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    let visit = match Visit::new(app, session, "/settings/backup", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = draw(&visit).await.and_then(|body| {
        let scope = tabs("/settings/backup")?;
        Ok((Frame { title: "Is everything kept twice?", over: "Settings", scope, ..Frame::default() }, body))
    });
    visit.answer(drawn)
}

async fn draw(visit: &Visit) -> Result<Html, Refusal> {
    if !manages(visit, Resource::Backup) {
        let ask = not_yours(visit).what_to_do().unwrap_or_default().to_owned();
        let empty = Empty::new(format!("Backups are made by administrators. {ask}"), "You do not administer here.");
        return visit.pen.empty(&empty.next("See what is yours", Deed::Open { href: "/settings".to_owned() }));
    }
    let store = visit.desk.store();
    let rows = store.audit_of("backup", LISTED).await?;
    let sheet = visit.pen.sheet(&sheet(visit, &rows))?;
    Html::of(&BackupPage { sheet, csrf: visit.pen.csrf.clone(), keys: !store.keys().ids().is_empty() })
}

fn sheet(visit: &Visit, rows: &[AuditRow]) -> Sheet {
    let columns = vec![
        Column::words("at", "Made").unsorted(),
        Column::words("by", "By").unsorted(),
        Column::words("holds", "It was made").unsorted(),
    ];
    let listed = rows.iter().map(|row| {
        let by = row.actor.parse().ok();
        vec![
            Cell::Time(row.at.as_second()),
            by.map_or_else(|| Cell::text(&row.actor), |id| person_cell(visit, id, visit.desk.today())),
            Cell::text(&row.target),
        ]
    });
    let table = Table::new("backups", "Backups that were made", columns).rows(listed);
    let table = table.or_say("None was made yet: whatever happens to this disk happens to everything on it.");
    Sheet::new(answer(visit, rows)).section(Section::new("Made so far").table(table))
}

fn answer(visit: &Visit, rows: &[AuditRow]) -> String {
    let Some(last) = rows.first() else { return "No backup was made yet.".to_owned() };
    match (visit.desk.now().as_second() - last.at.as_second()).max(0) / 86_400 {
        0 => "The last backup was made within a day.".to_owned(),
        1 => "The last backup was made a day ago.".to_owned(),
        days => format!("The last backup was made {days} days ago."),
    }
}

/// Makes a backup and hands it over.
pub(crate) async fn take(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/settings/backup", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match made(&visit, &body).await {
        Ok(sending) => hand_over(&visit, sending),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// A backup on its way; the folder that it lies in goes with the last piece, or when the browser goes away.
struct Sending {
    file: std::fs::File,
    bytes: u64,
    _folder: TempDir,
}

async fn made(visit: &Visit, body: &Bytes) -> Result<Sending, Refusal> {
    let typed = posted(visit, body)?;
    must_manage(visit, Resource::Backup, "backup").await?;
    let with_key = typed.iter().any(|(name, _)| name == "with_key");
    let store = visit.desk.store();
    if with_key && store.keys().ids().is_empty() {
        return Err(Refusal::invalid("there is no key here that could go with it")
            .hint("`mainstay doctor` says which key is wanted."));
    }
    let folder = folder(store.place())?;
    let lake = visit.app.office().lake();
    let lake = (lake.is_here() && lake.dir().exists()).then(|| lake.dir().to_owned());
    let file = folder.path().join("backup.tar");
    let ask = BackupAsk { file: file.clone(), lake, with_key };
    store.backup(Actor::Person(visit.session.viewer.person), ask, visit.desk.now()).await?;
    let unread = |error: std::io::Error| Refusal::unavailable(format!("the backup cannot be read: {error}"));
    let file = std::fs::File::open(&file).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?.len();
    Ok(Sending { file, bytes, _folder: folder })
}

/// A folder for its owner alone, beside the database where there is one: the system's own may be small.
fn folder(place: &Place) -> Result<TempDir, Refusal> {
    let beside = match place {
        Place::File(file) => file.parent(),
        Place::Server(_) => None,
    };
    let mut named = tempfile::Builder::new();
    named.prefix("backup-");
    let made = beside.map_or_else(|| named.tempdir(), |folder| named.tempdir_in(folder));
    made.map_err(|error| Refusal::unavailable(format!("there is no place for a backup: {error}")))
}

fn hand_over(visit: &Visit, sending: Sending) -> Response {
    let name = format!("mainstay-{}.tar", visit.desk.now().strftime("%Y-%m-%d-%H%M"));
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CONTENT_LENGTH, sending.bytes.to_string()),
    ];
    (headers, Body::from_stream(try_unfold(sending, piece))).into_response()
}

/// The next piece.
async fn piece(mut sending: Sending) -> std::io::Result<Option<(Bytes, Sending)>> {
    let read = move || {
        let mut buffer = vec![0; PIECE];
        let count = sending.file.read(&mut buffer)?;
        buffer.truncate(count);
        Ok((count > 0).then(|| (Bytes::from(buffer), sending)))
    };
    tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other)?
}
