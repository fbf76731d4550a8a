//! What a run reads of the files at the head, and what the same files give as a base.

use history::{Repository, Silent, read_at};
use testkit::{Rows, Scripted, read};

fn block(name: &str) -> String {
    (0..12).map(|line| format!("    {name}({line});\n")).collect()
}

fn repository() -> Scripted {
    let mut scripted = Scripted::new();
    let licence: String = (0..12).map(|line| format!("// licence, line {line}\n")).collect();
    scripted.write("a.rs", format!("{licence}fn a() {{\n{}}}\n", block("same")));
    scripted.write("b.rs", format!("{licence}fn b() {{\n    first();\n{}}}\n", block("same")));
    scripted.write("tests/t.rs", format!("fn t() {{\n{}}}\n", block("same")));
    scripted.write("Cargo.toml", "[package]\nname = \"x\"\n\n[dependencies]\nserde = \"1\"\n");
    scripted.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.210\"\n");
    scripted.commit("begin");
    scripted
}

#[test]
fn copied_code_is_found_at_the_head() {
    let (rows, _) = read(repository().path(), 2, None).unwrap();
    let [found] = rows.duplicates.as_slice() else { panic!("{:?}", rows.duplicates) };
    assert_eq!((found.path.as_str(), found.start_line, found.end_line), ("a.rs", 14, 26));
    assert_eq!((found.other_path.as_str(), found.other_start_line, found.lines), ("b.rs", 15, 13));
}

#[test]
fn lock_files_resolve_what_is_asked_for() {
    let (rows, _) = read(repository().path(), 1, None).unwrap();
    let asked = rows.manifests.iter().find(|row| row.path == "Cargo.toml" && row.name == "serde").unwrap();
    assert_eq!((asked.requirement.as_str(), asked.resolved.as_deref()), ("1", Some("1.0.210")));
}

#[test]
fn base_has_the_rows_of_the_head() {
    let mut scripted = repository();
    let (head, _) = read(scripted.path(), 1, None).unwrap();
    let sha = scripted.id("HEAD");
    scripted.git(&["switch", "-q", "-c", "side"]);
    scripted.git(&["rm", "-q", "b.rs"]);
    scripted.commit("remove");
    let repository = Repository::open(scripted.path()).unwrap();
    let base = repository.base(None).unwrap().unwrap();
    assert_eq!((base.name.as_str(), base.sha.as_str()), ("main", sha.as_str()));
    let mut rows = Rows::default();
    let damage = read_at(&repository, &base.sha, 2, 1 << 20, &mut rows, &Silent).unwrap();
    assert!(damage.is_empty());
    assert_eq!((rows.files, rows.functions, rows.types), (head.files, head.functions, head.types));
    assert_eq!(rows.duplicates, head.duplicates);
    assert!(repository.base(Some("nowhere")).is_err());
    scripted.git(&["switch", "-q", "main"]);
    assert_eq!(Repository::open(scripted.path()).unwrap().base(None).unwrap(), None, "on the default branch itself");
}
