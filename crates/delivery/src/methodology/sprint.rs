//! The sprint: folded from the log, a closed one with what was known at its close.

use desk::work::{Category, Course, Field, Item, Sprint, SprintState};
use desk::{FieldError, Refusal};

use super::view::{BurnDay, SprintView, day};
use crate::flow::sprint::{Left, Member, Step, Tally, burndown, tally};
use crate::numbers::percentile;
use crate::work::scene::Scene;

/// Sprints whose median is the velocity.
const VELOCITY_SPRINTS: usize = 6;

/// The sprint that is asked for: by name or id, else the running one, else the last.
pub(super) fn view(scene: &Scene, named: Option<&str>) -> Result<Option<SprintView>, Refusal> {
    let all: Vec<&Sprint> = of_board(scene).collect();
    let sprint = match named.map(str::trim).filter(|named| !named.is_empty()) {
        Some(named) => {
            let found = all.iter().find(|one| one.name.eq_ignore_ascii_case(named) || one.id.to_string() == named);
            let names: Vec<_> = all.iter().rev().take(3).map(|one| one.name.as_str()).collect();
            let message = || format!("no sprint `{named}`; the last are {}", names.join(", "));
            Some(*found.ok_or_else(|| Refusal::fields(vec![FieldError::new("sprint", message())]))?)
        }
        None => {
            let begun = |one: &&&Sprint| state(scene, one) != SprintState::Future;
            let running = all.iter().find(|one| state(scene, one) == SprintState::Active);
            running.or_else(|| all.iter().rfind(begun)).or_else(|| all.first()).copied()
        }
    };
    Ok(sprint.map(|sprint| drawn(scene, sprint, &all)))
}

/// How far a sprint was at the scene's instant, with what was known then.
fn state(scene: &Scene, sprint: &Sprint) -> SprintState {
    let was = |at: Option<i64>, known: Option<i64>| {
        at.is_some_and(|at| at <= scene.as_of) && known.is_none_or(|known| known <= scene.known_at)
    };
    if was(sprint.completed_at, sprint.close_known_at) {
        SprintState::Closed
    } else if sprint.state != SprintState::Future && was(sprint.start_at, sprint.start_known_at) {
        SprintState::Active
    } else {
        SprintState::Future
    }
}

/// The sprints of the scene's board that begin before its instant or are planned, in the order of their beginning.
pub(super) fn of_board(scene: &Scene) -> impl Iterator<Item = &Sprint> {
    let project = scene.board.project_id();
    scene.work.sprints().iter().filter(move |sprint| Some(sprint.project) == project)
}

/// Who was in a sprint, with what was known at an instant.
pub(super) fn members(scene: &Scene, sprint: &Sprint, as_of: i64, known_at: i64) -> Vec<Member> {
    let member = |(place, item): (usize, &std::sync::Arc<Item>)| {
        let times = scene.work.in_sprint(item, sprint.id, as_of, known_at);
        (!times.is_empty()).then(|| Member {
            item: place,
            times,
            sizes: sizes(scene, item, as_of, known_at),
            done: done(scene, item, as_of, known_at),
        })
    };
    scene.items.iter().enumerate().filter_map(member).collect()
}

fn sizes(scene: &Scene, item: &Item, as_of: i64, known_at: i64) -> Vec<(i64, Option<f64>)> {
    let now = item.estimate.map(|size| size.to_string());
    let now = now.and_then(|size| scene.work.sym(&size));
    let course = Course::of(item, Field::Estimate, now, as_of, known_at);
    let never_changed = !item.log.iter().any(|line| line.field == Field::Estimate);
    if never_changed {
        return vec![(item.created_at, item.estimate)];
    }
    let size = |value: Option<desk::work::Sym>| value.and_then(|value| scene.work.text(value).parse().ok());
    course.stays().iter().map(|stay| (stay.from, size(stay.value))).collect()
}

fn done(scene: &Scene, item: &Item, as_of: i64, known_at: i64) -> Vec<(i64, Option<i64>)> {
    let course = Course::of(item, Field::Status, Some(item.status), as_of, known_at);
    let is_done =
        |value: Option<desk::work::Sym>| value.and_then(|value| scene.stages.category(value)) == Some(Category::Done);
    course.stays().iter().filter(|stay| is_done(stay.value)).map(|stay| (stay.from, stay.until)).collect()
}

/// When a sprint counts as begun and as ended, and with what was known: a closed one stays as it was known at its close.
fn ends(scene: &Scene, sprint: &Sprint) -> (i64, i64, i64) {
    let start = sprint.start_at.unwrap_or(scene.as_of);
    let end = sprint.completed_at.unwrap_or(scene.as_of).min(scene.as_of).max(start);
    let closed = sprint.completed_at.is_some_and(|at| at <= scene.as_of);
    let known = if closed { sprint.close_known_at.unwrap_or(scene.known_at) } else { scene.known_at };
    (start, end, known.min(scene.known_at))
}

/// What became of a sprint, as it was known at its close.
pub(super) fn tally_of(scene: &Scene, sprint: &Sprint) -> Tally {
    let (start, end, known) = ends(scene, sprint);
    tally(&members(scene, sprint, end, known), start, end)
}

fn drawn(scene: &Scene, sprint: &Sprint, all: &[&Sprint]) -> SprintView {
    let (start, end, known) = ends(scene, sprint);
    let inside = members(scene, sprint, end, known);
    let then = tally(&inside, start, end);
    let now = tally(&members(scene, sprint, end, scene.known_at), start, end);
    let days = burndown(&inside, &scene.calendar, start, end);
    let key = |place: usize| scene.items[place].key.to_string();
    let closed: Vec<&&Sprint> = all.iter().filter(|one| one.completed_at.is_some_and(|at| at <= scene.as_of)).collect();
    let last = closed.iter().rev().take(VELOCITY_SPRINTS).rev();
    let velocity: Vec<(String, u32, f64)> = last
        .map(|one| {
            let done = tally_of(scene, one).completed;
            (one.name.clone(), done.items, done.size)
        })
        .collect();
    let mut sizes: Vec<f64> = velocity.iter().map(|(.., size)| *size).collect();
    sizes.sort_by(f64::total_cmp);
    let still = |member: &&Member| member.times.last().is_some_and(|(_, until)| until.is_none_or(|at| at > end));
    let planned = sprint.planned_end_at.or(sprint.completed_at);
    SprintView {
        id: sprint.id.to_string(),
        name: sprint.name.clone(),
        goal: sprint.goal.clone(),
        state: state(scene, sprint),
        seen: sprint.version,
        days: planned.map(|until| (day(scene.calendar.day(start)), day(scene.calendar.day(until)))),
        known_now: (now != then).then_some(now),
        burndown: planned.map_or_else(Vec::new, |until| burned(scene, &days, then, start, until)),
        steps: days.iter().flat_map(|left| steps(left, &key)).collect(),
        members: inside
            .iter()
            .filter(still)
            .map(|one| {
                let item = &scene.items[one.item];
                let is_done =
                    one.done.last().is_some_and(|(from, until)| *from <= end && until.is_none_or(|at| at > end));
                (item.key.to_string(), item.title.to_string(), item.estimate, is_done)
            })
            .collect(),
        median_velocity: if sizes.len() >= 3 { percentile(&sizes, 0.5) } else { None },
        velocity,
        others: all.iter().rev().take(12).map(|one| (one.name.clone(), one.id.to_string())).collect(),
        tally: then,
    }
}

fn steps(left: &Left, key: &impl Fn(usize) -> String) -> Vec<(String, String, String)> {
    let word = |step: Step| match step {
        Step::Done => "done",
        Step::Added => "added",
        Step::Removed => "removed",
        Step::Reestimated => "sized anew",
        Step::Reopened => "opened again",
    };
    left.steps.iter().map(|(item, step)| (day(left.day), key(*item), word(*step).to_owned())).collect()
}

/// Every day of the sprint with the ideal line, which falls on working days alone.
fn burned(scene: &Scene, days: &[Left], tally: Tally, start: i64, until: i64) -> Vec<BurnDay> {
    let (first, last) = (scene.calendar.day(start), scene.calendar.day(until).max(scene.calendar.day(start)));
    let mut all = Vec::new();
    let mut on = first;
    while on <= last {
        all.push(on);
        on = crate::calendar::after(on, 1);
    }
    let working = all.iter().skip(1).filter(|on| scene.calendar.works(**on)).count().max(1) as f64;
    let mut gone = 0.0;
    all.into_iter()
        .map(|on| {
            if on > first && scene.calendar.works(on) {
                gone += 1.0;
            }
            let here = days.iter().find(|left| left.day == on);
            BurnDay {
                day: day(on),
                left: here.map(|left| left.size),
                done: here.map(|left| left.done),
                scope: here.map(|left| left.size + left.done),
                ideal: tally.committed.size * (1.0 - gone / working),
            }
        })
        .collect()
}
