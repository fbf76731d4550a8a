//! Every row of every table as text, in the order in which the database has them: for tests of what whoever holds the database can read.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Store, StoreError};

impl Store {
    /// Lines of `table: row`. The order of rows is the database's own.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn dump(&self) -> Result<Vec<String>, StoreError> {
        let tables = match self.database.backend() {
            DbBackend::Postgres => {
                "SELECT table_name AS line FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            }
            _ => "SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        };
        let mut lines = Vec::new();
        for table in self.lines(tables).await? {
            let question = self.rows_of(&table).await?;
            lines.extend(self.lines(&question).await?.into_iter().map(|row| format!("{table}: {row}")));
        }
        Ok(lines)
    }

    async fn rows_of(&self, table: &str) -> Result<String, StoreError> {
        if self.database.backend() == DbBackend::Postgres {
            return Ok(format!("SELECT t::text AS line FROM \"{table}\" AS t"));
        }
        let columns = self.lines(&format!("SELECT name AS line FROM pragma_table_info('{table}')")).await?;
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        Ok(format!("SELECT {} AS line FROM \"{table}\"", quoted.join(" || ' ' || ")))
    }

    async fn lines(&self, question: &str) -> Result<Vec<String>, StoreError> {
        let rows = Statement::from_string(self.database.backend(), question);
        let rows = self.database.on().query_all_raw(rows).await?;
        rows.iter().map(|row| Ok(row.try_get("", "line")?)).collect()
    }
}
