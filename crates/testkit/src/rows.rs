//! Rows of a run, kept in memory for a test to look at.

use std::path::Path;

use history::rows::{
    Admission, Change, Commit, ComplexityAt, File, Function, Import, Manifest, Owner, RefSeen, Setting, Survival,
};
use history::sink::{Batch, Mode, Sink, SinkError};
use history::{Error, Plan, Refs, Report, Repository, Silent};

/// Everything that a run handed over.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is the table of its name")]
pub struct Rows {
    pub commits: Vec<Commit>,
    pub changes: Vec<Change>,
    pub complexity: Vec<ComplexityAt>,
    pub owners: Vec<Owner>,
    pub survival: Vec<Survival>,
    pub files: Vec<File>,
    pub functions: Vec<Function>,
    pub admissions: Vec<Admission>,
    pub imports: Vec<Import>,
    pub manifests: Vec<Manifest>,
    pub settings: Vec<Setting>,
    pub refs: Vec<RefSeen>,
}

impl Sink for Rows {
    fn begin(&mut self, mode: Mode, _head: Option<&str>) -> Result<(), SinkError> {
        if mode == Mode::Fresh {
            *self = Self::default();
        }
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        match batch {
            Batch::Commits(rows) => self.commits.extend(rows),
            Batch::Changes(rows) => self.changes.extend(rows),
            Batch::Complexity(rows) => self.complexity.extend(rows),
            Batch::Owners(rows) => self.owners.extend(rows),
            Batch::Survival(rows) => self.survival.extend(rows),
            Batch::Files(rows) => self.files.extend(rows),
            Batch::Functions(rows) => self.functions.extend(rows),
            Batch::Admissions(rows) => self.admissions.extend(rows),
            Batch::Imports(rows) => self.imports.extend(rows),
            Batch::Manifests(rows) => self.manifests.extend(rows),
            Batch::Settings(rows) => self.settings.extend(rows),
            Batch::RefsSeen(rows) => self.refs.extend(rows),
            Batch::FunctionChanges(_) => {}
        }
        Ok(())
    }
}

/// Reads the repository at `path` with `threads` threads; `state` is the folder of what is known.
///
/// # Errors
/// As the reader.
pub fn read(path: &Path, threads: usize, state: Option<&Path>) -> Result<(Rows, Report), Error> {
    let plan = Plan {
        refs: Refs::Branches,
        threads,
        memory_bytes: 64 << 20,
        now: crate::git::EPOCH + 86_400 * 365,
        state_dir: state.map(Path::to_owned),
        head_tables: true,
    };
    let mut rows = Rows::default();
    let report = history::mine(&Repository::open(path)?, &plan, &mut rows, &Silent)?;
    Ok((rows, report))
}
