//! history.

pub mod debt;
pub mod languages;
pub mod manifests;
pub mod paths;
pub mod rows;
pub mod syntax;
