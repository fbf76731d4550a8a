//! Flow: the log of work becomes spans, counts and series. Pure: every chart is a function of (log, rules, as of, known at).

pub mod ageing;
pub mod cumulative;
pub mod span;
pub mod sprint;
pub mod steady;
pub mod track;

pub use span::{BackMove, Points, Span, TimeRule};
pub use track::{Stages, Track, Visit};
