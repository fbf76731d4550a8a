//! The tables of the facts, as their definitions document them.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::sheet::{Cell, Column, Section, Sheet, Table};
use lake::tables::TABLES;
use lake::views::VIEWS;

use super::Visit;
use crate::App;
use crate::frame::Frame;
use crate::guard::Signed;

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/code/schema", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let title = "Which tables can be asked, and what stands in them?";
    let drawn = visit.pen.sheet(&sheet()).map(|body| (Frame { title, over: "Code", ..Frame::default() }, body));
    visit.answer(drawn)
}

fn sheet() -> Sheet {
    let answer = format!(
        "{} tables of facts and {} views over them; every table begins with its repository.",
        TABLES.len(),
        VIEWS.len()
    );
    let mut sheet = Sheet::new(answer);
    for def in TABLES {
        let columns = vec![
            Column::words("name", "Column").unsorted(),
            Column::words("kind", "Holds").unsorted(),
            Column::words("about", "Meaning").unsorted(),
        ];
        let rows = def.columns.iter().map(|column| {
            let kind = if column.nullable {
                format!("{}, or none", column.kind.word())
            } else {
                column.kind.word().to_owned()
            };
            vec![Cell::text(column.name), Cell::text(kind), Cell::text(column.about)]
        });
        let table = Table::new(&format!("table-{}", def.name), format!("Columns of {}", def.name), columns).rows(rows);
        sheet = sheet.section(Section::new(def.name).say(def.about).table(table));
    }
    let views = Table::new(
        "views",
        "Views",
        vec![Column::words("name", "View").unsorted(), Column::words("about", "Meaning").unsorted()],
    )
    .rows(VIEWS.iter().map(|view| vec![Cell::text(view.name), Cell::text(view.about)]));
    sheet.section(Section::new("Views").table(views))
}
