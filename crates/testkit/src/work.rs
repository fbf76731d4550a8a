//! Boards with a past, put into a store at once, for tests of what is computed from finished work.

use desk::Office;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use store::work::{Category, Field, ItemType, Past, PastEntry, PastItem, ServiceClass};
use store::{Actor, SprintId, StoreError, TeamId};

/// The sprint of a board of [`board`], from its last day but six to its last day and seven more.
pub const SPRINT: &str = "7a000000-0000-7000-8000-0000000000aa";

/// A board of everybody with the key `PAY`: `counts` items finished a day, the last of them on `last`; then two items in work for three
/// days, and three that are ready; these five are in a running sprint. Items are numbered in the order of their finish. Every finished item
/// has 3 points and was in work for three days.
///
/// # Errors
/// When the database does not take it.
pub async fn board(office: &Office, counts: &[u32], last: Date) -> Result<(), StoreError> {
    board_of(office, None, counts, last).await
}

/// As [`board`], of a team.
///
/// # Errors
/// As [`board`].
pub async fn board_of(office: &Office, team: Option<TeamId>, counts: &[u32], last: Date) -> Result<(), StoreError> {
    let first = back(last, counts.len() as i64 - 1);
    let mut items = Vec::new();
    for (day, count) in (0..).zip(counts) {
        for _ in 0..*count {
            items.push(item(items.len() as u64 + 1, back(first, -day), Some(()), false));
        }
    }
    for place in 0..5 {
        let number = items.len() as u64 + 1;
        let mut open = item(number, last, None, place < 2);
        let entered = open.log.first().map_or(open.created_at, |entry| entry.at);
        open.log.push(line(entered, Field::Sprint, None, Some(SPRINT)));
        items.push(open);
    }
    let sprint: SprintId = SPRINT.parse().map_err(|_| StoreError::Damaged("a UUID by its form".to_owned()))?;
    let past = Past {
        team,
        sprints: vec![(
            sprint,
            "Sprint 1".to_owned(),
            "Go on".to_owned(),
            at(back(last, 6), 9),
            at(back(last, -7), 17),
            None,
        )],
        ..simple(items)
    };
    let mut write = office.store().write(Actor::System, office.clock().now()).await?;
    write.put_past(&past).await?;
    write.keep().await?;
    Ok(())
}

fn back(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(day)
}

fn at(day: Date, hour: i8) -> Timestamp {
    day.at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

fn line(at: Timestamp, field: Field, from: Option<&str>, to: Option<&str>) -> PastEntry {
    PastEntry { at, actor: None, field, from: from.map(str::to_owned), to: to.map(str::to_owned) }
}

/// An item that was finished on a day, is in work on it, or is ready.
fn item(number: u64, day: Date, finished: Option<()>, doing: bool) -> PastItem {
    let mut log = Vec::new();
    if finished.is_some() || doing {
        log.push(line(at(back(day, 2), 9), Field::Status, Some("ready"), Some("doing")));
    }
    if finished.is_some() {
        log.push(line(at(day, 15), Field::Status, Some("doing"), Some("done")));
    }
    let status = if finished.is_some() {
        "done"
    } else if doing {
        "doing"
    } else {
        "ready"
    };
    PastItem {
        number,
        title: format!("Piece {number}"),
        sort: ItemType::Task,
        class: ServiceClass::Standard,
        status: status.to_owned(),
        priority: None,
        estimate: finished.map(|()| 3.0),
        created_at: at(back(day, 3), 9),
        creator: None,
        assignee: None,
        parent: None,
        labels: Vec::new(),
        blocked: false,
        log,
    }
}

/// The board of a team with the key `PAY` and three stages: `counts` items finished a day, the last of them on `last`, each of which was in
/// work for three days.
///
/// # Errors
/// When the database does not take it.
pub async fn finished_of(office: &Office, team: TeamId, counts: &[u32], last: Date) -> Result<(), StoreError> {
    let first = back(last, counts.len() as i64 - 1);
    let mut items = Vec::new();
    for (day, count) in (0..).zip(counts) {
        for _ in 0..*count {
            items.push(item(items.len() as u64 + 1, back(first, -day), Some(()), false));
        }
    }
    let past = Past { team: Some(team), ..simple(items) };
    let mut write = office.store().write(Actor::System, office.clock().now()).await?;
    write.put_past(&past).await?;
    write.keep().await
}

/// A board with three stages and no sprint.
fn simple(items: Vec<PastItem>) -> Past {
    let status = |id: &str, name: &str, category| (id.to_owned(), name.to_owned(), category);
    Past {
        key: "PAY".to_owned(),
        name: "Payments".to_owned(),
        team: None,
        statuses: vec![
            status("ready", "Ready", Category::Todo),
            status("doing", "Doing", Category::Active),
            status("done", "Done", Category::Done),
        ],
        sprints: Vec::new(),
        items,
    }
}

/// Four boards of everybody with `items` items in all, each with ten changes over three years until `last`: what a large organisation has.
/// One item in fifty is open.
///
/// # Errors
/// When the database does not take it.
pub async fn crowd(office: &Office, items: u64, last: Date) -> Result<(), StoreError> {
    let status = |id: &str, category| (id.to_owned(), id.to_owned(), category);
    for (nth, key) in (0_u64..).zip(["ONE", "TWO", "THREE", "FOUR"]) {
        let mine = (0..items).filter(|number| number % 4 == nth).map(|number| moved(number, items, last));
        let past = Past {
            key: key.to_owned(),
            name: format!("Board {key}"),
            team: None,
            statuses: vec![
                status("ready", Category::Todo),
                status("doing", Category::Active),
                status("review", Category::Waiting),
                status("done", Category::Done),
            ],
            sprints: Vec::new(),
            items: mine.collect(),
        };
        let mut write = office.store().write(Actor::System, office.clock().now()).await?;
        write.put_past(&past).await?;
        write.keep().await?;
    }
    Ok(())
}

/// An item that goes forth and back ten times, in the order of its number over three years.
fn moved(number: u64, of: u64, last: Date) -> PastItem {
    const WAY: [&str; 11] =
        ["ready", "doing", "review", "doing", "ready", "doing", "review", "doing", "review", "doing", "done"];
    let days = 1_095 - (number * 1_095 / of.max(1)) as i64;
    let begun = back(last, days + 14);
    let open = number % 50 == 49;
    let steps = if open { 4 } else { 10 };
    // Between a few hours and two days a step, unlike from item to item.
    let hours = 6 + (number.wrapping_mul(2_654_435_761) >> 7) % 40;
    let log: Vec<PastEntry> = (1..=steps)
        .map(|step| {
            let when =
                at(begun, 9).checked_add(((step as u64 * hours) as i64).hours()).unwrap_or(Timestamp::UNIX_EPOCH);
            line(when, Field::Status, Some(WAY[step - 1]), Some(WAY[step]))
        })
        .collect();
    PastItem { status: WAY[steps].to_owned(), log, ..item(number / 4 + 1, begun, None, false) }
}
