//! What others propose to the teams of a plan: what waits, and what became of the last ones.

use desk::kinds::WorkProposal;
use desk::{Desk, Refusal, Stored};

use super::view::ProposalView;
use crate::plan::records::Plan;
use crate::plan::tree::Tree;

/// Answered proposals that are shown.
const ANSWERED: usize = 10;

/// The proposals of a plan: those that wait first, the oldest first; then the last that were answered.
pub(super) async fn inbox(desk: &Desk, stored: &Stored<Plan>) -> Result<Vec<ProposalView>, Refusal> {
    let plan = &stored.body;
    let all = desk.records().list::<WorkProposal>().await?;
    let mine = |one: &&Stored<WorkProposal>| match &one.body.plan {
        Some(of) => *of == stored.id,
        None => plan.teams.contains(&one.body.team),
    };
    let (waiting, mut answered): (Vec<_>, Vec<_>) =
        all.iter().filter(mine).partition(|one| one.status == WorkProposal::OPEN);
    answered.sort_by_key(|one| std::cmp::Reverse(one.updated_at));
    answered.truncate(ANSWERED);
    let tree = Tree::of(plan).ok();
    let view = |one: &Stored<WorkProposal>| {
        let day = one.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        ProposalView {
            id: one.id.clone(),
            what: one.body.what.clone(),
            why: one.body.why.clone(),
            by: who(desk, one),
            on: day.to_string(),
            link: one.body.link.clone(),
            state: one.status.clone(),
            came: one.body.declined.clone().or_else(|| landed(tree.as_ref()?, plan, &stored.id, one)),
        }
    };
    Ok(waiting.into_iter().chain(answered).map(view).collect())
}

/// The practice that found it, by its name for people, else who wrote it.
fn who(desk: &Desk, one: &Stored<WorkProposal>) -> String {
    if let Some(by) = &one.body.by {
        let known = desk::roadmap::PRACTICES.iter().find(|planned| planned.name == by);
        return known.map_or_else(|| by.clone(), |planned| planned.title.to_owned());
    }
    let person = one.author.parse().ok().and_then(|id| desk.organisation().person(id));
    person.map_or_else(|| "somebody".to_owned(), |person| person.called().to_owned())
}

/// Code and title of the item that it became, or that it became one of another plan.
fn landed(tree: &Tree, plan: &Plan, id: &str, one: &Stored<WorkProposal>) -> Option<String> {
    let (of, item) = one.body.lands_as.as_deref()?.split_once('#')?;
    if of != id {
        return Some("in another plan".to_owned());
    }
    let node = tree.place(item).and_then(|place| tree.nodes.get(place));
    let Some((node, item)) = node.and_then(|node| Some((node, plan.items.get(node.item)?))) else {
        return Some("dropped since".to_owned());
    };
    Some(format!("{} {}", node.code, item.title))
}
