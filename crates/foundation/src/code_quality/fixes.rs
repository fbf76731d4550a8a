//! Which commits mend something: by the words of the subject, or because they take another commit back.

/// Words that say so, alone in the subject.
const MENDING: [&str; 8] = ["fix", "fixes", "fixed", "fixing", "bugfix", "bugfixes", "hotfix", "hotfixes"];

/// What is mended is no fault of the program then.
const HARMLESS: [&str; 8] = ["typo", "typos", "spelling", "grammar", "formatting", "clippy", "lint", "whitespace"];

/// Whether a commit of this kind (`ordinary`, `revert`, …) and subject is a fix. Mended spelling and lint is none.
#[must_use]
pub fn is_fix(kind: &str, subject: &str) -> bool {
    if kind == "revert" {
        return true;
    }
    let subject = subject.to_lowercase();
    let has = |wanted: &[&str]| {
        subject.split(|c: char| !c.is_alphanumeric()).any(|word| !word.is_empty() && wanted.contains(&word))
    };
    has(&MENDING) && !has(&HARMLESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_are_told_by_words() {
        assert!(is_fix("ordinary", "fix(parser): take empty input"));
        assert!(is_fix("ordinary", "search: Fix off-by-one (fixes #12)"));
        assert!(is_fix("revert", "Revert \"add cache\""));
        assert!(!is_fix("ordinary", "add a prefix option"));
        assert!(!is_fix("ordinary", "docs: fix typos"));
    }
}
