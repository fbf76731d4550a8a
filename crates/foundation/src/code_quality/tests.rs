//! The practice through its view, its sheet and its acts.
