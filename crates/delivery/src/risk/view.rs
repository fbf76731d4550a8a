//! The answer as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::Ask;
use super::register::Call;

/// The register.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// The day of asking.
    pub today: String,
    /// Risks, the most at stake first; closed ones last.
    pub risks: Vec<RiskRow>,
    /// Working days that are expected to be lost by what is open.
    pub exposure: f64,
    /// What was at stake at the end of each day: day, working days.
    pub burndown: Vec<(String, f64)>,
    /// Steps of that line: day, title, why.
    pub steps: Vec<(String, String, String)>,
    /// How often what was feared came.
    pub record: Record,
    /// What stands out in the facts and is not in the register: what, why, the team.
    pub found: Vec<Found>,
}

/// One risk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RiskRow {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// What could happen.
    pub title: String,
    /// Whose.
    pub team: Option<String>,
    /// `open`, `happened` or `closed`.
    pub status: String,
    /// How likely, 0 to 1.
    pub probability: f64,
    /// Least, likeliest and most working days.
    pub impact: (f64, f64, f64),
    /// Expected working days.
    pub exposure: f64,
    /// Row and column of the matrix, 1 to 5.
    pub place: (u8, u8),
    /// What its place asks for.
    pub call: Call,
    /// What is done about it.
    pub response: String,
    /// Who watches it.
    pub owner: Option<String>,
    /// When it is looked at again.
    pub review_on: Option<String>,
    /// Whether that day is over.
    pub stale: bool,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// How often what was feared came.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Record {
    /// Closed risks of which it is known whether they came.
    pub closed: usize,
    /// How many came.
    pub came: usize,
    /// The score of Brier 1950, 0 (best) to 1; none of none.
    pub brier: Option<f64>,
    /// Said against came, by steps of probability: from, to, how many, came; from 20 closed on.
    pub reliability: Vec<(f64, f64, usize, usize)>,
}

/// Something in the facts that is not in the register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Found {
    /// The rule.
    pub rule: String,
    /// What could happen.
    pub title: String,
    /// What was seen.
    pub why: String,
    /// Whose.
    pub team: Option<String>,
    /// How likely the rule's past says that it is.
    pub probability: f64,
}
