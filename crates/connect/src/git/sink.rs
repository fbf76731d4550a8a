//! The lake as a sink of the reader: rows become record batches, and appear in the lake at a commit.

use history::sink::{Batch, Mode, Sink, SinkError};
use lake::{LakeError, RepoEntry, RepoWriter};

use super::batches;

/// Takes a run's rows into the lake. Nothing is visible before [`LakeSink::commit`] or [`LakeSink::finish`].
#[derive(Debug)]
pub struct LakeSink {
    writer: RepoWriter,
    /// Commit that the tables by head are read at; empty for an empty repository.
    head: String,
    rows: u64,
    /// Tables that stay when everything is read anew: what refs named once is known although history was rewritten.
    kept: &'static [&'static str],
}

impl LakeSink {
    /// A sink for the writer's repository.
    #[must_use]
    pub fn new(writer: RepoWriter) -> Self {
        Self { writer, head: String::new(), rows: 0, kept: &["refs_seen"] }
    }

    /// A sink that keeps nothing of what is there, because some of it is damaged.
    #[must_use]
    pub fn anew(writer: RepoWriter) -> Self {
        Self { kept: &[], ..Self::new(writer) }
    }

    /// Rows taken so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Makes the rows taken so far exist: a checkpoint of a long run. `now` is seconds since the epoch.
    ///
    /// # Errors
    /// When the lake cannot be written.
    pub fn commit(&mut self, entry: Option<RepoEntry>, now: i64) -> Result<(), LakeError> {
        if let Some(entry) = entry {
            self.writer.set_entry(entry);
        }
        self.writer.commit(now)
    }

    /// Makes everything exist and joins small parts.
    ///
    /// # Errors
    /// When the lake cannot be written.
    pub fn finish(mut self, entry: RepoEntry, now: i64) -> Result<(), LakeError> {
        self.commit(Some(entry), now)?;
        self.writer.compact(now)?;
        Ok(())
    }

    fn take(&mut self, batch: Batch) -> Result<(), LakeError> {
        let head = self.head.as_str();
        let (table, rows, whole) = match batch {
            Batch::Commits(rows) => ("commits", batches::commits(&rows), false),
            Batch::Changes(rows) => ("changes", batches::changes(&rows), false),
            Batch::Complexity(rows) => ("complexity_history", batches::complexity_history(&rows), false),
            Batch::RefsSeen(rows) => ("refs_seen", batches::refs_seen(&rows), false),
            Batch::Deaths(rows) => ("deaths", batches::deaths(&rows), false),
            Batch::FunctionChanges(rows) => ("function_changes", batches::function_changes(&rows), true),
            Batch::Owners(rows) => ("owners", batches::owners("owners", &rows, head), true),
            Batch::OwnersLookingThrough(rows) => {
                let table = "owners_looking_through";
                (table, batches::owners(table, &rows, head), true)
            }
            Batch::Survival(rows) => ("survival", batches::survival(&rows), true),
            Batch::Files(rows) => ("files", batches::files(&rows, head), true),
            Batch::Functions(rows) => ("functions", batches::functions(&rows, head), true),
            Batch::Admissions(rows) => ("admissions", batches::admissions(&rows, head), true),
            Batch::Imports(rows) => ("imports", batches::imports(&rows, head), true),
            Batch::Duplicates(rows) => ("duplicates", batches::duplicates(&rows, head), true),
            Batch::Types(rows) => ("types", batches::types(&rows, head), true),
            Batch::Settings(rows) => ("settings", batches::settings(&rows, head), true),
            Batch::Manifests(rows) => ("manifests", batches::manifests(&rows, head), true),
        };
        let rows = rows.map_err(|source| LakeError::WrongColumns { table, source })?;
        self.rows += rows.num_rows() as u64;
        if whole { self.writer.replace(table, &rows) } else { self.writer.append(table, &rows) }
    }
}

impl Sink for LakeSink {
    fn begin(&mut self, mode: Mode, head: Option<&str>) -> Result<(), SinkError> {
        self.head = head.unwrap_or_default().to_owned();
        if mode == Mode::Fresh {
            self.writer.clear_all_but(self.kept);
        }
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.take(batch).map_err(Into::into)
    }
}
