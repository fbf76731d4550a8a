//! What is done in a room: open it, vote, lay another item on the table, reveal, vote again, take over, finish.

mod accept;
mod open;

pub(in crate::estimation) use accept::accepted;
pub use open::{OpenInput, OpenPoker};

use desk::records::{Envelope, Stored};
use desk::work::PersonId;
use desk::{Act, ActEntry, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count::count;
use super::records::{CAST, CLOSED, PokerSession, PokerVote, REVEALED, Round, RoundState};
use super::room::{Table, lay, room};
use crate::estimation::question::{given, wrong};
use crate::estimation::{Ask, page};

/// Who can read a session.
const TEAM: &str = "the team";

/// The acts of a room.
pub(in crate::estimation) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<OpenPoker>(),
        ActEntry::of::<Vote>(),
        ActEntry::of::<ShowItem>(),
        ActEntry::of::<Reveal>(),
        ActEntry::of::<Revote>(),
        ActEntry::of::<TakeOver>(),
        ActEntry::of::<FinishPoker>(),
    ]
}

/// What came of an act in a room.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InRoom {
    /// The session's id.
    pub session: String,
    /// The key of the item.
    pub item: String,
    /// The number of the round.
    pub round: u32,
    /// Where the round stands.
    pub state: RoundState,
    /// What a person is told.
    pub sentence: String,
}

impl InRoom {
    fn of(session: &str, round: &Round, sentence: impl Into<String>) -> Self {
        Self {
            session: session.to_owned(),
            item: round.item.clone(),
            round: round.n,
            state: round.state,
            sentence: sentence.into(),
        }
    }

    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(page_of(&self.session))
    }
}

/// The page of a session.
pub(super) fn page_of(session: &str) -> String {
    page(&Ask { poker: Some(session.to_owned()), ..Ask::default() })
}

/// The room that an act names, else the newest that is open in one of the viewer's teams.
async fn table(desk: &Desk, session: Option<&str>) -> Result<Table, Refusal> {
    if let Some(id) = given(session) {
        return Table::of(desk, id).await;
    }
    let mine: Vec<_> =
        desk.organisation().teams_of(desk.viewer().person, desk.today()).map(|member| member.team).collect();
    let all = desk.records().list::<PokerSession>().await?;
    let newest = all.iter().rfind(|one| one.status == "open" && one.team.is_some_and(|team| mine.contains(&team)));
    let newest = newest.ok_or_else(|| wrong("session", "No session is open in your team: open one."))?;
    Table::of(desk, &newest.id).await
}

fn is_open(table: &Table) -> Result<(), Refusal> {
    if table.is_finished() {
        return Err(Refusal::invalid("this session is finished").hint("Open another for what is left."));
    }
    Ok(())
}

/// Refuses whoever is not the facilitator.
fn leads(desk: &Desk, table: &Table) -> Result<(), Refusal> {
    is_open(table)?;
    if table.facilitator == Some(desk.viewer().person) {
        return Ok(());
    }
    let name = called(desk, table.facilitator);
    Err(Refusal::not_allowed(format!("only the facilitator does that: {name}"))
        .hint("When they are gone for a minute, anybody of the team may take over."))
}

fn called(desk: &Desk, person: Option<PersonId>) -> String {
    let found = person.and_then(|id| desk.organisation().person(id));
    found.map_or_else(|| "somebody who left".to_owned(), |person| person.called().to_owned())
}

/// Votes, or changes a vote.
#[derive(Debug)]
pub struct Vote;

/// A card.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VoteInput {
    /// The session's id; the newest that is open in your team when left out.
    #[serde(default)]
    #[schemars(title = "Session")]
    pub session: Option<String>,
    /// The key of the item; the one on the table when left out.
    #[serde(default)]
    #[schemars(title = "Item")]
    pub item: Option<String>,
    /// The round that is meant; the last one when left out.
    #[serde(default)]
    #[schemars(title = "Round")]
    pub round: Option<u32>,
    /// A card of the deck; `?` when you cannot tell, `pause` for a break. Of three points: 2/4/12d, or 2..4..12d.
    #[schemars(title = "Card", length(min = 1, max = 40))]
    pub card: String,
}

impl Act for Vote {
    const NAME: &'static str = "vote";
    const TITLE: &'static str = "Vote";
    const READERS: &'static str =
        "you alone before the reveal, those in the room until the round is over, then you alone";
    const TRIES: u8 = 8;

    type Input = VoteInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: VoteInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        is_open(&table)?;
        let body = &table.session.body;
        let key = given(input.item.as_deref()).unwrap_or(&body.item);
        let none = || wrong("item", format!("{key} was not on the table yet."));
        let round = body.rounds.iter().rfind(|round| round.item.eq_ignore_ascii_case(key)).ok_or_else(none)?;
        takes_votes(&table, round, input.round)?;
        let me = desk.viewer().person;
        if !table.voters.contains(&me) {
            return Err(Refusal::not_allowed("only members and leads of the team vote"));
        }
        if table.looks_on(me) {
            return Err(Refusal::not_allowed("whoever looks on does not vote").hint("Take part first."));
        }
        let card = body.deck.vote(&input.card).map_err(|error| wrong("card", error))?;
        changes.rely_on(&table.session)?;
        let place = table.place(round, me);
        let vote = PokerVote::new(&table.session.id, &round.item, round.n, card);
        match desk.records().at::<PokerVote>(place).await? {
            Some(old) if old.body == vote && !old.archived => {}
            Some(old) => {
                changes.put(&old.id, old.version, vote).await?;
            }
            None => {
                let envelope =
                    Envelope { team: Some(table.team), status: CAST.to_owned(), ..Envelope::fresh::<PokerVote>() };
                changes.add_at(place, envelope, vote)?;
            }
        }
        desk.enter(&room(&table.session.id, false)).await?;
        // The sentence is the same whatever the card, and for a vote that is changed.
        Ok(InRoom::of(&table.session.id, round, "Your vote is in. Nobody sees it before the reveal."))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// Refuses a vote in a round that is over.
fn takes_votes(table: &Table, round: &Round, meant: Option<u32>) -> Result<(), Refusal> {
    let (item, n) = (&round.item, round.n);
    if let Some(meant) = meant.filter(|meant| *meant != n) {
        return Err(Refusal::invalid(format!("round {meant} of {item} is over; this is round {n}")).hint("Vote again."));
    }
    if round.state != RoundState::Voting {
        let what = if round.state == RoundState::Revealed { "the cards lie open" } else { "it is over" };
        return Err(Refusal::invalid(format!("votes about {item} are locked: {what}"))
            .hint("The facilitator can begin another round."));
    }
    if table.is_over() {
        return Err(Refusal::invalid(format!("votes about {item} are locked: the time is over")));
    }
    Ok(())
}

/// Only which session.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SessionInput {
    /// The session's id; the newest that is open in your team when left out.
    #[serde(default)]
    #[schemars(title = "Session")]
    pub session: Option<String>,
}

/// Lays another item on the table. Votes stay.
#[derive(Debug)]
pub struct ShowItem;

/// Which item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ShowInput {
    /// The session's id; the newest that is open in your team when left out.
    #[serde(default)]
    #[schemars(title = "Session")]
    pub session: Option<String>,
    /// The key of the item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
}

impl Act for ShowItem {
    const NAME: &'static str = "show_item";
    const TITLE: &'static str = "Lay an item on the table";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = ShowInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: ShowInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        leads(desk, &table)?;
        let mut body = table.session.body.clone();
        let wanted = body.items.iter().find(|item| item.eq_ignore_ascii_case(input.item.trim())).cloned();
        let wanted = wanted.ok_or_else(|| wrong("item", format!("{} is not in this session.", input.item.trim())))?;
        lay(&mut body, &wanted);
        let stored = put(changes, &table, body).await?;
        let round = stored.body.round(&wanted).cloned().unwrap_or_default();
        Ok(InRoom::of(&stored.id, &round, format!("{wanted} is on the table.")))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// Writes the session when it says something else.
async fn put(changes: &mut Changes, table: &Table, body: PokerSession) -> Result<Stored<PokerSession>, Refusal> {
    if body == table.session.body {
        return Ok(table.session.clone());
    }
    changes.put(&table.session.id, table.session.version, body).await
}

/// Turns the cards.
#[derive(Debug)]
pub struct Reveal;

/// Of which session, and without how many.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct RevealInput {
    /// The session's id; the newest that is open in your team when left out.
    #[serde(default)]
    #[schemars(title = "Session")]
    pub session: Option<String>,
    /// So many have not voted, and are not waited for.
    #[serde(default)]
    #[schemars(title = "Without", range(min = 0, max = 1000))]
    pub without: Option<u32>,
}

impl Act for Reveal {
    const NAME: &'static str = "reveal";
    const TITLE: &'static str = "Reveal the votes";
    const READERS: &'static str = "the team; votes with names those in the room, until the round is over,";
    const TRIES: u8 = 8;

    type Input = RevealInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: RevealInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        leads(desk, &table)?;
        let round = table.round()?;
        if round.state != RoundState::Voting {
            // Once is enough: whoever presses twice changes nothing.
            return Ok(InRoom::of(&table.session.id, round, format!("{} is revealed already.", round.item)));
        }
        let step = table.step(desk, round, REVEALED, true).await?;
        if step.seen.is_empty() {
            return Err(Refusal::invalid(format!("nobody has voted about {} yet", round.item)));
        }
        let voted: Vec<PersonId> = step.seen.iter().map(|one| one.author).collect();
        waits_for_nobody(desk, &table.waited_for(&voted), input.without)?;
        let votes = desk.records().foresee::<PokerVote>(&step).await?;
        if votes.len() != step.seen.len() {
            return Err(Refusal::fault("a vote that is revealed cannot be read"));
        }
        let counted = count(table.session.body.deck, votes.iter().map(|vote| vote.body.card.as_str()));
        let body = table.with_round(round, |one| {
            one.state = RoundState::Revealed;
            one.count = Some(counted);
        });
        let stored = put(changes, &table, body).await?;
        changes.step::<PokerVote>(step);
        let round = stored.body.round(&stored.body.item).cloned().unwrap_or_default();
        Ok(InRoom::of(&stored.id, &round, format!("The cards about {} lie open.", round.item)))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// Refuses while people who are there have not voted, unless their number is confirmed.
fn waits_for_nobody(desk: &Desk, missing: &[PersonId], without: Option<u32>) -> Result<(), Refusal> {
    let many = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    if many == 0 || without == Some(many) {
        return Ok(());
    }
    let mut names: Vec<String> = missing.iter().map(|person| called(desk, Some(*person))).collect();
    names.sort();
    let have = if many == 1 { "has" } else { "have" };
    let said = format!("{} {have} not voted yet. To reveal without them, say so: without {many}.", names.join(", "));
    Err(wrong("without", said))
}

/// Begins another round about the item on the table; the last one is kept.
#[derive(Debug)]
pub struct Revote;

impl Act for Revote {
    const NAME: &'static str = "revote";
    const TITLE: &'static str = "Vote again";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        leads(desk, &table)?;
        let round = table.round()?;
        if round.state == RoundState::Voting {
            return Err(Refusal::invalid(format!("round {} of {} is not revealed yet", round.n, round.item)));
        }
        let mut body = table.with_round(round, |one| one.state = RoundState::Closed);
        let next = Round { item: round.item.clone(), n: round.n + 1, ..Round::default() };
        body.rounds.push(next.clone());
        let stored = put(changes, &table, body).await?;
        close(desk, changes, &table, round).await?;
        Ok(InRoom::of(&stored.id, &next, format!("Round {} about {}.", next.n, next.item)))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// Votes of a round become their authors' alone.
async fn close(desk: &Desk, changes: &mut Changes, table: &Table, round: &Round) -> Result<(), Refusal> {
    if round.state != RoundState::Closed {
        changes.step::<PokerVote>(table.step(desk, round, CLOSED, false).await?);
    }
    Ok(())
}

/// Takes the facilitator's place, when they are gone.
#[derive(Debug)]
pub struct TakeOver;

impl Act for TakeOver {
    const NAME: &'static str = "take_over";
    const TITLE: &'static str = "Take over planning poker";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        is_open(&table)?;
        let me = desk.viewer().person;
        if !table.voters.contains(&me) {
            return Err(Refusal::not_allowed("only members and leads of the team take over"));
        }
        let round = table.round()?;
        if table.facilitator == Some(me) {
            return Ok(InRoom::of(&table.session.id, round, "You are the facilitator."));
        }
        if !table.is_led_by_nobody() {
            let name = called(desk, table.facilitator);
            return Err(Refusal::not_allowed(format!("{name} is there, or was a moment ago"))
                .hint("Anybody of the team may take over when they were gone for a minute."));
        }
        let email = desk.organisation().person(me).map(|person| person.email.clone()).unwrap_or_default();
        let stored = put(changes, &table, PokerSession { facilitator: email, ..table.session.body.clone() }).await?;
        desk.enter(&room(&stored.id, false)).await?;
        Ok(InRoom::of(&stored.id, round, "You are the facilitator now."))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

/// Ends a session. What was not revealed is closed unseen.
#[derive(Debug)]
pub struct FinishPoker;

impl Act for FinishPoker {
    const NAME: &'static str = "finish_poker";
    const TITLE: &'static str = "Finish planning poker";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InRoom;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InRoom, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        leads(desk, &table)?;
        let mut body = table.session.body.clone();
        for round in &table.session.body.rounds {
            close(desk, changes, &table, round).await?;
        }
        for round in &mut body.rounds {
            round.state = RoundState::Closed;
        }
        let decided = body.items.iter().filter(|item| body.result(item).is_some()).count();
        let sentence = format!("Finished: {decided} of {} items have an estimate.", body.items.len());
        let stored = finish(changes, &table, body).await?;
        let round = stored.body.round(&stored.body.item).cloned().unwrap_or_default();
        Ok(InRoom::of(&stored.id, &round, sentence))
    }

    fn told(outcome: &InRoom) -> Told {
        outcome.told()
    }
}

async fn finish(changes: &mut Changes, table: &Table, body: PokerSession) -> Result<Stored<PokerSession>, Refusal> {
    let (id, seen) = (&table.session.id, table.session.version);
    changes.put_in(id, seen, |around| "finished".clone_into(&mut around.status), body).await
}
