//! What people write here: goals for the quality of an area, and findings that are no trouble.

use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::goals::Measure;

/// A goal for the code of some areas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityGoal {
    /// Folders that it is about; none means the whole of the code.
    pub areas: Vec<String>,
    /// What is measured.
    pub measure: Measure,
    /// What it shall be, in the measure's unit.
    pub target: f64,
    /// The day by which it shall be reached.
    #[schemars(with = "String")]
    pub by_on: Date,
    /// Why it matters.
    pub reason: String,
    /// What was measured when the goal was set; none when it could not be.
    pub start: Option<f64>,
}

impl Record for QualityGoal {
    const KIND: &'static str = "quality_goal";

    fn title(&self) -> String {
        let measure = self.measure.title();
        format!("{measure} {} {} by {}", self.measure.direction(), self.measure.words(self.target), self.by_on)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        let (low, high) = self.measure.range();
        if !(low..=high).contains(&self.target) {
            wrong.push(FieldError::new("target", format!("{} lies between {low} and {high}", self.measure.title())));
        }
        long("reason", &self.reason, 1_000, &mut wrong);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// A finding that is no trouble, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FalseAlarm {
    /// The finding's key: `repository:path#rule`, with `@function` where the finding is about one.
    pub finding: String,
    /// Why it is none.
    pub reason: String,
    /// Last day on which it is left out; none means until somebody takes it back.
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

impl Record for FalseAlarm {
    const KIND: &'static str = "false_alarm";

    fn title(&self) -> String {
        format!("false alarm: {}", self.finding)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.reason.trim().is_empty() {
            wrong.push(FieldError::new("reason", "say why it is no trouble: the next reader will ask"));
        }
        long("reason", &self.reason, 1_000, &mut wrong);
        if !self.finding.contains(':') || !self.finding.contains('#') {
            wrong.push(FieldError::new(
                "finding",
                "a finding is named as repository:path#rule, as the file's page lists it",
            ));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

impl FalseAlarm {
    /// Whether it holds on `day`.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}

fn long(field: &str, text: &str, most: usize, wrong: &mut Vec<FieldError>) {
    let length = text.chars().count();
    if length > most {
        wrong.push(FieldError::new(field, format!("{length} characters; at most {most} fit")));
    }
}
