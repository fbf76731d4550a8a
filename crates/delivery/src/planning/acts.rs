//! What can be done: draft a plan, take in an outline, shape its tree and links, freeze what is promised, keep what was thought through,
//! make work items of its leaves, answer what others propose. An act that changes a plan writes one version of it.

pub mod inbox;
pub mod keep;
pub mod shape;
pub mod tie;
pub mod write;

use desk::{ActEntry, Changes, Desk, FieldError, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Ask, page_of};
use crate::plan::records::{Plan, PlanItem};
use crate::plan::tree::Tree;

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<write::DraftPlan>(),
        ActEntry::of::<write::ImportOutline>(),
        ActEntry::of::<shape::AddItem>(),
        ActEntry::of::<shape::EditItem>(),
        ActEntry::of::<shape::SplitItem>(),
        ActEntry::of::<shape::MoveItem>(),
        ActEntry::of::<shape::DropItem>(),
        ActEntry::of::<tie::LinkItems>(),
        ActEntry::of::<inbox::ProposeWork>(),
        ActEntry::of::<inbox::AcceptProposal>(),
        ActEntry::of::<inbox::DeclineProposal>(),
        ActEntry::of::<keep::FreezeBaseline>(),
        ActEntry::of::<keep::SaveScenario>(),
        ActEntry::of::<keep::MakeWorkItems>(),
    ]
}

/// What came of an act on a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanTold {
    /// The plan's id.
    pub plan: String,
    /// Its version now.
    pub version: u64,
    /// What a person is told.
    pub sentence: String,
    /// Its page.
    pub page: String,
}

impl PlanTold {
    fn of(stored: &Stored<Plan>, sentence: impl Into<String>) -> Self {
        let page = page_of(&Ask { plan: Some(stored.id.clone()), ..Ask::default() });
        Self { plan: stored.id.clone(), version: stored.version, sentence: sentence.into(), page }
    }

    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(self.page.clone())
    }
}

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A plan that the viewer is about to change, at the version that they saw.
struct Held {
    stored: Stored<Plan>,
    seen: u64,
}

impl Held {
    async fn of(desk: &Desk, named: &str, seen: Option<u64>) -> Result<Self, Refusal> {
        let plans = desk.records().list::<Plan>().await?;
        let stored = crate::plan::which::which(desk, &plans, Some(named).filter(|name| !name.trim().is_empty()))?;
        let stored = stored.ok_or_else(|| wrong("plan", "There is no plan yet: draft one."))?;
        may(desk, &stored)?;
        Ok(Self { seen: seen.unwrap_or(stored.version), stored })
    }

    fn plan(&self) -> Plan {
        self.stored.body.clone()
    }

    /// The item that a text names, by id, code or key.
    fn find(&self, field: &str, text: &str) -> Result<&PlanItem, Refusal> {
        let plan = &self.stored.body;
        let tree = Tree::of(plan).map_err(|error| Refusal::fields(vec![error]))?;
        let place = tree.find(plan, text).ok_or_else(|| {
            let ids: Vec<&str> = plan.items.iter().map(|item| item.id.as_str()).collect();
            let near = desk::form::nearest(text, ids.into_iter())
                .map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            wrong(field, format!("No item `{text}` in {}, by id, code or key.{near}", plan.title))
        })?;
        Ok(&plan.items[tree.nodes[place].item])
    }

    async fn put(self, changes: &mut Changes, plan: Plan, sentence: impl Into<String>) -> Result<PlanTold, Refusal> {
        let stored = changes.put(&self.stored.id, self.seen, plan).await?;
        Ok(PlanTold::of(&stored, sentence))
    }
}

fn may(desk: &Desk, stored: &Stored<Plan>) -> Result<(), Refusal> {
    if desk.access().may_work(stored.team) {
        return Ok(());
    }
    let team = stored.team.and_then(|team| desk.organisation().team(team)).map_or("its team", |team| &team.name);
    Err(Refusal::not_allowed(format!("only members and leads of {team} change its plans")))
}

/// The team of that name: what the policy asks about, and its short name.
fn team(desk: &Desk, field: &str, text: &str) -> Result<(desk::work::TeamId, String), Refusal> {
    let found = desk.organisation().find_team(text.trim());
    found.map(|team| (team.id, team.slug.clone())).map_err(|error| {
        let refusal = Refusal::from(error);
        let hint = refusal.what_to_do().map_or(String::new(), |hint| format!(". {hint}"));
        wrong(field, format!("{refusal}{hint}"))
    })
}
