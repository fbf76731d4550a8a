//! A plan as a table (RFC 4180): one row an item, in reading order. What is not known is an empty cell, never a nought.

use desk::Refusal;
use desk::sheet::harmless;

use super::super::view::{ItemView, PlanView};
use crate::plan::trials::shown;

/// The columns, in their order.
const HEAD: [&str; 20] = [
    "code",
    "id",
    "title",
    "kind",
    "team",
    "state",
    "work_item",
    "estimate",
    "size",
    "start_p50",
    "start_p85",
    "finish_p50",
    "finish_p85",
    "finish_sure",
    "sure",
    "float_days",
    "criticality",
    "on_chain",
    "finish_by",
    "finish_by_chance",
];

/// The table.
pub(super) fn table(plan: &PlanView) -> Result<String, Refusal> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: csv::Error| Refusal::bug("cannot write the table", error);
    writer.write_record(HEAD).map_err(failed)?;
    for item in &plan.items {
        writer.write_record(row(item, plan.confidence)).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Refusal::bug("cannot write the table", error.into_error()))?;
    String::from_utf8(bytes).map_err(|error| Refusal::bug("cannot write the table", error))
}

fn row(item: &ItemView, confidence: f64) -> [String; 20] {
    let when = item.when.as_ref();
    let day = |of: Option<&String>| of.cloned().unwrap_or_default();
    let figure = |of: Option<f64>| of.map_or_else(String::new, |of| shown(of).to_string());
    [
        item.code.clone(),
        item.id.clone(),
        harmless(&item.title),
        item.kind.word().to_owned(),
        harmless(&item.team),
        item.standing.word().to_owned(),
        harmless(item.key.as_deref().unwrap_or_default()),
        harmless(item.estimate.as_deref().unwrap_or_default()),
        item.fit.map_or_else(String::new, |fit| fit.word().to_owned()),
        day(when.map(|when| &when.start[1])),
        day(when.map(|when| &when.start[2])),
        day(when.map(|when| &when.finish[1])),
        day(when.map(|when| &when.finish[2])),
        day(when.map(|when| &when.sure)),
        figure(when.map(|_| confidence)),
        figure(when.map(|when| when.float_days)),
        figure(when.map(|when| when.criticality)),
        when.map_or_else(String::new, |when| if when.on_chain { "yes" } else { "no" }.to_owned()),
        day(item.finish_by.as_ref()),
        figure(item.chance.map(|chance| chance.p)),
    ]
}
