//! What can keep a history from being read.

use std::path::PathBuf;

use crate::sink::SinkError;

/// Why a repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path is no repository.
    #[error("{} is not a Git repository", path.display())]
    NotARepository {
        /// The path that was given.
        path: PathBuf,
        /// What the reader says.
        #[source]
        source: Box<gix::Error>,
    },
    /// The repository's refs, configuration or attributes could not be read.
    #[error("cannot read {what} of {}", path.display())]
    Repository {
        /// The repository.
        path: PathBuf,
        /// What was being read.
        what: &'static str,
        /// What the reader says.
        #[source]
        source: Box<gix::Error>,
    },
    /// A ref that was asked for does not exist.
    #[error("no branch or ref named {name}")]
    NoSuchRef {
        /// The name as given.
        name: String,
    },
    /// A file could not be read or written.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The receiver of the rows failed.
    #[error("cannot store the rows that were read")]
    Sink(#[source] SinkError),
    /// A thread of the reader ended without a result. A bug.
    #[error("a reading thread stopped without a result")]
    Worker,
}

/// Why one object could not be read. The run goes on without it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ObjectError {
    /// The repository does not have it.
    #[error("object {id} is missing")]
    Missing {
        /// Hex id.
        id: gix::ObjectId,
    },
    /// The repository has it, damaged.
    #[error("object {id} is damaged: {why}")]
    Damaged {
        /// Hex id.
        id: gix::ObjectId,
        /// What is wrong with it.
        why: String,
    },
}

impl ObjectError {
    /// The object.
    #[must_use]
    pub fn id(&self) -> gix::ObjectId {
        match self {
            Self::Missing { id } | Self::Damaged { id, .. } => *id,
        }
    }
}
