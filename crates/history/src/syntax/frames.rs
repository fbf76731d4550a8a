//! The functions that are open while a file is walked, and how what is inside them adds up.
//!
//! Cognitive complexity grows with nesting, and a function inside another one nests one deeper. So each open function counts as if
//! it stood alone, and beside its sum the increments that depend on nesting: at its end `sum + increments × depth` goes to the
//! function around it. Outer functions that serve as name spaces (Campbell 2018, appendix A) then cost nothing to take back.

use std::ops::Range;

use super::nodes::CallSite;
use super::{CLOSURE, FunctionFound};

/// One function's row before recursion is known.
pub(super) struct Row {
    pub(super) found: FunctionFound,
    /// First byte.
    pub(super) start: usize,
    /// The byte behind the last.
    pub(super) end: usize,
    /// Whether a type holds it directly.
    pub(super) method: bool,
    /// The name of its receiver, where it has one.
    pub(super) receiver: Option<Range<usize>>,
    /// The calls in it, those of its closures included.
    pub(super) calls: Vec<CallSite>,
}

/// What an open function is.
pub(super) struct Opened {
    pub(super) row: Row,
    /// Whether it gets a row of its own also where another function holds it.
    pub(super) named: bool,
    /// Whether it may be a mere name space.
    pub(super) name_space: bool,
}

struct Open {
    opened: Opened,
    /// Increments of its own, standing alone.
    own: u32,
    /// How many of them depend on nesting.
    own_nesting: u32,
    /// The same of the functions inside, at their depth.
    inner: u32,
    inner_nesting: u32,
    /// What the functions inside would count as outermost ones.
    inner_alone: u32,
    /// Decisions of its own, and of the closures inside.
    decisions: u32,
    closure_decisions: u32,
    /// Deepest nesting of its own, and of the functions inside.
    depth: u32,
    inner_depth: u32,
    /// Nesting in the function around it.
    outer: u32,
    /// Closures without a name found inside.
    loose_from: usize,
}

/// All functions of a file, open and closed.
pub(super) struct Functions {
    file: Open,
    open: Vec<Open>,
    /// Nesting of control flow in the innermost open function.
    pub(super) nesting: u32,
    rows: Vec<Row>,
    /// Closures without a name that stand alone unless a function around them takes them in.
    loose: Vec<Row>,
}

/// The rows and sums of a file.
pub(super) struct Totals {
    pub(super) rows: Vec<Row>,
    pub(super) cognitive: u32,
    pub(super) cyclomatic: u32,
}

impl Functions {
    pub(super) fn new() -> Self {
        let found = FunctionFound {
            name: String::new(),
            container: None,
            start_line: 0,
            end_line: 0,
            parameters: 0,
            code_lines: 0,
            cyclomatic: 0,
            cognitive: 0,
            nesting: 0,
        };
        let row = Row { found, start: 0, end: 0, method: false, receiver: None, calls: Vec::new() };
        let file = Open::new(Opened { row, named: false, name_space: false }, 0, 0);
        Self { file, open: Vec::new(), nesting: 0, rows: Vec::new(), loose: Vec::new() }
    }

    /// Whether a function is open.
    pub(super) fn inside(&self) -> bool {
        !self.open.is_empty()
    }

    fn current(&mut self) -> &mut Open {
        self.open.last_mut().unwrap_or(&mut self.file)
    }

    /// A break in the flow that costs more the deeper it is nested.
    pub(super) fn nesting_break(&mut self) {
        let nesting = self.nesting;
        let open = self.current();
        open.own = open.own.saturating_add(nesting.saturating_add(1));
        open.own_nesting += 1;
        open.depth = open.depth.max(nesting + 1);
    }

    /// A break in the flow that costs one wherever it stands.
    pub(super) fn flat_break(&mut self) {
        self.current().own += 1;
    }

    /// A decision point.
    pub(super) fn decision(&mut self) {
        self.current().decisions += 1;
    }

    /// A call, kept to find recursion.
    pub(super) fn call(&mut self, call: CallSite) {
        if let Some(open) = self.open.last_mut() {
            open.opened.row.calls.push(call);
        }
    }

    /// A function begins.
    pub(super) fn begin(&mut self, opened: Opened) {
        self.open.push(Open::new(opened, self.nesting, self.loose.len()));
        self.nesting = 0;
    }

    /// The innermost function ends; `decorator`: it does nothing but wrap the one function inside.
    pub(super) fn end(&mut self, decorator: bool) {
        let Some(open) = self.open.pop() else { return };
        self.nesting = open.outer;
        // Only breaks of its own make an outer function more than a name space.
        let name_space = decorator || (open.opened.name_space && open.own_nesting == 0);
        let nested = !self.open.is_empty();
        let mut row = open.opened.row;
        let decisions = open.decisions + if name_space { 0 } else { open.closure_decisions };
        let sum = open.own.saturating_add(open.inner);
        let alone = if name_space { open.own.saturating_add(open.inner_alone) } else { sum };
        row.found.cyclomatic = 1 + decisions;
        row.found.cognitive = if name_space && !decorator { open.own } else { alone };
        row.found.nesting = match name_space {
            true if decorator => open.depth.max(open.inner_depth.saturating_sub(1)),
            true => open.depth,
            false => open.depth.max(open.inner_depth),
        };
        if !name_space {
            self.loose.truncate(open.loose_from);
        }
        let counted = if open.opened.named { 0 } else { decisions };
        let calls = if open.opened.named {
            self.rows.push(row);
            Vec::new()
        } else {
            let calls = if nested { std::mem::take(&mut row.calls) } else { Vec::new() };
            self.loose.push(row);
            calls
        };
        let outer = self.open.last_mut().unwrap_or(&mut self.file);
        let nesting = open.own_nesting + open.inner_nesting;
        outer.inner = outer.inner.saturating_add(nesting.saturating_mul(open.outer + 1)).saturating_add(sum);
        outer.inner_nesting += nesting;
        outer.inner_alone = outer.inner_alone.saturating_add(alone);
        outer.closure_decisions += counted;
        outer.inner_depth = outer.inner_depth.max(open.outer + 1 + open.depth.max(open.inner_depth));
        outer.opened.row.calls.extend(calls);
    }

    /// The file ends.
    pub(super) fn finish(mut self) -> Totals {
        while self.inside() {
            self.end(false);
        }
        // A closure that decides nothing is no function that a reader would look for.
        let loose = self.loose.into_iter().filter(|row| row.found.cyclomatic > 1 || row.found.name != CLOSURE);
        let mut rows: Vec<Row> = self.rows.into_iter().chain(loose).collect();
        rows.sort_by_key(|row| (row.found.start_line, row.start));
        let cyclomatic = self.file.decisions + rows.iter().map(|row| row.found.cyclomatic).sum::<u32>();
        Totals { rows, cognitive: self.file.own.saturating_add(self.file.inner_alone), cyclomatic }
    }
}

impl Open {
    fn new(opened: Opened, outer: u32, loose_from: usize) -> Self {
        Self {
            opened,
            own: 0,
            own_nesting: 0,
            inner: 0,
            inner_nesting: 0,
            inner_alone: 0,
            decisions: 0,
            closure_decisions: 0,
            depth: 0,
            inner_depth: 0,
            outer,
            loose_from,
        }
    }
}
