//! The lake as a folder: opening it, taking snapshots for readers, and letting one writer in at a time.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::address::Address;
use crate::bucket::Bucket;
use crate::disk::{Disk, LocalDisk};
use crate::error::LakeError;
use crate::folder::Folder;
use crate::functions::Hooks;
use crate::manifest::Manifest;
use crate::place::{Mark, Place};
use crate::snapshot::Snapshot;
use crate::tables::TABLES;
use crate::writer::RepoWriter;

/// A place of fact tables. Cheap to open and to clone: opening reads the manifest and nothing else.
#[derive(Debug, Clone)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) place: Arc<dyn Place>,
    hooks: Hooks,
    current: RwLock<Current>,
}

/// The newest snapshot that this process has seen, and the mark of the manifest that it was made from.
#[derive(Debug)]
struct Current {
    mark: Option<Mark>,
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

    /// Opens the lake at an address, `s3://bucket/prefix`, `az://container/prefix` or `gs://bucket/prefix`; a text without `://` is a folder.
    /// Credentials and end points come from the environment, as for the cloud's own tools.
    ///
    /// # Errors
    /// As [`Lake::open`], and [`LakeError::BadAddress`] for other addresses.
    pub fn open_at(address: &Path, hooks: Hooks) -> Result<Self, LakeError> {
        Self::open_in(place(address)?, hooks)
    }

    pub(crate) fn open_on(dir: &Path, hooks: Hooks, disk: Arc<dyn Disk>) -> Result<Self, LakeError> {
        Self::open_in(Arc::new(Folder::new(dir, disk)?), hooks)
    }

    pub(crate) fn open_in(place: Arc<dyn Place>, hooks: Hooks) -> Result<Self, LakeError> {
        let (manifest, mark) = Manifest::load(&*place)?;
        let snapshot = Snapshot::new(Arc::clone(&place), manifest, hooks);
        Ok(Self { inner: Arc::new(Inner { place, hooks, current: RwLock::new(Current { mark, snapshot }) }) })
    }

    /// Puts a manifest that cannot be understood aside, since everything is to be read again; says where it is now, none when it is sound.
    ///
    /// # Errors
    /// When the manifest cannot be read or moved, or a later program wrote it.
    pub fn put_bad_manifest_aside(address: &Path) -> Result<Option<String>, LakeError> {
        let place = place(address)?;
        match Manifest::load(&*place) {
            Err(LakeError::BadManifest { .. }) => place.put_aside().map(Some),
            loaded => loaded.map(|_| None),
        }
    }

    /// The folder, or the address.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.inner.place.address()
    }

    /// Whether the lake lies in a folder of this machine.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.inner.place.store().is_none()
    }

    /// What is in the lake now. The snapshot never changes; take a new one to see what others wrote since.
    ///
    /// When a manifest written meanwhile cannot be read, the snapshot before it is given, and the failure is logged.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let place = &self.inner.place;
        let now = place.mark();
        {
            let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
            if current.mark == now {
                return current.snapshot.clone();
            }
        }
        let mut current = self.inner.current.write().unwrap_or_else(PoisonError::into_inner);
        match Manifest::load(&**place) {
            Ok((manifest, mark)) => {
                if manifest.version != current.snapshot.version() || manifest.parts != current.snapshot.parts() {
                    current.snapshot = Snapshot::new(Arc::clone(place), manifest, self.inner.hooks);
                }
                current.mark = mark;
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
        let place = &self.inner.place;
        place.mark().is_none()
            && TABLES.iter().any(|table| place.files(table.name).is_ok_and(|files| !files.is_empty()))
    }
}

/// The place that an address or the path of a folder names.
fn place(address: &Path) -> Result<Arc<dyn Place>, LakeError> {
    Ok(match address.to_str().map(Address::parse).transpose()?.flatten() {
        Some(address) => Arc::new(Bucket::new(&address)?),
        None => Arc::new(Folder::new(address, Arc::new(LocalDisk))?),
    })
}
