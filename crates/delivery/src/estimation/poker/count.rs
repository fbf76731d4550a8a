//! What the votes of a round say together. Pure, and without names: nothing here knows whose a vote is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deck::{ASIDE, Deck, number};
use crate::spread::{Spread, Unit};

/// Voters from which a spread is told: of two it would only say how they differ.
pub const LEAST: usize = 3;

/// How many chose a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// The card.
    pub card: String,
    /// How many.
    pub count: u32,
}

/// A round, counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// The cards that were chosen, from the least; `?` and pause last.
    pub distribution: Vec<Chosen>,
    /// Votes; `?` and pause are none.
    pub votes: u32,
    /// The middle card; the two middle ones of an even number when they differ.
    pub middle: Vec<String>,
    /// ln(most ÷ least). None of fewer than three votes, of sizes, and where a 0 is among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// Whether all lie on one card, or on two neighbours of the deck; of three points: whether every range meets every other.
    pub agreed: bool,
    /// The lowest vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest: Option<String>,
    /// The highest vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest: Option<String>,
}

/// Counts the votes of a round.
#[must_use]
pub fn count<'a>(deck: Deck, votes: impl IntoIterator<Item = &'a str>) -> Count {
    let (aside, voted): (Vec<&str>, Vec<&str>) = votes.into_iter().partition(|vote| ASIDE.contains(vote));
    let mut count = if deck == Deck::ThreePoint { of_spreads(&voted) } else { of_cards(deck, &voted) };
    for card in ASIDE {
        let many = aside.iter().filter(|vote| **vote == card).count();
        count.distribution.extend((many > 0).then(|| chosen(card, many)));
    }
    count
}

fn chosen(card: &str, many: usize) -> Chosen {
    Chosen { card: card.to_owned(), count: u32::try_from(many).unwrap_or(u32::MAX) }
}

fn of_cards(deck: Deck, voted: &[&str]) -> Count {
    let mut places: Vec<usize> = voted.iter().filter_map(|vote| deck.place(vote)).collect();
    places.sort_unstable();
    let card = |place: usize| deck.cards()[place].to_owned();
    let (Some(low), Some(high)) = (places.first().copied(), places.last().copied()) else { return Count::default() };
    let mut middle = middle(&places).map(card).to_vec();
    middle.dedup();
    let all = (0..deck.cards().len()).map(|place| (place, places.iter().filter(|one| **one == place).count()));
    Count {
        distribution: all.filter(|one| one.1 > 0).map(|(place, many)| chosen(deck.cards()[place], many)).collect(),
        votes: u32::try_from(places.len()).unwrap_or(u32::MAX),
        middle,
        spread: spread(places.len(), number(deck.cards()[low]), number(deck.cards()[high])),
        agreed: high - low <= 1,
        lowest: Some(card(low)),
        highest: Some(card(high)),
    }
}

/// Both middle values of what is sorted; the same one twice of an odd number.
fn middle<T: Copy>(sorted: &[T]) -> [T; 2] {
    [sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]]
}

fn spread(votes: usize, least: Option<f64>, most: Option<f64>) -> Option<f64> {
    let (least, most) = (least.filter(|least| *least > 0.0)?, most?);
    (votes >= LEAST).then(|| (most / least).ln())
}

fn of_spreads(voted: &[&str]) -> Count {
    let mut all: Vec<(Spread, &str)> =
        voted.iter().filter_map(|vote| Some((vote.parse::<Spread>().ok()?.in_days()?, *vote))).collect();
    all.sort_by(|a, b| a.0.middle().total_cmp(&b.0.middle()));
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Count::default() };
    let sorted = |of: fn(&Spread) -> f64| {
        let mut values: Vec<f64> = all.iter().map(|one| of(&one.0)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let points = [sorted(|one| one.low), sorted(Spread::middle), sorted(|one| one.high)];
    let meaning = first.0.meaning;
    let one = |at: usize| {
        let [low, likely, high] = [0, 1, 2].map(|point| middle(&points[point])[at]);
        Spread { low, likely: Some(likely), high, unit: Unit::Days, meaning }.to_string()
    };
    let mut proposed = vec![one(0), one(1)];
    proposed.dedup();
    let mut distribution: Vec<Chosen> = Vec::new();
    for (_, vote) in &all {
        match distribution.iter_mut().find(|one| one.card == *vote) {
            Some(known) => known.count += 1,
            None => distribution.push(chosen(vote, 1)),
        }
    }
    let (lows, highs) = (&points[0], &points[2]);
    Count {
        distribution,
        votes: u32::try_from(all.len()).unwrap_or(u32::MAX),
        middle: proposed,
        spread: spread(all.len(), Some(first.0.middle()), Some(last.0.middle())),
        agreed: lows.last() <= highs.first(),
        lowest: Some(first.1.to_owned()),
        highest: Some(last.1.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn counted(votes: &str) -> Count {
        count(Deck::Fibonacci, votes.split(' '))
    }

    #[test]
    fn votes_apart_have_a_spread() {
        let count = counted("5 3 13 5 8");
        assert_eq!((count.votes, count.middle.as_slice(), count.agreed), (5, ["5".to_owned()].as_slice(), false));
        assert!((count.spread.unwrap() - 1.466).abs() < 5e-4, "{:?}", count.spread);
        assert_eq!((count.lowest.as_deref(), count.highest.as_deref()), (Some("3"), Some("13")));
        let cards: Vec<_> = count.distribution.iter().map(|one| (one.card.as_str(), one.count)).collect();
        assert_eq!(cards, [("3", 1), ("5", 2), ("8", 1), ("13", 1)]);
    }

    #[test]
    fn neighbours_have_agreed() {
        let count = counted("5 5 8");
        assert_eq!((count.agreed, count.middle.as_slice()), (true, ["5".to_owned()].as_slice()));
        assert!(counted("0 ½").agreed && counted("40 100").agreed && !counted("3 8").agreed);
    }

    #[test]
    fn even_counts_leave_a_choice() {
        let count = counted("8 3 8 5");
        assert_eq!((count.agreed, count.middle.as_slice()), (false, ["5".to_owned(), "8".to_owned()].as_slice()));
        assert_eq!(counted("3 8 8 8").middle, ["8"]);
    }

    #[test]
    fn few_votes_have_no_spread() {
        assert_eq!(counted("3 13").spread, None);
        assert_eq!(counted("3 13 ? pause").spread, None, "what is aside is no vote");
        assert_eq!(counted("0 3 13").spread, None, "there is no ratio to nothing");
        assert_eq!(count(Deck::Sizes, ["S", "M", "XL"]).spread, None);
        let none = counted("? ? pause");
        assert_eq!((none.votes, none.middle.len(), none.agreed, none.distribution[0].count), (0, 0, false, 2));
    }

    #[test]
    fn three_points_have_a_middle_each() {
        let count = |votes: &[&str]| count(Deck::ThreePoint, votes.iter().copied());
        let three = count(&["2/4/12d", "1/3/5d", "4/8/16d"]);
        assert_eq!(three.middle, ["2/4/12d"]);
        assert!(three.agreed, "4 to 5 lies in all");
        assert!((three.spread.unwrap() - (8.0_f64 / 3.0).ln()).abs() < 1e-9);
        assert_eq!((three.lowest.as_deref(), three.highest.as_deref()), (Some("1/3/5d"), Some("4/8/16d")));
        assert_eq!(count(&["1/2/3d", "4/5/6d"]).middle, ["1/2/3d", "4/5/6d"]);
        assert!(!count(&["1/2/3d", "4/5/6d"]).agreed);
        assert_eq!(count(&["1w", "5d"]).middle, ["5d"]);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut votes in prop::collection::vec(select(["0", "½", "1", "5", "8", "100", "?"].as_slice()), 1..12), seed in any::<u64>()) {
            let before = count(Deck::Fibonacci, votes.iter().copied());
            let turn = (seed % votes.len() as u64) as usize;
            votes.rotate_left(turn);
            votes.reverse();
            prop_assert_eq!(&before, &count(Deck::Fibonacci, votes.iter().copied()));
            let sum: u32 = before.distribution.iter().map(|one| one.count).sum();
            prop_assert_eq!(sum as usize, votes.len());
            prop_assert!(before.spread.is_none_or(|spread| spread >= 0.0));
            prop_assert!(before.middle.len() <= 2);
        }
    }
}
