//! A table: ordered and turned by links, so that it works without script and a view of it can be sent to somebody.

use askama::Template;
use desk::Refusal;
use desk::sheet::{Align, Cell, Column, Row, Table, Thousands};

use super::Pen;
use crate::Html;

/// Rows of a page.
const PAGE: usize = 25;
/// Letters from which a cell is prose, and keeps a width at which it can be read.
const LONG: usize = 40;

#[derive(Template)]
#[template(path = "parts/table.html")]
struct TablePart<'a> {
    table: &'a Table,
    heads: Vec<Head<'a>>,
    /// Each cell with the class that it has, if any.
    rows: Vec<Vec<(Html, Option<&'static str>)>>,
    range: Option<String>,
    back: Option<String>,
    on: Option<String>,
    all: Option<String>,
    more: Option<String>,
}

struct Head<'a> {
    column: &'a Column,
    /// Where ordering by it leads, when it can be ordered by.
    href: Option<String>,
    /// `ascending`, `descending` or nothing.
    order: Option<&'static str>,
    end: bool,
}

pub(super) fn draw(pen: &Pen, table: &Table) -> Result<Html, Refusal> {
    let (sort, turn) = (format!("sort.{}", table.id), format!("page.{}", table.id));
    let order = pen.asked(&sort).or(table.order.as_deref()).unwrap_or_default();
    let rows: Vec<&Row> = if pen.asked(&sort).is_some() { table.sorted(order) } else { table.rows.iter().collect() };
    let whole = pen.asked(&turn) == Some("all");
    let last = rows.len().div_ceil(PAGE).max(1);
    let page = pen.asked(&turn).and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).clamp(1, last);
    let (from, count) = if whole { (0, rows.len()) } else { ((page - 1) * PAGE, PAGE) };
    let shown: Vec<_> = rows.iter().skip(from).take(count).copied().collect();
    let link =
        |page: usize| format!("{}#{}", pen.with(&turn, (page > 1).then(|| page.to_string()).as_deref()), table.id);
    let many = rows.len() > PAGE && !whole;
    Html::of(&TablePart {
        table,
        heads: table.columns.iter().map(|column| head(pen, table, column, order, &sort)).collect(),
        rows: shown.iter().map(|row| cells(pen, table, row)).collect(),
        range: many.then(|| format!("{}–{} of {}", from + 1, from + shown.len(), count_of(rows.len()))),
        back: (many && page > 1).then(|| link(page - 1)),
        on: (many && page < last).then(|| link(page + 1)),
        all: (many && rows.len() <= 1000).then(|| format!("{}#{}", pen.with(&turn, Some("all")), table.id)),
        more: (table.more > 0).then(|| format!("{} more are not listed here.", Thousands(table.more))),
    })
}

fn head<'a>(pen: &Pen, table: &Table, column: &'a Column, order: &str, sort: &str) -> Head<'a> {
    let down = format!("-{}", column.key);
    let now = if order == column.key {
        Some("ascending")
    } else if order == down {
        Some("descending")
    } else {
        None
    };
    let end = column.align == Align::End;
    // Numbers begin with the largest, words with the first letter; a second click turns the order round.
    let falls = match now {
        Some(order) => order == "ascending",
        None => end,
    };
    let next = if falls { down } else { column.key.clone() };
    let fresh = Pen {
        query: pen.query.iter().filter(|(name, _)| *name != format!("page.{}", table.id)).cloned().collect(),
        ..pen.clone()
    };
    let href =
        (column.sortable && table.rows.len() > 1).then(|| format!("{}#{}", fresh.with(sort, Some(&next)), table.id));
    Head { column, href, order: now, end }
}

fn cells(pen: &Pen, table: &Table, row: &Row) -> Vec<(Html, Option<&'static str>)> {
    let class = |cell: &Cell, column: &Column| match column.align {
        Align::End => Some("end"),
        _ if cell.words().chars().count() > LONG => Some("long"),
        _ => None,
    };
    row.cells.iter().zip(&table.columns).map(|(cell, column)| (pen.cell(cell), class(cell, column))).collect()
}

fn count_of(rows: usize) -> Thousands {
    Thousands(u64::try_from(rows).unwrap_or(u64::MAX))
}
