//! Kinds of records that more than one place needs, and the list of all.

mod claim;

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::policy::Audience;

pub use claim::{ExpertiseClaim, Willing};

use crate::{FieldError, KindEntry, Record};

/// The kinds that belong to no single stage.
#[must_use]
pub fn shared() -> Vec<KindEntry> {
    vec![KindEntry::of::<Note>(), KindEntry::of::<Risk>()]
}

/// A note of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// What is to be remembered, in Markdown.
    #[schemars(extend("format" = "markdown"))]
    pub text: String,
}

impl Record for Note {
    const KIND: &'static str = "note";
    const NAME: &'static str = "Note";
    const PURPOSE: &'static str = "Something that a team wants to remember.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open", "settled"];
    const TITLED: bool = true;

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let chars = self.text.chars().count();
        let wrong = (chars > 10_000)
            .then(|| FieldError::new("text", format!("A text has at most 10,000 characters; this has {chars}.")));
        wrong.map_or(Ok(()), |wrong| Err(vec![wrong]))
    }
}

/// Something that could stop what is planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// How likely it is, 0 to 1.
    pub probability: f64,
    /// What it would cost, in working days.
    #[serde(default)]
    pub impact: Impact,
    /// What is done about it.
    #[serde(default)]
    pub response: Response,
    /// Who watches it: an address.
    #[serde(default)]
    pub owner: Option<String>,
    /// The day on which it is looked at again.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
    /// How it comes about, and how one would notice, in Markdown.
    #[serde(default)]
    #[schemars(extend("format" = "markdown"))]
    pub description: Option<String>,
}

/// Working days that something costs: an estimate with its spread.
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
}

fn number_of_days(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "anyOf": [{ "type": "number", "minimum": 0 }, { "type": "string", "pattern": "^[0-9.]+ ?d(ays?)?$" }] })
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
        if !(0.0..=1.0).contains(&self.probability) {
            wrong.push(FieldError::new("probability", format!("{} is not between 0 and 1.", self.probability)));
        }
        let Impact { low, likely, high } = self.impact;
        if !(0.0 <= low && low <= likely && likely <= high && high <= 100_000.0) {
            wrong.push(FieldError::new(
                "impact",
                format!("{low} ≤ {likely} ≤ {high} does not hold, or a day is below 0."),
            ));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// The name of a kind as a text that lives as long as the program; a kind is named a few dozen times in all, so nothing is given back.
pub(crate) fn name_of(kind: &str) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = names.iter().find(|name| **name == kind) {
        return name;
    }
    let name: &'static str = Box::leak(kind.to_owned().into_boxed_str());
    names.push(name);
    name
}
