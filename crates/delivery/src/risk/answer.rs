//! The register is read here: risks with their history, what was at stake on each day, and what the facts show that nobody wrote down.

use desk::kinds::Risk;
use desk::work::TeamId;
use desk::{Desk, FieldError, Refusal, Stored};
use jiff::Timestamp;
use jiff::civil::Date;

use super::Ask;
use super::register::{Held, brier, burndown, call, exposure, likelihood, proposed, severity};
use super::view::{Found, Record, RiskRow, View};
use crate::calendar::{after, between};
use crate::spread::{Spread, Unit};
use crate::work::measures::Measures;
use crate::work::scene::{Board, Instants, Scene, boards};

/// Days of the burndown when nothing else is asked.
const BURNDOWN_DAYS: i32 = 182;
/// Working days without a change from which an item older than 85 % of the finished counts as stuck.
const STUCK_DAYS: i64 = 5;

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let team = team_of(desk, ask.team.as_deref())?;
    let today = desk.today();
    let from = match ask.from.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => desk::scope::day("from", text, today)?,
        None => after(today, 1 - BURNDOWN_DAYS),
    };
    if from > today {
        return Err(Refusal::fields(vec![FieldError::new("from", format!("{from} is still to come."))]));
    }
    let all: Vec<Stored<Risk>> = desk.records().list::<Risk>().await?;
    let mine: Vec<Stored<Risk>> = all.into_iter().filter(|risk| team.is_none() || risk.team == team).collect();
    let mut held = Vec::new();
    let mut steps = Vec::new();
    for (place, risk) in mine.iter().enumerate() {
        let past = desk.records().history::<Risk>(&risk.id).await?;
        take(&mut held, &mut steps, place, &past);
    }
    steps.retain(|(on, ..)| *on >= from);
    steps.sort();
    let mut risks: Vec<RiskRow> =
        mine.iter().filter(|risk| ask.all || risk.status == OPEN).map(|risk| row(desk, risk, today)).collect();
    risks.sort_by(|a, b| {
        (a.status != OPEN).cmp(&(b.status != OPEN)).then(b.exposure.total_cmp(&a.exposure)).then(a.title.cmp(&b.title))
    });
    let days = burndown(&held, from, today);
    Ok(View {
        today: today.to_string(),
        exposure: risks.iter().filter(|risk| risk.status == OPEN).map(|risk| risk.exposure).sum(),
        burndown: days.into_iter().map(|(day, sum)| (day.to_string(), sum)).collect(),
        steps: steps.into_iter().map(|(on, title, why)| (on.to_string(), title, why)).collect(),
        record: record(&mine),
        found: found(desk, team, &mine).await?,
        risks,
        ask,
    })
}

/// Where a risk begins.
pub(super) const OPEN: &str = "open";
/// Where one stands that came.
pub(super) const HAPPENED: &str = "happened";

fn team_of(desk: &Desk, named: Option<&str>) -> Result<Option<TeamId>, Refusal> {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else { return Ok(None) };
    desk.organisation()
        .find_team(named)
        .map(|team| Some(team.id))
        .map_err(|error| Refusal::fields(vec![FieldError::new("team", Refusal::from(error).to_string())]))
}

/// The impact of a risk as a spread of working days.
pub(super) fn impact(risk: &Risk) -> Spread {
    Spread::range(risk.impact.low, risk.impact.likely, risk.impact.high, Unit::Days)
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// What a risk added to what is at stake, version by version, and the steps that it made.
fn take(held: &mut Vec<Held>, steps: &mut Vec<(Date, String, String)>, place: usize, past: &[Stored<Risk>]) {
    for (number, version) in past.iter().enumerate() {
        let (from, next) = (day_of(version.updated_at), past.get(number + 1));
        let cost = |of: &Stored<Risk>| {
            if of.status == OPEN && !of.archived { exposure(of.body.probability, &impact(&of.body)) } else { 0.0 }
        };
        let now = cost(version);
        let before = number.checked_sub(1).and_then(|at| past.get(at)).map(cost);
        let why = match before {
            None => Some("new"),
            Some(_) if version.status == HAPPENED => Some("occurred"),
            Some(before) if now == 0.0 && before > 0.0 => Some("closed"),
            Some(before) if now < before - 1e-9 => Some("lowered"),
            Some(before) if now > before + 1e-9 => Some("raised"),
            Some(_) => None,
        };
        steps.extend(why.map(|why| (from, version.title.clone(), why.to_owned())));
        held.push(Held { risk: place, from, until: next.map(|next| day_of(next.updated_at)), exposure: now });
    }
}

fn row(desk: &Desk, risk: &Stored<Risk>, today: Date) -> RiskRow {
    let spread = impact(&risk.body);
    let (rare, cost) = (risk.body.probability, spread.mean());
    let place = (likelihood(rare), severity(cost));
    let team = risk.team.and_then(|team| desk.organisation().team(team)).map(|team| team.name.clone());
    let wrong = match rare {
        p if p <= 0.0 => Some("an impossibility needs no row"),
        p if p >= 1.0 => Some("a certainty is a plan item"),
        _ => None,
    };
    RiskRow {
        id: risk.id.clone(),
        version: risk.version,
        title: risk.title.clone(),
        team,
        status: risk.status.clone(),
        probability: rare,
        impact: (risk.body.impact.low, risk.body.impact.likely, risk.body.impact.high),
        exposure: exposure(rare, &spread),
        place,
        call: call(place.0, place.1),
        response: serde_json::to_value(risk.body.response)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default(),
        owner: risk.body.owner.clone(),
        review_on: risk.body.review_on.map(|day| day.to_string()),
        stale: risk.status == OPEN && risk.body.review_on.is_some_and(|day| day < today),
        wrong: wrong.map(str::to_owned),
    }
}

/// How often what was feared came, over everything that is closed or came.
fn record(all: &[Stored<Risk>]) -> Record {
    let said: Vec<(f64, bool)> = all
        .iter()
        .filter(|risk| risk.status != OPEN)
        .map(|risk| (risk.body.probability, risk.status == HAPPENED))
        .collect();
    let steps = [(0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)];
    let bin = |(from, to): (f64, f64)| {
        let here = said.iter().filter(|(p, _)| *p >= from && *p < to);
        (from, to.min(1.0), here.clone().count(), here.filter(|(_, came)| *came).count())
    };
    Record {
        closed: said.len(),
        came: said.iter().filter(|(_, came)| *came).count(),
        brier: brier(&said),
        reliability: if said.len() >= 20 {
            steps.map(bin).into_iter().filter(|one| one.2 > 0).collect()
        } else {
            Vec::new()
        },
    }
}

/// What the boards show that nobody wrote down: items that are stuck, and a flow that is not steady.
async fn found(desk: &Desk, team: Option<TeamId>, written: &[Stored<Risk>]) -> Result<Vec<Found>, Refusal> {
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
        let now = Instants::now(desk);
        let scene = Scene::of(desk, board.clone(), now, None, |_| true).await?;
        let last = scene.today();
        let measures = Measures::of(&scene, (after(last, -89), last));
        all.extend(stuck(&scene, &measures));
        all.extend(unsteady(&scene, &measures));
    }
    let known = |one: &Found| written.iter().any(|risk| risk.status == OPEN && risk.title == one.title);
    all.retain(|one| !known(one));
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
            title: format!("{} is stuck: {}", item.key, item.title),
            why: format!(
                "{:.0} d old, 85 % of finished work took at most {limit:.0}; no change for {} working days",
                open.age,
                still(item)
            ),
            team: scene.board.team.as_ref().map(|team| team.name.clone()),
            probability: proposed(0, 0),
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
        title: format!("Work of {} piles up", scene.board.name()),
        why: format!("{} started and {} finished in the last 90 days", piling.0, piling.1),
        team: scene.board.team.as_ref().map(|team| team.name.clone()),
        probability: proposed(0, 0),
    })
}
