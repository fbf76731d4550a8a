//! What a reader holds: the lake as one manifest describes it, and the questions that can be put to it.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::ParamValues;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::execution::context::{SQLOptions, SessionContext};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::error::SqlError;
use crate::functions::Hooks;
use crate::manifest::{Manifest, Part, RepoEntry};
use crate::params::Param;
use crate::place::Place;
use crate::{hints, rows, session};

/// The lake at one moment. Cheap to clone; never changes, whatever a writer does meanwhile.
#[derive(Debug, Clone)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

struct Inner {
    place: Arc<dyn Place>,
    manifest: Manifest,
    hooks: Hooks,
    context: OnceCell<SessionContext>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner")
            .field("place", &self.place)
            .field("version", &self.manifest.version)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    pub(crate) fn new(place: Arc<dyn Place>, manifest: Manifest, hooks: Hooks) -> Self {
        Self { inner: Arc::new(Inner { place, manifest, hooks, context: OnceCell::new() }) }
    }

    /// Rises with each commit to the lake; 0 for a lake that was never written.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.inner.manifest.version
    }

    /// The repositories, by id.
    #[must_use]
    pub fn repos(&self) -> &[RepoEntry] {
        &self.inner.manifest.repos
    }

    /// The repository of this id.
    #[must_use]
    pub fn repo(&self, id: &str) -> Option<&RepoEntry> {
        self.repos().iter().find(|entry| entry.id == id)
    }

    /// The files that exist.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.inner.manifest.parts
    }

    /// Rows of a table of a repository, by the manifest alone.
    #[must_use]
    pub fn row_count(&self, repo: &str, table: &str) -> u64 {
        self.parts().iter().filter(|part| part.repo == repo && part.table == table).map(|part| part.rows).sum()
    }

    /// DataFusion over this snapshot, set up once and kept.
    pub(crate) async fn context(&self) -> Result<&SessionContext, SqlError> {
        let inner = &self.inner;
        let build = || session::build(&*inner.place, &inner.manifest.parts, inner.hooks);
        inner.context.get_or_try_init(build).await.map_err(hints::explain_failure)
    }

    /// Answers a statement of the program's own. `$name` places take the values given; only reading is possible.
    ///
    /// # Errors
    /// When the statement is wrong or a part cannot be read.
    pub async fn query(&self, sql: &str, params: &[(&str, Param)]) -> Result<Vec<RecordBatch>, SqlError> {
        let context = self.context().await?;
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let run = async {
            let mut frame = context.sql_with_options(sql, options).await?;
            if !params.is_empty() {
                let values = params
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), ScalarAndMetadata::from(value.scalar())))
                    .collect();
                frame = frame.with_param_values(ParamValues::Map(values))?;
            }
            frame.collect().await
        };
        run.await.map_err(|error| hints::explain(error, context))
    }

    /// As [`Snapshot::query`], with each row as a struct: fields take the columns of their name. Times come as seconds since the epoch; a
    /// column that may be null needs an `Option`.
    ///
    /// # Errors
    /// As [`Snapshot::query`], and [`SqlError::Shape`] when a row does not fit.
    pub async fn rows<T: DeserializeOwned>(&self, sql: &str, params: &[(&str, Param)]) -> Result<Vec<T>, SqlError> {
        rows::collect(&self.query(sql, params).await?)
    }
}
