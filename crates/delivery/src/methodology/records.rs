//! What people write here beside the workflow: what a sprint's review said.

use desk::Record;
use desk::records::Audience;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a goal was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoalMet {
    /// It was.
    Yes,
    /// In part.
    Partly,
    /// It was not.
    No,
}

/// What the review of a sprint said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SprintReview {
    /// The sprint's id.
    #[schemars(title = "Sprint")]
    pub sprint: String,
    /// Its name, as it was then.
    #[schemars(title = "Name")]
    pub name: String,
    /// Whether its goal was met.
    #[schemars(title = "Goal met")]
    pub goal_met: GoalMet,
    /// Why.
    #[serde(default)]
    #[schemars(title = "Why", length(max = 500))]
    pub why: Option<String>,
    /// What was shown.
    #[serde(default)]
    #[schemars(title = "Shown", length(max = 2000))]
    pub shown: Option<String>,
    /// What was decided.
    #[serde(default)]
    #[schemars(title = "Decisions", length(max = 2000))]
    pub decisions: Option<String>,
}

impl Record for SprintReview {
    const KIND: &'static str = "sprint_review";
    const NAME: &'static str = "Sprint review";
    const PURPOSE: &'static str = "Whether a sprint's goal was met, and what was decided.";
    const AUDIENCE: Audience = Audience::Everyone;
    const STATUSES: &'static [&'static str] = &["held"];

    fn title(&self) -> String {
        format!("Review of {}", self.name)
    }
}
