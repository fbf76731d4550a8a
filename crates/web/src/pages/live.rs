//! What is being mined, drawn on pages and streamed to those that are open; that work has changed; that a room in which people are together has.
//! Of the last two only a sign is sent, of one length: the page asks again for what its own viewer may see.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use desk::progress::Mining;
use desk::sheet::{Thousands, duration};
use desk::{PracticeEntry, Refusal, Viewer};
use futures::Stream;
use futures::stream::unfold;

use super::pairs_of_query;
use crate::error::{answer, no_page};
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

/// Seconds between two looks whether somebody came or went, when nothing was done here.
const ROOM_SECONDS: u64 = 2;
/// Seconds after which whoever listens is seen again in the room.
const SEEN_SECONDS: i64 = 20;

/// Somebody who listens to a room.
struct Listener {
    app: App,
    practice: PracticeEntry,
    viewer: Viewer,
    pairs: Vec<(String, String)>,
    bell: tokio::sync::watch::Receiver<()>,
    said: Option<String>,
    seen: Option<jiff::Timestamp>,
}

/// The room that an ask stands in: an event `room` with the sign of what everybody in it sees, at once and whenever that has changed. Whoever
/// listens is there.
pub(crate) async fn room(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = format!("/live/{stage}/{name}");
    let Some(practice) = app.entry(&stage, &name).map(|entry| entry.practice) else {
        return no_page(&app, Some(&session), true, &path);
    };
    let bell = app.office().bell().hear();
    let pairs = pairs_of_query(query.as_deref());
    let viewer = session.viewer.clone();
    let mut listener = Listener { app: app.clone(), practice, viewer, pairs, bell, said: None, seen: None };
    match listener.look().await {
        Ok(Some(first)) => {
            let events = unfold((listener, Some(first)), |(mut listener, first)| async move {
                let sign = match first {
                    Some(first) => first,
                    None => listener.next().await,
                };
                Some((Ok::<_, Infallible>(Event::default().event("room").data(sign)), (listener, None)))
            });
            Sse::new(events).keep_alive(KeepAlive::default()).into_response()
        }
        Ok(None) => no_page(&app, Some(&session), true, &path),
        Err(refusal) => answer(&app, Some(&session), refusal, true, &path),
    }
}

impl Listener {
    /// The sign of the room as it is now, when it is another than was said last; whoever may see the room is seen in it.
    async fn look(&mut self) -> Result<Option<String>, Refusal> {
        let desk = self.app.office().desk(self.viewer.clone()).await?;
        let mut viewed = self.practice.view_pairs(&desk, &self.pairs).await?;
        let Some((room, _)) = &viewed.room else { return Ok(None) };
        if self.seen.is_none_or(|seen| desk.now().duration_since(seen).as_secs() >= SEEN_SECONDS) {
            self.seen = Some(desk.now());
            if desk.enter(room).await? {
                viewed = self.practice.view_pairs(&desk, &self.pairs).await?;
            }
        }
        let sign = viewed.room.map(|(_, sign)| sign).filter(|sign| self.said.as_ref() != Some(sign));
        self.said = sign.clone().or_else(|| self.said.take());
        Ok(sign)
    }

    /// Waits for the next sign that is another.
    async fn next(&mut self) -> String {
        loop {
            // Nothing rings for what another process does, or when somebody goes: it is looked for.
            let _ = tokio::time::timeout(std::time::Duration::from_secs(ROOM_SECONDS), self.bell.changed()).await;
            // A database that does not answer is asked again; the page keeps what it shows.
            if let Ok(Some(sign)) = self.look().await {
                return sign;
            }
        }
    }
}
