//! What can be done: offer something, take it or not, look at it together, change the level, bring it to an end; give a whole plan out; say
//! what a task needs.

pub mod course;
pub mod need;
pub mod offer;
pub mod plan;

use desk::records::Party;
use desk::work::{Calendar, Deed, Edit, NATIVE, Reference, TeamId};
use desk::{ActEntry, Changes, Desk, FieldError, Refusal, Stored, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::level::Level;
use super::mine::{address, called};
use super::records::{Delegation, HandedOver};
use super::{Ask, page_of};
use crate::calendar::Clockwork;

/// Who reads what is agreed.
const THE_TWO: &str = "the two of you; once it is accepted the team sees task, person and level";

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<offer::Offer>(),
        ActEntry::of::<offer::Accept>(),
        ActEntry::of::<offer::Decline>(),
        ActEntry::of::<course::CheckIn>(),
        ActEntry::of::<course::ChangeLevel>(),
        ActEntry::of::<course::TakeBack>(),
        ActEntry::of::<course::Finish>(),
        ActEntry::of::<plan::SolvePlan>(),
        ActEntry::of::<plan::ApplyPlan>(),
        ActEntry::of::<need::SetNeed>(),
    ]
}

/// What came of an act on a delegation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DelegationTold {
    /// The delegation's id.
    pub id: String,
    /// Its version now.
    pub version: u64,
    /// Where it stands.
    pub state: String,
    /// What a person is told.
    pub sentence: String,
    /// The page of what the viewer gave and took.
    pub page: String,
}

impl DelegationTold {
    fn of(stored: &Stored<Delegation>, sentence: impl Into<String>) -> Self {
        Self {
            id: stored.id.clone(),
            version: stored.version,
            state: stored.status.clone(),
            sentence: sentence.into(),
            page: page_of(&Ask::default()),
        }
    }

    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(self.page.clone())
    }
}

/// Which delegation, at which version.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Which {
    /// The delegation's id.
    #[schemars(title = "Delegation")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
}

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn lines(all: Vec<String>) -> Vec<String> {
    all.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn level(number: u8) -> Result<Level, Refusal> {
    Level::of(number).ok_or_else(|| wrong("level", "A level is 1 (tell) to 7 (hand over)."))
}

/// The working day so many days on, by the calendar of the viewer's team.
async fn working_day(desk: &Desk, days: u8) -> Result<Date, Refusal> {
    let work = desk.work().await?;
    let team = desk.organisation().teams_of(desk.viewer().person, desk.today()).next().map(|member| member.team);
    let clock = Clockwork::of(work.calendar(team).unwrap_or(&Calendar::default()));
    Ok(clock.plus(desk.today(), u32::from(days)))
}

/// A delegation of which the viewer is one of the two, and which of them.
struct Both {
    stored: Stored<Delegation>,
    is_giver: bool,
}

impl Both {
    async fn of(desk: &Desk, id: &str, states: &[&str]) -> Result<Self, Refusal> {
        let stored = desk.records().get::<Delegation>(id).await?;
        let me = address(desk);
        let is_giver = stored.body.from == me;
        if !is_giver && stored.body.to != me {
            return Err(Refusal::not_allowed("this is between two others"));
        }
        if !states.contains(&stored.status.as_str()) {
            return Err(wrong("id", format!("{} is {} already.", stored.body.task.name(), stored.status)));
        }
        Ok(Self { stored, is_giver })
    }

    fn other(&self, desk: &Desk) -> String {
        called(desk, if self.is_giver { &self.stored.body.to } else { &self.stored.body.from })
    }

    fn task(&self) -> String {
        self.stored.body.task.name()
    }
}

/// The two as parties of a record.
fn parties(desk: &Desk, body: &Delegation) -> Vec<Party> {
    let people = desk.organisation();
    let both = [&body.from, &body.to];
    both.into_iter()
        .filter_map(|address| people.by_email(address))
        .map(|person| Party::new(person.id, "party"))
        .collect()
}

/// What the team sees of a delegation, when it was accepted.
async fn notice(desk: &Desk, id: &str) -> Result<Option<Stored<HandedOver>>, Refusal> {
    let all = desk.records().list::<HandedOver>().await?;
    Ok(all.into_iter().find(|one| one.body.delegation == id && one.status == "open"))
}

/// The notice goes with the delegation: another level, or over.
async fn bring_notice(desk: &Desk, changes: &mut Changes, id: &str, level: Option<u8>) -> Result<(), Refusal> {
    let Some(held) = notice(desk, id).await? else { return Ok(()) };
    let mut body = held.body.clone();
    body.level = level.unwrap_or(body.level);
    let status = if level.is_some() { "open" } else { "over" };
    changes.put_in(&held.id, held.version, |around| status.clone_into(&mut around.status), body).await?;
    Ok(())
}

/// The team that sees what somebody took: that of the task when they belong to it, else their own.
fn team_for(desk: &Desk, of_task: Option<TeamId>) -> Option<TeamId> {
    let own = || desk.organisation().teams_of(desk.viewer().person, desk.today()).next().map(|member| member.team);
    of_task.filter(|team| desk.is_inside(*team)).or_else(own)
}

/// Puts a native item into the hands of whoever takes it; gives its team.
async fn take_item(desk: &Desk, changes: &mut Changes, body: &Delegation) -> Result<Option<TeamId>, Refusal> {
    let work = desk.work().await?;
    let Some(item) = body.task.item.as_deref().and_then(|key| work.by_key(key)) else { return Ok(None) };
    let team = work.project(item.project).and_then(|project| project.team);
    let to = desk.organisation().by_email(&body.to).map(|person| person.id);
    if work.text(item.host) == NATIVE && to.is_some() && item.assignee != to && desk.access().may_work(team) {
        let reference = Reference { id: item.id, seen: item.entries };
        changes.work(Deed::Change(reference, vec![Edit::Assignee(to)], Some("handed over".to_owned())));
    }
    Ok(team)
}
