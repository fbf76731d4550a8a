//! What the text of one file holds: lines, comments, functions and their complexity, imports.
//!
//! Pure functions over bytes. Where there is a grammar (the 16 languages of [`has_grammar`]) the file is parsed once and walked
//! once with a cursor, so that no depth of nesting can overflow the stack. Everything else, and what does not parse, is measured
//! by indentation, with comments found by their tokens.

mod cohesion;
mod duplicates;
mod frames;
mod grammar;
mod imports;
mod lines;
mod nodes;
mod recursion;
mod resolve;
mod tables;
#[cfg(test)]
mod tests;
mod walk;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use cohesion::TypeFound;
pub use duplicates::{Duplicate, MIN_DUPLICATE_LINES, Text, duplicates, duplicates_of};
pub(crate) use lines::comment_lines;
pub use lines::{Indentation, indentation, line_count};
pub use resolve::{PathSet, resolve_imports};

/// Files above this size in bytes are not parsed.
pub const MAX_PARSED_BYTES: usize = 4 << 20;

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Lines as Git counts them: line ends, and one more for a last line without one. Always `blank + comment + code`.
    pub lines: u32,
    /// Lines of white space only.
    pub blank: u32,
    /// Lines that hold only comment; a Python docstring is comment.
    pub comment: u32,
    /// The other lines.
    pub code: u32,
    /// Logical indentation of the lines that are not blank.
    pub indentation: Indentation,
    /// Functions in order of their first line.
    pub functions: Vec<FunctionFound>,
    /// Types with functions of their own, in order of their first line.
    pub types: Vec<TypeFound>,
    /// Cognitive complexity of the file: its outermost functions and the code outside of functions. None without syntax.
    pub cognitive: Option<u32>,
    /// Cyclomatic complexity of the file: the sum over `functions` and the decisions outside of functions. None without syntax.
    pub cyclomatic: Option<u32>,
    /// Imports in order of their line.
    pub imports: Vec<ImportFound>,
    /// Byte ranges of the comments, in order, not overlapping.
    pub comments: Vec<Range<u32>>,
    /// Whether the language has a grammar but the file was measured by indentation: too large, or too much of it does not parse.
    pub unparsed: bool,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionFound {
    /// The function's name; the name that it is bound to, for a closure; [`CLOSURE`] where it has none and stands alone.
    pub name: String,
    /// The innermost type, class or module that holds it.
    pub container: Option<String>,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// Declared parameters, receivers included.
    pub parameters: u32,
    /// Lines neither blank nor comment only.
    pub code_lines: u32,
    /// 1 + decision points, those of closures inside included, those of named functions inside not.
    pub cyclomatic: u32,
    /// Cognitive complexity (Campbell 2018), everything inside included.
    pub cognitive: u32,
    /// Deepest nesting of control flow and closures; 1 for a plain `if`.
    pub nesting: u32,
}

/// The name of a closure that has none.
pub const CLOSURE: &str = "<closure>";

/// One import, include or use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFound {
    /// The line, from 1.
    pub line: u32,
    /// The target as written; lists in braces are written out, one import each.
    pub target_raw: String,
}

/// Whether functions, complexity and imports are read for the language.
#[must_use]
pub fn has_grammar(language: &str) -> bool {
    grammar::of(language).is_some()
}

/// Measures one file.
///
/// `language` is what [`crate::languages::language`] says. Never fails: what cannot be parsed is measured by indentation.
#[must_use]
pub fn measure(language: Option<&'static str>, content: &[u8]) -> Measured {
    let grammar = language.and_then(grammar::of);
    let walked = grammar.filter(|_| content.len() <= MAX_PARSED_BYTES).and_then(|grammar| walk::walk(grammar, content));
    let unparsed = grammar.is_some() && walked.is_none();
    let (comments, rows, declared, totals, imports) = match walked {
        Some(walked) => {
            (walked.comments, walked.rows, walked.types, Some((walked.cognitive, walked.cyclomatic)), walked.imports)
        }
        None => (crate::languages::comments(language, content), Vec::new(), Vec::new(), None, Vec::new()),
    };
    let lines = lines::Lines::new(content, &comments);
    let code_lines: Vec<u32> =
        rows.iter().map(|row| lines.code_between(row.found.start_line, row.found.end_line)).collect();
    let types = grammar
        .map_or_else(Vec::new, |grammar| cohesion::types(grammar, content, &comments, &declared, &rows, &code_lines));
    let functions = rows.into_iter().zip(code_lines).map(|(row, code_lines)| FunctionFound { code_lines, ..row.found });
    Measured {
        lines: lines.total(),
        blank: lines.blank,
        comment: lines.comment,
        code: lines.code(),
        indentation: lines.indentation,
        functions: functions.collect(),
        types,
        cognitive: totals.map(|(cognitive, _)| cognitive),
        cyclomatic: totals.map(|(_, cyclomatic)| cyclomatic),
        imports,
        comments,
        unparsed,
    }
}
