//! The register as CSV (RFC 4180): a head, then a risk a row. What a row cannot hold (what is done, what is watched) stays in the record.

use std::collections::BTreeMap;

use desk::kinds::Risk;
use desk::{FieldError, Refusal};
use serde_json::Value;

use super::acts::wrong;
use crate::plan::hazard::spread;

/// The columns, in their order.
pub const COLUMNS: [&str; 15] = [
    "id",
    "title",
    "team",
    "status",
    "probability",
    "impact",
    "category",
    "response",
    "owner",
    "review_on",
    "touches",
    "from",
    "until",
    "contingency",
    "description",
];
/// Rows of one file.
const ROWS: usize = 1_000;

/// A risk as a row: what stands in each column.
#[must_use]
pub fn cells(id: &str, title: &str, team: Option<&str>, status: &str, risk: &Risk) -> BTreeMap<&'static str, String> {
    let word = |value: Result<Value, serde_json::Error>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let impact = &risk.impact;
    let unit = spread(impact).unit.mark();
    COLUMNS
        .into_iter()
        .zip([
            id.to_owned(),
            title.to_owned(),
            team.unwrap_or_default().to_owned(),
            status.to_owned(),
            risk.probability.to_string(),
            format!("{}/{}/{}{unit}", impact.low, impact.likely, impact.high),
            risk.category.map(|category| word(serde_json::to_value(category))).unwrap_or_default(),
            word(serde_json::to_value(risk.response)),
            text(&risk.owner),
            day(risk.review_on),
            risk.touches.join("; "),
            day(risk.from),
            day(risk.until),
            text(&risk.contingency),
            text(&risk.description),
        ])
        .collect()
}

/// Rows as a file.
#[must_use]
pub fn written(rows: &[BTreeMap<&'static str, String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut put = |cells: Vec<&str>| writer.write_record(cells).is_ok();
    put(COLUMNS.to_vec());
    for row in rows {
        put(COLUMNS.iter().map(|column| row.get(column).map_or("", String::as_str)).collect());
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file.
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    /// What a column says; none when the file has no such column.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|text| text.trim())
    }

    /// What a column says, when it says something.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cell(column).filter(|text| !text.is_empty())
    }

    /// What is wrong with a column of this row.
    #[must_use]
    pub fn bad(&self, column: &str, message: &str) -> FieldError {
        FieldError::new("csv", format!("Line {}, {column}: {message}", self.line))
    }
}

/// The rows of a file.
///
/// # Errors
/// Refused when a column is unknown, `title` is missing, or a line cannot be read.
pub fn read(text: &str) -> Result<Vec<Row>, Refusal> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| wrong("csv", format!("The head cannot be read: {error}.")))?.clone();
    let mut names = Vec::new();
    for (place, name) in head.iter().enumerate() {
        let known = COLUMNS.into_iter().find(|column| *column == name.trim().to_lowercase());
        names.push(known.ok_or_else(|| unknown(place, name))?);
    }
    if !names.contains(&"title") {
        return Err(wrong("csv", "Line 1: there is no column `title`."));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong("csv", format!("{error}.")))?;
        let cells = names.iter().copied().zip(record.iter().map(str::to_owned)).collect();
        rows.push(Row { line: line_of(text, record.position()), cells });
    }
    match rows.len() {
        0 => Err(wrong("csv", "There is a head and no row.")),
        1..=ROWS => Ok(rows),
        many => Err(wrong("csv", format!("{many} rows; at most {ROWS} go in at once."))),
    }
}

/// The line on which a record begins. The reader leaves the end of a line that two characters end for the record behind it.
fn line_of(text: &str, at: Option<&csv::Position>) -> u64 {
    let byte = at.and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
    let (before, rest) = text.split_at_checked(byte).unwrap_or((text, ""));
    let ends = rest.chars().take_while(|letter| *letter == '\r' || *letter == '\n');
    let breaks = before.chars().chain(ends).filter(|letter| *letter == '\n').count();
    u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1)
}

fn unknown(place: usize, name: &str) -> Refusal {
    let near = desk::nearest(name, COLUMNS);
    let near = if near.is_empty() { COLUMNS.map(str::to_owned).to_vec() } else { near };
    wrong("csv", format!("Line 1, column {}: `{name}` is none; near: {}.", place + 1, near.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut risk = crate::risk::acts::watch::blank();
        (risk.probability, risk.description) = (0.3, Some("It ends,\nsays \"Sam\"".to_owned()));
        risk.touches = vec!["plan:1".to_owned(), "area:api/**".to_owned()];
        let row = cells("7", "The contract, ends", Some("payments"), "open", &risk);
        let text = written(std::slice::from_ref(&row));
        let back = read(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        assert_eq!(back[0].line, 2);
        let same = |column: &&str| back[0].cell(column) == Some(row[*column].replace('\n', "\r\n").trim());
        assert!(COLUMNS.iter().all(same), "{back:?}");
    }

    #[test]
    fn a_strange_head_is_refused() {
        let said = |text: &str| read(text).unwrap_err().field_errors()[0].message.clone();
        assert!(
            said("title,probabilty\nx,0.3\n").starts_with("Line 1, column 2: `probabilty` is none; near: probability")
        );
        assert_eq!(said("id,team\n1,x\n"), "Line 1: there is no column `title`.");
        assert_eq!(said("title\n"), "There is a head and no row.");
        assert!(said("title,team\nx\n").contains("line: 2"), "{}", said("title,team\nx\n"));
    }
}
