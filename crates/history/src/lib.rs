//! Reads the history of a Git repository: commits, changes, line owners, functions. Knows only Git, and no people.
//!
//! [`mine()`] walks the commits once, compares trees, follows renames as Git does, and works out line owners of every file
//! from the same differences that give the line counts.

pub mod diff;
mod attributes;
mod error;
mod message;
mod objects;
mod persistent;
mod renames;
mod repository;
pub mod rows;
mod similarity;
pub mod sink;
pub mod text;
mod trees;

pub use error::{Error, ObjectError};
pub use repository::{Refs, Repository, Tip};
