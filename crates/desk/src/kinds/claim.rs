//! What somebody says of their own knowledge: written where expertise is shown, heeded wherever work is given out.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FieldError, Record};

/// Whether somebody wants to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Willing {
    /// Ask me.
    #[default]
    Yes,
    /// Ask me, and I will teach it.
    Teach,
    /// Rather not.
    RatherNot,
}

/// What somebody says of their own knowledge. Its author is its subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpertiseClaim {
    /// A folder, or a domain such as `data`.
    pub area: String,
    /// The address under which the author commits.
    pub address: String,
    /// What they know, in their own words.
    #[serde(default)]
    pub text: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Date>,
    /// Whether they want to be asked.
    pub willing_to_help: Willing,
    /// The last day on which the claim holds.
    #[schemars(with = "String")]
    pub expires_on: Date,
}

impl Record for ExpertiseClaim {
    const KIND: &'static str = "expertise_claim";
    const NAME: &'static str = "Expertise";
    const PURPOSE: &'static str = "What somebody knows, in their own words.";

    fn title(&self) -> String {
        format!("{} on {}", self.address, self.area)
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.area.trim().is_empty() {
            wrong.push(FieldError::new("area", "is needed: a folder or a domain"));
        }
        if !self.address.contains('@') {
            wrong.push(FieldError::new("address", "is needed: the address under which you commit"));
        }
        if self.text.chars().count() > 500 {
            wrong.push(FieldError::new("text", "takes at most 500 characters"));
        }
        if self.since.is_some_and(|since| since > self.expires_on) {
            wrong.push(FieldError::new("since", "is after the day on which the claim ends"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
