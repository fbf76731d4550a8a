//! What people write here: what they claim to know, and plans to hand an area over.

pub use desk::kinds::{ExpertiseClaim, Willing};
use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of step it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Work on it together.
    #[default]
    Pair,
    /// The successor reviews what changes.
    Review,
    /// Write down what only heads hold.
    Write,
    /// The successor mends something alone.
    OwnAFix,
}

/// A step of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KtStep {
    /// What is to be done.
    pub text: String,
    /// What kind of step it is.
    #[serde(default)]
    pub kind: StepKind,
    /// By when.
    #[schemars(with = "String")]
    pub due_on: Date,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub done_on: Option<Date>,
}

/// A plan to hand an area over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KtPlan {
    /// The area.
    pub area: String,
    /// Who knows it.
    pub from_people: Vec<String>,
    /// Who takes it up.
    pub to_people: Vec<String>,
    /// The steps.
    pub steps: Vec<KtStep>,
    /// Why now.
    #[serde(default)]
    pub reason: String,
}

impl KtPlan {
    /// The first step that is not done: its number from 1, and the step.
    #[must_use]
    pub fn next(&self) -> Option<(usize, &KtStep)> {
        (1..).zip(&self.steps).find(|(_, step)| step.done_on.is_none())
    }

    /// How many steps are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done_on.is_some()).count()
    }
}

impl Record for KtPlan {
    const KIND: &'static str = "kt_plan";
    const NAME: &'static str = "Knowledge transfer";
    const PURPOSE: &'static str = "How what one person knows reaches others.";

    fn title(&self) -> String {
        format!("{} from {} to {}", self.area, self.from_people.join(", "), self.to_people.join(", "))
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut need = |holds: bool, field: &str, message: &str| {
            if !holds {
                wrong.push(FieldError::new(field, message));
            }
        };
        need(!self.area.trim().is_empty(), "area", "is needed");
        need(!self.from_people.is_empty(), "from_people", "needs somebody who knows the area");
        need(!self.to_people.is_empty(), "to_people", "needs somebody who takes it up");
        need(!self.steps.is_empty(), "steps", "needs a step");
        let both = self.to_people.iter().find(|name| self.from_people.contains(name));
        if let Some(name) = both {
            need(false, "to_people", &format!("{name} cannot hand it over to themselves"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
