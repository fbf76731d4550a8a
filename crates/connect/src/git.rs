//! Git repositories as a source of facts: `history` reads, the lake keeps, and this room carries the rows from one to the other.
//!
//! A run is: [`repo_id`], [`lake::Lake::writer`] (says who works when busy), [`LakeSink::new`], the reader over the sink with a
//! [`LakeSink::commit`] now and then, and [`LakeSink::finish`] with the entry for the manifest.

mod batches;
mod id;
mod sink;
#[cfg(test)]
mod tests;

pub use id::{display_name, repo_id};
pub use sink::LakeSink;
