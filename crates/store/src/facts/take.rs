//! The one way in: what a source shows is compared with what is there, and what differs is written. The same page twice changes nothing, in
//! whatever order pages come. Whoever knows better wins: reported before imported before inferred, then the later.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::known::{Held, Known, fresh};
use super::read::{Row, pointed};
use super::{Cell, Column, HEAD, Identified, Kind, Sighting, TABLES, Table, Value};
use crate::{StoreError, Write};

/// Keys in one question.
pub(super) const AT_ONCE: usize = 400;
/// Values in one statement; engines bound them.
const VALUES: usize = 15_000;

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows that were not there.
    pub new: u64,
    /// Rows that were another.
    pub changed: u64,
    /// Rows that were so already.
    pub same: u64,
}

impl std::ops::AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
    }
}

/// Ids of rows by what they are known by.
type Ids = HashMap<(&'static str, Identified), Uuid>;

impl Write {
    /// Takes what a source shows; rows may point at rows of the same batch.
    ///
    /// # Errors
    /// Damaged when a row points at one that nobody knows; when the database does not answer.
    pub async fn take(&mut self, sightings: &[Sighting]) -> Result<Taken, StoreError> {
        let mut by_table: BTreeMap<usize, Vec<&Sighting>> = BTreeMap::new();
        for sighting in sightings {
            let place = TABLES.iter().position(|table| table.name == sighting.table);
            let place =
                place.ok_or_else(|| StoreError::Damaged(format!("there is no table of facts `{}`", sighting.table)))?;
            by_table.entry(place).or_default().push(sighting);
        }
        let (mut ids, mut taken) = (Ids::new(), Taken::default());
        for (place, those) in by_table {
            if let Some(table) = TABLES.get(place) {
                taken += self.take_table(table, &those, &mut ids).await?;
            }
        }
        Ok(taken)
    }

    async fn take_table(
        &mut self,
        table: &'static Table,
        those: &[&Sighting],
        ids: &mut Ids,
    ) -> Result<Taken, StoreError> {
        resolve(self.on(), table, those, ids).await?;
        let shown: Vec<Vec<(usize, Cell)>> =
            those.iter().map(|one| cells(table, one, ids)).collect::<Result<_, _>>()?;
        let mut held = Known::read(self.on(), table, those, &shown).await?;
        let now = self.at().as_microsecond();
        for (sighting, shown) in those.iter().zip(&shown) {
            let place = match held.place(table, sighting, shown) {
                Some(place) => place,
                None => held.add(fresh(table, sighting, self.fresh_uuid(), now), table, shown),
            };
            let Some(one) = held.rows.get_mut(place) else { continue };
            ids.insert((table.name, sighting.known.clone()), one.row.id);
            one.compare(sighting, shown, now);
        }
        self.put_facts(table, held.rows).await
    }

    async fn put_facts(&mut self, table: &'static Table, rows: Vec<Held>) -> Result<Taken, StoreError> {
        let count = |wanted: fn(&&Held) -> bool| rows.iter().filter(wanted).count() as u64;
        let taken = Taken {
            new: count(|one| one.new),
            changed: count(|one| !one.new && one.changed),
            same: count(|one| !one.new && !one.changed),
        };
        if taken.new + taken.changed == 0 {
            return Ok(taken);
        }
        let touched = self.facts_change().await?;
        let columns: Vec<&Column> = HEAD.iter().chain(table.columns).collect();
        let new: Vec<&Row> = rows.iter().filter(|one| one.new).map(|one| &one.row).collect();
        for part in new.chunks((VALUES / columns.len()).max(1)) {
            let mut insert = Query::insert();
            insert.into_table(table.name).columns(columns.iter().map(|column| column.name));
            for row in part {
                insert
                    .values(values(table, row, touched))
                    .map_err(|error| StoreError::because("write facts", error))?;
            }
            self.on().execute(&insert).await?;
        }
        for one in rows.iter().filter(|one| !one.new && one.changed) {
            let mut update = Query::update();
            let names = columns.iter().map(|column| column.name);
            update.table(table.name).values(names.zip(values(table, &one.row, touched)));
            update.and_where(Expr::col("id").eq(one.row.id));
            self.on().execute(&update).await?;
        }
        Ok(taken)
    }

    /// Marks rows as gone at their source; they stay. Gives how many were not marked before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gone(&mut self, table: &'static str, ids: &[Uuid]) -> Result<u64, StoreError> {
        let touched = if ids.is_empty() { 0 } else { self.facts_change().await? };
        let now = self.at().as_microsecond();
        let mut marked = 0;
        for part in ids.chunks(AT_ONCE) {
            let mut update = Query::update();
            update.table(table).value("deleted_at", now).value("touched", touched);
            update.and_where(Expr::col("id").is_in(part.iter().copied())).and_where(Expr::col("deleted_at").is_null());
            marked += self.on().execute(&update).await?.rows_affected();
        }
        Ok(marked)
    }
}

/// Finds the rows that `those` point at.
async fn resolve(
    on: &DatabaseTransaction,
    table: &Table,
    those: &[&Sighting],
    ids: &mut Ids,
) -> Result<(), StoreError> {
    let mut wanted: BTreeMap<(&'static str, &str), Vec<&str>> = BTreeMap::new();
    for (name, value) in those.iter().flat_map(|one| &one.values) {
        let (Value::Of(known), Some(other)) = (value, table.column(name).and_then(|column| pointed(column.kind)))
        else {
            continue;
        };
        if !ids.contains_key(&(other, known.clone())) {
            wanted.entry((other, &known.host)).or_default().push(&known.key);
        }
    }
    for ((other, host), mut keys) in wanted {
        keys.sort_unstable();
        keys.dedup();
        for part in keys.chunks(AT_ONCE) {
            let mut asked = Query::select();
            asked.columns(["id", "row_key"]).from(other);
            asked.and_where(Expr::col("host").eq(host)).and_where(Expr::col("row_key").is_in(part.iter().copied()));
            for row in on.query_all(&asked).await? {
                ids.insert(
                    (other, Identified::new(host, row.try_get::<String>("", "row_key")?)),
                    row.try_get("", "id")?,
                );
            }
        }
    }
    Ok(())
}

/// What a sighting says, by the places of columns.
fn cells(table: &Table, sighting: &Sighting, ids: &Ids) -> Result<Vec<(usize, Cell)>, StoreError> {
    let one = |(name, value): &(&'static str, Value)| {
        let unknown = || StoreError::Damaged(format!("{} has no column `{name}`", table.name));
        let (place, column) =
            table.columns.iter().enumerate().find(|(_, column)| column.name == *name).ok_or_else(unknown)?;
        let cell = match value {
            Value::Said(Cell::Text(text)) => Cell::Text(clean(text)),
            Value::Said(cell) => cell.clone(),
            Value::Of(known) => {
                let other = pointed(column.kind).ok_or_else(unknown)?;
                let id = ids.get(&(other, known.clone())).copied();
                let nobody = || {
                    StoreError::Damaged(format!(
                        "a row of {} points at `{}` of {}, which nobody knows",
                        table.name, known.key, known.host
                    ))
                };
                Cell::Id(id.ok_or_else(nobody)?)
            }
        };
        Ok((place, cell))
    };
    sighting.values.iter().map(one).collect()
}

/// Text as it is kept: in Unicode's composed form, without NUL, which PostgreSQL does not take.
fn clean(text: &str) -> String {
    text.nfc().map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A row's values in the order of the columns, head first.
fn values(table: &Table, row: &Row, touched: i64) -> Vec<SimpleExpr> {
    let flags = serde_json::to_string(&row.flags).unwrap_or_else(|_| "[]".to_owned());
    let head = [
        Cell::Id(row.id),
        row.known.host.as_str().into(),
        row.known.key.as_str().into(),
        row.url.clone().into(),
        row.first_seen_at.into(),
        row.observed_at.into(),
        row.source_updated_at.into(),
        row.deleted_at.into(),
        row.fidelity.word().into(),
        row.rule.clone().into(),
        flags.into(),
        touched.into(),
    ];
    let kinds = HEAD.iter().map(|column| column.kind).chain(table.columns.iter().map(|column| column.kind));
    let cells = head.iter().chain(&row.cells);
    cells.zip(kinds).map(|(cell, kind): (&Cell, Kind)| Expr::value(cell.bound(kind))).collect()
}
