//! The reader against Git itself: real repositories made by script, every row compared with what the `git` command says.

mod against_git;
mod faults;
mod odd;
mod runs;
mod scripts;
