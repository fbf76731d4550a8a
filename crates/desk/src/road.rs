//! What a practice hands over to the brief and the road beside its view and acts. The lists are empty until the road comes.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sheet::Deed;

/// Which of the role's three duties a signal belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Solve the toughest technical problems.
    Solve,
    /// Lead and develop the team.
    Grow,
    /// Keep technical decisions and business goals together.
    Align,
}

/// Something that needs somebody now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Signal {
    /// One matter, one key: the same matter told twice has the same key.
    pub key: String,
    /// Its lane in the brief.
    pub lane: Lane,
    /// What it is, in a few words.
    pub title: String,
    /// Why now, with figures.
    pub reason: String,
    /// Facts and records behind it, as links; at least one.
    pub refs: Vec<String>,
    /// What to do about it.
    pub deed: Deed,
}

/// A measure of a team's work, never of a person.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// `practice.measure`.
    pub id: &'static str,
    /// The unit of its value.
    pub unit: &'static str,
    /// Whether more is better.
    pub more_is_better: bool,
}

/// A chance to practise a capability. How many took it may be told, never who.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Occasion {
    /// The capability, `practice.capability`.
    pub capability: String,
    /// What the chance is, as a link.
    pub at: String,
    /// Since when.
    #[schemars(with = "String")]
    pub on: Date,
}

/// A sentence that its subject may keep as evidence. Computed for the subject alone and never stored.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Claim {
    /// The rule that found it.
    pub rule: &'static str,
    /// `practice.capability`.
    pub capability: String,
    /// A draft that the subject rewrites.
    pub draft: String,
    /// Facts behind it, as links.
    pub refs: Vec<String>,
}
