//! Little's law over a window, and whether the flow was steady enough for the past to tell of the future (Little 1961; Vacanti 2015 for the
//! conditions).

use std::fmt;

use crate::calendar::DAY;

/// An item's time in work: from when, until when (open: none). UTC microseconds.
pub type Stay = (i64, Option<i64>);

/// Little's law over [0, T]: L = λ · w holds exactly, since items are clipped to the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Little {
    /// Σ of the items' time in the window, days.
    pub held: f64,
    /// Mean number in work.
    pub in_work: f64,
    /// Those present at the beginning and those that came.
    pub arrived: usize,
    /// Arrivals a day.
    pub rate: f64,
    /// Mean time in the window, days.
    pub time: f64,
}

/// The law over `from..until`. None of an empty window, or when nothing was in work.
#[must_use]
pub fn little(stays: &[Stay], from: i64, until: i64) -> Option<Little> {
    let length = (until - from) as f64 / DAY as f64;
    let inside = |stay: &&Stay| stay.0 < until && stay.1.is_none_or(|end| end > from);
    let here: Vec<&Stay> = stays.iter().filter(inside).collect();
    if length <= 0.0 || here.is_empty() {
        return None;
    }
    let held: i64 = here.iter().map(|stay| stay.1.unwrap_or(until).min(until) - stay.0.max(from)).sum();
    let held = held as f64 / DAY as f64;
    let arrived = here.len();
    Some(Little { held, in_work: held / length, arrived, rate: arrived as f64 / length, time: held / arrived as f64 })
}

/// What kept a flow from being steady.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unsteady {
    /// More came than went, or the other way.
    Arrivals {
        /// Started in the window.
        started: usize,
        /// Finished in it.
        finished: usize,
    },
    /// Work in progress grew or shrank.
    InWork {
        /// At the beginning.
        before: usize,
        /// At the end.
        after: usize,
        /// On the mean.
        mean: f64,
    },
    /// Open items became older.
    Ageing {
        /// Days of mean age a day; the whole 90 % interval lies above 0.
        slope: f64,
    },
    /// What was finished a day does not fit what was in work and how long it took.
    Rate {
        /// Finished a day.
        rate: f64,
        /// Mean in work ÷ mean cycle time.
        expected: f64,
    },
}

impl fmt::Display for Unsteady {
    /// The condition with its numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrivals { started, finished } => write!(f, "{started} started, {finished} finished"),
            Self::InWork { before, after, mean } => {
                write!(f, "work in progress went from {before} to {after}, with {mean:.1} on the mean")
            }
            Self::Ageing { slope } => write!(f, "open work ages: {slope:.2} days of mean age a day"),
            Self::Rate { rate, expected } => {
                write!(f, "{rate:.2} are finished a day, work in progress and cycle time say {expected:.2}")
            }
        }
    }
}

/// What fails of the four conditions; empty when the flow was steady.
#[must_use]
pub fn unsteady(stays: &[Stay], from: i64, until: i64) -> Vec<Unsteady> {
    let mut all = Vec::new();
    let Some(law) = little(stays, from, until) else { return all };
    let within = |at: i64| from < at && at <= until;
    let started = stays.iter().filter(|stay| within(stay.0)).count();
    let ended: Vec<&Stay> = stays.iter().filter(|stay| stay.1.is_some_and(within)).collect();
    let finished = ended.len();
    if started.abs_diff(finished) as f64 > 0.3 * started.max(finished) as f64 {
        all.push(Unsteady::Arrivals { started, finished });
    }
    let present = |at: i64| stays.iter().filter(|stay| stay.0 <= at && stay.1.is_none_or(|end| end > at)).count();
    let (before, after) = (present(from), present(until));
    if before.abs_diff(after) as f64 > 0.3 * law.in_work {
        all.push(Unsteady::InWork { before, after, mean: law.in_work });
    }
    if let Some(slope) = growing_age(stays, from, until) {
        all.push(Unsteady::Ageing { slope });
    }
    let length = (until - from) as f64 / DAY as f64;
    let taken: f64 = ended.iter().filter_map(|stay| Some((stay.1? - stay.0) as f64 / DAY as f64)).sum();
    let (rate, mean) = (finished as f64 / length, taken / finished.max(1) as f64);
    if finished > 0 && mean > 0.0 && (rate - law.in_work / mean).abs() > 0.3 * rate {
        all.push(Unsteady::Rate { rate, expected: law.in_work / mean });
    }
    all
}

/// The slope of the mean age of what is open, day by day, when its 90 % interval lies above 0.
fn growing_age(stays: &[Stay], from: i64, until: i64) -> Option<f64> {
    let days = usize::try_from((until - from) / DAY).ok()?;
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(days);
    for day in 0..=days {
        let at = from + day as i64 * DAY;
        let (mut sum, mut open) = (0.0, 0_u32);
        for stay in stays.iter().filter(|stay| stay.0 <= at && stay.1.is_none_or(|end| end > at)) {
            sum += (at - stay.0) as f64 / DAY as f64;
            open += 1;
        }
        if open > 0 {
            points.push((day as f64, sum / f64::from(open)));
        }
    }
    let (slope, error) = line(&points)?;
    // 1.645 is the normal's 95 % quantile: days are many, and what follows from it is a caution, not a test.
    (slope - 1.645 * error > 0.0).then_some(slope)
}

/// Least squares: slope and its standard error. None of fewer than five points.
fn line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = points.len() as f64;
    if points.len() < 5 {
        return None;
    }
    let (mx, my) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let sxx: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    let slope = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum::<f64>() / sxx;
    let rest: f64 = points.iter().map(|p| (p.1 - my - slope * (p.0 - mx)).powi(2)).sum();
    Some((slope, (rest / (n - 2.0) / sxx).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stays(days: &[(i64, Option<i64>)]) -> Vec<Stay> {
        days.iter().map(|(from, until)| (from * DAY, until.map(|day| day * DAY))).collect()
    }

    #[test]
    fn littles_law_holds_exactly() {
        let law = little(&stays(&[(-3, Some(4)), (1, Some(6)), (2, None), (7, Some(9))]), 0, 10 * DAY).unwrap();
        assert_eq!((law.held, law.in_work, law.arrived, law.rate, law.time), (19.0, 1.9, 4, 0.4, 4.75));
        assert!((law.in_work - law.rate * law.time).abs() < 1e-12);
        assert_eq!(little(&[], 0, DAY), None);
    }

    #[test]
    fn a_steady_flow_is_steady() {
        let even: Vec<_> = (-10..60).map(|day| (day, Some(day + 5))).collect();
        assert_eq!(unsteady(&stays(&even), 0, 50 * DAY), []);
    }

    #[test]
    fn more_coming_than_going_is_named() {
        let piling: Vec<_> = (0..50).map(|day| (day, (day % 3 == 0).then_some(day + 5))).collect();
        let found = unsteady(&stays(&piling), 0, 50 * DAY);
        assert!(found.iter().any(|one| matches!(one, Unsteady::Arrivals { started: 49, finished: 16 })), "{found:?}");
        assert!(found.iter().any(|one| matches!(one, Unsteady::InWork { .. })));
        assert!(found.iter().any(|one| matches!(one, Unsteady::Ageing { slope } if *slope > 0.1)));
    }
}
