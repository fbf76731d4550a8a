//! When will so many be finished, and how many will be finished by then? Exact answers from the counts of past days.
//!
//! The past is a list of finished things a day, zeros included, oldest first, today left out; day 1 of the future is tomorrow. A future day
//! is like a past day taken at random (Magennis 2011; Vacanti 2015), working and free days apart, thinned when people are away.

mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::pmf::{Pmf, Summing};
use crate::published::{BLOCK, Method};

pub(crate) use table::Table;

/// Days in front that are looked at: three years.
pub const HORIZON_DAYS: usize = 1_096;
/// Finished in 180 days, and days of record, from which anything is told.
pub const LEAST: (u32, usize) = (10, 28);
/// Finished in a window from which it may be used.
const LEAST_FINISHED: u32 = 5;
/// Days of a kind from which working and free days are told apart.
const LEAST_DAYS: usize = 10;

/// Finished things a day, oldest first, and whether somebody worked on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Finished on each day.
    pub counts: Vec<u32>,
    /// Whether each was a working day.
    pub works: Vec<bool>,
}

impl History {
    /// Days of which nothing more is known than their counts.
    #[must_use]
    pub fn plain(counts: &[u32]) -> Self {
        Self { counts: counts.to_vec(), works: vec![true; counts.len()] }
    }

    /// The last days of it, as far as it reaches.
    #[must_use]
    pub fn last(&self, days: usize) -> Self {
        let from = self.counts.len().saturating_sub(days);
        Self { counts: self.counts[from..].to_vec(), works: self.works[from..].to_vec() }
    }

    /// Finished in the last days.
    #[must_use]
    pub fn finished(&self, days: usize) -> u32 {
        self.counts.iter().rev().take(days).sum()
    }
}

/// The days to come: whether somebody works, and how much of the team is there (1: as usual). Days beyond the end are like the last week.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ahead {
    /// Day 1 first.
    pub days: Vec<(bool, f64)>,
}

impl Ahead {
    /// Day `nth`, from 0.
    fn day(&self, nth: usize) -> (bool, f64) {
        let length = self.days.len();
        if length == 0 {
            return (true, 1.0);
        }
        if nth < length {
            return self.days[nth];
        }
        let week = length.min(7);
        self.days[length - week + (nth - length) % week]
    }
}

/// One reading of the future: a distribution a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Pace {
    /// Each day by itself: the distributions that there are, and which one each day has. Beyond the end the last week repeats.
    Days {
        /// The different ones.
        kinds: Vec<Pmf>,
        /// Which one day 1, 2, … has.
        of: Vec<u16>,
    },
    /// Blocks of 14 days that stay together: for each block of the future the distribution of what its first 1, 2, … days bring. Beyond the
    /// end the last block repeats.
    Blocks {
        /// For each block, its days.
        blocks: Vec<Vec<Pmf>>,
        /// The blocks of the past, for trials.
        past: Vec<Vec<u32>>,
        /// How much of the team is there on day 1, 2, ….
        factors: Vec<f64>,
    },
}

/// All readings of a method, with equal weight. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Bag(Vec<Pace>);

impl Bag {
    /// Of one reading.
    #[must_use]
    pub fn one(pace: Pace) -> Self {
        Self(vec![pace])
    }

    /// Of several readings; there must be one.
    #[must_use]
    pub(crate) fn all(paces: Vec<Pace>) -> Self {
        Self(paces)
    }

    /// A guess: so many a day, whatever the calendar says.
    #[must_use]
    pub fn guess(day: Pmf) -> Self {
        Self::one(Pace::Days { kinds: vec![day], of: vec![0] })
    }

    /// Of windows of some lengths in days; those with fewer than five finished are left out, and so is one that reaches no further than
    /// another. None when nothing is left.
    #[must_use]
    pub fn windows(history: &History, ahead: &Ahead, lengths: &[usize]) -> Option<Self> {
        let mut used: Vec<usize> = Vec::new();
        for length in lengths.iter().map(|length| (*length).min(history.counts.len())) {
            if !used.contains(&length) && history.finished(length) >= LEAST_FINISHED {
                used.push(length);
            }
        }
        let all: Vec<Pace> = used.into_iter().filter_map(|length| days(&history.last(length), ahead)).collect();
        (!all.is_empty()).then_some(Self(all))
    }

    /// What a method makes of a history. None when it has too little to say.
    #[must_use]
    pub fn of(method: Method, history: &History, ahead: &Ahead) -> Option<Self> {
        if method == Method::Blocks {
            return blocks(history, ahead).map(Self::one);
        }
        Self::windows(history, ahead, method.windows())
    }

    /// P(T ≤ t) for t = 0, 1, … until it is as good as sure or the horizon is reached. `start` is the distribution of what is left to do.
    #[must_use]
    pub fn when(&self, start: &Pmf, horizon: usize) -> Arrival {
        let curves: Vec<Vec<f64>> = self.0.iter().map(|pace| pace.when(start, horizon)).collect();
        let length = curves.iter().map(Vec::len).max().unwrap_or(1);
        let at = |curve: &Vec<f64>, t: usize| curve.get(t).or(curve.last()).copied().unwrap_or(0.0);
        let mean = |t: usize| curves.iter().map(|curve| at(curve, t)).sum::<f64>() / curves.len() as f64;
        Arrival { by: (0..length).map(mean).collect() }
    }

    /// How many are finished in the first `days` days.
    #[must_use]
    pub fn how_many(&self, summing: &mut Summing, days: usize) -> Pmf {
        let all: Vec<Pmf> = self.0.iter().map(|pace| pace.how_many(summing, days)).collect();
        Pmf::mean_of(&all).unwrap_or_else(|| Pmf::certain(0))
    }

    /// The readings.
    #[must_use]
    pub fn paces(&self) -> &[Pace] {
        &self.0
    }

    /// Whether nothing will ever be finished.
    #[must_use]
    pub fn stands_still(&self) -> bool {
        self.0.iter().all(|pace| match pace {
            Pace::Days { kinds, of } => of.iter().all(|kind| kinds[usize::from(*kind)].most() == 0),
            Pace::Blocks { blocks, .. } => blocks.iter().all(|block| block.last().is_none_or(|last| last.most() == 0)),
        })
    }
}

/// A distribution for each kind of day.
fn days(window: &History, ahead: &Ahead) -> Option<Pace> {
    let of = |works: bool| {
        let days = window.counts.iter().zip(&window.works).filter(move |(_, day)| **day == works);
        days.map(|(count, _)| *count).collect::<Vec<_>>()
    };
    let (working, free) = (of(true), of(false));
    let apart = working.len() >= LEAST_DAYS && free.len() >= LEAST_DAYS;
    let all = Pmf::of_counts(window.counts.iter().copied())?;
    let (working, free) = if apart { (Pmf::of_counts(working)?, Pmf::of_counts(free)?) } else { (all.clone(), all) };
    let (mut kinds, mut places, mut which) = (Vec::new(), HashMap::new(), Vec::new());
    for nth in 0..ahead.days.len().max(1) {
        let (works, factor) = ahead.day(nth);
        let place = *places.entry((works, factor.to_bits())).or_insert_with(|| {
            kinds.push(if works { &working } else { &free }.thinned(factor));
            u16::try_from(kinds.len() - 1).unwrap_or(u16::MAX)
        });
        which.push(place);
    }
    Some(Pace::Days { kinds, of: which })
}

/// Blocks of the past as they were, each thinned as the days of the future ask.
fn blocks(history: &History, ahead: &Ahead) -> Option<Pace> {
    let past = history.last(BLOCK.1);
    let all: Vec<&[u32]> = past.counts.rchunks_exact(BLOCK.0).collect();
    if all.len() < 2 || history.finished(BLOCK.1) < LEAST_FINISHED {
        return None;
    }
    let block = |first: usize| {
        let mut sums: Vec<Vec<Pmf>> = vec![Vec::with_capacity(all.len()); BLOCK.0];
        for block in &all {
            let mut sum = Pmf::certain(0);
            for (nth, count) in block.iter().enumerate() {
                sum = sum.plus(&Pmf::certain(*count as usize).thinned(ahead.day(first + nth).1));
                sums[nth].push(sum.clone());
            }
        }
        sums.iter().filter_map(|sums| Pmf::mean_of(sums)).collect::<Vec<_>>()
    };
    let usual = ahead.days.iter().all(|day| (day.1 - 1.0).abs() < 1e-12);
    let blocks = if usual {
        vec![block(0)]
    } else {
        // One block more than there are days: it lies beyond the end, and repeats.
        (0..=ahead.days.len().div_ceil(BLOCK.0)).map(|nth| block(nth * BLOCK.0)).collect()
    };
    let past = all.iter().map(|block| block.to_vec()).collect();
    Some(Pace::Blocks { blocks, past, factors: ahead.days.iter().map(|day| day.1).collect() })
}

/// What is left of a chance when it is as good as none.
const NOTHING: f64 = 1e-9;

impl Pace {
    fn kind(of: &[u16], day: usize) -> usize {
        let length = of.len();
        let place = if day < length {
            day
        } else {
            let week = length.min(7);
            length - week + (day - length) % week
        };
        usize::from(of[place])
    }

    fn when(&self, start: &Pmf, horizon: usize) -> Vec<f64> {
        let mut left = Left::of(start);
        let mut by = vec![1.0 - left.open()];
        match self {
            Self::Days { kinds, of } => {
                for day in 0..horizon {
                    if left.open() <= NOTHING {
                        break;
                    }
                    left.pass(&kinds[Self::kind(of, day)]);
                    by.push(1.0 - left.open());
                }
            }
            Self::Blocks { blocks, .. } => {
                for nth in 0..horizon.div_ceil(BLOCK.0) {
                    let Some(block) = blocks.get(nth).or(blocks.last()).filter(|_| left.open() > NOTHING) else {
                        break;
                    };
                    by.extend(block.iter().map(|day| 1.0 - left.after(day)));
                    block.iter().last().into_iter().for_each(|whole| left.pass(whole));
                }
                by.truncate(horizon + 1);
            }
        }
        by
    }

    fn how_many(&self, summing: &mut Summing, days: usize) -> Pmf {
        match self {
            Self::Days { kinds, of } => {
                let mut times = vec![0_u32; kinds.len()];
                (0..days).for_each(|day| times[Self::kind(of, day)] += 1);
                let terms: Vec<(&Pmf, u32)> = kinds.iter().zip(times).collect();
                summing.sum(&terms)
            }
            Self::Blocks { blocks, .. } => {
                let whole = days / BLOCK.0;
                let block = |nth: usize| blocks.get(nth).or(blocks.last());
                let mut terms: Vec<(&Pmf, u32)> = Vec::new();
                if blocks.len() == 1 {
                    terms.extend(block(0).and_then(|block| block.last()).map(|last| (last, whole as u32)));
                } else {
                    terms.extend((0..whole).filter_map(|nth| Some((block(nth)?.last()?, 1))));
                }
                let rest = days % BLOCK.0;
                terms.extend(
                    block(whole).filter(|_| rest > 0).and_then(|block| block.get(rest - 1)).map(|one| (one, 1)),
                );
                summing.sum(&terms)
            }
        }
    }
}

/// What is still to do, as a distribution over 1, 2, … with the part of it that is worth a look: a date far away is not paid for with
/// every count between.
struct Left {
    chances: Vec<f64>,
    next: Vec<f64>,
    /// First and end of what is not as good as nothing.
    part: (usize, usize),
}

/// A chance too small to change any digit that is shown.
const DUST: f64 = 1e-16;

impl Left {
    fn of(start: &Pmf) -> Self {
        let chances = start.chances()[1..].to_vec();
        let next = vec![0.0; chances.len()];
        let mut left = Self { part: (0, chances.len()), chances, next };
        left.trim();
        left
    }

    fn open(&self) -> f64 {
        self.chances[self.part.0..self.part.1].iter().sum()
    }

    fn trim(&mut self) {
        let (mut from, mut until) = self.part;
        while from < until && self.chances[from] < DUST {
            from += 1;
        }
        while until > from && self.chances[until - 1] < DUST {
            until -= 1;
        }
        self.part = (from, until);
    }

    /// What days like this leave: P'(r) = Σ_k p(k) · P(r + k); what reaches 0 is absorbed. Gives the part that is filled.
    fn spread(&mut self, day: &Pmf) -> (usize, usize) {
        let (from, until) = self.part;
        let low = from.saturating_sub(day.most());
        self.next[low..until].fill(0.0);
        for (count, chance) in day.chances().iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            let first = from.max(count);
            if first >= until {
                continue;
            }
            let into = &mut self.next[first - count..until - count];
            for (into, from) in into.iter_mut().zip(&self.chances[first..until]) {
                *into += chance * from;
            }
        }
        (low, until)
    }

    /// A day goes by.
    fn pass(&mut self, day: &Pmf) {
        self.part = self.spread(day);
        std::mem::swap(&mut self.chances, &mut self.next);
        self.trim();
    }

    /// What would be open after days like this, which do not go by.
    fn after(&mut self, day: &Pmf) -> f64 {
        let (from, until) = self.spread(day);
        self.next[from..until].iter().sum()
    }
}

/// When it is done: P(T ≤ t) for t = 0, 1, ….
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// P(T ≤ t).
    pub by: Vec<f64>,
}

impl Arrival {
    /// The least t with P(T ≤ t) ≥ q; none within what was looked at.
    #[must_use]
    pub fn day(&self, q: f64) -> Option<usize> {
        self.by.iter().position(|chance| *chance + 1e-9 >= q)
    }

    /// P(T ≤ t).
    #[must_use]
    pub fn within(&self, t: usize) -> f64 {
        self.by.get(t).or(self.by.last()).copied().unwrap_or(0.0)
    }

    /// The probabilities of T = 0, 1, …; what is missing to 1 lies beyond.
    #[must_use]
    pub fn chances(&self) -> Vec<f64> {
        let before = std::iter::once(0.0).chain(self.by.iter().copied());
        self.by.iter().zip(before).map(|(now, before)| (now - before).max(0.0)).collect()
    }
}
