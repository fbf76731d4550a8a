//! From models to text. A function is printed once and kept until it is edited: most of a file stays as it was.

use std::fmt::Write as _;

use super::super::facts::Language;
use super::super::words::{NOUNS, VERBS, a, capital};
use super::model::{Expression, Function, Source, Statement, Word, file_name};
use super::syntax::{self, Syntax};

impl Source {
    /// The whole text. `area` is the name of the area; as a package it has no dashes.
    pub(in super::super) fn print(&mut self, area: &str) -> String {
        if self.language == Language::Yaml {
            return self.print_yaml(area);
        }
        let ways = syntax::of(self.language);
        let name = file_name(self);
        let name = capital(name.split('.').next().unwrap_or("file")).replace('-', "");
        let package = area.replace('-', "");
        let mut text = fill(if self.test { ways.test_head } else { ways.head }, &[('a', &package)]);
        for other in self.uses.iter().filter(|_| !ways.import.is_empty()) {
            let noun = NOUNS[usize::from(*other)];
            text.push_str(&fill(ways.import, &[('n', noun), ('f', noun)]));
            text.push('\n');
        }
        let wrap = if self.test { ways.test_wrap } else { ways.wrap };
        let depth = usize::from(wrap.is_some());
        if let Some((open, _)) = wrap {
            text.push('\n');
            text.push_str(&fill(open, &[('N', &name)]));
            text.push('\n');
        }
        self.print_records(ways, depth, &mut text);
        let (neat, test) = (self.neat, self.test);
        for function in &mut self.functions {
            if function.text.is_empty() {
                function.text =
                    Printer { ways, neat, text: String::with_capacity(512) }.function(function, test, depth);
            }
            text.push('\n');
            text.push_str(&function.text);
        }
        if let Some((_, close)) = wrap {
            text.push_str(close);
            text.push('\n');
        }
        self.lines = text.bytes().filter(|byte| *byte == b'\n').count();
        text
    }

    fn print_records(&self, ways: &'static Syntax, depth: usize, text: &mut String) {
        for record in &self.records {
            let mut printer = Printer { ways, neat: self.neat, text: String::new() };
            printer.text.push('\n');
            let name = capital(&say(record.word, false)) + "Facts";
            for line in fill(ways.record.0, &[('N', &name)]).lines() {
                printer.line(depth, line);
            }
            for (word, kind) in &record.fields {
                let names = [say(*word, ways.snake), capital(&say(*word, false))];
                let field = [('n', &*names[0]), ('N', &*names[1]), ('t', ways.types[usize::from(*kind)])];
                printer.line(depth + 1, &fill(ways.record.1, &field));
            }
            if !ways.record.2.is_empty() {
                let last = usize::from(self.language == Language::Java);
                printer.line(depth + last, ways.record.2);
            }
            text.push_str(&printer.text);
        }
    }

    fn print_yaml(&mut self, area: &str) -> String {
        let noun = NOUNS[usize::from(self.noun)];
        let mut text = format!("# {} of {area}\nkind: resource-set\nname: {noun}\nresources:\n", capital(noun));
        for function in &self.functions {
            let _ = writeln!(
                text,
                "  - name: {}-{}",
                VERBS[usize::from(function.verb)],
                say(function.word, true).replace('_', "-")
            );
            let _ = writeln!(text, "    replicas: {}\n    limits:", 1 + function.body.len() % 5);
            let mut seen: Vec<Word> = Vec::new();
            for statement in &function.body {
                if let Statement::Let(word, value) | Statement::Add(word, value) = statement {
                    if seen.contains(word) {
                        continue;
                    }
                    seen.push(*word);
                    let _ = writeln!(text, "      {}: {}", say(*word, true), value.number);
                }
            }
            let _ = writeln!(text, "      memory_mib: {}", 64 * (1 + function.body.len()));
        }
        self.lines = text.bytes().filter(|byte| *byte == b'\n').count();
        text
    }
}

struct Printer {
    ways: &'static Syntax,
    neat: bool,
    text: String,
}

impl Printer {
    fn line(&mut self, depth: usize, line: &str) {
        let indent = if self.neat { self.ways.indent } else { self.ways.rough };
        for _ in 0..depth {
            self.text.push_str(indent);
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn function(mut self, function: &Function, test: bool, depth: usize) -> String {
        let ways = self.ways;
        let verb = VERBS[usize::from(function.verb)];
        let name = name_of(verb, function.word, ways.snake);
        let noun = say(function.word, true).replace('_', " ");
        let title = format!("{} {}.", third_person(verb), a(&noun));
        let pascal = capital(&name);
        if function.documented && !test && !ways.doc.is_empty() && ways.comment != "#" {
            self.line(depth, &fill(ways.doc, &[('e', &capital(&title))]));
        }
        let takes: Vec<String> = function.takes.iter().map(|(word, kind)| self.parameter(*word, *kind)).collect();
        let takes = takes.join(", ");
        let (open, close) = if test { ways.test } else { ways.function };
        for line in fill(open, &[('n', &name), ('N', &pascal), ('p', &takes), ('e', &title)]).lines() {
            self.line(depth, line);
        }
        if function.documented && !test && ways.comment == "#" {
            self.line(depth + 1, &fill(ways.doc, &[('e', &capital(&title))]));
        }
        self.body(&function.body, depth + 1);
        if !close.is_empty() {
            self.line(depth, close);
        }
        self.text
    }

    fn parameter(&self, word: Word, kind: u8) -> String {
        let kind = self.ways.types[usize::from(kind)];
        fill(self.ways.parameter, &[('n', &say(word, self.ways.snake)), ('t', kind)])
    }

    fn body(&mut self, body: &[Statement], depth: usize) {
        let said = |line: &Statement| !matches!(line, Statement::Note(_) | Statement::Admit(_));
        for statement in body {
            self.statement(statement, depth);
        }
        if self.ways.close.is_empty() && !body.iter().any(said) {
            self.line(depth, "pass");
        }
    }

    fn statement(&mut self, statement: &Statement, depth: usize) {
        let ways = self.ways;
        match statement {
            Statement::Let(word, value) => self.assign(ways.lets, *word, value, depth),
            Statement::Add(word, value) => self.assign(ways.add, *word, value, depth),
            Statement::Expect(value) => self.assign(ways.expect, value.a, value, depth),
            Statement::Call(value) => {
                let line = self.value(value) + ways.end;
                self.line(depth, &line);
            }
            Statement::Leave(value) => {
                let line = fill(ways.leave, &[('e', &self.value(value))]);
                self.line(depth, &line);
            }
            Statement::Log(number) => self.line(depth, &fill(ways.log, &[('e', &remark(*number))])),
            Statement::Note(number) => self.line(depth, &format!("{} {}", ways.comment, capital(&remark(*number)))),
            Statement::Admit(number) => {
                let mark = ["TODO", "FIXME", "HACK", "TODO"][usize::from(*number) % 4];
                self.line(depth, &format!("{} {mark}: {}", ways.comment, remark(*number)));
            }
            Statement::If(condition, lines, other) => {
                let open = fill(ways.if_, &[('e', &self.condition(condition))]);
                self.line(depth, &open);
                self.body(lines, depth + 1);
                if !other.is_empty() {
                    self.line(depth, ways.else_);
                    self.body(other, depth + 1);
                }
                self.close(depth);
            }
            Statement::Each(word, list, lines) => {
                let open = fill(ways.each, &[('n', &say(*word, ways.snake)), ('e', &say(*list, ways.snake))]);
                self.line(depth, &open);
                self.body(lines, depth + 1);
                self.close(depth);
            }
            Statement::Choose(word, cases) => self.choose(*word, cases, depth),
        }
    }

    fn assign(&mut self, template: &str, word: Word, value: &Expression, depth: usize) {
        let number = value.number.to_string();
        let value = if matches!(value.shape, 0 if template == self.ways.expect) { number } else { self.value(value) };
        let line = fill(template, &[('n', &say(word, self.ways.snake)), ('e', &value)]);
        self.line(depth, &line);
    }

    fn choose(&mut self, word: Word, cases: &[(u16, Vec<Statement>)], depth: usize) {
        let (open, case, default, stop) = self.ways.choose;
        self.line(depth, &fill(open, &[('e', &say(word, self.ways.snake))]));
        for (at, (number, lines)) in cases.iter().enumerate() {
            let label =
                if at + 1 == cases.len() { default.to_owned() } else { fill(case, &[('e', &number.to_string())]) };
            self.line(depth + 1, &label);
            self.body(lines, depth + 2);
            if !stop.is_empty() {
                self.line(depth + 2, stop);
            }
            if label.ends_with('{') {
                self.line(depth + 1, "}");
            }
        }
        self.close(depth);
    }

    fn close(&mut self, depth: usize) {
        if !self.ways.close.is_empty() {
            self.line(depth, self.ways.close);
        }
    }

    fn value(&self, it: &Expression) -> String {
        let snake = self.ways.snake;
        let (one, two) = (say(it.a, snake), say(it.b, snake));
        let number = it.number;
        match it.shape {
            0 => format!("{one} + {two}"),
            1 => format!("{one} + {number}"),
            2 => format!("{one} * {}", number % 12 + 2),
            3 => format!("{}({one}, {number})", name_of(VERBS[usize::from(number) % VERBS.len()], it.b, snake)),
            4 => format!("{one}.{two}"),
            5 => format!("({one} - {two}) / {}", number % 9 + 2),
            6 => format!("{}({one})", name_of(VERBS[usize::from(number) % VERBS.len()], it.b, snake)),
            7 => number.to_string(),
            _ => format!("{one}.{two} + {number}"),
        }
    }

    fn condition(&self, it: &Expression) -> String {
        let snake = self.ways.snake;
        let (one, two) = (say(it.a, snake), say(it.b, snake));
        let number = it.number;
        match it.shape {
            20 => format!("{one} > {number}"),
            21 => format!("{one} == {number}"),
            22 => format!("{one}.{two} >= {number} {} {two} != 0", self.ways.and),
            23 => format!("{one} < {two}"),
            24 => format!("{}({one}) > {}", name_of("count", it.b, snake), number % 10),
            25 => format!("{one} > {two} {} {one} < {number}", self.ways.or),
            _ => format!("{}({one} == {two} {} {two} > {number})", self.ways.not, self.ways.and),
        }
    }
}

/// A word as the language writes values.
fn say(word: Word, snake: bool) -> String {
    let (kind, noun) = word.parts();
    let noun = if matches!(noun, "lock" | "lane") { "berthing" } else { noun };
    match (kind, snake) {
        ("", _) => noun.to_owned(),
        (kind, true) => format!("{kind}_{noun}"),
        (kind, false) => format!("{kind}{}", capital(noun)),
    }
}

fn name_of(verb: &str, word: Word, snake: bool) -> String {
    if snake { format!("{verb}_{}", say(word, true)) } else { format!("{verb}{}", capital(&say(word, false))) }
}

fn third_person(verb: &str) -> String {
    match verb.strip_suffix('y') {
        Some(stem) if stem != "b" => format!("{stem}ies"),
        _ if verb.ends_with("ch") || verb.ends_with('s') => format!("{verb}es"),
        _ => format!("{verb}s"),
    }
}

/// What people write beside code.
fn remark(number: u16) -> String {
    let noun = NOUNS[usize::from(number) % NOUNS.len()];
    let other = NOUNS[usize::from(number / 3) % NOUNS.len()];
    match number % 9 {
        0 => format!("{} without {} is kept for the night shift", a(noun), a(other)),
        1 => format!("the port authority counts the {noun} from the {other}"),
        2 => format!("this breaks when the {noun} spans two days"),
        3 => format!("ask whether the {noun} still needs its {other}"),
        4 => format!("older {noun} data has no {other}"),
        5 => format!("the {noun} may be empty here"),
        6 => format!("rounding follows the {other}, not the {noun}"),
        7 => format!("no {noun} before the {other} is known"),
        _ => format!("slow for more than a few hundred of {noun}"),
    }
}

/// The template with its places filled; what is in no place stays.
fn fill(template: &str, places: &[(char, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let inside = rest[at + 1..].chars().next();
        let closed = rest.as_bytes().get(at + 2) == Some(&b'}');
        let found = places.iter().find(|(name, _)| Some(*name) == inside).filter(|_| closed);
        if let Some((_, value)) = found {
            text.push_str(value);
            rest = &rest[at + 3..];
        } else {
            text.push('{');
            rest = &rest[at + 1..];
        }
    }
    text.push_str(rest);
    text
}
