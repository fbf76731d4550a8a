//! A report into the lake: at a commit that is known, file by file; what was taken in before for the same commit is replaced.

use std::sync::Arc;

use lake::arrow::array::{ArrayRef, Int64Array, StringViewArray, TimestampMillisecondArray};
use lake::arrow::error::ArrowError;
use lake::arrow::record_batch::RecordBatch;
use lake::{Lake, LakeError, Param, RepoEntry, SqlError, tables};
use serde::Deserialize;

use super::paths::Known;
use super::{Format, Report};

const TABLE: &str = "coverage";

/// Why a report was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The commit is not among the facts.
    #[error("no commit {sha} of {repo} is known")]
    Commit {
        /// As it was given.
        sha: String,
        /// The repository's name.
        repo: String,
        /// Known commits that are nearest: those whose ids begin alike, else the newest.
        nearest: Vec<String>,
    },
    /// No file of the report is one of the repository.
    #[error("none of the {files} files of the report is in {repo}, for example {example}")]
    Paths {
        /// How many there are.
        files: usize,
        /// One of them.
        example: String,
        /// The repository's name.
        repo: String,
    },
    /// The facts could not be asked.
    #[error("cannot ask the facts")]
    Facts(#[from] SqlError),
    /// The lake could not be written.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// Rows do not fit their table. A bug.
    #[error("the rows do not fit the table")]
    Columns(#[from] ArrowError),
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The commit, in full.
    pub sha: String,
    /// Files of the repository with their lines.
    pub files: usize,
    /// Lines that could run, and that did.
    pub lines: (u64, u64),
    /// Files of the report that are not in the repository.
    pub unknown: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Row {
    sha: String,
    path: String,
    lines_found: u32,
    lines_hit: u32,
    branches_found: Option<u32>,
    branches_hit: Option<u32>,
    format: String,
    imported_at: i64,
}

#[derive(Debug, Deserialize)]
struct CommitRow {
    sha: String,
    subject: String,
    day: String,
}

#[derive(Debug, Deserialize)]
struct PathRow {
    path: String,
}

/// Takes a report in as the coverage of `repo` at the commit `sha` (in full, or from seven digits on). `now` is seconds since the epoch.
///
/// # Errors
/// When the commit is not known, no path of the report is, or the lake fails.
pub async fn import(
    lake: &Lake,
    repo: &RepoEntry,
    report: &Report,
    sha: &str,
    now: i64,
) -> Result<Imported, ImportError> {
    let facts = lake.snapshot();
    let of_repo = [("repo", Param::from(repo.id.clone()))];
    let commits: Vec<CommitRow> = facts
        .rows(
            "SELECT sha, subject, to_char(committed_at, '%Y-%m-%d') AS day FROM commits WHERE repo = $repo
             ORDER BY committed_at DESC, position DESC",
            &of_repo,
        )
        .await?;
    let sha = full(&commits, sha, repo)?;
    let paths: Vec<PathRow> = facts.rows("SELECT DISTINCT path FROM changes WHERE repo = $repo", &of_repo).await?;
    let known = Known::new(paths.iter().map(|row| row.path.as_str()));
    let (fresh, unknown) = rows(report, &known, &sha, now);
    if fresh.is_empty() {
        let example = unknown.first().cloned().unwrap_or_default();
        return Err(ImportError::Paths { files: unknown.len(), example, repo: repo.name.clone() });
    }
    let mut all: Vec<Row> = facts
        .rows(
            "SELECT sha, path, lines_found, lines_hit, branches_found, branches_hit, format, imported_at FROM coverage
             WHERE repo = $repo ORDER BY imported_at, sha, path",
            &of_repo,
        )
        .await?;
    all.retain(|row| row.sha != sha);
    let lines =
        fresh.iter().fold((0, 0), |sum, row| (sum.0 + u64::from(row.lines_found), sum.1 + u64::from(row.lines_hit)));
    let imported = Imported { sha, files: fresh.len(), lines, unknown };
    all.extend(fresh);
    let mut writer = lake.writer(&repo.id)?;
    writer.replace(TABLE, &batch(&all)?)?;
    writer.commit(now)?;
    Ok(imported)
}

/// The commit that a full or short id names.
fn full(commits: &[CommitRow], sha: &str, repo: &RepoEntry) -> Result<String, ImportError> {
    let wanted = sha.trim().to_ascii_lowercase();
    let mut named = commits.iter().filter(|commit| wanted.len() >= 7 && commit.sha.starts_with(&wanted));
    if let (Some(only), None) = (named.next(), named.next()) {
        return Ok(only.sha.clone());
    }
    let alike = |commit: &&CommitRow| wanted.get(..4).is_some_and(|start| commit.sha.starts_with(start));
    let mut nearest: Vec<&CommitRow> = commits.iter().filter(alike).take(3).collect();
    if nearest.is_empty() {
        nearest = commits.iter().take(3).collect();
    }
    let told = |commit: &&CommitRow| {
        let subject: String = commit.subject.chars().take(50).collect();
        format!("{} of {} ({subject})", commit.sha.get(..10).unwrap_or(&commit.sha), commit.day)
    };
    Err(ImportError::Commit {
        sha: sha.to_owned(),
        repo: repo.name.clone(),
        nearest: nearest.iter().map(told).collect(),
    })
}

/// The rows of the files that are known, and the names of the others. Several reported names may mean one file: their lines are joined.
fn rows(report: &Report, known: &Known<'_>, sha: &str, now: i64) -> (Vec<Row>, Vec<String>) {
    let mut files: std::collections::BTreeMap<&str, super::Covered> = std::collections::BTreeMap::new();
    let mut unknown = Vec::new();
    for (reported, covered) in report.files.iter().filter(|(_, covered)| covered.found() > 0) {
        let Some(path) = known.find(reported, &report.sources) else {
            unknown.push(reported.clone());
            continue;
        };
        let file = files.entry(path).or_default();
        covered.lines.iter().for_each(|(line, hit)| file.line(*line, *hit));
        if let Some((found, hit)) = covered.branches {
            file.add_branches(found, hit);
        }
        file.sums = file.sums.or(covered.sums);
    }
    let row = |(path, covered): (&str, super::Covered)| Row {
        sha: sha.to_owned(),
        path: path.to_owned(),
        lines_found: covered.found(),
        lines_hit: covered.hit(),
        branches_found: covered.branches.map(|branches| branches.0),
        branches_hit: covered.branches.map(|branches| branches.1),
        format: Format::word(report.format).to_owned(),
        imported_at: now,
    };
    (files.into_iter().map(row).collect(), unknown)
}

fn batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let table = tables::table(TABLE).ok_or_else(|| ArrowError::SchemaError(format!("no fact table `{TABLE}`")))?;
    let texts = |of: fn(&Row) -> &str| -> ArrayRef { Arc::new(StringViewArray::from_iter_values(rows.iter().map(of))) };
    let numbers = |of: fn(&Row) -> Option<u32>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| of(row).map(i64::from)).collect::<Int64Array>())
    };
    let times = rows.iter().map(|row| row.imported_at.saturating_mul(1000));
    RecordBatch::try_new(
        table.arrow_without_repo(),
        vec![
            texts(|row| &row.sha),
            texts(|row| &row.path),
            numbers(|row| Some(row.lines_found)),
            numbers(|row| Some(row.lines_hit)),
            numbers(|row| row.branches_found),
            numbers(|row| row.branches_hit),
            texts(|row| &row.format),
            Arc::new(TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC")),
        ],
    )
}
