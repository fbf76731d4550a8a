//! What can go wrong with the lake, and with a question to it. Each message names the thing and, where a person can mend it, says how.

use std::fmt;
use std::io;
use std::path::PathBuf;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;

/// Opening, writing or checking the lake failed.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// A file operation failed.
    #[error("cannot {act} {}", path.display())]
    Io {
        /// What was tried, for example `read`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The manifest is not one.
    #[error("the manifest {} cannot be understood; mine the repositories again with `--fresh`", path.display())]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What the reader stumbled over.
        source: serde_json::Error,
    },
    /// A later Mainstay wrote this lake.
    #[error("the lake {} has schema version {found}, this program knows up to {known}; use a newer program", path.display())]
    NewerSchema {
        /// The lake's folder.
        path: PathBuf,
        /// The version in the manifest.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// Somebody else writes now.
    #[error("the lake {} is being written by {holder}; wait for it to end", path.display())]
    Busy {
        /// The lake's folder.
        path: PathBuf,
        /// The process, for example `process 4711`.
        holder: Holder,
    },
    /// Another writer of the same bucket came first: there is no lock, the manifest is what was raced for.
    #[error("another run wrote the lake {} meanwhile; nothing of this run is kept, begin it again", path.display())]
    Overtaken {
        /// The lake's address.
        path: PathBuf,
    },
    /// An address of no bucket that is known.
    #[error(
        "`{0}` is no address of a lake; write s3://BUCKET/PREFIX, az://CONTAINER/PREFIX, gs://BUCKET/PREFIX, or a folder"
    )]
    BadAddress(String),
    /// An earlier write of the same writer failed, so that rows would be missing.
    #[error("rows of `{0}` could not be written before; nothing of this run is kept, begin it again")]
    Broken(String),
    /// No fact table has this name.
    #[error("no fact table `{0}`")]
    NoTable(String),
    /// Rows do not have the table's columns.
    #[error("rows for `{table}` do not fit its columns")]
    WrongColumns {
        /// The table.
        table: &'static str,
        /// The first difference.
        source: ArrowError,
    },
    /// A repository id that cannot be a folder's name.
    #[error("`{0}` cannot be a repository's id; use lower-case letters, digits, `.`, `_` and `-`")]
    BadRepo(String),
    /// Writing or joining a part failed.
    #[error("cannot work on part {}", path.display())]
    Part {
        /// The part.
        path: PathBuf,
        /// Parquet's reason.
        source: ParquetError,
    },
}

impl LakeError {
    pub(crate) fn io(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { act, path, source }
    }

    pub(crate) fn part(path: impl Into<PathBuf>) -> impl FnOnce(ParquetError) -> Self {
        let path = path.into();
        move |source| Self::Part { path, source }
    }
}

/// Who holds the lake's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub Option<u32>);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(process) => write!(f, "process {process}"),
            None => f.write_str("another process"),
        }
    }
}

/// A place in a statement, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// What cannot be named in a statement, because it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A table or view.
    Table,
    /// A column.
    Column,
    /// A function.
    Function,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Function => "function",
        })
    }
}

/// A question to the lake failed.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The text is not SQL.
    #[error("{message}{}", at(*place))]
    Syntax {
        /// What the parser says.
        message: String,
        /// Where, when the parser knows.
        place: Option<Place>,
    },
    /// Something is named that is not there.
    #[error("no {thing} `{name}`{}{}", at(*place), meant(nearest.as_deref()))]
    Unknown {
        /// Table, column or function.
        thing: Thing,
        /// The name in the statement.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
        /// Where, when the parser knows.
        place: Option<Place>,
    },
    /// The statement would do more than read, or is not one statement.
    #[error("{0}")]
    Refused(String),
    /// The statement took longer than it may.
    #[error("the question took longer than {seconds} s; ask for less, or raise the limit")]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// The statement needed more memory than it may.
    #[error("the question needs more than {mebibytes} MiB of memory; ask for less, or raise the limit")]
    TooLarge {
        /// The limit.
        mebibytes: usize,
    },
    /// The statement is SQL, but makes no sense.
    #[error("{message}{}", at(*place))]
    Meaning {
        /// What is wrong.
        message: String,
        /// Where, when the planner knows.
        place: Option<Place>,
    },
    /// A part of the lake is gone or damaged.
    #[error("a file of the lake is missing or damaged; check with `mainstay doctor`, then mine the repository again")]
    Damaged(#[source] Box<DataFusionError>),
    /// Rows do not fit the struct that they were asked for in.
    #[error("rows do not fit: {0}")]
    Shape(String),
    /// Anything else: a bug, or the world.
    #[error("the question failed")]
    Failed(#[source] Box<DataFusionError>),
}

fn at(place: Option<Place>) -> String {
    place.map(|p| format!(" at line {}, column {}", p.line, p.column)).unwrap_or_default()
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
