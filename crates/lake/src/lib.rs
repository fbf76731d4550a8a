//! History as columns: fact tables in Parquet files, one manifest that says which of them exist, and SQL over them.
//!
//! The lake knows repositories and rows. It knows nothing of people, pages or Git, reads no clock, and never changes a file that a
//! manifest has named.

mod address;
pub mod bots;
mod bucket;
mod carry;
mod compact;
pub mod coupling;
mod depth;
mod disk;
mod error;
mod folder;
pub mod functions;
mod hints;
mod kept_view;
mod lake;
mod manifest;
pub mod output;
mod pairs;
mod params;
mod part;
mod place;
mod provider;
mod rows;
pub mod schema;
mod session;
mod snapshot;
mod sql;
pub mod tables;
#[doc(hidden)]
pub mod targets;
#[cfg(test)]
mod tests;
mod verify;
pub mod views;
mod writer;

pub use carry::carry;
pub use datafusion::arrow;

pub use address::is_address;
pub use error::{Holder, LakeError, Place, SqlError, Thing};
pub use folder::lock;
pub use functions::Hooks;
pub use lake::Lake;
pub use manifest::{Part, RepoEntry, SCHEMA};
pub use params::Param;
pub use snapshot::Snapshot;
pub use sql::{Limits, SqlAnswer};
pub use verify::{Damage, Harm};
pub use writer::RepoWriter;
