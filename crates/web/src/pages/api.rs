//! The API for people: every address, what it takes and what it gives, read from the API document itself.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::Visit;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html, openapi};

#[derive(Template)]
#[template(path = "pages/api.html")]
struct ApiPage {
    operations: Vec<Operation>,
    kinds: [(&'static str, &'static str); 7],
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    takes: Vec<Taken>,
    gives: String,
}

struct Taken {
    name: String,
    kind: String,
    about: String,
}

/// The words of `type` in a problem, and what they mean.
const KINDS: [(&str, &str); 7] = [
    ("invalid", "The question or the input is wrong; fields says where."),
    ("not_found", "There is no such thing."),
    ("not_allowed", "You may not."),
    ("not_signed_in", "The request carries no session."),
    ("conflict", "Somebody else was faster; look at what they wrote."),
    ("unavailable", "Try again in a moment."),
    ("bug", "A fault of Mainstay, logged under the id that is given."),
];

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    let document = openapi::document(&app);
    let drawn = Html::of(&ApiPage { operations: operations(&document), kinds: KINDS })
        .map(|body| (Frame { title: "How do programs ask?", over: "API", ..Frame::default() }, body));
    match Visit::new(app, session, "/api", None).await {
        Ok(visit) => visit.answer(drawn),
        Err(response) => response,
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let each = paths.into_iter().flatten().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    each.filter(|(_, method, _)| ["get", "post"].contains(&method.as_str()))
        .map(|(path, method, operation)| one(document, path, method, operation))
        .collect()
}

fn one(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let query = operation.get("parameters").and_then(Value::as_array).into_iter().flatten().map(|parameter| Taken {
        name: text(parameter, "name"),
        kind: parameter.get("schema").map(|schema| kind(document, schema)).unwrap_or_default(),
        about: text(parameter, "description"),
    });
    let body =
        operation.pointer("/requestBody/content/application~1json/schema").and_then(|schema| follow(document, schema));
    let inside = body.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    let sent = inside.into_iter().flatten().map(|(name, schema)| Taken {
        name: name.clone(),
        kind: kind(document, schema),
        about: text(schema, "description"),
    });
    let gives = operation.pointer("/responses/200/content/application~1json/schema/$ref").and_then(Value::as_str);
    Operation {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        takes: query.chain(sent).collect(),
        gives: gives.and_then(|path| path.rsplit('/').next()).unwrap_or("JSON").to_owned(),
    }
}

fn follow<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(reference.trim_start_matches('#')),
        None => Some(schema),
    }
}

fn kind(document: &Value, schema: &Value) -> String {
    let schema = follow(document, schema).unwrap_or(schema);
    match schema.get("type") {
        Some(Value::String(kind)) if kind == "array" => {
            format!("{}[]", schema.get("items").map(|items| kind_of_item(document, items)).unwrap_or_default())
        }
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ if schema.get("enum").is_some() || schema.get("oneOf").is_some() => "choice".to_owned(),
        _ => "any".to_owned(),
    }
}

fn kind_of_item(document: &Value, items: &Value) -> String {
    kind(document, items)
}
