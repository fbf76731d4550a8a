//! What people write here: goals for the quality of an area, and findings that are no trouble.

use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::goals::Measure;
use super::health::{self, Kind};

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
    const NAME: &'static str = "Quality goal";
    const PURPOSE: &'static str = "What the code of some areas shall become, and by when.";

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

/// How much a kind of finding weighs here, and from where on it is found, instead of what is shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingWeight {
    /// The repository's name; none means every one. What is said of a repository goes before what is said of all.
    pub repository: Option<String>,
    /// Which finding.
    pub finding: Kind,
    /// Found above this; none as shipped.
    pub limit: Option<f64>,
    /// What it takes from the health; none as shipped, 0 means that it is not looked for.
    pub weight: Option<f64>,
    /// Why.
    pub reason: String,
}

impl Record for FindingWeight {
    const KIND: &'static str = "finding_weight";
    const NAME: &'static str = "Finding weight";
    const PURPOSE: &'static str = "How much a kind of finding counts here.";

    fn title(&self) -> String {
        let name = health::shipped(self.finding).map_or("", |rule| rule.name);
        format!("{name} in {}", self.repository.as_deref().unwrap_or("every repository"))
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.limit.is_none() && self.weight.is_none() {
            wrong.push(FieldError::new("weight", "say the weight, or the limit, or both"));
        }
        if self.weight.is_some_and(|weight| !(0.0..=9.0).contains(&weight)) {
            wrong.push(FieldError::new(
                "weight",
                "a weight lies between 0 (not looked for) and 9 (the whole of the health)",
            ));
        }
        if self.limit.is_some_and(|limit| !(0.0..=1e9).contains(&limit)) {
            wrong.push(FieldError::new("limit", "a limit is a number from 0 on"));
        }
        if self.reason.trim().is_empty() {
            wrong.push(FieldError::new("reason", "say why this code is judged otherwise: the next reader will ask"));
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
    const NAME: &'static str = "False alarm";
    const PURPOSE: &'static str = "A finding that is no trouble, and why.";

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
