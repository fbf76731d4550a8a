//! Pairs to types, and what is said when they do not fit.

use proptest::prelude::*;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Field, Shape, fields, from_pairs, nearest, pairs_of, parse, query_of};
use crate::Scope;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Pair,
    Review,
    OwnAFix,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Step {
    text: String,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    due_on: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Ask {
    #[serde(flatten)]
    scope: Scope,
    #[serde(default)]
    most: Option<u32>,
    #[serde(default)]
    share: Option<f64>,
    #[serde(default)]
    gate: bool,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    steps: Vec<Step>,
    /// What it is about.
    #[serde(default)]
    #[schemars(length(max = 500))]
    reason: String,
}

fn schema() -> Schema {
    schemars::schema_for!(Ask)
}

fn pairs(text: &[(&str, &str)]) -> Vec<(String, String)> {
    text.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn read(text: &[(&str, &str)]) -> Result<Ask, String> {
    let value =
        from_pairs(&schema(), &pairs(text)).map_err(|wrong| format!("{}: {}", wrong[0].field, wrong[0].message))?;
    parse(&schema(), value).map_err(|refusal| refusal.to_string())
}

fn field(name: &str) -> Field {
    fields(&schema()).into_iter().find(|field| field.name == name).unwrap()
}

#[test]
fn an_empty_flag_is_a_mistake() {
    assert_eq!(read(&[("most", ""), ("reason", ""), ("kind", "")]).unwrap(), Ask::default());
    assert_eq!(read(&[("gate", "")]).unwrap_err(), "gate: `` is neither yes nor no");
}

#[test]
fn pairs_become_their_types() {
    let ask = read(&[
        ("repo", "one"),
        ("repo", "two"),
        ("since", "90d"),
        ("most", "12"),
        ("share", "0.5"),
        ("gate", "true"),
        ("kind", "own_a_fix"),
    ]);
    let wanted = Ask {
        scope: Scope {
            repo: vec!["one".to_owned(), "two".to_owned()],
            since: Some("90d".to_owned()),
            ..Scope::default()
        },
        most: Some(12),
        share: Some(0.5),
        gate: true,
        kind: Some(Kind::OwnAFix),
        ..Ask::default()
    };
    assert_eq!(ask, Ok(wanted));
}

#[test]
fn untouched_rows_of_choices_are_empty() {
    let rows = [("steps.0.text", ""), ("steps.0.kind", "pair"), ("steps.1.text", "own"), ("steps.1.kind", "pair")];
    assert_eq!(read(&rows).unwrap().steps.len(), 1);
}

#[test]
fn numbered_rows_become_a_list() {
    let ask =
        read(&[("steps.0.text", "pair"), ("steps.0.kind", "review"), ("steps.1.text", ""), ("steps.2.text", "own")])
            .unwrap();
    let step = |text: &str, kind| Step { text: text.to_owned(), kind, due_on: None };
    assert_eq!(ask.steps, [step("pair", Kind::Review), step("own", Kind::Pair)]);
}

#[test]
fn empty_texts_are_no_texts() {
    assert_eq!(read(&[("since", " "), ("most", ""), ("repo", "")]), Ok(Ask::default()));
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    assert_eq!(read(&[("sinze", "90d")]), Err("sinze: `sinze` is not known; did you mean `since`?".to_owned()));
    assert_eq!(read(&[("kind", "reviw")]), Err("kind: `reviw` is not known; did you mean `review`?".to_owned()));
    assert_eq!(
        read(&[("kind", "zebra")]),
        Err("kind: `zebra` is not known; known are pair, review, own_a_fix".to_owned())
    );
    assert_eq!(read(&[("steps.0.txt", "x")]), Err("steps.0.txt: `txt` is not known; did you mean `text`?".to_owned()));
}

#[test]
fn a_wrong_type_names_its_field() {
    assert_eq!(read(&[("most", "many")]), Err("most: `many` is not a whole number".to_owned()));
    assert_eq!(read(&[("most", "-1")]), Err("`most`: must be at least 0".to_owned()));
    assert_eq!(read(&[("steps.0.kind", "review")]), Err("`steps.0.text`: is needed".to_owned()));
}

#[test]
fn json_is_held_to_the_schema() {
    let wrong = |value| parse::<Ask>(&schema(), value).unwrap_err().to_string();
    assert_eq!(wrong(json!({ "mots": 1 })), "`mots`: `mots` is not known; did you mean `most`?");
    assert_eq!(wrong(json!({ "gate": "yes" })), "`gate`: expects true or false");
    assert_eq!(wrong(json!([])), "``: expects an object");
    assert_eq!(wrong(json!({ "reason": "x".repeat(501) })), "`reason`: takes at most 500 characters, has 501");
}

#[test]
fn fields_carry_what_forms_need() {
    let reason = field("reason");
    assert_eq!(
        (reason.shape, reason.help.as_str(), reason.max_length),
        (Shape::LongText, "What it is about.", Some(500))
    );
    assert_eq!(field("repo").shape, Shape::List(Box::new(Shape::Text)));
    assert_eq!(field("repo").title, "Repositories");
    assert!(matches!(field("kind").shape, Shape::Choice(choices) if choices[2].label == "Own a fix"));
}

#[test]
fn defaults_leave_the_address() {
    let ask =
        Ask { scope: Scope { since: Some("1y".to_owned()), ..Scope::default() }, most: Some(5), ..Ask::default() };
    assert_eq!(query_of(&ask, &Ask::default()), "since=1y&most=5");
    assert_eq!(query_of(&Ask::default(), &Ask::default()), "");
}

#[test]
fn far_names_are_not_guessed() {
    assert_eq!(nearest("elephant", ["path", "since"].into_iter()), None);
    assert_eq!(nearest("pth", ["path", "since"].into_iter()), Some("path"));
}

proptest! {
    #[test]
    fn an_ask_survives_its_address(
        repo in prop::collection::vec("[a-z ,/&=%+é\n]{1,12}", 0..3),
        area in prop::option::of("[a-z/&=#% ]{0,10}[a-z]"),
        most in prop::option::of(any::<u32>()),
        gate in any::<bool>(),
    ) {
        let repo: Vec<String> = repo.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let area = area.map(|area| area.trim().to_owned());
        let ask = Ask { scope: Scope { repo, area, ..Scope::default() }, most, gate, ..Ask::default() };
        let value = serde_json::to_value(&ask).unwrap();
        let pairs = pairs_of(&value, &serde_json::to_value(Ask::default()).unwrap());
        let again: Ask = parse(&schema(), from_pairs(&schema(), &pairs).unwrap()).unwrap();
        prop_assert_eq!(again, ask);
    }
}
