//! What sources report, beside work: repositories, change requests, reviews, who did it. A fact is what a source says happened; nobody edits
//! it, and it can be read again. One description of all tables, one way in; the engine that asks the sources is not known here.

mod cell;
mod cursor;
mod known;
mod read;
mod requests;
mod schema;
mod sighting;
mod tables;
mod take;

pub use cell::Cell;
pub use read::Row;
pub use requests::{ChangeCommit, ChangeRequest, ChangeRequests, Identity, Repository, RequestState, Review};
pub use sighting::{Identified, Sighting, Value};
pub use tables::TABLES;
pub use take::Taken;

pub(crate) use schema::ensure;

/// The id of a row.
pub type RowId = uuid::Uuid;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, in Unicode's composed form.
    Text,
    /// A whole number.
    Whole,
    /// A fraction.
    Real,
    /// Yes or no.
    Truth,
    /// JSON as text.
    Json,
    /// UTC microseconds.
    Instant,
    /// The id of a row of that table.
    Of(&'static str),
}

/// A column of a fact table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
}

/// A fact table. Every row has the head of [`HEAD`] before its own columns.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Its own columns; each may be unknown.
    pub columns: &'static [Column],
    /// Columns by which a row is known, too, whoever tells of it; empty when it is known by its key alone.
    pub also_by: &'static [&'static str],
}

impl Table {
    /// The table of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fidelity {
    /// Concluded by a rule.
    Inferred,
    /// Out of a file.
    Imported,
    /// As the source says it.
    Reported,
}

impl Fidelity {
    /// Its word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Imported => "imported",
            Self::Reported => "reported",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Inferred, Self::Imported, Self::Reported].into_iter().find(|one| one.word() == word)
    }
}

/// The columns before a table's own.
pub const HEAD: &[Column] = &[
    Column { name: "id", kind: Kind::Text, about: "The row's id; it never changes." },
    Column {
        name: "host",
        kind: Kind::Text,
        about: "Who tells of it: a host's name, or `git` for what a history tells.",
    },
    Column { name: "row_key", kind: Kind::Text, about: "By what the host knows it and never re-uses." },
    Column { name: "url", kind: Kind::Text, about: "Where people see it." },
    Column { name: "first_seen_at", kind: Kind::Instant, about: "When it was first learned of." },
    Column { name: "observed_at", kind: Kind::Instant, about: "When it was last found changed." },
    Column { name: "source_updated_at", kind: Kind::Instant, about: "When its source says that it changed." },
    Column { name: "deleted_at", kind: Kind::Instant, about: "Since when it is gone at its source." },
    Column { name: "fidelity", kind: Kind::Text, about: "reported, imported or inferred." },
    Column { name: "rule", kind: Kind::Text, about: "The rule that concluded it." },
    Column { name: "flags", kind: Kind::Json, about: "What is odd about it." },
    Column { name: "touched", kind: Kind::Whole, about: "The version of the facts that last wrote it." },
];
