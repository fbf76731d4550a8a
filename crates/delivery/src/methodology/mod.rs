//! How does our work flow, and does our way of working help it or hinder it?
//!
//! Every chart is a function of the log, the rules, the instant as of which it is asked and the one at which it was known. Nothing is
//! counted per person: a card shows who has it, a limit what is in hand now.

pub mod acts;
mod answer;
mod board;
mod check;
mod item;
mod lanes;
pub mod log;
mod page;
pub mod records;
mod room;
mod sheet;
mod sprint;
#[cfg(test)]
mod tests;
pub mod view;

use desk::{ActEntry, Alias, Desk, Document, Practice, Refusal, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::work::rules::Preset;
use crate::work::workflow::LaneBy;
use log::LogForm;
use view::View;

/// The practice.
#[derive(Debug)]
pub struct Methodology;

/// What to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// Whose board: a team, or the key of a board of everybody.
    #[arg(long, value_name = "TEAM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Which part.
    #[arg(long, value_name = "PART")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Show")]
    pub show: Option<Show>,
    /// From when on: a day (2026-01-31) or a length back from the last day (90d, 6w, 3m, 1y); 90 days when left out.
    #[arg(long, value_name = "WHEN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "From")]
    pub from: Option<String>,
    /// As of the end of this day.
    #[arg(long, value_name = "DAY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "As of")]
    pub as_of: Option<String>,
    /// With what was known at the end of this day.
    #[arg(long, value_name = "DAY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Known at")]
    pub known_at: Option<String>,
    /// How times are counted; the workflow's own when left out.
    #[arg(long, value_name = "PRESET")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Counted as")]
    pub preset: Option<Preset>,
    /// Only this kind of work.
    #[arg(long = "type", value_name = "TYPE")]
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Type")]
    pub sort: Option<String>,
    /// Only this class of service.
    #[arg(long, value_name = "CLASS")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Class")]
    pub class: Option<String>,
    /// Only with this label.
    #[arg(long, value_name = "LABEL")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Label")]
    pub label: Option<String>,
    /// Only parts of this epic, by key.
    #[arg(long, value_name = "KEY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Epic")]
    pub epic: Option<String>,
    /// Which sprint, by name or id; the running one when left out.
    #[arg(long, value_name = "SPRINT")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// The room of an event; the one at hand when left out.
    #[arg(long, value_name = "EVENT")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Event")]
    pub event: Option<Event>,
    /// One item with its history, by key.
    #[arg(long, value_name = "KEY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Item")]
    pub item: Option<String>,
    /// By what the board is laid out in lanes; by what the workflow says when left out.
    #[arg(long, value_name = "BY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Lanes by")]
    pub lanes: Option<LaneBy>,
    /// The log of the board as a file: every change, or the day on which each item reached each stage.
    #[arg(long, value_name = "FORM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "As a file", extend("x-command-only" = true))]
    pub export: Option<LogForm>,
    /// The cumulative flow counts an item for the furthest stage that it reached: nothing falls.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "High water")]
    pub high_water: bool,
}

/// A part of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Show {
    /// The cards.
    #[default]
    Board,
    /// The charts.
    Flow,
    /// The sprint.
    Sprint,
    /// What an event needs: planning, daily, review, retrospective.
    Room,
}

/// An event of the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Event {
    /// What to take on.
    Planning,
    /// What stands in the way today.
    Daily,
    /// What came of it.
    Review,
    /// How we worked.
    Retrospective,
}

impl Practice for Methodology {
    const NAME: &'static str = "methodology";
    const STAGE: Stage = Stage::Delivery;
    const TITLE: &'static str = "Methodology";
    const QUESTION: &'static str = "How does our work flow, and does our way of working help it or hinder it?";
    const ALIASES: &'static [Alias] = &[
        Alias::plain("board"),
        Alias::with("flow", &["--show", "flow"]),
        Alias::with("sprint", &["--show", "sprint"]),
        Alias::with("room", &["--show", "room"]),
    ];
    const ASKS_WORK: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::answer(desk, ask).await
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![desk::KindEntry::of::<crate::work::workflow::Workflow>(), desk::KindEntry::of::<records::SprintReview>()]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        let (media_type, file_name) = ask.export?.file();
        Some(Document { media_type, file_name, body: view.file.clone()? })
    }
}

impl web::Page for Methodology {
    fn body(view: &View, pen: &web::Pen) -> Result<Option<web::Html>, Refusal> {
        page::page(view, pen)
    }
}

/// The page's address for an ask.
fn address(ask: &Ask) -> String {
    desk::href::<Methodology>(ask)
}
