//! What may come: the plan scheduled anew for each trial, with durations drawn from their spread. Dates come from here alone.
//!
//! Each trial keeps the start and the finish of every task, so that a question about several is answered trial by trial. A draw is
//! addressed by seed, trial and the task's id: the bytes of the result are the same for any number of threads, and what a change leaves
//! alone is drawn alike.

use super::axis::TICKS;
use super::drain::{Drain, Drained};
use super::drivers::{Driver, Drivers};
use super::level::{Board, Schedule, chain, in_turn, last};
use super::network::Network;
use crate::numbers::percentile;
use crate::sim::{Draws, Stream, error_of};
use crate::spread::Spread;

/// Quantiles that stand for a spread.
const STEPS: u32 = 1_024;

/// How long something takes: equally likely values in ascending order, in working ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duration {
    ticks: Vec<i64>,
}

impl Duration {
    /// Always the same, in working days.
    #[must_use]
    pub fn constant(days: f64) -> Self {
        Self { ticks: vec![grid(days)] }
    }

    /// One of these, all equally likely.
    #[must_use]
    pub fn any_of(days: impl IntoIterator<Item = f64>) -> Self {
        let mut ticks: Vec<i64> = days.into_iter().map(grid).collect();
        ticks.sort_unstable();
        Self { ticks }
    }

    /// Of an estimate in days, divided by the share of the time that goes into it: 1,024 quantiles on the quarter-day grid.
    #[must_use]
    pub fn of(spread: &Spread, focus: f64) -> Self {
        if spread.is_constant() {
            return Self::constant(spread.low / focus);
        }
        let at = |step: u32| spread.quantile((f64::from(step) + 0.5) / f64::from(STEPS)) / focus;
        Self::any_of((0..STEPS).map(at))
    }

    /// The value that a share of all does not exceed: nearest rank.
    #[must_use]
    pub fn at(&self, p: f64) -> i64 {
        let place = (p * self.ticks.len() as f64).ceil() as usize;
        self.ticks.get(place.clamp(1, self.ticks.len().max(1)) - 1).copied().unwrap_or(0)
    }

    /// The share that is at most so many working ticks.
    #[must_use]
    pub fn share_within(&self, ticks: i64) -> f64 {
        self.ticks.partition_point(|one| *one <= ticks) as f64 / self.ticks.len().max(1) as f64
    }

    /// Its median and nothing else.
    #[must_use]
    pub fn settled(&self) -> Self {
        Self { ticks: vec![self.at(0.5)] }
    }

    /// Its standard deviation in working ticks.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        let n = self.ticks.len().max(1) as f64;
        let mean = self.ticks.iter().sum::<i64>() as f64 / n;
        (self.ticks.iter().map(|one| (*one as f64 - mean).powi(2)).sum::<f64>() / n).sqrt()
    }

    fn drawn(&self, stream: Stream, trial: u64) -> i64 {
        match self.ticks.as_slice() {
            [] => 0,
            [one] => *one,
            many => many[stream.below(many.len() as u64, trial, 0) as usize],
        }
    }

    /// So many times as long.
    #[must_use]
    pub fn times(mut self, factor: f64) -> Self {
        for one in &mut self.ticks {
            *one = ((*one as f64 * factor).round() as i64).max(i64::from(*one > 0));
        }
        self
    }

    /// With what is over already taken off; a quarter of a day is always left.
    #[must_use]
    pub fn less(mut self, over: i64) -> Self {
        for one in &mut self.ticks {
            *one = (*one - over).max(1);
        }
        self
    }
}

/// On the quarter-day grid; what takes any time takes a quarter at least.
fn grid(days: f64) -> i64 {
    let ticks = (days * TICKS as f64).round() as i64;
    if days > 0.0 { ticks.max(1) } else { 0 }
}

/// What is tried.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Whose turn it is, as levelling found it.
    pub turns: &'a [usize],
    /// How long each task takes.
    pub durations: &'a [Duration],
    /// Its stable id, which addresses its draws.
    pub ids: &'a [&'a str],
    /// What may strike.
    pub drivers: &'a [Driver],
    /// By how much scope grows, when that is known.
    pub growth: Option<&'a Driver>,
    /// What the teams finish, when the plan is told by throughput.
    pub drain: Option<&'a Drain>,
    /// The seed.
    pub seed: u64,
    /// How many trials.
    pub trials: u32,
}

/// What came: start and finish of every task in every trial, in civil ticks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trials {
    tasks: usize,
    begun: Vec<u16>,
    finished: Vec<u16>,
    on_chain: Vec<u32>,
    count: u32,
}

fn kept(tick: i64) -> u16 {
    u16::try_from(tick.max(0)).unwrap_or(u16::MAX)
}

/// Runs the trials on `threads` threads.
#[must_use]
pub fn run(network: &Network, order: &Order<'_>, threads: usize) -> Trials {
    let tasks = network.len();
    let count = order.trials as usize;
    let (mut begun, mut finished) = (vec![0; tasks * count], vec![0; tasks * count]);
    let draws = Draws::of(order.seed);
    let streams: Vec<Stream> = order.ids.iter().map(|id| draws.stream_of(id)).collect();
    let part = count.div_ceil(threads.max(1)).max(1);
    let mut on_chain = vec![0_u32; tasks];
    if tasks > 0 {
        std::thread::scope(|scope| {
            let parts = begun.chunks_mut(part * tasks).zip(finished.chunks_mut(part * tasks));
            let streams = &streams;
            let runs: Vec<_> = (0_u64..)
                .step_by(part)
                .zip(parts)
                .map(|(first, (begun, finished))| {
                    scope.spawn(move || some(network, order, streams, first, begun, finished))
                })
                .collect();
            for counts in runs.into_iter().filter_map(|run| run.join().ok()) {
                on_chain.iter_mut().zip(counts).for_each(|(sum, one)| *sum += one);
            }
        });
    }
    Trials { tasks, begun, finished, on_chain, count: order.trials }
}

fn some(
    network: &Network,
    order: &Order<'_>,
    streams: &[Stream],
    first: u64,
    begun: &mut [u16],
    finished: &mut [u16],
) -> Vec<u32> {
    let tasks = network.len();
    let mut board = Board::of(network);
    let (mut schedule, mut chained) = (Schedule::default(), Vec::new());
    let mut ticks = vec![0; tasks];
    let mut drivers = Drivers::of(order.drivers.iter().chain(order.growth), tasks, Draws::of(order.seed));
    let mut drained = order.drain.map(|drain| Drained::of(drain, Draws::of(order.seed)));
    let mut on_chain = vec![0_u32; tasks];
    for (trial, (begun, finished)) in (first..).zip(begun.chunks_mut(tasks).zip(finished.chunks_mut(tasks))) {
        draw(order, streams, &mut drivers, trial, &mut ticks);
        match &mut drained {
            Some(drained) => drained.run(network, order.turns, &ticks, trial, &mut schedule),
            None => in_turn(network, &mut board, order.turns, &ticks, &mut schedule),
        }
        begun.iter_mut().zip(&schedule.begun).for_each(|(kept_at, tick)| *kept_at = kept(*tick));
        finished.iter_mut().zip(&schedule.finished).for_each(|(kept_at, tick)| *kept_at = kept(*tick));
        if let Some(last) = last(&schedule) {
            match &drained {
                Some(drained) => drained.chain(last, &mut chained),
                None => chain(network, &schedule, last, &mut chained),
            }
            chained.iter().for_each(|task| on_chain[*task] += 1);
        }
    }
    on_chain
}

/// How long everything takes in a trial, in working ticks.
fn draw(order: &Order<'_>, streams: &[Stream], drivers: &mut Drivers<'_>, trial: u64, ticks: &mut [i64]) {
    for ((ticks, duration), stream) in ticks.iter_mut().zip(order.durations).zip(streams) {
        // By throughput an item counts one, however long it takes: only what strikes it makes it more.
        *ticks = if order.drain.is_some() { duration.at(0.5) } else { duration.drawn(*stream, trial) };
    }
    drivers.act(trial, ticks);
}

/// How long some tasks took, trial by trial, in working ticks: a list for each.
#[must_use]
pub fn drawn(order: &Order<'_>, tasks: &[usize]) -> Vec<Vec<f64>> {
    let draws = Draws::of(order.seed);
    let streams: Vec<Stream> = order.ids.iter().map(|id| draws.stream_of(id)).collect();
    let mut drivers = Drivers::of(order.drivers.iter().chain(order.growth), order.durations.len(), draws);
    let mut ticks = vec![0; order.durations.len()];
    let mut all = vec![Vec::with_capacity(order.trials as usize); tasks.len()];
    for trial in 0..u64::from(order.trials) {
        draw(order, &streams, &mut drivers, trial, &mut ticks);
        all.iter_mut().zip(tasks).for_each(|(list, task)| list.push(ticks[*task] as f64));
    }
    all
}

/// A figure with the digits that it is worth: more would be noise, and would not be read back as it was written.
#[must_use]
pub fn shown(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A share of trials, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Chance {
    /// The share.
    pub p: f64,
    /// ± 1.96 · √(p(1−p)/n).
    pub error: f64,
}

impl Trials {
    /// How many there were.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The share of trials in which the task lay on the chain that bound the finish.
    #[must_use]
    pub fn criticality(&self, task: usize) -> f64 {
        shown(f64::from(self.on_chain.get(task).copied().unwrap_or(0)) / f64::from(self.count.max(1)))
    }

    fn by_trial<'a>(&'a self, of: &'a [u16]) -> impl Iterator<Item = &'a [u16]> {
        of.chunks(self.tasks.max(1))
    }

    /// When the last of `tasks` was finished, trial by trial.
    #[must_use]
    pub fn finishes(&self, tasks: &[usize]) -> Vec<f64> {
        let last = |trial: &[u16]| tasks.iter().map(|task| trial[*task]).max().unwrap_or(0);
        self.by_trial(&self.finished).map(|trial| f64::from(last(trial))).collect()
    }

    /// When the first of `tasks` was begun, trial by trial.
    #[must_use]
    pub fn starts(&self, tasks: &[usize]) -> Vec<f64> {
        let first = |trial: &[u16]| tasks.iter().map(|task| trial[*task]).min().unwrap_or(0);
        self.by_trial(&self.begun).map(|trial| f64::from(first(trial))).collect()
    }

    /// In which share of trials all of `tasks` were finished by a civil tick.
    #[must_use]
    pub fn all_by(&self, tasks: &[usize], tick: i64) -> Chance {
        let within = self.by_trial(&self.finished).filter(|one| tasks.iter().all(|task| i64::from(one[*task]) <= tick));
        let p = shown(within.count() as f64 / f64::from(self.count.max(1)));
        Chance { p, error: shown(error_of(p, u64::from(self.count.max(1)))) }
    }
}

/// Quantiles of what was found in the trials: nearest rank, never interpolated.
#[must_use]
pub fn quantiles<const N: usize>(mut values: Vec<f64>, at: [f64; N]) -> [i64; N] {
    values.sort_by(f64::total_cmp);
    at.map(|p| percentile(&values, p).unwrap_or(0.0) as i64)
}

/// Parts of the trials, each of which says the difference for itself.
const PARTS: usize = 20;

/// How far two runs with common draws lie apart at a quantile: the difference, and its standard error, from the differences of twenty parts
/// of the trials. What both runs share goes out of it.
#[must_use]
pub fn apart(before: &[f64], after: &[f64], p: f64) -> (f64, f64) {
    let of = |before: &[f64], after: &[f64]| {
        let [then] = quantiles(before.to_vec(), [p]);
        let [now] = quantiles(after.to_vec(), [p]);
        (now - then) as f64
    };
    let part = before.len().min(after.len()).div_ceil(PARTS).max(1);
    let parts: Vec<f64> =
        before.chunks(part).zip(after.chunks(part)).map(|(before, after)| of(before, after)).collect();
    let n = parts.len().max(2) as f64;
    let mean = parts.iter().sum::<f64>() / n;
    let variance = parts.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (of(before, after), (variance / n).sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::axis::{Axis, Days};
    use super::super::level::level;
    use super::super::network::tests::{any_plan, golden};
    use super::super::network::{Link, Task};
    use super::*;

    fn whole(ids: &[&str], links: Vec<Link>, durations: &[Duration], trials: u32, threads: usize) -> Trials {
        let tasks = vec![Task::default(); ids.len()];
        let network = Network::of(tasks, links, vec![Axis::whole()], Vec::new()).unwrap();
        let turns = network.ordered(&vec![0; ids.len()]);
        run(
            &network,
            &Order { turns: &turns, durations, ids, drivers: &[], growth: None, drain: None, seed: 71, trials },
            threads,
        )
    }

    #[test]
    fn both_are_less_likely_than_each() {
        let durations = vec![Duration::any_of([8.0, 9.0, 10.0, 11.0, 12.0]); 2];
        let found = whole(&["one", "other"], Vec::new(), &durations, 100_000, 2);
        let both = found.all_by(&[0, 1], 10 * TICKS);
        assert!((both.p - 0.36).abs() <= 2.0 * both.error, "{both:?}");
        let one = found.all_by(&[0], 10 * TICKS);
        assert!((one.p - 0.6).abs() <= 2.0 * one.error, "{one:?}");
    }

    #[test]
    fn threads_change_no_byte() {
        let (network, _) = golden(vec![Days::always(2)]);
        let spread: Spread = "2..3..6d".parse().unwrap();
        let durations = vec![Duration::of(&spread, 0.8); 6];
        let ids = ["a", "b", "c", "d", "e", "f"];
        let ticks: Vec<i64> = durations.iter().map(|one| one.at(0.5)).collect();
        let turns = level(&network, &ticks, 71).order;
        let order = Order {
            turns: &turns,
            durations: &durations,
            ids: &ids,
            drivers: &[],
            growth: None,
            drain: None,
            seed: 71,
            trials: 1_001,
        };
        let one = run(&network, &order, 1);
        assert_eq!(one, run(&network, &order, 2));
        assert_eq!(one, run(&network, &order, 7));
        assert!((0..6).map(|task| one.criticality(task)).sum::<f64>() >= 1.0);
    }

    #[test]
    fn what_is_left_alone_is_drawn_alike() {
        let spread: Spread = "2..3..6d".parse().unwrap();
        let durations = vec![Duration::of(&spread, 1.0); 3];
        let all = whole(&["a", "b", "c"], Vec::new(), &durations, 500, 2);
        let fewer = whole(&["a", "c"], Vec::new(), &durations[..2], 500, 1);
        assert_eq!(all.finishes(&[2]), fewer.finishes(&[1]));
        assert_eq!(apart(&all.finishes(&[2]), &fewer.finishes(&[1]), 0.85), (0.0, 0.0));
    }

    #[test]
    fn durations_lie_on_the_grid() {
        let spread: Spread = "2..4..12d".parse().unwrap();
        let found = Duration::of(&spread, 1.0);
        assert_eq!(found.at(0.5), 16);
        assert_eq!(found.at(0.85), 32, "7.99 d");
        assert_eq!(Duration::constant(0.01).at(0.5), 1);
        assert_eq!(found.less(40).at(0.5), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn draws_at_the_median_are_the_plan((network, ticks) in any_plan()) {
            let durations: Vec<Duration> = ticks.iter().map(|one| Duration { ticks: vec![*one] }).collect();
            let levelled = level(&network, &ticks, 7);
            let ids: Vec<String> = (0..ticks.len()).map(|at| at.to_string()).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let order = Order { turns: &levelled.order, durations: &durations, ids: &ids, drivers: &[], growth: None, drain: None, seed: 7, trials: 3 };
            let found = run(&network, &order, 1);
            for task in 0..network.len() {
                prop_assert_eq!(found.finishes(&[task])[2] as i64, levelled.schedule.finished[task].max(0));
            }
        }
    }
}
