//! Rows of `changes` equal `git log --numstat -M`, line owners equal `git blame`.

use std::collections::BTreeMap;

use testkit::{Rows, Scripted, read};

use crate::scripts;

/// Counts, and the path before a rename, by commit and path.
type Numstat = BTreeMap<(String, String), (String, String, String)>;

fn git_numstat(repo: &Scripted) -> Numstat {
    let out = repo.git_bytes(&[
        "log",
        "--branches",
        "--numstat",
        "-M",
        "--no-ext-diff",
        "--no-textconv",
        "--no-abbrev",
        "-z",
        "--format=%x01%H",
    ]);
    let text = String::from_utf8_lossy(&out).into_owned();
    let mut found = Numstat::new();
    for block in text.split('\u{1}').skip(1) {
        let mut words = block.split('\0');
        let sha = words.next().unwrap().lines().next().unwrap().to_owned();
        while let Some(word) = words.next() {
            let Some((added, rest)) = word.trim_start_matches('\n').split_once('\t') else { continue };
            let (deleted, path) = rest.split_once('\t').unwrap();
            let (old, path) = if path.is_empty() {
                (words.next().unwrap().to_owned(), words.next().unwrap().to_owned())
            } else {
                (String::new(), path.to_owned())
            };
            found.insert((sha.clone(), path), (added.to_owned(), deleted.to_owned(), old));
        }
    }
    found
}

fn our_numstat(rows: &Rows) -> Numstat {
    let count = |count: Option<u32>| count.map_or("-".to_owned(), |count| count.to_string());
    rows.changes
        .iter()
        .filter(|row| row.kind.word() != "merge")
        .map(|row| {
            let old = row.old_path.clone().unwrap_or_default();
            ((row.sha.clone(), row.path.clone()), (count(row.added), count(row.deleted), old))
        })
        .collect()
}

fn git_owners(repo: &Scripted, path: &str) -> BTreeMap<String, u32> {
    let mut owners = BTreeMap::new();
    for line in repo.git(&["blame", "--incremental", "HEAD", "--", path]).lines() {
        let words: Vec<_> = line.split(' ').collect();
        if words.len() == 4 && words[0].len() >= 40 {
            *owners.entry(words[0].to_owned()).or_default() += words[3].parse::<u32>().unwrap();
        }
    }
    owners
}

/// Reads a repository and compares it with Git, row by row and file by file.
pub(crate) fn check(repo: &Scripted) -> Rows {
    let (rows, report) = read(repo.path(), 2, None).unwrap();
    assert!(report.damage.is_empty(), "{:?}", report.damage);
    let (theirs, ours) = (git_numstat(repo), our_numstat(&rows));
    assert!(!theirs.is_empty(), "the script changes nothing");
    for (key, expected) in &theirs {
        assert_eq!(ours.get(key), Some(expected), "{key:?}");
    }
    assert_eq!(ours.len(), theirs.len());
    for file in rows.files.iter().filter(|file| !file.binary && file.lines > 0) {
        let owners: BTreeMap<_, _> =
            rows.owners.iter().filter(|row| row.path == file.path).map(|row| (row.sha.clone(), row.lines)).collect();
        assert_eq!(owners, git_owners(repo, &file.path), "{}", file.path);
        assert_eq!(owners.values().sum::<u32>(), file.lines, "{}", file.path);
    }
    let last = rows.survival.iter().map(|row| &row.at_month).max();
    let alive: u64 = rows.survival.iter().filter(|row| Some(&row.at_month) == last).map(|row| row.lines).sum();
    assert_eq!(alive, rows.owners.iter().map(|row| u64::from(row.lines)).sum::<u64>(), "survival at the end");
    rows
}

#[test]
fn renames_with_edits_equal_git() {
    check(&scripts::renames());
}

#[test]
fn odd_contents_equal_git() {
    check(&scripts::contents());
}

#[test]
fn odd_kinds_equal_git() {
    let rows = check(&scripts::kinds());
    let kinds: Vec<_> = rows.changes.iter().map(|row| row.kind.word()).collect();
    for kind in ["mode_changed", "type_changed", "added", "deleted", "modified"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

#[test]
fn merges_of_every_shape_equal_git() {
    let rows = check(&scripts::merges());
    assert!(rows.changes.iter().any(|row| row.kind.word() == "merge"), "the evil merge has rows");
}

#[test]
fn odd_paths_equal_git() {
    check(&scripts::paths());
}

#[test]
fn reverts_and_repeats_equal_git() {
    check(&scripts::reverts());
}

#[test]
fn sha256_ids_equal_git() {
    let mut repo = Scripted::with_format("sha256");
    repo.write("a.rs", "fn a() {}\n").commit("a");
    repo.write("a.rs", "fn a() {}\nfn b() {}\n").commit("b");
    let rows = check(&repo);
    assert_eq!(rows.commits[0].sha.len(), 64);
}

#[test]
fn packed_and_loose_objects_are_one() {
    let mut repo = scripts::renames();
    let loose = read(repo.path(), 1, None).unwrap().0;
    repo.git(&["gc", "-q", "--aggressive", "--prune=now"]);
    let packed = read(repo.path(), 1, None).unwrap().0;
    assert_eq!(loose, packed);
    repo.write("new.txt", "loose again\n").commit("after packing");
    check(&repo);
}

#[test]
fn too_many_renames_equal_git() {
    let mut repo = Scripted::new();
    for file in 0..1_010 {
        repo.write(&format!("old/{file}.txt"), format!("first {file}\nsecond {file}\nthird {file}\n"));
    }
    repo.commit("many files");
    std::fs::remove_dir_all(repo.path().join("old")).unwrap();
    for file in 0..1_010 {
        repo.write(&format!("new/{file}x.txt"), format!("first {file}\nsecond {file}\nother {file}\n"));
    }
    repo.commit("all moved and edited");
    let (rows, report) = read(repo.path(), 2, None).unwrap();
    assert_eq!(our_numstat(&rows), git_numstat(&repo));
    assert_eq!(report.limited_commits, 1);
}
