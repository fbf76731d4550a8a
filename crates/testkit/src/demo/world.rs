//! The company lives: day by day teams write down work, choose it, take it and finish it. What happens after the plan's last moment
//! has not happened. This file holds the state and turns what was planned into facts; [`super::planning`] fills boards.

use std::collections::{BTreeMap, BinaryHeap};

use std::cmp::Reverse;

use super::board::{Crew, Habit, Job, Stage, status};
use super::calendar::{DAY, Day, Moment, day_of, instant};
use super::course::{self, Asked, Course, Setting};
use super::dice::Dice;
use super::facts::{
    ChangeId, ChangeRequest, ChangeState, Commit, CommitIx, CommitPlace, Edit, IncidentId, ItemType, Knowers,
    MergeMethod, Op, PersonId, RepositoryId, Review, Shape, Transition, WorkItemId,
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
            let mut able: Vec<usize> = present.iter().copied().filter(|who| self.may(*who, &job)).collect();
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
        for (urgent, at) in self.candidates(crew, doer, dice) {
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
    fn candidates(&self, crew: usize, doer: usize, dice: &mut Dice) -> Vec<(bool, usize)> {
        let (hand, board) = (&self.staff.hands[doer], &self.crews[crew]);
        let home = |job: &Job| hand.homes.contains(&(job.repository as u32, job.area));
        let mut found: Vec<(bool, usize)> = Vec::new();
        found.extend(
            (0..board.urgent.len().min(3)).filter(|at| self.may(doer, &board.urgent[*at])).map(|at| (true, at)),
        );
        let next: Vec<usize> =
            (0..board.chosen.len().min(12)).filter(|at| self.may(doer, &board.chosen[*at])).collect();
        let curious = dice.chance(12);
        let (known, new): (Vec<usize>, Vec<usize>) =
            next.into_iter().partition(|at| home(&board.chosen[*at]) != curious);
        found.extend(known.into_iter().chain(new).take(3).map(|at| (false, at)));
        found
    }

    /// What one person alone knows stays theirs while they are here; what everybody fears is left to those who know it.
    fn may(&self, doer: usize, job: &Job) -> bool {
        let repository = &self.company.repositories[job.repository];
        if let Knowers::Only(person) = repository.areas[usize::from(job.area)].knowers {
            let started = self.company.items[job.item.at()].created_at().as_second().div_euclid(DAY);
            return person.at() == doer || self.staff.hands[person.at()].last < started;
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
            reverts: self.to_revert(item.incident, job.item),
        };
        let course = course::plan(&setting, job, doer, start, &mut dice)?;
        let gone = course.asked.iter().any(|asked| asked.end.div_euclid(DAY) > hand.last);
        (!gone).then_some(course)
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
        self.add_change(PersonId::of(doer), job.repository, Some(job.item), branch, asked);
    }

    /// Adds a change request with its commits, as far as they have happened.
    pub(super) fn add_change(
        &mut self,
        author: PersonId,
        repository: usize,
        item: Option<WorkItemId>,
        branch: String,
        asked: &Asked,
    ) {
        if asked.opened > self.now {
            return;
        }
        let id = ChangeId::of(self.company.changes.len());
        let ended = asked.end <= self.now;
        let state = match asked.merger {
            _ if !ended => ChangeState::Open,
            Some(_) => ChangeState::Merged,
            None => ChangeState::Closed,
        };
        let merge = self.company.repositories[repository].merges;
        let merged = state == ChangeState::Merged;
        let reviews = asked.looks.iter().filter(|look| look.at <= self.now);
        let reviews: Vec<Review> = reviews
            .map(|look| Review {
                reviewer: PersonId::of(look.reviewer),
                state: look.state,
                at: instant(look.at),
                comments: look.comments,
            })
            .collect();
        let mut change = ChangeRequest {
            repository: RepositoryId::of(repository),
            number: 0,
            title: asked.title.clone(),
            branch,
            author,
            opened_at: instant(asked.opened),
            ready_at: (asked.ready <= self.now).then(|| instant(asked.ready)),
            state,
            merged_at: merged.then(|| instant(asked.end)),
            closed_at: ended.then(|| instant(asked.end)),
            merged_by: asked.merger.filter(|_| merged).map(PersonId::of),
            merge,
            commits: Vec::new(),
            landed: None,
            items: item.into_iter().collect(),
            reviews,
        };
        if merged || (state == ChangeState::Open && asked.merger.is_some()) {
            self.commit(&mut change, id, asked);
        }
        if merged {
            self.yards[repository].merged.push(Reverse((asked.end, id)));
            self.expect_fault(id, repository, asked, item);
        }
        self.company.changes.push(change);
    }

    fn commit(&mut self, change: &mut ChangeRequest, id: ChangeId, asked: &Asked) {
        let author = change.author;
        let offset = |at: Moment| self.staff.hands.get(author.at()).map_or(0, |hand| hand.offset_minutes(at));
        let squash = change.merge == MergeMethod::Squash && change.state == ChangeState::Merged;
        let mut commits: Vec<Commit> = Vec::new();
        for stroke in asked.strokes.iter().filter(|stroke| stroke.at <= self.now) {
            let co_authors = stroke.pair.map(PersonId::of).into_iter().collect();
            let mut commit = blank(author, stroke.at, offset(stroke.at), CommitPlace::Branch);
            commit.co_authors = co_authors;
            commit.subject.clone_from(&stroke.subject);
            commit.edits.clone_from(&stroke.edits);
            commit.change = Some(id);
            commits.push(commit);
        }
        if squash {
            let whole = self.squash(author, asked.end, &commits);
            commits = vec![whole];
        }
        let repository = &mut self.company.repositories[change.repository.at()];
        for commit in commits {
            note_files(&mut repository.areas, &commit.edits);
            change.commits.push(CommitIx::of(repository.commits.len()));
            repository.commits.push(commit);
        }
        if change.state == ChangeState::Merged {
            change.landed = change.commits.last().copied();
        }
        if change.state == ChangeState::Merged && !squash {
            let by = change.merged_by.unwrap_or(author);
            let minutes = self.staff.hands.get(by.at()).map_or(0, |hand| hand.offset_minutes(asked.end));
            let mut merge = blank(by, asked.end, minutes, CommitPlace::Merge);
            merge.committer = None;
            merge.change = Some(id);
            change.landed = Some(CommitIx::of(repository.commits.len()));
            repository.commits.push(merge);
        }
    }

    /// One commit in place of those of a branch, dated by its author when the last of them was written.
    fn squash(&self, author: PersonId, end: Moment, commits: &[Commit]) -> Commit {
        let mut whole = blank(author, end, 0, CommitPlace::Squashed);
        whole.committer = None;
        for commit in commits {
            (whole.authored_at, whole.offset_minutes) = (commit.authored_at, commit.offset_minutes);
            whole.change = commit.change;
            whole.body.push_str(&format!("* {}\n", commit.subject));
            whole.co_authors.extend(&commit.co_authors);
            whole.edits.extend(&commit.edits);
        }
        let day = whole.authored_at.as_second().div_euclid(DAY);
        whole.co_authors.sort_unstable();
        whole.co_authors.dedup();
        whole.co_authors.retain(|other| self.staff.hands[other.at()].works(day));
        whole
    }

    /// Changes of what is changed often bring more faults.
    fn expect_fault(&mut self, id: ChangeId, repository: usize, asked: &Asked, item: Option<WorkItemId>) {
        let Some(edit) = asked.strokes.first().and_then(|stroke| stroke.edits.first()).copied() else { return };
        let churn = self.yards[repository].churn.entry((edit.area, edit.file)).or_default();
        *churn += 1;
        let churn = *churn;
        let kind = item.map(|item| self.company.items[item.at()].kind);
        let mut dice = Dice::of(self.plan.seed, "fault", u64::from(id.0));
        let risky = matches!(kind, Some(ItemType::Feature | ItemType::Debt | ItemType::Bug));
        if risky
            && matches!(edit.op, Op::Grow | Op::Fix | Op::Refactor | Op::Split(_))
            && dice.chance(9 + churn.min(60) / 3)
        {
            let day = asked.end.div_euclid(DAY) + 1 + dice.skewed(80) as i64;
            let fault = Fault { repository, area: edit.area, file: edit.file, cause: id };
            self.faults.entry(day).or_default().push(fault);
        }
    }
}

/// Makes sure that areas know of every file that something was done to.
pub(super) fn note_files(areas: &mut [super::facts::Area], edits: &[Edit]) {
    for edit in edits {
        let area = &mut areas[usize::from(edit.area)];
        let new = if let Op::Split(file) = edit.op { file } else { edit.file };
        area.files = area.files.max(new + 1);
    }
}

/// A commit that says and does nothing yet.
pub(super) fn blank(author: PersonId, at: Moment, offset_minutes: i16, place: CommitPlace) -> Commit {
    Commit {
        author,
        co_authors: Vec::new(),
        committer: Some(author),
        authored_at: instant(at),
        committed_at: instant(at),
        offset_minutes,
        subject: String::new(),
        body: String::new(),
        place,
        parents: Vec::new(),
        change: None,
        edits: Vec::new(),
        id: None,
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
