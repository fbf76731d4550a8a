//! Documents name files; this checks that those files are there, so that a map of the house cannot rot.

use super::Finding;
use crate::tree::Tree;

/// Endings by which a word in backticks is taken for a file's name.
const ENDINGS: &[&str] = &[".rs", ".toml", ".md", ".mjs", ".ts", ".css", ".html"];

/// Paths that documents name, in backticks or as the target of a link, and that do not exist.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.ending(&[".md"]).filter(|(path, _)| !path.contains('/') || path.starts_with("docs/"));
    documents
        .flat_map(|(document, text)| {
            let mut fenced = false;
            let mut found = Vec::new();
            for (at, line) in text.lines().enumerate() {
                if line.trim_start().starts_with("```") {
                    fenced = !fenced;
                } else if !fenced {
                    let wrong = quoted(line).filter(|word| is_path(tree, word)).chain(linked(line));
                    let wrong = wrong.filter(|named| !exists(tree, document, named));
                    let place = format!("{document}:{}", at + 1);
                    found.extend(
                        wrong.map(|named| Finding::new(&place, format!("names {named}, which does not exist"))),
                    );
                }
            }
            found
        })
        .collect()
}

/// Words in backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).map(|word| word.split("::").next().unwrap_or(word))
}

/// Targets of links within the repository.
fn linked(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter_map(|target| {
        let path = target.split('#').next().unwrap_or(target);
        (!path.is_empty() && !path.contains(':')).then_some(path)
    })
}

/// Whether a word is meant as a path of this repository: it has no blank, wildcard or placeholder, and begins with a
/// folder of the root, or ends as our files do.
fn is_path(tree: &Tree, word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let first = word.split('/').next().unwrap_or(word);
    plain
        && !word.starts_with(['/', '-'])
        && !word.starts_with("..")
        && ((word.contains('/') && tree.has(first) && first != "target")
            || ENDINGS.iter().any(|ending| word.ends_with(ending) && word.len() > ending.len()))
}

/// A path from the root or from the document's folder; a bare name may be any file's.
fn exists(tree: &Tree, document: &str, named: &str) -> bool {
    let named = named.strip_prefix("./").unwrap_or(named);
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let bare = !named.contains('/') && {
        let ending = format!("/{named}");
        tree.files().any(|(path, _)| path.ends_with(&ending))
    };
    bare || tree.has(named) || tree.has(&resolve(folder, named))
}

fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
