//! Stage 1, a solid technical foundation: is the technical ground solid, and who can be asked about what?

pub mod code_quality;
pub mod deep_expertise;
pub mod globs;

/// The practices of this stage that are here, for the one list of the house.
#[must_use]
pub fn practices() -> Vec<web::Entry> {
    vec![web::entry::<code_quality::CodeQuality>(), web::entry::<deep_expertise::DeepExpertise>()]
}

#[cfg(test)]
mod testing {
    //! What the tests of every practice need.

    use desk::{Desk, Office};

    /// A desk of somebody of that name.
    pub(crate) async fn desk_of(office: &Office, name: &str) -> Desk {
        let viewer = office.local(name, &format!("{name}@localhost")).await.unwrap();
        office.desk(viewer).await.unwrap()
    }
}
