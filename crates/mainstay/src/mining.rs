//! Mines repositories and shows how far it is: a bar on a terminal, a line each five seconds elsewhere, and the pages' board.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::ArgMatches;
use connect::git::{MineError, Mined, Order, mine};
use desk::progress::Mining;
use history::{Phase, Progress, Refs};
use indicatif::{ProgressBar, ProgressStyle};
use lake::{Lake, LakeError};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, now};

/// Seconds between two lines when nobody sees a bar.
const LINE_SECONDS: i64 = 5;

/// Between two looks whether the other process has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What the command line says about mining.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// Folders and addresses.
    pub(crate) repos: Vec<OsString>,
    refs: Refs,
    memory_bytes: usize,
    threads: usize,
    /// Write every row again.
    pub(crate) again: bool,
    wait: bool,
}

impl Wish {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let names: Vec<String> = matches.get_many("refs").into_iter().flatten().cloned().collect();
        let refs = match names.as_slice() {
            [] => Refs::Branches,
            [only] if only == "branches" => Refs::Branches,
            [only] if only == "head" => Refs::Head,
            _ => Refs::Named(names),
        };
        let mib = matches.get_one::<u32>("memory").copied().unwrap_or(MEMORY_MIB);
        let threads = matches.get_one::<u16>("threads").map(|&threads| usize::from(threads));
        Self {
            repos: matches.get_many("repos").into_iter().flatten().cloned().collect(),
            refs,
            memory_bytes: object_memory(mib),
            threads: threads.unwrap_or_else(cores),
            again: matches.get_flag("again"),
            wait: matches.get_flag("wait"),
        }
    }

    /// The repository here, with everything else by default.
    pub(crate) fn here() -> Self {
        Self {
            repos: vec![HERE.into()],
            refs: Refs::Branches,
            memory_bytes: object_memory(MEMORY_MIB),
            threads: cores(),
            again: false,
            wait: false,
        }
    }

    /// The same wish, for the repository here when it names none.
    pub(crate) fn or_here(mut self) -> Self {
        if self.repos.is_empty() {
            self.repos.push(HERE.into());
        }
        self
    }
}

/// The repository at or around the folder that the command runs in.
pub(crate) const HERE: &str = ".";

/// Memory that mining may take when nothing is said.
const MEMORY_MIB: u32 = 512;

/// Half of the budget for decoded objects; the rest is for what a run holds of the history itself.
fn object_memory(mib: u32) -> usize {
    (mib as usize) << 19
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

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
            mined => return Ok(mined?),
        }
    }
}

/// Reads the files with which the branch here is compared; none outside of a repository, and on the default branch itself.
pub(crate) fn base_here(home: &Home, base: &desk::practice::Base) -> Result<Option<lake::Snapshot>, Failure> {
    let wanted = match base {
        desk::practice::Base::DefaultBranch => None,
        desk::practice::Base::Named(name) => Some(name.as_str()),
    };
    if wanted.is_none() && history::Repository::open(Path::new(HERE)).is_err() {
        return Ok(None);
    }
    let wish = Wish::here();
    let order =
        Order { refs: wish.refs, threads: wish.threads, memory_bytes: wish.memory_bytes, now: now(), again: false };
    let shown = Shown::new(OsStr::new(HERE), None);
    let read = connect::git::read_base(home.path(), Path::new(HERE), wanted, &order, &shown).map_err(Failure::from);
    shown.end(read.as_ref().err());
    read
}

/// What a run came to, in words; on standard error, so that answers stay clean.
pub(crate) fn tell(outcome: &Outcome) -> u8 {
    let mut code = exit::DONE;
    for Mined { entry, report, kept } in &outcome.mined {
        if report.unchanged {
            eprintln!("{}: nothing new", entry.name);
            continue;
        }
        if report.head.is_none() && report.commits == 0 && report.damage.is_empty() {
            eprintln!("{}: an empty repository, no commit yet", entry.name);
            continue;
        }
        eprintln!(
            "{}: {} commits ({} new), {} changes",
            entry.name, report.commits, report.new_commits, report.changes
        );
        if report.truncated_since.is_some() {
            eprintln!(
                "  history is cut off (a shallow clone): counts begin there; `git fetch --unshallow` brings the rest"
            );
        }
        if report.limited_commits > 0 {
            eprintln!(
                "  {} commits touch too many files for inexact renames, as in Git (diff.renameLimit)",
                report.limited_commits
            );
        }
        if !report.damage.is_empty() {
            code = exit::NO;
            eprintln!("  {} objects could not be read; everything else was:", report.damage.len());
            for damage in report.damage.iter().take(5) {
                eprintln!("    {damage}");
            }
            if *kept {
                eprintln!("  what was read before the damage is kept");
            }
            eprintln!("  help: `git fsck --full` says what is wrong; a fresh clone usually mends it");
        }
    }
    for failure in &outcome.failures {
        failure.print();
    }
    outcome.failures.first().map_or(code, |failure| failure.code)
}

/// Shows one run.
struct Shown<'a> {
    name: String,
    bar: Option<ProgressBar>,
    board: Option<&'a desk::progress::Progress>,
    phase: Mutex<(Phase, Option<u64>)>,
    done: AtomicU64,
    begun: AtomicI64,
    told: AtomicI64,
}

impl<'a> Shown<'a> {
    fn new(repo: &OsStr, board: Option<&'a desk::progress::Progress>) -> Self {
        let path = Path::new(repo);
        let name = path.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Self {
            name: name.unwrap_or_else(|| path.display().to_string()),
            bar: std::io::stderr().is_terminal().then(ProgressBar::new_spinner),
            board,
            phase: Mutex::new((Phase::Walk, None)),
            done: AtomicU64::new(0),
            begun: AtomicI64::new(now()),
            told: AtomicI64::new(now()),
        }
    }

    /// Takes the bar away. A page goes on showing a run that failed.
    fn end(&self, failure: Option<&Failure>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        match (self.board, failure) {
            (Some(board), Some(failure)) => board.tell(Mining { failed: Some(failure.message()), ..self.mining(0) }),
            (Some(board), None) => board.done(&self.name),
            (None, _) => {}
        }
    }

    /// Says what is done while nothing can be counted.
    fn say(&self, what: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(format!("{}: {what}", self.name)),
            None => eprintln!("{}: {what}", self.name),
        }
    }

    fn mining(&self, done: u64) -> Mining {
        let (phase, total) = *self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let (per_second, left_seconds) = self.pace(done, total);
        Mining {
            repo: self.name.clone(),
            name: self.name.clone(),
            phase: phase.title().to_owned(),
            done,
            total,
            per_second,
            left_seconds,
            failed: None,
        }
    }

    /// Rate and seconds left, once a second has gone by.
    fn pace(&self, done: u64, total: Option<u64>) -> (Option<f64>, Option<u64>) {
        let seconds = now() - self.begun.load(Ordering::Relaxed);
        if seconds < 1 || done == 0 {
            return (None, None);
        }
        let rate = done as f64 / seconds as f64;
        (Some(rate), total.map(|total| (total.saturating_sub(done) as f64 / rate) as u64))
    }

    fn tell(&self, done: u64) {
        let mining = self.mining(done);
        if self.bar.is_none() {
            let of = mining.total.map(|total| format!(" of {total}")).unwrap_or_default();
            let rate = mining.per_second.map(|rate| format!(", {rate:.0}/s")).unwrap_or_default();
            let left = mining.left_seconds.map(|left| format!(", {left} s left")).unwrap_or_default();
            eprintln!("{}: {} {done}{of}{rate}{left}", self.name, mining.phase);
        }
        if let Some(board) = self.board {
            board.tell(mining);
        }
    }
}

impl Progress for Shown<'_> {
    fn phase(&self, phase: Phase, total: Option<u64>) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = (phase, total);
        self.done.store(0, Ordering::Relaxed);
        self.begun.store(now(), Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.set_message(format!("{}: {}", self.name, phase.title()));
            let template = match total {
                Some(_) => "{msg:32} [{bar:30}] {human_pos} of {human_len}  {per_sec}  {eta} left",
                None => "{msg:32} {spinner} {human_pos}  {per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            match total {
                Some(total) => bar.set_length(total),
                None => bar.unset_length(),
            }
        }
    }

    fn advance(&self, by: u64) {
        let done = self.done.fetch_add(by, Ordering::Relaxed) + by;
        if let Some(bar) = &self.bar {
            bar.inc(by);
        }
        if done % 256 > by && self.bar.is_some() {
            return;
        }
        let (at, told) = (now(), self.told.load(Ordering::Relaxed));
        let due = if self.board.is_some() && self.bar.is_some() { 1 } else { LINE_SECONDS };
        if at - told >= due && self.told.compare_exchange(told, at, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.tell(done);
        }
    }
}
