//! The company lives: day by day teams write down work, choose it, take it and finish it. What happens after the plan's last moment
//! has not happened. This file holds the state and turns what was planned into facts; [`super::planning`] fills boards.

use std::collections::{BTreeMap, BinaryHeap};

use std::cmp::Reverse;

use super::board::{Crew, Habit, Job, Stage, status};
use super::calendar::{DAY, Day, Moment, day_of, instant};
use super::course::{self, Asked, Course, Setting};
use super::dice::Dice;
use super::facts::{
    ChangeId, CommitIx, IncidentId, ItemType, Knowers, PersonId, Repository, Shape, Transition, WorkItemId,
};
use super::firm::Staff;
use super::{Company, Plan, estate, firm, landing, planning, rollout, upkeep};

/// A fault that somebody will notice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    pub(super) repository: usize,
    pub(super) area: u16,
    pub(super) file: u16,
    pub(super) cause: ChangeId,
}

/// What has landed in a repository and is not with users yet, and how often each file was changed.
#[derive(Debug, Default)]
pub(super) struct Yard {
    pub(super) merged: BinaryHeap<Reverse<(Moment, ChangeId)>>,
    pub(super) churn: BTreeMap<(u16, u16), u32>,
    pub(super) version: (u32, u32),
    pub(super) released: Day,
}

/// The company while it lives.
#[derive(Debug)]
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) start: Day,
    pub(super) end: Day,
    /// Nothing later has happened.
    pub(super) now: Moment,
    pub(super) company: Company,
    pub(super) staff: Staff,
    pub(super) crews: Vec<Crew>,
    pub(super) yards: Vec<Yard>,
    pub(super) faults: BTreeMap<Day, Vec<Fault>>,
}

/// Lives the whole plan.
pub(super) fn live(plan: &Plan) -> Company {
    let end = day_of(plan.until);
    let start = end - i64::from(plan.years.max(1)) * 365;
    let mut company = Company::empty(*plan);
    let staff = firm::hire(plan, &mut company, start, end);
    estate::build(plan, &mut company, &staff);
    let yards = company.repositories.iter().map(|_| Yard { released: start, ..Yard::default() }).collect();
    let now = end * DAY + 17 * 3600;
    let crews = Vec::new();
    let mut world = World { plan: *plan, start, end, now, company, staff, crews, yards, faults: BTreeMap::new() };
    world.crews = planning::crews(&mut world);
    upkeep::found(&mut world);
    for day in start..=end {
        world.live_day(day);
    }
    planning::close_epics(&mut world);
    landing::settle(&mut world);
    world.company
}

impl World {
    fn live_day(&mut self, day: Day) {
        upkeep::on_day(self, day);
        rollout::on_day(self, day);
        for crew in 0..self.crews.len() {
            let present = self.present(crew, day);
            if present.is_empty() {
                continue;
            }
            planning::on_day(self, crew, &present, day);
            self.take_work(crew, &present, day);
        }
    }

    /// Who of a team is at work on a day.
    pub(super) fn present(&self, crew: usize, day: Day) -> Vec<usize> {
        let hands = &self.staff.hands;
        let there = |at: &usize| hands[*at].crew_on(day) == crew && hands[*at].works(day);
        self.crews[crew].people.iter().copied().filter(there).collect()
    }

    fn take_work(&mut self, crew: usize, present: &[usize], day: Day) {
        let mut dice = Dice::of(self.plan.seed, "take", (day as u64) << 20 | crew as u64);
        self.drop_everything(crew, present, day);
        for doer in present.iter().copied() {
            let hand = &self.staff.hands[doer];
            let busy = hand.free_from.div_euclid(DAY) > day;
            let leads = self.staff.leads.contains(&doer) && dice.chance(45);
            if !hand.codes || busy || leads {
                continue;
            }
            self.take_one(crew, present, doer, day, &mut dice);
        }
    }

    /// What an incident needs is done by whoever knows the place, and is there, whatever else they have in hand.
    fn drop_everything(&mut self, crew: usize, present: &[usize], day: Day) {
        for at in (0..self.crews[crew].urgent.len()).rev() {
            let job = self.crews[crew].urgent[at];
            if self.company.items[job.item.at()].incident.is_none() {
                continue;
            }
            let place = (job.repository as u32, job.area);
            let mut able: Vec<usize> = present.iter().copied().filter(|who| self.may(*who, &job, day)).collect();
            able.sort_by_key(|who| (!self.staff.hands[*who].knows.contains(&place), *who as u32 % 5, *who));
            for doer in able {
                let busy = std::mem::take(&mut self.staff.hands[doer].free_from);
                let course = self.plan_course(crew, present, doer, &job, day);
                self.staff.hands[doer].free_from = busy;
                if let Some(mut course) = course {
                    course.free = course.free.max(busy);
                    self.crews[crew].urgent.remove(at);
                    self.carry_out(crew, doer, &job, &course);
                    break;
                }
            }
        }
    }

    fn take_one(&mut self, crew: usize, present: &[usize], doer: usize, day: Day, dice: &mut Dice) {
        for (urgent, at) in self.candidates(crew, doer, day, dice) {
            let queue = if urgent { &self.crews[crew].urgent } else { &self.crews[crew].chosen };
            let job = queue[at];
            let Some(course) = self.plan_course(crew, present, doer, &job, day) else { continue };
            let queue = if urgent { &mut self.crews[crew].urgent } else { &mut self.crews[crew].chosen };
            queue.remove(at);
            self.carry_out(crew, doer, &job, &course);
            return;
        }
    }

    /// What somebody could take, best first: what burns, then what they know, then what is next.
    fn candidates(&self, crew: usize, doer: usize, day: Day, dice: &mut Dice) -> Vec<(bool, usize)> {
        let (hand, board) = (&self.staff.hands[doer], &self.crews[crew]);
        let home = |job: &Job| hand.homes.contains(&(job.repository as u32, job.area));
        let mut found: Vec<(bool, usize)> = Vec::new();
        found.extend(
            (0..board.urgent.len().min(3)).filter(|at| self.may(doer, &board.urgent[*at], day)).map(|at| (true, at)),
        );
        let next: Vec<usize> =
            (0..board.chosen.len().min(24)).filter(|at| self.may(doer, &board.chosen[*at], day)).collect();
        let curious = dice.chance(18);
        let (known, new): (Vec<usize>, Vec<usize>) =
            next.into_iter().partition(|at| home(&board.chosen[*at]) != curious);
        found.extend(known.into_iter().chain(new).take(3).map(|at| (false, at)));
        found
    }

    /// What one person alone knows stays theirs while they are here; what everybody fears is left to those who know it.
    pub(super) fn may(&self, doer: usize, job: &Job, day: Day) -> bool {
        let repository = &self.company.repositories[job.repository];
        if let Knowers::Only(person) = repository.areas[usize::from(job.area)].knowers {
            return person.at() == doer || self.staff.hands[person.at()].last < day;
        }
        repository.shape != Shape::Legacy
            || self.staff.hands[doer].knows.contains(&(job.repository as u32, job.area))
            || job.item.0.is_multiple_of(11)
    }

    fn plan_course(&self, crew: usize, present: &[usize], doer: usize, job: &Job, day: Day) -> Option<Course> {
        let item = &self.company.items[job.item.at()];
        let board = &self.crews[crew];
        let mut dice = Dice::of(self.plan.seed, "course", u64::from(job.item.0) << 16 | doer as u64);
        let hand = &self.staff.hands[doer];
        let written = item.transitions.last().map_or(0, |last| last.at.as_second());
        let sprint = board.sprint.map_or(0, |(at, _)| self.company.sprints[at].start_at.as_second());
        let from = written.max(sprint).max(hand.free_from).max(day * DAY) + 300;
        let start = hand.next(from, 70, &mut dice)?;
        let late = board.sprint.is_some_and(|(at, _)| start >= self.company.sprints[at].planned_end_at.as_second());
        if board.habit == Habit::Scrum && board.sprint.is_none() {
            return None;
        }
        if start > self.now || start.div_euclid(DAY) > day + 1 || (late && board.habit == Habit::Scrum) {
            return None;
        }
        let lead = self.staff.leads[crew];
        let setting = Setting {
            hands: &self.staff.hands,
            present,
            habit: board.habit,
            lead,
            repository: &self.company.repositories[job.repository],
            kind: item.kind,
            title: &item.title,
            elsewhere: self.elsewhere(job, item.kind),
            reverts: self.to_revert(item.incident, job.item),
        };
        let course = course::plan(&setting, job, doer, start, &mut dice)?;
        let gone = course.asked.iter().any(|asked| asked.end.div_euclid(DAY) > hand.last);
        (!gone).then_some(course)
    }

    /// What an app shows comes from the services: new work on one often needs the other.
    fn elsewhere(&self, job: &Job, kind: ItemType) -> Option<(usize, u16, &Repository)> {
        let from = &self.company.repositories[job.repository];
        if from.shape != Shape::Mobile || kind != ItemType::Feature {
            return None;
        }
        let at = self.company.repositories.iter().position(|code| code.shape == Shape::Monorepo)?;
        let code = &self.company.repositories[at];
        let area = code.areas.iter().position(|area| area.name == "notices")?;
        Some((at, area as u16, code))
    }

    /// A third of the incidents ends by taking the change back.
    fn to_revert(&self, incident: Option<IncidentId>, item: WorkItemId) -> Option<CommitIx> {
        let cause = self.company.incidents[incident?.at()].caused_by;
        if !item.0.is_multiple_of(3) {
            return None;
        }
        self.company.changes[cause.at()].landed
    }

    /// Writes the planned course down, as far as it has happened.
    fn carry_out(&mut self, crew: usize, doer: usize, job: &Job, course: &Course) {
        self.company.items[job.item.at()].assignee = Some(PersonId::of(doer));
        for (stage, at, by) in &course.steps {
            self.record(crew, job.item, *stage, *at, *by);
        }
        let done = course.steps.last().map_or(Moment::MAX, |(_, at, _)| *at);
        if let Some(incident) = self.company.items[job.item.at()].incident.filter(|_| done <= self.now) {
            let incident = &mut self.company.incidents[incident.at()];
            incident.resolved_at = Some(instant(done));
            incident.mitigated_at = incident.mitigated_at.or(Some(instant(done)));
        }
        let place = (job.repository as u32, job.area);
        for asked in &course.asked {
            for look in &asked.looks {
                self.learn(look.reviewer, place, 40);
            }
        }
        self.learn(doer, place, 100);
        self.staff.hands[doer].free_from = course.free;
        for asked in &course.asked {
            self.open_change(doer, job, asked);
        }
    }

    fn learn(&mut self, who: usize, place: (u32, u16), percent: u64) {
        let hand = &mut self.staff.hands[who];
        let turn = u64::from(place.0) * 31 + u64::from(place.1) * 7 + who as u64 * 13 + hand.free_from as u64;
        if turn % 100 < percent && !hand.knows.contains(&place) {
            hand.knows.push(place);
        }
    }

    /// Moves an item to a stage, if its team has it and it is not in the future.
    pub(super) fn record(&mut self, crew: usize, item: WorkItemId, stage: Stage, at: Moment, by: usize) {
        let Some((name, category)) = status(self.crews[crew].habit, stage).filter(|_| at <= self.now) else { return };
        let item = &mut self.company.items[item.at()];
        let from = item.transitions.last().map(|last| last.to.clone());
        item.transitions.push(Transition { from, to: name.into(), category, at: instant(at), by: PersonId::of(by) });
    }

    fn open_change(&mut self, doer: usize, job: &Job, asked: &Asked) {
        let key = self.company.items[job.item.at()].key.clone();
        let branch = format!(
            "{}/{key}-{}",
            branch_kind(self.company.items[job.item.at()].kind),
            super::words::branch(&asked.title)
        );
        self.add_change(PersonId::of(doer), Some(job.item), branch, asked);
    }
}

fn branch_kind(kind: ItemType) -> &'static str {
    match kind {
        ItemType::Bug => "fix",
        ItemType::Incident => "hotfix",
        ItemType::Feature | ItemType::Epic => "feature",
        ItemType::Task | ItemType::Spike | ItemType::Debt => "task",
    }
}
