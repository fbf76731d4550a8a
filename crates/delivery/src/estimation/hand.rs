//! Dates for what is in hand: a sprint with each of its items, and one item by its age or its place in the order.

use desk::Refusal;
use desk::work::{Category, Item, Sprint};

use super::answer::{Behind, Told, day_words, how_many};
use super::ground::Ground;
use super::question::wrong;
use crate::calendar::between;
use crate::flow::ageing::chance;
use crate::pace::HORIZON_DAYS;
use crate::pmf::Pmf;
use crate::published::Question;

pub(super) fn sprint(behind: &Behind, named: &str) -> Result<Told, Refusal> {
    let ground = &behind.ground;
    let scene = ground.scene.as_ref().ok_or_else(|| wrong("sprint", "Git alone knows no sprints; a tracker does."))?;
    let mut all = scene.work.sprints().iter().filter(|one| Some(one.project) == ground.board.project_id());
    let found: Option<&Sprint> = if named == "running" {
        all.find(|one| runs(one, scene.as_of))
    } else {
        all.find(|one| one.name.eq_ignore_ascii_case(named) || one.id.to_string() == named)
    };
    let found = found.ok_or_else(|| wrong("sprint", format!("No sprint `{named}` of {}.", ground.board.name())))?;
    let end = found.planned_end_at.map(|at| ground.calendar.day(at));
    let end = end.ok_or_else(|| wrong("sprint", format!("{} has no end.", found.name)))?;
    if end <= ground.today {
        return Err(wrong("sprint", format!("{} ended on {end}. Which one is meant?", found.name)));
    }
    let inside = |item: &&std::sync::Arc<Item>| {
        let times = scene.work.in_sprint(item, found.id, scene.as_of, scene.known_at);
        times.iter().any(|(_, until)| until.is_none())
    };
    let mut left: Vec<&Item> = scene.items.iter().filter(inside).map(|item| &**item).collect();
    let members = left.len();
    left.retain(|item| open_stage(ground, item).is_some());
    let mut told = how_many(behind, end)?;
    let days = between(ground.today, end) as f64;
    told.question = Question::Sprint;
    told.of = Some(found.name.clone());
    told.about = format!("of the {} left in {}", left.len(), found.name);
    let reach = |k: usize| 1.0 - k.checked_sub(1).map_or(0.0, |k| told.by.get(k).copied().unwrap_or(1.0));
    told.notes.push(format!(
        "All {} left of {members} are finished by {} with {:.0} %, when the team works on nothing else.",
        left.len(),
        day_words(end, ground.today),
        reach(left.len()) * 100.0
    ));
    let ages = ages(ground);
    told.parts = left
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let own = ages.1.iter().find(|one| one.0 == *item.key).and_then(|one| chance(&ages.0, one.1, one.1 + days));
            (item.key.to_string(), item.title.to_string(), Some(own.unwrap_or_else(|| reach(place + 1))))
        })
        .collect();
    Ok(told)
}

/// Whether a sprint runs at an instant: what it is today says nothing about then.
fn runs(sprint: &Sprint, at: i64) -> bool {
    let begun = sprint.start_known_at.or(sprint.start_at).is_some_and(|begin| begin <= at);
    begun && sprint.completed_at.or(sprint.planned_end_at).is_some_and(|end| end > at)
}

/// Cycle times of the last 180 days, ascending, and the age of each item in work.
fn ages(ground: &Ground) -> (Vec<f64>, Vec<(String, f64)>) {
    let (Some(scene), Some(measures)) = (&ground.scene, ground.measures(180)) else { return (Vec::new(), Vec::new()) };
    let open = measures.open.iter().map(|one| (scene.items[scene.tracks[one.track].item].key.to_string(), one.age));
    (measures.sorted.clone(), open.collect())
}

/// The stage in which an item is, when it is neither finished nor given up.
fn open_stage(ground: &Ground, item: &Item) -> Option<usize> {
    let scene = ground.scene.as_ref()?;
    let track = scene.tracks.iter().find(|track| scene.items[track.item].id == item.id)?;
    track.stage().filter(|stage| *stage < scene.points.finish)
}

pub(super) fn item(behind: &Behind, key: &str) -> Result<Told, Refusal> {
    let ground = &behind.ground;
    let scene = ground.scene.as_ref().ok_or_else(|| wrong("item", "Git alone knows no items; a tracker does."))?;
    let item = scene
        .items
        .iter()
        .find(|item| item.key.eq_ignore_ascii_case(key))
        .ok_or_else(|| wrong("item", format!("No item `{key}` on the board of {}.", ground.board.name())))?;
    let Some(stage) = open_stage(ground, item) else {
        let on = ground.finished_on(&item.key).map_or_else(|| "given up".to_owned(), |on| format!("finished on {on}"));
        return Err(wrong("item", format!("{} is {on}.", item.key)));
    };
    let (sorted, open) = ages(ground);
    let mut told = Told {
        question: Question::Item,
        about: format!("{} ({})", item.key, item.title),
        count: None,
        until: None,
        of: Some(item.key.to_string()),
        by: Vec::new(),
        notes: Vec::new(),
        parts: Vec::new(),
        checkable: Ok(()),
        plan: None,
    };
    let age = open.iter().find(|one| one.0 == *item.key).map(|one| one.1);
    let older = age.map(|age| sorted.len() - sorted.partition_point(|one| *one <= age));
    if let (Some(age), Some(older @ 5..)) = (age, older) {
        let last = sorted.last().copied().unwrap_or(age);
        let days = (last - age).ceil().max(0.0) as usize;
        told.by = (0..=days).map(|day| chance(&sorted, age, age + day as f64).unwrap_or(1.0)).collect();
        told.notes.push(format!(
            "In work for {age:.0} d: among the {older} of {} finished items that got that far.",
            sorted.len()
        ));
        return Ok(told);
    }
    if let Some((older, age)) = older.zip(age) {
        told.notes.push(format!("In work for {age:.0} d: older than all but {older} of {}.", sorted.len()));
    }
    let before = ahead_of(ground, item, stage);
    told.notes.push(format!("{before} are before it: the date is that of the {}th.", before + 1));
    told.by = behind.bag()?.when(&Pmf::certain(before + 1), HORIZON_DAYS).by;
    Ok(told)
}

/// Open items that come before one: further to the right, or in the same stage before it in the order of the board.
fn ahead_of(ground: &Ground, item: &Item, stage: usize) -> usize {
    let Some(scene) = &ground.scene else { return 0 };
    let place = |item: &Item| (item.rank.clone(), item.priority.unwrap_or(6), item.created_at);
    let parked = |at: usize| scene.stages.categories.get(at) == Some(&Category::Backlog);
    let before = |track: &&crate::flow::Track| {
        let Some(at) = track.stage().filter(|at| *at < scene.points.finish) else { return false };
        let other = &scene.items[track.item];
        other.id != item.id
            && (at > stage || (at == stage && (!parked(at) || other.rank.is_some()) && place(other) < place(item)))
    };
    scene.tracks.iter().filter(before).count()
}
