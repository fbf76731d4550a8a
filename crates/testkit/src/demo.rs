//! The demo organisation: a company that plans berths, tariffs and tides for ports, made by simulating it at work. A plan (seed, last
//! day, sizes) gives the same company and the same commit ids on any machine. [`Company::simulate`] makes the facts,
//! [`write_repositories`] the Git repositories that agree with them. Nothing here reads a clock, and no name means anybody.
//!
//! ```no_run
//! use testkit::demo::{Company, Form, Plan, write_repositories};
//!
//! let mut company = Company::simulate(&Plan::new(7, jiff::civil::date(2026, 11, 20)));
//! let folder = std::path::Path::new("/tmp/harbourline");
//! let paths = write_repositories(&mut company, folder, Form::Bare)?;
//! # Ok::<(), testkit::demo::DemoError>(())
//! ```

#[cfg(test)]
mod agreement;
mod board;
mod calendar;
mod course;
mod dice;
mod estate;
pub mod facts;
mod firm;
mod git;
mod landing;
mod names;
mod opening;
mod plan;
mod planning;
mod rollout;
mod settle;
mod source;
mod sprints;
#[cfg(test)]
mod tests;
mod tree;
mod upkeep;
mod words;
mod world;

use serde::{Deserialize, Serialize};

use facts::{
    Absence, ChangeRequest, Deployment, Incident, Membership, Person, Release, Reporting, Repository, Sprint, Team,
    WorkItem,
};
pub use git::{DemoError, Form, write_repositories};
pub use plan::Plan;
pub use settle::{act, settle};

/// Everything that is known about the company. Ids are places in these lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// What it was made from.
    pub plan: Plan,
    /// Humans in the order of their numbers, and one bot.
    pub people: Vec<Person>,
    /// Teams that work, then the departments above them.
    pub teams: Vec<Team>,
    /// Who was where.
    pub memberships: Vec<Membership>,
    /// Who reported to whom.
    pub reporting: Vec<Reporting>,
    /// Who was away or on call.
    pub absences: Vec<Absence>,
    /// The code.
    pub repositories: Vec<Repository>,
    /// The work.
    pub items: Vec<WorkItem>,
    /// Its sprints, in the order of their beginning.
    pub sprints: Vec<Sprint>,
    /// Change requests.
    pub changes: Vec<ChangeRequest>,
    /// In the order of their beginning.
    pub deployments: Vec<Deployment>,
    /// What went wrong.
    pub incidents: Vec<Incident>,
    /// What was tagged.
    pub releases: Vec<Release>,
}

impl Company {
    /// Lets the company live until the plan's last day.
    #[must_use]
    pub fn simulate(plan: &Plan) -> Self {
        world::live(plan)
    }

    fn empty(plan: Plan) -> Self {
        Self {
            plan,
            people: Vec::new(),
            teams: Vec::new(),
            memberships: Vec::new(),
            reporting: Vec::new(),
            absences: Vec::new(),
            repositories: Vec::new(),
            items: Vec::new(),
            sprints: Vec::new(),
            changes: Vec::new(),
            deployments: Vec::new(),
            incidents: Vec::new(),
            releases: Vec::new(),
        }
    }
}
