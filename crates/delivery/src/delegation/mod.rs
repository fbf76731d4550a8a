//! Who could take this, who would grow by it, and have I handed it over well?
//!
//! Options for a task are the best by four lenses, each with its reasons in words and what it does to the plan's dates. What lies behind a choice
//! (fit, growth, spreading, sums of them) is never shown, stored or exported, and no list of people stands in an order of it. Nobody's leaving
//! is given a probability, and a decline is counted nowhere.

pub mod acts;
mod answer;
mod brief;
pub mod bus;
pub mod case;
mod dates;
pub mod fit;
mod give;
mod ground;
pub mod growth;
pub mod level;
pub mod limits;
mod matter;
mod mine;
pub mod options;
mod page;
pub mod records;
pub mod room;
mod sheet;
pub mod stretch;
mod task;
#[cfg(test)]
mod tests;
pub mod view;
pub mod whole;

use desk::{ActEntry, Desk, Practice, Refusal, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use view::View;
use whole::Preset;

/// The practice.
#[derive(Debug)]
pub struct Delegations;

/// What to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// Which part; what you gave and took when left out.
    #[arg(value_name = "PART")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Show")]
    pub show: Option<Show>,
    /// What is given out: a work item's key, an item of a plan, a duty in words. Of `plan` the plan, of `brief` the delegation.
    #[arg(value_name = "WHAT")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "What")]
    pub what: Option<String>,
    /// In which plan the item is, by title or id.
    #[arg(long, value_name = "PLAN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "In plan")]
    pub plan: Option<String>,
    /// Whose people could take it; the task's own team when left out.
    #[arg(long, value_name = "TEAM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Parts of the code that it is about, instead of those known: `web/checkout`, `shop: src/api`.
    #[arg(long, value_name = "FOLDER")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Areas")]
    pub area: Vec<String>,
    /// For what a whole plan is given out.
    #[arg(long, value_name = "FOR")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "For")]
    pub preset: Option<Preset>,
    /// Who takes what is settled in a whole plan: `card=ben@example.org`.
    #[arg(long, value_name = "ITEM=PERSON")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Settled")]
    pub lock: Vec<String>,
}

/// A part of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Show {
    /// What you gave and took, and the next check-ins.
    #[default]
    Mine,
    /// Who could take a task.
    Options,
    /// A whole plan given out.
    Plan,
    /// What the receiver of a delegation should know.
    Brief,
}

impl Practice for Delegations {
    const NAME: &'static str = "delegation";
    const STAGE: Stage = Stage::Delivery;
    const TITLE: &'static str = "Delegation";
    const QUESTION: &'static str = "Who could take this, who would grow by it, and have I handed it over well?";
    const ASKS_WORK: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::answer(desk, ask).await
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![
            desk::KindEntry::of::<records::Delegation>(),
            desk::KindEntry::of::<records::HandedOver>(),
            desk::KindEntry::of::<records::AssignmentNeed>(),
            desk::KindEntry::of::<records::AssignmentNever>(),
        ]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }
}

impl web::Page for Delegations {
    fn body(view: &View, pen: &web::Pen) -> Result<Option<web::Html>, Refusal> {
        page::page(view, pen)
    }
}

/// The page's address for an ask.
pub(crate) fn page_of(ask: &Ask) -> String {
    desk::href::<Delegations>(ask)
}
