//! What hangs on what: links of four kinds with lags, the ring that is refused, and the critical path by links alone.
//!
//! After Kelley and Walker 1959, with the links of precedence diagrams (Fondahl 1961). Times are working ticks of each task's own team;
//! a link between two teams is carried over civil time.

use super::axis::{Axis, Days};

/// Which end hangs on which.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub enum LinkSort {
    /// It starts when the other has finished.
    #[default]
    #[serde(rename = "FS")]
    FinishStart,
    /// It starts when the other has started.
    #[serde(rename = "SS")]
    StartStart,
    /// It finishes when the other has finished.
    #[serde(rename = "FF")]
    FinishFinish,
    /// It finishes when the other has started.
    #[serde(rename = "SF")]
    StartFinish,
}

impl LinkSort {
    /// Whether it hangs on the other's finish.
    #[must_use]
    pub const fn of_finish(self) -> bool {
        matches!(self, Self::FinishStart | Self::FinishFinish)
    }

    /// Whether its start hangs on the other.
    #[must_use]
    pub const fn on_start(self) -> bool {
        matches!(self, Self::FinishStart | Self::StartStart)
    }

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FinishStart => "FS",
            Self::StartStart => "SS",
            Self::FinishFinish => "FF",
            Self::StartFinish => "SF",
        }
    }
}

/// A link between two tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Which comes first.
    pub from: usize,
    /// Which hangs on it.
    pub to: usize,
    /// How.
    pub sort: LinkSort,
    /// Working ticks of `to` between the two ends; below 0 they overlap.
    pub lag: i64,
    /// Whether it orders only, and never delays.
    pub soft: bool,
}

impl Link {
    /// Finish to start, without a lag.
    #[must_use]
    pub const fn after(from: usize, to: usize) -> Self {
        Self { from, to, sort: LinkSort::FinishStart, lag: 0, soft: false }
    }
}

/// Something to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Task {
    /// Whose time it takes.
    pub axis: usize,
    /// What it occupies, and how much of it.
    pub needs: Vec<(usize, u16)>,
    /// Not before this working tick.
    pub earliest: i64,
    /// To be finished by this working tick.
    pub latest: Option<i64>,
    /// Whether it is in work: then it keeps its place.
    pub started: bool,
}

/// What is not a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Links that close a ring: the tasks on it, the first one not repeated.
    #[error("links close a ring")]
    Ring(Vec<usize>),
    /// A task that needs more of a pool than there ever is.
    #[error("task {task} needs {amount} of pool {pool}, which has {most}")]
    TooMuch {
        /// Which task.
        task: usize,
        /// Which pool.
        pool: usize,
        /// How much it needs.
        amount: u16,
        /// How much there is.
        most: u16,
    },
}

/// Tasks with their links, the time of each team, and what there is of what they occupy.
#[derive(Debug, Clone)]
pub struct Network {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The links.
    pub links: Vec<Link>,
    /// Teams' time.
    pub axes: Vec<Axis>,
    /// What is occupied: slots of teams, resources.
    pub pools: Vec<Days>,
    into: Lists,
    out: Lists,
    order: Vec<usize>,
}

/// Links by task, one after another.
#[derive(Debug, Clone, Default)]
struct Lists {
    begins: Vec<u32>,
    links: Vec<u32>,
}

impl Lists {
    fn of(count: usize, links: &[Link], end: fn(&Link) -> usize) -> Self {
        let mut begins = vec![0_u32; count + 1];
        for link in links {
            begins[end(link) + 1] += 1;
        }
        for place in 0..count {
            begins[place + 1] += begins[place];
        }
        let mut next = begins.clone();
        let mut all = vec![0; links.len()];
        for (number, link) in (0_u32..).zip(links) {
            let slot = &mut next[end(link)];
            all[*slot as usize] = number;
            *slot += 1;
        }
        Self { begins, links: all }
    }

    fn at(&self, task: usize) -> &[u32] {
        &self.links[self.begins[task] as usize..self.begins[task + 1] as usize]
    }
}

/// Earliest and latest times by links alone, and how much room there is. Working ticks of each task's own team.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passes {
    /// Earliest start.
    pub early_start: Vec<i64>,
    /// Earliest finish.
    pub early_finish: Vec<i64>,
    /// Latest start.
    pub late_start: Vec<i64>,
    /// Latest finish.
    pub late_finish: Vec<i64>,
    /// Latest start less earliest start; none or less is critical.
    pub total_float: Vec<i64>,
    /// The least slack of a link that leaves it; of what nothing hangs on, its total float.
    pub free_float: Vec<i64>,
    /// The civil tick at which the last task is finished.
    pub end: i64,
}

impl Network {
    /// Of tasks and links.
    ///
    /// # Errors
    /// Links that close a ring; a need that can never be met.
    pub fn of(tasks: Vec<Task>, links: Vec<Link>, axes: Vec<Axis>, pools: Vec<Days>) -> Result<Self, NetworkError> {
        let into = Lists::of(tasks.len(), &links, |link| link.to);
        let out = Lists::of(tasks.len(), &links, |link| link.from);
        for (task, one) in tasks.iter().enumerate() {
            for (pool, amount) in &one.needs {
                let most = pools.get(*pool).map_or(0, Days::lasting);
                if *amount > most {
                    return Err(NetworkError::TooMuch { task, pool: *pool, amount: *amount, most });
                }
            }
        }
        let mut made = Self { tasks, links, axes, pools, into, out, order: Vec::new() };
        made.order = made.topological()?;
        Ok(made)
    }

    /// How many tasks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The numbers of links that a task hangs on.
    pub fn into(&self, task: usize) -> impl Iterator<Item = (usize, &Link)> {
        self.into.at(task).iter().map(|number| (*number as usize, &self.links[*number as usize]))
    }

    /// The links that leave a task.
    pub fn out(&self, task: usize) -> impl Iterator<Item = &Link> {
        self.out.at(task).iter().map(|number| &self.links[*number as usize])
    }

    fn topological(&self) -> Result<Vec<usize>, NetworkError> {
        let mut waits: Vec<usize> = (0..self.len()).map(|task| self.into.at(task).len()).collect();
        let mut order: Vec<usize> = (0..self.len()).filter(|task| waits[*task] == 0).collect();
        let mut next = 0;
        while let Some(task) = order.get(next).copied() {
            next += 1;
            for link in self.out(task) {
                waits[link.to] -= 1;
                if waits[link.to] == 0 {
                    order.push(link.to);
                }
            }
        }
        if order.len() == self.len() { Ok(order) } else { Err(NetworkError::Ring(self.ring(&waits))) }
    }

    /// A ring among the tasks that still wait: walk back until one comes twice.
    fn ring(&self, waits: &[usize]) -> Vec<usize> {
        let mut path: Vec<usize> = waits.iter().position(|waits| *waits > 0).into_iter().collect();
        while let Some(last) = path.last().copied() {
            let Some((_, link)) = self.into(last).find(|(_, link)| waits[link.from] > 0) else { break };
            if let Some(place) = path.iter().position(|task| *task == link.from) {
                let mut ring = path.split_off(place);
                ring.reverse();
                return ring;
            }
            path.push(link.from);
        }
        path
    }

    /// Tasks in an order in which each comes after those that it hangs on, the least key first.
    #[must_use]
    pub fn ordered(&self, key: &[i64]) -> Vec<usize> {
        use std::cmp::Reverse;
        let mut waits: Vec<usize> = (0..self.len()).map(|task| self.into.at(task).len()).collect();
        let ready = |task: usize| Reverse((!self.tasks[task].started, key[task], task));
        let mut heap: std::collections::BinaryHeap<_> =
            (0..self.len()).filter(|task| waits[*task] == 0).map(ready).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse((_, _, task))) = heap.pop() {
            order.push(task);
            for link in self.out(task) {
                waits[link.to] -= 1;
                if waits[link.to] == 0 {
                    heap.push(ready(link.to));
                }
            }
        }
        order
    }

    /// The earliest start of `link.to` that the link lets be, when `link.from` starts at `start` and takes `ticks`.
    #[must_use]
    pub fn lower(&self, link: &Link, start: i64, ticks: i64, own_ticks: i64) -> i64 {
        let (from, to) = (self.tasks[link.from].axis, self.tasks[link.to].axis);
        let at = if link.sort.of_finish() { start + ticks } else { start };
        let at = if from == to {
            at
        } else if link.sort.of_finish() || ticks == 0 {
            self.axes[to].work(self.axes[from].end(at))
        } else {
            self.axes[to].work(self.axes[from].start(at))
        };
        at + link.lag - if link.sort.on_start() { 0 } else { own_ticks }
    }

    /// The latest start of `link.from` that the link lets be, when `link.to` starts at `start` and takes `ticks`.
    #[must_use]
    pub fn upper(&self, link: &Link, start: i64, ticks: i64, own_ticks: i64) -> i64 {
        let (from, to) = (self.tasks[link.from].axis, self.tasks[link.to].axis);
        let at = if link.sort.on_start() { start } else { start + ticks } - link.lag;
        let at = if from == to {
            at
        } else if link.sort.of_finish() || own_ticks == 0 {
            self.axes[from].work(self.axes[to].start(at))
        } else {
            self.axes[from].work(self.axes[to].start(at) + 1) - 1
        };
        at - if link.sort.of_finish() { own_ticks } else { 0 }
    }

    /// The civil tick at which a task that starts at `start` is finished.
    #[must_use]
    pub fn finished(&self, task: usize, start: i64, ticks: i64) -> i64 {
        self.axes[self.tasks[task].axis].end(start + ticks)
    }

    /// The civil tick at which a task that starts at `start` begins.
    #[must_use]
    pub fn begun(&self, task: usize, start: i64, ticks: i64) -> i64 {
        let axis = &self.axes[self.tasks[task].axis];
        if ticks == 0 { axis.end(start) } else { axis.start(start) }
    }

    /// Both passes for durations in working ticks: O(tasks + links).
    #[must_use]
    pub fn passes(&self, ticks: &[i64]) -> Passes {
        let count = self.len();
        let mut start = vec![0_i64; count];
        for task in &self.order {
            let hard = self.into(*task).filter(|(_, link)| !link.soft);
            let bound = hard.map(|(_, link)| self.lower(link, start[link.from], ticks[link.from], ticks[*task]));
            start[*task] = bound.fold(self.tasks[*task].earliest.max(0), i64::max);
        }
        let finished = |task: usize| self.finished(task, start[task], ticks[task]);
        let end = (0..count).map(finished).max().unwrap_or(0);
        let mut late = vec![0_i64; count];
        let mut free = vec![i64::MAX; count];
        for task in self.order.iter().rev() {
            let own = &self.tasks[*task];
            let last = self.axes[own.axis].work(end).min(own.latest.unwrap_or(i64::MAX)) - ticks[*task];
            let mut bound = last;
            for link in self.out(*task).filter(|link| !link.soft) {
                bound = bound.min(self.upper(link, late[link.to], ticks[link.to], ticks[*task]));
                let slack = start[link.to] - self.lower(link, start[*task], ticks[*task], ticks[link.to]);
                free[*task] = free[*task].min(slack);
            }
            late[*task] = bound;
        }
        let total: Vec<i64> = start.iter().zip(&late).map(|(early, late)| late - early).collect();
        let free = free.iter().zip(&total).map(|(free, total)| if *free == i64::MAX { *total } else { *free });
        let plus = |starts: &[i64]| starts.iter().zip(ticks).map(|(start, ticks)| start + ticks).collect();
        Passes {
            early_finish: plus(&start),
            late_finish: plus(&late),
            free_float: free.collect(),
            total_float: total,
            early_start: start,
            late_start: late,
            end,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::super::axis::TICKS;
    use super::*;

    /// The plan of the specification: A 3; B 5 and C 2 after A; D 4 after B and C; E 3 after C, and a day after B began; F 2 after D, and
    /// after E both by finish–start and by finish–finish with two days.
    pub(crate) fn golden(pools: Vec<Days>) -> (Network, Vec<i64>) {
        let days = [3, 5, 2, 4, 3, 2];
        let link = |from, to, sort, lag: i64| Link { from, to, sort, lag: lag * TICKS, soft: false };
        let links = vec![
            Link::after(0, 1),
            Link::after(0, 2),
            Link::after(1, 3),
            Link::after(2, 3),
            Link::after(2, 4),
            link(1, 4, LinkSort::StartStart, 1),
            Link::after(3, 5),
            Link::after(4, 5),
            link(4, 5, LinkSort::FinishFinish, 2),
        ];
        let needs: Vec<(usize, u16)> = (0..pools.len()).map(|pool| (pool, 1)).collect();
        let tasks = days.iter().map(|_| Task { needs: needs.clone(), ..Task::default() }).collect();
        let network = Network::of(tasks, links, vec![Axis::whole()], pools).unwrap();
        (network, days.iter().map(|days| days * TICKS).collect())
    }

    fn in_days(ticks: &[i64]) -> Vec<i64> {
        ticks.iter().map(|ticks| ticks / TICKS).collect()
    }

    #[test]
    fn passes_are_the_golden_ones() {
        let (network, ticks) = golden(Vec::new());
        let found = network.passes(&ticks);
        assert_eq!(in_days(&found.early_start), [0, 3, 3, 8, 5, 12]);
        assert_eq!(in_days(&found.late_finish), [3, 8, 8, 12, 12, 14]);
        assert_eq!(in_days(&found.total_float), [0, 0, 3, 0, 4, 0]);
        assert_eq!(in_days(&found.free_float), [0, 0, 0, 0, 4, 0]);
        assert_eq!(found.end, 14 * TICKS);
    }

    #[test]
    fn a_holiday_moves_the_end() {
        let (mut network, ticks) = golden(Vec::new());
        let mut days: Vec<u16> = [1, 1, 1, 1, 1, 0, 0].iter().copied().cycle().take(28).collect();
        days[4] = 0;
        network.axes = vec![Axis::of(&Days::of(days)).unwrap()];
        // From Monday 2 March 2026 with Friday the 6th free: the last day is Friday 20 March.
        assert_eq!((network.passes(&ticks).end - 1) / TICKS, 18);
    }

    #[test]
    fn a_ring_is_named() {
        let tasks = vec![Task::default(); 4];
        let links = vec![Link::after(0, 1), Link::after(1, 2), Link::after(2, 3), Link::after(3, 1)];
        let error = Network::of(tasks, links, vec![Axis::whole()], Vec::new()).unwrap_err();
        let NetworkError::Ring(mut ring) = error else { panic!("{error}") };
        let at = ring.iter().position(|task| *task == 1).unwrap();
        ring.rotate_left(at);
        assert_eq!(ring, [1, 2, 3]);
    }

    #[test]
    fn a_late_promise_is_below_nothing() {
        let (mut network, ticks) = golden(Vec::new());
        network.tasks[5].latest = Some(12 * TICKS);
        let found = network.passes(&ticks);
        assert_eq!(in_days(&found.total_float)[0], -2);
    }

    /// Any plan without a ring: links go from lower to higher numbers.
    pub(crate) fn any_plan() -> impl Strategy<Value = (Network, Vec<i64>)> {
        let sort = prop::sample::select(vec![
            LinkSort::FinishStart,
            LinkSort::StartStart,
            LinkSort::FinishFinish,
            LinkSort::StartFinish,
        ]);
        let axis = prop::collection::vec(0_u16..3, 7..30).prop_map(|mut days| {
            let last = days.len() - 1;
            days[last] = days[last].max(1);
            Days::of(days)
        });
        (2_usize..12, prop::collection::vec(axis, 2)).prop_flat_map(move |(count, days)| {
            let link = (0..count - 1, 0..count, sort.clone(), -8_i64..12);
            let tasks = prop::collection::vec((0_i64..24, 0_usize..2), count);
            let days = days.clone();
            (tasks, prop::collection::vec(link, 0..20)).prop_map(move |(tasks, links)| {
                let ticks: Vec<i64> = tasks.iter().map(|one| one.0).collect();
                let tasks: Vec<Task> = tasks
                    .iter()
                    .map(|(ticks, axis)| Task {
                        axis: *axis,
                        needs: if *ticks > 0 { vec![(*axis, 1)] } else { Vec::new() },
                        ..Task::default()
                    })
                    .collect();
                let links = links.into_iter().filter(|(from, to, ..)| from != to).map(|(from, to, sort, lag)| Link {
                    from: from.min(to),
                    to: from.max(to),
                    sort,
                    lag,
                    soft: false,
                });
                let axes = days.iter().map(|days| Axis::of(days).unwrap()).collect();
                (Network::of(tasks, links.collect(), axes, days.clone()).unwrap(), ticks)
            })
        })
    }

    proptest! {
        #[test]
        fn fewer_links_never_lengthen((network, ticks) in any_plan(), gone in 0_usize..20) {
            let end = network.passes(&ticks).end;
            let mut links = network.links.clone();
            if gone < links.len() {
                links.remove(gone);
            }
            let less = Network::of(network.tasks.clone(), links, network.axes.clone(), network.pools.clone()).unwrap();
            prop_assert!(less.passes(&ticks).end <= end);
        }

        #[test]
        fn late_starts_keep_every_link((network, ticks) in any_plan()) {
            let found = network.passes(&ticks);
            for link in &network.links {
                let (from, to) = (link.from, link.to);
                let least = network.lower(link, found.late_start[from], ticks[from], ticks[to]);
                prop_assert!(found.late_start[to] >= least, "{link:?}");
            }
            prop_assert!(found.total_float.iter().all(|float| *float >= 0));
        }
    }
}
