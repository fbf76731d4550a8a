//! Any number of threads, any split into runs: the same rows.

use testkit::{Scripted, read};

use crate::scripts;

#[test]
fn threads_make_no_difference() {
    for repo in [scripts::merges(), scripts::contents()] {
        let alone = read(repo.path(), 1, None).unwrap().0;
        for threads in [2, 5] {
            assert_eq!(read(repo.path(), threads, None).unwrap().0, alone);
        }
    }
}

/// Reads with a state, and compares with a reading without one.
fn check(repo: &Scripted) -> u64 {
    let state = repo.beside("state");
    let (rows, report) = read(repo.path(), 2, Some(&state)).unwrap();
    assert_eq!(rows, read(repo.path(), 1, None).unwrap().0);
    report.new_commits
}

#[test]
fn a_later_run_reads_only_news() {
    let mut repo = scripts::merges();
    assert!(check(&repo) > 10);
    assert_eq!(check(&repo), 0);
    repo.write("later.txt", "later\n").commit("later");
    assert_eq!(check(&repo), 1);
}

#[test]
fn a_rewritten_history_reads_only_news() {
    let mut repo = scripts::renames();
    check(&repo);
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.write("other.txt", "another way\n").commit("rewritten");
    assert_eq!(check(&repo), 1);
}

#[test]
fn an_interrupted_run_goes_on() {
    let repo = scripts::contents();
    check(&repo);
    let file = repo.beside("state").join("known.bin");
    let whole = std::fs::read(&file).unwrap();
    for keep in [0, 3, 8, 9, 23, 24, 40, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..keep]).unwrap();
        check(&repo);
    }
    let mut broken = whole.clone();
    let middle = whole.len() / 2;
    broken[middle] ^= 0xff;
    std::fs::write(&file, broken).unwrap();
    check(&repo);
}
