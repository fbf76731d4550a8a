//! People, teams and who was where when. Days are whole days, both ends included.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PersonId, TeamId};

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// A person.
    Human,
    /// A program that commits.
    Bot,
}

/// Somebody who works or worked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// As they write it.
    pub name: String,
    /// Unique, lower case.
    pub email: String,
    /// An address that they committed with before this day; `.mailmap` knows it.
    pub former_email: Option<(String, Date)>,
    /// IANA name.
    pub time_zone: String,
    /// Human or bot.
    pub kind: PersonKind,
    /// First day.
    pub started_on: Date,
    /// Last day.
    pub left_on: Option<Date>,
}

/// A team, or a department that holds teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Unique.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// What it belongs to.
    pub parent: Option<TeamId>,
    /// What it is for.
    pub purpose: String,
    /// The letters before its work items' numbers; empty for a department.
    pub key: String,
}

/// What somebody is in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works in it.
    Member,
    /// Leads its technical work.
    TechLead,
    /// Leads its people.
    Manager,
}

/// Somebody in a team for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub team: TeamId,
    /// As what.
    pub role: Role,
    /// First day.
    pub from: Date,
    /// Last day; open while it lasts.
    pub until: Option<Date>,
    /// Part of their time, 0 < share ≤ 1.
    pub share: f64,
}

/// Who reports to whom for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporting {
    /// Who.
    pub person: PersonId,
    /// To whom.
    pub manager: PersonId,
    /// First day.
    pub from: Date,
    /// Last day; open while it lasts.
    pub until: Option<Date>,
}

/// Why somebody is not, or not only, at their usual work. The reason behind it is never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// Away.
    Leave,
    /// At work, and on call.
    OnCall,
    /// Away.
    Other,
}

/// Days on which somebody is away or on call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Which kind.
    pub kind: AbsenceKind,
}
