//! Links what the commits touched into versions of files: each knows the versions that its lines may come from, as `git blame`
//! would look for them, and each change row knows the contents that it compares.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{CommitIndex, Graph};
use crate::objects::Objects;
use crate::persistent::Paths;
use crate::renames::{self, Wanted};
use crate::rows::ChangeKind;
use crate::similarity::MAX_SCORE;
use crate::survival::{Month, month_of};
use crate::touched::{Catalog, Moved, NONE, Spot, Touch, Touched};
use crate::trees;

/// Content that a path got in a commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version {
    pub(crate) commit: CommitIndex,
    pub(crate) spot: Spot,
    parents: (u32, u32),
}

/// A row of `changes` whose counts are not known yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) commit: CommitIndex,
    pub(crate) path: u32,
    pub(crate) old_path: u32,
    pub(crate) before: Spot,
    pub(crate) after: Spot,
    pub(crate) kind: ChangeKind,
    pub(crate) similarity: Option<u8>,
    /// The version that the change made; [`NONE`] for a deletion or a change of mode only.
    pub(crate) version: u32,
    /// The version that was there before; [`NONE`] when there was none.
    pub(crate) old_version: u32,
}

/// For how long a version stood on the mainline: from one month's end to before another's. `None` is until now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stood {
    pub(crate) version: u32,
    pub(crate) from: Month,
    pub(crate) until: Option<Month>,
}

/// All versions and rows of a history.
#[derive(Debug, Default)]
pub(crate) struct Versions {
    pub(crate) versions: Vec<Version>,
    parents: Vec<u32>,
    pub(crate) rows: Vec<Row>,
    /// Versions at the head: path and version.
    pub(crate) head: Vec<(u32, u32)>,
    pub(crate) stood: Vec<Stood>,
    /// The last month of the mainline.
    pub(crate) last_month: Month,
}

impl Versions {
    /// The versions that lines of this one may come from, first parent first.
    pub(crate) fn parents(&self, version: u32) -> &[u32] {
        let (start, len) = self.versions[version as usize].parents;
        &self.parents[start as usize..(start + len) as usize]
    }
}

/// Links all commits; `objects` is asked only for merges that brought a renamed file together.
pub(crate) fn link(
    graph: &Graph,
    touched: &[Touched],
    catalog: &mut Catalog,
    objects: &mut Objects,
    head: Option<CommitIndex>,
) -> Versions {
    let mut linker = Linker { graph, catalog, objects, made: Versions::default(), states: FxHashMap::default() };
    let mut waiting = vec![0_u32; graph.commits.len()];
    for commit in &graph.commits {
        for &parent in &commit.parents {
            waiting[parent as usize] += 1;
        }
    }
    let mainline: FxHashSet<_> = head.map(|head| graph.mainline(head)).unwrap_or_default().into_iter().collect();
    let mut standing = Standing::default();
    for at in 0..graph.commits.len() as u32 {
        let mut state = linker.base(at, &waiting);
        let on_mainline = mainline.contains(&at);
        if on_mainline {
            standing.now(graph.commits[at as usize].committed_at);
        }
        linker.commit(at, &touched[at as usize], &mut state, &mut |path, version| {
            if on_mainline {
                standing.put(path, version);
            }
        });
        for &parent in &graph.commits[at as usize].parents {
            waiting[parent as usize] -= 1;
            if waiting[parent as usize] == 0 {
                linker.states.remove(&parent);
            }
        }
        if head == Some(at) {
            linker.made.head = state.entries();
        }
        if waiting[at as usize] > 0 {
            linker.states.insert(at, state);
        }
    }
    let mut made = linker.made;
    made.stood = standing.finish();
    made.last_month = standing.month;
    made
}

struct Linker<'a> {
    graph: &'a Graph,
    catalog: &'a mut Catalog,
    objects: &'a mut Objects,
    made: Versions,
    states: FxHashMap<CommitIndex, Paths>,
}

impl Linker<'_> {
    /// The first parent's state; taken over when nobody else will ask for it.
    fn base(&mut self, at: CommitIndex, waiting: &[u32]) -> Paths {
        let parents = &self.graph.commits[at as usize].parents;
        let Some(&first) = parents.first() else { return Paths::default() };
        let last_use = waiting[first as usize] == 1 && parents.len() == 1;
        let state = if last_use { self.states.remove(&first) } else { self.states.get(&first).cloned() };
        state.unwrap_or_default()
    }

    fn commit(&mut self, at: CommitIndex, touched: &Touched, state: &mut Paths, on_mainline: &mut dyn FnMut(u32, u32)) {
        let found: Vec<(u32, u32)> = if self.graph.commits[at as usize].parents.len() > 1 {
            touched.touches.iter().filter_map(|touch| self.merged(at, touch, state)).collect()
        } else {
            self.ordinary(at, touched, state)
        };
        for (path, version) in found {
            state.set(path, version);
            on_mainline(path, version);
        }
    }

    /// The new versions of a commit with at most one parent; [`NONE`] for a path that is gone.
    fn ordinary(&mut self, at: CommitIndex, touched: &Touched, state: &Paths) -> Vec<(u32, u32)> {
        let by_target = |moved: &[Moved]| moved.iter().map(|moved| (moved.to, *moved)).collect::<FxHashMap<_, _>>();
        let (pairs, origins) = (by_target(&touched.pairs), by_target(&touched.origins));
        let gone: FxHashSet<u32> = touched.pairs.iter().map(|moved| moved.from).collect();
        let mut found = Vec::with_capacity(touched.touches.len());
        for touch in &touched.touches {
            let old = state.get(touch.path);
            let (mut version, mut row) = (old.unwrap_or(NONE), Row::of(at, touch, old));
            if !touch.after.exists() {
                version = NONE;
            } else if touch.after.blob != touch.before.blob || !same_type(touch) {
                let from = match (touch.before.exists(), same_type(touch)) {
                    (true, true) => old,
                    (true, false) => None,
                    (false, _) => origins.get(&touch.path).and_then(|moved| state.get(moved.from)),
                };
                version = self.version(at, touch.after, &from.into_iter().collect::<Vec<_>>());
                row.version = version;
            } else if let Some(old) = old {
                // Only the mode changed: the same version, but it is the new mode that stands there now.
                self.made.versions[old as usize].spot.mode = touch.after.mode;
            }
            if let Some(moved) = pairs.get(&touch.path) {
                row.rename(moved, state.get(moved.from));
            }
            found.push((touch.path, version));
            let shown_by_target = !touch.after.exists() && gone.contains(&touch.path);
            if !shown_by_target {
                self.made.rows.push(row);
            }
        }
        found
    }

    /// The version that a merge has at a path where it differs from its first parent; `None` when nothing changes.
    fn merged(&mut self, at: CommitIndex, touch: &Touch, state: &Paths) -> Option<(u32, u32)> {
        let others = &self.graph.commits[at as usize].parents[1..];
        let there: Vec<_> =
            others.iter().map(|parent| self.states.get(parent).and_then(|state| state.get(touch.path))).collect();
        let old = state.get(touch.path);
        if !touch.after.exists() {
            if !there.is_empty() && there.iter().all(Option::is_some) {
                self.made.rows.push(Row { kind: ChangeKind::Merge, ..Row::of(at, touch, old) });
            }
            return Some((touch.path, NONE));
        }
        let alike = |spot: Spot| spot.blob == touch.after.blob && spot.mode & 0o170_000 == touch.after.mode & 0o170_000;
        if touch.before.exists() && alike(touch.before) {
            return None;
        }
        if let Some(&Some(taken)) = there.iter().find(|&&version| version.is_some() && alike(self.spot_of(version))) {
            return Some((touch.path, taken));
        }
        let mut parents = Vec::new();
        for (index, version) in std::iter::once(old).chain(there).enumerate() {
            let same_kind = version.filter(|_| self.spot_of(version).mode & 0o170_000 == touch.after.mode & 0o170_000);
            let from = same_kind.or_else(|| self.origin_at_merge(at, index, touch.path, state));
            parents.extend(from.filter(|from| !parents.contains(from)));
        }
        let version = self.version(at, touch.after, &parents);
        self.made.rows.push(Row { kind: ChangeKind::Merge, version, ..Row::of(at, touch, old) });
        Some((touch.path, version))
    }

    /// What the path was called at a parent of a merge that does not have it.
    fn origin_at_merge(&mut self, at: CommitIndex, parent: usize, path: u32, state: &Paths) -> Option<u32> {
        let commit = &self.graph.commits[at as usize];
        let parent_commit = commit.parents[parent];
        let parent_tree = self.graph.commits[parent_commit as usize].tree;
        let changes = trees::diff(self.objects, Some(parent_tree), Some(commit.tree)).ok()?;
        let wanted = [self.catalog.paths[path as usize].to_vec()];
        let renames = renames::find(self.objects, &changes, Wanted::OriginsOf(&wanted)).ok()?;
        let source = renames.origins.first()?.source;
        let from = self.catalog.path(&changes.get(source)?.path);
        if parent == 0 { state.get(from) } else { self.states.get(&parent_commit)?.get(from) }
    }

    fn spot_of(&self, version: Option<u32>) -> Spot {
        version.map_or(Spot::EMPTY, |at| self.made.versions[at as usize].spot)
    }

    fn version(&mut self, commit: CommitIndex, spot: Spot, parents: &[u32]) -> u32 {
        let start = self.made.parents.len() as u32;
        self.made.parents.extend_from_slice(parents);
        self.made.versions.push(Version { commit, spot, parents: (start, parents.len() as u32) });
        self.made.versions.len() as u32 - 1
    }
}

fn same_type(touch: &Touch) -> bool {
    touch.before.mode & 0o170_000 == touch.after.mode & 0o170_000
}

impl Row {
    fn of(commit: CommitIndex, touch: &Touch, old: Option<u32>) -> Self {
        let kind = match (touch.before.exists(), touch.after.exists()) {
            (false, _) => ChangeKind::Added,
            (true, false) => ChangeKind::Deleted,
            (true, true) if !same_type(touch) => ChangeKind::TypeChanged,
            (true, true) if touch.before.blob == touch.after.blob => ChangeKind::ModeChanged,
            (true, true) => ChangeKind::Modified,
        };
        Self {
            commit,
            path: touch.path,
            old_path: NONE,
            before: touch.before,
            after: touch.after,
            kind,
            similarity: None,
            version: NONE,
            old_version: old.unwrap_or(NONE),
        }
    }

    fn rename(&mut self, moved: &Moved, old: Option<u32>) {
        self.kind = ChangeKind::Renamed;
        self.old_path = moved.from;
        self.before = moved.before;
        self.similarity = Some((moved.score * 100 / MAX_SCORE) as u8);
        self.old_version = old.unwrap_or(NONE);
    }
}

/// Follows the mainline: which version stands at each path, and since which month.
#[derive(Debug, Default)]
struct Standing {
    now: FxHashMap<u32, (u32, Month)>,
    stood: Vec<Stood>,
    month: Month,
}

impl Standing {
    /// Time on the mainline does not run backwards.
    fn now(&mut self, committed_at: i64) {
        self.month = self.month.max(month_of(committed_at));
    }

    fn put(&mut self, path: u32, version: u32) {
        if let Some((old, from)) = self.now.remove(&path)
            && from < self.month
        {
            self.stood.push(Stood { version: old, from, until: Some(self.month) });
        }
        if version != NONE {
            self.now.insert(path, (version, self.month));
        }
    }

    fn finish(&mut self) -> Vec<Stood> {
        let standing = self.now.drain().map(|(_, (version, from))| Stood { version, from, until: None });
        self.stood.extend(standing);
        std::mem::take(&mut self.stood)
    }
}
