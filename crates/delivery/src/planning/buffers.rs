//! How much is kept in reserve behind a chain, whether it is used up faster than the chain is worked off, and how far a plan is in time.

use serde::Serialize;

/// How a buffer is sized.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Sizing {
    /// √Σ(safe − aggressive)² (Newbold 1998).
    #[default]
    RootSquares,
    /// Half of the chain (Goldratt 1997).
    Half,
}

/// The buffer behind a chain of (aggressive, safe) durations, in their unit.
#[must_use]
pub fn buffer(chain: &[(f64, f64)], sizing: Sizing) -> f64 {
    match sizing {
        Sizing::RootSquares => chain.iter().map(|(bold, safe)| (safe - bold).powi(2)).sum::<f64>().sqrt(),
        Sizing::Half => chain.iter().map(|(bold, _)| bold).sum::<f64>() / 2.0,
    }
}

/// Whether a buffer is used up too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fever {
    /// As it should be.
    Good,
    /// Above 15 + 0.6 x.
    Watch,
    /// Above 30 + 0.6 x.
    Act,
}

/// Of `done` % of the chain and `used` % of the buffer.
#[must_use]
pub fn fever(done: f64, used: f64) -> Fever {
    if used > 30.0 + 0.6 * done {
        Fever::Act
    } else if used > 15.0 + 0.6 * done {
        Fever::Watch
    } else {
        Fever::Good
    }
}

/// Earned schedule (Lipke 2003): the time by which the plan had as much done as is done now. `planned` is how many were to be finished by
/// the end of each period. None when nothing was planned.
#[must_use]
pub fn earned(planned: &[f64], done: f64) -> Option<f64> {
    let whole = planned.iter().take_while(|value| **value <= done).count();
    let before = whole.checked_sub(1).and_then(|at| planned.get(at)).copied().unwrap_or(0.0);
    match planned.get(whole) {
        Some(next) if *next > before => Some(whole as f64 + (done - before) / (next - before)),
        _ => (!planned.is_empty()).then_some(whole as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_the_golden_ones() {
        let chain = [(3.0, 6.0), (5.0, 9.0), (2.0, 4.0)];
        assert!((buffer(&chain, Sizing::RootSquares) - 5.39).abs() < 0.005);
        assert!((buffer(&chain, Sizing::Half) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn a_buffer_used_too_fast_is_hot() {
        assert_eq!((fever(50.0, 45.0), fever(50.0, 46.0), fever(50.0, 61.0)), (Fever::Good, Fever::Watch, Fever::Act));
    }

    #[test]
    fn what_is_done_is_dated() {
        let planned = [2.0, 5.0, 9.0];
        assert_eq!(earned(&planned, 5.0), Some(2.0));
        assert_eq!(earned(&planned, 7.0), Some(2.5));
        assert_eq!(earned(&planned, 1.0), Some(0.5));
        assert_eq!(earned(&planned, 9.0), Some(3.0));
        assert_eq!(earned(&[], 1.0), None);
    }
}
