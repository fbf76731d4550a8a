//! Whatever cuts a run short or harms its files, the next run ends with the rows of an undisturbed one.

use std::fs;
use std::path::Path;

use lake::Lake;
use lake::tables::TABLES;
use testkit::Scripted;

use crate::program::Program;
use crate::program::exit::DONE;

fn repository() -> Scripted {
    let mut repo = Scripted::new();
    repo.write(".mailmap", "Ann <ann@example.org> <a@x>\n").write("Cargo.toml", "[dependencies]\nserde = \"1\"\n");
    for round in 0..12 {
        repo.write("src/a.rs", format!("use crate::b;\nfn a() {{\n    // {MARK}: {round}\n    b({round});\n}}\n"));
        repo.write(&format!("src/b{round}.rs"), format!("fn b() -> u32 {{ {round} }}\n")).commit("Go on");
    }
    repo
}

/// A marker of debt, in parts: this file has none itself.
const MARK: &str = concat!("TO", "DO");

/// Every row of every table, but for when a ref was seen.
fn rows(program: &Program) -> Vec<(&'static str, Vec<String>)> {
    let dump = |table: &'static str| {
        let columns = if table == "refs_seen" { "repo, ref, sha" } else { "*" };
        let mut rows: Vec<String> =
            program.ask(&format!("select {columns} from {table}")).lines().map(str::to_owned).collect();
        rows.sort_unstable();
        (table, rows)
    };
    TABLES.iter().map(|table| dump(table.name)).collect()
}

fn undisturbed(repo: &Scripted) -> Vec<(&'static str, Vec<String>)> {
    let program = Program::new();
    program.mine(repo.path()).says(DONE, &[]);
    let rows = rows(&program);
    let empty: Vec<_> = rows.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| *table).collect();
    assert!(!empty.contains(&"commits") && !empty.contains(&"settings"), "nothing to compare in {empty:?}");
    rows
}

/// The next run heals: its rows are those of an undisturbed one, and every file is whole.
#[track_caller]
fn heals(program: &Program, repo: &Scripted, wanted: &[(&'static str, Vec<String>)], after: &str) {
    program.mine(repo.path()).says(DONE, &[]);
    assert_eq!(rows(program), wanted, "after {after}");
    assert_eq!(program.run(&["doctor"]).code, DONE, "after {after}");
}

#[test]
fn every_part_may_be_cut_short() {
    let repo = repository();
    let (wanted, program) = (undisturbed(&repo), Program::new());
    program.mine(repo.path()).says(DONE, &[]);
    let mut empty = Vec::new();
    for table in TABLES {
        let lake = Lake::open(&program.data().join("lake")).unwrap();
        let Some(part) = lake.snapshot().parts().iter().find(|part| part.table == table.name).cloned() else {
            empty.push(table.name);
            continue;
        };
        fs::File::options().write(true).open(lake.dir().join(&part.file)).unwrap().set_len(part.bytes / 2).unwrap();
        heals(&program, &repo, &wanted, &format!("{} was cut in half", part.file));
    }
    assert_eq!(empty, ["duplicates", "types", "coverage"], "every other table was tried");
}

#[test]
fn the_manifest_may_be_lost() {
    let repo = repository();
    let (wanted, program) = (undisturbed(&repo), Program::new());
    program.mine(repo.path()).says(DONE, &[]);
    fs::remove_file(program.data().join("lake/manifest.json")).unwrap();
    heals(&program, &repo, &wanted, "the manifest was lost");
}

/// Files below a folder.
fn count(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_run_may_be_killed_anywhere() {
    let repo = repository();
    let wanted = undisturbed(&repo);
    let mut killed = 0;
    // As soon as so many files are there: before the state, among the parts, before and after the manifest.
    for files in [0, 1, 2, 3, 5, 7, 9, 11, 13, 15] {
        let program = Program::new();
        let mut child = program.start(repo.path(), &["mine"]);
        while count(&program.data()) < files && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        heals(&program, &repo, &wanted, &format!("a kill at {files} files"));
    }
    assert!(killed > 0, "every run was faster than its end");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_costs_nothing() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let repo = repository();
    let wanted = undisturbed(&repo);
    let mut stopped = 0;
    for bytes in [0, 1, 300, 1000, 2500, 4000, 8000] {
        let program = Program::new();
        let child = program.start(repo.path(), &["mine"]);
        let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
        prlimit(Some(Pid::from_child(&child)), Resource::Fsize, limit).unwrap();
        stopped += usize::from(!child.wait_with_output().unwrap().status.success());
        heals(&program, &repo, &wanted, &format!("files could have {bytes} bytes"));
    }
    assert!(stopped > 0, "no run was stopped");
}
