//! The maths of a register: exposure, the matrix, what was at stake day by day, and how often what was feared came. It sorts, and never adds
//! up ranks (Cox 2008).

use jiff::civil::Date;

use crate::calendar::after;
use crate::spread::Spread;

/// Steps of probability and of impact: at most these, and above.
const LIKELY: [f64; 4] = [0.1, 0.3, 0.5, 0.7];
/// Mean impact in working days, where there is no plan to compare with.
const DAYS: [f64; 4] = [1.0, 3.0, 8.0, 20.0];
/// Mean impact as a share of what a plan has left.
const SHARES: [f64; 4] = [0.01, 0.05, 0.1, 0.2];

/// Expected cost: p × mean of the impact.
#[must_use]
pub fn exposure(probability: f64, impact: &Spread) -> f64 {
    probability * impact.mean()
}

/// The row of the matrix for a probability, 1 to 5.
#[must_use]
pub fn likelihood(probability: f64) -> u8 {
    step(&LIKELY, probability)
}

/// The column of the matrix for a mean impact in working days, 1 to 5.
#[must_use]
pub fn severity(days: f64) -> u8 {
    step(&DAYS, days)
}

/// The column for a mean impact in working days where a plan has `left_days` at the median: at most 1, 5, 10, 20 % of it, and above.
#[must_use]
pub fn severity_in(days: f64, left_days: f64) -> u8 {
    step(&SHARES, days / left_days)
}

fn step(steps: &[f64; 4], value: f64) -> u8 {
    steps.iter().filter(|most| value > **most + 1e-12).count() as u8 + 1
}

/// What a place of the matrix asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// It may be lived with.
    Good,
    /// It wants an eye.
    Watch,
    /// It wants something done.
    Act,
}

/// Index product of at least 12 acts, of at least 6 watches.
#[must_use]
pub const fn call(likelihood: u8, severity: u8) -> Call {
    match likelihood * severity {
        12.. => Call::Act,
        6.. => Call::Watch,
        _ => Call::Good,
    }
}

/// One risk as it was recorded over a while: `from` ≤ day < `until`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Which risk.
    pub risk: usize,
    /// First day.
    pub from: Date,
    /// The day after the last; none while it holds.
    pub until: Option<Date>,
    /// Expected working days.
    pub exposure: f64,
}

/// What was expected to be lost at the end of each day: Σ over the risks open on it, as recorded then.
#[must_use]
pub fn burndown(held: &[Held], first: Date, last: Date) -> Vec<(Date, f64)> {
    let mut days = Vec::new();
    let mut day = first;
    while day <= last {
        let open = held.iter().filter(|one| one.from <= day && one.until.is_none_or(|until| day < until));
        days.push((day, open.map(|one| one.exposure).sum()));
        day = after(day, 1);
    }
    days
}

/// The score of Brier 1950: mean of (p − o)² over what was said and whether it came. None of nothing.
#[must_use]
pub fn brier(said: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = said.iter().map(|(p, came)| (p - f64::from(u8::from(*came))).powi(2)).sum();
    (!said.is_empty()).then(|| sum / said.len() as f64)
}

/// The probability that a rule proposes: (occurred + 1) ÷ (closed + 4).
#[must_use]
pub fn proposed(occurred: u32, closed: u32) -> f64 {
    (f64::from(occurred) + 1.0) / (f64::from(closed) + 4.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::spread::Unit;

    #[test]
    fn exposure_is_a_mean() {
        let impact = Spread::range(5.0, 10.0, 30.0, Unit::Days);
        assert_eq!((impact.mean(), exposure(0.3, &impact)), (12.5, 3.75));
    }

    #[test]
    fn the_matrix_has_five_steps() {
        assert_eq!([0.05, 0.1, 0.3, 0.31, 0.7, 0.9].map(likelihood), [1, 1, 2, 3, 4, 5]);
        assert_eq!([0.5, 1.0, 3.5, 20.0, 21.0].map(severity), [1, 1, 3, 4, 5]);
        assert_eq!([0.1, 0.5, 0.51, 2.0, 2.1].map(|days| severity_in(days, 10.0)), [1, 2, 3, 4, 5]);
        assert_eq!((call(3, 4), call(2, 3), call(1, 5)), (Call::Act, Call::Watch, Call::Good));
    }

    #[test]
    fn lowering_and_closing_burn_down() {
        let day = |day| date(2026, 3, day);
        let held = [
            Held { risk: 0, from: day(1), until: Some(day(3)), exposure: 0.5 * 10.0 },
            Held { risk: 1, from: day(1), until: Some(day(4)), exposure: 0.2 * 5.0 },
            Held { risk: 0, from: day(3), until: None, exposure: 0.2 * 10.0 },
        ];
        let sums: Vec<f64> = burndown(&held, day(1), day(4)).into_iter().map(|(_, sum)| sum).collect();
        assert_eq!(sums, [6.0, 6.0, 3.0, 2.0]);
    }

    #[test]
    fn what_was_said_is_scored() {
        let score = brier(&[(0.3, true), (0.2, false), (0.7, true)]).unwrap();
        assert!((score - 0.2067).abs() < 5e-5);
        assert_eq!(brier(&[]), None);
        assert!((proposed(2, 6) - 0.30).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn more_likely_is_never_less_to_do(p in 0.01_f64..0.9, days in 0.1_f64..60.0) {
            let here = call(likelihood(p), severity(days)) as u8;
            let there = call(likelihood(p + 0.1), severity(days)) as u8;
            prop_assert!(there >= here);
        }
    }
}
