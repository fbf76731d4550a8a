//! The repositories: what was read of each, since when, and what must be known before believing it.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::sheet::{Cell, Column, Deed, Empty, Meaning, Section, Sheet, Table};
use desk::{Desk, Refusal};
use serde::Deserialize;

use super::Visit;
use crate::App;
use crate::frame::Frame;
use crate::guard::Signed;

/// A repository with its counts.
pub(crate) struct Repository {
    name: String,
    path: String,
    head: Option<String>,
    branch: Option<String>,
    mined_at: i64,
    truncated_since: Option<i64>,
    flags: Vec<String>,
    pub(crate) commits: u64,
    files: u64,
    since: Option<i64>,
    newest: Option<i64>,
}

#[derive(Deserialize)]
struct Ends {
    repo: String,
    since: Option<i64>,
    newest: Option<i64>,
}

/// Every repository that was read.
pub(crate) async fn repositories(desk: &Desk) -> Result<Vec<Repository>, Refusal> {
    let facts = desk.facts();
    if facts.repos().is_empty() {
        return Ok(Vec::new());
    }
    let ends: Vec<Ends> = facts
        .rows("SELECT repo, min(committed_at) AS since, max(committed_at) AS newest FROM commits GROUP BY repo", &[])
        .await?;
    let repos = facts.repos().iter().map(|entry| {
        let end = ends.iter().find(|end| end.repo == entry.id);
        Repository {
            name: entry.name.clone(),
            path: entry.path.clone(),
            head: entry.head.clone(),
            branch: entry.branch.clone(),
            mined_at: entry.mined_at,
            truncated_since: entry.truncated_since,
            flags: entry.flags.clone(),
            commits: facts.row_count(&entry.id, "commits"),
            files: facts.row_count(&entry.id, "files"),
            since: end.and_then(|end| end.since),
            newest: end.and_then(|end| end.newest),
        }
    });
    Ok(repos.collect())
}

/// The repositories as a table.
pub(crate) fn repository_table(repos: &[Repository]) -> Table {
    let columns = vec![
        Column::words("name", "Repository"),
        Column::numbers("commits", "Commits"),
        Column::numbers("files", "Files"),
        Column::words("since", "Since"),
        Column::words("newest", "Newest commit"),
        Column::words("head", "Head").unsorted(),
        Column::words("mined", "Read"),
        Column::words("notes", "To know").unsorted(),
    ];
    Table::new("repositories", "Repositories that were read", columns).rows(repos.iter().map(row))
}

fn row(repo: &Repository) -> Vec<Cell> {
    let time = |at: Option<i64>| at.map_or_else(|| Cell::missing("no commit"), Cell::Time);
    let short = |sha: &String| sha.chars().take(10).collect::<String>();
    let head = repo.head.as_ref().map(|sha| match &repo.branch {
        Some(branch) => format!("{branch} {}", short(sha)),
        None => short(sha),
    });
    let mut notes = repo.flags.clone();
    if repo.truncated_since.is_some() && !notes.iter().any(|flag| flag == "truncated") {
        notes.push("truncated".to_owned());
    }
    let note = if notes.is_empty() { Cell::text("") } else { Cell::mark(notes.join(", "), Meaning::Watch) };
    vec![
        Cell::text(repo.name.clone()),
        Cell::Count(repo.commits),
        Cell::Count(repo.files),
        time(repo.since),
        time(repo.newest),
        head.map_or_else(|| Cell::missing("the repository is empty"), Cell::text),
        Cell::Time(repo.mined_at),
        note,
    ]
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/code", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = async {
        let repos = repositories(&visit.desk).await?;
        let body = visit.pen.sheet(&sheet(&repos))?;
        Ok((Frame { title: "Which code is read, and how far back?", over: "Code", ..Frame::default() }, body))
    };
    let drawn = drawn.await;
    visit.answer(drawn)
}

fn sheet(repos: &[Repository]) -> Sheet {
    if repos.is_empty() {
        let empty =
            Empty::new("Here the repositories will stand with what was read of each.", "No repository was read yet.");
        return Sheet::nothing(empty.next("Read one", Deed::Run { command: "mainstay mine PATH".to_owned() }));
    }
    let truncated: Vec<&str> =
        repos.iter().filter(|repo| repo.truncated_since.is_some()).map(|repo| repo.name.as_str()).collect();
    let answer = match truncated.as_slice() {
        [] => "Every repository was read from its first commit on.".to_owned(),
        some => format!(
            "{} begin{} later than their first commit, because the clone is shallow.",
            some.join(", "),
            if some.len() == 1 { "s" } else { "" }
        ),
    };
    let places = Table::new(
        "places",
        "Where they were read from",
        vec![Column::words("name", "Repository"), Column::words("path", "Read from")],
    )
    .rows(repos.iter().map(|repo| vec![Cell::text(repo.name.clone()), Cell::text(repo.path.clone())]));
    Sheet::new(answer)
        .section(Section::new("Repositories").table(repository_table(repos)))
        .section(Section::new("Where they were read from").table(places))
}
