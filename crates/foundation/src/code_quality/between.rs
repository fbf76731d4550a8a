//! Two points in time: what each file was, what it is, and whether that is better or worse. Pure; [`super::answer`] finds the versions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// Complexity that moves by a smaller share stayed what it was.
pub const STEADY: f64 = 0.05;

/// Where a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Its complexity rose by more than a twentieth.
    Worse,
    /// It was not there before.
    New,
    /// Its complexity stayed within a twentieth.
    Steady,
    /// It is not there any more.
    Gone,
    /// Its complexity fell by more than a twentieth.
    Better,
}

impl Turn {
    /// Its word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::New => "new",
            Self::Steady => "steady",
            Self::Gone => "gone",
            Self::Better => "better",
        }
    }
}

/// A version of a file: complexity by indentation, and lines that are not blank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Version {
    /// The sum of logical indentation.
    pub complexity: f64,
    /// Lines that are not blank.
    pub lines: u32,
}

/// A file at both points.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<K> {
    /// Which file.
    pub file: K,
    /// What it was; none when it was not there.
    pub before: Option<Version>,
    /// What it is; none when it is gone.
    pub after: Option<Version>,
}

impl<K> Pair<K> {
    /// Where it went.
    #[must_use]
    pub fn turn(&self) -> Turn {
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return if self.before.is_none() { Turn::New } else { Turn::Gone };
        };
        let change = after.complexity - before.complexity;
        if change.abs() <= before.complexity * STEADY {
            Turn::Steady
        } else if change > 0.0 {
            Turn::Worse
        } else {
            Turn::Better
        }
    }

    /// By how much its complexity moved.
    #[must_use]
    pub fn change(&self) -> f64 {
        let complexity = |version: Option<Version>| version.map_or(0.0, |version| version.complexity);
        complexity(self.after) - complexity(self.before)
    }
}

/// Every file of either point, the largest rise of complexity first, then by name.
#[must_use]
pub fn pairs<K: Ord + Clone>(before: &BTreeMap<K, Version>, after: &BTreeMap<K, Version>) -> Vec<Pair<K>> {
    let gone = before.iter().filter(|(file, _)| !after.contains_key(file));
    let gone = gone.map(|(file, version)| Pair { file: file.clone(), before: Some(*version), after: None });
    let there = after.iter().map(|(file, version)| Pair {
        file: file.clone(),
        before: before.get(file).copied(),
        after: Some(*version),
    });
    let mut all: Vec<Pair<K>> = there.chain(gone).collect();
    all.sort_by(|a, b| b.change().total_cmp(&a.change()).then_with(|| a.file.cmp(&b.file)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn version(complexity: f64) -> Version {
        Version { complexity, lines: 10 }
    }

    #[test]
    fn files_turn_by_a_twentieth() {
        let turn = |before: Option<f64>, after: Option<f64>| {
            Pair { file: "a", before: before.map(version), after: after.map(version) }.turn()
        };
        assert_eq!(turn(Some(100.0), Some(105.0)), Turn::Steady);
        assert_eq!(turn(Some(100.0), Some(106.0)), Turn::Worse);
        assert_eq!(turn(Some(100.0), Some(94.0)), Turn::Better);
        assert_eq!(turn(Some(0.0), Some(0.0)), Turn::Steady);
        assert_eq!(turn(Some(0.0), Some(1.0)), Turn::Worse);
        assert_eq!(turn(None, Some(1.0)), Turn::New);
        assert_eq!(turn(Some(1.0), None), Turn::Gone);
    }

    proptest! {
        #[test]
        fn changes_sum_to_the_difference(
            before in prop::collection::btree_map(0u8..20, 0.0..100.0f64, 0..15),
            after in prop::collection::btree_map(0u8..20, 0.0..100.0f64, 0..15),
        ) {
            let of = |map: &BTreeMap<u8, f64>| -> BTreeMap<u8, Version> { map.iter().map(|(k, v)| (*k, version(*v))).collect() };
            let all = pairs(&of(&before), &of(&after));
            let sum: f64 = all.iter().map(Pair::change).sum();
            let wanted = after.values().sum::<f64>() - before.values().sum::<f64>();
            prop_assert!((sum - wanted).abs() < 1e-6);
            prop_assert!(all.windows(2).all(|two| two[0].change() >= two[1].change()));
        }
    }
}
