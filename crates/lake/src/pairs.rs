//! The views of pairs: what a statement gives as baskets of paths is counted by [`crate::coupling`] and becomes rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::exec_err;
use datafusion::error::Result;
use rustc_hash::FxHashMap;

use crate::coupling::{Thresholds, pairs};

/// What a basket holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Baskets {
    /// Files of one repository.
    OfRepo,
    /// Files of any; only pairs of two repositories count.
    Across,
}

impl Baskets {
    /// The columns of the view.
    pub(crate) fn schema(self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        let whole = |name: &str| Field::new(name, DataType::Int64, false);
        let names = match self {
            Self::OfRepo => vec![text("repo"), text("path_a"), text("path_b")],
            Self::Across => vec![text("repo_a"), text("path_a"), text("repo_b"), text("path_b")],
        };
        let counts = [whole("revisions_a"), whole("revisions_b"), whole("shared")];
        let degree = Field::new("degree", DataType::Float64, false);
        Arc::new(Schema::new(names.into_iter().chain(counts).chain([degree]).collect::<Vec<_>>()))
    }

    /// Counts the pairs of batches with the columns `repo`, `basket` and `path`.
    pub(crate) fn count(self, batches: &[RecordBatch]) -> Result<RecordBatch> {
        let columns = batches.iter().map(texts).collect::<Result<Vec<_>>>()?;
        let mut files: FxHashMap<(&str, &str), u32> = FxHashMap::default();
        let mut baskets: FxHashMap<(&str, &str), Vec<u32>> = FxHashMap::default();
        for [repos, keys, paths] in &columns {
            for ((repo, key), path) in repos.iter().zip(keys).zip(paths) {
                let (Some(repo), Some(key), Some(path)) = (repo, key, path) else { continue };
                let next = u32::try_from(files.len()).unwrap_or(u32::MAX);
                let file = *files.entry((repo, path)).or_insert(next);
                let scope = if self == Self::OfRepo { repo } else { "" };
                baskets.entry((scope, key)).or_default().push(file);
            }
        }
        let mut named = vec![("", ""); files.len()];
        for (name, number) in files {
            if let Some(place) = named.get_mut(number as usize) {
                *place = name;
            }
        }
        let name = |number: u32| named.get(number as usize).copied().unwrap_or_default();
        let baskets: Vec<Vec<u32>> = baskets.into_values().collect();
        let (found, _) = pairs(&baskets, &Thresholds::default());
        // Files are numbered as they come; a pair names the lesser path first.
        let mut rows: Vec<Row<'_>> = found
            .iter()
            .map(|pair| {
                let (a, b) = ((name(pair.a), pair.revisions_a), (name(pair.b), pair.revisions_b));
                let (a, b) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                Row { a: a.0, b: b.0, revisions: (a.1, b.1), shared: pair.shared, degree: pair.degree }
            })
            .filter(|row| self == Self::OfRepo || row.a.0 != row.b.0)
            .collect();
        rows.sort_by(|x, y| {
            y.degree.total_cmp(&x.degree).then(y.shared.cmp(&x.shared)).then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        self.batch(&rows)
    }

    fn batch(self, rows: &[Row<'_>]) -> Result<RecordBatch> {
        let texts = |get: fn(&Row<'_>) -> String| -> ArrayRef {
            Arc::new(StringViewArray::from_iter_values(rows.iter().map(get)))
        };
        let counts = |get: fn(&Row<'_>) -> u32| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| i64::from(get(row)))))
        };
        let mut columns = vec![texts(|row| row.a.0.to_owned()), texts(|row| row.a.1.to_owned())];
        if self == Self::Across {
            columns.push(texts(|row| row.b.0.to_owned()));
        }
        columns.extend([
            texts(|row| row.b.1.to_owned()),
            counts(|row| row.revisions.0),
            counts(|row| row.revisions.1),
            counts(|row| row.shared),
            Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.degree))),
        ]);
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}

/// A pair with its names: repository and path.
struct Row<'a> {
    a: (&'a str, &'a str),
    b: (&'a str, &'a str),
    revisions: (u32, u32),
    shared: u32,
    degree: f64,
}

fn texts(batch: &RecordBatch) -> Result<[StringViewArray; 3]> {
    let column = |name: &str| match batch.column_by_name(name) {
        Some(column) => Ok(cast(column, &DataType::Utf8View)?.as_string_view().clone()),
        None => exec_err!("the column `{name}` is missing"),
    };
    Ok([column("repo")?, column("basket")?, column("path")?])
}
