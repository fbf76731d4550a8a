//! CODEOWNERS as the history would write it, and how that differs from the file that is there.

use std::collections::{BTreeMap, HashMap};

use desk::knowledge::PersonId;

use super::areas::REST;
use super::codeowners::{CodeOwners, Difference, Proposal, difference, export};
use super::survey::{Area, Survey};
use super::view::{Owners, OwnersLine};

/// The proposal for the first repository of the survey (a CODEOWNERS file belongs to one).
pub(super) fn owners(survey: &Survey) -> Owners {
    let Some(repo) = survey.repos.first() else { return Owners::default() };
    let (place, present) = match &repo.owners {
        Some((place, owners)) => (Some((*place).to_owned()), owners.clone()),
        None => (None, CodeOwners::default()),
    };
    let proposals = proposals(survey);
    let reasons: BTreeMap<&str, &str> =
        proposals.iter().map(|one| (one.pattern.as_str(), one.reason.as_str())).collect();
    let present_of = |pattern: &str| {
        present
            .rules()
            .iter()
            .rfind(|rule| rule.pattern() == pattern)
            .map(|rule| rule.owners().to_vec())
            .unwrap_or_default()
    };
    let line = |one: Difference| match one {
        Difference::Same { pattern } => OwnersLine {
            what: "same".to_owned(),
            present: present_of(&pattern),
            proposed: present_of(&pattern),
            reason: reasons.get(pattern.as_str()).map(|reason| (*reason).to_owned()).unwrap_or_default(),
            pattern,
        },
        Difference::New(proposal) => OwnersLine {
            what: "new".to_owned(),
            pattern: proposal.pattern,
            present: Vec::new(),
            proposed: proposal.owners,
            reason: proposal.reason,
        },
        Difference::Changed { present, proposed } => OwnersLine {
            what: "changed".to_owned(),
            pattern: proposed.pattern,
            present,
            proposed: proposed.owners,
            reason: proposed.reason,
        },
        Difference::Kept { pattern, owners } => OwnersLine {
            what: "kept".to_owned(),
            pattern,
            present: owners.clone(),
            proposed: owners,
            reason: "the history says nothing of it, or it names a team".to_owned(),
        },
    };
    Owners {
        repo: repo.entry.name.clone(),
        place,
        lines: difference(&present, &proposals).into_iter().map(line).collect(),
        file: export(&present, &proposals),
    }
}

/// Whether the file that is there says something else than the history; none without a file or with several repositories.
pub(super) fn differs(survey: &Survey) -> Option<bool> {
    let [repo] = survey.repos.as_slice() else { return None };
    let (_, present) = repo.owners.as_ref()?;
    let differs = |one: &Difference| matches!(one, Difference::New(_) | Difference::Changed { .. });
    Some(difference(present, &proposals(survey)).iter().any(differs))
}

/// One for each area that somebody who was seen knows. Where nobody is left the present line stays: taking the last name away helps nobody.
fn proposals(survey: &Survey) -> Vec<Proposal> {
    let handles = handles(survey);
    let named = survey.areas.iter().filter(|area| area.repo == 0 && area.name != REST);
    named.map(|area| proposal(survey, area, &handles)).filter(|one| !one.owners.is_empty()).collect()
}

fn proposal(survey: &Survey, area: &Area, handles: &HashMap<&str, &str>) -> Proposal {
    let owners = survey.repos.first().and_then(|repo| repo.owners.as_ref());
    let is_pattern = owners.is_some_and(|(_, owners)| owners.rules().iter().any(|rule| rule.pattern() == area.name));
    let folder = || format!("/{}/", area.name.trim_matches('/').replace(' ', "\\ "));
    let here: Vec<PersonId> =
        area.knowledge.knowers().into_iter().filter(|person| survey.crowd.silent_since(*person).is_none()).collect();
    let mut owners: Vec<String> = here.iter().map(|person| handle(survey, *person, handles)).collect();
    owners.sort_by_key(|owner| owner.to_lowercase());
    owners.dedup();
    let reason = match here.len() {
        1 => "the one person who knows it and was seen in the last year",
        _ => "those who know it and were seen in the last year",
    };
    Proposal { pattern: if is_pattern { area.name.clone() } else { folder() }, owners, reason: reason.to_owned() }
}

/// Names on the forge by people's names, from the addresses that a forge makes up for those who hide theirs.
fn handles(survey: &Survey) -> HashMap<&str, &str> {
    survey
        .crowd
        .people
        .iter()
        .filter_map(|(_, person)| Some((person.name.as_str(), forge_name(&person.email)?)))
        .collect()
}

/// `@name` where it is known, otherwise the address.
fn handle(survey: &Survey, person: PersonId, handles: &HashMap<&str, &str>) -> String {
    let Some(person) = survey.crowd.people.person(person) else { return String::new() };
    let handle = forge_name(&person.email).or_else(|| handles.get(person.name.as_str()).copied());
    handle.map_or_else(|| person.email.clone(), |name| format!("@{name}"))
}

fn forge_name(email: &str) -> Option<&str> {
    let local = email.strip_suffix("@users.noreply.github.com")?;
    Some(local.split_once('+').map_or(local, |(_, name)| name)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forge_addresses_become_handles() {
        assert_eq!(forge_name("123+ann@users.noreply.github.com"), Some("ann"));
        assert_eq!(forge_name("ann@users.noreply.github.com"), Some("ann"));
        assert_eq!(forge_name("ann@example.org"), None);
    }
}
