//! What people write here: what a team agrees on about reviews.

use desk::{FieldError, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a team agrees on about reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAgreement {
    /// Repositories that it is about, by name; none means all.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// A first answer comes within so many working hours.
    pub answer_hours: u32,
    /// A change adds and deletes at most so many lines.
    pub size_limit: u32,
    /// Who has to look at what: `area: who`, one a line.
    #[serde(default)]
    pub look_at: Vec<String>,
    /// How comments begin.
    #[serde(default)]
    pub comments: Comments,
    /// When it does not hold, and why.
    #[serde(default)]
    pub exceptions: String,
}

/// How comments begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comments {
    /// As one likes.
    #[default]
    Free,
    /// With a label: praise, nitpick, suggestion, issue, question, thought, chore (Conventional Comments).
    Labelled,
}

impl Default for ReviewAgreement {
    fn default() -> Self {
        Self {
            repositories: Vec::new(),
            answer_hours: 8,
            size_limit: 400,
            look_at: Vec::new(),
            comments: Comments::Free,
            exceptions: String::new(),
        }
    }
}

impl Record for ReviewAgreement {
    const KIND: &'static str = "review_agreement";
    const NAME: &'static str = "Review agreement";
    const PURPOSE: &'static str = "What a team agrees on about reviews: how soon, how large, who looks at what.";

    fn title(&self) -> String {
        let of =
            if self.repositories.is_empty() { "all repositories".to_owned() } else { self.repositories.join(", ") };
        format!(
            "Reviews in {of}: an answer within {} working hours, at most {} lines",
            self.answer_hours, self.size_limit
        )
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if !(1..=80).contains(&self.answer_hours) {
            wrong.push(FieldError::new("answer_hours", "lies between 1 and 80 working hours"));
        }
        if !(10..=10_000).contains(&self.size_limit) {
            wrong.push(FieldError::new("size_limit", "lies between 10 and 10,000 lines"));
        }
        let whole = |line: &String| {
            line.split_once(':').is_some_and(|(area, who)| !area.trim().is_empty() && !who.trim().is_empty())
        };
        if let Some(line) = self.look_at.iter().find(|line| !whole(line)) {
            wrong.push(FieldError::new(
                "look_at",
                format!("`{line}` does not say who looks at what: write `api/pay: the payments team`"),
            ));
        }
        if self.look_at.len() > 50 {
            wrong.push(FieldError::new("look_at", "holds at most 50 lines"));
        }
        if self.exceptions.chars().count() > 1_000 {
            wrong.push(FieldError::new("exceptions", "holds at most 1,000 characters"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
