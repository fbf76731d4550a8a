//! What tests share: real Git repositories made by script, with fixed people and times, and a collector of the rows read from them.

pub mod company;
pub mod demo;
pub mod git;
pub mod mining;
pub mod rows;
pub mod work;

pub use git::{EPOCH, Scripted};
pub use mining::{base_of, mine_into, mine_path_into, requests_of};
pub use rows::{Rows, read, read_on};
pub use store::facts::Taken;

/// What a test founds a company with: people, teams, and the past of a board. Stages have no other way to the store.
pub mod founding {
    pub use store::people::{AbsenceKind, Founding, NewPerson, NewTeam, Office, Role};
    pub use store::work::{Category, ItemType, Past, PastEntry, PastItem, ServiceClass};
    pub use store::{Actor, PersonId};
}
