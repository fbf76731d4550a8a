//! The view as a sheet: the sentence, the pictures with the tables that they are drawn from, what to do, how it was computed.

mod charts;
mod room;

use desk::sheet::{Cell, Column, Computed, Deed, Empty, Figure, Meaning, Section, Suggestion, Table, number};
use desk::{Sheet, Sheeted};

use super::view::{BoardView, FlowView, SprintView, View};
use super::{Ask, Show, address};

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        let Some(team) = &self.team else { return Sheet::nothing(nobody()) };
        if let Some(item) = &self.item {
            return super::item::sheet(item).computed(computed(self));
        }
        let empty = self.board.as_ref().is_some_and(|board| {
            board.nowhere.is_empty()
                && board.finished_before == 0
                && board.columns.iter().all(|one| one.cards.is_empty())
        });
        if empty || team.key.is_none() {
            return Sheet::nothing(nothing(&team.name));
        }
        let mut sheet = Sheet::new(answer(self));
        for caveat in &self.caveats {
            sheet = sheet.notice(Meaning::Watch, caveat.clone());
        }
        if self.hidden {
            sheet = sheet.notice(Meaning::Neutral, "Figures of this team are not shown: too few people to show.");
        }
        for check in &self.checks {
            let of = if check.keys.is_empty() { String::new() } else { format!(" ({})", check.keys.join(", ")) };
            sheet = sheet.suggest(Suggestion::new(
                check.advice.clone(),
                format!("{}{of}", check.finding),
                Deed::Open { href: address(&Ask { show: Some(Show::Flow), ..self.ask.clone() }) },
            ));
        }
        match self.show() {
            Show::Board => self.board.iter().fold(sheet, |sheet, board| sheet.section(cards(board))),
            Show::Flow => self.flow.iter().fold(sheet, |sheet, flow| charts::flow(figures(sheet, flow), self, flow)),
            Show::Sprint => match &self.sprint {
                Some(sprint) => charts::sprint(sprint_figures(sheet, sprint), sprint),
                None => {
                    sheet.section(Section::new("Sprint").say(format!("{} has no sprint yet: plan one.", team.name)))
                }
            },
            Show::Room => self.room.iter().fold(sheet, |sheet, room| room::room(sheet, self, room)),
        }
        .computed(computed(self))
    }
}

fn nobody() -> Empty {
    Empty::new(
        "Here the work of a team will stand: a board, how it flows, and how sprints went.",
        "Nothing was written down yet, and no tracker is read.",
    )
    .next("Write the first item down", act("add_item"))
}

fn nothing(team: &str) -> Empty {
    Empty::new(
        format!("Here the work of {team} will stand: a board, how it flows, and how sprints went."),
        format!("No item of {team} was written down yet. Press n, or map the statuses of a tracker."),
    )
    .next("Write the first item down", act("add_item"))
}

fn act(name: &str) -> Deed {
    Deed::Act { practice: "methodology".to_owned(), act: name.to_owned(), input: serde_json::json!({}) }
}

/// Days as people read them.
pub(super) fn days(value: f64) -> String {
    format!("{} d", number(value, u8::from(value.fract() != 0.0)))
}

/// The answer in a sentence.
fn answer(view: &View) -> String {
    let Some(flow) = &view.flow else {
        return view.team.as_ref().map_or(String::new(), |team| format!("The board of {}.", team.name));
    };
    let at = |p: f64| flow.cycle_time.iter().find(|one| (one.p - p).abs() < 1e-9);
    let open = flow.open.len();
    let in_work = format!("{open} {} in progress", if open == 1 { "is" } else { "are" });
    let Some((half, done)) = at(0.5).and_then(|one| Some((one.days?, flow.coverage.used))) else {
        let n = flow.coverage.used;
        return format!("Not measured yet: {n} finished, 5 are needed; {in_work}.");
    };
    let most = at(0.85).and_then(|one| {
        let spread = one.interval.map(|(low, high)| format!(" ({}–{})", number(low, 0), number(high, 0)));
        Some((one.days?, spread.unwrap_or_default()))
    });
    let most_words =
        most.as_ref().map_or(String::new(), |(most, spread)| format!(", 85 % at most {}{spread}", days(*most)));
    let old = most.map_or(0, |(most, _)| flow.open.iter().filter(|one| one.1 > most).count());
    let old = match old {
        0 => String::new(),
        1 => "; one is older than that".to_owned(),
        old => format!("; {old} are older than that"),
    };
    format!("Half of the last {done} items took {} or less{most_words}; {in_work}{old}.", days(half))
}

fn figures(sheet: Sheet, flow: &FlowView) -> Sheet {
    let mut sheet = sheet;
    for one in &flow.cycle_time {
        let value = one.days.map_or_else(
            || Cell::missing(format!("not measured (n = {})", flow.coverage.used)),
            |value| Cell::text(days(value)),
        );
        let mut figure = Figure::new(format!("{:.0} % took at most", one.p * 100.0), value);
        if let Some((low, high)) = one.interval {
            figure = figure.note(format!("90 % interval {}–{}", number(low, 0), days(high)));
        }
        sheet = sheet.figure(figure);
    }
    if let Some(expectation) = &flow.expectation {
        let held = expectation.attained.map_or_else(|| Cell::missing("fewer than 5 finished"), Cell::Share);
        let good = expectation.attained.is_some_and(|held| held + 1e-9 >= expectation.share);
        let meaning = if !expectation.set {
            Meaning::Neutral
        } else if good {
            Meaning::Good
        } else {
            Meaning::Watch
        };
        let what = if expectation.set { "expected" } else { "proposed" };
        let note = format!("{what}: {:.0} % within {}", expectation.share * 100.0, days(expectation.days));
        sheet = sheet.figure(Figure::new("Service level held", held).note(note).means(meaning));
    }
    let efficiency = flow.efficiency.map_or_else(|| Cell::missing("no wait was ever recorded"), Cell::Share);
    sheet.figure(Figure::new("Flow efficiency", efficiency).note("time worked on ÷ time from start to finish"))
}

fn sprint_figures(sheet: Sheet, sprint: &SprintView) -> Sheet {
    let tally = &sprint.tally;
    let amount = |one: crate::flow::sprint::Amount| Cell::text(format!("{} ({})", one.items, number(one.size, 0)));
    let note = |one: crate::flow::sprint::Amount| match one.unestimated {
        0 => "items (points)".to_owned(),
        n => format!("items (points), {n} without an estimate"),
    };
    [
        ("Committed", tally.committed),
        ("Added", tally.added),
        ("Removed", tally.removed),
        ("Completed", tally.completed),
        ("Carried", tally.carried),
    ]
    .into_iter()
    .fold(sheet, |sheet, (name, one)| sheet.figure(Figure::new(name, amount(one)).note(note(one))))
}

fn cards(board: &BoardView) -> Section {
    let mut columns = vec![
        Column::words("stage", "Stage"),
        Column::words("key", "Key"),
        Column::words("title", "Title"),
        Column::words("with", "With").unsorted(),
        Column::numbers("age", "Age").unit("d"),
        Column::words("outlook", "What finished work says"),
    ];
    if board.lanes_by.is_some() {
        columns.push(Column::words("lane", "Lane").unsorted());
    }
    let rows = board.columns.iter().flat_map(|column| {
        column.cards.iter().map(move |card| {
            let mark = match card.meaning.as_str() {
                "act" => Meaning::Act,
                "watch" => Meaning::Watch,
                _ => Meaning::Neutral,
            };
            let stopped = card.blocked.as_ref().map(|why| format!("stopped: {why}"));
            let said = stopped.or_else(|| card.outlook.clone()).unwrap_or_default();
            let row = vec![
                Cell::text(format!("{} {}", column.name, column.word).trim().to_owned()),
                Cell::text(card.key.clone()),
                Cell::text(card.title.clone()),
                Cell::text(card.assignee.clone().unwrap_or_default()),
                card.age_days.map_or_else(|| Cell::missing("not started"), |age| Cell::number(age, 0)),
                if said.is_empty() { Cell::text("") } else { Cell::mark(said, mark) },
            ];
            row.into_iter().chain(card.lane.clone().map(Cell::text)).collect()
        })
    });
    Section::new("Board").table(Table::new("cards", "Cards, column by column", columns).rows(rows))
}

fn computed(view: &View) -> Computed {
    let rules = &view.rules;
    let mut inputs = vec![
        ("Rules".to_owned(), format!("{}: {}", rules.preset, rules.words)),
        ("Period".to_owned(), format!("{} to {}", rules.since, rules.until)),
        ("Time runs".to_owned(), format!("from {} to {}", rules.from_to.0, rules.from_to.1)),
        ("As of".to_owned(), rules.as_of.clone()),
    ];
    inputs.extend(rules.known_at.clone().map(|at| ("As known at".to_owned(), at)));
    let mut left_out = Vec::new();
    if let Some(flow) = &view.flow {
        let coverage = &flow.coverage;
        inputs.push((
            "Items".to_owned(),
            format!(
                "{} on the board: {} finished in the period, {} open",
                coverage.population, coverage.used, coverage.open
            ),
        ));
        left_out.extend(
            coverage.left_out.iter().map(|one| format!("{}: {} ({})", one.reason, one.count, one.keys.join(", "))),
        );
    }
    left_out.push("epics and subtasks: they are no units of work".to_owned());
    Computed {
        formula: "percentile p = the ⌈p·n⌉-th of the times in order, never interpolated; its 90 % interval from the order statistics; \
                  the chance of an open item = finished ones that were done by an age ÷ those that got as far as this one; \
                  flow efficiency = Σ active ÷ Σ span"
            .to_owned(),
        inputs,
        left_out,
        source: Some(
            "Kanban Guide 2025 (definition of workflow), Vacanti 2015 (ageing, Little's assumptions), Little 1961, Kaplan and Meier 1958, \
             Wheeler 1993 (limits of a process)"
                .to_owned(),
        ),
    }
}
