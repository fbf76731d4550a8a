//! A file reads in one sitting. Larger ones are listed with their size, and the list only ever gets smaller.

use super::Finding;
use crate::tree::Tree;

/// Lines that no file passes, unless it is listed.
const MOST: usize = 500;

/// Files over [`MOST`] lines, with the lines that they may have. A number here may be lowered, never raised.
pub(crate) const LARGE: &[(&str, usize)] = &[];

/// Files that are too long, and entries of the list that are out of date.
pub(crate) fn check(tree: &Tree, large: &[(&str, usize)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.ending(&[".rs", ".ts", ".mjs", ".css", ".html"]) {
        let lines = text.lines().count();
        let listed = large.iter().find(|(name, _)| *name == path).map(|(_, most)| *most);
        match listed {
            None if lines > MOST => {
                found.push(Finding::new(path, format!("{lines} lines, {MOST} at most: split it by subject")));
            }
            Some(most) if lines > most => {
                found.push(Finding::new(path, format!("{lines} lines, {most} at most: it is long enough")));
            }
            Some(_) if lines <= MOST => {
                found.push(Finding::new(path, "no longer large: take it off the list in xtask/src/tidy/sizes.rs"));
            }
            Some(most) if lines < most => {
                found.push(Finding::new(path, format!("{lines} lines: lower its number in xtask/src/tidy/sizes.rs")));
            }
            _ => {}
        }
    }
    let gone = large.iter().filter(|(path, _)| !tree.has(path));
    found.extend(gone.map(|(path, _)| Finding::new(*path, "is gone: take it off the list in xtask/src/tidy/sizes.rs")));
    found
}
