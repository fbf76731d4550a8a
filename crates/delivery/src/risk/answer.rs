//! The register is read here: risks with their history, what was at stake on each day, and what the facts show that nobody wrote down.

use desk::kinds::Risk;
use desk::kinds::risk::{ImpactUnit, Sign};
use desk::work::TeamId;
use desk::{Desk, FieldError, Refusal, Stored};
use jiff::Timestamp;
use jiff::civil::Date;

use super::Ask;
use super::acts::import::team_slug;
use super::detect::found;
use super::file::{cells, written};
use super::plan::held as held_plan;
use super::pre_mortem::records::PreMortem;
use super::pre_mortem::room::Table;
use super::pre_mortem::view::{MortemLine, MortemRoom};
use super::register::{Held, brier, burndown, call, exposure, likelihood, severity, severity_in};
use super::trigger::Watch;
use super::view::{BarView, Record, RiskRow, View};
use crate::calendar::after;
use crate::plan::hazard::spread;
use crate::plan::records::Plan;
use crate::spread::{Spread, Unit};

/// Days of the burndown when nothing else is asked.
const BURNDOWN_DAYS: i32 = 182;

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    if let Some(id) = ask.pre_mortem.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        let room = MortemRoom::of(desk, &Table::of(desk, id).await?).await?;
        return Ok(View { room: Some(room), today: desk.today().to_string(), ask, ..View::default() });
    }
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
    let plans = desk.records().list::<Plan>().await?;
    let plan = held_plan(desk, &plans, ask.plan.as_deref()).await?;
    let told_plan = plan.as_ref().map(|plan| plan.told(ask.budget));
    let left = plan.as_ref().and_then(super::plan::Held::left_days);
    let mut risks: Vec<RiskRow> = Vec::new();
    let mut watch = Watch::of(desk, &plans, plan.as_ref());
    for risk in mine.iter().filter(|risk| ask.all || risk.status == OPEN) {
        let bar = told_plan.iter().flat_map(|plan| &plan.bars).find(|bar| bar.risk.as_deref() == Some(&risk.id));
        let mut told = row(desk, risk, today, left, bar);
        if risk.status == OPEN {
            for trigger in &risk.body.triggers {
                told.triggers.push(watch.look(trigger).await?);
            }
        }
        risks.push(told);
    }
    risks.sort_by(|a, b| {
        (a.status != OPEN)
            .cmp(&(b.status != OPEN))
            .then(at_stake(b).total_cmp(&at_stake(a)))
            .then(a.title.cmp(&b.title))
    });
    let days = burndown(&held, from, today);
    Ok(View {
        today: today.to_string(),
        exposure: risks.iter().filter(|risk| risk.status == OPEN).map(at_stake).sum(),
        burndown: days.into_iter().map(|(day, sum)| (day.to_string(), sum)).collect(),
        steps: steps.into_iter().map(|(on, title, why)| (on.to_string(), title, why)).collect(),
        record: record(&mine),
        found: found(desk, team, &mine, plan.as_ref()).await?,
        plans: plans.iter().rev().map(|one| (one.id.clone(), one.title.clone())).collect(),
        plan: told_plan,
        csv: ask.csv.then(|| as_file(desk, &mine, ask.all)),
        pre_mortems: pre_mortems(desk, team).await?,
        room: None,
        risks,
        ask,
    })
}

/// The register as CSV, in the order in which the risks were opened.
fn as_file(desk: &Desk, all: &[Stored<Risk>], closed: bool) -> String {
    let row = |risk: &Stored<Risk>| {
        let team = team_slug(desk, risk.team);
        cells(&risk.id, &risk.title, team.as_deref(), &risk.status, &risk.body)
    };
    written(&all.iter().filter(|risk| closed || risk.status == OPEN).map(row).collect::<Vec<_>>())
}

/// The pre-mortems of a team, or all, the newest first.
async fn pre_mortems(desk: &Desk, team: Option<TeamId>) -> Result<Vec<MortemLine>, Refusal> {
    let all = desk.records().list::<PreMortem>().await?;
    Ok(all.iter().rev().filter(|one| team.is_none() || one.team == team).map(MortemLine::of).collect())
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

/// The impact of a risk as a spread of working days; a factor has none without what it is a factor of.
pub(super) fn impact(risk: &Risk) -> Spread {
    let spread = spread(&risk.impact);
    if spread.unit == Unit::Days { spread } else { Spread::constant(0.0, Unit::Days) }
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

/// Expected working days; nothing where none are measured.
fn at_stake(risk: &RiskRow) -> f64 {
    risk.exposure.unwrap_or(0.0)
}

fn row(desk: &Desk, risk: &Stored<Risk>, today: Date, left: Option<f64>, bar: Option<&BarView>) -> RiskRow {
    let rare = risk.body.probability;
    // What a factor costs hangs on what it is a factor of: what it does to the plan. Items are told by forecasts.
    let expected = match risk.body.impact.unit {
        ImpactUnit::Days => Some(exposure(rare, &impact(&risk.body))),
        ImpactUnit::Factor => bar.map(|bar| bar.mean.days),
        ImpactUnit::Items => None,
    };
    let place = expected.filter(|expected| *expected >= 0.0 && risk.body.sign == Sign::Threat).map(|expected| {
        let cost = if rare > 0.0 { expected / rare } else { 0.0 };
        (likelihood(rare), left.map_or_else(|| severity(cost), |left| severity_in(cost, left)))
    });
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
        exposure: expected,
        moves: bar.map(|bar| bar.p80),
        call: place.map(|place| call(place.0, place.1)),
        place,
        response: serde_json::to_value(risk.body.response)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default(),
        owner: risk.body.owner.clone(),
        review_on: risk.body.review_on.map(|day| day.to_string()),
        stale: risk.status == OPEN && risk.body.review_on.is_some_and(|day| day < today),
        wrong: wrong.map(str::to_owned),
        unit: crate::plan::hazard::spread(&risk.body.impact).unit.mark().to_owned(),
        triggers: Vec::new(),
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
