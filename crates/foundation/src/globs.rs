//! Path patterns as `.gitignore` and CODEOWNERS write them, for areas, owners and scopes.

use gix_glob::pattern::Case;
use gix_glob::wildmatch::Mode;

/// A pattern that matches paths of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    pattern: gix_glob::Pattern,
    /// `docs/*` names the files directly in `docs`, not what lies deeper.
    direct_only: bool,
}

impl Glob {
    /// Reads a pattern; none when it is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let pattern = gix_glob::Pattern::from_bytes_without_negation(text.as_bytes())?;
        Some(Self { text: text.to_owned(), pattern, direct_only: text.ends_with("/*") })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names the file, or a folder above it.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.matches_one(path, false) {
            return true;
        }
        !self.direct_only && folders_above(path).any(|folder| self.matches_one(folder, true))
    }

    fn matches_one(&self, path: &str, is_folder: bool) -> bool {
        let name_starts = path.rfind('/').map(|slash| slash + 1);
        self.pattern.matches_repo_relative_path(
            path.into(),
            name_starts,
            Some(is_folder),
            Case::Sensitive,
            Mode::NO_MATCH_SLASH_LITERAL,
        )
    }
}

/// The folders that hold a path, the outermost first: `a/b/c` → `a`, `a/b`.
pub fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, hits: &[&str], misses: &[&str]) {
        let glob = Glob::new(pattern).expect("a pattern");
        for hit in hits {
            assert!(glob.matches(hit), "{pattern} should match {hit}");
        }
        for miss in misses {
            assert!(!glob.matches(miss), "{pattern} should not match {miss}");
        }
    }

    #[test]
    fn patterns_match_as_codeowners_says() {
        check("*", &["a", "a/b.rs"], &[]);
        check("*.js", &["a.js", "x/y/a.js"], &["a.jsx"]);
        check("/build/logs/", &["build/logs/a.txt", "build/logs/x/a.txt"], &["x/build/logs/a.txt", "build/logs"]);
        check("docs/*", &["docs/a.md"], &["docs/deep/a.md", "x/docs/a.md"]);
        check("apps/", &["apps/a", "x/apps/a/b"], &["apps.rs"]);
        check("/src/**/tests.rs", &["src/tests.rs", "src/a/b/tests.rs"], &["x/src/tests.rs"]);
        check("**/logs", &["logs/a", "x/logs/b"], &["logsx/a"]);
        check("crates/web", &["crates/web/src/lib.rs"], &["crates/webby/src/lib.rs"]);
    }

    #[test]
    fn empty_text_is_no_pattern() {
        assert_eq!(Glob::new("   "), None);
    }

    #[test]
    fn folders_come_outermost_first() {
        assert_eq!(folders_above("a/b/c.rs").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(folders_above("c.rs").count(), 0);
    }
}
