//! What is watched: triggers of a risk, and what rules over the facts have found.

use desk::kinds::Risk;
use desk::kinds::risk::{Impact, ImpactUnit, Measure, Op, Response, Trigger};
use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OpenRisk, cost, likely, open_risk, review, wrong};
use crate::plan::records::Plan;
use crate::risk::answer::answer;
use crate::risk::detect::seed;
use crate::risk::records::Dismissal;
use crate::risk::trigger::{Watch, words};
use crate::risk::view::{Found, Sees, TriggerView};
use crate::risk::{Ask, address};

/// Has a measure watched.
#[derive(Debug)]
pub struct SetTrigger;

/// Which measure, and when it tells.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TriggerInput {
    /// The risk's id.
    #[schemars(title = "Risk")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// What is watched.
    #[schemars(title = "Measure")]
    pub measure: Measure,
    /// How it is compared.
    #[serde(default)]
    #[schemars(title = "Is")]
    pub op: Op,
    /// With what.
    #[schemars(title = "Than")]
    pub threshold: f64,
    /// Days for which it has to hold.
    #[serde(default)]
    #[schemars(title = "For days", range(min = 0, max = 60))]
    pub for_days: u8,
    /// Of what: a work item's key, a team, a day, a plan, or `plan:ID#item`.
    #[schemars(title = "Of", length(min = 1, max = 200))]
    pub scope: String,
    /// Only say what it would see now; nothing is kept.
    #[serde(default)]
    #[schemars(title = "Only look")]
    pub preview: bool,
}

/// What it sees now, and the risk when it is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TriggerTold {
    /// What it sees.
    pub sees: TriggerView,
    /// Whether it is kept.
    pub kept: bool,
    /// The risk.
    pub title: String,
}

impl Act for SetTrigger {
    const NAME: &'static str = "set_trigger";
    const TITLE: &'static str = "Watch for it";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = TriggerInput;
    type Outcome = TriggerTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: TriggerInput) -> Result<TriggerTold, Refusal> {
        let stored = open_risk(desk, &input.id).await?;
        let scope = input.scope.trim().to_owned();
        let trigger = Trigger {
            measure: input.measure,
            op: input.op,
            threshold: input.threshold,
            for_days: input.for_days,
            scope,
        };
        let plans = desk.records().list::<Plan>().await?;
        let sees = Watch::of(desk, &plans, None).look(&trigger).await?;
        let title = stored.title.clone();
        if input.preview {
            return Ok(TriggerTold { sees, kept: false, title });
        }
        let mut risk = stored.body;
        risk.triggers.retain(|one| words(one) != words(&trigger));
        risk.triggers.push(trigger);
        changes.put(&input.id, input.version, risk).await?;
        Ok(TriggerTold { sees, kept: true, title })
    }

    fn told(outcome: &TriggerTold) -> Told {
        let now = match (outcome.sees.sees, outcome.sees.value) {
            (Sees::Fired, Some(value)) => format!("it would tell now: {value}, {}", outcome.sees.why),
            (Sees::Quiet, Some(value)) => format!("it is quiet now, at {value}"),
            _ => format!("it is blind now: {}", outcome.sees.why),
        };
        let kept = if outcome.kept { "is watched" } else { "was looked at, and is not kept" };
        Told::new(format!("{}: {} {kept}; {now}.", outcome.title, outcome.sees.what)).then(address(&Ask::default()))
    }
}

/// Takes what a rule has found into the register.
#[derive(Debug)]
pub struct AcceptDetection;

/// Which finding, and how likely it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AcceptInput {
    /// The rule and what it saw, `stuck:PAY-12`.
    #[schemars(title = "Finding", length(min = 1, max = 300))]
    pub finding: String,
    /// The plan that it was found in, by title or id.
    #[serde(default)]
    #[schemars(title = "Plan")]
    pub plan: Option<String>,
    /// How likely it is; what the rule's own past says when left out.
    #[serde(default)]
    #[schemars(title = "Likely", range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// Least, likeliest and most working days that it would cost: 5/10/30d.
    #[serde(default = "super::usual")]
    #[schemars(title = "Impact", length(max = 60))]
    pub impact: String,
    /// When it is looked at again; in 30 days when left out.
    #[serde(default)]
    #[schemars(title = "Look again", with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
}

/// The finding of a name, as the facts show it now.
async fn find(desk: &Desk, finding: &str, plan: Option<String>) -> Result<Found, Refusal> {
    let plan = plan.filter(|plan| !plan.trim().is_empty());
    let view = answer(desk, Ask { plan, ..Ask::default() }).await?;
    let all: Vec<String> = view.found.iter().map(seed).collect();
    let place = all.iter().position(|one| one == finding.trim());
    place.and_then(|place| view.found.into_iter().nth(place)).ok_or_else(|| {
        let known = if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
        wrong("finding", format!("The facts no longer show `{}`. They show: {known}.", finding.trim()))
    })
}

impl Act for AcceptDetection {
    const NAME: &'static str = "accept_detection";
    const TITLE: &'static str = "Take it into the register";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = AcceptInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: AcceptInput) -> Result<Self::Outcome, Refusal> {
        let found = find(desk, &input.finding, input.plan).await?;
        let team = found.team.as_deref().and_then(|team| desk.organisation().find_team(team).ok()).map(|team| team.id);
        let (impact, sign) = cost(&input.impact)?;
        let risk = Risk {
            probability: likely(input.probability.unwrap_or(found.probability))?,
            impact,
            sign,
            review_on: Some(review(desk, input.review_on)?),
            seeded_by: Some(seed(&found)),
            touches: found.touches.clone(),
            description: Some(format!("{}.", found.why)),
            ..blank()
        };
        let fresh = Envelope::fresh::<Risk>();
        let audience = if team.is_some() { fresh.audience } else { desk::records::Audience::Everyone };
        changes.add_in(Envelope { team, audience, title: Some(found.title), ..fresh }, risk)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{} is in the register.", outcome.title)).then(address(&Ask::default()))
    }
}

/// A risk of which nothing is said.
pub(in crate::risk) fn blank() -> Risk {
    Risk {
        probability: 0.5,
        impact: Impact { low: 0.0, likely: 0.0, high: 0.0, unit: ImpactUnit::Days },
        sign: desk::kinds::risk::Sign::Threat,
        category: None,
        touches: Vec::new(),
        from: None,
        until: None,
        response: Response::Mitigate,
        mitigation: Vec::new(),
        after: None,
        contingency: None,
        triggers: Vec::new(),
        owner: None,
        review_on: None,
        occurred_on: None,
        actual_days: None,
        seeded_by: None,
        description: None,
    }
}

/// Dismisses what a rule has found.
#[derive(Debug)]
pub struct Dismiss;

/// Which finding, why it is none, and until when.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DismissInput {
    /// The rule and what it saw, `stuck:PAY-12`.
    #[schemars(title = "Finding", length(min = 1, max = 300))]
    pub finding: String,
    /// The plan that it was found in, by title or id.
    #[serde(default)]
    #[schemars(title = "Plan")]
    pub plan: Option<String>,
    /// Why it is none.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
    /// It is looked at again after this day; in 30 days when left out, in a year at the latest.
    #[serde(default)]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

impl Act for Dismiss {
    const NAME: &'static str = "dismiss";
    const TITLE: &'static str = "Dismiss a finding";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = DismissInput;
    type Outcome = Stored<Dismissal>;

    async fn run(desk: &Desk, changes: &mut Changes, input: DismissInput) -> Result<Self::Outcome, Refusal> {
        let found = find(desk, &input.finding, input.plan).await?;
        let why = input.why.trim().to_owned();
        if why.is_empty() {
            return Err(wrong("why", "Say why it is none."));
        }
        let today = desk.today();
        let until = input.until.or_else(|| today.checked_add(30.days()).ok()).unwrap_or(today);
        let furthest = today.checked_add(1.year()).unwrap_or(today);
        if until < today || until > furthest {
            return Err(wrong("until", format!("A finding is dismissed until a day between {today} and {furthest}.")));
        }
        let team = found.team.as_deref().and_then(|team| desk.organisation().find_team(team).ok()).map(|team| team.id);
        let fresh = Envelope::fresh::<Dismissal>();
        let audience = if team.is_some() { fresh.audience } else { desk::records::Audience::Everyone };
        let body = Dismissal { finding: seed(&found), why, until };
        changes.add_in(Envelope { team, audience, title: Some(found.title), ..fresh }, body)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{}: dismissed until {}.", outcome.title, outcome.body.until)).then(address(&Ask::default()))
    }
}
