//! The inbox as a table: what waits with its two answers, and what became of the last ones.

use desk::sheet::{Cell, Column, Meaning, Section, Table};

use super::super::Planning;
use super::super::view::{PlanView, ProposalView};
use super::{plural, short};

/// What the inbox is for.
const ABOUT: &str =
    "Other practices, and anybody, propose work to a team here; it is accepted into a plan, or declined with a reason.";

/// The answer in a sentence.
pub(super) fn answer(plan: &PlanView) -> String {
    match plan.waiting() {
        0 => format!("Nothing waits in the inbox of {}.", plan.title),
        n => format!("{} for an answer in the inbox of {}.", plural(n, "proposal waits", "proposals wait"), plan.title),
    }
}

pub(super) fn inbox(plan: &PlanView) -> Vec<Section> {
    let open = |one: &&ProposalView| one.state == desk::kinds::WorkProposal::OPEN;
    let waiting: Vec<&ProposalView> = plan.inbox.iter().filter(open).collect();
    let mut columns = vec![Column::words("what", "What")];
    if plan.may_change {
        columns.extend([Column::words("accept", "Accept").unsorted(), Column::words("decline", "Decline").unsorted()]);
    }
    columns.extend([
        Column::words("why", "Why").unsorted(),
        Column::words("by", "Proposed by"),
        Column::words("on", "Since"),
        Column::words("more", "More").unsorted(),
    ]);
    let rows = waiting.iter().map(|one| {
        let mut row = vec![Cell::link(one.what.clone(), page(one))];
        if plan.may_change {
            let of = |act: &str, inputs: &[(&str, String)]| desk::act_href::<Planning>(act, inputs);
            let (id, into) = (("proposal", one.id.clone()), ("plan", plan.id.clone()));
            row.push(Cell::link("accept", of("accept_proposal", &[id.clone(), into])));
            row.push(Cell::link("decline", of("decline_proposal", &[id])));
        }
        row.extend([
            Cell::text(one.why.clone()),
            Cell::text(one.by.clone()),
            Cell::text(short(&one.on, &plan.today)),
            one.link.as_ref().map_or_else(|| Cell::text(""), |link| more(link)),
        ]);
        row
    });
    let table = Table::new("inbox", "What is proposed", columns).rows(rows).or_say("Nothing is proposed.");
    let mut all = vec![Section::new("What waits").say(ABOUT).table(table)];
    if plan.inbox.len() > waiting.len() {
        all.push(answered(plan));
    }
    all
}

fn answered(plan: &PlanView) -> Section {
    let columns = vec![
        Column::words("what", "What"),
        Column::words("by", "Proposed by"),
        Column::words("state", "State"),
        Column::words("came", "What came of it").unsorted(),
    ];
    let answered = plan.inbox.iter().filter(|one| one.state != desk::kinds::WorkProposal::OPEN);
    let rows = answered.map(|one| {
        let accepted = one.state == desk::kinds::WorkProposal::ACCEPTED;
        vec![
            Cell::link(one.what.clone(), page(one)),
            Cell::text(one.by.clone()),
            if accepted { Cell::mark("accepted", Meaning::Good) } else { Cell::text(one.state.clone()) },
            Cell::text(one.came.clone().unwrap_or_default()),
        ]
    });
    Section::new("Answered").table(Table::new("answered", "What became of the last ones", columns).rows(rows))
}

fn page(one: &ProposalView) -> String {
    format!("/records/work_proposal/{}", one.id)
}

/// An address is opened when it is one of this house or of the web; any other text stands as it is.
fn more(link: &str) -> Cell {
    let local = link.starts_with('/') && !link.starts_with("//");
    if local || link.starts_with("https://") {
        Cell::link("open", link.to_owned())
    } else {
        Cell::text(link.to_owned())
    }
}
