//! A request's session: who is signed in, what stands in their forms, and the sentence that waits for their next page. Sessions themselves
//! are the store's.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use desk::Viewer;
use store::sign_in;
use uuid::Uuid;

/// How many sentences wait at most; the oldest goes first.
const WAITING: usize = 1_000;

/// A session as a request sees it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) viewer: Viewer,
    /// Stands in every form; empty for a token, which has no forms.
    pub(crate) csrf: String,
    /// The scheme that the browser's cookie asks for: light, dark, or the system's.
    pub(crate) theme: Option<&'static str>,
    /// Its id: the session's, or the token's.
    pub(crate) id: Uuid,
}

impl Session {
    pub(crate) fn of(viewer: Viewer, session: &sign_in::Session) -> Self {
        Self { viewer, csrf: session.csrf.clone(), theme: None, id: session.id }
    }

    pub(crate) const fn of_token(viewer: Viewer, id: Uuid) -> Self {
        Self { viewer, csrf: String::new(), theme: None, id }
    }
}

/// What a person is told on their next page.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) sentence: String,
    /// What can be taken back, and where that leads: `kind:id:version` each.
    pub(crate) undo: Vec<String>,
    pub(crate) back: String,
}

impl Said {
    /// A sentence alone.
    pub(crate) fn plain(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), undo: Vec::new(), back: String::new() }
    }
}

/// The sentences that wait, by session. They are a courtesy of this process: one that is lost is no loss.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    said: Mutex<(HashMap<Uuid, Said>, Vec<Uuid>)>,
}

impl Waiting {
    fn said(&self) -> MutexGuard<'_, (HashMap<Uuid, Said>, Vec<Uuid>)> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a sentence for the session's next page.
    pub(crate) fn say(&self, session: &Session, said: Said) {
        let mut guard = self.said();
        let (all, order) = &mut *guard;
        if all.insert(session.id, said).is_none() {
            order.push(session.id);
        }
        if order.len() > WAITING {
            let oldest = order.remove(0);
            all.remove(&oldest);
        }
    }

    /// The sentence kept for this page, once.
    pub(crate) fn take(&self, session: &Session) -> Option<Said> {
        let mut guard = self.said();
        let (all, order) = &mut *guard;
        order.retain(|id| *id != session.id);
        all.remove(&session.id)
    }
}
