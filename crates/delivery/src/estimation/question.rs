//! What was asked, read from its words and refused beside the field when it does not hold.

use desk::{FieldError, Refusal};
use jiff::civil::Date;
use statrs::distribution::{Discrete, Poisson};

use super::Ask;
use super::start::{between, risked, split};
use crate::calendar;
use crate::pace::{Ahead, Bag, HORIZON_DAYS, Pace};
use crate::pmf::Pmf;

pub(super) fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// What is left of a text.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A range of numbers: `40` or `30..50`.
fn range<T: std::str::FromStr + PartialOrd + Copy>(field: &str, text: &str, like: &str) -> Result<(T, T), Refusal> {
    let refused = || wrong(field, format!("`{text}` is no {like}"));
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    let parse = |part: &str| part.trim().parse::<T>().map_err(|_| refused());
    let (low, high) = (parse(low)?, parse(high)?);
    if low > high { Err(refused()) } else { Ok((low, high)) }
}

/// How many are to be finished: 0 to 10,000.
pub(super) fn count(text: &str) -> Result<(u32, u32), Refusal> {
    let (low, high) = range("when", text, "number of items: 40, or 30..50")?;
    if high > 10_000 {
        return Err(wrong("when", "10,000 at most."));
    }
    Ok((low, high))
}

/// A day to come, at most three years away.
pub(super) fn day_ahead(field: &str, text: &str, today: Date) -> Result<Date, Refusal> {
    let day: Date =
        text.parse().map_err(|_| wrong(field, format!("`{text}` is no day: {}", calendar::after(today, 28))))?;
    if day <= today {
        return Err(wrong(
            field,
            format!("{day} is past. Which day is meant? Day 1 is {}.", calendar::after(today, 1)),
        ));
    }
    if calendar::between(today, day) > HORIZON_DAYS as i64 {
        return Err(wrong(field, "That lies beyond 3 years: nothing here reaches so far."));
    }
    Ok(day)
}

/// What is to be done, with its splits and risks.
pub(super) fn start(ask: &Ask, low: u32, high: u32) -> Result<Pmf, Refusal> {
    let mut start = between(low, high);
    if let Some(text) = given(ask.split.as_deref()) {
        let (from, to): (f64, f64) = range("split", text, "factor: 1..1.3")?;
        if !(0.1..=10.0).contains(&from) || !(0.1..=10.0).contains(&to) {
            return Err(wrong("split", "A factor lies between 0.1 and 10."));
        }
        start = split(&start, from, to);
    }
    for text in ask.risk.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let like = || wrong("risk", format!("`{text}` is no risk: 0.3:3..6 is a chance of 30 % of 3 to 6 items more"));
        let (chance, items) = text.split_once(':').ok_or_else(like)?;
        let chance: f64 = chance.trim().parse().map_err(|_| like())?;
        if !(chance > 0.0 && chance < 1.0) {
            return Err(wrong("risk", "A certainty is work to be done, an impossibility needs no word."));
        }
        let (low, high): (u32, u32) = range("risk", items, "number of items")?;
        if high > 10_000 {
            return Err(wrong("risk", "10,000 items at most."));
        }
        start = risked(&start, chance, &between(low, high));
    }
    Ok(start)
}

/// A guess of so many a week or a day: the rate is unknown and the same on all working days, each day as chance has it (Poisson).
pub(super) fn guessed(text: &str, ahead: &Ahead) -> Result<Bag, Refusal> {
    let like = || wrong("rate", format!("`{text}` is no rate: 3..6/w, or 1..2/d"));
    let (numbers, per) = text.split_once('/').ok_or_else(like)?;
    let (low, high): (f64, f64) = range("rate", numbers, "rate: 3..6/w, or 1..2/d")?;
    let week: Vec<(bool, f64)> = ahead.days.iter().copied().take(7).collect();
    let working = week.iter().filter(|day| day.0).count().max(1) as f64;
    let factor = match per.trim() {
        "w" | "week" => 1.0 / working,
        "d" | "day" => 1.0,
        _ => return Err(like()),
    };
    if !(low >= 0.0 && high > 0.0 && high <= 10_000.0) {
        return Err(wrong("rate", "A rate is more than 0: nothing finished is never a date."));
    }
    // Nine rates from end to end stand for all of them.
    let rates = (0..9).map(|nth| (low + (high - low) * (f64::from(nth) + 0.5) / 9.0) * factor);
    let paces = rates.map(|rate| {
        let (kinds, of) =
            (vec![poisson(rate), Pmf::certain(0)], ahead.days.iter().map(|day| u16::from(!day.0)).collect());
        Pace::Days { kinds, of }
    });
    Ok(Bag::all(paces.collect()))
}

fn poisson(rate: f64) -> Pmf {
    let most = (rate + 8.0 * rate.sqrt() + 8.0) as u64;
    let chances = Poisson::new(rate.max(1e-9)).map(|poisson| (0..=most).map(|k| poisson.pmf(k)).collect());
    chances.ok().and_then(Pmf::of_weights).unwrap_or_else(|| Pmf::certain(0))
}
