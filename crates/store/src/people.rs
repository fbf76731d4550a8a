//! People and teams: who they are, who is in which team, and who leads whom, on every day.

mod change;
mod directory;
mod erase;
mod found;
mod grants;
mod import;
mod organisation;
mod teams;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{Absence, AbsenceKind, NewPerson};
pub use directory::{Directory, DirectoryKind, DirectoryNote};
pub use erase::{ErasureLine, ErasurePlan};
pub use found::{Founded, Founding};
pub use grants::{Grant, Office};
pub use import::{Import, ImportLine, ImportProblem};
pub use organisation::{Line, Member, Organisation, Person, Team};
pub use teams::NewTeam;

use crate::StoreError;

/// What a person is in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works in it.
    Member,
    /// Leads its technical work.
    TechLead,
    /// Manages it.
    Manager,
}

impl Role {
    /// Its name in the database and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::TechLead => "tech_lead",
            Self::Manager => "manager",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Member, Self::TechLead, Self::Manager].into_iter().find(|role| role.name() == name)
    }

    /// Whether it leads the team.
    #[must_use]
    pub const fn leads(self) -> bool {
        matches!(self, Self::TechLead | Self::Manager)
    }
}

/// What somebody in the list of people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// A human.
    Human,
    /// A program that commits or comments.
    Bot,
    /// An assistant that acts for somebody.
    Agent,
}

impl PersonKind {
    /// Its name in the database and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Bot => "bot",
            Self::Agent => "agent",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Human, Self::Bot, Self::Agent].into_iter().find(|kind| kind.name() == name)
    }
}

/// An address as it is stored: trimmed and case-folded.
#[must_use]
pub fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A day of the database.
pub(crate) fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("`{text}` in the database is no day")))
}

pub(crate) fn maybe_day(text: Option<&str>) -> Result<Option<Date>, StoreError> {
    text.map(day).transpose()
}

/// Whether `on` lies in `from..until` (the end is the first day that does not belong to it).
#[must_use]
pub fn holds(from: Date, until: Option<Date>, on: Date) -> bool {
    from <= on && until.is_none_or(|until| on < until)
}
