//! Who can be asked about what, and what does only one person know?

pub mod areas;
pub mod authorship;
pub mod codeowners;
pub mod domains;
pub mod knowledge;
pub mod leaving;
pub mod truck_factor;
