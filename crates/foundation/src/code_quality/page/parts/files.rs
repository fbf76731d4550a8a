//! The tables of files and functions, the hottest first.

use desk::sheet::{Cell, Column, Section, Table};

use super::LISTED;
use crate::code_quality::view::{CodeFile, FunctionState, View};

const UNTOLD: &str = "it is not known which function changes fell in";

pub(in crate::code_quality) fn hotspots(view: &View) -> Section {
    let several = view.ground.repos.len() > 1;
    let mut columns = vec![Column::words("path", "File")];
    if several {
        columns.push(Column::words("repo", "Repository"));
    }
    columns.extend([
        Column::numbers("lines", "Lines"),
        Column::numbers("changes", "Changes").about("In the period, by people, merges left out."),
        Column::numbers("complexity", "Complexity").about("Cognitive; by indentation where marked ~."),
        Column::numbers("health", "Health").about("10 less the weights of its findings, at least 1."),
        Column::numbers("fixes", "Fixes").about("Changes whose subject says that they mend something, and reverts."),
        Column::numbers("knowers", "Knowers").about("People who last wrote at least a fifth of its lines."),
    ]);
    let covered = !view.ground.covered_at.is_empty();
    if covered {
        columns.push(
            Column::numbers("coverage", "Coverage").about("Share of its lines that tests ran, by the newest report."),
        );
    }
    columns.extend([
        Column::words("trend", "Trend").about("Complexity by indentation over its last twelve months.").unsorted(),
        Column::numbers("score", "Score").about("Rank of changes times rank of complexity, 0 to 1."),
    ]);
    let listed = view.files.iter().take(LISTED).map(|file| {
        let mut cells = vec![Cell::path(&file.path, view.href_of(&file.repo, &file.path))];
        if several {
            cells.push(Cell::text(&*file.repo));
        }
        cells.extend([
            Cell::Count(file.lines.into()),
            Cell::Count(file.changes.into()),
            complexity(file),
            Cell::number(file.health, 1),
            Cell::Count(file.fixes.into()),
            file.knowers.map_or_else(|| Cell::missing("line owners were not read"), |count| Cell::Count(count.into())),
        ]);
        if covered {
            cells.push(coverage(file));
        }
        cells.extend([course(&file.course), Cell::number(file.score, 2)]);
        cells
    });
    let more = view.files.len().saturating_sub(LISTED);
    let table = Table::new("hotspots", "Code files, the hottest first", columns)
        .rows(listed)
        .ordered_by("-score")
        .and_more(more as u64)
        .or_say("There is no code file here.");
    Section::new("Hotspots").table(table)
}

pub(in crate::code_quality) fn complexity(file: &CodeFile) -> Cell {
    if file.measured_by == "indentation" {
        return Cell::text(format!("~{}", desk::sheet::number(file.complexity, 0)));
    }
    Cell::number(file.complexity, 0)
}

/// The share that tests ran.
pub(in crate::code_quality) fn coverage(file: &CodeFile) -> Cell {
    file.coverage.map_or_else(|| Cell::missing("the report does not name it"), Cell::Share)
}

fn course(points: &[f64]) -> Cell {
    if points.is_empty() { Cell::missing("no version was measured") } else { Cell::Spark(points.to_vec()) }
}

pub(in crate::code_quality) fn functions(view: &View) -> Section {
    Section::new("Functions")
        .say("The hottest functions of these files, tests left out: rank of changes times rank of complexity, among the repository's functions.")
        .table(function_table(view, &view.functions, true).ordered_by("-score"))
}

pub(in crate::code_quality) fn function_table(view: &View, functions: &[FunctionState], with_path: bool) -> Table {
    let mut columns = vec![Column::words("name", "Function")];
    if with_path {
        columns.push(Column::words("path", "File"));
    }
    columns.extend([
        Column::numbers("line", "Line"),
        Column::numbers("code", "Code lines"),
        Column::numbers("cognitive", "Cognitive"),
        Column::numbers("nesting", "Nesting"),
        Column::numbers("parameters", "Parameters"),
        Column::numbers("changes", "Changes")
            .about("In the period, by people, merges left out; also under former names of the file."),
        Column::numbers("fixes", "Fixes"),
        Column::numbers("score", "Score").about("Rank of changes times rank of cognitive complexity, 0 to 1."),
    ]);
    let rows = functions.iter().map(|function| {
        let mut cells = vec![Cell::text(&*function.name)];
        if with_path {
            cells.push(Cell::path(&function.path, view.href_of(&function.repo, &function.path)));
        }
        cells.extend(
            [function.line, function.code, function.cognitive, function.nesting, function.parameters]
                .map(|count| Cell::Count(count.into())),
        );
        let told = |count: Option<u32>| count.map_or_else(|| Cell::missing(UNTOLD), |count| Cell::Count(count.into()));
        cells.extend([told(function.changes), told(function.fixes)]);
        cells.push(function.score.map_or_else(|| Cell::missing(UNTOLD), |score| Cell::number(score, 2)));
        cells
    });
    Table::new("functions", "Functions", columns)
        .rows(rows)
        .or_say("No function is known: there is no grammar for these languages here.")
}
