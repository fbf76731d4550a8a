//! The API document, made from the registry: OpenAPI 3.1, whose schemas are the JSON Schemas of the types themselves: what is asked as it
//! is read, what is answered as it is written.

mod answers;
mod schemas;

use axum::Json;
use axum::extract::State;
use desk::PracticeEntry;
use desk::form::fields;
use desk::records::{self, Document};
use serde_json::{Map, Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApiBuilder, Ref, RefOr, Required};

use self::answers::Answers;
use self::schemas::{add, add_asked, asked, done_schema, given, records_ask, rows_schema, sent_schema};
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
    add(&mut schemas, "Problem", &given::<Problem>());
    add(&mut schemas, "Practices", &given::<Vec<Listed>>());
    add_asked(&mut schemas, "SqlInput", &asked::<SqlInput>());
    schemas.insert("Rows".to_owned(), rows_schema());
    let list = operation("practices", "Every practice of the road", "house")
        .responses(Answers::of("Practices").build())
        .build();
    paths = paths.path("/api/v1/practices", PathItem::new(HttpMethod::Get, list));
    let sql =
        operation("sql", "Answers one SQL statement that only reads", "house").request_body(Some(body("SqlInput")));
    let rows = Answers::of("Rows").takes_body().may_be_wrong().build();
    paths = paths.path("/api/v1/sql", PathItem::new(HttpMethod::Post, sql.responses(rows).build()));
    paths = kinds(paths, &mut schemas, app);
    for practice in app.registry().all() {
        paths = mount(paths, &mut schemas, practice);
    }
    let tags =
        desk::Stage::ALL.map(|stage| TagBuilder::new().name(stage.name()).description(Some(stage.question())).build());
    let info = InfoBuilder::new()
        .title("Mainstay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("What a lead's duties ask, answered from history and records. Send a token, made under Settings, as `Authorization: Bearer …`; the pages' own session does, too."))
        .build();
    let paths: Paths = paths.build();
    let document = OpenApiBuilder::new().info(info).paths(paths).tags(Some(tags)).build();
    let mut json = serde_json::to_value(&document).unwrap_or_default();
    // The schemas are JSON Schema 2020-12, as OpenAPI 3.1 wants them; they go in as they are, so that no keyword is lost.
    let token = json!({ "type": "http", "scheme": "bearer", "description": "A token, made under Settings" });
    json["components"] = json!({ "schemas": schemas, "securitySchemes": { "token": token } });
    json["security"] = json!([{ "token": [] }]);
    json
}

/// The paths of records: one set for all kinds, with the bodies' schemas as components.
fn kinds(paths: PathsBuilder, schemas: &mut Map<String, Value>, app: &App) -> PathsBuilder {
    add(schemas, "Kinds", &given::<Vec<ListedKind>>());
    add(schemas, "Record", &given::<Document>());
    add(schemas, "Records", &given::<records::Listed>());
    add(schemas, "History", &given::<Vec<records::Past>>());
    add(schemas, "Links", &given::<Vec<records::LinkDocument>>());
    add(schemas, "Link", &given::<records::LinkDocument>());
    add_asked(schemas, "NewLink", &asked::<records::NewLink>());
    add(schemas, "Readers", &given::<ReadersAnswer>());
    let all = app.registry().kinds();
    for entry in &all {
        add_asked(schemas, &format!("{}.Body", entry.kind), &(entry.schema)());
    }
    let names: Vec<&str> = all.iter().map(|entry| entry.kind).collect();
    add_asked(schemas, "RecordSent", &sent_schema(asked::<Document>(), &names));
    schemas.insert("KindName".to_owned(), json!({ "type": "string", "enum": names }));
    schemas.insert("Id".to_owned(), json!({ "type": "string", "format": "uuid" }));
    let one = |id: &str, summary: &str| {
        let operation = operation(id, summary, "records");
        operation.parameter(in_path("kind", "KindName")).parameter(in_path("id", "Id"))
    };
    let of_kind = |id: &str, summary: &str| operation(id, summary, "records").parameter(in_path("kind", "KindName"));
    let mut list = of_kind("list_records", "A page of the records of a kind that you may read");
    let ask = records_ask();
    for (name, property) in ask["properties"].as_object().into_iter().flatten() {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False);
        let at = Ref::new(format!("#/components/schemas/RecordsAsk/properties/{name}"));
        let about = property["description"].as_str();
        list = list.parameter(parameter.description(about).schema(Some(RefOr::Ref(at))).build());
    }
    schemas.insert("RecordsAsk".to_owned(), ask);
    let create = of_kind("create_record", "Makes a record").request_body(Some(body("RecordSent")));
    let made = Answers::of_made_record().at(NO_KIND).takes_body().may_be_wrong().may_clash();
    let many = PathItem::builder()
        .operation(HttpMethod::Get, list.responses(Answers::of("Records").at(NO_KIND).may_be_wrong().build()).build())
        .operation(HttpMethod::Post, create.responses(made.build()).build());
    let put = one("put_record", "Writes the next version; `If-Match` or `version` says which was seen");
    let put = put.parameter(if_match()).request_body(Some(body("RecordSent")));
    let written = Answers::of_record().at(NO_RECORD).takes_body().may_be_wrong().may_clash();
    let away = one("archive_record", "Puts the record away; history keeps it").parameter(if_match());
    let gone = Answers::of_nothing().at(NO_RECORD).may_be_wrong().may_clash();
    let get = one("get_record", "The record").responses(Answers::of_record().at(NO_RECORD).build());
    let single = PathItem::builder()
        .operation(HttpMethod::Get, get.build())
        .operation(HttpMethod::Put, put.responses(written.build()).build())
        .operation(HttpMethod::Delete, away.responses(gone.build()).build());
    let history = one("record_history", "Every version that you may read");
    let history = history.responses(Answers::of("History").at(NO_RECORD).build());
    let readers = one("record_readers", "Who can read it");
    let readers = readers.responses(Answers::of("Readers").at(NO_RECORD).build());
    let links = one("record_links", "Its links, in both directions, whose other end you may see");
    let link = one("link_record", "Links it to another record that you may see, or to a fact");
    let linked = Answers::of_made("Link").at(NO_RECORD).takes_body().may_be_wrong().may_clash();
    let links = PathItem::builder()
        .operation(HttpMethod::Get, links.responses(Answers::of("Links").at(NO_RECORD).build()).build())
        .operation(HttpMethod::Post, link.request_body(Some(body("NewLink"))).responses(linked.build()).build());
    let unlink = one("unlink_record", "Takes one of its links back").parameter(in_path("link", "Id"));
    let unlink = unlink.responses(Answers::of_nothing().at(NO_RECORD).may_be_wrong().may_clash().build()).build();
    let undo = one("undo_record", "Takes its last change back; `If-Match` says which one is meant");
    let undone = Answers::of_record().at(NO_RECORD).may_be_wrong().may_clash();
    let undo = undo.parameter(if_match()).responses(undone.build()).build();
    let listed = operation("kinds", "Every kind of record", "records").responses(Answers::of("Kinds").build()).build();
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

/// What is not there when a kind is named.
const NO_KIND: &str = "No such kind";
/// What is not there when a record is named.
const NO_RECORD: &str = "No such kind, or no such record for you";

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

fn mount(paths: PathsBuilder, schemas: &mut Map<String, Value>, practice: &PracticeEntry) -> PathsBuilder {
    let path = format!("/api/v1{}", practice.path());
    let view = format!("{}.View", practice.name);
    add(schemas, &view, &(practice.view_schema)());
    let ask = (practice.ask_schema)();
    add_asked(schemas, &format!("{}.Ask", practice.name), &ask);
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
    let viewed = Answers::of(&view).names("It names something that is not there").may_be_wrong().build();
    let mut paths = paths.path(&path, PathItem::new(HttpMethod::Get, ask_operation.responses(viewed).build()));
    for act in (practice.acts)() {
        let (input, outcome) =
            (format!("{}.{}.Input", practice.name, act.name), format!("{}.{}.Outcome", practice.name, act.name));
        add_asked(schemas, &input, &(act.input_schema)());
        add(schemas, &format!("{outcome}Body"), &(act.outcome_schema)());
        schemas.insert(outcome.clone(), done_schema(&format!("{outcome}Body")));
        let done = Answers::of(&outcome).takes_body().names("It names something that is not there").may_be_wrong();
        let done = done.may_clash();
        let operation = operation(&format!("{}.{}", practice.name, act.name), act.title, practice.stage.name())
            .request_body(Some(body(&input)))
            .responses(done.build())
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
