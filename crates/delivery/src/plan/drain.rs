//! A plan told by throughput: what a team finishes a day goes into the next items whose turn it is and that wait for nothing. For plans whose
//! leaves are not estimated.
//!
//! A day to come is like a past day of its kind (working or free), from a window that is drawn once a trial, thinned by who is there and by
//! what nobody plans. An item counts one, more where a risk or growth makes it longer. Addressed draws, as everywhere.

use super::axis::{Axis, TICKS};
use super::level::Schedule;
use super::network::{LinkSort, Network};
use crate::pace::{Ahead, Bag, History, LEAST, Table};
use crate::published::Method;
use crate::sim::{Draws, Stream};

/// Days after which a plan is not followed further.
const HORIZON: usize = 4_000;
/// The stream that chooses the reading of a trial, the same for all teams.
const READING: &str = "the reading of the past";

/// What a team's past makes of the days to come; none when too little is finished.
#[must_use]
pub fn pace(history: &History, ahead: &Ahead) -> Option<Bag> {
    if history.finished(180) < LEAST.0 || history.counts.len() < LEAST.1 {
        return None;
    }
    Bag::of(Method::default(), history, ahead)
}

/// What the teams of a plan finish, and how long each item usually takes: what a risk makes longer counts more than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Drain {
    /// By the place of the team: its stable name, which addresses its draws, and the readings of its past.
    pub paces: Vec<Option<(String, Bag)>>,
    /// Median working ticks of each task.
    pub usual: Vec<i64>,
}

impl Drain {
    /// Whether a task takes any of its team's throughput.
    fn counts(&self, network: &Network, task: usize) -> bool {
        self.usual.get(task).is_some_and(|usual| *usual > 0) && !network.tasks[task].needs.is_empty()
    }
}

/// What is kept between the trials of a thread.
#[derive(Debug)]
pub(super) struct Drained<'a> {
    drain: &'a Drain,
    teams: Vec<Option<(Stream, Vec<Table<'a>>)>>,
    reading: Stream,
    left: Vec<f64>,
    ready: Vec<Option<i64>>,
    begun: Vec<Option<i64>>,
    because: Vec<Option<usize>>,
    newest: Vec<Option<usize>>,
}

impl<'a> Drained<'a> {
    pub(super) fn of(drain: &'a Drain, draws: Draws) -> Self {
        let team = |(id, bag): &'a (String, Bag)| (draws.stream_of(id), bag.paces().iter().map(Table::of).collect());
        Self {
            drain,
            teams: drain.paces.iter().map(|pace| pace.as_ref().map(team)).collect(),
            reading: draws.stream_of(READING),
            left: Vec::new(),
            ready: Vec::new(),
            begun: Vec::new(),
            because: Vec::new(),
            newest: Vec::new(),
        }
    }

    /// A trial: `ticks` are the usual ones with what struck them. Begin and finish go into the schedule.
    pub(super) fn run(&mut self, network: &Network, turns: &[usize], ticks: &[i64], trial: u64, into: &mut Schedule) {
        self.clear(network, ticks, into);
        let mut open = network.len();
        for day in 0..HORIZON {
            open -= self.settle(network, turns, ticks, into);
            if open == 0 {
                break;
            }
            for team in 0..self.teams.len() {
                open -= self.work(network, turns, (team, day, trial), into);
            }
        }
        for task in 0..network.len() {
            if self.left[task] >= 0.0 {
                into.finished[task] = i64::from(u16::MAX);
            }
            into.begun[task] = self.begun[task].unwrap_or(into.finished[task]).min(into.finished[task]);
        }
        into.end = into.finished.iter().copied().max().unwrap_or(0);
    }

    fn clear(&mut self, network: &Network, ticks: &[i64], into: &mut Schedule) {
        let count = network.len();
        self.left.clear();
        self.left.extend((0..count).map(|task| {
            if self.drain.counts(network, task) { ticks[task] as f64 / self.drain.usual[task] as f64 } else { 0.0 }
        }));
        for list in [&mut self.ready, &mut self.begun] {
            list.clear();
            list.resize(count, None);
        }
        self.because.clear();
        self.because.resize(count, None);
        self.newest.clear();
        self.newest.resize(self.teams.len(), None);
        for list in [&mut into.begun, &mut into.finished] {
            list.clear();
            list.resize(count, 0);
        }
    }

    fn is_open(&self, task: usize) -> bool {
        self.left[task] >= 0.0
    }

    /// From when on tasks may be worked on; what takes none of a team's throughput is finished as soon as it may begin. How many.
    fn settle(&mut self, network: &Network, turns: &[usize], ticks: &[i64], into: &mut Schedule) -> usize {
        let mut done = 0;
        for task in turns.iter().copied() {
            if !self.is_open(task) {
                continue;
            }
            if self.ready[task].is_none() {
                self.ready[task] = self.may_begin(network, task, into);
            }
            let Some(ready) = self.ready[task] else { continue };
            if !self.drain.counts(network, task) {
                let axis = &network.axes[network.tasks[task].axis];
                self.begun[task] = Some(ready);
                self.finish(task, lagged(axis, ready, ticks[task]), into);
                done += 1;
            } else if network.tasks[task].started {
                self.begun[task] = Some(0);
            }
        }
        done
    }

    /// The civil tick from which a task may be worked on; none while that is not known.
    fn may_begin(&mut self, network: &Network, task: usize, into: &Schedule) -> Option<i64> {
        let axis = &network.axes[network.tasks[task].axis];
        let earliest = network.tasks[task].earliest;
        let (mut ready, mut because) = (if earliest > 0 { axis.start(earliest) } else { 0 }, None);
        for (_, link) in network.into(task).filter(|(_, link)| !link.soft && link.sort.on_start()) {
            let from = if link.sort == LinkSort::FinishStart {
                if self.is_open(link.from) {
                    return None;
                }
                into.finished[link.from]
            } else {
                self.begun[link.from]?
            };
            let least = lagged(axis, from, link.lag);
            if least > ready || (least == ready && because.is_none() && least > 0) {
                (ready, because) = (least, Some(link.from));
            }
        }
        self.because[task] = because;
        Some(ready)
    }

    /// How many a team finishes on a day of a trial.
    fn units(&self, team: usize, day: usize, trial: u64) -> u32 {
        let Some(Some((stream, tables))) = self.teams.get(team) else { return 0 };
        let reading = (self.reading.uniform(trial, 0) * tables.len() as f64) as usize;
        tables.get(reading).map_or(0, |table| table.draw(day, *stream, trial))
    }

    /// A team's day: who is in its slots begins, and what it finishes goes to those whose turn it is. How many are finished.
    fn work(
        &mut self,
        network: &Network,
        turns: &[usize],
        (team, day, trial): (usize, usize, u64),
        into: &mut Schedule,
    ) -> usize {
        let mut units = f64::from(self.units(team, day, trial));
        let now = i64::try_from(day).unwrap_or(i64::MAX) * TICKS;
        let slots = network.pools.get(team).map_or(1, |days| usize::from(days.on(now / TICKS).max(1)));
        let (mut done, mut place) = (0, 0);
        for task in turns.iter().copied() {
            let mine = network.tasks[task].axis == team && self.is_open(task);
            if !mine || self.ready[task].is_none_or(|ready| ready > now) {
                continue;
            }
            place += 1;
            if place > slots && units <= 0.0 {
                break;
            }
            self.begun[task].get_or_insert(now);
            let taken = units.min(self.left[task]);
            units -= taken;
            self.left[task] -= taken;
            if self.left[task] <= 1e-9 && self.may_finish(network, task, now + TICKS, into) {
                if self.ready[task].is_some_and(|ready| ready < now) {
                    self.because[task] = self.newest[team].or(self.because[task]);
                }
                self.finish(task, now + TICKS, into);
                self.newest[team] = Some(task);
                done += 1;
            }
        }
        done
    }

    /// Whether links that tie a task's finish let it be finished by a tick.
    fn may_finish(&self, network: &Network, task: usize, by: i64, into: &Schedule) -> bool {
        let axis = &network.axes[network.tasks[task].axis];
        let mut ends = network.into(task).filter(|(_, link)| !link.soft && !link.sort.on_start());
        ends.all(|(_, link)| {
            let from = if link.sort == LinkSort::FinishFinish {
                (!self.is_open(link.from)).then(|| into.finished[link.from])
            } else {
                self.begun[link.from]
            };
            from.is_some_and(|from| lagged(axis, from, link.lag) <= by)
        })
    }

    fn finish(&mut self, task: usize, at: i64, into: &mut Schedule) {
        into.finished[task] = at;
        // Below nothing: it is over, whatever is added to nothing.
        self.left[task] = -1.0;
    }

    /// The tasks that bound the finish, the last first.
    pub(super) fn chain(&self, last: usize, into: &mut Vec<usize>) {
        into.clear();
        let mut here = Some(last);
        while let Some(task) = here.filter(|task| !into.contains(task)) {
            into.push(task);
            here = self.because.get(task).copied().flatten();
        }
    }
}

/// A civil tick and so many working ticks.
fn lagged(axis: &Axis, from: i64, lag: i64) -> i64 {
    if lag == 0 { from } else { axis.end(axis.work(from) + lag) }
}

#[cfg(test)]
mod tests {
    use super::super::axis::Days;
    use super::super::drivers::{Driver, Force};
    use super::super::network::{Link, Task};
    use super::super::trials::{Duration, Order, Trials, quantiles, run};
    use super::*;
    use crate::spread::{Spread, Unit};

    fn paced(counts: &[u32], days: Vec<(bool, f64)>) -> Bag {
        pace(&History::plain(counts), &Ahead { days }).unwrap()
    }

    fn always() -> Vec<(bool, f64)> {
        vec![(true, 1.0); 7]
    }

    fn drained(tasks: usize, links: Vec<Link>, pace: Bag, drivers: &[Driver], threads: usize) -> Trials {
        let task = Task { needs: vec![(0, 1)], ..Task::default() };
        let network = Network::of(vec![task; tasks], links, vec![Axis::whole()], vec![Days::always(2)]).unwrap();
        let ids: Vec<String> = (0..tasks).map(|task| format!("task {task}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let drain = Drain { paces: vec![Some(("payments".to_owned(), pace))], usual: vec![3 * TICKS; tasks] };
        let order = Order {
            turns: &network.ordered(&vec![0; tasks]),
            durations: &vec![Duration::constant(3.0); tasks],
            ids: &ids,
            drivers,
            growth: None,
            drain: Some(&drain),
            seed: 71,
            trials: 20_000,
        };
        run(&network, &order, threads)
    }

    fn days<const N: usize>(found: &Trials, tasks: &[usize], at: [f64; N]) -> [i64; N] {
        quantiles(found.finishes(tasks), at).map(|tick| tick / TICKS)
    }

    #[test]
    fn one_a_day_is_one_day() {
        let pace = paced(&[1; 180], always());
        let found = drained(10, Vec::new(), pace, &[], 2);
        assert_eq!(days(&found, &(0..10).collect::<Vec<_>>(), [0.5, 0.95]), [10, 10]);
        assert_eq!(days(&found, &[3], [0.5]), [4], "in the order of their turns");
        let begun = quantiles(found.starts(&[3]), [0.5])[0];
        assert_eq!(begun / TICKS, 2, "two are in work at a time");
    }

    #[test]
    fn chances_are_the_golden_ones() {
        let counts: Vec<u32> = (0..180).map(|day| u32::from(day % 5 < 3)).collect();
        let pace = paced(&counts, always());
        let found = drained(1, Vec::new(), pace, &[], 2);
        assert_eq!(days(&found, &[0], [0.5, 0.7, 0.85, 0.95]), [1, 2, 3, 4]);
        for day in 1..=4_i32 {
            let chance = found.all_by(&[0], i64::from(day) * TICKS);
            assert!((chance.p - (1.0 - 0.4_f64.powi(day))).abs() < 4.0 / 1.96 * chance.error, "{day}: {chance:?}");
        }
    }

    #[test]
    fn what_waits_lets_others_pass() {
        let pace = paced(&[1; 180], always());
        let link = Link { lag: 5 * TICKS, ..Link::after(0, 1) };
        let found = drained(3, vec![link], pace, &[], 1);
        assert_eq!([0, 1, 2].map(|task| days(&found, &[task], [0.5])[0]), [1, 7, 2]);
        assert_eq!((found.criticality(0), found.criticality(1), found.criticality(2)), (1.0, 1.0, 0.0));
    }

    #[test]
    fn who_is_away_finishes_less() {
        let away = [vec![(true, 0.0); 10], always()].concat();
        let pace = |days| paced(&[1; 180], days);
        let found = drained(1, Vec::new(), pace(away), &[], 1);
        assert_eq!(days(&found, &[0], [0.5]), [11]);
        let half = drained(20, Vec::new(), pace(vec![(true, 0.5); 7]), &[], 1);
        let middle = days(&half, &(0..20).collect::<Vec<_>>(), [0.5])[0];
        assert!((38..=41).contains(&middle), "{middle}");
    }

    #[test]
    fn what_is_longer_counts_more() {
        let pace = paced(&[1; 180], always());
        let twice = Driver::of("slow", 1.0, Force::Factor, &Spread::constant(2.0, Unit::Factor), vec![0, 1]);
        let found = drained(3, Vec::new(), pace, &[twice], 1);
        assert_eq!(days(&found, &[0, 1, 2], [0.5]), [5]);
    }

    #[test]
    fn threads_change_no_byte() {
        let counts: Vec<u32> = (0..180).map(|day| day % 4).collect();
        let pace = || paced(&counts, vec![(true, 0.7); 7]);
        let links = || vec![Link::after(0, 4), Link::after(1, 5)];
        assert_eq!(drained(8, links(), pace(), &[], 1), drained(8, links(), pace(), &[], 7));
    }

    #[test]
    fn too_little_says_nothing() {
        let of = |counts: &[u32]| pace(&History::plain(counts), &Ahead { days: always() });
        assert!(of(&[0; 180]).is_none());
        assert!(of(&[1; 20]).is_none(), "20 days of record");
    }
}
