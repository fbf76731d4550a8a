//! Why this date: from a task's finish back over what bound it, to the first day of the plan. The pieces tile the span: they sum to it
//! exactly.

use crate::plan::level::{Schedule, holder};
use crate::plan::network::Network;

/// What a piece of the span went into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The task's own work.
    Work,
    /// Another task that it hangs on.
    For(usize),
    /// A wait for something of a pool that was all taken, behind whoever held it.
    Wait(usize, Option<usize>),
    /// The lag of a link from a task.
    Lag(usize),
    /// A day before which it may not start.
    NotBefore,
    /// Nobody works: weekends, holidays, everybody away.
    NotWorked,
}

/// Pieces of the span from the first day to the finish of `task`, in ticks; the nearest to the finish first, time not worked last.
#[must_use]
pub fn why(network: &Network, schedule: &Schedule, ticks: &[i64], task: usize) -> Vec<(Cause, i64)> {
    let mut walk = Walk { network, at: schedule.finished[task], pieces: Vec::new(), not_worked: 0 };
    let (mut here, mut seen) = (task, vec![false; network.len()]);
    while !std::mem::replace(&mut seen[here], true) {
        let bound = schedule.bound[here];
        let own = if here == task { Cause::Work } else { Cause::For(here) };
        let link = bound.link.map(|link| network.links[link]);
        if let Some(link) = link.filter(|link| !link.sort.on_start() && bound.full.is_none()) {
            // Its finish hangs on the other: what it did before that is not what it waited for.
            walk.back_to(anchor(schedule, &link), here, own);
            here = link.from;
            continue;
        }
        walk.back_to(schedule.begun[here], here, own);
        if let Some(full) = bound.full {
            let behind = holder(network, schedule, here, full);
            walk.back_to(network.begun(here, bound.ready, ticks[here]), here, Cause::Wait(full.0, behind));
        }
        let Some(link) = link else {
            walk.back_to(0, here, Cause::NotBefore);
            break;
        };
        walk.back_to(anchor(schedule, &link), here, Cause::Lag(link.from));
        here = link.from;
    }
    walk.back_to(0, here, Cause::NotBefore);
    walk.told()
}

fn anchor(schedule: &Schedule, link: &crate::plan::network::Link) -> i64 {
    if link.sort.of_finish() { schedule.finished[link.from] } else { schedule.begun[link.from] }
}

struct Walk<'a> {
    network: &'a Network,
    at: i64,
    pieces: Vec<(Cause, i64)>,
    not_worked: i64,
}

impl Walk<'_> {
    /// Books what lies between `until` and where the walk is, in the time of a task's team.
    fn back_to(&mut self, until: i64, task: usize, cause: Cause) {
        let until = until.max(0);
        if until >= self.at {
            return;
        }
        let axis = &self.network.axes[self.network.tasks[task].axis];
        let worked = axis.work(self.at) - axis.work(until);
        self.not_worked += self.at - until - worked;
        self.at = until;
        if worked == 0 {
            return;
        }
        match self.pieces.iter_mut().find(|piece| piece.0 == cause) {
            Some(piece) => piece.1 += worked,
            None => self.pieces.push((cause, worked)),
        }
    }

    fn told(mut self) -> Vec<(Cause, i64)> {
        if self.not_worked > 0 {
            self.pieces.push((Cause::NotWorked, self.not_worked));
        }
        self.pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::axis::{Axis, Days, TICKS};
    use crate::plan::level::level;
    use crate::plan::network::tests::{any_plan, golden};

    #[test]
    fn a_date_explains_itself() {
        let (mut network, ticks) = golden(vec![Days::always(1)]);
        let office: Vec<u16> = [1, 1, 1, 1, 1, 0, 0].repeat(6);
        network.axes = vec![Axis::of(&Days::of(office.clone())).unwrap()];
        network.pools = vec![Days::of(office)];
        let found = level(&network, &ticks, 71);
        assert_eq!(found.schedule.end, 25 * TICKS, "19 working days and three weekends");
        let pieces = why(&network, &found.schedule, &ticks, 5);
        let of = |cause: Cause| pieces.iter().find(|piece| piece.0 == cause).map(|piece| piece.1 / TICKS);
        assert_eq!(of(Cause::Work), Some(2));
        assert_eq!(of(Cause::NotWorked), Some(6));
        assert!(pieces.iter().any(|(cause, _)| matches!(cause, Cause::Wait(0, Some(_)))), "{pieces:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_sum_to_the_span((network, ticks) in any_plan()) {
            let found = level(&network, &ticks, 3);
            for task in 0..network.len() {
                let pieces = why(&network, &found.schedule, &ticks, task);
                let sum: i64 = pieces.iter().map(|piece| piece.1).sum();
                prop_assert_eq!(sum, found.schedule.finished[task].max(0));
                prop_assert!(pieces.iter().all(|piece| piece.1 > 0));
            }
        }
    }
}
