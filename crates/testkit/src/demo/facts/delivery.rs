//! What reached users, and what went wrong there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChangeId, CommitIx, DeploymentId, PersonId, RepositoryId, TeamId, WorkItemId};

/// Where something was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Where users are.
    Production,
    /// Where it is tried first.
    Staging,
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentResult {
    /// It runs.
    Success,
    /// It did not come up.
    Failure,
}

/// A commit that was put somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Of which repository.
    pub repository: RepositoryId,
    /// As which service.
    pub service: String,
    /// Where.
    pub environment: Environment,
    /// Which commit of the repository, on `main`.
    pub commit: CommitIx,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// How.
    pub result: DeploymentResult,
    /// By whom; the bot where it goes by itself.
    pub actor: PersonId,
    /// Whether it put back an earlier commit.
    pub rollback: bool,
}

/// A disturbance of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What users saw.
    pub title: String,
    /// Of which repository.
    pub repository: RepositoryId,
    /// Which service.
    pub service: String,
    /// Whose service.
    pub team: TeamId,
    /// 1 (worst) to 4.
    pub severity: u8,
    /// When it began.
    pub opened_at: Timestamp,
    /// When users had what they need again.
    pub mitigated_at: Option<Timestamp>,
    /// When its cause was gone.
    pub resolved_at: Option<Timestamp>,
    /// The change request that caused it.
    pub caused_by: ChangeId,
    /// The deployment that brought it.
    pub deployment: DeploymentId,
    /// The work that it made.
    pub item: Option<WorkItemId>,
}

/// A version with its tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Of which repository.
    pub repository: RepositoryId,
    /// The tag, which exists in the repository.
    pub tag: String,
    /// The tagged commit.
    pub commit: CommitIx,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom.
    pub by: PersonId,
}
