//! Imports and the files that they name.

use crate::syntax::{PathSet, measure, resolve_imports};

#[track_caller]
fn check(language: &'static str, source: &str, expected: &[(u32, &str)]) {
    let found: Vec<_> = measure(Some(language), source.as_bytes())
        .imports
        .into_iter()
        .map(|import| (import.line, import.target_raw))
        .collect();
    let expected: Vec<_> = expected.iter().map(|(line, raw)| (*line, (*raw).to_owned())).collect();
    assert_eq!(found, expected, "{language}");
}

#[test]
fn imports_are_read_as_written() {
    check(
        "Rust",
        "use std::fmt;\nuse crate::{a::B, c::{self, d as e}};\nmod paths;\nmod inner { use x::*; }\nextern crate serde;\n",
        &[
            (1, "std::fmt"),
            (2, "crate::a::B"),
            (2, "crate::c"),
            (2, "crate::c::d"),
            (3, "mod paths"),
            (4, "x::*"),
            (5, "serde"),
        ],
    );
    check(
        "Python",
        "import os, a.b as c\nfrom . import x\nfrom ..y import z as w, v\nfrom q import *\n",
        &[(1, "os"), (1, "a.b"), (2, ".x"), (3, "..y.z"), (3, "..y.v"), (4, "q")],
    );
    let web = "import a from './a.js';\nexport * from '../b';\nconst c = require('c');\nimport('./d');\nexport const e = 1;\n";
    let targets = [(1, "./a.js"), (2, "../b"), (3, "c"), (4, "./d")];
    for language in ["JavaScript", "TypeScript", "TSX"] {
        check(language, web, &targets);
    }
    check(
        "Go",
        "package m\nimport \"fmt\"\nimport (\n\t\"a/b\"\n\tc \"d/e\"\n)\n",
        &[(2, "fmt"), (4, "a/b"), (5, "d/e")],
    );
    check("Java", "import a.b.C;\nimport static a.D.*;\n", &[(1, "a.b.C"), (2, "a.D.*")]);
    check("Kotlin", "import a.b.C\nimport a.d.*\n", &[(1, "a.b.C"), (2, "a.d.*")]);
    check("Scala", "import a.b.C\nimport a.d.{E, F => G}\n", &[(1, "a.b.C"), (2, "a.d.E"), (2, "a.d.F")]);
    check("C", "#include <stdio.h>\n#include \"a/b.h\"\n", &[(1, "stdio.h"), (2, "a/b.h")]);
    check("C++", "#include <vector>\n#include \"b.hpp\"\n", &[(1, "vector"), (2, "b.hpp")]);
    check(
        "C#",
        "using System.Linq;\nusing X = A.B;\nusing static C.D;\n",
        &[(1, "System.Linq"), (2, "A.B"), (3, "C.D")],
    );
    check("Ruby", "require 'set'\nrequire_relative \"a/b\"\nputs 'x'\n", &[(1, "set"), (2, "a/b")]);
    check(
        "PHP",
        "<?php\nuse A\\B\\C;\nuse D\\{E, F};\nrequire_once 'x.php';\n",
        &[(2, "A\\B\\C"), (3, "D\\E"), (3, "D\\F"), (4, "x.php")],
    );
    check("Swift", "import Foundation\n@testable import App\n", &[(1, "Foundation"), (2, "App")]);
    check("Shell", "source ./lib.sh\n. other.sh\necho x\n", &[(1, "./lib.sh"), (2, "other.sh")]);
}

#[test]
fn targets_are_found_in_the_tree() {
    let paths = PathSet::new([
        "crates/a/src/lib.rs",
        "crates/a/src/one.rs",
        "crates/a/src/one/two.rs",
        "crates/b-c/src/lib.rs",
        "crates/b-c/src/deep.rs",
        "app/__init__.py",
        "app/views.py",
        "app/models/__init__.py",
        "app/models/user.py",
        "web/src/a.ts",
        "web/src/b/index.tsx",
        "web/src/c.js",
        "include/lib/x.h",
        "src/y.c",
        "src/y.h",
        "java/src/main/java/org/shop/Store.java",
        "java/src/main/java/org/shop/Other.java",
        "php/src/Shop/Store.php",
        "lib/store/item.rb",
        "bin/run.sh",
        "bin/lib.sh",
    ]);
    let cases = [
        ("Rust", "crates/a/src/lib.rs", "mod one", Some("crates/a/src/one.rs")),
        ("Rust", "crates/a/src/one.rs", "mod two", Some("crates/a/src/one/two.rs")),
        ("Rust", "crates/a/src/one/two.rs", "crate::one::Thing", Some("crates/a/src/one.rs")),
        ("Rust", "crates/a/src/one/two.rs", "super::Thing", Some("crates/a/src/one.rs")),
        ("Rust", "crates/a/src/one/two.rs", "crate::Root", Some("crates/a/src/lib.rs")),
        ("Rust", "crates/a/src/one.rs", "b_c::deep::Thing", Some("crates/b-c/src/deep.rs")),
        ("Rust", "crates/a/src/one.rs", "b_c::Thing", Some("crates/b-c/src/lib.rs")),
        ("Rust", "crates/a/src/one.rs", "std::fmt", None),
        ("Python", "app/views.py", ".models.user.User", Some("app/models/user.py")),
        ("Python", "app/views.py", ".models.user", Some("app/models/user.py")),
        ("Python", "app/models/user.py", "..views", Some("app/views.py")),
        ("Python", "app/models/user.py", "app.views.index", Some("app/views.py")),
        ("Python", "app/views.py", "os.path", None),
        ("TypeScript", "web/src/c.js", "./a", Some("web/src/a.ts")),
        ("TypeScript", "web/src/c.js", "./a.js", Some("web/src/a.ts")),
        ("JavaScript", "web/src/a.ts", "./b", Some("web/src/b/index.tsx")),
        ("JavaScript", "web/src/b/index.tsx", "../c", Some("web/src/c.js")),
        ("JavaScript", "web/src/a.ts", "react", None),
        ("JavaScript", "web/src/a.ts", "../../../../out", None),
        ("C", "src/y.c", "y.h", Some("src/y.h")),
        ("C", "src/y.c", "lib/x.h", Some("include/lib/x.h")),
        ("C", "src/y.c", "stdio.h", None),
        (
            "Java",
            "java/src/main/java/org/shop/Other.java",
            "org.shop.Store",
            Some("java/src/main/java/org/shop/Store.java"),
        ),
        (
            "Java",
            "java/src/main/java/org/shop/Other.java",
            "org.shop.Store.Inner",
            Some("java/src/main/java/org/shop/Store.java"),
        ),
        ("Java", "java/src/main/java/org/shop/Other.java", "java.util.List", None),
        ("PHP", "php/src/x.php", "Acme\\Shop\\Store", Some("php/src/Shop/Store.php")),
        ("Ruby", "lib/store.rb", "store/item", Some("lib/store/item.rb")),
        ("Shell", "bin/run.sh", "./lib.sh", Some("bin/lib.sh")),
        ("Go", "main.go", "fmt", None),
    ];
    for (language, path, raw, expected) in cases {
        assert_eq!(resolve_imports(&paths, path, raw, Some(language)).as_deref(), expected, "{path}: {raw}");
    }
}
