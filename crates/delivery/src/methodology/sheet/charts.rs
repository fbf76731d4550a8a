//! The pictures of flow and of a sprint, each with the table that it is drawn from.

use desk::Sheet;
use desk::sheet::{Bars, Cell, Chart, Column, Lines, Meaning, Section, Table, number};
use serde_json::{Value, json};

use super::days;
use crate::methodology::view::{FlowView, SprintView, View};

/// The sections of the flow.
pub(super) fn flow(sheet: Sheet, view: &View, flow: &FlowView) -> Sheet {
    let parts = [cumulative(flow), scatter(flow), ageing(flow), throughput(flow), steady(view, flow), rework(flow)];
    parts.into_iter().flatten().fold(sheet, Sheet::section)
}

/// Every so many days, so that a table or an axis can be read.
fn stride(length: usize) -> usize {
    (length / 60).max(1)
}

fn cumulative(flow: &FlowView) -> Option<Section> {
    let (first, last) = (flow.cumulative.first()?, flow.days.len().checked_sub(1)?);
    let step = stride(flow.days.len());
    let picked: Vec<usize> = (0..=last).rev().step_by(step).collect::<Vec<_>>().into_iter().rev().collect();
    // Bands from the right: what is finished lies at the bottom, each stage on it.
    let bands: Vec<(&str, Vec<u32>)> = (0..flow.cumulative.len())
        .map(|place| {
            let (name, reached) = &flow.cumulative[place];
            let beyond = flow.cumulative.get(place + 1).map(|next| &next.1);
            let band = |day: &usize| reached[*day] - beyond.map_or(0, |beyond| beyond[*day]);
            (name.as_str(), picked.iter().map(band).collect())
        })
        .rev()
        .collect();
    let floor = flow.cumulative.last().and_then(|last| last.1.first()).map_or(0, |done| done / 10 * 10);
    let labels: Vec<&str> = picked.iter().map(|day| flow.days[*day].as_str()).collect();
    let series: Vec<Value> = bands
        .iter()
        .enumerate()
        .map(|(place, (name, band))| {
            json!({ "type": "line", "name": name, "stack": "all", "symbol": "none", "areaStyle": { "opacity": 0.55 },
                    "lineStyle": { "width": 1 }, "itemStyle": { "color": format!("var(--series-{})", place % 5 + 1) }, "data": band })
        })
        .collect();
    let options = json!({
        "tooltip": { "trigger": "axis" }, "legend": { "top": 0 },
        "grid": { "left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": true },
        "xAxis": { "type": "category", "data": labels, "boundaryGap": false },
        // What was finished before the period is the ground on which the bands stand.
        "yAxis": { "type": "value", "name": "items", "minInterval": 1, "min": floor }, "series": series,
    });
    let mut columns = vec![Column::words("day", "End of")];
    columns.extend(bands.iter().enumerate().map(|(place, (name, _))| Column::numbers(&format!("s{place}"), name)));
    let rows = labels.iter().enumerate().map(|(at, day)| {
        let counts = bands.iter().map(|(_, band)| Cell::Count(u64::from(band[at])));
        std::iter::once(Cell::text(*day)).chain(counts).collect()
    });
    let table = Table::new("cumulative", "Items in each stage at the end of the day", columns).rows(rows);
    let (begun, now) = (first.1.first()?, first.1.last()?);
    let finding = format!("{begun} items were on the board at the beginning of the period, {now} at its end.");
    let mut section = Section::new("Cumulative flow").chart(Chart::from_options("cumulative", finding, options, table));
    if !flow.fell.is_empty() {
        let some: Vec<_> = flow.fell.iter().take(6).map(String::as_str).collect();
        section = section.say(format!(
            "Work went back on {} days ({}): the bands fall there.",
            flow.fell.len(),
            some.join(", ")
        ));
    }
    Some(section)
}

fn scatter(flow: &FlowView) -> Option<Section> {
    if flow.finished.is_empty() {
        return None;
    }
    let data: Vec<Value> =
        flow.finished.iter().map(|(day, key, took)| json!({ "name": key, "value": [day, took] })).collect();
    let lines: Vec<Value> = flow
        .cycle_time
        .iter()
        .filter_map(|one| Some(json!({ "yAxis": one.days?, "name": format!("{:.0} %", one.p * 100.0) })))
        .collect();
    let options = json!({
        "tooltip": { "trigger": "item" },
        "grid": { "left": 8, "right": 56, "top": 32, "bottom": 8, "containLabel": true },
        "xAxis": { "type": "time" }, "yAxis": { "type": "value", "name": "days" },
        "series": [{ "type": "scatter", "symbolSize": 8, "itemStyle": { "color": "var(--series-1)", "opacity": 0.6 }, "data": data,
            "markLine": { "symbol": "none", "lineStyle": { "type": "dashed", "color": "var(--ink-soft)" },
                "label": { "formatter": "{b}", "position": "end" }, "data": lines } }],
    });
    let columns = vec![
        Column::words("day", "Finished on"),
        Column::words("key", "Item"),
        Column::numbers("took", "Took").unit("d"),
    ];
    let rows = flow
        .finished
        .iter()
        .rev()
        .map(|(day, key, took)| vec![Cell::text(day.clone()), Cell::text(key.clone()), Cell::number(*took, 1)]);
    let slowest = flow.finished.iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    let finding =
        format!("{} items were finished; the longest took {} ({}).", flow.finished.len(), days(slowest.2), slowest.1);
    let table = Table::new("scatter", "Finished items", columns).rows(rows);
    Some(Section::new("How long finished items took").chart(Chart::from_options("scatter", finding, options, table)))
}

fn ageing(flow: &FlowView) -> Option<Section> {
    if flow.open.is_empty() {
        return None;
    }
    let names: Vec<&str> = flow.stages.iter().map(|stage| stage.name.as_str()).collect();
    let data: Vec<Value> =
        flow.open.iter().map(|(stage, age, key)| json!({ "name": key, "value": [stage, age] })).collect();
    let band: Vec<Value> = flow.stages.iter().map(|stage| stage.left_by.map_or(Value::Null, |by| json!(by))).collect();
    let options = json!({
        "tooltip": { "trigger": "item" }, "legend": { "top": 0 },
        "grid": { "left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": true },
        "xAxis": { "type": "category", "data": names }, "yAxis": { "type": "value", "name": "age in days" },
        "series": [
            { "type": "bar", "name": "85 % had left by", "data": band, "barWidth": "70%", "itemStyle": { "color": "var(--shade-2)" } },
            { "type": "scatter", "name": "open items", "symbolSize": 9, "data": data, "itemStyle": { "color": "var(--series-2)" } },
        ],
    });
    let columns = vec![
        Column::words("stage", "Stage"),
        Column::numbers("count", "In work"),
        Column::numbers("limit", "Limit"),
        Column::words("word", "Room"),
        Column::numbers("oldest", "Oldest").unit("d"),
        Column::numbers("left", "85 % had left it by").unit("d"),
    ];
    let maybe =
        |value: Option<f64>, why: &str| value.map_or_else(|| Cell::missing(why), |value| Cell::number(value, 0));
    let rows = flow.stages.iter().map(|stage| {
        let meaning = if stage.word == "over" { Meaning::Act } else { Meaning::Neutral };
        vec![
            Cell::text(stage.name.clone()),
            Cell::Count(stage.count as u64),
            stage.limit.map_or_else(|| Cell::missing("no limit"), |limit| Cell::Count(u64::from(limit))),
            if stage.word.is_empty() { Cell::text("") } else { Cell::mark(stage.word.clone(), meaning) },
            maybe(stage.oldest, "nothing in it"),
            maybe(stage.left_by, "nothing finished left it"),
        ]
    });
    let oldest = flow.open.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let finding = format!(
        "{} items are in work; the oldest is {} with {} ({}).",
        flow.open.len(),
        oldest.2,
        days(oldest.1),
        oldest.0
    );
    let table = Table::new("ageing", "Stages between start and finish", columns).rows(rows);
    Some(Section::new("Ageing work in progress").chart(Chart::from_options("ageing", finding, options, table)))
}

fn throughput(flow: &FlowView) -> Option<Section> {
    let (labels, counts): (Vec<String>, Vec<u32>) = flow.weeks.iter().cloned().unzip();
    let mean = counts.iter().sum::<u32>() as f64 / counts.len().max(1) as f64;
    if counts.is_empty() {
        return None;
    }
    let values = counts.iter().map(|count| Some(f64::from(*count))).collect();
    let bars = Bars {
        over: "Week from".to_owned(),
        labels,
        series: vec![("Finished".to_owned(), values)],
        unit: "items".to_owned(),
        decimals: 0,
        stacked: false,
    };
    let finding = format!("{} items a week on the mean of {} weeks.", number(mean, 1), counts.len());
    let mut section = Section::new("Throughput").chart(bars.chart("throughput", finding));
    section = match flow.week_limits {
        Some((lower, mean, upper)) => {
            let signals: Vec<_> =
                flow.week_signals.iter().filter_map(|at| flow.weeks.get(*at)).map(|week| week.0.as_str()).collect();
            let said = if signals.is_empty() {
                "no week left them".to_owned()
            } else {
                format!("left in the weeks from {}", signals.join(", "))
            };
            section.say(format!(
                "Limits of the process: {} to {} with a mean of {}; {said}.",
                number(lower.max(0.0), 1),
                number(upper, 1),
                number(mean, 1)
            ))
        }
        None => section.say("Limits of the process need ten whole weeks."),
    };
    Some(section)
}

fn steady(view: &View, flow: &FlowView) -> Option<Section> {
    let (in_work, rate, time) = flow.little?;
    let law = format!(
        "Over {} to {}: {} in work on the mean = {} begun a day × {} in work.",
        view.rules.since,
        view.rules.until,
        number(in_work, 2),
        number(rate, 2),
        days((time * 100.0).round() / 100.0)
    );
    let mut section = Section::new("Is the past steady?").say(law);
    section = if flow.unsteady.is_empty() {
        section
            .say("It is: what comes and what goes agree, and open work does not age. The past may tell of the future.")
    } else {
        section.say(format!("It is not: {}. Forecasts from it are to be taken with care.", flow.unsteady.join("; ")))
    };
    Some(match &flow.tail {
        Some(tail) => section.say(tail.clone()),
        None => section,
    })
}

fn rework(flow: &FlowView) -> Option<Section> {
    if flow.rework.is_empty() {
        return None;
    }
    let columns =
        vec![Column::words("from", "From"), Column::words("to", "Back to"), Column::numbers("times", "Times")];
    let rows = flow
        .rework
        .iter()
        .map(|(from, to, times)| vec![Cell::text(from.clone()), Cell::text(to.clone()), Cell::Count(*times as u64)]);
    Some(Section::new("What went back").table(Table::new("rework", "Returns to an earlier stage", columns).rows(rows)))
}

/// The sections of a sprint.
pub(super) fn sprint(sheet: Sheet, sprint: &SprintView) -> Sheet {
    let mut head = Section::new(sprint.name.clone());
    if let Some(goal) = sprint.goal.as_deref().filter(|goal| !goal.is_empty()) {
        head = head.say(format!("Goal: {goal}"));
    }
    if let Some((from, until)) = &sprint.days {
        head = head.say(format!("{from} to {until}, {}.", sprint.state.word()));
    }
    if let Some(now) = &sprint.known_now {
        let then = &sprint.tally;
        head = head.say(format!(
            "Drawn as it was known at its close. With what is known today {} would be completed instead of {}: items were re-dated since.",
            now.completed.items, then.completed.items
        ));
    }
    let mut sheet = sheet.section(head);
    if let Some(section) = burndown(sprint) {
        sheet = sheet.section(section);
    }
    let columns = vec![
        Column::words("key", "Item"),
        Column::words("title", "Title"),
        Column::numbers("size", "Estimate"),
        Column::words("state", "State"),
    ];
    let rows = sprint.members.iter().map(|(key, title, size, done)| {
        let size = size.map_or_else(|| Cell::missing("not estimated"), |size| Cell::number(size, 0));
        let state = if *done { Cell::mark("done", Meaning::Good) } else { Cell::text("open") };
        vec![Cell::text(key.clone()), Cell::text(title.clone()), size, state]
    });
    sheet = sheet.section(
        Section::new("In it")
            .table(Table::new("members", "Items of the sprint", columns).rows(rows).or_say("Nothing is in it.")),
    );
    velocity(sprint).into_iter().fold(sheet, Sheet::section)
}

fn burndown(sprint: &SprintView) -> Option<Section> {
    if sprint.burndown.is_empty() {
        return None;
    }
    let labels: Vec<String> = sprint.burndown.iter().map(|day| day.day.clone()).collect();
    let line =
        |value: fn(&crate::methodology::view::BurnDay) -> Option<f64>| sprint.burndown.iter().map(value).collect();
    let lines = Lines {
        over: "End of".to_owned(),
        labels,
        series: vec![
            ("Left".to_owned(), line(|day| day.left)),
            ("Ideal".to_owned(), line(|day| Some(day.ideal))),
            ("Done".to_owned(), line(|day| day.done)),
            ("Everything in it".to_owned(), line(|day| day.scope)),
        ],
        unit: "points".to_owned(),
        decimals: 1,
    };
    let left = sprint.burndown.iter().rev().find_map(|day| day.left)?;
    let finding =
        format!("{} of {} points promised are left.", number(left, 0), number(sprint.tally.committed.size, 0));
    let mut section = Section::new("Burndown").chart(lines.chart("burndown", finding));
    if !sprint.steps.is_empty() {
        let columns = vec![Column::words("day", "Day"), Column::words("key", "Item"), Column::words("why", "Step")];
        let rows = sprint
            .steps
            .iter()
            .map(|(day, key, why)| vec![Cell::text(day.clone()), Cell::text(key.clone()), Cell::text(why.clone())]);
        section = section.table(Table::new("steps", "Steps of the line", columns).rows(rows));
    }
    Some(section)
}

fn velocity(sprint: &SprintView) -> Option<Section> {
    if sprint.velocity.is_empty() {
        return None;
    }
    let (labels, values) = sprint.velocity.iter().map(|(name, _, size)| (name.clone(), Some(*size))).unzip();
    let bars = Bars {
        over: "Sprint".to_owned(),
        labels,
        series: vec![("Completed".to_owned(), values)],
        unit: "points".to_owned(),
        decimals: 0,
        stacked: false,
    };
    let finding = sprint.median_velocity.map_or_else(
        || "Fewer than three sprints are closed.".to_owned(),
        |median| {
            format!("The median of the last sprints is {} points. It says nothing across teams.", number(median, 0))
        },
    );
    Some(Section::new("Completed in the last sprints").chart(bars.chart("velocity", finding)))
}
