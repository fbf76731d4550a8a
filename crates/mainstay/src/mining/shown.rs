//! Shows how far a run is: a bar on a terminal, a line each five seconds elsewhere, and the pages' board.

use std::ffi::OsStr;
use std::fmt::Write;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use desk::progress::Mining;
use history::{Phase, Progress};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::failure::Failure;
use crate::home::now;

/// Seconds between two lines when nobody sees a bar.
const LINE_SECONDS: i64 = 5;

/// Shows one run.
pub(super) struct Shown<'a> {
    name: String,
    bar: Option<ProgressBar>,
    board: Option<&'a desk::progress::Progress>,
    phase: Mutex<(Phase, Option<u64>)>,
    done: AtomicU64,
    begun: AtomicI64,
    told: AtomicI64,
}

impl<'a> Shown<'a> {
    pub(super) fn new(repo: &OsStr, board: Option<&'a desk::progress::Progress>) -> Self {
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
    pub(super) fn end(&self, failure: Option<&Failure>) {
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
    pub(super) fn say(&self, what: &str) {
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
                Some(_) => "{msg:32} [{bar:30}] {human_pos} of {human_len}  {rate}  {eta} left",
                None => "{msg:32} {spinner} {human_pos}  {rate}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                let rate = |state: &ProgressState, to: &mut dyn Write| {
                    let _ = write!(to, "{:.0}/s", state.per_sec());
                };
                bar.set_style(style.progress_chars("=> ").with_key("rate", rate));
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
