//! Forms that change what runs the place: people, teams, sign-ins. One way for all: the policy is asked, the mark of the session is looked
//! at, one write does it all, and what was typed stays on the page when something is wrong.

use askama::Template;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::form::{Choice, Field, Shape, from_pairs, parse};
use desk::{FieldError, Refusal};
use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use store::policy::{Action, Resource, Ties};
use store::{Actor, Organisation, StoreError, Write};

use super::sign_in::stale_form;
use super::{Visit, pairs_of_query};
use crate::Html;
use crate::error::sentence;
use crate::frame::Frame;
use crate::pen::{FormView, form_fields};
use crate::sessions::Said;

/// A form and the page that it stands on.
pub(crate) struct FormPage<'a> {
    pub(crate) title: &'a str,
    pub(crate) over: &'a str,
    pub(crate) action: &'a str,
    pub(crate) back: &'a str,
    pub(crate) button: &'a str,
    pub(crate) fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "parts/actions.html")]
struct Buttons {
    main: Option<(String, &'static str)>,
    others: Vec<(String, &'static str)>,
}

/// The main button of a page and the others behind it.
pub(crate) fn buttons(
    main: Option<(String, &'static str)>,
    others: Vec<(String, &'static str)>,
) -> Result<Html, Refusal> {
    Html::of(&Buttons { main, others })
}

/// The form with what was typed, and what was wrong with it.
pub(crate) fn show(
    visit: &Visit,
    form: &FormPage<'_>,
    typed: &[(String, String)],
    refusal: Option<&Refusal>,
) -> Response {
    let drawn = draw(visit, form, typed, refusal)
        .map(|body| (Frame { title: form.title, over: form.over, ..Frame::default() }, body));
    let status = refusal.map_or(200, Refusal::status);
    visit.answer_with(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), drawn)
}

/// The form alone, to stand on a page among other things.
pub(crate) fn draw(
    visit: &Visit,
    form: &FormPage<'_>,
    typed: &[(String, String)],
    refusal: Option<&Refusal>,
) -> Result<Html, Refusal> {
    let wrong: &[FieldError] = refusal.map(Refusal::field_errors).unwrap_or_default();
    let known = |one: &FieldError| form.fields.iter().any(|field| field.name == one.field);
    let whole = refusal.map(|refusal| {
        let loose: Vec<&str> = wrong.iter().filter(|one| !known(one)).map(|one| one.message.as_str()).collect();
        let what = if loose.is_empty() { refusal.to_string() } else { loose.join(" ") };
        format!("Nothing was saved. {}", sentence(&what))
    });
    let view = FormView {
        action: form.action,
        method: "post",
        button: form.button,
        back: Some(form.back).filter(|back| !back.is_empty()),
        readers: None,
        wrong: whole.as_deref(),
        hint: refusal.and_then(Refusal::what_to_do),
        meanwhile: None,
    };
    visit.pen.act_form(&form.fields, typed, wrong, &view)
}

/// What was posted, when it comes from a form of this session.
pub(crate) fn posted(visit: &Visit, body: &Bytes) -> Result<Vec<(String, String)>, Refusal> {
    let (marks, typed): (Vec<_>, Vec<_>) =
        pairs_of_query(std::str::from_utf8(body).ok()).into_iter().partition(|(name, _)| name == "csrf");
    let mine = marks.iter().any(|(_, token)| !token.is_empty() && *token == visit.session.csrf);
    if mine { Ok(typed) } else { Err(stale_form()) }
}

/// What was typed, as its type.
pub(crate) fn read<T: DeserializeOwned + JsonSchema>(typed: &[(String, String)]) -> Result<T, Refusal> {
    let schema = schema_for!(T);
    parse(&schema, from_pairs(&schema, typed).map_err(Refusal::fields)?)
}

/// The fields of a type.
pub(crate) fn fields_of<T: JsonSchema>() -> Vec<Field> {
    form_fields(&schema_for!(T))
}

/// Whether the viewer manages that.
pub(crate) fn manages(visit: &Visit, resource: Resource) -> bool {
    let access = visit.desk.access();
    access.policy().decide_on(access.asker(), Action::Administer, resource, &Ties::none()).allowed
}

/// Lets administrators go on. A denied post is noted in the audit, as every denial is.
pub(crate) async fn must_manage(visit: &Visit, resource: Resource, what: &str) -> Result<(), Refusal> {
    if manages(visit, resource) {
        return Ok(());
    }
    let mut write = visit.desk.store().write(Actor::Person(visit.session.viewer.person), visit.desk.now()).await?;
    write.note("denied.administer", what, None, None);
    write.keep().await?;
    Err(not_yours(visit))
}

/// The refusal of somebody who does not administer.
pub(crate) fn not_yours(visit: &Visit) -> Refusal {
    let people = visit.desk.organisation();
    let holders = people.holders(store::people::Office::Administrator, None, visit.desk.today());
    let names: Vec<&str> =
        holders.iter().filter_map(|id| people.person(*id)).map(store::people::Person::called).collect();
    let whom = if names.is_empty() { "an administrator".to_owned() } else { names.join(" or ") };
    Refusal::not_allowed("only administrators change people, teams and settings").hint(format!("Ask {whom}."))
}

/// A write by the viewer, now.
pub(crate) async fn begin(visit: &Visit) -> Result<Write, Refusal> {
    Ok(visit.desk.store().write(Actor::Person(visit.session.viewer.person), visit.desk.now()).await?)
}

/// What was not found, said beside the field in which it was asked for.
pub(crate) fn beside(field: &str, error: StoreError) -> Refusal {
    match error {
        StoreError::NotFound { what, name, nearest } => {
            let near = if nearest.is_empty() { String::new() } else { format!(" Near: {}.", nearest.join(", ")) };
            let message = if what == "single person" {
                format!("`{name}` may be several people; say the address.{near}")
            } else {
                format!("There is no {what} `{name}`.{near}")
            };
            Refusal::fields(vec![FieldError::new(field, message)])
        }
        other => other.into(),
    }
}

/// Goes to a page of ours with a sentence on it.
pub(crate) fn done(visit: &Visit, sentence: impl Into<String>, to: &str) -> Response {
    visit.app.waiting().say(&visit.session, Said::plain(sentence));
    Redirect::to(to).into_response()
}

/// A field in which one of the teams is chosen.
pub(crate) fn team_field(fields: &mut [Field], name: &str, people: &Organisation) {
    let choices = people.teams().iter().map(|team| Choice { value: team.slug.clone(), label: team.name.clone() });
    let choices: Vec<Choice> = choices.collect();
    for field in fields.iter_mut().filter(|field| field.name == name) {
        field.shape = match field.shape {
            Shape::List(_) => Shape::List(Box::new(Shape::Choice(choices.clone()))),
            _ => Shape::Choice(choices.clone()),
        };
    }
}

/// One pair of a form.
pub(crate) fn pair(name: &str, text: &(impl ToString + ?Sized)) -> (String, String) {
    (name.to_owned(), text.to_string())
}
