//! One team: what it is for, who is in it on a day, its parts, and who came and went.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Cell, Column, Section, Sheet, Table};
use jiff::civil::Date;
use store::people::{Member, Person, Team};
use store::policy::{Action, Resource, Ties};

use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::as_of::{bar, day, day_cell, person_cell, role_word, team_cell};
use crate::pages::change::{buttons, manages};
use crate::{App, Html};

/// The page.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let visit = match Visit::new(app, session, format!("/teams/{slug}"), query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match draw(&visit, &slug) {
        Ok((title, scope, actions, body)) => {
            visit.answer(Ok((Frame { title: &title, over: "Teams", scope, actions, ..Frame::default() }, body)))
        }
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The team of that slug, for whom the viewer may see.
pub(crate) fn found<'a>(visit: &'a Visit, slug: &str) -> Result<&'a Team, Refusal> {
    let access = visit.desk.access();
    let team = visit.desk.organisation().find_team(slug)?;
    let seen = access.policy().decide_on(access.asker(), Action::Read, Resource::Team(team.id), &Ties::none());
    if seen.allowed { Ok(team) } else { Err(Refusal::not_found(format!("no team `{slug}`"))) }
}

fn draw(visit: &Visit, slug: &str) -> Result<(String, Html, Html, Html), Refusal> {
    let team = found(visit, slug)?;
    let on = day(visit)?;
    let mut sheet = Sheet::new(answer(visit, team, on)).section(members(visit, team, on));
    if visit.desk.organisation().teams().iter().any(|part| part.parent == Some(team.id)) {
        sheet = sheet.section(parts(visit, team, on));
    }
    let body = visit.pen.sheet(&sheet.section(history(visit, team)))?;
    let actions = if manages(visit, Resource::Team(team.id)) { actions(team)? } else { Html::default() };
    Ok((team.name.clone(), bar(visit, on, Vec::new(), false)?, actions, body))
}

fn actions(team: &Team) -> Result<Html, Refusal> {
    let link = |change: &str| format!("/teams/{}/do/{change}", team.slug);
    let part = (format!("/teams/do/add?parent={}", team.slug), "Add a part");
    buttons(Some((link("join"), "Add somebody")), vec![(link("change"), "Change"), part])
}

fn answer(visit: &Visit, team: &Team, on: Date) -> String {
    let people = visit.desk.organisation();
    let count = people.members_of(team.id, on).count();
    let leads = people.leads_of_team(team.id, on);
    let names: Vec<&str> = leads.iter().filter_map(|id| people.person(*id)).map(Person::called).collect();
    let who = if count == 1 { "One person is".to_owned() } else { format!("{count} people are") };
    let led = if names.is_empty() { "nobody leads it".to_owned() } else { format!("led by {}", names.join(" and ")) };
    let above = team.parent.and_then(|id| people.team(id)).map(|team| format!(" It is part of {}.", team.name));
    let purpose = team.purpose.as_deref().map(|text| format!(" {}", crate::error::sentence(text))).unwrap_or_default();
    format!("{who} in {} on {on}, {led}.{}{purpose}", team.name, above.unwrap_or_default())
}

fn members(visit: &Visit, team: &Team, on: Date) -> Section {
    let people = visit.desk.organisation();
    let may = manages(visit, Resource::Team(team.id));
    let mut there: Vec<&Member> = people.members_of(team.id, on).collect();
    there.sort_by_key(|member| (!member.role.leads(), people.person(member.person).map(|one| one.name.clone())));
    let mut columns = vec![
        Column::words("name", "Name"),
        Column::words("role", "As"),
        Column::words("from", "Since"),
        Column::numbers("share", "Share"),
        Column::words("manager", "Reports to"),
    ];
    if may {
        columns.push(Column::words("change", "Change").unsorted());
    }
    let rows = there.iter().map(|member| {
        let mut row = vec![
            person_cell(visit, member.person, on),
            Cell::text(role_word(member.role)),
            Cell::text(member.from.to_string()),
            Cell::Share(member.share),
            people.manager_of(member.person, on).map_or_else(|| Cell::text("–"), |id| person_cell(visit, id, on)),
        ];
        if may {
            let href = format!("/whos_who/{}/do/leave?team={}", member.person, team.slug);
            row.push(if member.until.is_none() {
                Cell::Link { text: "Leave".to_owned(), href }
            } else {
                Cell::text("")
            });
        }
        row
    });
    let table = Table::new("members-table", format!("People on {on}"), columns).rows(rows);
    Section::new("People").table(table.or_say(format!("Nobody is in it on {on}.")))
}

fn parts(visit: &Visit, team: &Team, on: Date) -> Section {
    let people = visit.desk.organisation();
    let columns = vec![
        Column::words("name", "Team"),
        Column::words("purpose", "What it is for"),
        Column::numbers("people", "People"),
    ];
    let rows = people.teams().iter().filter(|part| part.parent == Some(team.id)).map(|part| {
        let count = u64::try_from(people.members_of(part.id, on).count()).unwrap_or(u64::MAX);
        vec![team_cell(visit, part.id, on), Cell::text(part.purpose.as_deref().unwrap_or("–")), Cell::Count(count)]
    });
    Section::new("Parts").table(Table::new("parts-table", "Teams that are part of it", columns).rows(rows))
}

fn history(visit: &Visit, team: &Team) -> Section {
    let mut times: Vec<&Member> =
        visit.desk.organisation().members().iter().filter(|member| member.team == team.id).collect();
    times.sort_by_key(|member| std::cmp::Reverse((member.until.unwrap_or(Date::MAX), member.from)));
    let columns = vec![
        Column::words("name", "Name"),
        Column::words("role", "As"),
        Column::words("from", "From"),
        Column::words("until", "Until").about("The first day that does not belong to it."),
    ];
    let rows = times.iter().map(|member| {
        vec![
            person_cell(visit, member.person, visit.desk.today()),
            Cell::text(role_word(member.role)),
            Cell::text(member.from.to_string()),
            day_cell(member.until, "open"),
        ]
    });
    let table = Table::new("history-table", "Who came and went", columns).rows(rows);
    Section::new("Who came and went").table(table.or_say("Nobody so far."))
}
