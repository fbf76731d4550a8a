//! Changes that brought faults in, and open changes by risk, with how good that judgement has been.

use desk::sheet::{Cell, Column, Meaning, Section, Table, Thousands};

use crate::code_quality::page::plural;
use crate::code_quality::view::{Faults, Judge, Share, View};

pub(in crate::code_quality) fn faults(view: &View) -> Section {
    let section = Section::new("What had to be mended");
    let Some(faults) = &view.faults else {
        return section.say("Not measured: no lines of this history were followed to their end.");
    };
    let columns = vec![
        Column::words("by", "By"),
        Column::words("what", "Changes"),
        Column::numbers("count", "Count"),
        Column::numbers("mended", "Mended later"),
        Column::numbers("share", "Share"),
    ];
    let row = |by: &str, (what, share): &(String, Share)| {
        let part = if share.count > 0 {
            Cell::Share(share.mended as f64 / share.count as f64)
        } else {
            Cell::missing("no change")
        };
        vec![Cell::text(by), Cell::text(&**what), Cell::Count(share.count), Cell::Count(share.mended), part]
    };
    let kinds =
        [("lines", &faults.sizes), ("files", &faults.spreads), ("tests", &faults.tests), ("area", &faults.areas)];
    let rows = kinds.iter().flat_map(|(by, shares)| shares.iter().map(|share| row(by, share)));
    section
        .say(summary(faults))
        .say(
            "A change counts when a fix deleted code lines that it wrote; comments, blank lines and white space aside. What is recent had \
             less time to be found. About changes and places, never about people.",
        )
        .table(Table::new("faults", "Changes that a fix had to mend", columns).rows(rows).or_say("No change of code."))
}

fn said(fixes: u64) -> String {
    if fixes == 1 { "1 fix".to_owned() } else { format!("{} fixes", Thousands(fixes)) }
}

fn summary(faults: &Faults) -> String {
    let Faults { fixes, changes, .. } = faults;
    format!(
        "{} deleted lines of {} among {} of code in all of the history.",
        said(*fixes),
        plural(changes.mended, "change"),
        plural(changes.count, "change")
    )
}

pub(in crate::code_quality) fn risk(view: &View) -> Section {
    let columns = vec![
        Column::words("branch", "Branch"),
        Column::words("repo", "Repository"),
        Column::words("level", "Look"),
        Column::numbers("chance", "Chance").about("Of needing a fix, by the model."),
        Column::numbers("commits", "Commits"),
        Column::numbers("files", "Files"),
        Column::numbers("lines", "Lines"),
        Column::words("reasons", "What stands out"),
    ];
    let rows = view.open_changes.iter().map(|change| {
        let meaning = match change.level {
            "act" => Meaning::Act,
            "watch" => Meaning::Watch,
            _ => Meaning::Neutral,
        };
        vec![
            Cell::text(&*change.branch),
            Cell::text(&*change.repo),
            Cell::mark(change.level, meaning),
            change.chance.map_or_else(|| Cell::missing("judged by rules"), Cell::Share),
            Cell::Count(change.commits),
            Cell::Count(change.files),
            Cell::Count(change.lines),
            Cell::text(if change.reasons.is_empty() { "nothing".to_owned() } else { change.reasons.join("; ") }),
        ]
    });
    let table = Table::new("risk", "Branches of the last 90 days that are not merged", columns)
        .rows(rows)
        .or_say("No branch of the last 90 days is open.");
    let section = Section::new("Open changes by risk");
    match &view.judge {
        Some(Judge::Model { trained_on, tried_on, base_rate, auc, drivers, .. }) => section
            .say(format!(
                "A logistic model of this history: trained on {trained_on} older changes, tried on {tried_on} newer ones, of which {:.0} % \
                 needed a fix. Area under the curve {auc:.2}; 0.5 is guessing, 1 is knowing.",
                base_rate * 100.0
            ))
            .say(format!(
                "It goes by {}.",
                drivers.iter().map(|(name, weight)| format!("{name} ({weight:+.2})")).collect::<Vec<_>>().join(", ")
            ))
            .table(table),
        Some(Judge::Rules { fixes }) => section
            .say(format!(
                "By rules: {} so far, 200 are needed to train a model that can be judged.",
                said(*fixes)
            ))
            .table(table),
        None => section.table(table),
    }
}

/// How good the model's promises have been; none by rules.
pub(in crate::code_quality) fn calibration(view: &View) -> Option<Section> {
    let Some(Judge::Model { calibration, .. }) = &view.judge else { return None };
    let columns = vec![
        Column::numbers("promised", "Promised"),
        Column::numbers("happened", "Happened"),
        Column::numbers("count", "Changes"),
    ];
    let rows = calibration
        .iter()
        .map(|(promised, happened, count)| vec![Cell::Share(*promised), Cell::Share(*happened), Cell::Count(*count)]);
    let table = Table::new("calibration", "Chances promised against fixes needed", columns).rows(rows);
    Some(Section::new("How good the model has been").say("On changes that it had not seen.").table(table))
}
