//! A branch against the commit that it left: the same files, functions and admissions there, judged by the same rules.
//!
//! Which files are hotspots, and how much a file weighs, is judged once, at the head: a branch must not look better because ranks moved. The commits of the branch
//! count as not made where the state before them is judged. What the base's lake does not hold (history) is no part of the comparison.

use std::collections::HashMap;

use desk::{Desk, Refusal};
use lake::Snapshot;

use super::moved::Moved;
use super::{Assessed, Rows, Said, assess, measure};
use crate::code_quality::Ask;
use crate::code_quality::facts::{LineageRow, Part};
use crate::code_quality::goals::verdict;
use crate::code_quality::view::{BranchState, CodeFile, FindingState, GoalState, Ground};

/// What is known at the head.
pub(super) struct Head<'a> {
    pub(super) part: &'a Part,
    pub(super) rows: &'a Rows,
    pub(super) names: &'a HashMap<&'a str, &'a str>,
    pub(super) said: Said<'a>,
    pub(super) assessed: &'a Assessed,
}

/// Compares with the desk's base when a gate asks for it, and judges the goals by it. None when there is no base.
pub(super) async fn compare(
    desk: &Desk,
    ask: &Ask,
    head: &Head<'_>,
    goals: &mut [GoalState],
) -> Result<Option<BranchState>, Refusal> {
    let Some(base) = desk.base().filter(|_| ask.gate) else {
        return match &ask.base {
            Some(name) => Err(Refusal::invalid(format!("the state at {name} is not among the facts here"))
                .hint("In the repository itself it is read first: mainstay quality --gate --base REF")),
            None => Ok(None),
        };
    };
    let here = |id: &&str| head.part.repos.iter().any(|repo| repo == id);
    let compared: Vec<&str> = base.repos().iter().map(|entry| entry.id.as_str()).filter(here).collect();
    let Some(first) = compared.first().and_then(|id| base.repo(id)) else { return Ok(None) };
    let lineage = head.part.lineage(desk.facts()).await?;
    let commits = compared.iter().flat_map(|id| {
        let head = desk.facts().repo(id).and_then(|entry| entry.head.as_deref());
        let base = base.repo(id).and_then(|entry| entry.head.as_deref());
        added(&lineage, id, head, base)
    });
    let part = Part { without: commits.collect(), ..head.part.clone() };
    let renames = part.renames(desk.facts()).await?;
    let rows = rows_at(desk, base, &part, head.rows, &compared).await?;
    let mut before = assess(&rows, head.names, &head.said, &mut Ground::default());
    let moved = Moved::new(&renames, head.names);
    lend_weights(&mut before.files, &head.assessed.files, &moved);
    for goal in goals {
        let body = &goal.goal.body;
        if goal.measure.is_of_files() {
            goal.at_base = measure::value(goal.measure, &body.areas, &before.files, &[], &rows);
        }
        goal.verdict = Some(verdict(goal.measure, body.target, goal.at_base, goal.value));
    }
    let (brought, taken) = differing(&before, head.assessed, &moved);
    Ok(Some(BranchState {
        base: first.branch.clone().unwrap_or_default(),
        sha: first.head.clone().unwrap_or_default(),
        commits: part.without.len() as u64,
        brought,
        taken,
    }))
}

/// Commits that `head` has and `base` has not.
pub(super) fn added(lineage: &[LineageRow], repo: &str, head: Option<&str>, base: Option<&str>) -> Vec<String> {
    let rows = lineage.iter().filter(|row| row.repo == repo).map(|row| (row.sha.as_str(), row.parents.as_slice()));
    desk::facts::added(rows, head, base)
}

/// The rows at the base; of repositories that have none, those at the head.
async fn rows_at(desk: &Desk, base: &Snapshot, part: &Part, head: &Rows, compared: &[&str]) -> Result<Rows, Refusal> {
    let part = Part { repos: compared.iter().map(|id| (*id).to_owned()).collect(), as_of: None, ..part.clone() };
    let other = |repo: &str| !compared.contains(&repo);
    let mut rows = Rows {
        files: part.files(base).await?,
        functions: part.functions(base).await?,
        admissions: part.admissions(base).await?,
        others: part.other_files(base).await?,
        tested: part.tested(desk.facts()).await?,
        duplicates: part.duplicates(base).await?,
        types: part.types(base).await?,
        commits: Vec::new(),
        touches: Vec::new(),
        versions: Vec::new(),
        knowers: Vec::new(),
        coverage: Vec::new(),
    };
    rows.files.extend(head.files.iter().filter(|row| other(&row.repo)).cloned());
    rows.functions.extend(head.functions.iter().filter(|row| other(&row.repo)).cloned());
    rows.admissions.extend(head.admissions.iter().filter(|row| other(&row.repo)).cloned());
    rows.others.extend(head.others.iter().filter(|row| other(&row.repo)).cloned());
    rows.tested.extend(head.tested.iter().filter(|row| other(&row.repo)).cloned());
    rows.duplicates.extend(head.duplicates.iter().filter(|row| other(&row.repo)).cloned());
    rows.types.extend(head.types.iter().filter(|row| other(&row.repo)).cloned());
    Ok(rows)
}

/// Gives the files before the hotspot scores and the weights (code lines) that they have now. Otherwise a file that grows and gets worse
/// would raise the mean wherever it is still healthier than the rest.
fn lend_weights(before: &mut [CodeFile], now: &[CodeFile], moved: &Moved<'_>) {
    let known: HashMap<(&str, &str), &CodeFile> =
        now.iter().map(|file| ((file.repo.as_str(), file.path.as_str()), file)).collect();
    for file in before {
        let now = known.get(&(file.repo.as_str(), moved.now(&file.repo, &file.path)));
        file.score = now.map_or(0.0, |now| now.score);
        file.code = now.map_or(file.code, |now| now.code);
    }
}

/// Findings that are there now and were not, and how many that were are gone.
fn differing(before: &Assessed, now: &Assessed, moved: &Moved<'_>) -> (Vec<FindingState>, u64) {
    let what = |key: &str| key.split_once('#').map_or_else(String::new, |(_, what)| what.to_owned());
    let mut left: HashMap<(String, String, String), u64> = HashMap::new();
    for ((repo, path), found) in &before.findings {
        for finding in found {
            *left.entry((repo.clone(), moved.now(repo, path).to_owned(), what(&finding.key))).or_default() += 1;
        }
    }
    let mut brought = Vec::new();
    for ((repo, path), found) in &now.findings {
        for finding in found {
            match left.get_mut(&(repo.clone(), path.clone(), what(&finding.key))).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => brought.push(finding.clone()),
            }
        }
    }
    brought.sort_by(|a, b| (&a.path, a.line, &a.rule).cmp(&(&b.path, b.line, &b.rule)));
    (brought, left.into_values().sum())
}
