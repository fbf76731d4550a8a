//! A fact table to DataFusion: a scan over exactly the parts that a manifest names, with the row counts that the manifest knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;

use crate::manifest::Part;
use crate::place::Place;
use crate::schema::TableDef;

/// One table of one snapshot.
#[derive(Debug)]
pub(crate) struct FactTable {
    schema: SchemaRef,
    url: ObjectStoreUrl,
    parts: Vec<Located>,
}

#[derive(Debug)]
struct Located {
    repo: String,
    meta: ObjectMeta,
    rows: u64,
}

impl FactTable {
    pub(crate) fn new(place: &dyn Place, def: &TableDef, parts: &[Part]) -> Result<Self> {
        let parts = parts
            .iter()
            .filter(|part| part.table == def.name)
            .map(|part| Located::new(place, part))
            .collect::<Result<_>>()?;
        Ok(Self { schema: def.arrow(), url: place.store_url()?, parts })
    }

    /// The parts that can hold rows for the filters, told by the repository alone; Parquet's own statistics do the rest.
    fn parts_for(&self, filters: &[Expr]) -> Vec<&Located> {
        let wanted: Vec<Vec<&str>> = filters.iter().filter_map(repos_asked).collect();
        self.parts.iter().filter(|part| wanted.iter().all(|repos| repos.contains(&part.repo.as_str()))).collect()
    }
}

impl Located {
    fn new(place: &dyn Place, part: &Part) -> Result<Self> {
        let location = place.location(&part.file).map_err(|error| DataFusionError::External(Box::new(error)))?;
        // Parts never change, so one fixed time serves the metadata cache as well as the true one.
        let meta =
            ObjectMeta { location, last_modified: Default::default(), size: part.bytes, e_tag: None, version: None };
        Ok(Self { repo: part.repo.clone(), meta, rows: part.rows })
    }
}

#[async_trait]
impl TableProvider for FactTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(statistics(&self.schema, self.parts.iter()))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let parts = self.parts_for(filters);
        if parts.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let url = self.url.clone();
        let runtime = state.runtime_env();
        let reader = CachedParquetFileReaderFactory::new(
            runtime.object_store(&url)?,
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let source = ParquetSource::new(Arc::clone(&self.schema))
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups(&self.schema, &parts, state.config().target_partitions()))
            .with_statistics(statistics(&self.schema, parts.iter().copied()))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

fn statistics<'a>(schema: &SchemaRef, parts: impl Iterator<Item = &'a Located>) -> Statistics {
    let mut statistics = Statistics::new_unknown(schema);
    let (rows, bytes) = parts.fold((0, 0), |(rows, bytes), part| (rows + part.rows, bytes + part.meta.size));
    statistics.num_rows = Precision::Exact(usize::try_from(rows).unwrap_or(usize::MAX));
    statistics.total_byte_size = Precision::Inexact(usize::try_from(bytes).unwrap_or(usize::MAX));
    statistics
}

/// Deals neighbouring parts to at most `count` groups of about as many bytes.
fn groups(schema: &SchemaRef, parts: &[&Located], count: usize) -> Vec<FileGroup> {
    let total: u64 = parts.iter().map(|part| part.meta.size).sum();
    let share = total.div_ceil(count.max(1) as u64).max(1);
    let mut groups: BTreeMap<u64, Vec<PartitionedFile>> = BTreeMap::new();
    let mut before = 0;
    for part in parts {
        let own = statistics(schema, std::iter::once(*part));
        let file = PartitionedFile::new_from_meta(part.meta.clone()).with_statistics(Arc::new(own));
        groups.entry(before / share).or_default().push(file);
        before += part.meta.size;
    }
    groups.into_values().map(FileGroup::new).collect()
}

/// The repositories that a filter of the form `repo = 'x'` or `repo in (…)` leaves; none for any other filter.
fn repos_asked(filter: &Expr) -> Option<Vec<&str>> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => match (&**left, &**right) {
            (column, value) | (value, column) if is_repo(column) => Some(vec![text(value)?]),
            _ => None,
        },
        Expr::InList(list) if !list.negated && is_repo(&list.expr) => list.list.iter().map(text).collect(),
        _ => None,
    }
}

fn is_repo(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if column.name == "repo")
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(ScalarValue::Utf8(value) | ScalarValue::Utf8View(value) | ScalarValue::LargeUtf8(value), _) => {
            value.as_deref()
        }
        _ => None,
    }
}
