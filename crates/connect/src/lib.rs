//! The outside: where facts come from and notices go to. So far two sources: Git repositories, and coverage reports.

pub mod coverage;
pub mod git;
