//! What is being mined, drawn on pages and streamed to those that are open. Without script the page asks again by itself.

use std::convert::Infallible;

use askama::Template;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use desk::Refusal;
use desk::progress::Mining;
use desk::sheet::{Thousands, duration};
use futures::Stream;
use futures::stream::unfold;

use crate::guard::Signed;
use crate::{App, Html};

#[derive(Template)]
#[template(path = "parts/mining.html")]
struct BoardPart {
    lines: Vec<Line>,
}

struct Line {
    name: String,
    words: String,
    done: u64,
    total: Option<u64>,
    failed: Option<String>,
}

/// The board.
pub(crate) fn board(mining: &[Mining]) -> Result<Html, Refusal> {
    Html::of(&BoardPart { lines: mining.iter().map(line).collect() })
}

fn line(mining: &Mining) -> Line {
    let mut words = mining.phase.clone();
    words.push_str(&match mining.total {
        Some(total) => format!(", {} of {}", Thousands(mining.done), Thousands(total)),
        None => format!(", {}", Thousands(mining.done)),
    });
    if let Some(rate) = mining.per_second.filter(|rate| rate.is_finite()) {
        words.push_str(&format!(", {} a second", desk::sheet::number(rate, 0)));
    }
    if let Some(left) = mining.left_seconds {
        words.push_str(&format!(", {} left", duration(i64::try_from(left).unwrap_or(i64::MAX))));
    }
    Line { name: mining.name.clone(), words, done: mining.done, total: mining.total, failed: mining.failed.clone() }
}

/// The board as it changes: an event `board` with its HTML, and `done` when nothing is left on it.
pub(crate) async fn stream(
    State(app): State<App>,
    Signed(_): Signed,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut watch = app.office().progress().watch();
    watch.mark_changed();
    let events = unfold(watch, |mut watch| async move {
        watch.changed().await.ok()?;
        let mining = watch.borrow_and_update().clone();
        let event = if mining.is_empty() {
            Event::default().event("done").data("")
        } else {
            let html = board(&mining).map(Html::into_string).unwrap_or_default();
            Event::default().event("board").data(html)
        };
        Some((Ok(event), watch))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// Seconds between two looks whether work has changed.
const LOOK_SECONDS: u64 = 2;

/// A number that changes when somebody changes work: an event `work` with it, at once and then after every change.
pub(crate) async fn work(
    State(app): State<App>,
    Signed(_): Signed,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let store = app.office().store().clone();
    let events = unfold((store, None), |(store, mut said)| async move {
        loop {
            // A database that does not answer is asked again; the page keeps what it shows.
            match store.work_version().await {
                Ok(version) if said != Some(version) => {
                    said = Some(version);
                    return Some((Ok(Event::default().event("work").data(version.to_string())), (store, said)));
                }
                _ => tokio::time::sleep(std::time::Duration::from_secs(LOOK_SECONDS)).await,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
