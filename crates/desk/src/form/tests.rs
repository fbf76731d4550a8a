//! Pairs to types, and what is said when they do not fit.
