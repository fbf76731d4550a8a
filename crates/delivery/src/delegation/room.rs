//! How many days somebody has left in a window: those on which they are here, less what is in their hands already.

/// What an item takes where nobody estimated it: the team's available person-days over its finished items. None of too few.
#[must_use]
pub fn usual_effort(person_days: f64, finished: usize) -> Option<f64> {
    (finished >= 5 && person_days > 0.0).then(|| person_days / finished as f64)
}

/// Days that are spoken for: estimated plan items, each started item half of what is usual, each unstarted all of it.
#[must_use]
pub fn committed(planned: &[f64], started: usize, unstarted: usize, usual: f64) -> f64 {
    planned.iter().sum::<f64>() + usual * (0.5 * started as f64 + unstarted as f64)
}

/// Days left: available days · focus − committed days. Below 0 more is in hand than there is time.
#[must_use]
pub fn room(available: f64, focus: f64, committed: f64) -> f64 {
    available * focus - committed
}

/// The room of each bucket: what is committed is worked off from the first bucket on. Never below 0.
#[must_use]
pub fn by_bucket(available: &[f64], focus: f64, committed: f64) -> Vec<f64> {
    let mut left = committed;
    let one = |days: &f64| {
        let there = days * focus;
        let taken = left.min(there).max(0.0);
        left -= taken;
        there - taken
    };
    available.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn room_is_what_is_left() {
        assert_eq!(usual_effort(120.0, 40), Some(3.0));
        assert_eq!(usual_effort(120.0, 4), None);
        let taken = committed(&[2.0], 1, 1, 3.0);
        assert!((taken - 6.5).abs() < 1e-12);
        assert!((room(10.0, 0.8, taken) - 1.5).abs() < 1e-12);
        assert_eq!(by_bucket(&[10.0, 5.0], 0.8, 10.0), [0.0, 2.0]);
    }

    proptest! {
        #[test]
        fn buckets_sum_to_the_room(available in prop::collection::vec(0.0..10.0f64, 1..6), taken in 0.0..40.0f64) {
            let all: f64 = available.iter().sum();
            let buckets = by_bucket(&available, 0.8, taken);
            prop_assert!(buckets.iter().all(|days| *days >= 0.0));
            prop_assert!((buckets.iter().sum::<f64>() - room(all, 0.8, taken).max(0.0)).abs() < 1e-9);
        }
    }
}
