//! How much a task spreads knowledge that few hold, when somebody who does not hold it takes it. Nobody's leaving is ever given a probability:
//! what counts is how many know an area now.

use desk::knowledge::Word;

/// What one more knower is worth where `knowers` people know an area: all of it at none or one, then half of it for each.
#[must_use]
pub const fn want(knowers: usize) -> f64 {
    match knowers {
        0 | 1 => 1.0,
        2 => 0.5,
        3 => 0.25,
        _ => 0.0,
    }
}

/// `Σ_areas weight · want(knowers)`, where somebody who knows an area already adds nothing. The three slices stand beside each other.
#[must_use]
pub fn bus(weights: &[f64], knowers: &[usize], knows: &[Option<Word>]) -> f64 {
    let areas = weights.iter().zip(knowers).zip(knows);
    areas.filter(|(_, word)| !word.is_some_and(Word::knows)).map(|((weight, count), _)| weight * want(*count)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_knowers_want_another() {
        assert_eq!([0, 1, 2, 3, 4, 9].map(want), [1.0, 1.0, 0.5, 0.25, 0.0, 0.0]);
        let knows = [Some(Word::Deep), Some(Word::Some), None];
        assert!((bus(&[0.5, 0.25, 0.25], &[1, 1, 2], &knows) - 0.375).abs() < 1e-12);
    }
}
