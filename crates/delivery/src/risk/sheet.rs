//! The register as a sheet: the sentence, the matrix, the list, what was at stake, how often what was feared came.

mod plan;

use desk::sheet::{
    Cell, Chart, Column, Computed, Deed, Empty, Figure, Lines, Meaning, Section, Suggestion, Table, number,
};
use desk::{Sheet, Sheeted};
use serde_json::{Value, json};

use super::register::{Call, call};
use super::view::{Found, PlanRisk, RiskRow, Sees, View};

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if let Some(room) = &self.room {
            return super::pre_mortem::sheet(room);
        }
        if self.risks.is_empty() && self.found.is_empty() && self.plan.is_none() && self.pre_mortems.is_empty() {
            return Sheet::nothing(nothing());
        }
        let mut sheet = Sheet::new(answer(self));
        for risk in self.risks.iter().filter(|risk| risk.wrong.is_some()) {
            let wrong = risk.wrong.as_deref().unwrap_or_default();
            sheet = sheet.notice(Meaning::Watch, format!("{}: {wrong}.", risk.title));
        }
        sheet = figures(sheet, self);
        for section in self
            .plan
            .iter()
            .filter(|plan| shown(self, plan))
            .flat_map(|plan| plan::sections(plan, &self.today, self.ask.budget))
        {
            sheet = sheet.section(section);
        }
        if !self.risks.is_empty() {
            sheet = sheet.section(matrix(self)).section(list(self));
        }
        if let Some(section) = plan::triggers(self) {
            sheet = sheet.section(section);
        }
        if !self.risks.is_empty() {
            sheet = sheet.section(at_stake(self));
        }
        if !self.found.is_empty() {
            sheet = sheet.section(found(&self.found, self.plan.as_ref()));
        }
        if !self.pre_mortems.is_empty() {
            sheet = sheet.section(super::pre_mortem::all(&self.pre_mortems));
        }
        sheet = sheet.section(record(self));
        for suggestion in suggestions(self) {
            sheet = sheet.suggest(suggestion);
        }
        sheet.computed(computed())
    }
}

/// Whether the plan says something about risks: one touches it, or it was asked for.
fn shown(view: &View, plan: &PlanRisk) -> bool {
    view.ask.plan.is_some() || !plan.bars.is_empty()
}

fn nothing() -> Empty {
    Empty::new(
        "Here will stand what could stop a team: how likely, at what cost, and what is done about it.",
        "No risk is recorded, and the facts show none.",
    )
    .next("Open a risk", act("open_risk", json!({})))
}

fn act(name: &str, input: Value) -> Deed {
    Deed::Act { practice: "risk".to_owned(), act: name.to_owned(), input }
}

fn days(value: f64) -> String {
    format!("{} d", number(value, 1))
}

/// A number with the digits that it has, two at most.
fn figure(value: f64) -> String {
    let decimals = if value.fract() == 0.0 {
        0
    } else if (value * 10.0).fract() == 0.0 {
        1
    } else {
        2
    };
    number(value, decimals)
}

fn open(view: &View) -> impl Iterator<Item = &RiskRow> {
    view.risks.iter().filter(|risk| risk.status == super::answer::OPEN)
}

fn answer(view: &View) -> String {
    let count = open(view).count();
    let acting = open(view).filter(|risk| risk.call == Some(Call::Act)).count();
    let seen = match view.found.len() {
        0 => String::new(),
        1 => " The facts show one more that nobody wrote down.".to_owned(),
        n => format!(" The facts show {n} more that nobody wrote down."),
    };
    let fired = open(view).flat_map(|risk| &risk.triggers).filter(|trigger| trigger.sees == Sees::Fired).count();
    let told = match fired {
        0 => String::new(),
        1 => " One trigger has fired.".to_owned(),
        n => format!(" {n} triggers have fired."),
    };
    if count == 0 {
        return format!("No risk is open.{seen}");
    }
    let touching = view.plan.iter().flat_map(|plan| &plan.bars).filter(|bar| bar.risk.is_some()).count();
    if let Some(plan) = view.plan.as_ref().filter(|plan| plan.no_date.is_none() && touching > 0) {
        let risks =
            if touching == 1 { "One open risk moves".to_owned() } else { format!("{touching} open risks move") };
        let worth = plan.worth.iter().filter(|one| one.net_days > 0.0).count();
        let worth = match worth {
            0 => String::new(),
            1 => "; what is done about one is worth it".to_owned(),
            n => format!("; what is done about {n} is worth it"),
        };
        let date = |day: &str| crate::calendar::said(day, &view.today);
        return format!(
            "{risks} the date of {} at 80 % from {} to {}{worth}.{told}{seen}",
            plan.title,
            date(&plan.without),
            date(&plan.with)
        );
    }
    let risks = if count == 1 { "One open risk is".to_owned() } else { format!("{count} open risks are") };
    let wants = match acting {
        0 => "none wants something done now".to_owned(),
        1 => "one wants something done".to_owned(),
        n => format!("{n} want something done"),
    };
    format!("{risks} expected to cost {}; {wants}.{told}{seen}", days(view.exposure))
}

fn figures(sheet: Sheet, view: &View) -> Sheet {
    let stale = open(view).filter(|risk| risk.stale).count();
    let brier =
        view.record.brier.map_or_else(|| Cell::missing("nothing is closed yet"), |score| Cell::number(score, 2));
    sheet
        .figure(Figure::new("Expected to be lost", Cell::text(days(view.exposure))).note("Σ probability × mean impact"))
        .figure(Figure::new("Not looked at in time", Cell::Count(stale as u64)).means(if stale > 0 {
            Meaning::Watch
        } else {
            Meaning::Good
        }))
        .figure(
            Figure::new("Record", brier)
                .note(format!("Brier score of {} closed, {} came; 0 is best", view.record.closed, view.record.came)),
        )
}

const LIKELY: [&str; 5] = ["rare", "unlikely", "even", "likely", "near certain"];
const COST: [&str; 5] = ["≤ 1 d", "≤ 3 d", "≤ 8 d", "≤ 20 d", "> 20 d"];

fn matrix(view: &View) -> Section {
    let mut cells: Vec<(u8, u8, Vec<&str>)> = Vec::new();
    for risk in open(view) {
        let Some(place) = risk.place else { continue };
        match cells.iter_mut().find(|cell| (cell.0, cell.1) == place) {
            Some(cell) => cell.2.push(&risk.title),
            None => cells.push((place.0, place.1, vec![&risk.title])),
        }
    }
    let ground = (1..=5_u8).flat_map(|row| (1..=5_u8).map(move |column| (row, column))).map(|(row, column)| {
        let shade = match call(row, column) {
            Call::Act => "var(--act-wash)",
            Call::Watch => "var(--watch-wash)",
            Call::Good => "var(--accent-wash)",
        };
        json!({ "value": [column - 1, row - 1, 1], "itemStyle": { "color": shade, "borderColor": "var(--ground)", "borderWidth": 2 } })
    });
    let points: Vec<Value> = cells
        .iter()
        .map(|(row, column, titles)| {
            json!({ "value": [column - 1, row - 1, titles.len()], "name": titles.join("\n"),
                    "label": { "show": true, "formatter": titles.len().to_string(), "color": "var(--accent-ink)" } })
        })
        .collect();
    let options = json!({
        "tooltip": { "trigger": "item", "formatter": "{b}" },
        "grid": { "left": 8, "right": 16, "top": 16, "bottom": 28, "containLabel": true },
        "xAxis": { "type": "category", "data": COST, "name": "mean impact", "nameLocation": "middle", "nameGap": 26 },
        "yAxis": { "type": "category", "data": LIKELY },
        "series": [
            { "type": "heatmap", "silent": true, "data": ground.collect::<Vec<_>>() },
            { "type": "scatter", "symbolSize": 26, "itemStyle": { "color": "var(--accent)" }, "data": points },
        ],
    });
    let columns = vec![
        Column::words("likely", "Likelihood"),
        Column::words("cost", "Mean impact"),
        Column::words("what", "Risks"),
        Column::words("call", "Call"),
    ];
    let mut sorted: Vec<_> = cells.iter().collect();
    sorted.sort_by_key(|cell| std::cmp::Reverse(cell.0 * cell.1));
    let word =
        |place: u8, of: [&str; 5]| of.get(usize::from(place).saturating_sub(1)).copied().unwrap_or_default().to_owned();
    let rows = sorted.iter().map(|(row, column, titles)| {
        vec![
            Cell::text(word(*row, LIKELY)),
            Cell::text(word(*column, COST)),
            Cell::text(titles.join(" · ")),
            mark(call(*row, *column)),
        ]
    });
    let worst = open(view).filter(|risk| risk.call == Some(Call::Act)).count();
    let count = cells.iter().map(|cell| cell.2.len()).sum::<usize>();
    let risks = if count == 1 { "One risk costs".to_owned() } else { format!("{count} risks cost") };
    let lies = match worst {
        0 => "none lies".to_owned(),
        1 => "one lies".to_owned(),
        n => format!("{n} lie"),
    };
    let finding = format!("{risks} something; {lies} where something is to be done.");
    let table = Table::new("matrix", "Open risks by likelihood and impact", columns).rows(rows);
    Section::new("Matrix").chart(Chart::from_options("matrix", finding, options, table))
}

fn mark(of: Call) -> Cell {
    match of {
        Call::Act => Cell::mark("act", Meaning::Act),
        Call::Watch => Cell::mark("watch", Meaning::Watch),
        Call::Good => Cell::mark("live with it", Meaning::Good),
    }
}

fn list(view: &View) -> Section {
    let columns = vec![
        Column::words("title", "Risk"),
        Column::words("team", "Team"),
        Column::numbers("p", "Likely"),
        Column::words("impact", "Impact").about("Least, likeliest and most working days."),
        Column::numbers("exposure", "Expected").unit("d"),
        Column::words("moves", "Moves the date by").about("Working days at 80 %, ± 1.96 standard errors.").unsorted(),
        Column::words("call", "Call"),
        Column::words("response", "Response").about("What is done about it; opens the form to do something."),
        Column::words("triggers", "Triggers")
            .about("What would tell that it comes; opens the form to watch for something."),
        Column::words("owner", "Watched by").unsorted(),
        Column::words("review", "Look again"),
        Column::words("do", "Do").unsorted(),
    ];
    let rows = view.risks.iter().map(|risk| {
        let (low, likely, high) = risk.impact;
        let review = match (&risk.review_on, risk.stale) {
            (Some(day), true) => Cell::mark(format!("overdue since {day}"), Meaning::Watch),
            (Some(day), false) => Cell::text(day.clone()),
            (None, _) => Cell::missing("no day is set"),
        };
        let call = match (risk.status == super::answer::OPEN, risk.call) {
            (true, Some(call)) => mark(call),
            (true, None) if risk.exposure.is_some() => Cell::mark("it gives", Meaning::Good),
            (true, None) => Cell::missing(unmeasured(risk)),
            (false, _) => Cell::text(risk.status.clone()),
        };
        vec![
            Cell::link(risk.title.clone(), format!("/records/risk/{}", risk.id)),
            Cell::text(risk.team.clone().unwrap_or_default()),
            Cell::number(risk.probability, 2),
            Cell::text(format!("{}/{}/{} {}", figure(low), figure(likely), figure(high), risk.unit.trim())),
            risk.exposure.map_or_else(|| Cell::missing(unmeasured(risk)), |days| Cell::number(days, 1)),
            risk.moves.map_or_else(
                || Cell::missing("it touches no plan that is shown"),
                |moves| Cell::text(plan::apart(moves)),
            ),
            call,
            done_about(risk),
            watched(risk),
            Cell::text(risk.owner.clone().unwrap_or_default()),
            review,
            if risk.status == super::answer::OPEN {
                Cell::link("look again", form("assess", risk))
            } else {
                Cell::missing("it is over")
            },
        ]
    });
    let table = Table::new("register", "Risks, the most at stake first", columns).rows(rows).ordered_by("-exposure");
    Section::new("Register").table(table)
}

/// Why no days are expected of a risk.
fn unmeasured(risk: &RiskRow) -> &'static str {
    if risk.unit.trim() == "items" {
        "items on top are told by forecasts of the team"
    } else {
        "what a factor costs hangs on a plan that it touches"
    }
}

/// The form of an act about a risk, filled in.
fn form(act: &str, risk: &RiskRow) -> String {
    desk::act_href::<super::Risks>(act, &[("id", risk.id.clone()), ("version", risk.version.to_string())])
}

fn done_about(risk: &RiskRow) -> Cell {
    if risk.status == super::answer::OPEN {
        Cell::link(risk.response.clone(), form("mitigate", risk))
    } else {
        Cell::text(risk.response.clone())
    }
}

fn watched(risk: &RiskRow) -> Cell {
    let fired = risk.triggers.iter().any(|trigger| trigger.sees == Sees::Fired);
    match (risk.status == super::answer::OPEN, risk.triggers.len()) {
        (false, _) => Cell::missing("it is over"),
        (true, 0) => Cell::link("watch", form("set_trigger", risk)),
        (true, n) => Cell::link(format!("{n}{}", if fired { ", fired" } else { "" }), form("set_trigger", risk)),
    }
}

fn at_stake(view: &View) -> Section {
    let step = (view.burndown.len() / 90).max(1);
    let picked: Vec<&(String, f64)> =
        view.burndown.iter().rev().step_by(step).collect::<Vec<_>>().into_iter().rev().collect();
    let lines = Lines {
        over: "End of".to_owned(),
        labels: picked.iter().map(|one| one.0.clone()).collect(),
        series: vec![("Expected to be lost".to_owned(), picked.iter().map(|one| Some(one.1)).collect())],
        unit: "working days".to_owned(),
        decimals: 1,
    };
    let (first, last) = (view.burndown.first().map_or(0.0, |one| one.1), view.burndown.last().map_or(0.0, |one| one.1));
    let finding =
        format!("{} were at stake at the beginning, {} are now, as it was recorded then.", days(first), days(last));
    let columns = vec![Column::words("day", "Day"), Column::words("title", "Risk"), Column::words("why", "Step")];
    let rows = view
        .steps
        .iter()
        .rev()
        .map(|(day, title, why)| vec![Cell::text(day.clone()), Cell::text(title.clone()), Cell::text(why.clone())]);
    let table =
        Table::new("steps", "Steps of the line, newest first", columns).rows(rows).or_say("Nothing has changed.");
    Section::new("What was at stake").chart(lines.chart("at-stake", finding)).table(table)
}

/// The form of an act about a finding, filled in.
fn of_finding(act: &str, found: &Found, plan: Option<&PlanRisk>) -> String {
    let mut inputs = vec![("finding", super::detect::seed(found))];
    inputs.extend(plan.map(|plan| ("plan", plan.id.clone())));
    desk::act_href::<super::Risks>(act, &inputs)
}

fn found(all: &[Found], plan: Option<&PlanRisk>) -> Section {
    let columns = vec![
        Column::words("title", "What could happen"),
        Column::words("team", "Team"),
        Column::words("why", "What was seen"),
        Column::words("rule", "Rule"),
        Column::words("accept", "Take it in").unsorted(),
        Column::words("dismiss", "Dismiss").unsorted(),
    ];
    let rows = all.iter().map(|one| {
        vec![
            Cell::text(one.title.clone()),
            Cell::text(one.team.clone().unwrap_or_default()),
            Cell::text(one.why.clone()),
            Cell::text(one.rule.clone()),
            Cell::link("take it in", of_finding("accept_detection", one, plan)),
            Cell::link("dismiss", of_finding("dismiss", one, plan)),
        ]
    });
    Section::new("Seen in the facts").table(Table::new("found", "Not in the register", columns).rows(rows))
}

fn record(view: &View) -> Section {
    let section = Section::new("How often it came");
    let record = &view.record;
    if record.closed == 0 {
        return section.say("No risk is closed yet: nothing can be said of how good the probabilities were.");
    }
    let said = format!("{} of {} closed risks came.", record.came, record.closed);
    if record.reliability.is_empty() {
        return section.say(format!("{said} From 20 on, what was said is held against what came."));
    }
    let columns = vec![
        Column::words("said", "Said"),
        Column::numbers("n", "Risks"),
        Column::numbers("came", "Came"),
        Column::numbers("share", "Share"),
    ];
    let rows = record.reliability.iter().map(|(from, to, n, came)| {
        vec![
            Cell::text(format!("{:.0}–{:.0} %", from * 100.0, to * 100.0)),
            Cell::Count(*n as u64),
            Cell::Count(*came as u64),
            Cell::Share(*came as f64 / (*n).max(1) as f64),
        ]
    });
    section.say(said).table(Table::new("reliability", "What was said, and what came", columns).rows(rows))
}

fn suggestions(view: &View) -> Vec<Suggestion> {
    let mut all = Vec::new();
    if let Some(one) = view.found.first() {
        let input = json!({ "finding": super::detect::seed(one), "plan": view.plan.as_ref().map(|plan| &plan.id),
            "probability": (one.probability * 100.0).round() / 100.0 });
        all.push(Suggestion::new(
            "Take it into the register",
            format!("{}: {}.", one.title, one.why),
            act("accept_detection", input),
        ));
    }
    let fired = open(view).find_map(|risk| Some((risk, risk.triggers.iter().find(|one| one.sees == Sees::Fired)?)));
    if let Some((risk, trigger)) = fired {
        let reason = format!("{} {}: {}.", trigger.what, trigger.why, risk.title);
        let input = json!({ "id": risk.id, "version": risk.version, "probability": risk.probability });
        all.push(Suggestion::new("A trigger has fired: look at it", reason, act("assess", input)));
    }
    if let Some(risk) = open(view).find(|risk| risk.stale) {
        let reason = format!(
            "{} was to be looked at on {}.",
            risk.title,
            risk.review_on.as_deref().unwrap_or("a day that is over")
        );
        let input = json!({ "id": risk.id, "version": risk.version, "probability": risk.probability });
        all.push(Suggestion::new("Look at it again", reason, act("assess", input)));
    }
    if let Some(risk) = open(view).find(|risk| risk.call == Some(Call::Act) && risk.response == "accept") {
        let reason =
            format!("{} is accepted, and costs {} on the mean.", risk.title, days(risk.exposure.unwrap_or_default()));
        all.push(Suggestion::new("Decide again", reason, Deed::Open { href: format!("/records/risk/{}", risk.id) }));
    }
    if let Some(plan) = view.plan.as_ref().filter(|_| view.pre_mortems.is_empty()) {
        let reason = format!("What could make {} fail is written down without names: 20 minutes.", plan.title);
        all.push(Suggestion::new("Hold a pre-mortem", reason, act("hold_pre_mortem", json!({ "plan": plan.id }))));
    }
    all.truncate(3);
    all
}

fn computed() -> Computed {
    Computed {
        formula: "expected = p × (least + 4 · likeliest + most) ÷ 6 (Beta-PERT); likelihood ≤ .1 .3 .5 .7 >, impact ≤ 1 3 8 20 d >, \
                  index = product of both, 12 acts, 6 watches; with a plan impact is compared with the days left at its median, ≤ 1 5 10 20 % >; it \
                  sorts and is never added up; duration = base × Π factors + Σ days of what strikes, once a trial for all that it touches; a bar \
                  is the 80 % day with it less that without it, in working days, under the same draws; Brier = mean of (p − came)²"
            .to_owned(),
        inputs: vec![("Risks".to_owned(), "those that you may read".to_owned())],
        left_out: vec![
            "risks that touch no plan have no bar: they show what they are expected to cost".to_owned(),
            "days that delay a group of items delay its end once: what of it the levelled plan has last".to_owned(),
            "whoever owns a risk has no score".to_owned(),
        ],
        source: Some("Cox 2008 (matrices), Brier 1950, Hulett 2009 (drivers)".to_owned()),
    }
}
