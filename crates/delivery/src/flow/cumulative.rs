//! Cumulative flow: how many items were in or beyond each stage at the end of each day.

use jiff::civil::Date;

use super::Track;
use crate::calendar::{Clockwork, after};

/// The cumulative flow of some days. `reached[j][d]`: items in stage j or beyond at the end of day d.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cumulative {
    /// The days, one after the other.
    pub days: Vec<Date>,
    /// One series a stage, from left to right; each is at least the one after it.
    pub reached: Vec<Vec<u32>>,
    /// Days on which an item went back: its bands fall there.
    pub fell: Vec<bool>,
}

/// The cumulative flow of `tracks` over `stages` stages from `first` to `last`. With `high_water` nothing ever falls: an item counts for the
/// furthest stage that it reached.
#[must_use]
pub fn cumulative(
    tracks: &[Track],
    stages: usize,
    calendar: &Clockwork,
    (first, last): (Date, Date),
    high_water: bool,
) -> Cumulative {
    let mut days = Vec::new();
    let mut day = first;
    while day <= last {
        days.push(day);
        day = after(day, 1);
    }
    // Changes a day and stage, summed up afterwards: O(entries + days × stages).
    let mut steps = vec![vec![0_i64; days.len()]; stages];
    let mut fell = vec![false; days.len()];
    for track in tracks {
        let mut stage: Option<usize> = None;
        for (on, next) in moves(track, calendar) {
            let Some(place) = place_of(on, first, last) else { continue };
            let next = if high_water { next.max(stage) } else { next };
            let (before, now) = (stage.map_or(0, |stage| stage + 1), next.map_or(0, |stage| stage + 1));
            for (at, series) in steps.iter_mut().enumerate() {
                let (was, is) = (at < before, at < now);
                if let Some(step) = series.get_mut(place) {
                    *step += i64::from(is) - i64::from(was);
                }
            }
            if now < before && next.is_some() {
                fell[place] = true;
            }
            stage = next;
        }
    }
    let reached = steps.into_iter().map(|series| {
        series
            .into_iter()
            .scan(0_i64, |sum, step| {
                *sum += step;
                Some(u32::try_from(*sum).unwrap_or(0))
            })
            .collect()
    });
    Cumulative { days, reached: reached.collect(), fell }
}

/// Where an item stood at the end of each day on which it moved.
fn moves(track: &Track, calendar: &Clockwork) -> Vec<(Date, Option<usize>)> {
    let mut all: Vec<(Date, Option<usize>)> = Vec::with_capacity(track.visits.len() + 1);
    let entries = track.visits.iter().map(|visit| (visit.from, Some(visit.stage)));
    for (at, stage) in entries.chain(track.dropped.map(|at| (at, None))) {
        let day = calendar.day(at);
        match all.last_mut() {
            Some(last) if last.0 == day => last.1 = stage,
            _ => all.push((day, stage)),
        }
    }
    all
}

/// The place of a day; what was before the first counts on the first, what comes after the last does not count.
fn place_of(day: Date, first: Date, last: Date) -> Option<usize> {
    if day > last {
        return None;
    }
    usize::try_from(crate::calendar::between(first, day).max(0)).ok()
}

#[cfg(test)]
mod tests {
    use desk::work::Calendar;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::DAY;
    use crate::flow::Visit;

    const FIRST: Date = date(2026, 3, 2);

    fn track(entries: &[(i64, usize)]) -> Track {
        let calendar = Clockwork::of(&Calendar::default());
        let at = |day: i64| calendar.begin(FIRST) + day * DAY;
        let ends = entries.iter().skip(1).map(|(day, _)| *day).chain([99]);
        let visits = entries.iter().zip(ends);
        Track {
            visits: visits.map(|((day, stage), end)| Visit { stage: *stage, from: at(*day), until: at(end) }).collect(),
            ..Track::default()
        }
    }

    fn of(tracks: &[Track], high_water: bool) -> Cumulative {
        cumulative(tracks, 3, &Clockwork::of(&Calendar::default()), (FIRST, date(2026, 3, 7)), high_water)
    }

    #[test]
    fn bands_fall_where_work_goes_back() {
        let tracks = [track(&[(0, 0), (1, 1), (2, 2), (3, 0), (4, 1)]), track(&[(-9, 0), (2, 2)])];
        let flow = of(&tracks, false);
        assert_eq!(flow.reached, [vec![2, 2, 2, 2, 2, 2], vec![0, 1, 2, 1, 2, 2], vec![0, 0, 2, 1, 1, 1]]);
        assert_eq!(flow.fell, [false, false, false, true, false, false]);
        let high = of(&tracks, true);
        assert_eq!(high.reached, [vec![2, 2, 2, 2, 2, 2], vec![0, 1, 2, 2, 2, 2], vec![0, 0, 2, 2, 2, 2]]);
    }

    proptest! {
        #[test]
        fn bands_lie_on_each_other(all in prop::collection::vec(prop::collection::vec((-5_i64..8, 0_usize..3), 1..8), 0..12)) {
            let tracks: Vec<Track> = all
                .into_iter()
                .map(|mut entries| {
                    entries.sort_by_key(|entry| entry.0);
                    track(&entries)
                })
                .collect();
            for flow in [of(&tracks, false), of(&tracks, true)] {
                for pair in flow.reached.windows(2) {
                    prop_assert!(pair[0].iter().zip(&pair[1]).all(|(outer, inner)| outer >= inner));
                }
            }
            for series in of(&tracks, true).reached {
                prop_assert!(series.windows(2).all(|pair| pair[0] <= pair[1]));
            }
        }
    }
}
