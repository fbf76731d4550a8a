//! The commit graph: every commit reachable from the tips, parents before children.

use std::collections::BinaryHeap;

use gix::ObjectId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::ObjectError;
use crate::message;
use crate::objects::Objects;
use crate::repository::Repository;

/// Position of a commit in the graph.
pub(crate) type CommitIndex = u32;

/// A commit, as far as the graph needs it.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) id: ObjectId,
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<CommitIndex>,
    /// Committer's time as stored.
    pub(crate) committed_at: i64,
    /// Parents are cut off here.
    pub(crate) boundary: bool,
    pub(crate) bad_time: bool,
}

/// Commits in an order in which parents come before children; among those that could come next, the older first.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) commits: Vec<Node>,
    /// Objects that could not be read on the way.
    pub(crate) damage: Vec<ObjectError>,
}

impl Graph {
    /// Walks from the tips.
    pub(crate) fn walk(
        repository: &Repository,
        objects: &mut Objects,
        tips: &[ObjectId],
        mut step: impl FnMut(usize),
    ) -> Self {
        let mut graph = Self::default();
        let mut found: Vec<(ObjectId, message::Head, bool)> = Vec::new();
        let mut index: FxHashMap<ObjectId, u32> = FxHashMap::default();
        let mut pending: Vec<ObjectId> = tips.to_vec();
        while let Some(id) = pending.pop() {
            if index.contains_key(&id) {
                continue;
            }
            index.insert(id, u32::MAX);
            let head = objects.read(&id).and_then(|bytes| {
                message::head(&bytes).ok_or_else(|| ObjectError::Damaged { id, why: "no commit".to_owned() })
            });
            match head {
                Ok(mut head) => {
                    let boundary = repository.is_boundary(&id);
                    head.parents = repository.parents(&id, head.parents);
                    pending.extend(head.parents.iter().rev());
                    index.insert(id, found.len() as u32);
                    found.push((id, head, boundary));
                    step(found.len());
                }
                Err(damage) => graph.damage.push(damage),
            }
        }
        graph.order(&found, &index);
        graph
    }

    fn order(&mut self, found: &[(ObjectId, message::Head, bool)], index: &FxHashMap<ObjectId, u32>) {
        let parents_of =
            |at: usize| found[at].1.parents.iter().filter_map(|id| index.get(id).copied()).filter(|&at| at != u32::MAX);
        let mut missing = vec![0_u32; found.len()];
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); found.len()];
        for (at, missing) in missing.iter_mut().enumerate() {
            for parent in parents_of(at) {
                *missing += 1;
                children[parent as usize].push(at as u32);
            }
        }
        let key = |at: u32| std::cmp::Reverse((found[at as usize].1.committed_at, found[at as usize].0, at));
        let mut ready: BinaryHeap<_> =
            (0..found.len() as u32).filter(|&at| missing[at as usize] == 0).map(key).collect();
        let mut position = vec![u32::MAX; found.len()];
        while let Some(std::cmp::Reverse((_, id, at))) = ready.pop() {
            let at = at as usize;
            position[at] = self.commits.len() as u32;
            let (_, head, boundary) = &found[at];
            let parents: Vec<_> = parents_of(at).map(|parent| position[parent as usize]).collect();
            self.commits.push(Node {
                id,
                tree: head.tree,
                boundary: *boundary || parents.len() < head.parents.len(),
                parents,
                committed_at: head.committed_at,
                bad_time: head.bad_time,
            });
            for &child in &children[at] {
                missing[child as usize] -= 1;
                if missing[child as usize] == 0 {
                    ready.push(key(child));
                }
            }
        }
    }

    /// For each commit, whether it is reachable from one of `tips`; none when a tip is not in the graph.
    pub(crate) fn reachable(&self, tips: &[ObjectId]) -> Option<Vec<bool>> {
        let wanted: FxHashSet<_> = tips.iter().collect();
        let mut reached: Vec<_> = self.commits.iter().map(|commit| wanted.contains(&commit.id)).collect();
        if reached.iter().filter(|&&reached| reached).count() < wanted.len() {
            return None;
        }
        for (at, commit) in self.commits.iter().enumerate().rev() {
            if reached[at] {
                commit.parents.iter().for_each(|&parent| reached[parent as usize] = true);
            }
        }
        Some(reached)
    }

    /// The position of a commit.
    pub(crate) fn find(&self, id: &ObjectId) -> Option<CommitIndex> {
        self.commits.iter().rposition(|commit| commit.id == *id).map(|at| at as u32)
    }

    /// The chain of first parents from `head` to its root, oldest first.
    pub(crate) fn mainline(&self, head: CommitIndex) -> Vec<CommitIndex> {
        let mut line = vec![head];
        let mut at = head;
        while let Some(&parent) = self.commits[at as usize].parents.first() {
            line.push(parent);
            at = parent;
        }
        line.reverse();
        line
    }
}
