//! What could stop us, would we see it coming, and is what we do about it worth it?
//!
//! The register of a team: each risk by its expected cost, the matrix, what was at stake day by day as it was recorded then, and how often
//! what was feared came. A score stands for the organisation and its teams, never for an owner.

pub mod acts;
mod answer;
mod detect;
mod page;
mod plan;
pub mod records;
pub mod register;
mod sheet;
#[cfg(test)]
mod tests;
pub mod tornado;
pub mod trigger;
pub mod view;

use desk::{ActEntry, Alias, Desk, KindEntry, Practice, Refusal, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use view::View;

/// The practice.
#[derive(Debug)]
pub struct Risks;

/// What to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// Only this team's; every team's that you may read when left out.
    #[arg(long, value_name = "TEAM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// The plan whose date is looked at, by title or id; the newest of your teams when left out.
    #[arg(long, value_name = "PLAN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Plan")]
    pub plan: Option<String>,
    /// Closed ones, too.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "Closed ones, too")]
    pub all: bool,
    /// From when on the burndown is drawn: a day (2026-01-31) or a length back (90d, 6w, 1y); half a year when left out.
    #[arg(long, value_name = "WHEN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "From")]
    pub from: Option<String>,
}

impl Practice for Risks {
    const NAME: &'static str = "risk";
    const STAGE: Stage = Stage::Delivery;
    const TITLE: &'static str = "Risk";
    const QUESTION: &'static str = "What could stop us, would we see it coming, and is what we do about it worth it?";
    const ALIASES: &'static [Alias] = &[Alias::plain("risks")];
    const ASKS_WORK: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::answer(desk, ask).await
    }

    fn kinds() -> Vec<KindEntry> {
        vec![KindEntry::of::<records::Dismissal>()]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }
}

impl web::Page for Risks {
    fn body(view: &View, pen: &web::Pen) -> Result<Option<web::Html>, Refusal> {
        page::page(view, pen)
    }
}

/// The page's address for an ask.
fn address(ask: &Ask) -> String {
    desk::href::<Risks>(ask)
}
