//! What is worth doing together: the best of what could be done within a budget of days. Benefits do not add up, since two mitigations may
//! save the same days; so combinations are tried, under the same draws.
//!
//! Up to twelve mitigations every combination that the budget allows is tried, with fewer trials where there are many, and the best of them
//! anew with all trials. Beyond twelve the one that adds most is taken again and again.

use super::tornado::{Saved, saved_by};
use crate::plan::drivers::Driver;
use crate::plan::reckon::Reckoned;

/// Mitigations up to which every combination is tried.
pub const ALL: usize = 12;
/// Trials of all combinations together, about.
const WORK: usize = 2_000_000;
/// Trials of one combination at least.
const LEAST: u32 = 500;
/// The best combinations that are tried anew with all trials.
const AGAIN: usize = 8;

/// Something that could be done about a driver.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The place of the driver.
    pub place: usize,
    /// What it would be then.
    pub then: Driver,
    /// Working days that it costs.
    pub cost_days: f64,
}

/// What is worth doing together.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Which choices, by their places; none when nothing within the budget is worth its cost.
    pub taken: Vec<usize>,
    /// What they cost together.
    pub cost_days: f64,
    /// What they save together.
    pub saves: Saved,
    /// Whether every combination was tried.
    pub every: bool,
    /// Combinations that were tried.
    pub tried: usize,
}

/// Tries combinations of choices on a plan.
struct Trier<'a> {
    reckoned: &'a Reckoned,
    ids: &'a [&'a str],
    choices: &'a [Choice],
    budget: f64,
    tried: usize,
}

impl Trier<'_> {
    fn cost(&self, taken: &[usize]) -> f64 {
        taken.iter().filter_map(|place| self.choices.get(*place)).map(|choice| choice.cost_days).sum()
    }

    fn affords(&self, taken: &[usize]) -> bool {
        self.cost(taken) <= self.budget + 1e-9
    }

    fn saves(&mut self, taken: &[usize], trials: u32) -> Saved {
        self.tried += 1;
        let mut drivers = self.reckoned.drivers.clone();
        for choice in taken.iter().filter_map(|place| self.choices.get(*place)) {
            if let Some(slot) = drivers.get_mut(choice.place) {
                slot.clone_from(&choice.then);
            }
        }
        saved_by(self.reckoned, self.ids, &drivers, trials)
    }

    fn net(&mut self, taken: &[usize], trials: u32) -> f64 {
        self.saves(taken, trials).net(self.cost(taken))
    }

    /// Every combination within the budget; the best, with all trials.
    fn every(&mut self, trials: u32) -> Vec<usize> {
        let many = self.choices.len();
        let one = |bits: u32| (0..many).filter(|place| (bits >> place) & 1 == 1).collect::<Vec<usize>>();
        let mut subsets: Vec<Vec<usize>> = (1..(1_u32 << many)).map(one).filter(|taken| self.affords(taken)).collect();
        let few = u32::try_from(WORK / subsets.len().max(1)).unwrap_or(trials).clamp(LEAST.min(trials), trials);
        if few < trials {
            let mut ranked: Vec<(f64, Vec<usize>)> =
                subsets.into_iter().map(|taken| (self.net(&taken, few), taken)).collect();
            ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
            subsets = ranked.into_iter().take(AGAIN).map(|(_, taken)| taken).collect();
        }
        let (mut best, mut most) = (Vec::new(), 0.0);
        for taken in subsets {
            let net = self.net(&taken, trials);
            if net > most {
                (best, most) = (taken, net);
            }
        }
        best
    }

    /// The choice that adds most, again and again.
    fn greedy(&mut self, trials: u32) -> Vec<usize> {
        let (mut taken, mut most): (Vec<usize>, f64) = (Vec::new(), 0.0);
        loop {
            let mut next = None;
            for place in (0..self.choices.len()).filter(|place| !taken.contains(place)).collect::<Vec<_>>() {
                let mut more = taken.clone();
                more.push(place);
                let net = if self.affords(&more) { self.net(&more, trials) } else { continue };
                if net > most {
                    (next, most) = (Some(more), net);
                }
            }
            match next {
                Some(more) => taken = more,
                None => break,
            }
        }
        taken.sort_unstable();
        taken
    }
}

/// What is worth doing within a budget of working days. What only costs is never taken.
#[must_use]
pub fn best(reckoned: &Reckoned, ids: &[&str], choices: &[Choice], budget: f64) -> Bundle {
    let trials = reckoned.trials.count();
    let mut trier = Trier { reckoned, ids, choices, budget, tried: 0 };
    let every = choices.len() <= ALL;
    let taken = if every { trier.every(trials) } else { trier.greedy(trials) };
    let tried = trier.tried;
    let saves = trier.saves(&taken, trials);
    Bundle { cost_days: trier.cost(&taken), taken, saves, every, tried }
}
