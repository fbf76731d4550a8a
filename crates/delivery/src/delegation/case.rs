//! What the maths is a function of: tasks, people, and what each person is to each task. Numbers in here decide whom to name; none of them
//! leaves the practice.

use desk::knowledge::Word;

use super::bus::bus;
use super::fit::{STRETCH, fit};
use super::growth::Growth;

/// Somebody who could take tasks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    /// A stable id, for ties.
    pub id: String,
    /// Whether they have left.
    pub left: bool,
    /// The share of the window's working days on which they are away.
    pub away: f64,
    /// Days left in the window.
    pub room: f64,
    /// Whether they have as much in hand as a limit of the team allows.
    pub at_limit: bool,
    /// Whether a stretch is in their hands already.
    pub stretched: bool,
}

/// Something to be taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Task {
    /// A stable id, for ties.
    pub id: String,
    /// What each of its areas counts; they sum to 1, or there is none.
    pub weights: Vec<f64>,
    /// People here who know each area at *deep* or better.
    pub knowers: Vec<usize>,
    /// The share of trials in which it binds the plan's finish.
    pub criticality: f64,
    /// Nobody but these may take it, when there is one: places of candidates.
    pub must: Vec<usize>,
    /// Whether two may take it together.
    pub pair: bool,
    /// Whether somebody new to it may take it.
    pub stretch: bool,
}

impl Task {
    /// Whether nobody new to it takes it alone.
    #[must_use]
    pub fn is_critical(&self) -> bool {
        self.criticality >= 0.5
    }
}

/// One candidate before one task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// Their word in each of its areas.
    pub knows: Vec<Option<Word>>,
    /// The share of its skills that they claim; none when it asks for none.
    pub claimed: Option<f64>,
    /// How it serves their growth.
    pub growth: Growth,
    /// Whether they would rather not.
    pub rather_not: bool,
    /// Whether whoever looks said never.
    pub never: bool,
}

impl Case {
    /// See [`fit`].
    #[must_use]
    pub fn fit(&self, task: &Task) -> f64 {
        fit(&task.weights, &self.knows, self.claimed)
    }

    /// See [`bus`].
    #[must_use]
    pub fn bus(&self, task: &Task) -> f64 {
        bus(&task.weights, &task.knowers, &self.knows)
    }

    /// Whether the task would be a stretch for them.
    #[must_use]
    pub fn is_stretch(&self, task: &Task) -> bool {
        self.fit(task) < STRETCH
    }

    /// Their best word in any of the task's areas.
    #[must_use]
    pub fn word(&self) -> Option<Word> {
        self.knows.iter().copied().flatten().max()
    }
}

/// Tasks, candidates, and the case of each before each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Field {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The candidates.
    pub people: Vec<Candidate>,
    /// By task, by candidate.
    pub cases: Vec<Vec<Case>>,
}
