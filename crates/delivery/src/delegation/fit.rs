//! How well what somebody knows fits what a task needs. The number chooses whom to name; it is never shown, stored or exported.

use desk::knowledge::Word;

/// The share of a task that its areas are, where skills are asked for as well.
const AREAS: f64 = 0.7;
/// Below this a task is a stretch.
pub const STRETCH: f64 = 0.2;
/// From this on somebody can stand beside another in a pair.
pub const BESIDE: f64 = 0.6;
/// From this on somebody can become a further knower of an area.
pub const LEARNS: f64 = 0.15;

/// What a word is worth.
const fn worth(word: Option<Word>) -> f64 {
    match word {
        Some(Word::Main) => 1.0,
        Some(Word::Deep) => 0.8,
        Some(Word::Some) => 0.4,
        Some(Word::Touched) => 0.15,
        None => 0.0,
    }
}

/// `Σ_areas weight · worth`, 0 to 1; with skills `.7 · areas + .3 · share of the skills that are claimed`. `knows` stands beside `weights`,
/// which sum to 1; `claimed` is none when the task asks for no skill.
#[must_use]
pub fn fit(weights: &[f64], knows: &[Option<Word>], claimed: Option<f64>) -> f64 {
    let areas: f64 = weights.iter().zip(knows).map(|(weight, word)| weight * worth(*word)).sum();
    match claimed {
        Some(share) if weights.is_empty() => share,
        Some(share) => AREAS.mul_add(areas, (1.0 - AREAS) * share),
        None => areas,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_weighed() {
        assert!((fit(&[0.5, 0.5], &[Some(Word::Main), Some(Word::Some)], None) - 0.7).abs() < 1e-12);
        assert!((fit(&[1.0], &[Some(Word::Deep)], Some(0.5)) - 0.71).abs() < 1e-12);
        assert!((fit(&[1.0], &[None], None)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn fit_is_a_share(words in prop::collection::vec(prop::option::of(prop::sample::select(Word::ALL.to_vec())), 1..6), claimed in prop::option::of(0.0..=1.0f64)) {
            let weights = vec![1.0 / words.len() as f64; words.len()];
            let found = fit(&weights, &words, claimed);
            prop_assert!((-1e-9..=1.0 + 1e-9).contains(&found));
        }

        #[test]
        fn knowing_more_never_fits_less(words in prop::collection::vec(prop::sample::select(Word::ALL.to_vec()), 1..6), at in 0usize..6) {
            let weights = vec![1.0 / words.len() as f64; words.len()];
            let before: Vec<Option<Word>> = words.iter().copied().map(Some).collect();
            let mut after = before.clone();
            if let Some(one) = after.get_mut(at % words.len()) { *one = Some(Word::Main); }
            prop_assert!(fit(&weights, &after, None) + 1e-12 >= fit(&weights, &before, None));
        }
    }
}
