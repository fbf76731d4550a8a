//! What the viewer gave and took, when the two look at it next, and how the viewer hands over. The figures are about the viewer alone, and
//! shown to nobody else; what was declined is in none of them.

use std::collections::BTreeSet;

use desk::work::{Category, Tie};
use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::level::Level;
use super::records::{ACCEPTED, ACTIVE, DONE, Delegation, OFFERED, RETURNED};
use super::view::{MineRow, MineView, OwnFigure};
use crate::calendar::between;
use crate::work::scene::{Board, Instants, Scene};

/// Days of the viewer's own figures.
const RECENT: i64 = 365;

/// The viewer's address.
pub(super) fn address(desk: &Desk) -> String {
    desk.organisation().person(desk.viewer().person).map_or_else(String::new, |person| person.email.clone())
}

/// What somebody of an address is called.
pub(super) fn called(desk: &Desk, address: &str) -> String {
    desk.organisation().by_email(address).map_or_else(|| address.to_owned(), |person| person.called().to_owned())
}

pub(super) fn level_text(level: u8) -> String {
    Level::of(level).map_or_else(String::new, Level::text)
}

pub(super) async fn answer(desk: &Desk) -> Result<MineView, Refusal> {
    let me = address(desk);
    let all = desk.records().list::<Delegation>().await?;
    let rows = |side: &dyn Fn(&Delegation) -> bool| {
        let mut rows: Vec<(u8, Option<Date>, MineRow)> = all
            .iter()
            .filter(|one| side(&one.body) && !is_settled(one))
            .map(|one| (rank(one), in_hand(one).then_some(one.body.next_on), row(desk, one, &me)))
            .collect();
        rows.sort_by(|a, b| (a.0, a.1, &a.2.task).cmp(&(b.0, b.1, &b.2.task)));
        rows.into_iter().map(|(_, _, row)| row).collect::<Vec<_>>()
    };
    let given = rows(&|one| one.from == me);
    let taken = rows(&|one| one.to == me);
    let mine: Vec<&Stored<Delegation>> = all.iter().filter(|one| one.body.from == me).collect();
    let (handed, holds_up) = on_the_board(desk, &mine).await?;
    let own = own(desk.today(), &mine, handed);
    Ok(MineView { given, taken, own, holds_up })
}

/// Whether both have looked back, or it is over otherwise: then it is history.
fn is_settled(one: &Stored<Delegation>) -> bool {
    match one.status.as_str() {
        DONE => one.body.giver_looks_back.is_some() && one.body.receiver_looks_back.is_some(),
        RETURNED => true,
        _ => false,
    }
}

pub(super) fn in_hand(one: &Stored<Delegation>) -> bool {
    matches!(one.status.as_str(), ACCEPTED | ACTIVE)
}

/// Offers first, then what is in hand, then what is done and not looked back at, then what was declined.
fn rank(one: &Stored<Delegation>) -> u8 {
    match one.status.as_str() {
        OFFERED => 0,
        ACCEPTED | ACTIVE => 1,
        DONE => 2,
        _ => 3,
    }
}

fn row(desk: &Desk, one: &Stored<Delegation>, me: &str) -> MineRow {
    let body = &one.body;
    let giver = body.from == me;
    let today = desk.today();
    let mut notes = Vec::new();
    let receiver = desk.organisation().by_email(&body.to);
    if in_hand(one) && giver && receiver.is_none_or(|person| !person.here(today)) {
        notes.push("The receiver is gone: brief and check-ins are yours again; take it back.".to_owned());
    }
    if let Some(ends) = body.ends_on.filter(|ends| in_hand(one) && *ends < today) {
        notes.push(format!("Was to end on {ends}."));
    }
    if let Some(why) = &body.returned_because {
        notes.push(format!("Back because {why}"));
    }
    let looked = if giver { &body.giver_looks_back } else { &body.receiver_looks_back };
    MineRow {
        id: one.id.clone(),
        version: one.version,
        task: body.task.name(),
        other: called(desk, if giver { &body.to } else { &body.from }),
        level: level_text(body.level),
        state: one.status.clone(),
        outcome: body.outcome.clone(),
        awaits_you: one.status == OFFERED && body.awaits.as_deref() == Some(me),
        next_on: in_hand(one).then(|| body.next_on.to_string()),
        overdue: in_hand(one) && body.next_on < today,
        look_back: one.status == DONE && looked.is_none(),
        notes,
    }
}

/// Of what is in others' hands on the boards that the viewer leads: how much was handed over, and how much there is. And what the viewer
/// keeps that others wait for.
async fn on_the_board(desk: &Desk, mine: &[&Stored<Delegation>]) -> Result<((usize, usize), Vec<String>), Refusal> {
    let work = desk.work().await?;
    let people = desk.organisation();
    let (me, today) = (desk.viewer().person, desk.today());
    let handed: BTreeSet<&str> =
        mine.iter().filter(|one| in_hand(one)).filter_map(|one| one.body.task.item.as_deref()).collect();
    let (mut with_all, mut open, mut holds_up) = (0, 0, Vec::new());
    for project in work.projects() {
        let Some(team) = project.team.and_then(|team| people.team(team)) else { continue };
        let leads = people.leads_of_team(team.id, today).contains(&me);
        if !leads && !people.teams_of(me, today).any(|member| member.team == team.id) {
            continue;
        }
        let board = Board { team: Some(team.clone()), project: Some(project.clone()) };
        let scene = Scene::of(desk, board, Instants::now(desk), None, |_| true).await?;
        for track in &scene.tracks {
            let item = scene.item(track);
            let meaning = track.stage().and_then(|stage| scene.stages.categories.get(stage)).copied();
            let is_open =
                track.unmapped.is_none() && !matches!(meaning, None | Some(Category::Done | Category::Dropped));
            if !is_open {
                continue;
            }
            if leads && item.assignee.is_some_and(|person| person != me) {
                open += 1;
                with_all += usize::from(handed.contains(&*item.key));
            }
            let blocks =
                item.ties.iter().any(|tie| tie.tie == Tie::Blocks && tie.until.is_none() && tie.other.is_some());
            if item.assignee == Some(me) && blocks {
                holds_up.push(format!("{} {}", item.key, item.title));
            }
        }
    }
    Ok(((with_all, open), holds_up))
}

/// How the viewer hands over. What was offered and not taken is not in it.
fn own(today: Date, mine: &[&Stored<Delegation>], (handed, open): (usize, usize)) -> Vec<OwnFigure> {
    let taken: Vec<&&Stored<Delegation>> = mine
        .iter()
        .filter(|one| in_hand(one) || matches!(one.status.as_str(), DONE | RETURNED))
        .filter(|one| between(one.created_at.to_zoned(jiff::tz::TimeZone::UTC).date(), today) <= RECENT)
        .collect();
    if taken.is_empty() {
        return Vec::new();
    }
    let held = taken.iter().flat_map(|one| &one.body.held);
    let (kept, all) = held.fold((0, 0), |(kept, all), one| (kept + usize::from(one.on <= one.due_on), all + 1));
    let missed = taken.iter().filter(|one| in_hand(one) && one.body.next_on < today).count();
    let back = taken.iter().filter(|one| one.status == RETURNED).count();
    let rose =
        taken.iter().filter(|one| one.body.levels.first().is_some_and(|first| first.level < one.body.level)).count();
    let both = taken.iter().filter(|one| one.body.giver_looks_back.is_some() && one.body.receiver_looks_back.is_some());
    let done = taken.iter().filter(|one| one.status == DONE).count();
    let figure =
        |name: &str, value: String, note: &str| OwnFigure { name: name.to_owned(), value, note: note.to_owned() };
    let mut all_figures = vec![
        figure("Check-ins kept", format!("{kept} of {}", all + missed), "on the day that was agreed, or before"),
        figure("Came back", back.to_string(), "taken back, or given back"),
        figure("Levels that rose", rose.to_string(), "while it was in hand"),
        figure("Looked back", format!("{} of {done}", both.count()), "both of you, of what is done"),
    ];
    if open > 0 {
        let note = "open items in your team's hands, with outcome, level and check-in agreed with you";
        all_figures.insert(0, figure("Handed over", format!("{handed} of {open}"), note));
    }
    all_figures
}
