//! The one way in: what a source shows is compared with what is there, and what differs is written. The same page twice changes nothing, in
//! whatever order pages come. Whoever knows better wins: reported before imported before inferred, then the later.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::read::{Row, matching, pointed};
use super::{Cell, Column, Fidelity, HEAD, Kind, TABLES, Table};
use crate::rows::meta;
use crate::{Store, StoreError, Write};

/// Keys in one question.
const AT_ONCE: usize = 400;
/// Values in one statement; engines bound them.
const VALUES: usize = 15_000;

/// By what a row is known: who tells of it, and what they call it and never re-use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identified {
    /// Who tells of it.
    pub host: String,
    /// What they call it.
    pub key: String,
}

impl Identified {
    /// What `host` calls `key`.
    pub fn new(host: impl Into<String>, key: impl Into<String>) -> Self {
        Self { host: host.into(), key: key.into() }
    }
}

/// What a source shows in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// This; null when it says that there is nothing.
    Said(Cell),
    /// A row of the table that the column points at; it is there already, or in the same batch.
    Of(Identified),
}

impl<T: Into<Cell>> From<T> for Value {
    fn from(value: T) -> Self {
        Self::Said(value.into())
    }
}

impl From<Identified> for Value {
    fn from(known: Identified) -> Self {
        Self::Of(known)
    }
}

/// A row as a source shows it. Columns that it does not mention stay as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The table.
    pub table: &'static str,
    /// By what the row is known.
    pub known: Identified,
    /// Where people see it.
    pub url: Option<String>,
    /// When its source says that it changed, UTC microseconds.
    pub source_updated_at: Option<i64>,
    /// How sure it is.
    pub fidelity: Fidelity,
    /// The rule that concluded it.
    pub rule: Option<&'static str>,
    /// What is odd about it.
    pub flags: Vec<String>,
    /// Its columns.
    pub values: Vec<(&'static str, Value)>,
}

impl Sighting {
    /// A row concluded by `rule`.
    #[must_use]
    pub const fn inferred(table: &'static str, known: Identified, rule: Option<&'static str>) -> Self {
        Self {
            table,
            known,
            url: None,
            source_updated_at: None,
            fidelity: Fidelity::Inferred,
            rule,
            flags: Vec::new(),
            values: Vec::new(),
        }
    }

    /// With `value` in a column.
    #[must_use]
    pub fn with(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((column, value.into()));
        self
    }
}

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

/// A row that is being compared.
struct Held {
    row: Row,
    new: bool,
    changed: bool,
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

impl Write {
    /// Marks the rows of a table as gone whose keys at `host` begin with `prefix`, but for those in `keep`: a whole list was read again, and they
    /// were not in it. `prefix` ends with a `/`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gone_but(
        &mut self,
        table: &'static str,
        host: &str,
        prefix: &str,
        keep: &HashSet<String>,
    ) -> Result<u64, StoreError> {
        // Keys are compared here: what comes after what is another matter in every collation.
        let mut asked = Query::select();
        asked.columns(["id", "row_key"]).from(table);
        asked.and_where(Expr::col("host").eq(host)).and_where(Expr::col("deleted_at").is_null());
        let mut lost = Vec::new();
        for row in self.on().query_all(&asked).await? {
            let key: String = row.try_get("", "row_key")?;
            if key.starts_with(prefix) && !keep.contains(&key) {
                lost.push(row.try_get("", "id")?);
            }
        }
        self.gone(table, &lost).await
    }

    /// Notes how far a source was read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_cursor(&mut self, host: &str, scope: &str, seen: &str) -> Result<(), StoreError> {
        let name = cursor_name(host, scope);
        let there = meta::Entity::find_by_id(name.clone()).one(self.on()).await?;
        let row = meta::ActiveModel { name: Set(name), value: Set(seen.to_owned()) };
        if there.is_some() {
            row.update(self.on()).await?
        } else {
            row.insert(self.on()).await?
        };
        Ok(())
    }
}

impl Store {
    /// How far a source was read; none when it never was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cursor(&self, host: &str, scope: &str) -> Result<Option<String>, StoreError> {
        let row = meta::Entity::find_by_id(cursor_name(host, scope)).one(self.database.on()).await?;
        Ok(row.map(|row| row.value))
    }
}

fn cursor_name(host: &str, scope: &str) -> String {
    format!("cursor {host} {scope}")
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

fn fresh(table: &'static Table, sighting: &Sighting, id: Uuid, now: i64) -> Held {
    let row = Row {
        table: table.name,
        id,
        known: sighting.known.clone(),
        url: None,
        first_seen_at: now,
        observed_at: now,
        source_updated_at: None,
        deleted_at: None,
        fidelity: sighting.fidelity,
        rule: None,
        flags: Vec::new(),
        cells: vec![Cell::Null; table.columns.len()],
    };
    Held { row, new: true, changed: false }
}

/// The rows that a batch may be about.
struct Known {
    rows: Vec<Held>,
    by_key: HashMap<Identified, usize>,
    /// By the columns by which a row is known, too.
    by_also: HashMap<String, usize>,
}

impl Known {
    async fn read(
        on: &DatabaseTransaction,
        table: &'static Table,
        those: &[&Sighting],
        shown: &[Vec<(usize, Cell)>],
    ) -> Result<Self, StoreError> {
        let mut known = Self { rows: Vec::new(), by_key: HashMap::new(), by_also: HashMap::new() };
        let mut by_host: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for sighting in those {
            by_host.entry(&sighting.known.host).or_default().push(&sighting.known.key);
        }
        for (host, keys) in by_host {
            for part in keys.chunks(AT_ONCE) {
                let these = Condition::all()
                    .add(Expr::col("host").eq(host))
                    .add(Expr::col("row_key").is_in(part.iter().copied()));
                known.hold(table, matching(on, table, these).await?);
            }
        }
        for condition in also(table, shown) {
            known.hold(table, matching(on, table, condition).await?);
        }
        Ok(known)
    }

    fn hold(&mut self, table: &Table, rows: Vec<Row>) {
        for row in rows {
            if !self.by_key.contains_key(&row.known) {
                self.push(table, Held { row, new: false, changed: false });
            }
        }
    }

    fn push(&mut self, table: &Table, held: Held) -> usize {
        let place = self.rows.len();
        self.by_key.insert(held.row.known.clone(), place);
        if let Some(also) = also_key(table, |at| held.row.cells.get(at)) {
            self.by_also.insert(also, place);
        }
        self.rows.push(held);
        place
    }

    /// The row that a sighting is about.
    fn place(&self, table: &Table, sighting: &Sighting, shown: &[(usize, Cell)]) -> Option<usize> {
        self.by_key.get(&sighting.known).copied().or_else(|| self.by_also.get(&said_also(table, shown)?).copied())
    }

    fn add(&mut self, held: Held, table: &Table, shown: &[(usize, Cell)]) -> usize {
        let place = self.push(table, held);
        if let Some(also) = said_also(table, shown) {
            self.by_also.insert(also, place);
        }
        place
    }
}

/// The other name of a row, from its columns; none where one of them is not known, or the table has none.
fn also_key<'a>(table: &Table, at: impl Fn(usize) -> Option<&'a Cell>) -> Option<String> {
    if table.also_by.is_empty() {
        return None;
    }
    let cell = |name: &&str| {
        table.columns.iter().position(|column| column.name == *name).and_then(&at).filter(|cell| !cell.is_null())
    };
    let cells: Option<Vec<String>> =
        table.also_by.iter().map(|name| cell(name).map(|cell| format!("{cell:?}"))).collect();
    cells.map(|cells| cells.join(" "))
}

fn said_also(table: &Table, shown: &[(usize, Cell)]) -> Option<String> {
    also_key(table, |at| shown.iter().find(|(place, _)| *place == at).map(|(_, cell)| cell))
}

/// Questions for rows by their other name: all but its last column equal, the last one of many.
fn also(table: &'static Table, shown: &[Vec<(usize, Cell)>]) -> Vec<Condition> {
    let Some((last, first)) = table.also_by.split_last() else { return Vec::new() };
    let cell = |shown: &[(usize, Cell)], name: &str| {
        let at = table.columns.iter().position(|column| column.name == name)?;
        let kind = table.columns.get(at)?.kind;
        shown.iter().find(|(place, cell)| *place == at && !cell.is_null()).map(|(_, cell)| cell.bound(kind))
    };
    let mut groups: BTreeMap<String, (Vec<SimpleExpr>, Vec<sea_orm::Value>)> = BTreeMap::new();
    for shown in shown {
        let before: Option<Vec<(&str, sea_orm::Value)>> =
            first.iter().map(|name| Some((*name, cell(shown, name)?))).collect();
        let (Some(before), Some(end)) = (before, cell(shown, last)) else { continue };
        let group = groups.entry(format!("{before:?}")).or_default();
        if group.0.is_empty() {
            group.0 = before.into_iter().map(|(name, value)| Expr::col(name.to_owned()).eq(value)).collect();
        }
        group.1.push(end);
    }
    let mut conditions = Vec::new();
    for (equal, ends) in groups.into_values() {
        for part in ends.chunks(AT_ONCE) {
            let all = equal.iter().cloned().fold(Condition::all(), Condition::add);
            conditions.push(all.add(Expr::col(*last).is_in(part.iter().cloned())));
        }
    }
    conditions
}

impl Held {
    /// Brings the row up to what is shown, as far as that knows better; what differs is marked.
    fn compare(&mut self, sighting: &Sighting, shown: &[(usize, Cell)], now: i64) {
        let wins = self.new
            || self.row.fidelity < sighting.fidelity
            || (self.row.fidelity == sighting.fidelity
                && !later(self.row.source_updated_at, sighting.source_updated_at));
        let mut next = self.row.clone();
        for (place, cell) in shown {
            if let Some(there) = next.cells.get_mut(*place)
                && (wins || there.is_null())
            {
                *there = cell.clone();
            }
        }
        if wins {
            next.known = sighting.known.clone();
            next.fidelity = sighting.fidelity;
            next.url = sighting.url.clone().or(next.url);
            next.source_updated_at = sighting.source_updated_at.or(next.source_updated_at);
            next.rule = sighting.rule.map(str::to_owned);
            next.flags = sighting.flags.clone();
            next.flags.sort();
            next.flags.dedup();
            // What is shown again is there again.
            next.deleted_at = None;
        }
        if next != self.row {
            next.observed_at = now;
            self.row = next;
            self.changed = true;
        }
    }
}

/// Whether what is there is of a later state of its source than what is shown.
fn later(there: Option<i64>, shown: Option<i64>) -> bool {
    matches!((there, shown), (Some(there), Some(shown)) if there > shown)
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
