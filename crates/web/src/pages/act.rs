//! The form of an act, filled in by a suggestion or by what was typed, and its post: done, then off to the page with a sentence.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::form::from_pairs;
use desk::records::Written;
use desk::{ActEntry, FieldError, PracticeEntry, Refusal};

use super::sign_in::stale_form;
use super::{Visit, pairs_of_query};
use crate::App;
use crate::error::{no_page, sentence};
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pen::{FormView, act_path, form_fields};
use crate::sessions::Said;

type Names = Path<(String, String, String)>;

fn find(app: &App, stage: &str, name: &str, act: &str) -> Option<(PracticeEntry, ActEntry)> {
    let practice = app.entry(stage, name)?.practice;
    Some((practice, practice.act(act)?))
}

/// The form.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, name, act)): Names,
    RawQuery(query): RawQuery,
) -> Response {
    let path = format!("/{stage}/{name}/do/{act}");
    let Some((practice, act)) = find(&app, &stage, &name, &act) else {
        return no_page(&app, Some(&session), false, &path);
    };
    let visit = match Visit::new(app, session, path, query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = visit.pen.query.clone();
    draw(&visit, &practice, &act, &typed, None)
}

/// The post.
pub(crate) async fn run(
    State(app): State<App>,
    Signed(session): Signed,
    Path((stage, name, act)): Names,
    body: Bytes,
) -> Response {
    let path = format!("/{stage}/{name}/do/{act}");
    let Some((practice, act)) = find(&app, &stage, &name, &act) else {
        return no_page(&app, Some(&session), false, &path);
    };
    let visit = match Visit::new(app, session, path, None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let (marks, typed): (Vec<_>, Vec<_>) =
        pairs_of_query(std::str::from_utf8(&body).ok()).into_iter().partition(|(name, _)| name == "csrf");
    if !marks.iter().any(|(_, token)| *token == visit.session.csrf) {
        return visit.refuse(stale_form());
    }
    let done = match from_pairs(&(act.input_schema)(), &typed) {
        Ok(input) => act.run(&visit.desk, &practice, input).await,
        Err(fields) => Err(Refusal::fields(fields)),
    };
    match done {
        Ok(done) => {
            let to = done.told.href.filter(|href| href.starts_with('/')).unwrap_or_else(|| practice.path());
            let undo = done.written.iter().map(Written::text).collect();
            let said = Said { sentence: done.told.sentence, undo, back: to.clone() };
            visit.app.waiting().say(&visit.session, said);
            Redirect::to(&to).into_response()
        }
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => draw(&visit, &practice, &act, &looked_again(typed, &refusal), Some(&refusal)),
    }
}

/// Takes an act back while it is fresh, and goes to where it led.
pub(crate) async fn undo(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/undo", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let pairs = pairs_of_query(std::str::from_utf8(&body).ok());
    let all = |wanted: &'static str| pairs.iter().filter(move |(name, _)| name == wanted).map(|(_, text)| text);
    if !all("csrf").any(|token| *token == visit.session.csrf) {
        return visit.refuse(stale_form());
    }
    let kinds = |name: &str| visit.app.registry().kind(name).ok().filter(|kind| !kind.by_acts).map(|kind| kind.rules);
    let one = |text: &String| Written::parse(text, kinds);
    let Some(written) = all("written").map(one).collect::<Option<Vec<_>>>().filter(|written| !written.is_empty())
    else {
        return visit.refuse(Refusal::invalid("nothing was named that could be taken back"));
    };
    if let Err(refusal) = visit.desk.undo(&written).await {
        return visit.refuse(refusal);
    }
    visit.app.waiting().say(&visit.session, Said::plain("Taken back: everything is as it was before."));
    let here = |path: &&String| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    Redirect::to(all("back").find(here).map_or("/", String::as_str)).into_response()
}

/// What was typed, at the version that the difference shows: whoever saves again has seen it.
fn looked_again(mut typed: Vec<(String, String)>, refusal: &Refusal) -> Vec<(String, String)> {
    if let Some(meanwhile) = refusal.what_changed() {
        let (seen, now) = (meanwhile.seen.to_string(), meanwhile.now.to_string());
        for (_, text) in typed.iter_mut().filter(|(name, text)| SEEN.contains(&name.as_str()) && *text == seen) {
            text.clone_from(&now);
        }
    }
    typed
}

/// What acts call the version that was seen.
const SEEN: [&str; 2] = ["seen", "version"];

fn draw(
    visit: &Visit,
    practice: &PracticeEntry,
    act: &ActEntry,
    typed: &[(String, String)],
    refusal: Option<&Refusal>,
) -> Response {
    let fields = form_fields(&(act.input_schema)());
    let wrong: &[FieldError] = refusal.map(Refusal::field_errors).unwrap_or_default();
    let known = |one: &FieldError| fields.iter().any(|field| one.field.split('.').next() == Some(field.name.as_str()));
    let whole = refusal.map(|refusal| {
        let loose: Vec<String> =
            wrong.iter().filter(|one| !known(one)).map(|one| format!("{} {}", one.field, one.message)).collect();
        let what = if loose.is_empty() { refusal.to_string() } else { loose.join("; ") };
        format!("Nothing was saved. {}", sentence(&what))
    });
    let (action, back) = (act_path(practice, act.name), practice.path());
    let form = FormView {
        action: &action,
        method: "post",
        button: act.title,
        back: Some(&back),
        readers: Some(act.readers),
        wrong: whole.as_deref(),
        hint: refusal.and_then(Refusal::what_to_do),
        meanwhile: refusal.and_then(Refusal::what_changed),
    };
    let drawn = visit
        .pen
        .act_form(&fields, typed, wrong, &form)
        .map(|body| (Frame { title: act.title, over: practice.title, ..Frame::default() }, body));
    let status = refusal.map_or(200, Refusal::status);
    visit.answer_with(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), drawn)
}
