//! Goals, what a branch does to them, and findings that somebody called no trouble.

use desk::sheet::{Cell, Column, Meaning, Section, Table};

use crate::code_quality::goals::{Standing, Verdict};
use crate::code_quality::health::RULES;
use crate::code_quality::page::plural;
use crate::code_quality::view::{BranchState, View};

pub(in crate::code_quality) fn goals(view: &View) -> Section {
    let mut columns = vec![
        Column::words("goal", "Goal"),
        Column::words("areas", "Areas"),
        Column::words("start", "At its start").unsorted(),
    ];
    if view.branch.is_some() {
        columns.push(Column::words("base", "At the base").unsorted());
    }
    columns.extend([Column::words("value", "Now").unsorted(), Column::words("standing", "Stands")]);
    if view.branch.is_some() {
        columns.push(Column::words("verdict", "The branch"));
    }
    columns.extend([Column::words("reason", "Reason"), Column::words("end", "Put away").unsorted()]);
    let rows = view.goals.iter().map(|state| {
        let body = &state.goal.body;
        let measured = |value: Option<f64>| {
            value.map_or_else(
                || Cell::missing("nothing to measure it by"),
                |value| Cell::text(body.measure.words(value)),
            )
        };
        let meaning = match state.standing {
            Standing::Met => Meaning::Good,
            Standing::OnTheWay | Standing::NotMeasured => Meaning::Neutral,
            Standing::Worse | Standing::Missed => Meaning::Act,
        };
        let mut cells = vec![
            Cell::text(&*state.title),
            Cell::text(if body.areas.is_empty() { "all".to_owned() } else { body.areas.join(", ") }),
            measured(body.start),
        ];
        if view.branch.is_some() {
            cells.push(measured(state.at_base));
        }
        cells.extend([measured(state.value), Cell::mark(state.standing.word(), meaning)]);
        if view.branch.is_some() {
            cells.push(state.verdict.map_or_else(|| Cell::missing("no base was read"), judged));
        }
        cells.extend([
            Cell::text(&*body.reason),
            Cell::link("end", act_href("end_goal", &state.goal.id, state.goal.version)),
        ]);
        cells
    });
    let table = Table::new("goals", "Goals", columns).rows(rows).or_say("No goal is set.");
    Section::new("Goals")
        .say(match &view.branch {
            Some(branch) => format!(
                "Judged against {}, where this branch left {}: a goal is broken when its target is not reached and the branch leads away \
                 from it. The fix rate and hidden couplings are about history, and not judged.",
                branch.sha, branch.base
            ),
            None => "`mainstay quality --gate` ends with 1 when the branch breaks a goal against the commit that it left. Without a branch \
                     it is when a goal is missed, or stands worse than when it was set."
                .to_owned(),
        })
        .table(table)
}

fn judged(verdict: Verdict) -> Cell {
    match verdict {
        Verdict::NotJudged => Cell::missing("nothing to measure it by on both sides, or a measure of history"),
        Verdict::Broken => Cell::mark(verdict.words(), Meaning::Act),
        Verdict::Mended | Verdict::Kept => Cell::mark(verdict.words(), Meaning::Good),
        Verdict::Unchanged => Cell::mark(verdict.words(), Meaning::Neutral),
    }
}

/// The findings that the branch brings.
pub(in crate::code_quality) fn brought(branch: &BranchState) -> Section {
    let columns = vec![
        Column::words("path", "File"),
        Column::numbers("line", "Line"),
        Column::words("rule", "Finding"),
        Column::words("text", "Measured"),
        Column::numbers("weight", "Weight").about("What it takes from the health of 10."),
    ];
    let rows = branch.brought.iter().map(|finding| {
        vec![
            Cell::text(&*finding.path),
            Cell::Count(finding.line.into()),
            Cell::text(finding.rule.replace('_', " ")),
            Cell::text(&*finding.text),
            Cell::number(finding.weight, 1),
        ]
    });
    Section::new("What this branch brings").say(format!("It takes {} away.", plural(branch.taken, "finding"))).table(
        Table::new("brought", "Findings that were not there before", columns).rows(rows).or_say("No finding is new."),
    )
}

pub(in crate::code_quality) fn false_alarms(view: &View) -> Section {
    let columns = vec![
        Column::words("finding", "Finding"),
        Column::words("reason", "Reason"),
        Column::words("until", "Until"),
        Column::words("back", "Take back").unsorted(),
    ];
    let rows = view.false_alarms.iter().map(|alarm| {
        vec![
            Cell::text(&*alarm.body.finding),
            Cell::text(&*alarm.body.reason),
            Cell::text(alarm.body.until.map_or_else(|| "it is taken back".to_owned(), |until| until.to_string())),
            Cell::link("take back", act_href("take_back_false_alarm", &alarm.id, alarm.version)),
        ]
    });
    Section::new("False alarms")
        .say("These findings take nothing from any health.")
        .table(Table::new("false_alarms", "Findings called false alarms", columns).rows(rows))
}

/// The one table of findings: limits and weights as shipped, and what was said otherwise.
pub(in crate::code_quality) fn weights(view: &View) -> Section {
    let columns = vec![
        Column::words("finding", "Finding"),
        Column::words("where", "Where"),
        Column::numbers("limit", "Found above"),
        Column::numbers("weight", "Weight").about("What it takes from the health of 10."),
        Column::words("about", "Why"),
        Column::words("act", "Change").unsorted(),
    ];
    let decimals = |limit: f64| u8::from(limit.fract() != 0.0);
    let mut rows = Vec::new();
    for rule in RULES {
        let query = desk::form::encode(&[("finding".to_owned(), rule.name.to_owned())]);
        rows.push(vec![
            Cell::text(rule.name.replace('_', " ")),
            Cell::text("as shipped"),
            Cell::number(rule.limit, decimals(rule.limit)),
            Cell::number(rule.weight, 1),
            Cell::text(rule.about),
            Cell::link("weigh otherwise", format!("/foundation/code_quality/do/weigh_finding?{query}")),
        ]);
        for said in view.weights.iter().filter(|said| said.body.finding == rule.kind) {
            let (limit, weight) = (said.body.limit.unwrap_or(rule.limit), said.body.weight.unwrap_or(rule.weight));
            rows.push(vec![
                Cell::text(rule.name.replace('_', " ")),
                Cell::mark(said.body.repository.as_deref().unwrap_or("every repository"), Meaning::Watch),
                Cell::number(limit, decimals(limit)),
                Cell::number(weight, 1),
                Cell::text(&*said.body.reason),
                Cell::link("as shipped again", act_href("take_back_weight", &said.id, said.version)),
            ]);
        }
    }
    Section::new("Weights")
        .say(
            "Health is 10 less these weights. They can be set for a repository, or for all: that is kept here as a record with its \
             reason, not in the repository, and holds for pages, commands and the gate of this data folder.",
        )
        .table(Table::new("weights", "What is looked for", columns).rows(rows))
}

fn act_href(act: &str, id: &str, version: u64) -> String {
    let pairs = [("id".to_owned(), id.to_owned()), ("version".to_owned(), version.to_string())];
    format!("/foundation/code_quality/do/{act}?{}", desk::form::encode(&pairs))
}
