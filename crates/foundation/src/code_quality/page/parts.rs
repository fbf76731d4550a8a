//! The sections of the overview, by subject.

pub(in crate::code_quality) mod between;
mod coupling;
mod course;
mod files;
mod goals;
pub(in crate::code_quality) mod map;
pub(in crate::code_quality) mod risk;

use desk::sheet::{Cell, Column, Section, Table};

use crate::code_quality::view::View;

pub(in crate::code_quality) use coupling::{across, coupling};
pub(in crate::code_quality) use course::{sizes, tests, trend};
pub(in crate::code_quality) use files::{complexity, coverage, function_table, functions, hotspots};
pub(in crate::code_quality) use goals::{brought, false_alarms, goals, weights};
pub(in crate::code_quality) use map::treemap;

/// Rows that a page lists of what has no end.
const LISTED: usize = 200;

pub(super) fn not_measured(view: &View) -> Section {
    let columns = vec![Column::words("what", "What"), Column::words("why", "Why not")];
    let rows = view.not_measured.iter().map(|one| vec![Cell::text(&*one.what), Cell::text(&*one.why)]);
    Section::new("Not measured").table(Table::new("not_measured", "What the facts do not tell", columns).rows(rows))
}
