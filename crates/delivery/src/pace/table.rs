//! Draws from a reading of the future, day by day, for trials.

use super::Pace;
use crate::pmf::Pmf;
use crate::sim::Stream;

/// How a pace is drawn from.
#[derive(Debug)]
pub(crate) enum Table<'a> {
    /// For each kind of day the running sums of its chances, and which one each day has.
    Days { sums: Vec<Vec<f64>>, of: &'a [u16] },
    /// Blocks of the past, thinned by how much of the team is there.
    Blocks { past: &'a [Vec<u32>], factors: &'a [f64] },
}

/// Ordinals of a team's stream from which blocks, and what is kept of their days, are drawn.
const BLOCKS: u64 = 1 << 20;
const KEPT: u64 = 1 << 21;

impl<'a> Table<'a> {
    /// Of a reading.
    pub(crate) fn of(pace: &'a Pace) -> Self {
        match pace {
            Pace::Days { kinds, of } => Self::Days { sums: kinds.iter().map(running).collect(), of },
            Pace::Blocks { past, factors, .. } => Self::Blocks { past, factors },
        }
    }

    /// How much is finished on day `day`, from 0, of a trial.
    pub(crate) fn draw(&self, day: usize, stream: Stream, trial: u64) -> u32 {
        match self {
            Self::Days { sums, of } => {
                let sums = &sums[usize::from(of[repeated(day, of.len())])];
                let u = stream.uniform(trial, day as u64);
                sums.iter().position(|sum| u < *sum).unwrap_or(sums.len() - 1) as u32
            }
            Self::Blocks { past, factors } => {
                let length = past[0].len();
                let block = stream.below(past.len() as u64, trial, BLOCKS + (day / length) as u64) as usize;
                let count = past[block][day % length];
                let factor = if factors.is_empty() { 1.0 } else { factors[repeated(day, factors.len())] };
                if count == 0 || (factor - 1.0).abs() < 1e-12 {
                    return count;
                }
                Pmf::certain(count as usize).thinned(factor).at(stream.uniform(trial, KEPT + day as u64))
            }
        }
    }
}

/// Days beyond the end are like the last week.
const fn repeated(day: usize, length: usize) -> usize {
    if day < length {
        return day;
    }
    let week = if length < 7 { length } else { 7 };
    length - week + (day - length) % week
}

fn running(pmf: &Pmf) -> Vec<f64> {
    pmf.chances()
        .iter()
        .scan(0.0, |sum, chance| {
            *sum += chance;
            Some(*sum)
        })
        .collect()
}
