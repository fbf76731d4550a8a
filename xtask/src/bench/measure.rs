//! One measurement: a program is run to its end, and its wall time, processor time and peak memory are taken.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use wait4::Wait4 as _;

use crate::run;

/// What one run cost, or the median of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Wall time, seconds.
    pub(crate) wall: f64,
    /// User and system time of the process and those that it waited for, seconds.
    pub(crate) processor: f64,
    /// Largest resident set of any process among them, bytes.
    pub(crate) memory: u64,
}

/// Runs a command once, its output thrown away.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn once(mut command: Command) -> Result<Cost> {
    let name = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (ended, wall) = run::timed(|| command.spawn().and_then(|mut child| child.wait4()));
    let ended = ended.with_context(|| format!("cannot run {name}"))?;
    if !ended.status.success() {
        bail!("{name} ended with {}", ended.status);
    }
    let processor: Duration = ended.rusage.utime + ended.rusage.stime;
    Ok(Cost { wall: wall.as_secs_f64(), processor: processor.as_secs_f64(), memory: ended.rusage.maxrss })
}

/// Runs a command once to warm up and then `runs` times; each is made anew by `make`, whose own time does not count.
///
/// # Errors
/// When one of the runs cannot be started or fails.
pub(crate) fn several(runs: usize, make: impl Fn() -> Result<Command>) -> Result<Cost> {
    in_turn(runs, &[&make])?.pop().context("no run was measured")
}

/// As [`several`], for commands that are to be compared: each run takes all of them in turn, so that what else the machine does
/// falls on all.
///
/// # Errors
/// When one of the runs cannot be started or fails.
pub(crate) fn in_turn(runs: usize, makers: &[&dyn Fn() -> Result<Command>]) -> Result<Vec<Cost>> {
    let mut costs = vec![Vec::with_capacity(runs); makers.len()];
    for run in 0..=runs {
        for (make, costs) in makers.iter().zip(&mut costs) {
            let cost = once(make()?)?;
            // The first run warms up.
            if run > 0 {
                costs.push(cost);
            }
        }
    }
    costs.iter().map(|costs| median(costs).context("no run was measured")).collect()
}

/// The median of each part by itself; none of nothing.
pub(crate) fn median(costs: &[Cost]) -> Option<Cost> {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some(Cost {
        wall: middle(costs.iter().map(|cost| cost.wall).collect())?,
        processor: middle(costs.iter().map(|cost| cost.processor).collect())?,
        memory: middle(costs.iter().map(|cost| cost.memory as f64).collect())? as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::{Cost, median};

    #[test]
    fn parts_have_their_own_median() {
        let cost = |wall, processor, memory| Cost { wall, processor, memory };
        let costs = [cost(3.0, 1.0, 10), cost(1.0, 2.0, 30), cost(2.0, 9.0, 20)];
        assert_eq!(median(&costs), Some(cost(2.0, 2.0, 20)));
        assert_eq!(median(&[]), None);
    }
}
