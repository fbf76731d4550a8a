//! The reader against Git itself: real repositories made by script, every row compared with what the `git` command says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops at once")]

mod against_git;
mod faults;
mod head;
mod lines;
mod odd;
mod runs;
mod scripts;
