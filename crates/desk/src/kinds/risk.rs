//! A risk: what could happen to what is planned, what is done about it, and what is watched.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::policy::Audience;

use crate::{FieldError, Record};

/// Something that could stop what is planned, or help it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// How likely it is, 0 to 1.
    pub probability: f64,
    /// What it would cost: working days, a factor on the working time, or items on top.
    #[serde(default)]
    pub impact: Impact,
    /// Whether it costs or gives.
    #[serde(default, skip_serializing_if = "is_threat")]
    pub sign: Sign,
    /// What kind of thing it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// What it would hit: `plan:ID`, `plan:ID#item`, `team:NAME`, `area:path/**`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<String>,
    /// Not before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub from: Option<Date>,
    /// Not after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// What is done about it.
    #[serde(default)]
    pub response: Response,
    /// The work that is to make it less, and what that costs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigation: Vec<Mitigation>,
    /// How it would be once that is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
    /// What is done when it comes, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), extend("format" = "markdown"))]
    pub contingency: Option<String>,
    /// What would tell that it comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Who watches it: an address.
    #[serde(default)]
    pub owner: Option<String>,
    /// The day on which it is looked at again.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
    /// The day on which it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub occurred_on: Option<Date>,
    /// Working days that it took when it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_days: Option<f64>,
    /// What proposed it: a rule over facts and what it saw, `stuck:PAY-12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 300))]
    pub seeded_by: Option<String>,
    /// How it comes about, and how one would notice, in Markdown.
    #[serde(default)]
    #[schemars(extend("format" = "markdown"))]
    pub description: Option<String>,
}

const fn is_threat(sign: &Sign) -> bool {
    matches!(sign, Sign::Threat)
}

/// Whether something costs or gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// It costs.
    #[default]
    Threat,
    /// It gives: days below 0, or a factor below 1.
    Opportunity,
}

/// What kind of thing a risk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// How it is built.
    Technical,
    /// Who is there, and who knows what.
    People,
    /// What somebody else delivers.
    Supply,
    /// What is wanted.
    Scope,
    /// When it is wanted.
    Schedule,
    /// Law, market, weather.
    External,
    /// Who could do harm.
    Security,
    /// How well it works.
    Quality,
}

/// What something costs: an estimate with its spread.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// At least.
    #[serde(default, deserialize_with = "days")]
    #[schemars(schema_with = "number_of_days")]
    pub low: f64,
    /// Most likely.
    #[serde(default, deserialize_with = "days")]
    #[schemars(schema_with = "number_of_days")]
    pub likely: f64,
    /// At most.
    #[serde(default, deserialize_with = "days")]
    #[schemars(schema_with = "number_of_days")]
    pub high: f64,
    /// Of what.
    #[serde(default, skip_serializing_if = "are_days")]
    pub unit: ImpactUnit,
}

/// What an impact counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImpactUnit {
    /// Working days.
    #[default]
    Days,
    /// A factor on the working time of what it touches.
    Factor,
    /// Items that come on top of what a team has to do.
    Items,
}

const fn are_days(unit: &ImpactUnit) -> bool {
    matches!(unit, ImpactUnit::Days)
}

/// What is done about a risk (ISO 31000 names these treatments).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// It is made less likely, or less costly.
    #[default]
    Mitigate,
    /// The plan is changed so that it cannot happen.
    Avoid,
    /// Somebody else carries it.
    Transfer,
    /// It is lived with.
    Accept,
    /// It is made more likely: it gives.
    Exploit,
}

/// Work that makes a risk less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mitigation {
    /// What is done.
    #[schemars(length(min = 1, max = 300))]
    pub what: String,
    /// The key of the work item that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item: Option<String>,
    /// Working days that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_days: Option<f64>,
}

/// A risk as it would be once something is done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct After {
    /// How likely it would be then.
    pub probability: f64,
    /// What it would cost then; the same when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
}

/// What would tell that a risk comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trigger {
    /// What is watched.
    pub measure: Measure,
    /// How it is compared.
    #[serde(default)]
    pub op: Op,
    /// With what.
    pub threshold: f64,
    /// Days for which it has to hold.
    #[serde(default, skip_serializing_if = "is_none")]
    #[schemars(range(min = 0, max = 60))]
    pub for_days: u8,
    /// Of what: a work item's key, a team, a day, `plan:ID` or `plan:ID#item`.
    pub scope: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_none(days: &u8) -> bool {
    *days == 0
}

/// What a trigger can watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Days that a work item is in work.
    ItemAge,
    /// Items in work of a team.
    Wip,
    /// Items that a team finished in the last seven days.
    WeeklyThroughput,
    /// Days until a day.
    DaysTo,
    /// The chance that a plan is done by its target.
    Chance,
    /// Days from a plan's target to its sure date.
    DaysLate,
    /// Working days by which an item of a plan may slip.
    Float,
    /// Share of trials in which an item of a plan bound the finish.
    Criticality,
    /// Share by which a plan has more leaves than its newest baseline.
    ScopeGrowth,
}

/// How a measure is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Op {
    /// Below.
    #[serde(rename = "<")]
    Below,
    /// At most.
    #[serde(rename = "<=", alias = "≤")]
    AtMost,
    /// Above.
    #[serde(rename = ">")]
    Above,
    /// At least.
    #[default]
    #[serde(rename = ">=", alias = "≥")]
    AtLeast,
    /// Just that.
    #[serde(rename = "=")]
    Equal,
}

impl Op {
    /// Whether a value fulfils it.
    #[must_use]
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
            Self::Equal => (value - threshold).abs() < 1e-9,
        }
    }

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "≤",
            Self::Above => ">",
            Self::AtLeast => "≥",
            Self::Equal => "=",
        }
    }
}

fn number_of_days(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9.]+ ?d(ays?)?$" }] })
}

/// Days as a number, or as people write them (`5 d`).
fn days<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a number of days is expected, as 5 or `5 d`")]
    enum Given {
        Number(f64),
        Text(String),
    }
    match Given::deserialize(from)? {
        Given::Number(days) => Ok(days),
        Given::Text(text) => {
            let number = text.trim().trim_end_matches("days").trim_end_matches("day").trim_end_matches('d').trim();
            number.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not a number of days (5 d)")))
        }
    }
}

impl Record for Risk {
    const KIND: &'static str = "risk";
    const NAME: &'static str = "Risk";
    const PURPOSE: &'static str = "Something that could stop what is planned.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open", "happened", "closed"];
    const TITLED: bool = true;

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        self.check_odds("probability", self.probability, &mut wrong);
        self.check_impact("impact", &self.impact, &mut wrong);
        if let Some(after) = &self.after {
            self.check_odds("after.probability", after.probability, &mut wrong);
            after.impact.iter().for_each(|impact| self.check_impact("after.impact", impact, &mut wrong));
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from > until
        {
            wrong.push(FieldError::new("until", format!("{until} is before {from}.")));
        }
        for touched in &self.touches {
            let known = ["plan:", "team:", "area:"]
                .iter()
                .any(|prefix| touched.len() > prefix.len() && touched.starts_with(prefix));
            if !known {
                wrong.push(FieldError::new(
                    "touches",
                    format!("`{touched}` is none of `plan:ID`, `plan:ID#item`, `team:NAME`, `area:path/**`."),
                ));
            }
        }
        for mitigation in &self.mitigation {
            if mitigation.what.trim().is_empty()
                || mitigation.cost_days.is_some_and(|cost| !(0.0..=10_000.0).contains(&cost))
            {
                wrong.push(FieldError::new("mitigation", "It says what is done, and costs 0 to 10,000 working days."));
            }
        }
        if self.triggers.len() > 10 {
            wrong.push(FieldError::new(
                "triggers",
                format!("At most 10 triggers are watched; these are {}.", self.triggers.len()),
            ));
        }
        for trigger in &self.triggers {
            if !trigger.threshold.is_finite() || trigger.for_days > 60 || trigger.scope.trim().is_empty() {
                wrong.push(FieldError::new("triggers", "A trigger has a scope, a number, and holds for 0 to 60 days."));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

impl Risk {
    #[expect(clippy::unused_self, reason = "it stands beside what it checks")]
    fn check_odds(&self, field: &str, p: f64, wrong: &mut Vec<FieldError>) {
        if !(0.0..=1.0).contains(&p) {
            wrong.push(FieldError::new(field, format!("{p} is not between 0 and 1.")));
        }
    }

    fn check_impact(&self, field: &str, impact: &Impact, wrong: &mut Vec<FieldError>) {
        let Impact { low, likely, high, unit } = *impact;
        let (least, most) = match (unit, self.sign) {
            (ImpactUnit::Days, Sign::Threat) => (0.0, 100_000.0),
            (ImpactUnit::Days, Sign::Opportunity) => (-100_000.0, 0.0),
            (ImpactUnit::Factor, Sign::Threat) => (1.0, 100.0),
            (ImpactUnit::Factor, Sign::Opportunity) => (0.0, 1.0),
            (ImpactUnit::Items, Sign::Threat) => (0.0, 10_000.0),
            (ImpactUnit::Items, Sign::Opportunity) => (0.0, 0.0),
        };
        // What says nothing says no factor either.
        let silent = (low, likely, high) == (0.0, 0.0, 0.0);
        let ordered = least <= low && low <= likely && likely <= high && high <= most;
        if !silent && !ordered {
            wrong.push(FieldError::new(
                field,
                match (unit, self.sign) {
                    (ImpactUnit::Days, Sign::Threat) => {
                        format!("{low} ≤ {likely} ≤ {high} does not hold, or a day is below 0.")
                    }
                    (ImpactUnit::Days, Sign::Opportunity) => {
                        format!("{low} ≤ {likely} ≤ {high} ≤ 0 does not hold: what gives takes days away.")
                    }
                    (ImpactUnit::Factor, Sign::Threat) => {
                        format!("1 ≤ {low} ≤ {likely} ≤ {high} ≤ 100 does not hold: what costs makes work longer.")
                    }
                    (ImpactUnit::Factor, Sign::Opportunity) => {
                        format!("0 ≤ {low} ≤ {likely} ≤ {high} ≤ 1 does not hold: what gives makes work shorter.")
                    }
                    (ImpactUnit::Items, _) => {
                        format!(
                            "0 ≤ {low} ≤ {likely} ≤ {high} ≤ 10,000 does not hold: items come on top, and none goes."
                        )
                    }
                },
            ));
        }
    }
}
