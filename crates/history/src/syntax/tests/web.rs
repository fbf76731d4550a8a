//! Tests of web, against cases worked by hand.

use super::check;

const COMMON: &str = "
class Store {
    mix(a, {b}, ...rest) {
        if (a && b || this.c) {
            one();
        } else if (this.d) {
            two();
        } else {
            three();
        }
        outer: for (const x of rest) {
            switch (x) {
                case 1: one(); break;
                case 2: continue outer;
                default: three();
            }
        }
        try {
            one();
        } catch (e) {
            if (e) two();
        }
        const t = a ? 1 : 2;
        const v = a ?? b;
        rest.forEach(x => { if (x) one(); });
        return this.mix(a, b);
    }
}
";

#[test]
fn javascript_counts_every_part() {
    // The common fixture, a labelled continue (1) and `??` (0, 1 decision): 16 and 13.
    check("JavaScript", COMMON, &[("Store.mix", 16, 13, 2, 3)]);
}

#[test]
fn typescript_counts_every_part() {
    let typed = COMMON.replace("(a, {b}, ...rest)", "(a: boolean, b?: number, ...rest: number[]): number");
    check("TypeScript", &typed, &[("Store.mix", 16, 13, 2, 3)]);
}

#[test]
fn tsx_counts_every_part() {
    let markup = format!(
        "{COMMON}\nexport const View = (props: Props) => (props.open ? <a>{{props.name || 'x'}}</a> : null);\n"
    );
    // View: conditional expression 1, `||` 1; both are decisions.
    check("TSX", &markup, &[("Store.mix", 16, 13, 2, 3), ("View", 2, 3, 1, 1)]);
}

#[test]
fn outer_functions_may_be_name_spaces() {
    // Campbell's appendix: an outer function without a break of its own adds no nesting: the inner `if` is 1.
    // With an `if` of its own (1) the inner one is nested (2): 3, and the inner function has its row as well.
    let source = "
function space() { var x; api.run = function (c) { if (c) { x(); } }; }
function busy(c) { if (c) { y(); } api.go = function (d) { if (d) { x(); } }; }
";
    let measured = check(
        "JavaScript",
        source,
        &[("space", 0, 1, 0, 0), ("run", 1, 2, 1, 1), ("busy", 3, 2, 2, 1), ("go", 1, 2, 1, 1)],
    );
    assert_eq!(measured.cognitive, Some(4));
}

#[test]
fn closures_take_the_name_they_are_bound_to() {
    let source = "
const a = (x) => x ? 1 : 2;
const o = { b: function (x) { return x || 1; }, c() {} };
class K { d = x => x; }
e.f.g = async function () {};
export default () => {};
describe('h', () => { it('i', () => { if (x) y(); }); });
";
    // The closure in `describe` is a name space; the one in `it` stands alone.
    check(
        "JavaScript",
        source,
        &[
            ("a", 1, 2, 1, 1),
            ("b", 1, 2, 0, 1),
            ("c", 0, 1, 0, 0),
            ("K.d", 0, 1, 0, 1),
            ("g", 0, 1, 0, 0),
            ("default", 0, 1, 0, 0),
            ("<closure>", 1, 2, 1, 0),
        ],
    );
}
