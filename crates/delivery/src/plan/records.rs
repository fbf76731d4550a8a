//! What people write when they plan.
//!
//! A plan is one record whose body holds the whole tree and its links. So one version is one state of the plan: an act that splits an item
//! and moves its links is one version with one undo, two people who edit at once are shown one difference, a baseline is a copy of a
//! body, and an import is applied as a whole or not. Items are named elsewhere by the plan's id and their own, which never change.
//! `team` of the envelope is the plan's first team. Until estimates are records of their own, an item keeps its estimate itself.

mod check;

use desk::records::Audience;
use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network::LinkSort;
use super::tree::Tree;
use crate::spread::Spread;

/// Levels of a tree at most.
pub const DEEPEST: usize = 8;
/// Sizes on the wall.
pub const SIZES: [&str; 6] = ["XS", "S", "M", "L", "XL", "XXL"];
/// Items of a plan at most.
pub const MOST: usize = 2_000;

/// What is to be reached, and how it breaks into items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// What it is called.
    #[schemars(title = "Title", length(min = 1, max = 200))]
    pub title: String,
    /// What is different when it is done.
    #[serde(default)]
    #[schemars(title = "Goal", length(max = 500))]
    pub goal: String,
    /// Which teams work on it, by their short names; the first owns it.
    #[schemars(title = "Teams")]
    pub teams: Vec<String>,
    /// The first day.
    #[schemars(title = "Starts on", with = "String", extend("format" = "date"))]
    pub start_on: Date,
    /// The day by which it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Wanted by", with = "Option<String>", extend("format" = "date"))]
    pub target_on: Option<Date>,
    /// How sure a date has to be.
    #[serde(default = "confidence")]
    #[schemars(title = "Confidence", range(min = 0.5, max = 0.99))]
    pub confidence: f64,
    /// Share of a day that goes into planned work; estimates are divided by it.
    #[serde(default = "focus")]
    #[schemars(title = "Focus", range(min = 0.2, max = 1))]
    pub focus: f64,
    /// By what its dates are told.
    #[serde(default, skip_serializing_if = "Capacity::is_auto")]
    #[schemars(title = "Told by")]
    pub capacity: Capacity,
    /// What is scarce besides people: a specialist role, a test bench.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Resources")]
    pub resources: Vec<Resource>,
    /// The items, each after its parent.
    #[serde(default)]
    #[schemars(title = "Items")]
    pub items: Vec<PlanItem>,
    /// What hangs on what.
    #[serde(default)]
    #[schemars(title = "Links")]
    pub links: Vec<Dependency>,
}

/// By what the dates of a plan are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// By throughput when most open leaves have no estimate, else by slots.
    #[default]
    Auto,
    /// By how long items take, and how many a team works on at a time.
    Slots,
    /// By how many items a team finishes a day.
    Throughput,
}

impl Capacity {
    /// Whether nobody said.
    #[must_use]
    pub const fn is_auto(&self) -> bool {
        matches!(self, Self::Auto)
    }
}

/// The confidence when nobody says another.
#[must_use]
pub const fn confidence() -> f64 {
    0.85
}

/// The focus when nobody says another.
#[must_use]
pub const fn focus() -> f64 {
    0.8
}

/// Something scarce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// One word.
    #[schemars(title = "Name")]
    pub name: String,
    /// How many a working day.
    #[schemars(title = "A day", range(min = 1, max = 99))]
    pub amount: u16,
}

/// How much of a resource an item needs at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Need {
    /// Which; `team` is the slots of its team, one when nothing is said.
    #[schemars(title = "Resource")]
    pub resource: String,
    /// How much.
    #[schemars(title = "Amount", range(min = 0, max = 99))]
    pub amount: u16,
}

/// What kind of thing an item is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// What is different when it is done.
    Goal,
    /// A large part.
    Epic,
    /// Something of use by itself.
    Story,
    /// Something that has to be done.
    #[default]
    Task,
    /// A question with a time box.
    Spike,
    /// A point in time.
    Milestone,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Goal, Self::Epic, Self::Story, Self::Task, Self::Spike, Self::Milestone];

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Epic => "epic",
            Self::Story => "story",
            Self::Task => "task",
            Self::Spike => "spike",
            Self::Milestone => "milestone",
        }
    }
}

/// One item of a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanItem {
    /// Its name in links: lower-case letters, digits, `-` and `_`.
    #[schemars(title = "Id")]
    pub id: String,
    /// The item whose part it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Part of")]
    pub parent: Option<String>,
    /// What it is about.
    #[schemars(title = "Title", length(min = 1, max = 300))]
    pub title: String,
    /// What kind of thing it is.
    #[serde(default)]
    #[schemars(title = "Kind")]
    pub kind: ItemKind,
    /// Whether it is done, when no work item says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "Done")]
    pub done: bool,
    /// What somebody can do when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Outcome", length(max = 500))]
    pub outcome: Option<String>,
    /// How one sees that it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Acceptance")]
    pub acceptance: Vec<String>,
    /// Working days with their spread, or points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Estimate")]
    pub estimate: Option<Spread>,
    /// A size on the wall: XS to XXL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Size")]
    pub size: Option<String>,
    /// The key of the work item that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Work item")]
    pub work_item: Option<String>,
    /// Which team does it; its parent's when left out, at last the plan's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Who is meant to do it, by name or address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "With")]
    pub with: Option<String>,
    /// Parts of the code that it touches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Areas")]
    pub areas: Vec<String>,
    /// What one has to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Skills")]
    pub skills: Vec<String>,
    /// What it occupies besides a slot of its team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Needs")]
    pub needs: Vec<Need>,
    /// Not before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Not before", with = "Option<String>", extend("format" = "date"))]
    pub not_before: Option<Date>,
    /// To be finished by this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Finish by", with = "Option<String>", extend("format" = "date"))]
    pub finish_by: Option<Date>,
    /// Risks that strike it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Risks")]
    pub risks: Vec<String>,
}

/// How strictly a link holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// It cannot be otherwise.
    #[default]
    Hard,
    /// It orders, and never delays.
    Preferred,
    /// It hangs on somebody outside.
    External,
}

/// A link between two items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    /// Which comes first.
    #[schemars(title = "From")]
    pub from: String,
    /// Which hangs on it.
    #[schemars(title = "To")]
    pub to: String,
    /// Which ends are tied.
    #[serde(default, rename = "type")]
    #[schemars(title = "Type")]
    pub sort: LinkSort,
    /// Working days between the ends, in the time of the second's team; below 0 they overlap.
    #[serde(default)]
    #[schemars(title = "Lag in days", range(min = -100, max = 250))]
    pub lag: f64,
    /// How strictly it holds.
    #[serde(default)]
    #[schemars(title = "Strength")]
    pub strength: Strength,
    /// Who outside it hangs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Whom it hangs on")]
    pub who: Option<String>,
    /// The day that they promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Promised on", with = "Option<String>", extend("format" = "date"))]
    pub promised_on: Option<Date>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Why", length(max = 500))]
    pub reason: Option<String>,
}

impl Dependency {
    /// Finish to start, hard, without a lag.
    #[must_use]
    pub const fn after(from: String, to: String) -> Self {
        let (sort, strength) = (LinkSort::FinishStart, Strength::Hard);
        Self { from, to, sort, lag: 0.0, strength, who: None, promised_on: None, reason: None }
    }
}

/// A reference without its lag, and the lag in days: `card+2d`, `1.2-1d`, `PAY-40`.
#[must_use]
pub fn reference(text: &str) -> (&str, f64) {
    let plain = (text, 0.0);
    let Some(at) = text.rfind(['+', '-']) else { return plain };
    let lag = text.get(at + 1..).and_then(|lag| lag.strip_suffix('d')).filter(|lag| !lag.is_empty());
    let Some(lag) = lag.filter(|lag| lag.chars().all(|c| c.is_ascii_digit() || c == '.')) else { return plain };
    let sign = if text.get(at..=at) == Some("-") { -1.0 } else { 1.0 };
    lag.parse::<f64>().map_or(plain, |lag| (text.get(..at).unwrap_or(text), sign * lag))
}

/// Whether a text can be an id: it can be told from a key with a lag behind it.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    begins && text.len() <= 40 && text.chars().all(letter) && reference(text).1 == 0.0
}

impl Plan {
    /// The item of an id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&PlanItem> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The first id that nobody has: the initial letters of a title, then a number.
    #[must_use]
    pub fn fresh_id(&self, title: &str) -> String {
        let words = title.split_whitespace().filter_map(|word| word.chars().next()).filter(char::is_ascii_alphabetic);
        let stem: String = words.take(3).collect::<String>().to_ascii_lowercase();
        let stem = if stem.is_empty() { "i".to_owned() } else { stem };
        let free = |id: &String| self.item(id).is_none();
        std::iter::once(stem.clone()).chain((2..).map(|n| format!("{stem}{n}"))).find(free).unwrap_or(stem)
    }
}

impl Record for Plan {
    const KIND: &'static str = "plan";
    const NAME: &'static str = "Plan";
    const PURPOSE: &'static str = "What is to be reached, how it breaks into items, and what hangs on what.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["draft", "active", "done", "dropped"];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        self.check_head(&mut wrong);
        self.check_items(&mut wrong);
        self.check_links(&mut wrong);
        if wrong.is_empty()
            && let Err(error) = Tree::of(self)
        {
            wrong.push(error);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

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
