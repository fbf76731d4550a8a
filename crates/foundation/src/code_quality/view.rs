//! What the practice answers, as data: the same for every face.

mod between;
mod risk;

use desk::Stored;
use schemars::JsonSchema;
use serde::Serialize;

use super::goals::{Measure, Standing, Verdict};
use super::records::{FalseAlarm, FindingWeight, QualityGoal};
use super::{Ask, Basket};
pub use between::{Between, FileBetween, PointState};
pub use risk::{Faults, Judge, OpenChange, Share};

/// Where change is costly, and how it goes.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// What the answer is about.
    pub ground: Ground,
    /// Code files, the hottest first.
    pub files: Vec<CodeFile>,
    /// Functions, the hottest first, the most complex first where changes are not known; at most 200.
    pub functions: Vec<FunctionState>,
    /// Files that change together, the strongest first; at most 200.
    pub coupling: Vec<Coupled>,
    /// Files of two repositories that change for the same work items, the strongest first.
    pub across: Vec<CoupledAcross>,
    /// The course by month, the oldest first.
    pub months: Vec<MonthState>,
    /// After how many months half of the lines written are gone.
    pub half_life: LineLife,
    /// How large changes are.
    pub sizes: Option<Sizes>,
    /// Goals of the areas asked for.
    pub goals: Vec<GoalState>,
    /// Changes that brought faults in; none when the deaths of lines were not read.
    pub faults: Option<Faults>,
    /// How the risk of open changes is judged.
    pub judge: Option<Judge>,
    /// Branches of the last 90 days that are not merged, the riskiest first; at most 20.
    pub open_changes: Vec<OpenChange>,
    /// What got better or worse between two days, when that was asked for.
    pub between: Option<Between>,
    /// What the branch here does, when a gate compares it with its base.
    pub branch: Option<BranchState>,
    /// Findings that somebody called no trouble, and that are left out.
    pub false_alarms: Vec<Stored<FalseAlarm>>,
    /// Findings that weigh otherwise than shipped.
    pub weights: Vec<Stored<FindingWeight>>,
    /// The one file that was asked for.
    pub file: Option<FileState>,
    /// Findings of every file asked for, when they were asked for as a file (SARIF).
    pub findings: Vec<FindingState>,
    /// What the facts do not tell yet; never zero.
    pub not_measured: Vec<NotMeasured>,
}

/// What the answer is about.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Ground {
    /// Names of the repositories.
    pub repos: Vec<String>,
    /// Commits in all of their history.
    pub commits: u64,
    /// First and last day of the changes counted.
    pub period: Option<(String, String)>,
    /// Changes of code files in the period.
    pub changes: u64,
    /// Commits of the period by bots and agents, left out of changes, fixes and sizes.
    pub bots: u64,
    /// Code lines of the code files.
    pub code: u64,
    /// Code lines of tests in files of their own; none when there are none.
    pub test_code: Option<u64>,
    /// Files whose complexity is measured by indentation, because their language has no grammar here.
    pub by_indentation: u64,
    /// Whether there is too little history to weigh change: the score is complexity alone then.
    pub little_history: bool,
    /// The commits at which coverage was measured, a repository each; empty when no report was taken in.
    pub covered_at: Vec<String>,
    /// What is missing among the facts, a sentence each.
    pub caveats: Vec<String>,
}

/// A code file at the head.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct CodeFile {
    /// The repository's name.
    pub repo: String,
    /// The path.
    pub path: String,
    /// The language, where known.
    pub language: Option<String>,
    /// Lines in all.
    pub lines: u32,
    /// Lines neither blank nor comment only.
    pub code: u32,
    /// Changes in the period.
    pub changes: u32,
    /// How many of them are fixes.
    pub fixes: u32,
    /// Complexity, cognitive or by indentation.
    pub complexity: f64,
    /// `cognitive` or `indentation`.
    pub measured_by: String,
    /// Hotspot score, 0 to 1.
    pub score: f64,
    /// Health, 1 to 10.
    pub health: f64,
    /// How many findings that is made of.
    pub findings: u32,
    /// People who last wrote at least a fifth of it; none when its owners were not read.
    pub knowers: Option<u32>,
    /// Share of its lines that tests ran, by the newest report; none when it was not measured.
    pub coverage: Option<f64>,
    /// Complexity by indentation at the end of each of the last twelve months; empty when not read.
    pub course: Vec<f64>,
    /// Share by which it rose in the last three months; none when not read.
    pub rise: Option<f64>,
}

/// A function at the head.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FunctionState {
    /// The repository's name.
    pub repo: String,
    /// The path.
    pub path: String,
    /// Its name, with what holds it.
    pub name: String,
    /// First line, from 1.
    pub line: u32,
    /// Lines neither blank nor comment only.
    pub code: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Deepest nesting of control flow.
    pub nesting: u32,
    /// Declared parameters.
    pub parameters: u32,
    /// Changes in the period; none when it is not read which function a change fell in.
    pub changes: Option<u32>,
    /// How many of them are fixes.
    pub fixes: Option<u32>,
    /// Hotspot score among the functions of the repository, 0 to 1.
    pub score: Option<f64>,
}

/// Whether the code says that two files belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tied {
    /// A path of at most two imports leads from one to the other.
    Declared,
    /// None does.
    Hidden,
    /// Imports are not read for one of them.
    NotTold,
}

/// Two files that change together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Coupled {
    /// The repository's name.
    pub repo: String,
    /// The one file; the file asked for, when one was.
    pub a: String,
    /// The other file.
    pub b: String,
    /// Revisions of the one.
    pub revisions_a: u32,
    /// Revisions of the other.
    pub revisions_b: u32,
    /// Revisions of both at once.
    pub shared: u32,
    /// `shared / mean(revisions)`, 0 to 1.
    pub degree: f64,
    /// 95 % interval of the degree (Wilson).
    pub interval: (f64, f64),
    /// Whether an import says so.
    pub tied: Tied,
}

/// Files of two repositories that change for the same work items. No import can lead from one to the other.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CoupledAcross {
    /// Repository and path of the one file; the file asked for, when one was.
    pub a: (String, String),
    /// Repository and path of the other.
    pub b: (String, String),
    /// Work items for which the one changed.
    pub revisions_a: u32,
    /// Work items for which the other changed.
    pub revisions_b: u32,
    /// Work items for which both changed.
    pub shared: u32,
    /// `shared / mean(revisions)`, 0 to 1.
    pub degree: f64,
    /// 95 % interval of the degree (Wilson).
    pub interval: (f64, f64),
}

/// The code at the end of a month.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MonthState {
    /// The month, YYYY-MM.
    pub month: String,
    /// Files whose complexity is known.
    pub files: u32,
    /// Complexity by indentation, together.
    pub complexity: f64,
    /// Complexity of a file on average.
    pub mean: Option<f64>,
    /// Lines of tests for each line of code, by what changes added; none without tests.
    pub test_ratio: Option<f64>,
}

/// How long lines live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineLife {
    /// Half are gone after this many months.
    Months(f64),
    /// More than half are there after this many months.
    LongerThan(f64),
    /// There is nothing to observe.
    #[default]
    NotMeasured,
}

/// How large the period's changes are, in lines added and deleted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Sizes {
    /// How many there are.
    pub count: u64,
    /// Class and count.
    pub classes: Vec<(String, u64)>,
    /// Half are at most this large.
    pub median: u64,
    /// Nine tenths are at most this large.
    pub ninetieth: u64,
}

/// A goal and how it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalState {
    /// What was written.
    pub goal: Stored<QualityGoal>,
    /// The goal in words.
    pub title: String,
    /// What is measured.
    pub measure: Measure,
    /// The value now; none is not measured.
    pub value: Option<f64>,
    /// How it stands.
    pub standing: Standing,
    /// The value where the branch left its base; none when nothing is compared.
    pub at_base: Option<f64>,
    /// What the branch does to it; none when nothing is compared.
    pub verdict: Option<Verdict>,
}

impl GoalState {
    /// Whether a gate fails by it: by what the branch does where there is a base, else by how it stands.
    #[must_use]
    pub fn breaks(&self) -> bool {
        self.verdict.map_or(self.standing.breaks(), |verdict| verdict == Verdict::Broken)
    }
}

/// A branch against the commit where it left its base.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct BranchState {
    /// The ref that it left.
    pub base: String,
    /// The commit where it left.
    pub sha: String,
    /// Commits that it adds.
    pub commits: u64,
    /// Findings that it brings, by path and line.
    pub brought: Vec<FindingState>,
    /// How many findings it takes away.
    pub taken: u64,
}

/// Something found in a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingState {
    /// Its key: `repository:path#rule`, with `@function` where it is about one.
    pub key: String,
    /// The path.
    pub path: String,
    /// The rule's word.
    pub rule: String,
    /// First line, from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// What it takes from the health.
    pub weight: f64,
    /// What was measured against which limit.
    pub text: String,
}

/// One file, opened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileState {
    /// The repository's name.
    pub repo: String,
    /// The path.
    pub path: String,
    /// Its role: code, test, docs, ….
    pub role: String,
    /// What it is as a hotspot; none when it is not code.
    pub code: Option<CodeFile>,
    /// Its findings by line, false alarms left out.
    pub findings: Vec<FindingState>,
    /// Its functions, the most complex first.
    pub functions: Vec<FunctionState>,
    /// Comments that admit debt: line and text.
    pub admissions: Vec<(u32, String)>,
    /// Complexity by indentation at the end of each month in which it changed.
    pub course: Vec<(String, f64)>,
    /// Findings called false alarms.
    pub false_alarms: u32,
}

/// Something that the facts do not tell.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotMeasured {
    /// What.
    pub what: String,
    /// Why, and what would tell it.
    pub why: String,
}

impl View {
    /// How revisions are counted for coupling, in words.
    #[must_use]
    pub const fn basket_words(&self) -> &'static str {
        match self.ask.basket {
            Basket::Commit => "commits",
            Basket::Day => "one author's commits of a day",
        }
    }
}
