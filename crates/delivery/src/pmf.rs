//! A distribution over counts of things finished: what a day, or many days, may bring.
//!
//! Sums of independent days are taken exactly, by the fast Fourier transform. Nothing is drawn here.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// Probabilities of 0, 1, 2 … that add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Pmf(Vec<f64>);

impl Pmf {
    /// The count at a place `u` of [0, 1): the least whose running sum lies above it.
    #[must_use]
    pub fn at(&self, u: f64) -> u32 {
        let mut sum = 0.0;
        for (count, chance) in (0_u32..).zip(&self.0) {
            sum += chance;
            if u < sum {
                return count;
            }
        }
        u32::try_from(self.most()).unwrap_or(u32::MAX)
    }

    /// All on one count.
    #[must_use]
    pub fn certain(count: usize) -> Self {
        let mut all = vec![0.0; count + 1];
        all[count] = 1.0;
        Self(all)
    }

    /// How often each count was among `counts`; none of nothing.
    #[must_use]
    pub fn of_counts(counts: impl IntoIterator<Item = u32>) -> Option<Self> {
        let (mut all, mut n) = (Vec::new(), 0_u32);
        for count in counts {
            let place = count as usize;
            if all.len() <= place {
                all.resize(place + 1, 0.0);
            }
            all[place] += 1.0;
            n += 1;
        }
        all.iter_mut().for_each(|one| *one /= f64::from(n.max(1)));
        (n > 0).then_some(Self(all))
    }

    /// Of weights that need not add up to 1; none when there is no weight.
    #[must_use]
    pub fn of_weights(mut weights: Vec<f64>) -> Option<Self> {
        let sum: f64 = weights.iter().sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return None;
        }
        weights.iter_mut().for_each(|one| *one /= sum);
        while weights.len() > 1 && weights.last().is_some_and(|last| *last <= 0.0) {
            weights.pop();
        }
        Some(Self(weights))
    }

    /// The probabilities of 0, 1, 2 ….
    #[must_use]
    pub fn chances(&self) -> &[f64] {
        &self.0
    }

    /// The largest count that can be.
    #[must_use]
    pub fn most(&self) -> usize {
        self.0.len() - 1
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().enumerate().map(|(count, chance)| count as f64 * chance).sum()
    }

    /// P(X ≤ k).
    #[must_use]
    pub fn within(&self, k: usize) -> f64 {
        self.0.iter().take(k + 1).sum::<f64>().min(1.0)
    }

    /// P(X ≥ k).
    #[must_use]
    pub fn reaches(&self, k: usize) -> f64 {
        self.0.iter().skip(k).sum::<f64>().min(1.0)
    }

    /// The greatest k with P(X ≥ k) ≥ q: so many are done with the chance q.
    #[must_use]
    pub fn sure_of(&self, q: f64) -> usize {
        let mut sum = 0.0;
        for (count, chance) in self.0.iter().enumerate().rev() {
            sum += chance;
            if sum + 1e-9 >= q {
                return count;
            }
        }
        0
    }

    /// The sum with another that has nothing to do with this.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut all = vec![0.0; self.0.len() + other.0.len() - 1];
        for (a, chance) in self.0.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            for (b, with) in other.0.iter().enumerate() {
                all[a + b] += chance * with;
            }
        }
        Self(all)
    }

    /// One or the other: this with the chance `1 − share`, the other with `share`.
    #[must_use]
    pub fn or(&self, other: &Self, share: f64) -> Self {
        let at = |of: &Self, place: usize| of.0.get(place).copied().unwrap_or(0.0);
        let length = self.0.len().max(other.0.len());
        Self((0..length).map(|place| (1.0 - share) * at(self, place) + share * at(other, place)).collect())
    }

    /// The equal-weight mean of some; none of none.
    #[must_use]
    pub fn mean_of(all: &[Self]) -> Option<Self> {
        let length = all.iter().map(|one| one.0.len()).max()?;
        let at = |place: usize| all.iter().map(|one| one.0.get(place).copied().unwrap_or(0.0)).sum::<f64>();
        Some(Self((0..length).map(|place| at(place) / all.len() as f64).collect()))
    }

    /// What is left when a team is there only in part, or more than usually: below 1 each finished thing is kept with the chance
    /// `factor`; above 1 Binomial(k, factor − 1) come on top, and more than twice is cut to twice.
    #[must_use]
    pub fn thinned(&self, factor: f64) -> Self {
        let factor = factor.clamp(0.0, 2.0);
        if (factor - 1.0).abs() < 1e-12 {
            return self.clone();
        }
        let (share, kept) = if factor < 1.0 { (factor, 0) } else { (factor - 1.0, 1) };
        let mut all = vec![0.0; self.most() * (1 + kept) + 1];
        for (count, chance) in self.0.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            for (more, with) in binomial(count, share).into_iter().enumerate() {
                all[count * kept + more] += chance * with;
            }
        }
        Self(all)
    }
}

/// Probabilities of 0..=n of `n` trials with chance `p`.
fn binomial(n: usize, p: f64) -> Vec<f64> {
    let mut all = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; all.len() + 1];
        for (count, chance) in all.iter().enumerate() {
            next[count] += chance * (1.0 - p);
            next[count + 1] += chance * p;
        }
        all = next;
    }
    all
}

/// Takes sums of many independent days; keeps its tables between questions.
#[derive(Default)]
pub struct Summing {
    planner: Option<FftPlanner<f64>>,
}

impl std::fmt::Debug for Summing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Summing")
    }
}

impl Summing {
    /// The distribution of the sum: each of `terms` as often as it says.
    pub fn sum(&mut self, terms: &[(&Pmf, u32)]) -> Pmf {
        let most: usize = terms.iter().map(|(one, times)| one.most() * *times as usize).sum();
        if most == 0 {
            return Pmf::certain(0);
        }
        let size = (most + 1).next_power_of_two();
        let planner = self.planner.get_or_insert_with(FftPlanner::new);
        let (there, back) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let mut product = vec![Complex::new(1.0, 0.0); size];
        let mut buffer = vec![Complex::default(); size];
        for (one, times) in terms.iter().filter(|(_, times)| *times > 0) {
            buffer.fill(Complex::default());
            for (place, chance) in one.0.iter().enumerate() {
                buffer[place].re = *chance;
            }
            there.process(&mut buffer);
            for (into, factor) in product.iter_mut().zip(&buffer) {
                *into *= factor.powu(*times);
            }
        }
        back.process(&mut product);
        // What the transform leaves of nothing is noise near 1e-16, on either side of 0.
        let all = product.iter().take(most + 1).map(|one| (one.re / size as f64).max(0.0)).collect();
        Pmf::of_weights(all).unwrap_or_else(|| Pmf::certain(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &Pmf, b: &Pmf) {
        let length = a.0.len().max(b.0.len());
        for place in 0..length {
            let at = |one: &Pmf| one.0.get(place).copied().unwrap_or(0.0);
            assert!((at(a) - at(b)).abs() < 1e-12, "{place}: {} is not {}", at(a), at(b));
        }
    }

    #[test]
    fn sums_equal_repeated_addition() {
        let (day, free) = (Pmf::of_counts([0, 2, 1, 0, 5]).unwrap(), Pmf::of_counts([0, 0, 1]).unwrap());
        let mut slow = Pmf::certain(0);
        for _ in 0..9 {
            slow = slow.plus(&day);
        }
        slow = slow.plus(&free).plus(&free);
        near(&Summing::default().sum(&[(&day, 9), (&free, 2)]), &slow);
        assert_eq!(Summing::default().sum(&[(&Pmf::certain(0), 40)]), Pmf::certain(0));
    }

    #[test]
    fn absence_thins_and_presence_adds() {
        let day = Pmf::of_counts([0, 2, 1, 0, 4]).unwrap();
        for factor in [0.25, 0.5, 1.0, 1.5, 2.0] {
            let thinned = day.thinned(factor);
            assert!((thinned.mean() - day.mean() * factor).abs() < 1e-12, "{factor}");
            assert!((thinned.chances().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert_eq!(day.thinned(3.0), day.thinned(2.0), "more than twice is cut");
        assert_eq!(day.thinned(0.0).within(0), 1.0);
    }

    #[test]
    fn how_many_is_literally_true() {
        let sum = Pmf::of_weights(vec![0.1, 0.2, 0.3, 0.4]).unwrap();
        assert_eq!([0.95, 0.9, 0.85, 0.7, 0.4].map(|q| sum.sure_of(q)), [0, 1, 1, 2, 3]);
        assert_eq!(Pmf::of_weights(vec![0.0, 0.0]), None);
    }
}
