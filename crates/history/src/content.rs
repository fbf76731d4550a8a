//! Reads the contents of all versions: line counts of every change, and who wrote each line of every version.
//!
//! Versions that can pass lines to each other form a *family*: mostly one path through its history. Families are independent, so
//! threads take them whole. Inside one, contents are read from the newest to the oldest, the way packs chain them, each like its
//! neighbour ([`reading`]); line owners then go the other way ([`writing`]), and the functions of the head backwards again ([`tracks`]).

mod reading;
mod tracks;
mod writing;

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use self::reading::Worker;
use crate::error::{Error, ObjectError};
use crate::graph::CommitIndex;
use crate::lines::Lines;
use crate::objects::Objects;
use crate::state::{Known, State};
use crate::survival::{Ledger, Month};
use crate::touched::{Catalog, NONE};
use crate::versions::{Stood, Versions};

/// Findings that a thread gathers before it hands them to the state.
const KEEP: usize = 4096;

/// What is told of a content.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts {
    pub(crate) lines: u32,
    pub(crate) binary: bool,
    pub(crate) filled: u32,
    pub(crate) indent: f32,
}

/// What became of one row of `changes`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// Lines added and deleted; `None` for binary content or content that could not be read.
    pub(crate) counts: Option<(u32, u32)>,
    /// The content after; `None` when there is none or it could not be read.
    pub(crate) after: Option<Facts>,
}

/// Who wrote the lines of a version at the head.
#[derive(Debug, Clone)]
pub(crate) struct HeadLines {
    /// As `git blame` says.
    pub(crate) plain: Lines,
    /// White space and ignored commits looked through.
    pub(crate) through: Lines,
}

/// Lines that the commit of a row deleted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Death {
    pub(crate) row: u32,
    /// The commit that wrote them.
    pub(crate) born: CommitIndex,
    pub(crate) lines: u32,
    /// Of these, lines neither blank nor comment alone; `None` when that was not looked into.
    pub(crate) code_lines: Option<u32>,
}

/// What a row changed in a function of the head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Track {
    pub(crate) row: u32,
    /// Number of the function, as in [`Job::functions`].
    pub(crate) function: u32,
    pub(crate) added: u32,
    pub(crate) deleted: u32,
}

/// Where a function of the head stands in its version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Number of the function, unique in the run.
    pub(crate) function: u32,
    /// First line, from 0.
    pub(crate) start: u32,
    /// Behind the last line.
    pub(crate) end: u32,
}

/// Everything that the contents tell.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// One for each row, in order of the rows.
    pub(crate) rows: Vec<Counted>,
    /// Lines of each version at the head, by version.
    pub(crate) head_lines: FxHashMap<u32, HeadLines>,
    pub(crate) deaths: Vec<Death>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) ledger: Ledger,
    pub(crate) damage: Vec<(CommitIndex, ObjectError)>,
    pub(crate) failure: Option<Error>,
}

/// What the reading of contents needs to know.
pub(crate) struct Job<'a> {
    pub(crate) versions: &'a Versions,
    pub(crate) catalog: &'a Catalog,
    /// For each path: text or binary by attribute, where one says so.
    pub(crate) declared: &'a [Option<bool>],
    /// Author and month of each commit.
    pub(crate) written: &'a [(u32, Month)],
    /// Commits that line owners look through.
    pub(crate) ignored: &'a FxHashSet<CommitIndex>,
    /// Functions of the versions at the head, outer ones first.
    pub(crate) functions: &'a FxHashMap<u32, Vec<Place>>,
    /// What earlier runs found.
    pub(crate) known: &'a Known,
    /// Where what is found now is kept.
    pub(crate) state: &'a Mutex<Option<State>>,
    pub(crate) stop: &'a AtomicBool,
}

/// A family: its versions and rows, each in ascending order.
#[derive(Debug, Default, Clone)]
struct Family {
    versions: Vec<u32>,
    rows: Vec<u32>,
}

/// Reads all contents on `threads` threads.
pub(crate) fn read(
    job: &Job<'_>,
    threads: usize,
    reader: impl Fn() -> Objects + Sync,
    step: impl Fn(usize) + Sync,
) -> Told {
    let mut families = families(job.versions);
    families.sort_by_key(|family| Reverse(family.versions.len()));
    let next = AtomicUsize::new(0);
    let told = Mutex::new(Told { rows: vec![Counted::default(); job.versions.rows.len()], ..Told::default() });
    let heads: FxHashSet<u32> = job.versions.head.iter().map(|&(_, version)| version).collect();
    let stood = stood_by_version(&job.versions.stood);
    let work = || {
        let mut worker = Worker::new(job, reader(), &heads, &stood);
        while !job.stop.load(Ordering::Relaxed)
            && let Some(family) = families.get(next.fetch_add(1, Ordering::Relaxed))
        {
            worker.family(family);
            step(family.versions.len());
            if worker.fresh.len() >= KEEP {
                worker.keep();
            }
        }
        worker.keep();
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        for (row, counted) in worker.rows {
            told.rows[row as usize] = counted;
        }
        told.head_lines.extend(worker.head_lines);
        told.deaths.append(&mut worker.deaths);
        told.tracks.append(&mut worker.tracks);
        told.ledger.merge(worker.ledger);
        told.damage.extend(worker.damage);
        told.failure = told.failure.take().or(worker.failure);
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(families.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    told.deaths.sort_unstable_by_key(|death| (death.row, death.born));
    told.tracks.sort_unstable_by_key(|track| (track.row, track.function));
    told
}

fn stood_by_version(stood: &[Stood]) -> FxHashMap<u32, Vec<Stood>> {
    let mut by_version: FxHashMap<u32, Vec<Stood>> = FxHashMap::default();
    for stood in stood {
        by_version.entry(stood.version).or_default().push(*stood);
    }
    by_version
}

/// Groups versions that share lines or are compared, by union and find.
fn families(versions: &Versions) -> Vec<Family> {
    let mut root: Vec<u32> = (0..versions.versions.len() as u32).collect();
    let join = |root: &mut Vec<u32>, a: u32, b: u32| {
        let (a, b) = (find(root, a), find(root, b));
        root[a.max(b) as usize] = a.min(b);
    };
    for version in 0..versions.versions.len() as u32 {
        for &parent in versions.parents(version) {
            join(&mut root, version, parent);
        }
    }
    for row in &versions.rows {
        if row.version != NONE && row.old_version != NONE {
            join(&mut root, row.version, row.old_version);
        }
    }
    let mut number = vec![NONE; root.len()];
    let mut families: Vec<Family> = Vec::new();
    for version in 0..root.len() as u32 {
        let top = find(&mut root, version) as usize;
        if number[top] == NONE {
            number[top] = families.len() as u32;
            families.push(Family::default());
        }
        families[number[top] as usize].versions.push(version);
    }
    let mut orphans = Family::default();
    for (at, row) in versions.rows.iter().enumerate() {
        let member = if row.version == NONE { row.old_version } else { row.version };
        let family = if member == NONE {
            &mut orphans
        } else {
            &mut families[number[find(&mut root, member) as usize] as usize]
        };
        family.rows.push(at as u32);
    }
    if !orphans.rows.is_empty() {
        families.push(orphans);
    }
    families
}

fn find(root: &mut [u32], mut at: u32) -> u32 {
    while root[at as usize] != at {
        root[at as usize] = root[root[at as usize] as usize];
        at = root[at as usize];
    }
    at
}
