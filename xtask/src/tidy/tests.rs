//! The house is tidy, and each check finds what it is there for.

use serde_json::json;

use super::{Finding, findings, headers, layers, licences, lockfile, paths, sizes, todos};
use crate::tree::Tree;

fn places(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.place.as_str()).collect()
}

#[test]
fn the_house_is_tidy() {
    let found = findings().unwrap();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn files_without_header_are_found() {
    let tree = Tree::of(&[("a.rs", "//! What it is for.\n"), ("b.rs", "use x;\n"), ("fixtures/c.rs", "fn main() {}")]);
    assert_eq!(places(&headers::check(&tree)), ["b.rs:1"]);
}

#[test]
fn large_files_may_only_shrink() {
    let (small, long) = ("x\n".repeat(500), "x\n".repeat(501));
    let tree = Tree::of(&[("a.rs", &small), ("b.rs", &long)]);
    assert_eq!(places(&sizes::check(&tree, &[])), ["b.rs"]);
    assert_eq!(sizes::check(&tree, &[("b.rs", 501)]), []);
    assert_eq!(places(&sizes::check(&tree, &[("b.rs", 600)])), ["b.rs"]);
    assert_eq!(places(&sizes::check(&tree, &[("a.rs", 600), ("b.rs", 501), ("c.rs", 501)])), ["a.rs", "c.rs"]);
}

#[test]
fn documents_name_files_that_exist() {
    let text = "`crates/a/src/lib.rs` `crates/b/` [guide](docs/guide.md) `lib.rs` `/code/sql` `a/b` `crates/<name>/`\n";
    let files = [("README.md", text), ("crates/a/src/lib.rs", ""), ("docs/other.md", "[up](../README.md) `gone.rs`")];
    let found = paths::check(&Tree::of(&files));
    assert_eq!(places(&found), ["README.md:1", "README.md:1", "docs/other.md:1"]);
    assert!(found[0].what.contains("crates/b/") && found[1].what.contains("docs/guide.md"), "{found:?}");
}

#[test]
fn unnumbered_markers_are_found() {
    let text = "// TODO: later\n// TODO(#12): later\nlet x = 1; // FIXME\nlet todo = \"TODO\";\n// TODOs are counted\n";
    assert_eq!(places(&todos::check(&Tree::of(&[("a.rs", text)]))), ["a.rs:1", "a.rs:3"]);
}

#[test]
fn dependencies_point_down_only() {
    let package = |name: &str, needs: serde_json::Value| json!({"name": name, "source": null, "dependencies": needs});
    let check = |name: &str, needs| layers::check(&json!({"packages": [package(name, needs)]})).len();
    assert_eq!(check("desk", json!([{"name": "lake", "kind": null}, {"name": "testkit", "kind": "dev"}])), 0);
    assert_eq!(check("lake", json!([{"name": "desk", "kind": null}])), 1);
    assert_eq!(check("history", json!([{"name": "lake", "kind": "dev"}])), 1);
    assert_eq!(check("foundation", json!([{"name": "axum", "kind": null}])), 1);
    assert_eq!(check("unheard_of", json!([])), 1);
}

#[test]
fn licences_and_sources_are_checked() {
    let deny = "[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\"]\n[sources]\nallow-registry = [\"https://known\"]\n";
    let check = |licence: &str, source: &str| {
        let packages = json!({"packages": [{"name": "a", "version": "1", "license": licence, "source": source}]});
        licences::check(&packages, deny).unwrap().len()
    };
    assert_eq!(check("GPL-3.0-only/MIT", "registry+https://known"), 0);
    assert_eq!(check("Apache-2.0 WITH LLVM-exception", "registry+https://known"), 0);
    assert_eq!(check("MIT AND GPL-3.0-only", "registry+https://known"), 1);
    assert_eq!(check("", "registry+https://known"), 1);
    assert_eq!(check("MIT", "git+https://elsewhere"), 1);
}

#[test]
fn private_hosts_are_found_in_lock_files() {
    let lock = |url: &str| json!({"packages": {"node_modules/a": {"resolved": url}, "node_modules/b": {}}}).to_string();
    let check = |url: &str| lockfile::check(&Tree::of(&[("ui/package-lock.json", &lock(url))])).len();
    assert_eq!(check("https://registry.npmjs.org/a/-/a-1.0.0.tgz"), 0);
    assert_eq!(check("https://npm.example.org/a-1.0.0.tgz"), 1);
}
