//! Who asks, and for what.

use super::words::words;
use crate::{PersonId, TeamId};

words! {
    /// What somebody wants to do.
    Action {
        /// Open it.
        Read = "read",
        /// See it in a list.
        List = "list",
        /// Take it along in a file.
        Export = "export",
        /// Begin one. The ties are those that it would have.
        Create = "create",
        /// Write a new version.
        Update = "update",
        /// Put it away; for users the only deletion.
        Archive = "archive",
        /// Widen its audience, or share it with a person.
        Share = "share",
        /// Say that it is so; agree to it.
        Attest = "attest",
        /// Move what several people handed in closed on together: open it to those who were there, or close it again. Reads nothing.
        Reveal = "reveal",
        /// Change what runs the place.
        Administer = "administer",
        /// Remove it for good.
        Erase = "erase",
    }
}

/// A person who asks, by themselves or through a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Who it is.
    pub person: PersonId,
    /// Manages sources, people, teams, settings, backups.
    pub administrator: bool,
    /// Holds the mentoring programme and surveys.
    pub programme_holder: bool,
    /// The scope of the token that the request came with; `None` for somebody who signed in.
    pub token: Option<TokenScope>,
}

impl Asker {
    /// A person who signed in and has no role.
    #[must_use]
    pub const fn person(person: PersonId) -> Self {
        Self { person, administrator: false, programme_holder: false, token: None }
    }
}

/// What a token may do of what its person may do. The default is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenScope {
    /// Read, list, export.
    pub read: bool,
    /// Create, update, archive, share, attest, reveal.
    pub write: bool,
    /// Administer, erase.
    pub administer: bool,
    /// Reach records at all; without it, facts and what runs the place.
    pub records: bool,
    /// Reach records about somebody. Never implied by another scope.
    pub people: bool,
    /// The teams that it is limited to, if it is. It then reaches nothing that belongs to no team.
    pub teams: Option<Vec<TeamId>>,
    /// It belongs to an assistant (MCP), which never reaches private notes or anonymous answers.
    pub assistant: bool,
}
