//! The lake as a folder: opening it, taking snapshots for readers, and letting one writer in at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use crate::disk::{Disk, LocalDisk};
use crate::error::LakeError;
use crate::functions::Hooks;
use crate::manifest::{self, Manifest};
use crate::snapshot::Snapshot;
use crate::tables::TABLES;
use crate::writer::RepoWriter;

/// A folder of fact tables. Cheap to open and to clone: opening reads the manifest and nothing else.
#[derive(Debug, Clone)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) dir: PathBuf,
    pub(crate) disk: Arc<dyn Disk>,
    hooks: Hooks,
    current: RwLock<Current>,
}

/// The newest snapshot that this process has seen, and the stamp of the manifest that it was made from.
#[derive(Debug)]
struct Current {
    stamp: Option<(SystemTime, u64)>,
    snapshot: Snapshot,
}

impl Lake {
    /// Opens the lake in a folder, which need not exist yet.
    ///
    /// # Errors
    /// When the manifest cannot be read or a later program wrote it.
    pub fn open(dir: &Path) -> Result<Self, LakeError> {
        Self::open_with(dir, Hooks::default())
    }

    /// As [`Lake::open`], with functions that the lake cannot know by itself.
    ///
    /// # Errors
    /// As [`Lake::open`].
    pub fn open_with(dir: &Path, hooks: Hooks) -> Result<Self, LakeError> {
        Self::open_on(dir, hooks, Arc::new(LocalDisk))
    }

    pub(crate) fn open_on(dir: &Path, hooks: Hooks, disk: Arc<dyn Disk>) -> Result<Self, LakeError> {
        let dir = std::path::absolute(dir).map_err(LakeError::io("find", dir))?;
        let stamp = stamp(&dir);
        let manifest = Manifest::load(&dir)?.unwrap_or_default();
        let snapshot = Snapshot::new(&dir, manifest, hooks);
        Ok(Self { inner: Arc::new(Inner { dir, disk, hooks, current: RwLock::new(Current { stamp, snapshot }) }) })
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// What is in the lake now. The snapshot never changes; take a new one to see what others wrote since.
    ///
    /// When a manifest written meanwhile cannot be read, the snapshot before it is given, and the failure is logged.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let now = stamp(&self.inner.dir);
        {
            let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
            if current.stamp == now {
                return current.snapshot.clone();
            }
        }
        let mut current = self.inner.current.write().unwrap_or_else(PoisonError::into_inner);
        match Manifest::load(&self.inner.dir) {
            Ok(manifest) => {
                let manifest = manifest.unwrap_or_default();
                if manifest.version != current.snapshot.version() || manifest.parts != current.snapshot.parts() {
                    current.snapshot = Snapshot::new(&self.inner.dir, manifest, self.inner.hooks);
                }
                current.stamp = now;
            }
            Err(error) => {
                tracing::warn!(%error, "the lake's new manifest cannot be read; answers stand on the one before");
            }
        }
        current.snapshot.clone()
    }

    /// The one writer, for the rows of one repository. Dropping it without a commit leaves the lake as it was.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when another writer is at work, [`LakeError::BadRepo`] for an id that cannot be a folder's name.
    pub fn writer(&self, repo_id: &str) -> Result<RepoWriter, LakeError> {
        RepoWriter::begin(Arc::clone(&self.inner), repo_id)
    }

    /// Whether there are parts but no manifest: the lake is empty, and mining the repositories again rebuilds it.
    #[must_use]
    pub fn has_lost_its_manifest(&self) -> bool {
        !self.inner.dir.join(manifest::FILE).exists()
            && TABLES
                .iter()
                .any(|table| fs::read_dir(self.inner.dir.join(table.name)).is_ok_and(|mut d| d.next().is_some()))
    }
}

fn stamp(dir: &Path) -> Option<(SystemTime, u64)> {
    let meta = fs::metadata(dir.join(manifest::FILE)).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
