//! The company's work moves in: each team's board with its statuses, its sprints, and its items with every move since they were written down.

use std::collections::{BTreeMap, HashMap};

use store::people::Founded;
use store::work::{Category, Field, ItemType, Past, PastEntry, PastItem, ServiceClass};
use store::{PersonId, SprintId};

use super::super::Company;
use super::super::facts::{self, SprintMember, WorkItem};

/// The boards of the company, one a team that works.
pub(super) fn pasts(company: &Company, founded: &Founded) -> Vec<Past> {
    let works = |team: &(usize, &facts::Team)| !team.1.key.is_empty();
    company.teams.iter().enumerate().filter(works).map(|(at, team)| past(company, founded, at, team)).collect()
}

fn past(company: &Company, founded: &Founded, at: usize, team: &facts::Team) -> Past {
    // Parents come before their parts, as the lists of the company have them.
    let mine: Vec<(usize, &WorkItem)> =
        company.items.iter().enumerate().filter(|(_, item)| item.team.at() == at).collect();
    let places: HashMap<usize, usize> = mine.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
    let sprints: Vec<(usize, &facts::Sprint)> =
        company.sprints.iter().enumerate().filter(|(_, sprint)| sprint.team.at() == at).collect();
    let mut members: BTreeMap<usize, Vec<(SprintId, &SprintMember)>> = BTreeMap::new();
    for (number, sprint) in &sprints {
        for member in &sprint.members {
            members.entry(member.item.at()).or_default().push((sprint_id(*number), member));
        }
    }
    let person = |id: facts::PersonId| founded.people.get(id.at()).copied();
    Past {
        key: team.key.clone(),
        name: team.name.clone(),
        team: founded.teams.get(at).copied(),
        statuses: statuses(&mine),
        sprints: sprints
            .iter()
            .map(|(number, sprint)| {
                let (from, until, closed) = (sprint.start_at, sprint.planned_end_at, sprint.completed_at);
                (sprint_id(*number), sprint.name.clone(), sprint.goal.clone(), from, until, closed)
            })
            .collect(),
        items: mine
            .iter()
            .map(|(id, item)| {
                let inside = members.get(id).map(Vec::as_slice).unwrap_or_default();
                past_item(item, item.epic.and_then(|epic| places.get(&epic.at()).copied()), inside, &person)
            })
            .collect(),
    }
}

/// The same on every machine: a number in the place of a random id.
fn sprint_id(number: usize) -> SprintId {
    format!("7a000000-0000-7000-8000-{number:012x}").parse().expect("a UUID by its form")
}

/// The statuses that the team's items ever had, from left to right.
fn statuses(items: &[(usize, &WorkItem)]) -> Vec<(String, String, Category)> {
    let mut seen: Vec<(String, Category, usize, usize)> = Vec::new();
    for (_, item) in items {
        for (place, step) in item.transitions.iter().enumerate() {
            let category = category(step.category);
            match seen.iter_mut().find(|one| one.0 == step.to) {
                Some(one) => {
                    one.2 += place;
                    one.3 += 1;
                }
                None => seen.push((step.to.to_string(), category, place, 1)),
            }
        }
    }
    // Within started work, statuses stand in the order in which items meet them.
    let mean = |one: &(String, Category, usize, usize)| one.2 as f64 / one.3.max(1) as f64;
    let group = |category: Category| match category {
        Category::Backlog => 0,
        Category::Todo => 1,
        Category::Active | Category::Waiting => 2,
        Category::Done => 3,
        Category::Dropped => 4,
    };
    seen.sort_by(|a, b| group(a.1).cmp(&group(b.1)).then(mean(a).total_cmp(&mean(b))));
    seen.into_iter().map(|(name, category, ..)| (name.clone(), name, category)).collect()
}

fn past_item(
    item: &WorkItem,
    parent: Option<usize>,
    sprints: &[(SprintId, &SprintMember)],
    person: &impl Fn(facts::PersonId) -> Option<PersonId>,
) -> PastItem {
    let steps = item.transitions.iter().skip(1).map(|step| PastEntry {
        at: step.at,
        actor: person(step.by),
        field: Field::Status,
        from: step.from.as_ref().map(ToString::to_string),
        to: Some(step.to.to_string()),
    });
    let mut log: Vec<PastEntry> = steps.collect();
    for (sprint, member) in sprints {
        let line = |at, from, to| PastEntry { at, actor: None, field: Field::Sprint, from, to };
        log.push(line(member.added_at, None, Some(sprint.to_string())));
        log.extend(member.removed_at.map(|at| line(at, Some(sprint.to_string()), None)));
    }
    log.sort_by_key(|entry| entry.at);
    let number = item.key.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    PastItem {
        number,
        title: item.title.clone(),
        sort: sort(item.kind),
        class: if item.incident.is_some() { ServiceClass::Expedite } else { ServiceClass::Standard },
        status: item.transitions.last().map_or_else(String::new, |last| last.to.to_string()),
        priority: Some(item.priority),
        estimate: item.estimate.map(f64::from),
        created_at: item.created_at(),
        creator: person(item.creator),
        assignee: item.assignee.and_then(person),
        parent,
        labels: item.labels.clone(),
        blocked: false,
        log,
    }
}

const fn category(of: facts::Category) -> Category {
    match of {
        facts::Category::Backlog => Category::Backlog,
        facts::Category::Todo => Category::Todo,
        facts::Category::Active => Category::Active,
        facts::Category::Waiting => Category::Waiting,
        facts::Category::Done => Category::Done,
        facts::Category::Dropped => Category::Dropped,
    }
}

const fn sort(of: facts::ItemType) -> ItemType {
    match of {
        facts::ItemType::Epic => ItemType::Epic,
        facts::ItemType::Feature => ItemType::Feature,
        facts::ItemType::Bug => ItemType::Bug,
        facts::ItemType::Task => ItemType::Task,
        facts::ItemType::Spike => ItemType::Spike,
        facts::ItemType::Debt => ItemType::Debt,
        facts::ItemType::Incident => ItemType::Incident,
    }
}
