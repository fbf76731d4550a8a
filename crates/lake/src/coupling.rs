//! Files that change together, counted over baskets (Gall, Hajek and Jazayeri 1998): `degree = shared / mean(revisions of a, revisions of b)`.
//!
//! The one place where pairs are counted: the standing views and whoever counts other baskets (days, work items) use it. It is linear in
//! the pairs within baskets, which a join of the changes with themselves is not.

use rustc_hash::FxHashMap;

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

/// Coupled pairs of the baskets, the strongest first; a basket names each file once. Also how many baskets were too large.
#[must_use]
pub fn pairs<B: AsRef<[u32]>>(baskets: &[B], thresholds: &Thresholds) -> (Vec<Pair>, usize) {
    let mut revisions: FxHashMap<u32, u32> = FxHashMap::default();
    let kept: Vec<&[u32]> =
        baskets.iter().map(AsRef::as_ref).filter(|files| files.len() <= thresholds.largest_basket).collect();
    for file in kept.iter().copied().flatten() {
        *revisions.entry(*file).or_default() += 1;
    }
    let revised = |file: u32| revisions.get(&file).copied().unwrap_or_default();
    let mut shared: FxHashMap<(u32, u32), u32> = FxHashMap::default();
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

    proptest! {
        #[test]
        fn order_of_baskets_does_not_matter(mut baskets in prop::collection::vec(prop::collection::btree_set(0u32..6, 1..5), 10..60)) {
            let as_lists = |sets: &[std::collections::BTreeSet<u32>]| sets.iter().map(|set| set.iter().copied().collect()).collect::<Vec<Vec<u32>>>();
            let before = pairs(&as_lists(&baskets), &Thresholds::default());
            baskets.reverse();
            prop_assert_eq!(before, pairs(&as_lists(&baskets), &Thresholds::default()));
        }
    }
}
