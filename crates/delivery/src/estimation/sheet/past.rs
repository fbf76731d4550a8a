//! How answers did: the ledger with its reliability and where outcomes fell, and the backtest of every method.

use desk::Sheet;
use desk::sheet::{Bars, Cell, Column, Deed, Figure, Lines, Meaning, Section, Suggestion, Table, number};
use serde_json::json;

use super::percent;
use crate::estimation::recalibration::LEAST;
use crate::estimation::view::{BacktestRow, BacktestView, GroundView, LedgerView, Reliability, View};

/// Entries that are listed.
const LISTED: usize = 200;

pub(super) fn ledger(ledger: &LedgerView, ground: &GroundView, view: &View) -> Sheet {
    let (resolved, open, void) = ledger.counts;
    let at = ledger.together.iter().find(|one| (one.p - 0.85).abs() < 1e-9);
    let said = match at.and_then(|one| Some((one, one.band?))) {
        Some((one, (low, high))) => {
            let word = super::beside_chance(one.held, low, high);
            format!("Of {} answers at 85 %, {} held ({low}–{high} is chance{word})", one.n, one.held)
        }
        None => "No published answer is resolved yet".to_owned(),
    };
    let few = if resolved < LEAST { format!("; uncalibrated ({resolved} resolved)") } else { String::new() };
    let mut sheet = Sheet::new(format!("{said}{few}; {open} are open."));
    sheet = sheet.figure(Figure::new("Resolved", Cell::Count(resolved as u64)));
    sheet = sheet.figure(Figure::new("Open", Cell::Count(open as u64)));
    sheet = sheet.figure(Figure::new("Void", Cell::Count(void as u64)).note("shown apart, and not counted"));
    if ledger.entries.is_empty() {
        let input = json!({ "team": view.team.as_ref().map(|team| &team.1), "standard": true });
        let deed = Deed::Act { practice: "estimation".to_owned(), act: "publish_forecast".to_owned(), input };
        let why = "How many in 14, 28 and 56 days, and the running sprint: with a past of such answers the next ones correct themselves.";
        return sheet.suggest(Suggestion::new("Publish the standard questions", why, deed));
    }
    if resolved > 0 {
        sheet = sheet.section(reliability(ledger)).section(pits(ledger));
    }
    sheet.section(by_question(ledger)).section(entries(ledger, ground))
}

fn band(one: &Reliability) -> (Option<f64>, Option<f64>) {
    let share = |count: u32| f64::from(count) / f64::from(one.n.max(1)) * 100.0;
    (one.band.map(|band| share(band.0)), one.band.map(|band| share(band.1)))
}

fn reliability(ledger: &LedgerView) -> Section {
    let all = &ledger.together;
    let achieved = |one: &Reliability| (one.n > 0).then(|| f64::from(one.held) / f64::from(one.n) * 100.0);
    let lines = Lines {
        over: "Said".to_owned(),
        labels: all.iter().map(|one| percent(one.p)).collect(),
        series: vec![
            ("Held".to_owned(), all.iter().map(achieved).collect()),
            ("As said".to_owned(), all.iter().map(|one| Some(one.p * 100.0)).collect()),
            ("Chance, from".to_owned(), all.iter().map(|one| band(one).0).collect()),
            ("Chance, to".to_owned(), all.iter().map(|one| band(one).1).collect()),
        ],
        unit: "%".to_owned(),
        decimals: 0,
    };
    let out = all.iter().filter(|one| one.band.is_some_and(|band| one.held < band.0)).count();
    let over = all.iter().filter(|one| one.band.is_some_and(|band| one.held > band.1)).count();
    let finding = match out {
        0 if over > 0 => {
            format!("At {over} of {} levels more held than chance allows: we were too careful.", all.len())
        }
        0 => "At every level as many held as chance allows.".to_owned(),
        out => format!("At {out} of {} levels fewer held than chance allows.", all.len()),
    };
    Section::new("Said and held").chart(lines.chart("reliability", finding))
}

fn pits(ledger: &LedgerView) -> Section {
    let labels = (0..10).map(|bin| format!("{}–{} %", bin * 10, bin * 10 + 10)).collect();
    let bars = Bars {
        over: "Where the outcome fell".to_owned(),
        labels,
        series: vec![("Answers".to_owned(), ledger.pits.iter().map(|count| Some(f64::from(*count))).collect())],
        unit: "answers".to_owned(),
        decimals: 0,
        stacked: false,
    };
    let n: u32 = ledger.pits.iter().sum();
    let ends = ledger.pits.first().unwrap_or(&0) + ledger.pits.last().unwrap_or(&0);
    let finding = format!("{ends} of {n} outcomes fell into the two ends; even would be a fifth.");
    Section::new("Where outcomes fell").chart(bars.chart("pits", finding))
}

fn by_question(ledger: &LedgerView) -> Section {
    let mut columns = vec![Column::words("question", "Question and reach")];
    columns.extend([50, 70, 85, 95].map(|p| Column::words(&format!("p{p}"), &format!("{p} % held")).unsorted()));
    columns.push(Column::words("correction", "Correction"));
    let rows = ledger.reliability.iter().zip(&ledger.corrections).map(|((name, levels), (_, correction))| {
        let mut row = vec![Cell::text(name.clone())];
        row.extend(levels.iter().map(|one| match one.band {
            Some((low, _)) if one.held < low => Cell::mark(held(one), Meaning::Act),
            Some(_) => Cell::mark(held(one), Meaning::Good),
            None => Cell::missing("none resolved"),
        }));
        row.push(Cell::text(correction.clone()));
        row
    });
    Section::new("By question")
        .table(Table::new("questions", "How often each level held, and what chance allows", columns).rows(rows))
}

fn held(one: &Reliability) -> String {
    one.band.map_or_else(String::new, |(low, high)| format!("{} of {} ({low}–{high})", one.held, one.n))
}

fn entries(ledger: &LedgerView, ground: &GroundView) -> Section {
    let columns = vec![
        Column::words("told", "Told on"),
        Column::words("about", "About"),
        Column::words("half", "50 %").unsorted(),
        Column::words("most", "85 %").unsorted(),
        Column::words("came", "Came").unsorted(),
        Column::words("state", "State"),
        Column::numbers("crps", "Score")
            .about("Continuous ranked probability score, in days or counts: less is better."),
    ];
    let rows = ledger.entries.iter().take(LISTED).map(|one| {
        let state = match one.state.as_str() {
            "held" => Cell::mark("held", Meaning::Good),
            "missed" => Cell::mark("missed", Meaning::Act),
            other => Cell::text(other),
        };
        vec![
            Cell::link(one.told.clone(), format!("/records/forecast/{}", one.id)),
            Cell::text(one.about.clone()),
            Cell::text(one.half.clone()),
            Cell::text(one.most.clone()),
            one.came.clone().map_or_else(|| Cell::missing("open"), Cell::text),
            state,
            one.crps.map_or_else(|| Cell::missing("open"), |score| Cell::number(score, 1)),
        ]
    });
    let more = ledger.entries.len().saturating_sub(LISTED) as u64;
    let caption = format!("What was published until {}", ground.today);
    Section::new("Entries").table(Table::new("entries", caption, columns).rows(rows).and_more(more))
}

pub(super) fn backtest(backtest: &BacktestView, ground: &GroundView, view: &View) -> Sheet {
    if backtest.rows.is_empty() {
        return Sheet::new("The record is too short for a backtest: 28 days and 10 finished before the first week.");
    }
    let poor: Vec<&BacktestRow> =
        backtest.rows.iter().filter(|row| row.method == ground.method && !row.holds).collect();
    let best = &backtest.chosen;
    let weeks = backtest.checkpoints;
    let said = if poor.is_empty() {
        format!("Told at {weeks} weeks of the past, {} held what it said", ground.method)
    } else {
        let where_ = poor.iter().map(|row| format!("{} days", row.days)).collect::<Vec<_>>().join(" and ");
        format!("Told at {weeks} weeks of the past, {} held less than it said over {where_}", ground.method)
    };
    let mut sheet = Sheet::new(format!("{said}; {best} did best among those that held."));
    for row in &poor {
        sheet = sheet.notice(
            Meaning::Act,
            format!(
                "Poor: over {} days {} held {} at 85 % and {} at 95 %.",
                row.days,
                row.method,
                percent(row.levels[2].1),
                percent(row.levels[3].1)
            ),
        );
    }
    let mut columns = vec![
        Column::words("method", "Method"),
        Column::numbers("days", "Over").unit("d"),
        Column::numbers("n", "Weeks"),
    ];
    columns.extend([50, 70, 85, 95].map(|p| Column::words(&format!("p{p}"), &format!("{p} % held")).unsorted()));
    columns.push(
        Column::numbers("crps", "Score")
            .about("Mean continuous ranked probability score in things finished: less is better."),
    );
    columns.push(Column::words("skill", "Against window/90").unsorted());
    let rows = backtest.rows.iter().map(|row| {
        let mut cells =
            vec![Cell::text(row.method.clone()), Cell::Count(row.days as u64), Cell::Count(u64::from(row.n))];
        cells.extend(row.levels.iter().map(|(_, share, band)| match band {
            Some((low, high)) => {
                let text = format!("{} ({}–{})", percent(*share), number(low * 100.0, 0), number(high * 100.0, 0));
                Cell::mark(text, if share < low { Meaning::Act } else { Meaning::Neutral })
            }
            None => Cell::text(percent(*share)),
        }));
        cells.push(Cell::number(row.crps, 2));
        cells.push(row.skill.map_or_else(
            || Cell::missing("not at the same weeks"),
            |skill| {
                Cell::text(format!(
                    "{} % {}",
                    number(skill.abs() * 100.0, 1),
                    if skill < 0.0 { "worse" } else { "better" }
                ))
            },
        ));
        cells
    });
    let table = Table::new("backtest", "How often each level held, with what chance allows", columns).rows(rows);
    let section = Section::new("Every method over the past")
        .say("Each week it is told how many will be finished in 14, 28 and 56 days, with what was known then. Weeks overlap: what chance allows is reckoned over as many as do not.")
        .say("Who was away is not known for the past; working and free days are told apart.")
        .table(table);
    sheet = sheet.section(section);
    if *best != ground.method {
        let input = json!({ "team": view.team.as_ref().map(|team| &team.1), "method": best, "why": "It had the least score in the backtest and held what it said." });
        let deed = Deed::Act { practice: "estimation".to_owned(), act: "choose_method".to_owned(), input };
        let reason = "It had the least score among those that held what they said over every horizon.";
        sheet = sheet.suggest(Suggestion::new(format!("Forecast with {best}"), reason, deed));
    }
    sheet
}
