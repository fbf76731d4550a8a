//! Where the rows go: the reader pushes whole batches, and never holds a table of the whole history.

use crate::rows::{
    Admission, Change, Commit, ComplexityAt, Death, Duplicate, File, Function, FunctionChange, Import, Manifest, Owner,
    RefSeen, Setting, Survival, Type,
};

/// What a batch of rows means for the rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing was read before, or history was rewritten: what follows replaces every row of the repository.
    Fresh,
    /// Rows by commit are added to those there; rows by head replace theirs.
    Continue,
}

/// A batch of rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub enum Batch {
    /// Rows of `commits`; appended.
    Commits(Vec<Commit>),
    /// Rows of `changes`; appended.
    Changes(Vec<Change>),
    /// Rows of `complexity_history`; appended.
    Complexity(Vec<ComplexityAt>),
    /// Rows of `deaths`; appended.
    Deaths(Vec<Death>),
    /// Rows of `function_changes`; replaced as a whole.
    FunctionChanges(Vec<FunctionChange>),
    /// Rows of `owners`; replaced as a whole.
    Owners(Vec<Owner>),
    /// Rows of `owners_looking_through`; replaced as a whole.
    OwnersLookingThrough(Vec<Owner>),
    /// Rows of `survival`; replaced as a whole.
    Survival(Vec<Survival>),
    /// Rows of `files`; replaced as a whole.
    Files(Vec<File>),
    /// Rows of `functions`; replaced as a whole.
    Functions(Vec<Function>),
    /// Rows of `admissions`; replaced as a whole.
    Admissions(Vec<Admission>),
    /// Rows of `imports`; replaced as a whole.
    Imports(Vec<Import>),
    /// Rows of `duplicates`; replaced as a whole.
    Duplicates(Vec<Duplicate>),
    /// Rows of `types`; replaced as a whole.
    Types(Vec<Type>),
    /// Rows of `manifests`; replaced as a whole.
    Manifests(Vec<Manifest>),
    /// Rows of `settings`; replaced as a whole.
    Settings(Vec<Setting>),
    /// Rows of `refs_seen`; appended.
    RefsSeen(Vec<RefSeen>),
}

/// The error of a sink, kept as it is.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes the rows of one run.
///
/// "Replaced as a whole" tables may come in several batches in one run; the first one clears what was there.
pub trait Sink {
    /// Called once, before the first batch. `head` is the hex id of the default branch's commit.
    ///
    /// # Errors
    /// Whatever keeps the sink from taking rows.
    fn begin(&mut self, mode: Mode, head: Option<&str>) -> Result<(), SinkError>;
    /// Takes a batch; batches of one table come in order.
    ///
    /// # Errors
    /// Whatever keeps the sink from storing the rows.
    fn push(&mut self, batch: Batch) -> Result<(), SinkError>;
}
