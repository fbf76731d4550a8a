//! Working time and availability: which days count, how long a working span is, and how much of a team is here on a day.
//!
//! Instants are UTC microseconds; days are civil days of the calendar's zone.

use std::collections::BTreeMap;

use desk::work::{Calendar, DayKind, Hours};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a civil day without a change of the clock.
pub const DAY: i64 = 86_400 * SECOND;

/// A calendar that answers.
#[derive(Debug, Clone)]
pub struct Clockwork {
    zone: TimeZone,
    week: [Option<Hours>; 7],
    days: BTreeMap<Date, DayKind>,
}

impl Clockwork {
    /// Of a calendar as it is kept. An unknown zone is read as UTC.
    #[must_use]
    pub fn of(calendar: &Calendar) -> Self {
        Self {
            zone: TimeZone::get(&calendar.time_zone).unwrap_or(TimeZone::UTC),
            week: calendar.week,
            days: calendar.days.iter().map(|(day, (kind, _))| (*day, *kind)).collect(),
        }
    }

    /// The day of an instant, in this calendar's zone.
    #[must_use]
    pub fn day(&self, at: i64) -> Date {
        Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone()).date()
    }

    /// The first instant of a day.
    #[must_use]
    pub fn begin(&self, day: Date) -> i64 {
        day.to_zoned(self.zone.clone()).map_or(0, |at| at.timestamp().as_microsecond())
    }

    /// The last instant of a day.
    #[must_use]
    pub fn end(&self, day: Date) -> i64 {
        self.begin(after(day, 1)) - 1
    }

    /// How much of a working day a day is: 1, ½ or 0.
    #[must_use]
    pub fn weight(&self, day: Date) -> f64 {
        match self.days.get(&day) {
            Some(DayKind::Holiday) => 0.0,
            Some(DayKind::Half) => 0.5,
            Some(DayKind::Work) => 1.0,
            None => f64::from(u8::from(self.usual(day.weekday()).is_some())),
        }
    }

    fn usual(&self, weekday: Weekday) -> Option<Hours> {
        let place = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0);
        self.week.get(place).copied().flatten()
    }

    /// The hours of a day: half a day is the first half of its hours, a worked free day has those of the first working weekday.
    #[must_use]
    pub fn hours(&self, day: Date) -> Option<Hours> {
        let some = self.usual(day.weekday()).or_else(|| self.week.iter().flatten().next().copied());
        match self.days.get(&day) {
            Some(DayKind::Holiday) => None,
            Some(DayKind::Half) => {
                some.map(|hours| Hours { until: hours.from + (hours.until - hours.from) / 2, ..hours })
            }
            Some(DayKind::Work) => some,
            None => self.usual(day.weekday()),
        }
    }

    /// Whether anybody works on a day.
    #[must_use]
    pub fn works(&self, day: Date) -> bool {
        self.weight(day) > 0.0
    }

    /// Working microseconds of a whole day: the longest of the week.
    #[must_use]
    pub fn working_day(&self) -> i64 {
        let minutes = self.week.iter().flatten().map(|hours| i64::from(hours.until - hours.from)).max();
        minutes.unwrap_or(480) * 60 * SECOND
    }

    /// Working microseconds between two instants.
    #[must_use]
    pub fn working(&self, from: i64, until: i64) -> i64 {
        let mut sum = 0;
        let (mut day, last) = (self.day(from), self.day(until));
        while day <= last {
            if let Some(hours) = self.hours(day) {
                let at = |minute: u16| self.begin(day) + i64::from(minute) * 60 * SECOND;
                sum += (until.min(at(hours.until)) - from.max(at(hours.from))).max(0);
            }
            day = after(day, 1);
        }
        sum
    }

    /// The working day that is `count` working days after `day`; `day` itself for 0.
    #[must_use]
    pub fn plus(&self, day: Date, count: u32) -> Date {
        let (mut day, mut left) = (day, count);
        // A calendar always has a working day in it; ten years are enough to find the next.
        for _ in 0..3_660 + count * 7 {
            if left == 0 {
                break;
            }
            day = after(day, 1);
            left -= u32::from(self.works(day));
        }
        day
    }
}

/// The day `count` days later.
#[must_use]
pub fn after(day: Date, count: i32) -> Date {
    day.checked_add(count.days()).unwrap_or(day)
}

/// Days from `from` to `until`, negative when it lies before.
#[must_use]
pub fn between(from: Date, until: Date) -> i64 {
    from.until(until).map_or(0, |span| i64::from(span.get_days()))
}

/// Somebody's share of a team and when they are away.
#[derive(Debug, Clone)]
pub struct Member {
    /// Of their time, 0 to 1.
    pub share: f64,
    /// First day in the team.
    pub from: Date,
    /// The first day that does not belong.
    pub until: Option<Date>,
    /// First day, last day, how much of them is away: 1, or ½ on call.
    pub away: Vec<(Date, Date, f64)>,
}

impl From<desk::Presence> for Member {
    fn from(one: desk::Presence) -> Self {
        Self { share: one.share, from: one.from, until: one.until, away: one.away }
    }
}

/// Person-days of a team on a day: Σ share × weight of the day × (1 − away).
#[must_use]
pub fn available(calendar: &Clockwork, members: &[Member], day: Date) -> f64 {
    let weight = calendar.weight(day);
    if weight == 0.0 {
        return 0.0;
    }
    let here = members.iter().filter(|m| m.from <= day && m.until.is_none_or(|until| day < until));
    here.map(|member| {
        let away = member.away.iter().filter(|(from, until, _)| *from <= day && day <= *until);
        let away = away.map(|(_, _, part)| *part).fold(0.0, f64::max);
        member.share * weight * (1.0 - away)
    })
    .sum()
}

/// How much of its usual self a team is on each day of `days`, as a factor: A(d) ÷ the mean of A over the working days of `history`.
/// 1 everywhere when there is nothing to compare with.
#[must_use]
pub fn factors(calendar: &Clockwork, members: &[Member], history: (Date, Date), days: &[Date]) -> Vec<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    let mut day = history.0;
    while day <= history.1 {
        if calendar.works(day) {
            sum += available(calendar, members, day);
            count += 1;
        }
        day = after(day, 1);
    }
    let mean = sum / f64::from(count.max(1));
    let factor = |day: &Date| {
        if mean <= 0.0 { 1.0 } else { available(calendar, members, *day) / mean }
    };
    days.iter().map(|day| if calendar.works(*day) { factor(day) } else { 1.0 }).collect()
}

/// A day as people say it: `12 June`; with its year when it is another than `beside`'s.
#[must_use]
pub fn said(day: &str, beside: &str) -> String {
    let year = |text: &str| text.get(..4).map(str::to_owned);
    match day.parse::<Date>() {
        Ok(date) if year(day) == year(beside) => date.strftime("%-d %B").to_string(),
        Ok(date) => date.strftime("%-d %B %Y").to_string(),
        Err(_) => day.to_owned(),
    }
}

/// A day as it stands in tables: `12 Jun`, with its year when it is another.
#[must_use]
pub fn short(day: &str, beside: &str) -> String {
    let same = day.get(..4) == beside.get(..4);
    let form = if same { "%-d %b" } else { "%-d %b %Y" };
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |date| date.strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn micros(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn nights_and_weekends_do_not_count() {
        let calendar = Clockwork::of(&Calendar::default());
        let span = |from, until| calendar.working(micros(from), micros(until)) as f64 / calendar.working_day() as f64;
        assert!((span("2026-03-11T10:00:00Z", "2026-03-17T16:00:00Z") - 4.75).abs() < 1e-9);
        assert!(span("2026-03-07T00:00:00Z", "2026-03-08T23:00:00Z").abs() < 1e-9);
    }

    #[test]
    fn holidays_push_days_on() {
        let mut kept = Calendar::default();
        kept.days.insert(date(2026, 3, 6), (DayKind::Holiday, "Festival".to_owned()));
        let calendar = Clockwork::of(&kept);
        // From Monday 2 March, with Friday the 6th free: the 14th working day after the first day's begin ends on Friday 20 March.
        assert_eq!(calendar.plus(date(2026, 3, 2), 13), date(2026, 3, 20));
        assert_eq!(calendar.plus(date(2026, 3, 5), 1), date(2026, 3, 9));
    }

    #[test]
    fn somebody_away_is_not_available() {
        let calendar = Clockwork::of(&Calendar::default());
        let member = |share, away| Member { share, from: date(2026, 1, 1), until: None, away };
        let away = vec![(date(2026, 3, 3), date(2026, 3, 4), 1.0), (date(2026, 3, 5), date(2026, 3, 5), 0.5)];
        let team = [member(1.0, away), member(0.5, Vec::new())];
        let on = |day| available(&calendar, &team, date(2026, 3, day));
        assert_eq!([on(2), on(3), on(5), on(7)], [1.5, 0.5, 1.0, 0.0]);
        let days = [date(2026, 3, 2), date(2026, 3, 3)];
        let factors = factors(&calendar, &team, (date(2026, 2, 1), date(2026, 2, 28)), &days);
        assert!((factors[0] - 1.0).abs() < 1e-9 && (factors[1] - 1.0 / 3.0).abs() < 1e-9);
    }
}
