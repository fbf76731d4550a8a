//! Rows in and out, snapshots, commits, compaction, and the end of old files.

use std::fs;

use datafusion::arrow::compute::concat_batches;
use proptest::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;

use super::support::{DAY, def, empty_lake, entry, numbers, rows, sample, texts};
use crate::tables::TABLES;
use crate::{Lake, LakeError, Snapshot};

async fn count(snapshot: &Snapshot, table: &str) -> i64 {
    let rows: Vec<(i64,)> = snapshot.rows(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap();
    rows[0].0
}

#[tokio::test]
async fn every_table_comes_back_unchanged() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    for table in TABLES {
        writer.append(table.name, &sample(table, 0, 200)).unwrap();
        writer.append(table.name, &sample(table, 200, 100)).unwrap();
    }
    writer.commit(1).unwrap();
    let snapshot = lake.snapshot();
    for table in TABLES {
        let found = snapshot.query(&format!("SELECT * FROM {}", table.name), &[]).await.unwrap();
        let found = concat_batches(&found[0].schema(), &found).unwrap();
        let wanted = sample(table, 0, 300);
        assert_eq!(found.num_rows(), 300, "{}", table.name);
        for (at, (found, wanted)) in found.columns()[1..].iter().zip(wanted.columns()).enumerate() {
            assert!(found == wanted, "{}, column {}", table.name, table.columns[at + 1].name);
        }
        assert_eq!(found.schema().fields(), table.arrow().fields(), "{}", table.name);
    }
    assert!(lake.verify(true).unwrap().is_empty());
}

#[tokio::test]
async fn a_table_without_parts_is_empty() {
    let (_dir, lake) = empty_lake();
    let snapshot = lake.snapshot();
    assert_eq!(snapshot.version(), 0);
    for table in TABLES {
        assert_eq!(count(&snapshot, table.name).await, 0);
        let found = snapshot.sql(&format!("SELECT * FROM {}", table.name), &crate::Limits::default()).await.unwrap();
        assert_eq!(found.schema.fields(), table.arrow().fields());
    }
}

#[tokio::test]
async fn readers_keep_their_snapshot() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    for at in 0..5 {
        writer.append("owners", &sample(def("owners"), at * 10, 10)).unwrap();
        writer.commit(1).unwrap();
    }
    let before = lake.snapshot();
    assert_eq!(before.parts().len(), 5);
    assert!(writer.compact(2).unwrap());
    let joined = lake.snapshot();
    assert_eq!(joined.parts().len(), 1);
    writer.replace("owners", &sample(def("owners"), 0, 7)).unwrap();
    writer.commit(3).unwrap();
    assert_eq!(count(&before, "owners").await, 50);
    assert_eq!(count(&joined, "owners").await, 50);
    assert_eq!(count(&lake.snapshot(), "owners").await, 7);
}

#[tokio::test]
async fn joined_parts_hold_the_same_rows() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    for at in 0..6 {
        writer.append("commits", &sample(def("commits"), at * 100, 100)).unwrap();
        writer.commit(1).unwrap();
    }
    let all = "SELECT * FROM commits ORDER BY position";
    let before = lake.snapshot().query(all, &[]).await.unwrap();
    assert!(writer.compact(1).unwrap());
    assert!(!writer.compact(1).unwrap());
    let after = lake.snapshot().query(all, &[]).await.unwrap();
    let whole = |batches: &[_]| concat_batches(&def("commits").arrow(), batches).unwrap();
    assert_eq!(whole(&before), whole(&after));
    assert!(lake.verify(true).unwrap().is_empty());
}

#[test]
fn old_files_go_after_a_day() {
    let (dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 10)).unwrap();
    writer.commit(1_000).unwrap();
    let old = dir.path().join(&lake.snapshot().parts()[0].file);
    writer.replace("owners", &sample(def("owners"), 0, 5)).unwrap();
    writer.commit(1_000).unwrap();
    writer.append("owners", &sample(def("owners"), 5, 5)).unwrap();
    writer.commit(999 + DAY).unwrap();
    assert!(old.exists());
    writer.append("owners", &sample(def("owners"), 10, 5)).unwrap();
    writer.commit(1_000 + DAY).unwrap();
    assert!(!old.exists());
}

#[test]
fn leftovers_of_a_killed_run_go() {
    let (dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 10)).unwrap();
    writer.commit(1).unwrap();
    drop(writer);
    let left = dir.path().join("owners/repo=one/part-99.parquet");
    fs::write(&left, b"half a file").unwrap();
    let mut writer = lake.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 10, 10)).unwrap();
    writer.commit(i64::MAX / 2).unwrap();
    assert!(!left.exists());
    assert!(lake.verify(true).unwrap().is_empty());
}

#[tokio::test]
async fn repositories_do_not_touch_each_other() {
    let (_dir, lake) = empty_lake();
    for (repo, rows) in [("one", 3), ("two", 4)] {
        let mut writer = lake.writer(repo).unwrap();
        writer.append("owners", &sample(def("owners"), 0, rows)).unwrap();
        writer.set_entry(entry(repo));
        writer.commit(1).unwrap();
    }
    let mut writer = lake.writer("one").unwrap();
    writer.clear_all();
    writer.commit(2).unwrap();
    let snapshot = lake.snapshot();
    assert_eq!(count(&snapshot, "owners").await, 4);
    assert_eq!(snapshot.row_count("two", "owners"), 4);
    writer.forget(3).unwrap();
    let names: Vec<String> = lake.snapshot().repos().iter().map(|entry| entry.id.clone()).collect();
    assert_eq!(names, ["two"]);
}

#[test]
fn nothing_new_writes_nothing() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.set_entry(entry("one"));
    writer.commit(1).unwrap();
    writer.set_entry(entry("one"));
    writer.commit(2).unwrap();
    assert_eq!(lake.snapshot().version(), 1);
}

#[test]
fn an_empty_batch_clears_a_table() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("admissions", &sample(def("admissions"), 0, 3)).unwrap();
    writer.commit(1).unwrap();
    writer.replace("admissions", &sample(def("admissions"), 0, 0)).unwrap();
    writer.commit(2).unwrap();
    assert_eq!(lake.snapshot().row_count("one", "admissions"), 0);
}

#[test]
fn a_second_writer_learns_who_works() {
    let (_dir, lake) = empty_lake();
    let _first = lake.writer("one").unwrap();
    let busy = lake.writer("two").unwrap_err();
    assert!(busy.to_string().contains(&format!("process {}", std::process::id())), "{busy}");
}

#[test]
fn wrong_rows_and_names_are_refused() {
    let (_dir, lake) = empty_lake();
    assert!(matches!(lake.writer("../up"), Err(LakeError::BadRepo(_))));
    let mut writer = lake.writer("one").unwrap();
    let batch = sample(def("owners"), 0, 1);
    assert!(matches!(writer.append("changes", &batch), Err(LakeError::WrongColumns { table: "changes", .. })));
    assert!(matches!(writer.append("chnges", &batch), Err(LakeError::NoTable(_))));
}

#[test]
fn another_process_is_seen() {
    let (dir, lake) = empty_lake();
    assert_eq!(lake.snapshot().version(), 0);
    let other = Lake::open(dir.path()).unwrap();
    let mut writer = other.writer("one").unwrap();
    writer.append("owners", &sample(def("owners"), 0, 1)).unwrap();
    writer.commit(1).unwrap();
    assert_eq!(lake.snapshot().version(), 1);
}

#[derive(Debug, Deserialize, PartialEq)]
struct Pair {
    key: String,
    value: String,
}

#[derive(Debug, Deserialize, PartialEq)]
struct CommitRow {
    sha: String,
    parents: Vec<String>,
    trailers: Vec<Pair>,
    committed_at: i64,
    change_number: Option<u32>,
    signed: bool,
}

#[tokio::test]
async fn rows_become_structs() {
    let (_dir, lake) = empty_lake();
    let mut writer = lake.writer("one").unwrap();
    writer.append("commits", &sample(def("commits"), 0, 3)).unwrap();
    writer.commit(1).unwrap();
    let found: Vec<CommitRow> = lake
        .snapshot()
        .rows("SELECT * FROM commits WHERE sha = $sha", &[("sha", format!("{:040x}", 1).into())])
        .await
        .unwrap();
    let wanted = CommitRow {
        sha: format!("{:040x}", 1),
        parents: vec!["1.0".to_owned()],
        trailers: vec![Pair { key: "1.0".to_owned(), value: "1.0".to_owned() }],
        committed_at: 1,
        change_number: Some(1),
        signed: false,
    };
    assert_eq!(found, [wanted]);
}

#[tokio::test]
async fn a_null_needs_an_option() {
    #[derive(Debug, Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "only its reading is of interest")]
        added: u32,
    }
    let (_dir, lake) = empty_lake();
    let refusal = lake.snapshot().rows::<Row>("SELECT CAST(NULL AS BIGINT) AS added", &[]).await.unwrap_err();
    assert!(refusal.to_string().contains("column `added`"), "{refusal}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_text_and_number_survive(values in prop::collection::vec((".{0,40}", any::<i64>()), 1..40)) {
        let dir = TempDir::new().unwrap();
        let lake = Lake::open(dir.path()).unwrap();
        let mut writer = lake.writer("one").unwrap();
        let paths = texts(values.iter().map(|(path, _)| path));
        let lines = numbers(values.iter().map(|(_, lines)| *lines));
        writer.append("owners", &rows("owners", values.len(), &[("path", paths), ("lines", lines)])).unwrap();
        writer.commit(1).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let snapshot = lake.snapshot();
        let found: Vec<(String, i64)> = runtime.block_on(snapshot.rows("SELECT path, lines FROM owners", &[])).unwrap();
        prop_assert_eq!(found, values);
    }
}
