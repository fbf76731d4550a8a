//! The desk: where a viewer works.
//!
//! A desk hands a practice the facts and records that *this* viewer may see, the clock and the source of randomness; a practice has no
//! other way to data. Here live [`Practice`], [`Act`] and the [`Registry`] from which every face (page, API, command, MCP tool) is
//! mounted, the [`sheet`] that every face renders, and the [`records`] that people write. Nothing of HTTP is known here.

mod caveats;
pub mod clock;
pub mod entropy;
pub mod facts;
pub mod form;
pub mod jobs;
pub mod kinds;
pub mod knowledge;
pub mod memo;
pub mod office;
pub mod practice;
mod presence;
pub mod progress;
mod proposals;
pub mod records;
pub mod refusal;
pub mod registry;
pub mod requests;
pub mod road;
pub mod roadmap;
pub mod rooms;
pub mod scope;
pub mod sheet;
#[cfg(test)]
mod tests;
pub mod text;
pub mod work;

pub use caveats::caveats;
pub use clock::Clock;
pub use entropy::Entropy;
pub use jobs::JobEntry;
pub use office::{Desk, Office, Viewer};
pub use practice::{Act, Alias, Document, Practice, Told, act_href, href};
pub use presence::Presence;
pub use proposals::ProposedWork;
pub use records::{Changes, KindEntry, Record, Records, Stored};
pub use refusal::{FieldError, Refusal};
pub use registry::{ActEntry, PracticeEntry, Registry, Viewed};
pub use roadmap::Stage;
pub use rooms::{Room, Seat};
pub use scope::Scope;
pub use sheet::{Sheet, Sheeted};
pub use store::nearest;
