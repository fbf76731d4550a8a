//! What every face renders: the answer in a sentence, the picture, the table, what to do, and how it was computed.
//!
//! A sheet is data. The page draws it, the terminal prints it, an assistant reads it, a test compares it.

mod cell;
mod chart;
mod draw;
mod matrix;
mod table;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub use cell::{Cell, Meaning, Thousands, duration, harmless, number};
pub use chart::Chart;
pub use draw::{Bars, Lines, Node, Place, Points, Tie};
pub use matrix::{Matrix, MatrixCell, MatrixRow};
pub use table::{Align, Column, Row, Table};

/// Everything that a view shows.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Sheet {
    /// The answer in one sentence, a full stop at its end.
    pub answer: String,
    /// What a reader must know before believing it (truncated history, bots left out).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// A few figures beside the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// Pictures and tables, in reading order.
    pub sections: Vec<Section>,
    /// What to do, at most three.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    /// How it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// Set when there is nothing to show: what will stand here, why it is empty, what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<Empty>,
}

/// What can be shown as a sheet. Every view can.
pub trait Sheeted {
    /// The view as a sheet.
    fn sheet(&self) -> Sheet;
}

impl Sheet {
    /// A sheet that says `answer`.
    #[must_use]
    pub fn new(answer: impl Into<String>) -> Self {
        Self { answer: answer.into(), ..Self::default() }
    }

    /// The sheet of a view that has nothing yet.
    #[must_use]
    pub fn nothing(empty: Empty) -> Self {
        Self { answer: empty.why.clone(), empty: Some(empty), ..Self::default() }
    }

    /// With one more notice.
    #[must_use]
    pub fn notice(mut self, meaning: Meaning, text: impl Into<String>) -> Self {
        self.notices.push(Notice { meaning, text: text.into(), href: None });
        self
    }

    /// With one more figure.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }

    /// With one more section.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// With one more suggestion; a fourth is left out.
    #[must_use]
    pub fn suggest(mut self, suggestion: Suggestion) -> Self {
        if self.suggestions.len() < 3 {
            self.suggestions.push(suggestion);
        }
        self
    }

    /// With how it was computed.
    #[must_use]
    pub fn computed(mut self, computed: Computed) -> Self {
        self.computed = Some(computed);
        self
    }

    /// Every table of the sheet, those of charts included.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections
            .iter()
            .flat_map(|section| section.chart.iter().map(|chart| &chart.table).chain(section.table.iter()))
    }
}

/// A remark that stands above the answer's evidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Notice {
    /// How serious it is.
    pub meaning: Meaning,
    /// A sentence.
    pub text: String,
    /// Where more about it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

/// One number with its name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Figure {
    /// Its name.
    pub label: String,
    /// Its value with unit.
    pub value: Cell,
    /// A few words on what it is measured against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether it is good.
    pub meaning: Meaning,
    /// What stands behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl Figure {
    /// A neutral figure.
    #[must_use]
    pub fn new(label: impl Into<String>, value: Cell) -> Self {
        Self { label: label.into(), value, note: None, meaning: Meaning::Neutral, href: None }
    }

    /// With a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// With a meaning.
    #[must_use]
    pub fn means(mut self, meaning: Meaning) -> Self {
        self.meaning = meaning;
        self
    }

    /// Opening what is behind it.
    #[must_use]
    pub fn opens(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// A part of the sheet with its own heading.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Section {
    /// Its anchor on the page: lower-case words joined by `-`.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// What it shows, in paragraphs of plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prose: Vec<String>,
    /// The picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Chart>,
    /// A grid of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Matrix>,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// Text of a program (a CODEOWNERS file, a difference), shown as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
}

impl Section {
    /// A section called `heading`; its anchor follows from it.
    #[must_use]
    pub fn new(heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self { id: slug(&heading), heading, ..Self::default() }
    }

    /// With one more paragraph.
    #[must_use]
    pub fn say(mut self, paragraph: impl Into<String>) -> Self {
        self.prose.push(paragraph.into());
        self
    }

    /// With a picture.
    #[must_use]
    pub fn chart(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }

    /// With a grid of words.
    #[must_use]
    pub fn matrix(mut self, matrix: Matrix) -> Self {
        self.matrix = Some(matrix);
        self
    }

    /// With a table.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// With text of a program.
    #[must_use]
    pub fn listing(mut self, text: impl Into<String>) -> Self {
        self.listing = Some(text.into());
        self
    }
}

/// Something to do, with its reason.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Suggestion {
    /// What to do, in the imperative.
    pub title: String,
    /// Why, with figures.
    pub reason: String,
    /// How it is done.
    pub deed: Deed,
}

/// How a suggestion is done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// An act of a practice, with its form filled in.
    Act {
        /// The practice's name.
        practice: String,
        /// The act's name.
        act: String,
        /// What stands in the form already.
        input: Value,
    },
    /// A page.
    Open {
        /// Where.
        href: String,
    },
    /// A command to run.
    Run {
        /// The command line.
        command: String,
    },
}

impl Suggestion {
    /// A suggestion that is done by `deed`.
    #[must_use]
    pub fn new(title: impl Into<String>, reason: impl Into<String>, deed: Deed) -> Self {
        Self { title: title.into(), reason: reason.into(), deed }
    }
}

/// How an answer was computed.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Computed {
    /// The formula or the rule, in words and symbols.
    pub formula: String,
    /// What went in: name and value.
    pub inputs: Vec<(String, String)>,
    /// What was left out, with counts.
    pub left_out: Vec<String>,
    /// Where the formula comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A state with a voice: nothing is here, and that is said well.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Empty {
    /// What will stand here.
    pub what: String,
    /// Why it is empty.
    pub why: String,
    /// The one thing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Suggestion>,
}

impl Empty {
    /// What will stand here, and why it does not.
    #[must_use]
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), next: None }
    }

    /// With the one thing to do.
    #[must_use]
    pub fn next(mut self, title: impl Into<String>, deed: Deed) -> Self {
        self.next = Some(Suggestion::new(title, "", deed));
        self
    }
}

/// Lower-case ASCII words joined by `-`, for anchors.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}
