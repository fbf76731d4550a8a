//! What the people of the first team have handed over to each other: needs of the plan's items, and delegations in every state, each with its
//! course. Acts name what came before them, so they are done one after the other and not from a list.

use desk::{Office, PracticeEntry, Refusal, Registry};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::Company;
use super::super::facts;
use super::{before, lead_of, noon};

/// The plan whose items are given out.
const PLAN: &str = "Berth booking by partners";

/// Items of the plan, each with the place of the area of its team's code that it is about.
const ABOUT: [(&str, usize); 8] = [
    ("sandbox", 0),
    ("hold", 1),
    ("confirm", 1),
    ("change", 2),
    ("tariffs", 3),
    ("collect", 3),
    ("migrate", 2),
    ("watch", 0),
];

/// Somebody acts on a day.
struct Hands<'a> {
    company: &'a Company,
    office: &'a Office,
    practice: &'a PracticeEntry,
}

impl Hands<'_> {
    async fn act(&self, who: usize, at: Timestamp, name: &str, input: Value) -> Result<Value, Refusal> {
        let people = self.office.store().organisation().await?;
        let author = self.company.people.get(who).and_then(|one| people.by_email(&one.email));
        let (Some(author), Some(act)) = (author, self.practice.act(name)) else { return Ok(Value::Null) };
        let desk = self.office.desk_at(self.office.viewer(author.id).await?, at).await?;
        Ok(act.run(&desk, self.practice, input).await?.outcome)
    }
}

/// Hands over. Without the practice nothing is done.
///
/// # Errors
/// As the acts.
pub(super) async fn over(company: &Company, office: &Office, registry: &Registry) -> Result<(), Refusal> {
    let until = company.plan.until;
    let first = company.teams.iter().position(|team: &facts::Team| !team.key.is_empty());
    let (Some(practice), Some(team)) = (registry.named("delegation"), first) else { return Ok(()) };
    let Some(lead) = lead_of(company, team, before(until, 34)) else { return Ok(()) };
    let others: Vec<usize> = company
        .memberships
        .iter()
        .filter(|one| one.team.at() == team && one.from <= before(until, 60) && one.until.is_none())
        .map(|one| one.person.at())
        .filter(|person| *person != lead)
        .collect();
    let [ann, ben, cy, ..] = others.as_slice() else { return Ok(()) };
    let hands = Hands { company, office, practice };
    let name = |person: &usize| company.people.get(*person).map_or("", |one| one.email.as_str());
    let at = |days: i64| noon(before(until, days));
    let folders: Vec<&str> = company
        .repositories
        .iter()
        .filter(|one| one.team.at() == team)
        .flat_map(|one| &one.areas)
        .map(|area| area.folder.trim_end_matches('/'))
        .collect();
    for (item, place) in ABOUT {
        let Some(folder) = folders.get(place % folders.len().max(1)) else { continue };
        let need = json!({ "what": item, "plan": PLAN, "areas": [folder], "pair": true, "stretch": true });
        hands.act(lead, at(30), "set_need", need).await?;
    }

    // One ran its course: taken, looked at twice, raised by a level, done, looked back at by both.
    let duty = json!({ "what": "Look after the release notes", "to": name(ann), "level": 4, "outcome": "Ports read what changes before it does", "done_when": "Three releases went out with notes that nobody had to ask about", "boundaries": ["Words about prices stay with me"], "why_you": "You wrote the clearest ones so far." });
    let told = hands.act(lead, at(29), "offer", duty).await?;
    let id = &told["id"];
    hands.act(*ann, at(28), "accept", json!({ "id": id, "version": 1 })).await?;
    hands.act(*ann, at(22), "check_in", json!({ "id": id, "version": 2, "note": "The first one is out; the ports of the north want theirs a day earlier." })).await?;
    hands.act(lead, at(20), "change_level", json!({ "id": id, "version": 3, "level": 6 })).await?;
    hands
        .act(*ann, at(15), "check_in", json!({ "id": id, "version": 4, "note": "Two are out. Nobody asked." }))
        .await?;
    hands.act(*ann, at(8), "finish", json!({ "id": id, "version": 5, "looking_back": "I would have liked the list of readers on the first day." })).await?;
    hands.act(lead, at(7), "finish", json!({ "id": id, "version": 6, "looking_back": "I let go late: the level could have been 6 from the beginning." })).await?;

    // One is in hand, and its check-in is overdue.
    let sandbox = json!({ "what": "sandbox", "plan": PLAN, "to": name(ben), "level": 5, "outcome": "A partner tries everything without a real berth", "done_when": "Nothing in it reaches a port, and one partner has played with it", "boundaries": ["No real data of ports", "Two days of another team at most"], "why_you": "You asked for something that partners see.", "support": ["the port of Marvik answers on Tuesdays"] });
    let told = hands.act(lead, at(16), "offer", sandbox).await?;
    hands.act(*ben, at(15), "accept", json!({ "id": told["id"], "version": 1 })).await?;
    hands
        .act(
            *ben,
            at(10),
            "check_in",
            json!({ "id": told["id"], "version": 2, "note": "Made-up ports are there; tides are missing." }),
        )
        .await?;

    // One was changed by whoever is asked, and waits for the lead's answer.
    let watch = json!({ "what": "watch", "plan": PLAN, "to": name(cy), "level": 3, "outcome": "Somebody knows within five minutes", "done_when": "Two alarms woke the right person" });
    let told = hands.act(lead, at(5), "offer", watch).await?;
    hands.act(*cy, at(4), "accept", json!({ "id": told["id"], "version": 1, "level": 4 })).await?;

    // And one is offered to the lead.
    let review = json!({ "what": "Speak for the team at the quarter's review", "to": name(&lead), "level": 7, "outcome": "The other teams know what partners can do in spring", "done_when": "The review is held" });
    hands.act(*cy, at(2), "offer", review).await?;
    Ok(())
}
