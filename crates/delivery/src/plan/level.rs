//! Who waits for a free slot: schedules that keep links and never take more than there is.
//!
//! Serial schedule generation (Kelley 1963), better by forward–backward justification (Valls, Ballestín and Quintanilla 2005) and by
//! seeded samples of priorities; the best is kept. What is in work keeps its place.

use super::axis::{Days, TICKS, index};
use super::network::Network;
use crate::sim::Draws;

/// Samples of priorities, besides the three rules.
pub const SAMPLES: u64 = 200;
/// Plans with more tasks than this take fewer samples.
const MANY: usize = 300;

/// What made a task start when it did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bound {
    /// The working tick from which links let it start.
    pub ready: i64,
    /// The link that did not let it start before; none when its own first day did, or nothing.
    pub link: Option<usize>,
    /// What was all taken: the pool, and the last civil tick at which it was.
    pub full: Option<(usize, i64)>,
}

/// When each task is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Start in working ticks of its team.
    pub start: Vec<i64>,
    /// The civil tick at which it begins.
    pub begun: Vec<i64>,
    /// The civil tick at which it is finished.
    pub finished: Vec<i64>,
    /// What bound its start.
    pub bound: Vec<Bound>,
    /// The civil tick at which all are finished.
    pub end: i64,
}

/// How much is free at each civil tick; kept between runs.
#[derive(Debug, Clone)]
pub struct Board {
    free: Vec<Vec<u16>>,
    fresh: Vec<Vec<u16>>,
    touched: usize,
}

/// Ticks for which room is laid out at once.
const STRETCH: usize = 1_024;

impl Board {
    /// An empty one.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        let none = vec![Vec::new(); network.pools.len()];
        Self { free: none.clone(), fresh: none, touched: 0 }
    }

    fn clear(&mut self) {
        for (free, fresh) in self.free.iter_mut().zip(&self.fresh) {
            let until = self.touched.min(free.len());
            free[..until].copy_from_slice(&fresh[..until]);
        }
        self.touched = 0;
    }

    fn free(&mut self, pools: &[Days], pool: usize, tick: usize) -> u16 {
        if tick >= self.free[pool].len() {
            self.lay_out(&pools[pool], pool, tick);
        }
        self.free[pool][tick]
    }

    #[cold]
    fn lay_out(&mut self, days: &Days, pool: usize, tick: usize) {
        let until = (tick / STRETCH + 1) * STRETCH;
        for tick in (0_i64..).take(until).skip(self.free[pool].len()) {
            let amount = days.on(tick / TICKS);
            self.free[pool].push(amount);
            self.fresh[pool].push(amount);
        }
    }

    /// The first start from `from` on at which everything is free for as long as it takes, and what was last found taken.
    fn fit(&mut self, network: &Network, task: usize, from: i64, ticks: i64) -> (i64, Option<(usize, i64)>) {
        let one = &network.tasks[task];
        let (mut start, mut full) = (from, None);
        if one.needs.is_empty() || ticks == 0 {
            return (start, full);
        }
        let axis = &network.axes[one.axis];
        let mut work = start;
        while work < start + ticks {
            let tick = axis.start(work);
            for (pool, amount) in &one.needs {
                if self.free(&network.pools, *pool, index(tick)) < *amount {
                    full = Some((*pool, tick));
                    start = work + 1;
                    break;
                }
            }
            work += 1;
        }
        (start, full)
    }

    /// The last start up to `upto` at which everything is free; none before `least`.
    fn fit_back(&mut self, network: &Network, task: usize, upto: i64, least: i64, ticks: i64) -> Option<i64> {
        let one = &network.tasks[task];
        if one.needs.is_empty() || ticks == 0 {
            return (upto >= least).then_some(upto);
        }
        let axis = &network.axes[one.axis];
        let (mut start, mut work) = (upto, upto + ticks - 1);
        while work >= start {
            if start < least {
                return None;
            }
            let tick = index(axis.start(work));
            if one.needs.iter().any(|(pool, amount)| self.free(&network.pools, *pool, tick) < *amount) {
                start = work - ticks;
            }
            work -= 1;
        }
        Some(start)
    }

    fn take(&mut self, network: &Network, task: usize, start: i64, ticks: i64) {
        let one = &network.tasks[task];
        let axis = &network.axes[one.axis];
        if one.needs.is_empty() {
            return;
        }
        for work in start..start + ticks {
            let tick = index(axis.start(work));
            for (pool, amount) in &one.needs {
                let left = self.free(&network.pools, *pool, tick).saturating_sub(*amount);
                self.free[*pool][tick] = left;
            }
            self.touched = self.touched.max(tick + 1);
        }
    }
}

/// Each task in its turn as early as links and what is free let it: `order` has each after those that it hangs on.
pub fn in_turn(network: &Network, board: &mut Board, order: &[usize], ticks: &[i64], into: &mut Schedule) {
    board.clear();
    let count = network.len();
    into.start.resize(count, 0);
    into.begun.resize(count, 0);
    into.finished.resize(count, 0);
    into.bound.resize(count, Bound::default());
    into.end = 0;
    for task in order {
        let task = *task;
        let mut bound = Bound { ready: network.tasks[task].earliest.max(0), link: None, full: None };
        for (number, link) in network.into(task).filter(|(_, link)| !link.soft) {
            let least = network.lower(link, into.start[link.from], ticks[link.from], ticks[task]);
            // Of two that bind alike the first is named; one that binds from the first day on is named, too.
            if least > bound.ready || (least == bound.ready && bound.link.is_none() && least > 0) {
                (bound.ready, bound.link) = (least, Some(number));
            }
        }
        let (start, full) = board.fit(network, task, bound.ready, ticks[task]);
        board.take(network, task, start, ticks[task]);
        into.start[task] = start;
        into.begun[task] = network.begun(task, start, ticks[task]);
        into.finished[task] = network.finished(task, start, ticks[task]);
        into.bound[task] = Bound { full, ..bound };
        into.end = into.end.max(into.finished[task]);
    }
}

/// A levelled plan: the turn of each task, and the schedule that it gives for the durations it was found with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levelled {
    /// Whose turn it is.
    pub order: Vec<usize>,
    /// The schedule.
    pub schedule: Schedule,
}

/// The best plan found within what there is.
#[must_use]
pub fn level(network: &Network, ticks: &[i64], seed: u64) -> Levelled {
    let passes = network.passes(ticks);
    let at = |task: usize, work: i64| network.finished(task, work, 0);
    let by = |of: &[i64]| of.iter().enumerate().map(|(task, work)| at(task, *work)).collect::<Vec<_>>();
    let late = by(&passes.late_finish);
    let rules = [late.clone(), passes.total_float.clone(), by(&passes.late_start)];
    let mut search = Search { network, ticks, board: Board::of(network), best: None };
    for keys in &rules {
        search.try_order(network.ordered(keys));
    }
    let samples = if network.len() > MANY { SAMPLES / 10 } else { SAMPLES };
    let stream = Draws::of(seed).stream_of("levelling");
    let reach = passes.end.max(1) as f64;
    for sample in 0..samples {
        if search.best.as_ref().is_none_or(|best| best.schedule.end == passes.end) {
            break;
        }
        let share = 0.1 + 0.4 * (sample % 5) as f64 / 4.0;
        let noisy = (0_u64..).zip(&late).map(|(task, key)| {
            let noise = stream.uniform(sample, task) * share * reach;
            *key + noise.round() as i64
        });
        search.try_order(network.ordered(&noisy.collect::<Vec<_>>()));
    }
    let found = search.best.take();
    found.unwrap_or_else(|| Levelled { order: Vec::new(), schedule: Schedule::default() })
}

struct Search<'a> {
    network: &'a Network,
    ticks: &'a [i64],
    board: Board,
    best: Option<Levelled>,
}

impl Search<'_> {
    fn try_order(&mut self, order: Vec<usize>) {
        let mut found = self.forward(order);
        for _ in 0..4 {
            let Some(starts) = self.backward(&found.schedule) else { break };
            let begins: Vec<i64> =
                (0..).zip(&starts).map(|(task, start)| self.network.begun(task, *start, self.ticks[task])).collect();
            let again = self.forward(self.network.ordered(&begins));
            if worth(&again.schedule) >= worth(&found.schedule) {
                break;
            }
            found = again;
        }
        if self.best.as_ref().is_none_or(|best| worth(&found.schedule) < worth(&best.schedule)) {
            self.best = Some(found);
        }
    }

    fn forward(&mut self, order: Vec<usize>) -> Levelled {
        let mut schedule = Schedule::default();
        in_turn(self.network, &mut self.board, &order, self.ticks, &mut schedule);
        Levelled { order, schedule }
    }

    /// Each task as late as the end lets it, the last first; what is in work stays. None when one finds no room.
    fn backward(&mut self, found: &Schedule) -> Option<Vec<i64>> {
        let (network, ticks) = (self.network, self.ticks);
        self.board.clear();
        let mut starts = found.start.clone();
        let fixed = |task: &usize| network.tasks[*task].started;
        for task in (0..network.len()).filter(fixed) {
            self.board.take(network, task, starts[task], ticks[task]);
        }
        let mut waits: Vec<usize> = (0..network.len()).map(|task| network.out(task).count()).collect();
        let ready = |task: usize| (found.finished[task], task);
        let mut heap: std::collections::BinaryHeap<_> =
            (0..network.len()).filter(|task| waits[*task] == 0).map(ready).collect();
        while let Some((_, task)) = heap.pop() {
            for (_, link) in network.into(task) {
                waits[link.from] -= 1;
                if waits[link.from] == 0 {
                    heap.push(ready(link.from));
                }
            }
            if fixed(&task) {
                continue;
            }
            let axis = &network.axes[network.tasks[task].axis];
            let hard = network.out(task).filter(|link| !link.soft);
            let upto = hard
                .map(|link| network.upper(link, starts[link.to], ticks[link.to], ticks[task]))
                .fold(axis.work(found.end) - ticks[task], i64::min);
            let least = network.tasks[task].earliest.max(0);
            starts[task] = self.board.fit_back(network, task, upto, least, ticks[task])?;
            self.board.take(network, task, starts[task], ticks[task]);
        }
        Some(starts)
    }
}

/// The end, then how early things are finished on the whole.
fn worth(schedule: &Schedule) -> (i64, i64) {
    (schedule.end, schedule.finished.iter().sum())
}

/// The tasks that bound the finish of `task`, the last first: each waited for the next, by a link or for what it held.
pub fn chain(network: &Network, schedule: &Schedule, task: usize, into: &mut Vec<usize>) {
    into.clear();
    let mut here = Some(task);
    while let Some(task) = here.filter(|task| !into.contains(task)) {
        into.push(task);
        let bound = &schedule.bound[task];
        let holder = bound.full.and_then(|full| holder(network, schedule, task, full));
        here = holder.or_else(|| bound.link.map(|link| network.links[link].from));
    }
}

/// Who held what a task waited for: whoever was finished then, else anybody who held it.
#[must_use]
pub fn holder(network: &Network, schedule: &Schedule, task: usize, full: (usize, i64)) -> Option<usize> {
    let (pool, tick) = full;
    let mut held = None;
    for (other, one) in network.tasks.iter().enumerate() {
        let here = schedule.begun[other] <= tick && tick < schedule.finished[other];
        if here && other != task && one.needs.iter().any(|(need, amount)| *need == pool && *amount > 0) {
            if schedule.finished[other] == tick + 1 {
                return Some(other);
            }
            held = held.or(Some(other));
        }
    }
    held
}

/// The task that is finished last; the first of several.
#[must_use]
pub fn last(schedule: &Schedule) -> Option<usize> {
    (0..schedule.finished.len()).max_by_key(|task| (schedule.finished[*task], std::cmp::Reverse(*task)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::network::tests::{any_plan, golden};
    use super::*;

    fn days(pool: Days) -> i64 {
        let (network, ticks) = golden(vec![pool]);
        level(&network, &ticks, 71).schedule.end / TICKS
    }

    #[test]
    fn slots_are_the_golden_ones() {
        assert_eq!(days(Days::always(2)), 14);
        assert_eq!(days(Days::always(1)), 19);
        let narrow = [2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2];
        assert_eq!(days(Days::of(narrow.to_vec())), 16, "the optimum");
    }

    #[test]
    fn the_chain_runs_through_slots() {
        let (network, ticks) = golden(vec![Days::always(1)]);
        let found = level(&network, &ticks, 71);
        let mut chained = Vec::new();
        chain(&network, &found.schedule, last(&found.schedule).unwrap(), &mut chained);
        let took: i64 = chained.iter().map(|task| ticks[*task]).sum();
        assert_eq!(took / TICKS, 19, "one slot: everything is on the chain ({chained:?})");
    }

    fn kept(network: &Network, schedule: &Schedule, ticks: &[i64]) -> Result<(), TestCaseError> {
        for link in &network.links {
            let (from, to) = (link.from, link.to);
            let least = network.lower(link, schedule.start[from], ticks[from], ticks[to]);
            prop_assert!(schedule.start[to] >= least, "{link:?}");
        }
        for (pool, days) in network.pools.iter().enumerate() {
            for tick in 0..schedule.end {
                let takes = |task: usize| {
                    let one = &network.tasks[task];
                    let axis = &network.axes[one.axis];
                    let works = axis.work(tick + 1) > axis.work(tick);
                    let here = schedule.begun[task] <= tick && tick < schedule.finished[task] && works;
                    let amount = one.needs.iter().find(|need| need.0 == pool).map_or(0, |need| need.1);
                    if here { amount } else { 0 }
                };
                let taken: u16 = (0..network.len()).map(takes).sum();
                prop_assert!(taken <= days.on(tick / TICKS), "tick {tick}: {taken}");
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn levelling_keeps_links_and_slots((network, ticks) in any_plan(), seed in 0_u64..100) {
            let found = level(&network, &ticks, seed);
            kept(&network, &found.schedule, &ticks)?;
            prop_assert!(found.schedule.end >= network.passes(&ticks).end, "never shorter than by links alone");
            let mut again = Schedule::default();
            in_turn(&network, &mut Board::of(&network), &found.order, &ticks, &mut again);
            prop_assert_eq!(again, found.schedule);
        }
    }
}
