//! Findings and broken goals as SARIF 2.1.0, the format that forges show beside the code. Of a branch, only what it brings.

use desk::practice::Document;
use serde_json::{Value, json};

use super::goals::Verdict;
use super::health::RULES;
use super::view::{FindingState, GoalState, View};

const GOAL: &str = "quality_goal";

/// The file.
pub(super) fn document(view: &View) -> Document {
    let findings = view.branch.as_ref().map_or(&view.findings, |branch| &branch.brought);
    let mut results: Vec<Value> = findings.iter().map(result).collect();
    results.extend(view.goals.iter().filter(|goal| goal.breaks()).map(broken));
    let mut rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name,
                "shortDescription": { "text": rule.name.replace('_', " ") },
                "fullDescription": { "text": rule.about },
                "properties": { "limit": rule.limit, "weight": rule.weight },
            })
        })
        .collect();
    rules.push(json!({ "id": GOAL, "shortDescription": { "text": "a goal is broken" } }));
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Mainstay", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    Document { media_type: "application/sarif+json", file_name: "code_quality.sarif", body: format!("{log:#}\n") }
}

fn result(finding: &FindingState) -> Value {
    json!({
        "ruleId": finding.rule,
        "level": if finding.weight >= 0.8 { "warning" } else { "note" },
        "message": { "text": finding.text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": desk::form::escape(&finding.path).replace('+', "%20"), "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": finding.line, "endLine": finding.end_line },
        }}],
        "partialFingerprints": { "mainstay/v1": finding.key },
        "properties": { "weight": finding.weight },
    })
}

fn broken(goal: &GoalState) -> Value {
    let now = goal.value.map_or_else(|| "not measured".to_owned(), |value| goal.measure.words(value));
    json!({
        "ruleId": GOAL,
        "level": "error",
        "message": { "text": format!("{}: {}, now {now}", goal.title, goal.verdict.map_or(goal.standing.word(), Verdict::words)) },
    })
}
