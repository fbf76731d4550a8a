//! Every Rust file begins by saying what it is for.

use super::Finding;
use crate::tree::Tree;

/// Files that do not begin with a `//!` line. Files that are input of a test are no code of ours.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(&[".rs"])
        .filter(|(path, _)| !path.split('/').any(|part| part == "fixtures"))
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| Finding::new(format!("{path}:1"), "begin with `//! ` and a sentence that says what it is for"))
        .collect()
}
