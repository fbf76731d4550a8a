//! The measures of flow of one scene: numbers first, with what was left out of them and why.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::scene::Scene;
use crate::calendar::{DAY, after, between};
use crate::flow::Track;
use crate::flow::ageing::{Censored, bands, reached, survival};
use crate::flow::cumulative::{Cumulative, cumulative};
use crate::flow::span::{duration, span};
use crate::flow::steady::{Little, Stay, Unsteady, little, unsteady};
use crate::numbers::{Xmr, interval, measured, xmr};
use crate::pace::History;
use desk::work::Category;

/// What was counted and what was not: used + open + Σ left out = population.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Items of the board that were there.
    pub population: usize,
    /// Finished in the window, and measured.
    pub used: usize,
    /// Not finished: known to have lasted at least until now.
    pub open: usize,
    /// Left out, with why.
    pub left_out: Vec<LeftOut>,
}

/// Items that were left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: usize,
    /// The keys of a few.
    pub keys: Vec<String>,
}

/// A finished item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    /// Its place in the scene.
    pub track: usize,
    /// The day of its end.
    pub on: Date,
    /// When it ended, UTC microseconds.
    pub at: i64,
    /// Days that it took, by the rule.
    pub took: f64,
}

/// An item in work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    /// Its place in the scene.
    pub track: usize,
    /// Its stage.
    pub stage: usize,
    /// Its age in days, by the rule.
    pub age: f64,
}

/// All measures of a scene over a window of days.
#[derive(Debug, Clone)]
pub struct Measures {
    /// First and last day of the window.
    pub window: (Date, Date),
    /// Finished in the window, in the order of their end.
    pub finished: Vec<Finished>,
    /// Days taken, ascending.
    pub sorted: Vec<f64>,
    /// In work at the end of the window.
    pub open: Vec<Open>,
    /// What was counted.
    pub coverage: Coverage,
    /// Finished a day of the window.
    pub throughput: Vec<u32>,
    /// Started a day of the window.
    pub arrivals: Vec<u32>,
    /// Each stage's age on leaving, at P85.
    pub bands: Vec<Option<f64>>,
    /// Little's law over the window.
    pub little: Option<Little>,
    /// What kept the flow from being steady.
    pub unsteady: Vec<Unsteady>,
    /// Σ active ÷ Σ span; none when no wait was ever recorded.
    pub efficiency: Option<f64>,
    /// Returns to an earlier stage: from, to, how often.
    pub rework: Vec<(usize, usize, usize)>,
}

impl Measures {
    /// What was finished on each day of record within the window, its last day left out: the past that forecasts are taken from.
    #[must_use]
    pub fn history(&self, scene: &Scene) -> History {
        let last = self.window.1;
        let first = scene.items.iter().map(|item| item.created_at).min();
        let days = first.map_or(0, |at| between(scene.calendar.day(at), last)).max(0);
        let until = self.throughput.len().saturating_sub(1);
        let from = until.saturating_sub(usize::try_from(days).unwrap_or(0));
        let counts = self.throughput.get(from..until).unwrap_or_default().to_vec();
        let back = (1..=counts.len()).rev().map(|back| after(last, -i32::try_from(back).unwrap_or(0)));
        History { works: back.map(|day| scene.calendar.works(day)).collect(), counts }
    }

    /// The measures of `scene` over the days of `window`.
    #[must_use]
    pub fn of(scene: &Scene, window: (Date, Date)) -> Self {
        let mut sorting = Sorting::default();
        for (place, track) in scene.tracks.iter().enumerate() {
            sorting.take(scene, window, place, track);
        }
        let Sorting { mut finished, open, coverage, stays, starts } = sorting;
        finished.sort_by_key(|one| (one.at, one.track));
        let mut sorted: Vec<f64> = finished.iter().map(|one| one.took).collect();
        sorted.sort_by(f64::total_cmp);
        let (from, until) = (scene.calendar.begin(window.0), scene.as_of.min(scene.calendar.end(window.1)));
        Self {
            throughput: by_day(window, finished.iter().map(|one| one.on)),
            arrivals: by_day(window, starts.iter().map(|at| scene.calendar.day(*at))),
            bands: bands(&leaving(scene, &finished), 0.85),
            little: little(&stays, from, until),
            unsteady: unsteady(&stays, from, until),
            efficiency: efficiency(scene, &finished),
            rework: rework(scene, from, until),
            window,
            finished,
            sorted,
            open,
            coverage,
        }
    }

    /// The percentile with its 90 % interval; none of too few.
    #[must_use]
    pub fn percentile(&self, p: f64) -> Option<(f64, Option<(f64, f64)>)> {
        Some((measured(&self.sorted, p)?, interval(&self.sorted, p)))
    }

    /// Open items older than 85 % of the finished.
    #[must_use]
    pub fn overdue(&self) -> usize {
        let Some((limit, _)) = self.percentile(0.85) else { return 0 };
        self.open.iter().filter(|one| one.age > limit).count()
    }

    /// The share of finished items that held an expectation, and the age by which the share is held with open ones censored.
    #[must_use]
    pub fn expectation(&self, days: f64, share: f64) -> (Option<f64>, Option<f64>) {
        let held = self.sorted.iter().filter(|took| **took <= days).count();
        let n = self.sorted.len();
        let attained = (n >= 5).then(|| held as f64 / n as f64);
        let open = self.open.iter().map(|one| (one.age, false));
        let all: Vec<Censored> = self.sorted.iter().map(|took| (*took, true)).chain(open).collect();
        (attained, if n >= 5 { reached(&survival(&all), share) } else { None })
    }

    /// Weekly throughput with its limits: the whole weeks of the window, oldest first.
    #[must_use]
    pub fn weekly(&self) -> (Vec<(Date, u32)>, Option<Xmr>) {
        let weeks: Vec<(Date, u32)> = self
            .throughput
            .rchunks_exact(7)
            .rev()
            .scan(after(self.window.0, i32::try_from(self.throughput.len() % 7).unwrap_or(0)), |day, week| {
                let begin = *day;
                *day = after(begin, 7);
                Some((begin, week.iter().sum()))
            })
            .collect();
        let values: Vec<f64> = weeks.iter().map(|(_, count)| f64::from(*count)).collect();
        (weeks, if values.len() >= 10 { xmr(&values) } else { None })
    }

    /// The cumulative flow of the window.
    #[must_use]
    pub fn cumulative(&self, scene: &Scene, high_water: bool) -> Cumulative {
        let stages = scene.stages.categories.len();
        cumulative(&scene.tracks, stages, &scene.calendar, self.window, high_water)
    }
}

#[derive(Default)]
struct Sorting {
    finished: Vec<Finished>,
    open: Vec<Open>,
    coverage: Coverage,
    stays: Vec<Stay>,
    starts: Vec<i64>,
}

impl Sorting {
    fn take(&mut self, scene: &Scene, window: (Date, Date), place: usize, track: &Track) {
        self.coverage.population += 1;
        let key = || scene.item(track).key.to_string();
        if let Some(status) = track.unmapped {
            let reason = format!("status `{}`, which no stage holds", scene.work.text(status));
            return self.leave_out(reason, key());
        }
        if track.dropped.is_some() {
            return self.leave_out("given up".to_owned(), key());
        }
        let rules = scene.preset.rules();
        let Some(span) = span(track, scene.points, rules.0) else {
            return self.leave_out("not started".to_owned(), key());
        };
        let Some(took) = duration(track, scene.points, rules, &scene.calendar, scene.as_of) else {
            return self.leave_out("times that do not hold".to_owned(), key());
        };
        self.stays.push((span.start, span.end));
        self.starts.push(span.start);
        match span.end {
            None => {
                self.coverage.open += 1;
                self.open.push(Open { track: place, stage: track.stage().unwrap_or(0), age: took });
            }
            Some(at) => {
                let on = scene.calendar.day(at);
                if on < window.0 || on > window.1 {
                    return self.leave_out("finished outside the period".to_owned(), key());
                }
                self.coverage.used += 1;
                self.finished.push(Finished { track: place, on, at, took });
            }
        }
    }

    fn leave_out(&mut self, reason: String, key: String) {
        let found = self.coverage.left_out.iter_mut().find(|one| one.reason == reason);
        if let Some(one) = found {
            one.count += 1;
            if one.keys.len() < 5 {
                one.keys.push(key);
            }
        } else {
            self.coverage.left_out.push(LeftOut { reason, count: 1, keys: vec![key] });
        }
    }
}

fn by_day(window: (Date, Date), days: impl Iterator<Item = Date>) -> Vec<u32> {
    let length = usize::try_from(between(window.0, window.1) + 1).unwrap_or(0);
    let mut counts = vec![0; length];
    for day in days {
        let place = usize::try_from(between(window.0, day)).ok();
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    counts
}

/// The age of each finished item when it left each stage for the last time.
fn leaving(scene: &Scene, finished: &[Finished]) -> Vec<Vec<f64>> {
    let stages = scene.stages.categories.len();
    let mut ages = vec![Vec::new(); stages];
    for one in finished {
        let track = &scene.tracks[one.track];
        let Some(span) = span(track, scene.points, scene.preset.rules().0) else { continue };
        for (stage, of_stage) in ages.iter_mut().enumerate().take(scene.points.finish).skip(scene.points.start) {
            let left = track.visits.iter().rev().find(|visit| visit.stage == stage && visit.until > span.start);
            if let Some(left) = left {
                let days = between(scene.calendar.day(span.start), scene.calendar.day(left.until)) + 1;
                of_stage.push(days as f64);
            }
        }
    }
    ages
}

/// Σ active ÷ Σ span over finished items; what was stopped is not active. None when no wait was ever recorded.
fn efficiency(scene: &Scene, finished: &[Finished]) -> Option<f64> {
    let (mut active, mut whole, mut waited) = (0_i64, 0_i64, false);
    for one in finished {
        let track = &scene.tracks[one.track];
        let Some(span) = span(track, scene.points, scene.preset.rules().0) else { continue };
        let Some(end) = span.end else { continue };
        whole += end - span.start;
        for visit in &track.visits {
            let (from, until) = (visit.from.max(span.start), visit.until.min(end));
            if until <= from {
                continue;
            }
            match scene.stages.categories.get(visit.stage) {
                Some(Category::Active) => {
                    let stopped = track.stopped(from, until);
                    waited |= stopped > 0;
                    active += until - from - stopped;
                }
                _ => waited = true,
            }
        }
    }
    (waited && whole >= DAY && finished.len() >= 5).then(|| active as f64 / whole as f64)
}

/// Returns to an earlier stage in the window.
fn rework(scene: &Scene, from: i64, until: i64) -> Vec<(usize, usize, usize)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for track in &scene.tracks {
        for pair in track.visits.windows(2) {
            let [before, now] = pair else { continue };
            if now.stage >= before.stage || now.from < from || now.from > until {
                continue;
            }
            match all.iter_mut().find(|one| (one.0, one.1) == (before.stage, now.stage)) {
                Some(one) => one.2 += 1,
                None => all.push((before.stage, now.stage, 1)),
            }
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.2));
    all
}
