//! Change coupling: how sure a degree is, and whether the code itself says that two files belong together.
//!
//! Pairs are counted in one place, the lake's `coupling`, from commits of at most 30 files; a pair needs 10 revisions of each, 5 shared, and
//! a degree of 0.3. A 95 % interval by Wilson (1927) says how sure.

use std::collections::{HashMap, HashSet};

pub use lake::coupling::{Pair, Thresholds, degree, pairs};

/// The 95 % Wilson score interval of a share of `hits` in `trials` (which may be a mean, and so broken).
#[must_use]
pub fn wilson(hits: f64, trials: f64) -> (f64, f64) {
    /// The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if trials <= 0.0 {
        return (0.0, 1.0);
    }
    let share = (hits / trials).clamp(0.0, 1.0);
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * trials)) / (1.0 + z2 / trials);
    let half = Z / (1.0 + z2 / trials) * (share * (1.0 - share) / trials + z2 / (4.0 * trials * trials)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The interval of a pair's degree: shared out of the mean number of revisions.
#[must_use]
pub fn degree_interval(shared: u32, revisions_a: u32, revisions_b: u32) -> (f64, f64) {
    wilson(f64::from(shared), (f64::from(revisions_a) + f64::from(revisions_b)) / 2.0)
}

/// Which files import which, to tell a coupling that the code declares from a hidden one.
#[derive(Debug, Clone, Default)]
pub struct Imports<'a> {
    targets: HashMap<&'a str, HashSet<&'a str>>,
}

impl<'a> Imports<'a> {
    /// From edges (importing file, imported file).
    pub fn new(edges: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut targets: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (from, to) in edges {
            targets.entry(from).or_default().insert(to);
        }
        Self { targets }
    }

    /// Whether a path of one or two imports leads from one file to the other, in either direction.
    #[must_use]
    pub fn connect(&self, a: &str, b: &str) -> bool {
        self.reaches(a, b) || self.reaches(b, a)
    }

    fn reaches(&self, from: &str, to: &str) -> bool {
        let Some(direct) = self.targets.get(from) else { return false };
        direct.contains(to)
            || direct.iter().any(|middle| self.targets.get(middle).is_some_and(|next| next.contains(to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        let (low, high) = wilson(8.0, 10.0);
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4, "{low} {high}");
        let (low, high) = wilson(0.0, 10.0);
        assert!(low == 0.0 && (high - 0.2775).abs() < 1e-4, "{high}");
    }

    #[test]
    fn two_imports_connect_three_do_not() {
        let imports = Imports::new([("a", "b"), ("b", "c"), ("c", "d")]);
        assert!(imports.connect("a", "b") && imports.connect("c", "a"));
        assert!(!imports.connect("a", "d"));
    }

    proptest! {
        #[test]
        fn interval_holds_the_share(hits in 0u32..500, more in 0u32..500) {
            prop_assume!(hits + more > 0);
            let (low, high) = wilson(f64::from(hits), f64::from(hits + more));
            let share = f64::from(hits) / f64::from(hits + more);
            prop_assert!(low <= share + 1e-9 && share <= high + 1e-9);
        }
    }
}
