//! Courses by month: of all files together, and of each.

use std::collections::HashMap;

use desk::{Desk, Refusal};

use super::Rows;
use crate::code_quality::facts::{Part, VersionRow};
use crate::code_quality::trend::{self, Alive, HalfLife, Month, Version};
use crate::code_quality::view::{LineLife, MonthState};

/// Month and complexity, the oldest first.
pub(super) type Course = Vec<(Month, f64)>;

/// The course of each file.
pub(super) fn of_files(versions: &[VersionRow]) -> HashMap<(&str, &str), Course> {
    let mut all: HashMap<(&str, &str), Course> = HashMap::new();
    for row in versions {
        if let (Some(month), Some(complexity)) = (Month::parse(&row.month), row.complexity) {
            all.entry((&row.repo, &row.path)).or_default().push((month, complexity));
        }
    }
    all
}

/// The last month in which anything was measured.
pub(super) fn newest(versions: &[VersionRow]) -> Option<Month> {
    versions.iter().filter_map(|row| Month::parse(&row.month)).max()
}

/// A course over the twelve months up to `newest`, and the share by which it rose in the last three.
pub(super) fn recent(course: &Course, newest: Month) -> (Vec<f64>, Option<f64>) {
    let at = |month: Month| course.iter().rev().find(|(known, _)| *known <= month).map(|(_, complexity)| *complexity);
    let months = (newest.0 - 11..=newest.0).filter_map(|month| at(Month(month))).collect();
    let before = at(Month(newest.0 - 3)).filter(|before| *before > 0.0);
    (months, before.zip(at(newest)).map(|(before, now)| now / before - 1.0))
}

/// The course of all files together, and how long lines live.
pub(super) async fn course(
    desk: &Desk,
    part: &Part,
    rows: &Rows,
    names: &HashMap<&str, &str>,
    holds: impl Fn(&str) -> bool,
) -> Result<(Vec<MonthState>, LineLife), Refusal> {
    let mut numbers: HashMap<(&str, &str), u32> = HashMap::new();
    let mut versions = Vec::with_capacity(rows.versions.len());
    for row in rows.versions.iter().filter(|row| names.contains_key(row.repo.as_str()) && holds(&row.path)) {
        let Some(month) = Month::parse(&row.month) else { continue };
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let file = *numbers.entry((&row.repo, &row.path)).or_insert(next);
        versions.push(Version { file, month, complexity: row.complexity });
    }
    let ratios = test_ratios(desk, part).await?;
    let months = trend::complexity_by_month(&versions).into_iter().map(|end| MonthState {
        month: end.month.to_string(),
        files: end.files,
        complexity: end.complexity,
        mean: end.mean(),
        test_ratio: ratios.iter().rev().find(|(month, _)| *month <= end.month).and_then(|(_, ratio)| *ratio),
    });
    let alive = part.alive(desk.facts()).await?;
    let alive: Vec<Alive> = alive
        .iter()
        .filter_map(|row| {
            Some(Alive {
                written: Month::parse(&row.cohort_month)?,
                at: Month::parse(&row.at_month)?,
                lines: row.lines,
            })
        })
        .collect();
    let life = match trend::half_life(&trend::survival_curve(&alive)) {
        HalfLife::Months(months) => LineLife::Months(months),
        HalfLife::LongerThan(months) => LineLife::LongerThan(months),
        HalfLife::NotMeasured => LineLife::NotMeasured,
    };
    Ok((months.collect(), life))
}

/// Test lines for each code line at the end of each month, by what changes added net.
async fn test_ratios(desk: &Desk, part: &Part) -> Result<Vec<(Month, Option<f64>)>, Refusal> {
    let (mut code, mut test) = (0i64, 0i64);
    let mut ratios: Vec<(Month, Option<f64>)> = Vec::new();
    for row in part.growth(desk.facts()).await? {
        let Some(month) = Month::parse(&row.month) else { continue };
        if row.role == "test" {
            test += row.net;
        } else {
            code += row.net;
        }
        let ratio = (test > 0 && code > 0).then(|| test as f64 / code as f64);
        match ratios.last_mut().filter(|(last, _)| *last == month) {
            Some(last) => last.1 = ratio,
            None => ratios.push((month, ratio)),
        }
    }
    Ok(ratios)
}
