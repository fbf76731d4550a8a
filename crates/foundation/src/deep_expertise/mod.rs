//! Who can be asked about what, and what does only one person know?
//!
//! The history says who wrote what and when; that becomes, for each area, a word beside a name. One question has one view: every area
//! (the default), who can help with a path, what goes when somebody leaves, or the CODEOWNERS file that the history would write. No
//! number stands beside a name, and people are in the order of their names.

pub mod areas;
pub mod authorship;
pub mod codeowners;
pub mod domains;
pub mod leaving;
pub mod lineage;
pub mod truck_factor;

mod acts;
mod departure;
mod facts;
mod help;
mod overview;
mod proposal;
pub mod records;
mod settings;
mod sheet;
mod survey;
mod target;
#[doc(hidden)]
pub mod targets;
#[cfg(test)]
mod tests;
pub mod view;

use desk::sheet::{Deed, Empty};
use desk::{ActEntry, Alias, Desk, Document, FieldError, Practice, Refusal, Scope, Stage, Stored};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::Page;

use areas::Origin;
use facts::Source;
use records::{ExpertiseClaim, KtPlan};
use survey::Survey;
use view::{Ground, Kept, View};

/// Commits below which the history says too little.
const ENOUGH: u64 = 50;

/// The practice.
#[derive(Debug)]
pub struct DeepExpertise;

/// What to ask about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Ask {
    /// A file, a folder, a glob or a function: who can help with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Help with")]
    pub path: Option<String>,
    /// Repositories by id or name; none means all.
    #[arg(long, value_name = "NAME")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Repositories")]
    pub repo: Vec<String>,
    /// Only areas below this folder.
    #[arg(long, value_name = "FOLDER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Area")]
    pub area: Option<String>,
    /// Take these people away, by name or address, and say what goes with them.
    #[arg(long, value_name = "PERSON")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Without")]
    pub without: Vec<String>,
    /// The CODEOWNERS file that the history proposes: its difference to the present one, or the whole file.
    #[arg(long, value_name = "AS")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "CODEOWNERS")]
    pub codeowners: Option<CodeownersAs>,
}

/// How to give CODEOWNERS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum CodeownersAs {
    /// What differs, with reasons.
    Difference,
    /// The whole file.
    File,
}

impl Ask {
    fn folder(&self) -> Option<&str> {
        self.area.as_deref().map(|area| area.trim().trim_matches('/')).filter(|area| !area.is_empty() && *area != ".")
    }
}

impl Practice for DeepExpertise {
    const NAME: &'static str = "deep_expertise";
    const STAGE: Stage = Stage::Foundation;
    const TITLE: &'static str = "Deep expertise";
    const QUESTION: &'static str = "Who can be asked about what, and what does only one person know?";
    const ALIASES: &'static [Alias] = &[Alias::plain("owners"), Alias::plain("experts")];

    type Ask = Ask;
    type View = View;

    async fn view(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
        let scope = Scope { repo: ask.repo.clone(), ..Scope::default() };
        let repos = desk.repos(&scope)?;
        let claims = holding_claims(desk).await?;
        let mut view = View {
            plans: desk.records().list::<KtPlan>().await?.into_iter().map(kept).collect(),
            claims: claims.iter().cloned().map(kept).collect(),
            ..View::default()
        };
        if repos.is_empty() {
            return Ok(view);
        }
        let survey = Survey::of(desk, &repos, ask.folder()).await?;
        view.ground = ground(desk, &survey, &ask);
        if let (Some(folder), true) = (ask.folder(), survey.files.is_empty()) {
            return Err(Refusal::fields(vec![FieldError::new("area", format!("no file is below `{folder}`"))]));
        }
        if view.ground.commits < ENOUGH {
            return Ok(view);
        }
        let source = Source::new(desk, repos.iter().map(|repo| repo.id.clone()).collect(), None);
        if let Some(path) = &ask.path {
            view.help = Some(help::help(&survey, &source, path, &claims).await?);
        } else if !ask.without.is_empty() {
            view.leaving = Some(departure::leaving(desk, &survey, &source, &ask.without).await?);
        } else if ask.codeowners.is_some() {
            if survey.repos.len() > 1 {
                let message = "say which repository: a CODEOWNERS file belongs to one";
                return Err(Refusal::fields(vec![FieldError::new("repo", message)]));
            }
            view.codeowners = Some(proposal::owners(&survey));
        } else {
            view.overview = Some(overview::overview(desk, &survey, &source, ask.folder().is_none()).await?);
        }
        Ok(view)
    }

    fn kinds() -> Vec<desk::KindEntry> {
        vec![desk::KindEntry::of::<records::ExpertiseClaim>(), desk::KindEntry::of::<records::KtPlan>()]
    }

    fn acts() -> Vec<ActEntry> {
        vec![
            ActEntry::of::<acts::PlanTransfer>(),
            ActEntry::of::<acts::TickStep>(),
            ActEntry::of::<acts::Claim>(),
            ActEntry::of::<acts::Decline>(),
        ]
    }

    fn document(view: &View, ask: &Ask) -> Option<Document> {
        let owners = view.codeowners.as_ref().filter(|_| ask.codeowners == Some(CodeownersAs::File))?;
        Some(Document { media_type: "text/plain; charset=utf-8", file_name: "CODEOWNERS", body: owners.file.clone() })
    }
}

impl Page for DeepExpertise {}

/// The page's address for an ask.
fn page(ask: &Ask) -> String {
    desk::href::<DeepExpertise>(ask)
}

fn kept<R>(stored: Stored<R>) -> Kept<R> {
    Kept { id: stored.id, version: stored.version, body: stored.body }
}

/// Claims that have not run out.
async fn holding_claims(desk: &Desk) -> Result<Vec<Stored<ExpertiseClaim>>, Refusal> {
    let today = desk.today();
    let mut claims = desk.records().list::<ExpertiseClaim>().await?;
    claims.retain(|claim| claim.body.expires_on >= today);
    Ok(claims)
}

fn ground(desk: &Desk, survey: &Survey, ask: &Ask) -> Ground {
    let left_out = survey.crowd.left_out;
    let origin = |repo: &survey::Surveyed| match repo.areas.origin {
        Origin::CodeOwners => format!("{}: patterns of CODEOWNERS, folders where it names none", repo.entry.name),
        Origin::Folders => format!("{}: folders", repo.entry.name),
        Origin::TopFolders => format!("{}: top folders, since there are many; open one to go deeper", repo.entry.name),
    };
    Ground {
        repos: survey.repos.iter().map(|repo| repo.entry.name.clone()).collect(),
        caveats: survey.repos.iter().flat_map(|repo| desk::caveats(&repo.entry)).collect(),
        commits: left_out.commits,
        bot_commits: left_out.bot_commits,
        bot_lines: left_out.bot_lines,
        unknown_share: left_out.unknown_commits as f64 / left_out.commits.max(1) as f64,
        split_names: survey.crowd.people.split_names().len() as u64,
        area: ask.folder().map(str::to_owned),
        areas_from: survey.repos.iter().map(origin).collect(),
        today: desk.today().to_string(),
    }
}

/// What the page says when there is nothing to answer from.
fn nothing(view: &View) -> Option<Empty> {
    let what = "Here will stand who can be asked about which area, and which areas only one person knows.";
    if view.ground.repos.is_empty() {
        let next = Deed::Run { command: "mainstay mine PATH".to_owned() };
        return Some(Empty::new(what, "No repository was read yet.").next("Read one", next));
    }
    (view.ground.commits < ENOUGH).then(|| {
        let here = match view.ground.commits {
            1 => "1 commit is here".to_owned(),
            commits => format!("{commits} commits are here"),
        };
        let why = format!("Too little history to say who knows what: {here}, {ENOUGH} are needed.");
        Empty::new(what, why).next("Read more", Deed::Run { command: "mainstay mine PATH".to_owned() })
    })
}
