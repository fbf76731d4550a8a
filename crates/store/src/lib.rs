//! The store: everything that people write and that changes, in one database.
//!
//! People, teams and who leads whom on which day; work items and the log of what happened to them; records with their versions; who may read what; sign-ins, the audit chain, and work
//! behind the scenes. One code path on SQLite and PostgreSQL. Nothing of HTTP, of Git, or of any practice is known here.

mod access;
mod audit;
mod chance;
mod database;
mod error;
pub mod facts;
mod ids;
pub mod jobs;
pub mod keep;
pub mod people;
pub mod policy;
pub mod records;
mod rows;
mod seal;
mod seats;
mod settings;
pub mod sign_in;
mod store;
pub mod work;

pub use access::{Access, HandedIn, Holder, Linked, Look, LookedInto, Slip, SlipDeed, Step, asker_of};
pub use audit::{AuditRow, AuditState};
pub use chance::Chance;
pub use database::Place;
pub use error::{StoreError, Wrong, nearest};
pub use ids::{ItemId, PersonId, ProjectId, RecordId, SprintId, TeamId};
pub use people::Organisation;
pub use records::Hit;
pub use seal::Keys;
pub use seats::Seat;
pub use settings::Setting;
pub use store::{Actor, Store, Write};
