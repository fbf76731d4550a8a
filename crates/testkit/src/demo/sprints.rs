//! Sprints: what is taken in, what is left over, when they end.

use super::board::{Habit, Job};
use super::calendar::{DAY, Day, Moment, instant, is_open, weekday};
use super::dice::Dice;
use super::facts::{Sprint, SprintMember, WorkItemId};
use super::planning::choose_one;
use super::words;
use super::world::World;

/// Begins a sprint where none runs, and takes more into one that has nothing left.
pub(super) fn run_sprint(world: &mut World, crew: usize, present: &[usize], day: Day, dice: &mut Dice) {
    let lead = world.staff.leads[crew];
    let by = if present.contains(&lead) { lead } else { present[0] };
    if world.crews[crew].sprint.is_none() {
        start_sprint(world, crew, present, (by, day), dice);
    } else if world.crews[crew].habit == Habit::Scrum && within_reach(world, crew, present, day) < 4 {
        let Some((at, last)) = world.crews[crew].sprint.filter(|(_, last)| day + 1 < *last) else { return };
        let from = world.company.sprints[at].start_at.as_second().max(day * DAY);
        if let Some((job, moment)) = choose_one(world, crew, (by, from), dice).filter(|_| day < last) {
            admit(world, crew, job.item, Some(moment));
        }
    }
}

/// How much of what is chosen somebody who is there could take.
fn within_reach(world: &World, crew: usize, present: &[usize], day: Day) -> usize {
    let anybody = |job: &Job| present.iter().any(|who| world.may(*who, job, day));
    world.crews[crew].chosen.iter().filter(|job| anybody(job)).count()
}

/// Begins a sprint with what the last one left and what the team thinks that it can do.
fn start_sprint(world: &mut World, crew: usize, present: &[usize], (by, day): (usize, Day), dice: &mut Dice) {
    let habit = world.crews[crew].habit;
    let Some(first) = world.staff.hands[by].next(day * DAY, 30, dice).filter(|at| *at <= world.now) else { return };
    let mut moment = first;
    let carried = carried(world, crew);
    let room = (present.len() * if habit == Habit::Scrum { 3 } else { 5 } / 2).saturating_sub(carried.len());
    let mut items: Vec<WorkItemId> = carried;
    for job in world.crews[crew].chosen.iter().chain(&world.crews[crew].urgent).filter(|_| habit == Habit::Scrum) {
        if !items.contains(&job.item) {
            items.push(job.item);
            moment = moment.max(world.company.items[job.item.at()].created_at().as_second() + 60);
        }
    }
    for _ in 0..room.saturating_sub(world.crews[crew].chosen.len()) {
        let Some((job, at)) = choose_one(world, crew, (by, day * DAY), dice) else { break };
        items.push(job.item);
        moment = moment.max(at + 60);
    }
    if moment > world.now {
        return;
    }
    items.retain(|item| world.company.items[item.at()].resolved_at().is_none_or(|at| at > instant(moment)));
    world.crews[crew].sprints += 1;
    let name = format!("{} {}", world.company.teams[crew].name, world.crews[crew].sprints);
    let monday = day - (weekday(day) - 1);
    let mut last = monday + habit.rhythm() - 3;
    while !is_open(last) && last > day {
        last -= 1;
    }
    let planned = last * DAY + 15 * 3600;
    let members =
        items.into_iter().map(|item| SprintMember { item, added_at: instant(moment), removed_at: None }).collect();
    world.crews[crew].sprint = Some((world.company.sprints.len(), last));
    world.company.sprints.push(Sprint {
        team: world.crews[crew].team,
        name,
        goal: words::epic(dice),
        start_at: instant(moment),
        planned_end_at: instant(planned),
        completed_at: None,
        members,
    });
}

/// What the team's last sprint held at its end and had not finished.
fn carried(world: &World, crew: usize) -> Vec<WorkItemId> {
    let team = world.crews[crew].team;
    let Some(last) = world.company.sprints.iter().rev().find(|sprint| sprint.team == team) else { return Vec::new() };
    let Some(closed) = last.completed_at else { return Vec::new() };
    let held = last.members.iter().filter(|member| member.removed_at.is_none()).map(|member| member.item);
    held.filter(|item| world.company.items[item.at()].resolved_at().is_none_or(|at| at > closed)).collect()
}

/// Closes the running sprint: on time where the team means it, days later where it does not.
pub(super) fn end_sprint(world: &mut World, crew: usize, day: Day) {
    let Some((at, _)) = world.crews[crew].sprint.take() else { return };
    let sprint = &mut world.company.sprints[at];
    let late = if world.crews[crew].habit == Habit::Mixed {
        (day * DAY + 60).max(sprint.planned_end_at.as_second())
    } else {
        0
    };
    sprint.completed_at = Some(instant(sprint.planned_end_at.as_second().max(late)));
}

/// Takes an item into the running sprint on the way, if there is one.
pub(super) fn admit(world: &mut World, crew: usize, item: WorkItemId, at: Option<Moment>) {
    let written = world.company.items[item.at()].created_at().as_second();
    let Some((sprint, _)) = world.crews[crew].sprint else { return };
    let sprint = &mut world.company.sprints[sprint];
    let moment = at.unwrap_or(written + 30).max(sprint.start_at.as_second());
    if moment >= sprint.planned_end_at.as_second() {
        return;
    }
    sprint.members.push(SprintMember { item, added_at: instant(moment), removed_at: None });
}
