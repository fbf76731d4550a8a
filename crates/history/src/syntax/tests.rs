//! Complexity worked by hand, language by language; then lines, imports, duplicates, and what must hold for any bytes.
//!
//! The common fixture is one function that has, in this order:
//! - `if a && b || c … else if … else`: 1 + 2 sequences + 1 + 1 = 5 cognitive; if, &&, ||, else if = 4 decisions;
//! - a loop around a switch of two cases and a default: 1 + 2 = 3; the loop and two cases = 3 decisions;
//! - a catch around an if: 1 + 2 = 3; 2 decisions;
//! - a conditional expression: 1; 1 decision;
//! - a closure around an if: the closure nests, so 2; 1 decision;
//! - a call of itself: 1.
//!
//! Together 15 cognitive, 1 + 11 = 12 cyclomatic, nesting 2. Where a language lacks a part, its test says so.

mod bounds;
mod c_family;
mod cohesion;
mod duplicates;
mod files;
mod imports;
mod jvm;
mod scripts;
mod systems;
mod web;

use super::{Measured, measure};

/// Name with container, cognitive, cyclomatic, nesting, parameters.
type Expected<'a> = (&'a str, u32, u32, u32, u32);

/// Measures a source and compares its functions.
#[track_caller]
fn check(language: &'static str, source: &str, expected: &[Expected<'_>]) -> Measured {
    let measured = measure(Some(language), source.as_bytes());
    assert!(!measured.unparsed, "{language} does not parse");
    let found: Vec<_> = measured
        .functions
        .iter()
        .map(|function| {
            let name = match &function.container {
                Some(container) => format!("{container}.{}", function.name),
                None => function.name.clone(),
            };
            (name, function.cognitive, function.cyclomatic, function.nesting, function.parameters)
        })
        .collect();
    let expected: Vec<_> = expected.iter().map(|(name, a, b, c, d)| ((*name).to_owned(), *a, *b, *c, *d)).collect();
    assert_eq!(found, expected, "{language}");
    measured
}
