//! What every night says of every team: how many are finished in 14, 28 and 56 days, the running sprint, and when each open plan is done and
//! each of its milestones reached. A record of answers that nobody chose is what corrections are learned from.
//!
//! It runs at two in the morning of the team's own zone. Who was down at night does it when they are back; twice in a night says it once.

use desk::jobs::Due;
use desk::work::TeamId;
use desk::{JobEntry, Office, PracticeEntry, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::Estimation;
use crate::calendar::after;

/// Its name in the queue.
const KIND: &str = "nightly_forecasts";
/// The hour of the night, in the team's zone.
const HOUR: i8 = 2;

/// The job.
pub const JOB: JobEntry = JobEntry {
    kind: KIND,
    about: "Puts the standard forecasts of every team into the ledger, once a night.",
    due: |office| Box::pin(due(office)),
    run: |office, scope| Box::pin(run(office, scope)),
};

/// The next night of each team that anybody belongs to.
async fn due(office: &Office) -> Result<Vec<Due>, Refusal> {
    let (people, work) = (office.store().organisation().await?, office.store().work().await?);
    let (now, today) = (office.clock().now(), office.clock().today());
    let some = people.teams().iter().filter(|team| people.members_of(team.id, today).next().is_some());
    let night = |team: TeamId| {
        let zone = work.calendar(Some(team)).and_then(|calendar| TimeZone::get(&calendar.time_zone).ok());
        next_night(&zone.unwrap_or(TimeZone::UTC), now)
    };
    Ok(some.filter_map(|team| Some(Due { scope: team.slug.clone(), after: night(team.id)? })).collect())
}

/// The first two in the morning after an instant.
fn next_night(zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today: Date = now.to_zoned(zone.clone()).date();
    let nights = [today, after(today, 1)].into_iter();
    let at = |day: Date| day.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok().map(|at| at.timestamp());
    nights.filter_map(at).find(|night| *night > now)
}

/// Tonight's answers of a team, in the name of whoever leads it; of who is in it, where nobody does.
async fn run(office: &Office, scope: &str) -> Result<(), Refusal> {
    let people = office.store().organisation().await?;
    let today = office.clock().today();
    // A team that has another name by now has a night of its own.
    let team = people.find_team(scope)?;
    let lead = people.leads_of_team(team.id, today).first().copied();
    let Some(person) = lead.or_else(|| people.members_of(team.id, today).map(|member| member.person).next()) else {
        return Ok(());
    };
    let desk = office.desk_of_job(person, KIND).await?;
    let practice = PracticeEntry::of::<Estimation>();
    let act = practice.act("publish_forecast").ok_or_else(|| Refusal::fault("the act of the ledger is gone"))?;
    act.run(&desk, &practice, json!({ "team": team.slug, "standard": true })).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_the_teams_own() {
        let at = |zone: &str, now: &str| {
            next_night(&TimeZone::get(zone).unwrap(), now.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(at("UTC", "2026-03-02T08:00:00Z"), "2026-03-03T02:00:00Z");
        assert_eq!(at("UTC", "2026-03-02T02:00:00Z"), "2026-03-03T02:00:00Z");
        assert_eq!(at("Asia/Tokyo", "2026-03-02T08:00:00Z"), "2026-03-02T17:00:00Z");
        assert_eq!(at("Europe/Berlin", "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z", "an hour that is left out");
    }
}
