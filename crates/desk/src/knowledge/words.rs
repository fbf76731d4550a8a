//! Who knows an area: lines last written there, lines reviewed there, both fading with age; said in four words.
//!
//! `K(p, a) = Σ_lines of a last written by p · 2^(−age/h) + w_r · Σ_lines p reviewed · 2^(−age/h)`, h = 540 days, w_r = 0.3, as a share of
//! the sum over all. The shares stay in here: a page shows a word beside a name, and numbers only of areas.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::PersonId;

/// Knowledge fades to half in this many days.
pub const HALF_LIFE_DAYS: f64 = 540.0;
/// A line reviewed counts as this much of a line written.
const REVIEW_WEIGHT: f64 = 0.3;

/// How well a person knows an area, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Less than a twentieth of what is known.
    Touched,
    /// At least a twentieth.
    Some,
    /// At least a fifth.
    Deep,
    /// At least half.
    Main,
}

impl Word {
    /// Every word, the weakest first.
    pub const ALL: [Self; 4] = [Self::Touched, Self::Some, Self::Deep, Self::Main];

    /// The word for a share of what is known of an area.
    #[must_use]
    pub fn of(share: f64) -> Self {
        // A share is a sum of floats: a half must not miss its word by the last bit.
        let share = share + 1e-12;
        if share >= 0.5 {
            Self::Main
        } else if share >= 0.2 {
            Self::Deep
        } else if share >= 0.05 {
            Self::Some
        } else {
            Self::Touched
        }
    }

    /// The word as shown.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Deep => "deep",
            Self::Some => "some",
            Self::Touched => "touched",
        }
    }

    /// The letter in a matrix, so that shade never stands alone.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Main => 'M',
            Self::Deep => 'D',
            Self::Some => 'S',
            Self::Touched => 't',
        }
    }

    /// Whether the person can be said to know the area: *deep* or better.
    #[must_use]
    pub fn knows(self) -> bool {
        self >= Self::Deep
    }
}

/// What is known of one area, by whom. Shares are not shown, and so not public.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Knowledge {
    weights: BTreeMap<PersonId, f64>,
}

impl Knowledge {
    /// Adds lines last written by a person, already faded.
    pub fn add_written(&mut self, person: PersonId, faded_lines: f64) {
        *self.weights.entry(person).or_default() += faded_lines.max(0.0);
    }

    /// Adds lines of a commit that several people wrote: each knows an equal part, so that a line counts once however many wrote it.
    pub fn add_written_together(&mut self, people: &[PersonId], faded_lines: f64) {
        for person in people {
            self.add_written(*person, faded_lines / people.len() as f64);
        }
    }

    /// Adds lines that a person reviewed, already faded.
    pub fn add_reviewed(&mut self, person: PersonId, faded_lines: f64) {
        self.add_written(person, faded_lines * REVIEW_WEIGHT);
    }

    /// Adds all that is known of another area.
    pub fn add_all(&mut self, other: &Self) {
        for (person, weight) in &other.weights {
            self.add_written(*person, *weight);
        }
    }

    /// What is known when some people are gone. What they knew is lost, not passed on: the others' words stay as they were.
    #[must_use]
    pub fn words_without(&self, gone: &[PersonId]) -> BTreeMap<PersonId, Word> {
        self.words().into_iter().filter(|(person, _)| !gone.contains(person)).collect()
    }

    /// Each person's word. Empty when nothing is known.
    #[must_use]
    pub fn words(&self) -> BTreeMap<PersonId, Word> {
        self.shares().map(|(person, share)| (person, Word::of(share))).collect()
    }

    /// People at *deep* or better, by number.
    #[must_use]
    pub fn knowers(&self) -> Vec<PersonId> {
        self.words().into_iter().filter(|(_, word)| word.knows()).map(|(person, _)| person).collect()
    }

    /// How concentrated the knowledge is, 0 (even) to just under 1 (one holds it): the Gini coefficient over those who touched it.
    /// None when nobody did, or only one: there is nothing to compare.
    #[must_use]
    pub fn gini(&self) -> Option<f64> {
        let weights: Vec<f64> = self.weights.values().copied().collect();
        gini(&weights)
    }

    /// People, whoever knows most first: for choosing whom to name among many, never shown in this order.
    #[must_use]
    pub fn by_weight(&self) -> Vec<PersonId> {
        let mut people: Vec<(&PersonId, &f64)> = self.weights.iter().collect();
        people.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
        people.into_iter().map(|(person, _)| *person).collect()
    }

    fn shares(&self) -> impl Iterator<Item = (PersonId, f64)> {
        let total: f64 = self.weights.values().sum();
        self.weights.iter().filter(move |_| total > 0.0).map(move |(person, weight)| (*person, weight / total))
    }
}

/// The Gini coefficient, `Σ (2i − n − 1) x_i / (n Σ x)` over ascending x (Gini 1912; Dixon et al. 1987). None for fewer than two values or all zero.
#[must_use]
pub fn gini(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let sum: f64 = sorted.iter().sum();
    if sorted.len() < 2 || sum <= 0.0 {
        return None;
    }
    let weighted: f64 = (1u32..).zip(&sorted).map(|(rank, x)| (2.0 * f64::from(rank) - count - 1.0) * x).sum();
    Some((weighted / (count * sum)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn knowledge(weights: &[f64]) -> Knowledge {
        let mut known = Knowledge::default();
        for (person, weight) in (0u32..).zip(weights) {
            known.add_written(PersonId(person), *weight);
        }
        known
    }

    #[test]
    fn words_begin_at_their_shares() {
        let words: Vec<Word> = knowledge(&[50.0, 20.0, 20.0, 5.0, 4.9, 0.1]).words().into_values().collect();
        assert_eq!(words, [Word::Main, Word::Deep, Word::Deep, Word::Some, Word::Touched, Word::Touched]);
    }

    #[test]
    fn reviewing_counts_three_tenths() {
        let mut known = knowledge(&[30.0]);
        known.add_reviewed(PersonId(1), 100.0);
        assert_eq!(known.words().into_values().collect::<Vec<_>>(), [Word::Main, Word::Main]);
    }

    #[test]
    fn gini_tells_even_from_single() {
        assert_eq!(gini(&[5.0, 5.0, 5.0]), Some(0.0));
        assert!((gini(&[0.0, 0.0, 0.0, 10.0]).expect("values") - 0.75).abs() < 1e-12);
        assert!((gini(&[1.0, 2.0, 3.0, 4.0]).expect("values") - 0.25).abs() < 1e-12);
        assert_eq!(gini(&[3.0]), None);
        assert_eq!(gini(&[0.0, 0.0]), None);
    }

    #[test]
    fn nothing_known_has_no_words() {
        assert!(Knowledge::default().words().is_empty());
        assert!(knowledge(&[0.0]).words().is_empty());
    }

    proptest! {
        #[test]
        fn shares_sum_to_one(weights in prop::collection::vec(0.0..1e6f64, 1..50)) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let sum: f64 = knowledge(&weights).shares().map(|(_, share)| share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }

        #[test]
        fn taking_nobody_away_changes_nothing(weights in prop::collection::vec(0.0..1e3f64, 0..30)) {
            let known = knowledge(&weights);
            prop_assert_eq!(known.words_without(&[]), known.words());
        }

        #[test]
        fn at_most_five_know_an_area(weights in prop::collection::vec(0.0..1e3f64, 0..60)) {
            prop_assert!(knowledge(&weights).knowers().len() <= 5);
        }
    }
}
