//! A team's past forecasts correct its next ones, and only where that has helped.
//!
//! Where outcomes fell in their forecasts (the randomised PIT of Czado, Gneiting and Held 2009) is fitted by one number θ: below 1 the
//! forecasts were too narrow and are widened, above 1 they were too wide. A gate walks the same forecasts forward before any of it is used.

use statrs::distribution::{Beta, ContinuousCDF};
use statrs::function::gamma::digamma;

use super::scores::pinball;

/// Resolved forecasts from which a correction is tried.
pub const LEAST: usize = 30;
/// Resolved forecasts that are looked at, the newest.
pub const LAST: usize = 104;
/// Levels at which the gate compares.
pub const GATE: [f64; 3] = [0.5, 0.85, 0.95];

/// Where an outcome fell: F(y − 1) + v · (F(y) − F(y − 1)) with v uniform.
#[must_use]
pub fn pit(below: f64, at: f64, v: f64) -> f64 {
    (below + v * (at - below)).clamp(0.0, 1.0)
}

/// θ of the Beta(θ, θ) that is likeliest over where outcomes fell and twenty pseudo values (i + ½) ÷ 20, which pull it to 1.
#[must_use]
pub fn theta(pits: &[f64]) -> f64 {
    let pseudo = (0..20).map(|i| (f64::from(i) + 0.5) / 20.0);
    let (mut sum, mut n) = (0.0, 0.0);
    for u in pits.iter().copied().chain(pseudo) {
        let u = u.clamp(1e-6, 1.0 - 1e-6);
        sum += u.ln() + (1.0 - u).ln();
        n += 1.0;
    }
    // The likelihood rises while Σ ln u(1 − u) + 2n(ψ(2θ) − ψ(θ)) > 0, and that falls in θ.
    let slope = |theta: f64| sum + 2.0 * n * (digamma(2.0 * theta) - digamma(theta));
    let (mut low, mut high) = (0.05, 20.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The corrected probability: the distribution function of Beta(θ, θ) at F.
#[must_use]
pub fn corrected(theta: f64, chance: f64) -> f64 {
    Beta::new(theta, theta).map_or(chance, |beta| beta.cdf(chance.clamp(0.0, 1.0)))
}

/// The level of the uncorrected distribution that stands at `p` of the corrected one.
#[must_use]
pub fn level(theta: f64, p: f64) -> f64 {
    Beta::new(theta, theta).map_or(p, |beta| beta.inverse_cdf(p))
}

/// A forecast of which the outcome is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// When it was made; any unit that both instants share.
    pub made: i64,
    /// When the outcome was known.
    pub known: i64,
    /// P(Y ≤ k), k = 0, 1, ….
    pub by: Vec<f64>,
    /// What came.
    pub came: usize,
    /// Chance for the randomised PIT, the same whenever it is asked.
    pub v: f64,
}

impl Resolved {
    /// Where the outcome fell.
    #[must_use]
    pub fn pit(&self) -> f64 {
        let at = |k: usize| self.by.get(k).or(self.by.last()).copied().unwrap_or(0.0);
        let below = self.came.checked_sub(1).map_or(0.0, at);
        pit(below, at(self.came), self.v)
    }

    /// The least k with F(k) ≥ p; the last that was looked at when there is none.
    fn quantile(&self, p: f64) -> usize {
        self.by.iter().position(|chance| *chance + 1e-9 >= p).unwrap_or(self.by.len())
    }

    fn loss(&self, theta: f64) -> f64 {
        let of = |tau: &f64| pinball(self.came as f64, self.quantile(level(theta, *tau)) as f64, *tau);
        GATE.iter().map(of).sum::<f64>() / GATE.len() as f64
    }
}

/// What past forecasts make of the next one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Correction {
    /// Fewer than thirty are resolved.
    TooFew(usize),
    /// Walked forward, it did not help.
    DidNotHelp {
        /// From how many.
        of: usize,
    },
    /// It helped.
    Applied {
        /// Below 1 widened, above 1 narrowed.
        theta: f64,
        /// From how many.
        of: usize,
    },
}

impl Correction {
    /// Of forecasts of the same team, question and horizon that were resolved before `as_of`.
    #[must_use]
    pub fn of(all: &[Resolved], as_of: i64) -> Self {
        let mut known: Vec<&Resolved> = all.iter().filter(|one| one.known < as_of).collect();
        known.sort_by_key(|one| (one.known, one.made));
        let known = &known[known.len().saturating_sub(LAST)..];
        if known.len() < LEAST {
            return Self::TooFew(known.len());
        }
        let of = known.len();
        if !helped(known) {
            return Self::DidNotHelp { of };
        }
        let pits: Vec<f64> = known.iter().map(|one| one.pit()).collect();
        Self::Applied { theta: theta(&pits), of }
    }

    /// θ when it is applied, else 1.
    #[must_use]
    pub const fn theta(self) -> f64 {
        match self {
            Self::Applied { theta, .. } => theta,
            _ => 1.0,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::TooFew(n) => format!("uncalibrated ({n} resolved)"),
            Self::DidNotHelp { of } => format!("not corrected, it did not help over {of} resolved"),
            Self::Applied { theta, of } => {
                let way = if theta < 1.0 { "widened" } else { "narrowed" };
                format!("{way}, θ {theta:.2}, from {of} resolved")
            }
        }
    }
}

/// The gate: each forecast is corrected by what was resolved before it was made; the mean loss must not be worse than without.
fn helped(known: &[&Resolved]) -> bool {
    let (mut with, mut without) = (0.0, 0.0);
    for one in known {
        let before: Vec<f64> = known.iter().filter(|other| other.known < one.made).map(|other| other.pit()).collect();
        let theta = if before.is_empty() { 1.0 } else { theta(&before) };
        with += one.loss(theta);
        without += one.loss(1.0);
    }
    with <= without + 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    const PITS: [f64; 20] = [
        0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.25, 0.4, 0.5, 0.55, 0.6, 0.75, 0.85, 0.9, 0.92, 0.95, 0.97, 0.98,
        0.99,
    ];

    #[test]
    fn theta_says_how_narrow() {
        let theta = theta(&PITS);
        assert!((theta - 0.6997).abs() < 5e-5, "{theta}");
        assert!((corrected(theta, 0.9019) - 0.85).abs() < 5e-5, "{}", corrected(theta, 0.9019));
        assert!((level(theta, 0.85) - 0.9019).abs() < 5e-5);
    }

    #[test]
    fn even_outcomes_change_nothing() {
        let even: Vec<f64> = (0..200).map(|i| (f64::from(i) + 0.5) / 200.0).collect();
        assert!((theta(&even) - 1.0).abs() < 0.01);
        assert!((corrected(1.0, 0.3) - 0.3).abs() < 1e-9);
    }

    /// Forecasts of a narrow day count, with outcomes that lie `apart` from its middle.
    fn past(n: i64, apart: impl Fn(i64) -> usize) -> Vec<Resolved> {
        let by: Vec<f64> = (0..60).map(|k| ((f64::from(k) - 20.0) / 20.0).clamp(0.0, 1.0)).collect();
        (0..n).map(|i| Resolved { made: i * 7, known: i * 7 + 30, by: by.clone(), came: apart(i), v: 0.5 }).collect()
    }

    #[test]
    fn the_gate_holds_what_does_not_help() {
        let spread = past(60, |i| if i % 2 == 0 { 21 } else { 39 });
        let Correction::Applied { theta, of: 60 } = Correction::of(&spread, 10_000) else { panic!("it helps") };
        assert!(theta < 0.7, "{theta}");
        // Wide at first, then narrow: what was learned from the first half makes the second half worse.
        let turned = past(60, |i| if i < 12 { 20 + 19 * (i as usize % 2) } else { 29 + (i as usize % 3) });
        assert_eq!(Correction::of(&turned, 10_000), Correction::DidNotHelp { of: 60 });
        assert_eq!(Correction::of(&spread, 100), Correction::TooFew(10), "only what was known by then counts");
    }

    #[test]
    fn words_say_what_was_done() {
        assert_eq!(Correction::Applied { theta: 0.7, of: 52 }.words(), "widened, θ 0.70, from 52 resolved");
        assert_eq!(Correction::TooFew(12).words(), "uncalibrated (12 resolved)");
    }
}
