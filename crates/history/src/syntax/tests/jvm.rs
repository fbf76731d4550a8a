//! Java, Kotlin and Scala, worked by hand.

use super::check;

#[test]
fn java_counts_every_part() {
    // The common fixture and a labelled break (1): 16 and 12.
    let source = "
class Store {
    Store(int a) { one(); }
    abstract int none();
    boolean mix(boolean a, int... b) {
        if (a && b || c) {
            one();
        } else if (d) {
            two();
        } else {
            three();
        }
        outer:
        for (int x : b) {
            switch (x) {
                case 1: one(); break;
                case 2: two(); break outer;
                default: three();
            }
        }
        try {
            one();
        } catch (Exception e) {
            if (e.bad()) two();
        }
        int t = a ? 1 : 2;
        list.forEach(x -> { if (x) one(); });
        return mix(a, b);
    }
}
";
    check("Java", source, &[("Store.Store", 0, 1, 0, 1), ("Store.mix", 16, 12, 2, 2)]);
}

#[test]
fn java_prime_sum_is_seven() {
    // Campbell's worked example in other names: for 1, for 2, if 3, labelled continue 1 = 7; 1 + 3 = 4.
    let source = "
class P {
    int sum(int limit) {
        int total = 0;
        NEXT: for (int n = 2; n <= limit; ++n) {
            for (int d = 2; d < n; ++d) {
                if (n % d == 0) {
                    continue NEXT;
                }
            }
            total += n;
        }
        return total;
    }
}
";
    check("Java", source, &[("P.sum", 7, 4, 3, 1)]);
}

#[test]
fn java_overridden_symbol_shape() {
    // The shape of Campbell's longest example: an early return, a loop with an `if` chain of nested conditions, a last check.
    // if 1; for 1; if 2 + && 1; if 3; if 4 ; else 1; else if 1; together 14.
    // Decisions: if, for, if, &&, if, if, else if = 7.
    let source = "
class T {
    Symbol overridden(Kind kind) {
        if (kind.unknown()) {
            return UNKNOWN;
        }
        boolean found = false;
        for (Symbol symbol : kind.lookup(name)) {
            if (symbol.is(METHOD) && !symbol.is(STATIC)) {
                if (mayOverride(symbol)) {
                    if (matches(symbol)) {
                        found = true;
                    } else {
                        return null;
                    }
                }
            } else if (symbol.odd()) {
                found = false;
            }
        }
        return symbol;
    }
}
";
    check("Java", source, &[("T.overridden", 14, 8, 4, 1)]);
}

#[test]
fn java_overloads_are_not_recursion() {
    let source = "class T { int f(int a) { return f(a, 1); } int f(int a, int b) { return f(a, b); } }";
    check("Java", source, &[("T.f", 0, 1, 0, 1), ("T.f", 1, 1, 0, 2)]);
}

#[test]
fn java_anonymous_class_nests() {
    // run alone: if 1. make: the same at depth 1 = 2.
    let source = "class T { Runnable make() { return new Runnable() { public void run() { if (a) x(); } }; } }";
    check("Java", source, &[("T.make", 2, 1, 2, 0), ("T.run", 1, 2, 1, 0)]);
}

#[test]
fn kotlin_counts_every_part() {
    // The common fixture, whose conditional expression is an `if` with `else` (2), `?:` (0, 1 decision), a labelled break (1): 17 and 13.
    let source = "
package shop
class Store(val a: Int) {
    constructor(s: String) : this(1) { if (s == \"\") return }
    val size: Int get() { return if (a > 1) 1 else 2 }
    fun mix(a: Boolean, b: Boolean = true): Boolean {
        if (a && b || c) {
            one()
        } else if (d) {
            two()
        } else {
            three()
        }
        outer@ for (x in xs) {
            when (x) {
                1 -> one()
                2, 3 -> break@outer
                else -> three()
            }
        }
        try {
            one()
        } catch (e: Exception) {
            if (e.bad) two()
        }
        val t = if (a) 1 else 2
        val v = a ?: b
        xs.forEach { if (it) one() }
        return this.mix(a, b)
    }
}
";
    check(
        "Kotlin",
        source,
        &[("Store.constructor", 1, 2, 1, 1), ("Store.size", 2, 2, 1, 0), ("Store.mix", 17, 13, 2, 2)],
    );
}

#[test]
fn scala_counts_every_part() {
    // The common fixture, whose conditional expression is an `if` with `else`: 16 and 12. Two lists of parameters.
    let source = "
object Store extends Base {
  def mix(a: Boolean, b: Boolean = true)(c: Int): Boolean = {
    if (a && b || d) {
      one()
    } else if (e) {
      two()
    } else {
      three()
    }
    for (x <- xs) {
      x match {
        case 1 => one()
        case 2 | 3 => two()
        case _ => three()
      }
    }
    try {
      one()
    } catch {
      case e: Exception => if (e.bad) two()
    }
    val t = if (a) 1 else 2
    xs.foreach(x => if (x) one())
    mix(a, b)(c)
  }
}
";
    check("Scala", source, &[("Store.mix", 16, 12, 2, 3)]);
}
