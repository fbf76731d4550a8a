//! A table: typed columns with unit and alignment, rows that open what stands behind them.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::Serialize;

use super::Cell;

/// On which side a column's values stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words.
    #[default]
    Start,
    /// Numbers.
    End,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Column {
    /// Its name in URLs: `sort.TABLE=KEY`.
    pub key: String,
    /// Its heading.
    pub label: String,
    /// The unit of its values, when the heading does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it means, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Where its values stand.
    pub align: Align,
    /// Whether rows may be ordered by it.
    pub sortable: bool,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(key: &str, label: &str) -> Self {
        Self { key: key.into(), label: label.into(), unit: None, about: None, align: Align::Start, sortable: true }
    }

    /// A column of numbers.
    #[must_use]
    pub fn numbers(key: &str, label: &str) -> Self {
        Self { align: Align::End, ..Self::words(key, label) }
    }

    /// With a unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// With what it means.
    #[must_use]
    pub fn about(mut self, about: &str) -> Self {
        self.about = Some(about.into());
        self
    }

    /// Not to be ordered by (a column of people's names is the usual case).
    #[must_use]
    pub fn unsorted(mut self) -> Self {
        self.sortable = false;
        self
    }
}

/// A row: a cell a column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// The cells, in the order of the columns.
    pub cells: Vec<Cell>,
}

/// A table.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Table {
    /// Its name in URLs, unique on its page.
    pub id: String,
    /// What it lists.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, in the order that the view chose.
    pub rows: Vec<Row>,
    /// Rows that exist but are not listed here.
    pub more: u64,
    /// What is said when there is no row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<String>,
    /// The column by which the view ordered the rows, a `-` before it for the largest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(id: &str, caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { id: id.into(), caption: caption.into(), columns, ..Self::default() }
    }

    /// With one more row.
    #[must_use]
    pub fn row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(Row { cells });
        self
    }

    /// With more rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows.into_iter().map(|cells| Row { cells }));
        self
    }

    /// Saying `text` when there is no row.
    #[must_use]
    pub fn or_say(mut self, text: impl Into<String>) -> Self {
        self.nothing = Some(text.into());
        self
    }

    /// Telling by which column the rows are ordered already (`-changes`: the largest first).
    #[must_use]
    pub fn ordered_by(mut self, order: &str) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Telling that `more` rows exist beyond those listed.
    #[must_use]
    pub fn and_more(mut self, more: u64) -> Self {
        self.more = more;
        self
    }

    /// The rows ordered by `order` (`key` or `-key`); what is not measured stands last either way. An unknown or unsortable
    /// column leaves the order as it is.
    #[must_use]
    pub fn sorted(&self, order: &str) -> Vec<&Row> {
        let (key, down) = order.strip_prefix('-').map_or((order, false), |key| (key, true));
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        let place = self.columns.iter().position(|column| column.key == key && column.sortable);
        if let Some(place) = place {
            rows.sort_by(|a, b| compare(a.cells.get(place), b.cells.get(place), down));
        }
        rows
    }
}

fn compare(a: Option<&Cell>, b: Option<&Cell>, down: bool) -> Ordering {
    let missing = |cell: Option<&Cell>| matches!(cell, None | Some(Cell::Missing(_)));
    match (missing(a), missing(b)) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let order = match (a.and_then(Cell::weight), b.and_then(Cell::weight)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.map(|cell| cell.words().to_lowercase()).cmp(&b.map(|cell| cell.words().to_lowercase())),
    };
    if down { order.reverse() } else { order }
}
