//! Git repositories as a source of facts: `history` reads, the lake keeps, and this room carries the rows from one to the other.
//!
//! [`mine()`] reads a history, [`read_base`] the files of one commit to compare with; [`LakeSink`] is the reader's sink over the lake. [`read_requests`]
//! carries what a mined history tells of change requests into the store.

mod base;
mod batches;
mod id;
mod mine;
mod mirror;
mod requests;
mod sink;
#[cfg(test)]
mod tests;

pub use base::read_base;
pub use id::{display_name, repo_id};
pub use mine::{MineError, Mined, Order, known, mine};
pub use mirror::{MirrorError, is_url, mirror};
pub use requests::{HOST, RequestsError, read_requests};
pub use sink::LakeSink;
