//! Weigh a kind of finding otherwise than shipped, in one repository or in all, and take that back.

use desk::{Act, Changes, Desk, FieldError, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Seen;
use crate::code_quality::health::Kind;
use crate::code_quality::records::FindingWeight;
use crate::code_quality::{Ask, CodeQuality, Show};

/// Says how much a kind of finding weighs here. What was said before of the same finding and repository is replaced.
#[derive(Debug)]
pub struct WeighFinding;

/// What weighing needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewWeight {
    /// The repository's name; none means every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Repository")]
    pub repository: Option<String>,
    /// Which finding.
    #[schemars(title = "Finding")]
    pub finding: Kind,
    /// Found above this; none leaves it as shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Limit")]
    pub limit: Option<f64>,
    /// What it takes from the health of 10; 0 means that it is not looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Weight")]
    pub weight: Option<f64>,
    /// Why this code is judged otherwise.
    #[schemars(title = "Reason", length(min = 1, max = 1000))]
    pub reason: String,
}

impl Act for WeighFinding {
    const NAME: &'static str = "weigh_finding";
    const TITLE: &'static str = "Weigh a finding otherwise";

    type Input = NewWeight;
    type Outcome = Stored<FindingWeight>;

    async fn run(desk: &Desk, changes: &mut Changes, input: NewWeight) -> Result<Self::Outcome, Refusal> {
        let wanted = input.repository.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let repos = desk.facts().repos();
        let repository = match wanted {
            None => None,
            Some(name) => {
                let entry = repos.iter().find(|repo| repo.name == name || repo.id == name);
                let known = || repos.iter().map(|repo| repo.name.as_str()).collect::<Vec<_>>().join(", ");
                let wrong = || FieldError::new("repository", format!("no repository `{name}` is here"));
                let refusal = || Refusal::fields(vec![wrong()]).hint(format!("Known: {}.", known()));
                Some(entry.ok_or_else(refusal)?.name.clone())
            }
        };
        let body = FindingWeight {
            repository,
            finding: input.finding,
            limit: input.limit,
            weight: input.weight,
            reason: input.reason.trim().to_owned(),
        };
        let same =
            |said: &Stored<FindingWeight>| said.body.finding == body.finding && said.body.repository == body.repository;
        match desk.records().list::<FindingWeight>().await?.into_iter().find(same) {
            Some(said) => changes.put(&said.id, said.version, body).await,
            None => changes.add(body),
        }
    }

    fn told(said: &Self::Outcome) -> Told {
        let weights = Ask { show: Some(Show::Weights), ..Ask::default() };
        let page = desk::href::<CodeQuality>(&weights);
        let title = desk::Record::title(&said.body);
        Told::new(format!("Weighed anew: {title}. Every health is worked out again.")).then(page)
    }
}

/// Takes a weight back: the finding weighs what is shipped again.
#[derive(Debug)]
pub struct TakeBackWeight;

impl Act for TakeBackWeight {
    const NAME: &'static str = "take_back_weight";
    const TITLE: &'static str = "Weigh it as shipped again";

    type Input = Seen;
    type Outcome = Stored<FindingWeight>;

    async fn run(_desk: &Desk, changes: &mut Changes, input: Seen) -> Result<Self::Outcome, Refusal> {
        changes.archive(&input.id, input.version).await
    }

    fn told(_outcome: &Self::Outcome) -> Told {
        Told::new("It weighs what is shipped again.")
    }
}
