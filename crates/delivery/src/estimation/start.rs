//! What is to be done, as a distribution: a count or a range, what it splits and grows to, and risks of its own. A forecast starts here.

use crate::pmf::Pmf;

/// What is to be done: from `low` to `high`, each as likely, before anything grows.
#[must_use]
pub fn between(low: u32, high: u32) -> Pmf {
    let (low, high) = (low.min(high) as usize, low.max(high) as usize);
    let mut all = vec![0.0; high + 1];
    all[low..].fill(1.0);
    Pmf::of_weights(all).unwrap_or_else(|| Pmf::certain(low))
}

/// What it grows to when each item splits: N' = ⌈N · s⌉ with s uniform on `from..=to`.
#[must_use]
pub fn split(start: &Pmf, from: f64, to: f64) -> Pmf {
    grown(start, |n| {
        if to - from < 1e-12 {
            return vec![(ceiling(n * from), 1.0)];
        }
        // P(N' = k) is the share of s with k − 1 < N · s ≤ k.
        let (least, most) = (ceiling(n * from), ceiling(n * to));
        let share = |k: usize| {
            let (above, below) = ((k as f64 - 1.0) / n, k as f64 / n);
            (below.min(to) - above.max(from)).max(0.0) / (to - from)
        };
        (least..=most).map(|k| (k, share(k))).collect()
    })
}

/// What it grows to by a team's own ratios, each as likely.
#[must_use]
pub fn growth(start: &Pmf, ratios: &[f64]) -> Pmf {
    if ratios.is_empty() {
        return start.clone();
    }
    grown(start, |n| ratios.iter().map(|ratio| (ceiling(n * ratio), 1.0 / ratios.len() as f64)).collect())
}

fn grown(start: &Pmf, becomes: impl Fn(f64) -> Vec<(usize, f64)>) -> Pmf {
    let mut all: Vec<f64> = vec![0.0];
    for (count, chance) in start.chances().iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
        let to = if count == 0 { vec![(0, 1.0)] } else { becomes(count as f64) };
        for (count, share) in to {
            if all.len() <= count {
                all.resize(count + 1, 0.0);
            }
            all[count] += chance * share;
        }
    }
    Pmf::of_weights(all).unwrap_or_else(|| start.clone())
}

fn ceiling(value: f64) -> usize {
    // 25 × 1.2 is a hair above 30 in binary: what is that near a whole number is one.
    let near = value.round();
    (if (value - near).abs() < 1e-9 { near } else { value.ceil() }).max(0.0) as usize
}

/// With a risk of its own: N'' = N' ⊕ ((1 − π)·δ₀ + π·items).
#[must_use]
pub fn risked(start: &Pmf, chance: f64, items: &Pmf) -> Pmf {
    start.plus(&Pmf::certain(0).or(items, chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_growth_is_a_start() {
        let grown = growth(&Pmf::certain(10), &[1.0, 1.2, 1.5, 2.0]);
        assert_eq!([10, 12, 15, 20].map(|n| grown.chances()[n]), [0.25; 4]);
        assert_eq!(growth(&between(2, 3), &[]), between(2, 3));
        assert_eq!(split(&Pmf::certain(25), 1.2, 1.2), Pmf::certain(30), "a hair above a whole number is one");
    }
}
