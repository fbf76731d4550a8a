//! What is being mined right now, for whoever wants to watch: the terminal's bars, the page's.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

/// How far the mining of one repository is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mining {
    /// The repository's id.
    pub repo: String,
    /// Its name, for people.
    pub name: String,
    /// What is being done, in two or three words (`reading commits`).
    pub phase: String,
    /// Units done.
    pub done: u64,
    /// Units in all, when that is known.
    pub total: Option<u64>,
    /// Units a second.
    pub per_second: Option<f64>,
    /// Seconds left, when that can be said.
    pub left_seconds: Option<u64>,
    /// Why it stopped, when it did.
    pub failed: Option<String>,
}

/// The board on which miners write and which pages read. Clones share it.
#[derive(Debug, Clone)]
pub struct Progress {
    board: Arc<watch::Sender<Vec<Mining>>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { board: Arc::new(watch::Sender::new(Vec::new())) }
    }
}

impl Progress {
    /// Writes how far a repository is; replaces what was there about it.
    pub fn tell(&self, mining: Mining) {
        self.board.send_modify(|board| match board.iter_mut().find(|at| at.repo == mining.repo) {
            Some(at) => *at = mining,
            None => board.push(mining),
        });
    }

    /// A repository is done: it leaves the board.
    pub fn done(&self, repo: &str) {
        self.board.send_modify(|board| board.retain(|at| at.repo != repo));
    }

    /// What is on the board now.
    #[must_use]
    pub fn now(&self) -> Vec<Mining> {
        self.board.borrow().clone()
    }

    /// A reader that wakes at each change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Mining>> {
        self.board.subscribe()
    }
}
