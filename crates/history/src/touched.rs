//! What each commit touched: the differences of its tree from its first parent's, and the renames among them.
//! Commits are independent of each other here, so threads take them in ranges, newest first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use rustc_hash::FxHashMap;

use crate::error::{Error, ObjectError};
use crate::graph::{CommitIndex, Graph};
use crate::objects::Objects;
use crate::renames::{self, Renames, Wanted};
use crate::trees::{self, Entry, PathChange};

/// Stands for "no such thing" among numbers.
pub(crate) const NONE: u32 = u32::MAX;
/// Commits that a thread takes at once.
const RANGE: usize = 256;

/// Numbers for paths and contents, so that a change takes a few bytes.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) paths: Vec<Box<[u8]>>,
    pub(crate) blobs: Vec<ObjectId>,
    path_numbers: FxHashMap<Box<[u8]>, u32>,
    blob_numbers: FxHashMap<ObjectId, u32>,
}

impl Catalog {
    pub(crate) fn path(&mut self, path: &[u8]) -> u32 {
        if let Some(&number) = self.path_numbers.get(path) {
            return number;
        }
        let number = self.paths.len() as u32;
        self.paths.push(path.into());
        self.path_numbers.insert(path.into(), number);
        number
    }

    pub(crate) fn blob(&mut self, id: ObjectId) -> u32 {
        *self.blob_numbers.entry(id).or_insert_with(|| {
            self.blobs.push(id);
            self.blobs.len() as u32 - 1
        })
    }

    /// The path as text.
    pub(crate) fn path_text(&self, number: u32) -> String {
        String::from_utf8_lossy(&self.paths[number as usize]).into_owned()
    }
}

/// What stands at a path: mode and number of the content ([`NONE`] for nothing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) mode: u32,
    pub(crate) blob: u32,
}

impl Spot {
    pub(crate) const EMPTY: Self = Self { mode: 0, blob: NONE };

    pub(crate) fn exists(self) -> bool {
        self.blob != NONE
    }
}

/// One path of one commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touch {
    pub(crate) path: u32,
    pub(crate) before: Spot,
    pub(crate) after: Spot,
}

/// A new path and the deleted one that it was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved {
    /// Number of the old path.
    pub(crate) from: u32,
    /// What stood there.
    pub(crate) before: Spot,
    /// Number of the new path.
    pub(crate) to: u32,
    /// Score out of [`crate::similarity::MAX_SCORE`].
    pub(crate) score: u32,
}

/// What one commit touched, against its first parent.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) touches: Vec<Touch>,
    /// Renames as in `git log -M`; none for merges.
    pub(crate) pairs: Vec<Moved>,
    /// Renames as in `git blame`; none for merges, which are asked about when it is known what is needed.
    pub(crate) origins: Vec<Moved>,
    pub(crate) limited: bool,
    pub(crate) damage: Option<ObjectError>,
}

/// Reads what the given commits touched; `keep` is told of each range as it is done.
///
/// # Errors
/// What `keep` fails with.
pub(crate) fn read(
    graph: &Graph,
    wanted: &[CommitIndex],
    threads: usize,
    reader: impl Fn() -> Objects + Sync,
    catalog: &mut Catalog,
    keep: impl Fn(&Catalog, &[(CommitIndex, Touched)]) -> Result<(), Error> + Sync,
) -> Result<Vec<(CommitIndex, Touched)>, Error> {
    let ranges = wanted.len().div_ceil(RANGE);
    let next = AtomicUsize::new(0);
    let shared = Mutex::new((std::mem::take(catalog), Vec::new(), Ok(())));
    let work = || {
        let mut objects = reader();
        loop {
            let taken = next.fetch_add(1, Ordering::Relaxed);
            if taken >= ranges {
                return;
            }
            let range = ranges - 1 - taken;
            let Some(members) = wanted.chunks(RANGE).nth(range) else { return };
            let found: Vec<_> =
                members.iter().rev().map(|&at| (at, commit(graph, at as usize, &mut objects))).collect();
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let (catalog, done, outcome) = &mut *shared;
            if outcome.is_err() {
                return;
            }
            let numbered: Vec<_> = found.into_iter().map(|(at, found)| (at, number(found, catalog))).collect();
            *outcome = keep(catalog, &numbered);
            done.extend(numbered);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(ranges) {
            scope.spawn(work);
        }
        work();
    });
    let (filled, done, outcome) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    *catalog = filled;
    outcome.map(|()| done)
}

type Found = Result<(Vec<PathChange>, Renames), ObjectError>;

fn commit(graph: &Graph, at: usize, objects: &mut Objects) -> Found {
    let commit = &graph.commits[at];
    let parent = commit.parents.first().map(|&parent| graph.commits[parent as usize].tree);
    let changes = trees::diff(objects, parent, Some(commit.tree))?;
    let renames =
        if commit.parents.len() == 1 { renames::find(objects, &changes, Wanted::All)? } else { Renames::default() };
    Ok((changes, renames))
}

pub(crate) fn number(found: Found, catalog: &mut Catalog) -> Touched {
    let (changes, renames) = match found {
        Ok(found) => found,
        Err(damage) => return Touched { damage: Some(damage), ..Touched::default() },
    };
    let touches: Vec<_> = changes
        .iter()
        .map(|change| Touch {
            path: catalog.path(&change.path),
            before: spot(change.before, catalog),
            after: spot(change.after, catalog),
        })
        .collect();
    let moved = |pair: &renames::Pair| Moved {
        from: touches[pair.source].path,
        before: touches[pair.source].before,
        to: touches[pair.target].path,
        score: pair.score,
    };
    Touched {
        pairs: renames.pairs.iter().map(moved).collect(),
        origins: renames.origins.iter().map(moved).collect(),
        touches,
        limited: renames.limited,
        damage: None,
    }
}

fn spot(entry: Option<Entry>, catalog: &mut Catalog) -> Spot {
    entry.map_or(Spot::EMPTY, |entry| Spot { mode: entry.mode, blob: catalog.blob(entry.id) })
}
