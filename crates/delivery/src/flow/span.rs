//! From when to when an item was worked on, and how long that was, by the rule that stands beside every number.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Track, Visit};
use crate::calendar::{Clockwork, DAY, after, between};

/// Between which stages time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// The first stage that counts as started.
    pub start: usize,
    /// The first stage that counts as finished.
    pub finish: usize,
}

/// Where a span begins when an item went back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum BackMove {
    /// At the last crossing into the started stages.
    #[default]
    Reset,
    /// At the first.
    FirstEntry,
    /// At the last entry, from either side, into the stage that followed the last crossing.
    LastEntry,
    /// Stage by stage, as the later entries of each stage date it.
    Staged,
    /// Nowhere: only the visits count.
    SumOfVisits,
}

/// How long a span is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum TimeRule {
    /// Civil days touched, both ends counted.
    #[default]
    CalendarInclusive,
    /// One less.
    CalendarExclusive,
    /// One less, half a day for none.
    CalendarHalfDay,
    /// Elapsed time in days of 86,400 s.
    Elapsed,
    /// Working time in working days of the team.
    WorkingTime,
}

/// From when to when. Instants are UTC microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it started.
    pub start: i64,
    /// When it was finished; none while it is not.
    pub end: Option<i64>,
}

/// The span of an item; none when it has not started, or was given up.
#[must_use]
pub fn span(track: &Track, points: Points, rule: BackMove) -> Option<Span> {
    let here = track.stage()?;
    let end = (here >= points.finish).then(|| crossing(&track.visits, points.finish)).flatten();
    let begun = match rule {
        BackMove::Reset => crossing(&track.visits, points.start),
        BackMove::FirstEntry | BackMove::SumOfVisits => crossings(&track.visits, points.start).next(),
        BackMove::LastEntry => last_entry(&track.visits, points),
        BackMove::Staged => staged(&track.visits, points),
    };
    // An item that went back before the start is not started, whatever came before; sums and first entries look on from the first.
    let standing = matches!(rule, BackMove::FirstEntry | BackMove::SumOfVisits) || here >= points.start;
    let start = begun.filter(|_| standing)?;
    Some(Span { start: start.min(end.unwrap_or(start)), end })
}

/// Entries from below `stage` to it or beyond.
fn crossings(visits: &[Visit], stage: usize) -> impl DoubleEndedIterator<Item = i64> + '_ {
    let before = std::iter::once(None).chain(visits.iter().map(|visit| Some(visit.stage)));
    let crossed = move |(before, visit): &(Option<usize>, &Visit)| {
        visit.stage >= stage && before.is_none_or(|before| before < stage)
    };
    let all: Vec<i64> = before.zip(visits).filter(crossed).map(|(_, visit)| visit.from).collect();
    all.into_iter()
}

fn crossing(visits: &[Visit], stage: usize) -> Option<i64> {
    crossings(visits, stage).next_back()
}

fn last_entry(visits: &[Visit], points: Points) -> Option<i64> {
    let crossed = crossing(visits, points.start)?;
    let first = visits.iter().find(|visit| visit.from >= crossed && visit.stage >= points.start)?.stage;
    visits.iter().rev().find(|visit| visit.stage == first && visit.from >= crossed).map(|visit| visit.from)
}

fn staged(visits: &[Visit], points: Points) -> Option<i64> {
    let (mut least, stages) = (i64::MIN, visits.iter().map(|visit| visit.stage).max()?);
    for stage in 0..=stages {
        let mut kept =
            visits.iter().filter(|visit| visit.stage == stage && visit.from >= least).map(|visit| visit.from);
        let Some(first) = kept.next() else { continue };
        if stage >= points.start {
            return Some(first);
        }
        least = kept.next_back().unwrap_or(first);
    }
    None
}

/// How long an item took, or has taken until `now`, in days. None when it has not started, or the times do not hold.
#[must_use]
pub fn duration(
    track: &Track,
    points: Points,
    rules: (BackMove, TimeRule),
    calendar: &Clockwork,
    now: i64,
) -> Option<f64> {
    let span = span(track, points, rules.0)?;
    let end = span.end.unwrap_or(now);
    if end < span.start {
        return None;
    }
    let pieces = if rules.0 == BackMove::SumOfVisits {
        let inside = |visit: &&Visit| (points.start..points.finish).contains(&visit.stage) && visit.from < end;
        joined(track.visits.iter().filter(inside).map(|visit| (visit.from, visit.until.min(end))))
    } else {
        vec![(span.start, end)]
    };
    Some(length(&pieces, rules.1, calendar))
}

/// Pieces that touch, made one.
fn joined(pieces: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = Vec::new();
    for (from, until) in pieces {
        match all.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(until),
            _ => all.push((from, until)),
        }
    }
    all
}

fn length(pieces: &[(i64, i64)], rule: TimeRule, calendar: &Clockwork) -> f64 {
    match rule {
        TimeRule::Elapsed => pieces.iter().map(|(from, until)| (until - from) as f64 / DAY as f64).sum(),
        TimeRule::WorkingTime => {
            let sum: i64 = pieces.iter().map(|(from, until)| calendar.working(*from, *until)).sum();
            sum as f64 / calendar.working_day() as f64
        }
        TimeRule::CalendarInclusive => days_touched(pieces, calendar),
        TimeRule::CalendarExclusive => days_touched(pieces, calendar) - 1.0,
        TimeRule::CalendarHalfDay => (days_touched(pieces, calendar) - 1.0).max(0.5),
    }
}

/// Distinct civil days.
fn days_touched(pieces: &[(i64, i64)], calendar: &Clockwork) -> f64 {
    let (mut count, mut next): (i64, Option<Date>) = (0, None);
    for (from, until) in pieces {
        let (first, last) = (calendar.day(*from), calendar.day(*until));
        let first = next.map_or(first, |next| next.max(first));
        if last >= first {
            count += between(first, last) + 1;
            next = Some(after(last, 1));
        }
    }
    count as f64
}

#[cfg(test)]
mod tests {
    use desk::work::Calendar;

    use super::*;

    fn micros(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    /// The way of delivery.md: Ready, Doing and Review forth and back, Done on the 17th.
    fn way() -> Track {
        let (ready, doing, review, done) = (0, 1, 2, 3);
        let entries = [
            (ready, "02T09"),
            (doing, "03T10"),
            (review, "05T10"),
            (doing, "06T10"),
            (ready, "09T10"),
            (doing, "11T10"),
            (review, "12T10"),
            (doing, "13T10"),
            (review, "16T10"),
            (done, "17T16"),
        ];
        let times: Vec<i64> = entries.iter().map(|(_, at)| micros(&format!("2026-03-{at}:00:00Z"))).collect();
        let now = micros("2026-03-20T00:00:00Z");
        let until = times.iter().skip(1).copied().chain([now]);
        let visits = entries.iter().zip(&times).zip(until);
        Track {
            visits: visits.map(|(((stage, _), from), until)| Visit { stage: *stage, from: *from, until }).collect(),
            ..Track::default()
        }
    }

    #[test]
    fn every_reading_of_cycle_time() {
        use BackMove::{FirstEntry, LastEntry, Reset, Staged, SumOfVisits};
        use TimeRule::{CalendarExclusive, CalendarHalfDay, CalendarInclusive, Elapsed, WorkingTime};
        let (track, calendar) = (way(), Clockwork::of(&Calendar::default()));
        let points = Points { start: 1, finish: 3 };
        let row = |rule| {
            [CalendarInclusive, CalendarExclusive, CalendarHalfDay, Elapsed, WorkingTime]
                .map(|time| duration(&track, points, (rule, time), &calendar, 0).unwrap())
        };
        assert_eq!(row(FirstEntry), [15., 14., 14., 14.25, 10.75]);
        assert_eq!(row(LastEntry), [5., 4., 4., 4.25, 2.75]);
        assert_eq!(row(Reset), [7., 6., 6., 6.25, 4.75]);
        assert_eq!(row(Staged), [7., 6., 6., 6.25, 4.75]);
        assert_eq!(row(SumOfVisits), [14., 13., 13., 12.25, 8.75]);
    }

    #[test]
    fn whoever_went_back_has_not_started() {
        let mut track = way();
        track.visits.truncate(5);
        let points = Points { start: 1, finish: 3 };
        assert_eq!(span(&track, points, BackMove::Reset), None);
        assert!(span(&track, points, BackMove::FirstEntry).is_some_and(|span| span.end.is_none()));
        track.dropped = Some(0);
        assert_eq!(span(&track, points, BackMove::FirstEntry), None);
    }
}
