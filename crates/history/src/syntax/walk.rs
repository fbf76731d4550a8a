//! One walk over a syntax tree: comments, functions, complexity, imports.
//!
//! The walk is a loop over a cursor with its own stacks, never a recursion: source nested a million deep costs memory, not the stack.

use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::frames::{Functions, Opened, Row};
use super::grammar::{Class, Grammar, Habit};
use super::nodes::{self, CallSite};
use super::{CLOSURE, FunctionFound, ImportFound, imports, recursion};

/// What a walk finds.
pub(super) struct Walked {
    pub(super) comments: Vec<Range<u32>>,
    pub(super) rows: Vec<Row>,
    /// Names and bytes of the types declared.
    pub(super) types: Vec<(String, Range<usize>)>,
    pub(super) cognitive: u32,
    pub(super) cyclomatic: u32,
    pub(super) imports: Vec<ImportFound>,
}

/// Parses and walks a file; none when it does not parse: more than a quarter of its bytes stand in errors.
pub(super) fn walk(grammar: &Grammar, content: &[u8]) -> Option<Walked> {
    let tree = grammar.parse(content)?;
    let mut walk = Walk {
        grammar,
        content,
        path: Vec::new(),
        frames: Vec::new(),
        containers: Vec::new(),
        open_functions: Vec::new(),
        functions: Functions::new(),
        operator: None,
        comments: Vec::new(),
        imports: Vec::new(),
        types: Vec::new(),
        error_bytes: 0,
        has_error: tree.root_node().has_error(),
    };
    walk.run(tree.walk());
    if walk.has_error && walk.error_bytes > content.trim_ascii().len().cast_signed() / 4 {
        return None;
    }
    let mut totals = walk.functions.finish();
    let recursive = recursion::mark(grammar, content, &mut totals.rows);
    Some(Walked {
        comments: walk.comments,
        rows: totals.rows,
        types: walk.types,
        cognitive: totals.cognitive.saturating_add(recursive),
        cyclomatic: totals.cyclomatic,
        imports: walk.imports,
    })
}

/// What an open node does to what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Its children nest, but for what stands in its head.
    Nest(Class),
    /// It is part of a sequence of boolean operators.
    Sequence,
    /// It is a function.
    Function,
}

struct Frame {
    depth: usize,
    effect: Effect,
    /// Nesting around it.
    nesting: u32,
    /// Whether its `else` has been passed.
    after_else: bool,
    /// The last boolean operator of the sequence around it.
    operator: Option<Class>,
}

struct Container {
    depth: usize,
    name: Option<String>,
    is_type: bool,
}

struct Walk<'a, 'tree> {
    grammar: &'a Grammar,
    content: &'a [u8],
    /// The ancestors of the node at hand, outermost first.
    path: Vec<Node<'tree>>,
    frames: Vec<Frame>,
    containers: Vec<Container>,
    /// Depths of the open functions.
    open_functions: Vec<usize>,
    functions: Functions,
    /// The last boolean operator of the sequence at hand.
    operator: Option<Class>,
    comments: Vec<Range<u32>>,
    imports: Vec<ImportFound>,
    types: Vec<(String, Range<usize>)>,
    error_bytes: isize,
    has_error: bool,
}

impl<'tree> Walk<'_, 'tree> {
    fn run(&mut self, mut cursor: TreeCursor<'tree>) {
        loop {
            let node = cursor.node();
            self.enter(node, &cursor);
            if cursor.goto_first_child() {
                self.path.push(node);
                continue;
            }
            self.leave(node);
            while !cursor.goto_next_sibling() {
                let Some(parent) = self.path.pop() else { return };
                cursor.goto_parent();
                self.leave(parent);
            }
        }
    }

    fn enter(&mut self, node: Node<'tree>, cursor: &TreeCursor<'tree>) {
        if self.has_error {
            self.error(node);
        }
        let class = self.grammar.class(node);
        let depth = self.path.len();
        let else_if = self.place(node, class, depth, cursor);
        match class {
            Class::Plain | Class::Brackets | Class::Guard => {}
            Class::Comment => self.comment(node.byte_range()),
            Class::Statement => self.docstring(node),
            Class::Function => self.function(node, depth),
            Class::Closure => self.closure(node, depth),
            Class::Type | Class::Module => self.container(node, class, depth),
            Class::If if else_if => {
                self.functions.decision();
                self.nest(class, depth);
            }
            Class::If | Class::Loop | Class::Catch | Class::Ternary => {
                self.functions.nesting_break();
                self.functions.decision();
                self.nest(class, depth);
            }
            Class::Switch => {
                self.functions.nesting_break();
                self.nest(class, depth);
            }
            Class::Case => self.case(node),
            Class::Else => {
                if self.parent_class() != Class::Switch {
                    self.nest(class, depth);
                }
            }
            Class::ElseIf => {
                self.functions.flat_break();
                self.functions.decision();
                self.nest(class, depth);
            }
            Class::ElseWord => self.else_word(depth),
            Class::Binary => self.binary(node, depth),
            Class::And | Class::Or => self.operator(class, depth),
            Class::Operator => {
                if let Some(class) = operator_class(nodes::text(node, self.content)) {
                    self.operator(class, depth);
                }
            }
            Class::Branch => self.functions.decision(),
            Class::Goto | Class::Jump | Class::LabelJump | Class::WordJump => self.jump(node, class),
            Class::Call => self.call(node),
            Class::Import => imports::collect(self.grammar, node, self.content, &mut self.imports),
        }
    }

    /// Bytes in errors: those of the error node, without its children that have a structure of their own.
    fn error(&mut self, node: Node<'_>) {
        let in_error = self.path.last().is_some_and(Node::is_error);
        let bytes = (node.end_byte() - node.start_byte()).cast_signed();
        match node.is_error() {
            true if !in_error => self.error_bytes += bytes,
            false if in_error && node.child_count() > 1 => self.error_bytes -= bytes,
            _ => {}
        }
    }

    /// Sets the nesting for a child of a node that nests; whether the child is an `else if`.
    fn place(&mut self, node: Node<'_>, class: Class, depth: usize, cursor: &TreeCursor<'_>) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        if frame.depth + 1 != depth || !node.is_named() || class == Class::Comment {
            return false;
        }
        let Effect::Nest(_) = frame.effect else { return false };
        let else_if = frame.after_else && class == Class::If;
        let outside = else_if
            || matches!(class, Class::Else | Class::ElseIf)
            || cursor.field_id().is_some_and(|field| self.grammar.is_header(field.get()));
        self.functions.nesting = if outside { frame.nesting } else { frame.nesting + 1 };
        else_if
    }

    fn nest(&mut self, class: Class, depth: usize) {
        self.push(Effect::Nest(class), depth);
    }

    fn push(&mut self, effect: Effect, depth: usize) {
        let nesting = self.functions.nesting;
        self.frames.push(Frame { depth, effect, nesting, after_else: false, operator: self.operator });
    }

    /// A node ends: what it opened is closed.
    fn leave(&mut self, node: Node<'tree>) {
        let depth = self.path.len();
        if self.containers.last().is_some_and(|container| container.depth == depth) {
            self.containers.pop();
        }
        let Some(frame) = self.frames.pop_if(|frame| frame.depth == depth) else { return };
        match frame.effect {
            Effect::Nest(_) => self.functions.nesting = frame.nesting,
            Effect::Sequence => {
                // A sequence that goes on around this node keeps its last operator.
                if !self.goes_on(depth) {
                    self.operator = frame.operator;
                }
            }
            Effect::Function => {
                let decorator = self.grammar.does(Habit::Decorators) && is_decorator(node);
                self.functions.end(decorator);
                self.open_functions.pop();
                self.operator = frame.operator;
            }
        }
    }

    fn parent_class(&self) -> Class {
        self.path.last().map_or(Class::Plain, |parent| self.grammar.class(*parent))
    }

    fn else_word(&mut self, depth: usize) {
        if self.parent_class() == Class::Guard {
            self.functions.nesting_break();
            self.functions.decision();
            return;
        }
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.depth + 1 == depth) else { return };
        if let Effect::Nest(Class::If | Class::ElseIf | Class::Else | Class::Loop) = frame.effect {
            frame.after_else = true;
            self.functions.flat_break();
        }
    }

    fn case(&mut self, node: Node<'_>) {
        // The cases of a Scala `catch` are the catch.
        let in_catch = self.frames.last().is_some_and(|frame| frame.effect == Effect::Nest(Class::Catch));
        if !in_catch && !nodes::is_default_case(node, self.content) {
            self.functions.decision();
        }
    }

    fn binary(&mut self, node: Node<'_>, depth: usize) {
        let joined = (1..4).filter_map(|place| node.child(place)).any(|child| match self.grammar.class(child) {
            Class::And | Class::Or => true,
            Class::Operator => operator_class(nodes::text(child, self.content)).is_some(),
            _ => false,
        });
        if joined {
            let goes_on = self.goes_on(depth);
            self.push(Effect::Sequence, depth);
            if !goes_on {
                self.operator = None;
            }
        }
    }

    /// Whether a node at this depth belongs to the sequence of boolean operators around it: only brackets stand between.
    fn goes_on(&self, depth: usize) -> bool {
        let Some(frame) = self.frames.last().filter(|frame| frame.effect == Effect::Sequence) else { return false };
        let between = self.path.get(frame.depth + 1..depth).unwrap_or_default();
        between.iter().all(|node| self.grammar.class(*node) == Class::Brackets)
    }

    fn operator(&mut self, class: Class, depth: usize) {
        let in_sequence =
            self.frames.last().is_some_and(|frame| frame.effect == Effect::Sequence && frame.depth + 1 == depth);
        if in_sequence {
            self.functions.decision();
            if self.operator != Some(class) {
                self.functions.flat_break();
                self.operator = Some(class);
            }
        }
    }

    fn jump(&mut self, node: Node<'_>, class: Class) {
        let mut cursor = node.walk();
        let jumps = match class {
            Class::LabelJump => node.named_children(&mut cursor).any(|child| child.kind() == "label"),
            Class::Jump => node.named_children(&mut cursor).any(|child| self.grammar.class(child) != Class::Comment),
            Class::WordJump => {
                let text = nodes::text(node, self.content);
                let rest = text.strip_prefix(b"break").or_else(|| text.strip_prefix(b"continue"));
                rest.is_some_and(|rest| {
                    rest.starts_with(b"@") || (rest.starts_with(b" ") && !rest.trim_ascii().is_empty())
                })
            }
            _ => true,
        };
        if jumps {
            self.functions.flat_break();
        }
    }

    fn call(&mut self, node: Node<'_>) {
        let wants_import = !self.grammar.table.import_calls.is_empty();
        if !wants_import && !self.functions.inside() {
            return;
        }
        let Some(site) = nodes::call_site(node, self.content) else { return };
        if wants_import && self.is_import(&site) {
            imports::collect_call(node, self.content, &mut self.imports);
        }
        self.functions.call(site);
    }

    fn is_import(&self, site: &CallSite) -> bool {
        let name = self.content.get(site.name.clone()).unwrap_or_default();
        let whole = if name.is_empty() {
            self.content.get(site.receiver.start..site.name.end).unwrap_or_default()
        } else {
            name
        };
        site.receiver.is_empty() && self.grammar.table.import_calls.iter().any(|call| call.as_bytes() == whole)
    }

    fn comment(&mut self, range: Range<usize>) {
        // A Rust doc comment reaches over its line end.
        let text = self.content.get(range.clone()).unwrap_or_default();
        let end = range.end - (text.len() - text.trim_ascii_end().len());
        let last = self.comments.last().map_or(0, |last| last.end as usize);
        if range.start >= last && end > range.start {
            self.comments.push(range.start as u32..end as u32);
        }
    }

    /// A string that stands first in a module, class or function is its documentation.
    fn docstring(&mut self, node: Node<'_>) {
        let string = node.named_child(0).filter(|child| child.kind() == "string" && node.named_child_count() == 1);
        let first =
            self.path.last().and_then(|parent| parent.named_child(0)).is_some_and(|first| first.id() == node.id());
        let holder = self.path.len().checked_sub(2).and_then(|place| self.path.get(place));
        let documents =
            holder.is_none_or(|holder| matches!(self.grammar.class(*holder), Class::Function | Class::Type));
        if string.is_some() && first && documents {
            self.comment(node.byte_range());
        }
    }

    fn container(&mut self, node: Node<'_>, class: Class, depth: usize) {
        if node.child_by_field_name("body").is_none() && node.kind() == "mod_item" {
            imports::collect(self.grammar, node, self.content, &mut self.imports);
            return;
        }
        let name = nodes::container_name(self.grammar, node, self.content);
        if let (Class::Type, Some(name)) = (class, &name) {
            self.types.push((name.clone(), node.byte_range()));
        }
        self.containers.push(Container { depth, name, is_type: class == Class::Type });
    }

    fn function(&mut self, node: Node<'_>, depth: usize) {
        if !nodes::has_body(self.grammar, node) {
            return;
        }
        let named = nodes::function_name(self.grammar, node, &self.path, self.content);
        let name = if named.name.is_empty() { CLOSURE.to_owned() } else { named.name };
        let mut row = self.row(node, name);
        if named.container.is_some() {
            row.method = true;
            row.found.container = named.container;
        }
        self.open(Opened { row, named: true, name_space: self.grammar.does(Habit::NameSpaceFunctions) }, depth);
    }

    fn closure(&mut self, node: Node<'_>, depth: usize) {
        let own = self.grammar.does(Habit::NamedClosures);
        let bound =
            if own || !self.functions.inside() { nodes::bound_name(node, &self.path, self.content) } else { None };
        let named = own && bound.is_some();
        let row = self.row(node, bound.unwrap_or_else(|| CLOSURE.to_owned()));
        self.open(Opened { row, named, name_space: self.grammar.does(Habit::NameSpaceFunctions) }, depth);
    }

    fn open(&mut self, opened: Opened, depth: usize) {
        self.push(Effect::Function, depth);
        self.operator = None;
        self.functions.begin(opened);
        self.open_functions.push(depth);
    }

    fn row(&self, node: Node<'_>, name: String) -> Row {
        let function = self.open_functions.last().copied().unwrap_or(0);
        let container = self.containers.last();
        let found = FunctionFound {
            name,
            container: container.and_then(|container| container.name.clone()),
            start_line: line(node.start_position().row),
            end_line: last_line(node),
            parameters: nodes::parameters(self.grammar, node, self.content),
            code_lines: 0,
            cyclomatic: 0,
            cognitive: 0,
            nesting: 0,
        };
        let method = container.is_some_and(|container| container.is_type && container.depth >= function);
        Row {
            found,
            start: node.start_byte(),
            end: node.end_byte(),
            method,
            receiver: nodes::receiver_name(node),
            calls: Vec::new(),
        }
    }
}

/// A function whose body holds one function and `return`, nothing else (Campbell 2018, appendix A, Python decorators).
fn is_decorator(node: Node<'_>) -> bool {
    let Some(body) = node.child_by_field_name("body") else { return false };
    let mut cursor = body.walk();
    let (mut functions, mut returns, mut others) = (0, 0, 0);
    for child in body.named_children(&mut cursor) {
        match child.kind() {
            "function_definition" | "decorated_definition" => functions += 1,
            "return_statement" => returns += 1,
            "comment" => {}
            "expression_statement" if child.named_child(0).is_some_and(|string| string.kind() == "string") => {}
            _ => others += 1,
        }
    }
    functions == 1 && returns == 1 && others == 0
}

fn operator_class(text: &[u8]) -> Option<Class> {
    match text {
        b"&&" => Some(Class::And),
        b"||" => Some(Class::Or),
        _ => None,
    }
}

/// Line numbers from 1.
fn line(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1)
}

/// The last line that a node has text on.
fn last_line(node: Node<'_>) -> u32 {
    let end = node.end_position();
    let row = if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row };
    line(row)
}
