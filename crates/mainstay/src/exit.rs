//! Exit codes. Scripts rely on them: a number never changes its meaning. The help, the documents and the tests read this one table.

/// Done.
pub(crate) const DONE: u8 = 0;
/// The answer is no: a check failed, or something could only be read in part.
pub(crate) const NO: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// Bad input data.
pub(crate) const BAD_INPUT: u8 = 65;
/// A source is unavailable.
pub(crate) const UNAVAILABLE: u8 = 69;
/// A bug.
pub(crate) const BUG: u8 = 70;
/// Reading or writing failed.
pub(crate) const INPUT_OUTPUT: u8 = 74;
/// Somebody else is at work.
pub(crate) const BUSY: u8 = 75;
/// The one who asks may not.
pub(crate) const NOT_ALLOWED: u8 = 77;

/// Every code with its meaning and an example.
pub(crate) const TABLE: &[(u8, &str, &str)] = &[
    (DONE, "done", "also for an empty repository, and when nothing is new"),
    (NO, "the answer is no", "a check failed, or objects could not be read and the rest was"),
    (USAGE, "wrong usage", "an option that is not known"),
    (BAD_INPUT, "bad input data", "a path that is no repository, a statement that is no SQL"),
    (UNAVAILABLE, "a source is unavailable", "an address that cannot be cloned"),
    (BUG, "a bug", "please report it"),
    (INPUT_OUTPUT, "input or output failed", "a full disk, a data folder that cannot be written"),
    (BUSY, "busy", "another process writes the same data folder; --wait waits for it"),
    (NOT_ALLOWED, "not allowed", "an act that is not this person's"),
];

/// What stands below the main help.
pub(crate) fn help() -> String {
    let codes: Vec<String> = TABLE.iter().map(|(code, meaning, _)| format!("{code} {meaning}")).collect();
    format!("Exit codes: {}.\n`mainstay exit-codes` explains them.", codes.join(", "))
}

/// The table for a person: a line each.
pub(crate) fn text() -> String {
    TABLE.iter().map(|(code, meaning, example)| format!("{code:>3}  {meaning:<24} {example}\n")).collect()
}
