//! The office keeps what desks share: the lake, the records, the clock, the randomness, the views already computed. A desk is one
//! viewer at work in it.

use std::path::Path;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;
use lake::{Lake, RepoEntry, Snapshot};
use rand::rngs::StdRng;

use crate::memo::Memo;
use crate::progress::Progress;
use crate::records::Written;
use crate::{Changes, Clock, Entropy, Records, Refusal, Scope};

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// A stable id: the address of a person, or the name of the machine's user until there are people.
    pub id: String,
    /// The name for people.
    pub name: String,
}

impl Viewer {
    /// The machine's own user, before there are people: whoever can start the program.
    pub fn local(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { id: format!("local:{name}"), name }
    }
}

/// What desks share. Clones are the same office.
#[derive(Debug, Clone)]
pub struct Office {
    lake: Lake,
    snapshot: Arc<RwLock<Snapshot>>,
    base: Option<Snapshot>,
    records: Records,
    clock: Clock,
    entropy: Entropy,
    memo: Arc<Memo>,
    progress: Progress,
}

impl Office {
    /// The office of a data folder: the lake in `lake/`, the records beside it.
    ///
    /// # Errors
    /// When the lake or the records cannot be opened.
    pub fn open(data: &Path, clock: Clock, entropy: Entropy) -> Result<Self, Refusal> {
        let lake = Lake::open(&data.join("lake"))?;
        let records = Records::open(data)?;
        Ok(Self::new(lake, records, clock, entropy))
    }

    /// An office over a lake and records that are open already.
    #[must_use]
    pub fn new(lake: Lake, records: Records, clock: Clock, entropy: Entropy) -> Self {
        let snapshot = Arc::new(RwLock::new(lake.snapshot()));
        Self {
            lake,
            snapshot,
            base: None,
            records,
            clock,
            entropy,
            memo: Arc::default(),
            progress: Progress::default(),
        }
    }

    /// The same office with the files of the commit that a branch is compared with: same repositories, one entry each whose `head` is
    /// that commit. An office of many viewers has none.
    #[must_use]
    pub fn with_base(mut self, base: Option<Snapshot>) -> Self {
        self.base = base;
        self
    }

    /// Takes in what was written to the lake since the last look. Desks that exist keep what they saw.
    pub fn refresh(&self) {
        let snapshot = self.lake.snapshot();
        let mut held = self.snapshot.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if held.version() != snapshot.version() {
            *held = snapshot;
            self.memo.clear();
        }
    }

    /// A desk for `viewer`, with the facts as they are now.
    #[must_use]
    pub fn desk(&self, viewer: Viewer) -> Desk {
        let facts = self.snapshot.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Desk { office: self.clone(), viewer, facts, now: self.clock.now() }
    }

    /// The lake itself, for those who write to it.
    #[must_use]
    pub const fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The randomness.
    #[must_use]
    pub const fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// What is being mined.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The records, for `doctor` and exports.
    #[must_use]
    pub const fn records(&self) -> &Records {
        &self.records
    }
}

/// One viewer at work: the only way of a practice to data, time and chance.
#[derive(Debug, Clone)]
pub struct Desk {
    office: Office,
    viewer: Viewer,
    facts: Snapshot,
    now: Timestamp,
}

impl Desk {
    /// Who is looking.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The facts, as they were when the desk was set up.
    #[must_use]
    pub const fn facts(&self) -> &Snapshot {
        &self.facts
    }

    /// The files that a branch is compared with, when a base was read for this question.
    #[must_use]
    pub const fn base(&self) -> Option<&Snapshot> {
        self.office.base.as_ref()
    }

    /// The records that this viewer may read.
    #[must_use]
    pub const fn records(&self) -> &Records {
        &self.office.records
    }

    /// The instant at which the desk was set up: one question has one now.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The day of [`Self::now`], UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// A generator for one simulation: the same purpose gives the same stream.
    #[must_use]
    pub fn chance(&self, purpose: &str) -> StdRng {
        self.office.entropy.stream(purpose)
    }

    /// What is being mined.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.office.progress
    }

    /// The repositories of a scope.
    ///
    /// # Errors
    /// Refused when a name is not known, with the names that are.
    pub fn repos(&self, scope: &Scope) -> Result<Vec<&RepoEntry>, Refusal> {
        let all = self.facts.repos();
        if scope.repo.is_empty() {
            return Ok(all.iter().collect());
        }
        scope.repo.iter().map(|wanted| self.repo(wanted)).collect()
    }

    fn repo(&self, wanted: &str) -> Result<&RepoEntry, Refusal> {
        let all = self.facts.repos();
        all.iter().find(|repo| repo.id == wanted || repo.name == wanted).ok_or_else(|| {
            let known = all.iter().map(|repo| repo.name.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("no repository `{wanted}` is here");
            Refusal::fields(vec![crate::FieldError::new("repo", message)]).hint(if known.is_empty() {
                "Mine one first: mainstay mine PATH".to_owned()
            } else {
                format!("Known: {known}.")
            })
        })
    }

    /// Takes back what the viewer wrote a moment ago.
    ///
    /// # Errors
    /// Refused when it was somebody else's, over half a minute ago, or changed since; then nothing is written.
    pub fn undo(&self, written: &[Written]) -> Result<(), Refusal> {
        self.office.records.undo(&self.viewer.id, self.now, written)
    }

    /// The changes of one act, with their audit line; nothing is written before they are committed.
    pub(crate) fn changes(&self, act: &str) -> Changes {
        self.office.records.changes(&self.viewer.id, act, self.now, self.office.entropy.clone())
    }

    pub(crate) fn memo(&self) -> &Memo {
        &self.office.memo
    }
}
