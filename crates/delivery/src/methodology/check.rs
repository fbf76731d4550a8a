//! Does our way of working help us or hinder us: seven signs over ninety days, each with its numbers and items, at most three, strongest
//! first.

use desk::work::{Category, Sprint};
use desk::{Desk, Refusal};
use lake::Param;
use serde::Deserialize;

use super::board::limit_of;
use super::records::{GoalMet, SprintReview};
use super::sprint::{members, of_board, tally_of};
use super::view::Check;
use crate::calendar::{DAY, after, between};
use crate::flow::span::span;
use crate::work::measures::Measures;
use crate::work::scene::Scene;

/// Signs that are shown.
const SHOWN: usize = 3;
/// The sprints that are looked at.
const SPRINTS: usize = 6;

#[derive(Debug, Deserialize)]
struct Named {
    commits: u64,
}

/// What stands out in a scene.
pub(super) async fn checks(desk: &Desk, scene: &Scene, measures: &Measures) -> Result<Vec<Check>, Refusal> {
    let reviews = desk.records().list::<SprintReview>().await?;
    let sprints: Vec<&Sprint> = closed(scene);
    let mut all: Vec<Check> = [
        came_late(scene, measures, &sprints),
        carried_over(scene, &sprints),
        goals_missed(&sprints, &reviews.iter().map(|one| &one.body).collect::<Vec<_>>()),
        over_limit(scene, measures),
        one_queue(scene, measures),
        old_work(scene, measures),
        idle_board(desk, scene).await?,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    all.truncate(SHOWN);
    Ok(all)
}

fn closed(scene: &Scene) -> Vec<&Sprint> {
    let over = |sprint: &&Sprint| sprint.completed_at.is_some_and(|at| at <= scene.as_of);
    let all: Vec<&Sprint> = of_board(scene).filter(over).collect();
    all[all.len().saturating_sub(SPRINTS)..].to_vec()
}

fn keys(scene: &Scene, places: impl Iterator<Item = usize>) -> Vec<String> {
    places.take(5).map(|place| scene.items[place].key.to_string()).collect()
}

/// More than 40 % of finished work came in after its sprint began.
fn came_late(scene: &Scene, measures: &Measures, sprints: &[&Sprint]) -> Option<Check> {
    let since = scene.calendar.begin(measures.window.0);
    let (mut finished, mut late) = (0_usize, Vec::new());
    for sprint in sprints.iter().filter(|sprint| sprint.completed_at.is_some_and(|at| at >= since)) {
        let (start, end) = (sprint.start_at?, sprint.completed_at?);
        for member in members(scene, sprint, end, sprint.close_known_at.unwrap_or(end)) {
            let done = member.done.last().is_some_and(|(from, until)| *from <= end && until.is_none_or(|at| at > end));
            if !done {
                continue;
            }
            finished += 1;
            if member.times.first().is_some_and(|(from, _)| *from > start) {
                late.push(member.item);
            }
        }
    }
    let share = late.len() as f64 / finished.max(1) as f64;
    (finished >= 5 && share > 0.4).then(|| Check {
        finding: format!("{} of {finished} finished items came in after their sprint began.", late.len()),
        advice: "Sprints plan little here: a flow with limits, and a class for urgent work, would say so openly."
            .to_owned(),
        keys: keys(scene, late.into_iter()),
        weight: share,
    })
}

/// More than 25 % of items carried over in four of the last six sprints.
fn carried_over(scene: &Scene, sprints: &[&Sprint]) -> Option<Check> {
    let shares: Vec<f64> = sprints
        .iter()
        .map(|sprint| {
            let tally = tally_of(scene, sprint);
            f64::from(tally.carried.items) / f64::from((tally.carried.items + tally.completed.items).max(1))
        })
        .collect();
    let often = shares.iter().filter(|share| **share > 0.25).count();
    let done = |sprint: &&Sprint| f64::from(tally_of(scene, sprint).completed.items);
    let mut finished: Vec<f64> = sprints.iter().map(done).collect();
    finished.sort_by(f64::total_cmp);
    // What was reached in five of six: the fifth largest.
    let safe = finished.get(finished.len() / 6).copied().unwrap_or(0.0);
    (often >= 4).then(|| Check {
        finding: format!("In {often} of the last {} sprints more than a quarter was carried over.", shares.len()),
        advice: format!("Commit what was reached nearly always: {safe:.0} items."),
        keys: Vec::new(),
        weight: shares.iter().sum::<f64>() / shares.len().max(1) as f64,
    })
}

/// The goal was missed in three of the last six, or none was written.
fn goals_missed(sprints: &[&Sprint], reviews: &[&SprintReview]) -> Option<Check> {
    let without = sprints.iter().filter(|one| one.goal.as_deref().is_none_or(|goal| goal.trim().is_empty())).count();
    let missed = |one: &&&Sprint| {
        let id = one.id.to_string();
        reviews.iter().any(|review| review.sprint == id && review.goal_met == GoalMet::No)
    };
    let missed = sprints.iter().filter(missed).count();
    if missed < 3 && (sprints.len() < 3 || without < sprints.len()) {
        return None;
    }
    let finding = if missed >= 3 {
        format!("The goal was not met in {missed} of the last {} sprints.", sprints.len())
    } else {
        format!("None of the last {} sprints had a goal.", sprints.len())
    };
    let advice = "Fewer items and one goal: what is not for it waits.".to_owned();
    Some(Check { finding, advice, keys: Vec::new(), weight: 0.5 + 0.05 * missed as f64 })
}

/// Over a limit on five of the last ten working days.
fn over_limit(scene: &Scene, measures: &Measures) -> Option<Check> {
    let workflow = &scene.rules.workflow;
    let mut days = Vec::new();
    let mut on = scene.today();
    while days.len() < 10 && between(on, scene.today()) < 40 {
        if scene.calendar.works(on) {
            days.push(scene.calendar.end(on).min(scene.as_of));
        }
        on = after(on, -1);
    }
    let over = |place: usize, max: u32| {
        let here =
            |at: &&i64| scene.tracks.iter().filter(|track| track.stage_at(**at) == Some(place)).count() > max as usize;
        days.iter().filter(here).count()
    };
    let worst = workflow.stages.iter().enumerate().filter_map(|(place, stage)| {
        let limit = limit_of(workflow, &stage.key)?;
        Some((over(place, limit.max), place, limit.max))
    });
    let (count, place, max) = worst.max_by_key(|one| one.0).filter(|one| one.0 >= 5)?;
    let mut oldest: Vec<_> = measures.open.iter().filter(|one| one.stage == place).collect();
    oldest.sort_by(|a, b| b.age.total_cmp(&a.age));
    let name = &workflow.stages.get(place)?.name;
    Some(Check {
        finding: format!("{name} was over its limit of {max} on {count} of the last {} working days.", days.len()),
        advice: "Finish the two oldest before anything new is begun.".to_owned(),
        keys: keys(scene, oldest.iter().take(2).map(|one| one.track)),
        weight: 0.4 + count as f64 * 0.05,
    })
}

/// More than half of the time is spent waiting in one stage.
fn one_queue(scene: &Scene, measures: &Measures) -> Option<Check> {
    let mut held = vec![0_i64; scene.stages.categories.len()];
    let mut whole = 0_i64;
    for one in &measures.finished {
        let track = &scene.tracks[one.track];
        let Some(span) = span(track, scene.points, scene.preset.rules().0) else { continue };
        let end = span.end.unwrap_or(scene.as_of);
        whole += end - span.start;
        for visit in &track.visits {
            if let Some(sum) = held.get_mut(visit.stage) {
                *sum += (visit.until.min(end) - visit.from.max(span.start)).max(0);
            }
        }
    }
    let waiting = |place: &usize| scene.stages.categories.get(*place) == Some(&Category::Waiting);
    let place = (0..held.len()).filter(waiting).max_by_key(|place| held[*place])?;
    let share = held[place] as f64 / whole.max(1) as f64;
    let name = &scene.rules.workflow.stages.get(place)?.name;
    (measures.finished.len() >= 5 && whole > DAY && share > 0.5).then(|| Check {
        finding: format!("{:.0} % of the time between start and finish is spent waiting in {name}.", share * 100.0),
        advice: format!("Look at that queue: say when a card may leave {name}, and set a limit on it."),
        keys: Vec::new(),
        weight: share,
    })
}

/// More than 30 % of open items are older than 85 % of the finished ever were.
fn old_work(scene: &Scene, measures: &Measures) -> Option<Check> {
    let limit = measures.percentile(0.85)?.0;
    let mut old: Vec<_> = measures.open.iter().filter(|one| one.age > limit).collect();
    let share = old.len() as f64 / measures.open.len().max(1) as f64;
    old.sort_by(|a, b| b.age.total_cmp(&a.age));
    (measures.open.len() >= 3 && share > 0.3).then(|| Check {
        finding: format!(
            "{} of {} open items are older than 85 % of the finished ever were.",
            old.len(),
            measures.open.len()
        ),
        advice: "Swarm: take the three oldest together, and ask of each what stops it.".to_owned(),
        keys: keys(scene, old.iter().take(3).map(|one| one.track)),
        weight: share,
    })
}

/// No card moved for five working days while commits went in.
async fn idle_board(desk: &Desk, scene: &Scene) -> Result<Option<Check>, Refusal> {
    let moves = scene.items.iter().flat_map(|item| item.log.iter().map(|line| line.at)).filter(|at| *at <= scene.as_of);
    let Some(last) = moves.max() else { return Ok(None) };
    let idle = (1..40).map(|back| after(scene.today(), -back)).take_while(|day| scene.calendar.end(*day) > last);
    let idle = idle.filter(|day| scene.calendar.works(*day)).count();
    let Some(project) = scene.board.project.as_ref().filter(|_| idle >= 5) else { return Ok(None) };
    // Commits that name this board's items: those of other teams say nothing about it.
    let asked = "SELECT count(*) AS commits FROM commits
                 WHERE committed_at > $since AND array_to_string(work_item_keys, ' ') LIKE $key";
    let params = [("since", Param::Time(last / 1_000_000)), ("key", Param::Text(format!("%{}-%", project.key)))];
    let rows: Vec<Named> = desk.facts().rows(asked, &params).await?;
    let commits = rows.first().map_or(0, |row| row.commits);
    Ok((commits > 0).then(|| Check {
        finding: format!(
            "No card moved for {idle} working days; {commits} commits that name its items went in meanwhile."
        ),
        advice: "The board is not where the work is. Move what is done, or map the statuses that are really used."
            .to_owned(),
        keys: Vec::new(),
        weight: 0.9,
    }))
}
