//! The reference class: what estimates of the same sort turned out to be, so that the next one is read through them (Flyvbjerg 2006).

use crate::numbers::percentile;

/// Finished items of a class that are looked at, the newest.
pub const LAST: usize = 200;
/// Finished items from which a class may speak.
pub const LEAST: usize = 20;

/// What an estimate becomes at `tau`: estimate × r_(⌈τW⌉) over the ratios of actual to estimate. None of no ratio.
#[must_use]
pub fn calibrated(estimate: f64, ratios: &[f64], tau: f64) -> Option<f64> {
    let mut sorted = ratios[ratios.len().saturating_sub(LAST)..].to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(estimate * percentile(&sorted, tau)?)
}

/// The first class with enough ratios, with its name; classes from the narrowest to the widest.
#[must_use]
pub fn class(classes: &[(String, Vec<f64>)]) -> Option<&(String, Vec<f64>)> {
    classes.iter().find(|(_, ratios)| ratios.len() >= LEAST)
}

/// By what to split a range when `high` of the five marks of complexity are 2 or more (after Magennis 2011), until the team has its own.
#[must_use]
pub const fn split_of(high: usize) -> (f64, f64) {
    match high {
        0 => (1.0, 1.0),
        1 => (1.0, 1.5),
        2 | 3 => (1.5, 2.0),
        _ => (1.75, 3.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATIOS: [f64; 20] =
        [0.5, 0.6, 0.8, 0.8, 0.9, 1., 1., 1., 1., 1.1, 1.2, 1.2, 1.3, 1.5, 1.6, 1.8, 2., 2.2, 3., 4.];

    #[test]
    fn estimates_are_read_through_their_class() {
        let at = |tau| calibrated(4.0, &RATIOS, tau).unwrap();
        assert_eq!([at(0.5), at(0.85), at(0.95)], [4.4, 8.0, 12.0]);
        assert_eq!(calibrated(4.0, &[], 0.5), None);
    }

    #[test]
    fn the_narrowest_class_speaks() {
        let classes = [("feature in web".to_owned(), RATIOS[..19].to_vec()), ("feature".to_owned(), RATIOS.to_vec())];
        assert_eq!(class(&classes).map(|class| class.0.as_str()), Some("feature"));
        assert_eq!(class(&classes[..1]), None);
    }

    #[test]
    fn complex_work_splits_more() {
        assert_eq!([0, 1, 2, 3, 4, 5].map(split_of).map(|split| split.1), [1.0, 1.5, 2.0, 2.0, 3.0, 3.0]);
    }
}
