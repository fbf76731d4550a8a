//! Change coupling: files that change together, whether or not they name each other (Gall, Hajek and Jazayeri 1998).
//!
//! `degree = shared / mean(revisions of a, revisions of b)`. Only baskets (commits, or one author's commits of a day) of at most 30
//! files count; a pair needs 10 revisions of each, 5 shared, and a degree of 0.3. A 95 % interval by Wilson (1927) says how sure.

use std::collections::{HashMap, HashSet};

/// What a pair must reach to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Baskets with more files are left out, and counted as left out.
    pub largest_basket: usize,
    /// Fewest revisions of either file.
    pub revisions: u32,
    /// Fewest shared revisions.
    pub shared: u32,
    /// Lowest degree.
    pub degree: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { largest_basket: 30, revisions: 10, shared: 5, degree: 0.3 }
    }
}

/// Two coupled files, as numbers of the baskets given; `a < b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The first file.
    pub a: u32,
    /// The second file.
    pub b: u32,
    /// Baskets that hold the first file.
    pub revisions_a: u32,
    /// Baskets that hold the second file.
    pub revisions_b: u32,
    /// Baskets that hold both.
    pub shared: u32,
    /// Shared over mean revisions, 0 to 1.
    pub degree: f64,
}

/// `shared / mean(a, b)`; 0 when neither was revised.
#[must_use]
pub fn degree(shared: u32, revisions_a: u32, revisions_b: u32) -> f64 {
    let sum = f64::from(revisions_a) + f64::from(revisions_b);
    if sum == 0.0 { 0.0 } else { 2.0 * f64::from(shared) / sum }
}

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

/// Coupled pairs of the baskets, the strongest first; a basket names each file once. Also how many baskets were too large.
#[must_use]
pub fn pairs<B: AsRef<[u32]>>(baskets: &[B], thresholds: &Thresholds) -> (Vec<Pair>, usize) {
    let mut revisions: HashMap<u32, u32> = HashMap::new();
    let kept: Vec<&[u32]> =
        baskets.iter().map(AsRef::as_ref).filter(|files| files.len() <= thresholds.largest_basket).collect();
    for file in kept.iter().copied().flatten() {
        *revisions.entry(*file).or_default() += 1;
    }
    let revised = |file: u32| revisions.get(&file).copied().unwrap_or_default();
    let mut shared: HashMap<(u32, u32), u32> = HashMap::new();
    for basket in &kept {
        let mut files: Vec<u32> =
            basket.iter().copied().filter(|file| revised(*file) >= thresholds.revisions).collect();
        files.sort_unstable();
        for (nth, a) in files.iter().enumerate() {
            for b in files.iter().skip(nth + 1) {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut found: Vec<Pair> = shared
        .into_iter()
        .map(|((a, b), shared)| {
            let (revisions_a, revisions_b) = (revised(a), revised(b));
            Pair { a, b, revisions_a, revisions_b, shared, degree: degree(shared, revisions_a, revisions_b) }
        })
        .filter(|pair| pair.shared >= thresholds.shared && pair.degree >= thresholds.degree)
        .collect();
    found.sort_by(|x, y| y.degree.total_cmp(&x.degree).then(y.shared.cmp(&x.shared)).then((x.a, x.b).cmp(&(y.a, y.b))));
    (found, baskets.len() - kept.len())
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
    fn golden_degree_of_the_specification() {
        assert!((degree(8, 10, 14) - 0.667).abs() < 5e-4);
        assert_eq!(degree(0, 0, 0), 0.0);
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        let (low, high) = wilson(8.0, 10.0);
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4, "{low} {high}");
        let (low, high) = wilson(0.0, 10.0);
        assert!(low == 0.0 && (high - 0.2775).abs() < 1e-4, "{high}");
    }

    #[test]
    fn pairs_are_found_from_baskets() {
        let mut baskets: Vec<Vec<u32>> = Vec::new();
        baskets.extend(std::iter::repeat_n(vec![1, 2], 8));
        baskets.extend(std::iter::repeat_n(vec![1, 9], 2));
        baskets.extend(std::iter::repeat_n(vec![2], 6));
        baskets.push((0..40).collect());
        let (found, too_large) = pairs(&baskets, &Thresholds::default());
        assert_eq!(too_large, 1);
        let [pair] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((pair.a, pair.b, pair.revisions_a, pair.revisions_b, pair.shared), (1, 2, 10, 14, 8));
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

        #[test]
        fn order_of_baskets_does_not_matter(mut baskets in prop::collection::vec(prop::collection::btree_set(0u32..6, 1..5), 10..60)) {
            let as_lists = |sets: &[std::collections::BTreeSet<u32>]| sets.iter().map(|set| set.iter().copied().collect()).collect::<Vec<Vec<u32>>>();
            let before = pairs(&as_lists(&baskets), &Thresholds::default());
            baskets.reverse();
            prop_assert_eq!(before, pairs(&as_lists(&baskets), &Thresholds::default()));
        }
    }
}
