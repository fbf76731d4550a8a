//! Damaged repositories: everything that can be read is, the rest is named.

use std::path::{Path, PathBuf};

use history::{Error, ObjectError};
use testkit::{Scripted, read};

use crate::scripts;

fn object(repo: &Scripted, id: &str) -> PathBuf {
    repo.path().join(".git/objects").join(&id[..2]).join(&id[2..])
}

#[test]
fn no_repository_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), 1, None).unwrap_err();
    assert!(matches!(error, Error::NotARepository { .. }), "{error}");
}

#[test]
fn a_missing_content_is_named() {
    let mut repo = Scripted::new();
    repo.write("a.txt", "1\n").write("b.txt", "1\n2\n").commit("one");
    repo.write("a.txt", "1\n2\n3\n").commit("two");
    let blob = repo.id("HEAD:a.txt");
    std::fs::remove_file(object(&repo, &blob)).unwrap();
    let (rows, report) = read(repo.path(), 2, None).unwrap();
    assert!(report.damage.iter().any(|damage| damage.id().to_string() == blob), "{:?}", report.damage);
    let row = rows.changes.iter().find(|row| row.blob.as_ref() == Some(&blob)).unwrap();
    assert_eq!((row.added, row.deleted), (None, None));
    assert_eq!(rows.owners.iter().filter(|row| row.path == "b.txt").count(), 1);
}

#[test]
fn a_missing_tree_costs_its_commit_only() {
    let mut repo = Scripted::new();
    repo.write("a.txt", "1\n").commit("one");
    repo.write("d/b.txt", "1\n").commit("two");
    let tree = repo.id("HEAD:d");
    repo.write("c.txt", "1\n").commit("three");
    std::fs::remove_file(object(&repo, &tree)).unwrap();
    let (rows, report) = read(repo.path(), 1, None).unwrap();
    assert_eq!(report.damage.len(), 1);
    assert_eq!(rows.commits.len(), 3);
    assert!(rows.changes.iter().any(|row| row.path == "c.txt"));
}

#[test]
fn a_missing_commit_ends_its_line() {
    let mut repo = Scripted::new();
    let first = repo.write("a.txt", "1\n").commit("one");
    repo.write("a.txt", "1\n2\n").commit("two");
    std::fs::remove_file(object(&repo, &first)).unwrap();
    let (rows, report) = read(repo.path(), 1, None).unwrap();
    assert_eq!(rows.commits.len(), 1);
    assert!(matches!(report.damage.as_slice(), [ObjectError::Missing { .. }]), "{:?}", report.damage);
    assert!(report.truncated_since.is_some());
}

fn pack(repo: &Path) -> PathBuf {
    let folder = repo.join(".git/objects/pack");
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "pack")).unwrap()
}

#[test]
fn a_corrupt_pack_never_panics() {
    let repo = scripts::renames();
    repo.git(&["gc", "-q", "--prune=now"]);
    let path = pack(repo.path());
    let whole = std::fs::read(&path).unwrap();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a temporary file of this test")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&path, permissions).unwrap();
    let mut harmed = 0;
    for at in (12..whole.len() - 20).step_by(97) {
        let mut broken = whole.clone();
        broken[at] ^= 0x5a;
        std::fs::write(&path, broken).unwrap();
        if let Ok((_, report)) = read(repo.path(), 2, None) {
            harmed += usize::from(!report.damage.is_empty());
        }
    }
    assert!(harmed > 0, "no damage was noticed");
}
