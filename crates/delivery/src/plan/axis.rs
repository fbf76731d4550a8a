//! Time of a plan: quarter-days from its first day on, and each team's own count of those in which it works.
//!
//! A *tick* is a quarter of a civil day; a *working tick* is one of those of a team. Where a team works is where it has anybody.

/// Ticks of a day.
pub const TICKS: i64 = 4;

/// Amounts by civil day. After the last day that is known, its last week goes on for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    amounts: Vec<u16>,
}

impl Days {
    /// Of amounts by day; a week at least, filled up with what stands last.
    #[must_use]
    pub fn of(mut amounts: Vec<u16>) -> Self {
        let last = amounts.last().copied().unwrap_or(0);
        while amounts.len() < 7 {
            amounts.push(last);
        }
        Self { amounts }
    }

    /// The same every day.
    #[must_use]
    pub fn always(amount: u16) -> Self {
        Self::of(vec![amount])
    }

    /// On a day, from 0.
    #[must_use]
    pub fn on(&self, day: i64) -> u16 {
        let known = self.amounts.len();
        let day = usize::try_from(day).unwrap_or(0);
        let place = if day < known { day } else { known - 7 + (day - known) % 7 };
        self.amounts.get(place).copied().unwrap_or(0)
    }

    /// With so many more (or fewer) on every day on which there are any, from a day on.
    #[must_use]
    pub fn shifted(&self, from: i64, more: i32) -> Self {
        let changed = |(day, amount): (i64, &u16)| {
            if day < from || *amount == 0 { *amount } else { (i32::from(*amount) + more).clamp(0, 999) as u16 }
        };
        Self { amounts: (0..).zip(&self.amounts).map(changed).collect() }
    }

    /// The most of a day in the week that goes on for ever.
    #[must_use]
    pub fn lasting(&self) -> u16 {
        self.amounts.iter().rev().take(7).copied().max().unwrap_or(0)
    }
}

/// A team's working time. Before the first day every tick counts, so that what lies there can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Working days before each civil day; one more than there are days.
    before: Vec<i64>,
    /// The civil day of each working day.
    days: Vec<i64>,
    /// Working days of the week that goes on, and which they are.
    week: Vec<i64>,
    /// Whether nobody ever rests.
    whole: bool,
}

impl Axis {
    /// Of the days on which somebody works. None when nobody works in the last week: no day would ever be reached.
    #[must_use]
    pub fn of(slots: &Days) -> Option<Self> {
        let (mut before, mut days) = (vec![0], Vec::new());
        for (day, amount) in (0_i64..).zip(&slots.amounts) {
            if *amount > 0 {
                days.push(day);
            }
            before.push(i64::try_from(days.len()).unwrap_or(i64::MAX));
        }
        let known = slots.amounts.len() - 7;
        let week = (0_i64..7).zip(slots.amounts.iter().skip(known)).filter(|(_, amount)| **amount > 0);
        let week: Vec<i64> = week.map(|(day, _)| day).collect();
        let whole = slots.amounts.iter().all(|amount| *amount > 0);
        (!week.is_empty()).then_some(Self { before, days, week, whole })
    }

    /// Every day is worked.
    #[must_use]
    pub fn whole() -> Self {
        Self { before: (0..=7).collect(), days: (0..7).collect(), week: (0..7).collect(), whole: true }
    }

    /// Working ticks before a civil tick.
    #[must_use]
    pub fn work(&self, at: i64) -> i64 {
        if self.whole || at < 0 {
            return at;
        }
        let (day, part) = (at / TICKS, at % TICKS);
        let known = length(&self.before) - 1;
        if day < known {
            let (here, next) = (self.before[index(day)], self.before[index(day) + 1]);
            return here * TICKS + if next > here { part } else { 0 };
        }
        let (weeks, rest) = ((day - known) / 7, (day - known) % 7);
        let within = length(&self.week.iter().filter(|one| **one < rest).collect::<Vec<_>>());
        let part = if self.week.contains(&rest) { part } else { 0 };
        (length(&self.days) + weeks * length(&self.week) + within) * TICKS + part
    }

    /// The civil tick in which a working tick begins.
    #[must_use]
    pub fn start(&self, work: i64) -> i64 {
        if self.whole || work < 0 {
            return work;
        }
        let (day, part) = (work / TICKS, work % TICKS);
        let known = length(&self.days);
        if day < known {
            return self.days[index(day)] * TICKS + part;
        }
        let (weeks, rest) = ((day - known) / length(&self.week), (day - known) % length(&self.week));
        (length(&self.before) - 1 + weeks * 7 + self.week[index(rest)]) * TICKS + part
    }

    /// The civil tick by which so many working ticks are over.
    #[must_use]
    pub fn end(&self, work: i64) -> i64 {
        if work <= 0 { work } else { self.start(work - 1) + 1 }
    }
}

fn length<T>(of: &[T]) -> i64 {
    i64::try_from(of.len()).unwrap_or(i64::MAX)
}

/// A count as a place; what is below nothing is the first.
pub(super) fn index(of: i64) -> usize {
    usize::try_from(of).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three weeks from a Monday, the Friday of the first one free.
    fn office() -> Axis {
        let week = [1, 1, 1, 1, 1, 0, 0];
        let mut days: Vec<u16> = week.iter().copied().cycle().take(21).collect();
        days[4] = 0;
        Axis::of(&Days::of(days)).unwrap()
    }

    #[test]
    fn free_days_take_no_work() {
        let axis = office();
        assert_eq!(axis.end(4 * TICKS), 4 * TICKS, "Thursday evening");
        assert_eq!(axis.start(4 * TICKS), 7 * TICKS, "Monday morning");
        // Fourteen working days from Monday 2 March 2026 end on Friday 20 March.
        assert_eq!((axis.end(14 * TICKS) - 1) / TICKS, 18);
    }

    #[test]
    fn the_last_week_goes_on() {
        let axis = office();
        assert_eq!(axis.start(14 * TICKS), 21 * TICKS);
        assert_eq!(axis.start(19 * TICKS), 28 * TICKS);
        assert_eq!(axis.work(26 * TICKS + 2), 19 * TICKS, "a Saturday counts for nothing");
        assert_eq!(Axis::of(&Days::always(0)), None);
    }

    proptest! {
        #[test]
        fn counting_there_and_back(days in prop::collection::vec(0_u16..3, 7..40), work in 0_i64..400) {
            if let Some(axis) = Axis::of(&Days::of(days)) {
                prop_assert_eq!(axis.work(axis.start(work)), work);
                prop_assert_eq!(axis.work(axis.end(work)), work);
                prop_assert!(axis.end(work) <= axis.start(work));
                prop_assert!(axis.start(work) < axis.start(work + 1));
            }
        }
    }
}
