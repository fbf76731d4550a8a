//! What people write here: what they claim to know, and plans to hand an area over.

use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether somebody wants to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Willing {
    /// Ask me.
    #[default]
    Yes,
    /// Ask me, and I will teach it.
    Teach,
    /// Rather not.
    RatherNot,
}

/// What somebody says of their own knowledge. Its author is its subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpertiseClaim {
    /// A folder, or a domain such as `data`.
    pub area: String,
    /// The address under which the author commits.
    pub address: String,
    /// What they know, in their own words.
    #[serde(default)]
    pub text: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Date>,
    /// Whether they want to be asked.
    pub willing_to_help: Willing,
    /// The last day on which the claim holds.
    #[schemars(with = "String")]
    pub expires_on: Date,
}

impl Record for ExpertiseClaim {
    const KIND: &'static str = "expertise_claim";
    const NAME: &'static str = "Expertise";
    const PURPOSE: &'static str = "What somebody knows, in their own words.";

    fn title(&self) -> String {
        format!("{} on {}", self.address, self.area)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.area.trim().is_empty() {
            wrong.push(FieldError::new("area", "is needed: a folder or a domain"));
        }
        if !self.address.contains('@') {
            wrong.push(FieldError::new("address", "is needed: the address under which you commit"));
        }
        if self.text.chars().count() > 500 {
            wrong.push(FieldError::new("text", "takes at most 500 characters"));
        }
        if self.since.is_some_and(|since| since > self.expires_on) {
            wrong.push(FieldError::new("since", "is after the day on which the claim ends"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

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
