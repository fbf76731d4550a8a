//! Plans: what people write of them, and what a plan's dates are a function of: its tree, the network of its tasks, who is there on which day,
//! levelling, trials, and what could happen to it. Pure but for `ground`, which reads the desk once, and what it asks. No practice's words in here.

pub mod axis;
pub mod drain;
pub mod drivers;
pub mod ground;
pub mod growth;
pub mod hazard;
pub mod level;
pub mod model;
pub mod network;
pub mod past;
pub mod reckon;
pub mod records;
pub mod tree;
pub mod trials;
pub mod what_if;
pub mod which;
