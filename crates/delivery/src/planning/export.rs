//! A plan as a file that leaves the program: a table of its items, a calendar of its milestones and its end, the picture of its items over
//! time. Every file tells P50 and the sure date; none tells who is away.

mod calendar;
mod picture;
mod table;

use desk::Refusal;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::view::PlanView;

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Export {
    /// A table: one row an item.
    Csv,
    /// A calendar: milestones, and the end.
    Ics,
    /// A picture: items over time.
    Svg,
}

impl Export {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Ics, Self::Svg];

    /// What a link to it says.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csv => "Table (CSV)",
            Self::Ics => "Calendar (ICS)",
            Self::Svg => "Picture (SVG)",
        }
    }

    /// Whether there is something in it without a date.
    #[must_use]
    pub const fn needs_dates(self) -> bool {
        !matches!(self, Self::Csv)
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ics => "text/calendar; charset=utf-8",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Its name when it is saved.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "plan.csv",
            Self::Ics => "plan.ics",
            Self::Svg => "plan.svg",
        }
    }
}

/// The plan as such a file, told at `now`.
///
/// # Errors
/// Refused where no date can be told and the file would be empty.
pub fn written(form: Export, plan: &PlanView, now: Timestamp) -> Result<String, Refusal> {
    let dated = plan.items.iter().any(|item| item.when.is_some());
    if form.needs_dates() && !dated {
        let why = plan.no_date.clone().unwrap_or_else(|| "nothing is left to be done".to_owned());
        return Err(Refusal::invalid(format!("no date, and so no {}: {why}", form.file_name()))
            .hint("The table and the outline need no dates."));
    }
    match form {
        Export::Csv => table::table(plan),
        Export::Ics => Ok(calendar::calendar(plan, now)),
        Export::Svg => picture::picture(plan),
    }
}
