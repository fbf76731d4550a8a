//! Values for the `$name` places of a statement.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

/// A value for a `$name` place.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// Text.
    Text(String),
    /// A list of texts, for `array_has($name, column)`.
    Texts(Vec<String>),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Fraction(f64),
    /// True or false.
    Truth(bool),
    /// A moment, seconds since the epoch.
    Time(i64),
}

impl Param {
    pub(crate) fn scalar(&self) -> ScalarValue {
        match self {
            Self::Text(text) => ScalarValue::Utf8View(Some(text.clone())),
            Self::Texts(texts) => {
                let values: Vec<ScalarValue> =
                    texts.iter().map(|text| ScalarValue::Utf8View(Some(text.clone()))).collect();
                ScalarValue::List(ScalarValue::new_list_nullable(&values, &DataType::Utf8View))
            }
            Self::Whole(number) => ScalarValue::Int64(Some(*number)),
            Self::Fraction(number) => ScalarValue::Float64(Some(*number)),
            Self::Truth(truth) => ScalarValue::Boolean(Some(*truth)),
            Self::Time(seconds) => {
                ScalarValue::TimestampMillisecond(Some(seconds.saturating_mul(1000)), Some("UTC".into()))
            }
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Param {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for Param {
    fn from(number: f64) -> Self {
        Self::Fraction(number)
    }
}

impl From<bool> for Param {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}
