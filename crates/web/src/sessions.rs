//! Sign-in on loopback: one-time links and the sessions that they open. Tokens are kept as hashes; nothing outlives the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use desk::{Clock, Entropy, Viewer};

/// Seconds that a link waits to be used.
const LINK_SECONDS: i64 = 15 * 60;
/// Seconds without a request after which a session ends.
const IDLE_SECONDS: i64 = 12 * 3600;
/// Seconds after which a session ends in any case.
const LONGEST_SECONDS: i64 = 30 * 24 * 3600;

/// A session as a request sees it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) viewer: Viewer,
    /// Stands in every form.
    pub(crate) csrf: String,
    /// The scheme that the browser's cookie asks for: light, dark, or the system's.
    pub(crate) theme: Option<&'static str>,
    hash: Hash,
}

type Hash = [u8; 32];

#[derive(Debug)]
struct Open {
    viewer: Viewer,
    csrf: String,
    began: i64,
    seen: i64,
    said: Option<Said>,
}

/// What a person is told on their next page.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) sentence: String,
    /// What can be taken back, and where that leads: `id:version` each.
    pub(crate) undo: Vec<String>,
    pub(crate) back: String,
}

impl Said {
    /// A sentence alone.
    pub(crate) fn plain(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), undo: Vec::new(), back: String::new() }
    }
}

#[derive(Debug, Default)]
struct Book {
    links: HashMap<Hash, (i64, Viewer)>,
    open: HashMap<Hash, Open>,
}

/// Links and sessions of one process.
#[derive(Debug)]
pub(crate) struct Sessions {
    book: Mutex<Book>,
    clock: Clock,
    entropy: Entropy,
}

impl Sessions {
    pub(crate) fn new(clock: Clock, entropy: Entropy) -> Self {
        Self { book: Mutex::default(), clock, entropy }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token of 128 random bits that opens one session for `viewer` within 15 minutes.
    pub(crate) fn link(&self, viewer: Viewer) -> String {
        let token = self.entropy.hex::<16>();
        self.book().links.insert(hash(&token), (self.clock.now().as_second() + LINK_SECONDS, viewer));
        token
    }

    /// Uses a link up; gives the token of the session that it opened.
    pub(crate) fn enter(&self, token: &str) -> Option<String> {
        let now = self.clock.now().as_second();
        let mut book = self.book();
        let (until, viewer) = book.links.remove(&hash(token))?;
        if now >= until {
            return None;
        }
        book.open.retain(|_, open| alive(open, now));
        let token = self.entropy.hex::<32>();
        let csrf = self.entropy.hex::<16>();
        book.open.insert(hash(&token), Open { viewer, csrf, began: now, seen: now, said: None });
        Some(token)
    }

    /// The session of that token.
    pub(crate) fn find(&self, token: &str) -> Option<Session> {
        let now = self.clock.now().as_second();
        let hash = hash(token);
        let mut book = self.book();
        let open = book.open.get_mut(&hash).filter(|open| alive(open, now))?;
        open.seen = now;
        Some(Session { viewer: open.viewer.clone(), csrf: open.csrf.clone(), theme: None, hash })
    }

    /// Keeps a sentence for the session's next page.
    pub(crate) fn say(&self, session: &Session, said: Said) {
        if let Some(open) = self.book().open.get_mut(&session.hash) {
            open.said = Some(said);
        }
    }

    /// The sentence kept for this page, once.
    pub(crate) fn said(&self, session: &Session) -> Option<Said> {
        self.book().open.get_mut(&session.hash)?.said.take()
    }

    /// Ends a session.
    pub(crate) fn leave(&self, session: &Session) {
        self.book().open.remove(&session.hash);
    }
}

fn alive(open: &Open, now: i64) -> bool {
    now - open.seen < IDLE_SECONDS && now - open.began < LONGEST_SECONDS
}

fn hash(token: &str) -> Hash {
    *blake3::hash(token.as_bytes()).as_bytes()
}
