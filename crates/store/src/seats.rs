//! Who is in a room together right now: a live estimate, a retrospective. A seat is forgotten within a day; it is no record, and nobody's past
//! is kept here. Several processes see the same rooms.

use jiff::Timestamp;
use sea_orm::ActiveModelTrait as _;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder};

use crate::audit::instant;
use crate::rows::seats;
use crate::{PersonId, Store, StoreError};

/// For how long a seat is remembered at all, microseconds.
const KEPT: i64 = 86_400_000_000;

/// Somebody in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// When they were last seen there.
    pub seen_at: Timestamp,
    /// Whether they look on, and take no part.
    pub watching: bool,
}

impl Store {
    /// Notes that somebody is in a room at `at`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_seat(
        &self,
        room: &str,
        person: PersonId,
        watching: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let turn = self.database.side_turn().await?;
        let old = seats::Column::SeenAt.lt(at.as_microsecond() - KEPT);
        seats::Entity::delete_many().filter(old).exec(turn.on()).await?;
        let row = seats::Model { room: room.to_owned(), person_id: person.0, seen_at: at.as_microsecond(), watching };
        let again = OnConflict::columns([seats::Column::Room, seats::Column::PersonId])
            .update_columns([seats::Column::SeenAt, seats::Column::Watching])
            .to_owned();
        let insert = seats::Entity::insert(row.into_active_model().reset_all()).on_conflict(again);
        insert.exec_without_returning(turn.on()).await?;
        turn.keep().await
    }

    /// Who was seen in a room since `since`, by their ids.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seats(&self, room: &str, since: Timestamp) -> Result<Vec<Seat>, StoreError> {
        let asked = seats::Entity::find()
            .filter(seats::Column::Room.eq(room))
            .filter(seats::Column::SeenAt.gte(since.as_microsecond()));
        let rows = asked.order_by_asc(seats::Column::PersonId).all(self.database.on()).await?;
        let seat = |row: seats::Model| Seat {
            person: PersonId(row.person_id),
            seen_at: instant(row.seen_at),
            watching: row.watching,
        };
        Ok(rows.into_iter().map(seat).collect())
    }
}
