//! How a team's work flows (the Definition of Workflow of the Kanban Guide 2025): stages, what counts as started and as done, limits.

use desk::records::Audience;
use desk::work::Category;
use desk::{FieldError, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::Preset;

/// A stage of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageRule {
    /// Its short name in addresses: lower-case letters, digits and `_`.
    #[schemars(title = "Key", length(min = 1, max = 40))]
    pub key: String,
    /// What people call it.
    #[schemars(title = "Name", length(min = 1, max = 40))]
    pub name: String,
    /// What it means.
    #[schemars(title = "Means")]
    pub category: Category,
    /// The statuses that it holds, by id; none is the one of its key.
    #[serde(default)]
    #[schemars(title = "Statuses")]
    pub statuses: Vec<String>,
    /// When a card may enter, and when it may leave.
    #[serde(default)]
    #[schemars(title = "Policy", length(max = 500))]
    pub policy: String,
}

/// Between which stages a time is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointRule {
    /// What the time is called (`cycle`, `lead`).
    #[schemars(title = "Name", length(min = 1, max = 40))]
    pub name: String,
    /// The key of the first stage that counts as started.
    #[schemars(title = "Starts at", length(min = 1, max = 40))]
    pub start: String,
    /// The key of the first stage that counts as finished.
    #[schemars(title = "Finishes at", length(min = 1, max = 40))]
    pub finish: String,
}

/// What a limit is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitOn {
    /// One stage, or several together.
    #[default]
    Stages,
    /// A class of service.
    Class,
    /// A label.
    Label,
    /// A kind of work.
    Type,
    /// Everything that was started.
    Team,
    /// What each person has in hand now.
    EachPerson,
}

/// By what a board is laid out in lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum LaneBy {
    /// The class of service.
    Class,
    /// The epic whose part it is.
    Epic,
    /// Who has it.
    Assignee,
    /// The kind of work.
    Type,
    /// Its first label.
    Label,
    /// How urgent it is.
    Priority,
}

/// What happens at a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitMode {
    /// It is said.
    #[default]
    Warn,
    /// A move needs a reason, which is kept with it.
    Block,
}

/// How much may be in work at once. Blocked items count; subtasks and finished ones do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limit {
    /// What it is about.
    #[serde(default)]
    #[schemars(title = "On")]
    pub on: LimitOn,
    /// Which: keys of stages, or the class, label or kind of work.
    #[serde(default)]
    #[schemars(title = "Which")]
    pub which: Vec<String>,
    /// Fewer than this is said, too.
    #[serde(default)]
    #[schemars(title = "At least", range(min = 0, max = 99))]
    pub min: Option<u32>,
    /// At most.
    #[schemars(title = "At most", range(min = 1, max = 99))]
    pub max: u32,
    /// What happens at it.
    #[serde(default)]
    #[schemars(title = "Then")]
    pub mode: LimitMode,
}

/// A service level expectation: within how many days an item is done, and how often that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sle {
    /// Days.
    #[schemars(title = "Days", range(min = 0.5, max = 365))]
    pub days: f64,
    /// The share of items of which it holds.
    #[schemars(title = "Share", range(min = 0.5, max = 0.99))]
    pub probability: f64,
}

/// How a team works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A flow with limits.
    #[default]
    Kanban,
    /// Sprints.
    Scrum,
    /// Sprints with limits.
    Both,
}

/// How a team's work flows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Workflow {
    /// Stages, from left to right.
    #[schemars(title = "Stages", length(min = 2, max = 20))]
    pub stages: Vec<StageRule>,
    /// Times that are taken; the first is `cycle`.
    #[schemars(title = "Times", length(min = 1, max = 4))]
    pub points: Vec<PointRule>,
    /// Limits on work in progress.
    #[serde(default)]
    #[schemars(title = "Limits")]
    pub limits: Vec<Limit>,
    /// By what the board is laid out in lanes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Lanes by")]
    pub lanes: Option<LaneBy>,
    /// How times are counted.
    #[serde(default)]
    #[schemars(title = "Counted as")]
    pub preset: Preset,
    /// What others may expect.
    #[serde(default)]
    #[schemars(title = "Service level expectation")]
    pub sle: Option<Sle>,
    /// How the team works.
    #[serde(default)]
    #[schemars(title = "Method")]
    pub method: Method,
    /// Weeks of a sprint.
    #[serde(default = "two")]
    #[schemars(title = "Weeks of a sprint", range(min = 1, max = 4))]
    pub sprint_weeks: u8,
    /// What must be true of everything that is called done, one a line.
    #[serde(default)]
    #[schemars(title = "Definition of done")]
    pub definition_of_done: Vec<String>,
    /// What the product is to become.
    #[serde(default)]
    #[schemars(title = "Product goal", length(max = 300))]
    pub product_goal: Option<String>,
}

const fn two() -> u8 {
    2
}

impl Workflow {
    /// The place of the stage of that key.
    #[must_use]
    pub fn stage(&self, key: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.key == key)
    }

    fn check_stages(&self, wrong: &mut Vec<FieldError>) {
        let mut bad = |field: String, message: String| wrong.push(FieldError::new(field, message));
        if !(2..=20).contains(&self.stages.len()) {
            bad("stages".to_owned(), format!("A workflow has 2 to 20 stages; this has {}.", self.stages.len()));
        }
        let mut held: Vec<&str> = Vec::new();
        for (place, stage) in self.stages.iter().enumerate() {
            let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
            if stage.key.is_empty() || !stage.key.chars().all(word) {
                bad(
                    format!("stages.{place}.key"),
                    format!("`{}` is not of lower-case letters, digits, - and _.", stage.key),
                );
            }
            if self.stage(&stage.key) != Some(place) {
                bad(format!("stages.{place}.key"), format!("Two stages are called `{}`.", stage.key));
            }
            for status in &stage.statuses {
                if held.contains(&status.as_str()) {
                    bad(format!("stages.{place}.statuses"), format!("`{status}` is held by another stage."));
                }
                held.push(status);
            }
        }
        if !self.stages.iter().any(|stage| stage.category == Category::Done) {
            bad("stages".to_owned(), "No stage means done: nothing would ever be finished.".to_owned());
        }
    }

    fn check_points(&self, wrong: &mut Vec<FieldError>) {
        if !(1..=4).contains(&self.points.len()) {
            wrong.push(FieldError::new("points", "A workflow takes one to four times; the first is `cycle`."));
        }
        for (place, point) in self.points.iter().enumerate() {
            let (start, finish) = (self.stage(&point.start), self.stage(&point.finish));
            for (field, key, found) in [("start", &point.start, start), ("finish", &point.finish, finish)] {
                if found.is_none() {
                    let keys: Vec<_> = self.stages.iter().map(|stage| stage.key.as_str()).collect();
                    let message = format!("No stage `{key}`. There are: {}.", keys.join(", "));
                    wrong.push(FieldError::new(format!("points.{place}.{field}"), message));
                }
            }
            if let (Some(start), Some(finish)) = (start, finish)
                && start >= finish
            {
                let message = "The start lies behind the finish: every time would be negative.";
                wrong.push(FieldError::new(format!("points.{place}.start"), message));
            }
        }
    }

    fn check_limits(&self, wrong: &mut Vec<FieldError>) {
        for (place, limit) in self.limits.iter().enumerate() {
            if !(1..=99).contains(&limit.max) {
                wrong.push(FieldError::new(format!("limits.{place}.max"), "A limit is 1 to 99."));
            }
            if limit.min.is_some_and(|min| min > limit.max) {
                wrong.push(FieldError::new(format!("limits.{place}.min"), "The least is more than the most."));
            }
            if limit.on == LimitOn::Stages {
                for key in limit.which.iter().filter(|key| self.stage(key).is_none()) {
                    wrong.push(FieldError::new(format!("limits.{place}.which"), format!("No stage `{key}`.")));
                }
            }
        }
    }
}

impl Record for Workflow {
    const KIND: &'static str = "workflow";
    const NAME: &'static str = "Workflow";
    const PURPOSE: &'static str = "How a team's work flows: stages, limits, what counts as started and as done.";
    const AUDIENCE: Audience = Audience::Everyone;
    const STATUSES: &'static [&'static str] = &["in force"];

    fn title(&self) -> String {
        let names: Vec<_> = self.stages.iter().map(|stage| stage.name.as_str()).collect();
        names.join(" → ")
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        self.check_stages(&mut wrong);
        self.check_points(&mut wrong);
        self.check_limits(&mut wrong);
        if !(1..=4).contains(&self.sprint_weeks) {
            wrong.push(FieldError::new("sprint_weeks", "A sprint has 1 to 4 weeks."));
        }
        if let Some(sle) = &self.sle
            && !((0.5..=365.0).contains(&sle.days) && (0.5..=0.99).contains(&sle.probability))
        {
            wrong.push(FieldError::new("sle", "Half a day to a year, and a share of 0.5 to 0.99."));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
