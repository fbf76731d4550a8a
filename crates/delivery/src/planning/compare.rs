//! Two plans beside one another: as it is and as it could be, under common draws; as it was promised and as it is.

use std::collections::BTreeMap;

use desk::{Desk, FieldError, Refusal, Stored};
use jiff::civil::Date;

use super::Ask;
use super::answer::Scene;
use super::buffers::{earned, fever};
use super::view::{BaselineView, FeverPoint, WhatIf};
use crate::calendar::{after, between};
use crate::plan::axis::TICKS;
use crate::plan::ground::Ground;
use crate::plan::model::{NoDate, Standing, standing};
use crate::plan::past::Past;
use crate::plan::reckon::Reckoned;
use crate::plan::records::{Baseline, Plan, Scenario};
use crate::plan::tree::Tree;
use crate::plan::trials::{apart, shown};
use crate::plan::what_if::Change;
use crate::published::{Forecast, Question};

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// What would come of the changes of an ask; none when it names none.
pub(super) async fn what_if(desk: &Desk, scene: &Scene<'_>, ask: &Ask) -> Result<Option<WhatIf>, Refusal> {
    let mut changes: Vec<Change> = ask.drop.iter().map(|item| Change::Drop(item.clone())).collect();
    for line in &ask.what_if {
        changes.push(Change::read(line).map_err(|message| wrong("what_if", message))?);
    }
    if let Some(named) = ask.scenario.as_deref() {
        changes.extend(scenario(desk, scene, named).await?);
    }
    if changes.is_empty() {
        return Ok(None);
    }
    let (plan, ground) = changed(scene.plan, scene.ground, &changes).map_err(|message| wrong("what_if", message))?;
    let mut told = WhatIf {
        changes: changes.iter().map(ToString::to_string).collect(),
        dates: None,
        half: (0.0, 0.0),
        sure: (0.0, 0.0),
        differs: false,
        no_date: None,
    };
    let confidence = scene.settings.confidence;
    match (scene.reckoned, Reckoned::of(&plan, &ground, scene.settings)) {
        (Ok(before), Ok(after)) => {
            let (then, now) = (before.trials.finishes(&before.all()), after.trials.finishes(&after.all()));
            let days = |p: f64| {
                let (ticks, error) = apart(&then, &now, p);
                (ticks / TICKS as f64, shown(1.96 * error / TICKS as f64))
            };
            (told.half, told.sure) = (days(0.5), days(confidence));
            // Two standard errors; what is exactly nothing is no difference.
            let real = |(days, error): (f64, f64)| days != 0.0 && days.abs() >= error / 1.96 * 2.0;
            told.differs = real(told.half) || real(told.sure);
            told.dates = (!after.model.network.is_empty()).then(|| after.dates(&plan, &ground, confidence));
        }
        (_, Err(NoDate::Impossible(why))) => told.no_date = Some(why),
        (_, Err(NoDate::NoCapacity(team))) => told.no_date = Some(format!("nobody works in {team}")),
        _ => told.no_date = Some("the plan has no date to compare with".to_owned()),
    }
    Ok(Some(told))
}

async fn scenario(desk: &Desk, scene: &Scene<'_>, named: &str) -> Result<Vec<Change>, Refusal> {
    let all = desk.records().list::<Scenario>().await?;
    let mine = all.iter().filter(|one| one.body.plan == scene.stored.id);
    let found = mine.clone().find(|one| one.id == named || one.title.eq_ignore_ascii_case(named.trim()));
    let Some(found) = found else {
        let titles: Vec<_> = mine.map(|one| one.title.as_str()).collect();
        return Err(wrong(
            "scenario",
            format!("No scenario `{named}` of this plan. There are: {}.", titles.join(", ")),
        ));
    };
    let read = found.body.changes.iter().map(|line| Change::read(line));
    read.collect::<Result<_, _>>().map_err(|message| wrong("scenario", message))
}

/// The plan and its ground with changes.
fn changed(plan: &Plan, ground: &Ground, changes: &[Change]) -> Result<(Plan, Ground), String> {
    let (mut plan, mut ground) = (plan.clone(), ground.clone());
    // Codes are those of the plan as it is: items are named before any goes.
    let tree = Tree::of(&plan).map_err(|error| error.message)?;
    let id = |text: &str| {
        tree.find(&plan, text).map_or_else(|| text.to_owned(), |place| plan.items[tree.nodes[place].item].id.clone())
    };
    let named: Vec<Change> = changes
        .iter()
        .map(|change| match change {
            Change::Drop(item) => Change::Drop(id(item)),
            Change::Estimate(item, spread) => Change::Estimate(id(item), *spread),
            other => other.clone(),
        })
        .collect();
    for change in &named {
        if matches!(change, Change::Without(name) if name == "growth") {
            ground.growth.ratios.clear();
            continue;
        }
        if let Change::Without(name) = change
            && let Some(place) = ground.hazards.iter().position(|hazard| hazard.is_named(name))
        {
            ground.hazards.remove(place);
            continue;
        }
        plan = change.made(&plan)?;
        if let Change::Slots(team, more, from) = change {
            let place = ground.crew(team).ok_or_else(|| format!("No team `{team}` in this plan."))?;
            let first = from.map_or(0, |day| between(ground.first, day).max(0));
            ground.crews[place].slots = ground.crews[place].slots.shifted(first, *more);
        }
    }
    Ok((plan, ground))
}

/// The plan beside what was promised: the baseline of that id, else the newest.
pub(super) async fn baseline(
    desk: &Desk,
    scene: &Scene<'_>,
    named: Option<&str>,
) -> Result<Option<BaselineView>, Refusal> {
    let all = desk.records().list::<Baseline>().await?;
    let mut mine = all.into_iter().filter(|one| one.body.plan == scene.stored.id);
    let found = match named {
        Some(id) => Some(
            mine.find(|one| one.id == id)
                .ok_or_else(|| wrong("baseline", format!("No baseline `{id}` of this plan.")))?,
        ),
        None => mine.next_back(),
    };
    let Some(found) = found else { return Ok(None) };
    let mut told = told(scene, &found);
    told.trail = trail(desk, scene, &found).await?;
    Ok(Some(told))
}

fn told(scene: &Scene<'_>, found: &Stored<Baseline>) -> BaselineView {
    let frozen = &found.body;
    let now = scene.reckoned.ok().filter(|one| !one.model.network.is_empty());
    let now = now.map(|one| one.days(scene.ground, scene.settings.confidence));
    let frozen_on = found.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    BaselineView {
        id: found.id.clone(),
        frozen_on: frozen_on.to_string(),
        reason: frozen.reason.clone(),
        then: (frozen.half.to_string(), frozen.sure.to_string()),
        moved: now.map(|(half, sure)| (between(frozen.half, half), between(frozen.sure, sure))),
        changes: differences(scene, &frozen.frozen),
        earned: worked_off(scene, frozen, frozen_on),
        trail: Vec::new(),
        halves: frozen
            .dates
            .iter()
            .map(|one| (one.item.clone(), one.half.to_string(), between(scene.ground.first, one.half) as f64))
            .collect(),
    }
}

/// What came, went or is estimated otherwise since.
fn differences(scene: &Scene<'_>, then: &Plan) -> Vec<(String, String)> {
    let now = scene.plan;
    let name = |id: &str| scene.tree.place(id).map_or_else(|| id.to_owned(), |place| scene.name(place));
    let mut all = Vec::new();
    for item in &now.items {
        match then.item(&item.id) {
            None => all.push((name(&item.id), "added".to_owned())),
            Some(before) => {
                if before.estimate != item.estimate {
                    let said = |of: Option<crate::spread::Spread>| {
                        of.map_or_else(|| "nothing".to_owned(), |spread| spread.to_string())
                    };
                    all.push((
                        name(&item.id),
                        format!("estimated {} instead of {}", said(item.estimate), said(before.estimate)),
                    ));
                }
                if before.parent != item.parent {
                    all.push((name(&item.id), "moved to another place".to_owned()));
                }
            }
        }
    }
    let gone = then.items.iter().filter(|item| now.item(&item.id).is_none());
    all.extend(gone.map(|item| (item.title.clone(), "dropped".to_owned())));
    let links =
        |plan: &Plan| plan.links.iter().map(|link| (link.from.clone(), link.to.clone(), link.sort)).collect::<Vec<_>>();
    let (before, after) = (links(then), links(now));
    let new = after.iter().filter(|link| !before.contains(link));
    all.extend(new.map(|link| (name(&link.1), format!("hangs on {} now", name(&link.0)))));
    let old = before
        .iter()
        .filter(|link| !after.contains(link) && now.item(&link.0).is_some() && now.item(&link.1).is_some());
    all.extend(old.map(|link| (name(&link.1), format!("no longer hangs on {}", name(&link.0)))));
    all
}

/// Leaves of the baseline that are done by now.
fn done_of(scene: &Scene<'_>, frozen: &Baseline) -> Vec<String> {
    let done = |id: &&String| scene.plan.item(id).is_some_and(|item| standing(item, scene.ground) == Standing::Done);
    frozen.dates.iter().map(|one| &one.item).filter(done).cloned().collect()
}

/// Earned schedule in counts of leaves by week: weeks of the plan that are worked off, weeks that went by, their ratio.
fn worked_off(scene: &Scene<'_>, frozen: &Baseline, frozen_on: Date) -> Option<(f64, f64, f64)> {
    let begin = frozen.frozen.start_on.max(frozen_on);
    let weeks = |day: Date| between(begin, day) as f64 / 7.0;
    let passed = weeks(scene.ground.today);
    if passed < 1.0 {
        return None;
    }
    let last = frozen.dates.iter().map(|one| weeks(one.half)).fold(0.0, f64::max).ceil() as usize;
    let by = |week: usize| frozen.dates.iter().filter(|one| weeks(one.half) <= week as f64).count() as f64;
    let planned: Vec<f64> = (1..=last.max(1)).map(by).collect();
    let worked = earned(&planned, done_of(scene, frozen).len() as f64)?;
    Some((shown(worked), shown(passed), shown(worked / passed)))
}

/// How fast the reserve of a baseline (half to sure) was used: the half dates that stood in the ledger since it was frozen, the last of each
/// day, and today's. What was done by a day is told by the log and the plan's versions. Empty without a reserve.
async fn trail(desk: &Desk, scene: &Scene<'_>, found: &Stored<Baseline>) -> Result<Vec<FeverPoint>, Refusal> {
    let frozen = &found.body;
    let reserve = between(frozen.half, frozen.sure) as f64;
    let now = scene.reckoned.ok().filter(|one| !one.model.network.is_empty());
    let (Some(now), false) = (now, reserve <= 0.0 || frozen.dates.is_empty()) else { return Ok(Vec::new()) };
    let utc = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let frozen_on = utc(found.created_at);
    let all = desk.records().list::<Forecast>().await?;
    let mine = all.iter().map(|one| &one.body).filter(|one| {
        let of = one.question == Question::Plan && one.about.as_ref() == Some(&scene.stored.id);
        of && one.void.is_none() && one.today >= frozen_on && one.today < scene.ground.today
    });
    let half = |said: &Forecast| {
        let days = said.by().iter().position(|chance| *chance + 1e-9 >= 0.5)?;
        Some((said.today, after(said.today, i32::try_from(days).ok()?)))
    };
    let mut halves: BTreeMap<Date, Date> = mine.filter_map(half).collect();
    halves.insert(scene.ground.today, now.days(scene.ground, scene.settings.confidence).0);
    let past = Past::of(desk, &scene.stored.id, desk.now(), utc).await?;
    let later = past.since(frozen.version).unwrap_or_default();
    let done: Vec<Date> = frozen.dates.iter().filter_map(|one| past.done(later, &one.item)).collect();
    let point = |(on, half): (Date, Date)| {
        let share = done.iter().filter(|day| **day <= on).count() as f64 / frozen.dates.len() as f64;
        let (done, used) = (100.0 * share, (100.0 * between(frozen.half, half) as f64 / reserve).max(0.0));
        FeverPoint { on: on.to_string(), done: shown(done), used: shown(used), fever: fever(done, used) }
    };
    Ok(halves.into_iter().map(point).collect())
}
