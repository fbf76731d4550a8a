//! Who can be asked about what, and what does only one person know?
//!
//! Names answer "who can help": four words, never a number beside a name, and no order but that of the alphabet within a word.

pub mod areas;
pub mod authorship;
pub mod codeowners;
pub mod domains;
mod facts;
pub mod knowledge;
pub mod leaving;
mod picture;
mod records;
mod sheet;
pub mod truck_factor;

use desk::{ActEntry, Alias, Desk, Document, Practice, Refusal, Scope, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Html, Page, Pen};

pub use picture::{AreaRow, Helper, Loss, Repository, View};
pub use records::{ExpertiseClaim, KtPlan};

/// What can be asked: everything, one path, or what would go with somebody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// The part of the facts that is asked about.
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
    /// A file or folder: who can help with it.
    #[arg(value_name = "PATH")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "File or folder")]
    pub path: Option<String>,
    /// People taken away, by address: what would then be known by nobody.
    #[arg(long, value_name = "ADDRESS")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Without")]
    pub without: Vec<String>,
    /// A CODEOWNERS file from what is known, with a reason for each line.
    #[arg(long)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub codeowners: bool,
}

/// The practice.
#[derive(Debug)]
pub struct DeepExpertise;

impl Practice for DeepExpertise {
    const NAME: &'static str = "deep_expertise";
    const STAGE: Stage = Stage::Foundation;
    const TITLE: &'static str = "Deep expertise";
    const QUESTION: &'static str = "Who can be asked about what, and what does only one person know?";
    const ALIASES: &'static [Alias] = &[Alias::plain("owners"), Alias::plain("experts")];
    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        let mut repositories = Vec::new();
        for repo in desk.repos(&ask.scope)? {
            let facts = facts::read(desk, repo).await?;
            repositories.push(picture::repository(repo, &facts, &ask)?);
        }
        Ok(View {
            repositories,
            ask,
            claims: desk.records().list::<ExpertiseClaim>()?,
            plans: desk.records().list::<KtPlan>()?,
        })
    }

    fn acts() -> Vec<ActEntry> {
        vec![
            ActEntry::of::<records::Claim>(),
            ActEntry::of::<records::Decline>(),
            ActEntry::of::<records::PlanTransfer>(),
            ActEntry::of::<records::TickStep>(),
        ]
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        ask.codeowners.then(|| Document {
            media_type: "text/plain",
            file_name: "CODEOWNERS",
            body: view.repositories.iter().map(|repo| repo.codeowners.as_str()).collect(),
        })
    }
}

impl Page for DeepExpertise {
    fn body(_: &View, _: &Pen) -> Result<Option<Html>, Refusal> {
        Ok(None)
    }
}
