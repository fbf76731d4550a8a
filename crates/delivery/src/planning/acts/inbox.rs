//! The inbox: work is proposed to a team, and accepted into a plan or declined with a reason.

use desk::kinds::WorkProposal;
use desk::{Act, Changes, Desk, ProposedWork, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Ask, Show, page_of};
use super::shape::{estimate, place};
use super::{Held, PlanTold, filled, team, wrong};
use crate::plan::records::{ItemKind, Plan, PlanItem};

/// Proposes work to a team.
#[derive(Debug)]
pub struct ProposeWork;

/// What a proposal needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProposeInput {
    /// What should be done.
    #[schemars(title = "What", length(min = 1, max = 300))]
    pub what: String,
    /// Why: whoever reads it decides by that.
    #[schemars(title = "Why", length(min = 1, max = 2000), extend("format" = "markdown"))]
    pub why: String,
    /// To which team; your own when left out.
    #[serde(default)]
    #[schemars(title = "Team", length(max = 100))]
    pub team: Option<String>,
    /// Where more of it stands: a page, or a record's address.
    #[serde(default)]
    #[schemars(title = "Link", length(max = 500))]
    pub link: Option<String>,
}

/// What came of a proposal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProposalTold {
    /// The proposal's id.
    pub proposal: String,
    /// What a person is told.
    pub sentence: String,
    /// Where to look next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl ProposalTold {
    fn told(&self) -> Told {
        let told = Told::new(self.sentence.clone());
        self.page.clone().map_or(told.clone(), |page| told.then(page))
    }
}

impl Act for ProposeWork {
    const NAME: &'static str = "propose_work";
    const TITLE: &'static str = "Propose work";
    const READERS: &'static str = "the team when you are in it, else everyone in the organisation";

    type Input = ProposeInput;
    type Outcome = ProposalTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: ProposeInput) -> Result<ProposalTold, Refusal> {
        let own = || desk.organisation().teams_of(desk.viewer().person, desk.today()).next().map(|one| one.team);
        let (id, name) = match filled(input.team) {
            Some(text) => team(desk, "team", &text)?,
            None => {
                let id = own().ok_or_else(|| wrong("team", "To which team? You are in none."))?;
                (id, desk.organisation().team(id).map_or_else(String::new, |team| team.slug.clone()))
            }
        };
        let work =
            ProposedWork { what: input.what, why: input.why, link: filled(input.link), ..ProposedWork::default() };
        let stored = desk.propose_work(changes, id, work).await?;
        let stored = stored.ok_or_else(|| Refusal::fault("what has no key is proposed twice"))?;
        let name = desk.organisation().team(id).map_or(name, |team| team.name.clone());
        let sentence = format!("“{}” waits in the inbox of {name}.", stored.title);
        Ok(ProposalTold { proposal: stored.id, sentence, page: None })
    }

    fn told(outcome: &ProposalTold) -> Told {
        outcome.told()
    }
}

/// A proposal that waits.
async fn waiting(desk: &Desk, id: &str) -> Result<Stored<WorkProposal>, Refusal> {
    let found = desk.records().get::<WorkProposal>(id.trim()).await?;
    if found.status != WorkProposal::OPEN {
        return Err(wrong("proposal", format!("“{}” is {} already.", found.title, found.status)));
    }
    Ok(found)
}

/// Accepts a proposal into a plan.
#[derive(Debug)]
pub struct AcceptProposal;

/// Which, and where it lands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AcceptInput {
    /// The proposal's id.
    #[schemars(title = "Proposal", length(min = 1, max = 60))]
    pub proposal: String,
    /// Into which plan, by title or id; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// The item whose part it is, by id, code or key.
    #[serde(default)]
    #[schemars(title = "Part of", length(max = 60))]
    pub parent: Option<String>,
    /// What kind of thing it is.
    #[serde(default)]
    #[schemars(title = "Kind")]
    pub kind: ItemKind,
    /// Working days: `3..5..12d`, `3/5/12d` or `5d`; or points: `5p`.
    #[serde(default)]
    #[schemars(title = "Estimate", length(max = 60))]
    pub estimate: Option<String>,
    /// The version of the plan that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for AcceptProposal {
    const NAME: &'static str = "accept_proposal";
    const TITLE: &'static str = "Accept a proposal";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = AcceptInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: AcceptInput) -> Result<PlanTold, Refusal> {
        let found = waiting(desk, &input.proposal).await?;
        let named = if input.plan.trim().is_empty() { found.body.plan.clone().unwrap_or_default() } else { input.plan };
        let held = Held::of(desk, &named, input.seen).await?;
        let mut plan = held.plan();
        if !plan.teams.contains(&found.body.team) && found.body.plan.as_ref() != Some(&held.stored.id) {
            let teams = plan.teams.join(", ");
            return Err(wrong(
                "plan",
                format!("It was proposed to {}; {} is of {teams}.", found.body.team, plan.title),
            ));
        }
        let parent = match filled(input.parent) {
            Some(text) => Some(held.find("parent", &text)?.id.clone()),
            None => None,
        };
        let item = PlanItem {
            id: plan.fresh_id(&found.body.what),
            parent,
            title: found.body.what.clone(),
            kind: input.kind,
            estimate: estimate(input.estimate)?,
            team: (plan.teams.first() != Some(&found.body.team)).then(|| found.body.team.clone()),
            ..PlanItem::default()
        };
        let sentence = format!("“{}” is in {} as `{}`.", item.title, plan.title, item.id);
        let body = WorkProposal { lands_as: Some(format!("{}#{}", held.stored.id, item.id)), ..found.body };
        place(&mut plan, item);
        changes.link::<WorkProposal, Plan>(&found.id, &held.stored.id, "lands_as")?;
        let accepted = |around: &mut desk::records::Envelope| WorkProposal::ACCEPTED.clone_into(&mut around.status);
        changes.put_in(&found.id, found.version, accepted, body).await?;
        held.put(changes, plan, sentence).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

/// Declines a proposal, with a reason.
#[derive(Debug)]
pub struct DeclineProposal;

/// Which, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DeclineInput {
    /// The proposal's id.
    #[schemars(title = "Proposal", length(min = 1, max = 60))]
    pub proposal: String,
    /// Why: whoever proposed it reads that.
    #[schemars(title = "Reason", length(min = 1, max = 500))]
    pub reason: String,
}

impl Act for DeclineProposal {
    const NAME: &'static str = "decline_proposal";
    const TITLE: &'static str = "Decline a proposal";
    const READERS: &'static str = "whoever reads the proposal";

    type Input = DeclineInput;
    type Outcome = ProposalTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: DeclineInput) -> Result<ProposalTold, Refusal> {
        let found = waiting(desk, &input.proposal).await?;
        let (id, _) = team(desk, "proposal", &found.body.team)?;
        if !desk.access().may_work(Some(id)) {
            let message = format!("only members and leads of {} answer what is proposed to it", found.body.team);
            return Err(Refusal::not_allowed(message));
        }
        let reason =
            filled(Some(input.reason)).ok_or_else(|| wrong("reason", "Say why: whoever proposed it reads that."))?;
        let body = WorkProposal { declined: Some(reason), ..found.body };
        let declined = |around: &mut desk::records::Envelope| WorkProposal::DECLINED.clone_into(&mut around.status);
        let stored = changes.put_in(&found.id, found.version, declined, body).await?;
        let page = page_of(&Ask { show: Some(Show::Inbox), ..Ask::default() });
        let sentence = format!("“{}” is declined.", stored.title);
        Ok(ProposalTold { proposal: stored.id, sentence, page: Some(page) })
    }

    fn told(outcome: &ProposalTold) -> Told {
        outcome.told()
    }
}
