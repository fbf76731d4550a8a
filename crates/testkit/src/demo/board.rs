//! A team's board: what the team calls the stages of work, its queues, and where its work lies.

use std::collections::VecDeque;

use super::calendar::Day;
use super::facts::{Category, TeamId, WorkItemId};

/// How a team works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Sprints of two weeks, everything in a sprint.
    Scrum,
    /// No sprints, a queue and a limit.
    Kanban,
    /// Sprints of three weeks that nobody quite believed in, and at some time no more of them.
    Mixed,
}

impl Habit {
    pub(super) fn of(crew: usize) -> Self {
        [Self::Scrum, Self::Kanban, Self::Mixed][crew % 3]
    }

    /// Whether the team gives points to its work.
    pub(super) fn estimates(self) -> bool {
        self != Self::Kanban
    }

    /// How many days a sprint takes from its first Monday to the next.
    pub(super) fn rhythm(self) -> Day {
        if self == Self::Mixed { 21 } else { 14 }
    }
}

/// Where an item can be, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Backlog,
    Todo,
    Active,
    Blocked,
    Review,
    Ready,
    Done,
    Dropped,
}

/// What a team calls a stage, and what it means; nothing where the team does not have it.
pub(super) fn status(habit: Habit, stage: Stage) -> Option<(&'static str, Category)> {
    let category = match stage {
        Stage::Backlog => Category::Backlog,
        Stage::Todo => Category::Todo,
        Stage::Active | Stage::Review => Category::Active,
        Stage::Blocked | Stage::Ready => Category::Waiting,
        Stage::Done => Category::Done,
        Stage::Dropped => Category::Dropped,
    };
    let name = match (habit, stage) {
        (Habit::Scrum, Stage::Ready) | (Habit::Mixed, Stage::Backlog | Stage::Review | Stage::Ready) => return None,
        (Habit::Scrum, Stage::Backlog) => "Backlog",
        (Habit::Scrum, Stage::Todo) => "To Do",
        (Habit::Scrum, Stage::Active) => "In Progress",
        (Habit::Scrum | Habit::Mixed, Stage::Blocked) => "Blocked",
        (Habit::Scrum, Stage::Review) => "In Review",
        (Habit::Scrum | Habit::Mixed, Stage::Done) => "Done",
        (Habit::Scrum, Stage::Dropped) => "Won't Do",
        (Habit::Kanban, Stage::Backlog) => "Inbox",
        (Habit::Kanban, Stage::Todo) => "Next",
        (Habit::Kanban, Stage::Active) => "Building",
        (Habit::Kanban, Stage::Blocked) => "On Hold",
        (Habit::Kanban, Stage::Review) => "Review",
        (Habit::Kanban, Stage::Ready) => "Ready to Ship",
        (Habit::Kanban, Stage::Done) => "Shipped",
        (Habit::Kanban | Habit::Mixed, Stage::Dropped) => "Cancelled",
        (Habit::Mixed, Stage::Todo) => "Open",
        (Habit::Mixed, Stage::Active) => "Doing",
    };
    Some((name, category))
}

/// An item that waits for somebody, with what the simulation knows about it beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) item: WorkItemId,
    pub(super) repository: usize,
    pub(super) area: u16,
    pub(super) file: u16,
    /// Working days that it takes.
    pub(super) days: i64,
}

/// A part of a repository that a team works on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) repository: usize,
    pub(super) area: u16,
    pub(super) weight: u32,
}

/// A team at work.
#[derive(Debug)]
pub(super) struct Crew {
    pub(super) team: TeamId,
    pub(super) habit: Habit,
    /// Everybody who is ever in it.
    pub(super) people: Vec<usize>,
    pub(super) places: Vec<Place>,
    /// Written down, not yet chosen.
    pub(super) backlog: VecDeque<Job>,
    /// Chosen, in the order of doing.
    pub(super) chosen: VecDeque<Job>,
    /// What cannot wait.
    pub(super) urgent: VecDeque<Job>,
    pub(super) next_key: u32,
    /// The epic that gets the next stories, and how many more.
    pub(super) epic: Option<(WorkItemId, usize)>,
    /// The running sprint, and its last day.
    pub(super) sprint: Option<(usize, Day)>,
    pub(super) sprints: u32,
}
