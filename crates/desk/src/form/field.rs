//! The fields that a JSON Schema describes, as forms, command lines and query strings need them.

use schemars::Schema;
use serde_json::Value;

/// A field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub help: String,
    /// Whether it is needed.
    pub required: bool,
    /// What can stand in it.
    pub shape: Shape,
    /// What stands in it before anybody wrote.
    pub default: Option<Value>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Shortest text, characters.
    pub min_length: Option<u64>,
    /// Longest text, characters.
    pub max_length: Option<u64>,
    /// Whether only commands and programs ask by it (`#[schemars(extend("x-command-only" = true))]`): forms leave it out.
    pub command_only: bool,
}

/// What can stand in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A line of text.
    Text,
    /// Several lines of text.
    LongText,
    /// A day.
    Day,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these.
    Choice(Vec<Choice>),
    /// Several of the same.
    List(Box<Shape>),
    /// Fields of its own.
    Object(Vec<Field>),
    /// Anything.
    Any,
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As it is written.
    pub value: String,
    /// As it is shown.
    pub label: String,
}

impl Field {
    /// What is wrong with a number, when it is out of bounds.
    #[must_use]
    pub fn outside(&self, value: f64) -> Option<String> {
        match (self.min, self.max) {
            (Some(min), _) if value < min => Some(format!("must be at least {min}")),
            (_, Some(max)) if value > max => Some(format!("must be at most {max}")),
            _ => None,
        }
    }

    /// What is wrong with a text, when it does not fit.
    #[must_use]
    pub fn misfit(&self, text: &str) -> Option<String> {
        if self.shape == Shape::Day && text.parse::<jiff::civil::Date>().is_err() {
            return Some(format!("`{text}` is not a day such as 2026-01-31"));
        }
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        match (self.min_length, self.max_length) {
            (Some(1), _) if length == 0 => Some("is needed".to_owned()),
            (Some(min), _) if length < min => Some(format!("needs at least {min} characters, has {length}")),
            (_, Some(max)) if length > max => Some(format!("takes at most {max} characters, has {length}")),
            _ => None,
        }
    }
}

/// The fields of an object's schema, in its order.
#[must_use]
pub fn fields(schema: &Schema) -> Vec<Field> {
    of_object(schema.as_value(), schema.as_value())
}

fn of_object(schema: &Value, root: &Value) -> Vec<Field> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    properties.iter().map(|(name, property)| field(name, property, required.contains(&name.as_str()), root)).collect()
}

fn field(name: &str, property: &Value, required: bool, root: &Value) -> Field {
    let bare = resolve(property, root);
    let text = |key: &str| property.get(key).or_else(|| bare.get(key)).and_then(Value::as_str);
    let number = |key: &str| bare.get(key).and_then(Value::as_f64);
    let length = |key: &str| bare.get(key).and_then(Value::as_u64);
    Field {
        name: name.to_owned(),
        title: property.get("title").and_then(Value::as_str).map_or_else(|| human(name), str::to_owned),
        help: text("description").unwrap_or_default().to_owned(),
        required,
        shape: shape(property, bare, root),
        default: property.get("default").cloned(),
        min: number("minimum"),
        max: number("maximum"),
        min_length: length("minLength"),
        max_length: length("maxLength"),
        command_only: property.get("x-command-only").and_then(Value::as_bool).unwrap_or(false),
    }
}

/// The schema behind references and "or null".
fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let mut at = schema;
    for _ in 0..8 {
        if let Some(name) = at.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/")) {
            at = root.get("$defs").and_then(|defs| defs.get(name)).unwrap_or(&Value::Null);
        } else if let Some(one) = only_one(at) {
            at = one;
        } else {
            break;
        }
    }
    at
}

/// The one alternative of `anyOf` (or `allOf`) that is not null.
fn only_one(schema: &Value) -> Option<&Value> {
    let all = schema.get("anyOf").or_else(|| schema.get("allOf"))?.as_array()?;
    let mut real = all.iter().filter(|one| one.get("type").and_then(Value::as_str) != Some("null"));
    let one = real.next()?;
    real.next().is_none().then_some(one)
}

fn shape(property: &Value, bare: &Value, root: &Value) -> Shape {
    if let Some(choices) = choices(bare) {
        return Shape::Choice(choices);
    }
    let kind = match bare.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("any")
        }
        _ => "any",
    };
    match kind {
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "boolean" => Shape::Flag,
        "array" => {
            let item = bare.get("items").unwrap_or(&Value::Null);
            Shape::List(Box::new(shape(item, resolve(item, root), root)))
        }
        "object"
            if bare.get("properties").is_none() && bare.get("additionalProperties") == Some(&Value::Bool(true)) =>
        {
            Shape::Any
        }
        "object" => Shape::Object(of_object(bare, root)),
        "string" => match bare.get("format").and_then(Value::as_str) {
            Some("date") => Shape::Day,
            Some("markdown") => Shape::LongText,
            _ if is_long(property) || is_long(bare) => Shape::LongText,
            _ => Shape::Text,
        },
        _ => Shape::Any,
    }
}

/// Text above 200 characters gets a box of its own.
fn is_long(schema: &Value) -> bool {
    schema.get("maxLength").and_then(Value::as_u64).is_some_and(|max| max > 200)
}

fn choices(schema: &Value) -> Option<Vec<Choice>> {
    let choice = |value: &str, label: Option<&str>| Choice {
        value: value.to_owned(),
        label: label.map_or_else(|| human(value), str::to_owned),
    };
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return Some(words.iter().filter_map(Value::as_str).map(|word| choice(word, None)).collect());
    }
    let all = schema.get("oneOf")?.as_array()?;
    let mut found = Vec::new();
    for one in all {
        if let Some(word) = one.get("const").and_then(Value::as_str) {
            found.push(choice(word, one.get("title").and_then(Value::as_str)));
        } else {
            let words = one.get("enum")?.as_array()?;
            found.extend(words.iter().filter_map(Value::as_str).map(|word| choice(word, None)));
        }
    }
    Some(found)
}

/// `willing_to_help` as `Willing to help`.
fn human(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
