//! How hard is it, when will it be done, and how good were our answers so far?
//!
//! Answers come from what a team finished on past days, exactly where they can be and by trials where they must be. What is published
//! stands in a ledger that is never changed, and every answer is shown with how such answers did. Nothing is predicted per person.

pub mod acts;
mod answer;
pub mod backtest;
pub mod ground;
mod hand;
pub mod hard;
pub mod ledger;
pub mod nightly;
mod on_top;
pub mod poker;
mod question;
pub mod recalibration;
pub mod records;
pub mod reference;
pub mod scores;
mod sheet;
pub mod simulate;
pub mod start;
mod tabs;
#[cfg(test)]
mod tests;
pub mod view;
mod whole;

use desk::{ActEntry, Alias, Desk, Practice, Refusal, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use view::View;

use crate::published::Method;

/// The practice.
#[derive(Debug)]
pub struct Estimation;

/// What to ask. Without a question: how many are finished in the next weeks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// Whose work: a team, or the key of a board of everybody.
    #[arg(long, value_name = "TEAM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// When are so many finished: 40, or 30..50.
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "When are so many finished")]
    pub when: Option<String>,
    /// How many are finished; with --until.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "How many are finished")]
    pub how_many: bool,
    /// Until which day (2026-06-03); four weeks when left out.
    #[arg(long, value_name = "DATE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Until")]
    pub until: Option<String>,
    /// The running sprint, or the one of that name: how much of it will be finished.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "running")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// When one item is finished.
    #[arg(long, value_name = "KEY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Item")]
    pub item: Option<String>,
    /// When a plan is done: by title or id.
    #[arg(long, value_name = "PLAN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Plan")]
    pub plan: Option<String>,
    /// When a milestone of the plan is reached: by id, code or key.
    #[arg(long, value_name = "ITEM")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Milestone")]
    pub milestone: Option<String>,
    /// How likely it is by this day.
    #[arg(long, value_name = "DATE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "By")]
    pub by: Option<String>,
    /// By what each item splits: 1..1.3.
    #[arg(long, value_name = "FROM..TO")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Splits")]
    pub split: Option<String>,
    /// A risk of its own: with which chance how many items come on top (0.3:3..6).
    #[arg(long, value_name = "CHANCE:ITEMS")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Risks")]
    pub risk: Vec<String>,
    /// With the risks of the register that would add items to what the team has to do.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "With the register's risks")]
    pub risks: bool,
    /// From which past days; what the team chose, else what held best, when left out.
    #[arg(long, value_name = "METHOD")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Method")]
    pub method: Option<Method>,
    /// A throughput to guess with instead of the past: 3..6/w, or 1..2/d.
    #[arg(long, value_name = "FROM..TO/w")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Guessed rate")]
    pub rate: Option<String>,
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
    /// Repositories whose merged changes are counted where there are no items; all when left out.
    #[arg(long, value_name = "NAME")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Repositories")]
    pub repo: Vec<String>,
    /// Every method over the past, week by week.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "Backtest")]
    pub backtest: bool,
    /// What was published, and how it went.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "Ledger")]
    pub ledger: bool,
    /// How hard an item is: finished items like it, what they touched and took.
    #[arg(long, value_name = "KEY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "How hard")]
    pub hard: Option<String>,
    /// Planning poker: a session by its id; the team's sessions without one.
    #[arg(long, value_name = "SESSION", num_args = 0..=1, default_missing_value = poker::view::LIST)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Planning poker")]
    pub poker: Option<String>,
    /// Look on in the session, and take no part.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(title = "Look on")]
    pub observe: bool,
}

impl Practice for Estimation {
    const NAME: &'static str = "estimation";
    const STAGE: Stage = Stage::Delivery;
    const TITLE: &'static str = "Estimation";
    const QUESTION: &'static str = "How hard is it, when will it be done, and how good were our answers so far?";
    const ALIASES: &'static [Alias] = &[Alias::plain("forecast")];
    const ASKS_WORK: bool = true;
    const ASKS_REQUESTS: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::answer(desk, ask).await
    }

    fn room(ask: &Ask) -> Option<desk::Room> {
        let session = ask.poker.as_deref().filter(|id| *id != poker::view::LIST)?;
        Some(poker::room::room(session.trim(), ask.observe))
    }

    fn room_sign(view: &View) -> Option<String> {
        view.poker.as_ref()?.room.as_ref().map(|room| room.sign.clone())
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![
            desk::KindEntry::of::<records::Estimate>(),
            desk::KindEntry::of::<records::Complexity>(),
            desk::KindEntry::of::<crate::published::Forecast>(),
            desk::KindEntry::of::<records::ForecastMethod>(),
            desk::KindEntry::of::<poker::records::PokerSession>(),
            desk::KindEntry::of::<poker::records::PokerVote>(),
        ]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }

    fn jobs() -> Vec<desk::JobEntry> {
        vec![nightly::JOB]
    }
}

impl web::Page for Estimation {
    fn body(view: &View, pen: &web::Pen) -> Result<Option<web::Html>, Refusal> {
        tabs::page(view, pen)
    }
}

/// The page's address for an ask.
pub(crate) fn page(ask: &Ask) -> String {
    desk::href::<Estimation>(ask)
}
