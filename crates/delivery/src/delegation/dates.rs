//! What giving a task to somebody does to the dates of its plan: the same trials with the same draws, the task taking longer or not.

use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use crate::plan::axis::TICKS;
use crate::plan::ground::Ground;
use crate::plan::model::{Model, Standing};
use crate::plan::reckon::{Reckoned, Settings, Try};
use crate::plan::records::{Plan, PlanItem};
use crate::plan::trials::{apart, quantiles};
use crate::sim::Draws;

/// Trials a question. Fewer than a plan's own: what is asked is a difference under common draws, which shows its error.
pub(super) const TRIALS: u32 = 4_000;

/// A plan, tried as it is.
pub(super) struct Dates {
    pub stored: Stored<Plan>,
    ground: Ground,
    reckoned: Reckoned,
    settings: Settings,
}

/// What a choice does to the plan: days at half of the trials and at the plan's confidence, each with how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effect {
    pub half: (f64, f64),
    pub sure: (f64, f64),
}

impl Effect {
    /// Whether the date stays: nothing that trials could tell from nothing.
    pub(super) fn is_none(self) -> bool {
        is_nothing(self.sure)
    }

    /// As it stands beside an option: at the plan's confidence, and at half when that moves.
    pub(super) fn said(self, confidence: f64) -> String {
        let percent = (confidence * 100.0).round();
        let half = if is_nothing(self.half) { String::new() } else { format!(", P50 {}", change(self.half)) };
        format!("plan P{percent:.0} {}{half}", change(self.sure))
    }
}

/// Under two standard errors there is no difference.
fn is_nothing((days, error): (f64, f64)) -> bool {
    days == 0.0 || days.abs() < error / 1.96 * 2.0
}

fn change((days, error): (f64, f64)) -> String {
    if is_nothing((days, error)) {
        return "±0".to_owned();
    }
    let sign = if days < 0.0 { "−" } else { "+" };
    format!("{sign}{} d ± {}", short(days.abs()), short(error))
}

/// With a digit when it is needed.
fn short(days: f64) -> String {
    let tenths = (days * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") }
}

impl Dates {
    /// Of a plan; else why it has no date.
    pub(super) async fn of(desk: &Desk, stored: Stored<Plan>) -> Result<Result<Self, String>, Refusal> {
        let ground = Ground::of(desk, &stored.id, &stored.body).await?;
        let settings =
            Settings { seed: Draws::seed_of(&stored.id), trials: TRIALS, confidence: stored.body.confidence };
        let reckoned = match Reckoned::of(&stored.body, &ground, settings) {
            Ok(reckoned) if !reckoned.model.network.is_empty() => reckoned,
            Ok(_) => return Ok(Err("nothing in it is open".to_owned())),
            Err(_) => return Ok(Err("it has no date yet: planning says why".to_owned())),
        };
        Ok(Ok(Self { stored, ground, reckoned, settings }))
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.stored.body
    }

    pub(super) const fn confidence(&self) -> f64 {
        self.settings.confidence
    }

    fn model(&self) -> &Model {
        &self.reckoned.model
    }

    /// The task of an item; none when it is not open, or holds others.
    pub(super) fn task(&self, item: &str) -> Option<usize> {
        let tree = &self.model().tree;
        tree.place(item).and_then(|place| self.model().task_of.get(place).copied().flatten())
    }

    /// The item of a task, with its code and whether it was begun.
    pub(super) fn item(&self, task: usize) -> (&PlanItem, &str, bool) {
        let place = self.model().tasks[task];
        let node = &self.model().tree.nodes[place];
        (&self.plan().items[node.item], &node.code, self.model().standing[place] == Standing::Started)
    }

    /// How many open leaves there are.
    pub(super) fn tasks(&self) -> usize {
        self.model().tasks.len()
    }

    /// The share of trials in which it bound the finish.
    pub(super) fn criticality(&self, task: usize) -> f64 {
        self.reckoned.trials.criticality(task)
    }

    /// When it begins and is finished, in half of the trials.
    pub(super) fn window(&self, task: usize) -> (Date, Date) {
        let [begin] = quantiles(self.reckoned.trials.starts(&[task]), [0.5]);
        let [end] = quantiles(self.reckoned.trials.finishes(&[task]), [0.5]);
        (self.ground.begins(begin), self.ground.finishes(end))
    }

    /// Trials in which each of these tasks takes so many times as long, as the finish of the whole.
    fn finishes(&self, factors: &[(usize, f64)]) -> Vec<f64> {
        let mut durations = self.model().durations.clone();
        for (task, factor) in factors {
            if let Some(duration) = durations.get_mut(*task) {
                *duration = duration.clone().times(*factor);
            }
        }
        let ids = self.model().ids(self.plan());
        let changed = Try { drivers: &self.reckoned.drivers, durations: Some(&durations) };
        self.reckoned.again(&ids, &changed).finishes(&self.reckoned.all())
    }

    /// What it does to the plan when tasks take so many times as long, against `before`.
    pub(super) fn effect(&self, before: &[(usize, f64)], after: &[(usize, f64)]) -> Effect {
        let same = |factors: &[(usize, f64)]| factors.iter().all(|(_, factor)| *factor == 1.0);
        if before == after || (same(before) && same(after)) {
            return Effect { half: (0.0, 0.0), sure: (0.0, 0.0) };
        }
        let whole = |factors: &[(usize, f64)]| {
            if same(factors) { self.reckoned.trials.finishes(&self.reckoned.all()) } else { self.finishes(factors) }
        };
        let (then, now) = (whole(before), whole(after));
        let days = |p: f64| {
            let (ticks, error) = apart(&then, &now, p);
            (ticks / TICKS as f64, 1.96 * error / TICKS as f64)
        };
        Effect { half: days(0.5), sure: days(self.settings.confidence) }
    }

    /// Items on which one waits, with their codes.
    pub(super) fn waits_for(&self, item: &str) -> Vec<(&PlanItem, String)> {
        let links = self.plan().links.iter().filter(|link| link.to == item);
        let found = links.filter_map(|link| {
            let place = self.model().tree.place(&link.from)?;
            let node = &self.model().tree.nodes[place];
            Some((&self.plan().items[node.item], node.code.clone()))
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_say_their_error() {
        let effect = |days: f64, error: f64| Effect { half: (0.0, 0.0), sure: (days, error) }.said(0.85);
        assert_eq!(effect(1.5, 0.3), "plan P85 +1.5 d ± 0.3");
        assert_eq!(effect(-2.0, 0.25), "plan P85 −2 d ± 0.3");
        assert_eq!(effect(0.25, 0.5), "plan P85 ±0", "what trials cannot tell from nothing");
        let both = Effect { half: (1.0, 0.2), sure: (1.5, 0.3) };
        assert_eq!(both.said(0.9), "plan P90 +1.5 d ± 0.3, P50 +1 d ± 0.2");
    }
}
