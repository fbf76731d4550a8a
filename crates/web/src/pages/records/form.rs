//! The form of a record: what stands around the body, then the fields of its kind. What was typed stays, what is wrong stands beside it.

use askama::Template;
use axum::body::Bytes;
use axum::response::Response;
use desk::form::{Choice, Field, Shape, fields, from_fields, pairs_of};
use desk::records::Document;
use desk::{FieldError, KindEntry, Refusal};
use serde_json::{Value, json};
use store::policy::Audience;

use super::{Visit, path_of, path_of_one, status};
use crate::Html;
use crate::frame::Frame;
use crate::pages::pairs_of_query;
use crate::pages::sign_in::stale_form;
use crate::pen::FormView;

/// What was typed, for a new record or for one that is there.
pub(super) struct Draft {
    pub(super) id: Option<String>,
    pub(super) typed: Vec<(String, String)>,
}

#[derive(Template)]
#[template(source = r#"<a class="button main" href="{{ href }}">{{ text }}</a>"#, ext = "html")]
struct ButtonPart<'a> {
    href: &'a str,
    text: &'a str,
}

/// A link that looks like a button.
pub(super) fn button(href: &str, text: &str) -> Html {
    Html::of(&ButtonPart { href, text }).unwrap_or_default()
}

#[derive(Template)]
#[template(
    source = r#"<form class="form-foot part" method="post" action="{{ action }}"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="version" value="{{ version }}"><button class="button" type="submit">Put it away</button></form>"#,
    ext = "html"
)]
struct AwayPart<'a> {
    action: &'a str,
    csrf: &'a str,
    version: u64,
}

/// The button that puts a record away.
pub(super) fn away(visit: &Visit, entry: &KindEntry, document: &Document) -> Result<Html, Refusal> {
    let about = document.about.as_ref();
    let (Some(id), false) = (document.id.as_deref(), about.is_some_and(|about| about.archived)) else {
        return Ok(Html::default());
    };
    let action = format!("{}/archive", path_of_one(entry.kind, id));
    Html::of(&AwayPart { action: &action, csrf: &visit.pen.csrf, version: document.version.unwrap_or(1) })
}

/// The pairs of a post whose token is the session's.
pub(super) fn posted(visit: &Visit, body: &Bytes) -> Result<Vec<(String, String)>, Box<Response>> {
    let (marks, typed): (Vec<_>, Vec<_>) =
        pairs_of_query(std::str::from_utf8(body).ok()).into_iter().partition(|(name, _)| name == "csrf");
    if marks.iter().any(|(_, token)| *token == visit.session.csrf) {
        Ok(typed)
    } else {
        Err(Box::new(visit.refuse(stale_form())))
    }
}

/// What a record says, as its form types it.
pub(super) fn typed_of(document: &Document) -> Vec<(String, String)> {
    let around = json!({
        "title": document.title,
        "team": document.team,
        "subject": document.subject,
        "status": document.status,
        "audience": document.audience,
        "due_on": document.due_on,
        "version": document.version,
    });
    let mut pairs = pairs_of(&around, &Value::Null);
    let body = pairs_of(&document.body, &Value::Null);
    pairs.extend(body.into_iter().map(|(name, text)| (format!("body.{name}"), text)));
    pairs
}

fn field(name: &str, title: &str, help: &str, shape: Shape) -> Field {
    Field {
        name: name.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        required: false,
        shape,
        default: None,
        min: None,
        max: None,
        min_length: None,
        max_length: None,
        command_only: false,
    }
}

fn choices<'a>(of: impl IntoIterator<Item = (&'a str, &'a str)>) -> Shape {
    let choice = |(value, label): (&str, &str)| Choice { value: value.to_owned(), label: label.to_owned() };
    Shape::Choice(of.into_iter().map(choice).collect())
}

/// How far a record can be opened, in words.
const AUDIENCES: [(Audience, &str); 6] = [
    (Audience::Author, "me alone"),
    (Audience::Parties, "those named on it"),
    (Audience::Lead, "and the leads"),
    (Audience::Team, "the team"),
    (Audience::Leads, "the team and the leads above"),
    (Audience::Everyone, "everyone"),
];

/// The fields around the body; each default is what stands there before anybody wrote.
fn around(visit: &Visit, entry: &KindEntry) -> Vec<Field> {
    let people = visit.desk.organisation();
    let mine: Vec<_> =
        people.teams_of(visit.desk.viewer().person, visit.desk.today()).map(|member| member.team).collect();
    let slug = people.teams().iter().find(|team| mine.contains(&team.id)).map(|team| Value::from(team.slug.clone()));
    let teams = std::iter::once(("", "no team"))
        .chain(people.teams().iter().map(|team| (team.slug.as_str(), team.name.as_str())));
    let statuses: Vec<String> = entry.statuses.iter().map(|status| status.replace('_', " ")).collect();
    let statuses = choices(entry.statuses.iter().copied().zip(statuses.iter().map(String::as_str)));
    let audiences =
        AUDIENCES.iter().filter(|(audience, _)| *audience <= entry.rules.class.widest().max(entry.audience));
    let audiences = choices(audiences.map(|(audience, words)| (audience.word(), *words)));
    let mut all = Vec::new();
    if entry.titled {
        let title = field("title", "Title", "It in a few words.", Shape::Text);
        all.push(Field { required: true, max_length: Some(300), ..title });
    }
    all.push(Field { default: slug, ..field("team", "Team", "Whose it is.", choices(teams)) });
    all.push(field("status", "Status", "Where it stands.", statuses));
    let audience = field("audience", "Readable by", "How far it is open. Only its author opens it further.", audiences);
    all.push(Field { default: Some(Value::from(entry.audience.word())), ..audience });
    all.push(field("due_on", "Due", "The day by which something is to be done.", Shape::Day));
    all
}

/// The fields of the body, named as they stand in a document.
fn of_body(entry: &KindEntry) -> Vec<Field> {
    let under = |one: Field| Field { name: format!("body.{}", one.name), ..one };
    fields(&(entry.schema)()).into_iter().filter(|one| !one.command_only).map(under).collect()
}

/// The document that was typed.
pub(super) fn document(visit: &Visit, entry: &KindEntry, draft: &Draft) -> Result<Document, Refusal> {
    let mut all = around(visit, entry);
    all.push(field("version", "", "", Shape::Integer));
    all.push(field("body", "", "", Shape::Object(fields(&(entry.schema)()))));
    let mut value = from_fields(&all, &draft.typed).map_err(Refusal::fields)?;
    if let Some(map) = value.as_object_mut() {
        map.insert("kind".to_owned(), entry.kind.into());
        map.extend(draft.id.as_ref().map(|id| ("id".to_owned(), Value::from(id.clone()))));
    }
    serde_json::from_value(value).map_err(|error| Refusal::invalid(error.to_string()))
}

/// The form, with what was typed and what is wrong with it.
pub(super) fn draw(visit: &Visit, entry: &KindEntry, draft: &Draft, refusal: Option<&Refusal>) -> Response {
    let all: Vec<Field> = around(visit, entry).into_iter().chain(of_body(entry)).collect();
    let wrong: &[FieldError] = refusal.map(Refusal::field_errors).unwrap_or_default();
    let known = |one: &&FieldError| {
        all.iter().any(|field| one.field == field.name || one.field.starts_with(&format!("{}.", field.name)))
    };
    let loose: Vec<String> =
        wrong.iter().filter(|one| !known(one)).map(|one| format!("{} {}", one.field, one.message)).collect();
    let whole = refusal.map(|refusal| {
        let what = if loose.is_empty() { refusal.to_string() } else { loose.join("; ") };
        format!("Nothing was saved. {}", crate::error::sentence(&what))
    });
    let mut typed = draft.typed.clone();
    if let Some(meanwhile) = refusal.and_then(Refusal::what_changed) {
        typed.iter_mut().filter(|(name, _)| name == "version").for_each(|(_, text)| *text = meanwhile.now.to_string());
    }
    let back = draft.id.as_deref().map_or_else(|| path_of(entry.kind), |id| path_of_one(entry.kind, id));
    let readers = readers(visit, entry, draft);
    let form = FormView {
        action: &visit.pen.path,
        method: "post",
        button: if draft.id.is_some() { "Save" } else { "Write it" },
        back: Some(&back),
        readers: Some(&readers),
        wrong: whole.as_deref(),
        hint: refusal.and_then(Refusal::what_to_do),
        meanwhile: refusal.and_then(Refusal::what_changed),
    };
    let title = if draft.id.is_some() {
        format!("Change this {}", entry.name.to_lowercase())
    } else {
        format!("New {}", entry.name.to_lowercase())
    };
    let frame = Frame { title: &title, over: entry.name, ..Frame::default() };
    let version = typed.iter().find(|(name, _)| name == "version").map(|(_, text)| text.clone());
    let drawn =
        visit.pen.act_form(&all, &typed, wrong, &form).map(|body| (frame, with_version(body, version.as_deref())));
    visit.answer_with(status(refusal), drawn)
}

/// The version that was seen goes along unseen.
fn with_version(form: Html, version: Option<&str>) -> Html {
    let Some(version) = version.and_then(|text| text.parse::<u64>().ok()) else { return form };
    let hidden = format!(r#"<input type="hidden" name="version" value="{version}"></form>"#);
    Html::trusted(form.as_str().replacen("</form>", &hidden, 1))
}

/// Who can read what is being written, as the policies say.
fn readers(visit: &Visit, entry: &KindEntry, draft: &Draft) -> String {
    let typed = |name: &str| draft.typed.iter().find(|(key, _)| key == name).map(|(_, text)| text.clone());
    let mine = around(visit, entry).into_iter().find(|field| field.name == "team").and_then(|field| field.default);
    let team = typed("team").or_else(|| mine.and_then(|slug| slug.as_str().map(str::to_owned)));
    let audience =
        typed("audience").and_then(|word| Audience::ALL.iter().copied().find(|audience| audience.word() == word));
    desk::records::readers_of(&visit.desk, entry, team.as_deref(), audience)
}
