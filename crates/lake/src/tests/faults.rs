//! Broken files, lost manifests, and a writer killed at every step.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::support::{FailingDisk, def, empty_lake, entry, sample};
use crate::error::SqlError;
use crate::tables::TABLES;
use crate::{Harm, Hooks, Lake, LakeError};

fn lake_with_every_table() -> (TempDir, Lake) {
    let (dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    for table in TABLES {
        writer.append(table.name, &sample(table, 0, 50)).unwrap();
    }
    writer.set_entry(entry("one"));
    writer.commit(1).unwrap();
    (dir, lake)
}

#[test]
fn a_part_cut_short_is_found() {
    let (dir, lake) = lake_with_every_table();
    for part in lake.snapshot().parts() {
        let path = dir.path().join(&part.file);
        let whole = fs::read(&path).unwrap();
        for length in [0, 1, 4, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            let found = lake.verify(false).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].repo.as_str(), &found[0].table), ("one", &part.table));
            assert_eq!(found[0].harm, Harm::Length { written: part.bytes, found: length as u64 });
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(lake.verify(true).unwrap().is_empty());
}

#[test]
fn a_changed_byte_is_found() {
    let (dir, lake) = lake_with_every_table();
    let part = lake.snapshot().parts()[3].clone();
    let path = dir.path().join(&part.file);
    let mut content = fs::read(&path).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::write(&path, content).unwrap();
    assert!(lake.verify(false).unwrap().is_empty());
    let found = lake.verify(true).unwrap();
    assert_eq!((found.len(), found[0].harm, &found[0].file), (1, Harm::Content, &part.file));
}

#[tokio::test]
async fn a_missing_part_is_named_and_rebuilt() {
    let (dir, lake) = lake_with_every_table();
    let part = lake.snapshot().parts().iter().find(|part| part.table == "commits").unwrap().clone();
    fs::remove_file(dir.path().join(&part.file)).unwrap();
    assert_eq!(lake.verify(false).unwrap()[0].harm, Harm::Missing);
    let refusal = lake.snapshot().query("SELECT subject FROM commits", &[]).await.unwrap_err();
    assert!(matches!(refusal, SqlError::Damaged(_)), "{refusal:?}");
    let mut writer = lake.writer("one").unwrap();
    writer.clear_all();
    writer.append("commits", &sample(def("commits"), 0, 50)).unwrap();
    writer.commit(2).unwrap();
    assert!(lake.verify(true).unwrap().is_empty());
    lake.snapshot().query("SELECT subject FROM commits", &[]).await.unwrap();
}

#[tokio::test]
async fn a_lost_manifest_leaves_an_empty_lake() {
    let (dir, lake) = lake_with_every_table();
    let held = lake.snapshot();
    fs::remove_file(dir.path().join("manifest.json")).unwrap();
    let again = Lake::open(dir.path()).unwrap();
    assert!(again.has_lost_its_manifest());
    assert_eq!(again.snapshot().version(), 0);
    assert!(again.snapshot().repos().is_empty());
    let mut writer = again.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 7)).unwrap();
    writer.commit(1).unwrap();
    assert!(!again.has_lost_its_manifest());
    assert_eq!(again.snapshot().row_count("one", "owners"), 7);
    let rows: Vec<(i64,)> = held.rows("SELECT sum(lines) FROM owners", &[]).await.unwrap();
    assert_eq!(rows, [((0..50).sum::<i64>(),)], "a reader of the lost manifest keeps its files");
}

#[test]
fn a_new_lake_has_lost_nothing() {
    let (_dir, lake) = empty_lake();
    assert!(!lake.has_lost_its_manifest());
}

#[test]
fn a_newer_schema_is_refused() {
    let (dir, _lake) = lake_with_every_table();
    fs::write(dir.path().join("manifest.json"), r#"{"schema": 7, "shape": "unknown"}"#).unwrap();
    let refusal = Lake::open(dir.path()).unwrap_err();
    assert!(matches!(refusal, LakeError::NewerSchema { found: 7, known: crate::SCHEMA, .. }));
    assert!(refusal.to_string().contains("version 7, this program knows up to 3"), "{refusal}");
}

#[test]
fn an_older_schema_is_read_and_asks_for_its_repositories_again() {
    let (dir, lake) = lake_with_every_table();
    let mut writer = lake.writer("one").unwrap();
    writer.set_entry(crate::RepoEntry {
        id: "one".into(),
        name: "one".into(),
        seen: "tips".into(),
        ..Default::default()
    });
    writer.commit(1).unwrap();
    drop(writer);
    let newer = lake.snapshot();
    let path = dir.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(r#""schema":3"#, r#""schema":1"#, 1)).unwrap();
    let older = Lake::open(dir.path()).unwrap().snapshot();
    assert_eq!(older.row_count("one", "owners"), newer.row_count("one", "owners"));
    assert_eq!((newer.repo("one").unwrap().seen.as_str(), older.repo("one").unwrap().seen.as_str()), ("tips", ""));
}

#[test]
fn a_garbled_manifest_is_no_panic() {
    let (dir, lake) = lake_with_every_table();
    assert_eq!(lake.snapshot().version(), 1);
    fs::write(dir.path().join("manifest.json"), b"{\"schema\": 1, \"ver").unwrap();
    assert!(matches!(Lake::open(dir.path()), Err(LakeError::BadManifest { .. })));
    assert_eq!(lake.snapshot().version(), 1, "who has the lake open keeps the last whole manifest");
}

/// Rows that the run below leaves in `owners` and `changes`.
const OLD: (u64, u64) = (50, 50);
const NEW: (u64, u64) = (9, 60);

fn run(lake: &Lake) -> Result<(), LakeError> {
    let mut writer = lake.writer("one")?;
    writer.replace("owners", &sample(def("owners"), 0, 9))?;
    for at in 0..5 {
        writer.append("changes", &sample(def("changes"), 50 + 2 * at, 2))?;
        writer.set_entry(entry("one"));
        if at == 4 {
            writer.commit(10)?;
        }
    }
    writer.compact(11)?;
    Ok(())
}

fn state(dir: &Path) -> (u64, u64) {
    let lake = Lake::open(dir).unwrap();
    assert!(lake.verify(true).unwrap().is_empty());
    let snapshot = lake.snapshot();
    (snapshot.row_count("one", "owners"), snapshot.row_count("one", "changes"))
}

#[test]
fn a_kill_at_any_step_loses_nothing() {
    let mut killed = 0;
    for operations in 0.. {
        let (dir, _) = lake_with_every_table();
        let lake = Lake::open_on(dir.path(), Hooks::default(), Arc::new(FailingDisk::after(operations))).unwrap();
        let ended = run(&lake);
        let found = state(dir.path());
        assert!(found == OLD || found == NEW, "after {operations} operations: {found:?}");
        if ended.is_ok() {
            assert_eq!(found, NEW);
            break;
        }
        killed += 1;
        if found == OLD {
            run(&Lake::open(dir.path()).unwrap()).unwrap();
            assert_eq!(state(dir.path()), NEW, "the next run after a kill at {operations}");
        }
    }
    assert!(killed > 10, "only {killed} steps were tried");
}

#[test]
fn a_failed_write_is_never_committed() {
    let (dir, _) = lake_with_every_table();
    for operations in 1..40 {
        let lake = Lake::open_on(dir.path(), Hooks::default(), Arc::new(FailingDisk::after(operations))).unwrap();
        let Ok(mut writer) = lake.writer("one") else { continue };
        if writer.append("owners", &sample(def("owners"), 0, 9)).is_err() {
            assert!(matches!(writer.commit(10), Err(LakeError::Broken(_))));
        }
    }
    assert_eq!(state(dir.path()), OLD);
}
