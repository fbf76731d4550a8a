//! The components that pages are drawn with. A pen knows the page's address and the present instant; what it draws comes from the sheet's
//! types, so every page looks and behaves the same.

mod cells;
mod form;
mod table;

use askama::Template;
use desk::form::{Field, encode};
use desk::sheet::{Chart, Computed, Deed, Empty, Figure, Matrix, Notice, Section, Sheet, Suggestion, Table};
use desk::{FieldError, PracticeEntry, Refusal, Stage};
use jiff::Timestamp;

pub(crate) use form::{FormView, form_fields};

use crate::Html;

/// Draws components for one page.
#[derive(Debug, Clone)]
pub struct Pen {
    /// The page's path.
    pub path: String,
    /// The pairs of the page's query string.
    pub query: Vec<(String, String)>,
    /// The present instant, for relative times.
    pub now: Timestamp,
    /// Stands in forms.
    pub csrf: String,
}

/// What an ask on a page cannot use: the pairs that order and turn the page's tables.
pub(crate) fn is_table_pair(name: &str) -> bool {
    name.starts_with("sort.") || name.starts_with("page.")
}

#[derive(Template)]
#[template(path = "parts/sheet.html")]
struct SheetPart<'a> {
    answer: &'a str,
    empty: Option<Html>,
    notices: Html,
    figures: Html,
    sections: Vec<Html>,
    suggestions: Html,
    computed: Html,
}

/// Something to choose on a page: a part of it, or another thing of its kind.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Whether it is what is shown.
    pub here: bool,
}

impl Choice {
    /// A choice.
    pub fn new(name: impl Into<String>, href: impl Into<String>, here: bool) -> Self {
        Self { name: name.into(), href: href.into(), here }
    }
}

#[derive(Template)]
#[template(path = "parts/choices.html")]
struct ChoicesPart<'a> {
    parts: &'a [Choice],
    label: &'a str,
    others: &'a [Choice],
}

#[derive(Template)]
#[template(path = "parts/files.html")]
struct FilesPart<'a> {
    files: &'a [Choice],
}

#[derive(Template)]
#[template(path = "parts/answer.html")]
struct AnswerPart<'a> {
    answer: &'a str,
}

#[derive(Template)]
#[template(path = "parts/notices.html")]
struct NoticesPart<'a> {
    notices: &'a [Notice],
}

#[derive(Template)]
#[template(path = "parts/figures.html")]
struct FiguresPart<'a> {
    figures: Vec<(&'a Figure, Html)>,
}

#[derive(Template)]
#[template(path = "parts/section.html")]
struct SectionPart<'a> {
    section: &'a Section,
    chart: Html,
    matrix: Html,
    table: Html,
}

#[derive(Template)]
#[template(path = "parts/chart.html")]
struct ChartPart<'a> {
    chart: &'a Chart,
    height: &'static str,
    options: Html,
    table: Html,
}

#[derive(Template)]
#[template(path = "parts/matrix.html")]
struct MatrixPart<'a> {
    matrix: &'a Matrix,
}

#[derive(Template)]
#[template(path = "parts/suggestions.html")]
struct SuggestionsPart<'a> {
    suggestions: Vec<(&'a Suggestion, Html)>,
}

#[derive(Template)]
#[template(path = "parts/deed.html")]
struct DeedPart<'a> {
    title: &'a str,
    href: Option<String>,
    command: Option<&'a str>,
    button: bool,
}

#[derive(Template)]
#[template(path = "parts/computed.html")]
struct ComputedPart<'a> {
    computed: &'a Computed,
}

#[derive(Template)]
#[template(path = "parts/empty.html")]
struct EmptyPart<'a> {
    empty: &'a Empty,
    next: Html,
}

impl Pen {
    /// The whole sheet, in the order of every page.
    ///
    /// # Errors
    /// A bug when a template fails, as for every component.
    pub fn sheet(&self, sheet: &Sheet) -> Result<Html, Refusal> {
        Html::of(&SheetPart {
            answer: &sheet.answer,
            empty: sheet.empty.as_ref().map(|empty| self.empty(empty)).transpose()?,
            notices: self.notices(&sheet.notices)?,
            figures: self.figures(&sheet.figures)?,
            sections: sheet.sections.iter().map(|section| self.section(section)).collect::<Result<_, _>>()?,
            suggestions: self.suggestions(&sheet.suggestions)?,
            computed: sheet.computed.as_ref().map(|computed| self.computed(computed)).transpose()?.unwrap_or_default(),
        })
    }

    /// The parts of a page, and the other things of its kind, named by `label`, when there are several.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn choices(&self, parts: &[Choice], label: &str, others: &[Choice]) -> Result<Html, Refusal> {
        Html::of(&ChoicesPart { parts, label, others })
    }

    /// The files that an answer can be had as.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn files(&self, files: &[Choice]) -> Result<Html, Refusal> {
        Html::of(&FilesPart { files })
    }

    /// The answer in a sentence.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn answer(&self, answer: &str) -> Result<Html, Refusal> {
        Html::of(&AnswerPart { answer })
    }

    /// Remarks above the evidence.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn notices(&self, notices: &[Notice]) -> Result<Html, Refusal> {
        Html::of(&NoticesPart { notices })
    }

    /// Figures in a row.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn figures(&self, figures: &[Figure]) -> Result<Html, Refusal> {
        Html::of(&FiguresPart { figures: figures.iter().map(|figure| (figure, self.cell(&figure.value))).collect() })
    }

    /// A section with its picture and table.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn section(&self, section: &Section) -> Result<Html, Refusal> {
        let shared = section.table.is_some();
        Html::of(&SectionPart {
            section,
            chart: section.chart.as_ref().map(|chart| self.chart_with(chart, !shared)).transpose()?.unwrap_or_default(),
            matrix: section.matrix.as_ref().map(|matrix| self.matrix(matrix)).transpose()?.unwrap_or_default(),
            table: section.table.as_ref().map(|table| self.table(table)).transpose()?.unwrap_or_default(),
        })
    }

    /// A picture with its finding and the table of its data.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn chart(&self, chart: &Chart) -> Result<Html, Refusal> {
        self.chart_with(chart, true)
    }

    /// The table is folded away; where the section lists the same rows below, it is left out.
    fn chart_with(&self, chart: &Chart, with_table: bool) -> Result<Html, Refusal> {
        let table = if with_table { self.table(&chart.table)? } else { Html::default() };
        // A `<` inside would end the data block.
        let options = Html::trusted(chart.options.to_string().replace('<', "\\u003c"));
        Html::of(&ChartPart { chart, height: height_class(chart.height), options, table })
    }

    /// A grid of words.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn matrix(&self, matrix: &Matrix) -> Result<Html, Refusal> {
        Html::of(&MatrixPart { matrix })
    }

    /// A table with the order and page that the address asks for.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn table(&self, table: &Table) -> Result<Html, Refusal> {
        table::draw(self, table)
    }

    /// What to do.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn suggestions(&self, suggestions: &[Suggestion]) -> Result<Html, Refusal> {
        let drawn = suggestions.iter().map(|one| Ok((one, deed(one, false)?))).collect::<Result<_, Refusal>>()?;
        Html::of(&SuggestionsPart { suggestions: drawn })
    }

    /// How it was computed.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn computed(&self, computed: &Computed) -> Result<Html, Refusal> {
        Html::of(&ComputedPart { computed })
    }

    /// A state with a voice.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn empty(&self, empty: &Empty) -> Result<Html, Refusal> {
        let next = empty.next.as_ref().map(|next| deed(next, true)).transpose()?.unwrap_or_default();
        Html::of(&EmptyPart { empty, next })
    }

    /// One value.
    #[must_use]
    pub fn cell(&self, cell: &desk::sheet::Cell) -> Html {
        cells::draw(cell, self.now)
    }

    /// This page's address with `name` set to `text`, or left out when there is none.
    #[must_use]
    pub fn with(&self, name: &str, text: Option<&str>) -> String {
        let mut pairs: Vec<_> = self.query.iter().filter(|(key, _)| key != name).cloned().collect();
        pairs.extend(text.map(|text| (name.to_owned(), text.to_owned())));
        address(&self.path, &pairs)
    }

    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().rfind(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// The pairs that are part of the question.
    pub(crate) fn ask_pairs(&self) -> Vec<(String, String)> {
        self.query.iter().filter(|(name, _)| !is_table_pair(name)).cloned().collect()
    }

    pub(crate) fn act_form(
        &self,
        fields: &[Field],
        typed: &[(String, String)],
        wrong: &[FieldError],
        form: &FormView<'_>,
    ) -> Result<Html, Refusal> {
        form::draw(self, fields, typed, wrong, form)
    }
}

/// A path with pairs.
pub(crate) fn address(path: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", encode(pairs)) }
}

fn deed(suggestion: &Suggestion, button: bool) -> Result<Html, Refusal> {
    let (href, command) = match &suggestion.deed {
        Deed::Open { href } => (Some(href.clone()), None),
        Deed::Run { command } => (None, Some(command.as_str())),
        Deed::Act { practice, act, input } => {
            let pairs = desk::form::pairs_of(input, &serde_json::Value::Null);
            (Some(address(&format!("{}/do/{act}", practice_path(practice)), &pairs)), None)
        }
    };
    Html::of(&DeedPart { title: &suggestion.title, href, command, button })
}

/// The page of a practice by name, built or not.
fn practice_path(name: &str) -> String {
    let stage = desk::roadmap::PRACTICES.iter().find(|planned| planned.name == name).map_or(Stage::Role, |p| p.stage);
    format!("/{}/{name}", stage.name())
}

/// The page of an act's form.
pub(crate) fn act_path(practice: &PracticeEntry, act: &str) -> String {
    format!("{}/do/{act}", practice.path())
}

/// Heights are classes: a page carries no style of its own.
const fn height_class(pixels: u16) -> &'static str {
    match pixels {
        0..=200 => "tall-1",
        201..=280 => "tall-2",
        281..=360 => "tall-3",
        361..=500 => "tall-4",
        _ => "tall-5",
    }
}
