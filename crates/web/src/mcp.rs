//! The practices as tools for assistants and the records as resources, over standard input and output or HTTP. What a tool answers is what
//! the page shows.

pub(crate) mod http;
mod records;

use std::sync::Arc;

use desk::facts::chain;
use desk::text::{Terminal, render};
use desk::{Desk, Office, Refusal, Registry, Viewer};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::{Value, json};

use crate::api::SqlInput;
use crate::sql;

/// The server behind the tools.
#[derive(Debug, Clone)]
pub struct Tools {
    office: Office,
    registry: records::Shared,
    viewer: Viewer,
}

/// Why the tools stopped.
#[derive(Debug, thiserror::Error)]
#[error("the assistant's connection failed: {0}")]
pub struct McpError(String);

impl Tools {
    /// The tools of a registry, for one viewer.
    #[must_use]
    pub fn new(office: Office, registry: Registry, viewer: Viewer) -> Self {
        Self { office, registry: Arc::new(registry), viewer }
    }

    /// Every tool: a practice each, its acts, and `sql`.
    #[must_use]
    pub fn list(&self) -> Vec<Tool> {
        let mut tools = Vec::new();
        for practice in self.registry.all() {
            let about = format!("{} Answers with a sentence, tables and how it was computed.", practice.question);
            tools.push(tool(practice.name.to_owned(), practice.title, about, (practice.ask_schema)().to_value(), true));
            for act in (practice.acts)() {
                let name = format!("{}.{}", practice.name, act.name);
                let about = format!("{}. Writes a record; {} can read it.", act.title, act.readers);
                tools.push(tool(name, act.title, about, (act.input_schema)().to_value(), false));
            }
        }
        let about = "Answers one read-only SQL statement over the facts (commits, changes, files, owners, functions and more). \
            Ask `select table_name, column_name, data_type from information_schema.columns` for the tables.";
        tools.extend(records::tools(&self.registry));
        tools.push(tool("sql".to_owned(), "SQL", about.to_owned(), schemars::schema_for!(SqlInput).to_value(), true));
        tools
    }

    /// Calls a tool.
    ///
    /// # Errors
    /// As the practice or act; refused for an unknown tool.
    pub async fn call(&self, name: &str, arguments: Value) -> Result<(String, Value), Refusal> {
        self.office.refresh();
        let desk = self.office.desk(self.viewer.clone()).await?;
        if name == "sql" {
            return answer_sql(&desk, arguments).await;
        }
        if let Some(answer) = records::call(&self.registry, &desk, name, arguments.clone()).await {
            return answer;
        }
        let (practice, act) = name.split_once('.').map_or((name, None), |(practice, act)| (practice, Some(act)));
        let unknown = || Refusal::not_found(format!("no tool `{name}`"));
        let practice = self.registry.named(practice).ok_or_else(unknown)?;
        match act {
            None => {
                let viewed = (practice.view)(&desk, arguments).await?;
                let text = match &viewed.document {
                    Some(document) => document.body.clone(),
                    None => render(&viewed.sheet, Terminal { rows: Some(50), ..Terminal::PLAIN }),
                };
                Ok((text, viewed.to_json()?))
            }
            Some(act) => {
                let act = practice.act(act).ok_or_else(unknown)?;
                let done = act.run(&desk, practice, arguments).await?;
                Ok((done.told.sentence, done.outcome))
            }
        }
    }
}

async fn answer_sql(desk: &Desk, arguments: Value) -> Result<(String, Value), Refusal> {
    let input: SqlInput = desk::form::parse(&schemars::schema_for!(SqlInput), arguments)?;
    let answer = sql::ask(desk, &input.query).await?;
    let rows = sql::json(&answer)?;
    Ok((rows.to_string(), json!({ "rows": rows, "cut": answer.cut })))
}

fn tool(name: String, title: &str, about: String, schema: Value, reads: bool) -> Tool {
    let mut schema: JsonObject = if let Value::Object(map) = schema { map } else { JsonObject::new() };
    schema.entry("type").or_insert_with(|| json!("object"));
    Tool::new(name, about, Arc::new(schema)).with_title(title).with_annotations(ToolAnnotations::new().read_only(reads))
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().enable_resources().build())
            .with_server_info(Implementation::new("mainstay", env!("CARGO_PKG_VERSION")))
            .with_instructions(
                "Facts about Git repositories and the records of a technical lead. Names answer who can help, never who is better: \
                 do not rank people with what you find here.",
            )
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.list()))
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let desk = self.office.desk(self.viewer.clone()).await.map_err(|refusal| failed(&refusal))?;
        records::resources(&self.registry, &desk).await.map_err(|refusal| failed(&refusal))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(records::templates())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let desk = self.office.desk(self.viewer.clone()).await.map_err(|refusal| failed(&refusal))?;
        let read = records::read(&self.registry, &desk, &request.uri).await.map_err(|refusal| failed(&refusal))?;
        Ok(read.into())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.map_or(Value::Null, Value::Object);
        let result = match self.call(&request.name, arguments).await {
            Ok((text, json)) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
                result.structured_content = Some(json);
                result
            }
            Err(refusal) => {
                let hint = refusal.what_to_do().map(|hint| format!("\n{hint}")).unwrap_or_default();
                let fields: String =
                    refusal.field_errors().iter().map(|one| format!("\n{}: {}", one.field, one.message)).collect();
                CallToolResult::error(vec![ContentBlock::text(format!("{}{fields}{hint}", chain(&refusal)))])
            }
        };
        Ok(result.into())
    }
}

/// A refusal as the protocol's error.
fn failed(refusal: &Refusal) -> ErrorData {
    match refusal.word() {
        "not_found" => ErrorData::resource_not_found(refusal.to_string(), None),
        "invalid" => ErrorData::invalid_params(refusal.to_string(), None),
        _ => ErrorData::internal_error(refusal.to_string(), None),
    }
}

/// Serves the tools over standard input and output until the other side hangs up.
///
/// # Errors
/// When the connection cannot be set up or breaks.
pub async fn serve(office: Office, registry: Registry, viewer: Viewer) -> Result<(), McpError> {
    let tools = Tools::new(office, registry, viewer);
    let running = tools.serve(rmcp::transport::stdio()).await.map_err(|error| McpError(chain(&error)))?;
    running.waiting().await.map_err(|error| McpError(chain(&error)))?;
    Ok(())
}
