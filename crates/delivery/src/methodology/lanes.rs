//! Lanes of a board: its cards grouped by what they share. A lane of somebody holds what is in their hands now, never what they finished, and
//! nothing in it is counted.

use std::collections::BTreeSet;

use desk::Desk;
use desk::work::{Item, ServiceClass};

use super::view::{BoardView, LaneView};
use crate::work::scene::Scene;
use crate::work::workflow::LaneBy;

/// Which lane an item is in that is `over` or not: what orders lanes, and its name. What has none of it comes last.
pub(super) fn lane(desk: &Desk, scene: &Scene, by: LaneBy, item: &Item, over: bool) -> (String, String) {
    let named = |name: &str| (format!("a {name}"), name.to_owned());
    let none = |name: &str| ("z".to_owned(), name.to_owned());
    match by {
        LaneBy::Class => {
            let place = ServiceClass::ALL.iter().position(|class| *class == item.class).unwrap_or(9);
            // What is served at once stands first.
            let place = if item.class == ServiceClass::Expedite { 0 } else { place + 1 };
            (format!("a {place}"), item.class.word().replace('_', " "))
        }
        LaneBy::Epic => {
            let parent = item.parent.and_then(|id| scene.work.item(id));
            parent.map_or_else(|| none("no epic"), |epic| named(&format!("{} {}", epic.key, epic.title)))
        }
        LaneBy::Assignee if over => ("zz".to_owned(), "finished".to_owned()),
        LaneBy::Assignee => {
            let person = item.assignee.and_then(|id| desk.organisation().person(id));
            person.map_or_else(|| none("nobody"), |person| named(person.called()))
        }
        LaneBy::Type => named(item.sort.word()),
        LaneBy::Label => item.labels.iter().min().map_or_else(|| none("no label"), |label| named(label)),
        LaneBy::Priority => {
            item.priority.map_or_else(|| none("no priority"), |priority| named(&format!("priority {priority}")))
        }
    }
}

/// The lanes of a board whose cards know theirs, in the order of `orders`.
pub(super) fn lanes(board: &BoardView, orders: &BTreeSet<(String, String)>) -> Vec<LaneView> {
    let of = |name: &String| {
        let column = |column: &super::view::ColumnView| {
            let mine = column.cards.iter().filter(|card| card.lane.as_ref() == Some(name));
            mine.map(|card| card.key.clone()).collect::<Vec<_>>()
        };
        let cards: Vec<Vec<String>> = board.columns.iter().map(column).collect();
        let count = (board.lanes_by != Some(LaneBy::Assignee)).then(|| cards.iter().map(Vec::len).sum());
        LaneView { name: name.clone(), count, cards }
    };
    orders.iter().map(|(_, name)| of(name)).collect()
}
