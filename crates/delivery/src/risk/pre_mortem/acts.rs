//! What is done in a pre-mortem: hold it, write, reveal, group, vote, count, make risks of it, close it.

mod hold;
mod slips;
mod steps;
mod to_risk;

pub use hold::{HoldInput, HoldPreMortem};
pub use slips::{Vote, VoteInput, Write, WriteInput};
pub use steps::{ClosePreMortem, CountVotes, GroupEntries, GroupInput, Reveal};
pub use to_risk::{ToRisk, ToRiskInput};

use desk::records::Stored;
use desk::{ActEntry, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::records::{PreMortem, State};
use super::room::Table;
use crate::risk::acts::wrong;
use crate::risk::{Ask, address};

/// Who can read a session.
const TEAM: &str = "the team and those who lead it";

/// The acts of a pre-mortem.
pub(in crate::risk) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<HoldPreMortem>(),
        ActEntry::of::<Write>(),
        ActEntry::of::<Reveal>(),
        ActEntry::of::<GroupEntries>(),
        ActEntry::of::<Vote>(),
        ActEntry::of::<CountVotes>(),
        ActEntry::of::<ToRisk>(),
        ActEntry::of::<ClosePreMortem>(),
    ]
}

/// What came of an act in a pre-mortem.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InMortem {
    /// The session's id.
    pub session: String,
    /// Where it stands.
    pub state: State,
    /// The entry that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What opens the entry to whoever wrote it, once; it is kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What a person is told.
    pub sentence: String,
}

impl InMortem {
    fn of(session: &Stored<PreMortem>, sentence: impl Into<String>) -> Self {
        Self {
            session: session.id.clone(),
            state: State::of(&session.status),
            entry: None,
            token: None,
            sentence: sentence.into(),
        }
    }

    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(page_of(&self.session))
    }
}

/// The page of a session.
pub(super) fn page_of(session: &str) -> String {
    address(&Ask { pre_mortem: Some(session.to_owned()), ..Ask::default() })
}

/// Only which session.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SessionInput {
    /// The pre-mortem's id; the newest of your team that is not closed when left out.
    #[serde(default)]
    #[schemars(title = "Pre-mortem")]
    pub session: Option<String>,
}

/// What is left of a text.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The session that an act names, else the newest of the viewer's teams that is not closed.
async fn table(desk: &Desk, session: Option<&str>) -> Result<Table, Refusal> {
    if let Some(id) = given(session) {
        return Table::of(desk, id).await;
    }
    let all = desk.records().list::<PreMortem>().await?;
    let open = |one: &&Stored<PreMortem>| State::of(&one.status) != State::Closed;
    let mine = |one: &&Stored<PreMortem>| one.team.is_none_or(|team| desk.is_inside(team));
    let newest = all.iter().rev().filter(open).find(mine);
    let newest = newest.ok_or_else(|| wrong("session", "No pre-mortem is open in your team: hold one."))?;
    Table::of(desk, &newest.id).await
}

/// Refuses whoever is not of the team.
fn takes_part(table: &Table) -> Result<(), Refusal> {
    if table.takes_part { Ok(()) } else { Err(Refusal::not_allowed("only members and leads of the team take part")) }
}

/// Refuses whoever does not lead through it; gives the session as its leader goes on with it.
fn led(desk: &Desk, table: &Table) -> Result<PreMortem, Refusal> {
    takes_part(table)?;
    let (people, me) = (desk.organisation(), desk.viewer().person);
    if !table.may_lead(me) {
        let name = table.facilitator.and_then(|id| people.person(id)).map_or("somebody", |person| person.called());
        return Err(Refusal::not_allowed(format!("only the facilitator does that: {name}"))
            .hint("When they are gone for a minute, anybody of the team goes on instead."));
    }
    let email = people.person(me).map(|person| person.email.clone()).unwrap_or_default();
    Ok(PreMortem { facilitator: email, ..table.session.body.clone() })
}

/// Writes the session in its next state.
async fn put(
    changes: &mut Changes,
    table: &Table,
    state: State,
    body: PreMortem,
) -> Result<Stored<PreMortem>, Refusal> {
    let (id, seen) = (&table.session.id, table.session.version);
    changes.put_in(id, seen, |around| state.word().clone_into(&mut around.status), body).await
}
