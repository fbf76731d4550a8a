//! What people write here: what they can be asked about, and plans to hand an area over.

use desk::{Act, Changes, Desk, FieldError, Record, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether somebody wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Willing {
    /// Gladly.
    Yes,
    /// Gladly, and would teach it.
    Teach,
    /// Rather not: left out where helpers are named.
    RatherNot,
}

/// What the author can be asked about; written by its subject alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpertiseClaim {
    /// A folder, a file or a domain.
    #[schemars(title = "Area or domain", length(min = 1, max = 200))]
    pub area: String,
    /// The author's own address in the history, so that the claim finds its person.
    #[schemars(title = "Your address in the history", length(min = 3, max = 200))]
    pub email: String,
    /// What can be asked, in a sentence or two.
    #[schemars(title = "What I can help with", length(max = 500))]
    #[serde(default)]
    pub text: String,
    /// Whether the author wants to be asked.
    #[schemars(title = "Willing to help")]
    pub willing_to_help: Willing,
    /// Until when the claim holds, `YYYY-MM-DD`; a year from now when empty.
    #[schemars(title = "Holds until")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<String>,
}

impl Record for ExpertiseClaim {
    const KIND: &'static str = "expertise_claim";

    fn title(&self) -> String {
        format!("Can be asked about {}", self.area)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.area.trim().is_empty() {
            wrong.push(FieldError::new("area", "name a folder, a file or a domain"));
        }
        if !self.email.contains('@') {
            wrong.push(FieldError::new("email", "this is no address"));
        }
        if self.text.chars().count() > 500 {
            wrong.push(FieldError::new("text", "500 characters at most"));
        }
        if let Some(day) = &self.expires_on
            && day.parse::<jiff::civil::Date>().is_err()
        {
            wrong.push(FieldError::new("expires_on", "a day looks like 2027-01-31"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// A step of a hand-over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanStep {
    /// What is to be done.
    pub text: String,
    /// `pair`, `review`, `write` or `own_a_fix`.
    pub kind: String,
    /// The day by which it should be done.
    pub due_on: String,
    /// The day on which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<String>,
}

/// A plan to hand an area over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KtPlan {
    /// The area.
    pub area: String,
    /// Who knows it, by address.
    pub from_people: Vec<String>,
    /// Who learns it, by address.
    pub to_people: Vec<String>,
    /// What is done.
    pub steps: Vec<PlanStep>,
    /// Why.
    pub reason: String,
}

impl Record for KtPlan {
    const KIND: &'static str = "kt_plan";

    fn title(&self) -> String {
        format!("Hand over {}", self.area)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        for (field, people) in [("from_people", &self.from_people), ("to_people", &self.to_people)] {
            if people.is_empty() {
                wrong.push(FieldError::new(field, "name at least one person by address"));
            }
        }
        if self.area.trim().is_empty() {
            wrong.push(FieldError::new("area", "name the area"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Says what one can be asked about.
#[derive(Debug)]
pub(super) struct Claim;

impl Act for Claim {
    const NAME: &'static str = "claim";
    const TITLE: &'static str = "Say what I can help with";
    const MAIN: bool = true;
    type Input = ExpertiseClaim;
    type Outcome = Stored<ExpertiseClaim>;

    async fn run(desk: &Desk, changes: &mut Changes, mut input: ExpertiseClaim) -> Result<Self::Outcome, Refusal> {
        input.email = input.email.trim().to_lowercase();
        if input.expires_on.is_none() {
            let in_a_year = desk.today().checked_add(jiff::Span::new().years(1));
            input.expires_on = in_a_year.ok().map(|day| day.to_string());
        }
        changes.add(input)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("It is said that you can be asked about {}.", outcome.body.area))
    }
}

/// A record by id, and the version that was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Seen {
    /// The record's id.
    pub id: String,
    /// The version that was seen.
    pub seen: u64,
}

/// Takes a claim back; only its author may.
#[derive(Debug)]
pub(super) struct Decline;

impl Act for Decline {
    const NAME: &'static str = "decline";
    const TITLE: &'static str = "Take a claim back";
    type Input = Seen;
    type Outcome = Stored<ExpertiseClaim>;

    fn may(desk: &Desk, input: &Seen) -> Result<(), Refusal> {
        let claim = desk.records().get::<ExpertiseClaim>(&input.id)?;
        if claim.author == desk.viewer().id {
            Ok(())
        } else {
            Err(Refusal::not_allowed("only its author can take a claim back"))
        }
    }

    async fn run(_: &Desk, changes: &mut Changes, input: Seen) -> Result<Self::Outcome, Refusal> {
        changes.archive(&input.id, input.seen)
    }
}

/// What a plan needs; the steps are drafted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct PlanInput {
    /// The area to hand over.
    #[schemars(title = "Area", length(min = 1, max = 200))]
    pub area: String,
    /// Who knows it: one address.
    #[schemars(title = "From")]
    pub from: String,
    /// Who learns it: one address.
    #[schemars(title = "To")]
    pub to: String,
    /// Days until it should be done, 4 to 365.
    #[schemars(title = "Days", range(min = 4, max = 365))]
    pub days: u32,
    /// Why now.
    #[schemars(title = "Reason", length(max = 1000))]
    #[serde(default)]
    pub reason: String,
}

/// Plans a hand-over, with steps drafted.
#[derive(Debug)]
pub(super) struct PlanTransfer;

impl Act for PlanTransfer {
    const NAME: &'static str = "plan_transfer";
    const TITLE: &'static str = "Plan a hand-over";
    type Input = PlanInput;
    type Outcome = Stored<KtPlan>;

    async fn run(desk: &Desk, changes: &mut Changes, input: PlanInput) -> Result<Self::Outcome, Refusal> {
        let due = |days: u32| {
            let day = desk.today().checked_add(jiff::Span::new().days(i64::from(days)));
            day.map_or_else(|_| desk.today().to_string(), |day| day.to_string())
        };
        let steps = super::leaving::drafted_plan(&input.area, &[], input.days)
            .into_iter()
            .map(|step| PlanStep {
                text: step.text,
                kind: kind_word(step.kind).to_owned(),
                due_on: due(step.due_in_days),
                done_on: None,
            })
            .collect();
        changes.add(KtPlan {
            area: input.area,
            from_people: vec![input.from],
            to_people: vec![input.to],
            steps,
            reason: input.reason,
        })
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("The hand-over of {} is planned in {} steps.", outcome.body.area, outcome.body.steps.len()))
    }
}

fn kind_word(kind: super::leaving::StepKind) -> &'static str {
    match kind {
        super::leaving::StepKind::Pair => "pair",
        super::leaving::StepKind::Review => "review",
        super::leaving::StepKind::Write => "write",
        super::leaving::StepKind::OwnAFix => "own_a_fix",
    }
}

/// A step of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct StepInput {
    /// The plan's id.
    pub id: String,
    /// The version that was seen.
    pub seen: u64,
    /// Which step, from 1.
    #[schemars(range(min = 1, max = 100))]
    pub step: u32,
}

/// Says that a step was done today.
#[derive(Debug)]
pub(super) struct TickStep;

impl Act for TickStep {
    const NAME: &'static str = "tick_step";
    const TITLE: &'static str = "Tick a step";
    type Input = StepInput;
    type Outcome = Stored<KtPlan>;

    async fn run(desk: &Desk, changes: &mut Changes, input: StepInput) -> Result<Self::Outcome, Refusal> {
        let mut plan = desk.records().get::<KtPlan>(&input.id)?.body;
        let count = plan.steps.len();
        let at = (input.step as usize).checked_sub(1);
        let Some(step) = at.and_then(|at| plan.steps.get_mut(at)) else {
            return Err(Refusal::fields(vec![FieldError::new("step", format!("the plan has {count} steps"))]));
        };
        step.done_on = Some(desk.today().to_string());
        changes.put(&input.id, input.seen, plan)
    }
}
