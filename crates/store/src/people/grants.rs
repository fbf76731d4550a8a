//! Offices beside the relations of people: administrators, people partners, holders of programmes.

use jiff::civil::Date;
use schemars::JsonSchema;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::{day, maybe_day};
use crate::rows::grants;
use crate::{PersonId, StoreError, TeamId, Write};

/// An office that is given to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    /// Manages sources, people, teams, settings and backups; reads nobody's records.
    Administrator,
    /// People partner (HR) of a team or of all.
    HrPartner,
    /// Runs mentoring or surveys.
    ProgrammeHolder,
}

impl Office {
    /// Its name in the database and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::HrPartner => "hr_partner",
            Self::ProgrammeHolder => "programme_holder",
        }
    }

    /// The office of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Administrator, Self::HrPartner, Self::ProgrammeHolder].into_iter().find(|office| office.name() == name)
    }
}

/// An office held from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Its id.
    pub id: uuid::Uuid,
    /// Who holds it.
    pub person: PersonId,
    /// Which.
    pub office: Office,
    /// For which team; none is for all.
    pub team: Option<TeamId>,
    /// First day.
    pub from: Date,
    /// The first day that does not belong to it.
    pub until: Option<Date>,
}

impl Grant {
    pub(super) fn of(row: &grants::Model) -> Result<Self, StoreError> {
        let office = Office::named(&row.role);
        Ok(Self {
            id: row.id,
            person: PersonId(row.person_id),
            office: office
                .ok_or_else(|| StoreError::Damaged(format!("`{}` in the database is no office", row.role)))?,
            team: row.team_id.map(TeamId),
            from: day(&row.from_on)?,
            until: maybe_day(row.until_on.as_deref())?,
        })
    }
}

impl Write {
    /// Gives somebody an office from a day on.
    ///
    /// # Errors
    /// Not found when there is no such person or team; refused when they hold it already.
    pub async fn grant(
        &mut self,
        person: PersonId,
        office: Office,
        team: Option<TeamId>,
        from: Date,
    ) -> Result<(), StoreError> {
        let present = self.organisation().await?;
        let who = present.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        let same = |grant: &&Grant| {
            grant.person == person && grant.office == office && grant.team == team && grant.until.is_none()
        };
        if present.grants().iter().any(|grant| same(&grant)) {
            return Err(StoreError::field("role", format!("{} is {} already", who.name, office.name())));
        }
        let row = grants::Model {
            id: self.store.dice.id(self.at()),
            person_id: person.0,
            role: office.name().to_owned(),
            team_id: team.map(|team| team.0),
            from_on: from.to_string(),
            until_on: None,
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.note("person.grant", format!("{}/{person}", office.name()), None, Some(office.name().as_bytes()));
        self.people_change();
        Ok(())
    }

    /// Ends an office on a day.
    ///
    /// # Errors
    /// Not found when nobody holds it by that id; refused when it is the last administrator's.
    pub async fn end_grant(&mut self, id: uuid::Uuid, until: Date) -> Result<(), StoreError> {
        let row = grants::Entity::find_by_id(id).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("office", &id.to_string(), []))?;
        let present = self.organisation().await?;
        let others = present
            .grants()
            .iter()
            .filter(|g| g.id != id && g.office == Office::Administrator && g.until.is_none())
            .count();
        if row.role == Office::Administrator.name() && others == 0 {
            return Err(StoreError::field("role", "The last administrator stays. Make somebody else one first."));
        }
        let target = format!("{}/{}", row.role, row.person_id);
        let mut active = row.into_active_model();
        active.until_on = Set(Some(until.to_string()));
        active.update(self.on()).await?;
        self.note("person.end_grant", target, None, None);
        self.people_change();
        Ok(())
    }
}
