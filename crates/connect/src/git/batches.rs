//! Rows of `history` as record batches: one function a table, with the table's columns in their order but `repo`, which the lake adds.

use std::sync::Arc;

use history::rows::{
    Admission, Change, Commit, ComplexityAt, Death, Duplicate, File, Function, FunctionChange, Import, Manifest, Owner,
    RefSeen, Setting, Survival, Trailer, Type,
};
use lake::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringViewArray, StringViewBuilder, StructArray,
    TimestampMillisecondArray,
};
use lake::arrow::buffer::OffsetBuffer;
use lake::arrow::datatypes::{DataType, Field};
use lake::arrow::error::ArrowError;
use lake::arrow::record_batch::RecordBatch;
use lake::schema::{Kind, pair_fields};
use lake::tables;

type Batch = Result<RecordBatch, ArrowError>;

pub(super) fn commits(rows: &[Commit]) -> Batch {
    batch(
        "commits",
        vec![
            texts(rows, |r| r.sha.as_str()),
            texts(rows, |r| r.tree.as_str()),
            lists(rows, |r| r.parents.iter().map(String::as_str)),
            texts(rows, |r| r.author_name.as_str()),
            texts(rows, |r| r.author_email.as_str()),
            times(rows, |r| r.authored_at),
            numbers(rows, |r| r.author_offset_min),
            texts(rows, |r| r.committer_name.as_str()),
            texts(rows, |r| r.committer_email.as_str()),
            times(rows, |r| r.committed_at),
            texts(rows, |r| r.subject.as_str()),
            texts(rows, |r| r.body.as_str()),
            trailers(rows)?,
            texts(rows, |r| r.kind.word()),
            maybe_numbers(rows, |r| r.change_number),
            lists(rows, |r| r.work_item_keys.iter().map(String::as_str)),
            truths(rows, |r| r.signed),
            lists(rows, |r| r.flags.iter().map(|flag| flag.word())),
            numbers(rows, |r| r.position),
        ],
    )
}

pub(super) fn changes(rows: &[Change]) -> Batch {
    batch(
        "changes",
        vec![
            texts(rows, |r| r.sha.as_str()),
            numbers(rows, |r| r.parent_index),
            texts(rows, |r| r.path.as_str()),
            maybe_texts(rows, |r| r.old_path.as_deref()),
            texts(rows, |r| r.kind.word()),
            maybe_numbers(rows, |r| r.similarity),
            numbers(rows, |r| r.old_mode),
            numbers(rows, |r| r.mode),
            maybe_numbers(rows, |r| r.added),
            maybe_numbers(rows, |r| r.deleted),
            maybe_texts(rows, |r| r.old_blob.as_deref()),
            maybe_texts(rows, |r| r.blob.as_deref()),
            maybe_texts(rows, |r| r.language),
            texts(rows, |r| r.role.word()),
        ],
    )
}

pub(super) fn owners(table: &str, rows: &[Owner], head: &str) -> Batch {
    batch(
        table,
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.sha.as_str()),
            numbers(rows, |r| r.lines),
        ],
    )
}

pub(super) fn deaths(rows: &[Death]) -> Batch {
    batch(
        "deaths",
        vec![
            texts(rows, |r| r.sha.as_str()),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.born_sha.as_str()),
            numbers(rows, |r| r.lines),
            maybe_numbers(rows, |r| r.code_lines),
        ],
    )
}

pub(super) fn survival(rows: &[Survival]) -> Batch {
    batch(
        "survival",
        vec![
            texts(rows, |r| r.cohort_month.as_str()),
            texts(rows, |r| r.person_key.as_str()),
            texts(rows, |r| r.at_month.as_str()),
            numbers(rows, |r| r.lines.cast_signed()),
        ],
    )
}

pub(super) fn files(rows: &[File], head: &str) -> Batch {
    batch(
        "files",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.blob.as_str()),
            numbers(rows, |r| r.lines),
            numbers(rows, |r| r.blank),
            numbers(rows, |r| r.comment),
            numbers(rows, |r| r.code),
            numbers(rows, |r| r.bytes.cast_signed()),
            maybe_texts(rows, |r| r.language),
            texts(rows, |r| r.role.word()),
            truths(rows, |r| r.binary),
            maybe_numbers(rows, |r| r.cognitive),
            maybe_numbers(rows, |r| r.cyclomatic),
            fractions(rows, |r| r.indent_sum),
            fractions(rows, |r| r.indent_mean),
            fractions(rows, |r| r.indent_sd),
            truths(rows, |r| r.unparsed),
        ],
    )
}

pub(super) fn functions(rows: &[Function], head: &str) -> Batch {
    batch(
        "functions",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.name.as_str()),
            maybe_texts(rows, |r| r.container.as_deref()),
            numbers(rows, |r| r.start_line),
            numbers(rows, |r| r.end_line),
            numbers(rows, |r| r.parameters),
            numbers(rows, |r| r.code_lines),
            numbers(rows, |r| r.cyclomatic),
            numbers(rows, |r| r.cognitive),
            numbers(rows, |r| r.nesting),
        ],
    )
}

pub(super) fn function_changes(rows: &[FunctionChange]) -> Batch {
    batch(
        "function_changes",
        vec![
            texts(rows, |r| r.sha.as_str()),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.name.as_str()),
            maybe_texts(rows, |r| r.container.as_deref()),
            numbers(rows, |r| r.added),
            numbers(rows, |r| r.deleted),
        ],
    )
}

pub(super) fn complexity_history(rows: &[ComplexityAt]) -> Batch {
    batch(
        "complexity_history",
        vec![
            texts(rows, |r| r.sha.as_str()),
            texts(rows, |r| r.path.as_str()),
            fractions(rows, |r| r.complexity),
            numbers(rows, |r| r.code_lines),
        ],
    )
}

pub(super) fn admissions(rows: &[Admission], head: &str) -> Batch {
    batch(
        "admissions",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            numbers(rows, |r| r.line),
            texts(rows, |r| r.marker),
            texts(rows, |r| r.text.as_str()),
            maybe_texts(rows, |r| r.first_sha.as_deref()),
            maybe_texts(rows, |r| r.in_function.as_deref()),
        ],
    )
}

pub(super) fn imports(rows: &[Import], head: &str) -> Batch {
    batch(
        "imports",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            numbers(rows, |r| r.line),
            texts(rows, |r| r.target_raw.as_str()),
            maybe_texts(rows, |r| r.target_path.as_deref()),
        ],
    )
}

pub(super) fn manifests(rows: &[Manifest], head: &str) -> Batch {
    batch(
        "manifests",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.ecosystem),
            texts(rows, |r| r.name.as_str()),
            texts(rows, |r| r.requirement.as_str()),
            maybe_texts(rows, |r| r.resolved.as_deref()),
            texts(rows, |r| r.kind),
        ],
    )
}

pub(super) fn duplicates(rows: &[Duplicate], head: &str) -> Batch {
    batch(
        "duplicates",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            numbers(rows, |r| r.start_line),
            numbers(rows, |r| r.end_line),
            texts(rows, |r| r.other_path.as_str()),
            numbers(rows, |r| r.other_start_line),
            numbers(rows, |r| r.other_end_line),
            numbers(rows, |r| r.lines),
        ],
    )
}

pub(super) fn types(rows: &[Type], head: &str) -> Batch {
    batch(
        "types",
        vec![
            texts(rows, |_| head),
            texts(rows, |r| r.path.as_str()),
            texts(rows, |r| r.name.as_str()),
            numbers(rows, |r| r.start_line),
            numbers(rows, |r| r.end_line),
            numbers(rows, |r| r.methods),
            numbers(rows, |r| r.groups),
        ],
    )
}

pub(super) fn settings(rows: &[Setting], head: &str) -> Batch {
    batch("settings", vec![texts(rows, |_| head), texts(rows, |r| r.path.as_str()), texts(rows, |r| r.text.as_str())])
}

pub(super) fn refs_seen(rows: &[RefSeen]) -> Batch {
    batch("refs_seen", vec![texts(rows, |r| r.name.as_str()), texts(rows, |r| r.sha.as_str()), times(rows, |r| r.at)])
}

fn batch(table: &str, columns: Vec<ArrayRef>) -> Batch {
    let table = tables::table(table).ok_or_else(|| ArrowError::SchemaError(format!("no fact table `{table}`")))?;
    RecordBatch::try_new(table.arrow_without_repo(), columns)
}

fn texts<'a, R>(rows: &'a [R], value: impl Fn(&'a R) -> &'a str) -> ArrayRef {
    Arc::new(StringViewArray::from_iter_values(rows.iter().map(value)))
}

fn maybe_texts<'a, R>(rows: &'a [R], value: impl Fn(&'a R) -> Option<&'a str>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<StringViewArray>())
}

fn numbers<R, N: Into<i64>>(rows: &[R], value: impl Fn(&R) -> N) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| value(row).into())))
}

fn maybe_numbers<R, N: Into<i64>>(rows: &[R], value: impl Fn(&R) -> Option<N>) -> ArrayRef {
    Arc::new(rows.iter().map(|row| value(row).map(Into::into)).collect::<Int64Array>())
}

fn fractions<R>(rows: &[R], value: impl Fn(&R) -> f32) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| f64::from(value(row)))))
}

fn truths<R>(rows: &[R], value: impl Fn(&R) -> bool) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(value(row))).collect::<BooleanArray>())
}

/// Seconds as a moment in milliseconds. A time beyond what 64 bits of milliseconds hold is kept at the end of that range.
fn times<R>(rows: &[R], value: impl Fn(&R) -> i64) -> ArrayRef {
    let milliseconds = rows.iter().map(|row| value(row).saturating_mul(1000));
    Arc::new(TimestampMillisecondArray::from_iter_values(milliseconds).with_timezone("UTC"))
}

fn lists<'a, R, I: ExactSizeIterator<Item = &'a str>>(rows: &'a [R], value: impl Fn(&'a R) -> I) -> ArrayRef {
    let lengths = OffsetBuffer::from_lengths(rows.iter().map(|row| value(row).len()));
    let mut items = StringViewBuilder::new();
    for item in rows.iter().flat_map(value) {
        items.append_value(item);
    }
    let item = Arc::new(Field::new("item", DataType::Utf8View, false));
    Arc::new(ListArray::new(item, lengths, Arc::new(items.finish()), None))
}

fn trailers(rows: &[Commit]) -> Result<ArrayRef, ArrowError> {
    let lengths = OffsetBuffer::from_lengths(rows.iter().map(|row| row.trailers.len()));
    let all: Vec<&Trailer> = rows.iter().flat_map(|row| &row.trailers).collect();
    let keys = texts(&all, |trailer| trailer.key.as_str());
    let values = texts(&all, |trailer| trailer.value.as_str());
    let pairs = StructArray::try_new(pair_fields(), vec![keys, values], None)?;
    let DataType::List(item) = Kind::Pairs.arrow() else {
        return Err(ArrowError::SchemaError("pairs are not a list".to_owned()));
    };
    Ok(Arc::new(ListArray::try_new(item, lengths, Arc::new(pairs), None)?))
}
