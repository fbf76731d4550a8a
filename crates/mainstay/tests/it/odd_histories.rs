//! Histories that are whole and yet unlike most: strange bytes, strange sizes, strange times.

use lake::Lake;
use tempfile::TempDir;
use testkit::{Scripted, mine_path_into};

use crate::program::Program;
use crate::program::exit::DONE;

/// A repository from a stream of `git fast-import`.
fn imported(stream: &[u8]) -> Scripted {
    let repo = Scripted::new();
    repo.git_with(&["fast-import", "--quiet"], stream);
    repo
}

fn commit(stream: &mut Vec<u8>, author: &[u8], time: i64, message: &str) {
    stream.extend_from_slice(b"commit refs/heads/main\n");
    for role in ["author ", "committer "] {
        stream.extend_from_slice(role.as_bytes());
        stream.extend_from_slice(author);
        stream.extend_from_slice(format!(" <ann@example.org> {time} +0000\n").as_bytes());
    }
    stream.extend_from_slice(format!("data {}\n{message}\n", message.len()).as_bytes());
}

fn file(stream: &mut Vec<u8>, path: &[u8], content: &[u8]) {
    stream.extend_from_slice(b"M 100644 inline ");
    stream.extend_from_slice(path);
    stream.extend_from_slice(format!("\ndata {}\n", content.len()).as_bytes());
    stream.extend_from_slice(content);
    stream.push(b'\n');
}

#[test]
fn names_in_broken_utf8_are_kept() {
    let mut stream = Vec::new();
    commit(&mut stream, b"J\xf6rg", 1_700_000_000, "one");
    file(&mut stream, b"caf\xe9.txt", b"a\n");
    let (program, repo) = (Program::new(), imported(&stream));
    program.mine(repo.path()).says(DONE, &["1 commits"]);
    assert_eq!(program.ask("select count(*) from changes where path like 'caf%.txt'"), "1");
    assert_eq!(program.ask("select count(*) from commits where array_has(flags, 'encoding')"), "1");
}

#[test]
fn a_million_lines_are_counted() {
    let content: String = (0..1_000_000).map(|n| format!("{n}\n")).collect();
    let mut stream = Vec::new();
    commit(&mut stream, b"Ann", 1_700_000_000, "one");
    file(&mut stream, b"long.txt", content.as_bytes());
    commit(&mut stream, b"Ann", 1_700_000_100, "two");
    file(&mut stream, b"long.txt", format!("first\n{content}").as_bytes());
    let (program, repo) = (Program::new(), imported(&stream));
    program.mine(repo.path()).says(DONE, &["2 commits"]);
    assert_eq!(program.ask("select added, deleted from changes order by added"), "1,0\n1000000,0");
    assert_eq!(program.ask("select lines from owners order by lines"), "1\n1000000");
}

#[test]
fn a_hundred_thousand_files_are_read() {
    let mut stream = Vec::new();
    commit(&mut stream, b"Ann", 1_700_000_000, "one");
    for n in 0..100_000 {
        file(&mut stream, format!("d{}/f{n}.txt", n % 300).as_bytes(), format!("{n}\n").as_bytes());
    }
    let (program, repo) = (Program::new(), imported(&stream));
    program.mine(repo.path()).says(DONE, &["1 commits (1 new), 100000 changes"]);
    assert_eq!(program.ask("select count(*), sum(lines) from files"), "100000,100000");
}

#[test]
fn times_far_off_are_flagged() {
    let mut stream = Vec::new();
    for (time, message) in [(1, "1970"), (4_102_444_800, "2100"), (1_700_000_000, "2023")] {
        commit(&mut stream, b"Ann", time, message);
        file(&mut stream, b"a.txt", message.as_bytes());
    }
    let (program, repo) = (Program::new(), imported(&stream));
    program.mine(repo.path()).says(DONE, &["3 commits"]);
    let flagged = |flag| program.ask(&format!("select subject from commits where array_has(flags, '{flag}')"));
    assert_eq!((flagged("future"), flagged("clock_skew")), ("2100".to_owned(), "2023".to_owned()));
    for name in ["code_quality", "deep_expertise"] {
        program.run_in(repo.path(), &[name]).says(DONE, &[]);
    }
}

#[test]
fn a_linked_worktree_has_its_own_branch() {
    let mut repo = Scripted::new();
    repo.write("a", "1\n").commit("one");
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", "-b", "side/way", linked.to_str().unwrap()]);
    std::fs::write(linked.join("b"), "2\n").unwrap();
    repo.git(&["-C", linked.to_str().unwrap(), "add", "b"]);
    repo.git(&["-C", linked.to_str().unwrap(), "commit", "-q", "-m", "two"]);
    let data = TempDir::new().unwrap();
    let lake = Lake::open(&data.path().join("lake")).unwrap();
    let read = |path| mine_path_into(data.path(), &lake, path, 1).entry;
    let (main, side) = (read(repo.path()), read(&linked));
    assert_eq!((main.branch.as_deref(), main.head), (Some("main"), Some(repo.id("main"))));
    assert_eq!((side.branch.as_deref(), side.head), (Some("side/way"), Some(repo.id("side/way"))));
    assert_eq!((main.id, main.name), (side.id, side.name), "one repository");
    repo.git(&["-C", linked.to_str().unwrap(), "switch", "-q", "--detach"]);
    assert_eq!(read(&linked).branch, None);
}
