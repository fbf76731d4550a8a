//! Which deleted path a new path was, decided as Git decides it.
//!
//! Two answers are given. *Pairs* are those of `git log -M`: one source for one target. *Origins* are those of `git blame`, which
//! looks at each new path alone, so that one deleted file may be the origin of several. Both go through identical content first,
//! then base names that occur once on each side (75 % alike), then all against all (50 % alike).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::ObjectError;
use crate::objects::Objects;
use crate::similarity::{Fingerprint, MAX_SCORE, sizes_rule_out};
use crate::trees::{Entry, PathChange};

/// Least score of a rename: 50 %.
const LEAST: u32 = MAX_SCORE / 2;
/// Least score when only base names are compared: 75 %.
const LEAST_BY_NAME: u32 = LEAST + (MAX_SCORE - LEAST) / 2;
/// Git's default for `diff.renameLimit`: more than its square of comparisons are left out.
const LIMIT: usize = 1000;
/// Sources remembered for one target.
const CANDIDATES: usize = 4;
/// Identical sources looked at for one target.
const IDENTICAL: usize = 101;

/// A new path and what it was. Positions are those in the list of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) source: usize,
    pub(crate) target: usize,
    /// 0 to [`MAX_SCORE`].
    pub(crate) score: u32,
}

/// What was found in one commit.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    /// As `git log -M` shows them.
    pub(crate) pairs: Vec<Pair>,
    /// As `git blame` follows them.
    pub(crate) origins: Vec<Pair>,
    /// Inexact renames were left out of `pairs` because there were too many candidates.
    pub(crate) limited: bool,
}

/// Which answers are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// Pairs, and origins of every new path.
    All,
    /// Only the origins of these new paths.
    OriginsOf(&'a [Vec<u8>]),
}

/// Looks for renames among the deleted and the new paths of one commit.
///
/// # Errors
/// When content that must be compared is missing or damaged.
pub(crate) fn find(objects: &mut Objects, changes: &[PathChange], wanted: Wanted<'_>) -> Result<Renames, ObjectError> {
    let side = |pick: fn(&PathChange) -> Option<Entry>, other: fn(&PathChange) -> Option<Entry>| {
        changes.iter().enumerate().filter(move |(_, change)| other(change).is_none()).filter_map(move |(at, change)| {
            pick(change).map(|entry| Candidate {
                at,
                path: &change.path,
                entry,
                size: None,
                content: None,
                print: None,
            })
        })
    };
    let sources: Vec<_> = side(|change| change.before, |change| change.after).collect();
    let targets: Vec<_> = side(|change| change.after, |change| change.before)
        .filter(|target| match wanted {
            Wanted::All => true,
            Wanted::OriginsOf(paths) => paths.iter().any(|path| path == target.path),
        })
        .collect();
    if sources.is_empty() || targets.is_empty() {
        return Ok(Renames::default());
    }
    let mut search = Search { objects, sources, targets, scores: FxHashMap::default() };
    let mut renames = Renames::default();
    if wanted == Wanted::All {
        search.pairs(&mut renames)?;
    }
    search.origins(&mut renames)?;
    Ok(renames)
}

struct Candidate<'a> {
    at: usize,
    path: &'a [u8],
    entry: Entry,
    size: Option<u64>,
    content: Option<Arc<Vec<u8>>>,
    print: Option<Fingerprint>,
}

impl Candidate<'_> {
    fn size(&mut self, objects: &mut Objects) -> Result<u64, ObjectError> {
        if let Some(size) = self.size {
            return Ok(size);
        }
        let content = objects.read(&self.entry.id)?;
        let size = content.len() as u64;
        self.size = Some(size);
        self.content = Some(content);
        Ok(size)
    }

    fn print(&mut self) -> &Fingerprint {
        let content = self.content.take();
        self.print.get_or_insert_with(|| content.map(|content| Fingerprint::of(&content)).unwrap_or_default())
    }
}

struct Search<'a> {
    objects: &'a mut Objects,
    sources: Vec<Candidate<'a>>,
    targets: Vec<Candidate<'a>>,
    /// Scores worked out so far, by source and target.
    scores: FxHashMap<(u32, u32), u32>,
}

impl Search<'_> {
    fn pairs(&mut self, renames: &mut Renames) -> Result<(), ObjectError> {
        let mut used = vec![false; self.sources.len()];
        let mut done = vec![false; self.targets.len()];
        let identical = self.identical_sources();
        for target in 0..self.targets.len() {
            if let Some(source) = self.identical(&identical, target, |source| !used[source]) {
                self.accept(renames, &mut used, &mut done, source, target, MAX_SCORE);
            }
        }
        for (source, target) in self.same_names(|source| !used[source], |target| !done[target]) {
            if done[target] {
                continue;
            }
            let score = self.score(source, target, LEAST_BY_NAME)?;
            if score >= LEAST_BY_NAME {
                self.accept(renames, &mut used, &mut done, source, target, score);
            }
        }
        let sources: Vec<_> = (0..used.len()).filter(|&source| !used[source]).collect();
        let targets: Vec<_> = (0..done.len()).filter(|&target| !done[target]).collect();
        if sources.len() * targets.len() > LIMIT * LIMIT {
            renames.limited = true;
            return Ok(());
        }
        let mut best = Vec::new();
        for &target in &targets {
            best.extend(self.best_sources(&sources, target)?);
        }
        best.sort_by(|a, b| b.rank().cmp(&a.rank()));
        for Scored { source, target, score, .. } in best {
            if score < LEAST {
                break;
            }
            if !used[source] && !done[target] {
                self.accept(renames, &mut used, &mut done, source, target, score);
            }
        }
        Ok(())
    }

    fn accept(
        &self,
        renames: &mut Renames,
        used: &mut [bool],
        done: &mut [bool],
        source: usize,
        target: usize,
        score: u32,
    ) {
        used[source] = true;
        done[target] = true;
        renames.pairs.push(Pair { source: self.sources[source].at, target: self.targets[target].at, score });
    }

    fn origins(&mut self, renames: &mut Renames) -> Result<(), ObjectError> {
        let identical = self.identical_sources();
        let names = base_names(&self.sources, |_| true);
        let all: Vec<_> = (0..self.sources.len()).collect();
        for target in 0..self.targets.len() {
            let found = if let Some(source) = self.identical(&identical, target, |_| true) {
                Some((source, MAX_SCORE))
            } else {
                self.origin_by_name(&names, target)?
                    .map_or_else(|| self.origin_by_score(&all, target), |by_name| Ok(Some(by_name)))?
            };
            if let Some((source, score)) = found {
                renames.origins.push(Pair { source: self.sources[source].at, target: self.targets[target].at, score });
            }
        }
        Ok(())
    }

    fn origin_by_name(&mut self, names: &Names<'_>, target: usize) -> Result<Option<(usize, u32)>, ObjectError> {
        let Some(&Some(source)) = names.get(base_name(self.targets[target].path)) else { return Ok(None) };
        let score = self.score(source, target, LEAST_BY_NAME)?;
        Ok((score >= LEAST_BY_NAME).then_some((source, score)))
    }

    fn origin_by_score(&mut self, sources: &[usize], target: usize) -> Result<Option<(usize, u32)>, ObjectError> {
        if sources.len() > LIMIT * LIMIT {
            return Ok(None);
        }
        let mut best = self.best_sources(sources, target)?;
        best.sort_by(|a, b| b.rank().cmp(&a.rank()));
        Ok(best.first().filter(|best| best.score >= LEAST).map(|best| (best.source, best.score)))
    }

    fn identical_sources(&self) -> FxHashMap<gix::ObjectId, Vec<usize>> {
        let mut by_id: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (at, source) in self.sources.iter().enumerate() {
            by_id.entry(source.entry.id).or_default().push(at);
        }
        by_id
    }

    fn identical(
        &self,
        by_id: &FxHashMap<gix::ObjectId, Vec<usize>>,
        target: usize,
        free: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let target = &self.targets[target];
        let mut first = None;
        let alike = by_id.get(&target.entry.id)?.iter().copied().filter(|&at| {
            let source = self.sources[at].entry;
            free(at) && ((source.is_file() && target.entry.is_file()) || source.mode == target.entry.mode)
        });
        for source in alike.take(IDENTICAL) {
            if base_name(self.sources[source].path) == base_name(target.path) {
                return Some(source);
            }
            first = first.or(Some(source));
        }
        first
    }

    /// Sources and targets whose base name no other has, in order of the sources.
    fn same_names(&self, free: impl Fn(usize) -> bool, open: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
        let sources = base_names(&self.sources, free);
        let targets = base_names(&self.targets, open);
        let mut pairs: Vec<_> = sources
            .into_iter()
            .filter_map(|(name, source)| Some((source?, targets.get(name).copied().flatten()?)))
            .collect();
        pairs.sort_unstable();
        pairs
    }

    fn best_sources(&mut self, sources: &[usize], target: usize) -> Result<Vec<Scored>, ObjectError> {
        let mut best: Vec<Scored> = Vec::with_capacity(CANDIDATES);
        for &source in sources {
            let score = self.score(source, target, LEAST)?;
            let same_name = base_name(self.sources[source].path) == base_name(self.targets[target].path);
            let scored = Scored { source, target, score, same_name };
            if best.len() < CANDIDATES {
                best.push(scored);
                continue;
            }
            let mut worst = 0;
            for at in 1..best.len() {
                if best[at].rank() < best[worst].rank() {
                    worst = at;
                }
            }
            if best[worst].rank() < scored.rank() {
                best[worst] = scored;
            }
        }
        Ok(best)
    }

    fn score(&mut self, source: usize, target: usize, least: u32) -> Result<u32, ObjectError> {
        let (from, to) = (&mut self.sources[source], &mut self.targets[target]);
        if !from.entry.is_file() || !to.entry.is_file() {
            return Ok(0);
        }
        if sizes_rule_out(from.size(self.objects)?, to.size(self.objects)?, least) {
            return Ok(0);
        }
        let key = (source as u32, target as u32);
        if let Some(&score) = self.scores.get(&key) {
            return Ok(score);
        }
        let score = from.print().score(to.print(), 0);
        self.scores.insert(key, score);
        Ok(score)
    }
}

#[derive(Debug, Clone, Copy)]
struct Scored {
    source: usize,
    target: usize,
    score: u32,
    same_name: bool,
}

impl Scored {
    fn rank(&self) -> (u32, bool) {
        (self.score, self.same_name)
    }
}

/// Base name → the only candidate that has it; `None` when several have.
type Names<'a> = FxHashMap<&'a [u8], Option<usize>>;

fn base_names<'a>(candidates: &[Candidate<'a>], counts: impl Fn(usize) -> bool) -> Names<'a> {
    let mut names = Names::default();
    for (at, candidate) in candidates.iter().enumerate().filter(|&(at, _)| counts(at)) {
        names.entry(base_name(candidate.path)).and_modify(|only| *only = None).or_insert(Some(at));
    }
    names
}

fn base_name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..])
}
