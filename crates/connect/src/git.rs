//! Git repositories as a source of facts: `history` reads, the lake keeps, and this room carries the rows from one to the other.

mod batches;
mod id;
mod sink;
#[cfg(test)]
mod tests;

pub use id::{display_name, repo_id};
pub use sink::LakeSink;
