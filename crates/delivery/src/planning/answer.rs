//! The answer is put together here: which plan, its dates, its items, what teams can do, and the parts that were asked for.

use desk::{Desk, FieldError, Refusal, Stored};
use jiff::civil::Date;

use super::outline::print;
use super::view::{ItemView, Leaves, LinkView, PlanLine, PlanView, Slices, View, WeekView, When, WhyView};
use super::why::{Cause, why};
use super::{Ask, Show, compare, inbox, reserve, slicing, view};
use crate::calendar::{after, between};
use crate::plan::axis::TICKS;
use crate::plan::ground::{Crew, Ground};
use crate::plan::hazard::Hazard;
use crate::plan::model::{Fit, From, Model, NoDate, Standing, duration, fit, standing};
use crate::plan::reckon::{Reckoned, Settings, TRIALS};
use crate::plan::records::{Capacity, ItemKind, Plan, Strength};
use crate::plan::tree::{Tree, signs};
use crate::plan::trials::{quantiles, shown};
use crate::plan::which::which;
use crate::sim::Draws;

/// Weeks of capacity that are shown at most.
const WEEKS: i64 = 26;

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let plans = desk.records().list::<Plan>().await?;
    let line =
        |one: &Stored<Plan>| PlanLine { id: one.id.clone(), title: one.title.clone(), status: one.status.clone() };
    let mut view = View { plans: plans.iter().rev().map(line).collect(), ..View::default() };
    let Some(stored) = which(desk, &plans, ask.plan.as_deref())? else {
        view.ask = ask;
        return Ok(view);
    };
    let plan = &stored.body;
    if ask.outline {
        view.outline = Some(print(plan));
    }
    let ground = Ground::of(desk, &stored.id, plan).await?;
    let settings = settings(&stored, &ask);
    let reckoned = Reckoned::of(plan, &ground, settings);
    let tree = Tree::of(plan).map_err(|error| Refusal::fields(vec![error]))?;
    let scene = Scene { stored: &stored, plan, ground: &ground, settings, tree: &tree, reckoned: reckoned.as_ref() };
    if let Some(item) = ask.why.as_deref() {
        view.why = Some(scene.why(item)?);
    }
    view.what_if = compare::what_if(desk, &scene, &ask).await?;
    let mut told = scene.told(desk);
    told.inbox = inbox::inbox(desk, &stored).await?;
    told.baseline = compare::baseline(desk, &scene, ask.baseline.as_deref()).await?;
    if ask.show == Some(Show::Capacity) {
        told.weeks = scene.weeks();
    }
    if let Some(form) = ask.export {
        view.file = Some(super::export::written(form, &told, desk.now())?);
    }
    view.plan = Some(told);
    view.ask = ask;
    Ok(view)
}

/// How a plan is reckoned when an ask says no more.
pub(super) fn settings(stored: &Stored<Plan>, ask: &Ask) -> Settings {
    Settings {
        seed: ask.seed.unwrap_or_else(|| Draws::seed_of(&stored.id)),
        trials: ask.trials.unwrap_or(TRIALS).clamp(100, 100_000),
        confidence: ask.confidence.unwrap_or(stored.body.confidence).clamp(0.5, 0.99),
    }
}

/// What an answer is computed from.
pub(super) struct Scene<'a> {
    pub(super) stored: &'a Stored<Plan>,
    pub(super) plan: &'a Plan,
    pub(super) ground: &'a Ground,
    pub(super) settings: Settings,
    pub(super) tree: &'a Tree,
    pub(super) reckoned: Result<&'a Reckoned, &'a NoDate>,
}

impl Scene<'_> {
    fn told(&self, desk: &Desk) -> PlanView {
        let (plan, stored) = (self.plan, self.stored);
        let items: Vec<ItemView> = (0..self.tree.nodes.len()).map(|place| self.item(place)).collect();
        let counted = |fit: Fit| items.iter().filter(|item| item.fit == Some(fit)).count();
        let leaves = || items.iter().filter(|item| item.leaf && item.kind != ItemKind::Milestone);
        PlanView {
            id: stored.id.clone(),
            version: stored.version,
            title: plan.title.clone(),
            goal: plan.goal.clone(),
            status: stored.status.clone(),
            may_change: desk.access().may_work(stored.team),
            from: self.ground.first.to_string(),
            today: self.ground.today.to_string(),
            target: plan.target_on.map(|day| day.to_string()),
            confidence: self.settings.confidence,
            seed: self.settings.seed,
            trials: self.reckoned.map_or(self.settings.trials, |one| one.trials.count()),
            dates: self
                .reckoned
                .ok()
                .filter(|one| !one.model.network.is_empty())
                .map(|one| one.dates(plan, self.ground, self.settings.confidence)),
            risks: self.risks(),
            by_throughput: self.reckoned.is_ok_and(|one| one.drain.is_some()),
            growth: self.reckoned.ok().and_then(|one| self.growth(one)),
            wholes: self.ground.growth.ratios.len(),
            no_date: self.reckoned.err().map(|why| self.no_date(why)),
            chain: self.reckoned.map_or_else(|_| String::new(), chain_words),
            caveats: self.caveats(&items),
            leaves: Leaves {
                all: leaves().count(),
                done: leaves().filter(|item| matches!(item.standing, Standing::Done | Standing::Dropped)).count(),
                too_big: counted(Fit::TooBig),
                cannot_tell: counted(Fit::CannotTell),
            },
            links: self.links(),
            weeks: Vec::new(),
            buffer: self.reckoned.ok().and_then(|one| reserve::reserve(self, one)),
            baseline: None,
            slices: self.slices(&items),
            inbox: Vec::new(),
            items,
        }
    }

    fn risks(&self) -> Option<view::PlanRisks> {
        let reckoned = self.reckoned.ok().filter(|one| !one.model.network.is_empty())?;
        let without = reckoned.unharmed(self.plan, self.ground, self.settings.confidence)?;
        let struck = |hazard: &&Hazard| reckoned.drivers.iter().any(|driver| driver.id == hazard.id);
        let titles = self.ground.hazards.iter().filter(struck).map(|hazard| hazard.title.clone()).collect();
        Some(view::PlanRisks { titles, without })
    }

    fn growth(&self, reckoned: &Reckoned) -> Option<view::GrowthView> {
        let driver = reckoned.growth.as_ref()?;
        let at = |p: f64| driver.at(p).map(shown);
        Some(view::GrowthView { of: self.ground.growth.ratios.len(), half: at(0.5)?, most: at(0.85)? })
    }

    /// Code and title.
    pub(super) fn name(&self, place: usize) -> String {
        let node = &self.tree.nodes[place];
        format!("{} {}", node.code, self.title(place))
    }

    fn title(&self, place: usize) -> &str {
        let item = &self.plan.items[self.tree.nodes[place].item];
        let linked = item.work_item.as_deref().and_then(|key| self.ground.linked.get(key));
        linked.map_or(&item.title, |linked| &linked.title)
    }

    fn item(&self, place: usize) -> ItemView {
        let node = &self.tree.nodes[place];
        let item = &self.plan.items[node.item];
        let team = self.tree.team(self.plan, place);
        let standing = standing(item, self.ground);
        let open = matches!(standing, Standing::Open | Standing::Started);
        let sized = node.leaf && open && item.kind != ItemKind::Milestone;
        let (fits, fit_why) = if sized {
            let (one, why) = fit(self.plan, self.ground, team, item);
            (Some(one), why)
        } else {
            (None, String::new())
        };
        let drawn_from = match duration(self.plan, self.ground, team, item) {
            Some((_, From::History(n, of))) if sized => Some(format!("drawn from {n} {of}")),
            _ => None,
        };
        let linked = item.work_item.as_deref().map(|key| self.ground.linked.get(key));
        ItemView {
            id: item.id.clone(),
            code: node.code.clone(),
            depth: node.depth,
            title: self.title(place).to_owned(),
            kind: item.kind,
            leaf: node.leaf,
            team: team.to_owned(),
            standing: if node.leaf { standing } else { self.rolled(place) },
            key: item.work_item.clone(),
            gone: linked.is_some_and(|linked| linked.is_none_or(|linked| linked.category.is_none())),
            estimate: item.estimate.map(|spread| spread.to_string()).or_else(|| item.size.clone()),
            drawn_from,
            fit: fits,
            fit_why,
            signs: if sized { signs(item) } else { Vec::new() },
            when: self.reckoned.ok().and_then(|reckoned| self.when(reckoned, place)),
            finish_by: item.finish_by.map(|day| day.to_string()),
            chance: self.reckoned.ok().zip(item.finish_by).and_then(|(reckoned, day)| {
                let below = reckoned.model.below(place);
                (!below.is_empty()).then(|| reckoned.trials.all_by(&below, self.ground.tick(day) + TICKS))
            }),
        }
    }

    /// A parent is done when all of it is, and in work when any of it is.
    fn rolled(&self, place: usize) -> Standing {
        let leaves = &self.tree.nodes[place].leaves;
        let each: Vec<_> =
            leaves.iter().map(|leaf| standing(&self.plan.items[self.tree.nodes[*leaf].item], self.ground)).collect();
        if each.iter().all(|one| matches!(one, Standing::Done | Standing::Dropped)) {
            Standing::Done
        } else if each.iter().any(|one| matches!(one, Standing::Started | Standing::Done)) {
            Standing::Started
        } else {
            Standing::Open
        }
    }

    fn when(&self, reckoned: &Reckoned, place: usize) -> Option<When> {
        let tasks = reckoned.model.below(place);
        if tasks.is_empty() {
            return None;
        }
        let starts = quantiles(reckoned.trials.starts(&tasks), [0.1, 0.5, 0.85]);
        let [early, half, late, sure] =
            quantiles(reckoned.trials.finishes(&tasks), [0.1, 0.5, 0.85, self.settings.confidence]);
        let (ground, day) = (self.ground, |tick: i64| tick as f64 / TICKS as f64);
        let float = tasks.iter().map(|task| reckoned.passes.total_float[*task]).min().unwrap_or(0);
        let latest = tasks.iter().map(|task| {
            let room = reckoned.passes.total_float[*task].max(0);
            reckoned.model.network.finished(*task, reckoned.passes.early_finish[*task] + room, 0)
        });
        let criticality = tasks.iter().map(|task| reckoned.trials.criticality(*task)).fold(0.0, f64::max);
        Some(When {
            start: starts.map(|tick| ground.begins(tick).to_string()),
            finish: [early, half, late].map(|tick| ground.finishes(tick).to_string()),
            sure: ground.finishes(sure).to_string(),
            float_days: day(float),
            criticality,
            // By throughput there is no one chain: what binds the finish in half of the trials is meant.
            on_chain: match &reckoned.drain {
                Some(_) => criticality >= 0.5,
                None => tasks.iter().any(|task| reckoned.chain.contains(task)),
            },
            place: [day(starts[1]), day(half), day(sure), day(latest.max().unwrap_or(0))],
        })
    }

    fn no_date(&self, why: &NoDate) -> String {
        match why {
            NoDate::Unknown(places) => {
                let n = places.len();
                let some: Vec<_> = places.iter().take(6).map(|place| self.name(*place)).collect();
                let more = if n > some.len() { ", …" } else { "" };
                format!(
                    "{n} {} neither an estimate nor finished items like it: estimate {} ({}{more}), or finish 10 items",
                    if n == 1 { "leaf has" } else { "leaves have" },
                    if n == 1 { "it".to_owned() } else { format!("these {n}") },
                    some.join(", ")
                )
            }
            NoDate::NoCapacity(team) => format!("nobody works in {team}: say which team does it, and from when on"),
            NoDate::Impossible(why) => why.trim_end_matches('.').to_owned(),
        }
    }

    fn caveats(&self, items: &[ItemView]) -> Vec<String> {
        let mut all = Vec::new();
        let drawn: Vec<_> = items.iter().filter_map(|item| item.drawn_from.as_deref()).collect();
        let counted = self.reckoned.is_ok_and(|one| one.drain.is_some());
        if counted {
            let why =
                if self.plan.capacity == Capacity::Auto { "Most leaves have no estimate: dates" } else { "Dates" };
            all.push(format!("{why} come from what the teams finish a day."));
        }
        if let Some(first) = drawn.first().filter(|_| !counted) {
            let n = if drawn.len() == 1 {
                "1 leaf has no estimate: it is".to_owned()
            } else {
                format!("{} leaves have no estimate: they are", drawn.len())
            };
            all.push(format!("{n} {first}."));
        }
        let gone: Vec<_> = items.iter().filter(|item| item.gone).filter_map(|item| item.key.as_deref()).collect();
        if !gone.is_empty() {
            all.push(format!("No longer in their tracker, and kept here: {}.", gone.join(", ")));
        }
        for item in items {
            if let (Some(by), Some(when)) = (&item.finish_by, item.when.as_ref().filter(|when| when.float_days < 0.0)) {
                all.push(format!(
                    "{} {} is promised for {by}; the plan needs {} working days more.",
                    item.code, item.title, -when.float_days
                ));
            }
        }
        let unknown: Vec<_> =
            self.ground.crews.iter().filter(|crew| !crew.absences_known).map(|crew| crew.name.as_str()).collect();
        if !unknown.is_empty() {
            all.push(format!("Absences unknown in {}: everybody is taken to be here.", unknown.join(", ")));
        }
        if self.plan.start_on < self.ground.today && self.reckoned.is_ok() {
            all.push(format!("What is open is scheduled from today, {}.", self.ground.today));
        }
        all
    }

    fn links(&self) -> Vec<LinkView> {
        let told = |link: &crate::plan::records::Dependency| {
            let name = |id: &str| self.tree.place(id).map_or_else(|| id.to_owned(), |place| self.name(place));
            let lag = if link.lag == 0.0 { String::new() } else { format!(" {:+} d", link.lag) };
            let outside = link.who.as_ref().map(|who| {
                let day = link.promised_on.map_or(String::new(), |day| format!(", promised for {day}"));
                format!("{who}{day}")
            });
            let strength = match link.strength {
                Strength::Hard => "hard",
                Strength::Preferred => "preferred",
                Strength::External => "external",
            };
            LinkView {
                from: name(&link.from),
                to: name(&link.to),
                ids: (link.from.clone(), link.to.clone()),
                how: format!("{}{lag}", link.sort.word()),
                strength: strength.to_owned(),
                outside,
            }
        };
        self.plan.links.iter().map(told).collect()
    }

    fn slices(&self, items: &[ItemView]) -> Vec<Slices> {
        let big = items.iter().filter(|item| item.fit == Some(Fit::TooBig));
        big.filter_map(|item| {
            let questions = slicing::questions(self.plan.item(&item.id)?);
            Some(Slices { id: item.id.clone(), item: format!("{} {}", item.code, item.title), questions })
        })
        .take(6)
        .collect()
    }

    fn why(&self, named: &str) -> Result<WhyView, Refusal> {
        let place = self.tree.find(self.plan, named).ok_or_else(|| {
            Refusal::fields(vec![FieldError::new(
                "why",
                format!("No item `{named}` in {}, by id, code or key.", self.plan.title),
            )])
        })?;
        let reckoned = self.reckoned.map_err(|why| Refusal::invalid(format!("no date: {}", self.no_date(why))))?;
        if reckoned.drain.is_some() {
            let message =
                "these dates come from what the teams finish a day: no item has a duration that could explain its own";
            return Err(Refusal::invalid(message).hint("Estimate its leaves, or have the plan told by slots."));
        }
        let (network, schedule) = (&reckoned.model.network, &reckoned.levelled.schedule);
        let task = reckoned
            .model
            .below(place)
            .into_iter()
            .max_by_key(|task| (schedule.finished[*task], std::cmp::Reverse(*task)));
        let Some(task) = task else {
            return Err(Refusal::invalid(format!("{} is done: nothing is left to explain", self.name(place))));
        };
        let days = |ticks: i64| ticks as f64 / TICKS as f64;
        let pieces = why(network, schedule, &reckoned.ticks, task);
        Ok(WhyView {
            item: self.name(place),
            date: self.ground.finishes(schedule.finished[task]).to_string(),
            span_days: days(schedule.finished[task].max(0)),
            pieces: pieces
                .into_iter()
                .map(|(cause, ticks)| (days(ticks), self.cause(&reckoned.model, cause)))
                .collect(),
        })
    }

    fn cause(&self, model: &Model, cause: Cause) -> String {
        let name = |task: usize| self.name(model.tasks[task]);
        match cause {
            Cause::Work => "work".to_owned(),
            Cause::For(task) => format!("for {}", name(task)),
            Cause::Lag(task) => format!("between it and {}", name(task)),
            Cause::NotBefore => "until its first day".to_owned(),
            Cause::NotWorked => "not worked".to_owned(),
            Cause::Wait(pool, behind) => {
                let code = |task: usize| &self.tree.nodes[model.tasks[task]].code;
                let behind = behind.map_or(String::new(), |task| format!(" (behind {})", code(task)));
                let slot = if pool < self.ground.crews.len() {
                    format!("a {} slot", model.pools[pool])
                } else {
                    model.pools[pool].clone()
                };
                format!("for {slot}{behind}")
            }
        }
    }

    /// Teams by week: what there is, what nobody plans, what this plan takes.
    fn weeks(&self) -> Vec<WeekView> {
        let monday = self
            .ground
            .first
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_or(0, |day| i64::from(day.weekday().to_monday_zero_offset()));
        let end = self.reckoned.map_or(12 * 7, |one| {
            let [sure] = quantiles(one.trials.finishes(&one.all()), [self.settings.confidence]);
            sure / TICKS + 7
        });
        let count = ((end + monday) / 7 + 1).clamp(1, WEEKS);
        let mut all = Vec::new();
        for (place, crew) in self.ground.crews.iter().enumerate() {
            for week in 0..count {
                let (from, until) = ((week * 7 - monday).max(0), (week + 1) * 7 - monday);
                all.push(self.week(place, crew, from, until));
            }
        }
        all
    }

    fn week(&self, place: usize, crew: &Crew, from: i64, until: i64) -> WeekView {
        let days = crew.available.iter().skip(from as usize).take((until - from) as usize);
        let available: f64 = days.sum();
        let planned: f64 = self.reckoned.map_or(0.0, |one| {
            let (network, schedule) = (&one.model.network, &one.levelled.schedule);
            let here = (0..network.len()).filter(|task| network.tasks[*task].axis == place);
            let taken = here.map(|task| {
                let axis = &network.axes[place];
                let begin = schedule.begun[task].max(from * TICKS);
                let end = schedule.finished[task].min(until * TICKS);
                let slots = network.tasks[task].needs.iter().find(|need| need.0 == place).map_or(0, |need| need.1);
                if end > begin { (axis.work(end) - axis.work(begin)) as f64 * f64::from(slots) } else { 0.0 }
            });
            taken.sum::<f64>() / TICKS as f64
        });
        WeekView {
            team: crew.name.clone(),
            week: day(after(self.ground.first, i32::try_from(from).unwrap_or(0))),
            available: shown(available),
            unplanned: shown(available * crew.unplanned.map_or(0.0, |one| one.0)),
            planned,
        }
    }
}

fn day(day: Date) -> String {
    day.to_string()
}

/// What the chain runs through: the pool for which it waits longest, else links alone.
fn chain_words(reckoned: &Reckoned) -> String {
    let schedule = &reckoned.levelled.schedule;
    let network = &reckoned.model.network;
    let mut waits = vec![0_i64; network.pools.len()];
    for task in &reckoned.chain {
        if let Some((pool, _)) = schedule.bound[*task].full {
            waits[pool] += schedule.start[*task] - schedule.bound[*task].ready + 1;
        }
    }
    let teams = network.axes.len();
    match waits.iter().enumerate().max_by_key(|one| one.1) {
        Some((pool, waited)) if *waited > 0 && pool < teams => format!("{}’s slots", reckoned.model.pools[pool]),
        Some((pool, waited)) if *waited > 0 => reckoned.model.pools[pool].clone(),
        _ => "links alone".to_owned(),
    }
}

/// Days between two days as they are written; none when one cannot be read.
pub(super) fn days_between(from: &str, until: &str) -> Option<i64> {
    Some(between(from.parse().ok()?, until.parse().ok()?))
}
