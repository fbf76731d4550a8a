//! Where is the code costly to change, and is it getting better?

pub mod coupling;
pub mod delivery_risk;
pub mod health;
pub mod hotspot;
pub mod logistic;
pub mod size;
pub mod szz;
pub mod trend;
