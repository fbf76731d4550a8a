//! The page of a room: the sentence, the hand of cards or what was revealed, who is there, the items. Everything works by forms; script only
//! asks again when the sign of the room has changed.

use askama::Template;
use desk::sheet::number as shown_number;
use desk::{Refusal, Sheeted as _};
use web::{Html, Pen};

use super::count::Count;
use super::deck::{ASIDE, Deck};
use super::records::RoundState;
use super::view::{PokerView, RoomView};
use crate::estimation::view::View;
use crate::estimation::{Ask, page as address};

#[derive(Template)]
#[template(path = "estimation/poker/room.html")]
struct RoomPage<'a> {
    room: &'a RoomView,
    answer: Html,
    live: String,
    acts: &'static str,
    csrf: &'a str,
    take_part: String,
    look_on: String,
    takes_votes: bool,
    typed: bool,
    spread: &'a str,
    columns: Vec<ColumnView>,
    finding: String,
    accepts: bool,
    proposed: Vec<(String, String)>,
    others: Vec<&'a str>,
    people: Vec<(&'a str, (&'static str, &'static str, &'static str))>,
    reveals: bool,
    past: Html,
    earlier: Html,
}

struct ColumnView {
    card: String,
    count: u32,
    middle: bool,
}

/// Where the acts of the practice are.
const ACTS: &str = "/delivery/estimation/do";

/// Planning poker: a room, or the list of sessions.
pub(in crate::estimation) fn page(view: &View, poker: &PokerView, pen: &Pen) -> Result<Html, Refusal> {
    let sheet = view.sheet();
    let Some(room) = &poker.room else { return pen.sheet(&sheet) };
    let ask = |observe| Ask { poker: Some(room.id.clone()), observe, ..Ask::default() };
    let here = address(&ask(view.ask.observe));
    let typed = room.deck == Deck::ThreePoint.name();
    let middle: &[String] = room.count.as_ref().map_or(&[], |count| &count.middle);
    let open = room.state == RoundState::Revealed && !room.finished;
    let proposed = |card: &String| (card.clone(), format!("Accept {card}"));
    let is_other = |card: &&String| !ASIDE.contains(&card.as_str()) && !middle.contains(card);
    let section =
        |id: &str| sheet.sections.iter().find(|section| section.table.as_ref().is_some_and(|table| table.id == id));
    let part = |id: &str| section(id).map(|section| pen.section(section)).transpose();
    let drawn = Html::of(&RoomPage {
        room,
        answer: pen.answer(&sheet.answer)?,
        live: format!("/live{here}"),
        acts: ACTS,
        csrf: &pen.csrf,
        take_part: address(&ask(false)),
        look_on: address(&ask(true)),
        takes_votes: room.state == RoundState::Voting && !room.finished && !room.over,
        typed,
        spread: room.mine.as_deref().filter(|vote| typed && !ASIDE.contains(vote)).unwrap_or_default(),
        columns: room.count.as_ref().map(|count| columns(count, &room.cards, typed)).unwrap_or_default(),
        finding: room.count.as_ref().map(finding).unwrap_or_default(),
        accepts: room.facilitating && open,
        proposed: middle.iter().map(proposed).collect(),
        others: room.cards.iter().filter(is_other).map(String::as_str).collect(),
        people: people(room),
        reveals: room.facilitating && room.state == RoundState::Voting && !room.finished && !room.voted.is_empty(),
        past: part("past")?.unwrap_or_default(),
        earlier: part("earlier")?.unwrap_or_default(),
    })?;
    let computed = sheet.computed.as_ref().map(|computed| pen.computed(computed)).transpose()?.unwrap_or_default();
    Ok(Html::joined([drawn, computed]))
}

/// What the votes say together, in a sentence.
pub(super) fn finding(count: &Count) -> String {
    let votes = if count.votes == 1 { "1 vote".to_owned() } else { format!("{} votes", count.votes) };
    let spread = match count.spread {
        Some(spread) => format!("; spread {}", shown_number(spread, 2)),
        None if count.votes < 3 => "; no spread of fewer than three".to_owned(),
        None => String::new(),
    };
    match count.middle.as_slice() {
        [] => "No vote gave a number.".to_owned(),
        middle => format!("{votes}; the middle is {}{spread}.", middle.join(" or ")),
    }
}

/// The cards from the lowest to the highest that was chosen, also those between that nobody chose; what is aside last.
fn columns(count: &Count, cards: &[String], typed: bool) -> Vec<ColumnView> {
    let of = |card: &str| count.distribution.iter().find(|one| one.card == card).map_or(0, |one| one.count);
    let column = |card: &str| ColumnView {
        card: card.to_owned(),
        count: of(card),
        middle: count.middle.iter().any(|middle| middle == card),
    };
    if typed {
        return count.distribution.iter().map(|one| column(&one.card)).collect();
    }
    let place = |card: &Option<String>| cards.iter().position(|one| Some(one) == card.as_ref());
    let range = place(&count.lowest).zip(place(&count.highest));
    let inside = range.map_or(&[][..], |(low, high)| &cards[low..=high]);
    let aside = ASIDE.iter().copied().filter(|card| of(card) > 0);
    inside.iter().map(String::as_str).chain(aside).map(column).collect()
}

/// Who is there, with what they do: a class, a shape, a word.
fn people(room: &RoomView) -> Vec<(&str, (&'static str, &'static str, &'static str))> {
    let voting = room.state == RoundState::Voting;
    let mut all: Vec<(&str, _)> = Vec::new();
    for name in &room.voted {
        all.push((name, ("voted", "●", "has voted")));
    }
    let rest = room.here.iter().chain(&room.waited_for).filter(|name| !room.voted.contains(name));
    for name in rest {
        let word = if voting { ("thinking", "○", "is thinking") } else { ("thinking", "○", "is here") };
        if !all.iter().any(|one| one.0 == name) {
            all.push((name, word));
        }
    }
    all.sort_by(|a, b| a.0.cmp(b.0));
    all.extend(room.watching.iter().map(|name| (name.as_str(), ("watching", "–", "looks on"))));
    all
}
