//! From the planner's errors to sentences: what is wrong, where it stands, and the name that was probably meant.

use std::collections::BTreeSet;

use datafusion::common::{Diagnostic, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use crate::error::{Place, SqlError, Thing};
use crate::tables::TABLES;
use crate::views::VIEWS;

/// Names less alike than this are not worth a question.
const LEAST_LIKENESS: f64 = 0.75;

/// Explains an error that has nothing to do with a statement's wording.
pub(crate) fn explain_failure(error: DataFusionError) -> SqlError {
    let root = error.find_root();
    match root {
        DataFusionError::ResourcesExhausted(_) => SqlError::TooLarge { mebibytes: 0 },
        DataFusionError::ParquetError(_) | DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
            SqlError::Damaged(Box::new(error))
        }
        DataFusionError::Plan(message)
        | DataFusionError::Execution(message)
        | DataFusionError::NotImplemented(message) => {
            SqlError::Meaning { message: first_sentence(message), place: place(&error) }
        }
        DataFusionError::ArrowError(inner, _) => SqlError::Meaning { message: inner.to_string(), place: place(&error) },
        DataFusionError::SchemaError(inner, _) => {
            SqlError::Meaning { message: inner.to_string(), place: place(&error) }
        }
        _ => SqlError::Failed(Box::new(error)),
    }
}

/// Explains an error of a statement, with the names that the context knows.
pub(crate) fn explain(error: DataFusionError, context: &SessionContext) -> SqlError {
    let place_known = place(&error);
    let unknown =
        |thing, name: &str, nearest| SqlError::Unknown { thing, name: name.to_owned(), nearest, place: place_known };
    match error.find_root() {
        DataFusionError::SQL(inner, _) => {
            let (message, place) = split_place(&inner.to_string());
            SqlError::Syntax { message, place: place_known.or(place) }
        }
        DataFusionError::SchemaError(inner, _) => match &**inner {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let names: BTreeSet<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
                let nearest = nearest(&field.name, names).or_else(|| column_elsewhere(&field.name));
                unknown(Thing::Column, &field.name, nearest)
            }
            _ => explain_failure(error),
        },
        DataFusionError::Plan(message) => {
            if let Some(name) = quoted(message, "table '", "' not found") {
                let name = name.rsplit('.').next().unwrap_or(name);
                let names = TABLES.iter().map(|table| table.name).chain(VIEWS.iter().map(|view| view.name));
                return unknown(Thing::Table, name, nearest(name, names));
            }
            if let Some(name) = quoted(message, "Invalid function '", "'") {
                let state = context.state();
                let names = state
                    .scalar_functions()
                    .keys()
                    .chain(state.aggregate_functions().keys())
                    .chain(state.window_functions().keys());
                return unknown(Thing::Function, name, nearest(name, names.map(String::as_str)));
            }
            explain_failure(error)
        }
        _ => explain_failure(error),
    }
}

/// The name most like the one given, when one is like it at all.
fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = name.to_lowercase();
    names
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LEAST_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// A column of that very name in another table: the join is missing, or the wrong table asked.
fn column_elsewhere(name: &str) -> Option<String> {
    TABLES.iter().find(|table| table.column(name).is_some()).map(|table| format!("{}.{name}", table.name))
}

fn place(error: &DataFusionError) -> Option<Place> {
    let span = diagnostic(error)?.span?;
    Some(Place { line: span.start.line, column: span.start.column })
}

fn diagnostic(error: &DataFusionError) -> Option<&Diagnostic> {
    error.diagnostic()
}

/// Takes the parser's ` at Line: 1, Column: 8` off its message.
fn split_place(message: &str) -> (String, Option<Place>) {
    let message = message.trim_start_matches("sql parser error: ");
    let Some((text, rest)) = message.rsplit_once(" at Line: ") else {
        return (lower_first(message), None);
    };
    let numbers: Vec<u64> = rest.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [line, column, ..] => (lower_first(text), Some(Place { line: *line, column: *column })),
        _ => (lower_first(message), None),
    }
}

fn quoted<'a>(message: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = message.find(before)? + before.len();
    let rest = message.get(start..)?;
    rest.get(..rest.find(after)?)
}

fn first_sentence(message: &str) -> String {
    lower_first(message.lines().next().unwrap_or(message).trim_end_matches('.'))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
