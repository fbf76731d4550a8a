//! The organisation as a value: everything is asked *as of* a day, so that moving somebody does not rewrite last quarter.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde::Serialize;

use super::grants::{Grant, Office};
use super::{PersonKind, Role, day, folded, holds, maybe_day};
use crate::rows::{grants, memberships, people, reporting, teams};
use crate::{PersonId, StoreError, TeamId};

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their full name.
    pub name: String,
    /// What they want to be called.
    pub preferred_name: Option<String>,
    /// Their address, case-folded, unique.
    pub email: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// First day.
    #[schemars(with = "Option<String>")]
    pub started_on: Option<Date>,
    /// The first day on which they are gone.
    #[schemars(with = "Option<String>")]
    pub left_on: Option<Date>,
    /// Human, bot or agent.
    pub kind: PersonKind,
}

impl Person {
    /// What they are called.
    #[must_use]
    pub fn called(&self) -> &str {
        self.preferred_name.as_deref().unwrap_or(&self.name)
    }

    /// Whether they are here on that day.
    #[must_use]
    pub fn here(&self, on: Date) -> bool {
        self.started_on.is_none_or(|from| from <= on) && self.left_on.is_none_or(|until| on < until)
    }
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name in addresses and files.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The team that it is part of.
    pub parent: Option<TeamId>,
    /// What it is for.
    pub purpose: Option<String>,
}

/// Somebody's time in a team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// Its id.
    pub id: uuid::Uuid,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub team: TeamId,
    /// As what.
    pub role: Role,
    /// First day.
    pub from: Date,
    /// The first day that does not belong to it.
    pub until: Option<Date>,
    /// Share of their time, 0 exclusive to 1.
    pub share: f64,
}

/// Who reports to whom, from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: uuid::Uuid,
    /// Who reports.
    pub person: PersonId,
    /// To whom.
    pub manager: PersonId,
    /// First day.
    pub from: Date,
    /// The first day that does not belong to it.
    pub until: Option<Date>,
}

/// Everybody, every team, and who leads whom on every day.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    version: u64,
    people: Vec<Person>,
    by_id: HashMap<PersonId, usize>,
    by_email: HashMap<String, usize>,
    teams: Vec<Team>,
    members: Vec<Member>,
    of_person: HashMap<PersonId, Vec<usize>>,
    of_team: HashMap<TeamId, Vec<usize>>,
    lines: Vec<Line>,
    lines_of: HashMap<PersonId, Vec<usize>>,
    lines_to: HashMap<PersonId, Vec<usize>>,
    grants: Vec<Grant>,
}

impl Organisation {
    pub(crate) async fn read(on: &impl ConnectionTrait, version: u64) -> Result<Self, StoreError> {
        let people =
            people::Entity::find().order_by_asc(people::Column::Name).order_by_asc(people::Column::Id).all(on).await?;
        let teams = teams::Entity::find().order_by_asc(teams::Column::Slug).all(on).await?;
        let members = memberships::Entity::find().order_by_asc(memberships::Column::Id).all(on).await?;
        let lines = reporting::Entity::find().order_by_asc(reporting::Column::Id).all(on).await?;
        let grants = grants::Entity::find().order_by_asc(grants::Column::Id).all(on).await?;
        Self::of(version, people, teams, &members, &lines, &grants)
    }

    fn of(
        version: u64,
        people: Vec<people::Model>,
        teams: Vec<teams::Model>,
        members: &[memberships::Model],
        lines: &[reporting::Model],
        grants: &[grants::Model],
    ) -> Result<Self, StoreError> {
        let mut made = Self {
            version,
            people: people.into_iter().map(person).collect::<Result<_, _>>()?,
            teams: teams.into_iter().map(team).collect(),
            members: members.iter().map(member).collect::<Result<_, _>>()?,
            lines: lines.iter().map(line).collect::<Result<_, _>>()?,
            grants: grants.iter().map(Grant::of).collect::<Result<_, _>>()?,
            ..Self::default()
        };
        made.index();
        Ok(made)
    }

    fn index(&mut self) {
        for (place, person) in self.people.iter().enumerate() {
            self.by_id.insert(person.id, place);
            self.by_email.insert(person.email.clone(), place);
        }
        for (place, member) in self.members.iter().enumerate() {
            self.of_person.entry(member.person).or_default().push(place);
            self.of_team.entry(member.team).or_default().push(place);
        }
        for (place, line) in self.lines.iter().enumerate() {
            self.lines_of.entry(line.person).or_default().push(place);
            self.lines_to.entry(line.manager).or_default().push(place);
        }
    }

    /// A number that grows with each change; 0 for one that nobody keeps.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Everybody, by name.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Every team, by slug.
    #[must_use]
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// Every time in a team.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Every office that was given.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The person of that id.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.by_id.get(&id).and_then(|place| self.people.get(*place))
    }

    /// The person of that address, in any case.
    #[must_use]
    pub fn by_email(&self, email: &str) -> Option<&Person> {
        self.by_email.get(&folded(email)).and_then(|place| self.people.get(*place))
    }

    /// The person that an address, an id, or an unmistakable name (`sam`, `Sam Ortiz`) means.
    ///
    /// # Errors
    /// Not found, with the nearest addresses and names.
    pub fn find_person(&self, text: &str) -> Result<&Person, StoreError> {
        let by_id = text.parse().ok().and_then(|id| self.person(id));
        if let Some(person) = by_id.or_else(|| self.by_email(text)) {
            return Ok(person);
        }
        let wanted = text.trim().to_lowercase();
        let names = |person: &&Person| {
            let full = person.name.to_lowercase();
            let local = person.email.split('@').next().unwrap_or_default();
            full == wanted
                || person.called().to_lowercase() == wanted
                || local == wanted
                || full.split(' ').next() == Some(&wanted)
        };
        let mut found = self.people.iter().filter(names);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => Err(StoreError::NotFound {
                what: "single person",
                name: text.to_owned(),
                nearest: [one, other].into_iter().chain(found).take(3).map(|person| person.email.clone()).collect(),
            }),
            _ => Err(StoreError::missing(
                "person",
                text,
                self.people.iter().flat_map(|p| [p.email.as_str(), p.name.as_str()]),
            )),
        }
    }

    /// The team of that id.
    #[must_use]
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// The team that a slug, an id or a name means.
    ///
    /// # Errors
    /// Not found, with the nearest slugs.
    pub fn find_team(&self, text: &str) -> Result<&Team, StoreError> {
        let id: Option<TeamId> = text.parse().ok();
        let wanted = text.trim().to_lowercase();
        let found = self
            .teams
            .iter()
            .find(|team| Some(team.id) == id || team.slug == wanted || team.name.to_lowercase() == wanted);
        found.ok_or_else(|| StoreError::missing("team", text, self.teams.iter().map(|team| team.slug.as_str())))
    }

    /// Who is in that team itself on that day.
    pub fn members_of(&self, team: TeamId, on: Date) -> impl Iterator<Item = &Member> {
        let places = self.of_team.get(&team).into_iter().flatten();
        let members = places.filter_map(|place| self.members.get(*place));
        members.filter(move |member| {
            holds(member.from, member.until, on) && self.person(member.person).is_some_and(|p| p.here(on))
        })
    }

    /// In which teams a person is on that day.
    pub fn teams_of(&self, person: PersonId, on: Date) -> impl Iterator<Item = &Member> {
        let places = self.of_person.get(&person).into_iter().flatten();
        let here = self.person(person).is_some_and(|person| person.here(on));
        places
            .filter_map(|place| self.members.get(*place))
            .filter(move |member| here && holds(member.from, member.until, on))
    }

    /// A team and those that it is part of, from the inside out.
    #[must_use]
    pub fn with_parents(&self, team: TeamId) -> Vec<TeamId> {
        let mut path = vec![team];
        while let Some(parent) = path.last().and_then(|last| self.team(*last)).and_then(|team| team.parent) {
            if path.contains(&parent) {
                break;
            }
            path.push(parent);
        }
        path
    }

    /// A team and all that are part of it.
    #[must_use]
    pub fn with_parts(&self, team: TeamId) -> BTreeSet<TeamId> {
        self.teams.iter().map(|other| other.id).filter(|other| self.with_parents(*other).contains(&team)).collect()
    }

    /// Who leads that team on that day, those of the teams around it included.
    #[must_use]
    pub fn leads_of_team(&self, team: TeamId, on: Date) -> BTreeSet<PersonId> {
        let teams = self.with_parents(team);
        teams.iter().flat_map(|team| self.members_of(*team, on)).filter(|m| m.role.leads()).map(|m| m.person).collect()
    }

    /// To whom a person reports on that day.
    #[must_use]
    pub fn manager_of(&self, person: PersonId, on: Date) -> Option<PersonId> {
        let places = self.lines_of.get(&person).into_iter().flatten();
        let mut lines = places.filter_map(|place| self.lines.get(*place));
        lines.find(|line| holds(line.from, line.until, on)).map(|line| line.manager)
    }

    /// To whom a person reported and reports, over all days.
    pub fn reporting_of(&self, person: PersonId) -> impl Iterator<Item = &Line> {
        let places = self.lines_of.get(&person).into_iter().flatten();
        places.filter_map(|place| self.lines.get(*place))
    }

    /// Those above a person's manager on that day, nearest first.
    #[must_use]
    pub fn above_manager(&self, person: PersonId, on: Date) -> Vec<PersonId> {
        let mut above = Vec::new();
        let mut next = self.manager_of(person, on).and_then(|manager| self.manager_of(manager, on));
        while let Some(one) = next.filter(|one| !above.contains(one)) {
            above.push(one);
            next = self.manager_of(one, on);
        }
        above
    }

    /// Who reports to that person on that day.
    pub fn reports_of(&self, manager: PersonId, on: Date) -> impl Iterator<Item = &Person> {
        let places = self.lines_to.get(&manager).into_iter().flatten();
        let lines =
            places.filter_map(|place| self.lines.get(*place)).filter(move |line| holds(line.from, line.until, on));
        lines.filter_map(|line| self.person(line.person)).filter(move |person| person.here(on))
    }

    /// Whether a person holds that office on that day.
    #[must_use]
    pub fn holds(&self, person: PersonId, office: Office, on: Date) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.person == person && grant.office == office && holds(grant.from, grant.until, on))
    }

    /// Who holds that office for that team on that day; a grant without a team is for all.
    #[must_use]
    pub fn holders(&self, office: Office, team: Option<TeamId>, on: Date) -> BTreeSet<PersonId> {
        let around = team.map(|team| self.with_parents(team)).unwrap_or_default();
        let covers = |grant: &&Grant| grant.team.is_none_or(|of| around.contains(&of));
        let held = self.grants.iter().filter(|grant| grant.office == office && holds(grant.from, grant.until, on));
        held.filter(covers).map(|grant| grant.person).collect()
    }

    /// How many people are in each team itself on that day.
    #[must_use]
    pub fn sizes(&self, on: Date) -> BTreeMap<TeamId, usize> {
        self.teams.iter().map(|team| (team.id, self.members_of(team.id, on).count())).collect()
    }
}

fn person(row: people::Model) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId(row.id),
        started_on: maybe_day(row.started_on.as_deref())?,
        left_on: maybe_day(row.left_on.as_deref())?,
        kind: PersonKind::named(&row.kind).unwrap_or(PersonKind::Human),
        name: row.name,
        preferred_name: row.preferred_name,
        email: row.email,
        time_zone: row.time_zone,
    })
}

fn team(row: teams::Model) -> Team {
    Team { id: TeamId(row.id), slug: row.slug, name: row.name, parent: row.parent_id.map(TeamId), purpose: row.purpose }
}

fn member(row: &memberships::Model) -> Result<Member, StoreError> {
    Ok(Member {
        id: row.id,
        person: PersonId(row.person_id),
        team: TeamId(row.team_id),
        role: Role::named(&row.role).unwrap_or(Role::Member),
        from: day(&row.from_on)?,
        until: maybe_day(row.until_on.as_deref())?,
        share: row.share,
    })
}

fn line(row: &reporting::Model) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id,
        person: PersonId(row.person_id),
        manager: PersonId(row.manager_id),
        from: day(&row.from_on)?,
        until: maybe_day(row.until_on.as_deref())?,
    })
}
