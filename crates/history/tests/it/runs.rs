//! Any number of threads, any split into runs: the same rows.

use history::Report;
use testkit::{Rows, Scripted, read, read_on};

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

/// Rows in an order of their own: a run that went on has its news behind everything else.
fn sorted(mut rows: Rows) -> Rows {
    rows.commits.iter_mut().for_each(|commit| commit.position = 0);
    rows.commits.sort_by(|a, b| a.sha.cmp(&b.sha));
    rows.changes.sort_by(|a, b| (&a.sha, &a.path).cmp(&(&b.sha, &b.path)));
    rows.complexity.sort_by(|a, b| (&a.sha, &a.path).cmp(&(&b.sha, &b.path)));
    rows.deaths.sort_by(|a, b| (&a.sha, &a.path, &a.born_sha).cmp(&(&b.sha, &b.path, &b.born_sha)));
    rows.function_changes.sort_by(|a, b| (&a.sha, &a.path, &a.name).cmp(&(&b.sha, &b.path, &b.name)));
    rows.refs.clear();
    rows
}

/// Goes on from what an earlier run handed over, and compares with a reading from scratch.
fn go_on(repo: &Scripted, rows: Rows, report: &Report) -> (Rows, Report) {
    let state = repo.beside("state");
    let (rows, report) = read_on(rows, Some(&report.seen), repo.path(), 2, Some(&state)).unwrap();
    assert_eq!(sorted(rows.clone()), sorted(read(repo.path(), 1, None).unwrap().0));
    let position = |sha: &str| rows.commits.iter().find(|commit| commit.sha == sha).map(|commit| commit.position);
    let mut positions: Vec<_> = rows.commits.iter().map(|commit| commit.position).collect();
    positions.sort_unstable();
    assert!(positions.iter().copied().eq(0..rows.commits.len() as u32), "each commit has its own: {positions:?}");
    for commit in &rows.commits {
        assert!(commit.parents.iter().all(|parent| position(parent) < Some(commit.position)), "parents come first");
    }
    (rows, report)
}

#[test]
fn rows_that_are_there_are_not_handed_over_again() {
    let mut repo = scripts::merges();
    let (rows, report) = read(repo.path(), 2, Some(&repo.beside("state"))).unwrap();
    let old = repo.id("HEAD~3");
    repo.git(&["checkout", "-q", "-b", "late", &old]);
    repo.write("late.txt", "late\n").commit("from an older commit");
    repo.git(&["checkout", "-q", "-"]);
    repo.write("later.txt", "later\n").commit("later");
    let (rows, report) = go_on(&repo, rows, &report);
    assert_eq!((report.new_commits, report.changes), (2, 2));
    repo.git(&["merge", "-q", "--no-ff", "-m", "join", "late"]);
    let (rows, report) = go_on(&repo, rows, &report);
    assert_eq!((report.new_commits, report.changes), (1, 0));
    let (_, report) = go_on(&repo, rows, &report);
    assert_eq!((report.new_commits, report.changes), (0, 0));
}

#[test]
fn a_rewrite_and_other_attributes_hand_everything_over_again() {
    let mut repo = scripts::renames();
    let (rows, report) = read(repo.path(), 2, Some(&repo.beside("state"))).unwrap();
    let all = report.changes;
    repo.write(".gitattributes", "* -diff\n").commit("everything is binary now");
    let (rows, report) = go_on(&repo, rows, &report);
    assert_eq!((report.new_commits, report.changes), (1, all + 1));
    repo.git(&["reset", "-q", "--hard", "HEAD~3"]);
    let (_, report) = go_on(&repo, rows, &report);
    assert_eq!((report.new_commits, report.changes > 0), (0, true));
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
