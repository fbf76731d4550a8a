//! Rows made up for tests, and a disk that fails when told to.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringViewArray, StructArray,
    TimestampMillisecondArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use tempfile::TempDir;

use crate::disk::{Disk, DiskFile, LocalDisk};
use crate::schema::{Column, Kind, TableDef, pair_fields};
use crate::{Lake, RepoEntry, tables};

pub(super) const DAY: i64 = 86_400;

pub(super) fn def(name: &str) -> &'static TableDef {
    tables::table(name).expect("a fact table")
}

/// A lake in a folder of its own.
pub(super) fn empty_lake() -> (TempDir, Lake) {
    let dir = TempDir::new().unwrap();
    let lake = Lake::open(dir.path()).unwrap();
    (dir, lake)
}

pub(super) fn entry(name: &str) -> RepoEntry {
    RepoEntry {
        name: name.to_owned(),
        path: format!("/repos/{name}"),
        head: Some("h".to_owned()),
        ..RepoEntry::default()
    }
}

/// Rows `from..from + count` of a table, each column filled by its kind; every third value of a column that may be null is.
pub(super) fn sample(table: &TableDef, from: usize, count: usize) -> RecordBatch {
    let columns = table.columns.iter().skip(1).map(|column| filled(column, from, count)).collect();
    RecordBatch::try_new(table.arrow_without_repo(), columns).unwrap()
}

/// As [`sample`] from 0, with some columns given.
pub(super) fn rows(table: &str, count: usize, given: &[(&str, ArrayRef)]) -> RecordBatch {
    let table = def(table);
    let column = |column: &Column| {
        let own = given.iter().find(|(name, _)| *name == column.name).map(|(_, array)| Arc::clone(array));
        own.unwrap_or_else(|| filled(column, 0, count))
    };
    RecordBatch::try_new(table.arrow_without_repo(), table.columns.iter().skip(1).map(column).collect()).unwrap()
}

pub(super) fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(StringViewArray::from_iter_values(values))
}

pub(super) fn numbers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

pub(super) fn fractions(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

pub(super) fn maybe_numbers(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Int64Array>())
}

pub(super) fn truths(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<BooleanArray>())
}

pub(super) fn seconds(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(TimestampMillisecondArray::from_iter_values(values.into_iter().map(|s| s * 1000)).with_timezone("UTC"))
}

fn filled(column: &Column, from: usize, count: usize) -> ArrayRef {
    let ids = || from..from + count;
    let there = |at: &usize| !column.nullable || !at.is_multiple_of(3);
    let text = |at: usize| format!("{}-{at}", column.name);
    match column.kind {
        Kind::Id => Arc::new(ids().map(|at| there(&at).then(|| format!("{at:040x}"))).collect::<StringViewArray>()),
        Kind::Path | Kind::Text => Arc::new(ids().map(|at| there(&at).then(|| text(at))).collect::<StringViewArray>()),
        Kind::Whole => Arc::new(ids().map(|at| there(&at).then_some(at as i64)).collect::<Int64Array>()),
        Kind::Fraction => fractions(ids().map(|at| at as f64 / 4.0)),
        Kind::Truth => truths(ids().map(|at| at % 2 == 0)),
        Kind::Time => seconds(ids().map(|at| at as i64)),
        Kind::Texts | Kind::Pairs => {
            let lengths = ids().map(|at| at % 3);
            let words = texts(ids().flat_map(|at| (0..at % 3).map(move |item| format!("{at}.{item}"))));
            let DataType::List(item) = column.kind.arrow() else { panic!("a list") };
            let items: ArrayRef = match column.kind {
                Kind::Texts => words,
                _ => Arc::new(StructArray::new(pair_fields(), vec![Arc::clone(&words), words], None)),
            };
            Arc::new(ListArray::new(item, OffsetBuffer::from_lengths(lengths), items, None))
        }
    }
}

/// A disk on which every operation after the first `left` fails, as if the process had been killed there.
#[derive(Debug, Clone)]
pub(super) struct FailingDisk {
    left: Arc<AtomicI64>,
}

impl FailingDisk {
    pub(super) fn after(operations: i64) -> Self {
        Self { left: Arc::new(AtomicI64::new(operations)) }
    }

    fn step(&self) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::Relaxed) > 0 { Ok(()) } else { Err(io::Error::other("killed here")) }
    }
}

struct FailingFile {
    file: Box<dyn DiskFile>,
    disk: FailingDisk,
}

impl Write for FailingFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.disk.step()?;
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FailingFile {
    fn sync(&mut self) -> io::Result<()> {
        self.disk.step()?;
        self.file.sync()
    }
}

impl Disk for FailingDisk {
    fn create_dirs(&self, dir: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.create_dirs(dir)
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        Ok(Box::new(FailingFile { file: LocalDisk.create(file)?, disk: self.clone() }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.rename(from, to)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.sync_dir(dir)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.remove(file)
    }
}
