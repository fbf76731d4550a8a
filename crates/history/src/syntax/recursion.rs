//! Functions that call themselves, directly or through others of their file: Campbell (2018) adds one to each method in such a cycle.
//!
//! Calls are resolved by name within the file, and only where the receiver leaves no doubt. A function that is called under the
//! name of a sibling with the same number of parameters may be taken for it; calls through other files are not seen.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::frames::Row;
use super::grammar::{Grammar, Habit};
use super::nodes::CallSite;

/// Words that mean the object or type at hand.
const SELVES: [&[u8]; 6] = [b"this", b"self", b"Self", b"$this", b"static", b"cls"];

/// Adds one to each function in a cycle; the sum of what was added.
pub(super) fn mark(grammar: &Grammar, content: &[u8], rows: &mut [Row]) -> u32 {
    let calls = edges(grammar, content, rows);
    let mut added = 0;
    for place in cycles(&calls) {
        if let Some(row) = rows.get_mut(place) {
            row.found.cognitive = row.found.cognitive.saturating_add(1);
            added += 1;
        }
    }
    added
}

/// For each function the functions that it calls.
fn edges(grammar: &Grammar, content: &[u8], rows: &[Row]) -> Vec<Vec<usize>> {
    let mut by_name: FxHashMap<&[u8], Vec<usize>> = FxHashMap::default();
    for (place, row) in rows.iter().enumerate() {
        by_name.entry(row.found.name.as_bytes()).or_default().push(place);
    }
    let slice = |range: &Range<usize>| content.get(range.clone()).unwrap_or_default();
    rows.iter()
        .map(|row| {
            let mut targets: Vec<usize> = Vec::new();
            for call in &row.calls {
                let Some(candidates) = by_name.get(slice(&call.name)) else { continue };
                let receiver = slice(&call.receiver);
                let fits = |place: &usize| {
                    rows.get(*place).is_some_and(|target| means(grammar, row, receiver, target, content))
                };
                // A name that very many functions share tells nothing.
                let fitting: Vec<usize> = candidates.iter().take(32).copied().filter(fits).collect();
                targets.extend(choose(rows, &fitting, call));
            }
            targets.sort_unstable();
            targets.dedup();
            targets
        })
        .collect()
}

/// Of overloaded functions those with as many parameters as the call has arguments.
fn choose<'a>(rows: &'a [Row], fitting: &'a [usize], call: &'a CallSite) -> impl Iterator<Item = usize> + 'a {
    let overloaded = fitting.len() > 1;
    fitting
        .iter()
        .copied()
        .filter(move |place| !overloaded || rows.get(*place).is_some_and(|row| row.found.parameters == call.arguments))
}

/// Whether a call with this receiver can only mean the target.
fn means(grammar: &Grammar, caller: &Row, receiver: &[u8], target: &Row, content: &[u8]) -> bool {
    let same_container = caller.found.container == target.found.container;
    if receiver.is_empty() {
        return !target.method || (grammar.does(Habit::ImplicitReceiver) && same_container);
    }
    let container = caller.found.container.as_deref().map(str::as_bytes);
    let own_receiver = caller.receiver.as_ref().and_then(|range| content.get(range.clone()));
    let itself = SELVES.contains(&receiver) || container == Some(receiver) || own_receiver == Some(receiver);
    itself && target.method && same_container
}

/// The nodes that lie on a cycle (Tarjan 1972, with a stack of its own).
fn cycles(edges: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let mut index = vec![NEW; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..edges.len() {
        let mut work = vec![(root, 0)];
        while let Some((node, step)) = work.pop() {
            if step == 0 {
                if index[node] != NEW {
                    continue;
                }
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            } else if let Some(child) = edges[node].get(step - 1) {
                low[node] = low[node].min(low[*child]);
            }
            // Children that are done already only lower the link.
            let mut at = step;
            let mut descend = None;
            while let Some(child) = edges[node].get(at) {
                at += 1;
                if index[*child] == NEW {
                    descend = Some(*child);
                    break;
                }
                if on_stack[*child] {
                    low[node] = low[node].min(index[*child]);
                }
            }
            if let Some(child) = descend {
                work.push((node, at));
                work.push((child, 0));
            } else if low[node] == index[node] {
                let start = stack.iter().rposition(|one| *one == node).unwrap_or(stack.len());
                let component = stack.split_off(start);
                for one in &component {
                    on_stack[*one] = false;
                }
                if component.len() > 1 || edges[node].contains(&node) {
                    found.extend(component);
                }
            }
        }
    }
    found.sort_unstable();
    found
}
