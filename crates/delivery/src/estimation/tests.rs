//! The practice through every face, and its refusals.
