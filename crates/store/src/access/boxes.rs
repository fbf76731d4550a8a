//! A box: what several people put in that nobody signs, a slip each time, until somebody opens it. It belongs to a record; whoever may change
//! the record may put something in.
//!
//! Closed, its whole content is one sealed text of a coarse length, written anew with every slip and in the order of random ids: no slip has
//! a row, a time, a number or an author, and nothing is added to the audit, to a version or to a count of writes. A slip is changed by whoever
//! holds the secret with which it was put in; of that only a mark is kept, another one for every slip. How many slips somebody has put in is
//! counted only where that is asked for, apart from what they say, and forgotten when the box is opened.

use std::fmt;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{Access, absent};
use crate::chance::hex;
use crate::policy::Action;
use crate::records::{Kind, key_bound};
use crate::rows::{record_keys, slip_boxes, slip_counts};
use crate::seal::{DataKey, Wrapped};
use crate::{PersonId, RecordId, Store, StoreError, Write};

/// Slips in a box at most.
const SLIPS: usize = 200;
/// Letters of a slip at most.
const LETTERS: usize = 2_000;
/// Its content is filled up to a multiple of so many bytes.
const BLOCK: usize = 8_192;

/// A secret that only whoever put a slip in holds: their browser's, or one that they were handed.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder([u8; 32]);

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder")
    }
}

impl Holder {
    /// From a secret text of at least 128 random bits.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(blake3::derive_key("mainstay 2026 holder of slips", secret.as_bytes()))
    }

    /// What may be compared in memory, and is never written down.
    #[must_use]
    pub fn sign(&self) -> String {
        hex(blake3::derive_key("mainstay 2026 sign of a holder", &self.0).get(..8).unwrap_or_default())
    }

    /// What is kept of it beside one slip: without the secret no two slips of one hand can be told to be that.
    fn mark(&self, record: RecordId, slip: &str) -> String {
        blake3::keyed_hash(&self.0, format!("{record}/{slip}").as_bytes()).to_hex().to_string()
    }
}

/// A slip of paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip {
    /// Its id, random.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// The content of a box, for whoever is about to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedInto {
    /// The slips, by their ids.
    pub slips: Vec<Slip>,
    /// Changes when the content does; empty of an empty box.
    pub mark: String,
}

/// What is done with a box.
#[derive(Debug, Clone)]
pub enum SlipDeed {
    /// A slip is put in.
    Put {
        /// A random id, in no order.
        id: String,
        /// What it says.
        text: String,
        /// Who may change it; nobody when none.
        holder: Option<Holder>,
        /// So many may each person put in; any number when none, and then nobody's are counted.
        each: Option<u32>,
    },
    /// A slip says something else; nothing takes it out.
    Change {
        /// Which.
        id: String,
        /// What it says now.
        text: Option<String>,
        /// Whose it is.
        holder: Holder,
    },
    /// The box is emptied, as it was looked into.
    Open {
        /// The mark that was seen.
        mark: String,
    },
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    slips: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    text: String,
    mark: String,
}

impl Content {
    fn text(&self) -> Result<String, StoreError> {
        let mut text = serde_json::to_string(self).map_err(|error| StoreError::because("write a box", error))?;
        let whole = text.len().next_multiple_of(BLOCK);
        text.extend(std::iter::repeat_n(' ', whole - text.len()));
        Ok(text)
    }

    /// By their ids, which are random: in no order of time.
    fn slips(self) -> Vec<Slip> {
        let mut slips: Vec<Slip> = self.slips.into_iter().map(|kept| Slip { id: kept.id, text: kept.text }).collect();
        slips.sort();
        slips
    }

    fn put(&mut self, record: RecordId, id: &str, text: &str, holder: Option<&Holder>) -> Result<(), StoreError> {
        if self.slips.len() >= SLIPS {
            return Err(StoreError::field("text", format!("The box is full: {SLIPS} slips are in it.")));
        }
        let mark = holder.map(|holder| holder.mark(record, id)).unwrap_or_default();
        self.slips.push(Kept { id: id.to_owned(), text: fitting(text)?, mark });
        self.slips.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }

    fn change(&mut self, record: RecordId, id: &str, text: Option<&str>, holder: &Holder) -> Result<(), StoreError> {
        let mark = holder.mark(record, id);
        // What is not there and what is somebody else's look the same.
        let place = self.slips.iter().position(|kept| kept.id == id && kept.mark == mark);
        let place = place.ok_or_else(|| StoreError::NotAllowed("no slip of this holder has that id".to_owned()))?;
        match text {
            None => drop(self.slips.remove(place)),
            Some(text) => {
                let text = fitting(text)?;
                self.slips.iter_mut().skip(place).take(1).for_each(|kept| kept.text.clone_from(&text));
            }
        }
        Ok(())
    }
}

fn fitting(text: &str) -> Result<String, StoreError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LETTERS {
        return Err(StoreError::field("text", format!("A slip says something, in at most {LETTERS} characters.")));
    }
    Ok(text.to_owned())
}

/// What binds the sealed text to its box.
fn bound(record: RecordId) -> String {
    format!("box of {record}")
}

fn mark_of(sealed: &str) -> String {
    blake3::hash(sealed.as_bytes()).to_hex().to_string()
}

impl Store {
    /// The content of a box and its mark.
    async fn content(&self, on: &impl ConnectionTrait, record: RecordId) -> Result<(Content, String), StoreError> {
        let Some(row) = slip_boxes::Entity::find_by_id(record.0).one(on).await? else {
            return Ok((Content::default(), String::new()));
        };
        let key = self.box_key(on, record).await?.ok_or_else(|| StoreError::Sealed("its key was erased".to_owned()))?;
        let text = key.open(&bound(record), &row.sealed)?;
        let content = serde_json::from_str(&text).map_err(|error| StoreError::because("read a box", error))?;
        Ok((content, mark_of(&row.sealed)))
    }

    async fn box_key(&self, on: &impl ConnectionTrait, record: RecordId) -> Result<Option<DataKey>, StoreError> {
        let row = record_keys::Entity::find_by_id(record.0).one(on).await?;
        row.map(|row| self.keys.unwrap(&Wrapped { key_id: row.key_id, text: row.wrapped }, &key_bound(record)))
            .transpose()
    }

    /// What changes when something in a box does, and says nothing else; empty without one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn box_mark(&self, record: RecordId) -> Result<String, StoreError> {
        let row = slip_boxes::Entity::find_by_id(record.0).one(self.database.on()).await?;
        Ok(row.map(|row| mark_of(&row.sealed)).unwrap_or_default())
    }

    /// Takes what lay in boxes that are open now out of what the database keeps of old writes, as far as it lets us.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn scrub_boxes(&self) -> Result<(), StoreError> {
        self.database.scrub_tables("slip_boxes, slip_counts, record_keys").await
    }
}

impl Write {
    async fn keep_box(&self, record: RecordId, content: &Content) -> Result<(), StoreError> {
        let (keys, dice) = (&self.store.keys, &self.store.dice);
        let key = match self.store.box_key(self.on(), record).await? {
            Some(key) => key,
            None => {
                let (key, wrapped) = keys.fresh(dice, &key_bound(record))?;
                let row = record_keys::Model { record_id: record.0, key_id: wrapped.key_id, wrapped: wrapped.text };
                let insert = record_keys::Entity::insert(row.into_active_model().reset_all());
                insert.exec_without_returning(self.on()).await?;
                key
            }
        };
        let row = slip_boxes::Model { record_id: record.0, sealed: key.seal(dice, &bound(record), &content.text()?)? };
        let again =
            OnConflict::column(slip_boxes::Column::RecordId).update_column(slip_boxes::Column::Sealed).to_owned();
        let insert = slip_boxes::Entity::insert(row.into_active_model().reset_all()).on_conflict(again);
        insert.exec_without_returning(self.on()).await?;
        Ok(())
    }

    /// Counts one more slip of somebody, when there may be one.
    async fn count_slip(&self, record: RecordId, person: PersonId, each: u32) -> Result<(), StoreError> {
        let used = used(self.on(), record, person).await?;
        if used >= each {
            return Err(StoreError::NotAllowed(format!("{each} slips each go into this box, and yours are in")));
        }
        let used = i32::try_from(used + 1).map_err(|error| StoreError::because("count slips", error))?;
        // All rows of the box are written anew, in the order of people: where a row lies must not tell who was first.
        let of_box = slip_counts::Column::RecordId.eq(record.0);
        let mut rows = slip_counts::Entity::find().filter(of_box.clone()).all(self.on()).await?;
        slip_counts::Entity::delete_many().filter(of_box).exec(self.on()).await?;
        rows.retain(|row| row.person_id != person.0);
        rows.push(slip_counts::Model { record_id: record.0, person_id: person.0, used });
        rows.sort_by_key(|row| row.person_id);
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        slip_counts::Entity::insert_many(rows).exec_without_returning(self.on()).await?;
        Ok(())
    }

    /// Removes the box of a record with its key, and who put how many in.
    pub(crate) async fn remove_box(&self, record: RecordId) -> Result<(), StoreError> {
        let gone = slip_boxes::Entity::delete_by_id(record.0).exec(self.on()).await?;
        if gone.rows_affected > 0 {
            record_keys::Entity::delete_by_id(record.0).exec(self.on()).await?;
        }
        let counts = slip_counts::Column::RecordId.eq(record.0);
        slip_counts::Entity::delete_many().filter(counts).exec(self.on()).await?;
        Ok(())
    }
}

async fn used(on: &impl ConnectionTrait, record: RecordId, person: PersonId) -> Result<u32, StoreError> {
    let row = slip_counts::Entity::find_by_id((record.0, person.0)).one(on).await?;
    Ok(row.map_or(0, |row| row.used.unsigned_abs()))
}

impl Access {
    /// Does something with the box of a record that the asker may change and of which they saw version `seen`. A slip that is put in or
    /// changed leaves no other trace in `write` than the box.
    ///
    /// # Errors
    /// Not allowed, also when a slip is not the holder's or all of somebody's are in; stale when the record has changed, or the box since it
    /// was looked into; refused when the text does not fit.
    pub async fn slip(
        &self,
        write: &Write,
        kind: &Kind,
        record: RecordId,
        seen: u64,
        deed: &SlipDeed,
    ) -> Result<(), StoreError> {
        let old = self.present(write, kind, record, seen).await?;
        self.must(Action::Update, kind, &old)?;
        if kind.class.is_sealed() {
            return Err(StoreError::fault("keep a box beside a sealed record"));
        }
        let (mut content, mark) = self.store.content(write.on(), record).await?;
        match deed {
            SlipDeed::Put { id, text, holder, each } => {
                if let Some(each) = each {
                    write.count_slip(record, self.asker.person, *each).await?;
                }
                content.put(record, id, text, holder.as_ref())?;
            }
            SlipDeed::Change { id, text, holder } => content.change(record, id, text.as_deref(), holder)?,
            SlipDeed::Open { mark: looked } if *looked == mark => return write.remove_box(record).await,
            SlipDeed::Open { .. } => {
                let (kind, id) = (kind.name.to_owned(), record.to_string());
                return Err(StoreError::Stale { kind, id, seen, now: seen });
            }
        }
        write.keep_box(record, &content).await
    }

    /// What is in the box of a record that the asker may change, for the act that opens it. Nothing else may ask this.
    ///
    /// # Errors
    /// Not found, not allowed; sealed when the key is not here.
    pub async fn look_into(&self, kind: &Kind, record: RecordId) -> Result<LookedInto, StoreError> {
        self.beside_box(Action::Update, kind, record).await?;
        let (content, mark) = self.store.content(self.store.database.on(), record).await?;
        Ok(LookedInto { slips: content.slips(), mark })
    }

    /// The slips of a holder in the box of a record that the asker may read.
    ///
    /// # Errors
    /// Not found; sealed when the key is not here.
    pub async fn own_slips(&self, kind: &Kind, record: RecordId, holder: &Holder) -> Result<Vec<Slip>, StoreError> {
        self.beside_box(Action::Read, kind, record).await?;
        let (mut content, _) = self.store.content(self.store.database.on(), record).await?;
        content.slips.retain(|kept| holder.mark(record, &kept.id) == kept.mark);
        Ok(content.slips())
    }

    /// How many slips are in the box of a record that the asker may read. Whoever shows that shows it coarsely.
    ///
    /// # Errors
    /// Not found; sealed when the key is not here.
    pub async fn slips_in(&self, kind: &Kind, record: RecordId) -> Result<usize, StoreError> {
        self.beside_box(Action::Read, kind, record).await?;
        Ok(self.store.content(self.store.database.on(), record).await?.0.slips.len())
    }

    /// How many slips the asker has put in where they are counted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn slips_used(&self, record: RecordId) -> Result<u32, StoreError> {
        used(self.store.database.on(), record, self.asker.person).await
    }

    async fn beside_box(&self, action: Action, kind: &Kind, record: RecordId) -> Result<(), StoreError> {
        let old = self.store.record(self.store.database.on(), kind, record).await?;
        let old = old.filter(|old| self.may(Action::Read, kind, old)).ok_or_else(|| absent(kind, record))?;
        self.must(action, kind, &old)
    }
}
