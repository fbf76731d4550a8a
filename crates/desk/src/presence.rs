//! When the members of a team are there: capacity for whoever plans, days by person for those who give out the team's work. Why somebody is
//! away is told nowhere.

use jiff::civil::Date;
use store::{PersonId, TeamId};

use crate::{Desk, Refusal};

/// Somebody's time in a team, without who it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// Of their time, 0 to 1.
    pub share: f64,
    /// First day in the team.
    pub from: Date,
    /// The first day that does not belong.
    pub until: Option<Date>,
    /// First day, last day, how much of them is away: 1, or ½ on call.
    pub away: Vec<(Date, Date, f64)>,
}

impl Desk {
    /// How the members of a team are there between two days, nobody named: what a forecast needs to know of absences. None when no absence of
    /// any of them was ever written down for those days.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn presence_of(&self, team: TeamId, from: Date, until: Date) -> Result<Option<Vec<Presence>>, Refusal> {
        let all: Vec<Presence> = self.presences(team, from, until).await?.into_iter().map(|(_, one)| one).collect();
        Ok(all.iter().any(|one| !one.away.is_empty()).then_some(all))
    }

    /// When each member of a team is there between two days, for its members and leads, who give out its work. Why somebody is away is
    /// not told here either.
    ///
    /// # Errors
    /// Not allowed for others, unavailable when the database does not answer.
    pub async fn presence_by_person(
        &self,
        team: TeamId,
        from: Date,
        until: Date,
    ) -> Result<Vec<(PersonId, Presence)>, Refusal> {
        if !self.is_inside(team) {
            return Err(Refusal::not_allowed("who is there when is for the team's members and leads"));
        }
        self.presences(team, from, until).await
    }

    async fn presences(&self, team: TeamId, from: Date, until: Date) -> Result<Vec<(PersonId, Presence)>, Refusal> {
        let away = self.office().store().absences(from, until).await?;
        let people = self.organisation();
        let mine = people.with_parts(team);
        let members = people.members().iter().filter(|one| mine.contains(&one.team));
        let presence = |member: &store::people::Member| Presence {
            share: member.share,
            from: member.from,
            until: member.until,
            away: away
                .iter()
                .filter(|absence| absence.person == member.person)
                .map(|absence| {
                    let part = if absence.kind == store::people::AbsenceKind::OnCall { 0.5 } else { 1.0 };
                    (absence.from, absence.until, part)
                })
                .collect(),
        };
        Ok(members.map(|member| (member.person, presence(member))).collect())
    }
}
