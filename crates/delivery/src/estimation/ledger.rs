//! What was published, and how it went. An outcome is never kept: the log says it, whenever it is asked.

use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::backtest::LEVELS;
use super::ground::Ground;
use super::recalibration::{Correction, Resolved, corrected, level};
use super::scores::crps;
use super::view::{EntryView, LedgerView, Reliability};
use super::whole::Pasts;
use crate::calendar::{after, between};
use crate::numbers::band;
use crate::published::{Forecast, Question};
use crate::sim::Draws;

/// An entry with what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record.
    pub stored: Stored<Forecast>,
    /// What came, and the day on which it was known.
    pub came: Option<(usize, Date)>,
    /// Whether each of the levels held; none while it is not known.
    pub held: [Option<bool>; 4],
}

/// How far a forecast reaches: up to two weeks, six, or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// At most 14 days.
    Near,
    /// At most 42.
    Middle,
    /// More.
    Far,
}

impl Reach {
    /// Of so many days.
    #[must_use]
    pub const fn of(days: usize) -> Self {
        match days {
            0..=14 => Self::Near,
            15..=42 => Self::Middle,
            _ => Self::Far,
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Near => "up to 14 days",
            Self::Middle => "15 to 42 days",
            Self::Far => "over 42 days",
        }
    }
}

/// The least k with P(Y ≤ k) ≥ q, after the correction.
#[must_use]
pub fn quantile(by: &[f64], theta: f64, q: f64) -> Option<usize> {
    let wanted = if (theta - 1.0).abs() < 1e-9 { q } else { level(theta, q) };
    by.iter().position(|chance| *chance + 1e-9 >= wanted)
}

/// The greatest k with P(Y ≥ k) ≥ q, after the correction.
#[must_use]
pub fn sure_of(by: &[f64], theta: f64, q: f64) -> usize {
    // P(Y ≥ k) ≥ q while P(Y ≤ k − 1) ≤ 1 − q.
    let below = |chance: f64| if (theta - 1.0).abs() < 1e-9 { chance } else { corrected(theta, chance) };
    by.iter().take_while(|chance| below(**chance) <= 1.0 - q + 1e-9).count()
}

impl Entry {
    fn of(stored: Stored<Forecast>, ground: &Ground, plans: &Pasts) -> Self {
        let said = &stored.body;
        let came = outcome(said, ground, plans).filter(|_| said.void.is_none());
        let (by, theta) = (said.by(), said.theta.unwrap_or(1.0));
        let held = LEVELS.map(|q| {
            if said.void.is_some() {
                return None;
            }
            match (said.question.is_day(), came) {
                (true, Some((came, _))) => Some(quantile(&by, theta, q).is_none_or(|day| came <= day)),
                // Not finished, and the day is past: a miss.
                (true, None) => {
                    let day = quantile(&by, theta, q)?;
                    (between(said.today, ground.today) > day as i64).then_some(false)
                }
                (false, came) => came.map(|(came, _)| came >= sure_of(&by, theta, q)),
            }
        });
        Self { stored, came, held }
    }

    /// How far it reaches: to its middle, or to its day.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let said = &self.stored.body;
        let days = match said.until {
            Some(until) if !said.question.is_day() => usize::try_from(between(said.today, until)).unwrap_or(0),
            _ => quantile(&said.by(), 1.0, 0.5).unwrap_or(usize::MAX),
        };
        Reach::of(days)
    }

    /// As what the correction learns from.
    #[must_use]
    pub fn resolved(&self) -> Option<Resolved> {
        let (came, on) = self.came?;
        let said = &self.stored.body;
        let day = |day: Date| between(jiff::civil::date(2000, 1, 1), day);
        let v = Draws::of(0).stream_of(&said.seal).uniform(0, 0);
        Some(Resolved { made: day(said.today), known: day(on), by: said.by(), came, v })
    }
}

/// What came of a forecast, as the log tells it at the ground's instant, and the day on which it was known.
fn outcome(said: &Forecast, ground: &Ground, plans: &Pasts) -> Option<(usize, Date)> {
    let at = ground.at();
    match said.question {
        Question::When => {
            let on = ground.record.nth(said.count? as usize, said.today, at).filter(|on| *on <= ground.today)?;
            Some((usize::try_from(between(said.today, on)).ok()?, on))
        }
        Question::Item => {
            let on = ground.finished_on(said.about.as_deref()?).filter(|on| *on > said.today)?;
            Some((usize::try_from(between(said.today, on)).ok()?, on))
        }
        Question::Milestone | Question::Plan => {
            let on = plans.came(said)?;
            Some((usize::try_from(between(said.today, on)).unwrap_or(0), on))
        }
        Question::HowMany | Question::Sprint => {
            let until = said.until.filter(|until| *until < ground.today)?;
            Some((ground.record.finished(said.today, until, at), after(until, 1)))
        }
    }
}

/// The entries of a board, oldest first.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn entries(desk: &Desk, ground: &Ground) -> Result<Vec<Entry>, Refusal> {
    let board = address(ground);
    let all = desk.records().list::<Forecast>().await?;
    let mine = all.into_iter().filter(|one| one.body.board == board && one.body.unit == ground.unit);
    // What was told after the day of the question was not there yet.
    let then: Vec<Stored<Forecast>> = mine.filter(|one| one.body.today <= ground.today).collect();
    let plans = Pasts::of(desk, ground, then.iter().map(|one| &one.body)).await?;
    let mut entries: Vec<Entry> = then.into_iter().map(|stored| Entry::of(stored, ground, &plans)).collect();
    entries.sort_by_key(|entry| entry.stored.body.today);
    Ok(entries)
}

/// The board's name in addresses; none is Git alone.
#[must_use]
pub fn address(ground: &Ground) -> Option<String> {
    Some(ground.board.address().to_owned()).filter(|address| !address.is_empty())
}

/// Nominal against achieved.
#[must_use]
pub fn reliability<'a>(entries: &(impl Iterator<Item = &'a Entry> + Clone)) -> Vec<Reliability> {
    let at = |(place, p): (usize, f64)| {
        let known = entries.clone().filter_map(|entry| entry.held[place]);
        let (held, n) = known.fold((0, 0), |(held, n), one| (held + u32::from(one), n + 1));
        let band = band(u64::from(n), p).filter(|_| n > 0).map(|(low, high)| (low as u32, high as u32));
        Reliability { p, held, n, band }
    };
    LEVELS.into_iter().enumerate().map(at).collect()
}

/// What the entries of a question and reach make of the next one.
#[must_use]
pub fn correction(entries: &[Entry], question: Question, reach: Reach, today: Date) -> Correction {
    let like = entries.iter().filter(|entry| entry.stored.body.question == question && entry.reach() == reach);
    let resolved: Vec<Resolved> = like.filter_map(Entry::resolved).collect();
    Correction::of(&resolved, between(jiff::civil::date(2000, 1, 1), today))
}

/// The ledger as it is shown.
#[must_use]
pub fn view(entries: &[Entry], today: Date) -> LedgerView {
    let void = |entry: &Entry| entry.stored.body.void.is_some();
    let mut kinds: Vec<(Question, Reach)> =
        entries.iter().map(|entry| (entry.stored.body.question, entry.reach())).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of = |kind: (Question, Reach)| {
        entries.iter().filter(move |entry| (entry.stored.body.question, entry.reach()) == kind && !void(entry))
    };
    let name = |kind: (Question, Reach)| format!("{}, {}", kind.0.words(), kind.1.words());
    let mut pits = vec![0; 10];
    for pit in entries.iter().filter_map(Entry::resolved).map(|one| one.pit()) {
        pits[((pit * 10.0) as usize).min(9)] += 1;
    }
    let resolved = entries.iter().filter(|entry| entry.came.is_some()).count();
    let voided = entries.iter().filter(|entry| void(entry)).count();
    LedgerView {
        counts: (resolved, entries.len() - resolved - voided, voided),
        reliability: kinds.iter().map(|kind| (name(*kind), reliability(&of(*kind)))).collect(),
        together: reliability(&entries.iter()),
        pits,
        corrections: kinds
            .iter()
            .map(|kind| (name(*kind), correction(entries, kind.0, kind.1, today).words()))
            .collect(),
        entries: entries.iter().rev().map(shown).collect(),
    }
}

fn shown(entry: &Entry) -> EntryView {
    let said = &entry.stored.body;
    let (by, theta) = (said.by(), said.theta.unwrap_or(1.0));
    let at = |q: f64| {
        if !said.question.is_day() {
            return format!("{} or more", sure_of(&by, theta, q));
        }
        let day = quantile(&by, theta, q).and_then(|days| i32::try_from(days).ok());
        day.map_or_else(|| "beyond 3 years".to_owned(), |days| after(said.today, days).to_string())
    };
    let came = entry.came.map(|(came, on)| if said.question.is_day() { on.to_string() } else { format!("{came}") });
    let state = match (&said.void, entry.held[2]) {
        (Some(why), _) => format!("void: {why}"),
        (_, Some(true)) => "held".to_owned(),
        (_, Some(false)) => "missed".to_owned(),
        (_, None) => "open".to_owned(),
    };
    let chances: Vec<f64> = said.chances.iter().map(|part| f64::from(*part) / crate::published::PARTS).collect();
    let about = match (said.question, said.count, said.until) {
        (Question::When, Some(count), _) => said.unit.count(count as usize),
        (Question::HowMany, _, Some(until)) => format!("how many by {until}"),
        (Question::Sprint, _, Some(until)) => format!("{} until {until}", said.about.as_deref().unwrap_or("sprint")),
        _ => said.called.clone().or_else(|| said.about.clone()).unwrap_or_default(),
    };
    EntryView {
        id: entry.stored.id.clone(),
        version: entry.stored.version,
        told: said.today.to_string(),
        about,
        half: at(0.5),
        most: at(0.85),
        came,
        state,
        crps: entry.came.map(|(came, _)| super::answer::fine(crps(&chances, came))),
    }
}
