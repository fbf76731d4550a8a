//! Measures the release build against Git on the same machine in the same run, and writes `bench/RESULTS.md`. What counts is
//! the ratio: absolute times belong to a machine.

mod growth;
mod measure;
mod pages;
mod peers;
mod query;
pub(crate) mod reader;
mod report;
mod repository;
mod store;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::run;

/// What to measure.
#[derive(Args)]
pub(crate) struct Ask {
    /// A repository, with the name that it has in the table where its folder says little; may be given several times
    /// [default: this one].
    #[arg(long = "repo", value_name = "[NAME=]PATH")]
    repositories: Vec<String>,
    /// Runs of each measurement, after one that warms up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Files that `git blame` is run on; its time for all files is extrapolated by their number.
    #[arg(long, default_value_t = 400)]
    blame_files: usize,
    /// How often each page is asked for.
    #[arg(long, default_value_t = 100)]
    pages: usize,
    /// Measures the other tools that are installed, too.
    #[arg(long)]
    peers: bool,
    /// Folder with the programs `mainstay` and `xtask` to measure, instead of building them.
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Measures the database at 100,000 records on both engines instead, and writes `bench/STORE.md`.
    #[arg(long)]
    store: bool,
    /// Where the table goes.
    #[arg(long, default_value = "bench/RESULTS.md")]
    output: PathBuf,
}

/// Builds, measures, writes.
pub(crate) fn run(ask: &Ask) -> Result<bool> {
    let root = run::root();
    if ask.store {
        return store::run(&root);
    }
    let build = ["build", "--release", "--package", "mainstay", "--package", "xtask"];
    let programs = match &ask.programs {
        Some(folder) => std::fs::canonicalize(folder).with_context(|| format!("no folder {}", folder.display()))?,
        None if run::show(&root, "cargo", &build)? => root.join("target/release"),
        None => bail!("the release build failed"),
    };
    let (mainstay, reader) = (programs.join("mainstay"), programs.join("xtask"));
    let here = [format!("mainstay={}", root.display())];
    let repositories = if ask.repositories.is_empty() { &here[..] } else { &ask.repositories[..] };
    let mut measured = Vec::new();
    for repository in repositories {
        let (name, path) = named(repository);
        println!("\n{name}");
        let bench = repository::Bench {
            mainstay: &mainstay,
            reader: &reader,
            runs: ask.runs.max(1),
            blame_files: ask.blame_files,
            asked: ask.pages,
        };
        measured.push(bench.measure(name, &path, ask.peers).with_context(|| format!("cannot measure {name}"))?);
    }
    println!("\ngrowth");
    let grown = growth::measure(&reader, ask.runs.clamp(1, 3))?;
    let table = report::page(&report::Machine::here(&root)?, ask.runs, &measured, &grown);
    let output = root.join(&ask.output);
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&output, &table).with_context(|| format!("cannot write {}", output.display()))?;
    println!("\n{table}\nwritten to {}", output.display());
    Ok(measured.iter().all(|one| one.budgets().iter().all(|budget| budget.met != Some(false))))
}

/// The name and the path of a repository, from `NAME=PATH` or a path alone.
fn named(repository: &str) -> (&str, PathBuf) {
    let given = repository.split_once('=').filter(|(name, _)| !name.contains('/'));
    given.map_or_else(
        || (repository.trim_end_matches('/').rsplit('/').next().unwrap_or(repository), PathBuf::from(repository)),
        |(name, path)| (name, PathBuf::from(path)),
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::named;

    #[test]
    fn a_repository_may_be_named() {
        assert_eq!(named("git=/a/b"), ("git", PathBuf::from("/a/b")));
        assert_eq!(named("/a/b=c/tokio/"), ("tokio", PathBuf::from("/a/b=c/tokio/")));
    }
}
