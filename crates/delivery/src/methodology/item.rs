//! One item: what is known of it, where it was, and every line of its log, those that were withdrawn included.

use desk::sheet::{Cell, Column, Figure, Meaning, Section, Table};
use desk::work::{Entry, Field, Item, SprintId, Sym, Work};
use desk::{Desk, FieldError, Refusal, Sheet};
use jiff::Timestamp;

use super::sheet::days;
use super::view::{Card, ItemView, LogLine};
use crate::calendar::DAY;
use crate::flow::Track;
use crate::work::measures::Measures;
use crate::work::scene::{Board, Scene, board};

/// The board of the item of a key.
pub(super) fn board_of(desk: &Desk, work: &Work, key: &str) -> Result<Board, Refusal> {
    let item = work.by_key(key.trim()).ok_or_else(|| none(key))?;
    board(desk, work, work.project(item.project).map(|project| project.key.as_str()))
}

fn none(key: &str) -> Refusal {
    Refusal::fields(vec![FieldError::new("item", format!("no work item `{key}`"))])
}

/// The item of a key, on its board.
pub(super) async fn view(desk: &Desk, scene: &Scene, measures: &Measures, key: &str) -> Result<ItemView, Refusal> {
    let work = &scene.work;
    let item = work.by_key(key.trim()).ok_or_else(|| none(key))?.clone();
    let body = desk.item_body(item.id).await?;
    Ok(described(desk, scene, measures, &item, body))
}

fn described(desk: &Desk, scene: &Scene, measures: &Measures, item: &Item, body: Option<String>) -> ItemView {
    let work = &scene.work;
    let track = scene.tracks.iter().find(|track| scene.item(track).id == item.id);
    // Epics and subtasks are no units, and have a way all the same.
    let own = Track::of(0, item, &scene.stages, scene.as_of, scene.known_at);
    let stage = |item: &Item| {
        let place = scene.stages.of.get(&item.status);
        place
            .and_then(|place| scene.rules.workflow.stages.get(*place))
            .map_or_else(|| work.text(item.status).to_owned(), |stage| stage.name.clone())
    };
    let card = match track {
        Some(track) => super::board::card(desk, scene, measures, track),
        None => plain(desk, work, item),
    };
    let titled = |id| work.item(id).map(|other| (other.key.to_string(), other.title.to_string()));
    let ties = item.ties.iter().filter(|tie| tie.until.is_none()).filter_map(|tie| {
        let (key, title) = titled(tie.other?)?;
        Some((tie.tie.word().to_owned(), key, title))
    });
    let blocked = work.items().iter().flat_map(|other| {
        let mine = other.ties.iter().filter(|tie| tie.other == Some(item.id) && tie.until.is_none());
        mine.map(|tie| (format!("is what {} this", tie.tie.word()), other.key.to_string(), other.title.to_string()))
    });
    let parts = work.items().iter().filter(|other| other.parent == Some(item.id) && other.deleted_at.is_none());
    ItemView {
        stage: stage(item),
        body,
        parent: item.parent.and_then(titled).map(|(key, _)| key),
        parts: parts.map(|part| (part.key.to_string(), part.title.to_string(), stage(part))).collect(),
        ties: ties.chain(blocked).collect(),
        stays: own.map_or_else(Vec::new, |own| stays(scene, &own)),
        log: item.log.iter().rev().map(|line| said(desk, scene, line)).collect(),
        card,
    }
}

/// The card of what is no unit of work.
fn plain(desk: &Desk, work: &Work, item: &Item) -> Card {
    Card {
        key: item.key.to_string(),
        title: item.title.to_string(),
        sort: item.sort,
        class: item.class,
        assignee: item.assignee.and_then(|id| desk.organisation().person(id)).map(|person| person.called().to_owned()),
        estimate: item.estimate,
        due_on: item.due_on.map(|day| day.to_string()),
        blocked: None,
        lane: None,
        age_days: None,
        outlook: None,
        meaning: "neutral".to_owned(),
        seen: item.entries,
        lives_at: (work.text(item.host) != desk::work::NATIVE)
            .then(|| (work.text(item.host).to_owned(), item.url.as_deref().map(str::to_owned))),
    }
}

fn instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

fn stays(scene: &Scene, track: &Track) -> Vec<(String, String, Option<String>, f64)> {
    let name = |place: usize| scene.rules.workflow.stages.get(place).map_or(String::new(), |stage| stage.name.clone());
    let last = track.visits.len().saturating_sub(1);
    let open = track.dropped.is_none();
    track
        .visits
        .iter()
        .enumerate()
        .map(|(place, visit)| {
            let until = (place < last || !open).then(|| instant(visit.until));
            (name(visit.stage), instant(visit.from), until, (visit.until - visit.from) as f64 / DAY as f64)
        })
        .collect()
}

fn said(desk: &Desk, scene: &Scene, line: &Entry) -> LogLine {
    let (from, to) = (value(desk, scene, line.field, line.from), value(desk, scene, line.field, line.to));
    let field = line.field.word().replace('_', " ");
    let what = match (line.field, from, to) {
        (Field::Blocked, _, Some(_)) => "stopped".to_owned(),
        (Field::Blocked, _, None) => "set free".to_owned(),
        (Field::Sprint, _, Some(to)) => format!("into {to}"),
        (Field::Sprint, Some(from), None) => format!("out of {from}"),
        (Field::Rank, ..) => "given another place".to_owned(),
        (_, Some(from), Some(to)) => format!("{field}: {from} → {to}"),
        (_, None, Some(to)) => format!("{field}: {to}"),
        (_, Some(from), None) => format!("{field}: no longer {from}"),
        (_, None, None) => field,
    };
    let (at, seen) = (instant(line.at), instant(line.seen));
    LogLine {
        number: line.number,
        known: (at.get(..10) != seen.get(..10)).then_some(seen),
        at,
        by: line.actor.and_then(|id| desk.organisation().person(id)).map(|person| person.called().to_owned()),
        what,
        reason: line.reason.map(|reason| scene.work.text(reason).to_owned()),
        withdrawn: line.withdrawn.is_some(),
    }
}

/// A value in words: people, sprints and items by their names.
fn value(desk: &Desk, scene: &Scene, field: Field, sym: Option<Sym>) -> Option<String> {
    let text = scene.work.text(sym?);
    let named = match field {
        Field::Assignee => {
            text.parse().ok().and_then(|id| desk.organisation().person(id)).map(|person| person.called().to_owned())
        }
        Field::Sprint => {
            text.parse::<SprintId>().ok().and_then(|id| scene.work.sprint(id)).map(|sprint| sprint.name.clone())
        }
        Field::Parent => text.parse().ok().and_then(|id| scene.work.item(id)).map(|item| item.key.to_string()),
        Field::Status => scene
            .stages
            .of
            .get(&sym?)
            .and_then(|place| scene.rules.workflow.stages.get(*place))
            .map(|stage| stage.name.clone()),
        _ => None,
    };
    Some(named.unwrap_or_else(|| text.to_owned()))
}

fn link(key: &str) -> Cell {
    Cell::link(key, super::address(&super::Ask { item: Some(key.to_owned()), ..super::Ask::default() }))
}

/// The item as a sheet.
pub(super) fn sheet(view: &ItemView) -> Sheet {
    let card = &view.card;
    let age = card.age_days.map_or_else(String::new, |age| format!(", {} since it was started", days(age)));
    let mut sheet = Sheet::new(format!("{} is in {}{age}: {}.", card.key, view.stage, card.title));
    if let Some(why) = &card.blocked {
        sheet = sheet.notice(Meaning::Act, format!("It is stopped: {why}."));
    }
    if let Some((host, _)) = &card.lives_at {
        sheet = sheet.notice(Meaning::Neutral, format!("It lives in {host} and does not move here."));
    }
    if let Some(outlook) = &card.outlook {
        sheet = sheet.notice(Meaning::Neutral, format!("Of finished work, {outlook}."));
    }
    let figure =
        |name: &str, text: Option<String>| Figure::new(name, text.map_or_else(|| Cell::missing("not set"), Cell::text));
    sheet = sheet
        .figure(figure("Type", Some(card.sort.word().to_owned())))
        .figure(figure("Class", Some(card.class.word().replace('_', " "))))
        .figure(figure("With", card.assignee.clone()))
        .figure(figure(
            "Estimate",
            card.estimate
                .map(|size| if (size - 1.0).abs() < 1e-9 { "1 point".to_owned() } else { format!("{size} points") }),
        ))
        .figure(figure("Due", card.due_on.clone()));
    if let Some(body) = view.body.as_ref().filter(|body| !body.trim().is_empty()) {
        let about = body.split("\n\n").fold(Section::new("About it"), |section, part| section.say(part.trim()));
        sheet = sheet.section(about);
    }
    let tied = |id: &str, name: &str, head: [&str; 3], rows: Vec<Vec<Cell>>| {
        let columns = vec![Column::words("a", head[0]), Column::words("b", head[1]), Column::words("c", head[2])];
        Section::new(name).table(Table::new(id, name, columns).rows(rows))
    };
    if !view.parts.is_empty() {
        let rows = view
            .parts
            .iter()
            .map(|(key, title, stage)| vec![link(key), Cell::text(title.clone()), Cell::text(stage.clone())]);
        sheet = sheet.section(tied("parts", "Its parts", ["Item", "Title", "Stage"], rows.collect()));
    }
    if !view.ties.is_empty() || view.parent.is_some() {
        let parent = view.parent.iter().map(|key| vec![Cell::text("is part of"), link(key), Cell::text("")]);
        let rows = view
            .ties
            .iter()
            .map(|(how, key, title)| vec![Cell::text(how.clone()), link(key), Cell::text(title.clone())]);
        sheet = sheet.section(tied("ties", "Tied to", ["How", "Item", "Title"], parent.chain(rows).collect()));
    }
    sheet.section(way(view)).section(history(view))
}

fn way(view: &ItemView) -> Section {
    let columns = vec![
        Column::words("stage", "Stage"),
        Column::words("from", "From"),
        Column::words("until", "Until"),
        Column::numbers("days", "Days"),
    ];
    let rows = view.stays.iter().map(|(stage, from, until, days)| {
        vec![
            Cell::text(stage.clone()),
            Cell::text(from.clone()),
            Cell::text(until.clone().unwrap_or_else(|| "now".to_owned())),
            Cell::number(*days, 1),
        ]
    });
    Section::new("Where it was").table(Table::new("stays", "Stays in stages", columns).rows(rows))
}

fn history(view: &ItemView) -> Section {
    let columns = vec![
        Column::numbers("number", "Change"),
        Column::words("at", "When"),
        Column::words("what", "What"),
        Column::words("by", "By").unsorted(),
        Column::words("why", "Why"),
    ];
    let rows = view.log.iter().map(|line| {
        let known = line.known.as_ref().map_or(String::new(), |known| format!(" (known {known})"));
        let what = if line.withdrawn {
            Cell::mark(format!("withdrawn: {}", line.what), Meaning::Watch)
        } else {
            Cell::text(line.what.clone())
        };
        vec![
            Cell::Count(line.number.into()),
            Cell::text(format!("{}{known}", line.at)),
            what,
            Cell::text(line.by.clone().unwrap_or_default()),
            Cell::text(line.reason.clone().unwrap_or_default()),
        ]
    });
    let table = Table::new("log", "Every change, newest first", columns).rows(rows);
    Section::new("History").table(table.or_say("Nothing has changed since it was written down."))
}
