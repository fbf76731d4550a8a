//! Two days compared, as data.

use schemars::JsonSchema;
use serde::Serialize;

use crate::code_quality::between::Turn;

/// What got better or worse between two days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Between {
    /// The first day: what stood at its beginning.
    pub from: String,
    /// The last day: what stood at its end.
    pub to: String,
    /// Days between.
    pub days: i64,
    /// What was there, with the changes of as many days before.
    pub before: PointState,
    /// What is there, with the changes between.
    pub after: PointState,
    /// Files that got more complex.
    pub worse: u64,
    /// Files that got less complex.
    pub better: u64,
    /// Files that were not there before.
    pub new: u64,
    /// Files that are gone.
    pub gone: u64,
    /// Files that did not stay as they were, the largest rise of complexity first.
    pub files: Vec<FileBetween>,
}

/// The code at one of the days.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct PointState {
    /// Code files.
    pub files: u64,
    /// Their complexity by indentation.
    pub complexity: f64,
    /// Their lines that are not blank.
    pub lines: u64,
    /// Changes of code files in the time that led there.
    pub changes: u64,
    /// How many of them were fixes.
    pub fixes: u64,
}

/// A file at both days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileBetween {
    /// The repository's name.
    pub repo: String,
    /// The path, as it is called at the later day.
    pub path: String,
    /// Where it went.
    pub turn: Turn,
    /// Complexity by indentation before and after; none where it was not there.
    pub complexity: (Option<f64>, Option<f64>),
    /// Lines that are not blank, before and after.
    pub lines: (Option<u32>, Option<u32>),
    /// Changes between.
    pub changes: u32,
    /// How many of them were fixes.
    pub fixes: u32,
    /// Health now; none when the later day is in the past, where it is not measured.
    pub health: Option<f64>,
}
