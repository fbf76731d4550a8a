//! Compares what is read of a repository with what Git says: each row of `changes` with `git log --raw --numstat -M`, and
//! the line owners of files with `git blame`. Meant for repositories that nobody here wrote; run it with `--release`.

mod blame;
mod log;
mod ours;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::run;
pub(crate) use blame::files;

/// Differences that are printed.
const SHOWN: usize = 20;
/// Share of lines that must have the commit that `git blame` names.
const SAME_COMMIT: f64 = 0.999;
/// Share of lines that must have its author.
const SAME_AUTHOR: f64 = 0.9997;

/// What to compare.
#[derive(Args)]
pub(crate) struct Ask {
    /// Repositories.
    #[arg(required = true)]
    repositories: Vec<PathBuf>,
    /// Files whose line owners are compared, spread evenly over the tree [default: all].
    #[arg(long)]
    files: Option<usize>,
    /// Threads of the reader.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// Compares and prints; whether every row agrees and enough lines do.
pub(crate) fn run(ask: &Ask) -> Result<bool> {
    let mut agrees = true;
    for repository in &ask.repositories {
        let name = repository.display();
        agrees &= one(repository, ask).with_context(|| format!("cannot verify {name}"))?;
    }
    Ok(agrees)
}

fn one(repository: &Path, ask: &Ask) -> Result<bool> {
    println!("{}", repository.display());
    let ours = ours::read(repository, ask.threads)?;
    println!(
        "  {} commits, {} rows of changes, {} files with owners",
        ours.commits.len(),
        ours.rows(),
        ours.owners.len()
    );
    for damage in &ours.damage {
        println!("  damaged: {damage}");
    }
    let changes = changes(repository, &ours)?;
    Ok(changes & owners(repository, ask, &ours)?)
}

/// Every row against `git log`.
fn changes(repository: &Path, ours: &ours::Ours) -> Result<bool> {
    let git = log::read(repository, ours.commits.keys().map(String::as_str))?;
    let differences = log::differences(&ours.changes, &git);
    let rows: usize = git.values().map(Vec::len).sum();
    println!("  changes: {rows} rows by git, {} unexplained differences", differences.len());
    for difference in differences.iter().take(SHOWN) {
        println!("    {difference}");
    }
    Ok(differences.is_empty())
}

/// Line owners against `git blame`.
fn owners(repository: &Path, ask: &Ask, ours: &ours::Ours) -> Result<bool> {
    let files = blame::files(repository, ask.files)?;
    let told = blame::compare(repository, &files, ours)?;
    let share = |same: u64| if told.lines == 0 { 1.0 } else { same as f64 / told.lines as f64 };
    println!("  owners: {} of {} files compared, {} lines", told.files, files.len(), told.lines);
    println!("    binary, without owners here: {}", told.binary);
    println!("    other number of lines: {}", told.other_length.len());
    for path in told.other_length.iter().take(SHOWN) {
        println!("      {path}");
    }
    println!(
        "    same commit: {:.4} %   same author: {:.4} %",
        share(told.same_commit) * 100.0,
        share(told.same_author) * 100.0
    );
    for (path, lines) in told.worst.iter().take(SHOWN) {
        println!("      {lines} lines differ in {path}");
    }
    let enough = share(told.same_commit) >= SAME_COMMIT && share(told.same_author) >= SAME_AUTHOR;
    Ok(told.other_length.is_empty() && enough)
}

/// Runs Git on a repository with no one's settings but the repository's own.
fn git(repository: &Path) -> std::process::Command {
    let mut git = run::command("git");
    git.arg("-C")
        .arg(repository)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("LC_ALL", "C");
    git
}
