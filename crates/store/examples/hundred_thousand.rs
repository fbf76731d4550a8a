//! Fills a database with 100,000 records and says how long lists, searches and `readers` take.
//!
//!     cargo run --release -p store --example hundred_thousand -- /tmp/big.db
//!     cargo run --release -p store --example hundred_thousand -- postgres://postgres@localhost/big
//!
//! Budgets: a page of a list 50 ms, a search 100 ms, `readers` 10 ms.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use store::people::{NewPerson, NewTeam, Role};
use store::policy::{Audience, Class};
use store::records::{Draft, Kind, Order, Query};
use store::{Access, Actor, Chance, Keys, PersonId, Place, RecordId, Store, StoreError, TeamId, asker_of};

const RECORDS: usize = 100_000;
const PEOPLE: usize = 500;
const TEAMS: usize = 40;
const NOTE: Kind = Kind::plain("note", Class::TeamRecord, 1);
const RISK: Kind = Kind::plain("risk", Class::TeamRecord, 1);
const NOW: &str = "2026-03-02T09:00:00Z";

struct Seeded(Mutex<StdRng>);

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "/tmp/hundred_thousand.db".to_owned());
    let place = Place::parse(&place).unwrap_or_else(|_| Place::File(PathBuf::from(place)));
    let chance = Arc::new(Seeded(Mutex::new(StdRng::seed_from_u64(1))));
    let store = Store::open(&place, Keys::default(), chance).await?;
    if store.organisation().await?.people().is_empty() {
        fill(&store).await?;
    }
    measure(&store).await?;
    store.close().await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this program measures")]
fn now() -> Instant {
    Instant::now()
}

fn instant(after_seconds: i64) -> Result<jiff::Timestamp, jiff::Error> {
    NOW.parse::<jiff::Timestamp>()?.checked_add(jiff::SignedDuration::from_secs(after_seconds))
}

async fn fill(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let begun = now();
    let mut write = store.write(Actor::System, instant(0)?).await?;
    let mut people: Vec<PersonId> = Vec::new();
    let mut teams: Vec<TeamId> = Vec::new();
    for number in 0..TEAMS {
        let slug = format!("team-{number}");
        let parent = (number >= 5).then(|| format!("team-{}", number % 5));
        teams.push(write.add_team(&NewTeam { parent, ..NewTeam::named(slug.clone(), slug) }).await?);
    }
    for number in 0..PEOPLE {
        people.push(
            write.add_person(&NewPerson::named(format!("Person {number}"), format!("p{number}@x.example"))).await?,
        );
    }
    write.keep().await?;
    let mut write = store.write(Actor::System, instant(1)?).await?;
    let day = "2025-01-01".parse()?;
    for (number, person) in people.iter().enumerate() {
        let role = if number < TEAMS { Role::Manager } else { Role::Member };
        write.join(*person, teams[number % TEAMS], role, day, 1.0).await?;
        if number > 0 {
            write.report_to(*person, Some(people[if number < TEAMS { 0 } else { number % TEAMS }]), day).await?;
        }
    }
    write.keep().await?;
    println!("{PEOPLE} people: {:?}", begun.elapsed());
    let begun = now();
    let mut random = StdRng::seed_from_u64(2);
    let all = store.organisation().await?;
    let today = "2026-03-02".parse()?;
    for batch in 0..RECORDS / 500 {
        let person = random.random_range(0..PEOPLE);
        let access = store.access(asker_of(&all, people[person], today), instant(0)?).await?;
        let at = instant(i64::try_from(batch)?)?;
        let mut write = store.write(Actor::Person(people[person]), at).await?;
        for _ in 0..500 {
            let kind = if random.random_bool(0.8) { NOTE } else { RISK };
            access
                .create(&mut write, &kind, RecordId(fresh(&mut random)), &draft(&mut random, teams[person % TEAMS]))
                .await?;
        }
        write.keep().await?;
    }
    println!("{RECORDS} records: {:?}", begun.elapsed());
    Ok(())
}

fn fresh(random: &mut StdRng) -> uuid::Uuid {
    uuid::Builder::from_random_bytes(random.random()).into_uuid()
}

fn draft(random: &mut StdRng, team: TeamId) -> Draft {
    // Words as people use them: a few often, most seldom.
    let words: Vec<_> = (0..60).map(|_| format!("w{}", (5000.0 * random.random::<f64>().powi(4)) as u32)).collect();
    let text = words.join(" ");
    let audience = [Audience::Team, Audience::Team, Audience::Team, Audience::Everyone, Audience::Author]
        [random.random_range(0..5)];
    Draft {
        team: Some(team),
        subject: None,
        audience,
        status: "open".to_owned(),
        title: words[..5].join(" "),
        body: serde_json::json!({ "text": text }),
        due_on: None,
        parties: Vec::new(),
        words: text,
        reason: None,
    }
}

async fn measure(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let all = store.organisation().await?;
    for (who, email) in [("a member", "p130@x.example"), ("a lead of all", "p0@x.example")] {
        let person = all.by_email(email).ok_or("who fills it knows them")?.id;
        let access = store.access(asker_of(&all, person, "2026-03-02".parse()?), instant(0)?).await?;
        for order in [Order::Updated, Order::Created, Order::Title, Order::Due] {
            let query = Query { order, limit: 50, ..Query::default() };
            let first = timed(&format!("list, {order:?}, {who}"), || access.list(&NOTE, &query)).await?;
            let mut query = query;
            for _ in 0..20 {
                query.after.clone_from(&access.list(&NOTE, &query).await?.next);
            }
            timed(&format!("list, {order:?}, {who}, page 21"), || access.list(&NOTE, &query)).await?;
            if order == Order::Updated {
                readers(&access, &first.records[0]).await;
            }
        }
        for words in ["w0", "w17", "w4321", "w3 w40", "w1 w2 w"] {
            let hits = timed(&format!("search, `{words}`, {who}"), || access.search(&[NOTE, RISK], words, 20)).await?;
            println!("    {} hits", hits.len());
        }
    }
    Ok(())
}

async fn readers(access: &Access, record: &store::records::Record) {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..20 {
        let begun = now();
        let found = access.readers(&NOTE, record);
        times.push(begun.elapsed());
        std::hint::black_box(found);
    }
    report("readers", times);
}

async fn timed<T, F: Future<Output = Result<T, StoreError>>>(what: &str, ask: impl Fn() -> F) -> Result<T, StoreError> {
    let mut times = Vec::new();
    let mut last = ask().await?;
    for _ in 0..9 {
        let begun = now();
        last = ask().await?;
        times.push(begun.elapsed());
    }
    report(what, times);
    Ok(last)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    println!("{what}: median {:.1?}, slowest {:.1?}", times[times.len() / 2], times[times.len() - 1]);
}
