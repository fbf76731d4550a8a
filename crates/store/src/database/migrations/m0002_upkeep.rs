//! What is erased leaves nothing behind in the index of words; lists in each of their orders, and retention, read no more than they give.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_upkeep"
    }
}

/// The expressions are those of `records/list.rs`, to the letter: otherwise no engine uses them.
const INDEXES: &[&str] = &[
    "CREATE INDEX records_kind_updated ON records (kind, updated_at, id)",
    "CREATE INDEX records_kind_created ON records (kind, created_at, id)",
    "CREATE INDEX records_kind_title ON records (kind, LOWER(title), id)",
    "CREATE INDEX records_kind_due ON records (kind, COALESCE(due_on, '~'), id)",
    "CREATE INDEX access_log_at ON access_log (at)",
];

/// PostgreSQL keeps the words of a text ready: making them again for each hit took longer than everything else in a search.
const VECTORS: &[&str] = &[
    "DROP INDEX IF EXISTS record_text_words",
    "ALTER TABLE record_text ADD COLUMN IF NOT EXISTS words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    "CREATE INDEX record_text_words ON record_text USING gin (words)",
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            for change in VECTORS {
                connection.execute_unprepared(change).await?;
            }
        } else {
            // Without this FTS5 keeps the words of a removed text until its segments are merged.
            connection
                .execute_unprepared("INSERT INTO record_text (record_text, rank) VALUES ('secure-delete', 1)")
                .await?;
        }
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
