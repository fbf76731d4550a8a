//! What is kept in reserve: behind the chain that binds the finish, and where other chains feed into it (Goldratt 1997, Newbold 1998).

use super::answer::Scene;
use super::buffers::{Sizing, buffer};
use super::view::{BufferView, FeedingView};
use crate::plan::axis::TICKS;
use crate::plan::level::chain;
use crate::plan::reckon::Reckoned;
use crate::plan::trials::shown;

/// The reserve of a levelled plan; none without a chain, and none for a plan that is told by throughput: it has no durations.
pub(super) fn reserve(scene: &Scene<'_>, reckoned: &Reckoned) -> Option<BufferView> {
    let tasks = timed(reckoned, &reckoned.chain);
    let last = *tasks.last().filter(|_| reckoned.drain.is_none())?;
    let pairs = pairs(reckoned, &tasks);
    let days = buffer(&pairs, Sizing::RootSquares);
    let axis = reckoned.model.network.axes.get(reckoned.model.network.tasks.get(last)?.axis)?;
    let end = reckoned.levelled.schedule.finished.get(last).copied()?;
    let until = axis.end(axis.work(end) + (days * TICKS as f64).round() as i64);
    Some(BufferView {
        chain: named(scene, reckoned, &tasks),
        bold_days: pairs.iter().map(|pair| pair.0).sum(),
        days: shown(days),
        half_days: shown(buffer(&pairs, Sizing::Half)),
        until: (scene.ground.finishes(end).to_string(), scene.ground.finishes(until).to_string()),
        feeding: feeding(scene, reckoned),
    })
}

/// Those that take time.
fn timed(reckoned: &Reckoned, tasks: &[usize]) -> Vec<usize> {
    tasks.iter().copied().filter(|task| reckoned.ticks.get(*task).is_some_and(|ticks| *ticks > 0)).collect()
}

/// Aggressive and safe days of each: P50 and P90.
fn pairs(reckoned: &Reckoned, tasks: &[usize]) -> Vec<(f64, f64)> {
    let days = |ticks: i64| ticks as f64 / TICKS as f64;
    let durations = tasks.iter().filter_map(|task| reckoned.model.durations.get(*task));
    durations.map(|one| (days(one.at(0.5)), days(one.at(0.9)))).collect()
}

fn named(scene: &Scene<'_>, reckoned: &Reckoned, tasks: &[usize]) -> Vec<String> {
    tasks.iter().filter_map(|task| reckoned.model.tasks.get(*task)).map(|place| scene.name(*place)).collect()
}

/// The chains that feed into the main one, in its order: each from the item that a link ties to it back to where it meets another chain.
fn feeding(scene: &Scene<'_>, reckoned: &Reckoned) -> Vec<FeedingView> {
    let (network, schedule) = (&reckoned.model.network, &reckoned.levelled.schedule);
    let mut seen: Vec<usize> = reckoned.chain.clone();
    let (mut all, mut back) = (Vec::new(), Vec::new());
    for into in reckoned.chain.iter().copied() {
        for (_, link) in network.into(into).filter(|(_, link)| !link.soft) {
            if seen.contains(&link.from) {
                continue;
            }
            chain(network, schedule, link.from, &mut back);
            let own: Vec<usize> = back.iter().copied().take_while(|task| !seen.contains(task)).collect();
            seen.extend(own.iter().copied());
            let own: Vec<usize> = timed(reckoned, &own).into_iter().rev().collect();
            let pairs = pairs(reckoned, &own);
            let Some(axis) = network.tasks.get(into).and_then(|task| network.axes.get(task.axis)) else { continue };
            let ends = (schedule.begun.get(into), schedule.finished.get(link.from));
            let (Some(begun), Some(finished), false) = (ends.0, ends.1, own.is_empty()) else { continue };
            let room = axis.work(*begun) - axis.work(*finished) - link.lag.max(0);
            all.push(FeedingView {
                chain: named(scene, reckoned, &own),
                into: named(scene, reckoned, &[into]).concat(),
                bold_days: pairs.iter().map(|pair| pair.0).sum(),
                days: shown(buffer(&pairs, Sizing::RootSquares)),
                room_days: room.max(0) as f64 / TICKS as f64,
            });
        }
    }
    all
}
