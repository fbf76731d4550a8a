//! Exit codes. Scripts rely on them: a number never changes its meaning.

/// Done.
pub(crate) const DONE: u8 = 0;
/// The answer is no: a check failed, or something could only be read in part.
pub(crate) const NO: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// Bad input data.
pub(crate) const BAD_INPUT: u8 = 65;
/// A bug.
pub(crate) const BUG: u8 = 70;
/// Reading or writing failed.
pub(crate) const INPUT_OUTPUT: u8 = 74;
/// Somebody else is at work.
pub(crate) const BUSY: u8 = 75;

/// What stands below every help text.
pub(crate) const HELP: &str = "Exit codes: 0 done, 1 the answer is no (a check failed, or data is partial), 2 wrong usage, \
65 bad input data, 69 a source is unavailable, 70 a bug, 74 input/output, 75 busy, 77 not allowed.";
