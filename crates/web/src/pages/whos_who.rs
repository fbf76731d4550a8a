//! People: who is here on a day, in which teams, and who reports to whom. Everyone signed in may look; administrators change. No count of
//! what anybody did stands here, and none will.

pub(crate) mod changes;
pub(crate) mod person;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Cell, Column, Deed, Empty, Meaning, Section, Sheet, Table, Thousands};
use jiff::civil::Date;
use store::people::Person;
use store::policy::Resource;

use super::Visit;
use super::as_of::{Chip, bar, day, person_cell, person_href, teams_in_words};
use super::change::{buttons, manages};
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html};

/// Whom the list shows: the word in the address, the words on the page.
const STATES: [(&str, &str); 3] = [("here", "Here"), ("gone", "Left"), ("all", "Everybody")];

/// The list.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/whos_who", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    visit.answer(draw(&visit))
}

fn draw<'a>(visit: &Visit) -> Result<(Frame<'a>, Html), Refusal> {
    let on = day(visit)?;
    let state = visit.pen.asked("state").unwrap_or("here");
    let typed = visit.pen.asked("q").unwrap_or_default().trim().to_lowercase();
    let found: Vec<&Person> =
        visit.desk.organisation().people().iter().filter(|one| is(one, state, on) && named(one, &typed)).collect();
    let chips = STATES.map(|(word, title)| Chip {
        title: title.to_owned(),
        href: visit.pen.with("state", (word != "here").then_some(word)),
        here: word == state,
    });
    let body = visit.pen.sheet(&sheet(visit, &found, &typed, state, on))?;
    // Narrow screens show no leaves of the rail, so the way to the teams stands here, too.
    let teams = ("/teams".to_owned(), "Teams");
    let actions = if manages(visit, Resource::Person) {
        let import = ("/settings/import".to_owned(), "Import from a file");
        buttons(Some(("/whos_who/do/add".to_owned(), "Add somebody")), vec![teams, import])?
    } else {
        buttons(Some(teams), Vec::new())?
    };
    let frame = Frame {
        title: "Who is here, and who works with whom?",
        over: "Who’s who",
        scope: bar(visit, on, chips.into_iter().collect(), true)?,
        actions,
        ..Frame::default()
    };
    Ok((frame, body))
}

fn is(person: &Person, state: &str, on: Date) -> bool {
    match state {
        "all" => true,
        "gone" => person.left_on.is_some_and(|left| left <= on),
        _ => person.here(on),
    }
}

fn named(person: &Person, typed: &str) -> bool {
    let text = format!("{} {} {}", person.name, person.called(), person.email).to_lowercase();
    typed.split_whitespace().all(|word| text.contains(word))
}

fn sheet(visit: &Visit, found: &[&Person], typed: &str, state: &str, on: Date) -> Sheet {
    if found.is_empty() {
        let why = if typed.is_empty() {
            format!("Nobody is in this list on {on}.")
        } else {
            format!("Nobody in this list has “{typed}” in their name or address.")
        };
        let empty = Empty::new("Here people stand with their teams and whom they report to.", why);
        return Sheet::nothing(empty.next("Show everybody", Deed::Open { href: "/whos_who?state=all".to_owned() }));
    }
    let count = Thousands(u64::try_from(found.len()).unwrap_or(u64::MAX));
    let (verb, left) = if found.len() == 1 { ("person is", "person has") } else { ("people are", "people have") };
    let answer = match state {
        "gone" => format!("{count} {left} left by {on}."),
        "all" => format!("{count} {verb} known."),
        _ => format!("{count} {verb} here on {on}."),
    };
    Sheet::new(answer).section(Section::new("People").table(table(visit, found, on)))
}

fn table(visit: &Visit, found: &[&Person], on: Date) -> Table {
    let people = visit.desk.organisation();
    let columns = vec![
        Column::words("name", "Name"),
        Column::words("teams", "Teams"),
        Column::words("manager", "Reports to"),
        Column::words("state", "State"),
    ];
    let rows = found.iter().map(|person| {
        let teams = teams_in_words(people, person.id, on);
        vec![
            Cell::Link { text: person.name.clone(), href: person_href(visit, person.id, on) },
            if teams.is_empty() { Cell::text("–") } else { Cell::text(teams) },
            people.manager_of(person.id, on).map_or_else(|| Cell::text("–"), |id| person_cell(visit, id, on)),
            state_cell(person, on),
        ]
    });
    Table::new("people-table", format!("People on {on}"), columns).rows(rows).ordered_by("name")
}

/// Whether somebody is here on a day.
pub(crate) fn state_cell(person: &Person, on: Date) -> Cell {
    let word = |word: String, meaning| Cell::Mark { word, meaning };
    match (person.started_on, person.left_on) {
        (_, Some(left)) if left <= on => word(format!("left on {left}"), Meaning::Neutral),
        (Some(from), _) if from > on => word(format!("starts on {from}"), Meaning::Neutral),
        (_, Some(left)) => word(format!("leaves on {left}"), Meaning::Watch),
        _ => word("here".to_owned(), Meaning::Good),
    }
}
