//! What must not be lost: a writer killed at any instant, a server that goes away under load, two writers of one record.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;
use store::policy::Audience;
use store::records::Body;
use store::{Access, Actor, AuditState, Keys, Place, RecordId, Store, StoreError, asker_of};

use crate::engines::{House, Server, at, chance, day};
use crate::records::{NOTE, cast, create, draft};

const NOW: &str = "2026-03-02T09:00:00Z";
/// Names the folder, and the seed, of a process that writes until it is killed.
const WRITER: &str = "MAINSTAY_TEST_WRITER";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn open(place: &Place, key: &Path, seed: u64) -> Store {
    Store::open(place, Keys::read_file(key).unwrap(), chance(seed)).await.unwrap()
}

async fn ann(store: &Store) -> Access {
    let all = store.organisation().await.unwrap();
    let ann = all.by_email("ann@harbour.example").unwrap().id;
    store.access(asker_of(&all, ann, day("2026-03-02")), at(NOW)).await.unwrap()
}

/// Writes one note whose body says its id; it is acknowledged when this returns.
async fn note(store: &Store, access: &Access) -> Result<RecordId, StoreError> {
    let mut write = store.write(Actor::Person(access.asker().person), at(NOW)).await?;
    let id = write.fresh_id();
    let mut note = draft("A note", None, Audience::Everyone);
    note.body = json!({ "text": id.to_string().repeat(40) });
    access.create(&mut write, &NOTE, id, &note).await?;
    write.keep().await?;
    Ok(id)
}

/// Whether every acknowledged note is there whole, none is half there, and at most `unheard` are there that nobody was told of.
async fn nothing_is_lost(store: &Store, told: &HashSet<RecordId>, unheard: usize) {
    let access = ann(store).await;
    for id in told {
        let record = access.get(&NOTE, *id).await.unwrap_or_else(|error| panic!("{id} is lost: {error}"));
        assert_eq!(record.body, Body::Open(json!({ "text": id.to_string().repeat(40) })));
        assert_eq!(access.history(&NOTE, *id).await.unwrap().len(), 1);
    }
    let (mut found, mut after) = (0, None);
    loop {
        let query = store::records::Query { limit: 200, after, ..Default::default() };
        let page = access.list(&NOTE, &query).await.unwrap();
        found += page.records.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!((told.len()..=told.len() + unheard).contains(&found), "{} were told, {found} are there", told.len());
    assert_eq!(store.check().await.unwrap(), []);
    let creates =
        store.audit(None, 1_000_000).await.unwrap().into_iter().filter(|row| row.action == "record.create").count();
    assert_eq!(creates, found, "each note has its row in the audit");
}

/// Is a process of its own when [`WRITER`] is set, and ends only by being killed. Otherwise there is nothing to do.
#[test]
fn a_writer_until_it_is_killed() {
    let Ok(told) = std::env::var(WRITER) else { return };
    let (seed, folder) = told.split_once(' ').unwrap();
    let folder = Path::new(folder);
    runtime().block_on(async {
        let store = open(&Place::of_folder(folder), &folder.join("key"), seed.parse().unwrap()).await;
        let access = ann(&store).await;
        loop {
            let id = note(&store, &access).await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "\nwrote {id}").unwrap();
            out.flush().unwrap();
        }
    });
}

/// Starts the writer, kills it after it has told of `notes` and a little later; gives what it told.
#[expect(clippy::disallowed_methods, reason = "starts this program again, to kill it")]
fn killed(folder: &Path, seed: u64, notes: usize, spins: u32) -> Vec<RecordId> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["faults::a_writer_until_it_is_killed", "--exact", "--nocapture"])
        .env(WRITER, format!("{seed} {}", folder.display()))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
    let id = |line: String| line.strip_prefix("wrote ").map(|id| id.parse().unwrap());
    let mut told: Vec<RecordId> = lines.by_ref().filter_map(id).take(notes).collect();
    for _ in 0..spins {
        std::hint::spin_loop();
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
    told.extend(lines.filter_map(id));
    told
}

/// Two databases side by side, each with half of the kills: 200 in all.
#[test]
fn a_killed_writer_loses_nothing() {
    const KILLS: u64 = 100;
    let lane = |number: u64| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        runtime().block_on(async {
            let house = House::on(Place::of_folder(&path), tempfile::tempdir().unwrap()).await;
            std::fs::copy(house.folder.path().join("key"), path.join("key")).unwrap();
            cast(&house).await;
            house.store.close().await.unwrap();
        });
        let mut random = StdRng::seed_from_u64(number);
        let mut told = HashSet::new();
        for kill in 0..KILLS {
            let (notes, spins) = (random.next_u32() % 7, random.next_u32() % 300_000);
            // Every tenth is killed while it opens the database.
            let notes = if kill % 10 == 0 { 0 } else { notes as usize + 1 };
            told.extend(killed(&path, number * 1000 + kill + 10, notes, spins));
        }
        assert!(told.len() as u64 > KILLS, "it was killed while it wrote: {} notes", told.len());
        runtime().block_on(async {
            let store = open(&Place::of_folder(&path), &path.join("key"), 5).await;
            nothing_is_lost(&store, &told, usize::try_from(KILLS).unwrap()).await;
        });
    };
    std::thread::scope(|scope| {
        scope.spawn(|| lane(1));
        lane(2);
    });
}

/// Three writers go on while the server is stopped hard and started again, five times.
#[test]
fn a_server_that_goes_away_loses_nothing() {
    let server = Server::start();
    if !server.ours() {
        return;
    }
    let (place, folder) = (server.database(), tempfile::tempdir().unwrap());
    let house = runtime().block_on(async {
        let house = House::on(place, folder).await;
        cast(&house).await;
        house.store.clone().close().await.unwrap();
        house
    });
    let (place, key) = (house.place.clone(), house.folder.path().join("key"));
    let (stop, failed) = (AtomicBool::new(false), AtomicU64::new(0));
    let (tell, told) = mpsc::channel();
    let write = |seed: u64, tell: mpsc::Sender<RecordId>| {
        runtime().block_on(async {
            let store = open(&place, &key, seed).await;
            let access = ann(&store).await;
            while !stop.load(Ordering::Relaxed) {
                match note(&store, &access).await {
                    Ok(id) => tell.send(id).unwrap(),
                    Err(StoreError::Unreachable(_) | StoreError::Busy) => {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(other) => panic!("a server that is away is called {other:?}"),
                }
            }
        });
    };
    let mut all = HashSet::new();
    std::thread::scope(|scope| {
        for seed in 0..3 {
            let (write, tell) = (&write, tell.clone());
            scope.spawn(move || write(seed + 20, tell));
        }
        for _ in 0..5 {
            all.extend(told.iter().take(25));
            server.control("stop");
            server.control("start");
        }
        all.extend(told.iter().take(25));
        stop.store(true, Ordering::Relaxed);
        drop(tell);
        all.extend(told.iter());
    });
    let failed = usize::try_from(failed.load(Ordering::Relaxed)).unwrap();
    assert!(failed > 0, "the writers noticed");
    runtime().block_on(async {
        let store = open(&place, &key, 40).await;
        nothing_is_lost(&store, &all, failed).await;
        assert!(matches!(store.verify_audit().await.unwrap(), AuditState::Whole { .. }));
        store.close().await.unwrap();
    });
}

/// Updates that each of two writers tries on one engine: 10,000 in all.
const TRIES: u64 = 2_500;

#[test]
fn two_writers_lose_no_update() {
    let server = Server::start();
    for server in [None, Some(&server)] {
        let folder = tempfile::tempdir().unwrap();
        let place = server.map_or_else(|| Place::of_folder(folder.path()), Server::database);
        let (house, id) = runtime().block_on(async {
            let house = House::on(place, folder).await;
            let c = cast(&house).await;
            let id = create(&house, c.ann, &NOTE, &draft("Counter", None, Audience::Everyone)).await.unwrap();
            house.store.clone().close().await.unwrap();
            (house, id)
        });
        let key = house.folder.path().join("key");
        let write =
            |seed: u64| runtime().block_on(async { compete(&open(&house.place, &key, seed).await, id, seed).await });
        let (one, two) = std::thread::scope(|scope| {
            let other = scope.spawn(|| write(30));
            (write(31), other.join().unwrap())
        });
        let conflicts = TRIES * 2 - (one.len() + two.len()) as u64;
        assert!(conflicts > 0, "nobody was in anybody's way");
        let kept: BTreeMap<u64, String> =
            one.iter().chain(&two).map(|(version, words)| (*version, words.clone())).collect();
        assert_eq!(kept.len(), one.len() + two.len(), "two were told the same version");
        runtime().block_on(async {
            let store = open(&house.place, &key, 32).await;
            let history = ann(&store).await.history(&NOTE, id).await.unwrap();
            let found = history.into_iter().skip(1).map(|version| {
                let Body::Open(body) = version.body else { panic!("closed") };
                (version.version, body["words"].as_str().unwrap().to_owned())
            });
            assert_eq!(found.collect::<BTreeMap<_, _>>(), kept, "each success is exactly one version");
            store.close().await.unwrap();
        });
    }
}

/// Tries to update what it last saw, again and again; gives the versions that it was told are its own.
async fn compete(store: &Store, id: RecordId, seed: u64) -> Vec<(u64, String)> {
    let access = ann(store).await;
    let mut mine = Vec::new();
    for number in 0..TRIES {
        let seen = access.get(&NOTE, id).await.unwrap().version;
        let words = format!("{number} of writer {seed}");
        let mut next = draft("Counter", None, Audience::Everyone);
        next.body = json!({ "words": words });
        let mut write = store.write(Actor::Person(access.asker().person), at(NOW)).await.unwrap();
        match access.update(&mut write, &NOTE, id, seen, &next).await {
            Ok(version) => {
                write.keep().await.unwrap();
                mine.push((version, words));
            }
            Err(StoreError::Stale { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    mine
}
