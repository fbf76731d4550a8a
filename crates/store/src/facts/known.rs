//! Which row a sighting is about, and what of it the sighting knows better.

use std::collections::{BTreeMap, HashMap};

use sea_orm::DatabaseTransaction;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SimpleExpr};
use uuid::Uuid;

use super::read::{Row, matching};
use super::take::AT_ONCE;
use super::{Cell, Identified, Sighting, Table};
use crate::StoreError;

/// A row that is being compared.
pub(super) struct Held {
    pub(super) row: Row,
    pub(super) new: bool,
    pub(super) changed: bool,
}

pub(super) fn fresh(table: &'static Table, sighting: &Sighting, id: Uuid, now: i64) -> Held {
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
pub(super) struct Known {
    pub(super) rows: Vec<Held>,
    by_key: HashMap<Identified, usize>,
    /// By the columns by which a row is known, too.
    by_also: HashMap<String, usize>,
}

impl Known {
    pub(super) async fn read(
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
    pub(super) fn place(&self, table: &Table, sighting: &Sighting, shown: &[(usize, Cell)]) -> Option<usize> {
        self.by_key.get(&sighting.known).copied().or_else(|| self.by_also.get(&said_also(table, shown)?).copied())
    }

    pub(super) fn add(&mut self, held: Held, table: &Table, shown: &[(usize, Cell)]) -> usize {
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
    pub(super) fn compare(&mut self, sighting: &Sighting, shown: &[(usize, Cell)], now: i64) {
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
