//! What is kept of planning poker: the session, which the team reads, and each vote, which is sealed.

use desk::records::{Audience, Class, Phase};
use desk::{FieldError, Record};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count::Count;
use super::deck::{Deck, VOTE_BYTES};

/// Items of a session at most.
pub const ITEMS: usize = 50;

/// Where a round stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Votes are handed in, and nobody sees them.
    #[default]
    Voting,
    /// The cards lie open, and are locked.
    Revealed,
    /// It is over: votes are their authors' again.
    Closed,
}

impl RoundState {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Voting => "voting",
            Self::Revealed => "revealed",
            Self::Closed => "closed",
        }
    }
}

/// A round about one item. It knows no name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Round {
    /// The key of the item.
    pub item: String,
    /// Its number for this item, from 1.
    pub n: u32,
    /// Where it stands.
    pub state: RoundState,
    /// What was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What the votes said together, once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
}

/// A session of planning poker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PokerSession {
    /// The keys of the items, in the order in which they are talked about.
    pub items: Vec<String>,
    /// The deck.
    pub deck: Deck,
    /// Who leads through it, by address.
    pub facilitator: String,
    /// Open until then, for people who are not there at one time; none is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// The item on the table.
    pub item: String,
    /// The rounds, in the order in which they began.
    pub rounds: Vec<Round>,
}

impl PokerSession {
    /// The last round about an item.
    #[must_use]
    pub fn round(&self, item: &str) -> Option<&Round> {
        self.rounds.iter().rfind(|round| round.item == item)
    }

    /// What was agreed about an item.
    #[must_use]
    pub fn result(&self, item: &str) -> Option<&str> {
        self.rounds.iter().rev().filter(|round| round.item == item).find_map(|round| round.result.as_deref())
    }

    /// The first item behind the one on the table about which nothing was agreed.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        let here = self.items.iter().position(|item| *item == self.item).unwrap_or(0);
        let behind = self.items.iter().skip(here + 1).chain(self.items.iter().take(here));
        behind.map(String::as_str).find(|item| self.result(item).is_none())
    }
}

impl Record for PokerSession {
    const KIND: &'static str = "poker_session";
    const NAME: &'static str = "Poker session";
    const PURPOSE: &'static str = "A team estimates together: items, rounds and what was agreed. Votes are kept apart.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open", "finished"];
    const BY_ACTS: bool = true;

    fn title(&self) -> String {
        match self.items.as_slice() {
            [one] => format!("Poker about {one}"),
            [first, rest @ ..] => format!("Poker about {first} and {} more", rest.len()),
            [] => "Poker".to_owned(),
        }
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let wrong = match self.items.len() {
            0 => "Which items are estimated?".to_owned(),
            many if many > ITEMS => format!("{many} items; at most {ITEMS} fit into one session."),
            _ => return Ok(()),
        };
        Err(vec![FieldError::new("items", wrong)])
    }
}

/// Where a vote stands: closed until the reveal, open to those in the room until the round's close, its author's from then on.
pub const CAST: &str = "cast";
/// See [`CAST`].
pub const REVEALED: &str = "revealed";
/// See [`CAST`].
pub const CLOSED: &str = "closed";

/// One vote. Sealed, and of one length whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PokerVote {
    /// The session.
    pub session: String,
    /// The key of the item.
    pub item: String,
    /// The number of the round.
    pub round: u32,
    /// The card.
    pub card: String,
    /// Fills the card up.
    pub fill: String,
}

impl PokerVote {
    /// A vote, filled up.
    #[must_use]
    pub fn new(session: &str, item: &str, round: u32, card: String) -> Self {
        // As long as it is written, not as it is read: `½` takes two bytes.
        let fill = ".".repeat(VOTE_BYTES.saturating_sub(card.len()));
        Self { session: session.to_owned(), item: item.to_owned(), round, card, fill }
    }
}

impl Record for PokerVote {
    const KIND: &'static str = "poker_vote";
    const NAME: &'static str = "Poker vote";
    const PURPOSE: &'static str =
        "One vote in a round of planning poker. Its author's alone but while the cards lie open.";
    const CLASS: Class = Class::ClosedVote;
    const AUDIENCE: Audience = Audience::Author;
    const STATUSES: &'static [&'static str] = &[CAST, REVEALED, CLOSED];
    const BY_ACTS: bool = true;

    fn title(&self) -> String {
        "Poker vote".to_owned()
    }

    fn phase(status: &str) -> Phase {
        match status {
            REVEALED => Phase::Revealed,
            CLOSED => Phase::Sealed,
            _ => Phase::Draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_have_one_length() {
        let length = |card: &str| {
            let vote = PokerVote::new("s", "PAY-1", 1, card.to_owned());
            serde_json::to_string(&vote).unwrap().len()
        };
        let all = ["0", "½", "100", "pause", "?", "0.125/12.75/100.5d"].map(length);
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    }

    #[test]
    fn the_next_item_is_undecided() {
        let round = |item: &str, result: Option<&str>| Round {
            item: item.to_owned(),
            n: 1,
            result: result.map(str::to_owned),
            ..Round::default()
        };
        let mut session = PokerSession {
            items: ["A-1", "A-2", "A-3"].map(str::to_owned).to_vec(),
            deck: Deck::Fibonacci,
            facilitator: String::new(),
            until: None,
            item: "A-2".to_owned(),
            rounds: vec![round("A-2", Some("5")), round("A-3", Some("3"))],
        };
        assert_eq!(session.next(), Some("A-1"));
        session.rounds.push(round("A-1", Some("8")));
        assert_eq!(session.next(), None);
    }
}
