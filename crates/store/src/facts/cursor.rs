//! What a source no longer shows, and how far it was read.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

use crate::rows::meta;
use crate::{Store, StoreError, Write};

impl Write {
    /// Marks the rows of a table as gone whose keys at `host` begin with `prefix`, but for those in `keep`: a whole list was read again, and they
    /// were not in it. `prefix` ends with a `/`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gone_but(
        &mut self,
        table: &'static str,
        host: &str,
        prefix: &str,
        keep: &HashSet<String>,
    ) -> Result<u64, StoreError> {
        // Keys are compared here: what comes after what is another matter in every collation.
        let mut asked = Query::select();
        asked.columns(["id", "row_key"]).from(table);
        asked.and_where(Expr::col("host").eq(host)).and_where(Expr::col("deleted_at").is_null());
        let mut lost = Vec::new();
        for row in self.on().query_all(&asked).await? {
            let key: String = row.try_get("", "row_key")?;
            if key.starts_with(prefix) && !keep.contains(&key) {
                lost.push(row.try_get("", "id")?);
            }
        }
        self.gone(table, &lost).await
    }

    /// Notes how far a source was read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_cursor(&mut self, host: &str, scope: &str, seen: &str) -> Result<(), StoreError> {
        let name = cursor_name(host, scope);
        let there = meta::Entity::find_by_id(name.clone()).one(self.on()).await?;
        let row = meta::ActiveModel { name: Set(name), value: Set(seen.to_owned()) };
        if there.is_some() {
            row.update(self.on()).await?
        } else {
            row.insert(self.on()).await?
        };
        Ok(())
    }
}

impl Store {
    /// How far a source was read; none when it never was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cursor(&self, host: &str, scope: &str) -> Result<Option<String>, StoreError> {
        let row = meta::Entity::find_by_id(cursor_name(host, scope)).one(self.database.on()).await?;
        Ok(row.map(|row| row.value))
    }
}

fn cursor_name(host: &str, scope: &str) -> String {
    format!("cursor {host} {scope}")
}
