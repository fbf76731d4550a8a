//! What was published: forecasts in the ledger, which estimation writes and planning reads. An entry is never changed.

mod method;

use desk::rooms::sign;
use desk::{FieldError, Record};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use method::BLOCK;
pub use method::Method;

/// What a forecast says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// On which day so many are finished.
    #[default]
    When,
    /// How many are finished by a day.
    HowMany,
    /// On which day one item is finished.
    Item,
    /// How many are finished by the end of a sprint.
    Sprint,
    /// On which day a milestone of a plan is reached.
    Milestone,
    /// On which day a whole plan is done.
    Plan,
}

impl Question {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::When => "when",
            Self::HowMany => "how many",
            Self::Item => "one item",
            Self::Sprint => "sprint",
            Self::Milestone => "milestone",
            Self::Plan => "plan",
        }
    }

    /// Whether the answer is a day, not a count.
    #[must_use]
    pub const fn is_day(self) -> bool {
        matches!(self, Self::When | Self::Item) || self.is_of_a_plan()
    }

    /// Whether a plan and its record say how it went.
    #[must_use]
    pub const fn is_of_a_plan(self) -> bool {
        matches!(self, Self::Milestone | Self::Plan)
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Work items.
    #[default]
    Item,
    /// Merged changes.
    Change,
}

impl Unit {
    /// So many of it, in words.
    #[must_use]
    pub fn count(self, n: usize) -> String {
        let one = if self == Self::Item { "item" } else { "change" };
        format!("{n} {one}{}", if n == 1 { "" } else { "s" })
    }
}

/// Who published it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Somebody.
    #[default]
    Person,
    /// The standard questions of every night.
    Nightly,
}

/// A forecast in the ledger: what was said, from what, when. It is never changed; a void keeps it, with the reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// What it says.
    pub question: Question,
    /// Whose, by the board's name in addresses; none is Git alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    /// What is counted.
    pub unit: Unit,
    /// How many are to be finished, when that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Until which day, when that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// The item, the sprint, the plan by its id, or the milestone (`PLAN/ITEM`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What the plan or the milestone was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// The version of the plan that it is told of: the scope as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_version: Option<u64>,
    /// It was told at the end of this day; day 1 is the next.
    #[schemars(with = "String")]
    pub today: Date,
    /// As of which instant.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
    /// With what was known at which.
    #[schemars(with = "String")]
    pub known_at: Timestamp,
    /// How finished things were counted.
    pub rules: String,
    /// From which past days.
    pub method: Method,
    /// The correction that stood on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<f64>,
    /// Sign of everything that went in.
    pub inputs: String,
    /// A day that was wished for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub target: Option<Date>,
    /// Probabilities of 0, 1, 2 …: days from `today`, or things finished, in parts of ten million. Before the correction. What is missing to
    /// the whole lies beyond.
    pub chances: Vec<u32>,
    /// Seed of the trials; none is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Trials; none is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trials: Option<u32>,
    /// Who published it.
    pub by: By,
    /// Why it no longer stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub void: Option<String>,
    /// Sign of what was said: an entry of which anything else changes is refused.
    pub seal: String,
}

/// Parts of a whole in which probabilities are kept: decimal fractions would not come back to the bit.
pub const PARTS: f64 = 1e7;

/// Probabilities in parts, without the end that is as good as nothing.
#[must_use]
pub fn parts(chances: &[f64]) -> Vec<u32> {
    let mut all: Vec<u32> = chances.iter().map(|chance| (chance * PARTS).round().max(0.0) as u32).collect();
    while all.len() > 1 && all.last() == Some(&0) {
        all.pop();
    }
    all
}

impl Forecast {
    /// The sign of what it says.
    #[must_use]
    pub fn sealed(&self) -> String {
        let said = Self { void: None, seal: String::new(), ..self.clone() };
        sign(&serde_json::to_string(&said).unwrap_or_default())
    }

    /// P(Y ≤ k) for k = 0, 1, …, before the correction.
    #[must_use]
    pub fn by(&self) -> Vec<f64> {
        self.chances
            .iter()
            .scan(0_u64, |sum, chance| {
                *sum += u64::from(*chance);
                Some((*sum as f64 / PARTS).min(1.0))
            })
            .collect()
    }
}

impl Record for Forecast {
    const KIND: &'static str = "forecast";
    const NAME: &'static str = "Forecast";
    const PURPOSE: &'static str = "What was said about a date or a count, so that it can be looked up how it went.";
    const STATUSES: &'static [&'static str] = &["open", "void"];

    fn title(&self) -> String {
        let what = match (self.question, self.count, self.until) {
            (Question::When, Some(count), _) => format!("When {}", self.unit.count(count as usize)),
            (Question::HowMany, _, Some(until)) => format!("How many by {until}"),
            (question, _, _) => {
                let about = self.called.as_deref().or(self.about.as_deref());
                format!("{} {}", question.words(), about.unwrap_or_default())
            }
        };
        format!("{what}, told on {}", self.today)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        if self.seal == self.sealed() {
            return Ok(());
        }
        Err(vec![FieldError::new(
            "seal",
            "What was said is never changed: void it with a reason, and publish another.",
        )])
    }
}
