//! Every method over the past, week by week, with what was known then: how often it held what it said, and how far off it was.

use jiff::civil::Date;

use super::scores::crps;
use crate::calendar::{after, between};
use crate::numbers::band;
use crate::pace::{Ahead, Bag, History, LEAST};
use crate::pmf::{Pmf, Summing};
use crate::published::Method;

/// Horizons in days over which it is told how many.
pub const HORIZONS: [usize; 3] = [14, 28, 56];
/// Levels at which it is looked whether it held.
pub const LEVELS: [f64; 4] = [0.5, 0.7, 0.85, 0.95];

/// When one thing was finished, as it was known from some instants on: (from when on, the day), in order.
pub type Timeline = Vec<(i64, Option<Date>)>;

/// What was finished, as it was known at any instant.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The first day of which anything is known.
    pub first: Option<Date>,
    /// A timeline a thing.
    pub things: Vec<Timeline>,
}

impl Record {
    /// The days on which things were finished, as known at an instant.
    pub fn known(&self, at: i64) -> impl Iterator<Item = Date> + '_ {
        self.things.iter().filter_map(move |thing| {
            let place = thing.partition_point(|step| step.0 <= at);
            place.checked_sub(1).and_then(|place| thing[place].1)
        })
    }

    /// Finished a day from the first day, or `reach` days back, to the day before `today`, as known at an instant.
    #[must_use]
    pub fn history(&self, today: Date, at: i64, reach: usize, works: impl Fn(Date) -> bool) -> History {
        let Some(first) = self.first else { return History::default() };
        let length = between(first, today).clamp(0, reach as i64) as usize;
        let begin = after(today, -(length as i32));
        let mut counts = vec![0_u32; length];
        for day in self.known(at) {
            if let Some(count) = usize::try_from(between(begin, day)).ok().and_then(|place| counts.get_mut(place)) {
                *count += 1;
            }
        }
        let works = (0..length).map(|nth| works(after(begin, nth as i32))).collect();
        History { counts, works }
    }

    /// How many were finished after `from` until `until`, as known at an instant.
    #[must_use]
    pub fn finished(&self, from: Date, until: Date, at: i64) -> usize {
        self.known(at).filter(|day| from < *day && *day <= until).count()
    }

    /// The day on which the `n`-th thing after `from` was finished, as known at an instant.
    #[must_use]
    pub fn nth(&self, n: usize, from: Date, at: i64) -> Option<Date> {
        let mut days: Vec<Date> = self.known(at).filter(|day| *day > from).collect();
        days.sort_unstable();
        n.checked_sub(1).and_then(|place| days.get(place).copied())
    }
}

/// A day at the end of which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The day.
    pub today: Date,
    /// The instant at which it was known.
    pub at: i64,
}

/// How a method did over one horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The method.
    pub method: Method,
    /// Days in front.
    pub days: usize,
    /// How many checkpoints it could be told at, and is known how it went.
    pub n: u32,
    /// For each of [`LEVELS`], how often it held.
    pub held: [u32; 4],
    /// The mean score.
    pub crps: f64,
    /// The mean score of `window/90` over the same checkpoints; none where that said nothing.
    pub baseline: Option<f64>,
}

impl Outcome {
    /// How many of the checkpoints do not overlap: weekly ones over 56 days tell eight times of the same days.
    #[must_use]
    pub fn apart(&self) -> u64 {
        (u64::from(self.n) * 7).div_ceil(self.days.max(7) as u64)
    }

    /// The share that held a level.
    #[must_use]
    pub fn share(&self, level: usize) -> f64 {
        f64::from(self.held[level]) / f64::from(self.n.max(1))
    }

    /// The shares between which chance keeps a level with 95 %, over as many as do not overlap.
    #[must_use]
    pub fn band(&self, level: usize) -> Option<(f64, f64)> {
        let n = self.apart();
        let (low, high) = band(n, LEVELS[level])?;
        (n > 0).then(|| (low as f64 / n as f64, high as f64 / n as f64))
    }

    /// Whether what was held at .85 and .95 is no less than chance allows. More is fine: small counts leave steps.
    #[must_use]
    pub fn within_band(&self) -> bool {
        [2, 3].into_iter().all(|level| self.band(level).is_some_and(|band| self.share(level) >= band.0))
    }
}

/// Everything that a backtest found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backtest {
    /// Weeks at which it was told.
    pub checkpoints: usize,
    /// A row a method and horizon.
    pub results: Vec<Outcome>,
}

/// Weekly checkpoints, newest first, at most `most`, from `today` back to where the record is long enough.
pub fn checkpoints(record: &Record, today: Date, most: usize, at: impl Fn(Date) -> i64) -> Vec<Checkpoint> {
    let Some(first) = record.first else { return Vec::new() };
    let weeks = (1..=most as i32).map(|week| after(today, -7 * week));
    let long_enough = weeks.take_while(|day| between(first, *day) >= LEAST.1 as i64);
    long_enough.map(|today| Checkpoint { today, at: at(today) }).collect()
}

/// Tells at each checkpoint how many will be finished, by every method, and looks up what came. `today` is the last day of which the
/// outcome is known at `now`; days are looked at with `works`, and whoever is away is not known.
#[must_use]
pub fn backtest(
    record: &Record,
    checkpoints: &[Checkpoint],
    (today, now): (Date, i64),
    works: impl Fn(Date) -> bool,
) -> Backtest {
    let mut summing = Summing::default();
    let mut rows: Vec<(Method, usize, Vec<Told>)> = Vec::new();
    let horizon = HORIZONS[HORIZONS.len() - 1];
    let mut told_at = 0;
    for checkpoint in checkpoints {
        let history = record.history(checkpoint.today, checkpoint.at, 364, &works);
        if history.finished(180) < LEAST.0 || history.counts.len() < LEAST.1 {
            continue;
        }
        told_at += 1;
        let ahead =
            Ahead { days: (1..=horizon as i32).map(|day| (works(after(checkpoint.today, day)), 1.0)).collect() };
        for method in Method::ALL {
            let Some(bag) = Bag::of(method, &history, &ahead) else { continue };
            for days in HORIZONS {
                let until = after(checkpoint.today, days as i32);
                if until > today {
                    continue;
                }
                let came = record.finished(checkpoint.today, until, now);
                let told = Told::of(checkpoint.today, &bag.how_many(&mut summing, days), came);
                match rows.iter_mut().find(|row| (row.0, row.1) == (method, days)) {
                    Some(row) => row.2.push(told),
                    None => rows.push((method, days, vec![told])),
                }
            }
        }
    }
    let baselines: Vec<(usize, Vec<Told>)> =
        rows.iter().filter(|row| row.0 == Method::Window90).map(|row| (row.1, row.2.clone())).collect();
    let results = rows.iter().map(|(method, days, told)| result(*method, *days, told, &baselines)).collect();
    Backtest { checkpoints: told_at, results }
}

#[derive(Debug, Clone, Copy)]
struct Told {
    on: Date,
    held: [bool; 4],
    crps: f64,
}

impl Told {
    fn of(on: Date, sum: &Pmf, came: usize) -> Self {
        Self { on, held: LEVELS.map(|q| came >= sum.sure_of(q)), crps: crps(sum.chances(), came) }
    }
}

fn result(method: Method, days: usize, told: &[Told], baselines: &[(usize, Vec<Told>)]) -> Outcome {
    let mut held = [0; 4];
    for one in told {
        for (into, held) in held.iter_mut().zip(one.held) {
            *into += u32::from(held);
        }
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len().max(1) as f64;
    let base = baselines.iter().find(|base| base.0 == days).map(|base| base.1.as_slice()).unwrap_or_default();
    let both: Vec<f64> =
        base.iter().filter(|one| told.iter().any(|two| two.on == one.on)).map(|one| one.crps).collect();
    Outcome {
        method,
        days,
        n: told.len() as u32,
        held,
        crps: mean(&told.iter().map(|one| one.crps).collect::<Vec<_>>()),
        baseline: (both.len() == told.len() && !both.is_empty()).then(|| mean(&both)),
    }
}

impl Backtest {
    /// The method with the least score among those that held what they said over every horizon; `pool/1` on a tie, and when none did.
    /// Scores of horizons are made alike by those of `window/90`.
    #[must_use]
    pub fn chosen(&self) -> Method {
        let mut best = (Method::Pool, f64::INFINITY);
        for method in Method::ALL {
            let rows: Vec<&Outcome> = self.results.iter().filter(|row| row.method == method).collect();
            let ratios: Vec<f64> =
                rows.iter().filter_map(|row| Some(row.crps / row.baseline.filter(|base| *base > 0.0)?)).collect();
            // Who says nothing in hard weeks is not better for it.
            let told =
                |method: Method| self.results.iter().filter(|row| row.method == method).map(|row| row.n).sum::<u32>();
            if told(method) < told(Method::Pool)
                || rows.len() < HORIZONS.len()
                || ratios.len() < rows.len()
                || !rows.iter().all(|row| row.within_band())
            {
                continue;
            }
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            // The default stands first: another has to be better, not as good.
            if mean < best.1 - 1e-9 {
                best = (method, mean);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::DAY;
    use crate::sim::Draws;

    const FIRST: Date = date(2020, 1, 6);

    fn instant(day: Date) -> i64 {
        (between(FIRST, day) + 1) * DAY
    }

    /// Each day some of 0..=3, known at its end.
    fn steady(days: i32) -> Record {
        let dice = Draws::of(4).stream(1);
        let mut things = Vec::new();
        for nth in 0..days {
            let day = after(FIRST, nth);
            let count = dice.below(4, 0, nth as u64);
            things.extend((0..count).map(|_| vec![(instant(day) - 1, Some(day))]));
        }
        Record { first: Some(FIRST), things }
    }

    fn found(record: &Record, days: i32) -> Backtest {
        let today = after(FIRST, days - 1);
        let points = checkpoints(record, today, 260, instant);
        backtest(record, &points, (today, instant(today)), |_| true)
    }

    #[test]
    fn a_steady_past_holds() {
        let found = found(&steady(700), 700);
        assert_eq!((found.checkpoints, found.results.len()), (95, 15));
        let row = |method, days| found.results.iter().find(|row| row.method == method && row.days == days).unwrap();
        for days in HORIZONS {
            let pool = row(Method::Pool, days);
            assert!(pool.within_band(), "{pool:?}");
            assert!(pool.crps <= row(Method::Window30, days).crps, "thirty days know less than a pool of them");
        }
        assert_eq!(row(Method::Window90, 28).baseline, Some(row(Method::Window90, 28).crps));
        assert_ne!(found.chosen(), Method::Window30);
    }

    #[test]
    fn only_what_was_known_counts() {
        let mut record = steady(400);
        let before = found(&record, 400);
        // Something that was finished early and learned of on the last day but one.
        record.things.extend((0..50).map(|_| vec![(instant(after(FIRST, 398)), Some(after(FIRST, 60)))]));
        let points = checkpoints(&record, after(FIRST, 399), 5, instant);
        let then = record.history(points[0].today, points[0].at, 364, |_| true);
        let now = record.history(points[0].today, instant(after(FIRST, 399)), 364, |_| true);
        assert_eq!(now.finished(364) - then.finished(364), 50);
        assert_eq!(found(&record, 400).checkpoints, before.checkpoints);
    }

    #[test]
    fn reopened_things_are_not_finished() {
        let day = |nth| after(FIRST, nth);
        let thing = vec![(instant(day(3)), Some(day(3))), (instant(day(5)), None), (instant(day(9)), Some(day(9)))];
        let record = Record { first: Some(FIRST), things: vec![thing] };
        let at = |nth| record.known(instant(day(nth))).next();
        assert_eq!([at(2), at(4), at(6), at(20)], [None, Some(day(3)), None, Some(day(9))]);
        assert_eq!(record.nth(1, day(4), instant(day(20))), Some(day(9)));
        assert_eq!(record.nth(2, day(4), instant(day(20))), None);
    }

    #[test]
    fn little_record_gives_no_checkpoint() {
        assert_eq!(checkpoints(&Record::default(), FIRST, 10, instant), []);
        assert_eq!(checkpoints(&steady(30), after(FIRST, 34), 260, instant).len(), 0);
        assert_eq!(Backtest::default().chosen(), Method::Pool);
    }
}
