//! A whole plan: looked at again with other weights or settled owners, and given out as offers.

use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::give::Giving;
use super::super::level::proposed;
use super::super::records::Delegation;
use super::super::view::PlanView;
use super::super::whole::Preset;
use super::super::{Ask, Show, page_of};
use super::offer::{OfferInput, draft, may_give};
use super::{THE_TWO, filled, lines, parties, wrong};

/// Gives a plan out on paper.
#[derive(Debug)]
pub struct SolvePlan;

/// Which plan, for what, and what is settled.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PlanInput {
    /// The plan, by title or id; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// For what it is given out.
    #[serde(default)]
    #[schemars(title = "For")]
    pub preset: Preset,
    /// Who takes what is settled: `card=ben@example.org`.
    #[serde(default)]
    #[schemars(title = "Settled")]
    pub lock: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanTold {
    /// Who takes what.
    pub plan: PlanView,
    /// What a person is told.
    pub sentence: String,
    /// Its page.
    pub page: String,
}

fn ask_of(input: &PlanInput, plan: Option<String>) -> Ask {
    Ask {
        show: Some(Show::Plan),
        what: plan.or_else(|| filled(input.plan.clone())),
        preset: Some(input.preset),
        lock: lines(input.lock.clone()),
        ..Ask::default()
    }
}

impl Act for SolvePlan {
    const NAME: &'static str = "solve_plan";
    const TITLE: &'static str = "Give a plan out on paper";
    const READERS: &'static str = "nobody: nothing is written down";

    type Input = PlanInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, _: &mut Changes, input: PlanInput) -> Result<PlanTold, Refusal> {
        let work = desk.work().await?;
        let giving = Giving::of(desk, &work, &ask_of(&input, None)).await?;
        let page = page_of(&ask_of(&input, Some(giving.plan_id().to_owned())));
        let plan = giving.told(desk);
        if let Some(settled) = &plan.infeasible {
            return Err(wrong("lock", format!("These cannot all be: {settled}. Let one of them go.")));
        }
        let sentence = format!("{} tasks have somebody, {} have nobody.", plan.rows.len(), plan.unassigned.len());
        Ok(PlanTold { plan, sentence, page })
    }

    fn told(outcome: &PlanTold) -> Told {
        Told::new(outcome.sentence.clone()).then(outcome.page.clone())
    }
}

/// Offers each task of a plan to whom it is given: offers, not assignments.
#[derive(Debug)]
pub struct ApplyPlan;

/// Which plan, for what, what is settled, and which items alone.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApplyInput {
    /// The plan, by title or id; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// For what it is given out.
    #[serde(default)]
    #[schemars(title = "For")]
    pub preset: Preset,
    /// Who takes what is settled: `card=ben@example.org`.
    #[serde(default)]
    #[schemars(title = "Settled")]
    pub lock: Vec<String>,
    /// Only these items, by id; all when left out.
    #[serde(default)]
    #[schemars(title = "Only")]
    pub only: Vec<String>,
}

/// What was offered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Applied {
    /// Ids of the offers.
    pub offers: Vec<String>,
    /// What a person is told.
    pub sentence: String,
    /// The page of what the viewer gave and took.
    pub page: String,
}

impl Act for ApplyPlan {
    const NAME: &'static str = "apply_plan";
    const TITLE: &'static str = "Offer a plan's tasks";
    const READERS: &'static str = THE_TWO;

    type Input = ApplyInput;
    type Outcome = Applied;

    async fn run(desk: &Desk, changes: &mut Changes, input: ApplyInput) -> Result<Applied, Refusal> {
        let work = desk.work().await?;
        let only = lines(input.only);
        let wanted = PlanInput { plan: input.plan, preset: input.preset, lock: input.lock };
        let giving = Giving::of(desk, &work, &ask_of(&wanted, None)).await?;
        let given =
            giving.solve().map_err(|_| wrong("lock", "What is settled cannot all be: give it out on paper first."))?;
        let mut offers = Vec::new();
        for (task, choice) in given.choices.iter().enumerate() {
            let matter = &giving.matters[task];
            let Some(choice) = choice else { continue };
            let id = matter.planned.as_ref().map_or("", |item| item.id.as_str());
            let person = &giving.ground.people[choice.owner];
            if (!only.is_empty() && !only.iter().any(|one| one == id || *one == matter.id))
                || person.id == desk.viewer().person
            {
                continue;
            }
            may_give(desk, matter)?;
            let item = matter.planned.as_ref();
            let outcome = item
                .and_then(|item| item.outcome.clone())
                .unwrap_or_else(|| format!("{} is done", matter.handed.title));
            let accepted = item.map(|item| item.acceptance.join("; ")).filter(|text| !text.is_empty());
            let beside = choice.beside.map(|other| format!("with {}", giving.ground.people[other].name));
            let level = proposed(giving.field.cases[task][choice.owner].word(), matter.need.one_way, false);
            let offer = OfferInput {
                to: person.address.clone(),
                outcome: outcome.chars().take(500).collect(),
                done_when: accepted.unwrap_or_else(|| "both of us say so".to_owned()).chars().take(500).collect(),
                support: beside.into_iter().collect(),
                ..OfferInput::default()
            };
            let body = draft(desk, matter, offer, level.number()).await?;
            let envelope = Envelope {
                parties: parties(desk, &body),
                due_on: Some(body.next_on),
                ..Envelope::fresh::<Delegation>()
            };
            offers.push(changes.add_in(envelope, body)?.id);
        }
        if offers.is_empty() {
            return Err(wrong("plan", "Nothing of it is there to be offered to somebody else."));
        }
        let sentence = format!("{} offers are made: each is taken, changed or declined.", offers.len());
        Ok(Applied { offers, sentence, page: page_of(&Ask::default()) })
    }

    fn told(outcome: &Applied) -> Told {
        Told::new(outcome.sentence.clone()).then(outcome.page.clone())
    }
}
