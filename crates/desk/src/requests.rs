//! Change requests, as practices see them. Facts: sources fill them, nobody edits them. Reading is [`Desk::change_requests`](crate::Desk::change_requests).

pub use store::facts::{
    ChangeCommit, ChangeRequest, ChangeRequests, Identity, Repository, RequestState, Review, RowId,
};
