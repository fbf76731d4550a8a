//! Who may do what: every policy in words, and the texts themselves, read only. No setting changes them.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::sheet::{Cell, Column, Section, Sheet, Table};
use store::policy::{Policy, PolicyText};

use super::tabs;
use crate::App;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/settings/policies", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = visit.pen.sheet(&sheet()).and_then(|body| {
        let scope = tabs("/settings/policies")?;
        Ok((Frame { title: "Who may do what?", over: "Settings", scope, ..Frame::default() }, body))
    });
    visit.answer(drawn)
}

fn sheet() -> Sheet {
    let texts: Vec<PolicyText> = Policy::texts().collect();
    let count: usize = texts.iter().map(|text| rules(text.text).len()).sum();
    let answer = format!(
        "{count} policies say who may do what; whatever none of them permits is denied. The same texts decide, and say who can read what you write."
    );
    let mut sheet = Sheet::new(answer);
    for text in texts {
        let found = rules(text.text);
        let name = title(text.name);
        let mut section = Section::new(name.clone());
        if !found.is_empty() {
            section = section.table(table(&name, &found));
        }
        sheet = sheet.section(section.listing(text.text));
    }
    sheet
}

/// `between_two.cedar` as `Between two`.
fn title(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file).replace('_', " ");
    let mut letters = stem.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A policy as its text tells it: the sentence above it, its id, and whether it permits or forbids.
struct Rule<'a> {
    words: String,
    id: &'a str,
    permits: bool,
}

fn rules(text: &str) -> Vec<Rule<'_>> {
    let mut found = Vec::new();
    let (mut words, mut id) = (Vec::new(), None);
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("//") {
            words.push(comment.trim());
        } else if let Some(named) = line.strip_prefix("@id(\"").and_then(|rest| rest.split('"').next()) {
            id = Some(named);
        } else if line.starts_with("permit") || line.starts_with("forbid") {
            let id = id.take().unwrap_or_default();
            found.push(Rule { words: std::mem::take(&mut words).join(" "), id, permits: line.starts_with("permit") });
        } else if line.is_empty() && id.is_none() {
            words.clear();
        }
    }
    found
}

fn table(name: &str, found: &[Rule<'_>]) -> Table {
    let columns = vec![
        Column::words("words", "In words").unsorted(),
        Column::words("says", "Says").unsorted(),
        Column::words("id", "Id").unsorted(),
    ];
    let rows = found.iter().map(|rule| {
        let words = if rule.words.is_empty() { "–" } else { &rule.words };
        vec![Cell::text(words), Cell::text(if rule.permits { "permits" } else { "forbids" }), Cell::text(rule.id)]
    });
    Table::new(&format!("{}-rules", desk::sheet::slug(name)), format!("{name} in words"), columns).rows(rows)
}
