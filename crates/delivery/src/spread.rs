//! A quantity with its spread: `3/5/12d` is a range with its likeliest value, `3..12d` holds the 5th and the 95th percentile, `3..5..12d`
//! adds the median, `5d` is a constant.

use std::fmt;
use std::str::FromStr;

use desk::FieldError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// The 95 % quantile of the normal distribution.
const Z: f64 = 1.644_853_6;

/// The unit of a quantity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days.
    #[default]
    #[serde(rename = "d")]
    Days,
    /// Working hours.
    #[serde(rename = "h")]
    Hours,
    /// Working weeks of five days.
    #[serde(rename = "w")]
    Weeks,
    /// A factor.
    #[serde(rename = "x")]
    Factor,
    /// Work items.
    Items,
    /// Points.
    Points,
}

impl Unit {
    /// How it is written after a number.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Days => "d",
            Self::Hours => "h",
            Self::Weeks => "w",
            Self::Factor => "x",
            Self::Items => " items",
            Self::Points => " points",
        }
    }

    fn named(mark: &str) -> Option<Self> {
        Some(match mark.trim() {
            "" | "d" | "day" | "days" => Self::Days,
            "h" | "hour" | "hours" => Self::Hours,
            "w" | "week" | "weeks" => Self::Weeks,
            "x" => Self::Factor,
            "item" | "items" => Self::Items,
            "p" | "pt" | "point" | "points" => Self::Points,
            _ => return None,
        })
    }
}

/// What low and high mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    /// The least and the most that can be (Beta-PERT).
    #[default]
    Range,
    /// The 5th and the 95th percentile (two-piece lognormal).
    Percentiles,
}

/// A quantity with its spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The least, or the 5th percentile.
    pub low: f64,
    /// The likeliest, or the median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<f64>,
    /// The most, or the 95th percentile.
    pub high: f64,
    /// The unit.
    #[serde(default)]
    pub unit: Unit,
    /// What low and high mean.
    #[serde(default)]
    pub meaning: Meant,
}

impl Spread {
    /// A constant.
    #[must_use]
    pub const fn constant(value: f64, unit: Unit) -> Self {
        Self { low: value, likely: Some(value), high: value, unit, meaning: Meant::Range }
    }

    /// A range with its likeliest value.
    #[must_use]
    pub const fn range(low: f64, likely: f64, high: f64, unit: Unit) -> Self {
        Self { low, likely: Some(likely), high, unit, meaning: Meant::Range }
    }

    /// The 5th percentile, the median and the 95th.
    #[must_use]
    pub const fn percentiles(low: f64, likely: Option<f64>, high: f64, unit: Unit) -> Self {
        Self { low, likely, high, unit, meaning: Meant::Percentiles }
    }

    /// Whether it says one value.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.high <= self.low
    }

    /// What does not hold, beside `field`.
    ///
    /// # Errors
    /// Low above high, a likely value outside, a low of nothing with percentiles, a number that is none.
    pub fn check(&self, field: &str) -> Result<(), FieldError> {
        let wrong = |message: String| Err(FieldError::new(field, message));
        let Self { low, likely, high, .. } = *self;
        if ![low, high, likely.unwrap_or(low)].iter().all(|value| value.is_finite()) {
            return wrong("A spread is of numbers.".to_owned());
        }
        if low > high {
            return wrong(format!("{low} is more than {high}: the least stands first."));
        }
        if let Some(likely) = likely.filter(|likely| *likely < low || *likely > high) {
            return wrong(format!("{likely} does not lie between {low} and {high}."));
        }
        if self.meaning == Meant::Percentiles && low <= 0.0 && !self.is_constant() {
            return wrong(format!(
                "{low} needs a range: {low}/{}/{high}{}.",
                likely.unwrap_or((low + high) / 2.0),
                self.unit.mark()
            ));
        }
        Ok(())
    }

    /// The likeliest value, or the median: what is there, else √(low · high) of percentiles, else the middle.
    #[must_use]
    pub fn middle(&self) -> f64 {
        self.likely.unwrap_or_else(|| match self.meaning {
            Meant::Percentiles => (self.low * self.high).sqrt(),
            Meant::Range => f64::midpoint(self.low, self.high),
        })
    }

    /// The quantile at `p` in (0, 1).
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        if self.is_constant() {
            return self.low;
        }
        match self.meaning {
            Meant::Percentiles => {
                let (left, right) = self.sigmas();
                let z = normal().inverse_cdf(p);
                self.middle() * (if p < 0.5 { left } else { right } * z).exp()
            }
            Meant::Range => {
                let (a, b) = self.shapes();
                let share = Beta::new(a, b).map_or(0.5, |beta| beta.inverse_cdf(p));
                self.low + share * (self.high - self.low)
            }
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.is_constant() {
            return self.low;
        }
        match self.meaning {
            Meant::Percentiles => {
                let (left, right) = self.sigmas();
                let part = |sigma: f64, at: f64| (sigma * sigma / 2.0).exp() * normal().cdf(at);
                self.middle() * (part(right, right) + part(left, -left))
            }
            Meant::Range => (self.low + 4.0 * self.middle() + self.high) / 6.0,
        }
    }

    /// The variance of a range: (μ − a)(b − μ) ÷ 7.
    #[must_use]
    pub fn range_variance(&self) -> f64 {
        let mean = self.mean();
        (mean - self.low) * (self.high - mean) / 7.0
    }

    /// The standard deviation of the classic PERT: (b − a) ÷ 6.
    #[must_use]
    pub fn classic_sigma(&self) -> f64 {
        (self.high - self.low) / 6.0
    }

    /// σ on the left and on the right of the median.
    fn sigmas(&self) -> (f64, f64) {
        let middle = self.middle();
        ((middle / self.low).ln() / Z, (self.high / middle).ln() / Z)
    }

    /// α and β of the Beta-PERT distribution.
    fn shapes(&self) -> (f64, f64) {
        let (width, middle) = (self.high - self.low, self.middle());
        (1.0 + 4.0 * (middle - self.low) / width, 1.0 + 4.0 * (self.high - middle) / width)
    }

    /// In working days: an hour is an eighth of one, a week five. None of what is no time.
    #[must_use]
    pub fn in_days(&self) -> Option<Self> {
        let factor = match self.unit {
            Unit::Days => 1.0,
            Unit::Hours => 0.125,
            Unit::Weeks => 5.0,
            Unit::Factor | Unit::Items | Unit::Points => return None,
        };
        let of = |value: f64| value * factor;
        Some(Self { low: of(self.low), likely: self.likely.map(of), high: of(self.high), unit: Unit::Days, ..*self })
    }
}

fn normal() -> Normal {
    Normal::standard()
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = self.unit.mark();
        if self.is_constant() {
            return write!(f, "{}{mark}", self.low);
        }
        match (self.meaning, self.likely) {
            (Meant::Range, likely) => {
                write!(f, "{}/{}/{}{mark}", self.low, likely.unwrap_or_else(|| self.middle()), self.high)
            }
            (Meant::Percentiles, Some(likely)) => write!(f, "{}..{likely}..{}{mark}", self.low, self.high),
            (Meant::Percentiles, None) => write!(f, "{}..{}{mark}", self.low, self.high),
        }
    }
}

impl FromStr for Spread {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no spread: 3/5/12d, 3..12d, 3..5..12d or 5d");
        let text = text.trim();
        let digits = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
        let (numbers, mark) = text.split_at(digits);
        let unit = Unit::named(mark).ok_or_else(wrong)?;
        let parse = |part: &str| part.trim().parse::<f64>().map_err(|_| wrong());
        let spread = if numbers.contains('/') {
            match numbers.split('/').map(parse).collect::<Result<Vec<_>, _>>()?.as_slice() {
                [low, likely, high] => Self::range(*low, *likely, *high, unit),
                [low, high] => Self { low: *low, likely: None, high: *high, unit, meaning: Meant::Range },
                _ => return Err(wrong()),
            }
        } else if numbers.contains("..") {
            match numbers.split("..").map(parse).collect::<Result<Vec<_>, _>>()?.as_slice() {
                [low, high] => Self::percentiles(*low, None, *high, unit),
                [low, likely, high] => Self::percentiles(*low, Some(*likely), *high, unit),
                _ => return Err(wrong()),
            }
        } else {
            Self::constant(parse(numbers)?, unit)
        };
        spread.check("").map_err(|error| error.message)?;
        Ok(spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 5e-5, "{found} is not {wanted}");
    }

    #[test]
    fn percentiles_are_two_lognormals() {
        let spread: Spread = "2..4..12d".parse().unwrap();
        near(spread.quantile(0.1), 2.3309);
        near(spread.quantile(0.85), 7.9928);
        near(spread.mean(), 5.2112);
        near(spread.quantile(0.05), 2.0);
        near(spread.quantile(0.95), 12.0);
    }

    #[test]
    fn ranges_are_beta_pert() {
        let spread: Spread = "2/4/12".parse().unwrap();
        near(spread.mean(), 5.0);
        near(spread.range_variance().sqrt(), 1.7321);
        near(spread.classic_sigma(), 1.6667);
        near("5/10/30 d".parse::<Spread>().unwrap().mean(), 12.5);
    }

    #[test]
    fn spreads_are_written_as_read() {
        for text in ["3/5/12d", "3..12d", "3..5..12w", "5h", "1/1.4/2x", "3/4.5/6 items", "8 points"] {
            let spread: Spread = text.parse().unwrap();
            assert_eq!(spread.to_string(), text);
            assert_eq!(spread.to_string().parse::<Spread>().unwrap(), spread);
        }
    }

    #[test]
    fn what_does_not_hold_is_said() {
        let said = |text: &str| text.parse::<Spread>().unwrap_err();
        assert_eq!(said("12/5/3d"), "12 is more than 3: the least stands first.");
        assert_eq!(said("3/15/12d"), "15 does not lie between 3 and 12.");
        assert_eq!(said("0..5..12d"), "0 needs a range: 0/5/12d.");
        assert!(said("soon").contains("3/5/12d"));
    }
}
