//! Changing people: adding, correcting, ending, absences, and who reports to whom. Nothing is overwritten but corrections of a name.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::{Organisation, PersonKind, day, folded, holds};
use crate::error::Wrong;
use crate::rows::{absences, people, reporting};
use crate::{PersonId, Store, StoreError, Write};

/// Longest name, in characters.
const NAME_CHARS: usize = 200;

/// Somebody to add, or what somebody is to become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewPerson {
    /// Their full name.
    pub name: String,
    /// What they want to be called.
    #[serde(default)]
    pub preferred_name: Option<String>,
    /// Their address.
    pub email: String,
    /// An IANA time zone (`Europe/Berlin`).
    #[serde(default = "utc")]
    pub time_zone: String,
    /// First day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub started_on: Option<Date>,
    /// The first day on which they are gone.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub left_on: Option<Date>,
    /// Human, bot or agent.
    #[serde(default = "human")]
    pub kind: PersonKind,
}

fn utc() -> String {
    "UTC".to_owned()
}

const fn human() -> PersonKind {
    PersonKind::Human
}

impl NewPerson {
    /// A human in UTC with nothing else said.
    pub fn named(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            preferred_name: None,
            email: email.into(),
            time_zone: utc(),
            started_on: None,
            left_on: None,
            kind: PersonKind::Human,
        }
    }

    /// What does not hold.
    #[must_use]
    pub fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > NAME_CHARS {
            wrong.push(Wrong::new("name", format!("A name has 1 to {NAME_CHARS} characters.")));
        }
        if !is_address(&self.email) {
            wrong.push(Wrong::new("email", format!("`{}` is not an address (name@host).", self.email)));
        }
        if TimeZone::get(&self.time_zone).is_err() {
            wrong.push(Wrong::new("time_zone", format!("`{}` is not a time zone (Europe/Berlin).", self.time_zone)));
        }
        if let (Some(from), Some(until)) = (self.started_on, self.left_on)
            && until < from
        {
            wrong.push(Wrong::new("left_on", format!("{until} is before the first day, {from}.")));
        }
        wrong
    }

    pub(super) fn row(&self, id: uuid::Uuid, created_at: i64) -> people::Model {
        people::Model {
            id,
            name: self.name.trim().to_owned(),
            preferred_name: self
                .preferred_name
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            email: folded(&self.email),
            time_zone: self.time_zone.clone(),
            started_on: self.started_on.map(|day| day.to_string()),
            left_on: self.left_on.map(|day| day.to_string()),
            kind: self.kind.name().to_owned(),
            created_at,
        }
    }
}

/// Whether a text can be an address: one `@`, something on both sides, no blanks or control characters.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c)) && text.len() <= 320;
    plain
        && matches!(text.split('@').collect::<Vec<_>>().as_slice(), [local, host] if !local.is_empty() && !host.is_empty())
}

/// Why somebody is away; the reason itself is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// Not at work.
    Leave,
    /// At work, for incidents.
    OnCall,
    /// Something else.
    Other,
}

impl AbsenceKind {
    /// Its name in the database and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::OnCall => "on_call",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Leave, Self::OnCall, Self::Other].into_iter().find(|kind| kind.name() == name)
    }
}

/// Days on which somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absence {
    /// Its id.
    pub id: uuid::Uuid,
    /// Who.
    pub person: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Of which kind.
    pub kind: AbsenceKind,
}

impl Write {
    /// Adds somebody.
    ///
    /// # Errors
    /// Refused when a field does not hold or the address is somebody's already.
    pub async fn add_person(&mut self, new: &NewPerson) -> Result<PersonId, StoreError> {
        refuse(new.wrong())?;
        self.address_is_free(&new.email, None).await?;
        let row = new.row(self.store.dice.id(self.at()), self.at().as_microsecond());
        let id = PersonId(row.id);
        row.clone().into_active_model().reset_all().insert(self.on()).await?;
        self.note("person.add", id, None, Some(new.email.as_bytes()));
        self.people_change();
        Ok(id)
    }

    /// Replaces what is known about somebody.
    ///
    /// # Errors
    /// As [`Self::add_person`]; not found when there is nobody by that id.
    pub async fn change_person(&mut self, id: PersonId, new: &NewPerson) -> Result<(), StoreError> {
        refuse(new.wrong())?;
        let old = people::Entity::find_by_id(id.0).one(self.on()).await?;
        let old = old.ok_or_else(|| StoreError::missing("person", &id.to_string(), []))?;
        self.address_is_free(&new.email, Some(id)).await?;
        let row = new.row(id.0, old.created_at);
        if row == old {
            return Ok(());
        }
        row.clone().into_active_model().reset_all().update(self.on()).await?;
        let text = |row: &people::Model| format!("{row:?}");
        self.note("person.change", id, Some(text(&old).as_bytes()), Some(text(&row).as_bytes()));
        self.people_change();
        Ok(())
    }

    async fn address_is_free(&self, email: &str, mine: Option<PersonId>) -> Result<(), StoreError> {
        let row = people::Entity::find().filter(people::Column::Email.eq(folded(email))).one(self.on()).await?;
        match row {
            Some(row) if Some(PersonId(row.id)) != mine => {
                Err(StoreError::field("email", format!("{} has this address already.", row.name)))
            }
            _ => Ok(()),
        }
    }

    /// Lets somebody report to `manager` from a day on; whoever they reported to ends on that day. None ends it.
    ///
    /// # Errors
    /// Refused when it would close a circle, or begins before what is there.
    pub async fn report_to(
        &mut self,
        person: PersonId,
        manager: Option<PersonId>,
        from: Date,
    ) -> Result<(), StoreError> {
        let present = self.organisation().await?;
        if let Some(manager) = manager {
            no_circle(&present, person, manager, from)?;
        }
        self.line_up(&present, person, manager, from).await
    }

    /// As [`Self::report_to`], for somebody who has looked for circles among all who change at once.
    pub(super) async fn line_up(
        &mut self,
        present: &Organisation,
        person: PersonId,
        manager: Option<PersonId>,
        from: Date,
    ) -> Result<(), StoreError> {
        let who = present.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        if present.manager_of(person, from) == manager {
            return Ok(());
        }
        for line in present.lines().iter().filter(|line| line.person == person) {
            if line.from > from {
                let message = format!("{} has another manager from {} on already.", who.name, line.from);
                return Err(StoreError::field("from", message));
            }
            if holds(line.from, line.until, from) {
                let ends = reporting::ActiveModel {
                    id: Set(line.id),
                    until_on: Set(Some(from.to_string())),
                    ..Default::default()
                };
                ends.update(self.on()).await?;
            }
        }
        if let Some(manager) = manager {
            let row = reporting::Model {
                id: self.store.dice.id(self.at()),
                person_id: person.0,
                manager_id: manager.0,
                from_on: from.to_string(),
                until_on: None,
            };
            row.into_active_model().reset_all().insert(self.on()).await?;
        }
        let after = manager.map(|manager| format!("{manager} from {from}"));
        self.note("person.report_to", person, None, after.as_deref().map(str::as_bytes));
        self.people_change();
        Ok(())
    }

    /// Notes that somebody is away from the first to the last day.
    ///
    /// # Errors
    /// Refused when the days run backwards or overlap another absence of the same kind.
    pub async fn add_absence(
        &mut self,
        person: PersonId,
        from: Date,
        until: Date,
        kind: AbsenceKind,
    ) -> Result<(), StoreError> {
        if until < from {
            return Err(StoreError::field("until", format!("{until} is before the first day, {from}.")));
        }
        let clash = absences::Entity::find()
            .filter(absences::Column::PersonId.eq(person.0))
            .filter(absences::Column::Kind.eq(kind.name()))
            .filter(absences::Column::FromOn.lte(until.to_string()))
            .filter(absences::Column::UntilOn.gte(from.to_string()))
            .one(self.on())
            .await?;
        if let Some(clash) = clash {
            let message = format!("There is an absence from {} to {} already.", clash.from_on, clash.until_on);
            return Err(StoreError::field("from", message));
        }
        let row = absences::Model {
            id: self.store.dice.id(self.at()),
            person_id: person.0,
            from_on: from.to_string(),
            until_on: until.to_string(),
            kind: kind.name().to_owned(),
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.note("person.absence", person, None, Some(format!("{from}/{until}").as_bytes()));
        Ok(())
    }

    /// Takes an absence back.
    ///
    /// # Errors
    /// Not found when there is none by that id.
    pub async fn remove_absence(&mut self, id: uuid::Uuid) -> Result<(), StoreError> {
        let row = absences::Entity::find_by_id(id).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("absence", &id.to_string(), []))?;
        self.note(
            "person.absence",
            PersonId(row.person_id),
            Some(format!("{}/{}", row.from_on, row.until_on).as_bytes()),
            None,
        );
        absences::Entity::delete_by_id(id).exec(self.on()).await?;
        Ok(())
    }
}

pub(super) fn refuse(wrong: Vec<Wrong>) -> Result<(), StoreError> {
    if wrong.is_empty() { Ok(()) } else { Err(StoreError::Refused { fields: wrong }) }
}

fn no_circle(present: &Organisation, person: PersonId, manager: PersonId, on: Date) -> Result<(), StoreError> {
    let name = |id| present.person(id).map_or_else(|| "?".to_owned(), |person| person.name.clone());
    let mut path = vec![manager];
    loop {
        let last = path.last().copied().unwrap_or(manager);
        if last == person {
            let chain: Vec<_> = path.iter().map(|id| name(*id)).collect();
            let message = format!(
                "This would close a circle: {} would report to {}.",
                name(person),
                chain.join(", who reports to ")
            );
            return Err(StoreError::field("manager", message));
        }
        match present.manager_of(last, on).filter(|next| !path.contains(next)) {
            Some(next) => path.push(next),
            None => return Ok(()),
        }
    }
}

impl Store {
    /// The absences of everybody that touch `from..=until`, by first day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn absences(&self, from: Date, until: Date) -> Result<Vec<Absence>, StoreError> {
        let rows = absences::Entity::find()
            .filter(absences::Column::FromOn.lte(until.to_string()))
            .filter(absences::Column::UntilOn.gte(from.to_string()))
            .order_by_asc(absences::Column::FromOn)
            .order_by_asc(absences::Column::Id)
            .all(self.database.on())
            .await?;
        rows.iter().map(absence).collect()
    }
}

fn absence(row: &absences::Model) -> Result<Absence, StoreError> {
    Ok(Absence {
        id: row.id,
        person: PersonId(row.person_id),
        from: day(&row.from_on)?,
        until: day(&row.until_on)?,
        kind: AbsenceKind::named(&row.kind).unwrap_or(AbsenceKind::Other),
    })
}
