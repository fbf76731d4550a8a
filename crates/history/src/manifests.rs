//! What a manifest or lock file says a project depends on.
//!
//! Pure functions over one file. A file of a kind that is not known gives none; a broken one gives an error with its line, for the
//! list of what was left out. [`resolve`] joins what is asked for with what the lock files say was taken.

mod build_files;
mod json;
mod text;
mod toml;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use crate::word::Word;

/// One dependency named in a manifest or lock file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ManifestFound {
    /// `cargo`, `npm`, `pypi`, `go`, `maven`, `gem`, `composer`, `nuget`, `docker`, `github` (actions), `terraform`, `tool`.
    #[serde(with = "crate::word")]
    pub ecosystem: Word,
    /// The dependency's name as its registry writes it; `group:artifact` for Maven.
    pub name: String,
    /// The version asked for, as written; empty in a lock file and where none is asked for.
    pub requirement: String,
    /// The version taken, in a lock file and where a manifest pins it.
    pub resolved: Option<String>,
    /// `runtime`, `dev` (tests included) or `build`.
    #[serde(with = "crate::word")]
    pub kind: Word,
    /// Whether the project names it itself; a lock file's entries are not direct.
    pub direct: bool,
}

/// Why a manifest could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("broken manifest: {reason}")]
pub struct ManifestError {
    /// The line, from 1, where the parser knows it.
    pub line: Option<u32>,
    /// What the parser says.
    pub reason: String,
}

impl ManifestError {
    fn new(line: Option<u32>, reason: &dyn std::fmt::Display) -> Self {
        // Parsers draw the place with markers below it; the first line says what is wrong.
        let reason = reason.to_string();
        let first = reason.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("unreadable").to_owned();
        Self { line, reason: first }
    }
}

type Found = Result<Vec<ManifestFound>, ManifestError>;

/// The dependencies that a file names; none when the file is no manifest.
#[must_use]
pub fn read(path: &str, content: &[u8]) -> Option<Found> {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let reader = reader(&lower, name)?;
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    Some(match std::str::from_utf8(content) {
        Ok(text) => reader(text),
        Err(error) => {
            let before = content.get(..error.valid_up_to()).unwrap_or_default();
            Err(ManifestError::new(Some(line_after(before)), &"not UTF-8"))
        }
    })
}

/// Whether [`read`] knows the file.
#[must_use]
pub fn is_manifest(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    reader(&lower, lower.rsplit('/').next().unwrap_or(&lower)).is_some()
}

type Reader = fn(&str) -> Found;

fn reader(path: &str, name: &str) -> Option<Reader> {
    let reader: Reader = match name {
        "cargo.toml" => toml::cargo,
        "cargo.lock" => toml::cargo_lock,
        "pyproject.toml" => toml::pyproject,
        "pipfile" => toml::pipfile,
        "poetry.lock" | "uv.lock" | "pdm.lock" => toml::python_lock,
        "libs.versions.toml" => toml::gradle_catalog,
        "package.json" => json::npm,
        "package-lock.json" | "npm-shrinkwrap.json" => json::npm_lock,
        "composer.json" => json::composer,
        "composer.lock" => json::composer_lock,
        "packages.lock.json" => json::nuget_lock,
        "pipfile.lock" => json::pipfile_lock,
        "yarn.lock" => text::yarn_lock,
        "pnpm-lock.yaml" => yaml::pnpm_lock,
        "go.mod" => text::go_mod,
        "gemfile" | "gems.rb" => text::gemfile,
        "gemfile.lock" | "gems.locked" => text::gemfile_lock,
        ".tool-versions" => text::tool_versions,
        "gradle.lockfile" | "buildscript-gradle.lockfile" => text::gradle_lock,
        "pom.xml" => xml::maven,
        "directory.packages.props" | "packages.config" => xml::msbuild,
        "build.gradle" | "build.gradle.kts" => build_files::gradle,
        "containerfile" => build_files::dockerfile,
        _ if name.starts_with("requirements") && name.ends_with(".txt") => text::requirements,
        _ if name.starts_with("dockerfile") || name.ends_with(".dockerfile") => build_files::dockerfile,
        _ if name.ends_with(".csproj") || name.ends_with(".fsproj") || name.ends_with(".vbproj") => xml::msbuild,
        _ if name.ends_with(".tf") => build_files::terraform,
        _ if is_yaml(name) && (name.starts_with("docker-compose") || name.starts_with("compose.")) => yaml::compose,
        _ if is_yaml(name) && (path.contains(".github/workflows/") || name.starts_with("action.")) => yaml::workflow,
        _ => return None,
    };
    Some(reader)
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

/// Fills in what was resolved: for each direct dependency the version in the nearest lock file of its ecosystem, in its own folder or above.
///
/// Where a lock file holds several versions of a name, the one that the requirement begins with is taken, else the greatest as text.
pub fn resolve(manifests: &mut [(String, Vec<ManifestFound>)]) {
    let mut locked: FxHashMap<(String, &'static str, String), Vec<String>> = FxHashMap::default();
    for (path, found) in manifests.iter() {
        for entry in found.iter().filter(|entry| !entry.direct) {
            if let Some(version) = &entry.resolved {
                let key = (folder(path).to_owned(), entry.ecosystem, normal_name(entry));
                locked.entry(key).or_default().push(version.clone());
            }
        }
    }
    for (path, found) in manifests {
        for entry in found.iter_mut().filter(|entry| entry.direct && entry.resolved.is_none()) {
            entry.resolved = nearest(&locked, folder(path), entry);
        }
    }
}

fn nearest(
    locked: &FxHashMap<(String, &'static str, String), Vec<String>>,
    mut at: &str,
    entry: &ManifestFound,
) -> Option<String> {
    let name = normal_name(entry);
    loop {
        if let Some(versions) = locked.get(&(at.to_owned(), entry.ecosystem, name.clone())) {
            let wanted = entry.requirement.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            let fits = versions.iter().filter(|version| !wanted.is_empty() && version.starts_with(wanted)).max();
            return fits.or_else(|| versions.iter().max()).cloned();
        }
        if at.is_empty() {
            return None;
        }
        at = folder(at);
    }
}

/// Python's registry takes `_`, `.` and capitals for the same name (PEP 503).
fn normal_name(entry: &ManifestFound) -> String {
    if entry.ecosystem == "pypi" {
        entry.name.to_ascii_lowercase().replace(['_', '.'], "-")
    } else {
        entry.name.clone()
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A dependency that the project names.
fn asked(ecosystem: &'static str, name: &str, requirement: &str, kind: &'static str) -> ManifestFound {
    ManifestFound {
        ecosystem,
        name: name.trim().to_owned(),
        requirement: requirement.trim().to_owned(),
        resolved: None,
        kind,
        direct: true,
    }
}

/// An entry of a lock file.
fn taken(ecosystem: &'static str, name: &str, version: &str, kind: &'static str) -> ManifestFound {
    ManifestFound {
        ecosystem,
        name: name.trim().to_owned(),
        requirement: String::new(),
        resolved: Some(version.trim().to_owned()),
        kind,
        direct: false,
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> u32 {
    line_after(text.as_bytes().get(..at).unwrap_or(text.as_bytes()))
}

fn line_after(before: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX).saturating_add(1)
}
