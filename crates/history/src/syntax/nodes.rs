//! What is read out of single nodes: names, parameters, callees, default cases.

use std::ops::Range;

use tree_sitter::Node;

use super::grammar::{Class, Grammar, Habit, Name};

/// Longest name kept, in bytes.
const MAX_NAME: usize = 120;
/// Longest text in front of a call's arguments that is looked at.
const MAX_CALLEE: usize = 160;
/// Links of a declarator or parent chain that are followed.
const MAX_CHAIN: usize = 64;

/// A call as written.
#[derive(Debug, Clone)]
pub(super) struct CallSite {
    /// Where the name stands.
    pub(super) name: Range<usize>,
    /// Where the receiver or path before the name stands; empty without one.
    pub(super) receiver: Range<usize>,
    /// Arguments.
    pub(super) arguments: u32,
}

/// A name and the container written before it (`Foo` in `void Foo::bar()`).
pub(super) struct Named {
    pub(super) name: String,
    pub(super) container: Option<String>,
}

/// The text of a node.
pub(super) fn text<'c>(node: Node<'_>, content: &'c [u8]) -> &'c [u8] {
    content.get(node.byte_range()).unwrap_or_default()
}

/// The name of a function; `path` are its ancestors, outermost first.
pub(super) fn function_name(grammar: &Grammar, node: Node<'_>, path: &[Node<'_>], content: &[u8]) -> Named {
    let named = |name: String| Named { name, container: None };
    match grammar.name_of(node) {
        Name::Word(word) => named(word.to_owned()),
        Name::Declarator => declared_name(node, content),
        Name::Owner => {
            let owner = path.iter().rev().take(4).find_map(|parent| owner_name(*parent, content));
            named(owner.unwrap_or_else(|| "accessor".to_owned()))
        }
        Name::Field => {
            let name = node.child_by_field_name("name").map(|name| clean(text(name, content)));
            let container = node.child_by_field_name("receiver").and_then(|receiver| receiver_type(receiver, content));
            Named { name: name.unwrap_or_default(), container }
        }
    }
}

/// The name that a closure is bound to.
pub(super) fn bound_name(node: Node<'_>, path: &[Node<'_>], content: &[u8]) -> Option<String> {
    if let Some(name) = node.child_by_field_name("name") {
        return Some(clean(text(name, content)));
    }
    let mut parents = path.iter().rev();
    let mut parent = *parents.next()?;
    if parent.kind() == "expression_list" {
        parent = *parents.next()?;
    }
    if parent.kind() == "export_statement" {
        return Some("default".to_owned());
    }
    const FIELDS: [&str; 6] = ["name", "key", "left", "property", "pattern", "declarator"];
    let target =
        FIELDS.iter().find_map(|field| parent.child_by_field_name(field)).filter(|target| target.id() != node.id())?;
    let name = last_part(text(target, content));
    let plain = !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_$#".contains(byte) || !byte.is_ascii());
    plain.then(|| clean(name))
}

/// The name of a type or module.
pub(super) fn container_name(grammar: &Grammar, node: Node<'_>, content: &[u8]) -> Option<String> {
    let name = node.child_by_field_name(grammar.container_field(node))?;
    let name = base_type(text(name, content));
    (!name.is_empty()).then(|| clean(name))
}

/// Declared parameters, receivers included.
pub(super) fn parameters(grammar: &Grammar, node: Node<'_>, content: &[u8]) -> u32 {
    let holder = match grammar.class(node) {
        Class::Function if grammar.name_of(node) == Name::Declarator => function_declarator(node).unwrap_or(node),
        _ => node.child_by_field_name("declarator").unwrap_or(node),
    };
    let mut cursor = holder.walk();
    holder
        .children(&mut cursor)
        .filter(Node::is_named)
        .map(|child| {
            if grammar.table.parameter_lists.contains(&child.kind()) {
                let mut inside = child.walk();
                child.named_children(&mut inside).map(|one| parameter(grammar, one, content)).sum()
            } else if grammar.table.parameters.contains(&child.kind()) && !matches!(child.kind(), "identifier") {
                1
            } else {
                0
            }
        })
        .sum::<u32>()
        + single_parameter(grammar, holder)
}

/// `x => …`: a parameter without a list.
fn single_parameter(grammar: &Grammar, node: Node<'_>) -> u32 {
    let single = node.child_by_field_name("parameter").or_else(|| node.child_by_field_name("parameters"));
    let bare = single.is_some_and(|one| {
        !grammar.table.parameter_lists.contains(&one.kind()) && !grammar.table.parameters.contains(&one.kind())
            || one.kind() == "identifier"
    });
    u32::from(bare)
}

fn parameter(grammar: &Grammar, node: Node<'_>, content: &[u8]) -> u32 {
    let listed = grammar.table.parameters;
    if (!listed.is_empty() && !listed.contains(&node.kind()))
        || grammar.class(node) == Class::Comment
        || node.kind() == "attribute_item"
        || text(node, content) == b"void"
    {
        return 0;
    }
    if !grammar.does(Habit::GroupedParameters) {
        return 1;
    }
    let mut cursor = node.walk();
    (node.children_by_field_name("name", &mut cursor).count() as u32).max(1)
}

/// Whether a function has a body, so is more than declared.
pub(super) fn has_body(grammar: &Grammar, node: Node<'_>) -> bool {
    let Some(bodies) = grammar.table.bodies else { return true };
    if node.child_by_field_name("body").is_some() {
        return true;
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| bodies.contains(&child.kind()))
}

/// The name of a method's receiver in Go: `f` in `func (f *Foo) bar()`.
pub(super) fn receiver_name(node: Node<'_>) -> Option<Range<usize>> {
    let receiver = node.child_by_field_name("receiver")?.named_child(0)?;
    Some(receiver.child_by_field_name("name")?.byte_range())
}

/// Name, receiver and number of arguments of a call.
pub(super) fn call_site(node: Node<'_>, content: &[u8]) -> Option<CallSite> {
    let count = u32::try_from(node.named_child_count()).unwrap_or(u32::MAX);
    let last = count.checked_sub(1).and_then(|last| node.named_child(last));
    let arguments = node.child_by_field_name("arguments").or_else(|| node.child_by_field_name("argument")).or(last);
    let arguments = arguments.filter(|arguments| arguments.start_byte() > node.start_byte());
    let end = arguments.map_or(node.end_byte(), |arguments| arguments.start_byte());
    let start = node.start_byte();
    if end - start > MAX_CALLEE {
        return None;
    }
    let callee = content.get(start..end)?.trim_ascii_end();
    let callee = callee.strip_suffix(b"(").unwrap_or(callee);
    let callee = match callee.last() {
        Some(b'>') => callee.split(|byte| *byte == b'<').next().unwrap_or_default(),
        _ => callee,
    };
    let callee = callee.strip_suffix(b"::").unwrap_or(callee);
    let name = last_part(callee);
    let name_start = start + callee.len() - name.len();
    let receiver_length = callee.len() - name.len();
    let receiver = callee.get(..receiver_length)?;
    let receiver = receiver.trim_ascii_end();
    let bare = receiver.iter().rev().take_while(|byte| b".:->?!".contains(byte)).count();
    Some(CallSite {
        name: name_start..name_start + name.len(),
        receiver: start..start + receiver.len() - bare,
        arguments: arguments.map_or(0, argument_count),
    })
}

fn argument_count(arguments: Node<'_>) -> u32 {
    let list =
        if arguments.kind() == "call_suffix" { arguments.named_child(0).unwrap_or(arguments) } else { arguments };
    u32::try_from(list.named_child_count()).unwrap_or(u32::MAX)
}

/// Whether a case is the default: `default`, `else`, `_` without a guard, `*)`.
pub(super) fn is_default_case(node: Node<'_>, content: &[u8]) -> bool {
    let text = text(node, content);
    let text = text.get(..MAX_NAME).unwrap_or(text).trim_ascii_start();
    let text = text.strip_prefix(b"case ").or_else(|| text.strip_prefix(b"in ")).unwrap_or(text).trim_ascii_start();
    let word = |word: &[u8]| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
    };
    if word(b"default") || word(b"else") || text.starts_with(b"*)") {
        return true;
    }
    let Some(rest) = text.strip_prefix(b"_") else { return false };
    let rest = rest.trim_ascii_start();
    rest.starts_with(b"=>") || rest.starts_with(b"->") || rest.starts_with(b":") || rest.starts_with(b"then")
}

/// The declarator that holds a C function's parameters: the innermost one.
fn function_declarator(node: Node<'_>) -> Option<Node<'_>> {
    let mut found = None;
    let mut at = node.child_by_field_name("declarator");
    for _ in 0..MAX_CHAIN {
        let Some(here) = at else { break };
        if here.kind() == "function_declarator" {
            found = Some(here);
        }
        at = here.child_by_field_name("declarator").or_else(|| match here.kind() {
            "parenthesized_declarator" | "reference_declarator" | "attributed_declarator" => here.named_child(0),
            _ => None,
        });
    }
    found
}

fn declared_name(node: Node<'_>, content: &[u8]) -> Named {
    let declarator = function_declarator(node).and_then(|function| function.child_by_field_name("declarator"));
    let declarator = declarator.or_else(|| node.child_by_field_name("declarator"));
    let full = declarator.map(|declarator| text(declarator, content)).unwrap_or_default();
    let (scope, name) = match memchr::memmem::rfind(full, b"::").filter(|_| !full.starts_with(b"operator")) {
        Some(at) => (full.get(..at).unwrap_or_default(), full.get(at + 2..).unwrap_or_default()),
        None => (&full[..0], full),
    };
    let container = last_part(base_type(scope));
    Named { name: clean(name), container: (!container.is_empty()).then(|| clean(container)) }
}

fn receiver_type(receiver: Node<'_>, content: &[u8]) -> Option<String> {
    let declared = receiver.named_child(0)?.child_by_field_name("type")?;
    Some(clean(base_type(text(declared, content))))
}

/// The name of a property, wherever the grammar puts it.
fn owner_name(node: Node<'_>, content: &[u8]) -> Option<String> {
    if node.kind() == "indexer_declaration" {
        return Some("this".to_owned());
    }
    if !node.kind().contains("property") && !node.kind().contains("event") {
        return None;
    }
    if let Some(name) = node.child_by_field_name("name") {
        return Some(clean(text(name, content)));
    }
    let mut cursor = node.walk();
    let variable = node.named_children(&mut cursor).find(|child| child.kind() == "variable_declaration")?;
    Some(clean(text(variable.named_child(0)?, content)))
}

/// A type without references, pointers and type arguments.
fn base_type(text: &[u8]) -> &[u8] {
    let text = text.split(|byte| *byte == b'<' || *byte == b'[').next().unwrap_or_default().trim_ascii();
    let mut text = text.trim_ascii_start();
    while let Some(rest) =
        text.strip_prefix(b"&").or_else(|| text.strip_prefix(b"*")).or_else(|| text.strip_prefix(b"dyn "))
    {
        text = rest.trim_ascii_start();
    }
    text
}

/// What stands behind the last `.`, `:`, `>`, `\` or blank.
fn last_part(text: &[u8]) -> &[u8] {
    let at = text.iter().rposition(|byte| b".:>\\ \n\t!?".contains(byte)).map_or(0, |at| at + 1);
    text.get(at..).unwrap_or_default()
}

/// A name as text: one line, not too long.
fn clean(name: &[u8]) -> String {
    let name = name.get(..MAX_NAME).unwrap_or(name);
    let text = String::from_utf8_lossy(name);
    if text.contains(char::is_whitespace) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.into_owned()
    }
}
