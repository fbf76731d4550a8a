//! What a question is about: repositories, a period, an area. Every ask carries it, and on pages it lives in the URL.

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FieldError, Refusal};

/// The part of the facts that a question is about. Empty means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::Args)]
pub struct Scope {
    /// Repositories by id or name; none means all.
    #[arg(long, value_name = "NAME")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "Repositories")]
    pub repo: Vec<String>,
    /// From when on: a day (2026-01-31) or a length back from today (90d, 6w, 3m, 1y).
    #[arg(long, value_name = "WHEN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Since")]
    pub since: Option<String>,
    /// Until when, inclusive: a day or a length back from today.
    #[arg(long, value_name = "WHEN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Until")]
    pub until: Option<String>,
    /// Only paths that begin with this.
    #[arg(long, value_name = "PREFIX")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Area")]
    pub area: Option<String>,
}

/// The period of a scope as days: `since` ≤ t < `until` (the day after the last one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day; none means from the beginning.
    pub since: Option<Date>,
    /// The day after the last; none means to the end.
    pub until: Option<Date>,
}

impl Period {
    /// `since` as seconds since the epoch, UTC; the earliest instant when there is none.
    #[must_use]
    pub fn since_seconds(&self) -> i64 {
        self.since.map_or(i64::MIN / 2, midnight)
    }

    /// `until` as seconds since the epoch, UTC; the latest instant when there is none.
    #[must_use]
    pub fn until_seconds(&self) -> i64 {
        self.until.map_or(i64::MAX / 2, midnight)
    }
}

fn midnight(day: Date) -> i64 {
    day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |at| at.timestamp().as_second())
}

impl Scope {
    /// The period in days, judged from `now`.
    ///
    /// # Errors
    /// Refused when `since` or `until` is neither a day nor a length, or when the period ends before it begins.
    pub fn period(&self, now: Timestamp) -> Result<Period, Refusal> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let since = self.since.as_deref().map(|text| day("since", text, today)).transpose()?;
        let last = self.until.as_deref().map(|text| day("until", text, today)).transpose()?;
        if let (Some(since), Some(last)) = (since, last)
            && last < since
        {
            return Err(Refusal::fields(vec![FieldError::new("until", format!("ends before it begins ({since})"))]));
        }
        Ok(Period { since, until: last.map(|day| day.tomorrow().unwrap_or(day)) })
    }

    /// Whether `path` stands in the area. An area `src/web` holds `src/web` itself and what is below it, not `src/website`.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let Some(area) = self.area.as_deref().map(|area| area.trim_matches('/')).filter(|area| !area.is_empty()) else {
            return true;
        };
        path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads `2026-01-31`, `90d`, `6w`, `3m` or `1y`, the latter back from `today`.
///
/// # Errors
/// Refused with the field's name when `text` is neither.
pub fn day(field: &str, text: &str, today: Date) -> Result<Date, Refusal> {
    let wrong = || {
        let message = format!("`{text}` is neither a day (2026-01-31) nor a length (90d, 6w, 3m, 1y)");
        Refusal::fields(vec![FieldError::new(field, message)])
    };
    let text = text.trim();
    if let Ok(day) = text.parse::<Date>() {
        return Ok(day);
    }
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: i32 = text.get(..text.len() - unit.len_utf8()).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    if !(0..=36_500).contains(&count) {
        return Err(wrong());
    }
    let length: Span = match unit.to_ascii_lowercase() {
        'd' => count.days(),
        'w' => count.weeks(),
        'm' => count.months(),
        'y' if count <= 2000 => count.years(),
        _ => return Err(wrong()),
    };
    today.checked_sub(length).map_err(|_| wrong())
}
