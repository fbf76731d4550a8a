//! The files of the repository, as the checks see them: their names and their text.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::run;

/// The files that Git tracks, or would track, by path from the root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the tree at `root`; content that is no text reads as empty.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let listed = run::text(root, "git", &["ls-files", "-co", "--exclude-standard", "-z"])?;
        let files = listed.split('\0').filter(|path| root.join(path).is_file()).map(|path| {
            let text = std::fs::read(root.join(path)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            (path.to_owned(), text.unwrap_or_default())
        });
        Ok(Self { files: files.collect() })
    }

    /// A made-up tree.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// Every file with its text, in order of the paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files whose name ends with one of `endings`.
    pub(crate) fn ending(&self, endings: &'static [&'static str]) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
    }
}
