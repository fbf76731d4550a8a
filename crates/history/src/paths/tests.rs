//! Tests of paths, against cases worked by hand.

use super::{is_lock_file, role};
use crate::rows::Role;

#[test]
fn roles_follow_names() {
    let cases = [
        ("src/main.rs", Role::Code),
        ("crates/history/src/paths.rs", Role::Code),
        ("lib/app.tsx", Role::Code),
        ("styles/site.css", Role::Code),
        ("bin/deploy", Role::Code),
        ("db/schema.sql", Role::Code),
        ("tests/cli.rs", Role::Test),
        ("src/paths/tests.rs", Role::Test),
        ("pkg/server_test.go", Role::Test),
        ("app/test_views.py", Role::Test),
        ("src/button.spec.ts", Role::Test),
        ("src/main/java/FooTest.java", Role::Test),
        ("src/test/resources/data.json", Role::Test),
        ("spec/models/user_spec.rb", Role::Test),
        ("src/latest.py", Role::Code),
        ("src/Contest.java", Role::Code),
        ("README.md", Role::Docs),
        ("docs/conf.py", Role::Docs),
        ("LICENSE", Role::Docs),
        ("CHANGELOG", Role::Docs),
        ("tests/README.md", Role::Docs),
        (".gitignore", Role::Config),
        ("config/app.yaml", Role::Config),
        ("tsconfig.json", Role::Config),
        ("rustfmt.toml", Role::Config),
        ("Makefile", Role::Build),
        ("Dockerfile.dev", Role::Build),
        ("CMakeLists.txt", Role::Build),
        ("requirements-dev.txt", Role::Build),
        ("Cargo.toml", Role::Build),
        ("pom.xml", Role::Build),
        (".github/workflows/ci.yml", Role::Build),
        ("build.rs", Role::Build),
        ("infra/main.tf", Role::Build),
        ("Cargo.lock", Role::Generated),
        ("web/package-lock.json", Role::Generated),
        ("api/v1/service.pb.go", Role::Generated),
        ("static/app.min.js", Role::Generated),
        ("dist/index.js", Role::Generated),
        ("vendor/github.com/x/y.go", Role::Vendored),
        ("third_party/zlib/zlib.c", Role::Vendored),
        ("web/node_modules/a/index.js", Role::Vendored),
        ("assets/logo.svg", Role::Data),
        ("data/cities.json", Role::Data),
        ("img/logo.png", Role::Data),
        ("unknown.qqq", Role::Data),
    ];
    for (path, expected) in cases {
        assert_eq!(role(path), expected, "{path}");
    }
}

#[test]
fn lock_files_are_known() {
    assert!(["Cargo.lock", "a/yarn.lock", "go.sum", "Gemfile.lock", "uv.lock"].into_iter().all(is_lock_file));
    assert!(!["Cargo.toml", "lock.rs", "yarn.lock.md"].into_iter().any(is_lock_file));
}

#[test]
fn odd_paths_have_a_role() {
    for path in ["", "/", ".", "a/", "ß/ü.rs", "....", "a.b.c.d.e.f"] {
        assert!(Role::ALL.contains(&role(path)));
    }
}
