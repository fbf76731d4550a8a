//! What a message says of work: keys such as `PAY-12`, numbers such as `#8`, addresses of items; and whether it closes them.

use std::collections::HashMap;

use super::locator::{Locator, item_address, leading};

/// What a message does to the thing that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It says that it closes it.
    Closes,
    /// It names it.
    Mentions,
}

/// Something that a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// As it is called: `PAY-12`, `#8`.
    pub key: String,
    /// The repository that numbers it, where an address says so.
    pub of: Option<Locator>,
    /// What is said of it.
    pub relation: Relation,
}

/// Standards, formats and checksums whose names look like keys of work.
const NO_PREFIX: &[&str] = &[
    "AES", "ARM", "ASCII", "BIP", "CSS", "CVE", "CWE", "EC", "ECMA", "EIP", "EN", "ES", "GHSA", "GPT", "HTTP", "IEC",
    "IEEE", "IPV", "ISO", "JSR", "MD", "MIPS", "MP", "PEP", "PR", "RC", "RFC", "RSA", "RUSTSEC", "SHA", "TLS", "UCS",
    "UTF", "UTS", "WIN", "X", "XML",
];
/// Commits that must name a prefix before it is offered as one of a tracker.
const OFTEN: usize = 20;
/// The words that close, in their forms.
const CLOSING: &[&str] = &["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// Everything that `texts` name, each once; what is closed anywhere is closed. In the order in which it is named.
#[must_use]
pub fn references<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for text in texts {
        for reference in named(text) {
            match found.iter_mut().find(|there| there.key == reference.key && there.of == reference.of) {
                Some(there) => there.relation = there.relation.min(reference.relation),
                None => found.push(reference),
            }
        }
    }
    found
}

fn named(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut closing = false;
    for word in text.split_whitespace() {
        let relation = if closing { Relation::Closes } else { Relation::Mentions };
        let bare = word.trim_matches(|c: char| "()[]{}<>.,;:!?\"'`*".contains(c));
        let mut there: Vec<Reference> =
            one(bare).into_iter().map(|(key, of)| Reference { key, of, relation }).collect();
        // Keys stand in branch names and behind brackets, too: `feature/PAY-12-cards`, `[PAY-12]Title`.
        if there.is_empty() {
            there.extend(keys(word).map(|key| Reference { key, of: None, relation }));
        }
        // `fixes: #8` closes; so does `fixes` at a line's end.
        closing = there.is_empty() && closes(bare);
        found.append(&mut there);
    }
    found
}

/// Whether a word closes what is named behind it.
pub(super) fn closes(word: &str) -> bool {
    CLOSING.iter().any(|closes| closes.eq_ignore_ascii_case(word))
}

/// A word that names one thing by number or by address.
fn one(word: &str) -> Option<(String, Option<Locator>)> {
    if word.contains("://") {
        let item = item_address(word)?;
        return Some((format!("#{}", item.number), item.of));
    }
    let digits = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-"))?;
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((format!("#{}", leading(digits).filter(|_| whole)?), None))
}

/// Keys of a tracker in `word`: two to ten capitals, digits and underscores that begin with a letter, a dash, a number without a leading 0.
fn keys(word: &str) -> impl Iterator<Item = String> {
    word.match_indices('-').filter_map(move |(at, _)| {
        let (before, after) = (word.get(..at)?, word.get(at + 1..)?);
        let inside = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let prefix = before.get(before.trim_end_matches(inside).len()..)?;
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = after.get(..digits)?;
        let bounded = !before.trim_end_matches(inside).ends_with(|c: char| c.is_alphanumeric())
            && !after.get(digits..)?.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let well_formed = (2..=10).contains(&prefix.len())
            && prefix.starts_with(|c: char| c.is_ascii_uppercase())
            && (1..=7).contains(&digits)
            && !number.starts_with('0')
            && !NO_PREFIX.contains(&prefix);
        (bounded && well_formed).then(|| format!("{prefix}-{number}"))
    })
}

/// Prefixes of keys that at least twenty messages name, with how many: what may be projects of a tracker. The most frequent first.
#[must_use]
pub fn prefixes<'a>(messages: impl IntoIterator<Item = &'a str>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for message in messages {
        let mut here: Vec<String> = message.split_whitespace().flat_map(keys).collect();
        here.iter_mut().for_each(|key| key.truncate(key.rfind('-').unwrap_or(0)));
        here.sort();
        here.dedup();
        for prefix in here {
            *counts.entry(prefix).or_default() += 1;
        }
    }
    let mut often: Vec<(String, usize)> = counts.into_iter().filter(|(_, count)| *count >= OFTEN).collect();
    often.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    often
}
