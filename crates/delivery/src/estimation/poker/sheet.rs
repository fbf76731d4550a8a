//! Planning poker as a sheet: what a terminal, an assistant and the list of sessions show.

use desk::Sheet;
use desk::sheet::{Cell, Column, Computed, Deed, Empty, Figure, Section, Suggestion, Table};
use serde_json::json;

use super::acts::page_of;
use super::page::finding;
use super::records::RoundState;
use super::view::{PokerView, RoomView};
use crate::estimation::view::View;

/// The room, or the list.
pub(in crate::estimation) fn sheet(view: &View, poker: &PokerView) -> Sheet {
    match &poker.room {
        Some(room) => inside(room),
        None => list(view, poker),
    }
}

fn act(name: &str, input: serde_json::Value) -> Deed {
    Deed::Act { practice: "estimation".to_owned(), act: name.to_owned(), input }
}

fn list(view: &View, poker: &PokerView) -> Sheet {
    let keys: Vec<&str> = poker.unestimated.iter().take(8).map(|one| one.0.as_str()).collect();
    let open = act("open_poker", json!({ "items": keys }));
    let whose = view.team.as_ref().map_or("your team", |team| &team.0);
    if poker.sessions.is_empty() {
        let why = match keys.len() {
            0 => format!("{whose} has no session yet, and no open item without an estimate."),
            many => format!("{whose} has no session yet; {many} open items have no estimate."),
        };
        let what = "Here a team estimates together, each in their own browser: nobody sees a vote before all lie open.";
        return Sheet::nothing(Empty::new(what, why).next("Open planning poker", open));
    }
    let running = poker.sessions.iter().filter(|one| !one.finished).count();
    let decided: usize = poker.sessions.iter().map(|one| one.items.1).sum();
    let sessions = if poker.sessions.len() == 1 { "session".to_owned() } else { "sessions".to_owned() };
    let answer = format!(
        "{} {sessions} of {whose}, {running} open; {decided} items were estimated in them.",
        poker.sessions.len()
    );
    let columns = vec![
        Column::words("session", "Session"),
        Column::words("on", "On"),
        Column::words("state", "State"),
        Column::words("decided", "Estimated").unsorted(),
    ];
    let rows = poker.sessions.iter().map(|one| {
        vec![
            Cell::link(one.title.clone(), page_of(&one.id)),
            Cell::text(one.on.clone()),
            Cell::text(if one.finished { "finished" } else { "open" }),
            Cell::text(format!("{} of {}", one.items.1, one.items.0)),
        ]
    });
    let table = Table::new("sessions", "Sessions of planning poker", columns).rows(rows);
    let sheet = Sheet::new(answer).section(Section::new("Sessions").table(table));
    if keys.is_empty() {
        return sheet;
    }
    let reason = format!("{} open items have no estimate.", poker.unestimated.len());
    sheet.suggest(Suggestion::new("Open planning poker", reason, open))
}

fn inside(room: &RoomView) -> Sheet {
    let mut sheet = Sheet::new(sentence(room));
    sheet = sheet.figure(Figure::new("Has voted", Cell::text(words(&room.voted))));
    if room.state == RoundState::Voting {
        sheet = sheet.figure(Figure::new("Waited for", Cell::text(words(&room.waited_for))));
    }
    if let Some(mine) = &room.mine {
        sheet = sheet.figure(Figure::new("Your vote", Cell::text(mine.clone())));
    }
    if let Some(count) = &room.count {
        let columns = vec![Column::words("card", "Card").unsorted(), Column::numbers("votes", "Votes").unsorted()];
        let rows =
            count.distribution.iter().map(|one| vec![Cell::text(one.card.clone()), Cell::Count(u64::from(one.count))]);
        let table = Table::new("votes", finding(count), columns).rows(rows);
        sheet = sheet.section(Section::new("What was revealed").table(table));
    }
    if !room.past.is_empty() {
        let columns = vec![
            Column::words("item", "Item").unsorted(),
            Column::words("title", "Title").unsorted(),
            Column::numbers("took", "Took").unit("d").unsorted(),
        ];
        let rows = room.past.iter().map(|one| {
            vec![
                Cell::link(one.key.clone(), format!("/delivery/methodology?item={}", one.key)),
                Cell::text(one.title.clone()),
                Cell::number(one.days, 1),
            ]
        });
        let table =
            Table::new("past", "The last of that size, and the working days that they took", columns).rows(rows);
        sheet = sheet.section(Section::new("What that meant before").table(table));
    }
    if !room.earlier.is_empty() {
        let columns = vec![Column::words("round", "Round").unsorted(), Column::words("said", "Said").unsorted()];
        let rows = room.earlier.iter().map(|(n, count)| vec![Cell::text(n.to_string()), Cell::text(finding(count))]);
        let table = Table::new("earlier", "Earlier rounds about this item", columns).rows(rows);
        sheet = sheet.section(Section::new("Earlier rounds").table(table));
    }
    sheet.section(items(room)).computed(computed(room))
}

fn words(names: &[String]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

/// The answer in a sentence.
fn sentence(room: &RoomView) -> String {
    let decided = room.items.iter().filter(|item| item.result.is_some()).count();
    if room.finished {
        return format!("Finished: {decided} of {} items have an estimate.", room.items.len());
    }
    let about = format!("{}, round {}", room.item, room.round);
    match (room.state, &room.count) {
        (RoundState::Revealed, Some(count)) if count.votes == 0 => {
            format!("{about}: nobody gave a number. Talk, then vote again.")
        }
        (RoundState::Revealed, Some(count)) if count.votes == 1 => {
            format!("{about}: one vote, {}.", count.middle.join(" or "))
        }
        (RoundState::Revealed, Some(count)) if count.agreed => match count.middle.as_slice() {
            [one] => format!("{about}: agreed, {one}."),
            many => format!("{about}: agreed but for one step, {}.", many.join(" or ")),
        },
        (RoundState::Revealed, Some(_)) => {
            format!("{about}: votes lie apart. The lowest and the highest speak first.")
        }
        (RoundState::Closed, _) => format!("{about} is over{}.", agreed_on(room)),
        _ if room.over => format!("{about}: the time to vote is over; {} have voted.", room.voted.len()),
        _ if room.voted.is_empty() => format!("{about}: nobody has voted yet."),
        _ if room.waited_for.is_empty() => format!("{about}: everybody who is here has voted."),
        _ => format!("{about}: {} voted, {} waited for.", has(room.voted.len()), is(room.waited_for.len())),
    }
}

fn agreed_on(room: &RoomView) -> String {
    room.result.as_ref().map_or_else(String::new, |result| format!(": {result}"))
}

fn has(many: usize) -> String {
    if many == 1 { "1 has".to_owned() } else { format!("{many} have") }
}

fn is(many: usize) -> String {
    if many == 1 { "1 is".to_owned() } else { format!("{many} are") }
}

fn items(room: &RoomView) -> Section {
    let columns = vec![
        Column::words("item", "Item").unsorted(),
        Column::words("title", "Title").unsorted(),
        Column::words("state", "State").unsorted(),
        Column::words("result", "Estimate").unsorted(),
    ];
    let rows = room.items.iter().map(|item| {
        vec![
            Cell::link(item.key.clone(), format!("/delivery/methodology?item={}", item.key)),
            Cell::text(item.title.clone()),
            Cell::text(item.state.map_or("to come", RoundState::word)),
            item.result.clone().map_or_else(|| Cell::missing("not yet"), Cell::text),
        ]
    });
    Section::new("Items of this session").table(Table::new("items", "Items of this session", columns).rows(rows))
}

fn computed(room: &RoomView) -> Computed {
    Computed {
        formula: "middle = the median card, of an even number both middle ones; spread = ln(most ÷ least) of at least three votes; \
                  agreed = one card, or two neighbours of the deck; ? and pause are no votes"
            .to_owned(),
        inputs: vec![("Deck".to_owned(), room.deck.clone()), ("Facilitator".to_owned(), room.facilitator.clone())],
        left_out: vec!["whose a vote was, but while the cards lie open, for those in the room".to_owned()],
        source: Some("Grenning 2002, Cohn 2005 (planning poker)".to_owned()),
    }
}
