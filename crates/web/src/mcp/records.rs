//! Records for assistants: three tools over every kind, and each record as a resource. What the viewer may not see is not there.

use std::sync::Arc;

use desk::records::{self, Document, LinkDocument, NewLink};
use desk::{Desk, Refusal, Registry};
use rmcp::model::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate,
    Tool,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tool;

/// How the addresses of records begin.
const SCHEME: &str = "mainstay://records/";
/// Records of a kind that are listed as resources.
const LISTED: &str = "50";

/// Which records.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ListInput {
    /// The kind (`note`, `risk`).
    kind: String,
    /// Of this team, by slug.
    #[serde(default)]
    team: Option<String>,
    /// With this state.
    #[serde(default)]
    status: Option<String>,
    /// Holding these words; then of every kind, best first.
    #[serde(default)]
    words: Option<String>,
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// Which record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct GetInput {
    /// The kind.
    kind: String,
    /// The id.
    id: String,
}

/// A link to make.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct LinkInput {
    /// The kind of the record that is linked.
    kind: String,
    /// Its id.
    id: String,
    /// What it does to the other, a word or two: mitigates, caused by, evidence of, see also.
    relation: String,
    /// A record by its id, or a fact: commit/REPO/SHA, path/REPO/PATH, work_item/KEY, change_request/REPO/NUMBER, deployment/ID.
    to: String,
}

/// The tools.
pub(super) fn tools(registry: &Registry) -> Vec<Tool> {
    let names: Vec<&str> = registry.kinds().iter().map(|kind| kind.kind).collect();
    let names = names.join(", ");
    let schema = |schema: schemars::Schema| schema.to_value();
    let list = format!("A page of the records of a kind that you may read. Kinds: {names}.");
    let put = format!(
        "Makes a record, or its next version when `id` and the `version` that was seen are given. Kinds: {names}; the resource \
         mainstay://kinds has the shape of each body."
    );
    vec![
        tool("list_records".to_owned(), "Records", list, schema(schemars::schema_for!(ListInput)), true),
        tool(
            "get_record".to_owned(),
            "A record",
            "One record with its body.".to_owned(),
            schema(schemars::schema_for!(GetInput)),
            true,
        ),
        tool("put_record".to_owned(), "Write a record", put, schema(schemars::schema_for!(Document)), false),
        tool(
            "record_links".to_owned(),
            "What a record is linked to",
            "The links of one record, in both directions, to records that you may see and to facts.".to_owned(),
            schema(schemars::schema_for!(GetInput)),
            true,
        ),
        tool(
            "link_record".to_owned(),
            "Link a record",
            "Links a record that you may change to another, or to a fact.".to_owned(),
            schema(schemars::schema_for!(LinkInput)),
            false,
        ),
    ]
}

/// Calls one of the tools; none when the name is not one of theirs.
pub(super) async fn call(
    registry: &Registry,
    desk: &Desk,
    name: &str,
    arguments: Value,
) -> Option<Result<(String, Value), Refusal>> {
    Some(match name {
        "list_records" => list(registry, desk, arguments).await,
        "get_record" => get(registry, desk, arguments).await,
        "put_record" => put(registry, desk, arguments).await,
        "record_links" => links(registry, desk, arguments).await,
        "link_record" => link(registry, desk, arguments).await,
        _ => return None,
    })
}

async fn list(registry: &Registry, desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let input: ListInput = desk::form::parse(&schemars::schema_for!(ListInput), arguments)?;
    if let Some(words) = &input.words {
        let found = records::search(desk, &registry.kinds(), words, 25).await?;
        let lines: Vec<String> =
            found.iter().map(|(document, around)| format!("{}: {around}", line(document))).collect();
        let all: Vec<Value> =
            found.iter().map(|(document, around)| json!({ "record": document, "around": around })).collect();
        return Ok((said(&lines), json!({ "records": all, "next": null })));
    }
    let entry = registry.kind(&input.kind)?;
    let pairs = [("team", input.team), ("status", input.status), ("after", input.after)];
    let pairs: Vec<_> = pairs.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect();
    let listed = records::list(desk, &entry, &pairs).await?;
    let lines: Vec<String> = listed.records.iter().map(line).collect();
    Ok((said(&lines), json(&listed)?))
}

async fn get(registry: &Registry, desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let input: GetInput = desk::form::parse(&schemars::schema_for!(GetInput), arguments)?;
    let document = records::get(desk, &registry.kind(&input.kind)?, &input.id).await?;
    Ok((text(&document), json(&document)?))
}

async fn put(registry: &Registry, desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let wanted: Document = desk::form::parse(&schemars::schema_for!(Document), arguments)?;
    let entry = registry.kind(&wanted.kind)?;
    if wanted.id.is_some() && wanted.version.is_none() {
        return Err(Refusal::fields(vec![desk::FieldError::new("version", "is needed to change what is there")]));
    }
    let done = if wanted.id.is_some() {
        records::apply(desk, &entry, &wanted, false).await?
    } else {
        records::create(desk, &entry, &wanted).await?
    };
    Ok((format!("{}: {}", done.what, line(&done.record)), json(&done)?))
}

async fn links(registry: &Registry, desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let input: GetInput = desk::form::parse(&schemars::schema_for!(GetInput), arguments)?;
    let all = records::links(desk, &registry.kinds(), &registry.kind(&input.kind)?, &input.id).await?;
    let lines: Vec<String> = all.iter().map(link_line).collect();
    Ok((said(&lines), json!({ "links": all })))
}

async fn link(registry: &Registry, desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let input: LinkInput = desk::form::parse(&schemars::schema_for!(LinkInput), arguments)?;
    let new = NewLink { relation: input.relation, to: input.to };
    let made = records::link(desk, &registry.kinds(), &registry.kind(&input.kind)?, &input.id, &new).await?;
    Ok((link_line(&made), json(&made)?))
}

fn link_line(link: &LinkDocument) -> String {
    let other = match (&link.record, &link.fact) {
        (Some(record), _) => format!("{} ({} {})", record.title, record.kind, record.id),
        (None, Some(fact)) => format!("{} {}", fact.kind.replace('_', " "), fact.id),
        (None, None) => String::new(),
    };
    if link.outgoing { format!("{} {other}", link.words()) } else { format!("{other} {} this", link.words()) }
}

fn json(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|error| Refusal::bug("cannot write a record", error))
}

fn said(lines: &[String]) -> String {
    if lines.is_empty() { "Nothing that you may read.".to_owned() } else { lines.join("\n") }
}

fn line(document: &Document) -> String {
    let title = document.title.as_deref().unwrap_or("untitled");
    let team = document.team.as_deref().map(|team| format!(", {team}")).unwrap_or_default();
    let status = document.status.as_deref().unwrap_or_default();
    format!("{title} ({}{team}, {status}) {}", document.kind, document.id.as_deref().unwrap_or_default())
}

fn text(document: &Document) -> String {
    format!("{}\n{:#}", line(document), document.body)
}

/// The newest records of each kind as resources, and the shapes of all kinds.
pub(super) async fn resources(registry: &Registry, desk: &Desk) -> Result<ListResourcesResult, Refusal> {
    let mut all =
        vec![Resource::new("mainstay://kinds", "kinds").with_title("Kinds of records, with the shape of each body")];
    for entry in registry.kinds() {
        let listed = records::list(desk, &entry, &[("limit".to_owned(), LISTED.to_owned())]).await?;
        all.extend(listed.records.iter().filter_map(|document| {
            let id = document.id.as_deref()?;
            let name = format!("{} {id}", entry.kind);
            Some(Resource::new(format!("{SCHEME}{}/{id}", entry.kind), name).with_title(document.title.clone()?))
        }));
    }
    Ok(ListResourcesResult::with_all_items(all))
}

/// How the address of a record is made.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let template = ResourceTemplate::new(format!("{SCHEME}{{kind}}/{{id}}"), "record");
    ListResourceTemplatesResult::with_all_items(vec![template])
}

/// The resource at an address.
pub(super) async fn read(registry: &Registry, desk: &Desk, uri: &str) -> Result<ReadResourceResult, Refusal> {
    let text = if uri == "mainstay://kinds" {
        let kinds: Vec<Value> = registry
            .kinds()
            .iter()
            .map(|entry| json!({ "kind": entry.kind, "purpose": entry.purpose, "statuses": entry.statuses, "body": (entry.schema)().to_value() }))
            .collect();
        Value::from(kinds).to_string()
    } else {
        let named = uri.strip_prefix(SCHEME).and_then(|rest| rest.split_once('/'));
        let (kind, id) = named.ok_or_else(|| Refusal::not_found(format!("no resource `{uri}`")))?;
        json(&records::get(desk, &registry.kind(kind)?, id).await?)?.to_string()
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type("application/json")]))
}

/// The registry of a server, shared.
pub(super) type Shared = Arc<Registry>;
