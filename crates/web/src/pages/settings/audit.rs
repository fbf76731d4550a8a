//! The audit: the latest rows, and whether the chain is whole. Ids stand here, never what anybody wrote.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Cell, Column, Deed, Empty, Meaning, Section, Sheet, Table, Thousands};
use store::{AuditRow, AuditState};

use super::{reads_audit, tabs};
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::as_of::person_cell;
use crate::pages::change::not_yours;
use crate::{App, Html};

/// Rows that are looked at.
const ROWS: u64 = 2_000;

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    actions: Vec<(String, bool)>,
    sheet: Html,
    verify: String,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/settings/audit", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = draw(&visit).await.and_then(|body| {
        let scope = tabs("/settings/audit")?;
        Ok((Frame { title: "What was done, and by whom?", over: "Settings", scope, ..Frame::default() }, body))
    });
    visit.answer(drawn)
}

async fn draw(visit: &Visit) -> Result<Html, Refusal> {
    if !reads_audit(visit) {
        let ask = not_yours(visit).what_to_do().unwrap_or_default().to_owned();
        let empty = Empty::new(format!("The audit is read by administrators. {ask}"), "You do not administer here.");
        return visit.pen.empty(&empty.next("See what is yours", Deed::Open { href: "/settings".to_owned() }));
    }
    let rows = visit.desk.store().audit(None, ROWS).await?;
    let chosen = visit.pen.asked("action").map(str::trim).filter(|text| !text.is_empty());
    let mut actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    actions.sort_unstable();
    actions.dedup();
    let actions = actions.into_iter().map(|action| (action.to_owned(), Some(action) == chosen)).collect();
    let shown: Vec<&AuditRow> = rows.iter().filter(|row| chosen.is_none_or(|chosen| row.action == chosen)).collect();
    let mut sheet = Sheet::new(answer(&rows, &shown, chosen));
    if visit.pen.asked("verify").is_some() {
        let (meaning, text) = verified(&visit.desk.store().verify_audit().await?);
        sheet = sheet.notice(meaning, text);
    }
    let sheet = sheet.section(Section::new("Latest").table(table(visit, &shown)));
    Html::of(&AuditPage { actions, sheet: visit.pen.sheet(&sheet)?, verify: visit.pen.with("verify", Some("true")) })
}

fn answer(rows: &[AuditRow], shown: &[&AuditRow], chosen: Option<&str>) -> String {
    let count = Thousands(u64::try_from(shown.len()).unwrap_or(u64::MAX));
    let all = rows.first().map_or(0, |row| row.seq);
    match chosen {
        Some(action) => format!("{count} of the latest rows are {action}."),
        None => format!("{count} rows are shown of {}.", Thousands(all)),
    }
}

fn verified(state: &AuditState) -> (Meaning, String) {
    match state {
        AuditState::Whole { rows } => (
            Meaning::Good,
            format!("The chain is whole: each of its {} rows follows from the one before.", Thousands(*rows)),
        ),
        AuditState::Broken { seq, why } => (
            Meaning::Act,
            format!("The chain is broken: row {seq} {why}. Keep a copy of the database and look at the backups."),
        ),
    }
}

fn table(visit: &Visit, shown: &[&AuditRow]) -> Table {
    let columns = vec![
        Column::numbers("seq", "Row"),
        Column::words("at", "When").unsorted(),
        Column::words("actor", "Who"),
        Column::words("action", "What"),
        Column::words("target", "On").unsorted(),
    ];
    let rows = shown.iter().map(|row| {
        let actor = row.actor.parse().ok();
        vec![
            Cell::Count(row.seq),
            Cell::Time(row.at.as_second()),
            actor.map_or_else(|| Cell::text(&row.actor), |id| person_cell(visit, id, visit.desk.today())),
            Cell::text(&row.action),
            Cell::text(&row.target),
        ]
    });
    Table::new("audit", "Rows of the audit", columns).rows(rows).ordered_by("-seq")
}
