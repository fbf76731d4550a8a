//! Imports as written: `use`, `import`, `#include`, `require`.

use tree_sitter::Node;

use super::ImportFound;
use super::grammar::{Grammar, Imports};
use super::nodes::text;

/// Most imports written out of one list in braces.
const MAX_LIST: usize = 256;

/// Adds the imports of a node.
pub(super) fn collect(grammar: &Grammar, node: Node<'_>, content: &[u8], found: &mut Vec<ImportFound>) {
    let whole = String::from_utf8_lossy(text(node, content)).into_owned();
    match grammar.table.imports {
        Imports::Rust => rust(node, content, found),
        Imports::Python => python(node, content, found),
        Imports::Field(field) => {
            if let Some(target) = node.child_by_field_name(field) {
                push(node, unquote(&String::from_utf8_lossy(text(target, content))), found);
            }
        }
        Imports::Without(words) => without(node, &whole, words, found),
    }
}

/// Adds the import that a call such as `require('x')` makes.
pub(super) fn collect_call(node: Node<'_>, content: &[u8], found: &mut Vec<ImportFound>) {
    let arguments = node.child_by_field_name("arguments");
    let first = match arguments {
        Some(arguments) => arguments.named_child(0).filter(|first| first.kind().contains("string")),
        None => node.child_by_field_name("argument"),
    };
    if let Some(first) = first {
        push(node, unquote(&String::from_utf8_lossy(text(first, content))), found);
    }
}

fn rust(node: Node<'_>, content: &[u8], found: &mut Vec<ImportFound>) {
    if let Some(argument) = node.child_by_field_name("argument") {
        for path in spread(&String::from_utf8_lossy(text(argument, content)), "::") {
            push(node, &path, found);
        }
    } else if let Some(name) = node.child_by_field_name("name") {
        let word = if node.kind() == "mod_item" { "mod " } else { "" };
        push(node, &format!("{word}{}", String::from_utf8_lossy(text(name, content))), found);
    }
}

/// `from a import b, c` is `a.b` and `a.c`: `b` may be a module.
fn python(node: Node<'_>, content: &[u8], found: &mut Vec<ImportFound>) {
    let module = node
        .child_by_field_name("module_name")
        .map(|module| String::from_utf8_lossy(text(module, content)).into_owned());
    let mut cursor = node.walk();
    let mut names = 0;
    for name in node.children_by_field_name("name", &mut cursor).take(MAX_LIST) {
        let name = name.child_by_field_name("name").unwrap_or(name);
        let name = String::from_utf8_lossy(text(name, content)).into_owned();
        names += 1;
        match &module {
            Some(module) if module.ends_with('.') => push(node, &format!("{module}{name}"), found),
            Some(module) => push(node, &format!("{module}.{name}"), found),
            None if node.kind() == "future_import_statement" => push(node, &format!("__future__.{name}"), found),
            None => push(node, &name, found),
        }
    }
    if let (0, Some(module)) = (names, module) {
        push(node, &module, found);
    }
}

fn without(node: Node<'_>, whole: &str, words: &[&str], found: &mut Vec<ImportFound>) {
    let mut rest = whole.trim().trim_end_matches(';').trim();
    while let Some(after) =
        words.iter().find_map(|word| rest.strip_prefix(word).filter(|after| after.starts_with(char::is_whitespace)))
    {
        rest = after.trim_start();
    }
    // `using X = A.B` imports A.B.
    let rest =
        rest.split_once('=').filter(|(_, target)| !target.starts_with('>')).map_or(rest, |(_, target)| target.trim());
    let separator = if rest.contains('\\') { "\\" } else { "." };
    if rest.starts_with(['\'', '"', '(']) {
        push(node, unquote(rest.trim_matches(['(', ')'])), found);
    } else {
        for path in spread(rest, separator) {
            push(node, &path, found);
        }
    }
}

/// Writes out lists in braces: `a::{b, c::{d, self}}` is `a::b`, `a::c::d`, `a::c`.
fn spread(text: &str, separator: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut prefixes = vec![String::new()];
    let mut part = String::new();
    let mut finish = |part: &mut String, prefix: &str| {
        let name = part.split(" as ").next().unwrap_or_default().split("=>").next().unwrap_or_default().trim();
        let joined = format!("{prefix}{name}");
        let path = joined.strip_suffix("self").map_or(joined.as_str(), |path| path.trim_end_matches(separator));
        if !name.is_empty() && !path.is_empty() && found.len() < MAX_LIST {
            found.push(path.to_owned());
        }
        part.clear();
    };
    for letter in text.chars() {
        match letter {
            '{' => {
                let prefix = format!("{}{}", prefixes.last().map_or("", String::as_str), part.trim());
                prefixes.push(prefix);
                part.clear();
            }
            ',' => finish(&mut part, prefixes.last().map_or("", String::as_str)),
            '}' => {
                finish(&mut part, prefixes.last().map_or("", String::as_str));
                prefixes.pop();
            }
            letter if letter.is_whitespace() => part.push(' '),
            letter => part.push(letter),
        }
    }
    finish(&mut part, prefixes.last().map_or("", String::as_str));
    found
}

fn unquote(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'', '`', '<', '>'])
}

fn push(node: Node<'_>, target: &str, found: &mut Vec<ImportFound>) {
    let target = target.trim();
    if target.is_empty() || target.len() > 1000 {
        return;
    }
    let line = u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1);
    found.push(ImportFound { line, target_raw: target.to_owned() });
}
