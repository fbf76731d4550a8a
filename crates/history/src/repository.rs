//! Opens a repository and finds out what is to be read of it: refs, shallow boundary, grafts, replacements, attributes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::ObjectId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::attributes::Attributes;
use crate::error::Error;
use crate::objects::{Objects, Packs};

/// Which refs are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Refs {
    /// `HEAD` and every local and remote branch.
    #[default]
    Branches,
    /// `HEAD` alone.
    Head,
    /// `HEAD` and the refs named.
    Named(Vec<String>),
}

/// A ref and the commit that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// Full name, for example `refs/heads/main`.
    pub name: String,
    /// The commit.
    pub id: ObjectId,
}

/// An open repository, to be shared by the reading threads.
pub struct Repository {
    path: PathBuf,
    shared: gix::ThreadSafeRepository,
    packs: Arc<Packs>,
    /// Commits whose parents are not here.
    shallow: FxHashSet<ObjectId>,
    /// Parents by `info/grafts`.
    grafts: FxHashMap<ObjectId, Vec<ObjectId>>,
    partial: bool,
}

impl Repository {
    /// Opens the repository at or around `path`.
    ///
    /// # Errors
    /// When there is none, or its configuration cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let repo = gix::discover(path)
            .map_err(|source| Error::NotARepository { path: path.to_owned(), source: Box::new(source) })?;
        let fail = |what| move |source| Error::Repository { path: path.to_owned(), what, source: Box::new(source) };
        let replaced = replacements(&repo).map_err(fail("the replacement refs"))?;
        let store = repo.objects.store_ref();
        let mut folders = vec![store.path().to_owned()];
        folders.extend(store.alternate_db_paths().map_err(fail("the alternates"))?);
        let packs = Arc::new(Packs::open(&folders, repo.object_hash(), replaced));
        let shallow = repo.shallow_commits().map_err(fail("the shallow boundary"))?;
        Ok(Self {
            path: path.to_owned(),
            shallow: shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default(),
            grafts: grafts(repo.common_dir()),
            partial: has_promisor(&folders),
            packs,
            shared: repo.into_sync(),
        })
    }

    /// The folder that holds what all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.shared.to_thread_local().common_dir().to_owned()
    }

    /// The folder that holds what belongs to this worktree alone, `HEAD` above all; in a linked worktree another than
    /// [`Self::common_dir`].
    #[must_use]
    pub fn git_dir(&self) -> PathBuf {
        self.shared.to_thread_local().git_dir().to_owned()
    }

    /// The root of the working tree; none for a bare repository.
    #[must_use]
    pub fn work_dir(&self) -> Option<PathBuf> {
        self.shared.to_thread_local().workdir().map(Path::to_owned)
    }

    /// Whether history ends at a shallow boundary.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// Whether objects may be missing on purpose (a partial clone).
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// The commit at `HEAD`; none when nothing was committed.
    #[must_use]
    pub fn head(&self) -> Option<ObjectId> {
        self.shared.to_thread_local().head_id().ok().map(gix::Id::detach)
    }

    /// The refs to read, `HEAD` first, each name once; refs that do not name a commit are left out.
    ///
    /// # Errors
    /// When the refs cannot be read, or one that was asked for does not exist.
    pub fn tips(&self, refs: &Refs) -> Result<Vec<Tip>, Error> {
        let repo = self.shared.to_thread_local();
        let fail = |source| Error::Repository { path: self.path.clone(), what: "the refs", source: Box::new(source) };
        let mut tips = Vec::new();
        if let Some(id) = self.head() {
            tips.push(Tip { name: "HEAD".to_owned(), id });
        }
        match refs {
            Refs::Head => {}
            Refs::Named(names) => {
                for name in names {
                    let missing = || Error::NoSuchRef { name: name.clone() };
                    let mut found = repo.find_reference(name.as_str()).map_err(|_| missing())?;
                    let commit = found.peel_to_commit().map_err(|_| missing())?;
                    tips.push(Tip { name: found.name().as_bstr().to_string(), id: commit.id });
                }
            }
            Refs::Branches => {
                let platform = repo.references().map_err(fail)?;
                for branches in [platform.local_branches().map_err(fail)?, platform.remote_branches().map_err(fail)?] {
                    for mut branch in branches.flatten() {
                        let name = branch.name().as_bstr().to_string();
                        if let Ok(commit) = branch.peel_to_commit() {
                            tips.push(Tip { name, id: commit.id });
                        }
                    }
                }
            }
        }
        Ok(tips)
    }

    /// What stands in for parents and objects: grafts, the shallow boundary, replacements. Equal texts mean equal histories below equal tips.
    pub(crate) fn stand_ins(&self) -> String {
        let mut all: Vec<_> = self.shallow.iter().map(|id| format!("shallow {id}")).collect();
        all.extend(self.grafts.iter().map(|(id, parents)| format!("graft {id} {parents:?}")));
        all.extend(self.packs.replaced().map(|(id, other)| format!("replace {id} {other}")));
        all.sort_unstable();
        all.join("\n")
    }

    /// The reader's own view of the repository, for this thread.
    pub(crate) fn local(&self) -> gix::Repository {
        self.shared.to_thread_local()
    }

    /// A reader for one thread.
    #[must_use]
    pub(crate) fn objects(&self, cache_bytes: usize) -> Objects {
        Objects::new(Arc::clone(&self.packs), self.shared.to_thread_local().objects, cache_bytes)
    }

    /// The attributes that decide what is binary, generated and vendored.
    pub(crate) fn attributes(&self) -> Attributes {
        Attributes::of(&self.shared.to_thread_local())
    }

    /// The parents that count: those of the commit, unless a graft or the shallow boundary says otherwise.
    pub(crate) fn parents(&self, id: &ObjectId, stored: Vec<ObjectId>) -> Vec<ObjectId> {
        if self.shallow.contains(id) {
            return Vec::new();
        }
        self.grafts.get(id).cloned().unwrap_or(stored)
    }

    /// Whether the parents of a commit are cut off.
    pub(crate) fn is_boundary(&self, id: &ObjectId) -> bool {
        self.shallow.contains(id)
    }
}

fn replacements(repo: &gix::Repository) -> Result<FxHashMap<ObjectId, ObjectId>, gix::Error> {
    let mut replaced = FxHashMap::default();
    for reference in repo.references()?.prefixed("refs/replace/")?.flatten() {
        let name = reference.name().as_bstr().to_string();
        let id = name.rsplit('/').next().and_then(|hex| ObjectId::from_hex(hex.as_bytes()).ok());
        if let (Some(id), Some(target)) = (id, reference.try_id()) {
            replaced.insert(id, target.detach());
        }
    }
    Ok(replaced)
}

/// `info/grafts`: a commit and its parents on each line.
fn grafts(common_dir: &Path) -> FxHashMap<ObjectId, Vec<ObjectId>> {
    let Ok(text) = std::fs::read_to_string(common_dir.join("info/grafts")) else { return FxHashMap::default() };
    let parse = |line: &str| {
        let mut ids = line.split_whitespace().map(|hex| ObjectId::from_hex(hex.as_bytes()).ok());
        Some((ids.next()??, ids.collect::<Option<Vec<_>>>()?))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(parse).collect()
}

fn has_promisor(object_folders: &[PathBuf]) -> bool {
    object_folders.iter().filter_map(|folder| std::fs::read_dir(folder.join("pack")).ok()).any(|entries| {
        entries.flatten().any(|entry| entry.path().extension().is_some_and(|extension| extension == "promisor"))
    })
}
