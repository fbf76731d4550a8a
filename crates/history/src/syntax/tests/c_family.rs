//! C, C++ and C#, worked by hand.

use super::check;

#[test]
fn c_counts_every_part() {
    // No catch, no closure: 5 + 3 + 1 + 1 = 10, a goto = 11; 1 + 4 + 3 + 1 = 9.
    let source = "
static int *mix(int a, const char *b) {
    if (a && b || c) {
        one();
    } else if (d) {
        two();
    } else {
        three();
    }
    for (int x = 0; x < 3; x++) {
        switch (x) {
        case 1: one(); break;
        case 2: goto end;
        default: three();
        }
    }
    int t = a ? 1 : 2;
end:
    return mix(t, b);
}
int none(void) { return 0; }
int declared(int);
";
    check("C", source, &[("mix", 11, 9, 2, 2), ("none", 0, 1, 0, 0)]);
}

#[test]
fn cpp_counts_every_part() {
    // The common fixture. `Store::mix` written outside of its class has the class as its container.
    let source = "
namespace shop {
template <typename T> class Store { public: Store(int a) : a(a) {} ~Store() {} int size() const { return a and b ? 1 : 2; } };
}
template <typename T> int shop::Store<T>::mix(bool a, bool b) {
    if (a && b || c) {
        one();
    } else if (d) {
        two();
    } else {
        three();
    }
    for (auto x : xs) {
        switch (x) {
        case 1: one(); break;
        case 2: two(); break;
        default: three();
        }
    }
    try {
        one();
    } catch (const Error &e) {
        if (e.bad) two();
    }
    int t = a ? 1 : 2;
    each([&](int x) { if (x) one(); });
    return this->mix(a, b);
}
";
    // size: the conditional expression 1 and the sequence in its head 1; two decisions.
    check(
        "C++",
        source,
        &[
            ("Store.Store", 0, 1, 0, 1),
            ("Store.~Store", 0, 1, 0, 0),
            ("Store.size", 2, 3, 1, 0),
            ("Store.mix", 15, 12, 2, 2),
        ],
    );
}

#[test]
fn c_sharp_counts_every_part() {
    // The common fixture, a switch expression (1, 1 decision), `??` (0, 1 decision), a goto (1): 17 and 14.
    let source = "
using System;
namespace Shop {
class Store : Base {
    public int Size { get { return a ? 1 : 2; } set; }
    public Store(int a) : base(a) { }
    int Mix(bool a, bool b = true) {
        if (a && b || c) {
            One();
        } else if (d) {
            Two();
        } else {
            Three();
        }
        foreach (var x in xs) {
            switch (x) {
                case 1: One(); break;
                case 2: Two(); break;
                default: Three(); break;
            }
        }
        try { One(); } catch (Exception e) { if (e.Bad) Two(); }
        var t = a ? 1 : 2;
        var s = t switch { 1 => 2, _ => 3 };
        var v = a ?? b;
        xs.ForEach(x => { if (x) One(); });
        goto end;
        end: return Mix(a, b);
    }
}}
";
    check("C#", source, &[("Store.Size", 1, 2, 1, 0), ("Store.Store", 0, 1, 0, 1), ("Store.Mix", 17, 14, 2, 2)]);
}

#[test]
fn macros_do_not_make_a_file_unparsed() {
    let source = "MODULE_LICENSE(\"GPL\");\nstatic int __init start(void)\n{\n\tif (a)\n\t\treturn 1;\n\treturn 0;\n}\nmodule_init(start);\n";
    check("C", source, &[("start", 1, 2, 1, 0)]);
}
