//! Courses by month, and how large changes are.

use desk::sheet::{Bars, Lines, Section};

use crate::code_quality::page::plural;
use crate::code_quality::view::View;

/// Months drawn.
const MONTHS: usize = 60;

pub(in crate::code_quality) fn trend(view: &View) -> Section {
    let from = view.months.len().saturating_sub(MONTHS);
    let months = view.months.get(from..).unwrap_or_default();
    let section = Section::new("The course");
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return section.say("No version of a file was measured.");
    };
    let change = |before: f64, after: f64| match (after / before - 1.0) * 100.0 {
        share if before <= 0.0 || !share.is_finite() => "is new".to_owned(),
        share if share.abs() < 1.0 => "stayed the same".to_owned(),
        share if share > 0.0 => format!("rose by {share:.0} %"),
        share => format!("fell by {:.0} %", -share),
    };
    let mean = match (first.mean, last.mean) {
        (Some(before), Some(after)) => format!(", that of a file on average {}", change(before, after)),
        _ => String::new(),
    };
    let finding = format!(
        "From {} to {} complexity by indentation {}{mean}.",
        first.month,
        last.month,
        change(first.complexity, last.complexity)
    );
    let lines = Lines {
        over: "Month".to_owned(),
        labels: months.iter().map(|month| month.month.clone()).collect(),
        series: vec![("Mean complexity of a file".to_owned(), months.iter().map(|month| month.mean).collect())],
        unit: String::new(),
        decimals: 1,
    };
    section
        .say("Indentation is measured for every version, so the past can be compared; files on all branches that were read.")
        .chart(lines.chart("trend", finding))
}

pub(in crate::code_quality) fn tests(view: &View) -> Section {
    let section = Section::new("Tests to code");
    let from = view.months.len().saturating_sub(MONTHS);
    let months = view.months.get(from..).unwrap_or_default();
    let Some(ratio) = months.last().and_then(|month| month.test_ratio) else {
        return section.say("Not measured: no tests in files of their own were found.");
    };
    let lines = Lines {
        over: "Month".to_owned(),
        labels: months.iter().map(|month| month.month.clone()).collect(),
        series: vec![("Test lines a code line".to_owned(), months.iter().map(|month| month.test_ratio).collect())],
        unit: String::new(),
        decimals: 2,
    };
    let finding =
        format!("{ratio:.2} lines of tests stand for each line of code; tests inside code files are not told apart.");
    section.chart(lines.chart("tests", finding))
}

pub(in crate::code_quality) fn sizes(view: &View) -> Section {
    let section = Section::new("Size of changes");
    let Some(sizes) = &view.sizes else { return section.say("No change in this period.") };
    let bars = Bars {
        over: "Lines added and deleted".to_owned(),
        labels: sizes.classes.iter().map(|(label, _)| label.clone()).collect(),
        series: vec![("Changes".to_owned(), sizes.classes.iter().map(|(_, count)| Some(*count as f64)).collect())],
        ..Bars::default()
    };
    let finding = format!(
        "Half of {} touch at most {}, nine tenths at most {}.",
        plural(sizes.count, "change"),
        plural(sizes.median, "line"),
        plural(sizes.ninetieth, "line")
    );
    section.chart(bars.chart("sizes", finding))
}
