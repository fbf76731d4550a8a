//! A whole organisation at once, into an empty store: for the demo and for load tests, where thousands of single changes would each look
//! for circles again. Whoever hands it in answers for its sense.

use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::change::refuse;
use super::{AbsenceKind, NewPerson, NewTeam, Office, Role};
use crate::rows::{absences, area_owners, grants, memberships, people, reporting, repositories, teams};
use crate::{PersonId, StoreError, TeamId, Write};

/// Rows of one statement; engines bound the number of values in one.
const ROWS: usize = 500;

/// An organisation; numbers are places in its lists. `until` is the first day that does not belong.
#[derive(Debug, Clone, Default)]
pub struct Founding {
    /// Everybody.
    pub people: Vec<NewPerson>,
    /// Every team, parents before their parts; `parent` of a team is not read.
    pub teams: Vec<(NewTeam, Option<usize>)>,
    /// Person, team, role, from, until, share.
    pub members: Vec<(usize, usize, Role, Date, Option<Date>, f64)>,
    /// Person, manager, from, until.
    pub lines: Vec<(usize, usize, Date, Option<Date>)>,
    /// Person, first day, last day, kind.
    pub absences: Vec<(usize, Date, Date, AbsenceKind)>,
    /// Person, office, from.
    pub grants: Vec<(usize, Office, Date)>,
    /// Name, location, default branch, team.
    pub repositories: Vec<(String, String, String, usize)>,
    /// Repository, pattern, team, in the order of CODEOWNERS.
    pub owners: Vec<(usize, String, usize)>,
}

/// The ids of what was founded, in the order of its lists.
#[derive(Debug, Clone, Default)]
pub struct Founded {
    /// Of everybody.
    pub people: Vec<PersonId>,
    /// Of every team.
    pub teams: Vec<TeamId>,
}

impl Write {
    /// Puts a whole organisation into an empty store.
    ///
    /// # Errors
    /// Refused when somebody is here already, or a person does not hold.
    pub async fn found(&mut self, all: &Founding) -> Result<Founded, StoreError> {
        if !self.organisation().await?.people().is_empty() {
            return Err(StoreError::field(
                "people",
                "Somebody is here already; a whole organisation goes into an empty store.",
            ));
        }
        refuse(all.people.iter().flat_map(NewPerson::wrong).collect())?;
        let made = Founded {
            people: all.people.iter().map(|_| PersonId(self.fresh())).collect(),
            teams: all.teams.iter().map(|_| TeamId(self.fresh())).collect(),
        };
        self.put_people(all, &made).await?;
        self.put_places(all, &made).await?;
        self.note("people.found", format!("{} people, {} teams", made.people.len(), made.teams.len()), None, None);
        self.people_change();
        Ok(made)
    }

    fn fresh(&self) -> Uuid {
        self.store.dice.id(self.at())
    }

    async fn put_people(&self, all: &Founding, made: &Founded) -> Result<(), StoreError> {
        let at = self.at().as_microsecond();
        let person = |place: usize| made.people.get(place).map_or_else(Uuid::nil, |id| id.0);
        let team = |place: usize| made.teams.get(place).map_or_else(Uuid::nil, |id| id.0);
        let rows = all.people.iter().zip(&made.people).map(|(new, id)| new.row(id.0, at));
        self.put::<people::Entity, _>(rows.map(|row: people::Model| row.into_active_model().reset_all())).await?;
        let rows = all.teams.iter().zip(&made.teams).map(|((new, parent), id)| teams::Model {
            id: id.0,
            slug: new.slug.clone(),
            name: new.name.clone(),
            parent_id: parent.map(team),
            purpose: new.purpose.clone(),
        });
        self.put::<teams::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await?;
        let rows = all.members.iter().map(|(who, whose, role, from, until, share)| memberships::Model {
            id: self.fresh(),
            person_id: person(*who),
            team_id: team(*whose),
            role: role.name().to_owned(),
            from_on: from.to_string(),
            until_on: until.map(|day| day.to_string()),
            share: *share,
        });
        self.put::<memberships::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await?;
        let rows = all.lines.iter().map(|(who, manager, from, until)| reporting::Model {
            id: self.fresh(),
            person_id: person(*who),
            manager_id: person(*manager),
            from_on: from.to_string(),
            until_on: until.map(|day| day.to_string()),
        });
        self.put::<reporting::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await?;
        let rows = all.absences.iter().map(|(who, from, until, kind)| absences::Model {
            id: self.fresh(),
            person_id: person(*who),
            from_on: from.to_string(),
            until_on: until.to_string(),
            kind: kind.name().to_owned(),
        });
        self.put::<absences::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await?;
        let rows = all.grants.iter().map(|(who, office, from)| grants::Model {
            id: self.fresh(),
            person_id: person(*who),
            role: office.name().to_owned(),
            team_id: None,
            from_on: from.to_string(),
            until_on: None,
        });
        self.put::<grants::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await
    }

    async fn put_places(&self, all: &Founding, made: &Founded) -> Result<(), StoreError> {
        let team = |place: usize| made.teams.get(place).map_or_else(Uuid::nil, |id| id.0);
        let ids: Vec<Uuid> = all.repositories.iter().map(|_| self.fresh()).collect();
        let rows = all.repositories.iter().zip(&ids).map(|((name, location, branch, whose), id)| repositories::Model {
            id: *id,
            name: name.clone(),
            location: location.clone(),
            default_branch: branch.clone(),
            team_id: Some(team(*whose)),
        });
        self.put::<repositories::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await?;
        let rows = (0..).zip(&all.owners).map(|(position, (repository, pattern, whose))| area_owners::Model {
            id: self.fresh(),
            repository_id: ids.get(*repository).copied().unwrap_or_default(),
            position,
            glob: pattern.clone(),
            team_id: team(*whose),
        });
        self.put::<area_owners::Entity, _>(rows.map(|row| row.into_active_model().reset_all())).await
    }

    async fn put<E, A>(&self, rows: impl Iterator<Item = A>) -> Result<(), StoreError>
    where
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let part: Vec<A> = rows.by_ref().take(ROWS).collect();
            E::insert_many(part).exec_without_returning(self.on()).await?;
        }
        Ok(())
    }
}
