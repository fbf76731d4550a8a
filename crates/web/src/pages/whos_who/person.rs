//! One person: their teams over time, whom they report to, who reports to them, when they are away; and, for themselves alone, who looked
//! at what is kept about them.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Cell, Column, Section, Sheet, Table};
use jiff::Span;
use jiff::civil::Date;
use store::people::{Absence, AbsenceKind, Grant, Office, Person, PersonKind};
use store::policy::{Action, Relation, Resource, Ties};

use super::state_cell;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::as_of::{bar, day, day_cell, person_cell, role_word, team_cell, teams_in_words};
use crate::pages::change::{buttons, manages};
use crate::{App, Html};

/// Rows of *Who looked*.
const LOOKS: u64 = 200;

/// The page.
pub(crate) async fn show(
    State(app): State<App>,
    Signed(session): Signed,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let visit = match Visit::new(app, session, format!("/whos_who/{id}"), query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let drawn = draw(&visit, &id).await;
    match drawn {
        Ok((title, scope, actions, body)) => {
            visit.answer(Ok((Frame { title: &title, over: "Who’s who", scope, actions, ..Frame::default() }, body)))
        }
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The person of that id, for whom the viewer may see: nobody else is told whether there is one.
pub(crate) fn found<'a>(visit: &'a Visit, id: &str) -> Result<&'a Person, Refusal> {
    let access = visit.desk.access();
    let seen = |person: &&Person| {
        let ties = Ties::none().with(Relation::Subject, person.id);
        access.policy().decide_on(access.asker(), Action::Read, Resource::Person, &ties).allowed
    };
    let person = id.parse().ok().and_then(|id| visit.desk.organisation().person(id)).filter(seen);
    person.ok_or_else(|| {
        Refusal::not_found("there is nobody here by that id").hint("The list of people finds them by name.")
    })
}

async fn draw(visit: &Visit, id: &str) -> Result<(String, Html, Html, Html), Refusal> {
    let person = found(visit, id)?;
    let on = day(visit)?;
    let mine = person.id == visit.session.viewer.person;
    let may = manages(visit, Resource::Person);
    let mut sheet = Sheet::new(answer(visit, person, on))
        .section(about(visit, person, on))
        .section(teams(visit, person, may))
        .section(lines(visit, person))
        .section(reports(visit, person, on))
        .section(absences(visit, person, may).await?);
    if may || visit.desk.organisation().grants().iter().any(|grant| grant.person == person.id) {
        sheet = sheet.section(offices(visit, person, may));
    }
    if mine {
        sheet = sheet.section(who_looked(visit).await?);
    }
    let actions = if may { actions(person)? } else { Html::default() };
    Ok((person.called().to_owned(), bar(visit, on, Vec::new(), false)?, actions, visit.pen.sheet(&sheet)?))
}

fn actions(person: &Person) -> Result<Html, Refusal> {
    let link = |change: &str| format!("/whos_who/{}/do/{change}", person.id);
    buttons(
        Some((link("change"), "Change")),
        vec![
            (link("join"), "Join a team"),
            (link("report_to"), "Report to somebody"),
            (link("absence"), "Note an absence"),
            (link("grant"), "Give an office"),
            (link("end"), "Let them leave"),
        ],
    )
}

fn answer(visit: &Visit, person: &Person, on: Date) -> String {
    let people = visit.desk.organisation();
    let name = person.called();
    if !person.here(on) {
        return match (person.started_on, person.left_on) {
            (Some(from), _) if from > on => format!("{name} starts on {from}."),
            (_, Some(left)) => format!("{name} left on {left}."),
            _ => format!("{name} is not here on {on}."),
        };
    }
    let teams = teams_in_words(people, person.id, on);
    let manager = people.manager_of(person.id, on).and_then(|id| people.person(id)).map(Person::called);
    let place = if teams.is_empty() { "in no team".to_owned() } else { format!("in {teams}") };
    let line = manager.map_or_else(|| "reports to nobody".to_owned(), |manager| format!("reports to {manager}"));
    if on == visit.desk.today() {
        format!("{name} is {place} and {line}.")
    } else {
        format!("On {on} {name} was {place} and {}.", line.replacen("reports", "reported", 1))
    }
}

fn about(visit: &Visit, person: &Person, on: Date) -> Section {
    let columns = vec![Column::words("what", "What").unsorted(), Column::words("value", "Known").unsorted()];
    let kind = match person.kind {
        PersonKind::Human => "human",
        PersonKind::Bot => "a program",
        PersonKind::Agent => "an assistant",
    };
    let mut rows = vec![
        ("Name", Cell::text(&person.name)),
        ("Address", Cell::text(&person.email)),
        ("State", state_cell(person, on)),
        ("Time zone", Cell::text(&person.time_zone)),
        ("First day", day_cell(person.started_on, "not noted")),
    ];
    if person.kind != PersonKind::Human {
        rows.push(("Kind", Cell::text(kind)));
    }
    if person.id == visit.session.viewer.person {
        rows.push((
            "You",
            Cell::Link { text: "Sessions, tokens and password".to_owned(), href: "/settings".to_owned() },
        ));
    }
    let rows = rows.into_iter().map(|(what, value)| vec![Cell::text(what), value]);
    Section::new("About").table(Table::new("about-table", "What is known", columns).rows(rows))
}

fn teams(visit: &Visit, person: &Person, may: bool) -> Section {
    let today = visit.desk.today();
    let mut times: Vec<_> =
        visit.desk.organisation().members().iter().filter(|member| member.person == person.id).collect();
    times.sort_by_key(|member| std::cmp::Reverse((member.from, member.id)));
    let mut columns = vec![
        Column::words("team", "Team"),
        Column::words("role", "As"),
        Column::words("from", "From"),
        Column::words("until", "Until").about("The first day that does not belong to it."),
        Column::numbers("share", "Share"),
    ];
    if may {
        columns.push(Column::words("change", "Change").unsorted());
    }
    let rows = times.iter().map(|member| {
        let mut row = vec![
            team_cell(visit, member.team, today),
            Cell::text(role_word(member.role)),
            Cell::text(member.from.to_string()),
            day_cell(member.until, "open"),
            Cell::Share(member.share),
        ];
        let slug = visit.desk.organisation().team(member.team).map(|team| team.slug.clone()).unwrap_or_default();
        if may {
            row.push(if member.until.is_none() {
                Cell::Link { text: "Leave".to_owned(), href: format!("/whos_who/{}/do/leave?team={slug}", person.id) }
            } else {
                Cell::text("")
            });
        }
        row
    });
    let table = Table::new("teams-table", "Teams over time", columns).rows(rows).or_say("In no team so far.");
    Section::new("Teams over time").table(table)
}

fn lines(visit: &Visit, person: &Person) -> Section {
    let mut lines: Vec<_> = visit.desk.organisation().reporting_of(person.id).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.from));
    let columns = vec![
        Column::words("manager", "Reports to"),
        Column::words("from", "From"),
        Column::words("until", "Until").about("The first day that does not belong to it."),
    ];
    let rows = lines.iter().map(|line| {
        vec![
            person_cell(visit, line.manager, visit.desk.today()),
            Cell::text(line.from.to_string()),
            day_cell(line.until, "open"),
        ]
    });
    let table =
        Table::new("lines-table", "Whom they reported to", columns).rows(rows).or_say("Reports to nobody so far.");
    Section::new("Reports to").table(table)
}

fn reports(visit: &Visit, person: &Person, on: Date) -> Section {
    let columns = vec![Column::words("name", "Name"), Column::words("teams", "Teams")];
    let people = visit.desk.organisation();
    let rows = people
        .reports_of(person.id, on)
        .map(|one| vec![person_cell(visit, one.id, on), Cell::text(teams_in_words(people, one.id, on))]);
    let table = Table::new("reports-table", "Who reports to them", columns).rows(rows);
    Section::new("Reports").table(table.or_say(format!("Nobody reports to {} on {on}.", person.called())))
}

async fn absences(visit: &Visit, person: &Person, may: bool) -> Result<Section, Refusal> {
    let today = visit.desk.today();
    let until = today.checked_add(Span::new().months(12)).unwrap_or(today);
    let all = visit.desk.store().absences(today, until).await?;
    let mut columns = vec![
        Column::words("from", "First day"),
        Column::words("until", "Last day"),
        Column::words("kind", "Kind").about("Never the reason."),
    ];
    if may {
        columns.push(Column::words("change", "Change").unsorted());
    }
    let row = |one: &Absence| {
        let mut row = vec![
            Cell::text(one.from.to_string()),
            Cell::text(one.until.to_string()),
            Cell::text(absence_word(one.kind)),
        ];
        if may {
            let href = format!("/whos_who/{}/do/remove_absence?id={}", person.id, one.id);
            row.push(Cell::Link { text: "Take back".to_owned(), href });
        }
        row
    };
    let rows = all.iter().filter(|one| one.person == person.id).map(row);
    let table = Table::new("absences-table", "Absences now and to come", columns).rows(rows);
    Ok(Section::new("Absences").table(table.or_say("None is noted from today on.")))
}

const fn absence_word(kind: AbsenceKind) -> &'static str {
    match kind {
        AbsenceKind::Leave => "not at work",
        AbsenceKind::OnCall => "on call",
        AbsenceKind::Other => "other",
    }
}

/// An office in words.
pub(crate) const fn office_word(office: Office) -> &'static str {
    match office {
        Office::Administrator => "administrator",
        Office::HrPartner => "people partner",
        Office::ProgrammeHolder => "programme holder",
    }
}

fn offices(visit: &Visit, person: &Person, may: bool) -> Section {
    let mut columns = vec![
        Column::words("office", "Office"),
        Column::words("team", "For"),
        Column::words("from", "From"),
        Column::words("until", "Until"),
    ];
    if may {
        columns.push(Column::words("change", "Change").unsorted());
    }
    let row = |grant: &Grant| {
        let mut row = vec![
            Cell::text(office_word(grant.office)),
            grant.team.map_or_else(|| Cell::text("all"), |team| team_cell(visit, team, visit.desk.today())),
            Cell::text(grant.from.to_string()),
            day_cell(grant.until, "open"),
        ];
        if may && grant.until.is_none() {
            let href = format!("/whos_who/{}/do/end_grant?id={}", person.id, grant.id);
            row.push(Cell::Link { text: "End".to_owned(), href });
        } else if may {
            row.push(Cell::text(""));
        }
        row
    };
    let rows = visit.desk.organisation().grants().iter().filter(|grant| grant.person == person.id).map(row);
    Section::new("Offices")
        .say("An administrator manages people, teams and settings, and reads nobody's records by it.")
        .table(Table::new("offices-table", "Offices", columns).rows(rows).or_say("None."))
}

async fn who_looked(visit: &Visit) -> Result<Section, Refusal> {
    let looks = visit.desk.access().who_looked(LOOKS).await?;
    let columns = vec![
        Column::words("at", "When").unsorted(),
        Column::words("viewer", "Who").unsorted(),
        Column::words("action", "Did").unsorted(),
        Column::words("kind", "Of kind").unsorted(),
        Column::words("record", "Record").unsorted(),
    ];
    let rows = looks.iter().map(|look| {
        vec![
            Cell::Time(look.at.as_second()),
            person_cell(visit, look.viewer, visit.desk.today()),
            Cell::text(&look.action),
            Cell::text(look.kind.replace('_', " ")),
            Cell::text(look.record.to_string()),
        ]
    });
    let table = Table::new("looks-table", "Who looked", columns).rows(rows);
    Ok(Section::new("Who looked")
        .say("Each reading of a record about you by somebody else. Only you see this.")
        .table(table.or_say("Nobody looked at a record about you.")))
}
