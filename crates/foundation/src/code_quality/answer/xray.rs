//! X-ray: hotspots among functions. The same score as for files: decayed changes and cognitive complexity, as ranks in the repository.

use std::collections::HashMap;

use super::Rows;
use crate::code_quality::assess::is_test_module;
use crate::code_quality::facts::{FunctionChangeRow, FunctionRow, Part};
use crate::code_quality::fixes::is_fix;
use crate::code_quality::hotspot::{HALF_LIFE_DAYS, decayed, scores};

/// Repository, path, name and container of a function.
type Key<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

/// How a function changes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Motion {
    /// Changes in the period, and how many of them are fixes.
    pub(super) changes: u32,
    pub(super) fixes: u32,
    /// Hotspot score, 0 to 1.
    pub(super) score: f64,
}

/// How each function of code files changes; empty for repositories of whose functions no change is known.
pub(super) struct Xray<'a>(HashMap<Key<'a>, Motion>);

impl<'a> Xray<'a> {
    pub(super) fn new(rows: &'a Rows, changes: &'a [FunctionChangeRow], part: &Part) -> Self {
        let mut moved: HashMap<Key<'_>, (u32, u32, f64)> = HashMap::new();
        for row in changes {
            let key = (row.repo.as_str(), row.path.as_str(), row.name.as_str(), row.container.as_deref());
            let sum = moved.entry(key).or_default();
            if row.at >= part.since {
                sum.0 += 1;
                sum.1 += u32::from(is_fix(&row.kind, &row.subject));
            }
            if row.age_days <= 365.0 {
                sum.2 += decayed(row.age_days, HALF_LIFE_DAYS);
            }
        }
        let code: std::collections::HashSet<(&str, &str)> =
            rows.files.iter().map(|file| (file.repo.as_str(), file.path.as_str())).collect();
        let told: std::collections::HashSet<&str> = changes.iter().map(|row| row.repo.as_str()).collect();
        let mut by_repo: HashMap<&str, Vec<&FunctionRow>> = HashMap::new();
        for row in &rows.functions {
            let in_test = row.container.as_deref().is_some_and(is_test_module);
            if !in_test && told.contains(row.repo.as_str()) && code.contains(&(row.repo.as_str(), row.path.as_str())) {
                by_repo.entry(&row.repo).or_default().push(row);
            }
        }
        let mut motions = HashMap::new();
        for functions in by_repo.values() {
            let of = |row: &FunctionRow| moved.get(&key(row)).copied().unwrap_or_default();
            // As for files: sums that differ by rounding alone are ties.
            let weights: Vec<f64> = functions.iter().map(|row| (of(row).2 * 1e9).round() / 1e9).collect();
            let complexity: Vec<f64> = functions.iter().map(|row| f64::from(row.cognitive)).collect();
            for (row, score) in functions.iter().zip(scores(&weights, &complexity)) {
                let (changes, fixes, _) = of(row);
                motions.insert(key(row), Motion { changes, fixes, score });
            }
        }
        Self(motions)
    }

    /// How a function changes; none when that is not known.
    pub(super) fn of(&self, row: &FunctionRow) -> Option<Motion> {
        self.0.get(&key(row)).copied()
    }
}

fn key(row: &FunctionRow) -> Key<'_> {
    (&row.repo, &row.path, &row.name, row.container.as_deref())
}
