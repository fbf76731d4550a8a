//! The schemas of the document: types as they are asked for and as they are answered, put among the components with their references.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of what is answered, as it is written.
pub(super) fn given<T: JsonSchema + ?Sized>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of what is asked, as it is read.
pub(super) fn asked<T: JsonSchema + ?Sized>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>()
}

/// Puts a schema among the components; its own definitions become components called `NAME.DEFINITION`.
pub(super) fn add(schemas: &mut Map<String, Value>, name: &str, schema: &Schema) {
    let mut value = schema.clone().to_value();
    let definitions = value.as_object_mut().and_then(|map| {
        map.remove("$schema");
        map.remove("$defs")
    });
    point(&mut value, name);
    schemas.insert(name.to_owned(), value);
    if let Some(Value::Object(definitions)) = definitions {
        for (inner, mut definition) in definitions {
            point(&mut definition, name);
            schemas.insert(format!("{name}.{inner}"), definition);
        }
    }
}

/// As [`add`], for what is asked: fields that are not known are refused, and the schema says so.
pub(super) fn add_asked(schemas: &mut Map<String, Value>, name: &str, schema: &Schema) {
    let mut value = schema.clone().to_value();
    close(&mut value);
    if let Ok(schema) = Schema::try_from(value) {
        add(schemas, name, &schema);
    }
}

/// Points references at the components.
fn point(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(inner) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/components/schemas/{name}.{inner}");
            }
            map.values_mut().for_each(|value| point(value, name));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| point(value, name)),
        _ => {}
    }
}

/// Closes every object whose fields are listed.
fn close(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("properties").is_some_and(Value::is_object) && map.get("type") == Some(&json!("object")) {
                map.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

/// What came of an act: its outcome, and what the person is told.
pub(super) fn done_schema(outcome: &str) -> Value {
    json!({
        "type": "object",
        "required": ["outcome", "told"],
        "properties": {
            "outcome": { "$ref": format!("#/components/schemas/{outcome}") },
            "told": {
                "type": "object",
                "required": ["sentence"],
                "properties": { "sentence": { "type": "string" }, "href": { "type": "string" } },
            },
        },
    })
}

/// Rows that answer a question in SQL.
pub(super) fn rows_schema() -> Value {
    json!({
        "type": "object",
        "required": ["rows", "cut"],
        "properties": {
            "rows": { "type": "array", "items": { "type": "object" } },
            "cut": { "type": "boolean", "description": "Whether more rows exist than were given" },
        },
    })
}

/// A record as it is sent: its kind may be left out, since the address names it, and its body has the shape of its kind.
pub(super) fn sent_schema(document: Schema, kinds: &[&str]) -> Schema {
    let mut value = document.to_value();
    if let Some(required) = value.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != "kind");
    }
    let bodies: Vec<Value> =
        kinds.iter().map(|kind| json!({ "$ref": format!("#/components/schemas/{kind}.Body") })).collect();
    if let Some(body) = value.pointer_mut("/properties/body") {
        let about = body.get("description").cloned().unwrap_or_default();
        *body = json!({ "description": about, "anyOf": bodies });
    }
    Schema::try_from(value).unwrap_or_default()
}

/// What a list of records is asked by.
pub(super) fn records_ask() -> Value {
    json!({
        "type": "object",
        "properties": {
            "team": { "type": "string", "description": "Of this team, by slug" },
            "subject": { "type": "string", "description": "About this person, by address" },
            "author": { "type": "string", "description": "Made by this person, by address" },
            "status": { "type": "array", "items": { "type": "string" }, "description": "With this state; may come more than once" },
            "due_before": {
                "anyOf": [{ "type": "string", "format": "date" }, { "type": "string", "maxLength": 0 }],
                "description": "Due before this day; an empty text is as good as none",
            },
            "archived": { "type": "boolean", "description": "Those that were put away, too" },
            "order": { "type": "string", "enum": ["updated", "created", "title", "due"], "description": "What goes first: updated when nothing is said" },
            "after": { "type": "string", "description": "Where the page begins: `next` of the page before" },
            "limit": { "type": "integer", "minimum": 1, "maximum": 200, "description": "At most so many; 50 when nothing is said" },
        },
    })
}
