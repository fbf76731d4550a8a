//! Rows of a run, kept in memory for a test to look at.

use std::path::Path;

use history::rows::{
    Admission, Change, Commit, ComplexityAt, Death, Duplicate, File, Function, FunctionChange, Import, Manifest, Owner,
    RefSeen, Setting, Survival, Type,
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
    pub owners_looking_through: Vec<Owner>,
    pub deaths: Vec<Death>,
    pub function_changes: Vec<FunctionChange>,
    pub survival: Vec<Survival>,
    pub files: Vec<File>,
    pub functions: Vec<Function>,
    pub admissions: Vec<Admission>,
    pub imports: Vec<Import>,
    pub manifests: Vec<Manifest>,
    pub duplicates: Vec<Duplicate>,
    pub types: Vec<Type>,
    pub settings: Vec<Setting>,
    pub refs: Vec<RefSeen>,
}

impl Sink for Rows {
    fn begin(&mut self, mode: Mode, _head: Option<&str>) -> Result<(), SinkError> {
        *self = match mode {
            Mode::Fresh => Self { refs: std::mem::take(&mut self.refs), ..Self::default() },
            // What is told of the head comes again as a whole.
            Mode::Continue => Self {
                commits: std::mem::take(&mut self.commits),
                changes: std::mem::take(&mut self.changes),
                complexity: std::mem::take(&mut self.complexity),
                deaths: std::mem::take(&mut self.deaths),
                refs: std::mem::take(&mut self.refs),
                ..Self::default()
            },
        };
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        match batch {
            Batch::Commits(rows) => self.commits.extend(rows),
            Batch::Changes(rows) => self.changes.extend(rows),
            Batch::Complexity(rows) => self.complexity.extend(rows),
            Batch::Owners(rows) => self.owners.extend(rows),
            Batch::OwnersLookingThrough(rows) => self.owners_looking_through.extend(rows),
            Batch::Survival(rows) => self.survival.extend(rows),
            Batch::Files(rows) => self.files.extend(rows),
            Batch::Functions(rows) => self.functions.extend(rows),
            Batch::Admissions(rows) => self.admissions.extend(rows),
            Batch::Imports(rows) => self.imports.extend(rows),
            Batch::Duplicates(rows) => self.duplicates.extend(rows),
            Batch::Types(rows) => self.types.extend(rows),
            Batch::Manifests(rows) => self.manifests.extend(rows),
            Batch::Settings(rows) => self.settings.extend(rows),
            Batch::RefsSeen(rows) => self.refs.extend(rows),
            Batch::Deaths(rows) => self.deaths.extend(rows),
            Batch::FunctionChanges(rows) => self.function_changes.extend(rows),
        }
        Ok(())
    }
}

/// Reads the repository at `path` with `threads` threads; `state` is the folder of what is known.
///
/// # Errors
/// As the reader.
pub fn read(path: &Path, threads: usize, state: Option<&Path>) -> Result<(Rows, Report), Error> {
    read_on(Rows::default(), None, path, threads, state)
}

/// Reads on from `rows`, which a run that reported `seen` handed over.
///
/// # Errors
/// As the reader.
pub fn read_on(
    mut rows: Rows,
    seen: Option<&str>,
    path: &Path,
    threads: usize,
    state: Option<&Path>,
) -> Result<(Rows, Report), Error> {
    let plan = Plan {
        refs: Refs::Branches,
        threads,
        memory_bytes: 64 << 20,
        now: crate::git::EPOCH + 86_400 * 365,
        state_dir: state.map(Path::to_owned),
        head_tables: true,
        continue_from: seen.map(str::to_owned),
    };
    let report = history::mine(&Repository::open(path)?, &plan, &mut rows, &Silent)?;
    Ok((rows, report))
}
