//! One file, opened: findings at their lines, functions, admissions, its course.

use std::collections::HashMap;

use super::course;
use super::xray::Xray;
use super::{Assessed, Rows};
use crate::code_quality::assess::full_name;
use crate::code_quality::facts::FunctionRow;
use crate::code_quality::view::{FileState, FunctionState};

/// What is known of the file at `path`; of the first repository that has it, when several are asked about.
pub(super) fn file(
    path: &str,
    rows: &Rows,
    names: &HashMap<&str, &str>,
    assessed: &Assessed,
    xray: &Xray<'_>,
) -> FileState {
    let code = assessed.files.iter().find(|file| file.path == path).cloned();
    let other = rows.others.iter().find(|file| file.path == path);
    let repo_id = rows.files.iter().find(|file| file.path == path).map(|file| file.repo.as_str());
    let repo_id = repo_id.or(other.map(|file| file.repo.as_str())).unwrap_or_default();
    let repo = names.get(repo_id).copied().unwrap_or(repo_id).to_owned();
    let key = (repo.clone(), path.to_owned());
    let functions = rows.functions.iter().filter(|row| row.repo == repo_id && row.path == path);
    let admissions = rows.admissions.iter().filter(|row| row.repo == repo_id && row.path == path);
    let courses = course::of_files(&rows.versions);
    let course = courses.get(&(repo_id, path)).into_iter().flatten();
    FileState {
        role: other.map_or_else(|| "code".to_owned(), |file| file.role.clone()),
        code,
        findings: assessed.findings.get(&key).cloned().unwrap_or_default(),
        functions: hottest_first(functions.map(|row| function(row, names, xray)).collect()),
        admissions: admissions.map(|row| (row.line, row.text.clone())).collect(),
        course: course.map(|(month, complexity)| (month.to_string(), *complexity)).collect(),
        false_alarms: assessed.false_alarms.get(&key).copied().unwrap_or_default(),
        repo,
        path: path.to_owned(),
    }
}

fn hottest_first(mut functions: Vec<FunctionState>) -> Vec<FunctionState> {
    functions.sort_by(hotter);
    functions
}

/// The hotter function first; the more complex one where changes are not known.
pub(super) fn hotter(a: &FunctionState, b: &FunctionState) -> std::cmp::Ordering {
    let score = |function: &FunctionState| function.score.unwrap_or_default();
    score(b)
        .total_cmp(&score(a))
        .then(b.cognitive.cmp(&a.cognitive))
        .then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line)))
}

/// A function as the view has it.
pub(super) fn function(row: &FunctionRow, names: &HashMap<&str, &str>, xray: &Xray<'_>) -> FunctionState {
    let motion = xray.of(row);
    FunctionState {
        repo: names.get(row.repo.as_str()).copied().unwrap_or(&row.repo).to_owned(),
        path: row.path.clone(),
        name: full_name(row),
        line: row.start_line,
        code: row.code_lines,
        cognitive: row.cognitive,
        nesting: row.nesting,
        parameters: row.parameters,
        changes: motion.map(|motion| motion.changes),
        fixes: motion.map(|motion| motion.fixes),
        score: motion.map(|motion| motion.score),
    }
}
