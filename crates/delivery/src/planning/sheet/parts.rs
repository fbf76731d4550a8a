//! The parts of the answer as tables: the tree, items over time, links, capacity by week, the baseline.

use desk::sheet::{Cell, Column, Meaning, Section, Table, number};

use super::super::buffers::Fever;
use super::super::fever::word;
use super::super::view::{BufferView, FeverPoint, ItemView, PlanView};
use super::super::{Ask, page_of};
use super::{likely, percent, short};
use crate::plan::model::{Fit, Standing};

fn standing(item: &ItemView) -> Cell {
    let word = item.standing.word();
    match item.standing {
        Standing::Open | Standing::Dropped => Cell::text(word),
        Standing::Started => Cell::mark(word, Meaning::Neutral),
        Standing::Done => Cell::mark(word, Meaning::Good),
    }
}

fn size(item: &ItemView) -> Cell {
    let Some(fit) = item.fit else { return Cell::text("") };
    let meaning = match fit {
        Fit::Fits => Meaning::Good,
        Fit::TooBig => Meaning::Act,
        Fit::CannotTell => Meaning::Watch,
    };
    Cell::mark(fit.word(), meaning)
}

/// The item in its place of the tree; a click asks why its date.
fn name(ask: &Ask, item: &ItemView) -> Cell {
    let indent = "\u{2003}".repeat(item.depth - 1);
    let key = item.key.as_deref().map_or(String::new(), |key| format!(" ({key})"));
    let text = format!("{indent}{} {}{key}", item.code, item.title);
    if item.when.is_some() {
        let href = page_of(&Ask { why: Some(item.id.clone()), drop: Vec::new(), what_if: Vec::new(), ..ask.clone() });
        Cell::link(text, href)
    } else {
        Cell::text(text)
    }
}

pub(super) fn tree(ask: &Ask, plan: &PlanView) -> Vec<Section> {
    let columns = vec![
        Column::words("item", "Item").unsorted(),
        Column::words("kind", "Kind"),
        Column::words("state", "State"),
        Column::words("size", "Size").about("Whether it will be done within the limit with 85 %"),
        Column::words("estimate", "Estimate"),
        Column::words("half", "P50"),
        Column::words("sure", &percent(plan.confidence)),
        Column::numbers("critical", "On the chain").about("Share of trials in which it bound the finish"),
        Column::words("signs", "Signs"),
    ];
    let rows = plan.items.iter().map(|item| {
        let when = item.when.as_ref();
        let day = |day: Option<&String>| day.map_or_else(|| Cell::text(""), |day| Cell::text(short(day, &plan.today)));
        vec![
            name(ask, item),
            Cell::text(item.kind.word()),
            standing(item),
            size(item),
            Cell::text(item.estimate.clone().or_else(|| item.drawn_from.clone()).unwrap_or_default()),
            day(when.map(|when| &when.finish[1])),
            day(when.map(|when| &when.sure)),
            when.map_or_else(|| Cell::missing("nothing is left of it"), |when| Cell::Share(when.criticality)),
            Cell::text(item.signs.join(", ")),
        ]
    });
    let table = Table::new("items", format!("Items of {}", plan.title), columns).rows(rows).or_say("No item yet.");
    let mut section = Section::new("Items").table(table);
    if !plan.goal.is_empty() {
        section = section.say(format!("Goal: {}", plan.goal));
    }
    let mut all = vec![section];
    if !plan.slices.is_empty() {
        let columns = vec![
            Column::words("item", "Item"),
            Column::words("pattern", "Pattern"),
            Column::words("question", "Question").unsorted(),
        ];
        let rows = plan.slices.iter().flat_map(|slice| {
            slice.questions.iter().map(|(pattern, question)| {
                vec![Cell::text(slice.item.clone()), Cell::text(pattern.clone()), Cell::text(question.clone())]
            })
        });
        let table = Table::new("slices", "Questions that help to split what is too big", columns).rows(rows);
        all.push(
            Section::new("How to split")
                .say("An answer of one line makes a part: split the item with it.")
                .table(table),
        );
    }
    all
}

pub(super) fn gantt(plan: &PlanView) -> Vec<Section> {
    let columns = vec![
        Column::words("item", "Item").unsorted(),
        Column::words("start", "Start P50"),
        Column::words("half", "Finish P50"),
        Column::words("late", "Finish P85"),
        Column::numbers("float", "Float").unit("d"),
        Column::numbers("critical", "On the chain"),
        Column::words("then", "Baseline P50"),
        Column::words("by", "Promised for"),
    ];
    let rows = plan.items.iter().filter_map(|item| {
        let when = item.when.as_ref()?;
        let then = plan.baseline.as_ref().and_then(|one| one.halves.iter().find(|half| half.0 == item.id));
        let promised = item.finish_by.as_ref().map(|day| {
            let chance = item.chance.map_or(String::new(), |one| format!(", {}", likely(one)));
            format!("{}{chance}", short(day, &plan.today))
        });
        Some(vec![
            Cell::text(format!("{}{} {}", "\u{2003}".repeat(item.depth - 1), item.code, item.title)),
            Cell::text(short(&when.start[1], &plan.today)),
            Cell::text(short(&when.finish[1], &plan.today)),
            Cell::text(short(&when.finish[2], &plan.today)),
            Cell::number(when.float_days, 1),
            Cell::Share(when.criticality),
            Cell::text(then.map_or(String::new(), |then| short(&then.1, &plan.today))),
            Cell::text(promised.unwrap_or_default()),
        ])
    });
    let table = Table::new("gantt", "Items over time", columns).rows(rows).or_say("No date can be told.");
    let mut all = vec![Section::new("Over time").table(table)];
    all.extend(plan.buffer.as_ref().map(|buffer| reserve(plan, buffer)));
    all
}

/// What is kept in reserve behind each chain.
fn reserve(plan: &PlanView, buffer: &BufferView) -> Section {
    let columns = vec![
        Column::words("chain", "Chain").unsorted(),
        Column::words("into", "Feeds into").unsorted(),
        Column::numbers("bold", "P50").unit("d").about("Working days of the chain in half of the cases"),
        Column::numbers("buffer", "Buffer").unit("d").about("√Σ(P90 − P50)²"),
        Column::numbers("room", "Room").unit("d").about("Working days that lie there in the levelled plan"),
        Column::words("word", "Enough").unsorted(),
    ];
    let main = vec![
        Cell::text(buffer.chain.join(" → ")),
        Cell::text("the end of the plan"),
        Cell::number(buffer.bold_days, 1),
        Cell::number(buffer.days, 1),
        Cell::missing("it lies behind the end"),
        Cell::text(format!("until {}", short(&buffer.until.1, &plan.today))),
    ];
    let rows = buffer.feeding.iter().map(|one| {
        let enough = one.room_days + 0.25 > one.days;
        vec![
            Cell::text(one.chain.join(" → ")),
            Cell::text(one.into.clone()),
            Cell::number(one.bold_days, 1),
            Cell::number(one.days, 1),
            Cell::number(one.room_days, 1),
            if enough { Cell::mark("enough", Meaning::Good) } else { Cell::mark("too little", Meaning::Watch) },
        ]
    });
    let tight = buffer.feeding.iter().filter(|one| one.room_days + 0.25 <= one.days).count();
    let said = match (buffer.feeding.len(), tight) {
        (0, _) => "Nothing feeds into the chain from aside.".to_owned(),
        (n, 0) => {
            format!("{n} {} into the chain, each with room enough.", if n == 1 { "chain feeds" } else { "chains feed" })
        }
        (n, tight) => format!("Of {n} chains that feed into it {tight} may hold it up: begin them earlier."),
    };
    let table = Table::new("reserve", "What is kept in reserve", columns).rows(std::iter::once(main).chain(rows));
    Section::new("Reserve").say(said).table(table)
}

pub(super) fn graph(plan: &PlanView) -> Vec<Section> {
    let columns = vec![
        Column::words("from", "First"),
        Column::words("to", "Then"),
        Column::words("how", "How"),
        Column::words("strength", "Strength"),
        Column::words("outside", "Hangs on"),
    ];
    let rows = plan.links.iter().map(|link| {
        vec![
            Cell::text(link.from.clone()),
            Cell::text(link.to.clone()),
            Cell::text(link.how.clone()),
            Cell::text(link.strength.clone()),
            Cell::text(link.outside.clone().unwrap_or_default()),
        ]
    });
    let table = Table::new("links", "What hangs on what", columns).rows(rows).or_say("Nothing hangs on anything.");
    vec![Section::new("What hangs on what").table(table)]
}

pub(super) fn capacity(plan: &PlanView) -> Vec<Section> {
    let columns = vec![
        Column::words("team", "Team"),
        Column::words("week", "Week from"),
        Column::numbers("available", "Available").unit("person-days").about("Absences and holidays taken off"),
        Column::numbers("unplanned", "Unplanned").unit("person-days").about("The share of the last 90 days"),
        Column::numbers("planned", "This plan").unit("person-days"),
        Column::words("word", "Room"),
    ];
    let rows = plan.weeks.iter().map(|week| {
        let room = week.available - week.unplanned - week.planned;
        let word = if week.available <= 0.0 {
            Cell::mark("nobody", Meaning::Watch)
        } else if room < -0.5 {
            Cell::mark("over", Meaning::Act)
        } else {
            Cell::text(format!("{} left", number(room.max(0.0), 1)))
        };
        vec![
            Cell::text(week.team.clone()),
            Cell::text(short(&week.week, &plan.today)),
            Cell::number(week.available, 1),
            Cell::number(week.unplanned, 1),
            Cell::number(week.planned, 1),
            word,
        ]
    });
    let table = Table::new("capacity", "Person-days by week", columns).rows(rows).or_say("No team is named.");
    vec![Section::new("Capacity").table(table)]
}

pub(super) fn baseline(plan: &PlanView) -> Vec<Section> {
    let Some(one) = &plan.baseline else {
        return vec![Section::new("Baseline").say("Nothing was promised yet: freeze a baseline, with a reason.")];
    };
    let day = |day: &str| short(day, &plan.today);
    let mut section = Section::new("What was promised").say(format!(
        "Frozen on {}: {}. P50 {}, {} {} then.",
        day(&one.frozen_on),
        one.reason,
        day(&one.then.0),
        percent(plan.confidence),
        day(&one.then.1)
    ));
    if let Some((half, sure)) = one.moved {
        section = section.say(format!("P50 moved by {half:+} days, {} by {sure:+} days.", percent(plan.confidence)));
    }
    if let Some((worked, passed, ratio)) = one.earned {
        section = section.say(format!(
            "Earned schedule: {} weeks of the plan are worked off in {} weeks, {} of the speed that was planned.",
            number(worked, 1),
            number(passed, 1),
            number(ratio, 2)
        ));
    }
    if let Some(last) = one.trail.last() {
        section = section.say(format!(
            "{:.0} % of the leaves are done, {:.0} % of the reserve is used: {}.",
            last.done,
            last.used,
            word(last.fever)
        ));
    }
    let columns = vec![Column::words("item", "Item"), Column::words("change", "What changed").unsorted()];
    let rows = one.changes.iter().map(|(item, change)| vec![Cell::text(item.clone()), Cell::text(change.clone())]);
    let table = Table::new("changes", "Since it was frozen", columns).rows(rows).or_say("Nothing changed since.");
    vec![section.table(table), trail(plan, &one.trail)]
}

/// How fast the reserve was used, day by day.
fn trail(plan: &PlanView, trail: &[FeverPoint]) -> Section {
    let columns = vec![
        Column::words("on", "On").unsorted(),
        Column::numbers("done", "Done").unit("%"),
        Column::numbers("used", "Reserve used").unit("%"),
        Column::words("word", "Means"),
    ];
    let rows = trail.iter().rev().map(|point| {
        let meaning = match point.fever {
            Fever::Good => Meaning::Good,
            Fever::Watch => Meaning::Watch,
            Fever::Act => Meaning::Act,
        };
        vec![
            Cell::text(short(&point.on, &plan.today)),
            Cell::number(point.done, 0),
            Cell::number(point.used, 0),
            Cell::mark(word(point.fever), meaning),
        ]
    });
    let table = Table::new("trail", "How fast the reserve is used", columns)
        .rows(rows)
        .or_say("The plan was frozen with no reserve between P50 and the sure date, or has no date now.");
    Section::new("Reserve").table(table)
}
