//! Something is done about a risk: work with its cost, and how the risk would be once it is done.

use desk::kinds::Risk;
use desk::kinds::risk::{After, Mitigation};
use desk::work::{Deed, NATIVE, NewItem};
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OpenRisk, cost, likely, open_risk, wrong};
use crate::risk::{Ask, address};
use crate::work::scene::{board, in_force};

/// Plans what is done about a risk.
#[derive(Debug)]
pub struct Mitigate;

/// What is done, what it takes, and how the risk would be then.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MitigateInput {
    /// The risk's id.
    #[schemars(title = "Risk")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// What is done.
    #[schemars(title = "What is done", length(min = 1, max = 300))]
    pub what: String,
    /// Working days that it takes.
    #[serde(default)]
    #[schemars(title = "Working days", range(min = 0, max = 10000))]
    pub cost_days: Option<f64>,
    /// How likely the risk is then.
    #[schemars(title = "Likely then", range(min = 0, max = 1))]
    pub probability: f64,
    /// What it would cost then: 1/3/8d; the same when left out.
    #[serde(default)]
    #[schemars(title = "Impact then", length(max = 60))]
    pub impact: Option<String>,
    /// The key of the work item that it is.
    #[serde(default)]
    #[schemars(title = "Work item", length(max = 60))]
    pub work_item: Option<String>,
    /// Make a work item of it on the team's board.
    #[serde(default)]
    #[schemars(title = "Make a work item")]
    pub make: bool,
}

impl Act for Mitigate {
    const NAME: &'static str = "mitigate";
    const TITLE: &'static str = "Do something about it";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = MitigateInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: MitigateInput) -> Result<Self::Outcome, Refusal> {
        let stored = open_risk(desk, &input.id).await?;
        let mut risk = stored.body.clone();
        let what = input.what.trim().to_owned();
        if what.is_empty() {
            return Err(wrong("what", "Say what is done."));
        }
        let named = input.work_item.as_deref().map(str::trim).filter(|key| !key.is_empty());
        let work_item = match (named, input.make) {
            (Some(_), true) => return Err(wrong("make", "It is a work item already, or one is made: not both.")),
            (Some(key), false) => {
                let key = key.to_uppercase();
                let known = desk.work().await?.by_key(&key).is_some();
                if !known {
                    return Err(wrong("work_item", format!("There is no work item {key} that you may read.")));
                }
                Some(key)
            }
            (None, true) => Some(made(desk, changes, &stored, &what).await?),
            (None, false) => None,
        };
        let probability = if input.probability == 0.0 { 0.0 } else { likely(input.probability)? };
        if probability > risk.probability {
            let now = risk.probability;
            return Err(wrong(
                "probability",
                format!("It is at {now} now: what is done about it makes it no likelier."),
            ));
        }
        let text = input.impact.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let impact = text.map(|text| cost(text).map(|one| one.0)).transpose()?;
        risk.mitigation.push(Mitigation { what, work_item, cost_days: input.cost_days });
        risk.after = Some(After { probability, impact });
        changes.put(&input.id, input.version, risk).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let key = outcome.body.mitigation.last().and_then(|one| one.work_item.as_deref());
        let made = key.map_or_else(String::new, |key| format!(" The work is {key}."));
        Told::new(format!("{}: what is done about it stands in the register.{made}", outcome.title))
            .then(address(&Ask::default()))
    }
}

/// A work item on the board of the risk's team; its key.
async fn made(desk: &Desk, changes: &mut Changes, risk: &Stored<Risk>, what: &str) -> Result<String, Refusal> {
    let work = desk.work().await?;
    let team = risk.team.and_then(|team| desk.organisation().team(team)).map(|team| team.slug.clone());
    let board = board(desk, &work, team.as_deref())?;
    let Some(project) = board.project.clone() else {
        return Err(wrong("make", format!("{} has no board yet: write its first item down there.", board.name())));
    };
    if project.host != NATIVE {
        return Err(wrong(
            "make",
            format!("{} keeps its work in {}: items are made there.", board.name(), project.host),
        ));
    }
    let workflow = in_force(desk, &work, &board, desk.now()).await?.workflow;
    let key = format!("{}-{}", project.key, desk.reserve_number(project.id).await?);
    changes.work(Deed::AddItem(NewItem {
        status: workflow.status_of(0).unwrap_or("backlog").to_owned(),
        body: Some(format!("It mitigates the risk “{}”.", risk.title)),
        ..NewItem::named(changes.fresh_item()?, project.id, key.clone(), what)
    }));
    Ok(key)
}
