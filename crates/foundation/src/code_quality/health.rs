//! Code health of a file, 1 to 10: ten less the weights of named findings, each with its line, all shown.
//!
//! There is no score that does not open into its findings. Limits follow common practice (functions of 70 lines, nesting of 4, Campbell's
//! cognitive complexity of 15); the weights are ours, stand in one table ([`RULES`]), and can be overridden for a repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What may be found in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A function of more than 70 code lines.
    LongFunction,
    /// Control flow nested deeper than 4.
    DeepNesting,
    /// Cognitive complexity of a function above 15.
    HardToFollow,
    /// More than 5 parameters.
    ManyParameters,
    /// A file of more than 1,000 code lines.
    LargeFile,
    /// Functions that share no field and no call.
    LowCohesion,
    /// A block of at least 10 lines that stands elsewhere too.
    Duplicate,
    /// A function that holds more than half of the file's complexity.
    BrainFunction,
    /// Comments that admit debt, above 5 in 1,000 lines.
    AdmittedDebt,
    /// No test changed with the file in its last 10 changes.
    Untested,
}

/// A row of the table of weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// What it looks for.
    pub kind: Kind,
    /// The word in settings, results and SARIF.
    pub name: &'static str,
    /// Found when the measured value is above this.
    pub limit: f64,
    /// What a finding takes from the health.
    pub weight: f64,
    /// What the finding means, for the page.
    pub about: &'static str,
}

/// Every rule with its limit and weight, as shipped.
pub const RULES: &[Rule] = &[
    rule(Kind::LongFunction, "long_function", 70.0, 0.5, "more code lines than fit on a screen or two"),
    rule(Kind::DeepNesting, "deep_nesting", 4.0, 0.5, "control flow inside control flow, too deep to hold in mind"),
    rule(
        Kind::HardToFollow,
        "hard_to_follow",
        15.0,
        0.6,
        "cognitive complexity (Campbell 2018) above what is read in one go",
    ),
    rule(Kind::ManyParameters, "many_parameters", 5.0, 0.3, "a call is hard to get right"),
    rule(Kind::LargeFile, "large_file", 1000.0, 1.0, "one file holds several subjects"),
    rule(Kind::LowCohesion, "low_cohesion", 1.0, 0.8, "a type whose functions fall into groups that share nothing"),
    rule(Kind::Duplicate, "duplicate", 9.0, 0.4, "a change must be made twice"),
    rule(Kind::BrainFunction, "brain_function", 0.5, 1.0, "one function holds most of the file's complexity"),
    rule(Kind::AdmittedDebt, "admitted_debt", 5.0, 0.5, "its own comments say that something is to be done"),
    rule(Kind::Untested, "untested", 9.0, 0.7, "it changes without its tests"),
];

const fn rule(kind: Kind, name: &'static str, limit: f64, weight: f64, about: &'static str) -> Rule {
    Rule { kind, name, limit, weight, about }
}

/// The shipped row of a rule.
#[must_use]
pub fn shipped(kind: Kind) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.kind == kind)
}

/// The rules in force: the shipped ones with a repository's overrides.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules(Vec<Rule>);

impl Default for Rules {
    fn default() -> Self {
        Self(RULES.to_vec())
    }
}

impl Rules {
    /// Overrides limit and weight of a rule. Weights below zero count as zero.
    pub fn set(&mut self, kind: Kind, limit: Option<f64>, weight: Option<f64>) {
        for rule in self.0.iter_mut().filter(|rule| rule.kind == kind) {
            rule.limit = limit.unwrap_or(rule.limit);
            rule.weight = weight.unwrap_or(rule.weight).max(0.0);
        }
    }

    /// The rules, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    fn over(&self, kind: Kind, value: f64) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.kind == kind && rule.weight > 0.0 && value > rule.limit)
    }
}

/// What is known of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileFacts {
    /// Lines in all.
    pub lines: u32,
    /// Lines neither blank nor comment only.
    pub code_lines: u32,
    /// Its functions; empty where there is no syntax for the language.
    pub functions: Vec<FunctionFacts>,
    /// Lines of comments that admit debt, from 1.
    pub admissions: Vec<u32>,
    /// Blocks that stand elsewhere too; none when not read.
    pub duplicates: Option<Vec<Block>>,
    /// Types with functions of their own; none when not read.
    pub types: Option<Vec<TypeFacts>>,
    /// How many of the latest changes in a row touched no test; none when tests are not told apart.
    pub changes_without_test: Option<u32>,
}

/// A block of lines that stands elsewhere too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// First line, from 1.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Lines of it that hold more than comment.
    pub lines: u32,
    /// Where else: path and line.
    pub elsewhere: String,
}

/// What is known of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeFacts {
    /// Its name.
    pub name: String,
    /// First line of its first function, from 1.
    pub start_line: u32,
    /// Last line of its last function.
    pub end_line: u32,
    /// Groups of functions that share no field and no call.
    pub groups: u32,
}

/// What is known of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunctionFacts {
    /// Its name, with its container.
    pub name: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Lines neither blank nor comment only.
    pub code_lines: u32,
    /// Declared parameters.
    pub parameters: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Deepest nesting.
    pub nesting: u32,
}

/// Something found in a file, at its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub kind: Kind,
    /// The rule's word.
    pub rule: &'static str,
    /// First line, from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// What it takes from the health.
    pub weight: f64,
    /// What was measured against which limit, for people.
    pub text: String,
}

/// All findings of a file, by line.
#[must_use]
pub fn findings(file: &FileFacts, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |kind, value: f64, lines: (u32, u32), text: &dyn Fn(f64) -> String| {
        if let Some(rule) = rules.over(kind, value) {
            found.push(Finding {
                kind,
                rule: rule.name,
                line: lines.0.max(1),
                end_line: lines.1.max(lines.0).max(1),
                weight: rule.weight,
                text: text(rule.limit),
            });
        }
    };
    let complexity: u32 = file.functions.iter().map(|function| function.cognitive).sum();
    for function in &file.functions {
        let lines = (function.start_line, function.end_line);
        let name = &function.name;
        let of = |what: &str, value: u32| {
            let (name, what) = (name.clone(), what.to_owned());
            move |limit: f64| format!("{name}: {value} {what}, at most {limit:.0} wanted")
        };
        add(Kind::LongFunction, f64::from(function.code_lines), lines, &of("code lines", function.code_lines));
        add(Kind::DeepNesting, f64::from(function.nesting), lines, &of("levels of nesting", function.nesting));
        add(Kind::HardToFollow, f64::from(function.cognitive), lines, &of("cognitive complexity", function.cognitive));
        add(Kind::ManyParameters, f64::from(function.parameters), lines, &of("parameters", function.parameters));
        if holds_most(function, complexity, file.functions.len()) {
            let share = f64::from(function.cognitive) / f64::from(complexity);
            add(Kind::BrainFunction, share, lines, &|_| {
                format!("{name} holds {:.0} % of the file's complexity", share * 100.0)
            });
        }
    }
    let whole = (1, file.lines);
    add(Kind::LargeFile, f64::from(file.code_lines), whole, &|limit| {
        format!("{} code lines, at most {limit:.0} wanted", file.code_lines)
    });
    for one in file.types.iter().flatten() {
        add(Kind::LowCohesion, f64::from(one.groups), (one.start_line, one.end_line), &|_| {
            format!("{}: {} groups of functions share no field and no call", one.name, one.groups)
        });
    }
    for block in file.duplicates.iter().flatten() {
        add(Kind::Duplicate, f64::from(block.lines), (block.start_line, block.end_line), &|_| {
            format!("{} lines stand in {} too", block.lines, block.elsewhere)
        });
    }
    let admissions = file.admissions.len() as f64;
    if admissions >= 2.0 {
        let per_thousand = admissions * 1000.0 / f64::from(file.lines.max(1));
        let first = file.admissions.iter().copied().min().unwrap_or(1);
        add(Kind::AdmittedDebt, per_thousand, (first, first), &|limit| {
            format!("{admissions} comments admit debt, {per_thousand:.1} in 1,000 lines, at most {limit:.0} wanted")
        });
    }
    if let Some(changes) = file.changes_without_test {
        add(Kind::Untested, f64::from(changes), whole, &|_| {
            format!("no test changed with it in its last {changes} changes")
        });
    }
    found.sort_by_key(|finding| (finding.line, finding.kind));
    found
}

/// A function can only hold most of something that is worth speaking of, beside others.
fn holds_most(function: &FunctionFacts, complexity: u32, functions: usize) -> bool {
    functions >= 3 && complexity >= 20 && function.cognitive > 0
}

/// Health from findings: `10 − Σ weights`, at least 1.
#[must_use]
pub fn health(findings: &[Finding]) -> f64 {
    (10.0 - findings.iter().map(|finding| finding.weight.max(0.0)).sum::<f64>()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn function(name: &str, line: u32, cognitive: u32) -> FunctionFacts {
        FunctionFacts {
            name: name.to_owned(),
            start_line: line,
            end_line: line + 9,
            code_lines: 10,
            cognitive,
            ..Default::default()
        }
    }

    #[test]
    fn clean_file_has_full_health() {
        let file = FileFacts { lines: 100, code_lines: 80, functions: vec![function("a", 1, 3)], ..Default::default() };
        assert!(findings(&file, &Rules::default()).is_empty());
        assert_eq!(health(&[]), 10.0);
    }

    #[test]
    fn findings_name_line_and_limit() {
        let long =
            FunctionFacts { code_lines: 71, nesting: 5, parameters: 6, end_line: 99, ..function("parse", 20, 16) };
        let file = FileFacts { lines: 120, code_lines: 100, functions: vec![long], ..Default::default() };
        let found = findings(&file, &Rules::default());
        let kinds: Vec<Kind> = found.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::LongFunction, Kind::DeepNesting, Kind::HardToFollow, Kind::ManyParameters]);
        assert!(found.iter().all(|finding| finding.line == 20 && finding.end_line == 99));
        assert_eq!(found[0].text, "parse: 71 code lines, at most 70 wanted");
        assert!((health(&found) - 8.1).abs() < 1e-9);
    }

    #[test]
    fn limits_themselves_are_fine() {
        let edge = FunctionFacts { code_lines: 70, nesting: 4, parameters: 5, ..function("edge", 1, 15) };
        let file = FileFacts {
            lines: 1200,
            code_lines: 1000,
            functions: vec![edge],
            changes_without_test: Some(9),
            ..Default::default()
        };
        assert!(findings(&file, &Rules::default()).is_empty());
    }

    #[test]
    fn brain_function_needs_company() {
        let rules = Rules::default();
        let alone = FileFacts { lines: 30, functions: vec![function("a", 1, 30)], ..Default::default() };
        assert!(findings(&alone, &rules).iter().all(|finding| finding.kind != Kind::BrainFunction));
        let among = FileFacts {
            lines: 30,
            functions: vec![function("a", 1, 14), function("b", 11, 4), function("c", 21, 4)],
            ..Default::default()
        };
        assert!(findings(&among, &rules).iter().any(|finding| finding.kind == Kind::BrainFunction));
    }

    #[test]
    fn unmeasured_is_never_found() {
        let file = FileFacts { lines: 500, code_lines: 500, ..Default::default() };
        assert!(findings(&file, &Rules::default()).is_empty());
        let block = Block { start_line: 40, end_line: 52, lines: 12, elsewhere: "b.rs:7".to_owned() };
        let apart = TypeFacts { name: "A".to_owned(), start_line: 1, end_line: 90, groups: 3 };
        let read = FileFacts {
            duplicates: Some(vec![block]),
            types: Some(vec![apart]),
            changes_without_test: Some(10),
            ..file
        };
        assert_eq!(findings(&read, &Rules::default()).len(), 3);
    }

    #[test]
    fn rules_can_be_weighed_anew() {
        let mut rules = Rules::default();
        rules.set(Kind::LargeFile, Some(10.0), Some(2.0));
        let file = FileFacts { lines: 11, code_lines: 11, ..Default::default() };
        assert_eq!(health(&findings(&file, &rules)), 8.0);
        rules.set(Kind::LargeFile, None, Some(-1.0));
        assert_eq!(health(&findings(&file, &rules)), 10.0);
    }

    #[test]
    fn every_kind_has_its_row() {
        for rule in RULES {
            assert_eq!(serde_json::to_value(rule.kind).unwrap(), rule.name, "settings and findings share one word");
            assert_eq!(shipped(rule.kind), Some(rule));
        }
    }

    fn any_finding() -> impl Strategy<Value = Finding> {
        (0..RULES.len(), 1u32..500).prop_map(|(rule, line)| {
            let rule = &RULES[rule];
            Finding { kind: rule.kind, rule: rule.name, line, end_line: line, weight: rule.weight, text: String::new() }
        })
    }

    proptest! {
        #[test]
        fn health_never_rises_with_findings(found in prop::collection::vec(any_finding(), 0..40), one_more in any_finding()) {
            let before = health(&found);
            let mut after = found;
            after.push(one_more);
            prop_assert!(health(&after) <= before);
            prop_assert!((1.0..=10.0).contains(&health(&after)));
        }
    }
}
