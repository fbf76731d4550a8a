//! What the register does to a plan: the tornado, what is worth doing, which items the finish follows; and what triggers see.

use desk::sheet::{Cell, Chart, Column, Meaning, Section, Table, number};
use serde_json::{Value, json};

use super::open;
use crate::calendar::said;
use crate::risk::tornado::Apart;
use crate::risk::view::{BarView, PlanRisk, Sees, TogetherView, View};

/// A difference in days with how far it may be off; below two standard errors it is none.
pub(super) fn apart(of: Apart) -> String {
    if of.real { format!("{} ± {}", number(of.days, 1), number(of.error, 1)) } else { "≈ 0".to_owned() }
}

/// Everything about a plan.
pub(super) fn sections(plan: &PlanRisk, today: &str, budget: Option<u32>) -> Vec<Section> {
    if let Some(why) = &plan.no_date {
        let said =
            format!("{} has no date: {why}. Until it has one, a risk shows what it is expected to cost.", plan.title);
        return vec![Section::new("What moves the date").say(said)];
    }
    let mut all = vec![moves(plan, today)];
    if !plan.worth.is_empty() {
        all.push(worth(plan));
    } else if let Some(days) = budget {
        let said = format!(
            "Nothing is written down that would be done about a risk of {}: there is no choice for {days} d.",
            plan.title
        );
        all.push(Section::new("Is it worth it").say(said));
    }
    if !plan.follows.is_empty() {
        all.push(follows(plan));
    }
    all
}

fn moves(plan: &PlanRisk, today: &str) -> Section {
    let section = Section::new("What moves the date").say(format!(
        "{}: 80 % of the trials are done by {}; without any of its risks by {}. Each bar is what the date would gain if that were gone.",
        plan.title,
        said(&plan.with, today),
        said(&plan.without, today)
    ));
    let columns = vec![
        Column::words("what", "What"),
        Column::words("p80", "At 80 %")
            .about("Working days that the date is later for it, ± 1.96 standard errors.")
            .unsorted(),
        Column::words("p50", "At the median").unsorted(),
        Column::words("mean", "Of the mean").about("A driver may move the middle and not the 80 %.").unsorted(),
    ];
    let rows = plan.bars.iter().map(|bar| {
        let what = match &bar.risk {
            Some(id) => Cell::link(bar.title.clone(), format!("/records/risk/{id}")),
            None => Cell::text(bar.title.clone()),
        };
        vec![what, Cell::text(apart(bar.p80)), Cell::text(apart(bar.p50)), Cell::text(apart(bar.mean))]
    });
    let table = Table::new("tornado", "What moves the date, the most first", columns)
        .rows(rows)
        .or_say("Nothing that is open has a spread, and no risk touches it.");
    if plan.bars.is_empty() {
        return section.table(table);
    }
    let most = plan.bars.first().filter(|bar| bar.p80.real);
    let finding = most.map_or_else(
        || "No single driver moves the date at 80 % by more than noise.".to_owned(),
        |bar| format!("{} moves the date most: {} days at 80 %.", bar.title, number(bar.p80.days, 1)),
    );
    section.chart(Chart::from_options("tornado", finding, picture(&plan.bars), table))
}

fn picture(bars: &[BarView]) -> Value {
    let shown: Vec<&BarView> = bars.iter().rev().collect();
    let short = |title: &str| {
        let cut: String = title.chars().take(34).collect();
        if cut.len() < title.len() { format!("{}…", cut.trim_end()) } else { cut }
    };
    let bar = |bar: &&BarView| {
        let colour = if bar.risk.is_some() { "var(--act)" } else { "var(--accent)" };
        json!({ "value": if bar.p80.real { bar.p80.days } else { 0.0 }, "itemStyle": { "color": colour },
                "label": { "show": true, "position": "right", "formatter": apart(bar.p80),
                           "color": "var(--ink)", "textBorderWidth": 0 } })
    };
    json!({
        "tooltip": { "trigger": "item" },
        "grid": { "left": 8, "right": 72, "top": 8, "bottom": 28, "containLabel": true },
        "xAxis": { "type": "value", "name": "working days at 80 %", "nameLocation": "middle", "nameGap": 26 },
        "yAxis": { "type": "category", "data": shown.iter().map(|bar| short(&bar.title)).collect::<Vec<_>>() },
        "series": [{ "type": "bar", "barMaxWidth": 18, "data": shown.iter().map(bar).collect::<Vec<_>>() }],
    })
}

fn worth(plan: &PlanRisk) -> Section {
    let columns = vec![
        Column::words("what", "Risk"),
        Column::numbers("cost", "Costs").unit("d"),
        Column::words("p80", "Saves at 80 %").unsorted(),
        Column::words("mean", "Saves of the mean").unsorted(),
        Column::words("call", "Worth it"),
    ];
    let rows = plan.worth.iter().map(|one| {
        let call = if one.net_days > 0.0 {
            Cell::mark(format!("worth it: {} d more than it costs", number(one.net_days, 1)), Meaning::Good)
        } else {
            Cell::text("costs more than it saves")
        };
        vec![
            Cell::link(one.title.clone(), format!("/records/risk/{}", one.risk)),
            Cell::number(one.cost_days, 1),
            Cell::text(apart(one.p80)),
            Cell::text(apart(one.mean)),
            call,
        ]
    });
    let table = Table::new("worth", "What is done about it, against what it saves", columns).rows(rows);
    let section = Section::new("Is it worth it").say("One at a time, under the same draws; costs in working days.");
    let section = plan.together.iter().fold(section, |section, one| section.say(together(one)));
    section.table(table)
}

/// What is worth doing together, in a sentence or two.
fn together(one: &TogetherView) -> String {
    let how = if one.every {
        format!("every combination was tried ({})", one.tried)
    } else {
        format!("the one that added most was taken again and again ({} were tried)", one.tried)
    };
    let Some((last, first)) = one.risks.split_last() else {
        return format!("Within {} d nothing that is planned is worth its cost; {how}.", one.budget_days);
    };
    let named: Vec<&str> = first.iter().map(|risk| risk.1.as_str()).collect();
    let named = if named.is_empty() { last.1.clone() } else { format!("{} and {}", named.join(", "), last.1) };
    let apart_sum = if first.is_empty() {
        String::new()
    } else {
        format!(", where each alone would add up to {} d", number(one.apart_days, 1))
    };
    format!(
        "Within {} d do something about: {named}. It takes {} d and saves {} d at 80 %, {} d of the mean: {} d more than it \
         costs{apart_sum}; {how}.",
        one.budget_days,
        number(one.cost_days, 1),
        apart(one.p80),
        apart(one.mean),
        number(one.net_days, 1)
    )
}

fn follows(plan: &PlanRisk) -> Section {
    let columns = vec![
        Column::words("item", "Item"),
        Column::numbers("criticality", "Criticality").about("Share of trials in which it bound the finish."),
        Column::numbers("cruciality", "Cruciality").about("Spearman's ρ between its duration and the finish."),
        Column::numbers("sensitivity", "Sensitivity").about("Criticality × σ of its duration ÷ σ of the finish."),
    ];
    let rows = plan.follows.iter().map(|one| {
        vec![
            Cell::text(one.item.clone()),
            Cell::Share(one.criticality),
            one.cruciality.map_or_else(|| Cell::missing("its duration never changes"), |rho| Cell::number(rho, 2)),
            Cell::number(one.sensitivity, 2),
        ]
    });
    let table = Table::new("follows", "Items that the finish follows", columns).rows(rows).ordered_by("-sensitivity");
    Section::new("Which items matter").table(table)
}

/// What triggers see; none when nothing is watched.
pub(super) fn triggers(view: &View) -> Option<Section> {
    let columns = vec![
        Column::words("risk", "Risk"),
        Column::words("what", "Watched"),
        Column::numbers("now", "Now"),
        Column::words("sees", "Sees"),
        Column::words("why", "Since, or why not"),
    ];
    let all = open(view).flat_map(|risk| risk.triggers.iter().map(move |trigger| (risk, trigger)));
    let rows: Vec<_> = all
        .map(|(risk, trigger)| {
            let sees = match trigger.sees {
                Sees::Fired => Cell::mark("fired", Meaning::Act),
                Sees::Quiet => Cell::mark("quiet", Meaning::Good),
                Sees::Blind => Cell::mark("blind", Meaning::Watch),
            };
            let now = trigger.value.map_or_else(|| Cell::missing(trigger.why.clone()), |value| Cell::number(value, 2));
            vec![
                Cell::link(risk.title.clone(), format!("/records/risk/{}", risk.id)),
                Cell::text(trigger.what.clone()),
                now,
                sees,
                Cell::text(trigger.why.clone()),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Section::new("What is watched").table(Table::new("triggers", "Triggers, and what they see", columns).rows(rows))
    })
}
