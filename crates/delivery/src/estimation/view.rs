//! What is answered: numbers and words, before they are drawn.

use schemars::JsonSchema;
use serde::Serialize;

use super::Ask;
use crate::published::{Question, Unit};

/// The answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// Whose: name, and its name in addresses; none is Git alone, or nobody.
    pub team: Option<(String, String)>,
    /// Other boards: name and address.
    pub boards: Vec<(String, String)>,
    /// Whether the figures of the team are hidden from the viewer: too few people.
    pub hidden: bool,
    /// On what it stands.
    pub ground: Option<GroundView>,
    /// Why there is no forecast, and what to do.
    pub cannot: Option<(String, String)>,
    /// The answer to the question.
    pub answer: Option<Answer>,
    /// How much is finished in the weeks to come, by levels.
    pub fan: Option<Fan>,
    /// What was published, and how it went.
    pub ledger: Option<LedgerView>,
    /// Every method over the past.
    pub backtest: Option<BacktestView>,
    /// How hard an item is, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard: Option<super::hard::view::HardView>,
    /// Planning poker, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poker: Option<super::poker::view::PokerView>,
}

/// On what a forecast stands.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct GroundView {
    /// What is counted.
    pub unit: Unit,
    /// The day of the question.
    pub today: String,
    /// As of which instant.
    pub as_of: String,
    /// With what was known at which, when that is another.
    pub known_at: Option<String>,
    /// The first day of record.
    pub first: Option<String>,
    /// Finished in the last 180 days.
    pub finished: u32,
    /// From which past days.
    pub method: String,
    /// Who chose them: asked, chosen with a reason, held best, or the default.
    pub chosen: String,
    /// Whether absences are on record.
    pub absences: bool,
    /// What kept the flow from being steady.
    pub unsteady: Vec<String>,
    /// How finished things are counted.
    pub rules: String,
    /// Sign of everything that went in.
    pub inputs: String,
}

/// A level of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mark {
    /// The level.
    pub p: f64,
    /// On which day; none beyond three years, or when a count is asked.
    pub day: Option<String>,
    /// Days from the day of the question, or how many.
    pub value: Option<usize>,
}

/// An answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// It in words (`40 items`, `items by 3 Jun`).
    pub about: String,
    /// The levels 50, 70, 85 and 95 %, and 5 % before them where a day is asked.
    pub marks: Vec<Mark>,
    /// Probability by day (ISO), or of at least so many.
    pub curve: Vec<(String, f64)>,
    /// A wished-for day, and the chance of it.
    pub target: Option<(String, f64)>,
    /// Exact, or by trials.
    pub how: String,
    /// What was said with `--rate`: no past stands behind it.
    pub guess: bool,
    /// How such answers did at 85 %: held, of how many, and what chance allows.
    pub record: Option<(u32, u32, u32, u32)>,
    /// What past forecasts make of it.
    pub correction: String,
    /// What else must be said.
    pub notes: Vec<String>,
    /// Parts of it: key, title, chance.
    pub parts: Vec<(String, String, Option<f64>)>,
    /// Estimates of the item: what was said, how it came about, read through its class.
    pub estimates: Vec<EstimateView>,
}

/// An estimate of an item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct EstimateView {
    /// The record.
    pub id: String,
    /// The estimate in words.
    pub said: String,
    /// How it came about.
    pub way: String,
    /// Whether it counts.
    pub accepted: bool,
    /// Through which class it is read.
    pub class: String,
    /// Half, 85 % and 95 % of it read through its class, in working days.
    pub calibrated: Option<(f64, f64, f64)>,
}

/// Levels of how much is finished, week by week.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Fan {
    /// Ends of weeks.
    pub days: Vec<String>,
    /// For 5, 15, 50, 85 and 95 %: at least so many.
    pub levels: Vec<(f64, Vec<usize>)>,
}

/// An entry of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct EntryView {
    /// The record.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// On which day it was told.
    pub told: String,
    /// What it was about.
    pub about: String,
    /// What it said at 50 and at 85 %.
    pub half: String,
    /// What it said at 85 %.
    pub most: String,
    /// What came; none while it is open.
    pub came: Option<String>,
    /// Open, held, missed, void.
    pub state: String,
    /// The score, when it is known.
    pub crps: Option<f64>,
}

/// How often a level was held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Reliability {
    /// The level.
    pub p: f64,
    /// How often it held.
    pub held: u32,
    /// Of how many.
    pub n: u32,
    /// What chance allows.
    pub band: Option<(u32, u32)>,
}

/// The ledger.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct LedgerView {
    /// Entries, newest first.
    pub entries: Vec<EntryView>,
    /// Resolved, open, void.
    pub counts: (usize, usize, usize),
    /// For each question with its horizon: nominal against achieved.
    pub reliability: Vec<(String, Vec<Reliability>)>,
    /// All questions together.
    pub together: Vec<Reliability>,
    /// Where outcomes fell in their forecasts, in ten bins.
    pub pits: Vec<u32>,
    /// What past forecasts make of the next, for each question and horizon.
    pub corrections: Vec<(String, String)>,
}

/// How a method did over a horizon.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct BacktestRow {
    /// The method.
    pub method: String,
    /// Days in front.
    pub days: usize,
    /// Checkpoints.
    pub n: u32,
    /// As many do not overlap.
    pub apart: u64,
    /// For 50, 70, 85 and 95 %: the share that held, and the shares that chance allows.
    pub levels: Vec<Level>,
    /// The mean score.
    pub crps: f64,
    /// Better than `window/90` by this share.
    pub skill: Option<f64>,
    /// Whether it held no less than chance allows.
    pub holds: bool,
}

/// Every method over the past.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct BacktestView {
    /// Weeks at which it was told.
    pub checkpoints: usize,
    /// The rows.
    pub rows: Vec<BacktestRow>,
    /// The method that follows from it.
    pub chosen: String,
}

/// A share that is nominal, the share that held, and the shares that chance allows.
pub type Level = (f64, f64, Option<(f64, f64)>);
