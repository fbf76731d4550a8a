//! The answer: what was merged and how it came there, what is agreed, and what one change touches.

use schemars::JsonSchema;
use serde::Serialize;

use super::backtest::Backtest;
use super::measures::{Group, Part, Size};
use super::suggest::Pick;

/// How changes came in, and what one of them touches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct View {
    /// The repositories, by name.
    pub repositories: Vec<String>,
    /// First day of the period.
    pub since: String,
    /// Last day of the period.
    pub until: String,
    /// Where change requests are read from: `git` where a history alone tells.
    pub sources: Vec<String>,
    /// What cannot be told from these sources.
    pub not_measured: Vec<String>,
    /// What is agreed, and whether somebody said so.
    pub agreement: Agreement,
    /// What was merged in the period.
    pub all: Group,
    /// Those with an approval on record, and the others; none where the history keeps no such record.
    pub by_approval: Option<(Group, Group)>,
    /// How good it would have been to ask who knows the files; none where too few approvals are on record.
    pub backtest: Option<Backtest>,
    /// By size; the lines of a change are those that its commits add and delete, without generated and vendored files.
    pub by_size: Vec<SizeGroup>,
    /// By month of the merge.
    pub by_month: Vec<MonthGroup>,
    /// Commits of the period that came with a change request, merges apart.
    pub by_request: Part,
    /// Left out: merged by programs.
    pub by_programs: usize,
    /// The newest changes.
    pub recent: Vec<Recent>,
    /// Of how many these are the newest.
    pub recent_of: usize,
    /// What one change touches, when one was asked for.
    pub brief: Option<Brief>,
}

/// Changes of one size.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SizeGroup {
    /// The size.
    pub size: Size,
    /// In lines.
    pub lines: String,
    /// What they come to.
    pub group: Group,
}

/// Changes of one month.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MonthGroup {
    /// The month, `2026-03`.
    pub month: String,
    /// What they come to.
    pub group: Group,
}

/// What is agreed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Agreement {
    /// Its record; none where nobody said anything and the usual is taken.
    pub record: Option<String>,
    /// A first answer within so many working hours.
    pub answer_hours: u32,
    /// At most so many lines.
    pub size_limit: u32,
    /// Who has to look at what.
    pub look_at: Vec<String>,
    /// When it does not hold.
    pub exceptions: String,
    /// Changes within the limit, of those whose lines are known.
    pub within_size: Part,
}

/// A merged change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Recent {
    /// Its repository, by name.
    pub repository: String,
    /// What opens it: its number, else the commit that holds it.
    pub opens: String,
    /// Its title.
    pub title: String,
    /// When it was merged, seconds since the epoch.
    pub merged_at: i64,
    /// Days from its first commit to the merge.
    pub took_days: Option<f64>,
    /// Lines that its commits add and delete.
    pub lines: Option<u64>,
    /// Who let it in, as the history names them.
    pub approved_by: Vec<String>,
    /// Whether it was taken back.
    pub taken_back: bool,
}

/// What a change touches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Brief {
    /// Its repository, by name.
    pub repository: String,
    /// `#42`, a commit, or what else was asked about.
    pub name: String,
    /// Its title; empty for files alone.
    pub title: String,
    /// When it was merged, seconds since the epoch; none for files alone.
    pub merged_at: Option<i64>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Who let it in.
    pub approved_by: Vec<String>,
    /// The rule that told of it; none where a source reports it.
    pub rule: Option<String>,
    /// What is odd about it.
    pub flags: Vec<String>,
    /// Work that it names.
    pub work: Vec<String>,
    /// Its files.
    pub files: Vec<FileTouched>,
    /// Files that usually change with these and did not.
    pub missing: Vec<Missing>,
    /// Whether code is changed and no test is.
    pub untested: bool,
    /// Where to look first, with why; at most five.
    pub look_first: Vec<LookFirst>,
    /// Who could look at it.
    pub could_review: Vec<Pick>,
    /// Asked for files of which the repository has none of that name.
    pub unknown: Vec<String>,
}

/// A file of a change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileTouched {
    /// Its path.
    pub path: String,
    /// code, test, docs, config, build, generated, vendored or data.
    pub role: String,
    /// Lines added; none for files alone.
    pub added: Option<u64>,
    /// Lines deleted; none for files alone.
    pub deleted: Option<u64>,
    /// Its place among the repository's files by change and complexity, from 1; none where it is no code.
    pub hotspot_place: Option<u64>,
    /// Whether it is among the first twentieth.
    pub hotspot: bool,
    /// Whether it is there at the newest commit.
    pub here: bool,
    /// Who knows it deep or better.
    pub knowers: Vec<String>,
}

/// A file that usually changes with one of a change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Missing {
    /// It.
    pub path: String,
    /// With which.
    pub with: String,
    /// In so many commits.
    pub shared: u64,
    /// Of the mean of both files' commits, 0 to 1.
    pub degree: f64,
}

/// Where to look first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LookFirst {
    /// The file.
    pub path: String,
    /// Why.
    pub why: String,
}
