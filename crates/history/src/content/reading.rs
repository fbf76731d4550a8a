//! One family's contents: each read once, newest first, and compared with those that its rows and parents ask for.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Counted, Death, Facts, Family, HeadLines, Job, Track};
use crate::diff::{self, Differ, Difference};
use crate::error::{Error, ObjectError};
use crate::graph::CommitIndex;
use crate::languages::{self, Language};
use crate::objects::Objects;
use crate::survival::Ledger;
use crate::text::{Lexicon, Text};
use crate::touched::{NONE, Spot};
use crate::trees::SUBMODULE;
use crate::versions::{Stood, Version};

/// One thread's work, and what it found.
pub(super) struct Worker<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) heads: &'a FxHashSet<u32>,
    pub(super) stood: &'a FxHashMap<u32, Vec<Stood>>,
    objects: Objects,
    differ: Differ,
    pub(super) rows: Vec<(u32, Counted)>,
    pub(super) head_lines: Vec<(u32, HeadLines)>,
    pub(super) deaths: Vec<Death>,
    pub(super) tracks: Vec<Track>,
    pub(super) ledger: Ledger,
    pub(super) damage: Vec<(CommitIndex, ObjectError)>,
    pub(super) fresh: Vec<Fresh>,
    pub(super) failure: Option<Error>,
}

/// Something found that the next run should not look for again.
pub(super) enum Fresh {
    Facts(u32, Facts),
    Difference((u32, u32), Difference),
}

/// What is known inside one family.
#[derive(Default)]
pub(super) struct Desk {
    lexicon: Lexicon,
    texts: FxHashMap<u32, Text>,
    uses: FxHashMap<u32, u32>,
    pub(super) facts: FxHashMap<u32, Option<Facts>>,
    pub(super) differences: FxHashMap<(u32, u32), Difference>,
    last: u32,
    /// For the comments in deleted lines.
    language: Option<&'static Language>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
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
            deaths: Vec::new(),
            tracks: Vec::new(),
            ledger: Ledger::default(),
            damage: Vec::new(),
            fresh: Vec::new(),
            failure: None,
        }
    }

    /// Hands what was found to the state.
    pub(super) fn keep(&mut self) {
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

    pub(super) fn family(&mut self, family: &Family) {
        let versions = &self.job.versions.versions;
        let path =
            family.rows.first().map(|&row| self.job.catalog.path_text(self.job.versions.rows[row as usize].path));
        let language = path.and_then(|path| languages::by_path(&path));
        let mut desk = Desk { last: NONE, language, ..Desk::default() };
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
        self.follow_functions(&desk, family);
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
            let mut difference = self.differ.diff(old, new);
            difference.respaced = diff::respaced(old, new, &difference.hunks);
            difference.hollow = diff::hollow(old, &difference.hunks, desk.language);
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
