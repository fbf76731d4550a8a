//! What a demo organisation is made from: a seed, a last day and three sizes. The same plan is the same company on any machine.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The order for a company; [`Plan::new`] has the sizes that `mainstay demo` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Which company: every other seed is another one.
    pub seed: u64,
    /// The last day that the company has lived; facts end at 17:00 UTC on it.
    pub until: Date,
    /// Humans who ever worked there, at least 4.
    pub people: u32,
    /// Repositories, at least 1.
    pub repositories: u32,
    /// Years of history, at least 1.
    pub years: u32,
}

impl Plan {
    /// 24 people in 3 teams, 5 repositories, 3 years up to and with `until`.
    #[must_use]
    pub fn new(seed: u64, until: Date) -> Self {
        Self { seed, until, people: 24, repositories: 5, years: 3 }
    }

    /// How many teams work on the repositories: one for about eight people. Departments above them come on top.
    #[must_use]
    pub fn teams(&self) -> u32 {
        (self.people.max(4) / 8).max(1)
    }
}
