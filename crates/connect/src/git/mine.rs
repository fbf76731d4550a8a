//! One repository into the lake: who it is, whether anything is new, and a run of the reader over the lake's sink.

use std::path::{Path, PathBuf};

use history::{Plan, Progress, Refs, Report, Repository};
use lake::{Lake, LakeError, RepoEntry};

use super::{LakeSink, display_name, repo_id};

/// How a repository is to be read.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which refs are read.
    pub refs: Refs,
    /// Threads, at least 1.
    pub threads: usize,
    /// Memory for decoded objects, bytes.
    pub memory_bytes: usize,
    /// The time of the run, seconds since the epoch.
    pub now: i64,
    /// Read again even when nothing is new.
    pub again: bool,
}

/// Why a repository could not be mined.
#[derive(Debug, thiserror::Error)]
pub enum MineError {
    /// The repository could not be read.
    #[error(transparent)]
    History(#[from] history::Error),
    /// The lake could not be read or written.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// `HEAD` is damaged, so Git itself would not take the folder for a repository.
    #[error("HEAD of {} names neither a branch nor a commit", path.display())]
    Head {
        /// The repository.
        path: PathBuf,
    },
    /// The repository's folder could not be found.
    #[error("cannot find {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// A repository that was mined.
#[derive(Debug, Clone)]
pub struct Mined {
    /// What the lake says of it.
    pub entry: RepoEntry,
    /// What the run came to.
    pub report: Report,
    /// The repository is damaged and gave less than before: the facts read before are kept.
    pub kept: bool,
}

/// Reads the repository at `path` into the lake of the data folder `data`; ends at once when nothing is new.
///
/// # Errors
/// When there is no repository, or another process writes the lake ([`LakeError::Busy`]), or rows cannot be stored.
pub fn mine(data: &Path, lake: &Lake, path: &Path, order: &Order, progress: &dyn Progress) -> Result<Mined, MineError> {
    let repository = Repository::open(path)?;
    let git_dir = repository.common_dir();
    let remote = remote_url(&git_dir);
    let folder = |source| MineError::Folder { path: git_dir.clone(), source };
    let id = repo_id(&git_dir, remote.as_deref()).map_err(folder)?;
    let tips = repository.tips(&order.refs)?;
    let branch = branch(&repository.git_dir());
    let seen = format!("{ROWS} {:?} {} {}", order.refs, branch.as_deref().unwrap_or_default(), history::digest(&tips));
    let whole = lake.verify(false)?.iter().all(|damage| damage.repo != id);
    let before = lake.snapshot().repo(&id).cloned();
    let sound = before.filter(|entry| whole && !order.again && !entry.flags.iter().any(|flag| flag == DAMAGED));
    if let Some(entry) = &sound
        && entry.seen == seen
    {
        let report = Report { head: entry.head.clone(), unchanged: true, seen, ..Report::default() };
        return Ok(Mined { entry: entry.clone(), report, kept: false });
    }
    if !head_is_sound(&repository.git_dir()) {
        return Err(MineError::Head { path: repository.git_dir() });
    }
    let writer = lake.writer(&id)?;
    let state = data.join("state").join(&id);
    let _alone = alone(&state)?;
    // Another run may have committed since the look above; then nothing is known of what the lake holds.
    let sound = sound.filter(|entry| writer.entry() == Some(entry));
    let mut sink = if whole { LakeSink::new(writer) } else { LakeSink::anew(writer) };
    let plan = Plan {
        refs: order.refs.clone(),
        threads: order.threads,
        memory_bytes: order.memory_bytes,
        now: order.now,
        state_dir: Some(state),
        head_tables: true,
        continue_from: sound.and_then(|entry| continued(&entry.seen)),
    };
    let report = history::mine(&repository, &plan, &mut sink, progress)?;
    if let Some(entry) = better_before(lake, &id, &report) {
        // The sink ends without a commit: the lake is as it was, and says why it is not newer.
        drop(sink);
        let mut writer = lake.writer(&id)?;
        writer.set_entry(entry.clone());
        writer.commit(order.now)?;
        return Ok(Mined { entry, report, kept: true });
    }
    let root = repository.work_dir().unwrap_or_else(|| git_dir.clone());
    let entry = RepoEntry {
        id,
        name: display_name(&git_dir.canonicalize().map_err(folder)?, remote.as_deref()),
        path: root.canonicalize().unwrap_or(root).to_string_lossy().into_owned(),
        head: report.head.clone(),
        branch,
        mined_at: order.now,
        truncated_since: report.truncated_since,
        flags: flags(&report),
        seen,
    };
    sink.finish(entry.clone(), order.now)?;
    Ok(Mined { entry, report, kept: false })
}

/// Keeps other runs off the state of a repository: a lake in a bucket has no lock that would.
fn alone(state: &Path) -> Result<std::fs::File, MineError> {
    std::fs::create_dir_all(state).map_err(|source| MineError::Folder { path: state.to_owned(), source })?;
    Ok(lake::lock(state)?)
}

/// The entry of the facts there are, flagged, when a damaged repository would replace them by fewer commits.
fn better_before(lake: &Lake, id: &str, report: &Report) -> Option<RepoEntry> {
    let snapshot = lake.snapshot();
    if report.damage.is_empty() || snapshot.row_count(id, "commits") <= report.commits {
        return None;
    }
    let mut entry = snapshot.repo(id)?.clone();
    if !entry.flags.iter().any(|flag| flag == DAMAGED) {
        entry.flags.push(DAMAGED.to_owned());
    }
    Some(entry)
}

/// Whether `HEAD` names a ref or a commit, as Git asks before it takes a folder for a repository.
fn head_is_sound(git_dir: &Path) -> bool {
    let Ok(head) = std::fs::read_to_string(git_dir.join("HEAD")) else { return false };
    let head = head.trim();
    head.starts_with("ref: ") || (head.len() >= 40 && head.chars().all(|c| c.is_ascii_hexdigit()))
}

/// What the lake knows already of the repository at or around `path`; none when there is no repository, or it was never mined.
#[must_use]
pub fn known(lake: &Lake, path: &Path) -> Option<RepoEntry> {
    let git_dir = Repository::open(path).ok()?.common_dir();
    let id = repo_id(&git_dir, remote_url(&git_dir).as_deref()).ok()?;
    lake.snapshot().repo(&id).cloned()
}

/// The digest of the refs that the rows there were read from; none when they were written by a program that writes others.
fn continued(seen: &str) -> Option<String> {
    let rest = seen.strip_prefix(&format!("{ROWS} "))?;
    rest.rsplit(' ').next().map(str::to_owned)
}

/// What a run writes of a repository. Raised when rows or tables are added, so that repositories read before are read again.
const ROWS: u32 = 2;

/// Objects could not be read: the next run looks again, even when the refs are the same.
pub(super) const DAMAGED: &str = "damaged";

fn flags(report: &Report) -> Vec<String> {
    let all = [
        (report.truncated_since.is_some(), "truncated"),
        (report.partial, "partial"),
        (!report.damage.is_empty(), DAMAGED),
        (report.limited_commits > 0, "rename_limit"),
    ];
    all.into_iter().filter(|&(holds, _)| holds).map(|(_, flag)| flag.to_owned()).collect()
}

/// The address of `origin`, from the repository's own configuration.
pub(super) fn remote_url(git_dir: &Path) -> Option<String> {
    let config = std::fs::read_to_string(git_dir.join("config")).ok()?;
    let mut in_origin = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_origin = line == "[remote \"origin\"]";
        } else if in_origin
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "url"
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

/// The short name of the branch that `HEAD` is on.
fn branch(git_dir: &Path) -> Option<String> {
    let head = std::fs::read_to_string(git_dir.join("HEAD")).ok()?;
    Some(head.trim().strip_prefix("ref: refs/heads/")?.to_owned())
}
