//! The answer as data: areas with their numbers, people with a word and a reason. No number ever stands beside a name, and people are
//! in the order of their names.

use desk::knowledge::Word;
use schemars::JsonSchema;
use serde::Serialize;

use super::records::{ExpertiseClaim, KtPlan};

/// What is known about who knows what. One of its parts answers the question that was asked.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct View {
    /// What must be known before believing it.
    pub ground: Ground,
    /// The areas: the answer when nothing else was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overview: Option<Overview>,
    /// Who can help with the path that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
    /// What goes when the people named leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaving: Option<Leaving>,
    /// The CODEOWNERS file that the history proposes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codeowners: Option<Owners>,
    /// Claims that hold today, by area.
    pub claims: Vec<Kept<ExpertiseClaim>>,
    /// Transfers that are planned.
    pub plans: Vec<Kept<KtPlan>>,
}

/// A record with what a form needs to change it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Kept<R> {
    /// Its id.
    pub id: String,
    /// The version that was seen.
    pub version: u64,
    /// What was written.
    #[serde(flatten)]
    pub body: R,
}

/// What the answer stands on.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Ground {
    /// Repositories by name.
    pub repos: Vec<String>,
    /// What is missing among the facts, a sentence each.
    pub caveats: Vec<String>,
    /// Commits in all.
    pub commits: u64,
    /// Commits by bots and agents, left out.
    pub bot_commits: u64,
    /// Lines last written by bots and agents, left out.
    pub bot_lines: u64,
    /// Share of commits from addresses that belong to nobody who could be asked, 0 to 1.
    pub unknown_share: f64,
    /// Names that stand at more than one address.
    pub split_names: u64,
    /// The folder that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Where the areas come from, by repository.
    pub areas_from: Vec<String>,
    /// The day of the answer.
    pub today: String,
}

/// A person with a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Knower {
    /// Their name.
    pub name: String,
    /// How well they know it.
    pub knows: Word,
}

/// Who holds an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// Two or more know it.
    Shared,
    /// One person knows it, and it matters: large enough, and changed or depended upon.
    OnePerson,
    /// Nobody who knows it was seen in the history for a year.
    NobodySeen,
    /// One person knows it, but it is small or at rest.
    Quiet,
    /// Many wrote some of it, and nobody is at *deep* or better.
    Spread,
    /// No line of it is a person's.
    Nobody,
}

/// An area.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AreaView {
    /// Its repository's id.
    pub repo: String,
    /// Its name, with the repository's where there are several.
    pub name: String,
    /// Its path or pattern within the repository.
    pub path: String,
    /// Lines at the head.
    pub lines: u64,
    /// Changes in the last 90 days: files touched by commits.
    pub changes_90d: u64,
    /// Changes in the last 365 days.
    pub changes_365d: u64,
    /// How many people are at *deep* or better.
    pub knowers: u64,
    /// Gini coefficient of what is known, 0 even to 1; none with fewer than two people.
    pub concentration: Option<f64>,
    /// When its newest line was written, seconds since the epoch.
    pub last_at: Option<i64>,
    /// How many other areas import from it.
    pub used_by: u64,
    /// Its field, when its files tell.
    pub domain: Option<String>,
    /// Who holds it.
    pub holding: Holding,
    /// Everybody who is at *some* or better here or in another area, by name.
    pub people: Vec<Knower>,
}

/// The truck factor of a repository.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Truck {
    /// The repository's name.
    pub repo: String,
    /// How many people must leave until over half of the files have no author; none without code files.
    pub factor: Option<u64>,
    /// Code and test files.
    pub files: u64,
    /// How many would be left alone.
    pub left_alone: u64,
    /// The first of them, by path.
    pub examples: Vec<String>,
}

/// How many people know a domain, at each word.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DomainView {
    /// The domain.
    pub name: String,
    /// How many people at each word, from *main* down to *touched*.
    pub people: [u64; 4],
    /// Areas in it.
    pub areas: u64,
}

/// Every area, and what follows from them.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Overview {
    /// The areas, the most changed first.
    pub areas: Vec<AreaView>,
    /// Share of the year's changes in areas held by one person; none when nothing changed.
    pub held_share: Option<f64>,
    /// Truck factors; none below a folder.
    pub trucks: Vec<Truck>,
    /// Coverage of domains.
    pub domains: Vec<DomainView>,
    /// For the area held by one person that changes most: a transfer that could be planned.
    pub transfer: Option<Draft>,
    /// Whether the CODEOWNERS file says something else than the history; none without a file.
    pub codeowners_differs: Option<bool>,
}

/// Somebody who can help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Helper {
    /// Their name.
    pub name: String,
    /// Their address, to write to.
    pub address: String,
    /// How well they know it; none when only their own claim says so.
    pub knows: Option<Word>,
    /// Why they can help.
    pub why: String,
    /// The day of their last commit, when that is over a year ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<String>,
}

/// Who can help with something.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Help {
    /// What was asked about, as found.
    pub about: String,
    /// What it is: a file, a folder, a glob, a function.
    pub kind: String,
    /// Files that it stands for.
    pub files: u64,
    /// Lines of them.
    pub lines: u64,
    /// The areas that it lies in.
    pub areas: Vec<String>,
    /// At most five, the word first, then by name.
    pub people: Vec<Helper>,
    /// How many people at *some* or better asked not to be named here.
    pub left_out: u64,
    /// What the CODEOWNERS file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codeowners: Option<Vec<String>>,
    /// A line to copy that asks them.
    pub mention: String,
}

/// An area that loses a knower.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LossView {
    /// The area.
    pub area: String,
    /// Its lines.
    pub lines: u64,
    /// Changes in the last 365 days.
    pub changes_365d: u64,
    /// Knowers who go, by name.
    pub going: Vec<String>,
    /// Knowers who stay, by name.
    pub staying: Vec<String>,
    /// Who could take it up and why, by name.
    pub successors: Vec<(String, String)>,
}

/// What goes when people leave.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Leaving {
    /// Who is taken away, by name.
    pub people: Vec<String>,
    /// Areas that lose a knower and keep at most one, the largest first.
    pub losses: Vec<LossView>,
    /// Lines without a knower then, that have one now.
    pub lines_lost: u64,
    /// Lines in all.
    pub lines: u64,
    /// Transfers that could be planned, the first three losses with a successor.
    pub drafts: Vec<Draft>,
}

/// A transfer that could be planned.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Draft {
    /// The area.
    pub area: String,
    /// Its lines.
    pub lines: u64,
    /// Its changes in the last 365 days.
    pub changes_365d: u64,
    /// The plan, ready to be kept.
    pub plan: KtPlan,
}

/// The CODEOWNERS file that the history proposes.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Owners {
    /// The repository's name.
    pub repo: String,
    /// Where the present file stands; none when there is none.
    pub place: Option<String>,
    /// Each line of the difference: what happens to it, its pattern, its owners now and as proposed, why.
    pub lines: Vec<OwnersLine>,
    /// The whole file as proposed.
    pub file: String,
}

/// A line of the difference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OwnersLine {
    /// `same`, `new`, `changed` or `kept`.
    pub what: String,
    /// The pattern.
    pub pattern: String,
    /// Owners in the present file.
    pub present: Vec<String>,
    /// Owners that the history proposes.
    pub proposed: Vec<String>,
    /// Why.
    pub reason: String,
}
