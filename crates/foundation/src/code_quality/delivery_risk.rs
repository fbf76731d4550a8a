//! How risky an open change is to deliver: a model trained on the repository's own fixes when there are enough, otherwise rules, said so.
//!
//! The change is judged, never its author: who wrote it is no feature of the model.

use super::logistic::{Bin, Model, auc, calibration};

/// Fixes that a history must hold before a model is trained on it.
pub const FIXES_NEEDED: usize = 200;

/// What is known of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// Lines added and deleted.
    pub lines: u64,
    /// Files touched.
    pub files: u32,
    /// How evenly the lines are spread over the files, 0 to 1 (see [`spread_entropy`]).
    pub entropy: f64,
    /// Areas touched.
    pub areas: u32,
    /// Files among the repository's top tenth of hotspots.
    pub hotspots: u32,
    /// Whether product code changed.
    pub code: bool,
    /// Whether a test changed.
    pub tests: bool,
}

impl Features {
    /// The row that the model sees; sizes as logarithms, since they are skewed (Kamei et al. 2013).
    #[must_use]
    pub fn row(&self) -> Vec<f64> {
        let log = |count: f64| (1.0 + count).ln();
        vec![
            log(self.lines as f64),
            log(f64::from(self.files)),
            self.entropy,
            log(f64::from(self.areas)),
            log(f64::from(self.hotspots)),
            f64::from(u8::from(self.code && !self.tests)),
        ]
    }
}

/// Names of the row's features, in its order.
pub const FEATURE_NAMES: [&str; 6] = ["lines", "files", "spread", "areas", "hotspots", "code without tests"];

/// Shannon entropy of the changed lines over the files, divided by its greatest value `log2 n` (Hassan 2009, §3). 0 for fewer than two files.
#[must_use]
pub fn spread_entropy(lines_by_file: &[u64]) -> f64 {
    let total: u64 = lines_by_file.iter().sum();
    if lines_by_file.len() < 2 || total == 0 {
        return 0.0;
    }
    let entropy: f64 = lines_by_file
        .iter()
        .filter(|lines| **lines > 0)
        .map(|lines| *lines as f64 / total as f64)
        .map(|share| -share * share.log2())
        .sum();
    (entropy / (lines_by_file.len() as f64).log2()).clamp(0.0, 1.0)
}

/// How closely a change should be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing stands out.
    Usual,
    /// Worth a second look.
    Watch,
    /// Split it, or ask somebody who knows the place.
    Act,
}

/// The rules that stand in for a model: each reason that holds, and the level that they add up to (one reason: watch, three: act).
#[must_use]
pub fn by_rules(change: &Features) -> (Level, Vec<String>) {
    let mut reasons = Vec::new();
    if change.lines > 400 {
        reasons.push(format!("{} changed lines are more than a review takes in", change.lines));
    }
    if change.files >= 5 && change.entropy > 0.8 {
        reasons.push(format!("spread evenly over {} files", change.files));
    }
    if change.areas >= 4 {
        reasons.push(format!("touches {} areas", change.areas));
    }
    if change.hotspots > 0 {
        reasons.push(format!("touches {} of the costliest files", change.hotspots));
    }
    if change.code && !change.tests {
        reasons.push("changes code and no test".to_owned());
    }
    let level = match reasons.len() {
        0 => Level::Usual,
        1 | 2 => Level::Watch,
        _ => Level::Act,
    };
    (level, reasons)
}

/// A model with what it has been worth on changes that it had not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackedModel {
    model: Model,
    /// Changes that it was trained on, the older ones.
    pub trained_on: usize,
    /// Changes that it was tried on, the newest three tenths.
    pub tried_on: usize,
    /// Share of those tried that needed a fix.
    pub base_rate: f64,
    /// Area under the curve on those tried: 0.5 is guessing.
    pub auc: f64,
    /// Promised against happened on those tried.
    pub calibration: Vec<Bin>,
}

impl TrackedModel {
    /// Trains on the older seven tenths of the changes (given oldest first, with whether each needed a fix) and tries the rest.
    ///
    /// None with fewer than [`FIXES_NEEDED`] changes that needed a fix, or when a part holds only one outcome.
    #[must_use]
    pub fn train(history: &[(Features, bool)]) -> Option<Self> {
        if history.iter().filter(|(_, fixed)| *fixed).count() < FIXES_NEEDED {
            return None;
        }
        let (old, new) = history.split_at(history.len() * 7 / 10);
        let split = |part: &[(Features, bool)]| -> (Vec<Vec<f64>>, Vec<bool>) {
            part.iter().map(|(change, fixed)| (change.row(), *fixed)).unzip()
        };
        let (rows, outcomes) = split(old);
        let model = Model::train(&rows, &outcomes)?;
        let (rows, outcomes) = split(new);
        let chances: Vec<f64> = rows.iter().map(|row| model.chance(row)).collect();
        let fixed = outcomes.iter().filter(|fixed| **fixed).count();
        Some(Self {
            trained_on: old.len(),
            tried_on: new.len(),
            base_rate: fixed as f64 / new.len() as f64,
            auc: auc(&chances, &outcomes)?,
            calibration: calibration(&chances, &outcomes, 10),
            model,
        })
    }

    /// The chance that the change will need a fix, 0 to 1.
    #[must_use]
    pub fn chance(&self, change: &Features) -> f64 {
        self.model.chance(&change.row())
    }

    /// The level that a chance means here: twice the base rate is *act*, above the base rate *watch*.
    #[must_use]
    pub fn level(&self, chance: f64) -> Level {
        if chance >= (2.0 * self.base_rate).min(0.9) {
            Level::Act
        } else if chance > self.base_rate {
            Level::Watch
        } else {
            Level::Usual
        }
    }

    /// Features with their weights in log-odds for one standard deviation, the strongest first.
    #[must_use]
    pub fn drivers(&self) -> Vec<(&'static str, f64)> {
        let mut drivers: Vec<_> = FEATURE_NAMES.into_iter().zip(self.model.weights().iter().copied()).collect();
        drivers.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        drivers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entropy_of_even_spread_is_one() {
        assert!((spread_entropy(&[5, 5, 5, 5]) - 1.0).abs() < 1e-12);
        assert_eq!(spread_entropy(&[20]), 0.0);
        assert_eq!(spread_entropy(&[0, 0]), 0.0);
        assert!((spread_entropy(&[3, 1]) - 0.811_278_1).abs() < 1e-6);
    }

    #[test]
    fn rules_give_their_reasons() {
        let small = Features { lines: 20, files: 1, code: true, tests: true, areas: 1, ..Features::default() };
        assert_eq!(by_rules(&small), (Level::Usual, vec![]));
        let large = Features { lines: 900, hotspots: 2, tests: false, ..small };
        let (level, reasons) = by_rules(&large);
        assert_eq!((level, reasons.len()), (Level::Act, 3), "{reasons:?}");
    }

    fn history(count: u32) -> Vec<(Features, bool)> {
        let change = |n: u32| {
            let lines = u64::from(n * 7919 % 800);
            (
                Features { lines, files: 1 + n % 9, code: true, tests: n.is_multiple_of(3), ..Features::default() },
                lines > 500 || n.is_multiple_of(17),
            )
        };
        (0..count).map(change).collect()
    }

    #[test]
    fn few_fixes_train_no_model() {
        assert_eq!(TrackedModel::train(&history(100)), None);
    }

    #[test]
    fn model_publishes_its_track_record() {
        let model = TrackedModel::train(&history(2000)).expect("enough fixes");
        assert_eq!((model.trained_on, model.tried_on), (1400, 600));
        assert!(model.auc > 0.8, "{}", model.auc);
        assert_eq!(model.calibration.iter().map(|bin| bin.count).sum::<usize>(), 600);
        assert_eq!(model.drivers()[0].0, "lines");
        let (small, large) =
            (Features { lines: 5, ..Features::default() }, Features { lines: 790, ..Features::default() });
        assert!(model.chance(&small) < model.chance(&large));
    }

    proptest! {
        #[test]
        fn entropy_stays_between_bounds(lines in prop::collection::vec(0u64..10_000, 0..40)) {
            prop_assert!((0.0..=1.0).contains(&spread_entropy(&lines)));
        }
    }
}
