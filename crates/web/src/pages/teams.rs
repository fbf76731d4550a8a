//! Teams: the tree of them, what each is for, who is in it on a day and who leads it. Everyone signed in may look; administrators change.

pub(crate) mod changes;
pub(crate) mod team;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use desk::Refusal;
use desk::sheet::{Deed, Empty};
use jiff::civil::Date;
use store::TeamId;
use store::people::{Person, Team};
use store::policy::Resource;

use super::Visit;
use super::as_of::{bar, day, team_href};
use super::change::{buttons, manages};
use crate::frame::Frame;
use crate::guard::Signed;
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/teams.html")]
struct TeamsPage {
    answer: String,
    tree: Html,
}

#[derive(Template)]
#[template(path = "parts/tree.html")]
struct TreePart<'a> {
    branches: Vec<(Branch<'a>, Html)>,
}

struct Branch<'a> {
    team: &'a Team,
    href: String,
    leads: String,
    people: usize,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed, RawQuery(query): RawQuery) -> Response {
    let visit = match Visit::new(app, session, "/teams", query.as_deref()).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    visit.answer(draw(&visit))
}

fn draw<'a>(visit: &Visit) -> Result<(Frame<'a>, Html), Refusal> {
    let on = day(visit)?;
    let teams = visit.desk.organisation().teams();
    let may = manages(visit, Resource::Settings);
    let body = if teams.is_empty() {
        let empty = Empty::new("Here teams stand with their people, as of a day.", "There is no team yet.");
        let next = if may { ("Make the first team", "/teams/do/add") } else { ("See who is here", "/whos_who") };
        visit.pen.empty(&empty.next(next.0, Deed::Open { href: next.1.to_owned() }))?
    } else {
        let answer = match teams.len() {
            1 => format!("There is one team; its people are those of {on}."),
            many => format!("There are {many} teams; their people are those of {on}."),
        };
        Html::of(&TeamsPage { answer, tree: tree(visit, None, on)? })?
    };
    let actions =
        if may { buttons(Some(("/teams/do/add".to_owned(), "Add a team")), Vec::new())? } else { Html::default() };
    let frame = Frame {
        title: "Which teams are there, and who is in them?",
        over: "Teams",
        scope: bar(visit, on, Vec::new(), false)?,
        actions,
        ..Frame::default()
    };
    Ok((frame, body))
}

/// The teams that are part of `parent`, each with those that are part of it. The store lets no team be part of itself.
pub(crate) fn tree(visit: &Visit, parent: Option<TeamId>, on: Date) -> Result<Html, Refusal> {
    let people = visit.desk.organisation();
    let inside = people.teams().iter().filter(|team| team.parent == parent);
    let branches = inside.map(|team| {
        let leads = people.members_of(team.id, on).filter(|member| member.role.leads());
        let leads: Vec<&str> = leads.filter_map(|member| people.person(member.person)).map(Person::called).collect();
        let branch = Branch {
            team,
            href: team_href(visit, &team.slug, on),
            leads: leads.join(", "),
            people: people.members_of(team.id, on).count(),
        };
        Ok((branch, tree(visit, Some(team.id), on)?))
    });
    let branches: Vec<_> = branches.collect::<Result<_, Refusal>>()?;
    if branches.is_empty() { Ok(Html::default()) } else { Html::of(&TreePart { branches }) }
}
