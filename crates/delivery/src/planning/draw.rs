//! The two pictures of a plan, laid out: items over time, and what hangs on what from left to right. Templates draw them as SVG, so that
//! they are there without script, on paper, and in both colour schemes.

use super::sheet::short;
use super::view::{ItemView, PlanView};
use crate::plan::records::ItemKind;

/// Width of the column of names.
const NAMES: f64 = 300.0;
/// Width of the days.
const DAYS: f64 = 860.0;
/// Height of a row.
pub(super) const ROW: f64 = 26.0;
/// Room above the rows.
const HEAD: f64 = 28.0;

/// Items over time, in the units of its view box.
#[derive(Debug, Default)]
pub(super) struct Gantt {
    pub(super) width: f64,
    pub(super) height: f64,
    /// What it shows, in a sentence.
    pub(super) finding: String,
    /// Weeks: x, the day.
    pub(super) weeks: Vec<(f64, String)>,
    /// x of the target.
    pub(super) target: Option<f64>,
    /// Rows.
    pub(super) bars: Vec<Bar>,
}

/// A row.
#[derive(Debug, Default)]
pub(super) struct Bar {
    pub(super) y: f64,
    pub(super) indent: f64,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) point: bool,
    /// Start, P50, P-sure, latest finish.
    pub(super) x: [f64; 4],
    pub(super) then: Option<f64>,
}

impl Bar {
    pub(super) fn middle(&self) -> f64 {
        self.y + ROW / 2.0
    }

    pub(super) fn long(&self) -> f64 {
        (self.x[1] - self.x[0]).max(2.0)
    }

    pub(super) fn room(&self) -> f64 {
        (self.x[3] - self.x[1]).max(0.0)
    }

    /// A diamond around a place.
    pub(super) fn diamond(&self, x: &f64, half: f64) -> String {
        let (x, y) = (*x, self.middle());
        format!("{x:.1},{:.1} {:.1},{y:.1} {x:.1},{:.1} {:.1},{y:.1}", y - half, x + half, y + half, x - half)
    }
}

/// The name of a week, where there is room for it before the edge.
fn fitting(x: f64, name: String) -> String {
    if x + 7.0 * name.chars().count() as f64 > NAMES + DAYS { String::new() } else { name }
}

/// At most so many letters.
fn fitted(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let cut: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// Lays out items over time; none when nothing has a date.
pub(super) fn gantt(plan: &PlanView) -> Option<Gantt> {
    let shown: Vec<&ItemView> = plan.items.iter().filter(|item| item.when.is_some()).collect();
    let day = |text: &str| super::answer::days_between(&plan.from, text).map(|days| days as f64);
    let target = plan.target.as_deref().and_then(day).map(|day| day + 1.0).filter(|day| *day >= 0.0);
    let ends = shown.iter().filter_map(|item| item.when.as_ref()).map(|when| when.place[2].max(when.place[3]));
    let buffer = plan.buffer.as_ref().and_then(|one| Some((day(&one.until.0)? + 1.0, day(&one.until.1)? + 1.0)));
    let halves = plan.baseline.iter().flat_map(|one| one.halves.iter().map(|half| half.2 + 1.0));
    let span = ends.chain(halves).chain(target).chain(buffer.map(|place| place.1)).fold(1.0_f64, f64::max) + 1.0;
    if shown.is_empty() {
        return None;
    }
    let x = |day: f64| NAMES + day.max(0.0) * DAYS / span;
    let then = |item: &ItemView| {
        let halves = plan.baseline.as_ref()?;
        halves.halves.iter().find(|half| half.0 == item.id).map(|half| half.2 + 1.0).filter(|day| *day >= 0.0)
    };
    let bar = |(row, item): (usize, &&ItemView)| {
        let place = item.when.as_ref().map_or([0.0; 4], |when| when.place);
        let on_chain = item.when.as_ref().is_some_and(|when| when.on_chain);
        let indent = 14.0 * (item.depth - 1) as f64;
        Bar {
            y: HEAD + ROW * row as f64,
            indent,
            name: fitted(&format!("{} {}", item.code, item.title), ((NAMES - indent) / 7.4) as usize),
            title: described(plan, item),
            class: if !item.leaf {
                "whole"
            } else if on_chain {
                "chain"
            } else {
                "leaf"
            },
            point: item.kind == ItemKind::Milestone,
            x: place.map(x),
            then: then(item).map(x),
        }
    };
    let mut bars: Vec<Bar> = shown.iter().enumerate().map(bar).collect();
    bars.extend(buffer.map(|place| Bar {
        y: HEAD + ROW * shown.len() as f64,
        name: "Project buffer".to_owned(),
        title: format!("Project buffer: {} d behind the chain", plan.buffer.as_ref().map_or(0.0, |one| one.days)),
        class: "buffer",
        x: [x(place.0), x(place.1), x(place.1), x(place.1)],
        ..Bar::default()
    }));
    Some(Gantt {
        width: NAMES + DAYS,
        height: HEAD + ROW * bars.len() as f64 + 6.0,
        finding: finding(plan),
        weeks: weeks(plan, span).into_iter().map(|(day, name)| (x(day), fitting(x(day), name))).collect(),
        target: target.map(x),
        bars,
    })
}

fn described(plan: &PlanView, item: &ItemView) -> String {
    let Some(when) = &item.when else { return item.title.clone() };
    let day = |day: &str| short(day, &plan.today);
    format!(
        "{} {}: from {}, P50 {}, P85 {}, {} d float, on the chain in {:.0} % of the trials",
        item.code,
        item.title,
        day(&when.start[1]),
        day(&when.finish[1]),
        day(&when.finish[2]),
        when.float_days,
        when.criticality * 100.0
    )
}

fn finding(plan: &PlanView) -> String {
    let chained: Vec<&str> = plan
        .items
        .iter()
        .filter(|item| item.leaf && item.when.as_ref().is_some_and(|when| when.on_chain))
        .map(|item| item.code.as_str())
        .collect();
    let sure = plan.dates.as_ref().map_or(String::new(), |dates| short(&dates.sure, &plan.today));
    format!("The chain runs through {} and ends by {sure} with {:.0} %.", chained.join(", "), plan.confidence * 100.0)
}

/// Mondays, every first, second or fourth week, so that their names do not touch.
fn weeks(plan: &PlanView, span: f64) -> Vec<(f64, String)> {
    let Ok(first) = plan.from.parse::<jiff::civil::Date>() else { return Vec::new() };
    let monday = (7 - i32::from(first.weekday().to_monday_zero_offset())) % 7;
    let stride = if span <= 90.0 {
        7
    } else if span <= 200.0 {
        14
    } else {
        28
    };
    let days = (0..).map(|week| monday + week * stride).take_while(|day| f64::from(*day) < span - 3.0);
    days.map(|day| (f64::from(day), short(&crate::calendar::after(first, day).to_string(), &plan.today))).collect()
}

/// Size of a box of the graph, and what lies between two.
const BOX: (f64, f64) = (200.0, 46.0);
const GAP: (f64, f64) = (72.0, 18.0);
/// Items of a graph at most.
const MOST: usize = 120;

/// What hangs on what, in the units of its view box.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) finding: String,
    pub(super) boxes: Vec<Knot>,
    pub(super) lines: Vec<Thread>,
    /// Items that are tied and not drawn.
    pub(super) more: usize,
}

/// A box.
#[derive(Debug, Default)]
pub(super) struct Knot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) name: String,
    pub(super) below: String,
    pub(super) class: &'static str,
}

/// A line.
#[derive(Debug, Default)]
pub(super) struct Thread {
    pub(super) path: String,
    pub(super) class: &'static str,
    pub(super) width: f64,
    pub(super) title: String,
}

/// Lays the graph out in columns: an item stands right of everything that it hangs on. None without a link.
pub(super) fn graph(plan: &PlanView) -> Option<Graph> {
    let tied = |item: &&ItemView| plan.links.iter().any(|link| link.ids.0 == item.id || link.ids.1 == item.id);
    let all: Vec<&ItemView> = plan.items.iter().filter(tied).collect();
    let more = all.len().saturating_sub(MOST);
    let items: Vec<&ItemView> = all.into_iter().take(MOST).collect();
    let place = |id: &str| items.iter().position(|item| item.id == id);
    let ends: Vec<(usize, usize, usize)> = plan
        .links
        .iter()
        .enumerate()
        .filter_map(|(number, link)| Some((place(&link.ids.0)?, place(&link.ids.1)?, number)))
        .collect();
    if ends.is_empty() {
        return None;
    }
    let mut column = vec![0_usize; items.len()];
    // A ring of preferred links must not turn for ever.
    for _ in 0..items.len() {
        let before = column.clone();
        for (from, to, _) in ends.iter().filter(|end| plan.links[end.2].strength != "preferred") {
            column[*to] = column[*to].max(column[*from] + 1);
        }
        if column == before {
            break;
        }
    }
    let rows = rows(&column, &ends);
    let at = |item: usize| (column[item] as f64 * (BOX.0 + GAP.0) + 4.0, rows[item] as f64 * (BOX.1 + GAP.1) + 4.0);
    let deepest = column.iter().max().map_or(1, |column| column + 1) as f64;
    let tallest = rows.iter().max().map_or(1, |row| row + 1) as f64;
    Some(Graph {
        width: deepest * (BOX.0 + GAP.0) - GAP.0 + 8.0,
        height: tallest * (BOX.1 + GAP.1) - GAP.1 + 8.0,
        finding: format!("{} items are tied by {} links. {}", items.len() + more, plan.links.len(), finding(plan)),
        boxes: items.iter().enumerate().map(|(item, view)| knot(plan, view, at(item))).collect(),
        lines: ends
            .iter()
            .map(|(from, to, link)| thread(plan, (&items, *from, *to), *link, at(*from), at(*to)))
            .collect(),
        more,
    })
}

/// The row of each item: near the middle of those that it hangs on, two never in one place.
fn rows(column: &[usize], ends: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut rows = vec![0_usize; column.len()];
    for here in 0..=column.iter().copied().max().unwrap_or(0) {
        let mut inside: Vec<usize> = (0..column.len()).filter(|item| column[*item] == here).collect();
        let wanted = |item: usize| {
            let above: Vec<usize> =
                ends.iter().filter(|end| end.1 == item && column[end.0] < here).map(|end| rows[end.0]).collect();
            if above.is_empty() { usize::MAX } else { above.iter().sum::<usize>() * 10 / above.len() }
        };
        let keys: Vec<usize> = (0..column.len()).map(wanted).collect();
        inside.sort_by_key(|item| (keys[*item], *item));
        let mut next = 0;
        for item in inside {
            let wish = if keys[item] == usize::MAX { next } else { keys[item] / 10 };
            rows[item] = wish.max(next);
            next = rows[item] + 1;
        }
    }
    rows
}

fn knot(plan: &PlanView, item: &ItemView, at: (f64, f64)) -> Knot {
    let below = match &item.when {
        Some(when) => format!("{} · {:.0} %", short(&when.finish[1], &plan.today), when.criticality * 100.0),
        None => "done".to_owned(),
    };
    let on_chain = item.leaf && item.when.as_ref().is_some_and(|when| when.on_chain);
    let class = if on_chain {
        "chain"
    } else if item.when.is_none() {
        "done"
    } else {
        "leaf"
    };
    Knot { x: at.0, y: at.1, name: fitted(&format!("{} {}", item.code, item.title), 26), below, class }
}

fn thread(
    plan: &PlanView,
    (items, from, to): (&[&ItemView], usize, usize),
    link: usize,
    begin: (f64, f64),
    end: (f64, f64),
) -> Thread {
    let link = &plan.links[link];
    let weight = |item: &ItemView| item.when.as_ref().map_or(0.0, |when| when.criticality);
    let critical = weight(items[from]).min(weight(items[to]));
    let (x, y) = (begin.0 + BOX.0, begin.1 + BOX.1 / 2.0);
    let (to_x, to_y) = (end.0, end.1 + BOX.1 / 2.0);
    let bend = ((to_x - x) / 2.0).max(24.0);
    Thread {
        path: format!("M{x:.1},{y:.1} C{:.1},{y:.1} {:.1},{to_y:.1} {to_x:.1},{to_y:.1}", x + bend, to_x - bend),
        class: match link.strength.as_str() {
            "external" => "external",
            "preferred" => "preferred",
            _ => "hard",
        },
        width: 1.0 + 3.0 * critical,
        title: format!("{} → {}, {}", link.from, link.to, link.how),
    }
}
