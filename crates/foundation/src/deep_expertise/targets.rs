//! What fuzzing calls: CODEOWNERS and `.mailmap` as plain functions that must end, and must not panic, whatever the text.

use desk::knowledge::{People, Signature, mailmap};

use super::codeowners::{CodeOwners, Proposal, difference, export};

/// Reads the text as both files and uses what was read.
pub fn settings(text: &str) {
    let owners = CodeOwners::parse(text);
    let _ = owners.rule_for("src/a b/c.rs");
    let proposal = Proposal { pattern: "/src/".to_owned(), owners: vec!["@a".to_owned()], reason: String::new() };
    let _ = difference(&owners, std::slice::from_ref(&proposal));
    let _ = CodeOwners::parse(&export(&owners, &[proposal]));
    let signature = |name: &str, email: &str| Signature { name: name.to_owned(), email: email.to_owned() };
    let _ = People::join(&[signature("A", "a@x"), signature("", "")], &mailmap(text));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::settings;

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            settings(&text);
        }

        #[test]
        fn any_marks_are_read(marks in prop::collection::vec(prop::sample::select(vec![
            "A", "<a@x>", "<", ">", "#", "*", "**", "/", "[", "]", "^", "!", "\\", " ", "\t", "\n", "@o", "é", "\u{0}", "a b", "[S][2]",
        ]), 0..60)) {
            settings(&marks.concat());
        }
    }
}
