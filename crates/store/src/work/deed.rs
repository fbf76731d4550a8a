//! What can be done to work. Each deed is put to the policy, then written with the others of its act, or none of them is.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, ItemType, Past, ServiceClass, Tie, Work};
use crate::access::Access;
use crate::policy::{Action, Audience, Class, Thing};
use crate::{ItemId, PersonId, ProjectId, SprintId, StoreError, TeamId, Write};

/// A thing, and how far it was when the asker saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<T> {
    /// Which.
    pub id: T,
    /// The number of log lines of an item, or the version of a sprint.
    pub seen: u32,
}

/// An item to write down.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// An id that nobody has.
    pub id: ItemId,
    /// What numbers it.
    pub project: ProjectId,
    /// Its key, with a number that was reserved.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// More about it, in Markdown.
    pub body: Option<String>,
    /// What kind of work.
    pub sort: ItemType,
    /// Where it begins.
    pub status: String,
    /// How it is served.
    pub class: ServiceClass,
    /// 1 (highest) to 5.
    pub priority: Option<u8>,
    /// How large it is thought to be.
    pub estimate: Option<f64>,
    /// By when.
    pub due_on: Option<Date>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Whose part it is.
    pub parent: Option<ItemId>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its place among its peers.
    pub rank: Option<String>,
}

impl NewItem {
    /// A task with nothing else said.
    pub fn named(id: ItemId, project: ProjectId, key: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id,
            project,
            key: key.into(),
            title: title.into(),
            body: None,
            sort: ItemType::Task,
            status: String::new(),
            class: ServiceClass::Standard,
            priority: None,
            estimate: None,
            due_on: None,
            assignee: None,
            parent: None,
            labels: Vec::new(),
            rank: None,
        }
    }
}

/// One change of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// To another status: its id, and what people call it.
    Status(String, String),
    /// Into somebody's hands, or out of them.
    Assignee(Option<PersonId>),
    /// To another size.
    Estimate(Option<f64>),
    /// To another urgency.
    Priority(Option<u8>),
    /// To another whole.
    Parent(Option<ItemId>),
    /// To another kind of work.
    Type(ItemType),
    /// To another day.
    Due(Option<Date>),
    /// To another title.
    Title(String),
    /// To another text; the log says that it changed, not what it was.
    Body(Option<String>),
    /// Served otherwise.
    Class(ServiceClass),
    /// To another place among its peers.
    Rank(String),
    /// Something stops it: what; none sets it free.
    Blocked(Option<String>),
    /// One more label.
    Label(String),
    /// One label less.
    Unlabel(String),
    /// Into a sprint.
    Enter(SprintId),
    /// Out of a sprint.
    Leave(SprintId),
}

/// A sprint to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSprint {
    /// An id that nobody has.
    pub id: SprintId,
    /// Whose.
    pub project: ProjectId,
    /// As the team calls it.
    pub name: String,
    /// What it is for.
    pub goal: Option<String>,
    /// When it should begin.
    pub start_at: Option<Timestamp>,
    /// When it should end.
    pub planned_end_at: Option<Timestamp>,
}

/// Something to do to work.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// A board of a team, or of everybody: its id, the key of its items, its name.
    AddProject(ProjectId, String, String, Option<TeamId>),
    /// A new item.
    AddItem(NewItem),
    /// Changes of an item, with why.
    Change(Reference<ItemId>, Vec<Edit>, Option<String>),
    /// A line of the log happened at another time: its number, when, why.
    Correct(Reference<ItemId>, u32, Timestamp, String),
    /// Lines of the log are taken back: their numbers, why.
    Withdraw(Reference<ItemId>, Vec<u32>, String),
    /// An item goes; its log stays.
    Remove(Reference<ItemId>),
    /// Two items are tied.
    Tie(ItemId, ItemId, Tie),
    /// They are no longer.
    Untie(ItemId, ItemId, Tie),
    /// A new sprint.
    PlanSprint(NewSprint),
    /// A sprint begins: for what, and until when.
    StartSprint(Reference<SprintId>, String, Timestamp),
    /// A sprint ends.
    CloseSprint(Reference<SprintId>),
    /// The last step of a sprint is taken back.
    StepBack(Stepped),
    /// When a team works.
    SetCalendar(Calendar),
    /// A board of its own with a past that was known elsewhere; here it is known from now on.
    AddPast(Box<Past>),
}

/// What an act added to an item's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// The item.
    pub item: ItemId,
    /// How many lines its log had before; none for a new item.
    pub before: Option<u32>,
    /// How many it has now.
    pub after: u32,
}

/// What a sprint was before a step, as far as the step changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Was {
    /// Not there.
    New,
    /// To come: for what, and when it should begin and end (UTC microseconds).
    Future(Option<String>, Option<i64>, Option<i64>),
    /// Running.
    Active,
}

/// A step of a sprint: planned, started, closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    /// The sprint.
    pub sprint: SprintId,
    /// Its version after the step.
    pub version: u32,
    /// What it was before.
    pub was: Was,
}

/// What a deed did that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// It added to an item's log.
    Item(Touched),
    /// It took a sprint a step further.
    Sprint(Stepped),
}

impl Deed {
    /// The team whose work it touches; the outer `None` when the thing is not there.
    fn team(&self, work: &Work, fresh: &[(ProjectId, Option<TeamId>)]) -> Option<Option<TeamId>> {
        let of_project = |id: ProjectId| {
            let known = work.project(id).map(|project| project.team);
            known.or_else(|| fresh.iter().find(|(new, _)| *new == id).map(|(_, team)| *team))
        };
        let of_item = |id: &ItemId| work.item(*id).and_then(|item| of_project(item.project));
        match self {
            Self::AddProject(_, _, _, team) => Some(*team),
            Self::AddItem(new) => of_project(new.project),
            Self::Change(item, ..) | Self::Correct(item, ..) | Self::Withdraw(item, ..) | Self::Remove(item) => {
                of_item(&item.id)
            }
            Self::Tie(item, ..) | Self::Untie(item, ..) => of_item(item),
            Self::PlanSprint(new) => of_project(new.project),
            Self::StartSprint(Reference { id, .. }, ..)
            | Self::CloseSprint(Reference { id, .. })
            | Self::StepBack(Stepped { sprint: id, .. }) => {
                work.sprint(*id).and_then(|sprint| of_project(sprint.project))
            }
            Self::SetCalendar(calendar) => Some(calendar.team),
            Self::AddPast(past) => Some(past.team),
        }
    }
}

impl Access {
    /// Whether the asker may change the work of a team, or everybody's.
    #[must_use]
    pub fn may_work(&self, team: Option<TeamId>) -> bool {
        let audience = if team.is_some() { Audience::Team } else { Audience::Everyone };
        let thing = Thing { team, ..Thing::of(Class::TeamRecord).open_to(audience) };
        self.policy().decide(self.asker(), Action::Update, &thing, &self.ties_of_team(team)).allowed
    }

    /// Does all of it in `write`; gives what can be taken back of it.
    ///
    /// # Errors
    /// Not found, refused when it does not hold, not allowed, stale when somebody else was quicker.
    pub async fn work(&self, write: &mut Write, work: &Work, deeds: &[Deed]) -> Result<Vec<Trace>, StoreError> {
        let (mut fresh, mut traces) = (Vec::new(), Vec::new());
        for deed in deeds {
            let team = deed.team(work, &fresh).ok_or_else(|| StoreError::missing("work", "of that id", []))?;
            if !self.may_work(team) {
                let whose = team.and_then(|team| self.organisation().team(team)).map_or("a team", |team| &team.name);
                return Err(StoreError::NotAllowed(format!("only members and leads of {whose} change its work")));
            }
            if let Deed::AddProject(id, _, _, team) = deed {
                fresh.push((*id, *team));
            }
            traces.extend(write.work(deed).await?);
        }
        Ok(traces)
    }
}
