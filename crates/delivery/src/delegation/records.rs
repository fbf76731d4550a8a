//! What people write when they hand something over.
//!
//! A `delegation` belongs to the two and is sealed. What the team sees once it is accepted (task, person, level) is a record of its own,
//! `handed_over`, so that no reader has to leave words out of another's record. `assignment_need` is a team's; whom its author would never
//! ask stands in `assignment_never`, which nobody else can open.

use desk::records::{Audience, Class};
use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::level::Level;
use crate::spread::Spread;

/// What is handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Handed {
    /// The key of a work item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Work item")]
    pub item: Option<String>,
    /// The id of a plan, and of an item in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Plan item")]
    pub planned: Option<(String, String)>,
    /// It in words: the item's title, or the duty.
    #[schemars(title = "Task", length(min = 1, max = 300))]
    pub title: String,
}

impl Handed {
    /// Key and title.
    #[must_use]
    pub fn name(&self) -> String {
        self.item.as_ref().map_or_else(|| self.title.clone(), |key| format!("{key} {}", self.title))
    }
}

/// A check-in that was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// For which day it was agreed.
    #[schemars(title = "Agreed for", with = "String", extend("format" = "date"))]
    pub due_on: Date,
    /// When it was held.
    #[schemars(title = "Held on", with = "String", extend("format" = "date"))]
    pub on: Date,
    /// What the two agreed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(title = "Note", length(max = 500))]
    pub note: String,
}

/// A level that held until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LevelBefore {
    /// 1 (tell) to 7 (hand over).
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: u8,
    /// Until when.
    #[schemars(title = "Until", with = "String", extend("format" = "date"))]
    pub until: Date,
}

/// Something that one person hands over to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delegation {
    /// What is handed over.
    #[schemars(title = "Task")]
    pub task: Handed,
    /// Who hands it over: an address.
    #[schemars(title = "From")]
    pub from: String,
    /// Who takes it: an address.
    #[schemars(title = "To")]
    pub to: String,
    /// Whose answer is awaited while it is offered: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Awaits")]
    pub awaits: Option<String>,
    /// What is different when it is done.
    #[schemars(title = "Outcome", length(min = 1, max = 500))]
    pub outcome: String,
    /// 1 (tell) to 7 (hand over).
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: u8,
    /// Levels before this one, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Levels before")]
    pub levels: Vec<LevelBefore>,
    /// Budget, and what stays with the giver.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Boundaries")]
    pub boundaries: Vec<String>,
    /// Why you.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Why you", length(max = 500))]
    pub why_you: Option<String>,
    /// Who and what helps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Support")]
    pub support: Vec<String>,
    /// The day of the next check-in.
    #[schemars(title = "Next check-in", with = "String", extend("format" = "date"))]
    pub next_on: Date,
    /// Days between check-ins.
    #[schemars(title = "Every days", range(min = 1, max = 30))]
    pub every_days: u8,
    /// How both see that it is done.
    #[schemars(title = "Done when", length(min = 1, max = 500))]
    pub done_when: String,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Ends on", with = "Option<String>", extend("format" = "date"))]
    pub ends_on: Option<Date>,
    /// Parts of the code that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Areas")]
    pub areas: Vec<String>,
    /// Check-ins that were held, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Check-ins held")]
    pub held: Vec<Held>,
    /// Why it was taken back, told to both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Taken back because", length(max = 500))]
    pub returned_because: Option<String>,
    /// How the giver looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "The giver looks back", length(max = 500))]
    pub giver_looks_back: Option<String>,
    /// How the receiver looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "The receiver looks back", length(max = 500))]
    pub receiver_looks_back: Option<String>,
}

/// Where a delegation can stand.
pub const OFFERED: &str = "offered";
/// Taken, and not begun.
pub const ACCEPTED: &str = "accepted";
/// In work.
pub const ACTIVE: &str = "active";
/// Done.
pub const DONE: &str = "done";
/// Given back, or taken back.
pub const RETURNED: &str = "returned";
/// Not taken. This is counted nowhere.
pub const DECLINED: &str = "declined";

impl Record for Delegation {
    const KIND: &'static str = "delegation";
    const NAME: &'static str = "Delegation";
    const PURPOSE: &'static str = "What one person hands over to another: outcome, level, boundaries, check-ins.";
    const CLASS: Class = Class::PartyAction;
    const AUDIENCE: Audience = Audience::Parties;
    const STATUSES: &'static [&'static str] = &[OFFERED, ACCEPTED, ACTIVE, DONE, RETURNED, DECLINED];

    fn title(&self) -> String {
        self.task.name()
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut need = |holds: bool, field: &str, message: &str| {
            if !holds {
                wrong.push(FieldError::new(field, message));
            }
        };
        let short = |text: &str| text.chars().count() <= 500;
        need(!self.task.title.trim().is_empty(), "task", "Say what is handed over.");
        need(!self.outcome.trim().is_empty(), "outcome", "Say what is different when it is done.");
        need(!self.done_when.trim().is_empty(), "done_when", "Say how both see that it is done.");
        need(short(&self.outcome), "outcome", "At most 500 characters.");
        need(short(&self.done_when), "done_when", "At most 500 characters.");
        need(self.why_you.as_deref().is_none_or(short), "why_you", "At most 500 characters.");
        need(Level::of(self.level).is_some(), "level", "A level is 1 (tell) to 7 (hand over).");
        need((1..=30).contains(&self.every_days), "every_days", "A check-in every 1 to 30 days.");
        need(self.from != self.to, "to", "What stays with you is not handed over.");
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// What a team sees of something that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandedOver {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub delegation: String,
    /// What was handed over.
    #[schemars(title = "Task")]
    pub task: Handed,
    /// Who has it: an address.
    #[schemars(title = "With")]
    pub to: String,
    /// 1 (tell) to 7 (hand over).
    #[schemars(title = "Level", range(min = 1, max = 7))]
    pub level: u8,
}

impl Record for HandedOver {
    const KIND: &'static str = "handed_over";
    const NAME: &'static str = "Handed over";
    const PURPOSE: &'static str = "What a team sees of a delegation: task, person and level.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open", "over"];

    fn title(&self) -> String {
        let level = Level::of(self.level).map_or_else(String::new, Level::text);
        format!("{} with {} (level {level})", self.task.name(), self.to)
    }
}

/// What a task needs of whoever takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssignmentNeed {
    /// The task: a work item's key, or `PLAN/ITEM` by id.
    #[schemars(title = "Item", length(min = 1, max = 120))]
    pub item: String,
    /// Parts of the code that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Areas")]
    pub areas: Vec<String>,
    /// What one has to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Skills")]
    pub skills: Vec<String>,
    /// Working days that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Effort")]
    pub effort: Option<Spread>,
    /// Not before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "From", with = "Option<String>", extend("format" = "date"))]
    pub from: Option<Date>,
    /// Until this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// Nobody but these, by address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Must be one of")]
    pub must: Vec<String>,
    /// Whether two may take it together.
    #[serde(default = "yes")]
    #[schemars(title = "A pair is welcome")]
    pub pair: bool,
    /// Whether somebody new to it may take it.
    #[serde(default = "yes")]
    #[schemars(title = "A stretch is welcome")]
    pub stretch: bool,
    /// Whether what is decided in it cannot be taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "One-way")]
    pub one_way: bool,
}

pub(super) const fn yes() -> bool {
    true
}

impl AssignmentNeed {
    /// A need that asks for nothing.
    #[must_use]
    pub fn of(item: &str) -> Self {
        Self {
            item: item.to_owned(),
            areas: Vec::new(),
            skills: Vec::new(),
            effort: None,
            from: None,
            until: None,
            must: Vec::new(),
            pair: true,
            stretch: true,
            one_way: false,
        }
    }
}

impl Record for AssignmentNeed {
    const KIND: &'static str = "assignment_need";
    const NAME: &'static str = "Need of a task";
    const PURPOSE: &'static str = "What a task needs of whoever takes it.";
    const AUDIENCE: Audience = Audience::Team;

    fn title(&self) -> String {
        format!("What {} needs", self.item)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.item.trim().is_empty() {
            wrong.push(FieldError::new("item", "Say of which task."));
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until < from
        {
            wrong.push(FieldError::new("until", "It would end before it begins."));
        }
        match self.effort.map(|effort| (effort, effort.check("effort"))) {
            Some((_, Err(error))) => wrong.push(error),
            Some((effort, Ok(()))) if effort.in_days().is_none() => {
                wrong.push(FieldError::new("effort", "An effort is a time: 2/3/6d."));
            }
            _ => {}
        }
        for area in &self.areas {
            if let Err(message) = folder(area) {
                wrong.push(FieldError::new("areas", message));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Whether a text names a part of the code: a folder or a file.
///
/// # Errors
/// A sentence that says what can be typed.
pub fn folder(area: &str) -> Result<(), String> {
    let path = area.trim().trim_end_matches("/**").trim_end_matches("/*");
    if path.is_empty() || path.contains(['*', '?', '[', '!']) {
        return Err(format!("`{area}` is no folder or file, such as `web/checkout` or `shop: src/api`."));
    }
    Ok(())
}

/// Whom somebody would never ask for a task. Its author alone can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssignmentNever {
    /// The task, as in the need.
    #[schemars(title = "Item", length(min = 1, max = 120))]
    pub item: String,
    /// By address.
    #[schemars(title = "Never")]
    pub people: Vec<String>,
}

impl Record for AssignmentNever {
    const KIND: &'static str = "assignment_never";
    const NAME: &'static str = "Never for a task";
    const PURPOSE: &'static str = "Whom its author would never ask for a task; nobody else can read it.";
    const CLASS: Class = Class::PrivateNote;
    const AUDIENCE: Audience = Audience::Author;

    fn title(&self) -> String {
        self.item.clone()
    }
}
