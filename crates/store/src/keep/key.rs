//! A new master key: every data key is wrapped anew; no body is touched. At every instant the key file holds what opens the database.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::records::key_bound;
use crate::rows::record_keys;
use crate::seal::Wrapped;
use crate::{Actor, RecordId, Store, StoreError};

/// Rows at a time.
const PAGE: u64 = 1_000;

/// What a rotation did.
#[derive(Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Sealed records whose data key was wrapped anew.
    pub records: u64,
    /// The id of the new key.
    pub key_id: String,
    /// The text of a key file without the old keys. They open nothing any more but backups from before; keep them as long as those.
    pub newest_alone: String,
}

impl std::fmt::Debug for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rotation({} records, key {})", self.records, self.key_id)
    }
}

impl Store {
    /// Makes a new master key and wraps every data key with it, in one transaction.
    ///
    /// First `keep` gets the text of a key file with the new key before the old ones, and must have it on the disk when it returns.
    /// Killed before: the old key file opens everything. Killed after: the new one does, since it holds both.
    ///
    /// # Errors
    /// Sealed when an old key is wanted that is not here; whatever `keep` says. Then nothing was wrapped anew.
    pub async fn rotate_key(
        &self,
        actor: Actor,
        now: Timestamp,
        keep: impl FnOnce(&str) -> Result<(), StoreError>,
    ) -> Result<Rotation, StoreError> {
        let mut write = self.write(actor, now).await?;
        let missing = self.missing_keys().await?;
        if let Some((id, records)) = missing.first() {
            return Err(StoreError::Sealed(format!(
                "key {id} is wanted for {records} sealed records, and is not here"
            )));
        }
        let fresh = self.keys.with_fresh(&self.dice);
        keep(&fresh.text())?;
        let (mut records, mut behind) = (0, uuid::Uuid::nil());
        loop {
            let page = record_keys::Entity::find().filter(record_keys::Column::RecordId.gt(behind));
            let page = page.order_by_asc(record_keys::Column::RecordId).limit(PAGE).all(write.on()).await?;
            let Some(last) = page.last() else { break };
            behind = last.record_id;
            records += page.len() as u64;
            for row in page {
                let about = key_bound(RecordId(row.record_id));
                let key = fresh.unwrap(&Wrapped { key_id: row.key_id, text: row.wrapped }, &about)?;
                let wrapped = fresh.wrap(&self.dice, &key, &about)?;
                let row = record_keys::ActiveModel {
                    record_id: Set(row.record_id),
                    key_id: Set(wrapped.key_id),
                    wrapped: Set(wrapped.text),
                };
                record_keys::Entity::update(row).exec(write.on()).await?;
            }
        }
        let key_id = fresh.ids().into_iter().next().unwrap_or_default();
        write.note("key.rotate", &key_id, None, None);
        // Before the end of the transaction: a reader of this process holds both keys at every instant.
        self.keys.take(&fresh);
        write.keep().await?;
        Ok(Rotation { records, key_id, newest_alone: fresh.newest_alone().text() })
    }

    /// The ids of keys that sealed records want and that are not here, each with the number of those records.
    pub(super) async fn missing_keys(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let wanted: Vec<(String, i64)> = record_keys::Entity::find()
            .select_only()
            .column(record_keys::Column::KeyId)
            .column_as(record_keys::Column::RecordId.count(), "records")
            .group_by(record_keys::Column::KeyId)
            .order_by_asc(record_keys::Column::KeyId)
            .into_tuple()
            .all(self.database.on())
            .await?;
        let here = self.keys.ids();
        Ok(wanted.into_iter().filter(|(id, _)| !here.contains(id)).collect())
    }
}
