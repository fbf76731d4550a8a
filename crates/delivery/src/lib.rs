//! Stage 3, delivery: what will be done when, by whom, and what could stop it?
//!
//! Five practices on one log of work. What they share is pure: `flow` (log → spans, counts, series), `calendar` (working time,
//! availability), `numbers` (percentiles and limits), `spread` (quantities with a spread), `sim` (draws of trials), `pace` and `pmf` (how much is finished a day), `plan` (a plan and its dates), `published` (what stands in the ledger); and `work`, which asks the desk whose board
//! it is, which workflow was in force, and what the measures of flow are.

pub mod calendar;
pub mod delegation;
pub mod estimation;
pub mod flow;
pub mod methodology;
pub mod numbers;
pub mod pace;
pub mod plan;
pub mod planning;
pub mod pmf;
pub mod published;
pub mod risk;
pub mod sim;
pub mod spread;
pub mod work;

/// The practices of this stage that are here, for the one list of the house.
#[must_use]
pub fn practices() -> Vec<web::Entry> {
    vec![
        web::entry::<methodology::Methodology>(),
        web::entry::<planning::Planning>(),
        web::entry::<estimation::Estimation>(),
        web::entry::<delegation::Delegations>(),
        web::entry::<risk::Risks>(),
    ]
}
