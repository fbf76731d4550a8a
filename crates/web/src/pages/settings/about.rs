//! What runs here: the program, where its data lies, and which keys open what is sealed.

use axum::extract::State;
use axum::response::Response;
use desk::sheet::{Cell, Column, Section, Sheet, Table};
use store::Place;

use super::{reads_audit, tabs};
use crate::App;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    let visit = match Visit::new(app, session, "/settings/about", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = visit.pen.sheet(&sheet(&visit)).and_then(|body| {
        let scope = tabs("/settings/about")?;
        Ok((Frame { title: "What runs here?", over: "Settings", scope, ..Frame::default() }, body))
    });
    visit.answer(drawn)
}

fn sheet(visit: &Visit) -> Sheet {
    let (store, facts) = (visit.desk.store(), visit.desk.facts());
    let kind = match store.place() {
        Place::File(_) => "SQLite",
        Place::Server(_) => "PostgreSQL",
    };
    // Where things lie on the machine is for those who look after it.
    let place =
        if reads_audit(visit) { Cell::text(store.place().to_string()) } else { Cell::text("administrators see it") };
    let keys = store.keys().ids();
    let keys = if keys.is_empty() { "none: sealed records stay sealed".to_owned() } else { keys.join(", ") };
    let rows = [
        ("Mainstay", Cell::text(env!("CARGO_PKG_VERSION"))),
        ("Database", Cell::text(kind)),
        ("It lies at", place),
        ("Keys of sealed records", Cell::text(keys)),
        ("Repositories read", Cell::Count(u64::try_from(facts.repos().len()).unwrap_or(u64::MAX))),
        ("Version of the facts", Cell::Count(facts.version())),
    ];
    let columns = vec![Column::words("what", "What").unsorted(), Column::words("value", "Value").unsorted()];
    let rows = rows.into_iter().map(|(what, value)| vec![Cell::text(what), value]);
    let table = Table::new("about-table", "About this Mainstay", columns).rows(rows);
    Sheet::new(format!("Mainstay {} keeps its records in {kind}.", env!("CARGO_PKG_VERSION")))
        .section(Section::new("About").table(table))
}
