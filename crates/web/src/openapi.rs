//! The API document, made from the registry: OpenAPI 3.1, whose schemas are the JSON Schemas of the types themselves.

use axum::Json;
use axum::extract::State;
use desk::PracticeEntry;
use desk::form::fields;
use desk::records::{self, Document};
use schemars::Schema;
use serde_json::{Map, Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApiBuilder, Ref, RefOr, Required, Response, ResponseBuilder, ResponsesBuilder};

use crate::App;
use crate::api::records::{ListedKind, ReadersAnswer};
use crate::api::{Listed, SqlInput};
use crate::error::Problem;
use crate::guard::Signed;

pub(crate) async fn show(State(app): State<App>, Signed(_): Signed) -> Json<Value> {
    Json(document(&app))
}

/// The document.
pub(crate) fn document(app: &App) -> Value {
    let mut schemas = Map::new();
    let mut paths = PathsBuilder::new();
    add(&mut schemas, "Problem", &schemars::schema_for!(Problem));
    add(&mut schemas, "Practices", &schemars::schema_for!(Vec<Listed>));
    add(&mut schemas, "SqlInput", &schemars::schema_for!(SqlInput));
    schemas.insert("Rows".to_owned(), rows_schema());
    let list = operation("practices", "Every practice of the road", "house").responses(answers("Practices")).build();
    paths = paths.path("/api/v1/practices", PathItem::new(HttpMethod::Get, list));
    let sql =
        operation("sql", "Answers one SQL statement that only reads", "house").request_body(Some(body("SqlInput")));
    paths = paths.path("/api/v1/sql", PathItem::new(HttpMethod::Post, sql.responses(answers("Rows")).build()));
    paths = kinds(paths, &mut schemas, app);
    for practice in app.registry().all() {
        paths = mount(paths, &mut schemas, practice);
    }
    let tags =
        desk::Stage::ALL.map(|stage| TagBuilder::new().name(stage.name()).description(Some(stage.question())).build());
    let info = InfoBuilder::new()
        .title("Mainstay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("What a lead's duties ask, answered from history and records. Sign in with the one-time link; the session's cookie goes with each request."))
        .build();
    let paths: Paths = paths.build();
    let document = OpenApiBuilder::new().info(info).paths(paths).tags(Some(tags)).build();
    let mut json = serde_json::to_value(&document).unwrap_or_default();
    // The schemas are JSON Schema 2020-12, as OpenAPI 3.1 wants them; they go in as they are, so that no keyword is lost.
    json["components"] = json!({ "schemas": schemas });
    json
}

/// The paths of records: one set for all kinds, with the bodies' schemas as components.
fn kinds(paths: PathsBuilder, schemas: &mut Map<String, Value>, app: &App) -> PathsBuilder {
    add(schemas, "Kinds", &schemars::schema_for!(Vec<ListedKind>));
    add(schemas, "Record", &schemars::schema_for!(Document));
    add(schemas, "Records", &schemars::schema_for!(records::Listed));
    add(schemas, "History", &schemars::schema_for!(Vec<records::Past>));
    add(schemas, "Links", &schemars::schema_for!(Vec<records::LinkDocument>));
    add(schemas, "Link", &schemars::schema_for!(records::LinkDocument));
    add(schemas, "NewLink", &schemars::schema_for!(records::NewLink));
    add(schemas, "Readers", &schemars::schema_for!(ReadersAnswer));
    let all = app.registry().kinds();
    for entry in &all {
        add(schemas, &format!("{}.Body", entry.kind), &(entry.schema)());
    }
    let names: Vec<&str> = all.iter().map(|entry| entry.kind).collect();
    schemas.insert("KindName".to_owned(), json!({ "type": "string", "enum": names }));
    schemas.insert("Id".to_owned(), json!({ "type": "string", "format": "uuid" }));
    let one = |id: &str, summary: &str| {
        let operation = operation(id, summary, "records");
        operation.parameter(in_path("kind", "KindName")).parameter(in_path("id", "Id"))
    };
    let of_kind = |id: &str, summary: &str| operation(id, summary, "records").parameter(in_path("kind", "KindName"));
    let mut list = of_kind("list_records", "A page of the records of a kind that you may read");
    for (name, about) in QUERY {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False);
        let text = RefOr::T(utoipa::openapi::schema::Schema::from(utoipa::openapi::schema::Object::with_type(
            utoipa::openapi::schema::Type::String,
        )));
        list = list.parameter(parameter.description(Some(about)).schema(Some(text)).build());
    }
    let create = of_kind("create_record", "Makes a record").request_body(Some(body("Record")));
    let many = PathItem::builder()
        .operation(HttpMethod::Get, list.responses(answers("Records")).build())
        .operation(HttpMethod::Post, create.responses(record_answers("201", Some("Record"))).build());
    let put = one("put_record", "Writes the next version; `If-Match` or `version` says which was seen");
    let put = put.parameter(if_match()).request_body(Some(body("Record")));
    let away = one("archive_record", "Puts the record away; history keeps it").parameter(if_match());
    let single = PathItem::builder()
        .operation(
            HttpMethod::Get,
            one("get_record", "The record").responses(record_answers("200", Some("Record"))).build(),
        )
        .operation(HttpMethod::Put, put.responses(record_answers("200", Some("Record"))).build())
        .operation(HttpMethod::Delete, away.responses(record_answers("204", None)).build());
    let history =
        one("record_history", "Every version that you may read").responses(record_answers("200", Some("History")));
    let readers = one("record_readers", "Who can read it").responses(record_answers("200", Some("Readers")));
    let links = one("record_links", "Its links, in both directions, whose other end you may see");
    let link = one("link_record", "Links it to another record that you may see, or to a fact");
    let link = link.request_body(Some(body("NewLink")));
    let links = PathItem::builder()
        .operation(HttpMethod::Get, links.responses(record_answers("200", Some("Links"))).build())
        .operation(HttpMethod::Post, link.responses(record_answers("201", Some("Link"))).build());
    let unlink = one("unlink_record", "Takes one of its links back").parameter(in_path("link", "Id"));
    let unlink = unlink.responses(record_answers("204", None)).build();
    let undo = one("undo_record", "Takes its last change back; `If-Match` says which one is meant");
    let undo = undo.parameter(if_match()).responses(record_answers("200", Some("Record"))).build();
    let listed = operation("kinds", "Every kind of record", "records").responses(answers("Kinds")).build();
    paths
        .path("/api/v1/kinds", PathItem::new(HttpMethod::Get, listed))
        .path("/api/v1/records/{kind}", many.build())
        .path("/api/v1/records/{kind}/{id}", single.build())
        .path("/api/v1/records/{kind}/{id}/history", PathItem::new(HttpMethod::Get, history.build()))
        .path("/api/v1/records/{kind}/{id}/links", links.build())
        .path("/api/v1/records/{kind}/{id}/links/{link}", PathItem::new(HttpMethod::Delete, unlink))
        .path("/api/v1/records/{kind}/{id}/undo", PathItem::new(HttpMethod::Post, undo))
        .path("/api/v1/records/{kind}/{id}/readers", PathItem::new(HttpMethod::Get, readers.build()))
}

/// What a list of records is asked by.
const QUERY: [(&str, &str); 9] = [
    ("team", "Of this team, by slug"),
    ("subject", "About this person, by address"),
    ("author", "Made by this person, by address"),
    ("status", "With this state; may come more than once"),
    ("due_before", "Due before this day"),
    ("archived", "`true`: those that were put away, too"),
    ("order", "`updated`, `created`, `title` or `due`"),
    ("after", "Where the page begins: `next` of the page before"),
    ("limit", "At most so many, 1 to 200; 50 when nothing is said"),
];

fn in_path(name: &str, schema: &str) -> utoipa::openapi::path::Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
    parameter.schema(Some(RefOr::Ref(reference(schema)))).build()
}

fn if_match() -> utoipa::openapi::path::Parameter {
    let text = utoipa::openapi::schema::Object::with_type(utoipa::openapi::schema::Type::String);
    let parameter =
        ParameterBuilder::new().name("If-Match").parameter_in(ParameterIn::Header).required(Required::False);
    let about = "The version that was seen, as in `ETag`";
    parameter.description(Some(about)).schema(Some(RefOr::T(utoipa::openapi::schema::Schema::from(text)))).build()
}

fn record_answers(status: &str, name: Option<&str>) -> utoipa::openapi::Responses {
    let problem = |about: &str| answer_of(about, "application/problem+json", "Problem");
    let done = match name {
        Some(name) => answer_of("The answer", "application/json", name),
        None => ResponseBuilder::new().description("Done").build(),
    };
    ResponsesBuilder::new()
        .response(status, done)
        .response("400", problem("The body is not JSON"))
        .response("401", problem("Not signed in"))
        .response("403", problem("Not allowed"))
        .response("404", problem("No such kind, or no such record for you"))
        .response("409", problem("Somebody else wrote since; `meanwhile` says what"))
        .response("415", problem("The body must be JSON"))
        .response("422", problem("The input is wrong; `fields` says where"))
        .response("default", problem("Anything else"))
        .build()
}

fn mount(paths: PathsBuilder, schemas: &mut Map<String, Value>, practice: &PracticeEntry) -> PathsBuilder {
    let path = format!("/api/v1{}", practice.path());
    let view = format!("{}.View", practice.name);
    add(schemas, &view, &(practice.view_schema)());
    let ask = (practice.ask_schema)();
    add(schemas, &format!("{}.Ask", practice.name), &ask);
    let mut ask_operation = operation(practice.name, practice.question, practice.stage.name());
    for field in fields(&ask) {
        let at = format!("#/components/schemas/{}.Ask/properties/{}", practice.name, field.name);
        let parameter = ParameterBuilder::new()
            .name(&field.name)
            .parameter_in(ParameterIn::Query)
            .required(if field.required { Required::True } else { Required::False })
            .description(Some(field.help.clone()))
            .schema(Some(RefOr::Ref(Ref::new(at))));
        ask_operation = ask_operation.parameter(parameter.build());
    }
    let mut paths = paths.path(&path, PathItem::new(HttpMethod::Get, ask_operation.responses(answers(&view)).build()));
    for act in (practice.acts)() {
        let (input, outcome) =
            (format!("{}.{}.Input", practice.name, act.name), format!("{}.{}.Outcome", practice.name, act.name));
        add(schemas, &input, &(act.input_schema)());
        add(schemas, &format!("{outcome}Body"), &(act.outcome_schema)());
        schemas.insert(outcome.clone(), done_schema(&format!("{outcome}Body")));
        let operation = operation(&format!("{}.{}", practice.name, act.name), act.title, practice.stage.name())
            .request_body(Some(body(&input)))
            .responses(answers(&outcome))
            .build();
        paths = paths.path(format!("{path}/acts/{}", act.name), PathItem::new(HttpMethod::Post, operation));
    }
    paths
}

fn operation(id: &str, summary: &str, tag: &str) -> OperationBuilder {
    OperationBuilder::new().operation_id(Some(id)).summary(Some(summary)).tag(tag)
}

fn reference(name: &str) -> Ref {
    Ref::new(format!("#/components/schemas/{name}"))
}

fn body(name: &str) -> utoipa::openapi::request_body::RequestBody {
    let content = ContentBuilder::new().schema(Some(reference(name))).build();
    RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build()
}

fn answer_of(about: &str, media_type: &str, name: &str) -> Response {
    ResponseBuilder::new()
        .description(about)
        .content(media_type, ContentBuilder::new().schema(Some(reference(name))).build())
        .build()
}

fn answers(name: &str) -> utoipa::openapi::Responses {
    let problem = |about: &str| answer_of(about, "application/problem+json", "Problem");
    ResponsesBuilder::new()
        .response("200", answer_of("The answer", "application/json", name))
        .response("401", problem("Not signed in"))
        .response("403", problem("Not allowed"))
        .response("422", problem("The question or the input is wrong; `fields` says where"))
        .response("default", problem("Anything else"))
        .build()
}

fn done_schema(outcome: &str) -> Value {
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

fn rows_schema() -> Value {
    json!({
        "type": "object",
        "required": ["rows", "cut"],
        "properties": {
            "rows": { "type": "array", "items": { "type": "object" } },
            "cut": { "type": "boolean", "description": "Whether more rows exist than were given" },
        },
    })
}

/// Puts a schema among the components; its own definitions become components called `NAME.DEFINITION`.
fn add(schemas: &mut Map<String, Value>, name: &str, schema: &Schema) {
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
