//! What the facts show that nobody wrote down. Each rule proposes one risk a subject; a person accepts it, or dismisses it until a day.

mod way;

use desk::kinds::Risk;
use desk::work::TeamId;
use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::answer::{HAPPENED, OPEN};
use super::plan::Held;
use super::records::Dismissal;
use super::register::proposed;
use super::trigger::growth;
use super::view::Found;
use crate::calendar::{after, between};
use crate::plan::axis::TICKS;
use crate::plan::model::From;
use crate::plan::reckon::Reckoned;
use crate::plan::records::{Baseline, Strength};
use crate::spread::Spread;
use crate::work::measures::Measures;
use crate::work::scene::{Board, Instants, Scene, boards};

/// Working days without a change from which an item older than 85 % of the finished counts as stuck.
const STUCK_DAYS: i64 = 5;
/// A date is near from so many days before it.
const NEAR_DAYS: i64 = 60;
/// The chance of the target below which that is told.
const POOR: f64 = 0.7;
/// Growth over the baseline from which it is told.
const GROWN: f64 = 0.15;
/// Share of the remaining time from which one unknown leaf is told.
const BIG: f64 = 0.25;
/// The most of an estimate over its least from which it is wide.
const WIDE: f64 = 4.0;

/// What the boards and the plan show, without what is in the register or was dismissed.
pub(super) async fn found(
    desk: &Desk,
    team: Option<TeamId>,
    written: &[Stored<Risk>],
    plan: Option<&Held>,
) -> Result<Vec<Found>, Refusal> {
    let mut all = on_boards(desk, team).await?;
    if let Some(held) = plan {
        let baselines = desk.records().list::<Baseline>().await?;
        let newest = baselines.into_iter().rfind(|one| one.body.plan == held.id).map(|one| one.body);
        all.extend(of_plan(held, newest.as_ref(), desk.today()));
        all.extend(way::on_the_way(desk, held).await?);
    }
    let today = desk.today();
    let dismissed: Vec<Stored<Dismissal>> = desk.records().list::<Dismissal>().await?;
    all.retain(|one| {
        let name = seed(one);
        let known = written.iter().any(|risk| {
            risk.status == OPEN && (risk.title == one.title || risk.body.seeded_by.as_deref() == Some(name.as_str()))
        });
        !known && !dismissed.iter().any(|gone| gone.body.finding == name && gone.body.until >= today)
    });
    for one in &mut all {
        let of_rule = |risk: &&Stored<Risk>| {
            let by = risk.body.seeded_by.as_deref().and_then(|seed| seed.split_once(':'));
            by.is_some_and(|(rule, _)| rule == one.rule) && risk.status != OPEN
        };
        let closed = written.iter().filter(of_rule).count();
        let came = written.iter().filter(of_rule).filter(|risk| risk.status == HAPPENED).count();
        one.probability = proposed(u32::try_from(came).unwrap_or(0), u32::try_from(closed).unwrap_or(0));
    }
    Ok(all)
}

/// The name of a finding: its rule and what it is about.
#[must_use]
pub(super) fn seed(found: &Found) -> String {
    format!("{}:{}", found.rule, found.subject)
}

async fn on_boards(desk: &Desk, team: Option<TeamId>) -> Result<Vec<Found>, Refusal> {
    let work = desk.work().await?;
    let mut all = Vec::new();
    // Without a team asked for, those of the viewer: what another team's board shows is for that team to judge.
    let people = desk.organisation();
    let mine: Vec<TeamId> = people.teams_of(desk.viewer().person, desk.today()).map(|member| member.team).collect();
    let wanted = |board: &Board| match (team, board.team_id()) {
        (Some(team), of) => of == Some(team),
        (None, Some(of)) => mine.contains(&of),
        (None, None) => true,
    };
    for board in boards(desk, &work).into_iter().filter(wanted) {
        if desk.shows_work_of(board.team_id()).text().is_some() {
            continue;
        }
        let scene = Scene::of(desk, board.clone(), Instants::now(desk), None, |_| true).await?;
        let last = scene.today();
        let measures = Measures::of(&scene, (after(last, -89), last));
        all.extend(stuck(&scene, &measures));
        all.extend(unsteady(&scene, &measures));
    }
    Ok(all)
}

fn stuck(scene: &Scene, measures: &Measures) -> Vec<Found> {
    let Some((limit, _)) = measures.percentile(0.85) else { return Vec::new() };
    let still = |item: &desk::work::Item| {
        let last = item.log.iter().map(|line| line.at).max().unwrap_or(item.created_at);
        let (from, until) = (scene.calendar.day(last), scene.today());
        (1..=between(from, until))
            .filter(|back| scene.calendar.works(after(from, i32::try_from(*back).unwrap_or(0))))
            .count() as i64
    };
    let old = measures.open.iter().filter(|open| open.age > limit);
    let old = old.map(|open| (open, scene.item(&scene.tracks[open.track])));
    old.filter(|(_, item)| still(item) >= STUCK_DAYS)
        .take(3)
        .map(|(open, item)| Found {
            rule: "stuck".to_owned(),
            subject: item.key.to_string(),
            touches: Vec::new(),
            title: format!("{} is stuck: {}", item.key, item.title),
            why: format!(
                "{:.0} d old, 85 % of finished work took at most {limit:.0}; no change for {} working days",
                open.age,
                still(item)
            ),
            team: scene.board.team.as_ref().map(|team| team.slug.clone()),
            probability: 0.0,
        })
        .collect()
}

fn unsteady(scene: &Scene, measures: &Measures) -> Option<Found> {
    use crate::flow::steady::Unsteady;
    let piling = measures.unsteady.iter().find_map(|one| match one {
        Unsteady::Arrivals { started, finished } if started > finished => Some((*started, *finished)),
        _ => None,
    })?;
    Some(Found {
        rule: "wip_unstable".to_owned(),
        subject: scene.board.address().to_owned(),
        touches: Vec::new(),
        title: format!("Work piles up: {}", scene.board.name()),
        why: format!("{} started and {} finished in the last 90 days", piling.0, piling.1),
        team: scene.board.team.as_ref().map(|team| team.slug.clone()),
        probability: 0.0,
    })
}

fn of_plan(held: &Held, baseline: Option<&Baseline>, today: Date) -> Vec<Found> {
    let mut all = Vec::new();
    let title = &held.plan.title;
    if let Some(grown) =
        baseline.and_then(|baseline| growth(&baseline.frozen, &held.plan)).filter(|grown| *grown > GROWN)
    {
        all.push(one(
            held,
            "scope_growth",
            None,
            format!("{title} grows"),
            format!("{:.0} % more leaves than its baseline: freeze the scope, or promise anew", grown * 100.0),
        ));
    }
    let Some(reckoned) = held.dated() else { return all };
    if let Some(target) = held.plan.target_on {
        let chance = reckoned.trials.all_by(&reckoned.all(), held.ground.tick(target) + TICKS).p;
        let left = between(today, target);
        if chance < POOR && (0..=NEAR_DAYS).contains(&left) {
            all.push(one(held, "date_near", None, format!("{title} is not done by {target}"), format!(
                "{:.0} % by the target, which is {left} days away: drop something, move the date, or tell who waits",
                chance * 100.0
            )));
        }
    }
    all.extend(unknown(held, reckoned));
    all.extend(outside(held, reckoned));
    all
}

fn one(held: &Held, rule: &str, item: Option<&str>, title: String, why: String) -> Found {
    let subject = item.map_or_else(|| held.id.clone(), |item| format!("{}#{item}", held.id));
    Found {
        rule: rule.to_owned(),
        touches: vec![format!("plan:{subject}")],
        subject,
        title,
        why,
        team: held.plan.teams.first().cloned(),
        probability: 0.0,
    }
}

/// Leaves of which little is known and that are a large part of what is left.
fn unknown(held: &Held, reckoned: &Reckoned) -> Vec<Found> {
    let whole: i64 = reckoned.ticks.iter().sum();
    let mut all = Vec::new();
    for (task, ticks) in reckoned.ticks.iter().enumerate().take(reckoned.model.tasks.len()) {
        let share = *ticks as f64 / whole.max(1) as f64;
        let item = &held.plan.items[reckoned.model.tree.nodes[reckoned.model.tasks[task]].item];
        let wide = |spread: Spread| spread.low > 0.0 && spread.high / spread.low > WIDE;
        let why = match (&reckoned.model.from[task], item.estimate) {
            (From::History(..), _) => "has no estimate",
            (From::Estimate, Some(spread)) if wide(spread) => "has an estimate whose most is over four times its least",
            _ => continue,
        };
        if share > BIG {
            let name = held.name(reckoned, task);
            all.push(one(
                held,
                "big_unknown",
                Some(&item.id),
                format!("Nobody knows how large {name} is"),
                format!("{name} {why}, and is {:.0} % of what is left: a spike, or a split", share * 100.0),
            ));
        }
    }
    all
}

/// Promises of others that bind the finish.
fn outside(held: &Held, reckoned: &Reckoned) -> Vec<Found> {
    let promises = held.plan.links.iter().filter(|link| link.strength == Strength::External);
    let binding = |link: &&crate::plan::records::Dependency| {
        let place = reckoned.model.tree.place(&link.to)?;
        let task = reckoned.model.task_of[place]?;
        let day = link.promised_on?;
        let waits = reckoned.levelled.schedule.begun[task] == held.ground.tick(day)
            || reckoned.levelled.schedule.bound[task].link.is_none()
                && reckoned.levelled.schedule.bound[task].ready > 0;
        (waits && reckoned.chain.first() == Some(&task)).then_some((task, day))
    };
    promises
        .filter_map(|link| Some((link, binding(&link)?)))
        .map(|(link, (task, day))| {
            let name = held.name(reckoned, task);
            let who = link.who.as_deref().unwrap_or("somebody else");
            one(
                held,
                "waits_outside",
                Some(&link.to),
                format!("{who} delivers later than {name} needs it"),
                format!("the whole plan waits for what {who} promised for {day}: ask, or cut the tie"),
            )
        })
        .collect()
}
