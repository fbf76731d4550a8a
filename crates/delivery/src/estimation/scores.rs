//! How good a forecast was: the proper scores that stand beside every track record. Lower is better.

/// The loss of the quantile `q` at level `tau` when `y` came: (τ − 1{y < q})·(y − q) (Koenker and Bassett 1978).
#[must_use]
pub fn pinball(y: f64, q: f64, tau: f64) -> f64 {
    (tau - f64::from(u8::from(y < q))) * (y - q)
}

/// The ranked probability score of whole numbers: Σ (F(k) − 1{k ≥ y})² (Gneiting and Raftery 2007). `chances` begin at 0; what they lack
/// of 1 lies beyond their end, and `y` may lie there, too.
#[must_use]
pub fn crps(chances: &[f64], y: usize) -> f64 {
    let (mut sum, mut score) = (0.0, 0.0);
    for k in 0..chances.len().max(y) {
        sum += chances.get(k).copied().unwrap_or(0.0);
        let came = f64::from(u8::from(k >= y));
        score += (sum - came).powi(2);
    }
    score
}

/// The same of drawn outcomes: mean |xᵢ − y| − ½ mean |xᵢ − xⱼ|. None of nothing.
#[must_use]
pub fn ensemble_crps(drawn: &[f64], y: f64) -> Option<f64> {
    let n = drawn.len() as f64;
    if drawn.is_empty() {
        return None;
    }
    let mut sorted = drawn.to_vec();
    sorted.sort_by(f64::total_cmp);
    let near: f64 = sorted.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
    // Σᵢⱼ |xᵢ − xⱼ| = 2 Σ (2i − n + 1) xᵢ over the ascending xᵢ, i from 0.
    let apart: f64 = sorted.iter().enumerate().map(|(i, x)| (2.0 * i as f64 - n + 1.0) * x).sum::<f64>() * 2.0;
    Some(near - apart / (2.0 * n * n))
}

/// How much better than a baseline: 1 − score ÷ baseline. None when the baseline never missed.
#[must_use]
pub fn skill(score: f64, baseline: f64) -> Option<f64> {
    (baseline > 0.0).then(|| 1.0 - score / baseline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 5e-5, "{found} is not {wanted}");
    }

    #[test]
    fn missing_costs() {
        near(pinball(10.0, 7.0, 0.85), 2.55);
        near(pinball(5.0, 7.0, 0.85), 0.30);
    }

    #[test]
    fn whole_distributions_are_scored() {
        near(crps(&[0.2, 0.5, 0.2, 0.1], 2), 0.54);
        near(crps(&[1.0], 0), 0.0);
        near(crps(&[1.0], 3), 3.0);
        near(ensemble_crps(&[2.0, 4.0, 9.0], 5.0).unwrap(), 1.1111);
        assert_eq!(ensemble_crps(&[], 5.0), None);
    }

    #[test]
    fn an_ensemble_scores_as_its_distribution() {
        let drawn = [0.0, 1.0, 1.0, 2.0, 3.0];
        near(ensemble_crps(&drawn, 2.0).unwrap(), crps(&[0.2, 0.4, 0.2, 0.2], 2));
    }

    #[test]
    fn skill_is_against_a_baseline() {
        assert_eq!((skill(0.9, 1.0).map(|skill| (skill * 100.0).round()), skill(0.0, 0.0)), (Some(10.0), None));
    }
}
