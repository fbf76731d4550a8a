//! From rows to health: what is known of each file, what is found in it, and which findings somebody called false alarms.

use std::collections::{BTreeMap, HashMap, HashSet};

use desk::Stored;

use super::facts::{AdmissionRow, CodeFile, FunctionRow, TestedRow};
use super::health::{self, FileFacts, Finding, FunctionFacts, Kind, Rules};
use super::records::FindingWeight;

/// A file by repository id and path.
pub(super) type Key<'a> = (&'a str, &'a str);

/// What health is judged from.
pub(super) struct Evidence<'a> {
    functions: HashMap<Key<'a>, Vec<&'a FunctionRow>>,
    admissions: HashMap<Key<'a>, Vec<u32>>,
    untested: HashMap<Key<'a>, u32>,
}

impl<'a> Evidence<'a> {
    /// From the rows; `has_tests` says whether the repositories keep tests in files of their own.
    pub(super) fn new(
        functions: &'a [FunctionRow],
        admissions: &'a [AdmissionRow],
        tested: &'a [TestedRow],
        has_tests: bool,
    ) -> Self {
        let mut evidence = Self { functions: HashMap::new(), admissions: HashMap::new(), untested: HashMap::new() };
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
        let functions = self.functions.get(&key).into_iter().flatten();
        let functions = functions.filter(|row| !row.container.as_deref().is_some_and(is_test_module));
        FileFacts {
            lines: file.lines,
            code_lines: file.code,
            functions: functions.map(|row| function(row)).collect(),
            admissions: self.admissions.get(&key).cloned().unwrap_or_default(),
            duplicates: None,
            groups: None,
            changes_without_test: self.untested.get(&key).copied(),
        }
    }
}

fn is_test_module(container: &str) -> bool {
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
