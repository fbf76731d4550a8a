//! Renames between two states: what a path of the earlier one is called in the later one.

use std::collections::HashMap;

use crate::code_quality::facts::RenameRow;

/// Paths with the names that they have after the renames, by the repository's name.
#[derive(Default)]
pub(super) struct Moved<'a>(HashMap<(&'a str, &'a str), &'a str>);

impl<'a> Moved<'a> {
    /// From renames, the oldest first.
    pub(super) fn new(renames: &'a [RenameRow], names: &HashMap<&'a str, &'a str>) -> Self {
        let mut moved: HashMap<(&str, &str), &str> = HashMap::new();
        for row in renames {
            let Some(repo) = names.get(row.repo.as_str()).copied() else { continue };
            for ((_, _), now) in moved.iter_mut().filter(|((of, _), now)| *of == repo && **now == row.old_path) {
                *now = &row.path;
            }
            moved.entry((repo, &row.old_path)).or_insert(&row.path);
        }
        Self(moved)
    }

    /// The name that a path has now.
    pub(super) fn now<'b>(&'b self, repo: &'b str, path: &'b str) -> &'b str {
        self.0.get(&(repo, path)).copied().unwrap_or(path)
    }
}
