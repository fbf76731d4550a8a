//! The answer is put together here: on what it stands, what it says, how such answers did.

use desk::rooms::sign;
use desk::{Desk, FieldError, Refusal};
use jiff::civil::Date;

use super::backtest::{LEVELS, backtest, checkpoints};
use super::ground::Ground;
use super::ledger::{self, Entry, Reach, quantile, sure_of};
use super::on_top::{OnTop, on_top};
use super::question::{count, day_ahead, given, guessed, start, wrong};
use super::recalibration::{Correction, corrected};
use super::records::ForecastMethod;
use super::start::risked;
use super::view::{Answer, BacktestRow, BacktestView, Fan, GroundView, Mark, View};
use super::whole::{self, OfPlan};
use super::{Ask, acts, hand, hard, poker};
use crate::calendar::{after, between};
use crate::pace::{Bag, HORIZON_DAYS, History};
use crate::pmf::{Pmf, Summing};
use crate::published::{By, Forecast, Method, Question, parts};
use crate::work::scene::{Instants, board, boards};

/// Weekly checkpoints of a backtest: five years.
const CHECKPOINTS: usize = 260;
/// Days to come when nothing else is asked.
const USUAL_DAYS: i32 = 28;

/// What is said, before it is corrected.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub question: Question,
    pub about: String,
    pub count: Option<u32>,
    pub until: Option<Date>,
    /// The item or the sprint.
    pub of: Option<String>,
    /// P(Y ≤ k).
    pub by: Vec<f64>,
    pub notes: Vec<String>,
    pub parts: Vec<(String, String, Option<f64>)>,
    /// Whether the log can tell how it went.
    pub checkable: Result<(), &'static str>,
    /// The plan that it is told of, when it is.
    pub plan: Option<OfPlan>,
}

/// Everything behind an answer.
pub(super) struct Behind {
    pub ground: Ground,
    pub history: History,
    pub entries: Vec<Entry>,
    pub method: Method,
    pub chosen: String,
    pub bag: Option<Bag>,
    pub guess: bool,
    /// What the register says that may come on top, when that was asked for.
    pub on_top: Vec<OnTop>,
}

impl Behind {
    /// What stands behind an ask, enough of it or not.
    pub(super) async fn of(desk: &Desk, ask: &Ask) -> Result<Self, Refusal> {
        let work = desk.work().await?;
        let owner = whole::owner(desk, ask).await?;
        let board = board(desk, &work, owner.as_deref().or(ask.team.as_deref()))?;
        let when = Instants::named(desk, ask.as_of.as_deref(), ask.known_at.as_deref())?;
        let ground = Ground::of(desk, board, when, &ask.repo).await?;
        let entries = ledger::entries(desk, &ground).await?;
        let (method, chosen) = method(desk, &ground, ask).await?;
        let history = ground.history();
        let ahead = ground.ahead();
        let bag = match given(ask.rate.as_deref()) {
            Some(rate) => Some(guessed(rate, &ahead)?),
            None if ground.enough(&history).is_err() => None,
            None => Bag::of(method, &history, &ahead),
        };
        let on_top = if ask.risks { on_top(desk, ground.board.team_id()).await? } else { Vec::new() };
        let guess = given(ask.rate.as_deref()).is_some();
        Ok(Self { ground, history, entries, method, chosen, bag, guess, on_top })
    }

    /// The readings, or why there are none.
    pub(super) fn bag(&self) -> Result<&Bag, Refusal> {
        if !self.guess {
            self.ground.enough(&self.history)?;
        }
        self.bag.as_ref().ok_or_else(|| {
            Refusal::invalid(format!("cannot forecast: {} has too little of what it looks at", self.method.name()))
                .hint("Ask with another --method.")
        })
    }

    fn correction(&self, told: &Told) -> Correction {
        if self.guess {
            return Correction::TooFew(0);
        }
        ledger::correction(&self.entries, told.question, told.reach(self.ground.today), self.ground.today)
    }

    /// The entry of the ledger that a question makes.
    pub(super) fn forecast(&self, told: &Told, target: Option<Date>, by: By) -> Forecast {
        let correction = self.correction(told);
        let chances = told.by.iter().scan(0.0, |before, now| Some((now - std::mem::replace(before, *now)).max(0.0)));
        let chances: Vec<f64> = chances.collect();
        let theta = Some(correction.theta()).filter(|theta| (theta - 1.0).abs() > 1e-9);
        let mut said = Forecast {
            question: told.question,
            board: ledger::address(&self.ground),
            unit: self.ground.unit,
            count: told.count,
            until: told.until,
            about: told.of.clone(),
            called: told.plan.as_ref().map(|plan| plan.called.clone()),
            plan_version: told.plan.as_ref().map(|plan| plan.version),
            today: self.ground.today,
            as_of: self.ground.as_of,
            known_at: self.ground.known_at,
            rules: told.plan.as_ref().map_or_else(|| self.ground.rules.clone(), |_| whole::RULES.to_owned()),
            method: self.method,
            theta: theta.map(|theta| (theta * 1e4).round() / 1e4),
            inputs: told.plan.as_ref().map_or_else(|| self.inputs(), |plan| plan.inputs.clone()),
            target,
            chances: parts(&chances),
            seed: told.plan.as_ref().map(|plan| plan.seed),
            trials: told.plan.as_ref().map(|plan| plan.trials),
            by,
            void: None,
            seal: String::new(),
        };
        said.seal = said.sealed();
        said
    }

    fn inputs(&self) -> String {
        let ahead = self.ground.ahead();
        sign(&format!("{:?} {:?} {} {}", self.history, ahead.days, self.method.name(), self.ground.rules))
    }
}

impl Told {
    fn reach(&self, today: Date) -> Reach {
        Reach::of(match self.until {
            Some(until) if !self.question.is_day() => usize::try_from(between(today, until)).unwrap_or(0),
            _ => quantile(&self.by, 1.0, 0.5).unwrap_or(usize::MAX),
        })
    }
}

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    if ask.poker.is_some() {
        return poker::view::answer(desk, ask).await;
    }
    if let Some(key) = ask.hard.clone() {
        return hard::view::answer(desk, ask, &key).await;
    }
    let behind = Behind::of(desk, &ask).await?;
    let ground = &behind.ground;
    let work = desk.work().await?;
    let hidden = desk.shows_work_of(ground.board.team_id()).text().is_some();
    let named = ledger::address(ground);
    let mut view = View {
        boards: boards(desk, &work).iter().map(|one| (one.name().to_owned(), one.address().to_owned())).collect(),
        team: named.map(|address| (ground.board.name().to_owned(), address)),
        hidden,
        ..View::default()
    };
    if hidden {
        view.ask = ask;
        return Ok(view);
    }
    view.ground = Some(shown(&behind));
    view.ledger = ask.ledger.then(|| ledger::view(&behind.entries, ground.today));
    view.backtest = ask.backtest.then(|| tested(ground));
    let of_plan = whole::is_asked(&ask);
    let asked = ask.when.is_some() || ask.how_many || ask.until.is_some() || ask.sprint.is_some() || ask.item.is_some();
    match (behind.bag(), asked) {
        (Ok(_), _) => {}
        // The dates of a plan hang on its own items, not on what the team finished.
        (Err(_), _) if of_plan => {}
        // Whoever asks is refused; whoever only looks is told.
        (Err(refusal), true) => return Err(refusal),
        (Err(refusal), false) => {
            view.cannot = Some((refusal.to_string(), refusal.what_to_do().unwrap_or_default().to_owned()));
        }
    }
    let bag = behind.bag.as_ref().filter(|_| view.cannot.is_none());
    if of_plan {
        let told = whole::told(desk, &behind, &ask).await?;
        view.answer = Some(said(&behind, &told, &ask)?);
    } else if bag.is_some() {
        let told = told(&behind, &ask)?;
        let mut answer = said(&behind, &told, &ask)?;
        if let Some(key) = told.of.as_deref().filter(|_| told.question == Question::Item) {
            answer.estimates = acts::estimates_of(desk, ground, key).await?;
        }
        view.answer = Some(answer);
    }
    view.fan = bag.filter(|_| !of_plan && !ask.ledger && !ask.backtest).map(|bag| fan(bag, ground.today));
    view.ask = ask;
    Ok(view)
}

/// What was asked for, else what somebody chose with a reason, else the default.
async fn method(desk: &Desk, ground: &Ground, ask: &Ask) -> Result<(Method, String), Refusal> {
    if let Some(method) = ask.method {
        return Ok((method, "asked for".to_owned()));
    }
    let board = ledger::address(ground);
    let all = desk.records().list::<ForecastMethod>().await?;
    let newest = all.into_iter().rfind(|one| one.body.board == board && one.updated_at <= ground.known_at);
    Ok(newest.map_or_else(
        || (Method::Pool, "the default".to_owned()),
        |one| (one.body.method, format!("chosen: {}", one.body.why)),
    ))
}

fn shown(behind: &Behind) -> GroundView {
    let ground = &behind.ground;
    GroundView {
        unit: ground.unit,
        today: ground.today.to_string(),
        as_of: ground.as_of.to_string(),
        known_at: (ground.known_at != ground.as_of).then(|| ground.known_at.to_string()),
        first: ground.record.first.map(|day| day.to_string()),
        finished: behind.history.finished(180),
        method: behind.method.name().to_owned(),
        chosen: behind.chosen.clone(),
        absences: ground.members.is_some(),
        unsteady: ground.unsteady(),
        rules: ground.rules.clone(),
        inputs: behind.inputs(),
    }
}

/// What the question says.
pub(super) fn told(behind: &Behind, ask: &Ask) -> Result<Told, Refusal> {
    if let Some(key) = given(ask.item.as_deref()) {
        return hand::item(behind, key);
    }
    if let Some(named) = given(ask.sprint.as_deref()) {
        return hand::sprint(behind, named);
    }
    if let Some(text) = given(ask.when.as_deref()) {
        return when(behind, ask, text);
    }
    let today = behind.ground.today;
    let until = match given(ask.until.as_deref()) {
        Some(text) => day_ahead("until", text, today)?,
        None => after(today, USUAL_DAYS),
    };
    how_many(behind, until)
}

fn when(behind: &Behind, ask: &Ask, text: &str) -> Result<Told, Refusal> {
    let (low, high) = count(text)?;
    let mut start = start(ask, low, high)?;
    for one in &behind.on_top {
        start = risked(&start, one.chance, &one.items);
    }
    let arrival = behind.bag()?.when(&start, HORIZON_DAYS);
    let plain = low == high && given(ask.split.as_deref()).is_none() && ask.risk.is_empty() && behind.on_top.is_empty();
    let mut notes: Vec<String> = behind.on_top.iter().map(OnTop::said).collect();
    if high == 0 && behind.on_top.is_empty() {
        notes.push("Nothing is left to do: it is done today.".to_owned());
    }
    let unit = behind.ground.unit;
    let about = if low == high { unit.count(low as usize) } else { format!("{low} to {}", unit.count(high as usize)) };
    Ok(Told {
        question: Question::When,
        about,
        count: plain.then_some(low),
        until: None,
        of: None,
        by: arrival.by,
        notes,
        parts: Vec::new(),
        checkable: if plain && low > 0 {
            Ok(())
        } else {
            Err("what splits or grows cannot be looked up by its count: publish one number")
        },
        plan: None,
    })
}

pub(super) fn how_many(behind: &Behind, until: Date) -> Result<Told, Refusal> {
    let days = usize::try_from(between(behind.ground.today, until)).unwrap_or(0);
    let sum = behind.bag()?.how_many(&mut Summing::default(), days);
    Ok(Told {
        question: Question::HowMany,
        about: format!("by {}", day_words(until, behind.ground.today)),
        count: None,
        until: Some(until),
        of: None,
        by: running(&sum),
        notes: Vec::new(),
        parts: Vec::new(),
        checkable: Ok(()),
        plan: None,
    })
}

fn running(sum: &Pmf) -> Vec<f64> {
    let add = |before: &mut f64, chance: &f64| {
        *before += chance;
        Some(before.min(1.0))
    };
    sum.chances().iter().scan(0.0, add).collect()
}

/// The answer, corrected by what past ones were, with how those did.
fn said(behind: &Behind, told: &Told, ask: &Ask) -> Result<Answer, Refusal> {
    let ground = &behind.ground;
    let correction = behind.correction(told);
    let theta = correction.theta();
    let day = told.question.is_day();
    let mark = |p: f64| {
        if !day {
            return Mark { p, day: None, value: Some(sure_of(&told.by, theta, p)) };
        }
        let value = quantile(&told.by, theta, p);
        let on = value.and_then(|value| i32::try_from(value).ok()).map(|days| after(ground.today, days).to_string());
        Mark { p, day: on, value }
    };
    let target = match given(ask.by.as_deref()) {
        Some(_) if !day => return Err(wrong("by", "A count is asked: its day is --until.")),
        Some(text) => {
            let on = day_ahead("by", text, ground.today)?;
            let place = usize::try_from(between(ground.today, on)).unwrap_or(0);
            let chance = told.by.get(place).or(told.by.last()).copied().unwrap_or(0.0);
            Some((on.to_string(), fine(corrected(theta, chance))))
        }
        None => None,
    };
    let like = behind
        .entries
        .iter()
        .filter(|one| one.stored.body.question == told.question && one.reach() == told.reach(ground.today));
    let record = ledger::reliability(&like).get(2).and_then(|at| Some((at.held, at.n, at.band?.0, at.band?.1)));
    Ok(Answer {
        question: told.question,
        about: told.about.clone(),
        marks: LEVELS.into_iter().map(mark).collect(),
        curve: curve(told, theta, ground.today),
        target,
        how: told.plan.as_ref().map_or_else(|| "exact".to_owned(), OfPlan::how),
        guess: behind.guess,
        record,
        correction: if behind.guess { "a guess: no past stands behind it".to_owned() } else { correction.words() },
        notes: told.notes.clone(),
        parts: told.parts.iter().map(|(key, title, chance)| (key.clone(), title.clone(), chance.map(fine))).collect(),
        estimates: Vec::new(),
    })
}

/// Probability by day, or of at least so many; at most about ninety points.
fn curve(told: &Told, theta: f64, today: Date) -> Vec<(String, f64)> {
    let last = quantile(&told.by, theta, 0.99).unwrap_or_else(|| told.by.len().saturating_sub(1));
    let step = (last / 90).max(1);
    let fixed = |chance: f64| if (theta - 1.0).abs() < 1e-9 { chance } else { corrected(theta, chance) };
    (0..=last)
        .step_by(step)
        .map(|k| {
            if told.question.is_day() {
                return (after(today, k as i32).to_string(), fine(fixed(told.by[k])));
            }
            let below = k.checked_sub(1).map_or(0.0, |k| told.by[k]);
            (k.to_string(), fine(1.0 - fixed(below)))
        })
        .collect()
}

fn fan(bag: &Bag, today: Date) -> Fan {
    let mut summing = Summing::default();
    let sums: Vec<Pmf> = (1..=8).map(|week| bag.how_many(&mut summing, week * 7)).collect();
    let level = |q: f64| (q, sums.iter().map(|sum| sum.sure_of(q)).collect());
    Fan {
        days: (1..=8).map(|week| after(today, week * 7).to_string()).collect(),
        levels: [0.05, 0.15, 0.5, 0.85, 0.95].into_iter().map(level).collect(),
    }
}

/// Every method over the past of a ground.
pub(super) fn tested(ground: &Ground) -> BacktestView {
    let points = checkpoints(&ground.record, ground.today, CHECKPOINTS, |day| ground.end_of(day));
    let yesterday = after(ground.today, -1);
    let found = backtest(&ground.record, &points, (yesterday, ground.at()), |day| ground.calendar.works(day));
    let row = |one: &super::backtest::Outcome| BacktestRow {
        method: one.method.name().to_owned(),
        days: one.days,
        n: one.n,
        apart: one.apart(),
        levels: LEVELS
            .iter()
            .enumerate()
            .map(|(at, p)| (*p, fine(one.share(at)), one.band(at).map(|(low, high)| (fine(low), fine(high)))))
            .collect(),
        crps: fine(one.crps),
        skill: one.baseline.and_then(|base| super::scores::skill(one.crps, base)).map(fine),
        holds: one.within_band(),
    };
    BacktestView {
        checkpoints: found.checkpoints,
        rows: found.results.iter().map(row).collect(),
        chosen: found.chosen().name().to_owned(),
    }
}

/// To six digits: what is shown comes back from every face as it was.
pub(super) fn fine(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A day as people read it: with its year when that is another.
pub(super) fn day_words(day: Date, today: Date) -> String {
    let form = if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    day.strftime(form).to_string()
}

/// Beside which field a refusal stands, for what is published.
pub(super) fn unchecked(why: &str) -> Refusal {
    Refusal::fields(vec![FieldError::new("when", format!("Not in the ledger: {why}."))])
}
