//! Several runs over one data folder: at once, one after the other, and after something broke.

use std::fs;
use std::io::{BufRead as _, BufReader};

use lake::Lake;
use testkit::Scripted;

use crate::program::exit::{BUSY, DONE, INPUT_OUTPUT, NO};
use crate::program::{Program, ended};

fn repository() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("a.rs", "fn a() {}\n").commit("one");
    repo
}

#[test]
fn a_second_run_names_the_first() {
    let (program, repo) = (Program::new(), repository());
    let held = Lake::open(&program.data().join("lake")).unwrap().writer("held").unwrap();
    let process = format!("process {}", std::process::id());
    program.mine(repo.path()).says(BUSY, &["error:", &process, "--wait"]);
    drop(held);
    program.mine(repo.path()).says(DONE, &["1 commits"]);
}

#[test]
fn a_second_run_may_wait() {
    let (program, repo) = (Program::new(), repository());
    let held = Lake::open(&program.data().join("lake")).unwrap().writer("held").unwrap();
    let mut child = program.start(repo.path(), &["mine", "--wait"]);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let waits = format!("waiting for process {}", std::process::id());
    assert!(lines.any(|line| line.unwrap().contains(&waits)));
    drop(held);
    // The pipe stays open until the child has ended.
    assert!(lines.any(|line| line.unwrap().contains("1 commits")));
    assert_eq!(ended(child.wait_with_output().unwrap()).code, DONE);
}

#[test]
fn an_answer_does_not_wait() {
    let (program, repo) = (Program::new(), repository());
    program.mine(repo.path()).says(DONE, &[]);
    let mut repo = repo;
    repo.write("b.rs", "fn b() {}\n").commit("two");
    let _held = Lake::open(&program.data().join("lake")).unwrap().writer("held").unwrap();
    program.run_in(repo.path(), &["code_quality"]).says(DONE, &["what was mined before"]);
}

#[test]
fn runs_at_once_end_well() {
    let (program, repo) = (Program::new(), repository());
    let runs: Vec<_> = (0..3).map(|_| program.start(repo.path(), &["mine", "--again"])).collect();
    let codes: Vec<u8> = runs.into_iter().map(|run| ended(run.wait_with_output().unwrap()).code).collect();
    assert!(codes.contains(&DONE) && codes.iter().all(|code| [DONE, BUSY].contains(code)), "{codes:?}");
    assert_eq!(program.ask("select count(*) from commits"), "1");
    assert_eq!(program.run(&["doctor"]).code, DONE);
}

#[test]
fn nothing_new_writes_nothing() {
    let (program, repo) = (Program::new(), repository());
    program.mine(repo.path()).says(DONE, &["1 new"]);
    let manifest = program.data().join("lake/manifest.json");
    let before = fs::read(&manifest).unwrap();
    program.mine(repo.path()).says(DONE, &["nothing new"]);
    assert_eq!(fs::read(&manifest).unwrap(), before);
    let mut repo = repo;
    repo.write("b.rs", "fn b() {}\n").commit("two");
    program.mine(repo.path()).says(DONE, &["2 commits (1 new)"]);
}

#[test]
fn an_address_is_mirrored_and_followed() {
    let (program, mut repo) = (Program::new(), repository());
    let url = format!("file://{}", repo.path().display());
    program.run(&["mine", &url]).says(DONE, &["1 commits"]);
    repo.write("b.rs", "fn b() {}\n").commit("two");
    program.run(&["mine", &url]).says(DONE, &["2 commits (1 new)"]);
    assert_eq!(program.ask("select distinct repo from commits").lines().count(), 1);
}

#[test]
fn a_broken_part_is_found_and_rebuilt() {
    let (program, repo) = (Program::new(), repository());
    program.mine(repo.path()).says(DONE, &[]);
    let lake = Lake::open(&program.data().join("lake")).unwrap();
    let part = lake.snapshot().parts().iter().find(|part| part.table == "changes").unwrap().file.clone();
    let part = lake.dir().join(part);
    let mut bytes = fs::read(&part).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 0xff;
    fs::write(&part, &bytes).unwrap();
    let ended = program.run(&["doctor"]);
    assert_eq!(ended.code, NO, "{}", ended.out);
    assert!(ended.out.contains("mine --again") && ended.out.contains("(changes)"), "{}", ended.out);
    fs::remove_file(&part).unwrap();
    program.mine(repo.path()).says(DONE, &[]);
    assert_eq!(program.ask("select path from changes"), "a.rs");
    assert_eq!(program.run(&["doctor"]).code, DONE);
}

#[test]
fn a_broken_manifest_is_put_aside() {
    let (program, repo) = (Program::new(), repository());
    program.mine(repo.path()).says(DONE, &[]);
    fs::write(program.data().join("lake/manifest.json"), "{").unwrap();
    program.mine(repo.path()).says(INPUT_OUTPUT, &["manifest", "mine --again"]);
    assert_eq!(program.run(&["doctor"]).code, NO);
    program.run_in(repo.path(), &["mine", "--again"]).says(DONE, &["manifest.json.damaged"]);
    assert_eq!(program.ask("select count(*) from commits"), "1");
}

#[test]
fn rows_of_another_form_are_written_again() {
    let (program, mut repo) = (Program::new(), repository());
    program.mine(repo.path()).says(DONE, &["1 new", "1 changes"]);
    repo.write("b.rs", "fn b() {}\n").commit("two");
    program.mine(repo.path()).says(DONE, &["2 commits (1 new), 1 changes"]);
    // As a program that writes other rows would have left it.
    let manifest = program.data().join("lake/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let (before, after) = text.split_once(r#""seen":""#).unwrap();
    let (_, rest) = after.split_once(' ').unwrap();
    fs::write(&manifest, format!(r#"{before}"seen":"1 {rest}"#)).unwrap();
    program.mine(repo.path()).says(DONE, &["2 commits (0 new), 2 changes"]);
    assert_eq!(program.ask("select count(*) from changes"), "2");
}
