//! What there is to know about the company, as plain data. Columns follow the tables of people, work, code under review and delivery
//! that sources fill, so that a fact can be put into them as it is. Nothing here decides anything.

mod code;
mod delivery;
mod people;
mod work;

pub use code::{
    Area, ChangeRequest, ChangeState, CodeOwner, Commit, CommitId, CommitPlace, Edit, Knowers, Language, MergeMethod,
    Op, Repository, Review, ReviewState, Shape,
};
pub use delivery::{Deployment, DeploymentResult, Environment, Incident, Release};
pub use people::{Absence, AbsenceKind, Membership, Person, PersonKind, Reporting, Role, Team};
pub use work::{Category, ItemType, Sprint, SprintMember, Transition, WorkItem};

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in the company's list.
            #[must_use]
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// The id of the thing at a place in the company's list.
            #[must_use]
            pub fn of(at: usize) -> Self {
                Self(u32::try_from(at).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// A place in [`Company::people`](super::Company::people).
    PersonId;
    /// A place in [`Company::teams`](super::Company::teams).
    TeamId;
    /// A place in [`Company::repositories`](super::Company::repositories).
    RepositoryId;
    /// A place in [`Company::items`](super::Company::items).
    WorkItemId;
    /// A place in [`Company::changes`](super::Company::changes).
    ChangeId;
    /// A place in [`Company::deployments`](super::Company::deployments).
    DeploymentId;
    /// A place in [`Company::incidents`](super::Company::incidents).
    IncidentId;
    /// A place in the `commits` of one repository.
    CommitIx;
}
