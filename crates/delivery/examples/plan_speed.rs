//! How fast a plan is reckoned: the passes over 5,000 items with 10,000 links, and 100,000 trials of 100 items that hang on one another, on
//! one thread. Run it in release; it prints and judges nothing.

use std::time::Instant;

use delivery::plan::axis::{Axis, Days};
use delivery::plan::level::level;
use delivery::plan::network::{Link, Network, Task};
use delivery::plan::trials::{Duration, Order, run};
use delivery::sim::Draws;

fn plan(items: u64, links: u64, slots: u16) -> Network {
    let draws = Draws::of(71).stream_of("links");
    let task = || Task { needs: if slots > 0 { vec![(0, 1)] } else { Vec::new() }, ..Task::default() };
    let tasks = (0..items).map(|_| task()).collect();
    let link = |number: u64| {
        let to = 1 + draws.below(items - 1, number, 0);
        let from = draws.below(to, number, 1).max(to.saturating_sub(1 + draws.below(12, number, 2)));
        Link::after(from as usize, to as usize)
    };
    let links = (0..links).map(link).collect();
    let week: Vec<u16> = [slots.max(1), slots.max(1), slots.max(1), slots.max(1), slots.max(1), 0, 0].repeat(80);
    let days = Days::of(week);
    Network::of(tasks, links, vec![Axis::of(&days).expect("somebody works")], vec![days]).expect("no ring")
}

#[expect(clippy::disallowed_methods, reason = "this program is there to take times")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let made = work();
    println!("{what}: {:.2} ms", begun.elapsed().as_secs_f64() * 1e3);
    made
}

fn main() {
    let large = plan(5_000, 10_000, 0);
    let ticks: Vec<i64> = (0..5_000).map(|item| 1 + item % 40).collect();
    for _ in 0..3 {
        timed("passes over 5,000 items and 10,000 links", || large.passes(&ticks));
    }
    for slots in [0, 3] {
        let network = plan(100, 200, slots);
        let spread = "2..4..12d".parse().expect("a spread");
        let durations = vec![Duration::of(&spread, 0.8); 100];
        let ticks: Vec<i64> = durations.iter().map(|one| one.at(0.5)).collect();
        let found = timed(&format!("levelling 100 items in {slots} slots"), || level(&network, &ticks, 71));
        let ids: Vec<String> = (0..100).map(|item| item.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let order = Order {
            turns: &found.order,
            durations: &durations,
            ids: &ids,
            drivers: &[],
            growth: None,
            drain: None,
            seed: 71,
            trials: 100_000,
        };
        timed(&format!("100,000 trials of 100 items in {slots} slots, one thread"), || run(&network, &order, 1));
    }
}
