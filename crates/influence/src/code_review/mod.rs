//! Do our reviews make the code and each other better, without making people wait?
//!
//! How changes came in, what a change touches and who could look at it. What a history alone cannot tell is said, never guessed. The maths
//! is pure ([`measures`], [`suggest`], [`backtest`]); [`ground`] asks, [`brief`] looks at one change, [`answer`] joins. Nothing is counted by person.

pub mod acts;
mod answer;
pub mod backtest;
mod brief;
mod ground;
pub mod measures;
pub mod records;
mod sheet;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod view;

use desk::practice::Base;
use desk::{ActEntry, Alias, Desk, KindEntry, Practice, Refusal, Scope, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use view::View;

/// The practice.
#[derive(Debug, Clone, Copy)]
pub struct CodeReview;

/// What can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// A change by its number, or by the commit that holds it: what it touches, and who could look at it.
    #[arg(value_name = "CHANGE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Change")]
    pub change: Option<String>,
    /// Files instead of a change, for one that is not in yet.
    #[arg(long = "file", value_name = "PATH", conflicts_with_all = ["change", "here"])]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Files")]
    pub file: Vec<String>,
    /// What the branch here changes since it left the default branch. On the command line, in a repository.
    #[arg(long, conflicts_with = "change")]
    #[serde(default)]
    #[schemars(title = "This branch")]
    pub here: bool,
    /// With this branch: the ref that it left; the default branch when not said.
    #[arg(long, value_name = "REF", requires = "here")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Base")]
    pub base: Option<String>,
    /// Repositories, period and area.
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Practice for CodeReview {
    const NAME: &'static str = "code_review";
    const STAGE: Stage = Stage::Influence;
    const TITLE: &'static str = "Code review";
    const QUESTION: &'static str = "Do our reviews make the code and each other better, without making people wait?";
    const ALIASES: &'static [Alias] = &[Alias::plain("review")];
    const ASKS_REQUESTS: bool = true;

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::view(desk, ask).await
    }

    fn base(ask: &Ask) -> Option<Base> {
        let named = || ask.base.clone().map_or(Base::DefaultBranch, Base::Named);
        ask.here.then(named)
    }

    fn kinds() -> Vec<KindEntry> {
        vec![KindEntry::of::<records::ReviewAgreement>()]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }
}

impl web::Page for CodeReview {}
