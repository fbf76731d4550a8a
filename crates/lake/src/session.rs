//! DataFusion set up for one snapshot: its tables, the functions of the lake and the standing views.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::ViewTable;
use datafusion::error::Result;
use datafusion::execution::context::{SessionConfig, SessionContext};

use crate::functions::{self, Hooks};
use crate::kept_view::KeptView;
use crate::manifest::Part;
use crate::place::Place;
use crate::provider::FactTable;
use crate::tables::TABLES;
use crate::views::{self, Made};

/// Workers of one question. The tables are small enough that planning more costs more than it gives.
const PARTITIONS: usize = 2;

pub(crate) async fn build(place: &dyn Place, parts: &[Part], hooks: Hooks) -> Result<SessionContext> {
    let mut config = SessionConfig::new().with_target_partitions(PARTITIONS).with_information_schema(true);
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    options.execution.parquet.pushdown_filters = true;
    let context = SessionContext::new_with_config(config);
    if let Some(store) = place.store() {
        context.runtime_env().register_object_store(place.store_url()?.as_ref(), store);
    }
    for function in functions::scalar(hooks) {
        context.register_udf(function);
    }
    context.register_udaf(functions::aggregate());
    for table in TABLES {
        context.register_table(table.name, Arc::new(FactTable::new(place, table, parts)?))?;
    }
    for view in views::VIEWS {
        let sql = match view.made {
            Made::Asked(sql) | Made::Kept(sql) => sql(),
            Made::Pairs(sql, _) => sql.to_owned(),
        };
        let plan = context.state().create_logical_plan(&sql).await?;
        let provider: Arc<dyn TableProvider> = match view.made {
            Made::Asked(_) => Arc::new(ViewTable::new(plan, Some(sql))),
            Made::Kept(_) => Arc::new(KeptView::new(plan)),
            Made::Pairs(_, baskets) => Arc::new(KeptView::of_pairs(plan, baskets)),
        };
        context.register_table(view.name, provider)?;
    }
    Ok(context)
}
