//! The room of an event as a sheet: its time box, a few figures, what is talked about in its order.

use desk::Sheet;
use desk::sheet::{Cell, Column, Deed, Figure, Section, Suggestion, Table};
use serde_json::json;

use super::super::view::{RoomPart, RoomView, View};
use super::super::{Ask, Event, Show, address};

pub(super) fn room(sheet: Sheet, view: &View, room: &RoomView) -> Sheet {
    let mut sheet = sheet;
    sheet.answer = answer(room);
    for (name, value, beside) in &room.figures {
        sheet = sheet.figure(Figure::new(name.clone(), Cell::text(value.clone())).note(beside.clone()));
    }
    sheet = room.parts.iter().fold(sheet, |sheet, part| sheet.section(section(part)));
    sheet = sheet.section(others(view, room));
    let team = view.team.as_ref().map(|team| &team.slug);
    let deed = |act: &str| Deed::Act {
        practice: "methodology".to_owned(),
        act: act.to_owned(),
        input: json!({ "team": team, "sprint": room.sprint }),
    };
    match room.event {
        Event::Planning => sheet.suggest(Suggestion::new(
            "Start the sprint",
            "A goal and what is in it now is what is promised.",
            deed("start_sprint"),
        )),
        Event::Review => sheet.suggest(Suggestion::new(
            "Write down the review",
            "Whether the goal was met, and what was decided.",
            deed("review_sprint"),
        )),
        Event::Daily | Event::Retrospective => sheet,
    }
}

fn answer(room: &RoomView) -> String {
    let title = title(room.event);
    let of = room.sprint.as_ref().map_or(String::new(), |sprint| format!(" of {sprint}"));
    let goal =
        room.goal.as_ref().map_or_else(|| "no goal is written down".to_owned(), |goal| format!("the goal: {goal}"));
    format!("{title}{of}: at most {}; {}.", length(room.minutes), goal.trim_end_matches('.'))
}

const fn title(event: Event) -> &'static str {
    match event {
        Event::Planning => "Planning",
        Event::Daily => "Daily",
        Event::Review => "Review",
        Event::Retrospective => "Retrospective",
    }
}

fn length(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

fn section(part: &RoomPart) -> Section {
    let section = part.said.iter().fold(Section::new(part.heading.clone()), |section, said| section.say(said.clone()));
    if part.items.is_empty() {
        return section;
    }
    let columns = vec![
        Column::words("key", "Key"),
        Column::words("title", "Title"),
        Column::words("said", "What stands out").unsorted(),
    ];
    let rows = part.items.iter().map(|(key, title, said)| {
        let href = address(&Ask { item: Some(key.clone()), ..Ask::default() });
        vec![Cell::link(key.clone(), href), Cell::text(title.clone()), Cell::text(said.clone())]
    });
    let id = format!("room-{}", desk::sheet::slug(&part.heading));
    section.table(Table::new(&id, format!("{}: the items", part.heading), columns).rows(rows))
}

/// The rooms of the other events.
fn others(view: &View, room: &RoomView) -> Section {
    let columns = vec![Column::words("event", "Event").unsorted(), Column::words("for", "What for").unsorted()];
    let all = [
        (Event::Planning, "What to take on, by capacity and by what is likely to be finished"),
        (Event::Daily, "From right to left: what is stopped, over a limit, old"),
        (Event::Review, "What came of it, and what was decided"),
        (Event::Retrospective, "How we worked: a sheet of facts"),
    ];
    let rows = all.into_iter().filter(|(event, _)| *event != room.event).map(|(event, what)| {
        let href = address(&Ask { show: Some(Show::Room), event: Some(event), ..view.ask.clone() });
        vec![Cell::link(title(event), href), Cell::text(what)]
    });
    Section::new("Other rooms").table(Table::new("rooms", "Rooms of the other events", columns).rows(rows))
}
