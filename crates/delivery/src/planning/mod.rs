//! How does this large thing break into small ones, in what order, and does the plan still hold?
//!
//! A plan is a tree whose leaves are work; dates come from trials alone, scheduled by links and by what a team can do at once. Absences
//! are capacity here, never whose.

pub mod acts;
mod answer;
pub mod buffers;
mod compare;
mod draw;
pub mod export;
mod fever;
mod inbox;
pub mod outline;
mod page;
pub mod psplib;
mod reserve;
mod sheet;
pub mod slicing;
#[cfg(test)]
mod tests;
pub mod view;
pub mod why;

use desk::{ActEntry, Alias, Desk, Document, Practice, Refusal, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use export::Export;
use view::View;

/// The practice.
#[derive(Debug)]
pub struct Planning;

/// What to ask.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// Which plan, by title or id; the newest of your teams when left out.
    #[arg(value_name = "PLAN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Plan")]
    pub plan: Option<String>,
    /// Which part.
    #[arg(long, value_name = "PART")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Show")]
    pub show: Option<Show>,
    /// Why this item is done when it is: by id, code or key.
    #[arg(long, value_name = "ITEM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Why")]
    pub why: Option<String>,
    /// What if this item went: by id, code or key.
    #[arg(long, value_name = "ITEM")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Without")]
    pub drop: Vec<String>,
    /// What if this changed: `estimate card 2..3..6d`, `slots payments +1 2026-05-01`, `link A B`, `unlink A B`, `without RESOURCE`, `without growth`.
    #[arg(long, value_name = "CHANGE")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "What if")]
    pub what_if: Vec<String>,
    /// What if a scenario came true: by title or id.
    #[arg(long, value_name = "SCENARIO")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Scenario")]
    pub scenario: Option<String>,
    /// With which baseline it is compared, by id; the newest when left out.
    #[arg(long, value_name = "BASELINE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Baseline")]
    pub baseline: Option<String>,
    /// How sure a date has to be; the plan's own when left out.
    #[arg(long, value_name = "SHARE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Confidence", range(min = 0.5, max = 0.99))]
    pub confidence: Option<f64>,
    /// How many trials; 20,000 when left out.
    #[arg(long, value_name = "COUNT")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Trials", range(min = 100, max = 100_000))]
    pub trials: Option<u32>,
    /// The seed of the trials; the plan's own when left out.
    #[arg(long, value_name = "SEED")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Seed")]
    pub seed: Option<u64>,
    /// The plan as text, to be edited and imported again.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "As text", extend("x-command-only" = true))]
    pub outline: bool,
    /// The plan as a file: a table of its items, a calendar of its milestones and its end, the picture of its items over time.
    #[arg(long, value_name = "FORM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "As a file", extend("x-command-only" = true))]
    pub export: Option<Export>,
}

/// A part of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Show {
    /// The items with their sizes and dates.
    #[default]
    Tree,
    /// Items over time.
    Gantt,
    /// What hangs on what.
    Graph,
    /// What teams can do, week by week.
    Capacity,
    /// What was promised, and what became of it.
    Baseline,
    /// What others propose.
    Inbox,
}

impl Practice for Planning {
    const NAME: &'static str = "planning";
    const STAGE: Stage = Stage::Delivery;
    const TITLE: &'static str = "Planning";
    const QUESTION: &'static str =
        "How does this large thing break into small ones, in what order, and does the plan still hold?";
    const ALIASES: &'static [Alias] = &[Alias::plain("plan")];
    const ASKS_WORK: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::answer(desk, ask).await
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![
            desk::KindEntry::of::<crate::plan::records::Plan>(),
            desk::KindEntry::of::<crate::plan::records::Baseline>(),
            desk::KindEntry::of::<crate::plan::records::Scenario>(),
        ]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        if let Some(form) = ask.export {
            return Some(Document {
                media_type: form.media_type(),
                file_name: form.file_name(),
                body: view.file.clone()?,
            });
        }
        let body = view.outline.clone().filter(|_| ask.outline)?;
        Some(Document { media_type: "text/markdown; charset=utf-8", file_name: "plan.md", body })
    }
}

impl web::Page for Planning {
    fn body(view: &View, pen: &web::Pen) -> Result<Option<web::Html>, Refusal> {
        page::page(view, pen)
    }
}

/// The page's address for an ask.
pub(crate) fn page_of(ask: &Ask) -> String {
    desk::href::<Planning>(ask)
}
