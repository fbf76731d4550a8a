//! Percentiles that are literally true, their intervals, and limits of a process. Nothing is interpolated.

use statrs::distribution::{Binomial, DiscreteCDF};

/// Nearest rank: x_(⌈p·n⌉) of values in ascending order, so that "85 % took at most x" holds to the letter. None of nothing.
#[must_use]
pub fn percentile(sorted: &[f64], p: f64) -> Option<f64> {
    let rank = rank(sorted.len(), p)?;
    sorted.get(rank - 1).copied()
}

/// ⌈p·n⌉, at least 1.
fn rank(n: usize, p: f64) -> Option<usize> {
    // 0.85 × 20 is a hair above 17 in binary: what is that near a whole number is one.
    let exact = p * n as f64;
    let near = exact.round();
    let rank = if (exact - near).abs() < 1e-9 { near } else { exact.ceil() };
    (n > 0).then(|| (rank as usize).clamp(1, n))
}

/// The percentile of enough values: P85 from 7, P95 from 20, others from 5.
#[must_use]
pub fn measured(sorted: &[f64], p: f64) -> Option<f64> {
    let least = if p > 0.9 {
        20
    } else if p > 0.75 {
        7
    } else {
        5
    };
    if sorted.len() < least { None } else { percentile(sorted, p) }
}

/// Ranks (from 1) of the order statistics between which the percentile lies with 90 %: the largest l with P(Bin(n, p) ≤ l − 1) ≤ 5 %, the
/// least u with P(Bin(n, p) ≤ u − 1) ≥ 95 %. None when the sample has no such rank.
#[must_use]
pub fn interval_ranks(n: usize, p: f64) -> Option<(usize, usize)> {
    let binomial = Binomial::new(p, n as u64).ok()?;
    let lower = (1..=n).take_while(|rank| binomial.cdf(*rank as u64 - 1) <= 0.05).last()?;
    let upper = (1..=n).find(|rank| binomial.cdf(*rank as u64 - 1) >= 0.95)?;
    Some((lower, upper))
}

/// The 90 % interval of a percentile.
#[must_use]
pub fn interval(sorted: &[f64], p: f64) -> Option<(f64, f64)> {
    let (lower, upper) = interval_ranks(sorted.len(), p)?;
    Some((*sorted.get(lower - 1)?, *sorted.get(upper - 1)?))
}

/// The counts between which `n` trials of probability `p` stay with 95 %: the 2.5 % and the 97.5 % quantile.
#[must_use]
pub fn band(n: u64, p: f64) -> Option<(u64, u64)> {
    let binomial = Binomial::new(p, n).ok()?;
    Some((binomial.inverse_cdf(0.025), binomial.inverse_cdf(0.975)))
}

/// Spearman's ρ of pairs: the correlation of their ranks, ties sharing the mean rank. None of fewer than two, or when one side never changes.
#[must_use]
pub fn spearman(one: &[f64], other: &[f64]) -> Option<f64> {
    let n = one.len().min(other.len());
    let (one, other) = (ranks(one.get(..n)?), ranks(other.get(..n)?));
    let mean = (n as f64 + 1.0) / 2.0;
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(&other) {
        both += (a - mean) * (b - mean);
        first += (a - mean).powi(2);
        second += (b - mean).powi(2);
    }
    (first > 0.0 && second > 0.0).then(|| both / (first * second).sqrt())
}

/// Ranks from 1; ties share their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut rank = 1.0;
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let last = rank + tied.len() as f64 - 1.0;
        tied.iter().for_each(|place| ranks[*place] = f64::midpoint(rank, last));
        rank = last + 1.0;
    }
    ranks
}

/// Limits of a process (Wheeler 1993, XmR): mean ± 2.66 × the mean moving range, and where the process left them.
#[derive(Debug, Clone, PartialEq)]
pub struct Xmr {
    /// The mean.
    pub mean: f64,
    /// Lower limit; below 0 it is 0 for what cannot be negative, and stands here as it is.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Places of points outside, or at the end of a run of eight on one side.
    pub signals: Vec<usize>,
}

/// Limits of values in their order; None of fewer than two.
#[must_use]
pub fn xmr(values: &[f64]) -> Option<Xmr> {
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ranges: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    let reach = 2.66 * ranges / (values.len() - 1) as f64;
    let (lower, upper) = (mean - reach, mean + reach);
    let mut run = 0_i32;
    let mut signals = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let side = if *value > mean {
            1
        } else if *value < mean {
            -1
        } else {
            0
        };
        run = if side != 0 && run.signum() == side { run + side } else { side };
        if *value < lower || *value > upper || run.abs() >= 8 {
            signals.push(place);
        }
    }
    Some(Xmr { mean, lower, upper, signals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_correlated() {
        let rising = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(spearman(&rising, &[10.0, 200.0, 201.0, 1e6]), Some(1.0));
        assert_eq!(spearman(&rising, &[4.0, 3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(spearman(&rising, &[5.0; 4]), None);
        // Ties share their rank: 1, 2.5, 2.5, 4 against 1, 2, 3, 4 gives 4.5 ÷ √(4.5 · 5).
        let tied = spearman(&[1.0, 2.0, 2.0, 3.0], &rising).unwrap();
        assert!((tied - 0.948_683).abs() < 1e-6, "{tied}");
    }

    #[test]
    fn percentiles_are_never_interpolated() {
        let days = [1., 1., 2., 3., 3., 4., 5., 8., 13., 21.];
        let at = |p| percentile(&days, p);
        assert_eq!([at(0.5), at(0.7), at(0.85), at(0.95)], [Some(3.), Some(5.), Some(13.), Some(21.)]);
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!((measured(&days, 0.85), measured(&days, 0.95)), (Some(13.), None));
    }

    #[test]
    fn ranks_of_the_interval() {
        assert_eq!(interval_ranks(40, 0.85), Some((30, 38)));
    }

    #[test]
    fn bands_of_chance() {
        assert_eq!(band(25, 0.85), Some((17, 24)));
        assert_eq!(band(100, 0.85), Some((78, 92)));
        assert_eq!(band(260, 0.85), Some((209, 232)));
    }

    #[test]
    fn limits_of_a_process() {
        let limits = xmr(&[4., 6., 5., 9., 3., 7.]).unwrap();
        assert!((limits.mean - 5.667).abs() < 1e-3);
        assert!((limits.lower + 3.38).abs() < 0.005 && (limits.upper - 14.71).abs() < 0.005, "{limits:?}");
        assert_eq!(limits.signals, Vec::<usize>::new());
        let run = xmr(&[6., 8., 6., 8., 6., 8., 6., 8., 2., 4., 2., 4., 2., 4., 2., 4.]).unwrap();
        assert_eq!(run.signals, [7, 15], "eight in a row on one side");
    }
}
