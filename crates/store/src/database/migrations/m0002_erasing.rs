//! What is erased leaves nothing behind in the index of words, and retention finds what is due without reading everything.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_erasing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Sqlite {
            // Without this FTS5 keeps the words of a removed text until its segments are merged.
            connection
                .execute_unprepared("INSERT INTO record_text (record_text, rank) VALUES ('secure-delete', 1)")
                .await?;
        }
        connection.execute_unprepared("CREATE INDEX records_kind_updated ON records (kind, updated_at, id)").await?;
        connection.execute_unprepared("CREATE INDEX access_log_at ON access_log (at)").await?;
        Ok(())
    }
}
