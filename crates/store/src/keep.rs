//! Keeping it: backups and their way back, a new key, what `doctor` asks of the store, everything as files and in again.
//!
//! Nothing here knows what is in the lake; its folder is taken as it is.

mod backup;
mod board;
mod check;
mod container;
mod dump;
mod export;
mod front;
mod fronts;
mod import;
mod key;
mod programs;
mod restore;

pub use backup::BackupAsk;
pub use check::{Finding, check};
pub use container::{Contents, Engine, Packed};
pub use export::Exported;
pub use import::Imported;
pub use key::Rotation;
pub use restore::{RestoreInto, restore};

pub use crate::seal::write_secret;
