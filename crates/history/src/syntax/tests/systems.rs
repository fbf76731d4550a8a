//! Rust, Go and Swift, worked by hand.

use super::check;

#[test]
fn rust_counts_every_part() {
    // No catch and no conditional expression; in their place `let … else` (1, 1 decision) and `?` (0, 1 decision).
    // 5 + 3 + 1 + 2 (closure around if) + 1 = 12; 1 + 4 + 3 + 1 + 1 + 1 = 11.
    let source = "
impl<T> Store<T> {
    fn mix(&self, a: bool, b: bool) -> Option<u32> {
        if a && b || self.c {
            one();
        } else if self.d {
            two();
        } else {
            three();
        }
        for x in 0..3 {
            match x {
                0 => one(),
                1 | 2 => two(),
                _ => three(),
            }
        }
        let Some(y) = self.y else { return None };
        let z = self.z()?;
        self.list.iter().for_each(|x| if *x { one() });
        self.mix(z, y)
    }
}
";
    check("Rust", source, &[("Store.mix", 12, 11, 2, 3)]);
}

#[test]
fn rust_labelled_jump_counts() {
    // Campbell's sum of primes, in other words: 1 + 2 + 3 + 1 (label) = 7; for, for, if: 1 + 3 = 4.
    let source = "
fn sum(limit: u32) -> u32 {
    let mut total = 0;
    'next: for n in 2..=limit {
        for d in 2..n {
            if n % d == 0 {
                continue 'next;
            }
        }
        total += n;
    }
    total
}
";
    check("Rust", source, &[("sum", 7, 4, 3, 1)]);
}

#[test]
fn rust_switch_counts_once() {
    // Campbell's words for numbers: one switch = 1; three cases but the default: 1 + 3 = 4.
    let source = "fn word(n: u32) -> &'static str {\n match n { 1 => \"one\", 2 => \"a couple\", 3 => \"a few\", _ => \"lots\" }\n}";
    check("Rust", source, &[("word", 1, 4, 1, 1)]);
}

#[test]
fn rust_operators_count_by_sequence() {
    // a && b && c: 1. a && b || c && d: 3. a && !(b && c): 2. (a || b) || c: 1. All are decisions: 2 + 3 + 2 + 2.
    let source = "
fn one() -> bool { a && b && c }
fn three() -> bool { a && b || c && d }
fn negated() -> bool { a && !(b && c) }
fn bracketed() -> bool { (a || b) || c }
fn split() -> bool { f(a && b) && g(c && d) }
";
    // split: the outer sequence 1, each argument 1: 3 cognitive, 3 decisions.
    check(
        "Rust",
        source,
        &[
            ("one", 1, 3, 0, 0),
            ("three", 3, 4, 0, 0),
            ("negated", 2, 3, 0, 0),
            ("bracketed", 1, 3, 0, 0),
            ("split", 3, 4, 0, 0),
        ],
    );
}

#[test]
fn rust_nested_function_counts_twice() {
    // inner alone: if = 1. outer: if 1 + inner's if at depth 1 = 2, together 3; its decisions are its own: 2.
    let source = "
fn outer(a: bool) {
    if a { return; }
    fn inner(b: bool) { if b { x(); } }
}
";
    let measured = check("Rust", source, &[("outer", 3, 2, 2, 1), ("inner", 1, 2, 1, 1)]);
    assert_eq!((measured.cognitive, measured.cyclomatic), (Some(3), Some(4)));
}

#[test]
fn indirect_recursion_counts_once_each() {
    // even and odd call each other: 1 each. `walk` of another object is no recursion.
    let source = "
fn even(n: u32) -> bool { odd(n - 1) }
fn odd(n: u32) -> bool { even(n - 1) }
impl Tree { fn walk(&self) { self.child.walk(); } fn go(&self) { Self::go(self) } }
";
    check(
        "Rust",
        source,
        &[("even", 1, 1, 0, 1), ("odd", 1, 1, 0, 1), ("Tree.walk", 0, 1, 0, 1), ("Tree.go", 1, 1, 0, 1)],
    );
}

#[test]
fn go_counts_every_part() {
    // No catch, no conditional expression: 5 + 3 + 2 + 1 = 11, and a goto = 12, a labelled break = 13.
    // 1 + 4 + 3 + 1 = 9. Parameters: the receiver, a and b, and the list.
    let source = "
package main
func (s *Store[T]) Mix(a, b bool, c ...int) bool {
\tif a && b || s.c {
\t\tone()
\t} else if s.d {
\t\ttwo()
\t} else {
\t\tthree()
\t}
outer:
\tfor _, x := range c {
\t\tswitch x {
\t\tcase 1:
\t\t\tone()
\t\tcase 2, 3:
\t\t\tbreak outer
\t\tdefault:
\t\t\tthree()
\t\t}
\t}
\tgoto end
\teach(func(x int) { if x > 1 { one() } })
end:
\treturn s.Mix(a, b)
}
";
    check("Go", source, &[("Store.Mix", 13, 9, 2, 4)]);
}

#[test]
fn swift_counts_every_part() {
    // The common fixture, a guard (1, 1 decision), a labelled break (1) and `??` (0, 1 decision): 17 and 14.
    let source = "
class Store {
    var size: Int { if empty { return 0 }; return 1 }
    func mix(_ a: Bool, b: Bool) -> Bool {
        if a && b || c {
            one()
        } else if d {
            two()
        } else {
            three()
        }
        outer: for x in xs {
            switch x {
            case 1: one()
            case 2, 3: break outer
            default: three()
            }
        }
        do { try one() } catch { if e { two() } }
        let t = a ? 1 : 2
        guard let g = h else { return false }
        let v = g ?? b
        xs.forEach { x in if x { one() } }
        return mix(v, b: b)
    }
}
";
    check("Swift", source, &[("Store.size", 1, 2, 1, 0), ("Store.mix", 17, 14, 2, 2)]);
}

#[test]
fn swift_long_conditions_are_one_sequence() {
    check("Swift", "func f() -> Bool { return a > 1 && b > 2 && c > 3 }", &[("f", 1, 3, 0, 0)]);
}
