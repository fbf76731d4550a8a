//! The store: everything that people write and that changes, in one database.
//!
//! People, teams and who leads whom on which day; records with their versions; who may read what; sign-ins, the audit chain, and work
//! behind the scenes. One code path on SQLite and PostgreSQL. Nothing of HTTP, of Git, or of any practice is known here.

mod ids;
pub mod policy;

pub use ids::{PersonId, RecordId, TeamId};
