//! Erasing: at the end of retention, or when a law asks for it. Rows, versions, keys and links go; a tombstone stays.

use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::Serialize;

use super::words;
use crate::people::day;
use crate::rows::{access_log, links, parties, record_keys, records, tombstones, versions};
use crate::{RecordId, Store, StoreError, Write};

/// What is left of an erased record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tombstone {
    /// The record's id.
    pub id: RecordId,
    /// Its kind.
    pub kind: String,
    /// When it went.
    pub erased_on: Date,
    /// By which rule (`retention`, `erasure of a person`).
    pub rule: String,
}

impl Write {
    /// Erases a record whole. Nothing of its body is left, in no version.
    ///
    /// # Errors
    /// Not found when there is none by that id.
    pub(crate) async fn erase_record(&mut self, id: RecordId, on: Date, rule: &str) -> Result<(), StoreError> {
        let row = records::Entity::find_by_id(id.0).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("record", &id.to_string(), []))?;
        words::put(self.on(), id, None, true).await?;
        let touching = Condition::any().add(links::Column::FromId.eq(id.0)).add(links::Column::ToId.eq(id.0));
        links::Entity::delete_many().filter(touching).exec(self.on()).await?;
        parties::Entity::delete_many().filter(parties::Column::RecordId.eq(id.0)).exec(self.on()).await?;
        self.remove_box(id).await?;
        record_keys::Entity::delete_many().filter(record_keys::Column::RecordId.eq(id.0)).exec(self.on()).await?;
        versions::Entity::delete_many().filter(versions::Column::RecordId.eq(id.0)).exec(self.on()).await?;
        access_log::Entity::delete_many().filter(access_log::Column::RecordId.eq(id.0)).exec(self.on()).await?;
        records::Entity::delete_by_id(id.0).exec(self.on()).await?;
        let stone = tombstones::Model {
            record_id: id.0,
            kind: row.kind.clone(),
            erased_on: on.to_string(),
            rule: rule.to_owned(),
        };
        stone.into_active_model().reset_all().insert(self.on()).await?;
        self.note("record.erase", format!("{}/{id}", row.kind), Some(row.body.as_bytes()), None);
        self.records_change();
        Ok(())
    }
}

impl Store {
    /// Every tombstone, by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        let rows =
            tombstones::Entity::find().order_by_asc(tombstones::Column::RecordId).all(self.database.on()).await?;
        let stone = |row: tombstones::Model| {
            Ok(Tombstone {
                id: RecordId(row.record_id),
                kind: row.kind,
                erased_on: day(&row.erased_on)?,
                rule: row.rule,
            })
        };
        rows.into_iter().map(stone).collect()
    }
}
