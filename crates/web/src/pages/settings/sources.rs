//! What is read: the repositories that the lake holds, when each was last read, and what to type to add one or to read one again. Reading
//! is begun on the command line alone, so no button stands here.

use axum::extract::State;
use axum::response::Response;
use desk::sheet::{Cell, Column, Deed, Empty, Meaning, Section, Sheet, Suggestion, Table, Thousands};
use lake::RepoEntry;
use store::policy::Resource;

use super::tabs;
use crate::App;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::change::manages;

/// What adds a repository.
const ADD: &str = "mainstay mine PATH-OR-ADDRESS";

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    let visit = match Visit::new(app, session, "/settings/sources", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = visit.pen.sheet(&sheet(&visit)).and_then(|body| {
        let scope = tabs("/settings/sources")?;
        Ok((Frame { title: "What is read, and when was it last?", over: "Settings", scope, ..Frame::default() }, body))
    });
    visit.answer(drawn)
}

fn sheet(visit: &Visit) -> Sheet {
    let repos = visit.desk.facts().repos();
    let manages = manages(visit, Resource::Source);
    let add = || Deed::Run { command: ADD.to_owned() };
    if repos.is_empty() {
        let empty = Empty::new("Here will stand the repositories that were read.", "None was read yet.");
        return Sheet::nothing(empty.next("Read one", add()));
    }
    let columns = vec![
        Column::words("name", "Repository"),
        Column::words("place", "Read from").unsorted(),
        Column::words("branch", "Branch"),
        Column::numbers("commits", "Commits"),
        Column::words("read", "Last read"),
        Column::words("state", "State").unsorted(),
    ];
    let rows = repos.iter().map(|repo| row(visit, repo, manages));
    let table = Table::new("sources", "Repositories that were read", columns).rows(rows).ordered_by("name");
    let mut sheet = Sheet::new(answer(visit, repos)).section(Section::new("Repositories").table(table));
    if let (true, Some(first)) = (manages, repos.first()) {
        let again = "`mainstay up` reads what is new when it starts. With `--again` every row is written anew.";
        sheet = sheet
            .suggest(Suggestion::new("Add a repository", "A folder, or an address that Git can clone from.", add()))
            .suggest(Suggestion::new(
                "Read one again",
                again,
                Deed::Run { command: format!("mainstay mine {}", first.path) },
            ));
    }
    sheet
}

fn answer(visit: &Visit, repos: &[RepoEntry]) -> String {
    let all: u64 = repos.iter().map(|repo| commits(visit, repo)).sum();
    let oldest = repos.iter().min_by_key(|repo| repo.mined_at);
    let many =
        if repos.len() == 1 { "One repository is".to_owned() } else { format!("{} repositories are", repos.len()) };
    let days = oldest.map_or(0, |repo| (visit.desk.now().as_second() - repo.mined_at).max(0) / 86_400);
    let since = match (days, oldest) {
        (0, _) | (_, None) if repos.len() == 1 => "it was read within a day".to_owned(),
        (0, _) | (_, None) => "each was read within a day".to_owned(),
        (1, Some(repo)) => format!("{} was last read a day ago", repo.name),
        (days, Some(repo)) => format!("{} was last read {days} days ago", repo.name),
    };
    format!("{many} read here, with {} commits; {since}.", Thousands(all))
}

fn commits(visit: &Visit, repo: &RepoEntry) -> u64 {
    let parts = visit.desk.facts().parts().iter();
    parts.filter(|part| part.repo == repo.id && part.table == "commits").map(|part| part.rows).sum()
}

fn row(visit: &Visit, repo: &RepoEntry, manages: bool) -> Vec<Cell> {
    // Where things lie on the machine is for those who look after it.
    let place = if manages { Cell::text(&repo.path) } else { Cell::missing("administrators see it") };
    vec![
        Cell::text(&repo.name),
        place,
        repo.branch.as_ref().map_or_else(|| Cell::missing("it has no commit yet"), Cell::text),
        Cell::Count(commits(visit, repo)),
        Cell::Time(repo.mined_at),
        state(visit, repo),
    ]
}

fn state(visit: &Visit, repo: &RepoEntry) -> Cell {
    let board = visit.desk.progress().now();
    match board.iter().find(|mining| mining.repo == repo.id || mining.name == repo.name) {
        Some(mining) => match &mining.failed {
            Some(why) => Cell::mark(format!("failed: {why}"), Meaning::Act),
            None => Cell::mark(mining.phase.clone(), Meaning::Neutral),
        },
        None if repo.flags.is_empty() => Cell::mark("read", Meaning::Good),
        None => Cell::mark(repo.flags.join(", "), Meaning::Watch),
    }
}
