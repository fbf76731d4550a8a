//! A standing view whose rows are worked out once a snapshot and then kept, since a snapshot never changes and several pages ask the same.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned};
use tokio::sync::OnceCell;

use crate::pairs::Baskets;

/// A view with its rows, once somebody asked.
pub(crate) struct KeptView {
    plan: LogicalPlan,
    /// What is counted over the plan's rows; none: they are the view's own.
    baskets: Option<Baskets>,
    schema: SchemaRef,
    rows: OnceCell<MemTable>,
}

impl fmt::Debug for KeptView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptView").field("known", &self.rows.initialized()).finish_non_exhaustive()
    }
}

impl KeptView {
    pub(crate) fn new(plan: LogicalPlan) -> Self {
        let schema = Arc::clone(plan.schema().inner());
        Self { plan, baskets: None, schema, rows: OnceCell::new() }
    }

    /// The pairs of what the plan gives as baskets.
    pub(crate) fn of_pairs(plan: LogicalPlan, baskets: Baskets) -> Self {
        Self { plan, baskets: Some(baskets), schema: baskets.schema(), rows: OnceCell::new() }
    }

    /// Whoever asks first works the rows out, within their own limits; when they are stopped the next one begins again.
    async fn work_out(&self, state: &dyn Session) -> Result<MemTable> {
        let plan = state.create_physical_plan(&self.plan).await?;
        let partitions = collect_partitioned(plan, state.task_ctx()).await?;
        if let Some(baskets) = self.baskets {
            let batches: Vec<RecordBatch> = partitions.into_iter().flatten().collect();
            return MemTable::try_new(Arc::clone(&self.schema), vec![vec![baskets.count(&batches)?]]);
        }
        let fit = |batch: RecordBatch| RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec());
        let partitions = partitions
            .into_iter()
            .map(|batches| batches.into_iter().map(fit).collect())
            .collect::<Result<Vec<Vec<RecordBatch>>, _>>()?;
        MemTable::try_new(Arc::clone(&self.schema), partitions)
    }
}

#[async_trait]
impl TableProvider for KeptView {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.rows.get_or_try_init(|| self.work_out(state)).await?;
        rows.scan(state, projection, filters, limit).await
    }
}
