//! Two days compared: the sums, and the files that did not stay as they were.

use desk::sheet::{Cell, Column, Meaning, Section, Table};

use super::LISTED;
use crate::code_quality::between::Turn;
use crate::code_quality::view::{Between, View};

pub(in crate::code_quality) fn sums(between: &Between) -> Section {
    let columns = vec![
        Column::words("what", "What"),
        Column::numbers("before", "Before"),
        Column::numbers("after", "After"),
        Column::numbers("change", "Change"),
    ];
    let (before, after) = (&between.before, &between.after);
    let whole =
        |what: &str, a: u64, b: u64| vec![Cell::text(what), Cell::Count(a), Cell::Count(b), change(a as f64, b as f64)];
    let share = |part: u64, of: u64| {
        if of > 0 { Cell::Share(part as f64 / of as f64) } else { Cell::missing("no change") }
    };
    let rows = vec![
        whole("Code files", before.files, after.files),
        whole("Lines that are not blank", before.lines, after.lines),
        vec![
            Cell::text("Complexity by indentation"),
            Cell::number(before.complexity, 0),
            Cell::number(after.complexity, 0),
            change(before.complexity, after.complexity),
        ],
        vec![Cell::text("… of a file"), mean(before.complexity, before.files), mean(after.complexity, after.files), {
            let of = |complexity: f64, files: u64| if files > 0 { complexity / files as f64 } else { 0.0 };
            change(of(before.complexity, before.files), of(after.complexity, after.files))
        }],
        whole("Changes of code files", before.changes, after.changes),
        vec![
            Cell::text("Fixes among them"),
            share(before.fixes, before.changes),
            share(after.fixes, after.changes),
            Cell::text(""),
        ],
    ];
    Section::new("Two days")
        .say(format!(
            "Before: the beginning of {}, with the changes of the {} days that led there. After: the end of {}, with the changes between.",
            between.from, between.days, between.to
        ))
        .table(Table::new("sums", "The code at both days", columns).rows(rows))
}

fn mean(sum: f64, count: u64) -> Cell {
    if count > 0 { Cell::number(sum / count as f64, 1) } else { Cell::missing("no file") }
}

fn change(before: f64, after: f64) -> Cell {
    if before > 0.0 {
        // Adding zero makes a rounded "-0" the plain one.
        Cell::text(format!("{:+.0} %", ((after / before - 1.0) * 100.0).round() + 0.0))
    } else {
        Cell::missing("nothing to compare with")
    }
}

pub(in crate::code_quality) fn moves(view: &View, between: &Between) -> Section {
    let columns = vec![
        Column::words("path", "File"),
        Column::words("turn", "Got"),
        Column::numbers("before", "Complexity before"),
        Column::numbers("after", "After"),
        Column::numbers("lines_before", "Lines before"),
        Column::numbers("lines_after", "After"),
        Column::numbers("changes", "Changes"),
        Column::numbers("fixes", "Fixes"),
        Column::numbers("health", "Health now"),
    ];
    let number =
        |value: Option<f64>| value.map_or_else(|| Cell::missing("it was not there"), |value| Cell::number(value, 0));
    let rows = between.files.iter().take(LISTED).map(|file| {
        let meaning = match file.turn {
            Turn::Worse => Meaning::Watch,
            Turn::Better => Meaning::Good,
            Turn::New | Turn::Gone | Turn::Steady => Meaning::Neutral,
        };
        let path = match file.turn {
            Turn::Gone => Cell::text(&*file.path),
            _ => Cell::path(&file.path, view.href_of(&file.repo, &file.path)),
        };
        vec![
            path,
            Cell::mark(file.turn.word(), meaning),
            number(file.complexity.0),
            number(file.complexity.1),
            number(file.lines.0.map(f64::from)),
            number(file.lines.1.map(f64::from)),
            Cell::Count(file.changes.into()),
            Cell::Count(file.fixes.into()),
            file.health.map_or_else(
                || Cell::missing("health is measured at the head alone"),
                |health| Cell::number(health, 1),
            ),
        ]
    });
    let more = between.files.len().saturating_sub(LISTED);
    let table = Table::new("between", "Files that did not stay as they were", columns)
        .rows(rows)
        .and_more(more as u64)
        .or_say("Every file stayed within a twentieth of its complexity.");
    Section::new("Files")
        .say("The largest rise of complexity first. Renamed files are followed; files on all branches that were read.")
        .table(table)
}
