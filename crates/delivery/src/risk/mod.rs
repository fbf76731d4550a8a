//! What could stop us, would we see it coming, and is what we do about it worth it?
//!
//! The register of a team: each risk by its expected cost, the matrix, what was at stake day by day as it was recorded then, and how often
//! what was feared came. A score stands for the organisation and its teams, never for an owner.

pub mod acts;
mod answer;
pub mod bundle;
mod detect;
pub mod file;
mod page;
mod plan;
pub mod pre_mortem;
pub mod records;
pub mod register;
mod sheet;
#[cfg(test)]
mod tests;
pub mod tornado;
pub mod trigger;
pub mod view;

use desk::{ActEntry, Alias, Desk, Document, KindEntry, Practice, Refusal, Stage};
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
    /// Working days that may go into what is done about risks: which of it is worth doing together.
    #[arg(long, value_name = "DAYS")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Budget in days", range(min = 1, max = 10_000))]
    pub budget: Option<u32>,
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
    /// The register as a file that can be read in again.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "As CSV", extend("x-command-only" = true))]
    pub csv: bool,
    /// The room of a pre-mortem, by its id.
    #[arg(long, value_name = "ID")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Pre-mortem")]
    pub pre_mortem: Option<String>,
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

    fn room(ask: &Ask) -> Option<desk::Room> {
        ask.pre_mortem.as_deref().map(|id| pre_mortem::room::room(id.trim()))
    }

    fn room_sign(view: &View) -> Option<String> {
        view.room.as_ref().map(|room| room.sign.clone())
    }

    fn kinds() -> Vec<KindEntry> {
        vec![KindEntry::of::<records::Dismissal>(), KindEntry::of::<pre_mortem::records::PreMortem>()]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        let body = view.csv.clone().filter(|_| ask.csv)?;
        Some(Document { media_type: "text/csv; charset=utf-8", file_name: "risks.csv", body })
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
