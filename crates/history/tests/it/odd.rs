//! Histories that are not whole, or not ordinary: each is read as far as it goes, and says so.

use history::Refs;
use history::rows::Flag;
use testkit::git::EPOCH;
use testkit::{Scripted, read};

use crate::{against_git, scripts};

#[test]
fn an_empty_repository_has_no_rows() {
    let (rows, report) = read(Scripted::new().path(), 2, None).unwrap();
    assert_eq!(report.commits, 0);
    assert_eq!(report.head, None);
    assert!(rows.commits.is_empty() && rows.files.is_empty());
}

#[test]
fn one_commit_is_a_history() {
    let mut repo = Scripted::new();
    repo.write("a.txt", "one\n").commit("only");
    let rows = against_git::check(&repo);
    assert_eq!((rows.commits.len(), rows.changes.len(), rows.owners.len()), (1, 1, 1));
}

#[test]
fn a_shallow_clone_says_since_when() {
    let mut repo = scripts::renames();
    let target = repo.beside("shallow");
    let from = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "2", &from, target.to_str().unwrap()]);
    let (rows, report) = read(&target, 1, None).unwrap();
    assert_eq!(rows.commits.len(), 2);
    assert_eq!(report.truncated_since, Some(rows.commits[0].committed_at));
    assert!(rows.commits[0].flags.contains(&Flag::Shallow));
    let _ = &mut repo;
}

#[test]
fn a_bare_clone_and_a_worktree_read_alike() {
    let repo = scripts::merges();
    let (bare, tree) = (repo.beside("bare"), repo.beside("tree"));
    repo.git(&["clone", "-q", "--bare", repo.path().to_str().unwrap(), bare.to_str().unwrap()]);
    repo.git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    let expected = read(repo.path(), 1, None).unwrap().0;
    for path in [&bare, &tree] {
        assert_eq!(read(path, 1, None).unwrap().0.changes, expected.changes);
    }
}

#[test]
fn times_out_of_the_ordinary_are_flagged() {
    let mut repo = Scripted::new();
    repo.at(EPOCH).write("a", "1\n").commit("now");
    repo.at(0).write("a", "2\n").commit("1970");
    repo.at(4_102_444_800).write("a", "3\n").commit("2100");
    let rows = against_git::check(&repo);
    let flags: Vec<_> = rows.commits.iter().map(|row| row.flags.clone()).collect();
    assert_eq!(flags, [vec![], vec![Flag::ClockSkew], vec![Flag::Future]]);
}

#[test]
fn broken_names_are_kept_and_flagged() {
    let mut repo = Scripted::new();
    repo.write("a", "1\n").commit("first");
    let tree = repo.id("HEAD^{tree}");
    let mut object = format!("tree {tree}\nparent {}\nauthor J", repo.id("HEAD")).into_bytes();
    object.extend_from_slice(
        b"\xf6rg <j@example.org> 1704070000 +0000\ncommitter J <j@example.org> 1704070000 +0000\n\nodd\n",
    );
    let id = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], &object);
    repo.git(&["update-ref", "refs/heads/main", id.trim()]);
    let rows = read(repo.path(), 1, None).unwrap().0;
    assert_eq!(rows.commits[1].author_name, "J\u{fffd}rg");
    assert!(rows.commits[1].flags.contains(&Flag::Encoding));
}

#[test]
fn paths_that_are_no_utf8_are_read() {
    let repo = Scripted::new();
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], b"content\n");
    let mut entry = format!("100644 blob {}\t", blob.trim()).into_bytes();
    entry.extend_from_slice(b"f\xfcr\0");
    let tree = repo.git_with(&["mktree", "-z"], &entry);
    let commit = repo.git(&["commit-tree", "-m", "odd", tree.trim()]);
    repo.git(&["update-ref", "refs/heads/main", commit.trim()]);
    let rows = read(repo.path(), 1, None).unwrap().0;
    assert_eq!(rows.changes[0].path, "f\u{fffd}r");
    assert_eq!(rows.owners[0].lines, 1);
}

#[test]
fn attributes_decide_what_is_binary() {
    let mut repo = Scripted::new();
    repo.write(".gitattributes", "*.svg -diff\n*.dat diff\ngen/* linguist-generated\n");
    repo.write("a.svg", "<svg>\n</svg>\n").write("a.dat", b"a\0\nb\n").write("gen/x.rs", "fn x() {}\n").commit("start");
    repo.write("a.svg", "<svg>\n\n</svg>\n").write("a.dat", b"a\0\nc\n").commit("edit");
    let rows = against_git::check(&repo);
    let role = rows.files.iter().find(|file| file.path == "gen/x.rs").unwrap().role;
    assert_eq!(role.word(), "generated");
}

#[test]
fn replaced_commits_are_followed_as_git_does() {
    let mut repo = Scripted::new();
    repo.write("a.txt", "1\n").commit("one");
    let two = repo.write("a.txt", "1\n2\n").commit("two");
    repo.write("a.txt", "1\n2\n3\n").commit("three");
    let other = repo.git(&["commit-tree", "-m", "two, replaced", &repo.id("HEAD~1^{tree}")]);
    repo.git(&["replace", &two, other.trim()]);
    against_git::check(&repo);
}

#[test]
fn unmerged_branches_are_read_unless_told_otherwise() {
    let mut repo = Scripted::new();
    repo.write("a.txt", "1\n").commit("one");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("b.txt", "2\n").commit("two");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(read(repo.path(), 1, None).unwrap().0.commits.len(), 2);
    let tips = history::Repository::open(repo.path()).unwrap().tips(&Refs::Head).unwrap();
    assert_eq!(tips.len(), 1);
}
