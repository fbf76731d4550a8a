//! Which language a file is written in, by name, interpreter line and content, and where its comments are.
//!
//! No crate carries both the names and the comment tokens without a whole line counter behind them, so the table is ours
//! ([`table`]). Names are those that GitHub's Linguist uses, since readers meet them on every forge; `Shell` covers sh, bash, zsh and ksh.

mod comments;
mod content;
mod table;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

pub use comments::comments;
pub use content::language;
pub(crate) use table::{Kind, Language};

/// Every language of the table, by name, in the table's order.
pub fn all() -> impl Iterator<Item = &'static str> {
    rows().iter().map(|language| language.name)
}

/// The language of a path, by file name and extension alone; none when they do not tell.
#[must_use]
pub fn language_by_name(path: &str) -> Option<&'static str> {
    by_path(path).map(|language| language.name)
}

/// The table's row for a path.
pub(crate) fn by_path(path: &str) -> Option<&'static Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut lower = [0_u8; 64];
    let Some(buffer) = lower.get_mut(..name.len()) else {
        return by_extension(&name.to_ascii_lowercase());
    };
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    let lower = std::str::from_utf8(buffer).ok()?;
    let index = index();
    if let Some(found) = index.files.get(lower) {
        return Some(found);
    }
    // `Dockerfile.dev`, `Makefile.am`, `README.old`: the name before the dot decides when the extension is unknown.
    by_extension(lower).or_else(|| {
        let (stem, _) = lower.split_once('.')?;
        index.files.get(stem).copied().filter(|_| !stem.is_empty())
    })
}

/// The table's row for a language's name.
pub(crate) fn by_language(name: &str) -> Option<&'static Language> {
    index().names.get(name).copied()
}

/// The table's row for an interpreter such as `python3`.
fn by_interpreter(program: &str) -> Option<&'static Language> {
    let index = index();
    index
        .interpreters
        .get(program)
        .or_else(|| {
            let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
            index.interpreters.get(bare)
        })
        .copied()
}

/// The longest known extension of a lower-case file name: `a.d.ts` asks for `d.ts`, then `ts`.
fn by_extension(lower: &str) -> Option<&'static Language> {
    let index = index();
    let mut rest = lower;
    while let Some((_, extension)) = rest.split_once('.') {
        if let Some(found) = index.extensions.get(extension) {
            return Some(found);
        }
        rest = extension;
    }
    None
}

struct Index {
    names: FxHashMap<&'static str, &'static Language>,
    files: FxHashMap<&'static str, &'static Language>,
    extensions: FxHashMap<&'static str, &'static Language>,
    interpreters: FxHashMap<&'static str, &'static Language>,
}

fn rows() -> &'static [Language] {
    static ROWS: OnceLock<Vec<Language>> = OnceLock::new();
    ROWS.get_or_init(table::languages)
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index {
            names: FxHashMap::default(),
            files: FxHashMap::default(),
            extensions: FxHashMap::default(),
            interpreters: FxHashMap::default(),
        };
        for language in rows() {
            index.names.insert(language.name, language);
            for file in &language.files {
                index.files.entry(*file).or_insert(language);
            }
            for extension in &language.extensions {
                index.extensions.entry(*extension).or_insert(language);
            }
            for interpreter in &language.interpreters {
                index.interpreters.entry(*interpreter).or_insert(language);
            }
        }
        index
    })
}
