//! Hotspots: files that change often and are complex (Tornhill 2015, "Your Code as a Crime Scene"; here with decay and ranks).
//!
//! `H = rank(Σ 2^(−age / 180 d)) × rank(complexity)`, both ranks as percentiles among the code files of a repository. The lake's
//! standing view `hotspots` computes the same in SQL; this is the form for functions, and the one that the view is checked against.

/// A change loses half of its weight in this many days.
pub const HALF_LIFE_DAYS: f64 = 180.0;

/// The weight of something `age_days` old: `2^(−age / half_life)`. Ages below zero (clocks that run ahead) count as zero.
#[must_use]
pub fn decayed(age_days: f64, half_life_days: f64) -> f64 {
    (-age_days.max(0.0) / half_life_days).exp2()
}

/// Percentile ranks in (0, 1): `(mean rank − ½) / n`, ranks from 1, ties sharing their mean rank. NaN ranks highest.
#[must_use]
pub fn percentile_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    order.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
    let count = values.len() as f64;
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0usize;
    for tied in order.chunk_by(|&a, &b| at(a).total_cmp(&at(b)).is_eq()) {
        let mean_rank = below as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for &index in tied {
            if let Some(rank) = ranks.get_mut(index) {
                *rank = (mean_rank - 0.5) / count;
            }
        }
        below += tied.len();
    }
    ranks
}

/// Hotspot scores in (0, 1), one for each pair of decayed changes and complexity. The slices are paired up to the shorter one.
#[must_use]
pub fn scores(changes: &[f64], complexity: &[f64]) -> Vec<f64> {
    let changed = percentile_ranks(changes);
    let complex = percentile_ranks(complexity);
    changed.iter().zip(&complex).map(|(changed, complex)| changed * complex).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(percentile_ranks(&[10.0, 20.0, 20.0, 40.0]), [0.125, 0.5, 0.5, 0.875]);
        assert_eq!(percentile_ranks(&[7.0]), [0.5]);
        assert!(percentile_ranks(&[]).is_empty());
    }

    #[test]
    fn weight_halves_at_half_life() {
        assert!((decayed(180.0, HALF_LIFE_DAYS) - 0.5).abs() < 1e-12);
        assert!((decayed(360.0, HALF_LIFE_DAYS) - 0.25).abs() < 1e-12);
        assert!((decayed(-3.0, HALF_LIFE_DAYS) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn busy_and_complex_scores_highest() {
        let scores = scores(&[9.0, 9.0, 1.0], &[50.0, 2.0, 50.0]);
        assert_eq!(scores.iter().copied().fold(0.0, f64::max), scores[0]);
    }

    proptest! {
        #[test]
        fn ranks_average_to_one_half(values in prop::collection::vec(0.0..1e6f64, 1..200)) {
            let ranks = percentile_ranks(&values);
            let mean = ranks.iter().sum::<f64>() / ranks.len() as f64;
            prop_assert!((mean - 0.5).abs() < 1e-9);
            prop_assert!(ranks.iter().all(|rank| *rank > 0.0 && *rank < 1.0));
        }

        #[test]
        fn more_changes_never_rank_lower(values in prop::collection::vec(0u8..20, 2..100), more in 1u8..20) {
            let mut values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let before = percentile_ranks(&values)[0];
            values[0] += f64::from(more);
            prop_assert!(percentile_ranks(&values)[0] >= before);
        }
    }
}
