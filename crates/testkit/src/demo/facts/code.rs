//! Repositories, what was committed to them, and change requests with their reviews.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChangeId, CommitIx, PersonId, RepositoryId, TeamId, WorkItemId};

/// What code of an area is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "languages say their names")]
pub enum Language {
    TypeScript,
    Go,
    Python,
    Rust,
    Java,
    Kotlin,
    Swift,
    Yaml,
}

/// What kind of thing a repository is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Pages, services and infrastructure in one.
    Monorepo,
    /// Pipelines over data.
    Data,
    /// One service.
    Service,
    /// An app for two kinds of telephones.
    Mobile,
    /// Old, feared, seldom touched.
    Legacy,
}

/// Who may know an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knowers {
    /// Whoever works on it.
    Anyone,
    /// One person does nearly all of it, as long as they are here.
    Only(PersonId),
}

/// A part of a repository that people speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// As people call it.
    pub name: String,
    /// The folder of its code, with a slash at its end.
    pub folder: String,
    /// The folder of its tests, the same one for languages that keep them beside the code.
    pub tests: String,
    /// What it is written in.
    pub language: Language,
    /// How much of the repository's work goes there.
    pub heat: u32,
    /// Files of code that it had on the first day.
    pub first_files: u16,
    /// Files of code that it has had so far.
    pub files: u16,
    /// Who works on it.
    pub knowers: Knowers,
    /// The area that is changed with this one for reasons that no import shows.
    pub partner: Option<u16>,
}

/// A glob and the team that owns what it matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeOwner {
    /// As CODEOWNERS writes it.
    pub pattern: String,
    /// Who owns it.
    pub team: TeamId,
}

/// A repository and everything that was committed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// The folder's name.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// What kind of thing it is.
    pub shape: Shape,
    /// Whose it is.
    pub team: TeamId,
    /// How change requests come to `main`.
    pub merges: MergeMethod,
    /// Its parts.
    pub areas: Vec<Area>,
    /// Who owns which files.
    pub owners: Vec<CodeOwner>,
    /// The text of its CODEOWNERS file.
    pub code_owners: String,
    /// Every commit: those on `main`, those of merged branches and those of open change requests.
    pub commits: Vec<Commit>,
}

impl Repository {
    /// What it is written in, each once, in the order of its areas.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let mut languages = Vec::new();
        for area in &self.areas {
            if !languages.contains(&area.language) {
                languages.push(area.language);
            }
        }
        languages
    }
}

/// The id that Git gave to a commit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(pub(crate) [u8; 20]);

impl CommitId {
    pub(crate) fn parse(hex: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        let hex = hex.get(..40)?;
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl Serialize for CommitId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommitId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        Self::parse(&hex).ok_or_else(|| serde::de::Error::custom("not 40 hexadecimal digits"))
    }
}

/// Where a commit stands in its repository's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitPlace {
    /// On `main`, by itself.
    Direct,
    /// On `main`, a whole change request in one.
    Squashed,
    /// On `main`, with a branch as its second parent.
    Merge,
    /// On the branch of a change request.
    Branch,
}

/// What a commit does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The first files of the whole repository.
    Found,
    /// New behaviour.
    Grow,
    /// A mended fault.
    Fix,
    /// The same behaviour, better written.
    Refactor,
    /// Another name for the file.
    Rename,
    /// Half of the file moves to this new one.
    Split(u16),
    /// More tests only.
    Test,
    /// The change of an earlier commit, taken back.
    Revert(CommitIx),
    /// New layout of everything in the area.
    Format,
    /// A new version of a dependency, or a new dependency.
    Dependency,
    /// A word in a document.
    Document,
    /// A decision record.
    Decision,
    /// What the build does.
    Pipeline,
    /// Version and change log of a release.
    Release,
    /// Who owns what.
    Owners,
    /// `.mailmap`.
    Mailmap,
    /// `.git-blame-ignore-revs`, naming that commit.
    IgnoreRevs(CommitIx),
}

/// One thing that a commit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The area; 0 also for what is about the whole repository.
    pub area: u16,
    /// Which file of the area, in the order of their making.
    pub file: u16,
    /// What happens to it.
    pub op: Op,
}

/// A commit. Its text is made when the repositories are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Who wrote it.
    pub author: PersonId,
    /// Who sat beside.
    pub co_authors: Vec<PersonId>,
    /// Who put it there; nothing when the forge did.
    pub committer: Option<PersonId>,
    /// When it was written.
    pub authored_at: Timestamp,
    /// When it was put there.
    pub committed_at: Timestamp,
    /// How far the author's clock is ahead of UTC, minutes.
    pub offset_minutes: i16,
    /// First line of the message.
    pub subject: String,
    /// The rest of the message, without trailers.
    pub body: String,
    /// Where it stands.
    pub place: CommitPlace,
    /// What it follows: none for the first, two for a merge with that of `main` first.
    pub parents: Vec<CommitIx>,
    /// The change request that it belongs to.
    pub change: Option<ChangeId>,
    /// What it does.
    pub edits: Vec<Edit>,
    /// Its id, once the repositories are written.
    pub id: Option<CommitId>,
}

/// How a change request comes to `main`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeMethod {
    /// By a merge commit.
    Merge,
    /// As one commit.
    Squash,
}

/// What became of a change request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Waits.
    Open,
    /// Is on `main`.
    Merged,
    /// Was given up.
    Closed,
}

/// What a reviewer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Yes.
    Approved,
    /// Not like this.
    ChangesRequested,
    /// Neither.
    Commented,
}

/// A review of a change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// By whom; never its author.
    pub reviewer: PersonId,
    /// What they said.
    pub state: ReviewState,
    /// When.
    pub at: Timestamp,
    /// Comments at lines.
    pub comments: u16,
}

/// A change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// Of which repository.
    pub repository: RepositoryId,
    /// Counts up within the repository, in the order of opening.
    pub number: u32,
    /// What it is about.
    pub title: String,
    /// The branch that it comes from; exists in the repository while it is open.
    pub branch: String,
    /// Who opened it.
    pub author: PersonId,
    /// When.
    pub opened_at: Timestamp,
    /// When it was first ready for review: later than opened for a draft.
    pub ready_at: Option<Timestamp>,
    /// What became of it.
    pub state: ChangeState,
    /// When it came to `main`.
    pub merged_at: Option<Timestamp>,
    /// When it was merged or given up.
    pub closed_at: Option<Timestamp>,
    /// Who merged it.
    pub merged_by: Option<PersonId>,
    /// How.
    pub merge: MergeMethod,
    /// Its commits in order: those of the branch, or the one that it was squashed to; none when it was given up.
    pub commits: Vec<CommitIx>,
    /// The commit on `main` that brought it.
    pub landed: Option<CommitIx>,
    /// The items that it works on.
    pub items: Vec<WorkItemId>,
    /// In order.
    pub reviews: Vec<Review>,
}
