//! history.

pub mod debt;
pub mod languages;
pub mod paths;
pub mod rows;
pub mod syntax;
