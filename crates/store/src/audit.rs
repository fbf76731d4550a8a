//! The audit: every write, sign-in, denial and export, each row's hash covering the row before.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use crate::rows::audit;
use crate::{Actor, Store, StoreError};

/// One thing done, as a write collects it.
#[derive(Debug)]
struct Deed {
    action: String,
    target: String,
    before: String,
    after: String,
}

/// What a write did, before it has numbers.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    deeds: Vec<Deed>,
}

impl Trail {
    pub(crate) fn add(
        &mut self,
        action: &str,
        target: impl std::fmt::Display,
        before: Option<&[u8]>,
        after: Option<&[u8]>,
    ) {
        let hash =
            |bytes: Option<&[u8]>| bytes.map(|bytes| blake3::hash(bytes).to_hex().to_string()).unwrap_or_default();
        self.deeds.push(Deed {
            action: action.to_owned(),
            target: target.to_string(),
            before: hash(before),
            after: hash(after),
        });
    }
}

/// A row of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who: a person's id, or `system`.
    pub actor: String,
    /// What (`record.update`, `sign_in`, `denied.read`).
    pub action: String,
    /// On what: `kind/id`.
    pub target: String,
    /// BLAKE3 of what was there before, hex; empty for nothing.
    pub before_hash: String,
    /// BLAKE3 of what is there now, hex; empty for nothing.
    pub after_hash: String,
    /// The hash of the row before; empty for the first.
    pub prev_hash: String,
    /// BLAKE3 over all of these.
    pub hash: String,
}

/// What [`Store::verify_audit`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditState {
    /// Every row follows from the one before it.
    Whole {
        /// Number of rows.
        rows: u64,
    },
    /// The first row that does not.
    Broken {
        /// Its number.
        seq: u64,
        /// In which way.
        why: &'static str,
    },
}

/// The hash of a row: each part with its length before it, so that no two rows run into one text.
fn hash_of(row: &audit::Model) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        row.seq.to_string().as_str(),
        row.at.to_string().as_str(),
        &row.actor,
        &row.action,
        &row.target,
        &row.before_hash,
        &row.after_hash,
        &row.prev_hash,
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Appends what a write did, in its transaction; the writer's turn makes the chain have one end.
pub(crate) async fn append(
    on: &impl ConnectionTrait,
    actor: Actor,
    at: Timestamp,
    trail: &Trail,
) -> Result<(), StoreError> {
    if trail.deeds.is_empty() {
        return Ok(());
    }
    let last = audit::Entity::find().order_by_desc(audit::Column::Seq).limit(1).one(on).await?;
    let (mut seq, mut prev) = last.map_or((0, String::new()), |row| (row.seq, row.hash));
    let mut rows = Vec::with_capacity(trail.deeds.len());
    for deed in &trail.deeds {
        seq += 1;
        let mut row = audit::Model {
            seq,
            at: at.as_microsecond(),
            actor: actor.to_string(),
            action: deed.action.clone(),
            target: deed.target.clone(),
            before_hash: deed.before.clone(),
            after_hash: deed.after.clone(),
            prev_hash: prev,
            hash: String::new(),
        };
        row.hash = hash_of(&row);
        prev = row.hash.clone();
        rows.push(active(row));
    }
    for part in rows.chunks(500) {
        audit::Entity::insert_many(part.to_vec()).exec_without_returning(on).await?;
    }
    Ok(())
}

fn active(row: audit::Model) -> audit::ActiveModel {
    audit::ActiveModel {
        seq: Set(row.seq),
        at: Set(row.at),
        actor: Set(row.actor),
        action: Set(row.action),
        target: Set(row.target),
        before_hash: Set(row.before_hash),
        after_hash: Set(row.after_hash),
        prev_hash: Set(row.prev_hash),
        hash: Set(row.hash),
    }
}

/// Rows that are read at a time.
const PAGE: u64 = 5_000;

impl Store {
    /// The rows of the audit from `since` on, at most `limit`, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(&self, since: Option<Timestamp>, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
        let since = since.map_or(i64::MIN, Timestamp::as_microsecond);
        let asked = audit::Entity::find().filter(audit::Column::At.gte(since));
        let rows = asked.order_by_desc(audit::Column::Seq).limit(limit).all(self.database.on()).await?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    /// The rows of one action, at most `limit`, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_of(&self, action: &str, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
        let asked = audit::Entity::find().filter(audit::Column::Action.eq(action));
        let rows = asked.order_by_desc(audit::Column::Seq).limit(limit).all(self.database.on()).await?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    /// Hands every row from `since` on to `each`, oldest first, a page at a time.
    ///
    /// # Errors
    /// When the database does not answer, or `each` fails.
    pub async fn each_audit_row(
        &self,
        since: Option<Timestamp>,
        mut each: impl FnMut(AuditRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let since = since.map_or(i64::MIN, Timestamp::as_microsecond);
        let mut behind = 0;
        loop {
            let page = self.audit_page(behind).await?;
            let Some(last) = page.last() else { return Ok(()) };
            behind = last.seq;
            for row in page.into_iter().filter(|row| row.at >= since) {
                each(row.into())?;
            }
        }
    }

    async fn audit_page(&self, behind: i64) -> Result<Vec<audit::Model>, StoreError> {
        let asked = audit::Entity::find().filter(audit::Column::Seq.gt(behind));
        Ok(asked.order_by_asc(audit::Column::Seq).limit(PAGE).all(self.database.on()).await?)
    }

    /// Whether every row of the audit follows from the one before it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_audit(&self) -> Result<AuditState, StoreError> {
        let (mut seq, mut prev) = (0, String::new());
        loop {
            let page = self.audit_page(seq).await?;
            if page.is_empty() {
                return Ok(AuditState::Whole { rows: seq.unsigned_abs() });
            }
            for row in page {
                if let Some(why) = wrong(&row, seq, &prev) {
                    return Ok(AuditState::Broken { seq: (seq + 1).unsigned_abs(), why });
                }
                (seq, prev) = (row.seq, row.hash);
            }
        }
    }
}

fn wrong(row: &audit::Model, seq: i64, prev: &str) -> Option<&'static str> {
    if row.seq != seq + 1 {
        return Some("is missing");
    }
    if row.prev_hash != prev {
        return Some("does not follow from the row before it");
    }
    (row.hash != hash_of(row)).then_some("was changed after it was written")
}

impl From<audit::Model> for AuditRow {
    fn from(row: audit::Model) -> Self {
        Self {
            seq: row.seq.unsigned_abs(),
            at: instant(row.at),
            actor: row.actor,
            action: row.action,
            target: row.target,
            before_hash: row.before_hash,
            after_hash: row.after_hash,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// An instant of the database; what is out of range is 1970.
pub(crate) fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
