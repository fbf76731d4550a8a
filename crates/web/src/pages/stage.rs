//! A stage: its question and its practices, those still to come among them; and the rooms that come later.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::Stage;
use desk::sheet::{Deed, Empty};

use super::Visit;
use crate::error::no_page;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/stage.html")]
struct StagePage {
    practices: Vec<Listed>,
}

struct Listed {
    title: &'static str,
    question: &'static str,
    href: String,
    here: bool,
}

/// What will stand in the rooms that are not built: path, title, what.
const LATER: [(&str, &str, &str); 2] = [
    (
        "roadmap",
        "Where am I on the road, and what is my next step?",
        "Here the five stages will stand as a road, with the evidence that you keep under each capability.",
    ),
    (
        "work",
        "What is being worked on?",
        "Here work items and change requests will stand, read from forges and trackers.",
    ),
];

/// The page of a stage or of a room.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, Path(name): Path<String>) -> Response {
    let path = format!("/{name}");
    if let Some((_, title, what)) = LATER.iter().find(|(room, ..)| *room == name) {
        let visit = match Visit::new(app, session, path, None).await {
            Ok(visit) => visit,
            Err(response) => return response,
        };
        let empty = Empty::new(*what, "This room is not built yet.")
            .next("See what is here", Deed::Open { href: "/".to_owned() });
        let drawn = visit.pen.empty(&empty).map(|body| (Frame { title, ..Frame::default() }, body));
        return visit.answer(drawn);
    }
    let Some(stage) = Stage::named(&name).filter(|stage| Stage::ALL.contains(stage)) else {
        return no_page(&app, Some(&session), false, &path);
    };
    let practices = stage.practices().map(|planned| Listed {
        title: planned.title,
        question: planned.question,
        href: format!("/{}/{}", stage.name(), planned.name),
        here: app.entry(stage.name(), planned.name).is_some(),
    });
    let template = StagePage { practices: practices.collect() };
    let drawn = Html::of(&template)
        .map(|body| (Frame { title: stage.question(), over: stage.title(), ..Frame::default() }, body));
    match Visit::new(app, session, path, None).await {
        Ok(visit) => visit.answer(drawn),
        Err(response) => response,
    }
}
