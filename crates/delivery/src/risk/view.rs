//! The answer as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::Ask;
use super::pre_mortem::view::{MortemLine, MortemRoom};
use super::register::Call;
use super::tornado::Apart;

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
    /// The plans that there are: id and title.
    pub plans: Vec<(String, String)>,
    /// What the register does to the plan that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRisk>,
    /// The register as CSV, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csv: Option<String>,
    /// Pre-mortems, the newest first.
    pub pre_mortems: Vec<MortemLine>,
    /// The room of the pre-mortem that was asked for; then nothing else is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<MortemRoom>,
}

/// What could happen to a plan, in days of its date.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct PlanRisk {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How sure its dates have to be.
    pub confidence: f64,
    /// The seed of the trials.
    pub seed: u64,
    /// How many trials.
    pub trials: u32,
    /// The day by which it is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// 80 % of the trials are done by then.
    pub with: String,
    /// By then without any of the risks.
    pub without: String,
    /// Why it has no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_date: Option<String>,
    /// What moves the date, the most first.
    pub bars: Vec<BarView>,
    /// What could be done, the most worth first.
    pub worth: Vec<WorthView>,
    /// What is worth doing together within the budget that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<TogetherView>,
    /// Items that the finish follows, the most first.
    pub follows: Vec<FollowView>,
}

/// What is worth doing together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TogetherView {
    /// Working days that may go into it.
    pub budget_days: u32,
    /// The risks about which something is done: id and what could happen. None when nothing within the budget is worth its cost.
    pub risks: Vec<(String, String)>,
    /// Working days that it takes.
    pub cost_days: f64,
    /// Working days saved at 80 %.
    pub p80: Apart,
    /// Of the mean.
    pub mean: Apart,
    /// The better of both, less the cost.
    pub net_days: f64,
    /// What each alone saves less its cost, added up: what two save together is not that.
    pub apart_days: f64,
    /// Whether every combination was tried; else the one that added most was taken again and again.
    pub every: bool,
    /// Combinations that were tried.
    pub tried: usize,
}

/// How much later the plan is for something.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BarView {
    /// The risk's id; none for the spread of an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// What it is.
    pub title: String,
    /// Working days at 80 %.
    pub p80: Apart,
    /// At the median.
    pub p50: Apart,
    /// Of the mean.
    pub mean: Apart,
}

/// What doing something about a risk saves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorthView {
    /// The risk's id.
    pub risk: String,
    /// What could happen.
    pub title: String,
    /// Working days that it takes.
    pub cost_days: f64,
    /// Working days saved at 80 %.
    pub p80: Apart,
    /// Of the mean.
    pub mean: Apart,
    /// The better of both, less the cost.
    pub net_days: f64,
}

/// How much the finish follows an item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FollowView {
    /// Its code and title.
    pub item: String,
    /// Share of trials in which it bound the finish.
    pub criticality: f64,
    /// Spearman's ρ between its duration and the finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cruciality: Option<f64>,
    /// criticality × σ of its duration ÷ σ of the finish.
    pub sensitivity: f64,
}

/// A trigger and what it sees.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TriggerView {
    /// As it is written.
    pub what: String,
    /// What is measured now; none when it cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Where it stands.
    pub sees: Sees,
    /// Why it sees nothing, or since when it fires.
    pub why: String,
}

/// Where a trigger stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sees {
    /// It has come.
    Fired,
    /// It has not.
    Quiet,
    /// It cannot be measured.
    Blind,
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
    /// Expected working days; of a factor what it does to the plan that was asked for, none without one, and none of items.
    pub exposure: Option<f64>,
    /// By how many working days the plan that was asked for is later for it at 80 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves: Option<Apart>,
    /// Row and column of the matrix, 1 to 5; none of what gives, and of what is not measured.
    pub place: Option<(u8, u8)>,
    /// What its place asks for.
    pub call: Option<Call>,
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
    /// What the impact counts: `d`, `x` for a factor, `items`.
    pub unit: String,
    /// What would tell that it comes, and what that sees.
    pub triggers: Vec<TriggerView>,
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
    /// What it is about: with the rule it names the finding.
    pub subject: String,
    /// What it would touch, as a risk names it.
    pub touches: Vec<String>,
    /// How likely the rule's past says that it is.
    pub probability: f64,
}
