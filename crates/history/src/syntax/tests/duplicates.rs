//! Blocks that stand twice.

use crate::syntax::{Text, duplicates, duplicates_of};

fn block(name: &str, lines: usize) -> String {
    (0..lines).map(|line| format!("    {name}_{line}();\n")).collect()
}

#[test]
fn a_copied_block_is_found_once() {
    let first = format!("start\n{}end\n", block("x", 15));
    let second = format!("other\nmore\n\n{}stop\n", block("x", 15).replace("    ", "\t"));
    let found = duplicates(&[("a", first.as_bytes()), ("b", second.as_bytes())]);
    assert_eq!(found.len(), 1);
    let found = &found[0];
    assert_eq!((found.path.as_str(), found.start_line, found.end_line), ("a", 2, 16));
    assert_eq!((found.other_path.as_str(), found.other_start_line, found.other_end_line), ("b", 4, 18));
    assert_eq!(found.lines, 15);
}

#[test]
fn nine_lines_are_too_few() {
    let first = format!("a\n{}b\n", block("x", 9));
    let second = format!("c\n{}d\n", block("x", 9));
    assert_eq!(duplicates(&[("a", first.as_bytes()), ("b", second.as_bytes())]), []);
}

#[test]
fn a_file_may_repeat_itself() {
    let text = format!("{}between\n{}", block("x", 12), block("x", 12));
    let found = duplicates(&[("a", text.as_bytes())]);
    let places: Vec<_> = found.iter().map(|found| (found.start_line, found.end_line, found.other_start_line)).collect();
    assert_eq!(places, [(1, 12, 14)]);
}

#[test]
fn three_copies_are_two_pairs_or_three() {
    let text = block("x", 12);
    let found = duplicates(&[("a", text.as_bytes()), ("b", text.as_bytes()), ("c", text.as_bytes())]);
    let mut pairs: Vec<_> = found.iter().map(|found| (found.path.as_str(), found.other_path.as_str())).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [("a", "b"), ("a", "c"), ("b", "c")]);
}

#[test]
fn monotonous_lines_are_no_block() {
    assert_eq!(duplicates(&[("a", "}\n".repeat(500).as_bytes()), ("b", "}\n".repeat(500).as_bytes())]), []);
}

#[test]
fn lines_left_out_are_no_block() {
    let text = block("x", 15);
    let whole = Text::new(text.as_bytes(), |_| false);
    let cut = Text::new(text.as_bytes(), |line| line > 9);
    assert_eq!(duplicates_of(&[("a", &whole), ("b", &whole)]).len(), 1);
    assert_eq!(duplicates_of(&[("a", &whole), ("b", &cut)]), []);
}
