//! The lake in an object store: rows in and out, who comes second, requests that fail or whose answers are lost.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use datafusion::arrow::compute::concat_batches;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path as StorePath;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::support::{def, entry, sample};
use crate::bucket::Bucket;
use crate::tables::TABLES;
use crate::{Harm, Hooks, Lake, LakeError};

fn lake_over(store: Arc<dyn ObjectStore>) -> Lake {
    Lake::open_in(Arc::new(Bucket::over(store, "team/lake")), Hooks::default()).unwrap()
}

fn empty() -> (Arc<InMemory>, Lake) {
    let store = Arc::new(InMemory::new());
    let lake = lake_over(Arc::clone(&store) as _);
    (store, lake)
}

fn write(lake: &Lake, repo: &str, from: usize, rows: usize, now: i64) -> std::result::Result<(), LakeError> {
    let mut writer = lake.writer(repo)?;
    writer.append("owners", &sample(def("owners"), from, rows))?;
    writer.set_entry(entry(repo));
    writer.commit(now)
}

#[tokio::test]
async fn every_table_comes_back_from_a_bucket() {
    let (_store, lake) = empty();
    let mut writer = lake.writer("one").unwrap();
    for at in 0..4 {
        for table in TABLES {
            writer.append(table.name, &sample(table, at * 50, 50)).unwrap();
        }
        writer.commit(1).unwrap();
    }
    assert!(writer.compact(1).unwrap());
    let snapshot = lake.snapshot();
    assert_eq!(snapshot.parts().len(), TABLES.len());
    for table in TABLES {
        let found = snapshot.query(&format!("SELECT * FROM {}", table.name), &[]).await.unwrap();
        let found = concat_batches(&found[0].schema(), &found).unwrap();
        assert!(found.columns()[1..] == *sample(table, 0, 200).columns(), "{}", table.name);
    }
    let answer = snapshot.sql("SELECT DISTINCT repo FROM owners WHERE repo = 'one'", &crate::Limits::default()).await;
    assert_eq!(answer.unwrap().row_count(), 1);
    assert!(lake.verify(true).unwrap().is_empty());
    assert!(!lake.is_here());
}

#[test]
fn another_program_sees_what_was_written() {
    let (store, lake) = empty();
    let other = lake_over(store);
    assert_eq!(other.snapshot().version(), 0);
    write(&lake, "one", 0, 5, 1).unwrap();
    assert_eq!(other.snapshot().row_count("one", "owners"), 5);
    write(&other, "two", 0, 6, 2).unwrap();
    assert_eq!(lake.snapshot().row_count("two", "owners"), 6);
}

/// Two writers begin from the same manifest. The second to commit is told, and has changed nothing.
fn check_race(lake: &Lake, other: &Lake, rows: usize) {
    let before = lake.snapshot();
    let (mut first, mut second) = (lake.writer("one").unwrap(), other.writer("one").unwrap());
    first.append("owners", &sample(def("owners"), 0, 3)).unwrap();
    second.append("owners", &sample(def("owners"), 0, rows)).unwrap();
    first.commit(1).unwrap();
    let refusal = second.commit(1).unwrap_err();
    assert!(matches!(refusal, LakeError::Overtaken { .. }), "{refusal:?}");
    assert!(refusal.to_string().contains("another run wrote the lake"), "{refusal}");
    drop(second);
    let after = other.snapshot();
    assert_eq!(after.version(), before.version() + 1);
    assert_eq!(after.row_count("one", "owners"), before.row_count("one", "owners") + 3);
    assert!(other.verify(true).unwrap().is_empty());
}

#[test]
fn the_second_writer_is_told() {
    let (store, lake) = empty();
    let other = lake_over(store);
    // Twice: the first manifest of all is raced for, and one that replaces another.
    check_race(&lake, &other, 7);
    check_race(&lake, &other, 7);
    write(&other, "one", 0, 7, 2).unwrap();
    assert_eq!(lake.snapshot().row_count("one", "owners"), 2 * 3 + 7, "whoever lost begins again");
}

#[test]
fn the_same_written_twice_is_there_once() {
    let (store, lake) = empty();
    let other = lake_over(store);
    let (mut first, mut second) = (lake.writer("one").unwrap(), other.writer("one").unwrap());
    for writer in [&mut first, &mut second] {
        writer.replace("owners", &sample(def("owners"), 0, 3)).unwrap();
    }
    first.commit(1).unwrap();
    second.commit(1).unwrap();
    assert_eq!((other.snapshot().version(), other.snapshot().row_count("one", "owners")), (1, 3));
}

#[tokio::test]
async fn harmed_objects_are_found() {
    let (store, lake) = empty();
    write(&lake, "one", 0, 50, 1).unwrap();
    let part = lake.snapshot().parts()[0].clone();
    let path = StorePath::from(format!("team/lake/{}", part.file));
    let whole = store.get(&path).await.unwrap().bytes().await.unwrap();
    let harm = |deep| lake.verify(deep).unwrap().first().map(|damage| damage.harm);
    store.put(&path, whole.slice(..9).into()).await.unwrap();
    assert_eq!(harm(false), Some(Harm::Length { written: part.bytes, found: 9 }));
    let mut changed = whole.to_vec();
    changed[20] ^= 1;
    store.put(&path, changed.into()).await.unwrap();
    assert_eq!((harm(false), harm(true)), (None, Some(Harm::Content)));
    store.delete(&path).await.unwrap();
    assert_eq!(harm(false), Some(Harm::Missing));
    lake.snapshot().query("SELECT path FROM owners", &[]).await.unwrap_err();
}

#[tokio::test]
async fn leftovers_and_dropped_objects_go() {
    let (store, lake) = empty();
    let there = |name: &'static str| {
        let path = StorePath::from(format!("team/lake/owners/repo=one/{name}"));
        let store = Arc::clone(&store);
        async move { store.head(&path).await.is_ok() }
    };
    let left = StorePath::from("team/lake/owners/repo=one/part-99.parquet");
    store.put(&left, "half a file".into()).await.unwrap();
    write(&lake, "one", 0, 10, 1_000).unwrap();
    assert!(there("part-1.parquet").await && there("part-99.parquet").await);
    let mut writer = lake.writer("one").unwrap();
    writer.replace("owners", &sample(def("owners"), 0, 5)).unwrap();
    writer.commit(2_000).unwrap();
    assert!(there("part-1.parquet").await, "a reader may hold it for a day");
    write(&lake, "one", 5, 5, i64::MAX / 2).unwrap();
    assert!(!there("part-1.parquet").await && !there("part-99.parquet").await);
    assert_eq!(lake.snapshot().row_count("one", "owners"), 10);
    assert!(lake.verify(true).unwrap().is_empty());
}

#[tokio::test]
async fn a_lost_manifest_in_a_bucket_is_said() {
    let (store, lake) = empty();
    assert!(!lake.has_lost_its_manifest());
    write(&lake, "one", 0, 10, 1).unwrap();
    let manifest = StorePath::from("team/lake/manifest.json");
    store.delete(&manifest).await.unwrap();
    let again = lake_over(Arc::clone(&store) as _);
    assert!(again.has_lost_its_manifest());
    write(&again, "one", 0, 7, 2).unwrap();
    assert_eq!(again.snapshot().row_count("one", "owners"), 7);
    assert_eq!(lake.snapshot().row_count("one", "owners"), 7, "parts of the lost manifest are never written over");
    assert!(again.verify(true).unwrap().is_empty());
}

/// A store on which the `n`-th put fails, before it is done or after.
#[derive(Debug)]
struct Failing {
    store: Arc<InMemory>,
    left: AtomicI64,
    done: bool,
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failing")
    }
}

fn gone() -> Error {
    Error::Generic { store: "test", source: "the line is cut".into() }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, path: &StorePath, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let fails = self.left.fetch_sub(1, Ordering::Relaxed) == 0;
        if fails && !self.done {
            return Err(gone());
        }
        let put = self.store.put_opts(path, payload, options).await?;
        if fails { Err(gone()) } else { Ok(put) }
    }

    async fn put_multipart_opts(
        &self,
        path: &StorePath,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &StorePath, options: GetOptions) -> Result<GetResult> {
        self.store.get_opts(path, options).await
    }

    async fn get_ranges(&self, path: &StorePath, ranges: &[Range<u64>]) -> Result<Vec<bytes::Bytes>> {
        self.store.get_ranges(path, ranges).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<StorePath>>) -> BoxStream<'static, Result<StorePath>> {
        self.store.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&StorePath>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&StorePath>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &StorePath, to: &StorePath, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

#[test]
fn a_request_that_fails_anywhere_loses_nothing() {
    for done in [false, true] {
        let mut failed = 0;
        for left in 0.. {
            let (store, sound) = empty();
            write(&sound, "one", 0, 50, 1).unwrap();
            let lake = lake_over(Arc::new(Failing { store, left: AtomicI64::new(left), done }));
            let ended = write(&lake, "one", 50, 9, 2);
            let rows = sound.snapshot().row_count("one", "owners");
            assert!(sound.verify(true).unwrap().is_empty());
            assert_eq!(rows, if ended.is_ok() { 59 } else { 50 }, "request {left}, done: {done}");
            if ended.is_err() {
                failed += 1;
                write(&sound, "one", 50, 9, 3).unwrap();
                assert_eq!(sound.snapshot().row_count("one", "owners"), 59);
            } else if left > 2 {
                break;
            }
        }
        // A part whose answer is lost is not known to be there; a manifest is read again.
        assert_eq!(failed, if done { 1 } else { 2 });
    }
}
