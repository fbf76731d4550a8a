//! The way of one item from somebody's taking it to its being done: days of work, waiting, change requests, reviews, merges. A course
//! is planned as a whole, with each person's own days, and only then becomes facts; one that a person could not finish is not begun.

use super::board::{Habit, Job, Stage};
use super::calendar::{DAY, Moment};
use super::dice::Dice;
use super::facts::{Area, Edit, ItemType, Op, Repository, ReviewState};
use super::firm::Hand;
use super::words;

/// A commit to be.
#[derive(Debug)]
pub(super) struct Stroke {
    pub(super) at: Moment,
    pub(super) pair: Option<usize>,
    pub(super) edits: Vec<Edit>,
    pub(super) subject: String,
}

/// A review to be.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) reviewer: usize,
    pub(super) state: ReviewState,
    pub(super) at: Moment,
    pub(super) comments: u16,
}

/// A change request to be.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) repository: usize,
    pub(super) title: String,
    pub(super) opened: Moment,
    pub(super) ready: Moment,
    pub(super) strokes: Vec<Stroke>,
    pub(super) looks: Vec<Look>,
    /// When it ends: merged by somebody, or given up.
    pub(super) end: Moment,
    pub(super) merger: Option<usize>,
}

/// Everything that happens to an item from its start.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) steps: Vec<(Stage, Moment, usize)>,
    pub(super) asked: Vec<Asked>,
    /// When whoever took it can take the next.
    pub(super) free: Moment,
}

/// What a course is planned from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) hands: &'a [Hand],
    /// Who of the team is at work on the day.
    pub(super) present: &'a [usize],
    pub(super) habit: Habit,
    pub(super) lead: usize,
    pub(super) repository: &'a Repository,
    pub(super) kind: ItemType,
    pub(super) title: &'a str,
    /// The other repository that work of this kind may need, with the area.
    pub(super) elsewhere: Option<(usize, u16, &'a Repository)>,
    /// What an urgent fix takes back, if it does so.
    pub(super) reverts: Option<super::facts::CommitIx>,
}

/// Plans the course of `job` in the hands of `doer` from `start` on. Nothing when somebody would not be there to finish it.
pub(super) fn plan(setting: &Setting<'_>, job: &Job, doer: usize, start: Moment, dice: &mut Dice) -> Option<Course> {
    let mut course = Course::default();
    course.steps.push((Stage::Active, start, doer));
    let mut now = start;
    let codes = match setting.kind {
        ItemType::Spike => dice.chance(30),
        ItemType::Task => dice.chance(75),
        _ => true,
    };
    let area = &setting.repository.areas[usize::from(job.area)];
    if codes && dice.chance(3) && job.days > 1 {
        now = false_start(setting, job, area, doer, now, &mut course, dice)?;
    }
    now = round(setting, job, area, doer, (now, job.days, codes), &mut course, dice)?;
    if let Some((repository, area, code)) = setting.elsewhere.filter(|_| codes && dice.chance(35)) {
        let there = Job { repository, area, file: job.file % 2, ..*job };
        let other = Setting { repository: code, ..*setting };
        let begun = setting.hands[doer].next(now, 200, dice)?;
        course.steps.push((Stage::Active, begun, doer));
        now = round(&other, &there, &code.areas[usize::from(area)], doer, (begun, 1, true), &mut course, dice)?;
    }
    if codes && setting.kind != ItemType::Incident && dice.chance(6) {
        let back = setting.hands[setting.lead].next(now, 300, dice)?;
        course.steps.push((Stage::Active, back, setting.lead));
        let again = setting.hands[doer].next(back, 90, dice)?;
        now = round(setting, job, area, doer, (again, 1, true), &mut course, dice)?;
    }
    let judge = if dice.chance(60) { setting.lead } else { doer };
    let done = setting.hands[judge].next(now, if setting.habit == Habit::Mixed { 30 } else { 260 }, dice)?;
    course.steps.push((Stage::Done, done, judge));
    Some(course)
}

/// Work on the item, and where there is code a change request; gives the moment at which nothing but the acceptance is missing.
fn round(
    setting: &Setting<'_>,
    job: &Job,
    area: &Area,
    doer: usize,
    (start, days, codes): (Moment, i64, bool),
    course: &mut Course,
    dice: &mut Dice,
) -> Option<Moment> {
    let hand = &setting.hands[doer];
    let mut strokes = Vec::new();
    let mut now = start;
    for day in 0..days {
        if day > 0 {
            now = hand.next((now.div_euclid(DAY) + 1) * DAY, 120, dice)?;
        }
        if day == days / 2 && dice.chance(9) && setting.kind != ItemType::Incident {
            now = wait(hand, doer, now, course, dice)?;
        }
        let last = day + 1 == days;
        if codes && (last || (strokes.len() < 6 && dice.chance(72))) {
            now = hand.next(now, 150, dice)?;
            strokes.push(stroke(setting, job, area, doer, now, strokes.len(), dice));
        }
    }
    course.free = now + 1800;
    if !codes {
        return hand.next(now, 200, dice);
    }
    let asked = ask(setting, job, area, doer, strokes, course, dice)?;
    let end = asked.end;
    course.asked.push(asked);
    if end > course.free && dice.chance(90) {
        course.steps.push((Stage::Ready, end, setting.hands.len()));
    }
    Some(end)
}

/// The item lies, the person does something else for most of the time.
fn wait(hand: &Hand, doer: usize, now: Moment, course: &mut Course, dice: &mut Dice) -> Option<Moment> {
    course.steps.push((Stage::Blocked, now, doer));
    let mut back = now;
    for _ in 0..dice.within(1, 6) {
        back = hand.next((back.div_euclid(DAY) + 1) * DAY, 100, dice)?;
    }
    course.steps.push((Stage::Active, back, doer));
    Some(back)
}

/// A change request that is given up after a first look.
fn false_start(
    setting: &Setting<'_>,
    job: &Job,
    area: &Area,
    doer: usize,
    now: Moment,
    course: &mut Course,
    dice: &mut Dice,
) -> Option<Moment> {
    let hand = &setting.hands[doer];
    let opened = hand.next(now, 180, dice)?;
    let mut looks = Vec::new();
    let mut end = hand.next(opened + DAY, 200, dice)?;
    if let Some(reviewer) = reviewers(setting, job, area, (doer, opened), dice).first() {
        let at = setting.hands[*reviewer].next(opened, 300, dice)?;
        let comments = dice.within(1, 5) as u16;
        looks.push(Look { reviewer: *reviewer, state: ReviewState::Commented, at, comments });
        end = hand.next(at, 200, dice)?;
    }
    let title = format!("Try: {}", setting.title);
    course.asked.push(Asked {
        repository: job.repository,
        title,
        opened,
        ready: opened,
        strokes: Vec::new(),
        looks,
        end,
        merger: None,
    });
    Some(end)
}

fn ask(
    setting: &Setting<'_>,
    job: &Job,
    area: &Area,
    doer: usize,
    mut strokes: Vec<Stroke>,
    course: &mut Course,
    dice: &mut Dice,
) -> Option<Asked> {
    let hand = &setting.hands[doer];
    let built = strokes.last()?.at;
    let draft = dice.chance(15) && strokes.len() > 1;
    let opened = if draft { strokes[0].at + 900 } else { built + 300 + dice.within(0, 1500) };
    let ready = if draft { built + 600 } else { opened };
    course.steps.push((Stage::Review, ready, doer));
    let chosen = reviewers(setting, job, area, (doer, ready), dice);
    let (mut looks, mut now) = (Vec::new(), ready);
    for (turn, reviewer) in chosen.iter().enumerate() {
        let other = &setting.hands[*reviewer];
        let slow = if dice.chance(25) { dice.within(0, 2) * DAY } else { 0 };
        let mut at = other.next(now + slow, if dice.chance(50) { 90 } else { 420 }, dice)?;
        let alone = matches!(area.knowers, super::facts::Knowers::Only(person) if person.at() == doer);
        let rounds = if turn == 0 && !alone && dice.chance(34) { 1 + usize::from(dice.chance(20)) } else { 0 };
        for _ in 0..rounds {
            let comments = dice.within(1, 9) as u16;
            looks.push(Look { reviewer: *reviewer, state: ReviewState::ChangesRequested, at, comments });
            let answer = hand.next(at, 240, dice)?;
            strokes.push(answer_stroke(job, area, answer, strokes.len(), dice));
            at = other.next(answer, 200, dice)?;
        }
        if rounds == 0 && turn == 0 && !alone && dice.chance(15) {
            let state = ReviewState::Commented;
            looks.push(Look { reviewer: *reviewer, state, at, comments: dice.within(1, 4) as u16 });
            at = other.next(at + 1200, 200, dice)?;
        }
        let comments = if alone { 0 } else { dice.skewed(5) as u16 };
        looks.push(Look { reviewer: *reviewer, state: ReviewState::Approved, at, comments });
        now = at;
    }
    let merger = if dice.chance(70) { doer } else { chosen.last().copied().unwrap_or(doer) };
    let end = setting.hands[merger].next(now + 60, if dice.chance(70) { 60 } else { 360 }, dice)?;
    let title = setting.title.to_owned();
    let repository = job.repository;
    Some(Asked { repository, title, opened, ready, strokes, looks, end, merger: Some(merger) })
}

/// Whoever is there within days and knows the area, mostly one, at times two; none where the author is alone.
fn reviewers(
    setting: &Setting<'_>,
    job: &Job,
    area: &Area,
    (doer, asked): (usize, Moment),
    dice: &mut Dice,
) -> Vec<usize> {
    let place = (job.repository as u32, job.area);
    let soon =
        |at: usize| setting.hands[at].next(asked, 60, &mut dice.clone()).is_some_and(|next| next < asked + 5 * DAY);
    let others = setting.present.iter().copied().filter(|at| *at != doer && setting.hands[*at].codes && soon(*at));
    let others: Vec<usize> = others.collect();
    let others = others.into_iter();
    let (mut know, mut rest): (Vec<usize>, Vec<usize>) =
        others.partition(|at| setting.hands[*at].knows.contains(&place));
    dice.shuffle(&mut know);
    dice.shuffle(&mut rest);
    if dice.chance(35) {
        std::mem::swap(&mut know, &mut rest);
    }
    know.append(&mut rest);
    let feared = setting.kind == ItemType::Incident && dice.chance(20);
    let wanted = if feared { 0 } else { 1 + usize::from(dice.chance(22) && area.heat > 10) };
    know.truncate(wanted);
    know
}

fn stroke(
    setting: &Setting<'_>,
    job: &Job,
    area: &Area,
    doer: usize,
    at: Moment,
    number: usize,
    dice: &mut Dice,
) -> Stroke {
    let others: Vec<usize> = setting.present.iter().copied().filter(|it| *it != doer).collect();
    let day = at.div_euclid(DAY);
    let alone = matches!(area.knowers, super::facts::Knowers::Only(_));
    let pair = (!alone && !others.is_empty() && dice.chance(9)).then(|| *dice.pick(&others));
    let pair = pair.filter(|it| setting.hands[*it].codes && setting.hands[*it].works(day));
    let edits = edits(setting, job, area, number, dice);
    Stroke { at, pair, edits, subject: words::step(dice, number) }
}

fn answer_stroke(job: &Job, area: &Area, at: Moment, number: usize, dice: &mut Dice) -> Stroke {
    let op = if area.language == super::facts::Language::Yaml || dice.chance(70) { Op::Fix } else { Op::Test };
    let edits = vec![Edit { area: job.area, file: job.file, op }];
    Stroke { at, pair: None, edits, subject: words::step(dice, number) }
}

/// What one commit of an item of this kind does, and where.
fn edits(setting: &Setting<'_>, job: &Job, area: &Area, number: usize, dice: &mut Dice) -> Vec<Edit> {
    if let (Some(commit), 0) = (setting.reverts, number) {
        return vec![Edit { area: job.area, file: job.file, op: Op::Revert(commit) }];
    }
    let here = |file: u16, op: Op| Edit { area: job.area, file, op };
    let another = dice.skewed(usize::from(area.files)) as u16;
    let mut edits = match setting.kind {
        ItemType::Bug | ItemType::Incident => vec![here(job.file, Op::Fix)],
        ItemType::Spike => vec![here(0, Op::Decision)],
        ItemType::Debt => match dice.below(10) {
            0 => vec![here(another.max(2), Op::Rename)],
            1 | 2 if number == 0 => vec![here(job.file, Op::Split(area.files))],
            3 => vec![here(0, Op::Document)],
            _ => vec![here(job.file, Op::Refactor), here(another, Op::Refactor)],
        },
        ItemType::Task => match dice.below(10) {
            0 | 1 => vec![here(0, Op::Pipeline)],
            2 | 3 => vec![here(0, Op::Document)],
            4 => vec![here(0, Op::Dependency), here(job.file, Op::Fix)],
            5 => vec![here(0, Op::Decision)],
            6 => vec![here(job.file, Op::Test), here(another, Op::Test)],
            _ => vec![here(job.file, Op::Grow)],
        },
        ItemType::Feature | ItemType::Epic if number == 0 && dice.chance(12) => {
            vec![here(area.files, Op::Grow), here(job.file, Op::Fix)]
        }
        ItemType::Feature | ItemType::Epic => vec![here(job.file, Op::Grow)],
    };
    if matches!(setting.kind, ItemType::Feature | ItemType::Bug) {
        if dice.chance(40) {
            edits.push(here(another, if setting.kind == ItemType::Bug { Op::Fix } else { Op::Grow }));
        }
        if let Some(partner) = area.partner.filter(|_| dice.chance(45)) {
            edits.push(Edit { area: partner, file: job.file.min(2), op: Op::Fix });
        }
        if dice.chance(3) {
            edits.push(here(0, Op::Dependency));
        }
        if dice.chance(4) {
            edits.push(here(0, Op::Document));
        }
    }
    edits
}
