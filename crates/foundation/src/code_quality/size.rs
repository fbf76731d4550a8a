//! Sizes of changes: classes by changed lines, and how they are spread.

/// Classes of a change by lines added and deleted, after common review practice (SmartBear 2006: defects found fall above 200–400 lines).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// At most 10 lines.
    Tiny,
    /// At most 50 lines.
    Small,
    /// At most 200 lines.
    Medium,
    /// At most 500 lines.
    Large,
    /// More.
    Huge,
}

impl Class {
    /// Every class, the smallest first.
    pub const ALL: [Self; 5] = [Self::Tiny, Self::Small, Self::Medium, Self::Large, Self::Huge];

    /// The class of a change.
    #[must_use]
    pub const fn of(changed_lines: u64) -> Self {
        match changed_lines {
            0..=10 => Self::Tiny,
            11..=50 => Self::Small,
            51..=200 => Self::Medium,
            201..=500 => Self::Large,
            _ => Self::Huge,
        }
    }

    /// The class for people, with its bounds.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tiny => "up to 10",
            Self::Small => "11 to 50",
            Self::Medium => "51 to 200",
            Self::Large => "201 to 500",
            Self::Huge => "over 500",
        }
    }
}

/// How the sizes of changes are spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// How many changes there are.
    pub count: usize,
    /// Changes in each class, in the order of [`Class::ALL`].
    pub classes: [usize; 5],
    /// Half of the changes are at most this large (lines).
    pub median: u64,
    /// Three quarters are at most this large.
    pub upper_quartile: u64,
    /// Nine tenths are at most this large.
    pub ninetieth: u64,
}

/// The spread of changed lines; none when there is no change.
#[must_use]
pub fn spread(changed_lines: &[u64]) -> Option<Spread> {
    let mut sorted = changed_lines.to_vec();
    sorted.sort_unstable();
    let mut classes = [0usize; 5];
    for size in &sorted {
        if let Some(count) = classes.get_mut(Class::of(*size) as usize) {
            *count += 1;
        }
    }
    Some(Spread {
        count: sorted.len(),
        classes,
        median: nearest_rank(&sorted, 0.5)?,
        upper_quartile: nearest_rank(&sorted, 0.75)?,
        ninetieth: nearest_rank(&sorted, 0.9)?,
    })
}

/// The percentile by nearest rank, a value that occurs: the `⌈p·n⌉`-th of the sorted values. None when there are none.
#[must_use]
pub fn nearest_rank<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank.min(sorted.len()).checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_meet_at_their_bounds() {
        let classes: Vec<Class> = [0, 10, 11, 50, 51, 200, 201, 500, 501].map(Class::of).to_vec();
        use Class::{Huge, Large, Medium, Small, Tiny};
        assert_eq!(classes, [Tiny, Tiny, Small, Small, Medium, Medium, Large, Large, Huge]);
    }

    #[test]
    fn percentiles_are_values_that_occur() {
        let spread = spread(&[9, 1, 400, 30, 60, 3, 2, 5, 700, 8]).expect("changes");
        assert_eq!((spread.median, spread.upper_quartile, spread.ninetieth), (8, 60, 400));
        assert_eq!(spread.classes, [6, 1, 1, 1, 1]);
    }

    #[test]
    fn no_change_has_no_spread() {
        assert_eq!(spread(&[]), None);
    }
}
