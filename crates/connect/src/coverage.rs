//! Coverage reports as facts: LCOV, Cobertura and JaCoCo become one row a file, at the commit that they were measured at.
//!
//! Reports come from outside: whatever they hold, reading ends with rows or with an error that names the line. Nothing in them is
//! followed, fetched or run.

mod import;
mod lcov;
mod paths;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::BTreeMap;

pub use import::{ImportError, Imported, import};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `lcov.info`.
    Lcov,
    /// Cobertura's XML.
    Cobertura,
    /// JaCoCo's XML.
    Jacoco,
}

impl Format {
    /// Its word in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lcov => "lcov",
            Self::Cobertura => "cobertura",
            Self::Jacoco => "jacoco",
        }
    }
}

/// Why a report cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is none of the known formats.
    #[error("this is no coverage report in LCOV, Cobertura or JaCoCo: {0}")]
    Unknown(String),
    /// A line is wrong.
    #[error("line {line} of the report: {reason}")]
    Broken {
        /// From 1.
        line: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// It names no file.
    #[error("the report covers no file")]
    Empty,
}

/// What a report says of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Lines that could run, and whether each did.
    pub lines: BTreeMap<u32, bool>,
    /// Lines found and hit, where a report gives sums alone.
    pub sums: Option<(u32, u32)>,
    /// Branches found and hit; none when they were not measured.
    pub branches: Option<(u32, u32)>,
}

impl Covered {
    /// Lines that could run.
    #[must_use]
    pub fn found(&self) -> u32 {
        self.sums.filter(|_| self.lines.is_empty()).map_or_else(|| count(self.lines.len()), |sums| sums.0)
    }

    /// Lines that did.
    #[must_use]
    pub fn hit(&self) -> u32 {
        let hit = || count(self.lines.values().filter(|hit| **hit).count());
        self.sums.filter(|_| self.lines.is_empty()).map_or_else(hit, |sums| sums.1)
    }

    fn line(&mut self, number: u32, hit: bool) {
        *self.lines.entry(number).or_default() |= hit;
    }

    fn add_branches(&mut self, found: u32, hit: u32) {
        let (all, taken) = self.branches.unwrap_or_default();
        self.branches = Some((all.saturating_add(found), taken.saturating_add(hit)));
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A report: its format and its files, by the paths that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it is written.
    pub format: Format,
    /// Folders that relative paths stand in (Cobertura's sources).
    pub sources: Vec<String>,
    /// What it says of each file.
    pub files: BTreeMap<String, Covered>,
}

/// Reads a report.
///
/// # Errors
/// When it is none, or broken; with the line.
pub fn parse(content: &[u8]) -> Result<Report, ReportError> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let text = std::str::from_utf8(content).map_err(|error| {
        let before = content.get(..error.valid_up_to()).unwrap_or_default();
        let line = count(before.iter().filter(|byte| **byte == b'\n').count()).saturating_add(1);
        ReportError::Broken { line, reason: "not UTF-8".to_owned() }
    })?;
    let report = if text.trim_start().starts_with('<') { xml::read(text)? } else { lcov::read(text)? };
    let measured = report.files.values().any(|file| file.found() > 0);
    if measured { Ok(report) } else { Err(ReportError::Empty) }
}
