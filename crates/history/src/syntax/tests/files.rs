//! Whole files: lines, comments, languages.

use crate::syntax::{Indentation, indentation, line_count, measure};

#[test]
fn lines_are_counted_as_git_counts() {
    for (content, expected) in [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\n\r\n", 2)] {
        assert_eq!(line_count(content.as_bytes()), expected, "{content:?}");
        assert_eq!(measure(None, content.as_bytes()).lines, expected, "{content:?}");
    }
}

#[test]
fn comment_lines_hold_only_comment() {
    let source =
        "//! A\n\n/* b */ /* c\n\n   d */\nfn f() {} // e\n/* g */ fn h() {}\n/// i\nfn j() {\n    // k\n    l();\n}\n";
    let measured = measure(Some("Rust"), source.as_bytes());
    // comment: 1, 3, 5, 8, 10; blank: 2 and 4 (inside a comment, but blank); code: 6, 7, 9, 11, 12.
    assert_eq!((measured.lines, measured.blank, measured.comment, measured.code), (12, 2, 5, 5));
    let lines: Vec<_> =
        measured.functions.iter().map(|f| (f.name.as_str(), f.start_line, f.end_line, f.code_lines)).collect();
    assert_eq!(lines, [("f", 6, 6, 1), ("h", 7, 7, 1), ("j", 9, 12, 3)]);
}

#[test]
fn other_languages_count_by_tokens() {
    let measured = measure(Some("Lua"), b"-- a\nx = 1 -- b\n--[[ c\nd ]]\n\ny = '--'\n");
    assert_eq!((measured.blank, measured.comment, measured.code), (1, 3, 2));
    assert_eq!((measured.cognitive, measured.unparsed), (None, false));
}

#[test]
fn indentation_is_in_levels() {
    // Levels 0, 1 (tab), 1 (four spaces), 0.5; blank lines are left out. Mean 0.625, variance 0.171875.
    let found = indentation(b"a\n\tb\n    c\n\n  d\n   \n");
    let expected = Indentation { filled: 4, sum: 2.5, mean: 0.625, sd: 0.171_875_f32.sqrt() };
    assert_eq!((found.filled, found.sum, found.mean), (expected.filled, expected.sum, expected.mean));
    assert!((found.sd - expected.sd).abs() < 1e-6);
}

#[test]
fn nonsense_is_unparsed() {
    let measured = measure(Some("Rust"), "%% )) ]] {{ ((( ;; @@@ == \n\t\tnonsense ... ((( \n".repeat(20).as_bytes());
    assert!(measured.unparsed);
    assert_eq!((measured.cognitive, measured.functions.len()), (None, 0));
    assert_eq!(measured.indentation.sum, 40.0);
}

#[test]
fn large_files_are_not_parsed() {
    let measured = measure(Some("Rust"), "fn f() {}\n".repeat(1_000_000).as_bytes());
    assert_eq!((measured.lines, measured.unparsed, measured.functions.len()), (1_000_000, true, 0));
}
