//! A room as it is now: the session, who is there, and what everybody in it sees.

use desk::records::Stored;
use desk::rooms::sign;
use desk::work::PersonId;
use desk::{Desk, Refusal, Room, Seat};
use serde::Serialize;

use super::records::{PreMortem, State};

/// So many in a room are few: how somebody writes may tell who it is.
pub const FEW: usize = 4;

/// The room of a session.
#[must_use]
pub fn room(session: &str) -> Room {
    Room { name: format!("risk/{session}"), watching: false }
}

/// What everybody in a room sees of it, and the sign of it. Of entries and votes that lie in the box nothing goes into this but about how
/// many entries there are.
#[derive(Debug, Clone, Serialize)]
pub struct Seen<'a> {
    version: u64,
    here: &'a [PersonId],
    about: usize,
}

/// A room with who is in it.
#[derive(Debug, Clone)]
pub struct Table {
    /// The session.
    pub session: Stored<PreMortem>,
    /// Where it stands.
    pub state: State,
    /// Who is there.
    pub here: Vec<PersonId>,
    /// Who leads through it, when they still are somebody.
    pub facilitator: Option<PersonId>,
    /// Whether the viewer may write and vote: whoever is of the team or leads it.
    pub takes_part: bool,
}

impl Table {
    /// The room of a session that the viewer may read.
    ///
    /// # Errors
    /// Refused when there is none, unavailable when the database does not answer.
    pub async fn of(desk: &Desk, session: &str) -> Result<Self, Refusal> {
        let session = desk.records().get::<PreMortem>(session.trim()).await?;
        if session.archived {
            return Err(Refusal::not_found("this pre-mortem was put away"));
        }
        let seats = desk.seats(&room(&session.id).name).await?;
        let facilitator = desk.organisation().by_email(&session.body.facilitator).map(|person| person.id);
        Ok(Self {
            state: State::of(&session.status),
            here: seats.iter().map(|seat: &Seat| seat.person).collect(),
            facilitator,
            takes_part: session.team.is_none_or(|team| desk.is_inside(team)),
            session,
        })
    }

    /// Whether the facilitator is gone, so that whoever goes on leads from then on.
    #[must_use]
    pub fn is_led_by_nobody(&self) -> bool {
        self.facilitator.is_none_or(|person| !self.here.contains(&person))
    }

    /// Whether somebody may take the next step.
    #[must_use]
    pub fn may_lead(&self, person: PersonId) -> bool {
        self.takes_part && (self.facilitator == Some(person) || self.is_led_by_nobody())
    }

    /// Whether so few are there that style may tell.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.here.len() <= FEW
    }

    /// The sign of what everybody sees, with about so many entries.
    #[must_use]
    pub fn sign(&self, about: usize) -> String {
        let seen = Seen { version: self.session.version, here: &self.here, about };
        sign(&serde_json::to_string(&seen).unwrap_or_default())
    }
}
