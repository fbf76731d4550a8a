//! The room of an event: what planning, the daily, the review and the retrospective need on the table. Time boxes are those of the Scrum Guide
//! 2020, in proportion to the sprint. What somebody finished is nowhere: work is on the table, not people.

use desk::sheet::number;
use desk::work::{Category, Sprint, SprintState};
use desk::{Desk, Refusal};
use jiff::civil::Date;

use super::Event;
use super::board::limit_of;
use super::records::{GoalMet, SprintReview};
use super::sprint::{members, of_board, tally_of};
use super::view::{RoomPart, RoomView};
use crate::calendar::{Member, after, available, between, factors};
use crate::flow::sprint::Member as Inside;
use crate::pace::{Ahead, Bag, LEAST};
use crate::pmf::Summing;
use crate::published::Method;
use crate::work::measures::{Measures, Open};
use crate::work::scene::Scene;

/// Items of a part that are listed.
const LISTED: usize = 40;
/// Days of the past that capacity and throughput are taken from.
const PAST: i32 = 364;

/// The room of an event; of the one at hand when none is named.
pub(super) async fn view(
    desk: &Desk,
    scene: &Scene,
    measures: &Measures,
    event: Option<Event>,
) -> Result<RoomView, Refusal> {
    let running = of_board(scene).find(|one| one.state == SprintState::Active);
    let next = of_board(scene).find(|one| one.state == SprintState::Future);
    let last = of_board(scene).filter(|one| one.state == SprintState::Closed).last();
    let event = event.unwrap_or_else(|| at_hand(scene, running, next));
    let sprint = match event {
        Event::Planning => next.or(running),
        Event::Daily => running,
        Event::Review | Event::Retrospective => running.or(last),
    };
    let mut room = RoomView {
        event,
        minutes: minutes(event, weeks(scene, sprint)),
        sprint: sprint.map(|sprint| sprint.name.clone()),
        goal: sprint.and_then(|sprint| sprint.goal.clone()).or(scene.rules.workflow.product_goal.clone()),
        figures: Vec::new(),
        parts: Vec::new(),
    };
    match event {
        Event::Planning => planning(desk, scene, sprint, last, &mut room).await?,
        Event::Daily => daily(scene, measures, &mut room),
        Event::Review => review(desk, scene, sprint, &mut room).await?,
        Event::Retrospective => retrospective(scene, measures, sprint, &mut room),
    }
    Ok(room)
}

/// Planning while a sprint is planned and none runs, the review when the running one ends by tomorrow, else the daily.
fn at_hand(scene: &Scene, running: Option<&Sprint>, next: Option<&Sprint>) -> Event {
    let ends =
        |sprint: &Sprint| sprint.planned_end_at.is_some_and(|end| between(scene.today(), scene.calendar.day(end)) <= 1);
    match (running, next) {
        (Some(running), _) if ends(running) => Event::Review,
        (None, Some(_)) => Event::Planning,
        _ => Event::Daily,
    }
}

/// Weeks of a sprint, else those that the workflow says.
fn weeks(scene: &Scene, sprint: Option<&Sprint>) -> f64 {
    let planned = sprint.and_then(|sprint| Some((sprint.start_at?, sprint.planned_end_at?)));
    let days = planned.map(|(from, until)| between(scene.calendar.day(from), scene.calendar.day(until)) as f64);
    days.filter(|days| *days >= 1.0).map_or_else(|| f64::from(scene.rules.workflow.sprint_weeks), |days| days / 7.0)
}

/// The time box of a month (8 h, 4 h, 3 h), in proportion to the weeks and in quarters of an hour; a daily has its fifteen minutes.
fn minutes(event: Event, weeks: f64) -> u32 {
    let month = match event {
        Event::Planning => 480.0,
        Event::Daily => return 15,
        Event::Review => 240.0,
        Event::Retrospective => 180.0,
    };
    ((month * weeks.min(4.0) / 4.0 / 15.0).round().max(1.0) * 15.0) as u32
}

fn figure(room: &mut RoomView, name: &str, value: impl Into<String>, beside: impl Into<String>) {
    room.figures.push((name.to_owned(), value.into(), beside.into()));
}

fn listed(scene: &Scene, places: impl Iterator<Item = (usize, String)>) -> Vec<(String, String, String)> {
    let item = |(place, said): (usize, String)| {
        let item = scene.items.get(place)?;
        Some((item.key.to_string(), item.title.to_string(), said))
    };
    places.filter_map(item).take(LISTED).collect()
}

async fn planning(
    desk: &Desk,
    scene: &Scene,
    sprint: Option<&Sprint>,
    last: Option<&Sprint>,
    room: &mut RoomView,
) -> Result<(), Refusal> {
    let today = scene.today();
    let days_of = |from: Date, until: Date| (0..between(from, until).max(0)).map(move |day| after(from, day as i32));
    let from = sprint.and_then(|one| one.start_at).map_or(today, |at| scene.calendar.day(at)).max(today);
    let usual = after(from, i32::from(scene.rules.workflow.sprint_weeks) * 7);
    let until =
        sprint.and_then(|one| one.planned_end_at).map_or(usual, |at| scene.calendar.day(at)).max(after(from, 1));
    let days: Vec<Date> = days_of(from, until).collect();
    let there = capacity(desk, scene, &days, room).await?;
    let measures = Measures::of(scene, (after(today, -PAST), today));
    let history = measures.history(scene);
    let mut wanted = 10;
    if history.finished(180) >= LEAST.0 && history.counts.len() >= LEAST.1 {
        let ahead =
            Ahead { days: days.iter().zip(there).map(|(day, there)| (scene.calendar.works(*day), there)).collect() };
        let sum =
            Bag::of(Method::default(), &history, &ahead).map(|bag| bag.how_many(&mut Summing::default(), days.len()));
        if let Some(sum) = sum {
            wanted = sum.sure_of(0.5).max(1);
            let (sure, half) = (sum.sure_of(0.85), sum.sure_of(0.5));
            figure(room, "Likely to be finished", format!("{sure} items"), format!("with 85 %; {half} with 50 %"));
        }
    } else {
        let (items, record) = LEAST;
        let said = format!("{items} finished in 180 days and {record} days of record are needed");
        figure(room, "Likely to be finished", "not told", said);
    }
    room.parts.push(carried(scene, last));
    room.parts.push(next_up(scene, wanted));
    Ok(())
}

/// Person-days of some days, with what that is of the usual; how much of the team is there on each.
async fn capacity(desk: &Desk, scene: &Scene, days: &[Date], room: &mut RoomView) -> Result<Vec<f64>, Refusal> {
    let usual = vec![1.0; days.len()];
    let (Some(team), Some(first), Some(last)) = (scene.board.team_id(), days.first(), days.last()) else {
        return Ok(usual);
    };
    let past = (after(scene.today(), -180), after(scene.today(), -1));
    let Some(present) = desk.presence_of(team, past.0, *last).await? else {
        figure(room, "Capacity", "as usual", "absences unknown: everybody is taken to be here");
        return Ok(usual);
    };
    let all: Vec<Member> = present.into_iter().map(Member::from).collect();
    let person_days: f64 = days.iter().map(|day| available(&scene.calendar, &all, *day)).sum();
    let there = factors(&scene.calendar, &all, past, days);
    let working: Vec<f64> =
        days.iter().zip(&there).filter(|(day, _)| scene.calendar.works(**day)).map(|(_, there)| *there).collect();
    let share = working.iter().sum::<f64>() / working.len().max(1) as f64;
    let day = |day: &Date| day.strftime("%-d %b").to_string();
    let said = format!("{} to {}, {:.0} % of the usual", day(first), day(last), share * 100.0);
    figure(room, "Capacity", format!("{} person-days", number(person_days, 1)), said);
    Ok(there)
}

/// What the last sprint did not finish and is still open.
fn carried(scene: &Scene, last: Option<&Sprint>) -> RoomPart {
    let heading = "Carried over".to_owned();
    let Some(last) = last else {
        return RoomPart { heading, said: vec!["No sprint was closed yet.".to_owned()], ..RoomPart::default() };
    };
    let end = last.completed_at.unwrap_or(scene.as_of);
    let open = |one: &Inside| {
        let still = one.times.last().is_some_and(|(_, until)| until.is_none_or(|at| at > end));
        let track = scene.tracks.iter().find(|track| track.item == one.item && track.dropped.is_none());
        still && track.and_then(crate::flow::Track::stage).is_some_and(|stage| stage < scene.points.finish)
    };
    let inside = members(scene, last, end, scene.known_at);
    let left: Vec<(usize, String)> =
        inside.iter().filter(|one| open(one)).map(|one| (one.item, String::new())).collect();
    let said = match left.len() {
        0 => format!("Everything of {} is done.", last.name),
        n => format!("{n} of {} are still open. Do they serve the next goal?", last.name),
    };
    RoomPart { heading, said: vec![said], items: listed(scene, left.into_iter()) }
}

/// What comes next in the order of the board: not begun, as many as are likely to be finished.
fn next_up(scene: &Scene, wanted: usize) -> RoomPart {
    let waits = |track: &&crate::flow::Track| track.stage().is_some_and(|stage| stage < scene.points.start);
    let mut waiting: Vec<_> = scene.tracks.iter().filter(waits).collect();
    waiting.sort_by_key(|track| {
        let item = scene.item(track);
        // Further to the right is nearer to its start.
        (std::cmp::Reverse(track.stage()), super::board::place_of(item))
    });
    let all = waiting.len();
    let sized = |track: &&crate::flow::Track| scene.item(track).estimate.is_none();
    let bare = waiting.iter().take(wanted).filter(|track| sized(track)).count();
    let mut said = vec![format!("The first {} of {all} that wait, in the order of the board.", wanted.min(all))];
    if bare > 0 {
        said.push(format!("{bare} of them have no estimate."));
    }
    let items = waiting.into_iter().take(wanted).map(|track| {
        let size = scene.item(track).estimate;
        (track.item, size.map_or_else(String::new, |size| format!("{} points", number(size, 0))))
    });
    RoomPart { heading: "Next in order".to_owned(), said, items: listed(scene, items) }
}

/// From right to left: what is stopped, what stands in a stage that is over its limit, what is older than 85 % of finished work.
fn daily(scene: &Scene, measures: &Measures, room: &mut RoomView) {
    let limit = measures.percentile(0.85).map(|found| found.0);
    let workflow = &scene.rules.workflow;
    let over = |stage: usize| {
        let most =
            workflow.stages.get(stage).and_then(|one| limit_of(workflow, &one.key)).map(|limit| limit.max as usize);
        most.is_some_and(|most| measures.open.iter().filter(|one| one.stage == stage).count() > most)
    };
    let said = |open: &Open| {
        let item = scene.tracks.get(open.track).map(|track| scene.item(track));
        let mut all = Vec::new();
        if item.is_some_and(|item| item.blocked) {
            all.push("stopped".to_owned());
        }
        if over(open.stage) {
            all.push("its stage is over the limit".to_owned());
        }
        if limit.is_some_and(|limit| open.age > limit) {
            all.push(format!("{} d, older than 85 %", number(open.age, 0)));
        }
        all
    };
    let mut open: Vec<(&Open, Vec<String>)> = measures.open.iter().map(|one| (one, said(one))).collect();
    open.sort_by(|(a, of_a), (b, of_b)| {
        (b.stage, of_b.len()).cmp(&(a.stage, of_a.len())).then(b.age.total_cmp(&a.age))
    });
    let flagged = open.iter().filter(|one| !one.1.is_empty()).count();
    let said = if flagged == 0 { "nothing stands out".to_owned() } else { format!("{flagged} stand out") };
    figure(room, "In progress", format!("{} items", open.len()), said);
    for (place, stage) in workflow.stages.iter().enumerate().rev() {
        let here = open.iter().filter(|(one, _)| one.stage == place);
        let places: Vec<(usize, String)> = here
            .map(|(one, said)| (scene.tracks.get(one.track).map_or(0, |track| track.item), said.join("; ")))
            .collect();
        if places.is_empty() || !matches!(stage.category, Category::Active | Category::Waiting | Category::Todo) {
            continue;
        }
        let said =
            if over(place) { vec!["Over its limit: finish something here first.".to_owned()] } else { Vec::new() };
        room.parts.push(RoomPart { heading: stage.name.clone(), said, items: listed(scene, places.into_iter()) });
    }
}

/// What came of the sprint, and what was said of it.
async fn review(desk: &Desk, scene: &Scene, sprint: Option<&Sprint>, room: &mut RoomView) -> Result<(), Refusal> {
    let Some(sprint) = sprint else {
        room.parts.push(RoomPart {
            heading: "Review".to_owned(),
            said: vec!["No sprint runs and none was closed: there is nothing to look at.".to_owned()],
            ..RoomPart::default()
        });
        return Ok(());
    };
    tallied(scene, sprint, room);
    let end = sprint.completed_at.unwrap_or(scene.as_of);
    let known = sprint.close_known_at.unwrap_or(scene.known_at);
    let inside = members(scene, sprint, end, known);
    let done =
        |one: &&Inside| one.done.last().is_some_and(|(from, until)| *from <= end && until.is_none_or(|at| at > end));
    let still = |one: &&Inside| one.times.last().is_some_and(|(_, until)| until.is_none_or(|at| at > end));
    let (finished, left): (Vec<&Inside>, Vec<&Inside>) = inside.iter().filter(still).partition(done);
    for (heading, said, some) in
        [("Done", "What can be shown?", finished), ("Not done", "What does that mean for the goal?", left)]
    {
        let items = listed(scene, some.into_iter().map(|one| (one.item, String::new())));
        room.parts.push(RoomPart { heading: heading.to_owned(), said: vec![said.to_owned()], items });
    }
    let id = sprint.id.to_string();
    let kept = desk.records().list::<SprintReview>().await?.into_iter().rfind(|one| one.body.sprint == id);
    let said = match kept {
        None => vec!["Nothing was written down yet: was the goal met, what was decided?".to_owned()],
        Some(kept) => {
            let met = match kept.body.goal_met {
                GoalMet::Yes => "The goal was met.",
                GoalMet::Partly => "The goal was met in part.",
                GoalMet::No => "The goal was not met.",
            };
            [Some(met.to_owned()), kept.body.why, kept.body.shown, kept.body.decisions].into_iter().flatten().collect()
        }
    };
    room.parts.push(RoomPart { heading: "What the review said".to_owned(), said, items: Vec::new() });
    Ok(())
}

fn tallied(scene: &Scene, sprint: &Sprint, room: &mut RoomView) {
    let tally = tally_of(scene, sprint);
    for (name, one) in [
        ("Committed", tally.committed),
        ("Added", tally.added),
        ("Removed", tally.removed),
        ("Completed", tally.completed),
        (if sprint.state == SprintState::Closed { "Carried" } else { "Still open" }, tally.carried),
    ] {
        figure(room, name, one.items.to_string(), format!("{} points", number(one.size, 0)));
    }
}

/// A sheet of facts: how the work went, beside the time before it.
fn retrospective(scene: &Scene, measures: &Measures, sprint: Option<&Sprint>, room: &mut RoomView) {
    let today = scene.today();
    let (from, until) = match sprint.and_then(|one| Some((one.start_at?, one.completed_at.unwrap_or(scene.as_of)))) {
        Some((from, until)) => (scene.calendar.day(from), scene.calendar.day(until)),
        None => (after(today, -13), today),
    };
    let length = i32::try_from(between(from, until)).unwrap_or(13).max(1);
    let now = Measures::of(scene, (from, until));
    let before = Measures::of(scene, (after(from, -length - 1), after(from, -1)));
    if let Some(sprint) = sprint {
        tallied(scene, sprint, room);
    }
    let finished = |of: &Measures| of.finished.len().to_string();
    let half = |of: &Measures| {
        of.percentile(0.5).map_or_else(|| "not measured".to_owned(), |found| format!("{} d", number(found.0, 1)))
    };
    let went_back = |of: &Measures| of.rework.iter().map(|one| one.2).sum::<usize>().to_string();
    for (name, of) in [
        ("Finished", &finished as &dyn Fn(&Measures) -> String),
        ("Half took at most", &half),
        ("Went back a stage", &went_back),
    ] {
        figure(room, name, of(&now), format!("before that: {}", of(&before)));
    }
    let stopped = measures.open.iter().filter_map(|one| scene.tracks.get(one.track));
    let stopped: Vec<(usize, String)> =
        stopped.filter(|track| scene.item(track).blocked).map(|track| (track.item, "stopped".to_owned())).collect();
    let said = match stopped.len() {
        0 => "Nothing is stopped now.".to_owned(),
        n => format!("{n} {} stopped now.", if n == 1 { "is" } else { "are" }),
    };
    room.parts.push(RoomPart {
        heading: "What stood in the way".to_owned(),
        said: vec![said],
        items: listed(scene, stopped.into_iter()),
    });
    room.parts.push(RoomPart {
        heading: "To talk about".to_owned(),
        said: vec!["What helped, what hindered, and which one thing is tried until the next time?".to_owned()],
        items: Vec::new(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_boxes_follow_the_sprint() {
        let all =
            |weeks| [Event::Planning, Event::Daily, Event::Review, Event::Retrospective].map(|one| minutes(one, weeks));
        assert_eq!(all(4.0), [480, 15, 240, 180]);
        assert_eq!(all(2.0), [240, 15, 120, 90]);
        assert_eq!(all(1.0), [120, 15, 60, 45]);
        assert_eq!(all(6.0), all(4.0), "a sprint has a month at most");
    }
}
