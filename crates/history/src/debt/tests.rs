//! Tests of debt, against cases worked by hand.

use super::admissions;
use crate::syntax::measure;

#[track_caller]
fn check(language: &'static str, source: &str, expected: &[(u32, &str, &str, Option<&str>)]) {
    let measured = measure(Some(language), source.as_bytes());
    let found = admissions(source.as_bytes(), &measured);
    let found: Vec<_> = found.iter().map(|a| (a.line, a.marker, a.text.as_str(), a.in_function.as_deref())).collect();
    assert_eq!(found, expected);
}

#[test]
fn markers_in_comments_are_admissions() {
    let source = "
// TODO(ann): split this
fn f() {
    let todo = \"TODO: not a comment\"; // mastodon, TODOS
    /* FIXME later,
     * when it rains */
    x(); // XXX
}
";
    check(
        "Rust",
        source,
        &[
            (2, "TODO", "TODO(ann): split this", None),
            (5, "FIXME", "FIXME later, when it rains", Some("f")),
            (7, "XXX", "XXX", Some("f")),
        ],
    );
}

#[test]
fn prose_over_line_ends_is_found() {
    let source = "def f():\n    # This is only a temporary\n    # workaround for slow disks.\n    pass\n";
    check("Python", source, &[(2, "prose", "temporary workaround for slow disks.", Some("f"))]);
}

#[test]
fn strings_admit_nothing() {
    check("Python", "x = 'this is a hack'\ny = \"TODO\"\n", &[]);
    check("Lua", "x = 'this is a hack'\n", &[]);
}

#[test]
fn several_markers_in_one_comment() {
    let source = "/*\n TODO one\n\n HACK two\n*/\nint x;\n";
    check("C", source, &[(2, "TODO", "TODO one", None), (4, "HACK", "HACK two", None)]);
}

#[test]
fn marked_prose_is_one_admission() {
    check("C", "// HACK: this is a hack\nint x;\n", &[(1, "HACK", "HACK: this is a hack", None)]);
}

#[test]
fn long_texts_are_cut() {
    let source = format!("# TODO {}\n", "ä".repeat(900));
    let measured = measure(Some("Shell"), source.as_bytes());
    let found = admissions(source.as_bytes(), &measured);
    assert_eq!(found[0].text.chars().count(), super::MAX_TEXT);
}

#[test]
fn languages_without_grammar_admit_too() {
    check("Lua", "-- FIXME: slow\nx = 1\n", &[(1, "FIXME", "FIXME: slow", None)]);
}
