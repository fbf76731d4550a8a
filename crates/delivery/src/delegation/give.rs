//! A whole plan given out: its open leaves before the people of its team, and what a second choice would change.

use std::collections::HashSet;

use desk::work::{PersonId, Work};
use desk::{Desk, FieldError, Refusal};

use super::Ask;
use super::case::Field;
use super::dates::Dates;
use super::ground::{Ground, Window};
use super::limits::{May, may};
use super::matter::{Matter, open_plans, plan_named};
use super::records::{Delegation, HandedOver, OFFERED};
use super::room::by_bucket;
use super::stretch::factor;
use super::task::{becomes, half, knows, weakest, window_of};
use super::view::{PlanView, RowView};
use super::whole::{Choice, Given, Infeasible, Preset, Programme, SECONDS};
use crate::calendar::{after, between};
use crate::plan::records::{ItemKind, Plan};

/// Tasks that are given out at once at most.
const MOST: usize = 30;
/// Tasks of which a second choice is looked at.
const SECOND: usize = 10;
/// Days of a bucket.
const BUCKET: i64 = 14;

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// A plan before the people of its team.
pub(super) struct Giving {
    pub matters: Vec<Matter>,
    /// The task of each matter in the plan's network, and its window.
    tasks: Vec<(usize, Window)>,
    pub ground: Ground,
    pub field: Field,
    programme: Programme,
    pub preset: Preset,
    dates: Dates,
    left_out: Vec<String>,
    pub locked: Vec<Option<usize>>,
}

impl Giving {
    pub(super) async fn of(desk: &Desk, work: &Work, ask: &Ask) -> Result<Self, Refusal> {
        let plans = open_plans(desk).await?;
        let named = ask.what.as_deref().or(ask.plan.as_deref()).map(str::trim).filter(|named| !named.is_empty());
        let mine: Vec<_> =
            desk.organisation().teams_of(desk.viewer().person, desk.today()).map(|member| member.team).collect();
        let stored = match named {
            Some(named) => plan_named(&plans, named)?,
            None => plans
                .iter()
                .find(|plan| plan.team.is_some_and(|team| mine.contains(&team)))
                .or(plans.first())
                .ok_or_else(|| wrong("what", "There is no open plan: draft one in planning."))?,
        };
        let team = stored.team.ok_or_else(|| wrong("what", "This plan has no team whose people could be asked."))?;
        let dates = Dates::of(desk, stored.clone()).await?;
        let dates = dates.map_err(|why| wrong("what", format!("{} cannot be given out: {why}.", stored.title)))?;
        let taken = taken(desk).await?;
        let mut left_out = Vec::new();
        let (mut matters, mut tasks) = (Vec::new(), Vec::new());
        let mut more = 0;
        for task in 0..dates.tasks() {
            let (item, code, started) = dates.item(task);
            if item.kind == ItemKind::Milestone {
                continue;
            }
            let matter = Matter::planned(desk, work, stored, item).await?;
            let held =
                started || item.with.is_some() || matter.item.as_ref().is_some_and(|item| item.assignee.is_some());
            if held || taken.contains(&matter.id) {
                left_out.push(format!("{code} {} is in somebody's hands.", matter.handed.title));
            } else if matter.team != Some(team) {
                left_out.push(format!("{code} {} is another team's.", matter.handed.title));
            } else if matters.len() >= MOST {
                more += 1;
            } else {
                let window = window_of(desk.today(), &matter, Some(dates.window(task)));
                tasks.push((task, window));
                matters.push(matter);
            }
        }
        if more > 0 {
            left_out.push(format!("{more} more wait: {MOST} are given out at once."));
        }
        let areas: Vec<String> = matters.iter().flat_map(Matter::names).collect();
        let ground = Ground::of(desk, work, team, &areas).await?;
        let last = tasks.iter().map(|(_, window)| window.1).max().unwrap_or(desk.today());
        let whole = (desk.today(), last.max(after(desk.today(), 13)));
        let plan: &Plan = &stored.body;
        let field = Field {
            tasks: matters
                .iter()
                .zip(&tasks)
                .map(|(matter, (task, _))| ground.task(desk, matter, dates.criticality(*task)))
                .collect(),
            people: ground.candidates(whole, plan.focus),
            cases: matters.iter().map(|matter| ground.cases(desk, matter)).collect(),
        };
        let preset = ask.preset.unwrap_or_default();
        let locked = locks(desk, &ask.lock, &matters, &ground)?;
        let effort = matters.iter().zip(&tasks).map(|(matter, (_, window))| efforts(matter, &ground, *window, whole));
        let programme =
            Programme::of(&field, preset, effort.collect(), rooms(&ground, whole, plan.focus), locked.clone());
        Ok(Self { matters, tasks, ground, field, programme, preset, dates, left_out, locked })
    }

    /// Who takes what.
    pub(super) fn solve(&self) -> Result<Given, Infeasible> {
        self.programme.solve()
    }

    pub(super) fn plan_id(&self) -> &str {
        &self.dates.stored.id
    }

    pub(super) fn told(&self, desk: &Desk) -> PlanView {
        let plan = self.dates.plan();
        let mut told = PlanView {
            id: self.plan_id().to_owned(),
            title: plan.title.clone(),
            preset: self.preset.word().to_owned(),
            left_out: self.left_out.clone(),
            ..PlanView::default()
        };
        let given = match self.solve() {
            Ok(given) => given,
            Err(infeasible) => {
                let name = |task: &usize| {
                    let who = self.locked[*task].map_or("", |place| self.ground.people[place].name.as_str());
                    format!("{} with {who}", self.name(*task))
                };
                let names: Vec<String> = infeasible.relax.iter().map(name).collect();
                told.infeasible = Some(names.join("; "));
                return told;
            }
        };
        told.search = if given.proved {
            "the best that there is".to_owned()
        } else {
            format!("stopped after {SECONDS:.0} s, at most {:.1} % below the best", given.gap * 100.0)
        };
        for (task, choice) in given.choices.iter().enumerate() {
            match choice {
                Some(choice) => told.rows.push(self.row(desk, &given, task, *choice)),
                None => told.unassigned.push((self.name(task), self.why_nobody(task))),
            }
        }
        told.caveats = self.caveats(desk);
        told
    }

    fn caveats(&self, desk: &Desk) -> Vec<String> {
        let mut all = Vec::new();
        let without = self.matters.iter().filter(|matter| matter.areas.is_empty()).count();
        if without > 0 {
            all.push(format!(
                "{without} of {} have no area: room and goals are all there is for them.",
                self.matters.len()
            ));
        }
        if !self.ground.has_goals(desk) {
            all.push(
                "No shared goal: nobody of the team shares one with you, so nothing is said of growth.".to_owned(),
            );
        }
        if !self.ground.absences_known {
            all.push(format!("Absences unknown in {}: everybody is taken to be here.", self.ground.team.name));
        }
        all
    }

    fn name(&self, task: usize) -> String {
        let (_, code, _) = self.dates.item(self.tasks[task].0);
        format!("{code} {}", self.matters[task].handed.title)
    }

    fn row(&self, desk: &Desk, given: &Given, task: usize, choice: Choice) -> RowView {
        let one = &self.ground.people[choice.owner];
        let (case, what) = (&self.field.cases[task][choice.owner], &self.field.tasks[task]);
        let mut reasons = knows(&self.matters[task].names(), case);
        if let Some(goal) = self.ground.goal_of(desk, one, &self.matters[task]) {
            reasons.push(format!("shared goal: {goal}"));
        }
        reasons.extend(becomes(&self.matters[task].names(), &what.knowers, case));
        let item = self.matters[task].planned.as_ref().map_or_else(String::new, |item| item.id.clone());
        RowView {
            item,
            task: self.name(task),
            person: one.name.clone(),
            address: one.address.clone(),
            beside: choice.beside.map(|other| self.ground.people[other].name.clone()),
            reasons,
            instead: if task < SECOND { self.instead(desk, given, task, choice) } else { None },
            settled: self.locked[task].is_some(),
        }
    }

    /// How much longer each task takes with its owner.
    fn factors(&self, choices: &[Option<Choice>]) -> Vec<(usize, f64)> {
        let of = |(task, choice): (usize, &Option<Choice>)| {
            let choice = (*choice)?;
            let case = &self.field.cases[task][choice.owner];
            let longer = if case.knows.is_empty() { 1.0 } else { factor(weakest(case), choice.beside.is_some()) };
            Some((self.tasks[task].0, longer))
        };
        choices.iter().enumerate().filter_map(of).collect()
    }

    /// The next best for a task, solved again without its owner: what changes.
    fn instead(&self, desk: &Desk, given: &Given, task: usize, choice: Choice) -> Option<String> {
        let next = self.programme.without(task, choice.owner)?;
        let Some(other) = next.choices[task] else { return Some("with nobody else".to_owned()) };
        let effect = self.dates.effect(&self.factors(&given.choices), &self.factors(&next.choices));
        let mut said =
            format!("with {} instead: {}", self.ground.people[other.owner].name, effect.said(self.dates.confidence()));
        let (then, now) = (&self.field.cases[task][choice.owner], &self.field.cases[task][other.owner]);
        let areas = self.matters[task].areas.iter().zip(&then.knows).zip(&now.knows);
        for (((area, _), then), now) in areas {
            let one = self.ground.knowers_of(desk, area).len() == 1;
            let knew = |word: &Option<desk::knowledge::Word>| word.is_some_and(desk::knowledge::Word::knows);
            if one && !knew(then) && knew(now) {
                said.push_str(&format!(", `{area}` keeps one knower"));
            }
        }
        Some(said)
    }

    fn why_nobody(&self, task: usize) -> String {
        let people = 0..self.field.people.len();
        let out: Vec<_> = people
            .filter_map(|place| match may(&self.field, task, place) {
                May::Not(why) => Some(why),
                May::Alone | May::Beside(_) => None,
            })
            .collect();
        if out.len() == self.field.people.len() {
            let mut kinds: Vec<_> = out.clone();
            kinds.sort_unstable();
            kinds.dedup();
            let said: Vec<String> =
                kinds.iter().map(|kind| kind.said(out.iter().filter(|one| *one == kind).count())).collect();
            return said.join("; ");
        }
        format!("nobody has room for {} d then", half(days_of(&self.matters[task], &self.ground)))
    }
}

/// Tasks that are offered or handed over already, as far as the viewer can see.
async fn taken(desk: &Desk) -> Result<HashSet<String>, Refusal> {
    let name = |task: &super::records::Handed| {
        let planned = || task.planned.as_ref().map(|(plan, item)| format!("{plan}/{item}"));
        task.item.clone().or_else(planned)
    };
    let open = desk.records().list::<HandedOver>().await?;
    let mut all: HashSet<String> =
        open.iter().filter(|one| one.status == "open").filter_map(|one| name(&one.body.task)).collect();
    let offers = desk.records().list::<Delegation>().await?;
    all.extend(offers.iter().filter(|one| one.status == OFFERED).filter_map(|one| name(&one.body.task)));
    Ok(all)
}

/// `item=person`, each found.
fn locks(desk: &Desk, typed: &[String], matters: &[Matter], ground: &Ground) -> Result<Vec<Option<usize>>, Refusal> {
    let mut all = vec![None; matters.len()];
    for one in typed {
        let (item, person) = one
            .split_once('=')
            .ok_or_else(|| wrong("lock", format!("`{one}` is not ITEM=PERSON, such as card=ben.")))?;
        let item = item.trim();
        let of =
            |matter: &Matter| matter.id == item || matter.planned.as_ref().is_some_and(|planned| planned.id == item);
        let task = matters.iter().position(of).ok_or_else(|| {
            let ids: Vec<&str> =
                matters.iter().filter_map(|matter| Some(matter.planned.as_ref()?.id.as_str())).collect();
            wrong("lock", format!("`{item}` is not among what is given out: {}.", ids.join(", ")))
        })?;
        let found = desk.organisation().find_person(person.trim());
        let id: PersonId = found.map_err(|error| wrong("lock", Refusal::from(error).to_string()))?.id;
        let place = ground.people.iter().position(|one| one.id == id);
        let place = place.ok_or_else(|| wrong("lock", format!("{} is not in {}.", person.trim(), ground.team.name)))?;
        if let Some(slot) = all.get_mut(task) {
            *slot = Some(place);
        }
    }
    Ok(all)
}

fn days_of(matter: &Matter, ground: &Ground) -> f64 {
    matter.need.effort.and_then(|effort| effort.in_days()).map_or(ground.usual.0, |days| days.mean())
}

fn buckets((from, until): Window) -> usize {
    usize::try_from(between(from, until) / BUCKET + 1).unwrap_or(1)
}

/// The effort of a matter in each bucket of `whole`, by the days of its window that lie in it.
fn efforts(matter: &Matter, ground: &Ground, window: Window, whole: Window) -> Vec<f64> {
    let mut all = vec![0.0; buckets(whole)];
    let length = (between(window.0, window.1) + 1).max(1);
    let each = days_of(matter, ground) / length as f64;
    for day in 0..length {
        let at = (between(whole.0, window.0) + day).max(0) / BUCKET;
        let last = all.len().saturating_sub(1);
        if let Some(bucket) = usize::try_from(at).ok().map(|at| at.min(last)).and_then(|at| all.get_mut(at)) {
            *bucket += each;
        }
    }
    all
}

/// The room of everybody in each bucket.
fn rooms(ground: &Ground, whole: Window, focus: f64) -> Vec<Vec<f64>> {
    let starts = (0..buckets(whole)).map(|at| after(whole.0, i32::try_from(at as i64 * BUCKET).unwrap_or(0)));
    let windows: Vec<Window> = starts.map(|start| (start, after(start, 13))).collect();
    let of = |one: &super::ground::Somebody| {
        let days: Vec<f64> = windows.iter().map(|window| ground.days_of(one, *window)).collect();
        by_bucket(&days, focus, ground.committed_of(one))
    };
    ground.people.iter().map(of).collect()
}

/// The plan that a question asks for, given out.
pub(super) async fn answer(desk: &Desk, ask: &Ask) -> Result<PlanView, Refusal> {
    let work = desk.work().await?;
    Ok(Giving::of(desk, &work, ask).await?.told(desk))
}
