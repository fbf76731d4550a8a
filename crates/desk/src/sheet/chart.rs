//! A picture: ECharts options as data, the finding that it shows in a sentence, and the table that it is drawn from.
//!
//! Colours are named as the page's custom properties (`var(--accent)`); the browser puts in what the scheme in use says.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Table;

/// A picture.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chart {
    /// Its anchor, unique on its page.
    pub id: String,
    /// What it shows, in a sentence: the text alternative.
    pub finding: String,
    /// ECharts options. A data item may carry `href`: clicking opens it.
    pub options: Value,
    /// Height in CSS pixels.
    pub height: u16,
    /// The data that it is drawn from.
    pub table: Table,
}

impl Chart {
    /// A picture from typed options.
    #[must_use]
    pub fn typed(id: &str, finding: impl Into<String>, chart: &charming::Chart, table: Table) -> Self {
        Self::from_options(id, finding, serde_json::to_value(chart).unwrap_or_default(), table)
    }

    /// A picture from options as JSON, for series that the typed options do not know.
    #[must_use]
    pub fn from_options(id: &str, finding: impl Into<String>, options: Value, table: Table) -> Self {
        Self { id: id.into(), finding: finding.into(), options, height: 320, table }
    }

    /// With another height, CSS pixels.
    #[must_use]
    pub const fn tall(mut self, height: u16) -> Self {
        self.height = height;
        self
    }
}
