//! What the company's leads have done with the practices: acts, each by somebody on a day, run through the registry as anybody's are.
//!
//! Acts are named and not typed here: this crate stands below the stages.

use desk::{Office, Refusal, Registry};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::Company;
use super::super::facts;
use super::{before, lead_of, noon};

/// An act of somebody.
struct Done {
    author: usize,
    at: Timestamp,
    practice: &'static str,
    act: &'static str,
    input: Value,
    /// What is done with what came of it: the id and the version are those of the outcome.
    then: Vec<(&'static str, Value)>,
}

/// Does what the leads have done, in the order of time. What the registry has no practice for is left out.
///
/// # Errors
/// As the acts.
pub async fn act(company: &Company, office: &Office, registry: &Registry) -> Result<(), Refusal> {
    let people = office.store().organisation().await?;
    let mut all = plans(company);
    all.extend(risks(company));
    all.sort_by_key(|done| done.at);
    for done in all {
        let Some(practice) = registry.named(done.practice) else { continue };
        let Some(act) = practice.act(done.act) else { continue };
        let Some(author) = company.people.get(done.author).and_then(|one| people.by_email(&one.email)) else {
            continue;
        };
        let desk = office.desk_at(office.viewer(author.id).await?, done.at).await?;
        let mut outcome = act.run(&desk, practice, done.input).await?.outcome;
        for (name, mut input) in done.then {
            let Some(act) = practice.act(name) else { continue };
            // Each sees what the one before it wrote.
            let desk = office.desk_at(office.viewer(author.id).await?, done.at).await?;
            (input["id"], input["version"]) = (outcome["id"].clone(), outcome["version"].clone());
            let next = act.run(&desk, practice, input).await?.outcome;
            if !next["version"].is_null() {
                outcome = next;
            }
        }
    }
    super::handing::over(company, office, registry).await
}

/// The plan that the first team works on.
const PLAN: &str = "Berth booking by partners";

/// What could happen to that plan, and what is done about it.
fn risks(company: &Company) -> Vec<Done> {
    let until = company.plan.until;
    let Some(team) = company.teams.iter().position(|team: &facts::Team| !team.key.is_empty()) else {
        return Vec::new();
    };
    let Some(author) = lead_of(company, team, before(until, 40)) else { return Vec::new() };
    let slug = &company.teams[team].slug;
    let open = |days, mut input: Value, then| {
        input["plan"] = json!(PLAN);
        input["team"] = json!(slug);
        input["review_on"] = json!(before(until, -14));
        Done { author, at: noon(before(until, days)), practice: "risk", act: "open_risk", input, then }
    };
    vec![
        open(
            30,
            json!({ "title": "The port of Marvik signs late", "probability": 0.4, "impact": "3/8/20d", "items": ["contract"], "category": "supply", "description": "Their lawyers look at it once a month." }),
            vec![
                (
                    "mitigate",
                    json!({ "what": "Test with the data of our own port until they sign", "cost_days": 2, "probability": 0.1, "impact": "1/2/5d" }),
                ),
                (
                    "set_trigger",
                    json!({ "measure": "days_to", "op": "<=", "threshold": 10, "scope": before(until, -6) }),
                ),
            ],
        ),
        open(
            27,
            json!({ "title": "Old bookings hold surprises", "probability": 0.5, "impact": "1.1/1.4/2.2x", "items": ["migrate"], "category": "technical", "response": "mitigate" }),
            vec![(
                "set_trigger",
                json!({ "measure": "criticality", "op": ">=", "threshold": 0.8, "scope": format!("{PLAN}#migrate") }),
            )],
        ),
        open(
            10,
            json!({ "title": "The second partner wants another protocol", "probability": 0.25, "impact": "4/8/20d", "category": "scope", "response": "accept" }),
            vec![("set_trigger", json!({ "measure": "chance", "op": "<", "threshold": 0.5, "scope": PLAN }))],
        ),
        open(
            8,
            json!({ "title": "The library for holds does it all", "probability": 0.3, "impact": "0.4/0.6/0.9x", "items": ["hold"], "category": "technical", "response": "exploit" }),
            Vec::new(),
        ),
    ]
}

/// The plan of the first team: broken down five weeks ago, frozen then, changed and partly done since.
fn plans(company: &Company) -> Vec<Done> {
    let until = company.plan.until;
    let Some(team) = company.teams.iter().position(|team: &facts::Team| !team.key.is_empty()) else {
        return Vec::new();
    };
    let Some(author) = lead_of(company, team, before(until, 40)) else { return Vec::new() };
    let slug = &company.teams[team].slug;
    let outline = OUTLINE
        .replace("@TEAM", &format!("@{slug}"))
        .replace("FROM", &before(until, 33).to_string())
        .replace("TARGET", &before(until, -44).to_string())
        .replace("BETA", &before(until, -20).to_string())
        .replace("PROMISED", &before(until, -6).to_string());
    let done = |days, act, mut input: Value| {
        if act != "import_outline" {
            input["plan"] = json!(PLAN);
        }
        Done { author, at: noon(before(until, days)), practice: "planning", act, input, then: Vec::new() }
    };
    let propose = |days, what: &str, why: &str| Done {
        author,
        at: noon(before(until, days)),
        practice: "planning",
        act: "propose_work",
        input: json!({ "what": what, "why": why, "team": slug }),
        then: Vec::new(),
    };
    vec![
        done(35, "import_outline", json!({ "text": outline })),
        done(
            34,
            "link",
            json!({ "from": "contract", "to": "sandbox", "strength": "external", "who": "the port of Marvik", "promised_on": before(until, -6), "reason": "They sign the contract for test data." }),
        ),
        done(33, "freeze_baseline", json!({ "reason": "Told to the first two partners" })),
        done(26, "edit_item", json!({ "item": "keys", "done": true })),
        done(20, "edit_item", json!({ "item": "slots", "done": true })),
        done(14, "edit_item", json!({ "item": "limits", "done": true })),
        done(
            12,
            "add_item",
            json!({ "title": "Refuse bookings of closed berths", "parent": "book", "kind": "story", "estimate": "2..3..6d", "outcome": "A partner is told at once that a berth is closed", "acceptance": ["a closed berth cannot be booked"], "after": ["hold"] }),
        ),
        done(6, "edit_item", json!({ "item": "migrate", "estimate": "4..7..18d" })),
        done(4, "save_scenario", json!({ "title": "Without invoices", "changes": ["drop bill"] })),
        propose(5, "Partners see what a berth costs before they book", "Two of them asked for it in the first calls."),
        propose(
            2,
            "Take the old fax gateway down",
            "Nobody sent a booking by it since spring, and it wakes us at night.",
        ),
    ]
}

const OUTLINE: &str = "\
# Berth booking by partners  @TEAM from:FROM by:TARGET
> Shipping companies book a berth from their own systems, without a call to us
- Partners get in [epic] id:in
  - API keys for partners [story] ~2..3..6d id:keys skill:security
    > A partner has a key of its own
    + a key can be taken back
  - Limits a partner [task] ~1..2..5d id:limits after:keys
    + the limit answers with a time to wait
  - Sandbox with made-up ports [story] ~3..5..12d id:sandbox after:keys
    > A partner tries everything without a real berth
    + nothing in it reaches a port
- Booking [epic] id:book
  - Free slots of a port [story] ~2..4..8d id:slots
    > A partner sees what is free
    + tides are taken into account
  - Hold a berth for ten minutes [story] ~3..5..10d id:hold after:slots
    + two partners never hold one berth
  - Book what is held [story] ~2..3..7d id:confirm after:hold after:keys
    > A berth is booked
    + the port is told within a minute
  - Change and cancel [story] ~3..6..14d id:change after:confirm
    + what was paid is settled
- Invoices [epic] id:bill
  - Tariffs of partners and ports [task] ~3..5..12d id:tariffs
    + the same call costs the same on both sides
  - Collect bookings of a month [story] ~2..4..9d id:collect after:tariffs after:confirm
    + a cancelled booking is not on it
  - Which tax rule holds where? [spike] ~2d id:tax
    > Two countries are enough to begin with
- Running it [epic] id:run
  - Migrate the old bookings [task] ~3..5..12d id:migrate after:slots
    + nothing is lost
  - Watch and wake [task] ~1..2..4d id:watch after:confirm
    + somebody knows within five minutes
  - Contract for test data signed [task] ~1d id:contract from:PROMISED
    + it is signed
* First partner live id:beta after:confirm after:sandbox after:watch by:BETA
* Open to all partners id:open after:bill after:change after:migrate after:beta
";
