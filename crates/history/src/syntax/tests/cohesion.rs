//! Types whose functions share nothing.

use crate::syntax::measure;

/// Name, functions and groups of each type.
fn types(language: &'static str, source: &str) -> Vec<(String, u32, u32)> {
    let measured = measure(Some(language), source.as_bytes());
    assert!(!measured.unparsed, "{language} does not parse");
    measured.types.into_iter().map(|found| (found.name, found.methods, found.groups)).collect()
}

fn one(name: &str, methods: u32, groups: u32) -> Vec<(String, u32, u32)> {
    vec![(name.to_owned(), methods, groups)]
}

/// Five statements, none of which names a member.
const WORK: &str = "let x = 1;\nlet x = 2;\nlet x = 3;\nlet x = 4;\nlet x = 5;\n";

fn rust(methods: &[(&str, &str)]) -> String {
    let bodies: String =
        methods.iter().map(|(name, body)| format!("fn {name}(&mut self) {{\n{WORK}{body}\n}}\n")).collect();
    format!("struct A {{ left: u8, right: u8 }}\nimpl A {{\n{bodies}}}\n")
}

#[test]
fn two_fields_two_groups() {
    let apart = [("a", "self.left += 1;"), ("b", "self.left -= 1;"), ("c", "self.right += 1;"), ("d", "self.right;")];
    assert_eq!(types("Rust", &rust(&apart)), one("A", 4, 2));
    let tied = [
        ("a", "self.left += 1;"),
        ("b", "self.left -= 1;"),
        ("c", "self.right += 1;"),
        ("d", "self.right; self\n.left;"),
    ];
    assert_eq!(types("Rust", &rust(&tied)), one("A", 4, 1));
}

#[test]
fn a_call_ties() {
    let tied =
        [("a", "self.left += 1;"), ("b", "self.left; self.c();"), ("c", "self.right += 1;"), ("d", "self.right;")];
    assert_eq!(types("Rust", &rust(&tied)), one("A", 4, 1));
}

#[test]
fn comments_tie_nothing() {
    let apart = [("a", "self.left; // self.right"), ("b", "self.left;"), ("c", "self.right;"), ("d", "self.right;")];
    assert_eq!(types("Rust", &rust(&apart)), one("A", 4, 2));
}

#[test]
fn accessors_are_no_group() {
    let short = "struct A { left: u8, right: u8 }\nimpl A {\nfn left(&self) -> u8 { self.left }\nfn set_left(&mut self) { self.left = 1 }\n\
                 fn right(&self) -> u8 { self.right }\nfn set_right(&mut self) { self.right = 1 }\n}\n";
    assert_eq!(types("Rust", short), one("A", 4, 0));
}

#[test]
fn impls_of_a_type_are_one() {
    let source = rust(&[("a", "self.left;"), ("b", "self.left;")])
        + &rust(&[("c", "self.left;"), ("d", "self.right;")]).replace("struct A { left: u8, right: u8 }\n", "");
    assert_eq!(types("Rust", &source), one("A", 4, 1), "c is tied to a and b; d alone is no group");
}

#[test]
fn constructors_tie_nothing() {
    let body = "        x = 1\n        x = 2\n        x = 3\n        x = 4\n";
    let method = |name: &str, field: &str| format!("    def {name}(self):\n{body}        self.{field} = x\n");
    let source = format!(
        "class A:\n    def __init__(self):\n        self.left = 1\n        self.right = 2\n{}{}{}{}",
        method("a", "left"),
        method("b", "left"),
        method("c", "right"),
        method("d", "right")
    );
    assert_eq!(types("Python", &source), one("A", 4, 2));
}

#[test]
fn java_needs_no_this() {
    let method = |name: &str, field: &str| format!("void {name}() {{\nint x = 1;\nx++;\nx++;\n{field}++;\n}}\n");
    let class = |last: &str| {
        format!(
            "class A {{\nprivate int left;\nprivate int right;\nA() {{ left = 1; right = 2; }}\n{}{}{}{}}}\n",
            method("a", "left"),
            method("b", "left"),
            method("c", "right"),
            method("d", last)
        )
    };
    assert_eq!(types("Java", &class("right")), one("A", 4, 2));
    assert_eq!(types("Java", &class("right++; left")), one("A", 4, 1));
    assert_eq!(types("Java", &class("right++; other.left")), one("A", 4, 2), "another object's field");
}

#[test]
fn go_names_its_receiver() {
    let method =
        |name: &str, field: &str| format!("func (s *A) {name}() {{\n\tx := 1\n\tx++\n\tx++\n\ts.{field}++\n}}\n");
    let source = format!(
        "package p\ntype A struct {{\n\tleft, right int\n}}\n{}{}{}{}",
        method("a", "left"),
        method("b", "left"),
        method("c", "right"),
        method("d", "right")
    );
    assert_eq!(types("Go", &source), one("A", 4, 2));
}

#[test]
fn ruby_marks_its_fields() {
    let method =
        |name: &str, field: &str| format!("  def {name}\n    x = 1\n    x = 2\n    x = 3\n    @{field} = x\n  end\n");
    let source = format!(
        "class A\n{}{}{}{}end\n",
        method("a", "left"),
        method("b", "left"),
        method("c", "right"),
        method("d", "right")
    );
    assert_eq!(types("Ruby", &source), one("A", 4, 2));
}
