//! Changes that a fix had to mend, and the risk of branches that are not merged: SZZ over the deaths of lines, a model where there are fixes
//! enough, rules otherwise. The change is judged; who made it is asked nowhere.

use std::collections::{BTreeMap, HashMap, HashSet};

use desk::{Desk, Refusal};

use super::DAY;
use super::branch::added;
use crate::code_quality::delivery_risk::{Features, Level, TrackedModel, by_rules};
use crate::code_quality::facts::{FeatureRow, Part};
use crate::code_quality::fixes::is_fix;
use crate::code_quality::size::Class;
use crate::code_quality::szz::{Death, Fix, inducing};
use crate::code_quality::view::{CodeFile, Faults, Judge, OpenChange, Share, View};

/// A branch that rested longer is no open change.
const OPEN_DAYS: i64 = 90;

/// Open changes that are shown.
const SHOWN: usize = 20;

/// Areas that are shown.
const AREAS: usize = 30;

/// Fills the view's faults, judge and open changes. `files` are all code files with their scores, the hottest first.
pub(super) async fn judge(
    desk: &Desk,
    part: &Part,
    names: &HashMap<&str, &str>,
    files: &[CodeFile],
    view: &mut View,
) -> Result<(), Refusal> {
    let changes = part.features(desk.facts()).await?;
    let deaths = part.deaths(desk.facts()).await?;
    let fixes: Vec<Fix> = changes
        .iter()
        .filter(|row| is_fix(&row.kind, &row.subject))
        .map(|row| Fix { sha: row.sha.clone(), reported_at: None })
        .collect();
    let deaths: Vec<Death> = deaths
        .into_iter()
        .map(|row| Death {
            born: row.born_sha,
            died: row.sha,
            lines: usize::try_from(row.code_lines).unwrap_or(usize::MAX),
        })
        .collect();
    let times: HashMap<&str, i64> = changes.iter().map(|row| (row.sha.as_str(), row.at)).collect();
    let found = inducing(&deaths, &fixes, |sha| times.get(sha).copied());
    let mended: HashSet<&str> = found.iter().map(|one| one.commit.as_str()).collect();
    let told: HashSet<&str> = found.iter().map(|one| one.fix.as_str()).collect();
    let outcome = |row: &FeatureRow| mended.contains(row.sha.as_str());
    view.faults = (!deaths.is_empty()).then(|| faults(&changes, outcome, told.len() as u64));

    let history: Vec<(Features, bool)> =
        changes.iter().filter(|row| row.code > 0).map(|row| (features(&[row], 0), outcome(row))).collect();
    let model = if fixes.len() >= crate::code_quality::delivery_risk::FIXES_NEEDED {
        TrackedModel::train(&history)
    } else {
        None
    };
    view.judge = Some(model.as_ref().map_or(Judge::Rules { fixes: fixes.len() as u64 }, told_by));
    view.open_changes = open_changes(desk, part, names, files, &changes, model.as_ref()).await?;
    Ok(())
}

fn told_by(model: &TrackedModel) -> Judge {
    Judge::Model {
        trained_on: model.trained_on as u64,
        tried_on: model.tried_on as u64,
        base_rate: model.base_rate,
        auc: model.auc,
        calibration: model.calibration.iter().map(|bin| (bin.promised, bin.happened, bin.count as u64)).collect(),
        // Which files are hotspots is known of today alone, so the model is not told of them.
        drivers: model
            .drivers()
            .into_iter()
            .filter(|(name, _)| *name != "hotspots")
            .map(|(name, weight)| (name.to_owned(), weight))
            .collect(),
    }
}

fn faults(changes: &[FeatureRow], outcome: impl Fn(&FeatureRow) -> bool, fixes: u64) -> Faults {
    let mut faults = Faults { fixes, ..Faults::default() };
    let mut areas: BTreeMap<String, Share> = BTreeMap::new();
    let mut sizes: BTreeMap<Class, Share> = BTreeMap::new();
    let mut spreads: BTreeMap<usize, Share> = BTreeMap::new();
    let mut tests: BTreeMap<bool, Share> = BTreeMap::new();
    for row in changes.iter().filter(|row| row.code > 0) {
        let mended = outcome(row);
        let count = |share: &mut Share| {
            share.count += 1;
            share.mended += u64::from(mended);
        };
        count(&mut faults.changes);
        row.areas.iter().for_each(|area| count(areas.entry(area.clone()).or_default()));
        count(sizes.entry(Class::of(row.lines)).or_default());
        count(spreads.entry(spread_class(row.files)).or_default());
        count(tests.entry(row.tests > 0).or_default());
    }
    let mut areas: Vec<(String, Share)> = areas.into_iter().collect();
    areas.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    areas.truncate(AREAS);
    faults.areas = areas;
    faults.sizes = sizes.into_iter().map(|(class, share)| (class.label().to_owned(), share)).collect();
    faults.spreads =
        spreads.into_iter().filter_map(|(nth, share)| Some(((*SPREADS.get(nth)?).to_owned(), share))).collect();
    let words = |with: bool| if with { "a test changed with it" } else { "no test file changed" };
    faults.tests = tests.into_iter().map(|(with, share)| (words(with).to_owned(), share)).collect();
    faults
}

const SPREADS: [&str; 4] = ["1", "2 to 4", "5 to 9", "10 or more"];

const fn spread_class(files: u32) -> usize {
    match files {
        0 | 1 => 0,
        2..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// What is known of some commits as one change. The entropy of several is that of their files taken together as they were touched.
fn features(rows: &[&FeatureRow], hotspots: u32) -> Features {
    let lines: u64 = rows.iter().map(|row| row.lines).sum();
    let files: u32 = rows.iter().map(|row| row.files).sum();
    let spread: f64 = rows.iter().map(|row| row.spread).sum();
    let total = lines as f64;
    let entropy = if files < 2 || lines == 0 {
        0.0
    } else {
        ((total.log2() - spread / total) / f64::from(files).log2()).clamp(0.0, 1.0)
    };
    let areas: HashSet<&str> = rows.iter().flat_map(|row| row.areas.iter().map(String::as_str)).collect();
    Features {
        lines,
        files,
        entropy,
        areas: u32::try_from(areas.len()).unwrap_or(u32::MAX),
        hotspots,
        code: rows.iter().any(|row| row.code > 0),
        tests: rows.iter().any(|row| row.tests > 0),
    }
}

async fn open_changes(
    desk: &Desk,
    part: &Part,
    names: &HashMap<&str, &str>,
    files: &[CodeFile],
    changes: &[FeatureRow],
    model: Option<&TrackedModel>,
) -> Result<Vec<OpenChange>, Refusal> {
    let branches = part.branches(desk.facts()).await?;
    if part.as_of.is_some() || branches.len() < 2 {
        return Ok(Vec::new());
    }
    let lineage = part.lineage(desk.facts()).await?;
    let rows: HashMap<&str, &FeatureRow> = changes.iter().map(|row| (row.sha.as_str(), row)).collect();
    let commits_by_id: HashMap<(&str, &str), i64> =
        lineage.iter().map(|row| ((row.repo.as_str(), row.sha.as_str()), row.at)).collect();
    let newest = lineage.iter().map(|row| row.at).max().unwrap_or_default();
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut all = Vec::new();
    for branch in &branches {
        let head = desk.facts().repo(&branch.repo).and_then(|entry| entry.head.as_deref());
        let tip = commits_by_id.get(&(branch.repo.as_str(), branch.sha.as_str()));
        let recent = tip.is_some_and(|at| *at >= newest - OPEN_DAYS * DAY);
        if Some(branch.sha.as_str()) == head || !recent || !seen.insert((&branch.repo, &branch.sha)) {
            continue;
        }
        let commits = added(&lineage, &branch.repo, Some(&branch.sha), head);
        let touched: Vec<&FeatureRow> = commits.iter().filter_map(|sha| rows.get(sha.as_str()).copied()).collect();
        if touched.is_empty() {
            continue;
        }
        let narrow = Part { without: commits.clone(), ..part.clone() };
        let paths = narrow.paths_of(desk.facts()).await?;
        let repo = names.get(branch.repo.as_str()).copied().unwrap_or(&branch.repo);
        let top = files.len() / 10;
        let hot =
            files.iter().take(top).filter(|file| file.repo == repo && paths.iter().any(|row| row.path == file.path));
        let mut change = features(&touched, u32::try_from(hot.count()).unwrap_or(u32::MAX));
        change.files = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        let (by_rules, reasons) = by_rules(&change);
        let chance = model.map(|model| model.chance(&Features { hotspots: 0, ..change }));
        let level = match (model, chance) {
            (Some(model), Some(chance)) => model.level(chance),
            _ => by_rules,
        };
        all.push(OpenChange {
            repo: repo.to_owned(),
            branch: branch.name.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/").to_owned(),
            commits: commits.len() as u64,
            lines: change.lines,
            files: paths.len() as u64,
            level: word(level),
            chance,
            reasons,
        });
    }
    let rank = |change: &OpenChange| (change.level == "usual", change.level == "watch");
    all.sort_by(|a, b| {
        let chance = |change: &OpenChange| change.chance.unwrap_or_default();
        rank(a).cmp(&rank(b)).then(chance(b).total_cmp(&chance(a))).then(b.lines.cmp(&a.lines))
    });
    all.truncate(SHOWN);
    Ok(all)
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::Usual => "usual",
        Level::Watch => "watch",
        Level::Act => "act",
    }
}
