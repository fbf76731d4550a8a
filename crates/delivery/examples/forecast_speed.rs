//! How fast forecasts are: exact answers, trials, a network of features, a backtest. Prints; asserts nothing.
//!
//!     cargo run --release -p delivery --example forecast_speed

use std::num::NonZeroUsize;

use delivery::estimation::backtest::{Record, backtest, checkpoints};
use delivery::estimation::simulate::{Feature, Network, Team, simulate};
use delivery::pace::{Ahead, Bag, HORIZON_DAYS, History};
use delivery::pmf::{Pmf, Summing};
use delivery::published::Method;
use delivery::sim::Draws;
use jiff::civil::date;

#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn timed<T>(name: &str, times: u32, mut run: impl FnMut() -> T) -> T {
    let begin = std::time::Instant::now();
    let mut last = run();
    for _ in 1..times {
        last = std::hint::black_box(run());
    }
    let each = begin.elapsed() / times;
    println!("{name:<56} {each:>12.2?}");
    last
}

fn main() {
    let dice = Draws::of(1).stream(1);
    let counts: Vec<u32> = (0..90).map(|day| dice.below(5, 0, day).saturating_sub(2) as u32).collect();
    let history = History::plain(&counts);
    let pool = Bag::of(Method::Window90, &history, &Ahead::default()).expect("a history with finished items");
    let start = Pmf::certain(100);
    timed("when, exact: 100 items, 90 days of history", 1_000, || pool.when(&start, HORIZON_DAYS));
    let mut summing = Summing::default();
    timed("how many, exact: 56 days", 1_000, || pool.how_many(&mut summing, 56));

    let one = NonZeroUsize::MIN;
    let team = |id| Team { id, paces: pool.paces().to_vec(), limit: 2 };
    let feature = |id, team, after| Feature { id, team, items: Pmf::certain(100), after, not_before: 0 };
    let heap = Network { teams: vec![team(1)], features: vec![feature(10, 0, vec![])], drivers: vec![] };
    timed("when, 100,000 trials of 100 items, one core", 3, || simulate(&heap, Draws::of(2), 100_000, one));
    let item = Network { features: vec![Feature { items: Pmf::certain(5), ..feature(10, 0, vec![]) }], ..heap };
    timed("when, 100,000 trials of 5 items, one core", 3, || simulate(&item, Draws::of(2), 100_000, one));

    let tied =
        |nth: usize| if nth < 8 { vec![] } else { vec![nth - 8 + usize::from(nth.is_multiple_of(3) && nth % 8 < 7)] };
    let network = Network {
        teams: (0..8).map(|nth| team(nth + 1)).collect(),
        features: (0..50)
            .map(|nth| Feature { items: Pmf::certain(6), ..feature(100 + nth as u64, nth % 8, tied(nth)) })
            .collect(),
        drivers: vec![],
    };
    timed("8 teams, 50 features of 6 items, 10,000 trials, one core", 3, || {
        simulate(&network, Draws::of(3), 10_000, one)
    });

    let first = date(2019, 1, 1);
    let day = |nth: i32| delivery::calendar::after(first, nth);
    let instant = |on| (delivery::calendar::between(first, on) + 1) * delivery::calendar::DAY;
    let things = (0..2_300_i32)
        .flat_map(|nth| (0..dice.below(3, 1, nth as u64)).map(move |_| vec![(instant(day(nth)) - 1, Some(day(nth)))]));
    let record = Record { first: Some(first), things: things.collect() };
    let today = day(2_299);
    let points = checkpoints(&record, today, 260, instant);
    timed("backtest: 260 checkpoints, every method", 1, || {
        backtest(&record, &points, (today, instant(today)), |day| day.weekday().to_monday_zero_offset() < 5)
    });
}
