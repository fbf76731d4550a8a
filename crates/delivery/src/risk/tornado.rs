//! What moves the date: each risk, and each wide estimate, taken out in turn under the same draws; what a mitigation saves; which items the
//! finish follows.
//!
//! After Hulett 2011 (risk drivers) and Hillson 2009 (tornado). A change below two standard errors is said to be none.

use crate::numbers::spearman;
use crate::plan::axis::TICKS;
use crate::plan::drivers::Driver;
use crate::plan::reckon::{Reckoned, Try};
use crate::plan::trials::{Trials, apart};

/// Wide estimates that are taken out at most.
const WIDE: usize = 5;
/// Items that are told at most.
const TOLD: usize = 10;

/// How far two runs lie apart in working days of the plan's first team: a weekend in between is no delay, and what something costs is told in
/// the same days.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Apart {
    /// Days that the date moves by; above 0 it is later with it.
    pub days: f64,
    /// ± 1.96 standard errors.
    pub error: f64,
    /// Whether that is more than two standard errors.
    pub real: bool,
}

impl Apart {
    fn of((ticks, error): (f64, f64)) -> Self {
        let (days, error) = (ticks / TICKS as f64, error / TICKS as f64);
        Self { days, error: 1.96 * error, real: days != 0.0 && days.abs() >= 2.0 * error }
    }
}

/// The mean of the differences trial by trial, and its standard error.
fn mean_apart(before: &[f64], after: &[f64]) -> (f64, f64) {
    let n = before.len().min(after.len()).max(1) as f64;
    let differences = || before.iter().zip(after).map(|(before, after)| after - before);
    let mean = differences().sum::<f64>() / n;
    let variance = differences().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A driver, by its place.
    Driver(usize),
    /// The spread of a task's estimate.
    Estimate(usize),
}

/// How much later the plan is for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Which.
    pub source: Source,
    /// At 80 %.
    pub p80: Apart,
    /// At the median.
    pub p50: Apart,
    /// Of the mean.
    pub mean: Apart,
}

/// How far a run is later than another.
fn later(without: &[f64], with: &[f64]) -> (Apart, Apart, Apart) {
    let at = |p: f64| Apart::of(apart(without, with, p));
    (at(0.8), at(0.5), Apart::of(mean_apart(without, with)))
}

/// The bars of a plan, the longest at 80 % first.
#[must_use]
pub fn tornado(reckoned: &Reckoned, ids: &[&str], drivers: &[Driver]) -> Vec<Bar> {
    let with = reckoned.finishes_at_work(&reckoned.trials);
    let bar = |source: Source, without: &Trials| {
        let (p80, p50, mean) = later(&reckoned.finishes_at_work(without), &with);
        Bar { source, p80, p50, mean }
    };
    let mut bars = Vec::new();
    for place in 0..drivers.len() {
        let mut others = drivers.to_vec();
        others.remove(place);
        bars.push(bar(Source::Driver(place), &reckoned.again(ids, &Try { drivers: &others, durations: None })));
    }
    for task in wide(reckoned) {
        let mut durations = reckoned.model.durations.clone();
        durations[task] = durations[task].settled();
        let without = reckoned.again(ids, &Try { drivers, durations: Some(&durations) });
        bars.push(bar(Source::Estimate(task), &without));
    }
    bars.sort_by(|a, b| b.p80.days.total_cmp(&a.p80.days).then(b.mean.days.total_cmp(&a.mean.days)));
    bars
}

/// Tasks whose estimates have a spread, those that matter most first.
fn wide(reckoned: &Reckoned) -> Vec<usize> {
    let worth = |task: usize| reckoned.trials.criticality(task) * reckoned.model.durations[task].sigma();
    let mut tasks: Vec<usize> = (0..reckoned.model.durations.len()).filter(|task| worth(*task) > 0.0).collect();
    tasks.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b)));
    tasks.truncate(WIDE);
    tasks
}

/// How much the finish follows an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Follows {
    /// Which task.
    pub task: usize,
    /// Share of trials in which it lay on the chain that bound the finish.
    pub criticality: f64,
    /// Spearman's ρ between its duration and the finish; none when one of them never changes.
    pub cruciality: Option<f64>,
    /// criticality × σ of its duration ÷ σ of the finish.
    pub sensitivity: f64,
}

/// The items that the finish follows, the most first.
#[must_use]
pub fn follows(reckoned: &Reckoned, ids: &[&str], drivers: &[Driver]) -> Vec<Follows> {
    let finish = reckoned.finishes_at_work(&reckoned.trials);
    let spread = sigma(&finish);
    let mut all: Vec<Follows> = (0..reckoned.model.tasks.len())
        .map(|task| {
            let criticality = reckoned.trials.criticality(task);
            let sigma = reckoned.model.durations[task].sigma();
            let sensitivity = if spread > 0.0 { criticality * sigma / spread } else { 0.0 };
            Follows { task, criticality, cruciality: None, sensitivity }
        })
        .filter(|one| one.criticality > 0.0)
        .collect();
    let order = |a: &Follows, b: &Follows| {
        b.sensitivity.total_cmp(&a.sensitivity).then(b.criticality.total_cmp(&a.criticality)).then(a.task.cmp(&b.task))
    };
    all.sort_by(order);
    all.truncate(TOLD);
    let told: Vec<usize> = all.iter().map(|one| one.task).collect();
    let drawn = reckoned.drawn(ids, drivers, &told);
    for (one, durations) in all.iter_mut().zip(&drawn) {
        one.cruciality = spearman(durations, &finish);
    }
    all
}

fn sigma(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / n).sqrt()
}

/// What something done about a risk would save.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saved {
    /// Days at 80 %; above 0 it is earlier.
    pub p80: Apart,
    /// Days of the mean.
    pub mean: Apart,
}

impl Saved {
    /// Days saved, the better of 80 % and mean, less what it costs; only what is more than noise counts.
    #[must_use]
    pub fn net(&self, cost_days: f64) -> f64 {
        let real = |apart: Apart| if apart.real { apart.days } else { 0.0 };
        real(self.p80).max(real(self.mean)) - cost_days
    }
}

/// What is saved when a driver becomes another.
#[must_use]
pub fn saved(reckoned: &Reckoned, ids: &[&str], drivers: &[Driver], place: usize, after: Driver) -> Saved {
    let mut changed = drivers.to_vec();
    if let Some(slot) = changed.get_mut(place) {
        *slot = after;
    }
    saved_by(reckoned, ids, &changed, reckoned.trials.count())
}

/// What is saved when the drivers become others, by the first so many of the trials.
#[must_use]
pub fn saved_by(reckoned: &Reckoned, ids: &[&str], changed: &[Driver], trials: u32) -> Saved {
    let done = reckoned.again_first(ids, &Try { drivers: changed, durations: None }, trials);
    let mut before = reckoned.finishes_at_work(&reckoned.trials);
    before.truncate(trials as usize);
    let (p80, _, mean) = later(&reckoned.finishes_at_work(&done), &before);
    Saved { p80, mean }
}
