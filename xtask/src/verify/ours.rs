//! What the `history` crate reads of a repository, kept in memory in the form in which it is compared.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Result;
use history::rows::{Change, ChangeKind};
use history::sink::{Batch, Mode, Sink, SinkError};
use history::{Plan, Refs, Repository, Silent};

use crate::run;

/// Memory for the reader's caches.
const MEMORY: usize = 512 << 20;

/// One row of `changes`, in the words of `git log --raw --numstat`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) old_path: Option<String>,
    /// `A`, `M`, `D`, `T`, or `R` and `C` with the similarity behind.
    pub(crate) status: String,
    pub(crate) modes: (String, String),
    /// Objects before and after; zeros where there is none.
    pub(crate) blobs: (String, String),
    /// Added and deleted lines; `-` for binary content.
    pub(crate) lines: (String, String),
}

/// Rows by commit, in order of their paths.
pub(crate) type Changes = HashMap<String, Vec<Row>>;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Ours {
    /// The author's address of each commit.
    pub(crate) commits: HashMap<String, String>,
    pub(crate) changes: Changes,
    /// For each file at the head the commits that own lines of it, and how many.
    pub(crate) owners: BTreeMap<String, HashMap<String, u64>>,
    pub(crate) damage: Vec<String>,
}

impl Ours {
    /// How many rows of `changes` there are.
    pub(crate) fn rows(&self) -> usize {
        self.changes.values().map(Vec::len).sum()
    }
}

impl Sink for Ours {
    fn begin(&mut self, _mode: Mode, _head: Option<&str>) -> Result<(), SinkError> {
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        match batch {
            Batch::Commits(rows) => self.commits.extend(rows.into_iter().map(|row| (row.sha, row.author_email))),
            Batch::Changes(rows) => {
                for change in rows.into_iter().filter(|change| change.kind != ChangeKind::Merge) {
                    self.changes.entry(change.sha.clone()).or_default().push(row(change));
                }
            }
            Batch::Owners(rows) => {
                for owner in rows {
                    self.owners.entry(owner.path).or_default().insert(owner.sha, u64::from(owner.lines));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads a repository from scratch.
pub(crate) fn read(repository: &Path, threads: usize) -> Result<Ours> {
    let mut ours = Ours::default();
    let repository = Repository::open(repository)?;
    let plan = Plan {
        refs: Refs::Branches,
        threads,
        memory_bytes: MEMORY,
        now: run::today().1,
        state_dir: None,
        head_tables: false,
        continue_from: None,
    };
    let (report, took) = run::timed(|| history::mine(&repository, &plan, &mut ours, &Silent));
    println!("  read in {:.2} s", took.as_secs_f64());
    ours.damage = report?.damage.iter().map(ToString::to_string).collect();
    ours.changes.values_mut().for_each(|rows| rows.sort());
    Ok(ours)
}

fn row(change: Change) -> Row {
    let letter = match change.kind {
        ChangeKind::Added => "A",
        ChangeKind::Deleted => "D",
        ChangeKind::Renamed => "R",
        ChangeKind::Copied => "C",
        ChangeKind::TypeChanged => "T",
        ChangeKind::Modified | ChangeKind::ModeChanged | ChangeKind::Merge => "M",
    };
    let moved = matches!(change.kind, ChangeKind::Renamed | ChangeKind::Copied);
    let similarity = if moved { format!("{:03}", change.similarity.unwrap_or_default()) } else { String::new() };
    let nothing = "0".repeat(change.sha.len());
    let count = |lines: Option<u32>| lines.map_or_else(|| "-".to_owned(), |lines| lines.to_string());
    Row {
        path: change.path,
        old_path: change.old_path.filter(|_| moved),
        status: format!("{letter}{similarity}"),
        modes: (format!("{:06o}", change.old_mode), format!("{:06o}", change.mode)),
        blobs: (change.old_blob.unwrap_or_else(|| nothing.clone()), change.blob.unwrap_or(nothing)),
        lines: (count(change.added), count(change.deleted)),
    }
}
