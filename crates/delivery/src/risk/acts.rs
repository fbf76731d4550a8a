//! What can be done: open a risk, look at it again, say that it came, close it; do something about it, watch for it.

pub mod import;
pub mod mitigate;
pub mod watch;

use desk::kinds::risk::{Category, ImpactUnit, Sign};
use desk::kinds::{Impact, Response, Risk};
use desk::records::Envelope;
use desk::work::TeamId;
use desk::{Act, ActEntry, Changes, Desk, FieldError, Refusal, Stored, Told};
use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::{HAPPENED, OPEN};
use super::{Ask, address};
use crate::plan::records::Plan;
use crate::plan::tree::Tree;
use crate::plan::which::which;
use crate::spread::{Spread, Unit};

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    let mut all = vec![
        ActEntry::of::<OpenRisk>(),
        ActEntry::of::<Assess>(),
        ActEntry::of::<mitigate::Mitigate>(),
        ActEntry::of::<watch::SetTrigger>(),
        ActEntry::of::<Occurred>(),
        ActEntry::of::<CloseRisk>(),
        ActEntry::of::<watch::AcceptDetection>(),
        ActEntry::of::<watch::Dismiss>(),
        ActEntry::of::<import::ImportRisks>(),
    ];
    all.extend(super::pre_mortem::acts::all());
    all
}

/// Days after which a risk is looked at again when nobody says a day; at most 90.
const REVIEW_DAYS: i64 = 30;

pub(super) fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// The probability, when it is one of a risk.
pub(super) fn likely(p: f64) -> Result<f64, Refusal> {
    if p <= 0.0 {
        return Err(wrong("probability", "An impossibility needs no row."));
    }
    if p >= 1.0 {
        return Err(wrong("probability", "A certainty is a plan item: plan it."));
    }
    Ok(p)
}

/// The team that is named, else the viewer's own, when they have one.
fn whose(desk: &Desk, named: Option<&str>) -> Result<Option<TeamId>, Refusal> {
    let people = desk.organisation();
    match named.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => {
            let found = people.find_team(name).map_err(|error| wrong("team", Refusal::from(error).to_string()))?;
            Ok(Some(found.id))
        }
        None => Ok(people.teams_of(desk.viewer().person, desk.today()).next().map(|member| member.team)),
    }
}

/// The impact, and whether it costs or gives: below no days, or a factor below 1, it gives; items only come.
pub(super) fn cost(text: &str) -> Result<(Impact, Sign), Refusal> {
    let spread: Spread = text.parse().map_err(|message: String| wrong("impact", message))?;
    let told = |low: f64, likely: f64, high: f64, unit: ImpactUnit, even: f64| {
        let sign = if high <= even && low < even { Sign::Opportunity } else { Sign::Threat };
        if sign == Sign::Threat && low < even {
            return Err(wrong("impact", format!("{text} both costs and gives: write a risk for each.")));
        }
        Ok((Impact { low, likely, high, unit }, sign))
    };
    if spread.unit == Unit::Factor {
        return told(spread.low, spread.middle(), spread.high, ImpactUnit::Factor, 1.0);
    }
    if spread.unit == Unit::Items {
        if spread.low < 0.0 {
            return Err(wrong("impact", "Items come on top: none of them goes by a risk."));
        }
        return told(spread.low, spread.middle(), spread.high, ImpactUnit::Items, 0.0);
    }
    let known = "An impact is a time, 5/10/30d, a factor on it, 1/1.4/2x, or items on top, 2/3/6 items.";
    let days = spread.in_days().ok_or_else(|| wrong("impact", known))?;
    told(days.low, days.middle(), days.high, ImpactUnit::Days, 0.0)
}

/// What a plan, or items of it, are called in a risk.
async fn touches(desk: &Desk, plan: Option<&str>, items: &[String]) -> Result<Vec<String>, Refusal> {
    let Some(named) = plan.map(str::trim).filter(|named| !named.is_empty()) else {
        let stray = items.iter().any(|item| !item.trim().is_empty());
        return if stray { Err(wrong("plan", "Say whose items these are.")) } else { Ok(Vec::new()) };
    };
    let plans = desk.records().list::<Plan>().await?;
    let Some(plan) = which(desk, &plans, Some(named))? else { return Ok(Vec::new()) };
    let tree = Tree::of(&plan.body).map_err(|error| Refusal::fields(vec![error]))?;
    let mut all = Vec::new();
    for text in items.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let place = tree.find(&plan.body, text);
        let place = place.ok_or_else(|| wrong("items", format!("No item `{text}` in {}.", plan.title)))?;
        all.push(format!("plan:{}#{}", plan.id, plan.body.items[tree.nodes[place].item].id));
    }
    Ok(if all.is_empty() { vec![format!("plan:{}", plan.id)] } else { all })
}

pub(super) fn review(desk: &Desk, day: Option<Date>) -> Result<Date, Refusal> {
    let today = desk.today();
    let day = day.or_else(|| today.checked_add(REVIEW_DAYS.days()).ok()).unwrap_or(today);
    let furthest = today.checked_add(90.days()).unwrap_or(today);
    if day < today || day > furthest {
        return Err(wrong("review_on", format!("A risk is looked at again within 90 days, until {furthest}.")));
    }
    Ok(day)
}

/// Opens a risk.
#[derive(Debug)]
pub struct OpenRisk;

/// What a risk needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RiskInput {
    /// What could happen.
    #[schemars(title = "What could happen", length(min = 1, max = 200))]
    pub title: String,
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// How likely: rare .05, unlikely .2, even .5, likely .7, near certain .9.
    #[schemars(title = "Likely", range(min = 0, max = 1))]
    pub probability: f64,
    /// Least, likeliest and most working days that it would cost: 5/10/30d; a factor on the working time: 1/1.4/2x; or items on top of what
    /// the team has to do: 2/3/6 items.
    #[serde(default = "usual")]
    #[schemars(title = "Impact", length(max = 60))]
    pub impact: String,
    /// The plan that it would hit, by title or id: its end, once, unless items are named.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// Items of the plan that it would hit, by code or id.
    #[serde(default)]
    #[schemars(title = "Items")]
    pub items: Vec<String>,
    /// What kind of thing it is.
    #[serde(default)]
    #[schemars(title = "Kind")]
    pub category: Option<Category>,
    /// What is done about it.
    #[serde(default)]
    #[schemars(title = "Response")]
    pub response: Response,
    /// Who watches it: an address.
    #[serde(default)]
    #[schemars(title = "Watched by", length(max = 200))]
    pub owner: Option<String>,
    /// When it is looked at again; in 30 days when left out.
    #[serde(default)]
    #[schemars(title = "Look again", with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
    /// How it comes about, and how one would notice.
    #[serde(default)]
    #[schemars(title = "About it", length(max = 2000), extend("format" = "markdown"))]
    pub description: Option<String>,
}

pub(super) fn usual() -> String {
    "1/3/8d".to_owned()
}

impl Act for OpenRisk {
    const NAME: &'static str = "open_risk";
    const TITLE: &'static str = "Open a risk";
    const READERS: &'static str = "the team and those who lead it";
    const MAIN: bool = true;

    type Input = RiskInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: RiskInput) -> Result<Self::Outcome, Refusal> {
        let team = whose(desk, input.team.as_deref())?;
        let (impact, sign) = cost(&input.impact)?;
        let touched = touches(desk, input.plan.as_deref(), &input.items).await?;
        if impact.unit == ImpactUnit::Items && !touched.is_empty() {
            return Err(wrong("impact", "Items come on top of what a team has to do; of a plan, say the days."));
        }
        let risk = Risk {
            probability: likely(input.probability)?,
            impact,
            sign,
            category: input.category,
            touches: touched,
            response: input.response,
            owner: input.owner.filter(|owner| !owner.trim().is_empty()),
            review_on: Some(review(desk, input.review_on)?),
            description: input.description.filter(|text| !text.trim().is_empty()),
            ..watch::blank()
        };
        let fresh = Envelope::fresh::<Risk>();
        let audience = if team.is_some() { fresh.audience } else { desk::records::Audience::Everyone };
        changes.add_in(Envelope { team, audience, title: Some(input.title.trim().to_owned()), ..fresh }, risk)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{} is in the register.", outcome.title)).then(address(&Ask::default()))
    }
}

/// Looks at a risk again.
#[derive(Debug)]
pub struct Assess;

/// What is thought of it now. What is left empty stays.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AssessInput {
    /// The risk's id.
    #[schemars(title = "Risk")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// How likely it is now.
    #[serde(default)]
    #[schemars(title = "Likely", range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// What it would cost now: 5/10/30d.
    #[serde(default)]
    #[schemars(title = "Impact", length(max = 60))]
    pub impact: Option<String>,
    /// What is done about it.
    #[serde(default)]
    #[schemars(title = "Response")]
    pub response: Option<Response>,
    /// When it is looked at again; in 30 days when left out.
    #[serde(default)]
    #[schemars(title = "Look again", with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
}

impl Act for Assess {
    const NAME: &'static str = "assess";
    const TITLE: &'static str = "Look at a risk again";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = AssessInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: AssessInput) -> Result<Self::Outcome, Refusal> {
        let mut risk = open_risk(desk, &input.id).await?.body;
        if let Some(p) = input.probability {
            risk.probability = likely(p)?;
        }
        if let Some(text) = input.impact.as_deref().filter(|text| !text.trim().is_empty()) {
            (risk.impact, risk.sign) = cost(text)?;
        }
        risk.response = input.response.unwrap_or(risk.response);
        risk.review_on = Some(review(desk, input.review_on)?);
        changes.put(&input.id, input.version, risk).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let again = outcome.body.review_on.map_or_else(String::new, |day| format!(" It is looked at again on {day}."));
        Told::new(format!("{} is assessed.{again}", outcome.title)).then(address(&Ask::default()))
    }
}

async fn open_risk(desk: &Desk, id: &str) -> Result<Stored<Risk>, Refusal> {
    let stored = desk.records().get::<Risk>(id).await?;
    if stored.status == OPEN {
        Ok(stored)
    } else {
        Err(wrong("id", format!("{} is {} already.", stored.title, stored.status)))
    }
}

/// Which risk, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EndInput {
    /// The risk's id.
    #[schemars(title = "Risk")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
}

/// Which risk came, when, and what it took.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OccurredInput {
    /// The risk's id.
    #[schemars(title = "Risk")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version seen")]
    pub version: u64,
    /// The day; today when left out.
    #[serde(default)]
    #[schemars(title = "On", with = "Option<String>", extend("format" = "date"))]
    pub on: Option<Date>,
    /// Working days that it took.
    #[serde(default)]
    #[schemars(title = "Working days", range(min = -10000, max = 10000))]
    pub actual_days: Option<f64>,
}

/// Says that a risk came.
#[derive(Debug)]
pub struct Occurred;

impl Act for Occurred {
    const NAME: &'static str = "occurred";
    const TITLE: &'static str = "Say that it happened";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = OccurredInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: OccurredInput) -> Result<Self::Outcome, Refusal> {
        let mut risk = open_risk(desk, &input.id).await?.body;
        let on = input.on.unwrap_or_else(|| desk.today());
        if on > desk.today() {
            return Err(wrong("on", format!("{on} is still to come.")));
        }
        (risk.occurred_on, risk.actual_days) = (Some(on), input.actual_days);
        changes.put_in(&input.id, input.version, |around| around.status = HAPPENED.to_owned(), risk).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{} happened. It counts for how good the probabilities are.", outcome.title))
            .then(address(&Ask::default()))
    }
}

/// Closes a risk that did not come.
#[derive(Debug)]
pub struct CloseRisk;

impl Act for CloseRisk {
    const NAME: &'static str = "close_risk";
    const TITLE: &'static str = "Close a risk";
    const READERS: &'static str = OpenRisk::READERS;

    type Input = EndInput;
    type Outcome = Stored<Risk>;

    async fn run(desk: &Desk, changes: &mut Changes, input: EndInput) -> Result<Self::Outcome, Refusal> {
        let risk = open_risk(desk, &input.id).await?.body;
        changes.put_in(&input.id, input.version, |around| around.status = "closed".to_owned(), risk).await
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("{} is closed: it did not come.", outcome.title)).then(address(&Ask::default()))
    }
}
