//! Any other question: SQL over the facts, read only, with the schema beside it. The question lives in the address.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use desk::sheet::Thousands;
use desk::{Desk, Refusal};
use lake::tables::{self, TABLES};
use lake::views::VIEWS;

use super::Visit;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html, sql};

#[derive(Template)]
#[template(path = "pages/sql.html")]
struct SqlPage<'a> {
    typed: &'a str,
    wrong: Option<String>,
    hint: Option<&'a str>,
    summary: Option<String>,
    result: Html,
    tables: &'static [lake::schema::TableDef],
    views: &'static [lake::views::View],
    examples: Vec<(&'static str, String)>,
}

/// Questions that show what can be asked.
const EXAMPLES: [(&str, &str); 3] = [
    (
        "Files changed most",
        "SELECT path, count(*) AS changes\nFROM changes\nWHERE kind <> 'merge' AND role = 'code'\nGROUP BY path\nORDER BY changes DESC\nLIMIT 20",
    ),
    (
        "Commits by month",
        "SELECT date_trunc('month', committed_at) AS month, count(*) AS commits\nFROM commits\nGROUP BY month\nORDER BY month",
    ),
    (
        "Longest functions",
        "SELECT path, name, code_lines, cognitive\nFROM functions\nORDER BY code_lines DESC\nLIMIT 20",
    ),
];

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/code/sql", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = visit.pen.asked("q").unwrap_or_default().to_owned();
    let answered = if typed.trim().is_empty() { None } else { Some(ask(&visit.desk, &typed, &visit).await) };
    let (summary, result, refusal) = match answered {
        None => (None, Html::default(), None),
        Some(Ok((summary, result))) => (Some(summary), result, None),
        Some(Err(bug @ Refusal::Bug { .. })) => return visit.refuse(bug),
        Some(Err(refusal)) => (None, Html::default(), Some(refusal)),
    };
    debug_assert!(tables::table("commits").is_some(), "the schema beside the editor lists tables that exist");
    let drawn = Html::of(&SqlPage {
        typed: &typed,
        wrong: refusal.as_ref().map(|refusal| crate::error::sentence(&refusal.to_string())),
        hint: refusal.as_ref().and_then(Refusal::what_to_do),
        summary,
        result,
        tables: TABLES,
        views: VIEWS,
        examples: EXAMPLES.map(|(title, sql)| (title, format!("/code/sql?q={}", desk::form::escape(sql)))).into(),
    })
    .map(|body| {
        (Frame { title: "What else do you want to know?", over: "Questions in SQL", ..Frame::default() }, body)
    });
    let status = refusal.as_ref().map_or(200, Refusal::status);
    visit.answer_with(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), drawn)
}

async fn ask(desk: &Desk, statement: &str, visit: &Visit) -> Result<(String, Html), Refusal> {
    let answer = sql::ask(desk, statement).await?;
    let table = sql::table(&answer)?;
    let count = Thousands(u64::try_from(answer.row_count()).unwrap_or(u64::MAX));
    let summary = match (answer.cut, answer.row_count()) {
        (true, _) => format!("The first {count} rows; the command line gives all: mainstay sql."),
        (false, 1) => "One row.".to_owned(),
        (false, _) => format!("{count} rows."),
    };
    Ok((summary, visit.pen.table(&table)?))
}
