//! The board: columns with their policies and limits, cards with what is known of each.

use std::collections::BTreeSet;

use desk::sheet::number;
use desk::work::{Category, Field, Item, ItemType, Work};

use super::answer::room;
use super::lanes::{lane, lanes};
use super::view::{BoardView, Card, ColumnView, LimitView};
use crate::flow::Track;
use crate::flow::ageing::{Outlook, outlook};
use crate::work::measures::{Measures, Open};
use crate::work::scene::{Scene, is_unit};
use crate::work::workflow::{LaneBy, Limit, LimitMode, LimitOn, StageRule, Workflow};

/// Cards of a column that are drawn; the rest is counted.
const CARDS: usize = 60;
/// Days for which a finished card stays on the board.
const DONE_DAYS: i64 = 14;

/// The limit of one stage alone.
pub(super) fn limit_of<'a>(workflow: &'a Workflow, key: &str) -> Option<&'a Limit> {
    workflow.limits.iter().find(|limit| limit.on == LimitOn::Stages && limit.which == [key])
}

/// The board as it is at the scene's instant, in lanes when that is asked for or the workflow says so.
pub(super) fn view(desk: &desk::Desk, scene: &Scene, measures: &Measures, by: Option<LaneBy>) -> BoardView {
    let workflow = &scene.rules.workflow;
    let mut columns: Vec<ColumnView> = workflow.stages.iter().map(|stage| column(workflow, stage)).collect();
    let lanes_by = by.or(workflow.lanes);
    let mut board = BoardView { lanes_by, ..BoardView::default() };
    let mut orders: BTreeSet<(String, String)> = BTreeSet::new();
    let mut order: Vec<&Track> = scene.tracks.iter().collect();
    order.sort_by(|a, b| place_of(scene.item(a)).cmp(&place_of(scene.item(b))));
    for track in order {
        let Some(stage) = track.stage() else {
            if let Some(status) = track.unmapped.filter(|_| track.dropped.is_none()) {
                let card = card(desk, scene, measures, track);
                board.nowhere.push(Card { outlook: Some(format!("in `{}`", scene.work.text(status))), ..card });
            }
            continue;
        };
        if track.unmapped.is_some() {
            board.nowhere.push(card(desk, scene, measures, track));
            continue;
        }
        let Some(column) = columns.get_mut(stage) else { continue };
        if column.category == Category::Done && settled(scene, track) {
            board.finished_before += 1;
            continue;
        }
        column.count += 1;
        if column.cards.len() < CARDS {
            let over = column.category == Category::Done;
            let own = lanes_by.map(|by| lane(desk, scene, by, scene.item(track), over));
            let name = own.as_ref().map(|own| own.1.clone());
            orders.extend(own);
            column.cards.push(Card { lane: name, ..card(desk, scene, measures, track) });
        } else {
            column.more += 1;
        }
    }
    for column in &mut columns {
        let min = limit_of(workflow, &column.key).and_then(|limit| limit.min);
        column.word = room(column.count, min, column.limit).to_owned();
    }
    board.limits = limits(desk, scene, measures);
    board.columns = columns;
    board.lanes = lanes(&board, &orders);
    board
}

pub(super) fn place_of(item: &Item) -> (u8, Option<&str>, u8, i64) {
    use desk::work::ServiceClass;
    let urgent = u8::from(item.class != ServiceClass::Expedite);
    (urgent, item.rank.as_deref(), item.priority.unwrap_or(6), item.created_at)
}

/// Whether it was finished long enough ago to leave the board.
fn settled(scene: &Scene, track: &Track) -> bool {
    track.visits.last().is_some_and(|visit| scene.as_of - visit.from > DONE_DAYS * crate::calendar::DAY)
}

fn column(workflow: &Workflow, stage: &StageRule) -> ColumnView {
    ColumnView {
        key: stage.key.clone(),
        name: stage.name.clone(),
        category: stage.category,
        policy: stage.policy.clone(),
        limit: limit_of(workflow, &stage.key).map(|limit| limit.max),
        count: 0,
        word: String::new(),
        cards: Vec::new(),
        more: 0,
    }
}

pub(super) fn card(desk: &desk::Desk, scene: &Scene, measures: &Measures, track: &Track) -> Card {
    let item = scene.item(track);
    let open = measures.open.iter().find(|open| open.track == track.item);
    let (outlook, meaning) = open.map_or((None, "neutral"), |open| said(measures, open));
    let here = scene.work.text(item.host) == desk::work::NATIVE;
    Card {
        key: item.key.to_string(),
        title: item.title.to_string(),
        sort: item.sort,
        class: item.class,
        assignee: item.assignee.and_then(|id| desk.organisation().person(id)).map(|person| person.called().to_owned()),
        estimate: item.estimate,
        due_on: item.due_on.map(|day| day.to_string()),
        blocked: item.blocked.then(|| stopped_by(&scene.work, item)),
        lane: None,
        age_days: open.map(|open| open.age),
        outlook,
        meaning: meaning.to_owned(),
        seen: item.entries,
        lives_at: (!here).then(|| (scene.work.text(item.host).to_owned(), item.url.as_deref().map(str::to_owned))),
    }
}

fn stopped_by(work: &Work, item: &Item) -> String {
    let last = item.log.iter().rfind(|line| line.field == Field::Blocked && line.withdrawn.is_none());
    let since = last.and_then(|line| jiff::Timestamp::from_microsecond(line.at).ok());
    let why = last.and_then(|line| line.reason).map_or("stopped", |why| work.text(why));
    since.map_or_else(|| why.to_owned(), |at| format!("{why}, since {}", at.strftime("%-d %b")))
}

/// What finished items say of an open one, and how much that matters.
fn said(measures: &Measures, open: &Open) -> (Option<String>, &'static str) {
    let days = |value: f64| number(value, u8::from(value.fract() != 0.0));
    match outlook(&measures.sorted, open.age) {
        Outlook::Among { half, most, .. } => {
            let text =
                format!("half of those that got this far were done by day {}, 85 % by day {}", days(half), days(most));
            let limit = measures.percentile(0.85).map_or(f64::INFINITY, |found| found.0);
            let halfway = measures.percentile(0.5).map_or(f64::INFINITY, |found| found.0);
            let meaning = if open.age > limit {
                "act"
            } else if open.age > halfway {
                "watch"
            } else {
                "good"
            };
            (Some(text), meaning)
        }
        Outlook::OlderThanAllBut { all, .. } if all < 5 => (None, "neutral"),
        Outlook::OlderThanAllBut { older: 0, all } => (Some(format!("older than all of {all}")), "act"),
        Outlook::OlderThanAllBut { older, all } => (Some(format!("older than all but {older} of {all}")), "act"),
    }
}

/// Limits on several stages together, a class, a label, a kind, the team, each person.
fn limits(desk: &desk::Desk, scene: &Scene, measures: &Measures) -> Vec<LimitView> {
    let own = |limit: &&Limit| !(limit.on == LimitOn::Stages && limit.which.len() == 1);
    let all = scene.rules.workflow.limits.iter().filter(own);
    all.flat_map(|limit| counted(desk, scene, measures, limit)).collect()
}

fn counted(desk: &desk::Desk, scene: &Scene, measures: &Measures, limit: &Limit) -> Vec<LimitView> {
    let open = || measures.open.iter().map(|open| (open, scene.item(&scene.tracks[open.track])));
    let view = |on: String, count: usize| LimitView {
        on,
        count,
        max: limit.max,
        word: room(count, limit.min, Some(limit.max)).to_owned(),
    };
    let names = limit.which.join(", ");
    let has = |word: &str| limit.which.iter().any(|one| one == word);
    match limit.on {
        LimitOn::Stages => {
            let stages: Vec<usize> = limit.which.iter().filter_map(|key| scene.rules.workflow.stage(key)).collect();
            vec![view(names, open().filter(|(open, _)| stages.contains(&open.stage)).count())]
        }
        LimitOn::Class => vec![view(names, open().filter(|(_, item)| has(item.class.word())).count())],
        LimitOn::Type => vec![view(names, open().filter(|(_, item)| has(item.sort.word())).count())],
        LimitOn::Label => vec![view(names, open().filter(|(_, item)| item.labels.iter().any(|one| has(one))).count())],
        LimitOn::Team => vec![view("everything in work".to_owned(), open().count())],
        // What is in hand now; said only of whoever is at the limit or over it.
        LimitOn::EachPerson => {
            let mut hands: Vec<_> = open().filter_map(|(_, item)| item.assignee).collect();
            hands.sort_unstable();
            let people = hands.chunk_by(|a, b| a == b).filter(|one| one.len() >= limit.max as usize);
            people
                .filter_map(|one| {
                    let name = desk.organisation().person(*one.first()?)?.called().to_owned();
                    Some(view(format!("in the hands of {name}"), one.len()))
                })
                .collect()
        }
    }
}

/// What a move into a stage would break: the sentence, and whether a reason is asked for.
pub(super) fn broken(scene: &Scene, item: &Item, to: usize) -> Option<(String, bool)> {
    let workflow = &scene.rules.workflow;
    if !is_unit(item) || item.sort == ItemType::Subtask {
        return None;
    }
    let here = |stages: &[usize]| {
        let inside = |track: &&Track| track.stage().is_some_and(|stage| stages.contains(&stage));
        scene.tracks.iter().filter(inside).filter(|track| scene.item(track).id != item.id).count()
    };
    for limit in workflow.limits.iter().filter(|limit| limit.on == LimitOn::Stages) {
        let stages: Vec<usize> = limit.which.iter().filter_map(|key| workflow.stage(key)).collect();
        let count = here(&stages);
        if stages.contains(&to) && count >= limit.max as usize {
            let names: Vec<_> = stages.iter().filter_map(|at| workflow.stages.get(*at)).map(|one| &*one.name).collect();
            let text = format!("{} is full ({count} of {})", names.join(" and "), limit.max);
            return Some((text, limit.mode == LimitMode::Block));
        }
    }
    None
}
