//! Domains: frontend, backend, mobile, DevOps, data, security, quality, documentation. A path gets its domain from an editable table.
//!
//! A line of the table is `domain  what  value`; the first line that holds decides. `glob` looks at the path, `manifest` at the names that the
//! nearest manifest above the path depends on, `language` at the file's language.

use std::collections::BTreeMap;

use crate::globs::{Glob, folders_above};

/// The table as shipped. Order matters: what a path is for goes before what it is written in.
pub const SHIPPED: &str = include_str!("domains.txt");

/// What a line looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Path(Glob),
    DependsOn(String),
    Language(String),
}

/// The table of domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domains {
    rows: Vec<(String, Test)>,
}

/// A line of the table that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the domains: {why}")]
pub struct BadLine {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Default for Domains {
    fn default() -> Self {
        Self::parse(SHIPPED).unwrap_or(Self { rows: Vec::new() })
    }
}

impl Domains {
    /// Reads a table; `#` begins a comment.
    ///
    /// # Errors
    /// The first line that does not say `domain glob|manifest|language value`.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut rows = Vec::new();
        for (line, text) in (1u32..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            let bad = |why| BadLine { line, why };
            let (domain, rest) =
                text.split_once(char::is_whitespace).ok_or(bad("needs a domain, what to look at, and a value"))?;
            let (what, value) = rest.trim().split_once(char::is_whitespace).ok_or(bad("needs a value"))?;
            let value = value.trim();
            let test = match what {
                "glob" => Test::Path(Glob::new(value).ok_or(bad("the glob is empty"))?),
                "manifest" => Test::DependsOn(value.to_lowercase()),
                "language" => Test::Language(value.to_lowercase()),
                _ => return Err(bad("looks at none of glob, manifest, language")),
            };
            rows.push((domain.to_owned(), test));
        }
        Ok(Self { rows })
    }

    /// Every domain that the table names, in its order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (domain, _) in &self.rows {
            if !names.contains(&domain.as_str()) {
                names.push(domain);
            }
        }
        names
    }

    /// The domain of a file; none when no line holds.
    #[must_use]
    pub fn of(&self, path: &str, language: Option<&str>, dependencies: &Dependencies) -> Option<&str> {
        let language = language.map(str::to_lowercase);
        let needed = dependencies.nearest(path);
        let holds = |test: &Test| match test {
            Test::Path(glob) => glob.matches(path),
            Test::DependsOn(name) => needed.is_some_and(|names| names.iter().any(|needed| needed == name)),
            Test::Language(name) => language.as_ref() == Some(name),
        };
        self.rows.iter().find(|(_, test)| holds(test)).map(|(domain, _)| domain.as_str())
    }
}

/// What the manifests of a repository depend on, by the manifest's folder.
#[derive(Debug, Clone, Default)]
pub struct Dependencies {
    by_folder: BTreeMap<String, Vec<String>>,
}

impl Dependencies {
    /// From pairs (path of the manifest, name of what it depends on).
    pub fn new<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut by_folder: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, name) in rows {
            let folder = folders_above(path).last().unwrap_or_default();
            by_folder.entry(folder.to_owned()).or_default().push(name.to_lowercase());
        }
        Self { by_folder }
    }

    /// Names in the nearest folder above the path that has a manifest.
    fn nearest(&self, path: &str) -> Option<&[String]> {
        let mut folders: Vec<&str> = folders_above(path).collect();
        folders.insert(0, "");
        folders.into_iter().rev().find_map(|folder| self.by_folder.get(folder)).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, language: Option<&str>, dependencies: &[(&str, &str)], domain: Option<&str>) {
        let dependencies = Dependencies::new(dependencies.iter().copied());
        assert_eq!(Domains::default().of(path, language, &dependencies), domain, "{path}");
    }

    #[test]
    fn shipped_table_reads() {
        let table = Domains::parse(SHIPPED).expect("the shipped table");
        let mut names = table.names();
        names.sort_unstable();
        assert_eq!(names, ["backend", "data", "devops", "documentation", "frontend", "mobile", "quality", "security"]);
    }

    #[test]
    fn purpose_goes_before_language() {
        check("src/server.rs", Some("Rust"), &[], Some("backend"));
        check("tests/server.rs", Some("Rust"), &[], Some("quality"));
        check("docs/guide.md", Some("Markdown"), &[], Some("documentation"));
        check(".github/workflows/ci.yml", Some("YAML"), &[], Some("devops"));
        check("src/auth/token.rs", Some("Rust"), &[], Some("security"));
        check("LICENSE", None, &[], None);
    }

    #[test]
    fn nearest_manifest_tells_scripts_apart() {
        let manifests = [("ui/package.json", "react"), ("api/package.json", "express")];
        check("ui/src/app.ts", Some("TypeScript"), &manifests, Some("frontend"));
        check("api/src/app.ts", Some("TypeScript"), &manifests, Some("backend"));
    }

    #[test]
    fn bad_lines_say_where() {
        assert_eq!(Domains::parse("# x\nfrontend glob\n").map_err(|bad| bad.line), Err(2));
        assert_eq!(
            Domains::parse("frontend colour red").map_err(|bad| bad.to_string()),
            Err("line 1 of the domains: looks at none of glob, manifest, language".to_owned())
        );
    }
}
