//! One-time links and the sessions that they, passwords and company sign-ins open.

use jiff::Timestamp;
use schemars::JsonSchema;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hashed;
use crate::audit::instant;
use crate::rows::{sessions, sign_in_links};
use crate::{Actor, PersonId, Store, StoreError};

/// Seconds that a link waits to be used.
const LINK_SECONDS: i64 = 10 * 60;
/// Seconds without a request after which a session ends.
const IDLE_SECONDS: i64 = 12 * 3600;
/// Seconds after which a session ends in any case.
const LONGEST_SECONDS: i64 = 30 * 24 * 3600;
/// Seconds after which the last request of a session is noted again.
const NOTED_SECONDS: i64 = 60;
/// Longest name of a browser that is kept, in characters.
const AGENT_CHARS: usize = 200;

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By a one-time link.
    Link,
    /// By a password.
    Password,
    /// By the company's sign-in.
    Company,
}

impl Way {
    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
            Self::Company => "company",
        }
    }

    fn named(name: &str) -> Self {
        [Self::Link, Self::Password, Self::Company].into_iter().find(|way| way.name() == name).unwrap_or(Self::Link)
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Session {
    /// Its id, by which its person ends it.
    #[schemars(with = "String")]
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// Stands in every form.
    #[serde(skip)]
    pub csrf: String,
    /// When it began.
    #[schemars(with = "String")]
    pub began: Timestamp,
    /// When it was last used, to the minute.
    #[schemars(with = "String")]
    pub seen: Timestamp,
    /// The browser, as it names itself.
    pub agent: String,
    /// How the person signed in.
    pub way: Way,
}

fn session(row: sessions::Model) -> Session {
    Session {
        id: row.id,
        person: PersonId(row.person_id),
        csrf: row.csrf,
        began: instant(row.began),
        seen: instant(row.seen),
        agent: row.agent,
        way: Way::named(&row.way),
    }
}

const fn micros(seconds: i64) -> i64 {
    seconds * 1_000_000
}

fn alive(row: &sessions::Model, now: i64) -> bool {
    now - row.seen < micros(IDLE_SECONDS) && now - row.began < micros(LONGEST_SECONDS)
}

impl Store {
    /// A token of 128 random bits that opens one session for `person` within ten minutes.
    ///
    /// # Errors
    /// Not found when there is nobody by that id.
    pub async fn new_sign_in_link(&self, actor: Actor, person: PersonId, now: Timestamp) -> Result<String, StoreError> {
        let secret = self.dice.hex::<16>();
        let mut write = self.write(actor, now).await?;
        let organisation = write.organisation().await?;
        organisation.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        let gone = sign_in_links::Column::Until.lt(now.as_microsecond());
        sign_in_links::Entity::delete_many().filter(gone).exec(write.on()).await?;
        let until = now.as_microsecond() + micros(LINK_SECONDS);
        let row = sign_in_links::Model { hash: hashed(&secret), person_id: person.0, until };
        row.into_active_model().reset_all().insert(write.on()).await?;
        write.note("sign_in.link", person, None, None);
        write.keep().await?;
        Ok(secret)
    }

    /// Uses a link up; none when it is not one, was used, or is too old.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn use_sign_in_link(&self, secret: &str, now: Timestamp) -> Result<Option<PersonId>, StoreError> {
        let write = self.write(Actor::System, now).await?;
        let Some(row) = sign_in_links::Entity::find_by_id(hashed(secret)).one(write.on()).await? else {
            return Ok(None);
        };
        sign_in_links::Entity::delete_by_id(row.hash.clone()).exec(write.on()).await?;
        write.keep().await?;
        Ok((now.as_microsecond() < row.until).then_some(PersonId(row.person_id)))
    }

    /// Opens a session; gives its token of 256 random bits.
    ///
    /// # Errors
    /// Not allowed when the person has left.
    pub async fn open_session(
        &self,
        person: PersonId,
        way: Way,
        agent: &str,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let secret = self.dice.hex::<32>();
        let mut write = self.write(Actor::Person(person), now).await?;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let organisation = write.organisation().await?;
        if organisation.person(person).is_none_or(|person| person.left_on.is_some_and(|left| left <= today)) {
            return Err(StoreError::NotAllowed("this person has left; their sign-in has ended".to_owned()));
        }
        let row = sessions::Model {
            hash: hashed(&secret),
            id: self.dice.id(now),
            person_id: person.0,
            csrf: self.dice.hex::<16>(),
            began: now.as_microsecond(),
            seen: now.as_microsecond(),
            agent: agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS).collect(),
            way: way.name().to_owned(),
        };
        row.into_active_model().reset_all().insert(write.on()).await?;
        write.note(&format!("sign_in.{}", way.name()), person, None, None);
        write.keep().await?;
        Ok(secret)
    }

    /// The session of that token, when it is alive.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session(&self, secret: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let now = now.as_microsecond();
        let row = sessions::Entity::find_by_id(hashed(secret)).one(self.database.on()).await?;
        let Some(row) = row.filter(|row| alive(row, now)) else { return Ok(None) };
        let organisation = self.organisation().await?;
        let today = instant(now).to_zoned(jiff::tz::TimeZone::UTC).date();
        let person = organisation.person(PersonId(row.person_id));
        if person.is_none_or(|person| person.left_on.is_some_and(|left| left <= today)) {
            return Ok(None);
        }
        if now - row.seen > micros(NOTED_SECONDS) {
            let seen = sessions::ActiveModel { hash: Set(row.hash.clone()), seen: Set(now), ..Default::default() };
            // When it was last used is worth less than going on: on a full disk people still read.
            if let Err(error) = sessions::Entity::update(seen).exec(self.database.on()).await {
                tracing::warn!(%error, "when a session was last used could not be noted");
            }
        }
        Ok(Some(session(row)))
    }

    /// The living sessions of a person, the last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sessions_of(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let rows = sessions::Entity::find().filter(sessions::Column::PersonId.eq(person.0));
        let rows = rows
            .order_by_desc(sessions::Column::Seen)
            .order_by_asc(sessions::Column::Id)
            .all(self.database.on())
            .await?;
        Ok(rows.into_iter().filter(|row| alive(row, now.as_microsecond())).map(session).collect())
    }

    /// Ends a session of a person.
    ///
    /// # Errors
    /// Not found when it is not theirs.
    pub async fn end_session(&self, person: PersonId, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.write(Actor::Person(person), now).await?;
        let mine = sessions::Entity::delete_many().filter(sessions::Column::PersonId.eq(person.0));
        let gone = mine.filter(sessions::Column::Id.eq(id)).exec(write.on()).await?;
        if gone.rows_affected == 0 {
            return Err(StoreError::missing("session", &id.to_string(), []));
        }
        write.note("sign_out", person, None, None);
        write.keep().await
    }

    /// Removes sessions that ended long ago.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        let seen = sessions::Column::Seen.lt(now.as_microsecond() - micros(IDLE_SECONDS));
        let began = sessions::Column::Began.lt(now.as_microsecond() - micros(LONGEST_SECONDS));
        let dead = sea_orm::Condition::any().add(seen).add(began);
        sessions::Entity::delete_many().filter(dead).exec(self.database.on()).await?;
        Ok(())
    }
}
