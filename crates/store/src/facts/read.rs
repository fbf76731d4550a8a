//! Rows of fact tables as they are in the database.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{Cell, Column, Fidelity, HEAD, Identified, Kind, Table};
use crate::StoreError;

/// A row of a fact table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub(super) table: &'static str,
    /// Its id.
    pub id: Uuid,
    /// By what its host knows it.
    pub known: Identified,
    /// Where people see it.
    pub url: Option<String>,
    /// When it was first learned of, UTC microseconds.
    pub first_seen_at: i64,
    /// When it was last found changed, UTC microseconds.
    pub observed_at: i64,
    /// When its source says that it changed, UTC microseconds.
    pub source_updated_at: Option<i64>,
    /// Since when it is gone at its source, UTC microseconds.
    pub deleted_at: Option<i64>,
    /// How sure it is.
    pub fidelity: Fidelity,
    /// The rule that concluded it.
    pub rule: Option<String>,
    /// What is odd about it, ascending.
    pub flags: Vec<String>,
    /// Its own columns, in the table's order.
    pub cells: Vec<Cell>,
}

impl Row {
    /// What stands in the column of that name; null when the table has none.
    #[must_use]
    pub fn cell(&self, name: &str) -> &Cell {
        let place =
            Table::named(self.table).and_then(|table| table.columns.iter().position(|column| column.name == name));
        place.and_then(|place| self.cells.get(place)).unwrap_or(&Cell::Null)
    }

    /// Its text in a column.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        if let Cell::Text(text) = self.cell(name) { Some(text) } else { None }
    }

    /// Its whole number, or instant, in a column.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<i64> {
        if let Cell::Whole(number) = self.cell(name) { Some(*number) } else { None }
    }

    /// Its yes or no in a column.
    #[must_use]
    pub fn truth(&self, name: &str) -> Option<bool> {
        if let Cell::Truth(truth) = self.cell(name) { Some(*truth) } else { None }
    }

    /// The row that it points at in a column.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<Uuid> {
        if let Cell::Id(id) = self.cell(name) { Some(*id) } else { None }
    }

    pub(super) fn read(table: &'static Table, row: &QueryResult) -> Result<Self, StoreError> {
        let text = |name: &str| row.try_get::<String>("", name);
        let fidelity = text("fidelity")?;
        let flags = text("flags")?;
        Ok(Self {
            table: table.name,
            id: row.try_get("", "id")?,
            known: Identified { host: text("host")?, key: text("row_key")? },
            url: row.try_get("", "url")?,
            first_seen_at: row.try_get("", "first_seen_at")?,
            observed_at: row.try_get("", "observed_at")?,
            source_updated_at: row.try_get("", "source_updated_at")?,
            deleted_at: row.try_get("", "deleted_at")?,
            fidelity: Fidelity::of(&fidelity).ok_or_else(|| damaged(table, &fidelity))?,
            rule: row.try_get("", "rule")?,
            flags: serde_json::from_str(&flags).map_err(|_| damaged(table, &flags))?,
            cells: table
                .columns
                .iter()
                .map(|column| Cell::read(row, column.name, column.kind))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn damaged(table: &Table, text: &str) -> StoreError {
    StoreError::Damaged(format!("`{text}` in {} cannot be read", table.name))
}

/// A question for all columns of a table.
pub(super) fn select(table: &'static Table) -> SelectStatement {
    let mut select = Query::select();
    select.columns(HEAD.iter().chain(table.columns).map(|column: &Column| column.name)).from(table.name);
    select
}

/// The rows that were written after the version `since`, by their ids.
pub(crate) async fn since(
    on: &impl ConnectionTrait,
    table: &'static Table,
    since: u64,
) -> Result<Vec<Row>, StoreError> {
    let since = i64::try_from(since).unwrap_or(i64::MAX);
    let mut asked = select(table);
    asked.and_where(Expr::col("touched").gt(since)).order_by("id", Order::Asc);
    on.query_all(&asked).await?.iter().map(|row| Row::read(table, row)).collect()
}

/// The rows for which `condition` holds.
pub(super) async fn matching(
    on: &impl ConnectionTrait,
    table: &'static Table,
    condition: Condition,
) -> Result<Vec<Row>, StoreError> {
    let mut asked = select(table);
    asked.cond_where(condition);
    on.query_all(&asked).await?.iter().map(|row| Row::read(table, row)).collect()
}

/// The kind of a column that points at another table; none for the others.
pub(super) const fn pointed(kind: Kind) -> Option<&'static str> {
    if let Kind::Of(table) = kind { Some(table) } else { None }
}
