//! One value of a table or figure, and how it reads: thousands marks, units that fit, "not measured" that is never zero.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Whether a value is good. Colour carries it, and a word or shape goes with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// As it should be.
    Good,
    /// Worth an eye.
    Watch,
    /// Needs somebody.
    Act,
}

impl Meaning {
    /// Its name in styles.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }

    /// The shape that goes with its colour.
    #[must_use]
    pub const fn shape(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Good => "●",
            Self::Watch => "▲",
            Self::Act => "◆",
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words that open something.
    Link {
        /// The words.
        text: String,
        /// Where they lead.
        href: String,
    },
    /// A path of a repository: shown from its end when there is no room.
    Path {
        /// The path.
        path: String,
        /// Where it leads.
        #[serde(skip_serializing_if = "Option::is_none")]
        href: Option<String>,
    },
    /// A number with a fixed number of decimals.
    Number {
        /// The value.
        value: f64,
        /// Digits after the point.
        decimals: u8,
    },
    /// A count of things.
    Count(u64),
    /// A share of a whole, 0 to 1; shown in per cent.
    Share(f64),
    /// A length of time in seconds; shown in the unit that fits.
    Duration(i64),
    /// An instant, seconds since the epoch; shown relative to now with the exact time in the title.
    Time(i64),
    /// A word with a meaning.
    Mark {
        /// The word.
        word: String,
        /// Its meaning.
        meaning: Meaning,
    },
    /// A small line over time.
    Spark(Vec<f64>),
    /// A value with a bar as long as its share of the largest.
    Bar {
        /// The value.
        value: f64,
        /// What a full bar stands for.
        of: f64,
        /// Digits after the point.
        decimals: u8,
    },
    /// Not measured, which is never zero; says why.
    Missing(String),
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Words that open `href`.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link { text: text.into(), href: href.into() }
    }

    /// A path that opens `href`.
    pub fn path(path: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Path { path: path.into(), href: Some(href.into()) }
    }

    /// A number with `decimals` digits after the point; not a number is not measured.
    #[must_use]
    pub fn number(value: f64, decimals: u8) -> Self {
        if value.is_finite() { Self::Number { value, decimals } } else { Self::Missing("not a number".to_owned()) }
    }

    /// A word with a meaning.
    pub fn mark(word: impl Into<String>, meaning: Meaning) -> Self {
        Self::Mark { word: word.into(), meaning }
    }

    /// Not measured, because of `why`.
    pub fn missing(why: impl Into<String>) -> Self {
        Self::Missing(why.into())
    }

    /// What the cell sorts by, when it is a number.
    #[must_use]
    pub fn weight(&self) -> Option<f64> {
        match self {
            Self::Number { value, .. } | Self::Share(value) | Self::Bar { value, .. } => Some(*value),
            Self::Count(count) => Some(lossy(*count)),
            Self::Duration(seconds) | Self::Time(seconds) => Some(lossy_signed(*seconds)),
            Self::Spark(points) => points.last().copied(),
            Self::Text(_) | Self::Link { .. } | Self::Path { .. } | Self::Mark { .. } | Self::Missing(_) => None,
        }
    }

    /// Where the cell leads.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        match self {
            Self::Link { href, .. } => Some(href),
            Self::Path { href, .. } => href.as_deref(),
            _ => None,
        }
    }

    /// The cell in plain words, times as dates.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) | Self::Link { text, .. } => text.clone(),
            Self::Path { path, .. } => path.clone(),
            Self::Number { value, decimals } | Self::Bar { value, decimals, .. } => number(*value, *decimals),
            Self::Count(count) => Thousands(*count).to_string(),
            Self::Share(share) => percent(*share),
            Self::Duration(seconds) => duration(*seconds),
            Self::Time(seconds) => date(*seconds),
            Self::Mark { word, meaning } if meaning.shape().is_empty() => word.clone(),
            Self::Mark { word, meaning } => format!("{} {word}", meaning.shape()),
            Self::Spark(points) => spark(points),
            Self::Missing(_) => "–".to_owned(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[expect(clippy::cast_precision_loss, reason = "sorting and drawing need no digit beyond the sixteenth")]
const fn lossy(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "sorting and drawing need no digit beyond the sixteenth")]
const fn lossy_signed(count: i64) -> f64 {
    count as f64
}

/// A count with thousands marks (a narrow space would break copying into spreadsheets less often, but commas are read everywhere).
#[derive(Debug, Clone, Copy)]
pub struct Thousands(pub u64);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&self.0.to_string()))
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text that a spreadsheet does not take for a formula: what would begin one stands behind an apostrophe.
#[must_use]
pub fn harmless(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if runs { format!("'{text}") } else { text.to_owned() }
}

/// A number with `decimals` digits after the point and thousands marks before it.
#[must_use]
pub fn number(value: f64, decimals: u8) -> String {
    let text = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    rest.map_or_else(|| format!("{sign}{}", grouped(whole)), |rest| format!("{sign}{}.{rest}", grouped(whole)))
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = u8::from(percent > 0.0 && percent < 10.0);
    format!("{} %", number(percent, decimals))
}

/// A length of time in the unit that fits: `45 s`, `12 min`, `4 h`, `3.2 d`, `5 wk`, `14 mo`, `3.1 y`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let value = lossy_signed(seconds.saturating_abs());
    let sign = if seconds < 0 { "−" } else { "" };
    let (size, unit, decimals) = match value {
        v if v < 60.0 => (1.0, "s", 0),
        v if v < 3_600.0 => (60.0, "min", 0),
        v if v < 86_400.0 => (3_600.0, "h", u8::from(v < 36_000.0)),
        v if v < 30.0 * 86_400.0 => (86_400.0, "d", u8::from(v < 864_000.0)),
        v if v < 90.0 * 86_400.0 => (7.0 * 86_400.0, "wk", 0),
        v if v < 2.0 * 31_556_952.0 => (2_629_746.0, "mo", 0),
        _ => (31_556_952.0, "y", 1),
    };
    format!("{sign}{} {unit}", number(value / size, decimals))
}

/// The day of an instant, UTC.
pub(crate) fn date(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .map_or_else(|_| "outside the calendar".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

fn spark(points: &[f64]) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let top = points.iter().copied().fold(0.0, f64::max);
    let step = |point: f64| STEPS.iter().rposition(|_| true).map_or(0.0, lossy_index) * point.max(0.0) / top;
    let glyph = |point: &f64| {
        let wanted = if top > 0.0 { step(*point) } else { 0.0 };
        STEPS
            .iter()
            .enumerate()
            .find(|(place, _)| lossy_index(*place) + 0.5 > wanted)
            .map_or('█', |(_, glyph)| *glyph)
    };
    points.iter().map(glyph).collect()
}

fn lossy_index(place: usize) -> f64 {
    lossy(u64::try_from(place).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_title_becomes_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("Wallets = cards"), "Wallets = cards");
    }
}
