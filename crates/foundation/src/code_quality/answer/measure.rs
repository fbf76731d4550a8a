//! What goals measure, over the files of their areas.

use desk::{Desk, Refusal};

use super::Rows;
use crate::code_quality::goals::{Measure, standing};
use crate::code_quality::records::QualityGoal;
use crate::code_quality::view::{CodeFile, Coupled, GoalState, Tied};

/// A file is a hotspot from this score on.
pub(in crate::code_quality) const HOT: f64 = 0.7;

/// Below this health a file counts as unhealthy.
pub(in crate::code_quality) const UNHEALTHY: f64 = 4.0;

/// The goals that are not put away, the next due first, with how they stand today.
pub(super) async fn goals(
    desk: &Desk,
    files: &[CodeFile],
    coupling: &[Coupled],
    rows: &Rows,
) -> Result<Vec<GoalState>, Refusal> {
    let mut goals: Vec<GoalState> = desk
        .records()
        .list::<QualityGoal>()
        .await?
        .into_iter()
        .map(|goal| {
            let value = value(goal.body.measure, &goal.body.areas, files, coupling, rows);
            let body = &goal.body;
            let standing = standing(body.measure, body.target, body.by_on, body.start, value, desk.today());
            GoalState {
                title: desk::Record::title(body),
                measure: body.measure,
                value,
                standing,
                at_base: None,
                verdict: None,
                goal,
            }
        })
        .collect();
    goals.sort_by_key(|state| state.goal.body.by_on);
    Ok(goals)
}

/// The value of a measure over areas; none when there is nothing to measure.
pub(in crate::code_quality) fn value(
    measure: Measure,
    areas: &[String],
    files: &[CodeFile],
    coupling: &[Coupled],
    rows: &Rows,
) -> Option<f64> {
    let inside = |path: &str| areas.is_empty() || areas.iter().any(|area| below(area, path));
    let files: Vec<&CodeFile> = files.iter().filter(|file| inside(&file.path)).collect();
    let code: f64 = files.iter().map(|file| f64::from(file.code)).sum();
    let measured = (!files.is_empty() && code > 0.0).then_some(());
    match measure {
        Measure::MeanHealth => {
            measured.map(|()| files.iter().map(|file| file.health * f64::from(file.code)).sum::<f64>() / code)
        }
        Measure::WorstHotspotHealth => {
            files.iter().filter(|file| file.score >= HOT).map(|file| file.health).min_by(f64::total_cmp)
        }
        Measure::UnhealthyShare => measured.map(|()| {
            files.iter().filter(|file| file.health < UNHEALTHY).map(|file| f64::from(file.code)).sum::<f64>() / code
        }),
        Measure::Findings => measured.map(|()| files.iter().map(|file| f64::from(file.findings)).sum()),
        Measure::FixRate => {
            let changes: u32 = files.iter().map(|file| file.changes).sum();
            let fixes: u32 = files.iter().map(|file| file.fixes).sum();
            (changes > 0).then(|| f64::from(fixes) / f64::from(changes))
        }
        Measure::HiddenCoupling => {
            let told: Vec<&Coupled> = coupling.iter().filter(|pair| inside(&pair.a) || inside(&pair.b)).collect();
            let hidden = told.iter().filter(|pair| pair.tied == Tied::Hidden).count();
            measured.map(|()| hidden as f64)
        }
        Measure::TestRatio => {
            let tests = rows.others.iter().filter(|file| file.role == "test" && inside(&file.path));
            let tests: u64 = tests.map(|file| file.code).sum();
            measured.filter(|()| tests > 0).map(|()| tests as f64 / code)
        }
    }
}

fn below(area: &str, path: &str) -> bool {
    let area = area.trim().trim_matches('/');
    area.is_empty() || path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
