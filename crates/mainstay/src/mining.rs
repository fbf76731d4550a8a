//! Mines repositories and shows how far it is: a bar on a terminal, a line each five seconds elsewhere, and the pages' board.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::ArgMatches;
use connect::git::{Mined, Order, mine};
use history::{Phase, Progress, Refs};
use indicatif::{ProgressBar, ProgressStyle};
use lake::Lake;

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, now};

/// Seconds between two lines when nobody sees a bar.
const LINE_SECONDS: i64 = 5;

/// What the command line says about mining.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) repos: Vec<PathBuf>,
    refs: Refs,
    memory_bytes: usize,
    threads: usize,
    again: bool,
}

impl Wish {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let mut repos: Vec<PathBuf> = matches.get_many("repos").into_iter().flatten().cloned().collect();
        if repos.is_empty() {
            repos.push(PathBuf::from("."));
        }
        let names: Vec<String> = matches.get_many("refs").into_iter().flatten().cloned().collect();
        let refs = match names.as_slice() {
            [] => Refs::Branches,
            [only] if only == "branches" => Refs::Branches,
            [only] if only == "head" => Refs::Head,
            _ => Refs::Named(names),
        };
        let mib = matches.get_one::<u32>("memory").copied().unwrap_or(512);
        let threads = matches.get_one::<u16>("threads").map(|&threads| usize::from(threads));
        Self {
            repos,
            refs,
            memory_bytes: object_memory(mib),
            threads: threads.unwrap_or_else(cores),
            again: matches.get_flag("again"),
        }
    }

    /// The repository at a path, with everything else by default.
    pub(crate) fn here(path: &Path) -> Self {
        Self {
            repos: vec![path.to_owned()],
            refs: Refs::Branches,
            memory_bytes: object_memory(512),
            threads: cores(),
            again: false,
        }
    }
}

/// Half of the budget for decoded objects; the rest is for what a run holds of the history itself.
fn object_memory(mib: u32) -> usize {
    (mib as usize) << 19
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Mines every repository of the wish.
///
/// # Errors
/// The first repository that cannot be mined; those before it are kept.
pub(crate) fn run(
    home: &Home,
    lake: &Lake,
    wish: &Wish,
    board: Option<&desk::progress::Progress>,
) -> Result<Vec<Mined>, Failure> {
    let mut all = Vec::new();
    for path in &wish.repos {
        let order = Order {
            refs: wish.refs.clone(),
            threads: wish.threads,
            memory_bytes: wish.memory_bytes,
            now: now(),
            again: wish.again,
        };
        let shown = Shown::new(path, board);
        let mined = mine(home.path(), lake, path, &order, &shown);
        shown.end();
        all.push(mined?);
    }
    Ok(all)
}

/// What a run came to, in words; on standard error, so that answers stay clean.
pub(crate) fn tell(mined: &[Mined]) -> u8 {
    let mut code = exit::DONE;
    for Mined { entry, report } in mined {
        if report.unchanged {
            eprintln!("{}: nothing new", entry.name);
            continue;
        }
        if report.head.is_none() && report.commits == 0 {
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
            eprintln!("  help: `git fsck --full` says what is wrong; a fresh clone usually mends it");
        }
    }
    code
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
    fn new(path: &Path, board: Option<&'a desk::progress::Progress>) -> Self {
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

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(board) = self.board {
            board.done(&self.name);
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
        let (phase, total) = *self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let (per_second, left_seconds) = self.pace(done, total);
        if let Some(board) = self.board {
            board.tell(desk::progress::Mining {
                repo: self.name.clone(),
                name: self.name.clone(),
                phase: phase.title().to_owned(),
                done,
                total,
                per_second,
                left_seconds,
                failed: None,
            });
        }
        if self.bar.is_none() {
            let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
            let rate = per_second.map(|rate| format!(", {rate:.0}/s")).unwrap_or_default();
            let left = left_seconds.map(|left| format!(", {left} s left")).unwrap_or_default();
            eprintln!("{}: {} {done}{of}{rate}{left}", self.name, phase.title());
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
