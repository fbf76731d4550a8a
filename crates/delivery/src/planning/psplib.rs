//! Plans of PSPLIB (Kolisch and Sprecher 1996), single mode, `.sm`: what other planners are measured with becomes a network.
//!
//! A period of the file is a tick; its resources are pools; its first and last job are the ends and take no time.

use crate::plan::axis::{Axis, Days};
use crate::plan::network::{Link, Network, NetworkError, Task};

/// A plan of the library.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The plan.
    pub network: Network,
    /// Durations in ticks.
    pub ticks: Vec<i64>,
    /// The length by links alone that the file states.
    pub mpm_time: Option<i64>,
}

/// What is no such file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PsplibError {
    /// A line that does not read.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// What was expected.
        what: &'static str,
    },
    /// What it describes is not a plan.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// The part of the file that a line belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Other,
    Information,
    Precedence,
    Durations,
    Resources,
}

/// Reads a file.
///
/// # Errors
/// The first line that does not read; links in a ring; a demand above what there is.
pub fn read(text: &str) -> Result<Instance, PsplibError> {
    let mut part = Part::Other;
    let (mut links, mut ticks, mut demands, mut amounts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut mpm_time = None;
    for (number, line) in text.lines().enumerate() {
        part = match line.trim() {
            text if text.starts_with("PROJECT INFORMATION") => Part::Information,
            text if text.starts_with("PRECEDENCE RELATIONS") => Part::Precedence,
            text if text.starts_with("REQUESTS/DURATIONS") => Part::Durations,
            text if text.starts_with("RESOURCEAVAILABILITIES") => Part::Resources,
            text if text.starts_with('*') => Part::Other,
            _ => part,
        };
        let wrong = |what| PsplibError::Line { line: number + 1, what };
        let numbers: Option<Vec<i64>> = line.split_whitespace().map(|word| word.parse().ok()).collect();
        // Headings and rules between the tables have words in them.
        let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) else { continue };
        match part {
            Part::Information => mpm_time = numbers.last().copied(),
            Part::Precedence => {
                let [job, _modes, count, after @ ..] = numbers.as_slice() else {
                    return Err(wrong("a job, its modes, how many follow, and which"));
                };
                if after.len() != usize::try_from(*count).unwrap_or(usize::MAX) {
                    return Err(wrong("as many successors as are counted"));
                }
                links.extend(after.iter().map(|next| (*job, *next, number + 1)));
            }
            Part::Durations => {
                let [_job, _mode, duration, demand @ ..] = numbers.as_slice() else {
                    return Err(wrong("a job, its mode, its duration, and what it needs"));
                };
                ticks.push(*duration);
                demands
                    .push(demand.iter().map(|amount| u16::try_from(*amount).unwrap_or(u16::MAX)).collect::<Vec<_>>());
            }
            Part::Resources => amounts = numbers.iter().map(|amount| u16::try_from(*amount).unwrap_or(0)).collect(),
            Part::Other => {}
        }
    }
    let place = |job: i64, line: usize| {
        let place = usize::try_from(job - 1).ok().filter(|place| *place < ticks.len());
        place.ok_or(PsplibError::Line { line, what: "a job that has a duration" })
    };
    let links = links.iter().map(|(from, to, line)| Ok(Link::after(place(*from, *line)?, place(*to, *line)?)));
    let links = links.collect::<Result<Vec<_>, PsplibError>>()?;
    let task = |demand: &Vec<u16>| Task {
        needs: demand.iter().copied().enumerate().filter(|need| need.1 > 0).collect(),
        ..Task::default()
    };
    let tasks = demands.iter().map(task).collect();
    let pools = amounts.iter().map(|amount: &u16| Days::always(*amount)).collect();
    Ok(Instance { network: Network::of(tasks, links, vec![Axis::whole()], pools)?, ticks, mpm_time })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::level::level;

    /// Made for this test: four jobs between two ends, one resource of three.
    const FILE: &str = "\
************************************************************************
file with basedata            : own.bas
jobs (incl. supersource/sink ):  6
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      4      0       20        0        9
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          2           4   5
   4        1          1           6
   5        1          1           6
   6        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     5       2
  3      1     3       2
  4      1     4       1
  5      1     4       2
  6      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    3
************************************************************************
";

    #[test]
    fn the_length_is_the_stated_one() {
        let found = read(FILE).unwrap();
        assert_eq!(found.network.len(), 6);
        assert_eq!(Some(found.network.passes(&found.ticks).end), found.mpm_time);
    }

    #[test]
    fn resources_lengthen_it() {
        let found = read(FILE).unwrap();
        // 2 and 3 never run together (2 + 2 > 3), nor 2 and 5: 3 and 2 take 8; then 4 and 5 take 4 together.
        assert_eq!(level(&found.network, &found.ticks, 1).schedule.end, 12);
    }

    #[test]
    fn what_does_not_read_is_named() {
        let wrong = |from: &str, to: &str| read(&FILE.replace(from, to)).unwrap_err().to_string();
        assert_eq!(
            wrong("   2        1          1           4\n", "   2        1          2           4\n"),
            "line 12: as many successors as are counted"
        );
        assert_eq!(
            wrong("   4        1          1           6\n", "   4        1          1           9\n"),
            "line 14: a job that has a duration"
        );
        assert_eq!(wrong("    3\n*", "    1\n*"), "task 1 needs 2 of pool 0, which has 1");
        assert_eq!(
            wrong("   5        1          1           6\n", "   5        1          1           3\n"),
            "links close a ring"
        );
    }
}
