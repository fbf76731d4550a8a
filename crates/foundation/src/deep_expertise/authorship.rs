//! Degree of authorship: who may call themselves an author of a file (Fritz et al. 2014; Avelino et al. 2016).
//!
//! `DOA = 3.293 + 1.098·FA + 0.164·DL − 0.321·ln(1 + AC)`. The number decides who is an author; it is never shown beside a name.

use desk::knowledge::PersonId;

/// What a person must reach to be an author (Avelino et al. 2016, §III).
pub const AUTHOR_FROM: f64 = 3.293;
/// And the share of the highest degree in the file that must be passed.
pub const AUTHOR_SHARE: f64 = 0.75;

/// The degree of authorship from: whether the person first created the file, changes by them, changes by others.
#[must_use]
pub fn degree(created: bool, own_changes: u32, other_changes: u32) -> f64 {
    3.293 + 1.098 * f64::from(u8::from(created)) + 0.164 * f64::from(own_changes)
        - 0.321 * (1.0 + f64::from(other_changes)).ln()
}

/// What one person did to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touches {
    /// The person.
    pub person: PersonId,
    /// Their changes to the file, through renames, its creation included.
    pub changes: u32,
    /// Whether they first created it.
    pub created: bool,
}

/// The authors of a file, by number.
#[must_use]
pub fn authors(touches: &[Touches]) -> Vec<PersonId> {
    let all: u32 = touches.iter().map(|touch| touch.changes).sum();
    let degrees: Vec<(PersonId, f64)> = touches
        .iter()
        .map(|touch| (touch.person, degree(touch.created, touch.changes, all.saturating_sub(touch.changes))))
        .collect();
    let highest = degrees.iter().map(|(_, degree)| *degree).fold(f64::MIN, f64::max);
    let author = |(_, degree): &&(PersonId, f64)| *degree >= AUTHOR_FROM && degree / highest > AUTHOR_SHARE;
    let mut found: Vec<PersonId> = degrees.iter().filter(author).map(|(person, _)| *person).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn touch(person: u32, changes: u32, created: bool) -> Touches {
        Touches { person: PersonId(person), changes, created }
    }

    #[test]
    fn golden_degrees_of_the_specification() {
        assert!((degree(true, 3, 2) - 4.5303).abs() < 1e-4);
        assert!((degree(false, 10, 5) - 4.3578).abs() < 1e-4);
    }

    #[test]
    fn creator_of_untouched_file_authors_it() {
        assert_eq!(authors(&[touch(1, 1, true)]), [PersonId(1)]);
        assert_eq!(authors(&[]), []);
    }

    #[test]
    fn passers_by_are_no_authors() {
        assert_eq!(authors(&[touch(1, 12, true), touch(2, 1, false)]), [PersonId(1)]);
    }

    #[test]
    fn two_may_author_one_file() {
        assert_eq!(authors(&[touch(1, 9, true), touch(2, 12, false)]), [PersonId(1), PersonId(2)]);
    }

    proptest! {
        #[test]
        fn others_changes_never_raise_degree(created: bool, own in 0u32..1000, others in 0u32..1000, more in 0u32..1000) {
            prop_assert!(degree(created, own, others + more) <= degree(created, own, others));
        }
    }
}
