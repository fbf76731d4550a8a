//! One Parquet file: how it is written, hashed on the way, and read back whole.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::file::reader::ChunkReader;
use datafusion::parquet::schema::types::ColumnPath;

use crate::disk::DiskFile;
use crate::error::LakeError;
use crate::manifest::Part;
use crate::place::Place;
use crate::schema::{Column, Kind, TableDef};

/// Rows of a row group.
pub(crate) const GROUP_ROWS: usize = 128 * 1024;

/// Rows at which a part is closed and the next one begun, so that no file grows without bound.
pub(crate) const PART_ROWS: u64 = 8 * GROUP_ROWS as u64;

/// Paths repeat within a row group, but a large repository has more of them than fit the usual 1 MiB dictionary.
const PATH_DICTIONARY_BYTES: usize = 8 << 20;

/// A file under construction that knows its own checksum.
struct Hashed {
    file: Box<dyn DiskFile>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buf)?;
        self.hasher.update(buf.get(..written).unwrap_or(buf));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes one part; nothing of it exists for a reader until a manifest names it.
pub(crate) struct PartWriter {
    table: &'static TableDef,
    schema: SchemaRef,
    repo: String,
    file: String,
    place: PathBuf,
    path: PathBuf,
    writer: ArrowWriter<Hashed>,
    rows: u64,
}

impl PartWriter {
    /// Begins `<table>/repo=<repo>/part-<number>.parquet`.
    pub(crate) fn create(
        place: &dyn Place,
        table: &'static TableDef,
        repo: &str,
        number: u64,
    ) -> Result<Self, LakeError> {
        let name = name(table, repo, number);
        let path = place.address().join(&name);
        let file = place.create(&name)?;
        let sink = Hashed { file, hasher: blake3::Hasher::new(), bytes: 0 };
        let schema = table.arrow();
        let writer =
            ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties(table))).map_err(LakeError::part(&path))?;
        Ok(Self {
            table,
            schema,
            repo: repo.to_owned(),
            file: name,
            place: place.address().to_owned(),
            path,
            writer,
            rows: 0,
        })
    }

    /// Adds rows with all of the table's columns.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        // Another naming of list items or another nullability is no other content; the table's own schema is the one stored.
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())
            .map_err(|source| LakeError::WrongColumns { table: self.table.name, source })?;
        self.writer.write(&batch).map_err(LakeError::part(&self.path))?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    pub(crate) fn is_full(&self) -> bool {
        self.rows >= PART_ROWS
    }

    /// Writes what is left, waits for the disk, and says what a manifest must know.
    pub(crate) fn finish(mut self) -> Result<Part, LakeError> {
        self.writer.finish().map_err(LakeError::part(&self.path))?;
        let sink = self.writer.inner_mut();
        sink.file.sync().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => LakeError::Overtaken { path: self.place },
            _ => LakeError::io("write", &self.path)(error),
        })?;
        Ok(Part {
            table: self.table.name.to_owned(),
            repo: self.repo,
            file: self.file,
            rows: self.rows,
            bytes: sink.bytes,
            blake3: sink.hasher.finalize().to_hex().to_string(),
        })
    }
}

/// A part's file, relative to the lake.
pub(crate) fn name(table: &TableDef, repo: &str, number: u64) -> String {
    format!("{}/repo={repo}/part-{number}.parquet", table.name)
}

/// A part's rows, batch by batch; `path` is for messages.
pub(crate) fn rows(file: impl ChunkReader + 'static, path: &Path) -> Result<ParquetRecordBatchReader, LakeError> {
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(8192).build())
        .map_err(LakeError::part(path))
}

/// BLAKE3 of everything that is read, hex.
pub(crate) fn checksum(mut from: impl Read) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut from, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn properties(table: &TableDef) -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let start = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page);
    table
        .columns
        .iter()
        .fold(start, |builder, column| {
            let path = ColumnPath::from(column.name);
            match storage(table, column) {
                Storage::Dictionary => builder,
                Storage::Looked => builder
                    .set_column_dictionary_page_size_limit(path.clone(), PATH_DICTIONARY_BYTES)
                    .set_column_bloom_filter_enabled(path, true),
                Storage::Unique => builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path.clone(), Encoding::DELTA_LENGTH_BYTE_ARRAY)
                    .set_column_statistics_enabled(path, EnabledStatistics::None),
                Storage::Key => builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path.clone(), Encoding::DELTA_LENGTH_BYTE_ARRAY)
                    .set_column_bloom_filter_enabled(path, true),
                Storage::Rising => builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
            }
        })
        .build()
}

/// How a column is laid out in the file.
enum Storage {
    /// Few values: a dictionary, as Parquet does by itself.
    Dictionary,
    /// Repeated values that people look for: a large dictionary and a bloom filter.
    Looked,
    /// Values that never repeat and are not looked for: a dictionary would only cost, and so would their smallest and largest.
    Unique,
    /// Values that never repeat but are looked for.
    Key,
    /// Numbers near their predecessor.
    Rising,
}

fn storage(table: &TableDef, column: &Column) -> Storage {
    match (column.kind, column.name) {
        (Kind::Id, "sha") if table.name == "commits" => Storage::Key,
        (Kind::Id, "sha") | (Kind::Path, "path") => Storage::Looked,
        (Kind::Id, "head") => Storage::Dictionary,
        (Kind::Id, _) | (Kind::Text, "subject" | "body" | "text") => Storage::Unique,
        (Kind::Time, _) | (Kind::Whole, "position") => Storage::Rising,
        _ => Storage::Dictionary,
    }
}
