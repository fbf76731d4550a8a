//! What the node kinds of each grammar mean: one table a language.

mod c_family;
mod jvm;
mod scripts;
mod systems;
mod web;

use super::grammar::Table;

/// The tables of all languages with a grammar.
pub(super) static TABLES: [&Table; 16] = [
    &systems::RUST,
    &systems::GO,
    &systems::SWIFT,
    &c_family::C,
    &c_family::CPP,
    &c_family::C_SHARP,
    &jvm::JAVA,
    &jvm::KOTLIN,
    &jvm::SCALA,
    &scripts::PYTHON,
    &scripts::RUBY,
    &scripts::PHP,
    &scripts::SHELL,
    &web::JAVASCRIPT,
    &web::TYPESCRIPT,
    &web::TSX,
];
