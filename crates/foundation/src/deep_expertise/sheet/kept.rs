//! What people wrote here: transfers that are planned, and claims that hold.

use desk::sheet::{Cell, Column, Meaning, Section, Table};
use desk::{Practice, Sheet};

use super::super::DeepExpertise;
use super::super::records::{ExpertiseClaim, KtPlan, Willing};
use super::super::view::{Kept, View};

/// Adds the sections that have something in them.
pub(super) fn add(mut sheet: Sheet, view: &View) -> Sheet {
    if !view.plans.is_empty() {
        sheet = sheet.section(Section::new("Transfers").table(plans(&view.plans, &view.ground.today)));
    }
    if !view.claims.is_empty() {
        sheet = sheet.section(Section::new("What people say of themselves").table(claims(&view.claims)));
    }
    sheet
}

fn plans(plans: &[Kept<KtPlan>], today: &str) -> Table {
    let columns = vec![
        Column::words("area", "Area"),
        Column::words("from", "From").unsorted(),
        Column::words("to", "To").unsorted(),
        Column::words("next", "Next step").unsorted(),
        Column::words("due", "Due"),
        Column::words("done", "Done").unsorted(),
    ];
    let rows = plans.iter().map(|plan| {
        let (next, due) = match plan.body.next() {
            Some((number, step)) => {
                let due = step.due_on.to_string();
                let late = due.as_str() < today;
                let due = if late { Cell::mark(format!("{due}, late"), Meaning::Watch) } else { Cell::text(due) };
                (Cell::link(step.text.clone(), tick(plan, number)), due)
            }
            None => (Cell::mark("every step is done", Meaning::Good), Cell::missing("nothing is left")),
        };
        vec![
            Cell::text(plan.body.area.clone()),
            Cell::text(plan.body.from_people.join(", ")),
            Cell::text(plan.body.to_people.join(", ")),
            next,
            due,
            Cell::text(format!("{} of {}", plan.body.done(), plan.body.steps.len())),
        ]
    });
    Table::new("transfers", "Planned transfers, the oldest first", columns).rows(rows)
}

/// The form that ticks a step, filled in.
fn tick(plan: &Kept<KtPlan>, step: usize) -> String {
    let pairs = [("plan", plan.id.clone()), ("seen", plan.version.to_string()), ("step", step.to_string())];
    let pairs: Vec<(String, String)> = pairs.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let (stage, name) = (DeepExpertise::STAGE.name(), DeepExpertise::NAME);
    format!("/{stage}/{name}/do/tick_step?{}", desk::form::encode(&pairs))
}

fn claims(claims: &[Kept<ExpertiseClaim>]) -> Table {
    let columns = vec![
        Column::words("address", "Who"),
        Column::words("area", "Area"),
        Column::words("text", "In their words").unsorted(),
        Column::words("willing", "To be asked").unsorted(),
        Column::words("until", "Until"),
    ];
    let mut sorted: Vec<&Kept<ExpertiseClaim>> = claims.iter().collect();
    sorted.sort_by_key(|claim| (claim.body.address.clone(), claim.body.area.clone()));
    let rows = sorted.into_iter().map(|claim| {
        let willing = match claim.body.willing_to_help {
            Willing::Yes => "yes",
            Willing::Teach => "yes, and teaches it",
            Willing::RatherNot => "rather not",
        };
        vec![
            Cell::text(claim.body.address.clone()),
            Cell::text(claim.body.area.clone()),
            Cell::text(claim.body.text.clone()),
            Cell::text(willing),
            Cell::text(claim.body.expires_on.to_string()),
        ]
    });
    Table::new("claims", "Claims that hold, by address", columns).rows(rows).ordered_by("address")
}
