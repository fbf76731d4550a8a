//! What is shown of pre-mortems: those that there are, and one room as its viewer may see it.

use desk::kinds::Risk;
use desk::records::Stored;
use desk::{Desk, Refusal};
use schemars::JsonSchema;
use serde::Serialize;

use super::records::{Group, PreMortem, State, VOTES};
use super::room::Table;

/// A pre-mortem in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MortemLine {
    /// Its id.
    pub id: String,
    /// It in a few words.
    pub title: String,
    /// The day on which it began.
    pub on: String,
    /// Where it stands.
    pub state: State,
    /// Entries, once they lie open.
    pub entries: usize,
}

impl MortemLine {
    /// Of a record.
    #[must_use]
    pub fn of(one: &Stored<PreMortem>) -> Self {
        Self {
            id: one.id.clone(),
            title: one.title.clone(),
            on: one.created_at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
            state: State::of(&one.status),
            entries: one.body.entries.len(),
        }
    }
}

/// An entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryLine {
    /// Its random id.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// Entries that say the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GroupLine {
    /// Its number.
    pub n: u32,
    /// What they say.
    pub name: String,
    /// The entries.
    pub entries: Vec<EntryLine>,
    /// Its votes, once they are counted.
    pub votes: Option<u32>,
    /// The risk that was made of it: id and title.
    pub risk: Option<(String, String)>,
}

/// A room, as its viewer may see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MortemRoom {
    /// The session's id.
    pub id: String,
    /// It in a few words.
    pub title: String,
    /// The plan: id and title.
    pub plan: (String, String),
    /// What everybody answers.
    pub prompt: String,
    /// Where it stands.
    pub state: State,
    /// Who leads through it.
    pub facilitator: String,
    /// Whether the viewer may take the next step.
    pub may_lead: bool,
    /// Whether the viewer may write and vote.
    pub takes_part: bool,
    /// Who is there.
    pub here: Vec<String>,
    /// Whether so few are there that style may tell who wrote what.
    pub few: bool,
    /// At least so many entries, in steps of five.
    pub about: usize,
    /// What this very browser wrote.
    pub mine: Vec<EntryLine>,
    /// Entries that lie open and are in no group.
    pub loose: Vec<EntryLine>,
    /// The groups, the most votes first.
    pub groups: Vec<GroupLine>,
    /// Votes that the viewer has left.
    pub left: u32,
    /// Changes when what everybody sees of the room does.
    pub sign: String,
}

/// What a risk that was made of a group says of where it is from.
#[must_use]
pub fn seed(session: &str, group: u32) -> String {
    format!("pre_mortem:{session}#{group}")
}

impl MortemRoom {
    /// As its viewer may see it.
    ///
    /// # Errors
    /// Unavailable when the database does not answer, or the key of the box is not here.
    pub async fn of(desk: &Desk, table: &Table) -> Result<Self, Refusal> {
        let (session, me) = (&table.session, desk.viewer().person);
        let body = &session.body;
        let writing = table.state == State::Writing;
        let about = if writing { desk.records().slips_about(session).await? } else { 0 };
        let mine = match &desk.viewer().holder {
            Some(holder) if writing => desk.records().own_slips(session, holder).await?,
            _ => Vec::new(),
        };
        let left = if table.state == State::Grouped && table.takes_part {
            VOTES.saturating_sub(desk.records().slips_used(session).await?)
        } else {
            0
        };
        let risks = desk.records().list::<Risk>().await?;
        let mut here: Vec<String> = table.here.iter().map(|id| called(desk, *id)).collect();
        here.sort();
        let open = body.entries.iter().filter(|entry| entry.group.is_none());
        let mut groups: Vec<GroupLine> = body.groups.iter().map(|group| line(session, group, &risks)).collect();
        groups.sort_by(|a, b| b.votes.cmp(&a.votes).then(a.n.cmp(&b.n)));
        Ok(Self {
            id: session.id.clone(),
            title: session.title.clone(),
            plan: (body.plan.clone(), body.about.clone()),
            prompt: body.prompt.clone(),
            state: table.state,
            facilitator: table.facilitator.map_or_else(|| body.facilitator.clone(), |person| called(desk, person)),
            may_lead: table.may_lead(me),
            takes_part: table.takes_part,
            here,
            few: table.is_small(),
            about,
            mine: mine.into_iter().map(|slip| EntryLine { id: slip.id, text: slip.text }).collect(),
            loose: open.map(|entry| EntryLine { id: entry.id.clone(), text: entry.text.clone() }).collect(),
            groups,
            left,
            sign: table.sign(about),
        })
    }
}

fn line(session: &Stored<PreMortem>, group: &Group, risks: &[Stored<Risk>]) -> GroupLine {
    let seed = seed(&session.id, group.n);
    let risk = risks.iter().find(|risk| risk.body.seeded_by.as_deref() == Some(&seed));
    let entries = session.body.of_group(group.n);
    GroupLine {
        n: group.n,
        name: group.name.clone(),
        entries: entries.map(|entry| EntryLine { id: entry.id.clone(), text: entry.text.clone() }).collect(),
        votes: group.votes,
        risk: risk.map(|risk| (risk.id.clone(), risk.title.clone())),
    }
}

fn called(desk: &Desk, id: desk::work::PersonId) -> String {
    desk.organisation().person(id).map_or_else(|| "somebody".to_owned(), |person| person.called().to_owned())
}
