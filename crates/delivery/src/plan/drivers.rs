//! What could happen to a plan, as drivers of its trials: a driver strikes once a trial, with one force, everything that it touches. So items
//! that share a risk are late together, and no correlation is ever typed (Hulett 2011).

use super::axis::TICKS;
use crate::sim::{Draws, Stream};
use crate::spread::Spread;

/// Quantiles that stand for an effect.
const STEPS: u32 = 1_024;

/// How a driver acts on what it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// It multiplies the working time.
    Factor,
    /// It adds working days.
    Days,
}

/// Something that may strike.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// Its stable id, which addresses its draws.
    pub id: String,
    /// How likely it strikes in a trial, 0 to 1.
    pub probability: f64,
    /// How it acts.
    pub force: Force,
    /// The tasks that it touches.
    pub touches: Vec<usize>,
    /// Equally likely values, in ascending order: factors, or working days.
    effects: Vec<f64>,
}

impl Driver {
    /// With an effect that has a spread: 1,024 quantiles of it.
    #[must_use]
    pub fn of(id: impl Into<String>, probability: f64, force: Force, effect: &Spread, touches: Vec<usize>) -> Self {
        let at = |step: u32| effect.quantile((f64::from(step) + 0.5) / f64::from(STEPS));
        let effects = if effect.is_constant() { vec![effect.low] } else { (0..STEPS).map(at).collect() };
        Self { id: id.into(), probability, force, touches, effects }
    }

    /// One that is always there, with an effect that is any of these, all equally likely.
    #[must_use]
    pub fn any_of(id: impl Into<String>, force: Force, mut effects: Vec<f64>, touches: Vec<usize>) -> Self {
        effects.sort_by(f64::total_cmp);
        Self { id: id.into(), probability: 1.0, force, touches, effects }
    }

    /// The effect that a share of all does not exceed: nearest rank.
    #[must_use]
    pub fn at(&self, p: f64) -> Option<f64> {
        crate::numbers::percentile(&self.effects, p)
    }

    /// What it does in a trial; none when it does not strike.
    fn strikes(&self, stream: Stream, trial: u64) -> Option<f64> {
        if stream.uniform(trial, 0) >= self.probability {
            return None;
        }
        match self.effects.as_slice() {
            [] => None,
            [one] => Some(*one),
            many => many.get(stream.below(many.len() as u64, trial, 1) as usize).copied(),
        }
    }
}

/// Drivers with their streams, and what they did in the trial at hand.
#[derive(Debug)]
pub struct Drivers<'a> {
    all: Vec<(&'a Driver, Stream)>,
    factor: Vec<f64>,
    days: Vec<f64>,
    struck: Vec<usize>,
}

impl<'a> Drivers<'a> {
    /// On so many tasks.
    #[must_use]
    pub fn of(drivers: impl IntoIterator<Item = &'a Driver>, tasks: usize, draws: Draws) -> Self {
        let all = drivers.into_iter().map(|one| (one, draws.stream_of(&one.id))).collect();
        Self { all, factor: vec![1.0; tasks], days: vec![0.0; tasks], struck: Vec::new() }
    }

    /// Working ticks as they are in a trial: base × Π factors + Σ days, never below nothing. What nothing strikes stays as it is.
    pub fn act(&mut self, trial: u64, ticks: &mut [i64]) {
        for (driver, stream) in &self.all {
            let Some(effect) = driver.strikes(*stream, trial) else { continue };
            for task in driver.touches.iter().copied().filter(|task| *task < ticks.len()) {
                match driver.force {
                    Force::Factor => self.factor[task] *= effect,
                    Force::Days => self.days[task] += effect,
                }
                self.struck.push(task);
            }
        }
        for task in self.struck.drain(..) {
            let (factor, days) = (self.factor[task], self.days[task]);
            if factor != 1.0 || days != 0.0 {
                let struck = ticks[task] as f64 * factor + days * TICKS as f64;
                ticks[task] = struck.round().max(0.0) as i64;
            }
            (self.factor[task], self.days[task]) = (1.0, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::axis::Axis;
    use super::super::network::{Network, Task};
    use super::super::trials::{Duration, Order, Trials, quantiles, run};
    use super::*;
    use crate::spread::Unit;

    fn factor(id: &str, probability: f64, by: f64, touches: &[usize]) -> Driver {
        Driver::of(id, probability, Force::Factor, &Spread::constant(by, Unit::Factor), touches.to_vec())
    }

    fn days(id: &str, probability: f64, more: f64, touches: &[usize]) -> Driver {
        Driver::of(id, probability, Force::Days, &Spread::constant(more, Unit::Days), touches.to_vec())
    }

    fn tried(tasks: usize, drivers: &[Driver], trials: u32) -> Trials {
        let network = Network::of(vec![Task::default(); tasks], Vec::new(), vec![Axis::whole()], Vec::new()).unwrap();
        let ids: Vec<String> = (0..tasks).map(|task| format!("task {task}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let turns = network.ordered(&vec![0; tasks]);
        let durations = vec![Duration::constant(10.0); tasks];
        run(
            &network,
            &Order {
                turns: &turns,
                durations: &durations,
                ids: &ids,
                drivers,
                growth: None,
                drain: None,
                seed: 71,
                trials,
            },
            2,
        )
    }

    #[test]
    fn two_factors_are_the_golden_ones() {
        let (first, second) = (factor("first", 0.4, 1.5, &[0]), factor("second", 0.5, 1.2, &[0]));
        let both = tried(1, &[first.clone(), second.clone()], 100_000);
        let mean = |of: &Trials| of.finishes(&[0]).iter().sum::<f64>() / f64::from(of.count()) / TICKS as f64;
        let p80 = |of: &Trials| quantiles(of.finishes(&[0]), [0.8])[0] / TICKS;
        for (days, share) in [(10.0, 0.3), (12.0, 0.3), (15.0, 0.2), (18.0, 0.2)] {
            let here = both.finishes(&[0]).iter().filter(|tick| **tick == days * TICKS as f64).count();
            assert!((here as f64 / 1e5 - share).abs() < 0.006, "{days} d: {here}");
        }
        assert!((mean(&both) - 13.2).abs() < 0.05);
        let (without_first, without_second) = (tried(1, &[second], 100_000), tried(1, &[first], 100_000));
        assert_eq!((p80(&both), p80(&without_first), p80(&without_second)), (15, 12, 15));
        assert!((mean(&both) - mean(&without_first) - 2.2).abs() < 0.05);
        assert!((mean(&both) - mean(&without_second) - 1.2).abs() < 0.05);
    }

    #[test]
    fn a_shared_risk_strikes_together() {
        let by = |drivers: &[Driver]| tried(2, drivers, 100_000).all_by(&[0, 1], 10 * TICKS).p;
        let shared = by(&[days("storm", 0.5, 20.0, &[0, 1])]);
        assert!((shared - 0.5).abs() < 0.006, "{shared}");
        let apart = by(&[days("one", 0.5, 20.0, &[0]), days("other", 0.5, 20.0, &[1])]);
        assert!((apart - 0.25).abs() < 0.006, "{apart}");
    }

    #[test]
    fn luck_is_never_below_nothing() {
        let found = tried(1, &[days("luck", 0.99, -30.0, &[0])], 1_000);
        assert_eq!(quantiles(found.finishes(&[0]), [0.5])[0], 0);
    }

    #[test]
    fn threads_change_no_byte() {
        let drivers = [days("storm", 0.5, 20.0, &[0, 1]), factor("slow", 0.3, 1.7, &[1])];
        let network = Network::of(vec![Task::default(); 2], Vec::new(), vec![Axis::whole()], Vec::new()).unwrap();
        let turns = network.ordered(&[0; 2]);
        let durations = vec![Duration::of(&"2..3..6d".parse().unwrap(), 0.8); 2];
        let order = Order {
            turns: &turns,
            durations: &durations,
            ids: &["a", "b"],
            drivers: &drivers,
            growth: None,
            drain: None,
            seed: 7,
            trials: 1_001,
        };
        assert_eq!(run(&network, &order, 1), run(&network, &order, 7));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_cannot_come_changes_nothing(by in 0.1_f64..5.0, more in 0.1_f64..50.0) {
            let none = tried(2, &[], 200);
            prop_assert_eq!(&tried(2, &[factor("slow", 0.0, by, &[0, 1]), days("late", 0.0, more, &[1])], 200), &none);
            prop_assert_ne!(&tried(2, &[days("late", 0.5, more, &[1])], 200), &none);
        }
    }
}
