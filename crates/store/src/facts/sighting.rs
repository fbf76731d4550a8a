//! A row as a source shows it.

use super::{Cell, Fidelity};

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
