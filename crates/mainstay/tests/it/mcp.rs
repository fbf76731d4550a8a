//! An assistant's side of `mainstay mcp`: a client of the protocol's own SDK, over the program's standard input and output.

use std::process::Stdio;

use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use serde_json::{Value, json};
use testkit::Scripted;
use tokio::process::{ChildStdin, ChildStdout};

use crate::program::exit::DONE;
use crate::program::{Program, ended};

fn call(name: &'static str, arguments: &Value) -> CallToolRequestParams {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    CallToolRequestParams::new(name).with_arguments(arguments)
}

#[tokio::test]
async fn an_assistant_asks_and_acts() {
    let (program, mut repo) = (Program::new(), Scripted::new());
    repo.write("src/a.rs", "fn a() {}\n").commit("one");
    program.mine(repo.path()).says(DONE, &[]);
    let mut child = program.start_hearing(repo.path(), &["mcp"], Stdio::piped());
    let input = ChildStdin::from_std(child.stdin.take().unwrap()).unwrap();
    let output = ChildStdout::from_std(child.stdout.take().unwrap()).unwrap();
    let client = ().serve((output, input)).await.unwrap();
    assert_eq!(client.peer_info().unwrap().server_info.clone().unwrap().name, "mainstay");
    let tools: Vec<String> =
        client.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name.into_owned()).collect();
    for wanted in ["code_quality", "code_quality.set_goal", "deep_expertise", "deep_expertise.claim", "sql"] {
        assert!(tools.iter().any(|tool| tool == wanted), "{wanted} is not among {tools:?}");
    }
    let rows = client.call_tool(call("sql", &json!({ "query": "select path from files" }))).await.unwrap();
    assert_eq!(rows.structured_content.unwrap()["rows"], json!([{ "path": "src/a.rs" }]));
    let claim = json!({ "area": "src", "address": "ann@example.org" });
    let done = client.call_tool(call("deep_expertise.claim", &claim)).await.unwrap();
    assert_eq!((done.is_error, &done.structured_content.unwrap()["body"]["area"]), (Some(false), &json!("src")));
    let wrong = client.call_tool(call("deep_expertise.claim", &json!({ "area": "src" }))).await.unwrap();
    assert_eq!(wrong.is_error, Some(true));
    assert!(format!("{:?}", wrong.content).contains("address"), "{:?}", wrong.content);
    let view = client.call_tool(call("deep_expertise", &json!({}))).await.unwrap();
    assert_eq!(view.structured_content.unwrap()["claims"][0]["address"], "ann@example.org");
    client.cancel().await.unwrap();
    // The other side hung up: nothing is left to do, and that is no failure.
    assert_eq!(ended(child.wait_with_output().unwrap()).code, DONE);
}
