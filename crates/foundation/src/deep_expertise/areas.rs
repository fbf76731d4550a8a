//! Areas of a repository: what CODEOWNERS names, otherwise folders two deep with at least 500 lines.
//!
//! Every file lies in exactly one area. Folders that are too small belong to the folder above; what is left is the area `.`.

use std::collections::{BTreeMap, HashSet};

use super::codeowners::CodeOwners;

/// Lines that make a folder an area of its own.
pub const SMALLEST: u64 = 500;
/// With more areas than this only the top folders are shown at first.
pub const MANY: usize = 2000;
/// The area of what lies in no other.
pub const REST: &str = ".";

/// A file and its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLines<'a> {
    /// The path.
    pub path: &'a str,
    /// Its lines.
    pub lines: u64,
}

/// Where the areas come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Patterns of the CODEOWNERS file; folders where it names none.
    CodeOwners,
    /// Folders two deep.
    Folders,
    /// Top folders, since two deep would be too many.
    TopFolders,
}

/// The areas of a repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Areas {
    /// Where they come from.
    pub origin: Origin,
    owners: Option<CodeOwners>,
    folders: HashSet<String>,
    depth: usize,
}

impl Areas {
    /// Chooses the areas for these files: by CODEOWNERS when there is one with patterns, otherwise by folders.
    #[must_use]
    pub fn choose(files: &[FileLines<'_>], owners: Option<CodeOwners>) -> Self {
        let owners = owners.filter(|owners| owners.rules().len() > 1);
        let two_deep = Self::by_folders(files, 2);
        let origin = if owners.is_some() { Origin::CodeOwners } else { two_deep.origin };
        if two_deep.folders.len() > MANY {
            let origin = if owners.is_some() { Origin::CodeOwners } else { Origin::TopFolders };
            return Self { origin, owners, ..Self::by_folders(files, 1) };
        }
        Self { origin, owners, ..two_deep }
    }

    /// Folders at most `depth` deep with at least [`SMALLEST`] lines.
    #[must_use]
    pub fn by_folders(files: &[FileLines<'_>], depth: usize) -> Self {
        let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
        for file in files {
            if let Some(folder) = folder_at(file.path, depth) {
                *lines.entry(folder).or_default() += file.lines;
            }
        }
        let mut folders: HashSet<String> = HashSet::new();
        for level in (1..=depth).rev() {
            let mut above: BTreeMap<&str, u64> = BTreeMap::new();
            for (folder, lines) in std::mem::take(&mut lines) {
                let at_level = folder.matches('/').count() + 1 == level;
                if at_level && lines >= SMALLEST {
                    folders.insert(folder.to_owned());
                } else if let Some(parent) = if at_level { parent_of(folder) } else { Some(folder) } {
                    *above.entry(parent).or_default() += lines;
                }
            }
            lines = above;
        }
        Self { origin: Origin::Folders, owners: None, folders, depth }
    }

    /// The area of a path.
    #[must_use]
    pub fn of<'a>(&'a self, path: &'a str) -> &'a str {
        if let Some(rule) = self.owners.as_ref().and_then(|owners| owners.rule_for(path))
            && rule.pattern() != "*"
        {
            return rule.pattern();
        }
        let mut folder = folder_at(path, self.depth);
        while let Some(name) = folder {
            if self.folders.contains(name) {
                return name;
            }
            folder = parent_of(name);
        }
        REST
    }
}

/// The folder of a path, at most `depth` deep; none at the top.
fn folder_at(path: &str, depth: usize) -> Option<&str> {
    crate::globs::folders_above(path).take(depth).last()
}

fn parent_of(folder: &str) -> Option<&str> {
    folder.rfind('/').and_then(|slash| folder.get(..slash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn files_of<'a>(files: &[(&'a str, u64)]) -> Vec<FileLines<'a>> {
        files.iter().map(|(path, lines)| FileLines { path, lines: *lines }).collect()
    }

    #[test]
    fn folders_two_deep_are_areas() {
        let files = files_of(&[
            ("crates/web/src/lib.rs", 400),
            ("crates/web/b.rs", 100),
            ("crates/tiny/a.rs", 499),
            ("crates/x.rs", 1),
            ("README.md", 9),
        ]);
        let areas = Areas::choose(&files, None);
        assert_eq!(areas.of("crates/web/new.rs"), "crates/web");
        assert_eq!(areas.of("crates/tiny/a.rs"), "crates", "small folders belong to the one above");
        assert_eq!(areas.of("README.md"), REST);
    }

    #[test]
    fn small_top_folders_are_the_rest() {
        let areas = Areas::choose(&files_of(&[("a/b/c", 10), ("d/e", 600)]), None);
        assert_eq!((areas.of("a/b/c"), areas.of("d/e")), (REST, "d"));
    }

    #[test]
    fn owners_patterns_go_before_folders() {
        let owners = CodeOwners::parse("* @all\n/src/db/ @data\n/docs/ @writers\n");
        let areas = Areas::choose(&files_of(&[("src/db/a", 9), ("src/ui/b", 900)]), Some(owners));
        assert_eq!(areas.origin, Origin::CodeOwners);
        assert_eq!((areas.of("src/db/a"), areas.of("src/ui/b")), ("/src/db/", "src/ui"));
    }

    #[test]
    fn too_many_areas_start_at_the_top() {
        let names: Vec<String> = (0..=MANY).map(|n| format!("top/f{n}/a")).collect();
        let files: Vec<FileLines> = names.iter().map(|path| FileLines { path, lines: 500 }).collect();
        let areas = Areas::choose(&files, None);
        assert_eq!(areas.origin, Origin::TopFolders);
        assert_eq!(areas.of("top/f7/a"), "top");
    }

    proptest! {
        #[test]
        fn no_area_is_below_its_size(files in prop::collection::vec(("[abc](/[abc]){0,3}", 0u64..600), 1..40)) {
            let files: Vec<FileLines> = files.iter().map(|(path, lines)| FileLines { path, lines: *lines }).collect();
            let areas = Areas::by_folders(&files, 2);
            let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
            for file in &files {
                *lines.entry(areas.of(file.path)).or_default() += file.lines;
            }
            prop_assert!(lines.iter().all(|(area, lines)| *area == REST || *lines >= SMALLEST));
        }
    }
}
