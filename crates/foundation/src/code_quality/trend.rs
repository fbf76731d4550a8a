//! Courses by month: complexity carried from version to version, test to code lines, and how long lines live.

use std::collections::BTreeMap;

/// A month, counted from year 0: `year × 12 + month − 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(pub i32);

impl Month {
    /// Reads `YYYY-MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let (year, month): (i32, i32) = (year.parse().ok()?, month.get(..2)?.parse().ok()?);
        (1..=12).contains(&month).then_some(Self(year * 12 + month - 1))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// The last state of a file in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Version {
    /// The file, as a number of the caller's.
    pub file: u32,
    /// The month.
    pub month: Month,
    /// Complexity by indentation; none when the file is gone at the end of the month.
    pub complexity: Option<f64>,
}

/// What all files together were at the end of a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthEnd {
    /// The month.
    pub month: Month,
    /// Files that were there.
    pub files: u32,
    /// Their complexity together.
    pub complexity: f64,
}

impl MonthEnd {
    /// Complexity of a file on average; none when there is no file.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.files > 0).then(|| self.complexity / f64::from(self.files))
    }
}

/// Total complexity at each month's end, from the first month with a version to the last: a file counts as it last was until it goes.
#[must_use]
pub fn complexity_by_month(versions: &[Version]) -> Vec<MonthEnd> {
    let mut by_month: BTreeMap<Month, Vec<&Version>> = BTreeMap::new();
    for version in versions {
        by_month.entry(version.month).or_default().push(version);
    }
    let (Some(first), Some(last)) = (by_month.keys().next().copied(), by_month.keys().next_back().copied()) else {
        return Vec::new();
    };
    let mut present: BTreeMap<u32, f64> = BTreeMap::new();
    let mut total = 0.0;
    (first.0..=last.0)
        .map(|month| {
            for version in by_month.get(&Month(month)).into_iter().flatten() {
                let before = match version.complexity {
                    Some(complexity) => present.insert(version.file, complexity),
                    None => present.remove(&version.file),
                };
                total += version.complexity.unwrap_or_default() - before.unwrap_or_default();
            }
            MonthEnd {
                month: Month(month),
                files: u32::try_from(present.len()).unwrap_or(u32::MAX),
                complexity: total.max(0.0),
            }
        })
        .collect()
}

/// Lines that one month's cohort still had at the end of a later month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alive {
    /// Month in which the lines were written.
    pub written: Month,
    /// Month at whose end they are counted.
    pub at: Month,
    /// Lines.
    pub lines: u64,
}

/// How long half of the lines live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HalfLife {
    /// Half are gone after this many months.
    Months(f64),
    /// After this many months of observation more than half are there.
    LongerThan(f64),
    /// There is nothing to observe.
    NotMeasured,
}

/// The survival curve over age in months, all cohorts pooled (Kaplan and Meier 1958): at each age the share of those lines that were seen
/// at both that age and the next. Starts at (0, 1); rises are cut to 1, since lines do not come back.
#[must_use]
pub fn survival_curve(rows: &[Alive]) -> Vec<(u32, f64)> {
    let mut cohorts: BTreeMap<Month, BTreeMap<u32, u64>> = BTreeMap::new();
    for row in rows {
        if let Ok(age) = u32::try_from(row.at.0 - row.written.0) {
            *cohorts.entry(row.written).or_default().entry(age).or_default() += row.lines;
        }
    }
    let mut steps: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    let last_seen = rows.iter().map(|row| row.at).max().unwrap_or(Month(0));
    for (written, ages) in &cohorts {
        let until = u32::try_from(last_seen.0 - written.0).unwrap_or_default();
        for age in 0..until {
            let lines = |age: u32| ages.get(&age).copied().unwrap_or_default();
            let step = steps.entry(age).or_default();
            step.0 += lines(age);
            step.1 += lines(age + 1).min(lines(age));
        }
    }
    let mut share = 1.0;
    let mut curve = vec![(0, share)];
    for (age, (before, after)) in steps {
        if before == 0 {
            break;
        }
        share *= after as f64 / before as f64;
        curve.push((age + 1, share));
    }
    curve
}

/// Where the curve crosses one half, between months by a straight line.
#[must_use]
pub fn half_life(curve: &[(u32, f64)]) -> HalfLife {
    for step in curve.windows(2) {
        let [(age, before), (next, after)] = *step else { continue };
        if after <= 0.5 && before > after {
            return HalfLife::Months(f64::from(age) + (before - 0.5) / (before - after) * f64::from(next - age));
        }
    }
    match curve.last() {
        Some((age, _)) if *age > 0 => HalfLife::LongerThan(f64::from(*age)),
        _ => HalfLife::NotMeasured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn months_read_and_print() {
        let month = Month::parse("2026-01").expect("a month");
        assert_eq!(month.to_string(), "2026-01");
        assert_eq!(Month(month.0 - 1).to_string(), "2025-12");
        assert_eq!(Month::parse("2026-13"), None);
        assert_eq!(Month::parse("soon"), None);
    }

    #[test]
    fn files_count_until_they_go() {
        let version = |file, month, complexity| Version { file, month: Month(month), complexity };
        let course = complexity_by_month(&[
            version(1, 10, Some(5.0)),
            version(2, 10, Some(3.0)),
            version(1, 12, Some(9.0)),
            version(2, 13, None),
        ]);
        let totals: Vec<(i32, u32, f64)> = course.iter().map(|end| (end.month.0, end.files, end.complexity)).collect();
        assert_eq!(totals, [(10, 2, 8.0), (11, 2, 8.0), (12, 2, 12.0), (13, 1, 9.0)]);
        assert_eq!(course[2].mean(), Some(6.0));
        assert!(complexity_by_month(&[]).is_empty());
    }

    fn alive(written: i32, at: i32, lines: u64) -> Alive {
        Alive { written: Month(written), at: Month(at), lines }
    }

    #[test]
    fn half_life_lies_between_months() {
        let curve =
            survival_curve(&[alive(0, 0, 100), alive(0, 1, 80), alive(0, 2, 40), alive(1, 1, 100), alive(1, 2, 80)]);
        assert_eq!(curve, [(0, 1.0), (1, 0.8), (2, 0.4)]);
        assert_eq!(half_life(&curve), HalfLife::Months(1.75));
    }

    #[test]
    fn lasting_code_has_no_half_life() {
        assert_eq!(
            half_life(&survival_curve(&[alive(0, 0, 10), alive(0, 3, 10), alive(0, 1, 10), alive(0, 2, 10)])),
            HalfLife::LongerThan(3.0)
        );
        assert_eq!(half_life(&survival_curve(&[])), HalfLife::NotMeasured);
    }

    #[test]
    fn vanished_cohort_counts_as_gone() {
        assert_eq!(survival_curve(&[alive(0, 0, 10), alive(1, 1, 5), alive(1, 2, 5)]), [(0, 1.0), (1, 1.0 / 3.0)]);
    }

    proptest! {
        #[test]
        fn survival_never_rises(lines in prop::collection::vec(0u64..1000, 1..30)) {
            let rows: Vec<Alive> = lines.iter().enumerate().map(|(at, lines)| alive(0, at as i32, *lines)).collect();
            let curve = survival_curve(&rows);
            prop_assert!(curve.windows(2).all(|step| step[1].1 <= step[0].1));
        }
    }
}
