//! What hangs on what: a link between two items comes or goes.

use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Held, PlanTold, filled, wrong};
use crate::plan::network::LinkSort;
use crate::plan::records::{Dependency, Strength};
use crate::plan::tree::Tree;

/// Ties two items, or unties them.
#[derive(Debug)]
pub struct LinkItems;

/// What a link needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LinkInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// Which comes first, by id, code or key.
    #[schemars(title = "First", length(min = 1, max = 60))]
    pub from: String,
    /// Which hangs on it.
    #[schemars(title = "Then", length(min = 1, max = 60))]
    pub to: String,
    /// Which ends are tied.
    #[serde(default, rename = "type")]
    #[schemars(title = "Type")]
    pub sort: LinkSort,
    /// Working days between the ends; below 0 they overlap.
    #[serde(default)]
    #[schemars(title = "Lag in days", range(min = -100, max = 250))]
    pub lag: f64,
    /// How strictly it holds.
    #[serde(default)]
    #[schemars(title = "Strength")]
    pub strength: Strength,
    /// Who outside it hangs on.
    #[serde(default)]
    #[schemars(title = "Whom it hangs on", length(max = 200))]
    pub who: Option<String>,
    /// The day that they promised.
    #[serde(default)]
    #[schemars(title = "Promised on", with = "Option<String>", extend("format" = "date"))]
    pub promised_on: Option<Date>,
    /// Why.
    #[serde(default)]
    #[schemars(title = "Why", length(max = 500))]
    pub reason: Option<String>,
    /// Whether the link goes.
    #[serde(default)]
    #[schemars(title = "Untie")]
    pub untie: bool,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for LinkItems {
    const NAME: &'static str = "link";
    const TITLE: &'static str = "Tie items";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = LinkInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: LinkInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let (from, to) = (held.find("from", &input.from)?.clone(), held.find("to", &input.to)?.clone());
        let mut plan = held.plan();
        let same = |link: &Dependency| link.from == from.id && link.to == to.id && link.sort == input.sort;
        if input.untie && !plan.links.iter().any(same) {
            return Err(wrong("to", format!("{} does not hang on {} that way.", to.title, from.title)));
        }
        plan.links.retain(|link| !same(link));
        if input.untie {
            return held.put(changes, plan, format!("{} no longer hangs on {}.", to.title, from.title)).await;
        }
        plan.links.push(Dependency {
            from: from.id,
            to: to.id,
            sort: input.sort,
            lag: input.lag,
            strength: input.strength,
            who: filled(input.who),
            promised_on: input.promised_on,
            reason: filled(input.reason),
        });
        Tree::of(&plan).map_err(|error| wrong("to", error.message))?;
        held.put(changes, plan, format!("{} hangs on {} now.", to.title, from.title)).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}
