//! A person's own question to the facts, as a table.

use std::sync::LazyLock;

use desk::facts::chain;
use desk::sheet::{Cell, Column, Table};
use desk::{Desk, Refusal};
use lake::arrow::datatypes::DataType;
use lake::arrow::util::display::{ArrayFormatter, FormatOptions};
use lake::{Limits, SqlAnswer};
use serde_json::Value;

/// Rows that a page or an assistant gets at most.
pub(crate) const ROWS: usize = 1000;

static FORMAT: LazyLock<FormatOptions<'static>> = LazyLock::new(|| FormatOptions::default().with_null(""));

/// The answer to one read-only statement.
pub(crate) async fn ask(desk: &Desk, statement: &str) -> Result<SqlAnswer, Refusal> {
    if statement.trim().is_empty() {
        return Err(Refusal::fields(vec![desk::FieldError::new(
            "q",
            "write a question, for example: select * from commits limit 10",
        )]));
    }
    let limits = Limits { rows: Some(ROWS), ..Limits::default() };
    Ok(desk.facts().sql(statement, &limits).await?)
}

/// The answer as a table; null is not measured.
pub(crate) fn table(answer: &SqlAnswer) -> Result<Table, Refusal> {
    let columns = answer.schema.fields().iter().enumerate().map(|(place, field)| {
        let key = format!("c{place}");
        let column = if is_number(field.data_type()) {
            Column::numbers(&key, field.name())
        } else {
            Column::words(&key, field.name())
        };
        column.unsorted()
    });
    let mut table = Table::new("result", "Rows of the answer", columns.collect()).or_say("No row answers this.");
    for batch in &answer.batches {
        let formatters = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &FORMAT))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Refusal::fault(chain(&error)))?;
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().zip(&formatters).map(|(column, formatter)| {
                if column.is_null(row) { Cell::missing("null") } else { Cell::text(formatter.value(row).to_string()) }
            });
            table = table.row(cells.collect());
        }
    }
    Ok(table)
}

/// The answer as JSON: an array of objects.
pub(crate) fn json(answer: &SqlAnswer) -> Result<Value, Refusal> {
    let mut bytes = Vec::new();
    lake::output::write(answer, lake::output::Format::Json, &mut bytes)
        .map_err(|error| Refusal::bug("cannot write the rows", error))?;
    serde_json::from_slice(&bytes).map_err(|error| Refusal::bug("cannot write the rows", error))
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}
