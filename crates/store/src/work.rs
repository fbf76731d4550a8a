//! Work: items, and the one log of what happened to them. What is native (host `mainstay`) and what a tracker holds lie in the same tables.
//!
//! Of the log no row is ever changed. It has two times, when something happened and when it was first known, so that every question can be
//! asked as of a day and as it was known then. What a status means, what counts as started and how long it took is not known here.

mod bulk;
mod calendars;
mod change;
mod course;
mod deed;
mod edit;
mod read;
mod sprints;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

pub use bulk::{Past, PastEntry, PastItem};
pub use calendars::{Calendar, DayKind, Hours};
pub use course::{Course, Stay};
pub use deed::{Deed, Edit, NewItem, NewSprint, Reference, Stepped, Touched, Trace, Was};
pub use sprints::{Sprint, SprintState};

use crate::policy::words::words;
use crate::{ItemId, PersonId, ProjectId, SprintId, TeamId};

/// The host of what is planned in Mainstay itself.
pub const NATIVE: &str = "mainstay";

words! {
    /// What can change about an item.
    Field {
        /// Where it stands.
        Status = "status",
        /// Who works on it.
        Assignee = "assignee",
        /// In which sprint it is; `from` leaves, `to` enters.
        Sprint = "sprint",
        /// How large it is thought to be.
        Estimate = "estimate",
        /// How urgent, 1 (highest) to 5.
        Priority = "priority",
        /// Whose part it is.
        Parent = "parent",
        /// What kind of work it is.
        Type = "type",
        /// Which project numbers it.
        Project = "project",
        /// By when.
        Due = "due",
        /// A label; `from` goes, `to` comes.
        Labels = "labels",
        /// Whether something stops it, and what.
        Blocked = "blocked",
        /// Its place among its peers.
        Rank = "rank",
        /// Its title.
        Title = "title",
        /// How it is served.
        Class = "class",
        /// How it ended.
        Resolution = "resolution",
        /// In which release it is meant to be.
        FixVersion = "fix_version",
        /// A link to another item.
        Link = "link",
        /// What else a source tells.
        Other = "other",
    }
}

words! {
    /// What kind of work an item is.
    ItemType {
        /// Something new for users.
        Feature = "feature",
        /// Something that is wrong.
        Bug = "bug",
        /// Something that must be done.
        Task = "task",
        /// A part of an item that is not planned by itself.
        Subtask = "subtask",
        /// Holds others.
        Epic = "epic",
        /// What an incident makes.
        Incident = "incident",
        /// Something to find out.
        Spike = "spike",
        /// Something to mend in the code.
        Debt = "debt",
        /// What a source calls otherwise.
        Other = "other",
    }
}

words! {
    /// How an item is served (Anderson 2010, classes of service).
    ServiceClass {
        /// In its turn.
        Standard = "standard",
        /// Before everything else.
        Expedite = "expedite",
        /// By a day.
        FixedDate = "fixed_date",
        /// Whenever there is room; its use comes late.
        Intangible = "intangible",
    }
}

words! {
    /// What a status means.
    Category {
        /// Perhaps some day.
        Backlog = "backlog",
        /// Next.
        Todo = "todo",
        /// In somebody's hands.
        Active = "active",
        /// In nobody's hands.
        Waiting = "waiting",
        /// Finished.
        Done = "done",
        /// Given up.
        Dropped = "dropped",
    }
}

words! {
    /// How two items are tied.
    Tie {
        /// The other cannot go on before this is done.
        Blocks = "blocks",
        /// They have to do with each other.
        Relates = "relates",
        /// This says what the other says.
        Duplicates = "duplicates",
        /// The other came of this.
        Causes = "causes",
    }
}

/// The variant of that word, of an enumeration of words.
pub(crate) fn worded<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|one| word(*one) == text)
}

/// A text of the log, interned: statuses, numbers and ids repeat over and over. [`Work::text`] gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(u32);

/// Texts, each once.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    all: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
}

impl Texts {
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(place) = self.places.get(text) {
            return Sym(*place);
        }
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.all.push(text.clone());
        self.places.insert(text, place);
        Sym(place)
    }

    fn text(&self, sym: Sym) -> &str {
        self.all.get(sym.0 as usize).map_or("", |text| text)
    }

    fn known(&self, text: &str) -> Option<Sym> {
        self.places.get(text).copied().map(Sym)
    }
}

/// One line of an item's log. Instants are UTC microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Its place in the item's log, from 1, in the order of arrival.
    pub number: u32,
    /// When it happened.
    pub at: i64,
    /// When it was first known here.
    pub seen: i64,
    /// When it was known to be withdrawn.
    pub withdrawn: Option<i64>,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// What changed.
    pub field: Field,
    /// From what; ids where there are.
    pub from: Option<Sym>,
    /// To what.
    pub to: Option<Sym>,
    /// Why, when it was said.
    pub reason: Option<Sym>,
}

impl Entry {
    /// Whether it counts at `as_of`, with what was known at `known_at`.
    #[must_use]
    pub fn counts(&self, as_of: i64, known_at: i64) -> bool {
        self.at <= as_of && self.known(known_at)
    }

    /// Whether it stood in the log at `known_at`.
    #[must_use]
    pub fn known(&self, known_at: i64) -> bool {
        self.seen <= known_at && self.withdrawn.is_none_or(|at| at > known_at)
    }
}

/// A work item as it is now, with its log.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Where it lives: `mainstay`, or the host of a tracker.
    pub host: Sym,
    /// Its address there.
    pub url: Option<Arc<str>>,
    /// What numbers it.
    pub project: ProjectId,
    /// As people name it (`PAY-12`).
    pub key: Arc<str>,
    /// What it is about.
    pub title: Arc<str>,
    /// What kind of work.
    pub sort: ItemType,
    /// Where it stands, by the id of the status.
    pub status: Sym,
    /// How it is served.
    pub class: ServiceClass,
    /// 1 (highest) to 5.
    pub priority: Option<u8>,
    /// How large it is thought to be, in the unit of its team.
    pub estimate: Option<f64>,
    /// UTC microseconds.
    pub created_at: i64,
    /// When it was first known here, UTC microseconds.
    pub seen: i64,
    /// By when.
    pub due_on: Option<Date>,
    /// Who wrote it down.
    pub creator: Option<PersonId>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Whose part it is.
    pub parent: Option<ItemId>,
    /// Its labels.
    pub labels: Arc<[Arc<str>]>,
    /// Whether something stops it.
    pub blocked: bool,
    /// Its place among its peers: texts in their order.
    pub rank: Option<Arc<str>>,
    /// How many lines its log has: what an act names as seen.
    pub entries: u32,
    /// When its source said that it is gone.
    pub deleted_at: Option<i64>,
    /// What happened to it, in the order of (`at`, `number`).
    pub log: Arc<[Entry]>,
    /// What it is tied to.
    pub ties: Arc<[ItemTie]>,
}

/// A tie of an item to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTie {
    /// How.
    pub tie: Tie,
    /// To which, when it is here.
    pub other: Option<ItemId>,
    /// Its key, when it is not.
    pub other_key: Option<Arc<str>>,
    /// From when on, UTC microseconds.
    pub from: i64,
    /// Until when.
    pub until: Option<i64>,
}

/// What numbers items: a native board, or a tracker's project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Where it lives.
    pub host: String,
    /// What its items' keys begin with.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Whose work it is; none is everybody's.
    pub team: Option<TeamId>,
    /// The number that the next item gets.
    pub next_number: u64,
}

/// A status of a project, and what it means from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whose.
    pub project: ProjectId,
    /// Its id.
    pub status: Sym,
    /// What people call it.
    pub name: String,
    /// What it means.
    pub category: Category,
    /// Its place from left to right.
    pub position: i32,
    /// From when on, UTC microseconds; none is from the beginning.
    pub from: Option<i64>,
    /// Until when.
    pub until: Option<i64>,
}

/// All work as it was at one version of the log. Cheap to share.
#[derive(Debug, Clone, Default)]
pub struct Work {
    pub(crate) version: u64,
    pub(crate) texts: Texts,
    pub(crate) projects: Vec<Project>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) items: Vec<Arc<Item>>,
    pub(crate) places: HashMap<ItemId, usize>,
    pub(crate) keys: HashMap<Arc<str>, usize>,
    pub(crate) sprints: Vec<Sprint>,
    pub(crate) calendars: Vec<Calendar>,
}

impl Work {
    /// A number that grows with every change.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Every item, in the order of their ids.
    #[must_use]
    pub fn items(&self) -> &[Arc<Item>] {
        &self.items
    }

    /// The item of that id.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Arc<Item>> {
        self.places.get(&id).and_then(|place| self.items.get(*place))
    }

    /// The item of that key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Arc<Item>> {
        let place = self.keys.get(key).or_else(|| self.keys.get(key.to_uppercase().as_str()));
        place.and_then(|place| self.items.get(*place))
    }

    /// Every project.
    #[must_use]
    pub fn projects(&self) -> &[Project] {
        &self.projects
    }

    /// The project of that id.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// The statuses of a project, from left to right.
    pub fn statuses(&self, project: ProjectId) -> impl Iterator<Item = &Status> {
        self.statuses.iter().filter(move |status| status.project == project)
    }

    /// Every sprint, in the order of their beginning.
    #[must_use]
    pub fn sprints(&self) -> &[Sprint] {
        &self.sprints
    }

    /// The sprint of that id.
    #[must_use]
    pub fn sprint(&self, id: SprintId) -> Option<&Sprint> {
        self.sprints.iter().find(|sprint| sprint.id == id)
    }

    /// The calendar of a team, else the one of all, when there is one.
    #[must_use]
    pub fn calendar(&self, team: Option<TeamId>) -> Option<&Calendar> {
        let of = |team| self.calendars.iter().find(move |calendar| calendar.team == team);
        team.and_then(|team| of(Some(team))).or_else(|| of(None))
    }

    /// A text of the log.
    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        self.texts.text(sym)
    }

    /// The sign of a text, when the log has it at all.
    #[must_use]
    pub fn sym(&self, text: &str) -> Option<Sym> {
        self.texts.known(text)
    }
}
