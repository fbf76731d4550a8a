//! Answers as text or files: table, CSV, JSON, NDJSON, Parquet and Arrow IPC.

use std::io::Write;
use std::str::FromStr;
use std::sync::Arc;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, Table};
use datafusion::arrow::array::Array;
use datafusion::arrow::csv::WriterBuilder as CsvBuilder;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::arrow::json::writer::{JsonArray, JsonFormat, LineDelimited, WriterBuilder as JsonBuilder};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;

use crate::sql::SqlAnswer;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// Comma-separated values with a header; lists are joined with spaces.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// A Parquet file.
    Parquet,
    /// An Arrow IPC file.
    Arrow,
}

impl Format {
    /// Every format with the word that names it.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("table", Self::Table),
        ("csv", Self::Csv),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("parquet", Self::Parquet),
        ("arrow", Self::Arrow),
    ];

    /// Whether the format is text that a terminal can show.
    #[must_use]
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Parquet | Self::Arrow)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, format)| *format).ok_or_else(|| {
            let words: Vec<&str> = Self::WORDS.iter().map(|(word, _)| *word).collect();
            format!("no format `{word}`; there are {}", words.join(", "))
        })
    }
}

/// Writing an answer failed.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The destination does not take it.
    #[error("cannot write the answer")]
    Io(#[from] std::io::Error),
    /// A column cannot be written in this format.
    #[error("cannot write the answer in this format")]
    Arrow(#[from] ArrowError),
    /// A column cannot be written as Parquet.
    #[error("cannot write the answer as Parquet")]
    Parquet(#[from] ParquetError),
}

/// Writes an answer.
///
/// # Errors
/// When the destination fails or a column has no form in the format.
pub fn write(answer: &SqlAnswer, format: Format, to: &mut (impl Write + Send)) -> Result<(), OutputError> {
    match format {
        Format::Table => write_table(answer, to),
        Format::Csv => write_csv(answer, to),
        Format::Json => write_json::<JsonArray>(answer, to),
        Format::Ndjson => write_json::<LineDelimited>(answer, to),
        Format::Parquet => write_parquet(answer, to),
        Format::Arrow => write_arrow(answer, to),
    }
}

fn write_table(answer: &SqlAnswer, to: &mut impl Write) -> Result<(), OutputError> {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(answer.schema.fields().iter().map(|field| field.name()));
    let options = FormatOptions::default().with_null("").with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S"));
    for batch in &answer.batches {
        let columns = batch
            .columns()
            .iter()
            .map(|column| Ok((column.data_type().is_numeric(), ArrayFormatter::try_new(column, &options)?)))
            .collect::<Result<Vec<_>, ArrowError>>()?;
        for row in 0..batch.num_rows() {
            table.add_row(columns.iter().map(|(number, text)| {
                let cell = Cell::new(text.value(row).to_string());
                if *number { cell.set_alignment(CellAlignment::Right) } else { cell }
            }));
        }
    }
    writeln!(to, "{table}")?;
    Ok(())
}

fn write_csv(answer: &SqlAnswer, to: &mut impl Write) -> Result<(), OutputError> {
    let mut writer = CsvBuilder::new().with_header(true).build(to);
    writer.write(&flat(&RecordBatch::new_empty(Arc::clone(&answer.schema)))?)?;
    for batch in &answer.batches {
        writer.write(&flat(batch)?)?;
    }
    Ok(())
}

/// Lists and structs as text: CSV has no form for them.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let options = FormatOptions::default();
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if !column.data_type().is_nested() {
            fields.push(field.as_ref().clone());
            columns.push(Arc::clone(column));
            continue;
        }
        let text = ArrayFormatter::try_new(column, &options)?;
        let values = (0..column.len()).map(|row| column.is_valid(row).then(|| text.value(row).to_string()));
        columns.push(Arc::new(values.collect::<datafusion::arrow::array::StringArray>()));
        fields.push(Field::new(field.name(), DataType::Utf8, true));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn write_json<F: JsonFormat>(answer: &SqlAnswer, to: &mut impl Write) -> Result<(), OutputError> {
    let mut writer = JsonBuilder::new().with_explicit_nulls(true).build::<_, F>(&mut *to);
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(())
}

fn write_parquet(answer: &SqlAnswer, to: &mut (impl Write + Send)) -> Result<(), OutputError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(to, Arc::clone(&answer.schema), Some(properties))?;
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}

fn write_arrow(answer: &SqlAnswer, to: &mut impl Write) -> Result<(), OutputError> {
    let mut writer = FileWriter::try_new(to, &answer.schema)?;
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(())
}
