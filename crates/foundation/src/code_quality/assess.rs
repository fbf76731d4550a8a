//! From rows to health: what is known of each file, what is found in it, and which findings somebody called false alarms.

use std::collections::{BTreeMap, HashMap, HashSet};

use desk::Stored;

use super::facts::{AdmissionRow, CodeFile, DuplicateRow, FunctionRow, TestedRow, TypeRow};
use super::health::{self, Block, FileFacts, Finding, FunctionFacts, Kind, Rules, TypeFacts};
use super::records::FindingWeight;

/// A file by repository id and path.
pub(super) type Key<'a> = (&'a str, &'a str);

/// The rows that health is judged from.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) functions: &'a [FunctionRow],
    pub(super) admissions: &'a [AdmissionRow],
    pub(super) tested: &'a [TestedRow],
    pub(super) duplicates: &'a [DuplicateRow],
    pub(super) types: &'a [TypeRow],
}

/// What health is judged from.
#[derive(Default)]
pub(super) struct Evidence<'a> {
    functions: HashMap<Key<'a>, Vec<&'a FunctionRow>>,
    admissions: HashMap<Key<'a>, Vec<u32>>,
    duplicates: HashMap<Key<'a>, Vec<&'a DuplicateRow>>,
    types: HashMap<Key<'a>, Vec<&'a TypeRow>>,
    untested: HashMap<Key<'a>, u32>,
}

impl<'a> Evidence<'a> {
    /// From the rows; `has_tests` says whether the repositories keep tests in files of their own.
    pub(super) fn new(rows: &'a Seen<'a>, has_tests: bool) -> Self {
        let Seen { functions, admissions, tested, duplicates, types } = *rows;
        let mut evidence = Self::default();
        for row in duplicates {
            evidence.duplicates.entry((&row.repo, &row.path)).or_default().push(row);
        }
        for row in types {
            evidence.types.entry((&row.repo, &row.path)).or_default().push(row);
        }
        let mut inline_tests = HashSet::new();
        for row in functions {
            let key = (row.repo.as_str(), row.path.as_str());
            evidence.functions.entry(key).or_default().push(row);
            if row.container.as_deref().is_some_and(is_test_module) {
                inline_tests.insert(key);
            }
        }
        for row in admissions {
            evidence.admissions.entry((&row.repo, &row.path)).or_default().push(row.line);
        }
        for row in tested.iter().filter(|row| has_tests && row.tested == 0) {
            let key = (row.repo.as_str(), row.path.as_str());
            // A file with tests inside cannot change without its test file, as far as anybody can tell.
            if !inline_tests.contains(&key) {
                evidence.untested.insert(key, row.changes);
            }
        }
        evidence
    }

    /// What is known of a file. Functions of test modules are not the file's burden.
    pub(super) fn of(&self, file: &CodeFile) -> FileFacts {
        let key = (file.repo.as_str(), file.path.as_str());
        let all: Vec<&FunctionRow> = self.functions.get(&key).into_iter().flatten().copied().collect();
        let in_test = |row: &FunctionRow| row.container.as_deref().is_some_and(is_test_module);
        let tests: Vec<(u32, u32)> =
            all.iter().filter(|row| in_test(row)).map(|row| (row.start_line, row.end_line)).collect();
        let tested = |line: u32| tests.iter().any(|(first, last)| (*first..=*last).contains(&line));
        let blocks = self.duplicates.get(&key).into_iter().flatten().filter(|row| !tested(row.start_line));
        let types = self.types.get(&key).into_iter().flatten().filter(|row| !tested(row.start_line));
        FileFacts {
            lines: file.lines,
            code_lines: file.code,
            functions: all.iter().filter(|row| !in_test(row)).map(|row| function(row)).collect(),
            admissions: self.admissions.get(&key).cloned().unwrap_or_default(),
            duplicates: Some(merged(blocks.copied())),
            types: Some(
                types
                    .map(|row| TypeFacts {
                        name: row.name.clone(),
                        start_line: row.start_line,
                        end_line: row.end_line,
                        groups: row.groups,
                    })
                    .collect(),
            ),
            changes_without_test: self.untested.get(&key).copied(),
        }
    }
}

/// Blocks that overlap are one: what stands in five places is one thing to mend. Rows come by line.
fn merged<'a>(rows: impl Iterator<Item = &'a DuplicateRow>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for row in rows {
        let elsewhere = format!("{}:{}", row.other_path, row.other_start_line);
        match blocks.last_mut().filter(|last| row.start_line <= last.end_line) {
            Some(last) if row.end_line > last.end_line => {
                last.lines += (row.end_line - last.end_line).min(row.lines);
                last.end_line = row.end_line;
            }
            Some(_) => {}
            None => {
                blocks.push(Block { start_line: row.start_line, end_line: row.end_line, lines: row.lines, elsewhere });
            }
        }
    }
    blocks
}

/// Whether a container is a module of tests.
pub(super) fn is_test_module(container: &str) -> bool {
    container.split([':', '.']).any(|part| part == "tests" || part == "test")
}

/// A function's name with what holds it.
pub(super) fn full_name(row: &FunctionRow) -> String {
    match row.container.as_deref().filter(|container| !container.is_empty()) {
        Some(container) => format!("{container}::{}", row.name),
        None => row.name.clone(),
    }
}

fn function(row: &FunctionRow) -> FunctionFacts {
    FunctionFacts {
        name: full_name(row),
        start_line: row.start_line,
        end_line: row.end_line,
        code_lines: row.code_lines,
        parameters: row.parameters,
        cognitive: row.cognitive,
        nesting: row.nesting,
    }
}

/// The rules of each repository: the shipped ones, what is said of all, what is said of it.
pub(super) struct RuleBook<'a>(&'a [Stored<FindingWeight>]);

impl<'a> RuleBook<'a> {
    pub(super) const fn new(said: &'a [Stored<FindingWeight>]) -> Self {
        Self(said)
    }

    /// The rules of the repository of this name.
    pub(super) fn of(&self, repo: &str) -> Rules {
        let mut rules = Rules::default();
        let of_all = self.0.iter().filter(|said| said.body.repository.is_none());
        let of_one = self.0.iter().filter(|said| said.body.repository.as_deref() == Some(repo));
        for said in of_all.chain(of_one) {
            rules.set(said.body.finding, said.body.limit, said.body.weight);
        }
        rules
    }
}

/// A finding with its key.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub(super) key: String,
    pub(super) finding: Finding,
}

/// The findings of a file, and how many of them are `alarms` that somebody took for false.
pub(super) fn judge(
    repo: &str,
    path: &str,
    file: &FileFacts,
    rules: &Rules,
    alarms: &HashSet<&str>,
) -> (Vec<Keyed>, u32) {
    let names: BTreeMap<u32, &str> =
        file.functions.iter().map(|function| (function.start_line, function.name.as_str())).collect();
    let mut kept = Vec::new();
    let mut false_alarms = 0;
    for finding in health::findings(file, rules) {
        let name = about_function(finding.kind).then(|| names.get(&finding.line)).flatten();
        let key = match name {
            Some(name) => format!("{repo}:{path}#{}@{name}", finding.rule),
            None => format!("{repo}:{path}#{}", finding.rule),
        };
        if alarms.contains(key.as_str()) {
            false_alarms += 1;
        } else {
            kept.push(Keyed { key, finding });
        }
    }
    (kept, false_alarms)
}

const fn about_function(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::LongFunction | Kind::DeepNesting | Kind::HardToFollow | Kind::ManyParameters | Kind::BrainFunction
    )
}

/// Health from keyed findings.
pub(super) fn health_of(found: &[Keyed]) -> f64 {
    let findings: Vec<Finding> = found.iter().map(|keyed| keyed.finding.clone()).collect();
    health::health(&findings)
}
