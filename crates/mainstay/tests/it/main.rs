//! The program as a whole, started as a person starts it: what it prints, how it ends, what it leaves behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop at once, also in what tests share")]

mod bad_input;
mod bucket;
mod commands;
mod faults;
mod goes_wrong;
mod mcp;
mod odd_histories;
mod program;
mod questions;
mod records;
#[cfg(unix)]
mod stopping;
mod together;
