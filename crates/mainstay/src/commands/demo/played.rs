//! A session of planning poker that the made-up team of the person who shows the company around has played: by the practice's own acts, one
//! member after the other, so that its page shows rounds, what was agreed, and nothing that the acts would not write.

use delivery::estimation::Estimation;
use desk::{Office, PracticeEntry, Refusal};
use serde_json::{Value, json};

/// What the members vote about the first three items, in turn; the first time round they lie apart.
const VOTES: [&[&str]; 4] =
    [&["3", "5", "13", "5", "8"], &["5", "5", "8", "5", "5"], &["2", "3", "3", "2", "3"], &["8", "5", "8", "8", "5"]];

/// Plays it to its end; nothing when the team has no open items.
///
/// # Errors
/// Unavailable when the database does not answer.
pub(super) async fn poker(office: &Office, guide: &desk::Viewer) -> Result<(), Refusal> {
    let people = office.store().organisation().await?;
    let work = office.store().work().await?;
    let today = office.clock().today();
    let Some(team) = people
        .teams_of(guide.person, today)
        .map(|member| member.team)
        .find(|team| work.projects().iter().any(|project| project.team == Some(*team)))
    else {
        return Ok(());
    };
    let open = |item: &&std::sync::Arc<desk::work::Item>| {
        let project = work.project(item.project);
        let status = work.statuses(item.project).find(|status| status.status == item.status);
        let waits = status.is_some_and(|status| {
            matches!(status.category, desk::work::Category::Backlog | desk::work::Category::Todo)
        });
        project.is_some_and(|project| project.team == Some(team)) && waits && item.deleted_at.is_none()
    };
    let items: Vec<String> = work.items().iter().filter(open).take(3).map(|item| item.key.to_string()).collect();
    if items.len() < 3 {
        return Ok(());
    }
    let mut voters: Vec<_> = people.members_of(team, today).map(|member| member.person).collect();
    voters.retain(|person| *person != guide.person);
    voters.truncate(4);
    voters.insert(0, guide.person);
    let opened = run(office, guide.person, "open_poker", json!({ "items": items })).await?;
    let session = opened["session"].clone();
    let votes = |cards: &'static [&'static str]| voters.iter().copied().zip(cards.iter().copied());
    for (round, cards) in VOTES.into_iter().enumerate() {
        for (person, card) in votes(cards) {
            run(office, person, "vote", json!({ "session": session, "card": card })).await?;
        }
        run(office, guide.person, "reveal", json!({ "session": session })).await?;
        if round == 0 {
            run(office, guide.person, "revote", json!({ "session": session })).await?;
            continue;
        }
        let card = ["5", "5", "3", "8"][round];
        run(office, guide.person, "accept_estimate", json!({ "session": session, "card": card })).await?;
    }
    Ok(())
}

async fn run(office: &Office, person: desk::work::PersonId, act: &str, input: Value) -> Result<Value, Refusal> {
    let practice = PracticeEntry::of::<Estimation>();
    let desk = office.desk(office.viewer(person).await?).await?;
    let act = practice.act(act).ok_or_else(|| Refusal::fault("an act that is not there"))?;
    Ok(act.run(&desk, &practice, input).await?.outcome)
}
