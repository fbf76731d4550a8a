//! Git repositories as a source of facts: `history` reads, the lake keeps, and this room carries the rows from one to the other.
//!
//! [`mine()`] reads a history, [`read_base`] the files of one commit to compare with; [`LakeSink`] is the reader's sink over the lake.

mod base;
mod batches;
mod id;
mod mine;
mod mirror;
mod sink;
#[cfg(test)]
mod tests;

pub use base::read_base;
pub use id::{display_name, repo_id};
pub use mine::{MineError, Mined, Order, known, mine};
pub use mirror::{MirrorError, is_url, mirror};
pub use sink::LakeSink;
