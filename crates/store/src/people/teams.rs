//! Changing teams: making them, moving them, and who joins and leaves. A time in a team is ended, never removed.

use jiff::civil::Date;
use schemars::JsonSchema;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::change::refuse;
use super::{Member, Role, holds};
use crate::error::Wrong;
use crate::rows::{memberships, teams};
use crate::{PersonId, StoreError, TeamId, Write};

/// A team to make, or what a team is to become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewTeam {
    /// Its name in addresses and files: lower-case letters, digits, `-`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The slug of the team that it is part of.
    #[serde(default)]
    pub parent: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<String>,
}

impl NewTeam {
    /// A team with nothing but names.
    pub fn named(slug: impl Into<String>, name: impl Into<String>) -> Self {
        Self { slug: slug.into(), name: name.into(), parent: None, purpose: None }
    }

    fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.slug.is_empty() || self.slug.len() > 60 || !self.slug.chars().all(plain) {
            wrong.push(Wrong::new("slug", "A slug has 1 to 60 lower-case letters, digits and `-`."));
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 200 {
            wrong.push(Wrong::new("name", "A name has 1 to 200 characters."));
        }
        wrong
    }
}

impl Write {
    /// Makes a team.
    ///
    /// # Errors
    /// Refused when a field does not hold or the slug is taken; not found when there is no such parent.
    pub async fn add_team(&mut self, new: &NewTeam) -> Result<TeamId, StoreError> {
        refuse(new.wrong())?;
        let present = self.organisation().await?;
        if present.teams().iter().any(|team| team.slug == new.slug) {
            return Err(StoreError::field("slug", format!("There is a team {} already.", new.slug)));
        }
        let parent = new.parent.as_deref().map(|slug| present.find_team(slug)).transpose()?.map(|team| team.id.0);
        let row = teams::Model {
            id: self.store.dice.id(self.at()),
            slug: new.slug.clone(),
            name: new.name.trim().to_owned(),
            parent_id: parent,
            purpose: new.purpose.clone(),
        };
        let id = TeamId(row.id);
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.note_rows("team.add", id, None, Some(new));
        self.people_change();
        Ok(id)
    }

    /// Replaces what is known about a team.
    ///
    /// # Errors
    /// As [`Self::add_team`]; refused when the team would become part of itself.
    pub async fn change_team(&mut self, id: TeamId, new: &NewTeam) -> Result<(), StoreError> {
        refuse(new.wrong())?;
        let present = self.organisation().await?;
        let old = present.team(id).ok_or_else(|| StoreError::missing("team", &id.to_string(), []))?;
        if present.teams().iter().any(|team| team.slug == new.slug && team.id != id) {
            return Err(StoreError::field("slug", format!("There is a team {} already.", new.slug)));
        }
        let parent = new.parent.as_deref().map(|slug| present.find_team(slug)).transpose()?.map(|team| team.id);
        if parent.is_some_and(|parent| present.with_parents(parent).contains(&id)) {
            return Err(StoreError::field("parent", format!("{} would become part of itself.", old.name)));
        }
        let row = teams::ActiveModel {
            id: Set(id.0),
            slug: Set(new.slug.clone()),
            name: Set(new.name.trim().to_owned()),
            parent_id: Set(parent.map(|parent| parent.0)),
            purpose: Set(new.purpose.clone()),
        };
        row.update(self.on()).await?;
        self.note("team.change", id, Some(format!("{old:?}").as_bytes()), Some(format!("{new:?}").as_bytes()));
        self.people_change();
        Ok(())
    }

    /// Lets somebody join a team from a day on, as what and with which share of their time. Their time there in another role ends.
    ///
    /// # Errors
    /// Refused when the share is not in 0 (exclusive) to 1, or they are there already; not found when there is no such person or team.
    pub async fn join(
        &mut self,
        person: PersonId,
        team: TeamId,
        role: Role,
        from: Date,
        share: f64,
    ) -> Result<(), StoreError> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(StoreError::field("share", format!("{share} is not above 0 and at most 1.")));
        }
        let present = self.organisation().await?;
        let who = present.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        let whom = present.team(team).ok_or_else(|| StoreError::missing("team", &team.to_string(), []))?;
        let there: Vec<Member> =
            present.members().iter().filter(|m| m.person == person && m.team == team).cloned().collect();
        if let Some(later) = there.iter().find(|member| member.from > from) {
            let message = format!("{} joins {} on {} already.", who.name, whom.name, later.from);
            return Err(StoreError::field("from", message));
        }
        if let Some(now) = there.iter().find(|member| holds(member.from, member.until, from)) {
            if now.role == role && (now.share - share).abs() < f64::EPSILON {
                return Ok(());
            }
            self.end_membership(now.id, from).await?;
        }
        let row = memberships::Model {
            id: self.store.dice.id(self.at()),
            person_id: person.0,
            team_id: team.0,
            role: role.name().to_owned(),
            from_on: from.to_string(),
            until_on: None,
            share,
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.note(
            "team.join",
            format!("{team}/{person}"),
            None,
            Some(format!("{} from {from}", role.name()).as_bytes()),
        );
        self.people_change();
        Ok(())
    }

    /// Ends somebody's time in a team: `until` is the first day that does not belong to it.
    ///
    /// # Errors
    /// Refused when they are not there on the day before.
    pub async fn leave(&mut self, person: PersonId, team: TeamId, until: Date) -> Result<(), StoreError> {
        let present = self.organisation().await?;
        let open = present
            .members()
            .iter()
            .find(|m| m.person == person && m.team == team && m.until.is_none_or(|end| end > until) && m.from <= until);
        let id =
            open.map(|member| member.id).ok_or_else(|| StoreError::field("person", "They are not in this team."))?;
        self.end_membership(id, until).await?;
        self.note("team.leave", format!("{team}/{person}"), None, Some(until.to_string().as_bytes()));
        self.people_change();
        Ok(())
    }

    async fn end_membership(&self, id: uuid::Uuid, until: Date) -> Result<(), StoreError> {
        let ends =
            memberships::ActiveModel { id: Set(id), until_on: Set(Some(until.to_string())), ..Default::default() };
        memberships::Entity::update(ends).exec(self.on()).await?;
        Ok(())
    }
}
