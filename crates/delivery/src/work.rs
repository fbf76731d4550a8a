//! What every practice of the stage asks of the log of work: whose board, which workflow was in force, each item's way, and the measures of
//! flow. No practice reaches into another for these.

pub mod measures;
pub mod rules;
pub mod scene;
pub mod workflow;
