//! From text to types: the pairs of a query string, a form or a command line become the JSON that a schema describes, and what does not
//! fit is said beside its field.

mod field;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use field::{Choice, Field, Shape, fields};

use crate::{FieldError, Refusal};

/// The JSON that `pairs` give under `schema`. A name may come more than once for a list; nested fields are dotted (`impact.low`,
/// `steps.0.text`); an empty text is the same as no text, but for a flag.
///
/// # Errors
/// Every field that is unknown (with the nearest known name) or does not read as its type.
pub fn from_pairs(schema: &Schema, pairs: &[(String, String)]) -> Result<Value, Vec<FieldError>> {
    let fields = fields(schema);
    let mut wrong = Vec::new();
    let value = object(&fields, "", pairs, &mut wrong);
    if wrong.is_empty() { Ok(Value::Object(value)) } else { Err(wrong) }
}

/// As [`from_pairs`], for fields that no one schema has.
///
/// # Errors
/// As [`from_pairs`].
pub fn from_fields(fields: &[Field], pairs: &[(String, String)]) -> Result<Value, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let value = object(fields, "", pairs, &mut wrong);
    if wrong.is_empty() { Ok(Value::Object(value)) } else { Err(wrong) }
}

fn object(
    fields: &[Field],
    prefix: &str,
    pairs: &[(String, String)],
    wrong: &mut Vec<FieldError>,
) -> Map<String, Value> {
    let mut groups: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (name, text) in pairs {
        let (head, rest) = name.split_once('.').unwrap_or((name, ""));
        groups.entry(head).or_default().push((rest.to_owned(), text.clone()));
    }
    let mut map = Map::new();
    for (head, given) in groups {
        let path = dotted(prefix, head);
        let Some(field) = fields.iter().find(|field| field.name == head) else {
            wrong.push(FieldError::new(path, unknown(head, fields.iter().map(|field| field.name.as_str()))));
            continue;
        };
        if let Some(value) = read(&field.shape, &path, &given, wrong) {
            map.insert(field.name.clone(), value);
        }
    }
    map
}

fn read(shape: &Shape, path: &str, given: &[(String, String)], wrong: &mut Vec<FieldError>) -> Option<Value> {
    match shape {
        Shape::Object(fields) => {
            let inner = object(fields, path, given, wrong);
            (!inner.is_empty()).then_some(Value::Object(inner))
        }
        Shape::List(item) => Some(Value::Array(list(item, path, given, wrong))),
        scalar => {
            // A form sends an empty text for a field that was left alone, but nothing for a box that was not ticked: an empty flag is a mistake.
            let says = |text: &&str| !text.is_empty() || *scalar == Shape::Flag;
            let text = given.iter().map(|(_, text)| text.trim()).rfind(says)?;
            match read_scalar(scalar, text) {
                Ok(value) => Some(value),
                Err(message) => {
                    wrong.push(FieldError::new(path, message));
                    None
                }
            }
        }
    }
}

/// Items by number (`steps.0.text`), or plain ones: repeated, on lines, or joined by commas.
fn list(item: &Shape, path: &str, given: &[(String, String)], wrong: &mut Vec<FieldError>) -> Vec<Value> {
    let mut numbered: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    let mut values = Vec::new();
    for (rest, text) in given {
        let (head, inner) = rest.split_once('.').unwrap_or((rest, ""));
        if let Ok(number) = head.parse::<usize>() {
            numbered.entry(number).or_default().push((inner.to_owned(), text.clone()));
        } else {
            let parts = text.split(['\n', ',']).map(str::trim).filter(|part| !part.is_empty());
            let pieces = parts.map(|part| (String::new(), part.to_owned()));
            values.extend(pieces.filter_map(|piece| read(item, path, &[piece], wrong)));
        }
    }
    for (number, pairs) in numbered {
        if says_something(item, &pairs) {
            values.extend(read(item, &dotted(path, &number.to_string()), &pairs, wrong));
        }
    }
    values
}

/// Whether a row of a form was filled in. A choice always sends a value, so the one that stands there at first fills nothing in.
fn says_something(item: &Shape, pairs: &[(String, String)]) -> bool {
    let untouched = |name: &str, text: &str| {
        let Shape::Object(fields) = item else { return false };
        let field = fields.iter().find(|field| field.name == name);
        field.is_some_and(|field| match (&field.shape, &field.default) {
            (Shape::Choice(_), Some(default)) => default.as_str() == Some(text),
            (Shape::Choice(choices), None) => choices.first().is_some_and(|first| first.value == text),
            _ => false,
        })
    };
    pairs.iter().any(|(name, text)| !text.trim().is_empty() && !untouched(name, text.trim()))
}

fn read_scalar(shape: &Shape, text: &str) -> Result<Value, String> {
    match shape {
        Shape::Integer => text.parse::<i64>().map(Value::from).map_err(|_| format!("`{text}` is not a whole number")),
        Shape::Number => match text.replace(',', ".").parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::from(value)),
            _ => Err(format!("`{text}` is not a number")),
        },
        Shape::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Ok(Value::Bool(true)),
            "false" | "off" | "no" | "0" => Ok(Value::Bool(false)),
            _ => Err(format!("`{text}` is neither yes nor no")),
        },
        Shape::Choice(choices) => {
            if choices.iter().any(|choice| choice.value == text) {
                return Ok(Value::from(text));
            }
            Err(unknown(text, choices.iter().map(|choice| choice.value.as_str())))
        }
        Shape::Any => Ok(serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))),
        Shape::Text | Shape::LongText | Shape::Day | Shape::Object(_) | Shape::List(_) => Ok(Value::from(text)),
    }
}

/// `value` as a `T`, refusing fields that the schema does not know.
///
/// # Errors
/// Refused with the fields that are unknown, missing or not of their type.
pub fn parse<T: DeserializeOwned>(schema: &Schema, value: Value) -> Result<T, Refusal> {
    let value = if value.is_null() { Value::Object(Map::new()) } else { value };
    let mut wrong = Vec::new();
    inspect(&fields(schema), "", &value, &mut wrong);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    serde_json::from_value(value).map_err(|error| Refusal::invalid(error.to_string()))
}

fn inspect(fields: &[Field], prefix: &str, value: &Value, wrong: &mut Vec<FieldError>) {
    let Some(map) = value.as_object() else {
        wrong.push(FieldError::new(prefix, "expects an object"));
        return;
    };
    for name in map.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
        wrong
            .push(FieldError::new(dotted(prefix, name), unknown(name, fields.iter().map(|field| field.name.as_str()))));
    }
    for field in fields {
        let path = dotted(prefix, &field.name);
        match map.get(&field.name) {
            None | Some(Value::Null) if field.required => wrong.push(FieldError::new(path, "is needed")),
            None | Some(Value::Null) => {}
            Some(value) => inspect_value(field, &field.shape, &path, value, wrong),
        }
    }
}

fn inspect_value(field: &Field, shape: &Shape, path: &str, value: &Value, wrong: &mut Vec<FieldError>) {
    let mut say = |message: String| wrong.push(FieldError::new(path, message));
    match (shape, value) {
        (Shape::Object(fields), value) => inspect(fields, path, value, wrong),
        (Shape::List(item), Value::Array(values)) => {
            for (place, value) in values.iter().enumerate() {
                inspect_value(field, item, &dotted(path, &place.to_string()), value, wrong);
            }
        }
        (Shape::List(_), _) => say("expects a list".to_owned()),
        (Shape::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            number.as_f64().and_then(|value| field.outside(value)).into_iter().for_each(say);
        }
        (Shape::Number, Value::Number(number)) => {
            number.as_f64().and_then(|value| field.outside(value)).into_iter().for_each(say);
        }
        (Shape::Integer, _) => say("expects a whole number".to_owned()),
        (Shape::Number, _) => say("expects a number".to_owned()),
        (Shape::Flag, Value::Bool(_)) | (Shape::Any, _) => {}
        (Shape::Flag, _) => say("expects true or false".to_owned()),
        (Shape::Text | Shape::LongText | Shape::Day, Value::String(text)) => {
            field.misfit(text).into_iter().for_each(say);
        }
        (Shape::Text | Shape::LongText | Shape::Day, _) => say("expects text".to_owned()),
        (Shape::Choice(choices), Value::String(text)) => {
            if !choices.iter().any(|choice| choice.value == *text) {
                say(unknown(text, choices.iter().map(|choice| choice.value.as_str())));
            }
        }
        (Shape::Choice(_), _) => say("expects one of the choices".to_owned()),
    }
}

/// The query string of `ask`, what equals `default` left out; empty when nothing is left.
#[must_use]
pub fn query_of<T: Serialize>(ask: &T, default: &T) -> String {
    let (ask, default) =
        (serde_json::to_value(ask).unwrap_or_default(), serde_json::to_value(default).unwrap_or_default());
    encode(&pairs_of(&ask, &default))
}

/// The pairs of `value`, what equals `default` left out.
#[must_use]
pub fn pairs_of(value: &Value, default: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    if let Value::Object(map) = value {
        for (name, value) in map {
            if Some(value) != default.get(name) {
                flatten(name, value, &mut pairs);
            }
        }
    }
    pairs
}

fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => pairs.push((name.to_owned(), flag.to_string())),
        Value::Number(number) => pairs.push((name.to_owned(), number.to_string())),
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        Value::Array(values) => {
            // Plain items would be split at commas and lines, so a list that holds one of these is numbered as a whole.
            let splits =
                |value: &Value| value.is_object() || value.as_str().is_some_and(|text| text.contains([',', '\n']));
            let numbered = values.iter().any(splits);
            for (place, value) in values.iter().enumerate() {
                let name = if numbered { dotted(name, &place.to_string()) } else { name.to_owned() };
                flatten(&name, value, pairs);
            }
        }
        Value::Object(map) => map.iter().for_each(|(inner, value)| flatten(&dotted(name, inner), value, pairs)),
    }
}

/// Pairs as a query string.
#[must_use]
pub fn encode(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(name, text)| format!("{}={}", escape(name), escape(text))).collect::<Vec<_>>().join("&")
}

/// Text fit for a query string. `/` and `:` stay readable.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b':' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn dotted(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// Names of a list that is told whole.
const TOLD: usize = 12;

/// "is not known", with the nearest known name, or all of them when none is near and they are few.
pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("`{name}` is not known; did you mean `{near}`?"),
        None if (1..=TOLD).contains(&known.len()) => format!("`{name}` is not known; known are {}", known.join(", ")),
        None => format!("`{name}` is not known"),
    }
}

/// The name nearest to `name`, when one is near: at most a third of its letters are added, dropped, changed or swapped.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = (name.chars().count() / 3).max(1);
    known
        .map(|other| (strsim::osa_distance(name, other), other))
        .filter(|(d, _)| *d <= far)
        .min_by_key(|(d, _)| *d)
        .map(|(_, n)| n)
}
