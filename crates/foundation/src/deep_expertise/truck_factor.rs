//! The truck factor: how many people must leave until over half of the files have no author left (Avelino et al. 2016, greedy).

use std::collections::HashMap;

use desk::knowledge::PersonId;

/// The truck factor with what stands behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TruckFactor {
    /// How many people were taken away. 0 when over half of the files have no author to begin with.
    pub factor: usize,
    /// Those people, by number: a set, without an order of worth.
    pub people: Vec<PersonId>,
    /// Places of the files (in the slice given) that would have no author left.
    pub left_alone: Vec<usize>,
    /// Files in all.
    pub files: usize,
}

/// Takes the author of most files away, again and again, until over half of the files have none.
///
/// `authors` holds the authors of each file. Of two with as many files the lower number goes first, so that the answer is stable.
#[must_use]
pub fn truck_factor(authors: &[Vec<PersonId>]) -> TruckFactor {
    let mut files_of: HashMap<PersonId, Vec<usize>> = HashMap::new();
    for (file, people) in authors.iter().enumerate() {
        for person in people {
            files_of.entry(*person).or_default().push(file);
        }
    }
    let mut left: Vec<usize> = authors.iter().map(Vec::len).collect();
    let mut alone = left.iter().filter(|count| **count == 0).count();
    let mut gone = Vec::new();
    // A person's count of files never changes while others go, so that one order serves the whole.
    let mut order: Vec<(PersonId, Vec<usize>)> = files_of.into_iter().collect();
    order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    for (person, files) in order {
        if 2 * alone > authors.len() {
            break;
        }
        gone.push(person);
        for file in files {
            if let Some(count) = left.get_mut(file) {
                *count = count.saturating_sub(1);
                alone += usize::from(*count == 0);
            }
        }
    }
    gone.sort_unstable();
    let left_alone = left.iter().enumerate().filter(|(_, count)| **count == 0).map(|(file, _)| file).collect();
    TruckFactor { factor: gone.len(), people: gone, left_alone, files: authors.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(authors: &[&[u32]]) -> TruckFactor {
        truck_factor(&authors.iter().map(|people| people.iter().copied().map(PersonId).collect()).collect::<Vec<_>>())
    }

    #[test]
    fn one_author_is_one() {
        assert_eq!(of(&[&[1], &[1], &[1]]).factor, 1);
    }

    #[test]
    fn disjoint_halves_are_two() {
        assert_eq!(of(&[&[1], &[1], &[2], &[2]]).factor, 2, "after the first exactly half is alone, not over half");
    }

    #[test]
    fn shared_files_need_both_gone() {
        let both = of(&[&[1, 2], &[1, 2], &[1, 2], &[3]]);
        assert_eq!((both.factor, both.people, both.left_alone), (2, vec![PersonId(1), PersonId(2)], vec![0, 1, 2]));
    }

    #[test]
    fn files_without_author_count_from_the_start() {
        assert_eq!(of(&[&[], &[], &[1]]).factor, 0);
        assert_eq!(of(&[]), TruckFactor::default());
    }

    proptest! {
        #[test]
        fn over_half_is_alone_at_the_end(authors in prop::collection::vec(prop::collection::btree_set(0u32..6, 1..4), 1..40)) {
            let lists: Vec<Vec<PersonId>> = authors.iter().map(|set| set.iter().copied().map(PersonId).collect()).collect();
            let found = truck_factor(&lists);
            prop_assert!(2 * found.left_alone.len() > lists.len());
            prop_assert!(found.factor <= 6 && found.factor >= 1);
        }
    }
}
