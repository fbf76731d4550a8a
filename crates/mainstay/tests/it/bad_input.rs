//! Whatever a repository is, the program says what it is and what to do, ends with its code, and keeps what was there.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::Scripted;

use crate::program::Program;
use crate::program::exit::{BAD_INPUT, DONE, INPUT_OUTPUT, NO, UNAVAILABLE};

fn three_commits() -> Scripted {
    let mut repo = Scripted::new();
    repo.write("a.rs", "fn a() {}\n").commit("one");
    repo.write("b.rs", "fn b() {}\n").commit("two");
    repo.write("a.rs", "fn a() {}\nfn c() {}\n").commit("three");
    repo
}

fn object(repo: &Scripted, revision: &str) -> PathBuf {
    let id = repo.id(revision);
    let (head, rest) = id.split_at(2);
    repo.path().join(".git/objects").join(head).join(rest)
}

#[test]
fn a_plain_folder_is_refused() {
    let program = Program::new();
    let folder = program.folder("plain");
    program.mine(&folder).says(BAD_INPUT, &["error:", "is not a Git repository", "help:"]);
    program.mine(Path::new("/there/is/nothing/here")).says(BAD_INPUT, &["error:", "/there/is/nothing/here"]);
}

#[test]
fn a_gate_that_judges_nothing_does_not_pass() {
    let program = Program::new();
    let empty = Scripted::new();
    for folder in [program.folder("plain").as_path(), empty.path()] {
        let ended = program.run_in(folder, &["quality", "--gate"]);
        ended.says(BAD_INPUT, &["error:", "nothing here for a gate to judge", "help:"]);
    }
    let goals = program.run_in(three_commits().path(), &["quality", "--gate"]).says(DONE, &[]).out.clone();
    assert!(goals.starts_with("No goal is set, so this gate judged nothing."), "{goals}");
}

#[test]
fn one_wrong_path_keeps_no_other() {
    let (program, repo) = (Program::new(), three_commits());
    let ended = program.run(&["mine".as_ref(), program.folder("plain").as_os_str(), repo.path().as_os_str()]);
    ended.says(BAD_INPUT, &["is not a Git repository", "3 commits"]);
    assert_eq!(program.ask("select count(*) from commits"), "3");
}

#[test]
fn an_empty_repository_is_said() {
    let (program, repo) = (Program::new(), Scripted::new());
    program.mine(repo.path()).says(DONE, &["empty repository"]);
    assert_eq!(program.ask("select count(*) from commits"), "0");
    program.run_in(repo.path(), &["code_quality"]).says(DONE, &[]);
    program.run_in(repo.path(), &["deep_expertise"]).says(DONE, &[]);
}

#[test]
fn one_commit_is_enough() {
    let (program, mut repo) = (Program::new(), Scripted::new());
    repo.write("a.rs", "fn a() {}\n").commit("one");
    program.mine(repo.path()).says(DONE, &["1 commits (1 new), 1 changes"]);
    assert_eq!(program.ask("select path, added from changes"), "a.rs,1");
    for name in ["code_quality", "deep_expertise", "hotspots", "coupling", "owners"] {
        assert!(!program.run_in(repo.path(), &[name]).says(DONE, &[]).out.is_empty(), "{name}");
    }
}

#[test]
fn a_missing_object_is_named() {
    let (program, repo) = (Program::new(), three_commits());
    let lost = repo.id("HEAD:a.rs");
    fs::remove_file(object(&repo, "HEAD:a.rs")).unwrap();
    program.mine(repo.path()).says(NO, &[&lost, "missing", "git fsck", "3 commits"]);
    assert_eq!(program.ask("select path from changes where added = 1 order by path"), "a.rs\nb.rs");
    program.mine(repo.path()).says(NO, &[&lost]);
}

#[test]
fn a_repaired_object_is_read() {
    let (program, repo) = (Program::new(), three_commits());
    let (path, aside) = (object(&repo, "HEAD:a.rs"), repo.beside("aside"));
    fs::rename(&path, &aside).unwrap();
    program.mine(repo.path()).says(NO, &[]);
    fs::rename(&aside, &path).unwrap();
    program.mine(repo.path()).says(DONE, &[]);
    assert_eq!(program.ask("select count(added) from changes"), "3");
}

#[test]
fn a_corrupt_pack_costs_only_itself() {
    let (program, mut repo) = (Program::new(), Scripted::new());
    let noise: String = (0..20_000_u64).map(|n| format!("{:x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    repo.write("noise.txt", noise).commit("one");
    repo.write("b.rs", "fn b() {}\n").commit("two");
    repo.git(&["repack", "-adq"]);
    let entries = fs::read_dir(repo.path().join(".git/objects/pack")).unwrap();
    let pack = entries.map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|e| e == "pack"));
    let pack = pack.unwrap();
    let mut bytes = fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, bytes).unwrap();
    program.mine(repo.path()).says(NO, &["could not be read", "git fsck", "2 commits"]);
    assert_eq!(program.ask("select path, added from changes where path = 'b.rs'"), "b.rs,1");
}

#[test]
fn damage_keeps_what_was_there() {
    let (program, mut repo) = (Program::new(), three_commits());
    program.mine(repo.path()).says(DONE, &[]);
    fs::remove_file(object(&repo, "HEAD~1")).unwrap();
    repo.write("d.rs", "fn d() {}\n").commit("four");
    program.mine(repo.path()).says(NO, &["missing", "what was read before the damage is kept"]);
    assert_eq!(program.ask("select count(*) from commits"), "3");
    assert_eq!(program.ask("select path from owners order by path"), "a.rs\na.rs\nb.rs");
}

#[test]
fn a_broken_head_is_refused() {
    let (program, repo) = (Program::new(), three_commits());
    program.mine(repo.path()).says(DONE, &[]);
    fs::write(repo.path().join(".git/HEAD"), "nonsense\n").unwrap();
    program.mine(repo.path()).says(BAD_INPUT, &["HEAD", "help:"]);
    assert_eq!(program.ask("select count(*) from commits"), "3");
    assert_eq!(program.ask("select count(*) from owners"), "3");
}

#[test]
fn an_unknown_ref_is_named() {
    let (program, repo) = (Program::new(), three_commits());
    let path = repo.path().to_str().unwrap();
    program.run(&["mine", "--refs", "no-such-branch", path]).says(BAD_INPUT, &["no-such-branch", "for-each-ref"]);
}

#[test]
fn a_dead_address_is_unavailable() {
    let program = Program::new();
    let url = format!("file://{}", program.folder("plain").display());
    program.run(&["mine", &url]).says(UNAVAILABLE, &["cannot clone", &url, "help:"]);
    assert_eq!(fs::read_dir(program.data().join("mirrors")).unwrap().count(), 0);
}

#[test]
fn a_data_folder_that_is_a_file_is_said() {
    let (program, repo) = (Program::new(), three_commits());
    fs::write(program.data(), "not a folder").unwrap();
    program.mine(repo.path()).says(INPUT_OUTPUT, &["cannot make the data folder"]);
}
