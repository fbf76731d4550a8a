//! A room as it is now: the session, who is there, who has voted, and what everybody in it sees.

use desk::records::{HandedIn, Party, RecordId, Round as HandedInRound, Step, Stored, place_of};
use desk::work::{PersonId, TeamId};
use desk::{Desk, Record as _, Refusal, Room, Seat};
use jiff::Timestamp;
use serde::Serialize;

use super::records::{PokerSession, PokerVote, Round, RoundState};
use crate::published::sign;

/// The room of a session.
#[must_use]
pub fn room(session: &str, watching: bool) -> Room {
    Room { name: format!("estimation/{session}"), watching }
}

/// What everybody in a room sees of it before the cards lie open, and the sign of it. No vote goes into this; who has voted does.
#[derive(Debug, Clone, Serialize)]
pub struct Seen<'a> {
    version: u64,
    item: &'a str,
    round: u32,
    over: bool,
    here: &'a [PersonId],
    watching: &'a [PersonId],
    voted: &'a [PersonId],
}

impl Seen<'_> {
    /// Sixteen digits that change when any of it does.
    #[must_use]
    pub fn sign(&self) -> String {
        sign(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// A room with who is in it.
#[derive(Debug, Clone)]
pub struct Table {
    /// The session.
    pub session: Stored<PokerSession>,
    /// Whose it is.
    pub team: TeamId,
    /// Who may vote: members and leads of the team.
    pub voters: Vec<PersonId>,
    /// Those of them who are there and take part.
    pub here: Vec<PersonId>,
    /// Who looks on.
    pub watching: Vec<PersonId>,
    /// Who leads through it, when they still are somebody.
    pub facilitator: Option<PersonId>,
    /// Who is there in any way.
    seats: Vec<Seat>,
    now: Timestamp,
}

impl Table {
    /// The room of a session that the viewer may read.
    ///
    /// # Errors
    /// Refused when there is none, unavailable when the database does not answer.
    pub async fn of(desk: &Desk, session: &str) -> Result<Self, Refusal> {
        let session = desk.records().get::<PokerSession>(session.trim()).await?;
        if session.archived {
            return Err(Refusal::not_found("this session was put away"));
        }
        let team = session.team.ok_or_else(|| Refusal::fault("a poker session of no team"))?;
        let (people, today) = (desk.organisation(), desk.today());
        let mut voters: Vec<PersonId> = people.members_of(team, today).map(|member| member.person).collect();
        voters.extend(people.leads_of_team(team, today));
        voters.sort_unstable();
        voters.dedup();
        let seats = desk.seats(&room(&session.id, false).name).await?;
        let plays = |seat: &&Seat| !seat.watching && voters.contains(&seat.person);
        let (here, watching): (Vec<&Seat>, Vec<&Seat>) = seats.iter().partition(plays);
        let ids = |seats: Vec<&Seat>| seats.into_iter().map(|seat| seat.person).collect();
        let (here, watching) = (ids(here), ids(watching));
        let facilitator = people.by_email(&session.body.facilitator).map(|person| person.id);
        Ok(Self { session, team, voters, here, watching, facilitator, seats, now: desk.now() })
    }

    /// The round on the table.
    ///
    /// # Errors
    /// A fault when a session has none.
    pub fn round(&self) -> Result<&Round, Refusal> {
        let body = &self.session.body;
        body.round(&body.item).ok_or_else(|| Refusal::fault(format!("no round about {}", body.item)))
    }

    /// Where the votes of a round lie: one place for everybody who may vote.
    #[must_use]
    pub fn places(&self, round: &Round) -> Vec<RecordId> {
        self.voters.iter().map(|person| self.place(round, *person)).collect()
    }

    /// Where somebody's vote in a round lies.
    #[must_use]
    pub fn place(&self, round: &Round, person: PersonId) -> RecordId {
        place_of(PokerVote::KIND, &format!("{}/{}/{}", self.session.id, round.item, round.n), person)
    }

    /// What was handed in of a round.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn handed_in(&self, desk: &Desk, round: &Round) -> Result<Vec<HandedIn>, Refusal> {
        desk.records().handed_in::<PokerVote>(&self.places(round)).await
    }

    /// A round with the step that its votes are to take.
    ///
    /// # Errors
    /// As [`Self::handed_in`].
    pub async fn step(&self, desk: &Desk, round: &Round, status: &str, open: bool) -> Result<HandedInRound, Refusal> {
        let seen = self.handed_in(desk, round).await?;
        let mut inside: Vec<PersonId> = self.seats.iter().map(|seat| seat.person).collect();
        inside.extend(seen.iter().map(|one| one.author));
        inside.push(desk.viewer().person);
        inside.sort_unstable();
        inside.dedup();
        let parties =
            if open { inside.into_iter().map(|person| Party::new(person, "party")).collect() } else { Vec::new() };
        Ok(HandedInRound { places: self.places(round), seen, step: Step { status: status.to_owned(), parties } })
    }

    /// Who has voted in a round.
    ///
    /// # Errors
    /// As [`Self::handed_in`].
    pub async fn voted(&self, desk: &Desk, round: &Round) -> Result<Vec<PersonId>, Refusal> {
        let mut voted: Vec<PersonId> = self.handed_in(desk, round).await?.iter().map(|one| one.author).collect();
        voted.sort_unstable();
        Ok(voted)
    }

    /// Who is waited for: live, those who are there; open until an instant, everybody who may vote, and nobody afterwards.
    #[must_use]
    pub fn waited_for(&self, voted: &[PersonId]) -> Vec<PersonId> {
        let asked = match self.session.body.until {
            Some(_) if self.is_over() => return Vec::new(),
            Some(_) => &self.voters,
            None => &self.here,
        };
        asked.iter().filter(|person| !voted.contains(person)).copied().collect()
    }

    /// Whether the time to vote is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.session.body.until.is_some_and(|until| self.now >= until)
    }

    /// Whether the session is finished.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.session.status == "finished"
    }

    /// Whether the facilitator is gone.
    #[must_use]
    pub fn is_led_by_nobody(&self) -> bool {
        self.facilitator.is_none_or(|person| !self.seats.iter().any(|seat| seat.person == person))
    }

    /// Whether the viewer looks on.
    #[must_use]
    pub fn looks_on(&self, person: PersonId) -> bool {
        self.watching.contains(&person)
    }

    /// What everybody in the room sees of it.
    #[must_use]
    pub fn seen<'a>(&'a self, round: &'a Round, voted: &'a [PersonId]) -> Seen<'a> {
        Seen {
            version: self.session.version,
            item: &self.session.body.item,
            round: round.n,
            over: self.is_over(),
            here: &self.here,
            watching: &self.watching,
            voted,
        }
    }

    /// The same session with that round changed.
    #[must_use]
    pub fn with_round(&self, round: &Round, change: impl FnOnce(&mut Round)) -> PokerSession {
        let mut body = self.session.body.clone();
        if let Some(one) = body.rounds.iter_mut().rfind(|one| one.item == round.item && one.n == round.n) {
            change(one);
        }
        body
    }
}

/// Puts an item on the table; its first round begins when it has none.
pub fn lay(body: &mut PokerSession, item: &str) {
    item.clone_into(&mut body.item);
    if body.round(item).is_none() {
        body.rounds.push(Round { item: item.to_owned(), n: 1, state: RoundState::Voting, ..Round::default() });
    }
}
