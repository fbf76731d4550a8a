//! What got better or worse between two days: complexity by indentation of every version, fixes, and health where it is known.

use std::collections::{BTreeMap, HashMap};

use desk::{Desk, Refusal};

use super::moved::Moved;
use super::{Assessed, DAY, day};
use crate::code_quality::between::{self, Turn, Version};
use crate::code_quality::facts::{Part, StateRow};
use crate::code_quality::fixes::is_fix;
use crate::code_quality::view::{Between, FileBetween, PointState};
use lake::bots::is_automatic;

/// Repository's name and path.
type Key = (String, String);

/// Compares the state before `part.since` with the one before `part.until`; `last` is the newest commit's time.
pub(super) async fn compare(
    desk: &Desk,
    part: &Part,
    last: i64,
    names: &HashMap<&str, &str>,
    assessed: &Assessed,
    holds: impl Fn(&str) -> bool,
) -> Result<Between, Refusal> {
    let facts = desk.facts();
    let renames = part.renames_between(facts).await?;
    let moved = Moved::new(&renames, names);
    let earlier = Part { until: part.since, ..part.clone() }.states(facts).await?;
    let (before, after) =
        (of(&earlier, names, &moved, &holds), of(&part.states(facts).await?, names, &Moved::default(), &holds));
    let touched = touched(desk, part, names).await?;
    let newest = Part { until: i64::MAX / 2, ..part.clone() }.newest(facts).await?;
    let present = newest.iter().all(|row| row.newest < part.until);
    let health: HashMap<(&str, &str), f64> =
        assessed.files.iter().map(|file| ((file.repo.as_str(), file.path.as_str()), file.health)).collect();
    let pairs = between::pairs(&before, &after);
    let count = |turn: Turn| pairs.iter().filter(|pair| pair.turn() == turn).count() as u64;
    let earlier_part = Part {
        since: part.since.saturating_sub(part.until.min(last + 1) - part.since),
        until: part.since,
        ..part.clone()
    };
    let (changes, fixes) = rate(&touched, &holds);
    let (changes_before, fixes_before) = rate(&self::touched(desk, &earlier_part, names).await?, &holds);
    let mut state = Between {
        from: day(part.since),
        to: day((part.until - 1).min(last.max(part.since))),
        before: point(&before, changes_before, fixes_before),
        after: point(&after, changes, fixes),
        worse: count(Turn::Worse),
        better: count(Turn::Better),
        new: count(Turn::New),
        gone: count(Turn::Gone),
        days: (part.until.min(last + 1) - part.since).max(0).div_euclid(DAY),
        files: Vec::new(),
    };
    state.files = pairs
        .into_iter()
        .filter(|pair| pair.turn() != Turn::Steady)
        .map(|pair| {
            let (changes, fixes) = touched.get(&pair.file).copied().unwrap_or_default();
            FileBetween {
                turn: pair.turn(),
                complexity: (pair.before.map(|v| v.complexity), pair.after.map(|v| v.complexity)),
                lines: (pair.before.map(|v| v.lines), pair.after.map(|v| v.lines)),
                changes,
                fixes,
                health: health.get(&(pair.file.0.as_str(), pair.file.1.as_str())).copied().filter(|_| present),
                repo: pair.file.0,
                path: pair.file.1,
            }
        })
        .collect();
    Ok(state)
}

fn of(
    rows: &[StateRow],
    names: &HashMap<&str, &str>,
    moved: &Moved<'_>,
    holds: impl Fn(&str) -> bool,
) -> BTreeMap<Key, Version> {
    let there = rows.iter().filter_map(|row| {
        let repo = names.get(row.repo.as_str()).copied()?;
        let path = moved.now(repo, &row.path);
        let version = Version { complexity: row.complexity?, lines: row.lines.unwrap_or_default() };
        holds(path).then(|| ((repo.to_owned(), path.to_owned()), version))
    });
    there.collect()
}

/// Changes and fixes of code files in the period, by people.
async fn touched(desk: &Desk, part: &Part, names: &HashMap<&str, &str>) -> Result<HashMap<Key, (u32, u32)>, Refusal> {
    let commits = part.commits(desk.facts()).await?;
    let people: HashMap<(&str, &str), bool> = commits
        .iter()
        .filter(|commit| !is_automatic(&commit.author_name, &commit.author_email))
        .map(|commit| ((commit.repo.as_str(), commit.sha.as_str()), is_fix(&commit.kind, &commit.subject)))
        .collect();
    let mut counts: HashMap<Key, (u32, u32)> = HashMap::new();
    for touch in part.touches(desk.facts()).await?.iter().filter(|touch| touch.role == "code") {
        let Some(fix) = people.get(&(touch.repo.as_str(), touch.sha.as_str())) else { continue };
        let Some(repo) = names.get(touch.repo.as_str()) else { continue };
        let count = counts.entry(((*repo).to_owned(), touch.path.clone())).or_default();
        count.0 += 1;
        count.1 += u32::from(*fix);
    }
    Ok(counts)
}

fn rate(touched: &HashMap<Key, (u32, u32)>, holds: impl Fn(&str) -> bool) -> (u64, u64) {
    let inside = touched.iter().filter(|((_, path), _)| holds(path));
    inside.fold((0, 0), |sum, (_, count)| (sum.0 + u64::from(count.0), sum.1 + u64::from(count.1)))
}

fn point(files: &BTreeMap<Key, Version>, changes: u64, fixes: u64) -> PointState {
    PointState {
        files: files.len() as u64,
        complexity: files.values().map(|version| version.complexity).sum(),
        lines: files.values().map(|version| u64::from(version.lines)).sum(),
        changes,
        fixes,
    }
}
