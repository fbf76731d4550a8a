//! Where is the code costly to change, and is it getting better?
//!
//! Files where change meets complexity, what changes together, named findings behind every health, the course by month, goals with
//! their gate. The maths is pure; [`facts`] asks, [`answer`] joins, [`page`] and [`file_page`] show. No person is counted in here.

pub mod acts;
mod answer;
mod assess;
pub mod between;
pub mod coupling;
pub mod delivery_risk;
mod facts;
mod file_page;
pub mod fixes;
pub mod goals;
pub mod health;
pub mod hotspot;
pub mod logistic;
mod page;
pub mod records;
mod sarif;
pub mod size;
pub mod szz;
#[cfg(test)]
mod tests;
pub mod trend;
pub mod view;

use desk::practice::{Base, Document};
use desk::{ActEntry, Alias, Desk, Practice, Refusal, Scope, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use view::View;

/// The practice.
#[derive(Debug, Clone, Copy)]
pub struct CodeQuality;

/// What can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// One file, which opens it, or a folder.
    #[arg(value_name = "PATH")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Path")]
    pub path: Option<String>,
    /// Repositories, period and area.
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
    /// What to show; everything when not said.
    #[arg(long, value_enum, value_name = "PART")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Part")]
    pub show: Option<Show>,
    /// List functions too.
    #[arg(long)]
    #[serde(default)]
    #[schemars(title = "Functions")]
    pub functions: bool,
    /// What counts as one revision for coupling.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    #[serde(default)]
    #[schemars(title = "Revisions are")]
    pub basket: Basket,
    /// Answer no (exit code 1) when a goal is broken: by this branch where there is a base, else since the day it was set.
    #[arg(long)]
    #[serde(default)]
    #[schemars(title = "Gate")]
    pub gate: bool,
    /// With a gate: the ref that this branch left; the default branch when not said. What is compared is the state where it left.
    #[arg(long, value_name = "REF", requires = "gate")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Base")]
    pub base: Option<String>,
    /// Give findings and broken goals as SARIF 2.1.0.
    #[arg(long)]
    #[serde(default)]
    #[schemars(title = "SARIF")]
    pub sarif: bool,
}

/// A part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// Files where change meets complexity.
    Hotspots,
    /// Files that change together.
    Coupling,
    /// The course by month.
    Trend,
    /// Goals.
    Goals,
    /// Open changes by risk, and what had to be mended.
    Risk,
    /// The limits of findings and how much each weighs.
    Weights,
    /// What got better or worse between the days of --since and --until; of the last three months when not said.
    Between,
}

/// What counts as one revision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Basket {
    /// A commit.
    #[default]
    Commit,
    /// One author's commits of a day.
    Day,
}

impl Practice for CodeQuality {
    const NAME: &'static str = "code_quality";
    const STAGE: Stage = Stage::Foundation;
    const TITLE: &'static str = "Code quality";
    const QUESTION: &'static str = "Where is the code costly to change, and is it getting better?";
    const ALIASES: &'static [Alias] = &[
        Alias::plain("quality"),
        Alias::with("hotspots", &["--show", "hotspots"]),
        Alias::with("coupling", &["--show", "coupling"]),
    ];

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        answer::view(desk, ask).await
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![
            desk::KindEntry::of::<records::QualityGoal>(),
            desk::KindEntry::of::<records::FalseAlarm>(),
            desk::KindEntry::of::<records::FindingWeight>(),
        ]
    }

    fn acts() -> Vec<ActEntry> {
        acts::all()
    }

    fn holds(view: &View, ask: &Ask) -> bool {
        !ask.gate || !view.goals.iter().any(view::GoalState::breaks)
    }

    fn base(ask: &Ask) -> Option<Base> {
        let named = || ask.base.clone().map_or(Base::DefaultBranch, Base::Named);
        ask.gate.then(named)
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        ask.sarif.then(|| sarif::document(view))
    }
}

impl web::Page for CodeQuality {}
