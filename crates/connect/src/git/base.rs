//! The state that a branch is compared with, in a small lake of its own beside the facts: it is read again whenever the base is another.

use std::path::Path;

use history::{Base, Progress, Repository};
use lake::{Lake, RepoEntry, Snapshot};

use super::mine::{DAMAGED, MineError, Order, remote_url};
use super::{LakeSink, display_name, repo_id};

/// The folder of the data folder in which bases are kept.
const FOLDER: &str = "base";

/// Reads the files at the commit where the repository's `HEAD` left `wanted` (or the default branch), and gives the lake that holds them.
///
/// None when nothing is named and `HEAD` is on the default branch, so that there is no base.
///
/// # Errors
/// When there is no repository, the ref is not there, or rows cannot be stored.
pub fn read_base(
    data: &Path,
    path: &Path,
    wanted: Option<&str>,
    order: &Order,
    progress: &dyn Progress,
) -> Result<Option<Snapshot>, MineError> {
    let repository = Repository::open(path)?;
    let Some(Base { name, sha }) = repository.base(wanted)? else { return Ok(None) };
    let git_dir = repository.common_dir();
    let folder = |source| MineError::Folder { path: git_dir.clone(), source };
    let remote = remote_url(&git_dir);
    let id = repo_id(&git_dir, remote.as_deref()).map_err(folder)?;
    let lake = Lake::open(&data.join(FOLDER))?;
    let seen = format!("{sha} {}", env!("CARGO_PKG_VERSION"));
    let mut entry = RepoEntry {
        name: display_name(&git_dir.canonicalize().map_err(folder)?, remote.as_deref()),
        id: id.clone(),
        head: Some(sha.clone()),
        branch: Some(name),
        mined_at: order.now,
        seen,
        ..RepoEntry::default()
    };
    let kept = lake.snapshot().repo(&id).is_some_and(|kept| kept.seen == entry.seen && kept.flags.is_empty());
    if kept && !order.again && lake.verify(false)?.is_empty() {
        let mut writer = lake.writer(&id)?;
        writer.set_entry(entry);
        writer.commit(order.now)?;
    } else {
        let mut sink = LakeSink::new(lake.writer(&id)?);
        let damage = history::read_at(&repository, &sha, order.threads, order.memory_bytes, &mut sink, progress)?;
        if !damage.is_empty() {
            entry.flags.push(DAMAGED.to_owned());
        }
        sink.finish(entry, order.now)?;
    }
    Ok(Some(lake.snapshot()))
}
