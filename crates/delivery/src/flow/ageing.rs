//! How old open work is, against what finished work tells: the chance of an open item to be done by an age, and what age each stage was
//! left at.

use crate::numbers::percentile;

/// What is said of one open item. Ages are in days.
#[derive(Debug, Clone, PartialEq)]
pub enum Outlook {
    /// Of `of` finished items that got as far as this age, half were done by `half`, 85 % by `most`.
    Among {
        /// How many got this far.
        of: usize,
        /// Half of them were done by this age.
        half: f64,
        /// 85 % of them were done by this age.
        most: f64,
    },
    /// Fewer than five got this far: it is older than all but `older` of `all`.
    OlderThanAllBut {
        /// How many were older when they were done.
        older: usize,
        /// How many there are.
        all: usize,
    },
}

/// The outlook of an item of age `age`, from the ages at which others were finished, ascending.
#[must_use]
pub fn outlook(finished: &[f64], age: f64) -> Outlook {
    let rest = &finished[finished.partition_point(|one| *one <= age)..];
    match (rest.len(), percentile(rest, 0.5), percentile(rest, 0.85)) {
        (5.., Some(half), Some(most)) => Outlook::Among { of: rest.len(), half, most },
        _ => Outlook::OlderThanAllBut { older: rest.len(), all: finished.len() },
    }
}

/// The chance that an item of age `age` is done by age `by`: P(T ≤ by | T > age). None when nothing got this far.
#[must_use]
pub fn chance(finished: &[f64], age: f64, by: f64) -> Option<f64> {
    let here = finished.partition_point(|one| *one <= age);
    let there = finished.partition_point(|one| *one <= by.max(age));
    let rest = finished.len() - here;
    (rest > 0).then(|| (there - here) as f64 / rest as f64)
}

/// For each stage the age at which finished items left it, at quantile `p`; never falling from left to right.
#[must_use]
pub fn bands(ages: &[Vec<f64>], p: f64) -> Vec<Option<f64>> {
    let mut least: Option<f64> = None;
    ages.iter()
        .map(|of_stage| {
            let mut sorted = of_stage.clone();
            sorted.sort_by(f64::total_cmp);
            let here = percentile(&sorted, p)?;
            least = Some(least.map_or(here, |before| before.max(here)));
            least
        })
        .collect()
}

/// An age with whether it is final: open work is censored at its age.
pub type Censored = (f64, bool);

/// The survival of Kaplan and Meier 1958 with open work censored at its age: (age, share that lasts longer), at each age at which something
/// was finished.
#[must_use]
pub fn survival(ages: &[Censored]) -> Vec<(f64, f64)> {
    let mut sorted = ages.to_vec();
    // What is finished at an age was at risk there before what is only seen until then.
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let (mut at_risk, mut share) = (sorted.len(), 1.0);
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut rest = sorted.as_slice();
    while let Some((age, _)) = rest.first().copied() {
        let same = rest.iter().take_while(|one| one.0 <= age).count();
        let (here, later) = rest.split_at(same);
        let done = here.iter().filter(|one| one.1).count();
        if done > 0 {
            share *= 1.0 - done as f64 / at_risk as f64;
            steps.push((age, share));
        }
        at_risk -= same;
        rest = later;
    }
    steps
}

/// The least age by which a share `p` is done; none when the record does not reach it.
#[must_use]
pub fn reached(survival: &[(f64, f64)], p: f64) -> Option<f64> {
    survival.iter().find(|(_, share)| *share <= 1.0 - p + 1e-12).map(|(age, _)| *age)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: [f64; 10] = [1., 1., 2., 3., 3., 4., 5., 8., 13., 21.];

    #[test]
    fn an_open_item_has_a_chance() {
        // The floor of five finished items aside: four of ten got beyond day 4.
        assert_eq!(outlook(&DAYS, 4.0), Outlook::OlderThanAllBut { older: 4, all: 10 });
        let rest = &DAYS[6..];
        assert_eq!((percentile(rest, 0.5), percentile(rest, 0.85)), (Some(8.0), Some(21.0)));
        assert_eq!(outlook(&DAYS, 2.5), Outlook::Among { of: 7, half: 5.0, most: 13.0 });
        assert_eq!(chance(&DAYS, 4.0, 8.0), Some(0.5));
        assert_eq!(chance(&DAYS, 21.0, 30.0), None);
    }

    #[test]
    fn open_work_is_censored() {
        let ages =
            [(2., true), (3., true), (4., false), (5., true), (7., false), (8., true), (10., false), (12., true)];
        let steps = survival(&ages);
        let expected = [(2., 0.875), (3., 0.75), (5., 0.6), (8., 0.4), (12., 0.0)];
        assert!(steps.iter().zip(expected).all(|(step, want)| step.0 == want.0 && (step.1 - want.1).abs() < 1e-12));
        assert_eq!(reached(&steps, 0.5), Some(8.0));
        assert_eq!(reached(&steps[..2], 0.5), None);
    }

    #[test]
    fn bands_never_fall_to_the_right() {
        let ages = [vec![1., 2., 9.], vec![3., 3., 3.], vec![]];
        assert_eq!(bands(&ages, 0.85), [Some(9.0), Some(9.0), None]);
    }
}
