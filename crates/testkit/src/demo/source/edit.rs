//! What happens to a file: it is started, grows, is mended, cleaned up, split and renamed. Hot functions stay hot, and what is added to
//! them is nested a little deeper each time; that is what makes them hard to change.

use super::super::dice::Dice;
use super::super::facts::Language;
use super::super::words::NOUNS;
use super::model::{Expression, Function, Record, Source, Statement, Word, noun_of, verbs};

/// Lines past which a file is not made longer.
const LONG: usize = 640;
const DEEPEST: usize = 6;

/// The n-th file of an area as somebody writes it first.
pub(in super::super) fn start(language: Language, area: u16, file: u16, seed: u64, dice: &mut Dice) -> Source {
    let (noun, turn) = noun_of(file, area, seed);
    let nouns: Vec<u8> =
        (0..6).map(|step| ((usize::from(noun) + step * 5 + dice.below(3)) % NOUNS.len()) as u8).collect();
    let uses = (0..dice.below(3)).map(|_| noun_of(dice.below(usize::from(file) + 1) as u16, area, seed).0).collect();
    let mut source = Source {
        language,
        test: false,
        noun,
        turn,
        nouns,
        uses,
        records: Vec::new(),
        functions: Vec::new(),
        neat: false,
        lines: 0,
    };
    source.uses.retain(|other| *other != noun);
    source.uses.sort_unstable();
    source.uses.dedup();
    source.records.push(record(&source.nouns, dice));
    for _ in 0..2 + dice.below(4) {
        add_function(&mut source, dice);
    }
    source
}

/// The first tests of a file.
pub(in super::super) fn test_of(code: &Source, dice: &mut Dice) -> Source {
    let mut tests =
        Source { test: true, records: Vec::new(), functions: Vec::new(), uses: vec![code.noun], ..code.clone() };
    for at in 0..code.functions.len().min(2) {
        add_test(&mut tests, Some(&code.functions[at]), dice);
    }
    if tests.functions.is_empty() {
        add_test(&mut tests, None, dice);
    }
    tests
}

/// New behaviour of about so many lines.
pub(in super::super) fn grow(source: &mut Source, lines: usize, dice: &mut Dice) {
    if source.test {
        for _ in 0..(lines / 7).max(1) {
            add_test(source, None, dice);
        }
        return;
    }
    if source.lines > LONG {
        fix(source, dice);
        return;
    }
    let mut left = lines as i64;
    while left > 0 {
        if source.functions.len() < 3 || dice.chance(28) {
            left -= add_function(source, dice) as i64;
        } else {
            left -= extend(source, dice) as i64;
        }
    }
    if dice.chance(18) {
        let word = Word::of(dice, &source.nouns);
        let kind = dice.below(4) as u8;
        let record = source.records.first_mut().filter(|record| record.fields.len() < 14);
        if let Some(record) = record.filter(|record| !record.fields.iter().any(|(other, _)| *other == word)) {
            record.fields.push((word, kind));
        }
    }
}

/// A mended fault: a few lines that say something else now, often a guard more.
pub(in super::super) fn fix(source: &mut Source, dice: &mut Dice) {
    if source.functions.is_empty() {
        add_function(source, dice);
    }
    let at = dice.skewed(source.functions.len());
    let function = &mut source.functions[at];
    function.text.clear();
    let scope = scope_of(function, &source.nouns, dice);
    for _ in 0..1 + dice.below(3) {
        change_one(&mut function.body, &scope, dice);
    }
    if dice.chance(55) && !source.test {
        let guard = vec![Statement::Leave(value(&scope, dice))];
        let place = dice.below(function.body.len().max(1)).min(2);
        if dice.chance(50) {
            function.body.insert(place, Statement::If(condition(&scope, dice), guard, Vec::new()));
        } else {
            insert_deep(&mut function.body, 1, &scope, dice);
        }
    }
}

/// The same behaviour, better said: a long function gives its end to a new one, or a name gets better.
pub(in super::super) fn refactor(source: &mut Source, dice: &mut Dice) {
    let longest = (0..source.functions.len()).max_by_key(|at| source.functions[*at].body.len());
    let Some(at) = longest else { return };
    let count = source.functions[at].body.len();
    if count > 9 && dice.chance(40) && !source.test {
        let rest = source.functions[at].body.split_off(count * 3 / 5);
        let word = Word::of(dice, &source.nouns);
        let verb = dice.below(verbs()) as u8;
        let call = Expression { shape: 3, a: source.functions[at].takes[0].0, b: word, number: u16::from(verb) };
        source.functions[at].body.push(Statement::Leave(call));
        source.functions[at].text.clear();
        let takes = source.functions[at].takes.clone();
        let new = Function { verb, word, takes, documented: true, body: rest, text: String::new() };
        source.functions.insert(at + 1, new);
    } else if dice.chance(50) {
        let at = dice.below(source.functions.len());
        source.functions[at].verb = dice.below(verbs()) as u8;
        source.functions[at].documented = true;
        source.functions[at].text.clear();
    } else {
        let function = &mut source.functions[at];
        let nouns = &source.nouns;
        let scope = scope_of(function, nouns, dice);
        function.text.clear();
        change_one(&mut function.body, &scope, dice);
        function.body.retain(|line| !matches!(line, Statement::Admit(_)));
    }
}

/// The second half of the file's functions, as a file of their own.
pub(in super::super) fn split(source: &mut Source, area: u16, file: u16, seed: u64) -> Source {
    let moved = source.functions.split_off(source.functions.len().div_ceil(2));
    let (noun, turn) = noun_of(file, area, seed);
    Source { noun, turn, records: Vec::new(), functions: moved, uses: vec![source.noun], ..source.clone() }
}

/// Another noun in the file's name.
pub(in super::super) fn rename(source: &mut Source, dice: &mut Dice) {
    source.noun = dice.below(NOUNS.len()) as u8;
}

fn record(nouns: &[u8], dice: &mut Dice) -> Record {
    let mut fields: Vec<(Word, u8)> = Vec::new();
    for _ in 0..2 + dice.below(4) {
        let word = Word::of(dice, nouns);
        if !fields.iter().any(|(other, _)| *other == word) {
            fields.push((word, dice.below(4) as u8));
        }
    }
    Record { word: Word(u16::from(nouns[0])), fields }
}

fn add_function(source: &mut Source, dice: &mut Dice) -> usize {
    let mut takes: Vec<(Word, u8)> = Vec::new();
    for _ in 0..1 + dice.skewed(5) {
        let word = Word::of(dice, &source.nouns);
        if !takes.iter().any(|(other, _)| *other == word) {
            takes.push((word, dice.below(4) as u8));
        }
    }
    let mut function = Function {
        verb: dice.below(verbs()) as u8,
        word: Word::of(dice, &source.nouns),
        takes,

        documented: dice.chance(60),
        body: Vec::new(),
        text: String::new(),
    };
    let scope = scope_of(&function, &source.nouns, dice);
    let length = 2 + dice.below(7);
    function.body = (0..length).map(|_| simple(&scope, dice)).collect();
    if dice.chance(60) {
        insert_deep(&mut function.body, 3, &scope, dice);
    }
    function.body.push(Statement::Leave(value(&scope, dice)));
    source.functions.push(function);
    length + 6
}

fn add_test(source: &mut Source, tested: Option<&Function>, dice: &mut Dice) {
    let verb = tested.map_or_else(|| dice.below(verbs()) as u8, |it| it.verb);
    let word = tested.map_or_else(|| Word::of(dice, &source.nouns), |it| it.word);
    let scope: Vec<Word> = (0..3).map(|_| Word::of(dice, &source.nouns)).collect();
    let call = Expression { shape: 3, a: scope[0], b: word, number: u16::from(verb) };
    let number = dice.below(90) as u16;
    let body = vec![
        Statement::Let(scope[0], Expression { shape: 7, a: scope[0], b: scope[1], number }),
        Statement::Let(scope[1], call),
        Statement::Expect(Expression { shape: 0, a: scope[1], b: scope[2], number: dice.below(900) as u16 }),
    ];
    source.functions.push(Function { verb, word, takes: vec![], documented: false, body, text: String::new() });
}

/// More lines in a function that has some already, the first ones of a file most often.
fn extend(source: &mut Source, dice: &mut Dice) -> usize {
    let at = dice.skewed(source.functions.len());
    let function = &mut source.functions[at];
    function.text.clear();
    let scope = scope_of(function, &source.nouns, dice);
    let count = 2 + dice.below(6);
    insert_deep(&mut function.body, count, &scope, dice);
    if dice.chance(6) {
        let place = dice.below(function.body.len().max(1)).min(function.body.len());
        function.body.insert(place, Statement::Admit(dice.below(400) as u16));
    }
    count + 2
}

/// What a function can speak of: what it takes, and a few words of its file.
fn scope_of(function: &Function, nouns: &[u8], dice: &mut Dice) -> Vec<Word> {
    let mut scope: Vec<Word> = function.takes.iter().map(|(word, _)| *word).collect();
    for statement in function.body.iter().take(6) {
        if let Statement::Let(word, _) = statement {
            scope.push(*word);
        }
    }
    while scope.len() < 3 {
        scope.push(Word::of(dice, nouns));
    }
    scope
}

fn value(scope: &[Word], dice: &mut Dice) -> Expression {
    let (a, b) = two(scope, dice);
    Expression { shape: dice.below(9) as u8, a, b, number: dice.below(240) as u16 }
}

fn condition(scope: &[Word], dice: &mut Dice) -> Expression {
    let (a, b) = two(scope, dice);
    Expression { shape: 20 + dice.below(7) as u8, a, b, number: dice.below(240) as u16 }
}

/// Two words, not the same where there are two.
fn two(scope: &[Word], dice: &mut Dice) -> (Word, Word) {
    let first = dice.below(scope.len());
    let a = scope[first];
    let b = scope[(first + 1 + dice.below(scope.len().saturating_sub(1))) % scope.len()];
    (a, b)
}

/// A name that the file's words do not make, for what lives in one block.
fn local(scope: &[Word], dice: &mut Dice) -> Word {
    let nouns: Vec<u8> = (0..NOUNS.len() as u8).filter(|noun| scope.iter().all(|word| word.noun() != *noun)).collect();
    Word::of(dice, &nouns)
}

fn simple(scope: &[Word], dice: &mut Dice) -> Statement {
    match dice.below(20) {
        0..=8 => Statement::Let(local(scope, dice), value(scope, dice)),
        9..=12 => Statement::Add(*dice.pick(scope), value(scope, dice)),
        13..=16 => Statement::Call(Expression { shape: 3, ..value(scope, dice) }),
        17 => Statement::Log(dice.below(400) as u16),
        _ => Statement::Note(dice.below(400) as u16),
    }
}

fn block(scope: &[Word], dice: &mut Dice) -> Statement {
    let mut lines: Vec<Statement> = (0..1 + dice.below(3)).map(|_| simple(scope, dice)).collect();
    match dice.below(10) {
        0..=5 => {
            let other = if dice.chance(30) { vec![simple(scope, dice)] } else { Vec::new() };
            Statement::If(condition(scope, dice), lines, other)
        }
        6..=8 => Statement::Each(local(scope, dice), *dice.pick(scope), lines),
        _ => {
            let number = dice.below(40) as u16;
            let mut case = || Statement::Call(Expression { shape: 3, ..value(scope, dice) });
            lines.push(case());
            let cases = vec![(number, lines), (number + 7, vec![case()]), (0, vec![case()])];
            Statement::Choose(*dice.pick(scope), cases)
        }
    }
}

/// Puts about `count` lines somewhere into the body, as deep as it goes more often than not.
fn insert_deep(body: &mut Vec<Statement>, count: usize, scope: &[Word], dice: &mut Dice) {
    let mut lines: Vec<Statement> = Vec::new();
    for _ in 0..count.div_ceil(2) {
        lines.push(if dice.chance(55) { block(scope, dice) } else { simple(scope, dice) });
    }
    let place = descend(body, 0, dice);
    let ends = usize::from(matches!(place.last(), Some(Statement::Leave(_))));
    let at = dice.below(place.len() + 1 - ends);
    place.splice(at..at, lines);
}

fn descend<'a>(body: &'a mut Vec<Statement>, depth: usize, dice: &mut Dice) -> &'a mut Vec<Statement> {
    let blocks: Vec<usize> = (0..body.len()).filter(|at| inner(&mut body[*at]).is_some()).collect();
    if depth >= DEEPEST || blocks.is_empty() || dice.chance(30) {
        return body;
    }
    let at = *dice.pick(&blocks);
    match inner(&mut body[at]) {
        Some(lines) => descend(lines, depth + 1, dice),
        None => unreachable!("a block was picked"),
    }
}

fn inner(statement: &mut Statement) -> Option<&mut Vec<Statement>> {
    match statement {
        Statement::If(_, lines, _) | Statement::Each(_, _, lines) => Some(lines),
        _ => None,
    }
}

/// Lets one line say something else.
fn change_one(body: &mut Vec<Statement>, scope: &[Word], dice: &mut Dice) {
    let place = descend(body, 0, dice);
    if place.is_empty() {
        place.push(simple(scope, dice));
        return;
    }
    let at = dice.below(place.len());
    match &mut place[at] {
        Statement::Let(_, expression) | Statement::Add(_, expression) | Statement::Leave(expression) => {
            *expression = value(scope, dice);
        }
        Statement::If(expression, _, _) => *expression = condition(scope, dice),
        Statement::Expect(expression) => expression.number = dice.below(900) as u16,
        Statement::Call(expression) => expression.number = dice.below(240) as u16,
        Statement::Each(_, word, _) | Statement::Choose(word, _) => *word = *dice.pick(scope),
        Statement::Log(number) | Statement::Note(number) | Statement::Admit(number) => *number = dice.below(400) as u16,
    }
}
