//! The pages of the stage over 100,000 work items with a million changes: the first answer, which reads them, and those after it. Prints;
//! asserts nothing.
//!
//!     cargo run --release -p delivery --example large_boards -- 100000

use std::time::{Duration, Instant};

use delivery::estimation::Estimation;
use delivery::methodology::Methodology;
use delivery::planning::Planning;
use delivery::risk::Risks;
use desk::{Clock, Entropy, Office, PracticeEntry};

#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let items = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let clock = Clock::set_at("2026-03-31T12:00:00Z".parse()?);
    let office = Office::open(folder.path(), clock, Entropy::seeded(7)).await?;
    let viewer = office.local("Ann", "ann@localhost").await?;
    let begun = now();
    testkit::work::crowd(&office, items, jiff::civil::date(2026, 3, 31)).await?;
    println!("{items} items written in {:.1?}", begun.elapsed());
    let begun = now();
    let desk = office.desk(viewer.clone()).await?;
    let work = desk.work().await?;
    let lines: usize = work.items().iter().map(|item| item.log.len()).sum();
    println!("{} items with {lines} changes read in {:.1?}", work.items().len(), begun.elapsed());
    let asks: [(&str, PracticeEntry, &[&str]); 9] = [
        ("board", PracticeEntry::of::<Methodology>(), &["--team", "ONE"]),
        ("flow", PracticeEntry::of::<Methodology>(), &["--team", "ONE", "--show", "flow"]),
        (
            "flow of three years",
            PracticeEntry::of::<Methodology>(),
            &["--team", "ONE", "--show", "flow", "--from", "3y"],
        ),
        (
            "flow as of a year ago",
            PracticeEntry::of::<Methodology>(),
            &["--team", "ONE", "--show", "flow", "--as-of", "1y"],
        ),
        ("item", PracticeEntry::of::<Methodology>(), &["--item", "ONE-100"]),
        ("forecast", PracticeEntry::of::<Estimation>(), &["--team", "ONE"]),
        ("backtest", PracticeEntry::of::<Estimation>(), &["--team", "ONE", "--backtest"]),
        ("planning", PracticeEntry::of::<Planning>(), &[]),
        ("risk", PracticeEntry::of::<Risks>(), &[]),
    ];
    println!("{:<24} {:>10} {:>10}", "", "first", "again");
    for (name, practice, args) in asks {
        let line = std::iter::once(&"x").chain(args);
        let ask = (practice.ask_from)(&(practice.command)().try_get_matches_from(line)?)?;
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..2 {
            let begun = now();
            let desk = office.desk(viewer.clone()).await?;
            (practice.view)(&desk, ask.clone()).await?;
            times.push(begun.elapsed());
        }
        println!("{name:<24} {:>10.1?} {:>10.1?}", times[0], times[1]);
    }
    Ok(())
}
