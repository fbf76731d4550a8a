//! Why the store says no: refused (the asker can mend it), unavailable (the world; trying again may help), damaged, or a fault of ours.

use sea_orm::{DbErr, RuntimeErr};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field, dotted where it is nested.
    pub field: String,
    /// A sentence that can stand beside it.
    pub message: String,
}

impl Wrong {
    /// `message` about `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Why the store says no.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or the asker may not know that there is.
    #[error("no {what} `{name}`{}", near(nearest))]
    NotFound {
        /// What was looked for (`person`, `team`, `risk`).
        what: &'static str,
        /// By which name or id.
        name: String,
        /// Names that are near, at most three.
        nearest: Vec<String>,
    },
    /// The input does not hold.
    #[error("{}", counted(fields))]
    Refused {
        /// What is wrong with which field; never empty.
        fields: Vec<Wrong>,
    },
    /// The asker may not.
    #[error("{0}")]
    NotAllowed(String),
    /// Somebody else wrote since the asker looked.
    #[error("{kind} {id} is at version {now}, you saw version {seen}")]
    Stale {
        /// The kind of record.
        kind: String,
        /// Its id.
        id: String,
        /// The version that the asker saw.
        seen: u64,
        /// The version that is there.
        now: u64,
    },
    /// The database is of a newer program.
    #[error("the database was made by a newer program (its last step is {theirs}, this program knows up to {ours})")]
    Newer {
        /// The last step that the database has seen.
        theirs: String,
        /// The last step that this program knows.
        ours: String,
    },
    /// The disk is full; nothing was saved.
    #[error("the disk is full; nothing was saved")]
    Full,
    /// Another process holds the database for too long.
    #[error("another process is writing; nothing was saved")]
    Busy,
    /// The database does not answer.
    #[error("the database does not answer ({0}); nothing was saved")]
    Unreachable(String),
    /// What is stored is not what was written.
    #[error("{0}")]
    Damaged(String),
    /// A sealed body cannot be opened: the key is missing or another.
    #[error("{0}")]
    Sealed(String),
    /// A file or folder cannot be used.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: std::path::PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A fault of this program.
    #[error("cannot {doing}")]
    Fault {
        /// What was being done.
        doing: String,
        /// What went wrong below.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

fn near(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; near: {}", names.join(", ")) }
}

fn counted(fields: &[Wrong]) -> String {
    match fields {
        [one] => format!("`{}`: {}", one.field, one.message),
        many => format!("{} fields need another look", many.len()),
    }
}

impl StoreError {
    /// One field is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refused { fields: vec![Wrong::new(field, message)] }
    }

    /// There is no such thing; `known` are the names that there are.
    pub fn missing<'a>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Self::NotFound { what, name: name.to_owned(), nearest: nearest(name, known) }
    }

    /// A fault of this program.
    pub fn fault(doing: impl Into<String>) -> Self {
        Self::Fault { doing: doing.into(), source: None }
    }

    /// A fault of this program that an error below caused.
    pub fn because(doing: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Fault { doing: doing.into(), source: Some(Box::new(source)) }
    }
}

/// The three names nearest to `name` that are near at all.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|other| (strsim::jaro_winkler(&folded, &other.to_lowercase()), other))
        .filter(|(score, _)| *score > 0.75)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, other)| other.to_owned()).collect()
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let text = error.to_string();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["database or disk is full", "No space left", "could not extend file"]) {
            return Self::Full;
        }
        if has(&["database is locked", "database table is locked"]) {
            return Self::Busy;
        }
        if has(&["file is not a database", "malformed"]) {
            return Self::Damaged(format!("the database is damaged ({text})"));
        }
        let world = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => worldly(cause),
            _ => false,
        };
        if world
            || has(&["terminating connection", "shutting down", "starting up", "Connection refused", "disk I/O error"])
        {
            return Self::Unreachable(text);
        }
        Self::because("ask the database", error)
    }
}

fn worldly(cause: &sea_orm::SqlxError) -> bool {
    use sea_orm::SqlxError as E;
    matches!(cause, E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::Tls(_) | E::Protocol(_) | E::WorkerCrashed)
}
