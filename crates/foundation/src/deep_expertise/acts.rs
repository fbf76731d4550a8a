//! What can be done: plan a transfer, tick its steps, claim to know something, decline to be asked.

use desk::{Act, Changes, Desk, FieldError, Refusal, Stored, Told};
use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::departure::{TRANSFER_DAYS, steps};
use super::records::{ExpertiseClaim, KtPlan, KtStep, StepKind, Willing};

/// A transfer to plan.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct TransferInput {
    /// The area to hand over.
    #[schemars(title = "Area", length(min = 1, max = 200))]
    area: String,
    /// Who knows it, one a line.
    #[schemars(title = "From", length(min = 1))]
    from_people: Vec<String>,
    /// Who takes it up, one a line.
    #[schemars(title = "To", length(min = 1))]
    to_people: Vec<String>,
    /// Why now.
    #[serde(default)]
    #[schemars(title = "Reason", length(max = 1000))]
    reason: String,
    /// What is to be done; left empty, the usual four steps over sixty days.
    #[serde(default)]
    #[schemars(title = "Steps")]
    steps: Vec<StepInput>,
}

/// A step of a transfer to plan.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct StepInput {
    /// What is to be done.
    #[schemars(title = "What", length(min = 1, max = 200))]
    text: String,
    /// What kind of step it is.
    #[serde(default)]
    kind: StepKind,
    /// By when.
    #[schemars(title = "By", with = "String", extend("format" = "date"))]
    due_on: Date,
}

impl From<StepInput> for KtStep {
    fn from(step: StepInput) -> Self {
        Self { text: step.text, kind: step.kind, due_on: step.due_on, done_on: None }
    }
}

/// Plans a transfer.
#[derive(Debug)]
pub(super) struct PlanTransfer;

impl Act for PlanTransfer {
    const NAME: &'static str = "plan_transfer";
    const TITLE: &'static str = "Plan a transfer";
    const MAIN: bool = true;
    type Input = TransferInput;
    type Outcome = Stored<KtPlan>;

    async fn run(desk: &Desk, changes: &mut Changes, input: TransferInput) -> Result<Self::Outcome, Refusal> {
        let steps = match input.steps {
            none if none.is_empty() => steps(desk, &input.area, &[], TRANSFER_DAYS),
            some => some.into_iter().map(KtStep::from).collect(),
        };
        let plan = KtPlan {
            area: input.area.trim().to_owned(),
            from_people: input.from_people,
            to_people: input.to_people,
            steps,
            reason: input.reason,
        };
        changes.add(plan)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("The transfer of {} is planned.", outcome.body.area))
    }
}

/// A step to tick.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct TickInput {
    /// The plan's id.
    #[schemars(title = "Plan")]
    plan: String,
    /// The version of the plan that was seen.
    #[schemars(title = "Version seen")]
    seen: u64,
    /// The step, from 1.
    #[schemars(title = "Step", range(min = 1))]
    step: u32,
    /// When it was done; today when left empty.
    #[serde(default)]
    #[schemars(title = "Done on", with = "Option<String>", extend("format" = "date"))]
    done_on: Option<Date>,
}

/// Ticks a step of a transfer.
#[derive(Debug)]
pub(super) struct TickStep;

impl Act for TickStep {
    const NAME: &'static str = "tick_step";
    const TITLE: &'static str = "Tick a step";
    type Input = TickInput;
    type Outcome = Stored<KtPlan>;

    async fn run(desk: &Desk, changes: &mut Changes, input: TickInput) -> Result<Self::Outcome, Refusal> {
        let mut plan = desk.records().get::<KtPlan>(&input.plan).await?.body;
        let wrong = |field: &str, message: String| Err(Refusal::fields(vec![FieldError::new(field, message)]));
        let steps = plan.steps.len();
        let done_on = input.done_on.unwrap_or_else(|| desk.today());
        if done_on > desk.today() {
            return wrong("done_on", format!("{done_on} is still to come"));
        }
        let place = usize::try_from(input.step).ok().and_then(|step| step.checked_sub(1));
        let Some(step) = place.and_then(|place| plan.steps.get_mut(place)) else {
            return wrong("step", format!("the plan has steps 1 to {steps}"));
        };
        if let Some(before) = step.done_on {
            return wrong("step", format!("is done since {before}"));
        }
        step.done_on = Some(done_on);
        changes.put(&input.plan, input.seen, plan).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let plan = &outcome.body;
        match plan.next() {
            Some((_, next)) => Told::new(format!("Ticked. Next: {}, by {}.", next.text, next.due_on)),
            None => Told::new(format!("Ticked. The transfer of {} is done.", plan.area)),
        }
    }
}

/// What somebody claims to know.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct ClaimInput {
    /// A folder, or a domain such as `data`.
    #[schemars(title = "Area", length(min = 1, max = 200))]
    area: String,
    /// The address under which you commit, so that the claim stands beside your name.
    #[schemars(title = "Your address", length(min = 3, max = 200))]
    address: String,
    /// What you know of it, in your own words.
    #[serde(default)]
    #[schemars(title = "What you know", length(max = 500))]
    text: String,
    /// Since when.
    #[serde(default)]
    #[schemars(title = "Since", with = "Option<String>", extend("format" = "date"))]
    since: Option<Date>,
    /// Whether you want to be asked.
    #[serde(default)]
    #[schemars(title = "May others ask you?")]
    willing_to_help: Willing,
    /// The last day on which the claim holds; a year from today when left empty.
    #[serde(default)]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    expires_on: Option<Date>,
}

/// Claims to know something.
#[derive(Debug)]
pub(super) struct Claim;

impl Act for Claim {
    const NAME: &'static str = "claim";
    const TITLE: &'static str = "Claim to know something";
    type Input = ClaimInput;
    type Outcome = Stored<ExpertiseClaim>;

    async fn run(desk: &Desk, changes: &mut Changes, input: ClaimInput) -> Result<Self::Outcome, Refusal> {
        keep(desk, changes, &input).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let claim = &outcome.body;
        Told::new(format!("Your claim on {} holds until {}.", claim.area, claim.expires_on))
    }
}

/// What somebody would rather not be asked about.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct DeclineInput {
    /// A folder, or a domain such as `data`.
    #[schemars(title = "Area", length(min = 1, max = 200))]
    area: String,
    /// The address under which you commit.
    #[schemars(title = "Your address", length(min = 3, max = 200))]
    address: String,
}

/// Declines to be asked.
#[derive(Debug)]
pub(super) struct Decline;

impl Act for Decline {
    const NAME: &'static str = "decline";
    const TITLE: &'static str = "Rather not be asked";
    type Input = DeclineInput;
    type Outcome = Stored<ExpertiseClaim>;

    async fn run(desk: &Desk, changes: &mut Changes, input: DeclineInput) -> Result<Self::Outcome, Refusal> {
        let DeclineInput { area, address } = input;
        let willing_to_help = Willing::RatherNot;
        let claim = ClaimInput { area, address, text: String::new(), since: None, willing_to_help, expires_on: None };
        keep(desk, changes, &claim).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let claim = &outcome.body;
        Told::new(format!("You are not named for {} until {}.", claim.area, claim.expires_on))
    }
}

/// One claim for each area and address: the viewer's earlier one is rewritten, somebody else's is refused.
async fn keep(desk: &Desk, changes: &mut Changes, input: &ClaimInput) -> Result<Stored<ExpertiseClaim>, Refusal> {
    let area = input.area.trim().trim_matches('/').to_owned();
    let address = input.address.trim().to_lowercase();
    let year = desk.today().checked_add(1.year()).unwrap_or_else(|_| desk.today());
    let claims = desk.records().list::<ExpertiseClaim>().await?;
    if claims.iter().any(|claim| claim.body.address == address && claim.author != desk.viewer().person.to_string()) {
        return Err(Refusal::not_allowed("only the person at this address can speak for it")
            .hint("Somebody else wrote a claim for it before you."));
    }
    let body = ExpertiseClaim {
        area: area.clone(),
        address: address.clone(),
        text: input.text.trim().to_owned(),
        since: input.since,
        willing_to_help: input.willing_to_help,
        expires_on: input.expires_on.unwrap_or(year),
    };
    match claims.iter().find(|claim| claim.body.area == area && claim.body.address == address) {
        Some(before) => changes.put(&before.id, before.version, body).await,
        None => changes.add(body),
    }
}
