//! The page of a practice: its question, its scope, its answer, its acts. A practice that is still to come says so.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use desk::form::{Choice, Field, Shape, pairs_of};
use desk::roadmap::Planned;
use desk::sheet::{Deed, Empty};
use desk::{Desk, PracticeEntry, Refusal, Stage};
use serde_json::Value;

use super::Visit;
use crate::error::no_page;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::page::Entry;
use crate::pen::{FormView, act_path, address, form_fields, is_table_pair};
use crate::{App, Html, Pen};

#[derive(Template)]
#[template(path = "parts/scope.html")]
struct ScopePart {
    chips: Vec<Chip>,
    periods: Vec<Period>,
    change: Html,
}

struct Chip {
    name: String,
    text: String,
    without: String,
}

struct Period {
    title: &'static str,
    href: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "parts/actions.html")]
struct ActionsPart {
    main: Option<(String, &'static str)>,
    others: Vec<(String, &'static str)>,
}

/// The page.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let path = format!("/{stage}/{name}");
    let Some(entry) = app.entry(&stage, &name).copied() else {
        let planned =
            desk::roadmap::PRACTICES.iter().find(|planned| planned.stage.name() == stage && planned.name == name);
        return match planned {
            Some(planned) => match Visit::new(app, session, path, None).await {
                Ok(visit) => later(&visit, planned),
                Err(response) => response,
            },
            None => no_page(&app, Some(&session), false, &path),
        };
    };
    let visit = match Visit::new(app, session, path, query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let viewed = in_room(&visit, &entry).await;
    if let Ok(viewed) = &viewed
        && let Some(document) = &viewed.document
    {
        let name = format!("attachment; filename=\"{}\"", document.file_name);
        return (
            [(header::CONTENT_TYPE, document.media_type.to_owned()), (header::CONTENT_DISPOSITION, name)],
            document.body.clone(),
        )
            .into_response();
    }
    if let Ok(viewed) = &viewed
        && let Some(short) = shorter(&visit.pen, &pairs_of(&viewed.ask, &(entry.practice.default_ask)()))
    {
        return Redirect::to(&short).into_response();
    }
    match viewed.and_then(|viewed| draw(&visit, &entry, &viewed)) {
        Ok((frame, body)) => visit.answer(Ok((frame, body))),
        Err(refusal) if !refusal.field_errors().is_empty() => wrong_ask(&visit, &entry, &refusal),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The answer; whoever sees a room by it is in the room from then on, and sees themselves there.
async fn in_room(visit: &Visit, entry: &Entry) -> Result<desk::Viewed, Refusal> {
    let pairs = visit.pen.ask_pairs();
    let viewed = entry.practice.view_pairs(&visit.desk, &pairs).await?;
    match &viewed.room {
        Some((room, _)) if visit.desk.enter(room).await? => entry.practice.view_pairs(&visit.desk, &pairs).await,
        _ => Ok(viewed),
    }
}

/// The address without what a form sends for fields that were left alone, when there is such.
fn shorter(pen: &Pen, asked: &[(String, String)]) -> Option<String> {
    let idle = |pair: &(String, String)| !asked.contains(pair) && (pair.1.trim().is_empty() || pair.1 == "false");
    pen.ask_pairs().iter().any(idle).then(|| {
        let turned = pen.query.iter().filter(|(name, _)| is_table_pair(name));
        address(&pen.path, &asked.iter().chain(turned).cloned().collect::<Vec<_>>())
    })
}

fn draw<'a>(visit: &Visit, entry: &Entry, viewed: &desk::Viewed) -> Result<(Frame<'a>, Html), Refusal> {
    let pen = &visit.pen;
    let body = match (entry.body)(viewed, pen)? {
        Some(body) => body,
        None => pen.sheet(&viewed.sheet)?,
    };
    let practice = &entry.practice;
    let frame = Frame {
        title: practice.question,
        over: practice.title,
        scope: scope(&visit.desk, practice, &viewed.ask, pen)?,
        actions: actions(practice)?,
        ..Frame::default()
    };
    Ok((frame, body))
}

/// What cannot be asked: the form with what was typed and what is wrong beside it.
fn wrong_ask(visit: &Visit, entry: &Entry, refusal: &Refusal) -> Response {
    let practice = &entry.practice;
    let fields = ask_fields(&visit.desk, practice);
    let path = practice.path();
    let whole = crate::error::sentence(&refusal.to_string());
    let form = FormView {
        action: &path,
        method: "get",
        button: "Ask again",
        back: Some(&path),
        readers: None,
        wrong: Some(&whole),
        hint: refusal.what_to_do(),
        meanwhile: None,
    };
    let drawn = visit
        .pen
        .act_form(&fields, &visit.pen.ask_pairs(), refusal.field_errors(), &form)
        .map(|body| (Frame { title: practice.question, over: practice.title, ..Frame::default() }, body));
    visit.answer_with(axum::http::StatusCode::UNPROCESSABLE_ENTITY, drawn)
}

fn ask_fields(desk: &Desk, practice: &PracticeEntry) -> Vec<Field> {
    let mut fields = form_fields(&(practice.ask_schema)());
    for field in &mut fields {
        field.required = false;
        if field.name == "repo" {
            let names =
                desk.facts().repos().iter().map(|repo| Choice { value: repo.name.clone(), label: repo.name.clone() });
            field.shape = Shape::List(Box::new(Shape::Choice(names.collect())));
        }
    }
    let choice = desk.facts().repos().len() > 1;
    fields.retain(|field| !field.command_only && (choice || field.name != "repo"));
    fields
}

fn scope(desk: &Desk, practice: &PracticeEntry, ask: &Value, pen: &Pen) -> Result<Html, Refusal> {
    let fields = ask_fields(desk, practice);
    let pairs = pairs_of(ask, &(practice.default_ask)());
    let title = |name: &str| {
        let head = name.split('.').next().unwrap_or(name);
        fields.iter().find(|field| field.name == head).map_or_else(|| head.to_owned(), |field| field.title.clone())
    };
    let without = |place: usize| {
        let rest: Vec<_> =
            pairs.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, pair)| pair.clone()).collect();
        address(&pen.path, &rest)
    };
    let chips = pairs.iter().enumerate().map(|(place, (name, text))| Chip {
        name: title(name),
        text: if text == "true" { "yes".to_owned() } else { text.clone() },
        without: without(place),
    });
    let since = pairs.iter().find(|(name, _)| name == "since").map(|(_, text)| text.as_str());
    let periods = [("90 days", Some("90d")), ("A year", Some("1y")), ("All", None)].map(|(title, length)| Period {
        title,
        href: pen.with("since", length),
        here: since == length,
    });
    let has_since = fields.iter().any(|field| field.name == "since");
    let form = FormView {
        action: &pen.path,
        method: "get",
        button: "Ask",
        back: None,
        readers: None,
        wrong: None,
        hint: None,
        meanwhile: None,
    };
    Html::of(&ScopePart {
        chips: chips.collect(),
        periods: if has_since { periods.into_iter().collect() } else { Vec::new() },
        change: pen.act_form(&fields, &pairs, &[], &form)?,
    })
}

fn actions(practice: &PracticeEntry) -> Result<Html, Refusal> {
    let acts = (practice.acts)();
    let main = acts.iter().find(|act| act.main).or(acts.first());
    let link = |act: &desk::ActEntry| (act_path(practice, act.name), act.title);
    let others = acts.iter().filter(|act| main.is_none_or(|main| main.name != act.name)).map(link).collect();
    Html::of(&ActionsPart { main: main.map(link), others })
}

fn later(visit: &Visit, planned: &Planned) -> Response {
    let empty = Empty::new(
        format!("Here Mainstay will answer: {}", planned.question),
        format!("{} is on the road, and not built yet.", planned.title),
    );
    let next = first_here(&visit.app, planned.stage);
    let empty = match next {
        Some(entry) => empty.next(format!("Look at {} meanwhile", entry.title), Deed::Open { href: entry.path() }),
        None => empty.next("See what is here", Deed::Open { href: "/".to_owned() }),
    };
    let drawn = visit
        .pen
        .empty(&empty)
        .map(|body| (Frame { title: planned.question, over: planned.title, ..Frame::default() }, body));
    visit.answer(drawn)
}

fn first_here(app: &App, stage: Stage) -> Option<PracticeEntry> {
    app.registry().of(stage).next().or_else(|| app.registry().all().first()).copied()
}
