//! Writes the company's repositories: one stream to `git fast-import` for each, so that only the state of one repository is in memory.
//! Everything that goes into an object's id comes from the company; the version of Git does not matter.

mod import;
mod message;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Company;
use super::facts::{CommitId, Op};

/// How repositories lie in their folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `SLUG.git`, without files.
    Bare,
    /// `SLUG`, with the files of `main` beside `.git`.
    WithFiles,
}

/// Why the repositories could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is no program called `git`.
    #[error("git is not installed, or not on the path; the demo organisation is written by git fast-import")]
    NoGit(#[source] std::io::Error),
    /// Git refused something.
    #[error("git {step} in {folder}: {message}", folder = folder.display())]
    Git {
        /// What it was asked to do.
        step: &'static str,
        /// Where.
        folder: PathBuf,
        /// What it said.
        message: String,
    },
    /// A file or pipe could not be read or written.
    #[error("{path}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is something already.
    #[error("{path} is there already", path = path.display())]
    Taken {
        /// What is there.
        path: PathBuf,
    },
}

/// Writes every repository into `folder`, and the ids of all commits into the company's facts.
///
/// # Errors
///
/// When `git` is missing or refuses, when a file cannot be written, or when one of the repositories' folders is there already.
pub fn write_repositories(company: &mut Company, folder: &Path, form: Form) -> Result<Vec<PathBuf>, DemoError> {
    let count = company.repositories.len();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    let result = import::write(company, at, folder, form);
                    let failed = result.is_err();
                    if let Ok(mut results) = results.lock() {
                        results.push((at, result));
                    }
                    if failed {
                        next.store(count, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    let mut paths = Vec::new();
    for (at, result) in results {
        let (path, ids) = result?;
        name_commits(company, at, &ids);
        paths.push(path);
    }
    Ok(paths)
}

/// Gives the commits of a repository their ids, also where messages name them.
fn name_commits(company: &mut Company, at: usize, ids: &[CommitId]) {
    let commits = &mut company.repositories[at].commits;
    for (commit, id) in commits.iter_mut().zip(ids) {
        commit.id = Some(*id);
        let reverted = commit.edits.iter().find_map(|edit| match edit.op {
            Op::Revert(of) => ids.get(of.at()),
            _ => None,
        });
        if let Some(of) = reverted {
            commit.body = commit.body.replace("{id}", &of.to_string());
        }
    }
}
