//! The reader alone, as a program of its own: what Git's own commands are compared with. Nothing is stored.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use history::sink::{Batch, Mode, Sink, SinkError};
use history::{Plan, Refs, Repository, Silent};

use crate::run;

/// What to read.
#[derive(Args)]
pub(crate) struct Ask {
    /// The repository.
    path: PathBuf,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Memory for decoded objects, MiB.
    #[arg(long, default_value_t = 128)]
    memory: usize,
    /// Measures the files at the head instead of reading the history.
    #[arg(long)]
    files: bool,
}

/// Rows that were handed over, by table.
#[derive(Default)]
struct Count {
    changes: usize,
    owners: usize,
    functions: usize,
}

impl Sink for Count {
    fn begin(&mut self, _mode: Mode, _head: Option<&str>) -> Result<(), SinkError> {
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        match batch {
            Batch::Changes(rows) => self.changes += rows.len(),
            Batch::Owners(rows) => self.owners += rows.len(),
            Batch::Functions(rows) => self.functions += rows.len(),
            _ => {}
        }
        Ok(())
    }
}

/// Reads and counts.
pub(crate) fn run(ask: &Ask) -> Result<bool> {
    let repository = Repository::open(&ask.path)?;
    let mut count = Count::default();
    if ask.files {
        let head = repository.head().map(|id| id.to_string()).unwrap_or_default();
        history::read_at(&repository, &head, ask.threads, ask.memory << 20, &mut count, &Silent)?;
    } else {
        let plan = Plan {
            refs: Refs::Head,
            threads: ask.threads,
            memory_bytes: ask.memory << 20,
            now: run::today().1,
            state_dir: None,
            head_tables: false,
            continue_from: None,
        };
        history::mine(&repository, &plan, &mut count, &Silent)?;
    }
    println!("{} changes, {} owners, {} functions", count.changes, count.owners, count.functions);
    Ok(true)
}
