//! What is left to do is an issue. A comment may point to it by its number: `TODO(#12)`.

use super::Finding;
use crate::tree::Tree;

/// Places whose subject is such comments, in the code of others.
const ABOUT: &[&str] =
    &["crates/history/src/debt", "e2e/repository.mjs", "crates/history/src/syntax", "xtask/src/tidy"];

/// Comments that begin with a marker and name no issue.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(&[".rs", ".ts", ".mjs", ".css", ".html", ".sh", ".toml", ".md"])
        .filter(|(path, _)| !ABOUT.iter().any(|about| path.starts_with(about)))
        .flat_map(|(path, text)| {
            let lines = text.lines().enumerate().filter(|(_, line)| is_unnumbered(line));
            lines.map(move |(at, _)| Finding::new(format!("{path}:{}", at + 1), "name the issue, as in `TODO(#12)`"))
        })
        .collect()
}

fn is_unnumbered(line: &str) -> bool {
    ["//", "#", "/*", "<!--", "*"].iter().filter_map(|start| line.split_once(start)).any(|(_, comment)| {
        let comment = comment.trim_start_matches(['/', '!', '*', '#', ' ']);
        let rest = comment.strip_prefix("TODO").or_else(|| comment.strip_prefix("FIXME"));
        rest.is_some_and(|rest| !rest.starts_with("(#") && !rest.starts_with(|next: char| next.is_alphanumeric()))
    })
}
