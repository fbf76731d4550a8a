//! Searching: candidates come newest first from the index of words, in batches; each batch is narrowed in SQL to what the asker could see
//! at most, ordered by how well it fits, and decided record by record. So a word that everybody uses costs no more than a rare one.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::words::{Found, Wanted, around, find};
use super::{Kind, Party, Reach, Record, parties_of};
use crate::rows::records;
use crate::{RecordId, Store, StoreError};

/// Candidates of a batch: the best of so many of the newest come first.
const BATCH: u64 = 1_000;
/// Batches at most. Whoever may see almost nothing searches the newest of everybody's.
const BATCHES: usize = 20;

/// A record that was found by its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub record: Record,
    /// A piece of its text.
    pub around: String,
}

impl Store {
    /// Records of these kinds that hold every word of `text` and pass `allowed`, at most `limit`.
    pub(crate) async fn search_records(
        &self,
        kinds: &[Kind],
        text: &str,
        limit: usize,
        reach: &Reach,
        allowed: impl Fn(&Kind, &records::Model, &[Party]) -> Result<bool, StoreError>,
    ) -> Result<Vec<Hit>, StoreError> {
        let Some(wanted) = Wanted::of(text) else { return Ok(Vec::new()) };
        let (mut taken, mut found, mut last) = (Vec::new(), Vec::new(), None);
        for _ in 0..BATCHES {
            let batch = find(self.database.on(), &wanted, last.as_ref(), BATCH).await?;
            let full = batch.len() as u64 == BATCH;
            last = self.take_allowed(kinds, batch, limit, reach, &allowed, &mut taken, &mut found).await?;
            if !full || taken.len() == limit {
                break;
            }
        }
        let mut pieces = around(self.database.on(), &wanted, &found).await?;
        let mut hits = Vec::with_capacity(taken.len());
        for (kind, row, parties) in taken {
            let around = pieces.remove(&RecordId(row.id)).unwrap_or_default();
            hits.push(Hit { record: self.record_with(self.database.on(), &kind, row, parties).await?, around });
        }
        Ok(hits)
    }

    /// Takes what is allowed of a batch, best first, until there are `limit`; gives the last of the batch, where the next begins.
    #[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
    async fn take_allowed(
        &self,
        kinds: &[Kind],
        mut batch: Vec<Found>,
        limit: usize,
        reach: &Reach,
        allowed: &impl Fn(&Kind, &records::Model, &[Party]) -> Result<bool, StoreError>,
        taken: &mut Vec<(Kind, records::Model, Vec<Party>)>,
        found: &mut Vec<Found>,
    ) -> Result<Option<Found>, StoreError> {
        let last = batch.pop();
        batch.extend(last.clone());
        let asked = records::Entity::find()
            .filter(records::Column::Id.is_in(batch.iter().map(|found| found.id.0)))
            .filter(records::Column::Kind.is_in(kinds.iter().map(|kind| kind.name)))
            .filter(reach.condition());
        let rows = asked.all(self.database.on()).await?;
        let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        batch.retain(|found| rows.contains_key(&found.id.0));
        batch.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
        for part in batch.chunks(50) {
            let ids: Vec<_> = part.iter().map(|found| found.id.0).collect();
            let mut named: HashMap<_, Vec<Party>> = HashMap::new();
            for (id, party) in parties_of(self.database.on(), &ids).await? {
                named.entry(id).or_default().push(party);
            }
            for one in part {
                let Some(row) = rows.remove(&one.id.0) else { continue };
                let Some(kind) = kinds.iter().find(|kind| kind.name == row.kind) else { continue };
                let parties = named.remove(&row.id).unwrap_or_default();
                if allowed(kind, &row, &parties)? {
                    taken.push((*kind, row, parties));
                    found.push(one.clone());
                }
                if taken.len() == limit {
                    return Ok(last);
                }
            }
        }
        Ok(last)
    }
}
