//! A grid of words: rows against columns, each crossing a letter on a shade. Who can be asked about what is one.

use schemars::JsonSchema;
use serde::Serialize;

use super::Meaning;

/// A grid of words.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Matrix {
    /// What it shows.
    pub caption: String,
    /// What the grid tells, in a sentence; its text alternative.
    pub finding: String,
    /// What the rows are (`Area`).
    pub corner: String,
    /// Column heads.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<MatrixRow>,
    /// The letters and their words, from the deepest shade down: (`M`, `main`).
    pub legend: Vec<(String, String)>,
}

/// A row of a grid.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct MatrixRow {
    /// Its head.
    pub head: String,
    /// Where the head leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// A mark beside the head (`one person`), with its meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<(String, Meaning)>,
    /// The crossings, one a column.
    pub cells: Vec<MatrixCell>,
}

/// A crossing; the default is empty.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct MatrixCell {
    /// The letter; empty for nothing.
    pub letter: String,
    /// The shade: 0 none to 4 deepest.
    pub shade: u8,
    /// The word in full with what is behind it.
    pub title: String,
}

impl MatrixCell {
    /// A crossing that reads `letter` on `shade` (0 to 4) and means `title`.
    #[must_use]
    pub fn new(letter: &str, shade: u8, title: impl Into<String>) -> Self {
        Self { letter: letter.into(), shade: shade.min(4), title: title.into() }
    }
}
