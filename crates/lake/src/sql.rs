//! Statements that users write: read only, one at a time, within limits, and stopped when nobody waits any more.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use futures::TryStreamExt as _;

use crate::depth::{LONGEST_CHAIN, longest_chain};
use crate::error::SqlError;
use crate::hints;
use crate::snapshot::Snapshot;

/// What a user's statement may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall time, seconds.
    pub seconds: u64,
    /// Memory of joins, sorts and groups, bytes.
    pub memory_bytes: usize,
    /// Rows of the answer; none for all of them.
    pub rows: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { seconds: 30, memory_bytes: 1 << 30, rows: None }
    }
}

/// The answer to a user's statement.
#[derive(Debug, Clone)]
pub struct SqlAnswer {
    /// The columns, also when there is no row.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// Whether [`Limits::rows`] cut the answer.
    pub cut: bool,
}

impl SqlAnswer {
    /// Rows in the answer.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

impl Snapshot {
    /// Answers a user's statement: exactly one `SELECT` (also `WITH …`, `VALUES`) or `EXPLAIN` of one. Dropping the future stops the work.
    ///
    /// # Errors
    /// [`SqlError`] says what is wrong, where, and what was probably meant.
    pub async fn sql(&self, text: &str, limits: &Limits) -> Result<SqlAnswer, SqlError> {
        let context = self.context().await?;
        let statement = parse(text, context)?;
        let limited = limit_memory(context, limits).map_err(hints::explain_failure)?;
        let answer = answer(&limited, statement, limits);
        match tokio::time::timeout(Duration::from_secs(limits.seconds), answer).await {
            Ok(answer) => answer.map_err(|error| match hints::explain(error, context) {
                SqlError::TooLarge { .. } => SqlError::TooLarge { mebibytes: limits.memory_bytes >> 20 },
                other => other,
            }),
            Err(_) => Err(SqlError::TooSlow { seconds: limits.seconds }),
        }
    }
}

fn parse(text: &str, context: &SessionContext) -> Result<Statement, SqlError> {
    if longest_chain(text) > LONGEST_CHAIN {
        return Err(SqlError::Refused(format!(
            "more than {LONGEST_CHAIN} operators or queries in one chain; write a list with IN, or ask in several steps"
        )));
    }
    let recursion = context.state().config_options().sql_parser.recursion_limit.get();
    let mut statements: VecDeque<Statement> = DFParserBuilder::new(text)
        .with_recursion_limit(recursion)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| hints::explain(error, context))?;
    let refuse = |why: &str| Err(SqlError::Refused(why.to_owned()));
    let Some(statement) = statements.pop_front() else {
        return refuse("there is no statement; write a SELECT");
    };
    if !statements.is_empty() {
        return refuse("one statement at a time; ask them one after the other");
    }
    if !only_reads(&statement) {
        return refuse("facts can only be read: write SELECT, WITH or EXPLAIN");
    }
    Ok(statement)
}

fn only_reads(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => match &**statement {
            SqlStatement::Query(_) => true,
            SqlStatement::Explain { statement, .. } => matches!(&**statement, SqlStatement::Query(_)),
            _ => false,
        },
        Statement::Explain(explain) => only_reads(&explain.statement),
        _ => false,
    }
}

/// The same tables and functions with a memory of the statement's own, and nothing written to the disk when it is full.
fn limit_memory(context: &SessionContext, limits: &Limits) -> Result<SessionContext, DataFusionError> {
    let runtime = RuntimeEnvBuilder::from_runtime_env(&context.runtime_env())
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()?;
    let state = SessionStateBuilder::new_from_existing(context.state()).with_runtime_env(runtime).build();
    Ok(SessionContext::new_with_state(state))
}

async fn answer(context: &SessionContext, statement: Statement, limits: &Limits) -> Result<SqlAnswer, DataFusionError> {
    let plan = context.state().statement_to_plan(statement).await?;
    let frame = context.execute_logical_plan(plan).await?;
    let mut stream = frame.execute_stream().await?;
    let schema = stream.schema();
    let most = limits.rows.unwrap_or(usize::MAX);
    let (mut batches, mut left) = (Vec::new(), most);
    while let Some(batch) = stream.try_next().await? {
        if batch.num_rows() > left {
            batches.push(batch.slice(0, left));
            return Ok(SqlAnswer { schema, batches, cut: true });
        }
        left -= batch.num_rows();
        if batch.num_rows() > 0 {
            batches.push(batch);
        }
    }
    Ok(SqlAnswer { schema, batches, cut: false })
}
