//! The view as a sheet: the sentence with its own track record, the pictures with their tables, what to do, how it was computed.

mod past;

use desk::sheet::{Cell, Column, Computed, Deed, Empty, Figure, Lines, Meaning, Section, Suggestion, Table, number};
use desk::{Sheet, Sheeted};
use jiff::civil::Date;
use serde_json::json;

use super::answer::day_words;
use super::view::{Answer, Fan, GroundView, View};
use super::{Ask, page};
use crate::published::{Question, Unit};

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if let Some(poker) = &self.poker {
            return super::poker::sheet(self, poker);
        }
        if let Some(hard) = &self.hard {
            return super::hard::sheet(hard);
        }
        if self.hidden {
            return Sheet::nothing(Empty::new(
                "Here it will stand when work is done, and how good such answers were.",
                "Figures of this team are not shown: too few people to show.",
            ));
        }
        let Some(ground) = &self.ground else { return Sheet::default() };
        if let (Some((why, hint)), None, None) = (&self.cannot, &self.ledger, &self.backtest) {
            return Sheet::nothing(nothing(ground, why, hint));
        }
        let mut sheet = match (&self.ledger, &self.backtest, &self.answer) {
            (Some(ledger), _, _) => past::ledger(ledger, ground, self),
            (None, Some(backtest), _) => past::backtest(backtest, ground, self),
            (None, None, Some(answer)) => forecast(self, answer, ground),
            (None, None, None) => Sheet::default(),
        };
        let of_plan = self.answer.as_ref().is_some_and(|answer| answer.question.is_of_a_plan());
        for caution in cautions(ground).into_iter().filter(|_| !of_plan) {
            sheet = sheet.notice(Meaning::Watch, caution);
        }
        sheet.computed(computed(self, ground))
    }
}

fn nothing(ground: &GroundView, why: &str, hint: &str) -> Empty {
    let what = "Here it will stand when work is done, how much is done by a day, and how good such answers were.";
    let unit = if ground.unit == Unit::Item { "items" } else { "merged changes" };
    let why = format!("{}. {} {unit} finished in 180 days. {hint}", capital(why), ground.finished);
    Empty::new(what, why)
        .next("Guess a rate", Deed::Run { command: "mainstay forecast --when 40 --rate 3..6/w".to_owned() })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn today(ground: &GroundView) -> Date {
    ground.today.parse().unwrap_or(Date::ZERO)
}

/// A day of an answer in words.
fn on(day: Option<&str>, ground: &GroundView) -> String {
    let day = day.and_then(|day| day.parse::<Date>().ok());
    day.map_or_else(|| "beyond 3 years at this pace".to_owned(), |day| day_words(day, today(ground)))
}

fn percent(p: f64) -> String {
    format!("{:.0} %", p * 100.0)
}

/// The answer in a sentence.
fn sentence(answer: &Answer, ground: &GroundView) -> String {
    let at = |p: f64| answer.marks.iter().find(|mark| (mark.p - p).abs() < 1e-9);
    let (half, most) = (at(0.5), at(0.85));
    let said = if answer.question.is_day() {
        let day = |mark: Option<&super::view::Mark>| on(mark.and_then(|mark| mark.day.as_deref()), ground);
        if half.and_then(|half| half.value) == most.and_then(|most| most.value)
            && half.is_some_and(|half| half.day.is_some())
        {
            format!("{}: {} at every level", answer.about, day(half))
        } else {
            format!("{}: half by {}, 85 % by {}", answer.about, day(half), day(most))
        }
    } else {
        let count = |mark: Option<&super::view::Mark>| mark.and_then(|mark| mark.value).unwrap_or(0);
        let unit = if ground.unit == Unit::Item { "items" } else { "changes" };
        format!("{} or more {unit} {} with 85 %, {} or more with 50 %", count(most), answer.about, count(half))
    };
    let record = match answer.record {
        _ if answer.guess => "a guess, without any past behind it".to_owned(),
        Some((held, n, low, high)) if n > 0 => {
            let what = if answer.question.is_day() { "dates" } else { "counts" };
            let word = beside_chance(held, low, high);
            format!("of our last {n} such {what} at 85 %, {held} held ({low}–{high} is chance{word})")
        }
        _ => "no such answer is resolved yet".to_owned(),
    };
    let uncalibrated = if answer.correction.starts_with("uncalibrated") && !answer.guess {
        format!("; {}", answer.correction)
    } else {
        String::new()
    };
    format!("{said}; {record}{uncalibrated}.")
}

/// What is said of a count that chance does not explain.
fn beside_chance(held: u32, low: u32, high: u32) -> &'static str {
    if held < low {
        ", fewer than it allows: we said too much"
    } else if held > high {
        ", more than it allows: we were too careful"
    } else {
        ""
    }
}

fn forecast(view: &View, answer: &Answer, ground: &GroundView) -> Sheet {
    let mut sheet = Sheet::new(sentence(answer, ground));
    for mark in &answer.marks {
        let (label, value) = if answer.question.is_day() {
            let days = mark.value.map_or_else(String::new, |days| format!("in {days} d"));
            let value = mark.day.as_ref().map_or_else(
                || Cell::missing("beyond 3 years at this pace"),
                |_| Cell::text(on(mark.day.as_deref(), ground)),
            );
            (format!("{} by", percent(mark.p)), (value, days))
        } else {
            let value = mark.value.map_or_else(|| Cell::missing("not known"), |count| Cell::Count(count as u64));
            (format!("{} at least", percent(mark.p)), (value, answer.about.clone()))
        };
        sheet = sheet.figure(Figure::new(label, value.0).note(value.1));
    }
    if let Some((day, chance)) = &answer.target {
        let meaning = if *chance >= 0.85 { Meaning::Good } else { Meaning::Watch };
        sheet = sheet.figure(Figure::new(format!("By {}", on(Some(day), ground)), Cell::Share(*chance)).means(meaning));
    }
    for note in &answer.notes {
        sheet = sheet.notice(Meaning::Neutral, note.clone());
    }
    sheet = sheet.section(curve(answer, ground));
    if !answer.parts.is_empty() {
        sheet = sheet.section(parts(answer));
    }
    if answer.question == Question::Item {
        sheet = sheet.section(estimates(view, answer));
    }
    if let Some(fan) = &view.fan {
        sheet = sheet.section(fanned(fan, ground));
    }
    suggestions(sheet, view, answer)
}

fn curve(answer: &Answer, ground: &GroundView) -> Section {
    let day = answer.question.is_day();
    let (labels, values): (Vec<String>, Vec<Option<f64>>) =
        answer.curve.iter().map(|(label, chance)| (label.clone(), Some((chance * 1000.0).round() / 10.0))).unzip();
    let (over, heading, name) = if day {
        ("By the end of", "Probability by date", "Done by then")
    } else {
        ("At least", "How many", "At least so many")
    };
    let lines = Lines {
        over: over.to_owned(),
        labels,
        series: vec![(name.to_owned(), values)],
        unit: "%".to_owned(),
        decimals: 1,
    };
    let mark = answer.marks.iter().find(|mark| (mark.p - 0.85).abs() < 1e-9);
    let finding = match mark {
        Some(mark) if day => format!("85 % is reached by {}.", on(mark.day.as_deref(), ground)),
        Some(mark) => format!("{} or more are 85 % sure.", mark.value.unwrap_or(0)),
        None => String::new(),
    };
    let from = if answer.question.is_of_a_plan() {
        format!("{}; {}.", capital(&answer.how), answer.correction)
    } else {
        format!("{}, from {} ({}); {}.", capital(&answer.how), ground.method, ground.chosen, answer.correction)
    };
    let mut section = Section::new(heading).chart(lines.chart("curve", finding)).say(from);
    if !answer.guess {
        section = section.say("Not in the ledger: publish it, and it can be looked up how it went.");
    }
    section
}

fn parts(answer: &Answer) -> Section {
    let columns = vec![
        Column::words("key", "Item"),
        Column::words("title", "Title"),
        Column::numbers("chance", "Done by then")
            .about("From its age when it is in work, else from its place in the order."),
    ];
    let rows = answer.parts.iter().map(|(key, title, chance)| {
        let chance = chance.map_or_else(|| Cell::missing("not known"), Cell::Share);
        vec![
            Cell::link(key.clone(), page(&Ask { item: Some(key.clone()), ..Ask::default() })),
            Cell::text(title.clone()),
            chance,
        ]
    });
    Section::new("What is left")
        .table(Table::new("parts", "Each item by the end", columns).rows(rows).or_say("Nothing is left."))
}

fn estimates(view: &View, answer: &Answer) -> Section {
    let columns = vec![
        Column::words("said", "Estimate"),
        Column::words("way", "Way"),
        Column::words("state", "State"),
        Column::words("class", "Read through"),
        Column::numbers("half", "Half took").unit("d"),
        Column::numbers("most", "85 % took").unit("d"),
        Column::numbers("last", "95 % took").unit("d"),
    ];
    let rows = answer.estimates.iter().map(|one| {
        let at = |pick: fn((f64, f64, f64)) -> f64| {
            one.calibrated
                .map_or_else(|| Cell::missing("fewer than 20 finished"), |levels| Cell::number(pick(levels), 1))
        };
        vec![
            Cell::text(one.said.clone()),
            Cell::text(one.way.clone()),
            if one.accepted { Cell::mark("accepted", Meaning::Good) } else { Cell::text("open") },
            Cell::text(one.class.clone()),
            at(|levels| levels.0),
            at(|levels| levels.1),
            at(|levels| levels.2),
        ]
    });
    let key = view.ask.item.clone().unwrap_or_default();
    Section::new("Estimates").table(
        Table::new("estimates", format!("Estimates of {key}, and what such estimates turned out to be"), columns)
            .rows(rows)
            .or_say("Nobody estimated it."),
    )
}

fn fanned(fan: &Fan, ground: &GroundView) -> Section {
    let days: Vec<String> = fan.days.iter().map(|day| on(Some(day), ground)).collect();
    let series = fan.levels.iter().rev().map(|(level, counts)| {
        (format!("{} at least", percent(*level)), counts.iter().map(|count| Some(*count as f64)).collect())
    });
    let unit = if ground.unit == Unit::Item { "items" } else { "changes" };
    let lines =
        Lines { over: "By".to_owned(), labels: days, series: series.collect(), unit: unit.to_owned(), decimals: 0 };
    let last = |q: f64| {
        let level = fan.levels.iter().find(|level| (level.0 - q).abs() < 1e-9);
        level.and_then(|level| level.1.last()).copied().unwrap_or(0)
    };
    let finding = format!(
        "In eight weeks {} or more {unit} are 85 % sure, {} or more 50 %, before any correction.",
        last(0.85),
        last(0.5)
    );
    Section::new("How much is finished").chart(lines.chart("fan", finding))
}

fn suggestions(sheet: Sheet, view: &View, answer: &Answer) -> Sheet {
    let team = view.team.as_ref().map(|team| team.1.clone());
    let ask = &view.ask;
    let mut sheet = sheet;
    if !answer.guess && ask.as_of.is_none() && ask.split.is_none() && ask.risk.is_empty() && !ask.risks {
        let mut input = json!({ "team": team });
        match answer.question {
            Question::When => input["when"] = json!(ask.when.as_ref().and_then(|when| when.parse::<u32>().ok())),
            Question::Item => input["item"] = json!(ask.item),
            Question::Sprint => input["sprint"] = json!(ask.sprint),
            Question::Milestone | Question::Plan => {
                input["plan"] = json!(ask.plan);
                input["milestone"] = json!(ask.milestone);
            }
            Question::HowMany => input["standard"] = json!(true),
        }
        let deed = Deed::Act { practice: "estimation".to_owned(), act: "publish_forecast".to_owned(), input };
        sheet = sheet.suggest(Suggestion::new(
            "Publish it",
            "What is in the ledger can be looked up later: that is how answers get better.",
            deed,
        ));
    }
    if answer.question == Question::HowMany {
        let href = page(&Ask { when: Some("40".to_owned()), ..ask.clone() });
        sheet = sheet.suggest(Suggestion::new(
            "Ask when 40 are finished",
            "A date instead of a count.",
            Deed::Open { href },
        ));
    }
    if answer.question.is_of_a_plan() {
        return sheet;
    }
    let href = page(&Ask { backtest: true, ..ask.clone() });
    sheet.suggest(Suggestion::new(
        "See how each method did",
        "Week by week over the past, with what was known then.",
        Deed::Open { href },
    ))
}

/// What a reader must know before believing it.
fn cautions(ground: &GroundView) -> Vec<String> {
    let mut all = Vec::new();
    if ground.unit == Unit::Change {
        all.push(
            "Git alone knows start and merge; a tracker shows what lies between. Merged changes are counted."
                .to_owned(),
        );
    }
    if !ground.unsteady.is_empty() {
        all.push(format!("The past is not steady: {}.", ground.unsteady.join("; ")));
    }
    all
}

/// How the date of a plan was computed: planning says the rest.
fn computed_of_plan(answer: &Answer, ground: &GroundView) -> Computed {
    Computed {
        formula: "in each trial of the plan its open leaves are drawn and scheduled by links, slots, absences, risks and growth; the share of trials \
                  in which the last is finished by a day; see planning"
            .to_owned(),
        inputs: vec![
            ("Trials".to_owned(), answer.how.clone()),
            ("As of".to_owned(), ground.as_of.clone()),
            ("Correction".to_owned(), answer.correction.clone()),
        ],
        left_out: vec!["what came into the plan after the version that was told".to_owned()],
        source: Some("Czado, Gneiting and Held 2009 (randomised PIT)".to_owned()),
    }
}

fn computed(view: &View, ground: &GroundView) -> Computed {
    if let Some(answer) = view.answer.as_ref().filter(|answer| answer.question.is_of_a_plan()) {
        return computed_of_plan(answer, ground);
    }
    let mut inputs = vec![
        ("Finished in 180 days".to_owned(), number(f64::from(ground.finished), 0)),
        ("Method".to_owned(), format!("{}, {}", ground.method, ground.chosen)),
        ("Counted".to_owned(), ground.rules.clone()),
        ("As of".to_owned(), ground.as_of.clone()),
        (
            "Absences".to_owned(),
            if ground.absences { "taken off day by day" } else { "unknown: as many are there as usual" }.to_owned(),
        ),
        ("Inputs".to_owned(), ground.inputs.clone()),
    ];
    inputs.extend(ground.known_at.clone().map(|at| ("As known at".to_owned(), at)));
    inputs.extend(ground.first.clone().map(|day| ("Record since".to_owned(), day)));
    if let Some(answer) = &view.answer {
        inputs.push(("Correction".to_owned(), answer.correction.clone()));
    }
    Computed {
        formula: "a day to come is like a past day of its kind (working or free), thinned by how much of the team is there; \
                  P_(t+1)(r) = Σ_k p(k) · P_t(r + k), absorbed at 0; how many = the sum of the days; \
                  pool/1 = the mean of what the last 30, 90 and 180 days say; today is left out, day 1 is tomorrow"
            .to_owned(),
        inputs,
        left_out: vec!["epics and subtasks; what was given up; statuses that no stage holds".to_owned()],
        source: Some(
            "Magennis 2011 (throughput, splits), Vacanti 2015, Gneiting and Raftery 2007 (scores), Czado, Gneiting and Held 2009 (randomised PIT)"
                .to_owned(),
        ),
    }
}
