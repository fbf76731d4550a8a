//! Who is in a room together right now.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0005_seats"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table("seats");
        for mut column in [text("room"), uuid("person_id"), big_integer("seen_at"), boolean("watching")] {
            table.col(&mut column);
        }
        table.primary_key(Index::create().col("room").col("person_id"));
        manager.create_table(table).await
    }
}
