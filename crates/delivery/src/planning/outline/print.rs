//! Writing a plan as text, always in the same order, so that two texts can be compared.

use std::fmt::Write as _;

use super::is_token;
use crate::plan::network::LinkSort;
use crate::plan::records::{Dependency, ItemKind, Plan, PlanItem, Strength};
use crate::plan::tree::Tree;

/// The plan as text. Empty when its tree does not hold.
#[must_use]
pub fn print(plan: &Plan) -> String {
    let Ok(tree) = Tree::of(plan) else { return String::new() };
    let mut text = format!("# {}", title(&plan.title));
    let teams = plan.teams.iter().map(|team| format!("@{team}"));
    let days = [("from", Some(plan.start_on)), ("by", plan.target_on)];
    let days = days.into_iter().filter_map(|(name, day)| Some(format!("{name}:{}", day?)));
    let tokens: Vec<String> = teams.chain(days).collect();
    if !tokens.is_empty() {
        let _ = write!(text, "  {}", tokens.join(" "));
    }
    text.push('\n');
    if !plan.goal.trim().is_empty() {
        let _ = writeln!(text, "> {}", plain(&plan.goal));
    }
    for node in &tree.nodes {
        let item = &plan.items[node.item];
        let indent = "  ".repeat(node.depth - 1);
        let mark = if item.kind == ItemKind::Milestone { '*' } else { '-' };
        let done = if item.done { "[x] " } else { "" };
        let _ = writeln!(text, "{indent}{mark} {done}{}{}", title(&item.title), tokens_of(plan, item));
        if let Some(outcome) = item.outcome.as_deref().filter(|outcome| !outcome.trim().is_empty()) {
            let _ = writeln!(text, "{indent}  > {}", plain(outcome));
        }
        for criterion in item.acceptance.iter().filter(|one| !one.trim().is_empty()) {
            let _ = writeln!(text, "{indent}  + {}", plain(criterion));
        }
    }
    text
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title whose words are no tokens: what would be read as one stands behind a `\`.
fn title(text: &str) -> String {
    let words = text.split_whitespace().enumerate();
    let first_box = |place: usize, word: &str| place == 0 && (word == "[" || word.eq_ignore_ascii_case("[x]"));
    let said = words.map(|(place, word)| {
        let read = is_token(word) || word.starts_with('\\') || first_box(place, word);
        if read { format!("\\{word}") } else { word.to_owned() }
    });
    said.collect::<Vec<_>>().join(" ")
}

fn tokens_of(plan: &Plan, item: &PlanItem) -> String {
    let mut all: Vec<String> = Vec::new();
    if item.kind != ItemKind::Milestone {
        all.push(format!("[{}]", item.kind.word()));
    }
    all.extend(
        item.estimate
            .as_ref()
            .map(|spread| format!("~{}", spread.to_string().replace(" points", "p").replace(' ', ""))),
    );
    all.extend(item.size.as_ref().map(|size| format!("~{size}")));
    all.push(format!("id:{}", item.id));
    let mut named = |name: &str, value: &dyn std::fmt::Display| all.push(format!("{name}:{value}"));
    item.work_item.iter().for_each(|key| named("key", key));
    item.team.iter().for_each(|team| named("team", team));
    all.extend(item.with.iter().map(|who| format!("@{who}")));
    let mut named = |name: &str, value: &dyn std::fmt::Display| all.push(format!("{name}:{value}"));
    item.areas.iter().for_each(|area| named("area", area));
    item.skills.iter().for_each(|skill| named("skill", skill));
    item.needs.iter().for_each(|need| named("needs", &format!("{}={}", need.resource, need.amount)));
    item.not_before.iter().for_each(|day| named("from", day));
    item.finish_by.iter().for_each(|day| named("by", day));
    let into: Vec<&Dependency> = plan.links.iter().filter(|link| link.to == item.id).collect();
    let hard = |sort: LinkSort| move |link: &&&Dependency| link.strength != Strength::Preferred && link.sort == sort;
    for (name, sort) in [
        ("after", LinkSort::FinishStart),
        ("ss", LinkSort::StartStart),
        ("ff", LinkSort::FinishFinish),
        ("sf", LinkSort::StartFinish),
    ] {
        into.iter().filter(hard(sort)).for_each(|link| named(name, &end(link)));
    }
    into.iter().filter(|link| link.strength == Strength::Preferred).for_each(|link| named("prefers", &end(link)));
    item.risks.iter().for_each(|risk| named("risk", risk));
    format!(" {}", all.join(" "))
}

fn end(link: &Dependency) -> String {
    if link.lag == 0.0 { link.from.clone() } else { format!("{}{:+}d", link.from, link.lag) }
}
