//! What the leads of the made-up company have forecast so far: the standard questions, told by the practice itself as of past weeks, with
//! what was known then. So the ledger shows a track record that nobody wrote by hand.

use delivery::estimation::Estimation;
use desk::{Office, PracticeEntry, Refusal};
use jiff::ToSpan as _;
use serde_json::json;

/// Weeks back at which the team of the person who shows the company around told, and at which the others did.
const WEEKS: (i64, i64) = (40, 8);

/// Publishes what was told; gives how many entries the ledger has.
///
/// # Errors
/// Unavailable when the database does not answer.
pub(super) async fn publish(office: &Office, guide: &desk::Viewer) -> Result<usize, Refusal> {
    let practice = PracticeEntry::of::<Estimation>();
    let Some(act) = practice.act("publish_forecast") else { return Ok(0) };
    let people = office.store().organisation().await?;
    let work = office.store().work().await?;
    let now = office.clock().now();
    let today = office.clock().today();
    let mut told = 0;
    for team in work.projects().iter().filter_map(|project| project.team).filter_map(|team| people.team(team)) {
        let own = people.teams_of(guide.person, today).any(|member| member.team == team.id);
        for week in (1..=if own { WEEKS.0 } else { WEEKS.1 }).rev() {
            let Ok(at) = now.checked_sub((week * 7 * 24).hours()) else { continue };
            let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let Some(lead) = people.leads_of_team(team.id, day).first().copied() else { continue };
            let desk = office.desk_at(office.viewer(lead).await?, at).await?;
            match act.run(&desk, &practice, json!({ "team": team.slug, "standard": true })).await {
                Ok(done) => told += done.written.len(),
                // In its first weeks a team has too little history to tell anything.
                Err(Refusal::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(told)
}
