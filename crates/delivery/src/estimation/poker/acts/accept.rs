//! What a round agreed on becomes an estimate, and the session goes on.

use desk::{Changes, Desk, Refusal};

use super::super::deck::{ASIDE, Deck, number};
use super::super::past::shirt;
use super::super::records::RoundState;
use super::super::room::{Table, lay};
use super::{close, finish, leads, page_of, put};
use crate::estimation::question::{given, wrong};
use crate::estimation::records::{Estimate, Way};
use crate::spread::{Spread, Unit};

/// What a round agreed on, as an estimate of its item; the round ends, and the next item comes.
pub(in crate::estimation) async fn accepted(
    desk: &Desk,
    changes: &mut Changes,
    session: &str,
    card: Option<&str>,
) -> Result<(Estimate, String), Refusal> {
    let table = Table::of(desk, session).await?;
    leads(desk, &table)?;
    let round = table.round()?;
    let counted = round.count.as_ref().filter(|_| round.state == RoundState::Revealed);
    let counted =
        counted.ok_or_else(|| Refusal::invalid(format!("the cards about {} are not revealed", round.item)))?;
    let chosen = chosen(table.session.body.deck, &counted.middle, card)?;
    let work = desk.work().await?;
    let class = work.by_key(&round.item).map_or_else(String::new, |item| item.sort.word().to_owned());
    let estimate = estimate(table.session.body.deck, &round.item, &chosen, class)?;
    let mut body = table.with_round(round, |one| {
        one.state = RoundState::Closed;
        one.result = Some(chosen);
    });
    close(desk, changes, &table, round).await?;
    match body.next().map(str::to_owned) {
        Some(next) => {
            lay(&mut body, &next);
            put(changes, &table, body).await?;
        }
        None => {
            finish(changes, &table, body).await?;
        }
    }
    Ok((estimate, page_of(&table.session.id)))
}

/// The card that was picked, else the one in the middle.
fn chosen(deck: Deck, middle: &[String], picked: Option<&str>) -> Result<String, Refusal> {
    match (given(picked), middle) {
        (Some(card), _) => match deck.vote(card) {
            Ok(card) if ASIDE.contains(&card.as_str()) => Err(wrong("card", format!("`{card}` is no estimate."))),
            Ok(card) => Ok(card),
            Err(error) => Err(wrong("card", error)),
        },
        (None, [one]) => Ok(one.clone()),
        (None, []) => Err(wrong("card", "Nobody gave a number. Pick a card, or vote again.")),
        (None, many) => Err(wrong("card", format!("{}: pick one.", many.join(" or ")))),
    }
}

fn estimate(deck: Deck, item: &str, card: &str, class: String) -> Result<Estimate, Refusal> {
    let mut estimate = Estimate {
        item: item.to_owned(),
        way: Way::Poker,
        spread: None,
        points: None,
        size: None,
        assumptions: String::new(),
        class,
    };
    match deck {
        Deck::Fibonacci | Deck::Powers => estimate.points = number(card),
        Deck::Sizes => estimate.size = shirt(card),
        Deck::Days => estimate.spread = number(card).map(|days| Spread::constant(days, Unit::Days)),
        Deck::ThreePoint => estimate.spread = Some(card.parse().map_err(|error: String| wrong("card", error))?),
    }
    Ok(estimate)
}
