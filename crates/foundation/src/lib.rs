//! foundation.
