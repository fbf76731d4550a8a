//! Whether the facts of a company agree with each other: what the tests ask of every company, whatever its plan.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::Company;
use super::facts::{AbsenceKind, Category, ChangeState, CommitPlace, PersonId, PersonKind, Repository, WorkItemId};

/// Everything that does not agree, in words; empty when all is well.
pub(super) fn disagreements(company: &Company) -> Vec<String> {
    let mut found = Vec::new();
    presence(company, &mut found);
    changes(company, &mut found);
    transitions(company, &mut found);
    sprints(company, &mut found);
    messages(company, &mut found);
    history(company, &mut found);
    delivery(company, &mut found);
    found
}

fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// Who was in a team and not away, by person.
struct Presence<'a> {
    company: &'a Company,
    away: BTreeMap<PersonId, Vec<(Date, Date)>>,
}

impl Presence<'_> {
    fn here(&self, who: PersonId, at: Timestamp) -> bool {
        let person = &self.company.people[who.at()];
        let on = day(at);
        let employed = person.started_on <= on && person.left_on.is_none_or(|left| on <= left);
        let away =
            self.away.get(&who).is_some_and(|spans| spans.iter().any(|(from, until)| (*from..=*until).contains(&on)));
        let member = self
            .company
            .memberships
            .iter()
            .any(|it| it.person == who && it.from <= on && it.until.is_none_or(|until| on <= until));
        person.kind == PersonKind::Bot || (employed && member && !away)
    }
}

/// Nobody does anything on a day on which they were not there.
fn presence(company: &Company, found: &mut Vec<String>) {
    let mut presence = Presence { company, away: BTreeMap::new() };
    for absence in company.absences.iter().filter(|it| it.kind != AbsenceKind::OnCall) {
        presence.away.entry(absence.person).or_default().push((absence.from, absence.until));
    }
    let mut ask = |what: &str, who: PersonId, at: Timestamp| {
        if !presence.here(who, at) {
            found.push(format!("{what}: {} was not there at {at}", company.people[who.at()].name));
        }
    };
    for change in &company.changes {
        ask("opened", change.author, change.opened_at);
        change.reviews.iter().for_each(|review| ask("reviewed", review.reviewer, review.at));
        if let (Some(by), Some(at)) = (change.merged_by, change.merged_at) {
            ask("merged", by, at);
        }
    }
    for item in &company.items {
        item.transitions.iter().for_each(|it| ask(&item.key, it.by, it.at));
    }
    for commit in company.repositories.iter().flat_map(|code| &code.commits) {
        ask("wrote", commit.author, commit.authored_at);
        commit.committer.iter().for_each(|who| ask("committed", *who, commit.committed_at));
        commit.co_authors.iter().for_each(|other| ask("paired", *other, commit.authored_at));
    }
    for deployment in company.deployments.iter().filter(|it| !it.rollback) {
        ask("deployed", deployment.actor, deployment.started_at);
    }
}

fn changes(company: &Company, found: &mut Vec<String>) {
    for change in &company.changes {
        let name = format!("change {} of {}", change.number, company.repositories[change.repository.at()].slug);
        let landed = change.landed.map(|at| &company.repositories[change.repository.at()].commits[at.at()]);
        let mut say = |what: &str| found.push(format!("{name}: {what}"));
        if change.reviews.iter().any(|review| review.reviewer == change.author) {
            say("reviewed by its author");
        }
        if !change.reviews.is_sorted_by_key(|review| review.at) {
            say("reviews are out of order");
        }
        if change.reviews.iter().any(|review| review.at < change.opened_at) {
            say("reviewed before it was opened");
        }
        if change.merged_at.is_some_and(|at| change.reviews.iter().any(|review| review.at > at)) {
            say("reviewed after its merge");
        }
        let merged = change.state == ChangeState::Merged;
        if merged != change.merged_at.is_some() || merged != change.landed.is_some() {
            say("merged, and yet not");
        }
        if merged && change.commits.is_empty() {
            say("merged without a commit");
        }
        if landed.is_some_and(|commit| Some(commit.committed_at) != change.merged_at) {
            say("its commit came to main at another time");
        }
        for item in change.items.iter().map(|item| &company.items[item.at()]) {
            let begun = item.transitions.iter().find(|it| it.category == Category::Active);
            if begun.is_none_or(|it| it.at > change.opened_at) {
                say("was opened before its item was begun");
            }
            if item.resolved_at().is_some_and(|done| change.closed_at.is_none_or(|at| at > done)) {
                say("was open when its item was done");
            }
            if landed.is_some_and(|commit| !commit.subject.contains(&item.key) && !commit.body.contains(&item.key)) {
                say("came to main without its item's key");
            }
        }
    }
}

fn transitions(company: &Company, found: &mut Vec<String>) {
    for item in &company.items {
        let moves = &item.transitions;
        let begins = moves.first().is_some_and(|first| {
            first.from.is_none()
                && matches!(first.category, Category::Backlog | Category::Todo)
                && first.by == item.creator
        });
        if !begins {
            found.push(format!("{}: does not begin with its creation", item.key));
        }
        if !moves.is_sorted_by_key(|it| it.at) {
            found.push(format!("{}: transitions are out of order", item.key));
        }
        if moves.windows(2).any(|pair| pair[1].from.as_ref() != Some(&pair[0].to)) {
            found.push(format!("{}: a transition does not follow from the one before", item.key));
        }
    }
}

/// An item is in a sprint only after it was written and before it was done, and once at a time.
fn sprints(company: &Company, found: &mut Vec<String>) {
    for sprint in &company.sprints {
        let mut seen: HashSet<WorkItemId> = HashSet::new();
        for member in &sprint.members {
            let item = &company.items[member.item.at()];
            let mut say = |what: &str| found.push(format!("{}: {} {what}", sprint.name, item.key));
            if !seen.insert(member.item) {
                say("is in it twice");
            }
            if item.resolved_at().is_some_and(|at| at < member.added_at) {
                say("was done before it came in");
            }
            if item.created_at() > member.added_at || item.team != sprint.team {
                say("did not exist for this team");
            }
        }
        if sprint.completed_at.is_some_and(|at| at < sprint.planned_end_at) || sprint.start_at >= sprint.planned_end_at
        {
            found.push(format!("{}: ends before it should", sprint.name));
        }
    }
    let scrum = |item: &super::facts::WorkItem| super::board::Habit::of(item.team.at()) == super::board::Habit::Scrum;
    let mut planned: BTreeMap<WorkItemId, Timestamp> = BTreeMap::new();
    for member in company.sprints.iter().flat_map(|sprint| &sprint.members) {
        planned.entry(member.item).or_insert(member.added_at);
    }
    for (at, item) in company.items.iter().enumerate().filter(|(_, item)| scrum(item)) {
        let started = item.transitions.iter().find(|it| it.category == Category::Active);
        let epic = item.kind == super::facts::ItemType::Epic;
        let late = |started: Timestamp| planned.get(&WorkItemId::of(at)).is_none_or(|added| *added > started);
        if started.is_some_and(|it| !epic && late(it.at)) {
            found.push(format!("{}: was begun outside of any sprint", item.key));
        }
    }
}

/// Every key in a message is an item's, and that of a change is one of its items'.
fn messages(company: &Company, found: &mut Vec<String>) {
    let keys: HashSet<&str> = company.items.iter().map(|item| item.key.as_str()).collect();
    for code in &company.repositories {
        for commit in &code.commits {
            let text = format!("{} {}", commit.subject, commit.body);
            let prefixes =
                |word: &&str| company.teams.iter().any(|team| !team.key.is_empty() && word.starts_with(&team.key));
            for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').filter(prefixes) {
                let parts: Vec<&str> = word.splitn(3, '-').collect();
                let key = parts.iter().take(2).copied().collect::<Vec<_>>().join("-");
                if parts.len() > 1 && !keys.contains(key.as_str()) {
                    found.push(format!("{}: {key} in `{}` is no item", code.slug, commit.subject));
                }
            }
        }
    }
}

/// Parents come before their children and are not younger.
fn history(company: &Company, found: &mut Vec<String>) {
    for code in &company.repositories {
        for (at, commit) in code.commits.iter().enumerate() {
            let wanted = match commit.place {
                CommitPlace::Merge => 2,
                _ if at == 0 => 0,
                _ => 1,
            };
            let older = |parent: &super::facts::CommitIx| {
                parent.at() < at && code.commits[parent.at()].committed_at <= commit.committed_at
            };
            if commit.parents.len() != wanted || !commit.parents.iter().all(older) {
                found.push(format!("{}: the parents of `{}` are wrong", code.slug, commit.subject));
            }
            if commit.subject.is_empty() || commit.committed_at < commit.authored_at {
                found.push(format!("{}: `{}` was put there before it was written", code.slug, commit.subject));
            }
        }
    }
}

fn delivery(company: &Company, found: &mut Vec<String>) {
    let on_main = |code: &Repository, at: super::facts::CommitIx| code.commits[at.at()].place != CommitPlace::Branch;
    for deployment in &company.deployments {
        let code = &company.repositories[deployment.repository.at()];
        let commit = &code.commits[deployment.commit.at()];
        if !on_main(code, deployment.commit) || commit.committed_at > deployment.started_at {
            found.push(format!("{}: a deployment at {} of what was not there", code.slug, deployment.started_at));
        }
    }
    for incident in &company.incidents {
        let cause = &company.changes[incident.caused_by.at()];
        let brought = &company.deployments[incident.deployment.at()];
        let before = cause.merged_at.is_some_and(|at| at <= brought.started_at);
        let order = incident.mitigated_at.is_none_or(|at| at >= incident.opened_at)
            && incident.resolved_at.is_none_or(|at| at >= incident.opened_at);
        if !before || !order || brought.finished_at > incident.opened_at || cause.repository != brought.repository {
            found.push(format!("`{}` does not follow from what caused it", incident.title));
        }
    }
    for release in &company.releases {
        let code = &company.repositories[release.repository.at()];
        if code.commits[release.commit.at()].subject != format!("Release {}", &release.tag[1..]) {
            found.push(format!("{}: {} tags another commit", code.slug, release.tag));
        }
    }
    for item in company.items.iter().filter(|item| item.caused_by.is_some()) {
        let cause = item.caused_by.map(|id| &company.changes[id.at()]);
        if cause.is_some_and(|change| change.merged_at.is_none_or(|at| at > item.created_at())) {
            found.push(format!("{}: was there before what caused it", item.key));
        }
    }
}
