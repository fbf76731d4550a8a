//! The box of a record, for what several people put in and nobody signs. Practices put slips in, change them by the secret that their author
//! holds, and open the box; whose a slip is can be told by nothing that is kept.

use store::{Holder, LookedInto, RecordId, Slip, SlipDeed};

use super::changes::uuid_v4;
use super::{Changes, Record, Records, Stored, id_of, rules};
use crate::{Desk, Refusal};

impl Desk {
    /// A secret of 128 random bits, to be handed out and kept nowhere.
    #[must_use]
    pub fn fresh_secret(&self) -> String {
        self.entropy().hex::<16>()
    }
}

impl Records {
    /// What is in the box of a record, for the act that opens it.
    ///
    /// # Errors
    /// Refused when the viewer may not change the record; unavailable when the key is not here.
    pub async fn look_into<R: Record>(&self, record: &Stored<R>) -> Result<LookedInto, Refusal> {
        Ok(self.access.look_into(&rules::<R>(), id_of(R::KIND, &record.id)?).await?)
    }

    /// The slips of whoever holds a secret.
    ///
    /// # Errors
    /// Unavailable when the key is not here.
    pub async fn own_slips<R: Record>(&self, record: &Stored<R>, holder: &Holder) -> Result<Vec<Slip>, Refusal> {
        Ok(self.access.own_slips(&rules::<R>(), id_of(R::KIND, &record.id)?, holder).await?)
    }

    /// How many slips there are, in steps of five: what does not tell when somebody put one in.
    ///
    /// # Errors
    /// As [`Self::own_slips`].
    pub async fn slips_about<R: Record>(&self, record: &Stored<R>) -> Result<usize, Refusal> {
        let many = self.access.slips_in(&rules::<R>(), id_of(R::KIND, &record.id)?).await?;
        Ok(many - many % SLIP_STEP)
    }

    /// How many slips the viewer has put in where each person may put in so many.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn slips_used<R: Record>(&self, record: &Stored<R>) -> Result<u32, Refusal> {
        Ok(self.access.slips_used(id_of(R::KIND, &record.id)?).await?)
    }
}

/// Slips are told in steps of so many.
pub const SLIP_STEP: usize = 5;

impl Changes {
    /// Puts a slip into the box of a record that is as it was seen; gives its id. Of `each`, nobody puts in more than so many. An act that
    /// puts in a slip writes nothing else: nothing is to stand beside it.
    ///
    /// # Errors
    /// A fault when the record's id is none.
    pub fn put_slip<R: Record>(
        &mut self,
        record: &Stored<R>,
        text: &str,
        holder: Option<Holder>,
        each: Option<u32>,
    ) -> Result<String, Refusal> {
        let id = uuid_v4(&self.ids)?.to_string();
        self.box_deed(record, SlipDeed::Put { id: id.clone(), text: text.to_owned(), holder, each })?;
        Ok(id)
    }

    /// Has a slip of a holder say something else, or takes it out.
    ///
    /// # Errors
    /// As [`Self::put_slip`].
    pub fn change_slip<R: Record>(
        &mut self,
        record: &Stored<R>,
        slip: &str,
        text: Option<&str>,
        holder: Holder,
    ) -> Result<(), Refusal> {
        self.box_deed(record, SlipDeed::Change { id: slip.to_owned(), text: text.map(str::to_owned), holder })
    }

    /// Empties the box as it was looked into: nothing of it is left but what the act writes.
    ///
    /// # Errors
    /// As [`Self::put_slip`].
    pub fn open_box<R: Record>(&mut self, record: &Stored<R>, seen: &LookedInto) -> Result<(), Refusal> {
        self.for_good = true;
        self.box_deed(record, SlipDeed::Open { mark: seen.mark.clone() })
    }

    fn box_deed<R: Record>(&mut self, record: &Stored<R>, deed: SlipDeed) -> Result<(), Refusal> {
        let id: RecordId = id_of(R::KIND, &record.id)?;
        self.slips.push((rules::<R>(), id, record.version, deed));
        Ok(())
    }

    /// Whether the act does nothing but put in or change slips, of which no trace is left.
    pub(super) fn is_slips_alone(&self) -> bool {
        let opens = self.slips.iter().any(|(.., deed)| matches!(deed, SlipDeed::Open { .. }));
        !self.slips.is_empty() && !opens
    }

    /// Writes slips and nothing else: no audit row, no version, nobody's name.
    pub(super) async fn commit_slips(self) -> Result<(), Refusal> {
        if !self.deeds.is_empty() || !self.steps.is_empty() || !self.work.is_empty() || !self.links.is_empty() {
            return Err(Refusal::fault("an act that puts in a slip writes something beside it"));
        }
        let write = self.store.write(store::Actor::System, self.at).await?;
        for (kind, id, seen, deed) in &self.slips {
            self.access.slip(&write, kind, *id, *seen, deed).await?;
        }
        Ok(write.keep().await?)
    }
}
