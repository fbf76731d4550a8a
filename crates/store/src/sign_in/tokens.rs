//! Tokens for the API, the command line and assistants: `mst_` and 256 random bits, scoped, expiring, shown once.

use jiff::Timestamp;
use schemars::JsonSchema;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hashed;
use crate::audit::instant;
use crate::policy::TokenScope;
use crate::rows::tokens;
use crate::{Actor, PersonId, Store, StoreError};

/// Days after which a token expires when nothing else is said.
const DAYS: i64 = 90;
/// Most days.
const LONGEST_DAYS: i64 = 366;
/// Seconds after which the last use is noted again.
const NOTED_SECONDS: i64 = 60;

/// What a token may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// What it is for, in a few words.
    pub name: String,
    /// Read facts, views and records.
    #[serde(default = "yes")]
    pub read: bool,
    /// Write records and do acts.
    #[serde(default)]
    pub write: bool,
    /// Administer; only an administrator's token can.
    #[serde(default)]
    pub administer: bool,
    /// Reach records about people. Never implied by another scope.
    #[serde(default)]
    pub people: bool,
    /// Slugs of the teams to which it is limited; none is all.
    #[serde(default)]
    pub teams: Vec<String>,
    /// Belongs to an assistant, which never reaches private notes or anonymous answers.
    #[serde(default)]
    pub assistant: bool,
    /// Days until it expires, 1 to 366; 90 when nothing is said.
    #[serde(default = "days")]
    pub days: i64,
}

const fn yes() -> bool {
    true
}

const fn days() -> i64 {
    DAYS
}

/// A token as its person sees it. The secret is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// Its id, by which its person ends it.
    #[schemars(with = "String")]
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it expires.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    #[schemars(with = "Option<String>")]
    pub used_at: Option<Timestamp>,
    /// When it was ended.
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
}

fn token(row: &tokens::Model) -> Result<Token, StoreError> {
    let scope = serde_json::from_str(&row.scope)
        .map_err(|error| StoreError::Damaged(format!("the scope of token {} cannot be read: {error}", row.id)))?;
    Ok(Token {
        id: row.id,
        person: PersonId(row.person_id),
        scope,
        created_at: instant(row.created_at),
        expires_at: instant(row.expires_at),
        used_at: row.used_at.map(instant),
        revoked_at: row.revoked_at.map(instant),
    })
}

impl Store {
    /// Makes a token for a person; gives it and its secret, which is nowhere else.
    ///
    /// # Errors
    /// Refused when the scope does not hold; not found when a team is not there.
    pub async fn new_token(
        &self,
        person: PersonId,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<(Token, String), StoreError> {
        if scope.name.trim().is_empty() || scope.name.chars().count() > 100 {
            return Err(StoreError::field("name", "Say in 1 to 100 characters what it is for."));
        }
        if !(1..=LONGEST_DAYS).contains(&scope.days) {
            return Err(StoreError::field("days", format!("A token lives 1 to {LONGEST_DAYS} days.")));
        }
        let organisation = self.organisation().await?;
        for team in &scope.teams {
            organisation.find_team(team)?;
        }
        let secret = format!("mst_{}", self.dice.hex::<32>());
        let mut write = self.write(Actor::Person(person), now).await?;
        let row = tokens::Model {
            id: self.dice.id(now),
            hash: hashed(&secret),
            person_id: person.0,
            name: scope.name.clone(),
            scope: serde_json::to_string(scope).map_err(|error| StoreError::because("write a scope", error))?,
            created_at: now.as_microsecond(),
            expires_at: now.as_microsecond() + scope.days * 86_400 * 1_000_000,
            used_at: None,
            revoked_at: None,
        };
        row.clone().into_active_model().reset_all().insert(write.on()).await?;
        write.note("token.create", row.id, None, Some(row.scope.as_bytes()));
        write.keep().await?;
        Ok((token(&row)?, secret))
    }

    /// Whose token that is and what it may do; none when it is not one, has expired or was ended, or its person has left.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn token(&self, secret: &str, now: Timestamp) -> Result<Option<(Token, TokenScope)>, StoreError> {
        let row =
            tokens::Entity::find().filter(tokens::Column::Hash.eq(hashed(secret))).one(self.database.on()).await?;
        let micros = now.as_microsecond();
        let Some(row) = row.filter(|row| row.revoked_at.is_none() && micros < row.expires_at) else { return Ok(None) };
        let organisation = self.organisation().await?;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let here = organisation
            .person(PersonId(row.person_id))
            .is_some_and(|person| person.left_on.is_none_or(|left| today < left));
        if !here {
            return Ok(None);
        }
        if row.used_at.is_none_or(|used| micros - used > NOTED_SECONDS * 1_000_000) {
            let used = tokens::ActiveModel { id: Set(row.id), used_at: Set(Some(micros)), ..Default::default() };
            // As with sessions: on a full disk programs still read.
            if let Err(error) = tokens::Entity::update(used).exec(self.database.on()).await {
                tracing::warn!(%error, "when a token was last used could not be noted");
            }
        }
        let token = token(&row)?;
        let teams = token
            .scope
            .teams
            .iter()
            .map(|slug| organisation.find_team(slug).map(|team| team.id))
            .collect::<Result<Vec<_>, _>>();
        let scope = TokenScope {
            read: token.scope.read,
            write: token.scope.write,
            administer: token.scope.administer,
            records: true,
            people: token.scope.people,
            teams: if token.scope.teams.is_empty() { None } else { Some(teams?) },
            assistant: token.scope.assistant,
        };
        Ok(Some((token, scope)))
    }

    /// The tokens of a person, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tokens_of(&self, person: PersonId) -> Result<Vec<Token>, StoreError> {
        let rows =
            tokens::Entity::find().filter(tokens::Column::PersonId.eq(person.0)).order_by_desc(tokens::Column::Id);
        rows.all(self.database.on()).await?.iter().map(token).collect()
    }

    /// Ends a token of a person.
    ///
    /// # Errors
    /// Not found when it is not theirs.
    pub async fn revoke_token(&self, person: PersonId, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.write(Actor::Person(person), now).await?;
        let mine = tokens::Entity::find_by_id(id).filter(tokens::Column::PersonId.eq(person.0)).one(write.on()).await?;
        mine.ok_or_else(|| StoreError::missing("token", &id.to_string(), []))?;
        let ended =
            tokens::ActiveModel { id: Set(id), revoked_at: Set(Some(now.as_microsecond())), ..Default::default() };
        tokens::Entity::update(ended).exec(write.on()).await?;
        write.note("token.revoke", id, None, None);
        write.keep().await
    }
}
