//! The outside: where facts come from and notices go to. So far one source: Git repositories.

pub mod git;
