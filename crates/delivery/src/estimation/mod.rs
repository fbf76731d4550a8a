//! How hard is it, when will it be done, and how good were our answers so far?

pub mod backtest;
pub mod forecast;
pub mod method;
pub mod pmf;
pub mod recalibration;
pub mod reference;
pub mod scores;
pub mod simulate;
pub mod start;
