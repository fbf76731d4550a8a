//! Boxes into which several people put slips that nobody signs, and how many of them somebody has put in while they are counted.
//!
//! A box is one row with one sealed text: a slip has no row, so that its place among the rows tells nothing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0006_boxes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut boxes = Table::create();
        boxes.table("slip_boxes").col(pk_uuid("record_id")).col(text("sealed"));
        manager.create_table(boxes).await?;
        let mut counts = Table::create();
        counts.table("slip_counts");
        for mut column in [uuid("record_id"), uuid("person_id"), integer("used")] {
            counts.col(&mut column);
        }
        counts.primary_key(Index::create().col("record_id").col("person_id"));
        manager.create_table(counts).await
    }
}
