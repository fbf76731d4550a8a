//! What people write about risks besides the risks themselves, which are a kind of the desk.

use desk::records::Audience;
use desk::{FieldError, Record};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A finding that is none, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dismissal {
    /// The rule and what it saw, `stuck:PAY-12`.
    #[schemars(title = "Finding", length(min = 1, max = 300))]
    pub finding: String,
    /// Why it is none.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
    /// It is looked at again after this day.
    #[schemars(title = "Until", with = "String", extend("format" = "date"))]
    pub until: Date,
}

impl Record for Dismissal {
    const KIND: &'static str = "dismissal";
    const NAME: &'static str = "Dismissed finding";
    const PURPOSE: &'static str = "Something that a rule saw and that is no risk, until a day.";
    const AUDIENCE: Audience = Audience::Team;
    const STATUSES: &'static [&'static str] = &["open"];
    const TITLED: bool = true;

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if !self.finding.contains(':') {
            wrong.push(FieldError::new(
                "finding",
                format!("`{}` is no finding: it is written `rule:subject`.", self.finding),
            ));
        }
        if self.why.trim().is_empty() || self.why.chars().count() > 500 {
            wrong.push(FieldError::new("why", "It says why, in at most 500 characters."));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
