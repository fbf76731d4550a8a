//! By what an item becomes more when it is taken apart, by how much of it is hard.

use crate::estimation::reference::split_of;
use crate::numbers::percentile;

/// Finished items at a mark from which the team's own past speaks.
pub const LEAST: usize = 20;

/// A split factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// Finished items of the team behind it; none is the table after Magennis 2011.
    pub own: Option<usize>,
}

/// The split factor of items of which `high` of five marks are 2 or more. `parts` are the numbers of items that finished ones of the same mark
/// became, 1 when they stayed one: from [`LEAST`] on their 10 % and 90 % quantiles, before that the table.
#[must_use]
pub fn split(high: usize, parts: &[f64]) -> Split {
    if parts.len() >= LEAST {
        let mut sorted = parts.to_vec();
        sorted.sort_by(f64::total_cmp);
        if let Some((low, most)) = percentile(&sorted, 0.1).zip(percentile(&sorted, 0.9)) {
            return Split { low, high: most, own: Some(parts.len()) };
        }
    }
    let (low, most) = split_of(high);
    Split { low, high: most, own: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_speaks_until_the_team_can() {
        assert_eq!(split(2, &[1.0; 19]), Split { low: 1.5, high: 2.0, own: None });
        let parts: Vec<f64> = (1..=20).map(|part| f64::from(part.min(4))).collect();
        assert_eq!(split(2, &parts), Split { low: 2.0, high: 4.0, own: Some(20) });
        assert_eq!(split(5, &[]), Split { low: 1.75, high: 3.0, own: None });
    }
}
