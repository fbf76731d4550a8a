//! Bounds: whatever the content, measuring ends, and never panics.

use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};

use crate::syntax::{Measured, duplicates, has_grammar, measure};
use crate::{debt, languages};

const PARSED: [&str; 16] = [
    "Rust",
    "Python",
    "JavaScript",
    "TypeScript",
    "TSX",
    "Go",
    "Java",
    "Kotlin",
    "C",
    "C++",
    "C#",
    "Ruby",
    "PHP",
    "Scala",
    "Swift",
    "Shell",
];

#[test]
fn sixteen_languages_have_a_grammar() {
    assert!(PARSED.into_iter().all(has_grammar));
    assert!(PARSED.into_iter().all(|name| languages::all().any(|one| one == name)));
    assert_eq!(languages::all().filter(|name| has_grammar(name)).count(), PARSED.len());
}

#[test]
fn deep_nesting_does_not_overflow() {
    // Thirty thousand deep; what matters is that it comes back and that the lines add up.
    for language in ["JavaScript", "TypeScript", "C", "C++", "C#", "Java", "Kotlin"] {
        let measured = holds(language, format!("{}b;\n", "if (a)\n".repeat(30_000)).as_bytes());
        assert!(measured.unparsed || measured.cyclomatic == Some(30_000), "{language}");
    }
    let measured = holds("JavaScript", format!("x = {}c;\n", "a || b &&\n".repeat(30_000)).as_bytes());
    assert_eq!((measured.cognitive, measured.cyclomatic), (Some(60_000), Some(60_000)));
}

#[test]
fn nested_functions_do_not_overflow() {
    // Each function nests one deeper than the one around it.
    let source = format!("{}{}", "function f() { if (a) {\n".repeat(3000), "}}\n".repeat(3000));
    let measured = holds("JavaScript", source.as_bytes());
    assert_eq!(measured.functions.len(), 3000);
}

#[test]
fn brackets_without_end_are_not_parsed() {
    // Parsers take memory that grows with the square of what stays open.
    for language in PARSED {
        assert!(holds(language, "%w(".repeat(100_000).as_bytes()).unparsed, "{language}");
        assert!(holds(language, "<!--".repeat(100_000).as_bytes()).unparsed, "{language}");
    }
}

#[test]
fn large_honest_files_are_parsed() {
    let dense = "fn f(a: i32) -> i32 { if a > 1 { g(a) } else { a + 1 } }\n".repeat(5_000);
    assert_eq!(holds("Rust", dense.as_bytes()).functions.len(), 5_000);
    // One line in a hundred does not parse.
    let some = format!("{}fn ( if case ;\n", "fn f(a: i32) -> i32 {\n    g(a)\n}\n".repeat(33)).repeat(300);
    assert!(!holds("Rust", some.as_bytes()).unparsed);
}

#[track_caller]
fn holds(language: &'static str, content: &[u8]) -> Measured {
    let measured = measure(Some(language), content);
    assert_eq!(measured.blank + measured.comment + measured.code, measured.lines, "{language}");
    assert_eq!(measured.lines, crate::syntax::line_count(content), "{language}");
    for function in &measured.functions {
        assert!(
            1 <= function.start_line
                && function.start_line <= function.end_line
                && function.end_line <= measured.lines.max(1)
        );
        assert!(function.code_lines <= measured.code && function.cyclomatic >= 1);
    }
    let mut last = 0;
    for comment in &measured.comments {
        assert!(last <= comment.start && comment.start < comment.end && comment.end as usize <= content.len());
        last = comment.end;
    }
    let lines: Vec<_> = measured.functions.iter().map(|function| function.start_line).collect();
    assert!(lines.is_sorted());
    for admission in debt::admissions(content, &measured) {
        assert!(
            admission.line >= 1 && admission.line <= measured.lines && admission.text.chars().count() <= debt::MAX_TEXT
        );
    }
    measured
}

/// Text made of words that grammars know.
fn source() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "if", "else", "for", "while", "match", "switch", "case", "default", "fn", "def", "function", "class", "end",
        "do", "try", "catch", "except", "rescue", "return", "break", "continue", "goto", "a", "b", "1", "'", "\"", "`",
        "(", ")", "{", "}", "[", "]", "<", ">", ",", ";", ":", ".", "=", "=>", "->", "&&", "||", "and", "or", "?",
        "??", "!", "\n", "\n    ", "\t", "//", "#", "/*", "*/", "TODO", "import", "use", "é", "\u{0}", "$", "@",
        "<?php",
    ]);
    prop::collection::vec(word, 0..120).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_are_measured(content in any::<Vec<u8>>()) {
        for language in PARSED {
            holds(language, &content);
        }
        assert!(duplicates(&[("a", &content)]).iter().all(|found| found.start_line <= found.end_line));
    }

    #[test]
    fn any_words_are_measured(content in source()) {
        for language in PARSED {
            holds(language, content.as_bytes());
        }
    }
}
