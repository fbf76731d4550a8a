//! A small company for the tests of stages: two teams, payments and search, and people with a part in them. Whom a test needs stands in one line.

use desk::Office;
use jiff::civil::Date;
use store::Actor;
use store::people::{AbsenceKind, Founded, Founding, NewPerson, NewTeam, Office as Held, Role};

/// The place of payments among the teams.
pub const PAYMENTS: usize = 0;
/// The place of search among the teams.
pub const SEARCH: usize = 1;

/// A company that is being put together. People have places in the order in which they are named.
#[derive(Debug)]
pub struct Company {
    since: Date,
    all: Founding,
}

impl Company {
    /// Nobody yet; whoever is named is in their team from `since` on.
    #[must_use]
    pub fn since(since: Date) -> Self {
        let teams = vec![(NewTeam::named("payments", "Payments"), None), (NewTeam::named("search", "Search"), None)];
        Self { since, all: Founding { teams, ..Founding::default() } }
    }

    /// Somebody without a team, at `name@example.org`.
    #[must_use]
    pub fn person(mut self, name: &str) -> Self {
        self.all.people.push(NewPerson::named(name, format!("{}@example.org", name.to_lowercase())));
        self
    }

    /// Somebody in a team, for a share of their time.
    #[must_use]
    pub fn of(self, team: usize, name: &str, role: Role, share: f64) -> Self {
        let since = self.since;
        let mut next = self.person(name);
        next.all.members.push((next.all.people.len() - 1, team, role, since, None, share));
        next
    }

    /// Somebody who leads payments.
    #[must_use]
    pub fn lead(self, name: &str) -> Self {
        self.of(PAYMENTS, name, Role::TechLead, 1.0)
    }

    /// Somebody in payments.
    #[must_use]
    pub fn member(self, name: &str) -> Self {
        self.of(PAYMENTS, name, Role::Member, 1.0)
    }

    /// Somebody in search.
    #[must_use]
    pub fn outsider(self, name: &str) -> Self {
        self.of(SEARCH, name, Role::Member, 1.0)
    }

    /// Somebody without a team who administers.
    #[must_use]
    pub fn administrator(self, name: &str) -> Self {
        let since = self.since;
        let mut next = self.person(name);
        next.all.grants.push((next.all.people.len() - 1, Held::Administrator, since));
        next
    }

    /// The person at that place is away, the last day inclusive.
    #[must_use]
    pub fn away(mut self, who: usize, from: Date, until: Date, kind: AbsenceKind) -> Self {
        self.all.absences.push((who, from, until, kind));
        self
    }

    /// Puts it into the office; gives the ids of people and teams in their places. Panics when the database does not take it.
    pub async fn found(self, office: &Office) -> Founded {
        let mut write = office.store().write(Actor::System, office.clock().now()).await.expect("a turn at writing");
        let founded = write.found(&self.all).await.expect("a company");
        write.keep().await.expect("a company on the disk");
        founded
    }
}
