//! The SQL functions that a lead needs, and the seam for those whose answer the lake cannot know by itself.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringViewArray, StringViewBuilder};
use datafusion::arrow::compute::{DatePart, date_part};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimeUnit};
use datafusion::common::{ScalarValue, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, ColumnarValue, ScalarUDF, Volatility, create_udaf, create_udf,
};

use rustc_hash::FxHashMap;

use crate::bots::is_automatic;

/// Functions whose answer stands outside the lake. Without them `role` gives null and `person` gives the address back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hooks {
    /// What a path is for: `code`, `test`, ….
    pub role: Option<fn(&str) -> &'static str>,
    /// The person that an address stands for.
    pub person: Option<fn(&str) -> String>,
}

/// What a function is for, for the schema page.
pub const ABOUT: &[(&str, &str)] = &[
    ("area(path, depth)", "The first folders of a path, at most `depth` of them; `.` for a file at the top."),
    ("role(path)", "What a path is for, judged by its name."),
    ("person(email)", "The person that an address stands for; the address itself until people are known."),
    ("is_bot(name, email)", "Whether a signature is a bot's or an agent's; the standing views leave those out."),
    ("iso_week(t)", "The week of a moment by ISO 8601, for example 2026-W48."),
    ("percentile_nearest(x, p)", "The smallest value that at least the share p (0 to 1) of the values do not exceed."),
];

pub(crate) fn scalar(hooks: Hooks) -> Vec<ScalarUDF> {
    let text = DataType::Utf8View;
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    vec![
        create_udf(
            "area",
            vec![text.clone(), DataType::Int64],
            text.clone(),
            Volatility::Immutable,
            Arc::new(|args| over_arrays(args, areas)),
        ),
        create_udf(
            "role",
            vec![text.clone()],
            text.clone(),
            Volatility::Immutable,
            Arc::new(move |args| {
                over_arrays(args, |arrays| map_text(arrays, |path| hooks.role.map(|role| role(path))))
            }),
        ),
        create_udf(
            "person",
            vec![text.clone()],
            text.clone(),
            Volatility::Immutable,
            Arc::new(move |args| match hooks.person {
                Some(person) => over_arrays(args, |arrays| map_text(arrays, |email| Some(person(email)))),
                None => over_arrays(args, |arrays| first(arrays).cloned()),
            }),
        ),
        create_udf(
            "is_bot",
            vec![text.clone(), text.clone()],
            DataType::Boolean,
            Volatility::Immutable,
            Arc::new(|args| over_arrays(args, automatic)),
        ),
        create_udf("iso_week", vec![time], text, Volatility::Immutable, Arc::new(|args| over_arrays(args, weeks))),
    ]
}

pub(crate) fn aggregate() -> AggregateUDF {
    create_udaf(
        "percentile_nearest",
        vec![DataType::Float64, DataType::Float64],
        Arc::new(DataType::Float64),
        Volatility::Immutable,
        Arc::new(|_| Ok(Box::new(NearestRank::default()))),
        Arc::new(vec![DataType::new_list(DataType::Float64, true), DataType::Float64]),
    )
}

/// The first `depth` folders of a path, or `.` for a file at the top and for a depth of nothing.
#[must_use]
pub fn area(path: &str, depth: usize) -> &str {
    let folders = path.match_indices('/').map(|(at, _)| at);
    let end = match depth {
        0 => None,
        _ => folders.take(depth).last(),
    };
    end.and_then(|end| path.get(..end)).filter(|area| !area.is_empty()).unwrap_or(".")
}

/// Runs a function over arrays of equal length and gives a single value back when all arguments were single.
fn over_arrays(args: &[ColumnarValue], run: impl Fn(&[ArrayRef]) -> Result<ArrayRef>) -> Result<ColumnarValue> {
    let all_single = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let answer = run(&ColumnarValue::values_to_arrays(args)?)?;
    if all_single {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?));
    }
    Ok(ColumnarValue::Array(answer))
}

fn first(arrays: &[ArrayRef]) -> Result<&ArrayRef> {
    arrays.first().map_or_else(|| exec_err!("an argument is missing"), Ok)
}

fn map_text<T: AsRef<str>>(arrays: &[ArrayRef], map: impl Fn(&str) -> Option<T>) -> Result<ArrayRef> {
    let texts = first(arrays)?.as_string_view();
    let mut answer = StringViewBuilder::with_capacity(texts.len());
    for text in texts {
        answer.append_option(text.and_then(&map));
    }
    Ok(Arc::new(answer.finish()))
}

fn areas(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [paths, depths] = arrays else { return exec_err!("area takes a path and a depth") };
    let depths = depths.as_primitive::<Int64Type>();
    let answer: StringViewArray = paths
        .as_string_view()
        .iter()
        .zip(depths)
        .map(|(path, depth)| Some(area(path?, usize::try_from(depth?).unwrap_or(0))))
        .collect();
    Ok(Arc::new(answer))
}

/// Signatures repeat: each is judged once.
fn automatic(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [names, emails] = arrays else { return exec_err!("is_bot takes a name and an address") };
    let mut known: FxHashMap<(&str, &str), bool> = FxHashMap::default();
    let answer: BooleanArray = names
        .as_string_view()
        .iter()
        .zip(emails.as_string_view())
        .map(|(name, email)| {
            let signature = (name.unwrap_or_default(), email.unwrap_or_default());
            Some(*known.entry(signature).or_insert_with(|| is_automatic(signature.0, signature.1)))
        })
        .collect();
    Ok(Arc::new(answer))
}

fn weeks(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let times = first(arrays)?;
    let years = date_part(times, DatePart::YearISO)?;
    let weeks = date_part(times, DatePart::WeekISO)?;
    let answer: StringViewArray = years
        .as_primitive::<Int32Type>()
        .iter()
        .zip(weeks.as_primitive::<Int32Type>())
        .map(|(year, week)| Some(format!("{:04}-W{:02}", year?, week?)))
        .collect();
    Ok(Arc::new(answer))
}

/// Nearest-rank percentile: the value at position ⌈p·n⌉ of the sorted values, the first for p = 0. Null for no values.
#[derive(Debug, Default)]
struct NearestRank {
    values: Vec<f64>,
    share: Option<f64>,
}

impl NearestRank {
    fn take_share(&mut self, shares: &ArrayRef) -> Result<()> {
        for share in shares.as_primitive::<Float64Type>().iter().flatten() {
            if !(0.0..=1.0).contains(&share) {
                return exec_err!("percentile_nearest takes a share between 0 and 1, not {share}");
            }
            self.share = Some(share);
        }
        Ok(())
    }
}

impl Accumulator for NearestRank {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [values, shares] = values else { return exec_err!("percentile_nearest takes a value and a share") };
        self.values.extend(values.as_primitive::<Float64Type>().iter().flatten().filter(|value| !value.is_nan()));
        self.take_share(shares)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Some(share) = self.share else { return Ok(ScalarValue::Float64(None)) };
        self.values.sort_unstable_by(f64::total_cmp);
        Ok(ScalarValue::Float64(nearest_rank(&self.values, share)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<f64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values: Vec<ScalarValue> = self.values.iter().map(|&value| ScalarValue::Float64(Some(value))).collect();
        let list = ScalarValue::new_list_nullable(&values, &DataType::Float64);
        Ok(vec![ScalarValue::List(list), ScalarValue::Float64(self.share)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [lists, shares] = states else { return exec_err!("percentile_nearest has two states") };
        for list in lists.as_list::<i32>().iter().flatten() {
            self.values.extend(list.as_primitive::<Float64Type>().iter().flatten());
        }
        self.take_share(shares)
    }
}

/// The value at position ⌈share·n⌉ of sorted values.
#[must_use]
pub fn nearest_rank(sorted: &[f64], share: f64) -> Option<f64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank between 0 and the count")]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}
