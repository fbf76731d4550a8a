//! What people write here: estimates, how complex an item is, and which method a team forecasts with. Forecasts in the ledger are read by other
//! practices, too, and stand in `published`.

use desk::{FieldError, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::published::Method;
use crate::spread::Spread;

/// How an estimate came about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A spread that somebody thought of.
    #[default]
    ThreePoint,
    /// What items of its class took.
    Reference,
    /// A number of points.
    Points,
    /// A size of shirts.
    Size,
    /// Agreed in a round of planning poker.
    Poker,
}

/// Sizes of shirts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Shirt {
    /// Very small.
    XS,
    /// Small.
    S,
    /// Of middle size.
    M,
    /// Large.
    L,
    /// Very large.
    XL,
}

/// How large something is thought to be: one of a spread, points, a size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The key of the item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// How it came about.
    #[schemars(title = "Way")]
    pub way: Way,
    /// A quantity with its spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Spread")]
    pub spread: Option<Spread>,
    /// Points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Points", range(min = 0, max = 1000))]
    pub points: Option<f64>,
    /// A size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Size")]
    pub size: Option<Shirt>,
    /// What was taken for granted.
    #[serde(default)]
    #[schemars(title = "Assumptions", length(max = 1000))]
    pub assumptions: String,
    /// The class of work that it is compared with.
    #[serde(default)]
    #[schemars(title = "Class", length(max = 100))]
    pub class: String,
}

impl Estimate {
    /// The estimate in words.
    #[must_use]
    pub fn words(&self) -> String {
        match (&self.spread, self.points, self.size) {
            (Some(spread), _, _) => spread.to_string(),
            (_, Some(points), _) => format!("{points} points"),
            (_, _, Some(size)) => format!("{size:?}"),
            _ => String::new(),
        }
    }
}

impl Record for Estimate {
    const KIND: &'static str = "estimate";
    const NAME: &'static str = "Estimate";
    const PURPOSE: &'static str = "How large an item is thought to be, and what was taken for granted.";
    const STATUSES: &'static [&'static str] = &["open", "accepted"];

    fn title(&self) -> String {
        format!("{}: {}", self.item, self.words())
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        if self.item.trim().is_empty() {
            wrong.push(FieldError::new("item", "Which item?"));
        }
        let given = [self.spread.is_some(), self.points.is_some(), self.size.is_some()];
        if given.iter().filter(|one| **one).count() != 1 {
            wrong.push(FieldError::new("spread", "One of a spread, points, a size is needed."));
        }
        if let Some(Err(error)) = self.spread.map(|spread| spread.check("spread")) {
            wrong.push(error);
        }
        if self.points.is_some_and(|points| !(0.0..=1000.0).contains(&points)) {
            wrong.push(FieldError::new("points", "Points lie between 0 and 1000."));
        }
        if self.assumptions.chars().count() > 1000 {
            wrong.push(FieldError::new("assumptions", "takes at most 1,000 characters"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// What makes an item hard, 0 to 3 each; nothing is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Complexity {
    /// The key of the item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// How clear it is what is wanted.
    #[serde(default)]
    #[schemars(title = "Scope", range(min = 0, max = 3))]
    pub scope: Option<u8>,
    /// How well the technology is known.
    #[serde(default)]
    #[schemars(title = "Technology", range(min = 0, max = 3))]
    pub technology: Option<u8>,
    /// How many areas and teams it touches.
    #[serde(default)]
    #[schemars(title = "Reach", range(min = 0, max = 3))]
    pub reach: Option<u8>,
    /// How hard it is to take back.
    #[serde(default)]
    #[schemars(title = "Reversibility", range(min = 0, max = 3))]
    pub reversibility: Option<u8>,
    /// How hard it is to see that it works.
    #[serde(default)]
    #[schemars(title = "Proof", range(min = 0, max = 3))]
    pub proof: Option<u8>,
}

impl Complexity {
    /// The five marks by name.
    #[must_use]
    pub const fn marks(&self) -> [(&'static str, Option<u8>); 5] {
        [
            ("scope", self.scope),
            ("technology", self.technology),
            ("reach", self.reach),
            ("reversibility", self.reversibility),
            ("proof", self.proof),
        ]
    }

    /// How many of the five are 2 or more.
    #[must_use]
    pub fn high(&self) -> usize {
        self.marks().iter().filter(|mark| mark.1.is_some_and(|mark| mark >= 2)).count()
    }
}

impl Record for Complexity {
    const KIND: &'static str = "complexity";
    const NAME: &'static str = "Complexity";
    const PURPOSE: &'static str = "What makes an item hard.";

    fn title(&self) -> String {
        format!("{}: {} of 5 are high", self.item, self.high())
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        let wrong: Vec<FieldError> = self
            .marks()
            .iter()
            .filter(|mark| mark.1.is_some_and(|mark| mark > 3))
            .map(|mark| FieldError::new(mark.0, "0, 1, 2, 3, or nothing for unknown."))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Which method a team forecasts with, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastMethod {
    /// Whose, by the board's name in addresses; none is Git alone.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub board: Option<String>,
    /// From which past days.
    #[schemars(title = "Method")]
    pub method: Method,
    /// Why.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
}

impl Record for ForecastMethod {
    const KIND: &'static str = "forecast_method";
    const NAME: &'static str = "Forecast method";
    const PURPOSE: &'static str = "From which past days a team's forecasts are taken, and why.";

    fn title(&self) -> String {
        format!("{} for {}", self.method.name(), self.board.as_deref().unwrap_or("Git alone"))
    }

    fn check(&self) -> Result<(), Vec<FieldError>> {
        if self.why.trim().is_empty() {
            return Err(vec![FieldError::new("why", "Say why: the backtest shows what it costs.")]);
        }
        Ok(())
    }
}
