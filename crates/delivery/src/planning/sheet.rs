//! The view as a sheet: the sentence, the part that was asked for with its table, what to do, how it was computed.

mod inbox;
mod parts;

use desk::sheet::{Cell, Computed, Deed, Empty, Figure, Meaning, Section, Suggestion, number};
use desk::{Sheet, Sheeted};
use serde_json::json;

use super::view::{PlanRisks, PlanView, View, WhatIf, WhyView};
use super::{Ask, Show, page_of};
pub(super) use crate::calendar::{said, short};
use crate::plan::reckon::Dates;
use crate::plan::trials::Chance;

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        let Some(plan) = &self.plan else { return Sheet::nothing(nothing()) };
        if self.show() == Show::Inbox {
            return inbox::inbox(plan).into_iter().fold(Sheet::new(inbox::answer(plan)), Sheet::section);
        }
        let mut sheet = Sheet::new(answer(plan));
        for caveat in &plan.caveats {
            sheet = sheet.notice(Meaning::Watch, caveat.clone());
        }
        sheet = figures(sheet, plan);
        if let Some(why) = &self.why {
            sheet = sheet.section(why_section(why));
        }
        if let Some(what_if) = &self.what_if {
            sheet = sheet.section(what_if_section(what_if));
        }
        let part = match self.show() {
            Show::Tree => parts::tree(&self.ask, plan),
            Show::Gantt => parts::gantt(plan),
            Show::Graph => parts::graph(plan),
            Show::Capacity => parts::capacity(plan),
            Show::Baseline => parts::baseline(plan),
            Show::Inbox => Vec::new(),
        };
        let sheet = part.into_iter().fold(sheet, Sheet::section);
        suggestions(&self.ask, plan).into_iter().fold(sheet, Sheet::suggest).computed(computed(plan))
    }
}

fn nothing() -> Empty {
    Empty::new(
        "Here a plan will stand: a tree of items, their dates with their spread, and what binds them.",
        "No plan was written down that you may read. Paste an outline, or name the goal.",
    )
    .next("Draft a plan", Deed::Act { practice: "planning".to_owned(), act: "draft_plan".to_owned(), input: json!({}) })
}

fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// A share in per cent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A chance with how far it may be off, in per cent: a digit more where that is little.
pub(super) fn likely(chance: Chance) -> String {
    let off = chance.error * 100.0;
    format!("{} ± {}", percent(chance.p), number(off, u8::from(off < 1.0)))
}

fn answer(plan: &PlanView) -> String {
    let mut parts = Vec::new();
    match (&plan.dates, &plan.no_date) {
        (Some(dates), _) => {
            parts.push(dated(plan, dates));
            parts.extend(plan.risks.as_ref().map(|risks| harmless(plan, risks)));
            parts.push(if plan.by_throughput {
                "by what the teams finish a day".to_owned()
            } else {
                format!("the chain runs through {}", plan.chain)
            });
        }
        (None, Some(why)) => parts.push(format!("No date: {why}")),
        (None, None) if plan.leaves.all == 0 => parts.push(format!("{} has no items yet", plan.title)),
        (None, None) => parts.push(format!("Everything in {} is done", plan.title)),
    }
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    if plan.leaves.too_big > 0 {
        let n = plan.leaves.too_big;
        parts.push(format!("{} {} too big", plural(n, "leaf", "leaves"), are(n)));
    }
    if plan.leaves.cannot_tell > 0 {
        parts.push(format!("of {} it cannot be told", plan.leaves.cannot_tell));
    }
    format!("{}.", parts.join("; "))
}

/// The sure date without the risks.
fn harmless(plan: &PlanView, risks: &PlanRisks) -> String {
    format!("without {} by {}", plural(risks.titles.len(), "risk", "risks"), short(&risks.without.sure, &plan.today))
}

fn dated(plan: &PlanView, dates: &Dates) -> String {
    let sure = said(&dates.sure, &plan.today);
    let target = match dates.late_by {
        Some(0) => ", the day of the target".to_owned(),
        Some(late) if late > 0 => format!(", {} after the target", plural(late as usize, "day", "days")),
        Some(early) => format!(", {} before the target", plural(early.unsigned_abs() as usize, "day", "days")),
        None => String::new(),
    };
    format!("{} by {sure}{target}", percent(plan.confidence))
}

fn figures(sheet: Sheet, plan: &PlanView) -> Sheet {
    let Some(dates) = &plan.dates else { return sheet };
    let day = |day: &str| Cell::text(short(day, &plan.today));
    let mut sheet = sheet
        .figure(
            Figure::new("Half of the trials by", day(&dates.half))
                .note(format!("a tenth by {}", short(&dates.early, &plan.today))),
        )
        .figure(Figure::new(format!("{} by", percent(plan.confidence)), day(&dates.sure)));
    if let (Some(chance), Some(target)) = (dates.chance, &plan.target) {
        let meaning = if chance.p >= plan.confidence {
            Meaning::Good
        } else if chance.p >= 0.5 {
            Meaning::Watch
        } else {
            Meaning::Act
        };
        let value = Cell::text(likely(chance));
        sheet =
            sheet.figure(Figure::new(format!("By {}, the target", short(target, &plan.today)), value).means(meaning));
    }
    if let Some(risks) = &plan.risks {
        let title = format!("{} without {}", percent(plan.confidence), plural(risks.titles.len(), "risk", "risks"));
        sheet = sheet.figure(Figure::new(title, day(&risks.without.sure)).note(risks.titles.join(", ")));
    }
    let done = format!("{} of {}", plan.leaves.done, plan.leaves.all);
    sheet = sheet.figure(Figure::new("Leaves done", Cell::text(done)));
    if let Some(buffer) = &plan.buffer {
        let value = Cell::text(format!("{} d", number(buffer.days, 1)));
        let note = format!(
            "√Σ(P90 − P50)² behind {} d of chain; half of it is {} d",
            number(buffer.bold_days, 1),
            number(buffer.half_days, 1)
        );
        sheet = sheet.figure(Figure::new("Project buffer", value).note(note));
    }
    sheet
}

fn days(value: f64) -> String {
    let decimals = if value.fract() == 0.0 {
        0
    } else if (value * 2.0).fract() == 0.0 {
        1
    } else {
        2
    };
    number(value, decimals)
}

fn why_section(why: &WhyView) -> Section {
    let pieces: Vec<String> = why.pieces.iter().map(|(length, what)| format!("{} d {what}", days(*length))).collect();
    let day = said(&why.date, &why.date);
    Section::new(format!("Why {day}")).say(format!("{}: {day} = {}.", why.item, pieces.join(" · "))).say(format!(
        "Together {} days from the first day of the schedule; the levelled plan at median durations.",
        days(why.span_days)
    ))
}

fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(value, u8::from(value.fract() != 0.0)))
}

fn what_if_section(what_if: &WhatIf) -> Section {
    let section = Section::new("What if").say(what_if.changes.join("; "));
    if let Some(why) = &what_if.no_date {
        return section.say(format!("It cannot be told: {why}."));
    }
    let Some(dates) = &what_if.dates else { return section.say("Nothing would be left to do.") };
    if !what_if.differs {
        return section.say("No difference: what there is lies below two standard errors.");
    }
    let chance = dates.chance.map_or(String::new(), |one| format!(" · by the target {}", likely(one)));
    section.say(format!(
        "P50 {} ({} d ± {}) · sure {} ({} d ± {}){chance}",
        short(&dates.half, ""),
        signed(what_if.half.0),
        number(what_if.half.1, 1),
        short(&dates.sure, ""),
        signed(what_if.sure.0),
        number(what_if.sure.1, 1)
    ))
}

fn suggestions(ask: &Ask, plan: &PlanView) -> Vec<Suggestion> {
    let mut all = Vec::new();
    let act = |name: &str, mut input: serde_json::Value| {
        input["plan"] = json!(plan.id);
        Deed::Act { practice: "planning".to_owned(), act: name.to_owned(), input }
    };
    if let Some(slice) = plan.slices.first().filter(|_| plan.may_change) {
        let question = slice.questions.first().map_or("", |one| one.1.as_str());
        all.push(Suggestion::new(
            format!("Split {}", slice.item),
            question,
            act("split_item", json!({ "item": slice.id })),
        ));
    }
    let waiting = plan.waiting();
    if waiting > 0 && plan.may_change {
        let href = page_of(&Ask { plan: ask.plan.clone(), show: Some(Show::Inbox), ..Ask::default() });
        let title = format!("Answer {}", plural(waiting, "proposal", "proposals"));
        let reason = "Whoever proposes work wants to know whether it will be done.";
        all.push(Suggestion::new(title, reason, Deed::Open { href }));
    }
    if plan.no_date.is_some() && plan.may_change {
        all.push(Suggestion::new(
            "Estimate what has no estimate",
            "A date needs a duration of every leaf.",
            act("import_outline", json!({})),
        ));
    } else if plan.baseline.is_none() && plan.dates.is_some() && plan.may_change {
        let reason = "A plan that nobody froze cannot be compared with what becomes of it.";
        all.push(Suggestion::new("Freeze a baseline", reason, act("freeze_baseline", json!({}))));
    }
    let late = plan.dates.as_ref().and_then(|dates| dates.late_by).is_some_and(|late| late > 0);
    let heavy = plan.items.iter().filter(|item| item.leaf).filter_map(|item| Some((item, item.when.as_ref()?)));
    let most = heavy.max_by(|a, b| a.1.criticality.total_cmp(&b.1.criticality));
    if let Some((item, when)) = most.filter(|_| late) {
        let href = page_of(&Ask { drop: vec![item.code.clone()], show: None, why: None, ..ask.clone() });
        let reason = format!("It lies on the chain in {} of the trials.", percent(when.criticality));
        all.push(Suggestion::new(
            format!("See what comes of dropping {} {}", item.code, item.title),
            reason,
            Deed::Open { href },
        ));
    }
    all
}

const BY_SLOTS: &str = "Each trial draws the duration of every open leaf, schedules them by links, slots and resources in the order that levelling found, and keeps start and finish; dates are nearest-rank quantiles of the trials. Slots of a team on a day = max(1, round of its person-days, absences and the usual share of unplanned work taken off); none when nobody is there. Time lies on a grid of quarter-days.";
const BY_THROUGHPUT: &str = "Each trial draws how many items a team finishes on each day: as on a past day of its kind, from the last 30, 90 or 180 days, thinned by who is there and by what nobody plans. They go to the items whose turn it is and that wait for nothing; an item counts one, more where a risk or growth makes it longer. Dates are nearest-rank quantiles of the trials.";

fn growth(plan: &PlanView) -> String {
    match plan.growth {
        Some(one) => format!(
            "× {} at most in half of the trials, × {} in 85 %, of {} epics and plans that are over",
            number(one.half, 2),
            number(one.most, 2),
            one.of
        ),
        None => "none is drawn".to_owned(),
    }
}

fn left_out(plan: &PlanView) -> Vec<String> {
    let few = plan.growth.is_none() && plan.wholes < crate::plan::growth::LEAST;
    let unknown = few.then(|| {
        let over = plural(plan.wholes, "epic or plan is", "epics and plans are");
        format!("Growth of scope: {over} over, {} are needed.", crate::plan::growth::LEAST)
    });
    unknown.into_iter().chain(["Work of other plans in the same teams.".to_owned()]).collect()
}

fn computed(plan: &PlanView) -> Computed {
    Computed {
        formula: if plan.by_throughput { BY_THROUGHPUT } else { BY_SLOTS }.to_owned(),
        inputs: vec![
            ("Seed".to_owned(), plan.seed.to_string()),
            ("Trials".to_owned(), plan.trials.to_string()),
            ("Confidence".to_owned(), percent(plan.confidence)),
            ("Version of the plan".to_owned(), plan.version.to_string()),
            ("Growth of scope".to_owned(), growth(plan)),
        ],
        left_out: left_out(plan),
        source: Some(
            "Kelley and Walker 1959; Kelley 1963; Valls, Ballestín and Quintanilla 2005; Newbold 1998".to_owned(),
        ),
    }
}
