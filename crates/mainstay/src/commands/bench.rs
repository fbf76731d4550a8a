//! `mainstay bench REPO`: how long the reader takes for the whole history beside Git's own commands, and on how many lines both name
//! the same commit. Time without agreement says nothing, so both are shown.

mod git;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use history::sink::{Batch, Mode, Sink, SinkError};
use history::{Plan, Refs, Repository, Silent};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::home::now;
use crate::mining::{MEMORY_MIB, cores, object_memory};

/// What was measured. Seconds are wall time; what was not measured is missing.
#[derive(Debug, Serialize)]
struct Measured {
    commits: u64,
    changes: u64,
    /// The reader: changes, lines and owners of every file, with all cores.
    reader_seconds: f64,
    /// `git log --numstat -M`.
    git_log_seconds: f64,
    /// Files that Git blamed, of all that have lines.
    files_blamed: usize,
    files: usize,
    /// `git blame` on these, one after the other.
    git_blame_seconds: f64,
    /// Lines of these files, and those for which Git and the reader name the same commit and the same author.
    lines: u64,
    same_commit: u64,
    same_author: u64,
}

/// What the reader hands over, as far as it is compared.
#[derive(Debug, Default)]
struct Ours {
    authors: HashMap<String, String>,
    changes: u64,
    owners: HashMap<String, HashMap<String, u64>>,
}

impl Sink for Ours {
    fn begin(&mut self, _mode: Mode, _head: Option<&str>) -> Result<(), SinkError> {
        Ok(())
    }

    fn push(&mut self, batch: Batch) -> Result<(), SinkError> {
        match batch {
            Batch::Commits(rows) => self.authors.extend(rows.into_iter().map(|row| (row.sha, row.author_email))),
            Batch::Changes(rows) => self.changes += rows.len() as u64,
            Batch::Owners(rows) => {
                for row in rows {
                    self.owners.entry(row.path).or_default().insert(row.sha, u64::from(row.lines));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let path = matches.get_one::<PathBuf>("repo").cloned().unwrap_or_default();
    let most = matches.get_one::<u32>("files").map_or(100, |&files| files as usize);
    let repository = Repository::open(&path).map_err(connect::git::MineError::from)?;
    let measured = measure(&path, &repository, most)?;
    let text = if matches.get_flag("json") {
        let json = serde_json::to_string(&measured).map_err(|error| Failure::from_error(exit::BUG, &error))?;
        format!("{json}\n")
    } else {
        measured.text()
    };
    super::printed(&text)
}

fn measure(path: &Path, repository: &Repository, most: usize) -> Result<Measured, Failure> {
    let plan = Plan {
        refs: Refs::Head,
        threads: cores(),
        memory_bytes: object_memory(MEMORY_MIB),
        now: now(),
        state_dir: None,
        head_tables: false,
        continue_from: None,
    };
    eprintln!("reading with git log --numstat -M");
    let (_, git_log_seconds) = git::timed(|| git::log(path))?;
    eprintln!("reading with mainstay");
    let mut ours = Ours::default();
    let (report, reader_seconds) = git::timed(|| {
        history::mine(repository, &plan, &mut ours, &Silent)
            .map_err(|error| connect::git::MineError::from(error).into())
    })?;
    let mut paths: Vec<&String> = ours.owners.keys().collect();
    paths.sort_unstable();
    let step = (paths.len() as f64 / most as f64).max(1.0);
    let picked = (0..most).filter_map(|at| paths.get((at as f64 * step) as usize).copied());
    let mut measured = Measured {
        commits: report.commits,
        changes: ours.changes,
        reader_seconds,
        git_log_seconds,
        files_blamed: 0,
        files: paths.len(),
        git_blame_seconds: 0.0,
        lines: 0,
        same_commit: 0,
        same_author: 0,
    };
    eprintln!("asking git blame");
    for file in picked {
        let (theirs, seconds) = git::timed(|| git::blame(path, file))?;
        measured.add(&theirs, ours.owners.get(file), &ours.authors, seconds);
    }
    Ok(measured)
}

impl Measured {
    fn add(
        &mut self,
        theirs: &HashMap<String, u64>,
        ours: Option<&HashMap<String, u64>>,
        authors: &HashMap<String, String>,
        seconds: f64,
    ) {
        self.files_blamed += 1;
        self.git_blame_seconds += seconds;
        self.lines += theirs.values().sum::<u64>();
        let by_author = |lines: &HashMap<String, u64>| {
            let mut sums: HashMap<String, u64> = HashMap::new();
            for (sha, lines) in lines {
                *sums.entry(authors.get(sha).cloned().unwrap_or_default()).or_default() += lines;
            }
            sums
        };
        let Some(ours) = ours else { return };
        self.same_commit += in_common(theirs, ours);
        self.same_author += in_common(&by_author(theirs), &by_author(ours));
    }

    fn text(&self) -> String {
        let ratio = |part: f64, whole: f64| {
            if whole > 0.0 { format!("{:.2} of it", part / whole) } else { "not measured".to_owned() }
        };
        let share = |part: u64| {
            if self.lines == 0 {
                "not measured".to_owned()
            } else {
                format!("{:.3} %", 100.0 * part as f64 / self.lines as f64)
            }
        };
        let blame_all = self.git_blame_seconds * self.files as f64 / self.files_blamed.max(1) as f64;
        let faster = if self.reader_seconds > 0.0 && blame_all > 0.0 {
            format!("{:.0} times as fast as git blame file by file", blame_all / self.reader_seconds)
        } else {
            "not measured".to_owned()
        };
        format!(
            "{} commits, {} changes\n\
             git log --numstat -M      {:.2} s\n\
             mainstay, owners as well  {:.2} s, {}\n\
             git blame                 {:.2} s for {} of {} files\n\
             owners of every file      {faster}\n\
             lines by the same commit  {} of {}\n\
             lines by the same author  {}\n",
            self.commits,
            self.changes,
            self.git_log_seconds,
            self.reader_seconds,
            ratio(self.reader_seconds, self.git_log_seconds),
            self.git_blame_seconds,
            self.files_blamed,
            self.files,
            share(self.same_commit),
            self.lines,
            share(self.same_author),
        )
    }
}

/// Lines that both give to the same key.
fn in_common(theirs: &HashMap<String, u64>, ours: &HashMap<String, u64>) -> u64 {
    theirs.iter().map(|(key, &lines)| lines.min(ours.get(key).copied().unwrap_or(0))).sum()
}
