//! The outside: where facts come from and notices go to. So far: Git repositories, what their histories alone tell of change requests, and
//! coverage reports.

pub mod coverage;
pub mod git;
pub mod inferred;
