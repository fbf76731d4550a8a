//! Reads the contents of all versions: line counts of every change, and who wrote each line of every version.
//!
//! Versions that can pass lines to each other form a *family*: mostly one path through its history. Families are independent, so
//! threads take them whole. Inside one, contents are read from the newest to the oldest, the way packs chain them, each like its
//! neighbour; line owners then go the other way.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diff::{Differ, Difference};
use crate::error::{Error, ObjectError};
use crate::graph::CommitIndex;
use crate::lines::{Lines, Writer};
use crate::objects::Objects;
use crate::state::{Known, State};
use crate::survival::{Ledger, Month};
use crate::text::{Lexicon, Text};
use crate::touched::{Catalog, NONE, Spot};
use crate::trees::SUBMODULE;
use crate::versions::{Stood, Version, Versions};

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

/// Everything that the contents tell.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// One for each row, in order of the rows.
    pub(crate) rows: Vec<Counted>,
    /// Lines of each version at the head, by version.
    pub(crate) head_lines: FxHashMap<u32, Lines>,
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
    told.into_inner().unwrap_or_else(PoisonError::into_inner)
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

struct Worker<'a> {
    job: &'a Job<'a>,
    heads: &'a FxHashSet<u32>,
    stood: &'a FxHashMap<u32, Vec<Stood>>,
    objects: Objects,
    differ: Differ,
    rows: Vec<(u32, Counted)>,
    head_lines: Vec<(u32, Lines)>,
    ledger: Ledger,
    damage: Vec<(CommitIndex, ObjectError)>,
    fresh: Vec<Fresh>,
    failure: Option<Error>,
}

/// Something found that the next run should not look for again.
enum Fresh {
    Facts(u32, Facts),
    Difference((u32, u32), Difference),
}

/// What is known inside one family.
#[derive(Default)]
struct Desk {
    lexicon: Lexicon,
    texts: FxHashMap<u32, Text>,
    uses: FxHashMap<u32, u32>,
    facts: FxHashMap<u32, Option<Facts>>,
    differences: FxHashMap<(u32, u32), Difference>,
    last: u32,
}

impl<'a> Worker<'a> {
    fn new(
        job: &'a Job<'a>,
        objects: Objects,
        heads: &'a FxHashSet<u32>,
        stood: &'a FxHashMap<u32, Vec<Stood>>,
    ) -> Self {
        Self {
            job,
            heads,
            stood,
            objects,
            differ: Differ::default(),
            rows: Vec::new(),
            head_lines: Vec::new(),
            ledger: Ledger::default(),
            damage: Vec::new(),
            fresh: Vec::new(),
            failure: None,
        }
    }

    /// Hands what was found to the state.
    fn keep(&mut self) {
        let mut state = self.job.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = std::mem::take(&mut self.fresh);
        let Some(state) = state.as_mut() else { return };
        let id = |blob: u32| &self.job.catalog.blobs[blob as usize];
        let kept = fresh.iter().try_for_each(|fresh| match fresh {
            Fresh::Facts(blob, facts) => state.facts(id(*blob), *facts),
            Fresh::Difference((from, to), difference) => state.difference(id(*from), id(*to), difference),
        });
        if let Err(failure) = kept {
            self.failure = Some(failure);
            self.job.stop.store(true, Ordering::Relaxed);
        }
    }

    fn family(&mut self, family: &Family) {
        let versions = &self.job.versions.versions;
        let mut desk = Desk { last: NONE, ..Desk::default() };
        let wanted = self.wanted(family, &mut desk);
        for &(version, ref others) in &wanted {
            *desk.uses.entry(versions[version as usize].spot.blob).or_default() += 1;
            for other in others {
                *desk.uses.entry(other.blob).or_default() += 1;
            }
        }
        for (version, others) in wanted {
            let Version { commit, spot, .. } = versions[version as usize];
            self.load(&mut desk, commit, spot);
            for &other in &others {
                self.load(&mut desk, commit, other);
                if !desk.both_binary(other.blob, spot.blob) {
                    self.compare(&mut desk, other.blob, spot.blob);
                }
                desk.release(other.blob);
            }
            desk.release(spot.blob);
        }
        for &row in &family.rows {
            self.count(&mut desk, row);
        }
        self.write_lines(&desk, family);
    }

    /// The versions, newest first, and the contents that each is compared with.
    /// What earlier runs found is not looked for again.
    fn wanted(&self, family: &Family, desk: &mut Desk) -> Vec<(u32, Vec<Spot>)> {
        let versions = self.job.versions;
        let spot = |version: u32| versions.versions[version as usize].spot;
        let mut by_version: FxHashMap<u32, Vec<Spot>> = FxHashMap::default();
        for &row in &family.rows {
            let row = &versions.rows[row as usize];
            if row.version != NONE && row.before.exists() && row.before.blob != row.after.blob && self.is_text(row.path)
            {
                by_version.entry(row.version).or_default().push(row.before);
            }
        }
        let mut wanted = Vec::with_capacity(family.versions.len());
        for &version in family.versions.iter().rev() {
            let mut others: Vec<Spot> = versions.parents(version).iter().map(|&parent| spot(parent)).collect();
            others.extend(by_version.remove(&version).unwrap_or_default());
            let own = spot(version).blob;
            others.retain(|other| other.blob != own);
            others.sort_unstable_by_key(|other| other.blob);
            others.dedup_by_key(|other| other.blob);
            others.retain(|other| match self.job.known.differences.get(&(other.blob, own)) {
                Some(difference) => {
                    desk.differences.insert((other.blob, own), difference.clone());
                    false
                }
                None => true,
            });
            if let Some(&facts) = self.job.known.facts.get(&own) {
                desk.facts.insert(own, Some(facts));
                if others.is_empty() || facts.binary {
                    continue;
                }
            }
            wanted.push((version, others));
        }
        wanted
    }

    fn is_text(&self, path: u32) -> bool {
        self.job.declared[path as usize] != Some(false)
    }

    fn load(&mut self, desk: &mut Desk, commit: CommitIndex, spot: Spot) {
        if desk.texts.contains_key(&spot.blob) || matches!(desk.facts.get(&spot.blob), Some(None)) {
            return;
        }
        let id = self.job.catalog.blobs[spot.blob as usize];
        let content = if spot.mode == SUBMODULE {
            Ok(Arc::new(format!("Subproject commit {id}\n").into_bytes()))
        } else {
            self.objects.read(&id)
        };
        match content {
            Ok(content) => {
                let text = match desk.texts.get(&desk.last) {
                    Some(neighbour) => Text::like(content, neighbour, &mut desk.lexicon),
                    None => Text::new(content, &mut desk.lexicon),
                };
                let facts = Facts {
                    lines: text.lines(),
                    binary: text.binary(),
                    filled: text.filled(),
                    indent: text.indent_levels(),
                };
                if desk.facts.insert(spot.blob, Some(facts)).is_none() {
                    self.fresh.push(Fresh::Facts(spot.blob, facts));
                }
                desk.texts.insert(spot.blob, text);
                desk.last = spot.blob;
            }
            Err(damage) => {
                desk.facts.insert(spot.blob, None);
                self.damage.push((commit, damage));
            }
        }
    }

    fn compare(&mut self, desk: &mut Desk, before: u32, after: u32) {
        if desk.differences.contains_key(&(before, after)) {
            return;
        }
        if let (Some(old), Some(new)) = (desk.texts.get(&before), desk.texts.get(&after)) {
            let difference = self.differ.diff(old, new);
            self.fresh.push(Fresh::Difference((before, after), difference.clone()));
            desk.differences.insert((before, after), difference);
        }
    }

    fn count(&mut self, desk: &mut Desk, at: u32) {
        let row = &self.job.versions.rows[at as usize];
        for spot in [row.before, row.after] {
            if spot.exists()
                && !desk.facts.contains_key(&spot.blob)
                && let Some(&facts) = self.job.known.facts.get(&spot.blob)
            {
                desk.facts.insert(spot.blob, Some(facts));
            }
            if spot.exists() && !desk.facts.contains_key(&spot.blob) {
                self.load(desk, row.commit, spot);
                desk.texts.remove(&spot.blob);
            }
        }
        let facts = |spot: Spot| desk.facts.get(&spot.blob).copied().flatten();
        let (before, after) = (facts(row.before), facts(row.after));
        let old_path = if row.old_path == NONE { row.path } else { row.old_path };
        let binary = |facts: Facts, path: u32| !self.job.declared[path as usize].unwrap_or(!facts.binary);
        let readable = before.is_some() == row.before.exists() && after.is_some() == row.after.exists();
        let shown = readable
            && !before.is_some_and(|facts| binary(facts, old_path))
            && !after.is_some_and(|facts| binary(facts, row.path));
        let counts = match (before, after) {
            _ if !shown => None,
            (None, None) => None,
            (None, Some(after)) => Some((after.lines, 0)),
            (Some(before), None) => Some((0, before.lines)),
            (Some(_), Some(_)) if row.before.blob == row.after.blob => Some((0, 0)),
            (Some(_), Some(_)) => {
                let key = (row.before.blob, row.after.blob);
                if !desk.differences.contains_key(&key) {
                    self.load(desk, row.commit, row.before);
                    self.load(desk, row.commit, row.after);
                    self.compare(desk, key.0, key.1);
                }
                desk.differences.get(&key).map(|difference| (difference.added, difference.deleted))
            }
        };
        self.rows.push((at, Counted { counts, after }));
    }

    /// Line owners of the family's versions, oldest first.
    fn write_lines(&mut self, desk: &Desk, family: &Family) {
        let versions = self.job.versions;
        let mut waiting: FxHashMap<u32, u32> = FxHashMap::default();
        for &version in &family.versions {
            for &parent in versions.parents(version) {
                *waiting.entry(parent).or_default() += 1;
            }
        }
        let mut written: FxHashMap<u32, Lines> = FxHashMap::default();
        for &version in &family.versions {
            let own = versions.versions[version as usize];
            let Some(facts) = desk.facts.get(&own.spot.blob).copied().flatten() else { continue };
            if facts.binary {
                continue;
            }
            let mut writer = Writer::new(facts.lines);
            for &parent in versions.parents(version) {
                let Some(lines) = written.get(&parent) else { continue };
                let blob = versions.versions[parent as usize].spot.blob;
                if blob == own.spot.blob {
                    writer.inherit(lines, &[]);
                } else if let Some(difference) = desk.differences.get(&(blob, own.spot.blob)) {
                    writer.inherit(lines, &difference.hunks);
                }
            }
            let lines = writer.finish(own.commit);
            self.survive(version, &lines);
            if self.heads.contains(&version) {
                self.head_lines.push((version, Arc::clone(&lines)));
            }
            if waiting.contains_key(&version) {
                written.insert(version, lines);
            }
            for parent in versions.parents(version) {
                if let Some(left) = waiting.get_mut(parent) {
                    *left -= 1;
                    if *left == 0 {
                        written.remove(parent);
                    }
                }
            }
        }
    }

    fn survive(&mut self, version: u32, lines: &Lines) {
        for stood in self.stood.get(&version).into_iter().flatten() {
            for run in lines.iter() {
                let (author, cohort) = self.job.written[run.commit as usize];
                self.ledger.stood(author, cohort, i64::from(run.lines), stood.from, stood.until);
            }
        }
    }
}

impl Desk {
    /// Nobody asks for the difference of two binary contents, unless an attribute calls them text.
    fn both_binary(&self, a: u32, b: u32) -> bool {
        [a, b].iter().all(|blob| self.texts.get(blob).is_some_and(Text::binary))
    }

    fn release(&mut self, blob: u32) {
        if let Some(uses) = self.uses.get_mut(&blob) {
            *uses -= 1;
            if *uses == 0 {
                self.texts.remove(&blob);
            }
        }
    }
}
