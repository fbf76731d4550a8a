//! Groups of the provider become times in teams: by a mapping, at sign-in, from that day on. Only teams that the mapping names are touched,
//! and what was is never rewritten.

use std::collections::BTreeMap;

use desk::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use store::people::Role;
use store::{Actor, Organisation, PersonId, Store, TeamId};

use super::OidcError;

/// Which group makes somebody what in which team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// The provider's name of the group.
    pub group: String,
    /// The slug of the team.
    pub team: String,
    /// As what.
    pub role: Role,
}

impl GroupRule {
    /// The rules of a text: `group=team` or `group=team:role`, one a line or with commas between.
    ///
    /// # Errors
    /// When one of them is not of that shape, or names no role.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, OidcError> {
        text.split([',', '\n']).map(str::trim).filter(|rule| !rule.is_empty()).map(Self::parse).collect()
    }

    fn parse(text: &str) -> Result<Self, OidcError> {
        let wrong = |why: &str| OidcError::Settings(format!("`{text}` in MAINSTAY_OIDC_TEAMS {why}"));
        let (group, team) = text.rsplit_once('=').ok_or_else(|| wrong("is not `group=team` or `group=team:role`"))?;
        let (team, role) = team.split_once(':').unwrap_or((team, Role::Member.name()));
        let role =
            Role::named(role.trim()).ok_or_else(|| wrong("has a role that is none of member, tech_lead, manager"))?;
        let (group, team) = (group.trim().to_owned(), team.trim().to_owned());
        if group.is_empty() || team.is_empty() {
            return Err(wrong("names no group or no team"));
        }
        Ok(Self { group, team, role })
    }
}

/// One change of somebody's time in a team.
#[derive(Debug, PartialEq)]
enum Change {
    Join { team: TeamId, role: Role, share: f64 },
    Leave { team: TeamId },
}

/// Lets the person be in the teams that their groups name, from `now` on.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn settle(
    store: &Store,
    rules: &[GroupRule],
    person: PersonId,
    groups: &[String],
    now: Timestamp,
    today: Date,
) -> Result<(), Refusal> {
    let changes = changes(&*store.organisation().await?, rules, person, groups, today);
    if changes.is_empty() {
        return Ok(());
    }
    let mut write = store.write(Actor::System, now).await?;
    for change in changes {
        match change {
            Change::Join { team, role, share } => write.join(person, team, role, today, share).await?,
            Change::Leave { team } => write.leave(person, team, today).await?,
        }
    }
    Ok(write.keep().await?)
}

fn changes(
    people: &Organisation,
    rules: &[GroupRule],
    person: PersonId,
    groups: &[String],
    today: Date,
) -> Vec<Change> {
    let mut wanted: BTreeMap<TeamId, Option<Role>> = BTreeMap::new();
    for rule in rules {
        let Some(team) = people.teams().iter().find(|team| team.slug == rule.team) else {
            tracing::warn!(team = rule.team, "MAINSTAY_OIDC_TEAMS names a team that is not there");
            continue;
        };
        let role = groups.contains(&rule.group).then_some(rule.role);
        let best = wanted.entry(team.id).or_default();
        // Who is in the groups of members and of leads leads.
        *best = role.max(*best);
    }
    wanted.into_iter().filter_map(|(team, role)| change(people, person, team, role, today)).collect()
}

fn change(people: &Organisation, person: PersonId, team: TeamId, role: Option<Role>, today: Date) -> Option<Change> {
    let mut times = people.members().iter().filter(|member| member.person == person && member.team == team);
    // What somebody has planned for later is theirs to plan.
    if times.clone().any(|member| member.from > today) {
        return None;
    }
    let now = times.find(|member| member.until.is_none_or(|until| today < until));
    match (now, role) {
        (Some(now), Some(role)) if now.role != role => Some(Change::Join { team, role, share: now.share }),
        (None, Some(role)) => Some(Change::Join { team, role, share: 1.0 }),
        (Some(now), None) if now.until.is_none() => Some(Change::Leave { team }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_or_refused() {
        let read =
            GroupRule::parse_all("shop-devs=shop, Shop Leads=shop:tech_lead\n/eng/pay=payments:manager,").unwrap();
        let said: Vec<_> = read.iter().map(|rule| (rule.group.as_str(), rule.team.as_str(), rule.role)).collect();
        let wanted = [
            ("shop-devs", "shop", Role::Member),
            ("Shop Leads", "shop", Role::TechLead),
            ("/eng/pay", "payments", Role::Manager),
        ];
        assert_eq!(said, wanted);
        for wrong in ["shop", "=shop", "devs=", "devs=shop:boss"] {
            let refused = GroupRule::parse_all(wrong).unwrap_err().to_string();
            assert!(refused.contains(wrong), "{refused}");
        }
    }
}
