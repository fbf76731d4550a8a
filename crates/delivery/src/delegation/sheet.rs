//! The answer as a sheet: a sentence, the options or the rows, what to do, how it was chosen. No table here can be ordered by a column of
//! people, and no cell beside a person is a number.

use desk::sheet::{Cell, Column, Computed, Deed, Empty, Figure, Meaning, Section, Suggestion, Table};
use desk::{Sheet, Sheeted};
use serde_json::{Value, json};

use super::view::{BriefView, MineRow, MineView, OptionView, OptionsView, PlanView, View};
use super::{Ask, Show, page_of};

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if let Some(options) = &self.options {
            return of_options(options);
        }
        if let Some(plan) = &self.plan {
            return of_plan(self, plan);
        }
        if let Some(brief) = &self.brief {
            return of_brief(brief);
        }
        match &self.mine {
            Some(mine) => of_mine(self, mine),
            None => Sheet::nothing(nothing(self)),
        }
    }
}

fn act(name: &str, input: Value) -> Deed {
    Deed::Act { practice: "delegation".to_owned(), act: name.to_owned(), input }
}

fn link(name: &str, pairs: &[(&str, String)]) -> String {
    desk::act_href::<super::Delegations>(name, pairs)
}

/// The form of an offer, filled in.
pub(super) fn offer_of(options: &OptionsView, option: &OptionView) -> String {
    let level = option.level.split(',').next().unwrap_or_default().to_owned();
    let mut pairs = vec![("what", options.id.clone()), ("to", option.address.clone()), ("level", level)];
    pairs.extend(option.beside.iter().map(|other| ("support", format!("with {other}"))));
    link("offer", &pairs)
}

fn nothing(view: &View) -> Empty {
    if view.show() == Show::Plan {
        return Empty::new(
            "Here will stand a whole plan given out: each task with whoever could take it, and what a second choice would change.",
            "There is no open plan.",
        )
        .next("Draft a plan", Deed::Open { href: "/delivery/planning".to_owned() });
    }
    Empty::new(
        "Here will stand who could take a task: safe hands, who grows by it, who would be a further knower, who has room; each with what it does to the dates.",
        "Pick an item or a duty.",
    )
    .next("Hand something over", act("offer", json!({})))
}

/// Reasons in a cell, where nothing is set as code.
fn plain(reasons: &[String]) -> Cell {
    if reasons.is_empty() {
        return Cell::text("has room; no area of it is known");
    }
    Cell::text(reasons.join("; ").replace('`', ""))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
    let number = words.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned());
    format!("{number} {}", if count == 1 { one } else { many })
}

fn small(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { counted(count, "", "").trim().to_lowercase() }
}

fn of_options(view: &OptionsView) -> Sheet {
    let mut sheet = Sheet::new(options_sentence(view));
    for caveat in &view.caveats {
        sheet = sheet.notice(Meaning::Neutral, caveat.clone());
    }
    if !view.options.is_empty() {
        let columns = vec![
            Column::words("lens", "By").unsorted(),
            Column::words("person", "Who").unsorted(),
            Column::words("why", "Why").unsorted(),
            Column::words("dates", "Dates").unsorted(),
            Column::words("level", "Level").unsorted(),
        ];
        let rows = view.options.iter().map(|one| {
            vec![
                Cell::text(one.lenses.join(", ")),
                if one.is_you {
                    Cell::text(format!("{} (you)", one.person))
                } else {
                    Cell::link(one.person.clone(), offer_of(view, one))
                },
                plain(&one.reasons),
                one.dates.as_ref().map_or_else(|| Cell::missing("no date is known"), |dates| Cell::text(dates.clone())),
                Cell::text(one.level.clone()),
            ]
        });
        let mut section = Section::new("Options").table(Table::new("options", "One a lens", columns).rows(rows));
        if !view.left_out.is_empty() {
            section = section.say(format!("Left out: {}.", view.left_out));
        }
        sheet = sheet.section(section);
    }
    sheet = sheet.section(the_task(view));
    for suggestion in after_options(view) {
        sheet = sheet.suggest(suggestion);
    }
    sheet.computed(how())
}

fn options_sentence(view: &OptionsView) -> String {
    let title = &view.title;
    let count = view.options.len();
    if count == 0 {
        let out = if view.left_out.is_empty() { String::new() } else { format!(" ({})", view.left_out) };
        return format!("Nobody of {} can be asked for “{title}” now{out}.", view.team);
    }
    let ways = counted(count, "way", "ways");
    match view.keep_the_date {
        Some(kept) if kept == count && count > 1 => {
            format!("{ways} to give out “{title}”; all leave the date as it is.")
        }
        Some(0) => format!("{ways} to give out “{title}”; each moves the date."),
        Some(1) if count == 1 => format!("{ways} to give out “{title}”; it leaves the date as it is."),
        Some(1) => format!("{ways} to give out “{title}”; one leaves the date as it is."),
        Some(kept) => format!("{ways} to give out “{title}”; {} leave the date as it is.", small(kept)),
        None => format!("{ways} to give out “{title}”."),
    }
}

fn the_task(view: &OptionsView) -> Section {
    let areas = if view.areas.is_empty() { "none".to_owned() } else { view.areas.join(", ") };
    let dates = match (&view.plan, &view.no_dates) {
        (Some(plan), None) => format!("those of {plan}, by trials with the same draws"),
        (_, Some(why)) => format!("nothing is said of them: {why}"),
        (None, None) => "nothing is said of them".to_owned(),
    };
    let columns = vec![Column::words("what", "What").unsorted(), Column::words("value", "Taken as").unsorted()];
    let rows = [
        ("Task", view.task.clone()),
        ("People", view.team.clone()),
        ("Areas", format!("{areas} ({})", view.areas_from)),
        ("Window", format!("{} to {}", view.window.0, view.window.1)),
        ("Effort", view.effort.clone()),
        ("Dates", dates),
    ];
    let rows = rows.map(|(name, value)| vec![Cell::text(name), Cell::text(value)]);
    Section::new("The task").table(Table::new("task", "What was looked at", columns).rows(rows))
}

fn after_options(view: &OptionsView) -> Vec<Suggestion> {
    let mut all = Vec::new();
    if view.areas.is_empty() {
        all.push(Suggestion::new(
            "Say what it needs",
            "Without an area nobody's knowledge can be looked at.",
            act("set_need", json!({ "what": view.id })),
        ));
    }
    if let Some(plan) = &view.plan {
        let ask = Ask { show: Some(Show::Plan), what: Some(plan.clone()), ..Ask::default() };
        let reason = "What one takes another cannot: the whole plan at once says who is left.";
        all.push(Suggestion::new("Look at the whole plan", reason, Deed::Open { href: page_of(&ask) }));
    }
    if !view.areas.is_empty() {
        let reason = "Skills, a pair, who must, whom you would never ask (which nobody else reads).";
        all.push(Suggestion::new(
            "Say what it needs",
            reason,
            act("set_need", json!({ "what": view.id, "areas": view.areas, "pair": true, "stretch": true })),
        ));
    }
    all
}

fn how() -> Computed {
    Computed {
        formula: "One person a lens, in this order: safe hands (knows it best, then has room), grows (a goal shared with you names it), spreads (would \
                  be a further knower of what few know), has room (available days × focus − what is in hand). Equals are drawn by a hash of task and \
                  person. What a stretch costs is assumed: ×1.5 for somebody new, ×1.2 for somebody who knows some of it, half of that beside \
                  somebody who knows it"
            .to_owned(),
        inputs: vec![
            ("Words".to_owned(), "as deep expertise has them: lines last written, fading with age".to_owned()),
            ("Levels".to_owned(), "new to it 3, knows some 4, deep or main 6; one less when it is one-way".to_owned()),
        ],
        left_out: vec![
            "how good or how fast anybody is: nothing measures it".to_owned(),
            "why somebody is away".to_owned(),
            "goals that their owner does not share with you".to_owned(),
        ],
        source: Some("Tannenbaum and Schmidt 1958, Appelo 2011 (levels)".to_owned()),
    }
}

fn of_plan(whole: &View, view: &PlanView) -> Sheet {
    if let Some(settled) = &view.infeasible {
        return Sheet::new(format!("“{}” cannot be given out so: {settled} cannot all be.", view.title))
            .notice(Meaning::Act, "Let one of them go, or make room.".to_owned())
            .computed(how_whole(view));
    }
    let nobody = match view.unassigned.len() {
        0 => "each has somebody".to_owned(),
        1 => "one has nobody".to_owned(),
        many => format!("{many} have nobody"),
    };
    let all = view.rows.len() + view.unassigned.len();
    let answer = if all == 0 {
        format!("Nothing of “{}” waits to be given out.", view.title)
    } else {
        format!("{} of “{}” to give out; {nobody}.", counted(all, "task", "tasks"), view.title)
    };
    let mut sheet = Sheet::new(answer);
    for caveat in &view.caveats {
        sheet = sheet.notice(Meaning::Neutral, caveat.clone());
    }
    if !view.rows.is_empty() {
        sheet = sheet.section(rows(whole, view));
    }
    if !view.unassigned.is_empty() {
        let columns = vec![Column::words("task", "Task").unsorted(), Column::words("why", "Why").unsorted()];
        let rows = view.unassigned.iter().map(|(task, why)| vec![Cell::text(task.clone()), Cell::text(why.clone())]);
        sheet =
            sheet.section(Section::new("Nobody").table(Table::new("nobody", "What nobody takes", columns).rows(rows)));
    }
    if !view.left_out.is_empty() {
        sheet = sheet.section(
            view.left_out.iter().fold(Section::new("Not given out here"), |section, line| section.say(line.clone())),
        );
    }
    if !view.rows.is_empty() {
        let input = json!({ "plan": view.id, "preset": view.preset, "lock": whole.ask.lock });
        let reason = "Each is an offer: whoever gets it takes it, changes it or declines.";
        sheet = sheet.suggest(Suggestion::new("Offer them", reason, act("apply_plan", input.clone())));
        sheet = sheet.suggest(Suggestion::new(
            "Settle some and look again",
            "`card=ben` keeps an owner.",
            act("solve_plan", input),
        ));
    }
    sheet.computed(how_whole(view))
}

fn rows(whole: &View, view: &PlanView) -> Section {
    let columns = vec![
        Column::words("task", "Task").unsorted(),
        Column::words("person", "Who").unsorted(),
        Column::words("why", "Why").unsorted(),
        Column::words("instead", "Second choice").unsorted(),
        Column::words("settle", "Settle").unsorted(),
    ];
    let rows = view.rows.iter().map(|row| {
        let who =
            row.beside.as_ref().map_or_else(|| row.person.clone(), |other| format!("{} with {other}", row.person));
        let mut lock: Vec<String> =
            whole.ask.lock.iter().filter(|one| !one.starts_with(&format!("{}=", row.item))).cloned().collect();
        if !row.settled {
            lock.push(format!("{}={}", row.item, row.address));
        }
        let ask = Ask { show: Some(Show::Plan), what: Some(view.id.clone()), lock, ..whole.ask.clone() };
        vec![
            Cell::link(
                row.task.clone(),
                page_of(&Ask {
                    show: Some(Show::Options),
                    what: Some(format!("{}/{}", view.id, row.item)),
                    ..Ask::default()
                }),
            ),
            Cell::text(who),
            plain(&row.reasons),
            row.instead
                .as_ref()
                .map_or_else(|| Cell::missing("not looked at"), |text| Cell::text(text.replace('`', ""))),
            Cell::link(if row.settled { "let go" } else { "settle" }, page_of(&ask)),
        ]
    });
    Section::new("Who takes what").table(Table::new("given", "In the order of the plan", columns).rows(rows))
}

fn how_whole(view: &PlanView) -> Computed {
    let mut made = how();
    made.formula = "As much as can be had of what is known, of growth by shared goals and of spreading what few know, weighed as it is given out for; less \
                    what is overloaded (a fifth at most), and much less for a task with nobody. One owner a task, one stretch at a time a person, \
                    two-week buckets; a stretch on what binds the date only beside somebody who knows it"
        .to_owned();
    made.inputs.push(("Given out for".to_owned(), view.preset.clone()));
    if !view.search.is_empty() {
        made.inputs.push(("Search".to_owned(), view.search.clone()));
    }
    made
}

fn of_mine(view: &View, mine: &MineView) -> Sheet {
    let in_hand = |rows: &[MineRow]| rows.iter().filter(|row| row.next_on.is_some()).count();
    let awaits = mine.given.iter().chain(&mine.taken).filter(|row| row.awaits_you).count();
    let overdue = mine.given.iter().chain(&mine.taken).filter(|row| row.overdue).count();
    if mine.given.is_empty() && mine.taken.is_empty() {
        let empty = Empty::new(
            "Here will stand what you gave and took, with the next check-ins, and how you hand over.",
            "Nothing is handed over yet: pick an item or a duty.",
        );
        return Sheet::nothing(empty.next("Hand something over", act("offer", json!({}))));
    }
    let mut answer = format!("You gave {} and took {}", small(in_hand(&mine.given)), small(in_hand(&mine.taken)));
    if awaits > 0 {
        answer.push_str(&format!("; {} {} for your answer", small(awaits), if awaits == 1 { "waits" } else { "wait" }));
    }
    if overdue > 0 {
        answer.push_str(&format!(
            "; {} {} overdue",
            small(overdue),
            if overdue == 1 { "check-in is" } else { "check-ins are" }
        ));
    }
    answer.push('.');
    let mut sheet = Sheet::new(answer);
    for row in mine.given.iter().chain(&mine.taken) {
        for note in &row.notes {
            sheet = sheet.notice(Meaning::Watch, format!("{}: {note}", row.task));
        }
    }
    for figure in &mine.own {
        sheet =
            sheet.figure(Figure::new(figure.name.clone(), Cell::text(figure.value.clone())).note(figure.note.clone()));
    }
    if !mine.given.is_empty() {
        sheet = sheet.section(Section::new("Given").table(table("given", "What you gave", "To", &mine.given)));
    }
    if !mine.taken.is_empty() {
        sheet = sheet.section(Section::new("Taken").table(table(
            "taken",
            "What you took, or are offered",
            "From",
            &mine.taken,
        )));
    }
    if !mine.holds_up.is_empty() {
        let section =
            Section::new("You hold it, others wait").say("Yours, and tied to what cannot go on before it is done:");
        sheet = sheet.section(mine.holds_up.iter().fold(section, |section, task| section.say(task.clone())));
    }
    for suggestion in what_now(view, mine) {
        sheet = sheet.suggest(suggestion);
    }
    sheet.computed(Computed {
        formula: "What you handed over in the last 365 days and was taken: check-ins held on their day or before, what came back, levels now against the \
                  first, looks back by both. The figures are yours, and shown to nobody else"
            .to_owned(),
        left_out: vec!["what was offered and not taken: a decline is counted nowhere".to_owned()],
        ..Computed::default()
    })
}

fn table(id: &str, caption: &str, other: &str, rows: &[MineRow]) -> Table {
    let columns = vec![
        Column::words("task", "Task").unsorted(),
        Column::words("other", other).unsorted(),
        Column::words("level", "Level").unsorted(),
        Column::words("state", "State").unsorted(),
        Column::words("next", "Next check-in").unsorted(),
        Column::words("do", "Do").unsorted(),
    ];
    let rows = rows.iter().map(|row| {
        let next = match (&row.next_on, row.overdue) {
            (Some(day), true) => Cell::mark(format!("overdue since {day}"), Meaning::Watch),
            (Some(day), false) => Cell::text(day.clone()),
            (None, _) => Cell::missing("not in hand"),
        };
        let ask = Ask { show: Some(Show::Brief), what: Some(row.id.clone()), ..Ask::default() };
        let which = [("id", row.id.clone()), ("version", row.version.to_string())];
        let (word, name) = next_deed(row);
        vec![
            Cell::link(row.task.clone(), page_of(&ask)),
            Cell::text(row.other.clone()),
            Cell::text(row.level.clone()),
            Cell::text(row.state.clone()),
            next,
            name.map_or_else(|| Cell::text(word), |name| Cell::link(word, link(name, &which))),
        ]
    });
    Table::new(id, caption, columns).rows(rows)
}

/// What comes next for the viewer.
const fn next_deed(row: &MineRow) -> (&'static str, Option<&'static str>) {
    if row.awaits_you {
        ("Answer", Some("accept"))
    } else if row.next_on.is_some() {
        ("Check in", Some("check_in"))
    } else if row.look_back {
        ("Look back", Some("finish"))
    } else {
        ("", None)
    }
}

fn what_now(view: &View, mine: &MineView) -> Vec<Suggestion> {
    let mut all = Vec::new();
    let both = || mine.taken.iter().chain(&mine.given);
    if let Some(row) = both().find(|row| row.awaits_you) {
        let which = json!({ "id": row.id, "version": row.version });
        all.push(Suggestion::new(
            "Answer the offer",
            format!("{} waits for your yes, your change or your no.", row.task),
            act("accept", which),
        ));
    }
    if let Some(row) = mine.taken.iter().find(|row| row.awaits_you) {
        let which = json!({ "id": row.id, "version": row.version });
        let reason = format!("{}: a no needs no reason, and nobody counts it.", row.task);
        all.push(Suggestion::new("Or rather not", reason, act("decline", which)));
    }
    if let Some(row) = both().find(|row| row.overdue) {
        let which = json!({ "id": row.id, "version": row.version });
        let day = row.next_on.as_deref().unwrap_or_default();
        all.push(Suggestion::new(
            "Look at it together",
            format!("{} was to be looked at on {day}.", row.task),
            act("check_in", which),
        ));
    }
    if let Some(row) = both().find(|row| row.look_back) {
        let which = json!({ "id": row.id, "version": row.version });
        all.push(Suggestion::new("Look back", format!("{} is done.", row.task), act("finish", which)));
    }
    if let Some((id, title)) = view.plans.first() {
        let ask = Ask { show: Some(Show::Plan), what: Some(id.clone()), ..Ask::default() };
        all.push(Suggestion::new("Give a plan out", format!("{title} is open."), Deed::Open { href: page_of(&ask) }));
    }
    all
}

fn of_brief(brief: &BriefView) -> Sheet {
    let mut sheet = Sheet::new(format!("“{}”, from {} to {}.", brief.task, brief.from, brief.to));
    for (heading, lines) in &brief.parts {
        sheet =
            sheet.section(lines.iter().fold(Section::new(heading.clone()), |section, line| section.say(line.clone())));
    }
    sheet.computed(Computed {
        formula: "Made with the receiver's rights: what they may not read is not in it. Documents, hotspots, commits and knowers are those of the areas"
            .to_owned(),
        ..Computed::default()
    })
}
