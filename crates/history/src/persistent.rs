//! A map from small numbers to small numbers whose copies share what they have in common: the state of all paths at a commit.
//! A change costs a few small copies where the state is shared, and none where it is not.

use std::rc::Rc;

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;
/// Stands for "nothing here".
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
enum Node {
    Branch([Option<Rc<Node>>; WIDTH]),
    Leaf([u32; WIDTH]),
}

/// The map. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    root: Option<Rc<Node>>,
    /// Levels above the leaves.
    depth: u32,
}

impl Paths {
    pub(crate) fn get(&self, key: u32) -> Option<u32> {
        if u64::from(key) >> (BITS * (self.depth + 1)) != 0 {
            return None;
        }
        let mut node = self.root.as_deref()?;
        let mut level = self.depth;
        loop {
            match node {
                Node::Leaf(values) => {
                    let value = values[index(key, 0)];
                    return (value != NONE).then_some(value);
                }
                Node::Branch(children) => {
                    node = children[index(key, level)].as_deref()?;
                    level -= 1;
                }
            }
        }
    }

    /// Sets a value; [`NONE`] removes it.
    pub(crate) fn set(&mut self, key: u32, value: u32) {
        while u64::from(key) >> (BITS * (self.depth + 1)) != 0 {
            if let Some(root) = self.root.take() {
                let mut children = [const { None }; WIDTH];
                children[0] = Some(root);
                self.root = Some(Rc::new(Node::Branch(children)));
            }
            self.depth += 1;
        }
        set(&mut self.root, self.depth, key, value);
    }

    /// Every key and value, in order of the keys.
    pub(crate) fn entries(&self) -> Vec<(u32, u32)> {
        let mut entries = Vec::new();
        if let Some(root) = &self.root {
            collect(root, 0, &mut entries);
        }
        entries
    }
}

fn index(key: u32, level: u32) -> usize {
    (key >> (BITS * level)) as usize % WIDTH
}

fn set(slot: &mut Option<Rc<Node>>, level: u32, key: u32, value: u32) {
    let empty = || Rc::new(if level == 0 { Node::Leaf([NONE; WIDTH]) } else { Node::Branch([const { None }; WIDTH]) });
    match Rc::make_mut(slot.get_or_insert_with(empty)) {
        Node::Leaf(values) => values[index(key, 0)] = value,
        Node::Branch(children) => set(&mut children[index(key, level)], level - 1, key, value),
    }
}

fn collect(node: &Node, prefix: u32, entries: &mut Vec<(u32, u32)>) {
    match node {
        Node::Leaf(values) => {
            entries.extend(
                values
                    .iter()
                    .enumerate()
                    .filter(|&(_, &value)| value != NONE)
                    .map(|(at, &value)| (prefix * WIDTH as u32 + at as u32, value)),
            );
        }
        Node::Branch(children) => {
            for (at, child) in children.iter().enumerate() {
                if let Some(child) = child {
                    collect(child, prefix * WIDTH as u32 + at as u32, entries);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn copies_do_not_see_later_changes(first in prop::collection::btree_map(0..40_000_u32, 0..9_u32, 0..60), second in prop::collection::btree_map(0..40_000_u32, 0..9_u32, 0..60)) {
            let mut map = Paths::default();
            for (&key, &value) in &first {
                map.set(key, value);
            }
            let copy = map.clone();
            for (&key, &value) in &second {
                map.set(key, if value == 0 { NONE } else { value });
            }
            prop_assert_eq!(copy.entries().into_iter().collect::<BTreeMap<_, _>>(), first.clone());
            for key in first.keys().chain(second.keys()) {
                let expected = second.get(key).or(first.get(key)).copied().filter(|&value| value != 0 || !second.contains_key(key));
                prop_assert_eq!(map.get(*key), expected);
            }
        }
    }
}
