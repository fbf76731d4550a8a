//! The day on which people and teams are looked at. It lives in the address, so that last quarter can be sent to somebody.

use askama::Template;
use desk::Refusal;
use desk::sheet::Cell;
use jiff::Span;
use jiff::civil::Date;
use store::people::Role;
use store::{Organisation, PersonId, TeamId};

use super::Visit;
use crate::Html;

#[derive(Template)]
#[template(path = "parts/as_of.html")]
struct AsOfPart<'a> {
    path: &'a str,
    days: Vec<Chip>,
    states: Vec<Chip>,
    on: String,
    typed: Option<&'a str>,
    kept: Vec<(String, String)>,
}

/// A link that narrows.
pub(crate) struct Chip {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) here: bool,
}

/// The day that the address asks for; today when it asks for none.
///
/// # Errors
/// Refused when it is no day.
pub(crate) fn day(visit: &Visit) -> Result<Date, Refusal> {
    match visit.pen.asked("on").map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(visit.desk.today()),
        Some(text) => text.parse().map_err(|_| {
            Refusal::invalid(format!("`{text}` is not a day")).hint("Write it as 2026-01-31, or choose another above.")
        }),
    }
}

/// The days to choose from, the states, and a search by name where there is one.
pub(crate) fn bar(visit: &Visit, on: Date, states: Vec<Chip>, search: bool) -> Result<Html, Refusal> {
    let (pen, today) = (&visit.pen, visit.desk.today());
    let back = |months: i32| today.checked_sub(Span::new().months(months)).unwrap_or(today);
    let chip = |title: &str, day: Date| Chip {
        title: title.to_owned(),
        href: pen.with("on", (day != today).then(|| day.to_string()).as_deref()),
        here: day == on,
    };
    let mut days = vec![
        chip("Today", today),
        chip("3 months ago", back(3)),
        chip("6 months ago", back(6)),
        chip("A year ago", back(12)),
    ];
    if !days.iter().any(|chip| chip.here) {
        days.push(chip(&on.to_string(), on));
    }
    let kept = pen.query.iter().filter(|(name, _)| name == "state").cloned().collect();
    let typed = search.then(|| pen.asked("q").unwrap_or_default());
    Html::of(&AsOfPart { path: &pen.path, days, states, on: on.to_string(), typed, kept })
}

/// The address of somebody's page, on the day that is looked at.
pub(crate) fn person_href(visit: &Visit, person: PersonId, on: Date) -> String {
    on_day(visit, format!("/whos_who/{person}"), on)
}

/// The address of a team's page, on the day that is looked at.
pub(crate) fn team_href(visit: &Visit, slug: &str, on: Date) -> String {
    on_day(visit, format!("/teams/{slug}"), on)
}

fn on_day(visit: &Visit, path: String, on: Date) -> String {
    if on == visit.desk.today() { path } else { format!("{path}?on={on}") }
}

/// A person as a link.
pub(crate) fn person_cell(visit: &Visit, person: PersonId, on: Date) -> Cell {
    let named = visit.desk.organisation().person(person);
    named.map_or_else(
        || Cell::text("somebody"),
        |one| Cell::Link { text: one.called().to_owned(), href: person_href(visit, person, on) },
    )
}

/// A team as a link.
pub(crate) fn team_cell(visit: &Visit, team: TeamId, on: Date) -> Cell {
    let named = visit.desk.organisation().team(team);
    named.map_or_else(
        || Cell::text("a team"),
        |one| Cell::Link { text: one.name.clone(), href: team_href(visit, &one.slug, on) },
    )
}

/// A role in words.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::TechLead => "tech lead",
        Role::Manager => "manager",
    }
}

/// In which teams somebody is on a day, and as what: `Payments (tech lead), Web`.
pub(crate) fn teams_in_words(people: &Organisation, person: PersonId, on: Date) -> String {
    let each = people.teams_of(person, on).filter_map(|member| {
        let team = people.team(member.team)?;
        Some(match member.role {
            Role::Member => team.name.clone(),
            role => format!("{} ({})", team.name, role_word(role)),
        })
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A day, or that it is open.
pub(crate) fn day_cell(day: Option<Date>, open: &str) -> Cell {
    Cell::text(day.map_or_else(|| open.to_owned(), |day| day.to_string()))
}
