//! A grammar and what its node kinds mean, compiled once from [`super::tables`] into lookups by node id.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tree_sitter::{Language, Node, ParseOptions, ParseState, Parser, Tree};

use super::tables::TABLES;

/// What a node means for the measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing.
    Plain,
    /// A comment.
    Comment,
    /// A statement that may be a docstring.
    Statement,
    /// A function with a name.
    Function,
    /// A closure.
    Closure,
    /// A type that holds methods.
    Type,
    /// A module or namespace.
    Module,
    /// `if`: a break in the flow that nests, and a decision.
    If,
    /// `guard … else`: counts when its `else` comes.
    Guard,
    /// A loop: a break that nests, and a decision.
    Loop,
    /// `switch`: a break that nests; its cases are the decisions.
    Switch,
    /// A case: a decision unless it is the default.
    Case,
    /// `catch`: a break that nests, and a decision.
    Catch,
    /// A conditional expression: a break that nests, and a decision.
    Ternary,
    /// The part after `else`, where the grammar has a node for it.
    Else,
    /// `elif` and `elsif`: a break that does not nest further, and a decision.
    ElseIf,
    /// The word `else`.
    ElseWord,
    /// An expression that may be joined by boolean operators.
    Binary,
    /// Round brackets: a sequence of boolean operators goes on inside.
    Brackets,
    /// The operator that means *and*.
    And,
    /// The operator that means *or*.
    Or,
    /// An operator whose text tells.
    Operator,
    /// A decision that is no break in the flow: `?`, `??`, `?:`, a comprehension.
    Branch,
    /// `goto`: a break that does not nest.
    Goto,
    /// `break` or `continue` that counts when anything stands behind it.
    Jump,
    /// `break` or `continue` that counts when a node of kind `label` stands behind it.
    LabelJump,
    /// A jump that counts when its text starts with `break` or `continue` and goes on.
    WordJump,
    /// A call.
    Call,
    /// An import.
    Import,
}

/// How a function's name is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// In the field `name`.
    Field,
    /// At the end of a chain of C declarators.
    Declarator,
    /// It is the name of the property that holds it.
    Owner,
    /// Always this word.
    Word(&'static str),
}

/// How imports are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Imports {
    /// `use`, `mod x;`, `extern crate`.
    Rust,
    /// `import`, `from … import …`.
    Python,
    /// The string in a field of this name.
    Field(&'static str),
    /// The text without these words.
    Without(&'static [&'static str]),
}

/// What a language's node kinds mean, as data.
pub(super) struct Table {
    /// The language's name in [`crate::languages`].
    pub(super) language: &'static str,
    /// The grammar.
    pub(super) load: fn() -> Language,
    /// Kinds of functions with a name.
    pub(super) functions: &'static [(&'static str, Name)],
    /// Kinds of types and modules, with the field that holds their name.
    pub(super) containers: &'static [(Class, &'static str, &'static str)],
    /// Named kinds.
    pub(super) kinds: &'static [(Class, &'static [&'static str])],
    /// Anonymous kinds.
    pub(super) words: &'static [(Class, &'static [&'static str])],
    /// Kinds that hold parameters.
    pub(super) parameter_lists: &'static [&'static str],
    /// Kinds that are parameters; empty where every named child of a list is one.
    pub(super) parameters: &'static [&'static str],
    /// Kinds of bodies that have no field `body`; a function that has neither is only declared. None: every function has a body.
    pub(super) bodies: Option<&'static [&'static str]>,
    /// How imports are written.
    pub(super) imports: Imports,
    /// Functions whose first argument, a string, is an import.
    pub(super) import_calls: &'static [&'static str],
    /// What the language does that others do not.
    pub(super) habits: &'static [Habit],
}

/// What some languages do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// A call without receiver may mean a method of the same type.
    ImplicitReceiver,
    /// An outer function may be a name space only (Campbell 2018, appendix A, JavaScript).
    NameSpaceFunctions,
    /// An outer function may only wrap another one (Campbell 2018, appendix A, Python decorators).
    Decorators,
    /// A closure that is bound to a name is a function of its own.
    NamedClosures,
    /// A parameter's node may name several.
    GroupedParameters,
}

/// A table compiled for its grammar.
pub(super) struct Grammar {
    pub(super) table: &'static Table,
    place: usize,
    language: Language,
    classes: Vec<Class>,
    names: FxHashMap<u16, Name>,
    container_fields: FxHashMap<u16, &'static str>,
    headers: Vec<bool>,
}

impl Grammar {
    fn new(place: usize, table: &'static Table) -> Self {
        let language = (table.load)();
        let mut by_kind = FxHashMap::default();
        for (kind, _) in table.functions {
            by_kind.insert((*kind, true), Class::Function);
        }
        for (class, kind, _) in table.containers {
            by_kind.insert((*kind, true), *class);
        }
        for (named, list) in [(true, table.kinds), (false, table.words)] {
            for (class, kinds) in list {
                by_kind.extend(kinds.iter().map(|kind| ((*kind, named), *class)));
            }
        }
        let ids = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let kind = |id| language.node_kind_for_id(id).unwrap_or_default();
        let classes = (0..ids)
            .map(|id| by_kind.get(&(kind(id), language.node_kind_is_named(id))).copied().unwrap_or(Class::Plain))
            .collect();
        let names = (0..ids).filter_map(|id| find(table.functions, kind(id)).map(|name| (id, name))).collect();
        let container_fields = (0..ids)
            .filter_map(|id| {
                table.containers.iter().find(|(_, name, _)| *name == kind(id)).map(|(_, _, field)| (id, *field))
            })
            .collect();
        let fields = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
        let headers =
            (0..=fields).map(|id| language.field_name_for_id(id).is_some_and(|name| HEADERS.contains(&name))).collect();
        Self { table, place, classes, names, container_fields, headers, language }
    }

    /// What a node means.
    pub(super) fn class(&self, node: Node<'_>) -> Class {
        self.classes.get(usize::from(node.kind_id())).copied().unwrap_or(Class::Plain)
    }

    /// How the name of a function of this kind is found.
    pub(super) fn name_of(&self, node: Node<'_>) -> Name {
        self.names.get(&node.kind_id()).copied().unwrap_or(Name::Field)
    }

    /// The field that holds the name of a container of this kind.
    pub(super) fn container_field(&self, node: Node<'_>) -> &'static str {
        self.container_fields.get(&node.kind_id()).copied().unwrap_or("name")
    }

    /// Whether what stands in a field is evaluated before the body, outside of its nesting.
    pub(super) fn is_header(&self, field: u16) -> bool {
        self.headers.get(usize::from(field)).copied().unwrap_or(false)
    }

    /// Whether the language does so.
    pub(super) fn does(&self, habit: Habit) -> bool {
        self.table.habits.contains(&habit)
    }

    /// Parses a file; none when it is nested as no program is, or takes far more steps than files of its size do.
    pub(super) fn parse(&self, content: &[u8]) -> Option<Tree> {
        if !is_bounded(content) {
            return None;
        }
        thread_local! {
            static PARSERS: RefCell<Vec<Option<Parser>>> = const { RefCell::new(Vec::new()) };
        }
        PARSERS.with_borrow_mut(|parsers| {
            if parsers.len() < TABLES.len() {
                parsers.resize_with(TABLES.len(), || None);
            }
            let slot = parsers.get_mut(self.place)?;
            if slot.is_none() {
                let mut parser = Parser::new();
                parser.set_language(&self.language).ok()?;
                *slot = Some(parser);
            }
            let parser = slot.as_mut()?;
            let mut work = Work::default();
            let mut progress = |state: &ParseState| work.step(state.current_byte_offset(), state.has_error());
            let options = ParseOptions::new().progress_callback(&mut progress);
            let mut read = |offset: usize, _| content.get(offset..).unwrap_or_default();
            let tree = parser.parse_with_options(&mut read, None, Some(options));
            if tree.is_none() {
                parser.reset();
            }
            tree
        })
    }
}

/// Parser steps that any file may take; the parser reports each hundred operations.
const MIN_STEPS: usize = 8000;
/// Bytes that pay for one more step. Of 3,300 source files above 32 KiB, most of them Rust, C and C++, none comes to the bound: the worst
/// take a step for 17 bytes and are below 128 KiB, those above 256 KiB one for 51. With an error on every line it is one for 30 to 45.
const BYTES_PER_STEP: usize = 60;
/// Bytes that may pass while the parser says that it sees nothing but errors, where a step may cost many times as much: twice what the
/// worst of the same files has, 125 KB of generated C. After one error in such a file the parser says so until the next.
const MAX_LOST_BYTES: usize = 256 << 10;

/// What a parse has taken so far: never time, so that a file is always measured in the same way.
#[derive(Debug, Default)]
struct Work {
    steps: usize,
    offset: usize,
    lost_bytes: usize,
}

impl Work {
    /// The parser has come to `offset`, perhaps with nothing but errors there; goes on while it is worth it.
    fn step(&mut self, offset: usize, lost: bool) -> ControlFlow<()> {
        self.steps += 1;
        if lost {
            self.lost_bytes += offset.saturating_sub(self.offset);
        }
        self.offset = self.offset.max(offset);
        // Where it is now, not the furthest: one of its guesses may have come to the end of the file in one token.
        let too_much = self.steps > MIN_STEPS + offset / BYTES_PER_STEP || self.lost_bytes > MAX_LOST_BYTES;
        if too_much { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Brackets open at once above which a file is not parsed.
const MAX_BRACKETS: u32 = 256;
/// Bytes of a line that are neither letters, digits, blanks nor beyond ASCII, above which a file is not parsed.
const MAX_MARKS: usize = 2048;

/// Whether a parser's recovery from errors stays cheap.
///
/// Where brackets stay open, each error copies everything that is open: 5 KB of `%w(` as Rust take 740 MB. Some scanners look ahead to
/// the end of the line at every word: 30 KB of `<!--` on one line take 25 s as Go, of `->` more as JavaScript. No text that a person
/// wrote comes near these limits, nor do long lines of data; minified files do. Strings and comments are not told apart, so a line that
/// begins with a letter starts the count of brackets anew.
fn is_bounded(content: &[u8]) -> bool {
    let mut open = 0_u32;
    content.split(|byte| *byte == b'\n').all(|line| {
        if line.first().is_some_and(u8::is_ascii_alphabetic) {
            open = 0;
        }
        let mut most = open;
        let mut marks = 0;
        for byte in line {
            marks += usize::from(byte.is_ascii_punctuation() || byte.is_ascii_control() && *byte != b'\t');
            match byte {
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                _ => continue,
            }
            most = most.max(open);
        }
        most <= MAX_BRACKETS && marks <= MAX_MARKS
    })
}

/// Fields that are evaluated before the body.
const HEADERS: &[&str] = &[
    "condition",
    "value",
    "subject",
    "initializer",
    "init",
    "initialize",
    "update",
    "increment",
    "left",
    "right",
    "pattern",
    "type",
    "declarator",
    "name",
    "parameter",
    "parameters",
    "expr",
    "item",
    "collection",
    "variable",
    "enumerators",
    "alias",
    "bound_identifier",
];

/// The grammar of a language.
pub(super) fn of(language: &str) -> Option<&'static Grammar> {
    static GRAMMARS: [OnceLock<Grammar>; TABLES.len()] = [const { OnceLock::new() }; TABLES.len()];
    let place = TABLES.iter().position(|table| table.language == language)?;
    let table = TABLES.get(place)?;
    Some(GRAMMARS.get(place)?.get_or_init(|| Grammar::new(place, table)))
}

fn find(functions: &[(&str, Name)], kind: &str) -> Option<Name> {
    functions.iter().find(|(name, _)| *name == kind).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{MAX_LOST_BYTES, MIN_STEPS, Work, is_bounded, of};

    /// Where a parse is given up that takes a step for so many bytes; none when it comes to the end of four megabytes.
    fn ends_at(bytes_per_step: usize, lost: bool) -> Option<usize> {
        let mut work = Work::default();
        (1..)
            .map(|step| step * bytes_per_step)
            .take_while(|at| *at <= 4 << 20)
            .find(|at| work.step(*at, lost).is_break())
    }

    #[test]
    fn dense_errors_end_a_parse() {
        assert_eq!(ends_at(140, false), None);
        assert_eq!(ends_at(60, false), None);
        // 45 bytes a step: given up when a step more than 8000 and one for 60 bytes was taken, at 1.4 MB.
        assert_eq!(ends_at(45, false), Some(32_001 * 45));
        assert!(ends_at(17, false).is_some_and(|at| at > 17 * MIN_STEPS));
        assert_eq!(ends_at(128, true), Some(MAX_LOST_BYTES + 128));
    }

    #[test]
    fn nothing_but_errors_is_given_up() {
        const WORDS: [&str; 32] = [
            "if", "else", "for", "while", "match", "case", "fn", "class", "end", "do", "a", "1", "'", "\"", "(", ")",
            "{", "}", "[", "]", "<", ",", ";", ":", ".", "=", "=>", "->", "&&", "?", "import", "$",
        ];
        let mut random = 1_u64;
        let mut text = String::new();
        for at in 1..120_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(WORDS[(random >> 59) as usize]);
            text.push(if at % 8 == 0 { '\n' } else { ' ' });
        }
        let parses = |text: &str| {
            assert!(is_bounded(text.as_bytes()), "it is no other bound that is tried");
            of("JavaScript").is_some_and(|grammar| grammar.parse(text.as_bytes()).is_some())
        };
        assert!(text.len() > MAX_LOST_BYTES);
        assert!(parses(&text[..MAX_LOST_BYTES / 4]));
        assert!(!parses(&text));
    }

    #[test]
    fn a_guess_at_the_end_pays_for_nothing() {
        let mut work = Work::default();
        assert!(work.step(4 << 20, false).is_continue());
        let steps = (0..).take_while(|_| work.step(100, false).is_continue()).count();
        assert_eq!(steps, MIN_STEPS);
    }
}
