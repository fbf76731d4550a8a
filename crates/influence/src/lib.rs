//! Stage 2, influence: does what one person knows reach the others?

pub mod code_review;

/// The practices of this stage that are here, for the one list of the house.
#[must_use]
pub fn practices() -> Vec<web::Entry> {
    vec![web::entry::<code_review::CodeReview>()]
}
