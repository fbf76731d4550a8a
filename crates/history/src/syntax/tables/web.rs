//! JavaScript, TypeScript, TSX.

use crate::syntax::grammar::Class::{
    And, Binary, Brackets, Branch, Call, Case, Catch, Closure, Comment, Else, ElseWord, If, Import, Jump, Loop, Module,
    Or, Switch, Ternary, Type,
};
use crate::syntax::grammar::{Class, Habit, Imports, Name, Table};

const FUNCTIONS: &[(&str, Name)] = &[
    ("function_declaration", Name::Field),
    ("generator_function_declaration", Name::Field),
    ("method_definition", Name::Field),
];
const CONTAINERS: &[(Class, &str, &str)] = &[
    (Type, "class_declaration", "name"),
    (Type, "abstract_class_declaration", "name"),
    (Type, "class", "name"),
    (Module, "internal_module", "name"),
    (Module, "module", "name"),
];
const KINDS: &[(Class, &[&str])] = &[
    (Comment, &["comment", "html_comment"]),
    (Closure, &["arrow_function", "function_expression", "generator_function"]),
    (If, &["if_statement"]),
    (Else, &["else_clause"]),
    (Loop, &["for_statement", "for_in_statement", "while_statement", "do_statement"]),
    (Switch, &["switch_statement"]),
    (Case, &["switch_case"]),
    (Catch, &["catch_clause"]),
    (Ternary, &["ternary_expression"]),
    (Binary, &["binary_expression"]),
    (Brackets, &["parenthesized_expression"]),
    (Jump, &["break_statement", "continue_statement"]),
    (Call, &["call_expression"]),
    (Import, &["import_statement", "export_statement", "import_require_clause"]),
];
const WORDS: &[(Class, &[&str])] = &[(ElseWord, &["else"]), (And, &["&&"]), (Or, &["||"]), (Branch, &["??"])];
const IMPORT_CALLS: &[&str] = &["require", "import"];
const HABITS: &[Habit] = &[Habit::NameSpaceFunctions, Habit::NamedClosures];

pub(super) static JAVASCRIPT: Table = Table {
    language: "JavaScript",
    load: || tree_sitter_javascript::LANGUAGE.into(),
    functions: FUNCTIONS,
    containers: CONTAINERS,
    kinds: KINDS,
    words: WORDS,
    parameter_lists: &["formal_parameters"],
    parameters: &[],
    bodies: Some(&[]),
    imports: Imports::Field("source"),
    import_calls: IMPORT_CALLS,
    habits: HABITS,
};

pub(super) static TYPESCRIPT: Table = Table {
    language: "TypeScript",
    load: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    functions: FUNCTIONS,
    containers: CONTAINERS,
    kinds: KINDS,
    words: WORDS,
    parameter_lists: &["formal_parameters"],
    parameters: &[],
    bodies: Some(&[]),
    imports: Imports::Field("source"),
    import_calls: IMPORT_CALLS,
    habits: HABITS,
};

pub(super) static TSX: Table = Table {
    language: "TSX",
    load: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    functions: FUNCTIONS,
    containers: CONTAINERS,
    kinds: KINDS,
    words: WORDS,
    parameter_lists: &["formal_parameters"],
    parameters: &[],
    bodies: Some(&[]),
    imports: Imports::Field("source"),
    import_calls: IMPORT_CALLS,
    habits: HABITS,
};
