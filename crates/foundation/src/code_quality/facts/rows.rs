//! The rows that come back, a struct a question.

use serde::Deserialize;

/// The newest commit of a repository and how many there are.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct Newest {
    pub(in crate::code_quality) commits: u64,
    pub(in crate::code_quality) newest: i64,
}

/// A code file at the head, as the lake's view `hotspots` has it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct CodeFile {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) language: Option<String>,
    pub(in crate::code_quality) lines: u32,
    pub(in crate::code_quality) code: u32,
    pub(in crate::code_quality) complexity: f64,
    pub(in crate::code_quality) measured_by: String,
    pub(in crate::code_quality) complexity_rank: f64,
    pub(in crate::code_quality) score: f64,
}

/// Lines of a role at the head.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct OtherFile {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) role: String,
    pub(in crate::code_quality) code: u64,
}

/// A function at the head.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct FunctionRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) name: String,
    pub(in crate::code_quality) container: Option<String>,
    pub(in crate::code_quality) start_line: u32,
    pub(in crate::code_quality) end_line: u32,
    pub(in crate::code_quality) parameters: u32,
    pub(in crate::code_quality) code_lines: u32,
    pub(in crate::code_quality) cognitive: u32,
    pub(in crate::code_quality) nesting: u32,
}

/// A commit of a person that changed a function, with its age before the repository's newest commit.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct FunctionChangeRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) name: String,
    pub(in crate::code_quality) container: Option<String>,
    pub(in crate::code_quality) at: i64,
    pub(in crate::code_quality) age_days: f64,
    pub(in crate::code_quality) kind: String,
    pub(in crate::code_quality) subject: String,
}

/// A commit of a person, with what a model may know of it; over the whole history.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct FeatureRow {
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) at: i64,
    pub(in crate::code_quality) kind: String,
    pub(in crate::code_quality) subject: String,
    pub(in crate::code_quality) files: u32,
    pub(in crate::code_quality) lines: u64,
    /// Σ lines · log2(lines) over the files: with the sum of the lines it gives their entropy.
    pub(in crate::code_quality) spread: f64,
    pub(in crate::code_quality) areas: Vec<String>,
    pub(in crate::code_quality) code: u32,
    pub(in crate::code_quality) tests: u32,
}

/// Code lines that one commit wrote and another deleted.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct DeathRow {
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) born_sha: String,
    pub(in crate::code_quality) code_lines: u64,
}

/// A path.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct PathRow {
    pub(in crate::code_quality) path: String,
}

/// A branch, as the last run saw it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct BranchRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) name: String,
    pub(in crate::code_quality) sha: String,
}

/// A comment that admits debt.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct AdmissionRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) line: u32,
    pub(in crate::code_quality) text: String,
}

/// A block that stands in two places, as one of them sees it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct DuplicateRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) start_line: u32,
    pub(in crate::code_quality) end_line: u32,
    pub(in crate::code_quality) other_path: String,
    pub(in crate::code_quality) other_start_line: u32,
    pub(in crate::code_quality) lines: u32,
}

/// A type at the head with its groups of functions.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct TypeRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) name: String,
    pub(in crate::code_quality) start_line: u32,
    pub(in crate::code_quality) end_line: u32,
    pub(in crate::code_quality) groups: u32,
}

/// A commit of the period, merges left out.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct CommitRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) at: i64,
    pub(in crate::code_quality) kind: String,
    pub(in crate::code_quality) subject: String,
    pub(in crate::code_quality) author_name: String,
    pub(in crate::code_quality) author_email: String,
}

/// A path that a commit of the period touched.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct TouchRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) role: String,
    pub(in crate::code_quality) lines: u64,
}

/// How many of a file's last ten changes there are, and how many of them touched a test.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct TestedRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) changes: u32,
    pub(in crate::code_quality) tested: u32,
}

/// Two files that change together, by commits.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct PairRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path_a: String,
    pub(in crate::code_quality) path_b: String,
    pub(in crate::code_quality) revisions_a: u32,
    pub(in crate::code_quality) revisions_b: u32,
    pub(in crate::code_quality) shared: u32,
    pub(in crate::code_quality) degree: f64,
}

/// Files of two repositories that change for the same work items.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct AcrossRow {
    pub(in crate::code_quality) repo_a: String,
    pub(in crate::code_quality) path_a: String,
    pub(in crate::code_quality) repo_b: String,
    pub(in crate::code_quality) path_b: String,
    pub(in crate::code_quality) revisions_a: u32,
    pub(in crate::code_quality) revisions_b: u32,
    pub(in crate::code_quality) shared: u32,
    pub(in crate::code_quality) degree: f64,
}

/// An import that leads to a file of the repository.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct ImportRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) target_path: String,
}

/// The last version of a file in a month; no complexity when it is gone.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct VersionRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) month: String,
    pub(in crate::code_quality) complexity: Option<f64>,
}

/// The last version of a code file before an instant; no complexity when it is gone.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct StateRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) complexity: Option<f64>,
    pub(in crate::code_quality) lines: Option<u32>,
}

/// Lines that changes added net in a month, by role.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct GrowthRow {
    pub(in crate::code_quality) month: String,
    pub(in crate::code_quality) role: String,
    pub(in crate::code_quality) net: i64,
}

/// Lines of one month's cohort that live at a later month's end.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct AliveRow {
    pub(in crate::code_quality) cohort_month: String,
    pub(in crate::code_quality) at_month: String,
    pub(in crate::code_quality) lines: u64,
}

/// What the newest report of a repository says of a file.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct CoverageRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) lines_found: u32,
    pub(in crate::code_quality) lines_hit: u32,
}

/// How many people last wrote at least a fifth of a file.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct KnowersRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) path: String,
    pub(in crate::code_quality) knowers: u32,
}

/// A commit and what it stands on.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct LineageRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) sha: String,
    pub(in crate::code_quality) parents: Vec<String>,
    pub(in crate::code_quality) at: i64,
}

/// A path that became another.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::code_quality) struct RenameRow {
    pub(in crate::code_quality) repo: String,
    pub(in crate::code_quality) old_path: String,
    pub(in crate::code_quality) path: String,
}
