//! Stage 1, a solid technical foundation: is the technical ground solid, and who can be asked about what?

pub mod code_quality;
pub mod deep_expertise;
pub mod globs;
pub mod people;

/// The practices of this stage that are here, for the one list of the house.
#[must_use]
pub fn practices() -> Vec<web::Entry> {
    vec![web::entry::<deep_expertise::DeepExpertise>()]
}
