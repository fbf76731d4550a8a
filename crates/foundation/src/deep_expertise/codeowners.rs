//! CODEOWNERS: reading it, asking it, and proposing one from what the history says, as a difference with reasons.

use std::collections::BTreeMap;

use crate::globs::Glob;

/// Where forges look for the file, in their order.
pub const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// A line: a pattern and its owners (none: nobody owns it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    glob: Glob,
    owners: Vec<String>,
    /// The line in the file, from 1.
    pub line: u32,
}

impl Rule {
    /// The pattern as written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        self.glob.text()
    }

    /// The owners as written: `@name`, `@org/team` or an address.
    #[must_use]
    pub fn owners(&self) -> &[String] {
        &self.owners
    }
}

/// A CODEOWNERS file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeOwners {
    rules: Vec<Rule>,
}

impl CodeOwners {
    /// Reads the file. Comments and blank lines are skipped; GitLab's `[Section]` heads too, their default owners go to lines without any.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut rules = Vec::new();
        let mut section_owners: Vec<String> = Vec::new();
        for (line, text) in (1u32..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(section) = section_head(text) {
                section_owners = section.split_whitespace().map(str::to_owned).collect();
                continue;
            }
            let (pattern, rest) = split_pattern(text);
            let owners: Vec<String> =
                rest.split_whitespace().take_while(|word| !word.starts_with('#')).map(str::to_owned).collect();
            let owners = if owners.is_empty() { section_owners.clone() } else { owners };
            rules.extend(Glob::new(&pattern).map(|glob| Rule { glob, owners, line }));
        }
        Self { rules }
    }

    /// The lines, in the file's order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The line that speaks for a path: the last that matches.
    #[must_use]
    pub fn rule_for(&self, path: &str) -> Option<&Rule> {
        self.rules.iter().rfind(|rule| rule.glob.matches(path))
    }
}

/// `[Section]`, `^[Section][2] @owner`: what follows the head, when the line is one.
fn section_head(line: &str) -> Option<&str> {
    let line = line.strip_prefix('^').unwrap_or(line);
    let rest = line.strip_prefix('[')?.split_once(']')?.1;
    Some(rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(rest, |(_, rest)| rest))
}

/// The pattern up to the first space that is not escaped, and what follows.
fn split_pattern(line: &str) -> (String, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c.is_whitespace() && !escaped {
            let (pattern, rest) = line.split_at(at);
            return (pattern.to_owned(), rest);
        }
        escaped = c == '\\' && !escaped;
    }
    (line.to_owned(), "")
}

/// What the history says of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The pattern, for example `/crates/web/`.
    pub pattern: String,
    /// Who knows it: `@name` or address, in the order of the alphabet.
    pub owners: Vec<String>,
    /// Why these, in words.
    pub reason: String,
}

/// A line of the difference between the file that is there and what the history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Both agree.
    Same {
        /// The pattern.
        pattern: String,
    },
    /// The file does not name the area.
    New(Proposal),
    /// The file names others.
    Changed {
        /// Who stands in the file now.
        present: Vec<String>,
        /// What the history says.
        proposed: Proposal,
    },
    /// The file names an area of which the history says nothing (any more): kept as it stands.
    Kept {
        /// The pattern.
        pattern: String,
        /// Who stands in the file.
        owners: Vec<String>,
    },
}

/// The difference, the file's lines first and in their order.
///
/// Owners are compared as a set without regard to letters' case. Teams cannot be told from history: a line that names a team is kept.
#[must_use]
pub fn difference(present: &CodeOwners, proposals: &[Proposal]) -> Vec<Difference> {
    let mut open: BTreeMap<String, &Proposal> =
        proposals.iter().map(|proposal| (bare(&proposal.pattern), proposal)).collect();
    let mut lines = Vec::new();
    for rule in present.rules() {
        let pattern = rule.pattern().to_owned();
        let names_team = rule.owners.iter().any(|owner| owner.starts_with('@') && owner.contains('/'));
        lines.push(match open.remove(&bare(&pattern)) {
            Some(proposed) if same_people(rule.owners(), &proposed.owners) => Difference::Same { pattern },
            Some(proposed) if !names_team => {
                Difference::Changed { present: rule.owners.clone(), proposed: proposed.clone() }
            }
            _ => Difference::Kept { pattern, owners: rule.owners.clone() },
        });
    }
    lines.extend(open.into_values().filter(|proposal| !proposal.owners.is_empty()).cloned().map(Difference::New));
    lines
}

fn bare(pattern: &str) -> String {
    pattern.trim_matches('/').to_owned()
}

fn same_people(a: &[String], b: &[String]) -> bool {
    let sorted = |people: &[String]| {
        let mut people: Vec<String> = people.iter().map(|name| name.to_lowercase()).collect();
        people.sort_unstable();
        people
    };
    sorted(a) == sorted(b)
}

/// The file as proposed, each new or changed line under its reason.
#[must_use]
pub fn export(present: &CodeOwners, proposals: &[Proposal]) -> String {
    let mut text = String::new();
    let mut line = |pattern: &str, owners: &[String], reason: Option<&str>| {
        if let Some(reason) = reason {
            text.push_str(&format!("# {reason}\n"));
        }
        text.push_str(pattern);
        for owner in owners {
            text.push(' ');
            text.push_str(owner);
        }
        text.push('\n');
    };
    for difference in difference(present, proposals) {
        match &difference {
            Difference::Same { pattern } => {
                let owners = present.rules().iter().rfind(|rule| rule.pattern() == pattern).map(Rule::owners);
                line(pattern, owners.unwrap_or_default(), None);
            }
            Difference::Kept { pattern, owners } => line(pattern, owners, None),
            Difference::New(proposal) | Difference::Changed { proposed: proposal, .. } => {
                line(&proposal.pattern, &proposal.owners, Some(&proposal.reason));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(pattern: &str, owners: &[&str]) -> Proposal {
        Proposal {
            pattern: pattern.to_owned(),
            owners: owners.iter().map(|owner| (*owner).to_owned()).collect(),
            reason: "wrote most of it".to_owned(),
        }
    }

    #[test]
    fn last_match_speaks() {
        let owners = CodeOwners::parse("# who\n* @all\n\n/src/ @core # inline\n/src/db/\n");
        assert_eq!(owners.rule_for("README.md").map(Rule::owners), Some(&["@all".to_owned()][..]));
        assert_eq!(owners.rule_for("src/a.rs").map(Rule::owners), Some(&["@core".to_owned()][..]));
        assert_eq!(
            owners.rule_for("src/db/a.rs").map(Rule::owners),
            Some(&[][..]),
            "a line without owners takes them away"
        );
        assert_eq!(owners.rule_for("src/db/a.rs").map(|rule| rule.line), Some(5));
    }

    #[test]
    fn escaped_space_stays_in_pattern() {
        let owners = CodeOwners::parse("/my\\ docs/ @w\n");
        assert!(owners.rule_for("my docs/a.md").is_some());
    }

    #[test]
    fn sections_lend_their_owners() {
        let owners = CodeOwners::parse("[Docs][2] @writers\n/docs/\n^[Code]\n/src/ @core\n");
        assert_eq!(owners.rule_for("docs/a").map(Rule::owners), Some(&["@writers".to_owned()][..]));
        assert_eq!(owners.rules().len(), 2);
    }

    #[test]
    fn difference_names_new_changed_kept() {
        let present = CodeOwners::parse("/a/ @Ann\n/b/ @bo\n/c/ @org/team\n/d/ @di\n");
        let said = difference(
            &present,
            &[
                proposal("/a/", &["@ann"]),
                proposal("b", &["@cy"]),
                proposal("/c/", &["@cy"]),
                proposal("/e/", &["@ed"]),
                proposal("/f/", &[]),
            ],
        );
        let kinds: Vec<&str> = said
            .iter()
            .map(|line| match line {
                Difference::Same { .. } => "same",
                Difference::New(_) => "new",
                Difference::Changed { .. } => "changed",
                Difference::Kept { .. } => "kept",
            })
            .collect();
        assert_eq!(kinds, ["same", "changed", "kept", "kept", "new"]);
    }

    #[test]
    fn export_reads_back() {
        let present = CodeOwners::parse("/a/ @ann\n/b/ @bo\n");
        let text = export(&present, &[proposal("/b/", &["@cy", "@di"])]);
        assert_eq!(text, "/a/ @ann\n# wrote most of it\n/b/ @cy @di\n");
        assert_eq!(CodeOwners::parse(&text).rules().len(), 2);
    }
}
