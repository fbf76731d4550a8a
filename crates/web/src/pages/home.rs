//! The first page: what was read, what is being read, and the questions that can be asked now. The brief takes its place later.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::progress::Mining;
use desk::sheet::{Deed, Empty, Thousands};
use desk::{PracticeEntry, Refusal};

use super::code::{repositories, repository_table};
use super::{Visit, live};
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage<'a> {
    answer: String,
    empty: Option<Html>,
    mining: Html,
    practices: &'a [PracticeEntry],
    table: Html,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = draw(&visit).await;
    visit.answer(drawn)
}

async fn draw<'a>(visit: &Visit) -> Result<(Frame<'a>, Html), Refusal> {
    let mining = visit.desk.progress().now();
    let repos = repositories(&visit.desk).await?;
    let commits: u64 = repos.iter().map(|repo| repo.commits).sum();
    let empty = if repos.is_empty() {
        let empty = if mining.is_empty() {
            Empty::new(
                "Here the questions that need you now will stand, answered from your repositories.",
                "No repository was read yet.",
            )
            .next("Read one", Deed::Run { command: "mainstay up PATH".to_owned() })
        } else {
            Empty::new("The answers follow as soon as the first repository is read.", "The history is being read.")
        };
        Some(visit.pen.empty(&empty)?)
    } else {
        None
    };
    let table = if repos.is_empty() { Html::default() } else { visit.pen.table(&repository_table(&repos))? };
    let body = Html::of(&HomePage {
        answer: sentence(repos.len(), commits, &mining),
        empty,
        mining: live::board(&mining)?,
        practices: visit.app.registry().all(),
        table,
    })?;
    let again = if mining.is_empty() { 0 } else { 3 };
    Ok((Frame { title: "What needs me now?", over: "Brief", again, ..Frame::default() }, body))
}

fn sentence(repos: usize, commits: u64, mining: &[Mining]) -> String {
    let what = match repos {
        1 => "one repository".to_owned(),
        many => format!("{many} repositories"),
    };
    let under_way = match mining.len() {
        0 => String::new(),
        1 => " One is being read now.".to_owned(),
        many => format!(" {many} are being read now."),
    };
    format!("{} commits of {what} are read and can be asked about.{under_way}", Thousands(commits))
}
