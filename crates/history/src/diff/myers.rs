//! Myers' O(ND) search from both ends (Myers 1986), with the shortcuts that Git takes when it becomes dear.

use super::discard::{Kept, rough_root};

/// A run of equal lines this long is a good sign.
const SNAKE: i32 = 20;
/// Cost above which good signs are looked for.
const HEURISTIC_COST: i32 = 256;
/// How far ahead of its cost a path must be to be taken.
const HEURISTIC_FACTOR: i32 = 4;
/// The least cost at which the search gives up and takes the furthest path.
const MIN_COST_LIMIT: i32 = 256;

#[derive(Debug, Default)]
pub(super) struct Scratch {
    forward: Vec<i32>,
    backward: Vec<i32>,
    pending: Vec<Rect>,
}

/// A part of the edit graph that is still to be searched.
#[derive(Debug, Clone, Copy)]
struct Rect {
    a0: i32,
    a1: i32,
    b0: i32,
    b1: i32,
    minimal: bool,
}

struct Split {
    a: i32,
    b: i32,
    low_minimal: bool,
    high_minimal: bool,
}

impl Scratch {
    /// Marks the lines that are not on the path found.
    pub(super) fn run(&mut self, kept: &Kept, before_changed: &mut [bool], after_changed: &mut [bool]) {
        let (a, b) = (kept.before.tokens.as_slice(), kept.after.tokens.as_slice());
        let diagonals = a.len() + b.len() + 3;
        // What earlier searches left is never read: a frontier is widened by writing beside it.
        if self.forward.len() <= diagonals {
            self.forward.resize(diagonals + 1, 0);
            self.backward.resize(diagonals + 1, 0);
        }
        let search =
            Search { a, b, origin: b.len() as i32 + 1, cost_limit: (rough_root(diagonals) as i32).max(MIN_COST_LIMIT) };
        self.pending.clear();
        self.pending.push(Rect { a0: 0, a1: a.len() as i32, b0: 0, b1: b.len() as i32, minimal: false });
        while let Some(rect) = self.pending.pop() {
            let rect = search.shrink(rect);
            if rect.a0 == rect.a1 {
                for line in &kept.after.lines[rect.b0 as usize..rect.b1 as usize] {
                    after_changed[*line as usize] = true;
                }
            } else if rect.b0 == rect.b1 {
                for line in &kept.before.lines[rect.a0 as usize..rect.a1 as usize] {
                    before_changed[*line as usize] = true;
                }
            } else {
                let split = search.split(&rect, &mut self.forward, &mut self.backward);
                self.pending.push(Rect { a0: split.a, b0: split.b, minimal: split.high_minimal, ..rect });
                self.pending.push(Rect { a1: split.a, b1: split.b, minimal: split.low_minimal, ..rect });
            }
        }
    }
}

struct Search<'a> {
    a: &'a [u32],
    b: &'a [u32],
    /// Index of diagonal 0 in the frontiers.
    origin: i32,
    cost_limit: i32,
}

/// The furthest point on each diagonal, and the diagonals in use.
struct Frontier<'a> {
    points: &'a mut [i32],
    origin: i32,
    middle: i32,
    low: i32,
    high: i32,
}

impl Frontier<'_> {
    fn at(&self, diagonal: i32) -> i32 {
        self.points[(diagonal + self.origin) as usize]
    }

    fn set(&mut self, diagonal: i32, point: i32) {
        self.points[(diagonal + self.origin) as usize] = point;
    }

    /// Takes in one more diagonal at either side, or gives up the outermost where the edit graph ends.
    fn widen(&mut self, least: i32, most: i32, sentinel: i32) {
        if self.low > least {
            self.low -= 1;
            self.set(self.low - 1, sentinel);
        } else {
            self.low += 1;
        }
        if self.high < most {
            self.high += 1;
            self.set(self.high + 1, sentinel);
        } else {
            self.high -= 1;
        }
    }

    fn covers(&self, diagonal: i32) -> bool {
        self.low <= diagonal && diagonal <= self.high
    }

    fn diagonals(&self) -> impl Iterator<Item = i32> + use<> {
        let (low, mut next) = (self.low, self.high);
        std::iter::from_fn(move || {
            let diagonal = next;
            next -= 2;
            (diagonal >= low).then_some(diagonal)
        })
    }
}

impl Search<'_> {
    fn equal(&self, a: i32, b: i32) -> bool {
        self.a[a as usize] == self.b[b as usize]
    }

    fn shrink(&self, mut rect: Rect) -> Rect {
        while rect.a0 < rect.a1 && rect.b0 < rect.b1 && self.equal(rect.a0, rect.b0) {
            rect.a0 += 1;
            rect.b0 += 1;
        }
        while rect.a0 < rect.a1 && rect.b0 < rect.b1 && self.equal(rect.a1 - 1, rect.b1 - 1) {
            rect.a1 -= 1;
            rect.b1 -= 1;
        }
        rect
    }

    fn split(&self, rect: &Rect, forward: &mut [i32], backward: &mut [i32]) -> Split {
        let (least, most) = (rect.a0 - rect.b1, rect.a1 - rect.b0);
        let start = rect.a0 - rect.b0;
        let end = rect.a1 - rect.b1;
        let odd = (start - end) & 1 != 0;
        let mut fwd = Frontier { points: forward, origin: self.origin, middle: start, low: start, high: start };
        let mut bwd = Frontier { points: backward, origin: self.origin, middle: end, low: end, high: end };
        fwd.set(start, rect.a0);
        bwd.set(end, rect.a1);
        for cost in 1.. {
            let mut snake = false;
            fwd.widen(least, most, -1);
            for d in fwd.diagonals() {
                let from = if fwd.at(d - 1) >= fwd.at(d + 1) { fwd.at(d - 1) + 1 } else { fwd.at(d + 1) };
                let mut a = from;
                while a < rect.a1 && a - d < rect.b1 && self.equal(a, a - d) {
                    a += 1;
                }
                snake |= a - from > SNAKE;
                fwd.set(d, a);
                if odd && bwd.covers(d) && bwd.at(d) <= a {
                    return Split { a, b: a - d, low_minimal: true, high_minimal: true };
                }
            }
            bwd.widen(least, most, i32::MAX);
            for d in bwd.diagonals() {
                let from = if bwd.at(d - 1) < bwd.at(d + 1) { bwd.at(d - 1) } else { bwd.at(d + 1) - 1 };
                let mut a = from;
                while a > rect.a0 && a - d > rect.b0 && self.equal(a - 1, a - d - 1) {
                    a -= 1;
                }
                snake |= from - a > SNAKE;
                bwd.set(d, a);
                if !odd && fwd.covers(d) && a <= fwd.at(d) {
                    return Split { a, b: a - d, low_minimal: true, high_minimal: true };
                }
            }
            if rect.minimal {
                continue;
            }
            if snake && cost > HEURISTIC_COST {
                if let Some(split) = self.promising(rect, &fwd, cost) {
                    return split;
                }
                if let Some(split) = self.promising_back(rect, &bwd, cost) {
                    return split;
                }
            }
            if cost >= self.cost_limit {
                return furthest(rect, &fwd, &bwd);
            }
        }
        unreachable!("the frontiers meet at a cost of at most the number of lines")
    }

    fn promising(&self, rect: &Rect, fwd: &Frontier<'_>, cost: i32) -> Option<Split> {
        let (mut best, mut found) = (0, None);
        for d in fwd.diagonals() {
            let a = fwd.at(d);
            let b = a - d;
            let gain = (a - rect.a0) + (b - rect.b0) - (d - fwd.middle).abs();
            if gain > HEURISTIC_FACTOR * cost
                && gain > best
                && rect.a0 + SNAKE <= a
                && a < rect.a1
                && rect.b0 + SNAKE <= b
                && b < rect.b1
                && (1..=SNAKE).all(|k| self.equal(a - k, b - k))
            {
                best = gain;
                found = Some(Split { a, b, low_minimal: true, high_minimal: false });
            }
        }
        found
    }

    fn promising_back(&self, rect: &Rect, bwd: &Frontier<'_>, cost: i32) -> Option<Split> {
        let (mut best, mut found) = (0, None);
        for d in bwd.diagonals() {
            let a = bwd.at(d);
            let b = a - d;
            let gain = (rect.a1 - a) + (rect.b1 - b) - (d - bwd.middle).abs();
            if gain > HEURISTIC_FACTOR * cost
                && gain > best
                && rect.a0 < a
                && a <= rect.a1 - SNAKE
                && rect.b0 < b
                && b <= rect.b1 - SNAKE
                && (0..SNAKE).all(|k| self.equal(a + k, b + k))
            {
                best = gain;
                found = Some(Split { a, b, low_minimal: false, high_minimal: true });
            }
        }
        found
    }
}

/// The split at the point that is furthest from its own end, when the search has become too dear.
fn furthest(rect: &Rect, fwd: &Frontier<'_>, bwd: &Frontier<'_>) -> Split {
    let (mut front, mut front_a) = (-1, -1);
    for d in fwd.diagonals() {
        let mut a = fwd.at(d).min(rect.a1);
        if rect.b1 < a - d {
            a = rect.b1 + d;
        }
        let sum = a + a - d;
        if front < sum {
            (front, front_a) = (sum, a);
        }
    }
    let (mut back, mut back_a) = (i32::MAX, i32::MAX);
    for d in bwd.diagonals() {
        let mut a = bwd.at(d).max(rect.a0);
        if a - d < rect.b0 {
            a = rect.b0 + d;
        }
        let sum = a + a - d;
        if sum < back {
            (back, back_a) = (sum, a);
        }
    }
    if (rect.a1 + rect.b1) - back < front - (rect.a0 + rect.b0) {
        Split { a: front_a, b: front - front_a, low_minimal: true, high_minimal: false }
    } else {
        Split { a: back_a, b: back - back_a, low_minimal: false, high_minimal: true }
    }
}
