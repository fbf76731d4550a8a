//! Decks of cards, and what a vote can be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spread::Spread;

/// A deck (Cohn 2005; Grenning 2002).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deck {
    /// 0 ½ 1 2 3 5 8 13 20 40 100.
    #[default]
    Fibonacci,
    /// 0 1 2 4 8 16 32 64.
    Powers,
    /// XS to XL.
    Sizes,
    /// ½ 1 2 3 5 8 10 15 20 working days.
    Days,
    /// Everybody says least, likeliest and most: 2/4/12d, or 2..4..12d for percentiles.
    ThreePoint,
}

/// What says that somebody cannot tell, and that a break is due: there, but no vote.
pub const ASIDE: [&str; 2] = ["?", "pause"];

/// Longest vote, bytes: all are kept at one length.
pub const VOTE_BYTES: usize = 40;

impl Deck {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fibonacci => "Fibonacci",
            Self::Powers => "powers of two",
            Self::Sizes => "sizes",
            Self::Days => "days",
            Self::ThreePoint => "three points",
        }
    }

    /// The cards that count, from the least.
    #[must_use]
    pub const fn cards(self) -> &'static [&'static str] {
        match self {
            Self::Fibonacci => &["0", "½", "1", "2", "3", "5", "8", "13", "20", "40", "100"],
            Self::Powers => &["0", "1", "2", "4", "8", "16", "32", "64"],
            Self::Sizes => &["XS", "S", "M", "L", "XL"],
            Self::Days => &["½", "1", "2", "3", "5", "8", "10", "15", "20"],
            Self::ThreePoint => &[],
        }
    }

    /// A vote as it is kept: a card of the deck, or a spread written as spreads are.
    ///
    /// # Errors
    /// Says which cards there are.
    pub fn vote(self, text: &str) -> Result<String, String> {
        let text = text.trim();
        let known = |card: &&&str| card.eq_ignore_ascii_case(text) || (**card == "½" && matches!(text, "0.5" | "1/2"));
        if let Some(card) = self.cards().iter().chain(&ASIDE).find(known) {
            return Ok((*card).to_owned());
        }
        if self == Self::ThreePoint {
            let spread: Spread = text.parse()?;
            spread.in_days().ok_or("A spread of days, hours or weeks is asked for: 2/4/12d.")?;
            let said = spread.to_string();
            return if said.len() <= VOTE_BYTES { Ok(said) } else { Err("Fewer digits, please.".to_owned()) };
        }
        Err(format!("The cards are {}.", [self.cards(), &ASIDE].concat().join(" ")))
    }

    /// The place of a card among those that count; none of what is aside.
    #[must_use]
    pub fn place(self, card: &str) -> Option<usize> {
        self.cards().iter().position(|one| *one == card)
    }
}

/// What a card says as a number; none of sizes and of what is aside.
#[must_use]
pub fn number(card: &str) -> Option<f64> {
    if card == "½" { Some(0.5) } else { card.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_are_cards_of_the_deck() {
        let vote = |text| Deck::Fibonacci.vote(text);
        assert_eq!([vote("0.5"), vote("13 "), vote("Pause")], ["½", "13", "pause"].map(|card| Ok(card.to_owned())));
        assert_eq!(vote("4"), Err("The cards are 0 ½ 1 2 3 5 8 13 20 40 100 ? pause.".to_owned()));
        assert_eq!(Deck::Sizes.vote("xl").as_deref(), Ok("XL"));
    }

    #[test]
    fn spreads_are_votes_of_three_points() {
        let vote = |text| Deck::ThreePoint.vote(text);
        assert_eq!(vote("2 / 4 / 12 d").as_deref(), Ok("2/4/12d"));
        assert_eq!(vote("?").as_deref(), Ok("?"));
        assert!(vote("12/4/2d").unwrap_err().starts_with("12 is more than 2"));
        assert!(vote("3 points").is_err() && vote("0.000000001/0.00000000000002/0.0000000000004w").is_err());
    }

    #[test]
    fn every_card_fits() {
        for deck in [Deck::Fibonacci, Deck::Powers, Deck::Sizes, Deck::Days] {
            for card in deck.cards().iter().chain(&ASIDE) {
                assert_eq!(deck.vote(card).as_deref(), Ok(*card));
                assert!(card.len() <= VOTE_BYTES);
            }
        }
        assert_eq!([number("½"), number("13"), number("XL"), number("?")], [Some(0.5), Some(13.0), None, None]);
    }
}
