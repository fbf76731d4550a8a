//! What a company's directory calls people and teams, so that it finds them again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0003_directory"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table("directory_ids");
        for mut column in [text("kind"), uuid("id"), text_null("external_id"), boolean("gone")] {
            table.col(&mut column);
        }
        table.primary_key(Index::create().col("kind").col("id"));
        manager.create_table(table).await?;
        // Within a kind an external id is one person's or team's; those without one are not compared.
        let unique = "CREATE UNIQUE INDEX directory_ids_external ON directory_ids (kind, external_id)";
        manager.get_connection().execute_unprepared(unique).await?;
        Ok(())
    }
}
