//! Reads the history of a Git repository: commits, changes, line owners, functions. Knows only Git, and no people.
//!
//! [`mine()`] walks the commits once, compares trees, follows renames as Git does, and works out line owners of every file
//! from the same differences that give the line counts.

mod attributes;
mod base;
mod content;
pub mod debt;
pub mod diff;
mod error;
mod graph;
mod head;
mod identity;
mod ignored;
mod kept;
pub mod languages;
mod lines;
pub mod manifests;
mod measure;
mod message;
mod mine;
mod objects;
pub mod paths;
mod persistent;
mod progress;
mod renames;
mod repository;
pub mod rows;
mod similarity;
pub mod sink;
mod state;
mod survival;
pub mod syntax;
#[doc(hidden)]
pub mod targets;
pub mod text;
mod touched;
mod trees;
mod versions;
mod word;

pub use base::{Base, read_at};
pub use error::{Error, ObjectError};
pub use identity::identity;
pub use mine::{Plan, Report, digest, mine};
pub use progress::{Phase, Progress, Silent};
pub use repository::{Refs, Repository, Tip};
