//! Mines the repositories that a command names, one after the other.

mod shown;
mod tell;
mod wish;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connect::git::{MineError, Mined, Order, mine};
use lake::{Lake, LakeError};

pub(crate) use tell::tell;
pub(crate) use wish::{HERE, MEMORY_MIB, Wish, cores, object_memory};

use crate::failure::Failure;
use crate::home::{Home, now};
use shown::Shown;

/// Between two looks whether the other process has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What a run came to. One repository that cannot be mined keeps no other from it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) mined: Vec<Mined>,
    pub(crate) failures: Vec<Failure>,
}

/// Mines every repository of the wish.
pub(crate) fn run(home: &Home, lake: &Lake, wish: &Wish, board: Option<&desk::progress::Progress>) -> Outcome {
    let mut outcome = Outcome::default();
    for repo in &wish.repos {
        let shown = Shown::new(repo, board);
        let mined = one(home, lake, wish, repo, &shown);
        shown.end(mined.as_ref().err());
        match mined {
            Ok(mined) => outcome.mined.push(mined),
            Err(failure) => outcome.failures.push(failure),
        }
    }
    outcome
}

fn one(home: &Home, lake: &Lake, wish: &Wish, repo: &OsStr, shown: &Shown<'_>) -> Result<Mined, Failure> {
    let path = match repo.to_str() {
        Some(url) if connect::git::is_url(url) => {
            shown.say("fetching");
            connect::git::mirror(home.path(), url)?
        }
        _ => PathBuf::from(repo),
    };
    let order = Order {
        refs: wish.refs.clone(),
        threads: wish.threads,
        memory_bytes: wish.memory_bytes,
        now: now(),
        again: wish.again,
    };
    let mut told = false;
    loop {
        match mine(home.path(), lake, &path, &order, shown) {
            Err(MineError::Lake(LakeError::Busy { holder, .. })) if wish.wait => {
                if !told {
                    shown.say(&format!("waiting for {holder}"));
                }
                told = true;
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(MineError::Lake(LakeError::Overtaken { .. })) if wish.wait => {
                shown.say("another run wrote the lake; beginning again");
            }
            mined => return Ok(mined?),
        }
    }
}

/// Carries into the store what the mined histories tell of change requests; those that were read as they are cost a look.
pub(crate) async fn carry(office: &desk::Office) {
    let snapshot = office.lake().snapshot();
    for repo in snapshot.repos() {
        let read = connect::git::read_requests(office.store(), office.lake(), repo, office.clock().now()).await;
        if let Err(error) = read {
            eprintln!(
                "{}: what its history tells of change requests could not be kept ({error}); it is read again next time",
                repo.name
            );
        }
    }
}

/// Reads the files with which the branch here is compared; none outside of a repository, and on the default branch itself.
pub(crate) fn base_here(home: &Home, base: &desk::practice::Base) -> Result<Option<lake::Snapshot>, Failure> {
    let wanted = match base {
        desk::practice::Base::DefaultBranch => None,
        desk::practice::Base::Named(name) => Some(name.as_str()),
    };
    let here = Path::new(HERE);
    if wanted.is_none() && history::Repository::open(here).is_err() {
        return Ok(None);
    }
    let wish = Wish::here();
    let order =
        Order { refs: wish.refs, threads: wish.threads, memory_bytes: wish.memory_bytes, now: now(), again: false };
    let shown = Shown::new(OsStr::new(HERE), None);
    let read = connect::git::read_base(home.path(), here, wanted, &order, &shown).map_err(Failure::from);
    shown.end(read.as_ref().err());
    read
}
