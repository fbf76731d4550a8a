//! The answer is put together here: which board, which window, and the parts that were asked for.

use desk::work::{Item, ItemType, ServiceClass};
use desk::{Desk, FieldError, Refusal};
use jiff::civil::Date;

use super::view::{Expectation, FlowView, Percentile, Rules, StageView, TeamHead, View, day};
use super::{Ask, Show, check, sprint};
use crate::calendar::after;
use crate::work::measures::Measures;
use crate::work::scene::{Instants, Scene, board, boards};
use crate::work::workflow::StageRule;

/// Days of the window when nothing else is asked.
const WINDOW_DAYS: i32 = 90;

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let work = desk.work().await?;
    let board = match ask.item.as_deref() {
        Some(key) => super::item::board_of(desk, &work, key)?,
        None => board(desk, &work, ask.team.as_deref())?,
    };
    let when = Instants::named(desk, ask.as_of.as_deref(), ask.known_at.as_deref())?;
    let keep = filter(&work, &ask)?;
    let hidden = desk.shows_work_of(board.team_id()).text().is_some();
    let mut view = View {
        boards: boards(desk, &work).iter().map(|one| (one.name().to_owned(), one.address().to_owned())).collect(),
        hidden,
        ..View::default()
    };
    if board.team.is_none() && board.project.is_none() {
        view.ask = ask;
        return Ok(view);
    }
    let scene = Scene::of(desk, board, when, ask.preset, keep).await?;
    let window = window(&scene, ask.from.as_deref())?;
    let measures = Measures::of(&scene, window);
    view.team = Some(head(desk, &scene));
    view.rules = rules(&scene, window, &ask);
    view.caveats = caveats(&scene, &measures);
    if let Some(key) = ask.item.as_deref() {
        view.item = Some(super::item::view(desk, &scene, &measures, key).await?);
        view.ask = ask;
        return Ok(view);
    }
    if let Some(form) = ask.export {
        view.file = Some(super::log::written(form, &scene)?);
    }
    match ask.show.unwrap_or_default() {
        Show::Board => view.board = Some(super::board::view(desk, &scene, &measures, ask.lanes)),
        Show::Flow => {}
        Show::Sprint => view.sprint = sprint::view(&scene, ask.sprint.as_deref())?,
        Show::Room if hidden => {}
        Show::Room => view.room = Some(super::room::view(desk, &scene, &measures, ask.event).await?),
    }
    if !hidden {
        view.flow = Some(flow(&scene, &measures, ask.high_water));
        view.checks = check::checks(desk, &scene, &measures).await?;
    }
    view.ask = ask;
    Ok(view)
}

fn filter(work: &desk::work::Work, ask: &Ask) -> Result<impl Fn(&Item) -> bool + use<>, Refusal> {
    let unknown = |field: &str, text: &str, known: &[&str]| {
        Refusal::fields(vec![FieldError::new(field, format!("`{text}` is none of {}.", known.join(", ")))])
    };
    let sorts: Vec<&str> = ItemType::ALL.iter().map(|sort| sort.word()).collect();
    let classes: Vec<&str> = ServiceClass::ALL.iter().map(|class| class.word()).collect();
    let (sort, class, label) = (ask.sort.clone(), ask.class.clone(), ask.label.clone());
    if let Some(sort) = sort.as_deref().filter(|sort| !sorts.contains(sort)) {
        return Err(unknown("type", sort, &sorts));
    }
    if let Some(class) = class.as_deref().filter(|class| !classes.contains(class)) {
        return Err(unknown("class", class, &classes));
    }
    let epic = match ask.epic.as_deref() {
        Some(key) => Some(
            work.by_key(key)
                .map(|item| item.id)
                .ok_or_else(|| Refusal::fields(vec![FieldError::new("epic", format!("no work item `{key}`"))]))?,
        ),
        None => None,
    };
    Ok(move |item: &Item| {
        sort.as_deref().is_none_or(|sort| item.sort.word() == sort)
            && class.as_deref().is_none_or(|class| item.class.word() == class)
            && label.as_deref().is_none_or(|label| item.labels.iter().any(|one| &**one == label))
            && epic.is_none_or(|epic| item.parent == Some(epic))
    })
}

fn window(scene: &Scene, since: Option<&str>) -> Result<(Date, Date), Refusal> {
    let last = scene.today();
    let first = match since.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => desk::scope::day("from", text, last)?,
        None => after(last, 1 - WINDOW_DAYS),
    };
    if first > last {
        return Err(Refusal::fields(vec![FieldError::new("from", format!("begins after its end ({last})"))]));
    }
    Ok((first, last))
}

fn head(desk: &Desk, scene: &Scene) -> TeamHead {
    let board = &scene.board;
    TeamHead {
        name: board.name().to_owned(),
        slug: board.address().to_owned(),
        key: board.project.as_ref().map(|project| project.key.clone()),
        may_move: desk.access().may_work(board.team_id()),
        workflow: scene.rules.kept.clone(),
    }
}

fn rules(scene: &Scene, window: (Date, Date), ask: &Ask) -> Rules {
    let workflow = &scene.rules.workflow;
    let name = |place: usize| workflow.stages.get(place).map_or(String::new(), |stage| stage.name.clone());
    let instant = |micros: i64| jiff::Timestamp::from_microsecond(micros).map_or(String::new(), |at| at.to_string());
    Rules {
        preset: format!("{}/1", scene.preset.name()),
        words: scene.preset.words().to_owned(),
        since: day(window.0),
        until: day(window.1),
        as_of: instant(scene.as_of),
        known_at: ask.known_at.as_ref().map(|_| instant(scene.known_at)),
        from_to: (name(scene.points.start), name(scene.points.finish)),
    }
}

fn caveats(scene: &Scene, measures: &Measures) -> Vec<String> {
    let mut all = Vec::new();
    for one in measures.coverage.left_out.iter().filter(|one| one.reason.starts_with("status")) {
        let items = if one.count == 1 { "1 item is" } else { "items are" };
        let count = if one.count == 1 { String::new() } else { format!("{} ", one.count) };
        all.push(format!("{count}{items} left out: {}. Map it in the workflow ({}).", one.reason, one.keys.join(", ")));
    }
    let first_seen = scene.items.iter().map(|item| item.seen).min();
    if first_seen.is_some_and(|first| first > scene.known_at) {
        all.push("What was known that early cannot be told; nothing was here yet.".to_owned());
    }
    all
}

/// What a limit says of a count.
pub(super) fn room(count: usize, min: Option<u32>, max: Option<u32>) -> &'static str {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    match (min, max) {
        (_, Some(max)) if count > max => "over",
        (_, Some(max)) if count == max => "full",
        (Some(min), _) if count < min => "short",
        (_, Some(_)) => "room",
        _ => "",
    }
}

fn flow(scene: &Scene, measures: &Measures, high_water: bool) -> FlowView {
    let workflow = &scene.rules.workflow;
    let stage_name = |place: usize| workflow.stages.get(place).map_or(String::new(), |stage| stage.name.clone());
    let key = |track: usize| scene.item(&scene.tracks[track]).key.to_string();
    let (weeks, limits) = measures.weekly();
    let cumulative = measures.cumulative(scene, high_water);
    let fell = cumulative.days.iter().zip(&cumulative.fell).filter(|(_, fell)| **fell);
    let percentile = |p: f64| {
        let found = measures.percentile(p);
        Percentile { p, days: found.map(|found| found.0), interval: found.and_then(|found| found.1) }
    };
    FlowView {
        coverage: measures.coverage.clone(),
        cycle_time: [0.5, 0.7, 0.85, 0.95].map(percentile).into(),
        finished: measures.finished.iter().map(|one| (day(one.on), key(one.track), one.took)).collect(),
        open: measures.open.iter().map(|one| (stage_name(one.stage), one.age, key(one.track))).collect(),
        stages: stages(scene, measures),
        days: cumulative.days.iter().copied().map(day).collect(),
        throughput: measures.throughput.clone(),
        arrivals: measures.arrivals.clone(),
        week_limits: limits.as_ref().map(|limits| (limits.lower, limits.mean, limits.upper)),
        week_signals: limits.map(|limits| limits.signals).unwrap_or_default(),
        weeks: weeks.into_iter().map(|(first, count)| (day(first), count)).collect(),
        fell: fell.map(|(on, _)| day(*on)).collect(),
        cumulative: cumulative.reached.into_iter().enumerate().map(|(at, reached)| (stage_name(at), reached)).collect(),
        efficiency: measures.efficiency,
        expectation: expectation(scene, measures),
        little: measures.little.map(|law| (law.in_work, law.rate, law.time)),
        unsteady: measures.unsteady.iter().map(ToString::to_string).collect(),
        tail: tail(measures),
        rework: measures.rework.iter().map(|(from, to, n)| (stage_name(*from), stage_name(*to), *n)).collect(),
    }
}

fn stages(scene: &Scene, measures: &Measures) -> Vec<StageView> {
    let workflow = &scene.rules.workflow;
    let row = |(place, stage): (usize, &StageRule)| {
        let here = measures.open.iter().filter(|one| one.stage == place);
        let count = here.clone().count();
        let limit = super::board::limit_of(workflow, &stage.key);
        StageView {
            name: stage.name.clone(),
            count,
            limit: limit.map(|limit| limit.max),
            oldest: here.map(|one| one.age).max_by(f64::total_cmp),
            left_by: measures.bands.get(place).copied().flatten(),
            word: room(count, limit.and_then(|limit| limit.min), limit.map(|limit| limit.max)).to_owned(),
        }
    };
    let inside = scene.points.start..scene.points.finish;
    workflow.stages.iter().enumerate().filter(|(place, _)| inside.contains(place)).map(row).collect()
}

fn expectation(scene: &Scene, measures: &Measures) -> Option<Expectation> {
    let set = scene.rules.workflow.sle.as_ref();
    let (days, share) = match set {
        Some(sle) => (sle.days, sle.probability),
        None => (measures.percentile(0.85)?.0, 0.85),
    };
    let (attained, censored_days) = measures.expectation(days, share);
    Some(Expectation { days, share, set: set.is_some(), attained, censored_days })
}

fn tail(measures: &Measures) -> Option<String> {
    let at = |p: f64| crate::numbers::measured(&measures.sorted, p);
    let (half, most) = (at(0.5)?, at(0.85)?);
    if let Some(last) = at(0.98).filter(|last| half > 0.0 && last / half >= 5.6) {
        return Some(format!("The tail is fat: 98 % take up to {:.1} times the median.", last / half));
    }
    (half > 0.0 && most / half > 3.0).then(|| format!("Volatile: 85 % take up to {:.1} times the median.", most / half))
}
