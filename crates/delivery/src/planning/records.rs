//! What people write when they plan: the plan itself (its kind is the whole stage's, in `plan`), baselines, scenarios.

use desk::records::Audience;
use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::plan::record::{
    DEEPEST, Dependency, ItemKind, MOST, Need, Plan, PlanItem, Resource, SIZES, Strength, confidence, focus, is_id,
    reference,
};

/// A date with its spread, as it was promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Promised {
    /// Which item.
    pub item: String,
    /// Start in half of the trials.
    #[schemars(with = "String")]
    pub start: Date,
    /// Finish in half of the trials.
    #[schemars(with = "String")]
    pub half: Date,
    /// Finish at the plan's confidence.
    #[schemars(with = "String")]
    pub sure: Date,
}

/// A plan as it was promised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The plan's id.
    #[schemars(title = "Plan")]
    pub plan: String,
    /// Its version then.
    #[schemars(title = "Version")]
    pub version: u64,
    /// Why it was frozen.
    #[schemars(title = "Reason", length(min = 1, max = 500))]
    pub reason: String,
    /// The tree, links and estimates then.
    #[schemars(title = "As it was")]
    pub frozen: Plan,
    /// Dates of each leaf then.
    #[schemars(title = "Dates")]
    pub dates: Vec<Promised>,
    /// The whole, in half of the trials and at the plan's confidence.
    #[schemars(title = "Half", with = "String")]
    pub half: Date,
    /// At the plan's confidence.
    #[schemars(title = "Sure", with = "String")]
    pub sure: Date,
    /// The seed of its trials.
    #[schemars(title = "Seed")]
    pub seed: u64,
    /// How many trials.
    #[schemars(title = "Trials")]
    pub trials: u32,
}

impl Record for Baseline {
    const KIND: &'static str = "baseline";
    const NAME: &'static str = "Baseline";
    const PURPOSE: &'static str = "A plan as it was promised: what came later is compared with it.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["frozen"];

    fn title(&self) -> String {
        format!("{}: {}", self.frozen.title, self.reason)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let reasoned = !self.reason.trim().is_empty();
        if reasoned { Ok(()) } else { Err(vec![FieldError::new("reason", "Say why it is frozen.")]) }
    }
}

/// Changes of a plan that were thought through and not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scenario {
    /// The plan's id.
    #[schemars(title = "Plan")]
    pub plan: String,
    /// What it is called.
    #[schemars(title = "Title", length(min = 1, max = 200))]
    pub title: String,
    /// The changes, as they are typed: `drop 2.4`, `estimate card 2..3..6d`, `slots payments 3`.
    #[schemars(title = "Changes")]
    pub changes: Vec<String>,
}

impl Record for Scenario {
    const KIND: &'static str = "scenario";
    const NAME: &'static str = "Scenario";
    const PURPOSE: &'static str = "Changes of a plan that were thought through and not made.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open"];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.title.trim().is_empty() {
            wrong.push(FieldError::new("title", "A scenario needs a title."));
        }
        if self.changes.is_empty() {
            wrong.push(FieldError::new("changes", "A scenario changes something."));
        }
        for (place, text) in self.changes.iter().enumerate() {
            if let Err(message) = super::what_if::Change::read(text) {
                wrong.push(FieldError::new(format!("changes.{place}"), message));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
