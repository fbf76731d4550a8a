//! The answer as data: the board, the flow, the running sprint, what to look at.

use desk::work::{Category, ItemType, ServiceClass};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Ask, Event, Show};
use crate::flow::sprint::Tally;
use crate::work::measures::Coverage;
use crate::work::workflow::LaneBy;

/// The answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What was asked.
    pub ask: Ask,
    /// Whose work.
    pub team: Option<TeamHead>,
    /// Other boards: name for people, name in addresses.
    pub boards: Vec<(String, String)>,
    /// By which rules.
    pub rules: Rules,
    /// Too few people to show figures of this team to this viewer.
    pub hidden: bool,
    /// What to know before believing it.
    pub caveats: Vec<String>,
    /// The board.
    pub board: Option<BoardView>,
    /// The flow.
    pub flow: Option<FlowView>,
    /// The sprint.
    pub sprint: Option<SprintView>,
    /// The room of an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomView>,
    /// One item.
    pub item: Option<ItemView>,
    /// What stands out, strongest first.
    pub checks: Vec<Check>,
    /// The log as the file that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl View {
    /// Which part is shown.
    #[must_use]
    pub fn show(&self) -> Show {
        self.ask.show.unwrap_or_default()
    }
}

/// Whose work.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct TeamHead {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// What its items' keys begin with.
    pub key: Option<String>,
    /// Whether the viewer may move its work.
    pub may_move: bool,
    /// The record of its workflow and the version; none when nobody wrote one.
    pub workflow: Option<(String, u64)>,
}

/// By which rules it was counted.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Rules {
    /// The preset's name.
    pub preset: String,
    /// Its rules in words.
    pub words: String,
    /// First and last day.
    pub since: String,
    /// The last day.
    pub until: String,
    /// As of which instant.
    pub as_of: String,
    /// With what was known when, when that is another.
    pub known_at: Option<String>,
    /// Where time starts and where it ends.
    pub from_to: (String, String),
}

/// The board.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct BoardView {
    /// Columns, from left to right.
    pub columns: Vec<ColumnView>,
    /// By what it is laid out in lanes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes_by: Option<LaneBy>,
    /// The lanes, from top to bottom; every listed card is in one of them. None without lanes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<LaneView>,
    /// Cards whose status no column holds.
    pub nowhere: Vec<Card>,
    /// Limits that are not about columns, and whether they are kept.
    pub limits: Vec<LimitView>,
    /// Finished items that are not shown any more.
    pub finished_before: usize,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnView {
    /// The stage's key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it means.
    pub category: Category,
    /// When a card may enter, when leave.
    pub policy: String,
    /// The limit, when it has one of its own.
    pub limit: Option<u32>,
    /// Cards that count against it.
    pub count: usize,
    /// `room`, `full` or `over`; `empty` when it is below its least.
    pub word: String,
    /// Its cards.
    pub cards: Vec<Card>,
    /// Cards that are there and not listed.
    pub more: usize,
}

/// A lane of the board.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LaneView {
    /// What its cards share.
    pub name: String,
    /// Cards in it that are listed; of lanes of people nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// The keys of its cards, column by column.
    pub cards: Vec<Vec<String>>,
}

/// A limit on something else than a column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LimitView {
    /// What it is about.
    pub on: String,
    /// What counts against it.
    pub count: usize,
    /// At most.
    pub max: u32,
    /// `room`, `full` or `over`.
    pub word: String,
}

/// A card.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Card {
    /// As people name it.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// What kind of work.
    pub sort: ItemType,
    /// How it is served.
    pub class: ServiceClass,
    /// Who works on it.
    pub assignee: Option<String>,
    /// The lane in which it is, when the board has lanes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// How large it is thought to be.
    pub estimate: Option<f64>,
    /// By when.
    pub due_on: Option<String>,
    /// Since when it is stopped and by what.
    pub blocked: Option<String>,
    /// Days since it was started.
    pub age_days: Option<f64>,
    /// What finished items say of its age.
    pub outlook: Option<String>,
    /// `good`, `watch` or `act`, by its age.
    pub meaning: String,
    /// How many lines its log has; an act names what it saw.
    pub seen: u32,
    /// Where it lives, when not here.
    pub lives_at: Option<(String, Option<String>)>,
}

/// One item with its history.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemView {
    /// Its card.
    pub card: Card,
    /// The stage in which it is.
    pub stage: String,
    /// More about it, in Markdown.
    pub body: Option<String>,
    /// The key of the item whose part it is.
    pub parent: Option<String>,
    /// Its parts: key, title, stage.
    pub parts: Vec<(String, String, String)>,
    /// Its ties: how, key, title.
    pub ties: Vec<(String, String, String)>,
    /// Stays in stages: stage, from, until, days.
    pub stays: Vec<(String, String, Option<String>, f64)>,
    /// Its log, newest first.
    pub log: Vec<LogLine>,
}

/// One line of a log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogLine {
    /// Its number.
    pub number: u32,
    /// When it happened.
    pub at: String,
    /// When it was known, when that is another day.
    pub known: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// What changed, in words.
    pub what: String,
    /// Why, when it was said.
    pub reason: Option<String>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// A number with its spread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Percentile {
    /// The share, 0 to 1.
    pub p: f64,
    /// Days; none is not measured.
    pub days: Option<f64>,
    /// The 90 % interval.
    pub interval: Option<(f64, f64)>,
}

/// The flow.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct FlowView {
    /// What was counted.
    pub coverage: Coverage,
    /// Cycle time at 50, 70, 85 and 95 %.
    pub cycle_time: Vec<Percentile>,
    /// Finished items: day, key, days.
    pub finished: Vec<(String, String, f64)>,
    /// Open items: stage, age in days, key.
    pub open: Vec<(String, f64, String)>,
    /// Stages: name, in work, limit, oldest in days, age at which 85 % left it.
    pub stages: Vec<StageView>,
    /// Days of the window.
    pub days: Vec<String>,
    /// Finished a day.
    pub throughput: Vec<u32>,
    /// Started a day.
    pub arrivals: Vec<u32>,
    /// Weeks: first day, finished.
    pub weeks: Vec<(String, u32)>,
    /// Limits of the weekly throughput: lower, mean, upper; none of fewer than ten weeks.
    pub week_limits: Option<(f64, f64, f64)>,
    /// Weeks that left the limits.
    pub week_signals: Vec<usize>,
    /// Cumulative flow: stage, items in or beyond it at the end of each day.
    pub cumulative: Vec<(String, Vec<u32>)>,
    /// Days on which work went back.
    pub fell: Vec<String>,
    /// Share of time in which items were worked on; none when no wait was ever recorded.
    pub efficiency: Option<f64>,
    /// Days and share of the expectation, whether it was set or is proposed, and what was attained.
    pub expectation: Option<Expectation>,
    /// Little's law: in work, arrivals a day, days in work.
    pub little: Option<(f64, f64, f64)>,
    /// What kept the flow from being steady, in words; none when it was steady.
    pub unsteady: Vec<String>,
    /// P85 ÷ P50 and P98 ÷ P50 in words, when the tail is long.
    pub tail: Option<String>,
    /// Returns: from, to, how often.
    pub rework: Vec<(String, String, usize)>,
}

/// A stage's row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StageView {
    /// Its name.
    pub name: String,
    /// In it now.
    pub count: usize,
    /// Its limit.
    pub limit: Option<u32>,
    /// The oldest in it, days.
    pub oldest: Option<f64>,
    /// The age at which 85 % of the finished left it, days.
    pub left_by: Option<f64>,
    /// `room`, `full` or `over`.
    pub word: String,
}

/// A service level expectation against what happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Expectation {
    /// Days.
    pub days: f64,
    /// The share that is expected.
    pub share: f64,
    /// Whether the team set it; otherwise it is a proposal.
    pub set: bool,
    /// The share of finished items that held it.
    pub attained: Option<f64>,
    /// The days that hold the share when open items count as far as they got.
    pub censored_days: Option<f64>,
}

/// A sprint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SprintView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub goal: Option<String>,
    /// How far it is.
    pub state: desk::work::SprintState,
    /// Its version; an act names what it saw.
    pub seen: u32,
    /// First and last day.
    pub days: Option<(String, String)>,
    /// What became of it.
    pub tally: Tally,
    /// What its closing folds to with what is known now, when that is another.
    pub known_now: Option<Tally>,
    /// The end of each day: day, left, done, promised, ideal.
    pub burndown: Vec<BurnDay>,
    /// Steps: day, key, why.
    pub steps: Vec<(String, String, String)>,
    /// What is in it: key, title, size, whether it is done.
    pub members: Vec<(String, String, Option<f64>, bool)>,
    /// The last sprints: name, done in items, done in size.
    pub velocity: Vec<(String, u32, f64)>,
    /// Their median size.
    pub median_velocity: Option<f64>,
    /// Other sprints: name and id.
    pub others: Vec<(String, String)>,
}

/// What an event needs on the table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoomView {
    /// Which event.
    pub event: Event,
    /// At most so many minutes: the time box of the Scrum Guide, in proportion to the sprint.
    pub minutes: u32,
    /// The sprint that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sprint: Option<String>,
    /// What the sprint, else the product, is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// A few numbers: name, value, what it is measured against.
    pub figures: Vec<(String, String, String)>,
    /// What is talked about, in its order.
    pub parts: Vec<RoomPart>,
}

/// Something to talk about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RoomPart {
    /// What it is.
    pub heading: String,
    /// What there is to say.
    pub said: Vec<String>,
    /// The items: key, title, what stands out.
    pub items: Vec<(String, String, String)>,
}

/// One day of a sprint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BurnDay {
    /// The day.
    pub day: String,
    /// Left at its end; none for days to come.
    pub left: Option<f64>,
    /// Done at its end.
    pub done: Option<f64>,
    /// Everything in it at its end.
    pub scope: Option<f64>,
    /// The ideal line over working days.
    pub ideal: f64,
}

/// Something that stands out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Check {
    /// What is, with its numbers.
    pub finding: String,
    /// What to do.
    pub advice: String,
    /// The items behind it.
    pub keys: Vec<String>,
    /// How strong, 0 to 1; orders the list.
    pub weight: f64,
}

/// A day as people write it.
pub(super) fn day(day: Date) -> String {
    day.to_string()
}
