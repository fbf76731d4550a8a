//! From state to state: the entries are revealed and grouped, the votes counted, the session closed. Each step is the facilitator's; opening
//! the box and writing the record are one transaction.

use desk::{Act, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{InMortem, SessionInput, TEAM, given, led, put, table};
use crate::risk::acts::wrong;
use crate::risk::pre_mortem::records::{Entry, PreMortem, State};
use crate::risk::pre_mortem::room::Table;

/// Refuses a step that is not the next one.
fn is_in(table: &Table, state: State, before: &str, after: &str) -> Result<(), Refusal> {
    if table.state < state {
        return Err(Refusal::invalid(before.to_owned()));
    }
    if table.state > state { Err(Refusal::invalid(after.to_owned())) } else { Ok(()) }
}

/// Lays the entries open.
#[derive(Debug)]
pub struct Reveal;

impl Act for Reveal {
    const NAME: &'static str = "reveal";
    const TITLE: &'static str = "Reveal the entries";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        let mut body = led(desk, &table)?;
        is_in(&table, State::Writing, "", "the entries lie open already")?;
        let inside = desk.records().look_into(&table.session).await?;
        if inside.slips.is_empty() {
            return Err(Refusal::invalid("nobody has written anything yet"));
        }
        let many = inside.slips.len();
        let entry = |slip: &desk::records::Slip| Entry { id: slip.id.clone(), text: slip.text.clone(), group: None };
        body.entries = inside.slips.iter().map(entry).collect();
        changes.open_box(&table.session, &inside)?;
        let stored = put(changes, &table, State::Revealed, body).await?;
        let entries = if many == 1 { "One entry lies".to_owned() } else { format!("{many} entries lie") };
        Ok(InMortem::of(&stored, format!("{entries} open, in no order. Put together what says the same.")))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}

/// Puts entries together that say the same.
#[derive(Debug)]
pub struct GroupEntries;

/// Which, and what they say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct GroupInput {
    /// The pre-mortem's id; the newest of your team that is not closed when left out.
    #[serde(default)]
    #[schemars(title = "Pre-mortem")]
    pub session: Option<String>,
    /// The entries, by their ids or how these begin.
    #[serde(default)]
    #[schemars(title = "Entries")]
    pub entries: Vec<String>,
    /// What they say; entries leave their groups when it is left out.
    #[serde(default)]
    #[schemars(title = "Name of the group", length(max = 120))]
    pub name: Option<String>,
    /// Everything is grouped: what is in no group becomes one, and the vote begins.
    #[serde(default)]
    #[schemars(title = "Begin the vote")]
    pub done: bool,
}

impl Act for GroupEntries {
    const NAME: &'static str = "group";
    const TITLE: &'static str = "Put entries together";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = GroupInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: GroupInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        let mut body = led(desk, &table)?;
        is_in(&table, State::Revealed, "the entries do not lie open yet", "the groups stand: the vote has begun")?;
        let named = input.entries.iter().filter_map(|id| given(Some(id)));
        let place = |id: &str| body.entry(id).ok_or_else(|| wrong("entries", format!("No entry `{id}` lies open.")));
        let places = named.map(place).collect::<Result<Vec<usize>, _>>()?;
        if places.is_empty() && !input.done {
            return Err(wrong("entries", "Which entries say the same?"));
        }
        let name = given(input.name.as_deref());
        if !places.is_empty() {
            body.group(&places, name);
        }
        if !input.done {
            let stored = put(changes, &table, State::Revealed, body).await?;
            let sentence =
                name.map_or_else(|| "They are in no group now.".to_owned(), |name| format!("They stand under {name}."));
            return Ok(InMortem::of(&stored, sentence));
        }
        body.group_the_rest();
        let groups = body.groups.len();
        let stored = put(changes, &table, State::Grouped, body).await?;
        let groups = if groups == 1 { "One group".to_owned() } else { format!("{groups} groups") };
        Ok(InMortem::of(&stored, format!("{groups}: everybody has three votes, for what matters most.")))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}

/// Counts the votes; who had how many left is forgotten with that.
#[derive(Debug)]
pub struct CountVotes;

impl Act for CountVotes {
    const NAME: &'static str = "count_votes";
    const TITLE: &'static str = "Count the votes";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        let mut body = led(desk, &table)?;
        is_in(&table, State::Grouped, "there is nothing to vote about yet", "the votes are counted already")?;
        let inside = desk.records().look_into(&table.session).await?;
        if inside.slips.is_empty() {
            return Err(Refusal::invalid("nobody has voted yet"));
        }
        tally(&mut body, &inside.slips.iter().map(|slip| slip.text.as_str()));
        changes.open_box(&table.session, &inside)?;
        let first = body.groups.iter().max_by_key(|group| (group.votes, std::cmp::Reverse(group.n)));
        let first = first.map_or_else(String::new, |group| format!(" Most are for: {}.", group.name));
        let stored = put(changes, &table, State::Voted, body).await?;
        Ok(InMortem::of(&stored, format!("The votes are counted.{first}")))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}

/// How many votes each group got.
fn tally<'a>(body: &mut PreMortem, votes: &(impl Iterator<Item = &'a str> + Clone)) {
    for group in &mut body.groups {
        let own = group.n.to_string();
        let many = votes.clone().filter(|vote| *vote == own).count();
        group.votes = Some(u32::try_from(many).unwrap_or(u32::MAX));
    }
}

/// Ends a pre-mortem. What nobody opened goes unread.
#[derive(Debug)]
pub struct ClosePreMortem;

impl Act for ClosePreMortem {
    const NAME: &'static str = "close_pre_mortem";
    const TITLE: &'static str = "Close a pre-mortem";
    const READERS: &'static str = TEAM;
    const TRIES: u8 = 8;

    type Input = SessionInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: SessionInput) -> Result<InMortem, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        let body = led(desk, &table)?;
        is_in_any(&table)?;
        let inside = desk.records().look_into(&table.session).await?;
        changes.open_box(&table.session, &inside)?;
        let unread = if inside.slips.is_empty() { "" } else { " What lay in the box is gone unread." };
        let stored = put(changes, &table, State::Closed, body).await?;
        Ok(InMortem::of(&stored, format!("The pre-mortem is closed.{unread}")))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}

fn is_in_any(table: &Table) -> Result<(), Refusal> {
    if table.state == State::Closed { Err(Refusal::invalid("this pre-mortem is over")) } else { Ok(()) }
}
