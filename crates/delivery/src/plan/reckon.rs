//! A plan reckoned through: levelled at the medians, then tried. What every part of the answer is drawn from.

use jiff::civil::Date;

use super::axis::TICKS;
use super::drain::Drain;
use super::drivers::Driver;
use super::ground::Ground;
use super::level::{Levelled, chain, last, level};
use super::model::{From, Model, NoDate, Standing};
use super::network::Passes;
use super::records::{Capacity, ItemKind, Plan};
use super::trials::{Chance, Duration, Order, Trials, drawn, quantiles, run};
use crate::calendar::between;

/// Trials when nobody says another number.
pub const TRIALS: u32 = 20_000;
/// Trials for a baseline, which others will read.
pub const PUBLISHED: u32 = 100_000;
/// Values kept at most: tasks × trials.
const KEPT: usize = 12_000_000;

/// How it is reckoned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The seed.
    pub seed: u64,
    /// How many trials.
    pub trials: u32,
    /// How sure a date has to be.
    pub confidence: f64,
}

/// Dates with their spread.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct Dates {
    /// In a tenth of the trials by then.
    pub early: String,
    /// In half.
    pub half: String,
    /// At the plan's confidence.
    pub sure: String,
    /// Days from the target to the sure date; below 0 it is before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by: Option<i64>,
    /// The chance of the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
}

/// A plan reckoned through.
#[derive(Debug, Clone)]
pub struct Reckoned {
    /// The plan as a network.
    pub model: Model,
    /// Median durations, in working ticks.
    pub ticks: Vec<i64>,
    /// Times by links alone.
    pub passes: Passes,
    /// The levelled plan.
    pub levelled: Levelled,
    /// Tasks on the chain that binds its finish, the first first.
    pub chain: Vec<usize>,
    /// What may strike, in the order of the ground's hazards that touch something open.
    pub drivers: Vec<Driver>,
    /// By how much scope grows, when enough wholes are over to tell.
    pub growth: Option<Driver>,
    /// What the teams finish, when the plan is told by throughput.
    pub drain: Option<Drain>,
    /// What the trials gave.
    pub trials: Trials,
    seed: u64,
}

/// What is tried instead: other drivers, other durations.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    /// What may strike.
    pub drivers: &'a [Driver],
    /// How long each task takes; as before when none are given.
    pub durations: Option<&'a [Duration]>,
}

impl Reckoned {
    /// Of a plan on its ground.
    ///
    /// # Errors
    /// Why no date can be told.
    pub fn of(plan: &Plan, ground: &Ground, settings: Settings) -> Result<Self, NoDate> {
        let model = Model::of(plan, ground)?;
        let ticks: Vec<i64> = model.durations.iter().map(|one| one.at(0.5)).collect();
        let passes = model.network.passes(&ticks);
        let levelled = level(&model.network, &ticks, settings.seed);
        let mut on_chain = Vec::new();
        if let Some(last) = last(&levelled.schedule) {
            chain(&model.network, &levelled.schedule, last, &mut on_chain);
        }
        on_chain.reverse();
        on_chain.retain(|task| *task < model.tasks.len());
        let drivers =
            ground.hazards.iter().filter_map(|hazard| hazard.driver(plan, ground, &model, &levelled)).collect();
        let drain = drain(plan, ground, &model, &ticks)?;
        let growth = growth(plan, ground, &model);
        let mut made = Self {
            growth,
            drain,
            model,
            ticks,
            passes,
            levelled,
            chain: on_chain,
            drivers,
            trials: Trials::default(),
            seed: settings.seed,
        };
        // A large plan keeps fewer trials: each keeps every task.
        let most = u32::try_from(KEPT / made.model.network.len().max(1)).unwrap_or(u32::MAX).max(1_000);
        let ids = made.model.ids(plan);
        made.trials = run(
            &made.model.network,
            &made.order(&ids, &Try { drivers: &made.drivers, durations: None }, settings.trials.min(most)),
            threads(),
        );
        Ok(made)
    }

    fn order<'a>(&'a self, ids: &'a [&'a str], what: &Try<'a>, trials: u32) -> Order<'a> {
        Order {
            turns: &self.levelled.order,
            durations: what.durations.unwrap_or(&self.model.durations),
            ids,
            drivers: what.drivers,
            growth: self.growth.as_ref(),
            drain: self.drain.as_ref(),
            seed: self.seed,
            trials,
        }
    }

    /// The same trials with other drivers or durations: what is not changed is drawn alike. `ids` are those of the model.
    #[must_use]
    pub fn again(&self, ids: &[&str], what: &Try<'_>) -> Trials {
        self.again_first(ids, what, self.trials.count())
    }

    /// As [`Self::again`], only the first so many of the trials.
    #[must_use]
    pub fn again_first(&self, ids: &[&str], what: &Try<'_>, trials: u32) -> Trials {
        run(&self.model.network, &self.order(ids, what, trials.min(self.trials.count())), threads())
    }

    /// How long some tasks took with `drivers`, trial by trial, in working ticks.
    #[must_use]
    pub fn drawn(&self, ids: &[&str], drivers: &[Driver], tasks: &[usize]) -> Vec<Vec<f64>> {
        drawn(&self.order(ids, &Try { drivers, durations: None }, self.trials.count()), tasks)
    }

    /// All tasks.
    #[must_use]
    pub fn all(&self) -> Vec<usize> {
        (0..self.model.network.len()).collect()
    }

    /// When all of it was finished in each of some trials of it, in working ticks of the plan's first team: what lies between does not count.
    #[must_use]
    pub fn finishes_at_work(&self, trials: &Trials) -> Vec<f64> {
        let mut all = trials.finishes(&self.all());
        if let Some(axis) = self.model.network.axes.first() {
            all.iter_mut().for_each(|tick| *tick = axis.work(*tick as i64) as f64);
        }
        all
    }

    /// The dates of the whole.
    #[must_use]
    pub fn dates(&self, plan: &Plan, ground: &Ground, confidence: f64) -> Dates {
        self.dates_of(&self.trials, plan, ground, confidence)
    }

    /// The dates of the whole without anything that may strike; none when nothing may.
    #[must_use]
    pub fn unharmed(&self, plan: &Plan, ground: &Ground, confidence: f64) -> Option<Dates> {
        if self.drivers.is_empty() {
            return None;
        }
        let without = self.again(&self.model.ids(plan), &Try { drivers: &[], durations: None });
        Some(self.dates_of(&without, plan, ground, confidence))
    }

    fn dates_of(&self, trials: &Trials, plan: &Plan, ground: &Ground, confidence: f64) -> Dates {
        let all = self.all();
        let [early, half, sure] = quantiles(trials.finishes(&all), [0.1, 0.5, confidence]);
        let sure = ground.finishes(sure);
        Dates {
            early: ground.finishes(early).to_string(),
            half: ground.finishes(half).to_string(),
            sure: sure.to_string(),
            late_by: plan.target_on.map(|target| between(target, sure)),
            chance: plan.target_on.map(|target| trials.all_by(&all, ground.tick(target) + TICKS)),
        }
    }

    /// Days of the whole: half, and at a confidence.
    #[must_use]
    pub fn days(&self, ground: &Ground, confidence: f64) -> (Date, Date) {
        let [half, sure] = quantiles(self.trials.finishes(&self.all()), [0.5, confidence]);
        (ground.finishes(half), ground.finishes(sure))
    }
}

/// What is open of an item that takes time: its task.
fn takes_time(plan: &Plan, model: &Model, task: usize) -> bool {
    let item = model.tasks.get(task).and_then(|place| plan.items.get(model.tree.nodes.get(*place)?.item));
    item.is_some_and(|item| item.kind != ItemKind::Milestone)
}

/// What the teams finish, when the plan is told by throughput: because it says so, or because most of its open leaves have no estimate and
/// every team of theirs has finished enough.
fn drain(plan: &Plan, ground: &Ground, model: &Model, usual: &[i64]) -> Result<Option<Drain>, NoDate> {
    let open = || (0..model.tasks.len()).filter(|task| takes_time(plan, model, *task));
    let bare = open().filter(|task| model.from.get(*task) != Some(&From::Estimate)).count();
    let wanted = match plan.capacity {
        Capacity::Slots => false,
        Capacity::Throughput => true,
        Capacity::Auto => 2 * bare > open().count(),
    };
    if !wanted {
        return Ok(None);
    }
    let slow = open().filter_map(|task| ground.crews.get(model.network.tasks.get(task)?.axis));
    match slow.into_iter().find(|crew| crew.pace.is_none()) {
        None => {}
        Some(_) if plan.capacity == Capacity::Auto => return Ok(None),
        Some(crew) => {
            let (items, days) = crate::pace::LEAST;
            return Err(NoDate::Impossible(format!(
                "{} finished too little to tell it by throughput: {items} items in 180 days and {days} days of record are needed.",
                crew.name
            )));
        }
    }
    Ok(Some(Drain {
        paces: ground.crews.iter().map(|crew| Some((crew.slug.clone(), crew.pace.clone()?))).collect(),
        usual: usual.to_vec(),
    }))
}

/// By how much what is open grows.
fn growth(plan: &Plan, ground: &Ground, model: &Model) -> Option<Driver> {
    let open: Vec<usize> = (0..model.tasks.len()).filter(|task| takes_time(plan, model, *task)).collect();
    let over = |place: &usize| {
        let kind = model.tree.nodes.get(*place).and_then(|node| plan.items.get(node.item)).map(|item| item.kind);
        let standing = model.standing.get(*place);
        kind != Some(ItemKind::Milestone) && matches!(standing, Some(Standing::Done | Standing::Dropped))
    };
    ground.growth.driver(model.tree.leaves().filter(over).count(), open)
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}
