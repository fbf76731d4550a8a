//! What a goal can be about, and how it stands: met, on the way, worse than at its start, or missed.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a goal measures, over the code of its areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Mean health of the files, weighted by code lines, 1 to 10.
    MeanHealth,
    /// Health of the worst hotspot, 1 to 10.
    WorstHotspotHealth,
    /// Share of code lines in files below health 4, 0 to 1.
    UnhealthyShare,
    /// Findings in all.
    Findings,
    /// Share of the period's changes that are fixes, 0 to 1.
    FixRate,
    /// Pairs of coupled files that no import declares.
    HiddenCoupling,
    /// Lines of tests for each line of code.
    TestRatio,
}

impl Measure {
    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::MeanHealth => "mean health",
            Self::WorstHotspotHealth => "health of the worst hotspot",
            Self::UnhealthyShare => "share of code below health 4",
            Self::Findings => "findings",
            Self::FixRate => "fix rate",
            Self::HiddenCoupling => "hidden couplings",
            Self::TestRatio => "test lines a code line",
        }
    }

    /// Whether more is better.
    #[must_use]
    pub const fn more_is_better(self) -> bool {
        matches!(self, Self::MeanHealth | Self::WorstHotspotHealth | Self::TestRatio)
    }

    /// Whether it is about the files as they are, so that two commits can be compared; the others are about history.
    #[must_use]
    pub const fn is_of_files(self) -> bool {
        !matches!(self, Self::FixRate | Self::HiddenCoupling)
    }

    /// `at least` or `at most`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        if self.more_is_better() { "at least" } else { "at most" }
    }

    /// The lowest and the highest value that make sense.
    #[must_use]
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::MeanHealth | Self::WorstHotspotHealth => (1.0, 10.0),
            Self::UnhealthyShare | Self::FixRate => (0.0, 1.0),
            Self::TestRatio => (0.0, 100.0),
            Self::Findings | Self::HiddenCoupling => (0.0, 1e9),
        }
    }

    /// A value in words.
    #[must_use]
    pub fn words(self, value: f64) -> String {
        match self {
            Self::UnhealthyShare | Self::FixRate => format!("{:.1} %", value * 100.0),
            Self::Findings | Self::HiddenCoupling => format!("{value:.0}"),
            Self::MeanHealth | Self::WorstHotspotHealth => format!("{value:.1}"),
            Self::TestRatio => format!("{value:.2}"),
        }
    }

    /// Whether `value` reaches `target`.
    #[must_use]
    pub fn reaches(self, value: f64, target: f64) -> bool {
        if self.more_is_better() { value >= target } else { value <= target }
    }
}

/// How a goal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The target is reached.
    Met,
    /// Not reached, not due, and not worse than when it was set.
    OnTheWay,
    /// Not reached, and worse than when it was set: a gate is broken.
    Worse,
    /// Due and not reached: a gate is broken.
    Missed,
    /// Nothing to measure it by.
    NotMeasured,
}

impl Standing {
    /// Whether a gate fails by it.
    #[must_use]
    pub const fn breaks(self) -> bool {
        matches!(self, Self::Worse | Self::Missed)
    }

    /// Its word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::OnTheWay => "on the way",
            Self::Worse => "worse than at its start",
            Self::Missed => "missed",
            Self::NotMeasured => "not measured",
        }
    }
}

/// How a goal stands on `today`; `start` is what was measured when it was set.
#[must_use]
pub fn standing(
    measure: Measure,
    target: f64,
    by_on: Date,
    start: Option<f64>,
    value: Option<f64>,
    today: Date,
) -> Standing {
    let Some(value) = value.filter(|value| value.is_finite()) else { return Standing::NotMeasured };
    if measure.reaches(value, target) {
        return Standing::Met;
    }
    if today > by_on {
        return Standing::Missed;
    }
    match start {
        Some(start) if !measure.reaches(value, start) => Standing::Worse,
        _ => Standing::OnTheWay,
    }
}

/// What a branch does to a goal, against the commit that it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The target is not reached, and the branch leads away from it: a gate is broken.
    Broken,
    /// The target is not reached, and the branch leads towards it.
    Mended,
    /// The target is not reached, and the branch changes nothing.
    Unchanged,
    /// The target is reached with the branch.
    Kept,
    /// Nothing to measure it by, on one side or the other, or a measure of history.
    NotJudged,
}

impl Verdict {
    /// Its words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Broken => "broken by this branch",
            Self::Mended => "nearer with this branch",
            Self::Unchanged => "as before",
            Self::Kept => "met",
            Self::NotJudged => "not judged",
        }
    }
}

/// What a branch does to a goal: `base` is what was measured where it left, `value` what is measured at its head.
#[must_use]
pub fn verdict(measure: Measure, target: f64, base: Option<f64>, value: Option<f64>) -> Verdict {
    /// Sums in another order differ by less.
    const SAME: f64 = 1e-9;
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    let (Some(base), Some(value)) = (finite(base), finite(value)) else { return Verdict::NotJudged };
    if !measure.is_of_files() {
        return Verdict::NotJudged;
    }
    let better = if measure.more_is_better() { value - base } else { base - value };
    if measure.reaches(value, target) {
        Verdict::Kept
    } else if better.abs() <= SAME {
        Verdict::Unchanged
    } else if better < 0.0 {
        Verdict::Broken
    } else {
        Verdict::Mended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn health(start: f64, value: f64, day: i8) -> Standing {
        standing(Measure::MeanHealth, 8.0, date(2026, 6, 15), Some(start), Some(value), date(2026, 6, day))
    }

    #[test]
    fn goal_stands_by_value_and_day() {
        assert_eq!(health(6.0, 8.0, 1), Standing::Met);
        assert_eq!(health(6.0, 7.0, 15), Standing::OnTheWay);
        assert_eq!(health(6.0, 7.0, 16), Standing::Missed);
        assert_eq!(health(6.0, 5.9, 1), Standing::Worse);
    }

    #[test]
    fn fewer_findings_are_better() {
        let stands = |value| standing(Measure::Findings, 10.0, date(2026, 6, 15), Some(20.0), value, date(2026, 6, 1));
        assert_eq!(stands(Some(21.0)), Standing::Worse);
        assert_eq!(stands(Some(20.0)), Standing::OnTheWay);
        assert_eq!(stands(Some(10.0)), Standing::Met);
        assert_eq!(stands(None), Standing::NotMeasured);
    }

    #[test]
    fn branch_is_judged_against_its_base() {
        let judged = |base, value| verdict(Measure::MeanHealth, 8.0, Some(base), Some(value));
        assert_eq!(judged(6.0, 5.0), Verdict::Broken);
        assert_eq!(judged(6.0, 6.0 - 1e-12), Verdict::Unchanged);
        assert_eq!(judged(6.0, 7.0), Verdict::Mended);
        assert_eq!(judged(9.0, 8.5), Verdict::Kept, "worse, and good enough");
        assert_eq!(verdict(Measure::FixRate, 0.1, Some(0.2), Some(0.3)), Verdict::NotJudged);
        assert_eq!(verdict(Measure::Findings, 1.0, None, Some(3.0)), Verdict::NotJudged);
        assert_eq!(verdict(Measure::Findings, 1.0, Some(2.0), Some(3.0)), Verdict::Broken);
    }

    proptest! {
        #[test]
        fn reaching_breaks_no_gate(target in 1.0..10.0f64, more in 0.0..5.0f64, day in 1i8..28) {
            let stands = standing(
                Measure::MeanHealth, target, date(2026, 6, 15), Some(10.0), Some(target + more), date(2026, 6, day),
            );
            prop_assert!(!stands.breaks());
        }
    }
}
