//! Work items with every change of status, and sprints.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChangeId, IncidentId, PersonId, RepositoryId, TeamId, WorkItemId};

/// What kind of work an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// Holds stories.
    Epic,
    /// Something new for users.
    Feature,
    /// Something that is wrong.
    Bug,
    /// Something that must be done.
    Task,
    /// Something to find out.
    Spike,
    /// Something to mend in the code.
    Debt,
    /// The work that an incident makes.
    Incident,
}

/// What a status means, whatever the team calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Perhaps some day.
    Backlog,
    /// Next.
    Todo,
    /// In somebody's hands.
    Active,
    /// In nobody's hands.
    Waiting,
    /// Finished.
    Done,
    /// Given up.
    Dropped,
}

/// One change of status; the first of an item is its creation and has no `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The status before.
    pub from: Option<Cow<'static, str>>,
    /// The status after, in the team's own words.
    pub to: Cow<'static, str>,
    /// What `to` means.
    pub category: Category,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkItem {
    /// As people name it, for example `BRT-12`.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// Which kind.
    pub kind: ItemType,
    /// Whose board it is on.
    pub team: TeamId,
    /// 1 (highest) to 5.
    pub priority: u8,
    /// Story points, where the team estimates.
    pub estimate: Option<u8>,
    /// The epic that it belongs to.
    pub epic: Option<WorkItemId>,
    /// Who wrote it down.
    pub creator: PersonId,
    /// Who works or worked on it.
    pub assignee: Option<PersonId>,
    /// Labels, the area among them.
    pub labels: Vec<String>,
    /// Where its code is.
    pub repository: RepositoryId,
    /// The area of that repository.
    pub area: u16,
    /// The change request that brought what this item mends.
    pub caused_by: Option<ChangeId>,
    /// The incident that it follows from.
    pub incident: Option<IncidentId>,
    /// In order; never empty.
    pub transitions: Vec<Transition>,
}

impl WorkItem {
    /// When it was written down.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.transitions.first().map_or(Timestamp::UNIX_EPOCH, |first| first.at)
    }

    /// What its last status means.
    #[must_use]
    pub fn category(&self) -> Category {
        self.transitions.last().map_or(Category::Backlog, |last| last.category)
    }

    /// When it was finished or given up; nothing while it is open.
    #[must_use]
    pub fn resolved_at(&self) -> Option<Timestamp> {
        let last = self.transitions.last()?;
        matches!(last.category, Category::Done | Category::Dropped).then_some(last.at)
    }
}

/// An item's time in a sprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SprintMember {
    /// Which item.
    pub item: WorkItemId,
    /// At the sprint's start when it was planned, later when it came in on the way.
    pub added_at: Timestamp,
    /// When it was taken out again.
    pub removed_at: Option<Timestamp>,
}

/// A sprint of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sprint {
    /// Whose.
    pub team: TeamId,
    /// As the team calls it.
    pub name: String,
    /// What it was for.
    pub goal: String,
    /// When it began.
    pub start_at: Timestamp,
    /// When it should end.
    pub planned_end_at: Timestamp,
    /// When it was closed; nothing while it runs.
    pub completed_at: Option<Timestamp>,
    /// What was in it.
    pub members: Vec<SprintMember>,
}
