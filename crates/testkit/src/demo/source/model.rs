//! A file of code as a list of functions over a handful of words.

use super::super::dice::Dice;
use super::super::facts::Language;
use super::super::words::{KINDS, NOUNS, VERBS};

/// A name for a value: a kind and a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(pub(super) u16);

impl Word {
    pub(super) fn of(dice: &mut Dice, nouns: &[u8]) -> Self {
        let kind = if dice.chance(45) { 0 } else { dice.below(KINDS.len()) };
        Self((kind * NOUNS.len()) as u16 + u16::from(*dice.pick(nouns)))
    }

    pub(super) fn noun(self) -> u8 {
        (usize::from(self.0) % NOUNS.len()) as u8
    }

    pub(super) fn parts(self) -> (&'static str, &'static str) {
        (KINDS[usize::from(self.0) / NOUNS.len()], NOUNS[usize::from(self.0) % NOUNS.len()])
    }
}

/// A value or a condition, in one of a few shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) shape: u8,
    pub(super) a: Word,
    pub(super) b: Word,
    pub(super) number: u16,
}

/// A line of a function, or a block of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    Let(Word, Expression),
    Add(Word, Expression),
    Call(Expression),
    Log(u16),
    Note(u16),
    /// An admission: `TODO`, `FIXME` or `HACK`.
    Admit(u16),
    Leave(Expression),
    If(Expression, Vec<Statement>, Vec<Statement>),
    Each(Word, Word, Vec<Statement>),
    Choose(Word, Vec<(u16, Vec<Statement>)>),
    Expect(Expression),
}

/// A function, with its text as it was printed last.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) verb: u8,
    pub(super) word: Word,
    pub(super) takes: Vec<(Word, u8)>,
    pub(super) documented: bool,
    pub(super) body: Vec<Statement>,
    /// Empty when it must be printed again.
    pub(super) text: String,
}

/// A type with fields.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) word: Word,
    pub(super) fields: Vec<(Word, u8)>,
}

/// A file of code or of tests.
#[derive(Debug, Clone)]
pub(in super::super) struct Source {
    pub(super) language: Language,
    pub(super) test: bool,
    /// What names it, an index of nouns, and a number where the noun was taken.
    pub(in super::super) noun: u8,
    pub(in super::super) turn: u16,
    /// The words that it is about.
    pub(super) nouns: Vec<u8>,
    /// Other files that it names in its imports.
    pub(super) uses: Vec<u8>,
    pub(super) records: Vec<Record>,
    pub(super) functions: Vec<Function>,
    /// Laid out by the formatter.
    pub(in super::super) neat: bool,
    /// Lines at the last printing.
    pub(in super::super) lines: usize,
}

impl Source {
    /// Marks everything to be printed again.
    pub(in super::super) fn lay_out(&mut self) {
        self.neat = true;
        self.functions.iter_mut().for_each(|function| function.text.clear());
    }
}

/// The noun and turn of the n-th file of an area; areas start at other nouns.
pub(super) fn noun_of(file: u16, area: u16, seed: u64) -> (u8, u16) {
    let nouns = NOUNS.len() as u64;
    let at = (u64::from(file) * 11 + u64::from(area) * 17 + seed % nouns) % nouns;
    (at as u8, file / NOUNS.len() as u16)
}

/// The file's name by the habits of its language.
pub(in super::super) fn file_name(source: &Source) -> String {
    let noun = NOUNS[usize::from(source.noun)];
    let role = ["", "rules", "store", "view", "client"][usize::from(source.noun) % 5];
    let turn = if source.turn == 0 { String::new() } else { (source.turn + 1).to_string() };
    let words = [noun, role, turn.as_str()];
    let parts: Vec<&str> = words.iter().copied().filter(|part| !part.is_empty()).collect();
    let joined = |mark: &str| parts.join(mark);
    let pascal = || parts.iter().map(|part| super::super::words::capital(part)).collect::<String>();
    match (source.language, source.test) {
        (Language::TypeScript, false) => format!("{}.ts", joined("-")),
        (Language::TypeScript, true) => format!("{}.test.ts", joined("-")),
        (Language::Go, false) => format!("{}.go", joined("_")),
        (Language::Go, true) => format!("{}_test.go", joined("_")),
        (Language::Python, false) => format!("{}.py", joined("_")),
        (Language::Python, true) => format!("test_{}.py", joined("_")),
        (Language::Rust, false) => format!("{}.rs", joined("_")),
        (Language::Rust, true) => format!("{}_tests.rs", joined("_")),
        (Language::Java, false) => format!("{}.java", pascal()),
        (Language::Java, true) => format!("{}Test.java", pascal()),
        (Language::Kotlin, false) => format!("{}.kt", pascal()),
        (Language::Kotlin, true) => format!("{}Test.kt", pascal()),
        (Language::Swift, false) => format!("{}.swift", pascal()),
        (Language::Swift, true) => format!("{}Tests.swift", pascal()),
        (Language::Yaml, _) => format!("{}.yaml", joined("-")),
    }
}

/// How many verbs there are.
pub(super) fn verbs() -> usize {
    VERBS.len()
}
