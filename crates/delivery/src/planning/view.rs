//! The answer of planning as data. Dates are days; nothing in it tells who is away.

use schemars::JsonSchema;
use serde::Serialize;

use super::Ask;
use super::buffers::Fever;
use crate::plan::model::{Fit, Standing};
use crate::plan::reckon::Dates;
use crate::plan::records::ItemKind;
use crate::plan::trials::Chance;

/// The answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// The plans that there are.
    pub plans: Vec<PlanLine>,
    /// The one that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// What came of the changes that were thought through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
    /// Why the date of an item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyView>,
    /// The plan as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outline: Option<String>,
    /// The plan as the file that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A plan in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: String,
}

/// A plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanView {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// Its title.
    pub title: String,
    /// Its goal.
    pub goal: String,
    /// Where it stands.
    pub status: String,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// The first day of the schedule.
    pub from: String,
    /// Today.
    pub today: String,
    /// The day by which it is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How sure a date has to be.
    pub confidence: f64,
    /// The seed of the trials.
    pub seed: u64,
    /// How many trials.
    pub trials: u32,
    /// The dates of the whole; none when none can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// What could happen to it, which the dates hold already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risks: Option<PlanRisks>,
    /// Whether the dates are told by what teams finish a day, not by how long items take.
    pub by_throughput: bool,
    /// By how much scope grows in the trials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<GrowthView>,
    /// Epics and plans that are over, from which growth is drawn when they are five or more.
    pub wholes: usize,
    /// Why there is no date, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_date: Option<String>,
    /// What the chain runs through.
    pub chain: String,
    /// What a reader must know.
    pub caveats: Vec<String>,
    /// The items, in reading order.
    pub items: Vec<ItemView>,
    /// What hangs on what.
    pub links: Vec<LinkView>,
    /// Leaves: all, done, too big, of which nothing can be told.
    pub leaves: Leaves,
    /// Teams by week.
    pub weeks: Vec<WeekView>,
    /// What is kept in reserve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer: Option<BufferView>,
    /// What was promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineView>,
    /// Questions that help to split what is too big.
    pub slices: Vec<Slices>,
    /// What others propose: what waits first, then the last that were answered.
    pub inbox: Vec<ProposalView>,
}

impl PlanView {
    /// How many proposals wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.inbox.iter().filter(|one| one.state == desk::kinds::WorkProposal::OPEN).count()
    }
}

/// Work that somebody, or a practice, proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProposalView {
    /// Its id.
    pub id: String,
    /// What should be done.
    pub what: String,
    /// Why.
    pub why: String,
    /// Who proposes it: a practice, or somebody.
    pub by: String,
    /// Since when.
    pub on: String,
    /// Where more of it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Open, accepted or declined.
    pub state: String,
    /// The item that it became, or why it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
}

/// The risks that the dates of a plan hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanRisks {
    /// Their titles.
    pub titles: Vec<String>,
    /// The dates without any of them, under the same draws.
    pub without: Dates,
}

/// By how much what is open grows in the trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct GrowthView {
    /// Of how many epics and plans that are over.
    pub of: usize,
    /// By this factor at most in half of the trials.
    pub half: f64,
    /// In 85 % of them.
    pub most: f64,
}

/// Counts of leaves.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Leaves {
    /// All; milestones are none.
    pub all: usize,
    /// Done.
    pub done: usize,
    /// Too big.
    pub too_big: usize,
    /// Of which nothing can be told.
    pub cannot_tell: usize,
}

/// An item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemView {
    /// Its id in the plan.
    pub id: String,
    /// Its code.
    pub code: String,
    /// How deep it lies, from 1.
    pub depth: usize,
    /// Its title.
    pub title: String,
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// Whether it has no parts.
    pub leaf: bool,
    /// Its team.
    pub team: String,
    /// Where it stands.
    pub standing: Standing,
    /// The key of its work item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the work item is gone from its source.
    pub gone: bool,
    /// Its estimate as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<String>,
    /// From what its duration is drawn when it has no estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn_from: Option<String>,
    /// Whether it is small enough; of leaves that are not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// On what that stands.
    pub fit_why: String,
    /// What hints that it is more than one thing.
    pub signs: Vec<String>,
    /// When it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// Its own day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_by: Option<String>,
    /// The chance of its own day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
}

/// When an item is done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct When {
    /// Start: in a tenth, half, 85 % of the trials by then.
    pub start: [String; 3],
    /// Finish: likewise.
    pub finish: [String; 3],
    /// Finish at the plan's confidence.
    pub sure: String,
    /// Working days that it may slip before the end does, by links alone.
    pub float_days: f64,
    /// The share of trials in which it lies on the chain.
    pub criticality: f64,
    /// Whether it lies on the chain of the levelled plan.
    pub on_chain: bool,
    /// Civil days from the first day of the schedule: start, half, sure, latest finish.
    pub place: [f64; 4],
}

/// A link.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LinkView {
    /// Code and title of the first.
    pub from: String,
    /// Code and title of the second.
    pub to: String,
    /// Their ids.
    pub ids: (String, String),
    /// Which ends are tied, and the lag.
    pub how: String,
    /// How strictly.
    pub strength: String,
    /// Whom it hangs on outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
}

/// A week of a team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WeekView {
    /// The team.
    pub team: String,
    /// The first day of the week.
    pub week: String,
    /// Person-days that there are, absences taken off.
    pub available: f64,
    /// Of them for what nobody plans.
    pub unplanned: f64,
    /// Taken by this plan.
    pub planned: f64,
}

/// What is kept in reserve behind the chain.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BufferView {
    /// Items of the chain, from the first to the last.
    pub chain: Vec<String>,
    /// Working days of the chain in half of the cases.
    pub bold_days: f64,
    /// √Σ(safe − bold)².
    pub days: f64,
    /// Half of the chain.
    pub half_days: f64,
    /// The civil day on which the levelled chain ends, and on which the buffer behind it does.
    pub until: (String, String),
    /// What is kept behind chains that feed into it.
    pub feeding: Vec<FeedingView>,
}

/// What is kept in reserve where a chain feeds into the one that binds the finish.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeedingView {
    /// Its items, from the first to the last.
    pub chain: Vec<String>,
    /// The item of the main chain that waits for it.
    pub into: String,
    /// Its working days in half of the cases.
    pub bold_days: f64,
    /// √Σ(safe − bold)².
    pub days: f64,
    /// Working days that lie between its end and that item in the levelled plan.
    pub room_days: f64,
}

/// What was promised, and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaselineView {
    /// Its id.
    pub id: String,
    /// When it was frozen.
    pub frozen_on: String,
    /// Why.
    pub reason: String,
    /// Half and sure, then.
    pub then: (String, String),
    /// Days by which they moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<(i64, i64)>,
    /// What changed: the item, how.
    pub changes: Vec<(String, String)>,
    /// Earned schedule: weeks of the plan that are worked off, weeks that went by, their ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earned: Option<(f64, f64, f64)>,
    /// How fast the reserve behind the plan is used: what stood in the ledger since it was frozen, and today last.
    pub trail: Vec<FeverPoint>,
    /// Half dates then, by id.
    pub halves: Vec<(String, String, f64)>,
}

/// How much of what was promised is done, and how much of its reserve is used.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FeverPoint {
    /// On which day.
    pub on: String,
    /// % of the leaves done.
    pub done: f64,
    /// % of the reserve used.
    pub used: f64,
    /// What that means.
    pub fever: Fever,
}

/// What came of changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WhatIf {
    /// The changes.
    pub changes: Vec<String>,
    /// The whole afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// Days of P50 and its standard error times 1.96.
    pub half: (f64, f64),
    /// Days at the plan's confidence, likewise.
    pub sure: (f64, f64),
    /// Whether either lies more than two standard errors off nothing.
    pub differs: bool,
    /// Why it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_date: Option<String>,
}

/// Why a date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WhyView {
    /// Code and title.
    pub item: String,
    /// The date of the levelled plan.
    pub date: String,
    /// Pieces of the span from the first day on: days, what they went into.
    pub pieces: Vec<(f64, String)>,
    /// The span in civil days: the sum of the pieces.
    pub span_days: f64,
}

/// Questions for an item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Slices {
    /// Its id.
    pub id: String,
    /// Code and title.
    pub item: String,
    /// Pattern and question.
    pub questions: Vec<(String, String)>,
}

impl View {
    /// The part that was asked for.
    #[must_use]
    pub fn show(&self) -> super::Show {
        self.ask.show.unwrap_or_default()
    }
}
