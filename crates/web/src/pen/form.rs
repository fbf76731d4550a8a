//! Forms, drawn from the fields of a schema: every field has a label and help, what was typed stays, what is wrong stands beside it.

use askama::Template;
use desk::form::{Choice, Field, Shape, fields};
use desk::records::Meanwhile;
use desk::{FieldError, Refusal};
use schemars::Schema;
use serde_json::Value;

use super::Pen;
use crate::Html;

/// Empty rows offered in a list of things with fields of their own.
const SPARE_ROWS: usize = 3;

/// Fields whose text nobody may read over a shoulder.
const SECRETS: [&str; 2] = ["present", "password"];

/// The form around the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormView<'a> {
    pub(crate) action: &'a str,
    pub(crate) method: &'a str,
    pub(crate) button: &'a str,
    /// Where giving up leads.
    pub(crate) back: Option<&'a str>,
    /// Who can read what is written.
    pub(crate) readers: Option<&'a str>,
    /// What is wrong with the whole.
    pub(crate) wrong: Option<&'a str>,
    /// What to do about it.
    pub(crate) hint: Option<&'a str>,
    /// What somebody else wrote since the asker looked.
    pub(crate) meanwhile: Option<&'a Meanwhile>,
}

#[derive(Template)]
#[template(path = "parts/form.html")]
struct FormPart<'a> {
    form: &'a FormView<'a>,
    csrf: Option<&'a str>,
    fields: Vec<Html>,
}

#[derive(Template)]
#[template(path = "parts/field.html")]
struct FieldPart<'a> {
    id: String,
    name: &'a str,
    title: &'a str,
    help: &'a str,
    required: bool,
    kind: &'static str,
    typed: String,
    choices: Vec<(Choice, bool)>,
    min: Option<f64>,
    max: Option<f64>,
    max_length: Option<u64>,
    wrong: Vec<&'a str>,
    readers: Option<&'a str>,
    rows: Vec<Html>,
}

/// The fields of a schema.
pub(crate) fn form_fields(schema: &Schema) -> Vec<Field> {
    fields(schema)
}

pub(super) fn draw(
    pen: &Pen,
    fields: &[Field],
    typed: &[(String, String)],
    wrong: &[FieldError],
    form: &FormView<'_>,
) -> Result<Html, Refusal> {
    let drawn =
        fields.iter().map(|field| one(field, &field.name, typed, wrong, form.readers)).collect::<Result<_, _>>()?;
    let csrf = (form.method == "post").then_some(pen.csrf.as_str());
    Html::of(&FormPart { form, csrf, fields: drawn })
}

fn one(
    field: &Field,
    name: &str,
    typed: &[(String, String)],
    wrong: &[FieldError],
    readers: Option<&str>,
) -> Result<Html, Refusal> {
    let given: Vec<&str> = typed.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect();
    let default = || field.default.as_ref().map(plain).unwrap_or_default();
    let text = if given.is_empty() { default() } else { given.join("\n") };
    let (kind, choices) =
        if SECRETS.contains(&field.name.as_str()) { ("secret", Vec::new()) } else { kind_of(&field.shape) };
    // A secret never goes back to the page.
    let text = if kind == "secret" { String::new() } else { text };
    let rows = match &field.shape {
        Shape::Object(inner) => vec![group(inner, name, typed, wrong, readers)?],
        Shape::List(item) => match &**item {
            Shape::Object(inner) => {
                let rows = filled_rows(name, typed) + SPARE_ROWS;
                (0..rows)
                    .map(|row| group(inner, &format!("{name}.{row}"), typed, wrong, readers))
                    .collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    Html::of(&FieldPart {
        id: format!("field-{}", name.replace('.', "-")),
        name,
        title: &field.title,
        help: &field.help,
        required: field.required,
        kind,
        choices: choices
            .into_iter()
            .map(|choice| (choice.clone(), text.lines().any(|line| line == choice.value)))
            .collect(),
        typed: text,
        min: field.min,
        max: field.max,
        max_length: field.max_length,
        wrong: wrong.iter().filter(|one| one.field == name).map(|one| one.message.as_str()).collect(),
        readers: readers.filter(|_| kind == "long"),
        rows,
    })
}

fn group(
    inner: &[Field],
    prefix: &str,
    typed: &[(String, String)],
    wrong: &[FieldError],
    readers: Option<&str>,
) -> Result<Html, Refusal> {
    let mut html = String::new();
    for field in inner {
        // A row left empty is no row, so nothing in it can be required by the browser.
        let field = Field { required: false, ..field.clone() };
        html.push_str(one(&field, &format!("{prefix}.{}", field.name), typed, wrong, readers)?.as_str());
    }
    Ok(Html::trusted(html))
}

fn filled_rows(name: &str, typed: &[(String, String)]) -> usize {
    let number = |key: &str| key.strip_prefix(name)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok();
    typed.iter().filter_map(|(key, _)| number(key)).max().map_or(0, |last| (last + 1).min(100))
}

fn kind_of(shape: &Shape) -> (&'static str, Vec<Choice>) {
    match shape {
        Shape::Text | Shape::Any => ("text", Vec::new()),
        Shape::LongText => ("long", Vec::new()),
        Shape::Day => ("date", Vec::new()),
        Shape::Integer => ("integer", Vec::new()),
        Shape::Number => ("number", Vec::new()),
        Shape::Flag => ("flag", Vec::new()),
        Shape::Choice(choices) => ("choice", choices.clone()),
        Shape::Object(_) => ("group", Vec::new()),
        Shape::List(item) => match &**item {
            Shape::Choice(choices) => ("choices", choices.clone()),
            Shape::Object(_) => ("rows", Vec::new()),
            _ => ("list", Vec::new()),
        },
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("\n"),
        Value::Null | Value::Object(_) => String::new(),
        other => other.to_string(),
    }
}
