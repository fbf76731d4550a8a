//! One value of a fact, whatever the engine.

use sea_orm::sea_query::Value as Bound;
use sea_orm::{DbErr, QueryResult};
use uuid::Uuid;

use super::Kind;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Not known.
    Null,
    /// Text, or JSON as text.
    Text(String),
    /// A whole number, or an instant.
    Whole(i64),
    /// A fraction.
    Real(f64),
    /// Yes or no.
    Truth(bool),
    /// The id of a row.
    Id(Uuid),
}

impl Cell {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As the engines take it, in a column of this kind.
    pub(super) fn bound(&self, kind: Kind) -> Bound {
        match (self, kind) {
            (Self::Text(text), _) => Bound::String(Some(text.clone())),
            (Self::Whole(number), Kind::Real) => Bound::Double(Some(*number as f64)),
            (Self::Whole(number), _) => Bound::BigInt(Some(*number)),
            (Self::Real(number), _) => Bound::Double(Some(*number)),
            (Self::Truth(truth), _) => Bound::Bool(Some(*truth)),
            (Self::Id(id), _) => Bound::Uuid(Some(*id)),
            (Self::Null, Kind::Text | Kind::Json) => Bound::String(None),
            (Self::Null, Kind::Whole | Kind::Instant) => Bound::BigInt(None),
            (Self::Null, Kind::Real) => Bound::Double(None),
            (Self::Null, Kind::Truth) => Bound::Bool(None),
            (Self::Null, Kind::Of(_)) => Bound::Uuid(None),
        }
    }

    /// The value of a column of this kind in a row of the database.
    pub(super) fn read(row: &QueryResult, name: &str, kind: Kind) -> Result<Self, DbErr> {
        Ok(match kind {
            Kind::Text | Kind::Json => row.try_get::<Option<String>>("", name)?.map_or(Self::Null, Self::Text),
            Kind::Whole | Kind::Instant => row.try_get::<Option<i64>>("", name)?.map_or(Self::Null, Self::Whole),
            Kind::Real => row.try_get::<Option<f64>>("", name)?.map_or(Self::Null, Self::Real),
            Kind::Truth => row.try_get::<Option<bool>>("", name)?.map_or(Self::Null, Self::Truth),
            Kind::Of(_) => row.try_get::<Option<Uuid>>("", name)?.map_or(Self::Null, Self::Id),
        })
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
