//! Opening a pre-mortem about a plan.

use desk::records::{Audience, Envelope};
use desk::{Act, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{InMortem, TEAM, given};
use crate::plan::records::Plan;
use crate::plan::which::which;
use crate::risk::acts::wrong;
use crate::risk::pre_mortem::records::PreMortem;
use crate::risk::pre_mortem::room::room;

/// Opens a pre-mortem.
#[derive(Debug)]
pub struct HoldPreMortem;

/// About what, and what is asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct HoldInput {
    /// The plan, by title or id; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// What everybody answers; that the plan has failed, and what happened, when left out.
    #[serde(default)]
    #[schemars(title = "Question", length(max = 500))]
    pub prompt: Option<String>,
}

impl Act for HoldPreMortem {
    const NAME: &'static str = "hold_pre_mortem";
    const TITLE: &'static str = "Hold a pre-mortem";
    const READERS: &'static str = TEAM;

    type Input = HoldInput;
    type Outcome = InMortem;

    async fn run(desk: &Desk, changes: &mut Changes, input: HoldInput) -> Result<InMortem, Refusal> {
        let plans = desk.records().list::<Plan>().await?;
        let plan = which(desk, &plans, given(input.plan.as_deref()))?;
        let plan = plan.ok_or_else(|| wrong("plan", "There is no plan yet: a pre-mortem is about one."))?;
        let named = plan.body.teams.first().and_then(|slug| desk.organisation().find_team(slug).ok());
        let team = plan.team.or(named.map(|team| team.id));
        if team.is_some_and(|team| !desk.is_inside(team)) {
            return Err(Refusal::not_allowed("only members and leads of the team hold a pre-mortem about its plan"));
        }
        let by = plan.body.target_on.map_or_else(|| "It is a year from now".to_owned(), |day| format!("It is {day}"));
        let usual = || format!("{by}, and {} has failed. What happened?", plan.title);
        let me = desk.organisation().person(desk.viewer().person);
        let body = PreMortem {
            plan: plan.id.clone(),
            about: plan.title.clone(),
            prompt: given(input.prompt.as_deref()).map_or_else(usual, str::to_owned),
            facilitator: me.map(|person| person.email.clone()).unwrap_or_default(),
            entries: Vec::new(),
            groups: Vec::new(),
        };
        let fresh = Envelope::fresh::<PreMortem>();
        let audience = if team.is_some() { fresh.audience } else { Audience::Everyone };
        let stored = changes.add_in(Envelope { team, audience, ..fresh }, body)?;
        desk.enter(&room(&stored.id)).await?;
        Ok(InMortem::of(&stored, "Whoever opens this page is in the room. Nobody reads an entry before the reveal."))
    }

    fn told(outcome: &InMortem) -> Told {
        outcome.told()
    }
}
