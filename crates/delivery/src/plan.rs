//! A plan and its dates, for every practice of the stage that needs them: the record (`record`, `tree`), what it stands on (`ground`), the
//! network that it becomes (`model`, `network`, `axis`), and what may come of it (`level`, `trials`, `reckon`).
//!
//! All of it but `ground` is pure. What is shown of a plan, and how it is written, is planning's.

pub mod axis;
pub mod ground;
pub mod level;
pub mod model;
pub mod network;
pub mod reckon;
pub mod record;
pub mod tree;
pub mod trials;
