//! A sprint as its log tells it: what was promised, what came and went, what was left at the end of each day.

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::{Clockwork, after};

/// An item's time in a sprint, folded from the log. Instants are UTC microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The caller's number for the item.
    pub item: usize,
    /// Entry and exit, as often as it came.
    pub times: Vec<(i64, Option<i64>)>,
    /// Sizes from when on; the first from its creation. None is not estimated.
    pub sizes: Vec<(i64, Option<f64>)>,
    /// When it became done, and when it was no longer.
    pub done: Vec<(i64, Option<i64>)>,
}

impl Member {
    fn inside(&self, at: i64) -> bool {
        self.times.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| until > at))
    }

    fn size(&self, at: i64) -> Option<f64> {
        self.sizes.iter().rev().find(|(from, _)| *from <= at).or(self.sizes.first()).and_then(|(_, size)| *size)
    }

    fn done(&self, at: i64) -> bool {
        self.done.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| until > at))
    }
}

/// How many and how large.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Amount {
    /// Items.
    pub items: u32,
    /// Their estimates together.
    pub size: f64,
    /// Items among them without an estimate.
    pub unestimated: u32,
}

impl Amount {
    fn add(&mut self, size: Option<f64>) {
        self.items += 1;
        self.size += size.unwrap_or(0.0);
        self.unestimated += u32::from(size.is_none());
    }
}

/// What became of a sprint: committed + added − removed = completed + carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Tally {
    /// Members at the start.
    pub committed: Amount,
    /// Entries after the start; coming again counts again.
    pub added: Amount,
    /// Exits after the start.
    pub removed: Amount,
    /// Members at the close that were done then.
    pub completed: Amount,
    /// Other members at the close.
    pub carried: Amount,
}

/// The sprint between `start` and `close`.
#[must_use]
pub fn tally(members: &[Member], start: i64, close: i64) -> Tally {
    let mut all = Tally::default();
    for member in members {
        if member.inside(start) {
            all.committed.add(member.size(start));
        }
        for (from, until) in &member.times {
            if *from > start && *from <= close {
                all.added.add(member.size(*from));
            }
            if let Some(until) = until
                && *until > start
                && *until <= close
            {
                all.removed.add(member.size(*until));
            }
        }
        if member.inside(close) {
            let to = if member.done(close) { &mut all.completed } else { &mut all.carried };
            to.add(member.size(close));
        }
    }
    all
}

/// Why the remaining work stepped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Something was finished.
    Done,
    /// Something came in.
    Added,
    /// Something went out.
    Removed,
    /// Something was sized anew.
    Reestimated,
    /// Something finished was opened again.
    Reopened,
}

/// One day of a burndown, at its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Left {
    /// The day.
    pub day: Date,
    /// Estimates of the members that are not done.
    pub size: f64,
    /// Their number.
    pub items: u32,
    /// Estimates of the members that are done.
    pub done: f64,
    /// What stepped that day: item, why.
    pub steps: Vec<(usize, Step)>,
}

/// What was left at the end of each day from `start` until `until`, the last day at `until` itself.
#[must_use]
pub fn burndown(members: &[Member], calendar: &Clockwork, start: i64, until: i64) -> Vec<Left> {
    let (mut day, last) = (calendar.day(start), calendar.day(until));
    let mut before = start;
    let mut all = Vec::new();
    while day <= last {
        let at = calendar.end(day).min(until);
        let mut left = Left { day, size: 0.0, items: 0, done: 0.0, steps: Vec::new() };
        for member in members {
            if member.inside(at) {
                let size = member.size(at).unwrap_or(0.0);
                if member.done(at) {
                    left.done += size;
                } else {
                    left.size += size;
                    left.items += 1;
                }
            }
            left.steps.extend(step(member, before, at).map(|step| (member.item, step)));
        }
        all.push(left);
        before = at;
        day = after(day, 1);
    }
    all
}

fn step(member: &Member, before: i64, at: i64) -> Option<Step> {
    match (member.inside(before), member.inside(at)) {
        (false, true) => Some(Step::Added),
        (true, false) => Some(Step::Removed),
        (false, false) => None,
        (true, true) => match (member.done(before), member.done(at)) {
            (false, true) => Some(Step::Done),
            (true, false) => Some(Step::Reopened),
            _ if member.size(before) != member.size(at) => Some(Step::Reestimated),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use desk::work::Calendar;

    use super::*;

    fn at(day: i8, hour: i8) -> i64 {
        jiff::civil::date(2026, 3, 1)
            .at(hour, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_microsecond()
            + (i64::from(day) - 1) * crate::calendar::DAY
    }

    fn member(item: usize, size: f64, times: &[(i8, Option<i8>)], done: &[(i8, Option<i8>)]) -> Member {
        // The sprint begins on the 2nd at 10:00; what came before it came at 09:00, everything else at noon.
        let instant = |day: i8| at(day, if day <= 2 { 9 } else { 12 });
        let pairs = |all: &[(i8, Option<i8>)]| all.iter().map(|(a, b)| (instant(*a), b.map(instant))).collect();
        Member { item, times: pairs(times), sizes: vec![(0, Some(size))], done: pairs(done) }
    }

    /// The sprint of connect.md, part 12, and delivery.md.
    fn sprint() -> Vec<Member> {
        vec![
            member(0, 3.0, &[(2, None)], &[(5, None)]),
            member(1, 5.0, &[(2, None)], &[]),
            member(2, 2.0, &[(2, Some(4))], &[]),
            member(3, 1.0, &[(6, None)], &[(12, None)]),
            member(4, 8.0, &[(6, Some(9)), (10, None)], &[]),
            member(5, 2.0, &[(2, None)], &[(10, Some(15))]),
            Member { times: vec![(at(-1, 9), Some(at(1, 9)))], ..member(6, 4.0, &[], &[]) },
            member(7, 4.0, &[(17, None)], &[]),
        ]
    }

    #[test]
    fn a_sprint_adds_up() {
        let tally = tally(&sprint(), at(2, 10), at(16, 10));
        let row = |amount: Amount| (amount.items, amount.size);
        assert_eq!(row(tally.committed), (4, 12.0));
        assert_eq!(row(tally.added), (3, 17.0));
        assert_eq!(row(tally.removed), (2, 10.0));
        assert_eq!(row(tally.completed), (2, 4.0));
        assert_eq!(row(tally.carried), (3, 15.0));
    }

    #[test]
    fn a_burndown_steps_as_the_log_says() {
        let days = burndown(&sprint(), &Clockwork::of(&Calendar::default()), at(2, 10), at(16, 10));
        let left: Vec<f64> = days.iter().map(|day| day.size).collect();
        assert_eq!(left, [12., 12., 10., 7., 16., 16., 16., 8., 14., 14., 13., 13., 13., 15., 15.]);
        assert_eq!(days[2].steps, [(2, Step::Removed)]);
        assert_eq!(days[4].steps, [(3, Step::Added), (4, Step::Added)]);
        assert_eq!(days[13].steps, [(5, Step::Reopened)]);
        assert!(days[5].steps.is_empty() && days[6].steps.is_empty());
    }
}
