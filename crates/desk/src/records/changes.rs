//! What one act writes: collected first, then written as a whole with its audit rows, or not at all.

use jiff::Timestamp;
use serde_json::Value;
use store::records::{Draft, Kind, LinkEnd};
use store::{Access, Actor, ItemId, ProjectId, RecordId, SlipDeed, SprintId, Store};

use super::{Envelope, Meanwhile, Record, Round, Stored, Written, body_of, id_of, rules, words};
use crate::{Entropy, Refusal};

/// What is to become of one record.
#[derive(Debug)]
pub(super) enum Deed {
    Create(Draft),
    Update(u64, Draft),
    Archive(u64),
    /// It must still be in that version.
    Rely(u64),
}

/// The changes of one act. Dropping them writes nothing.
#[derive(Debug)]
pub struct Changes {
    pub(super) store: Store,
    pub(super) access: Access,
    act: String,
    pub(super) at: Timestamp,
    pub(super) ids: Entropy,
    pub(super) deeds: Vec<(Kind, RecordId, Deed)>,
    pub(super) steps: Vec<(Kind, Round)>,
    /// What happens to boxes of records: whose, in which version, what.
    pub(super) slips: Vec<(Kind, RecordId, u64, SlipDeed)>,
    /// Links to make: the kinds of both ends, the ends, the relation.
    pub(super) links: Vec<([Kind; 2], RecordId, RecordId, &'static str)>,
    pub(super) work: Vec<store::work::Deed>,
    /// Whether something is written that no undo takes back.
    pub(super) for_good: bool,
}

impl Changes {
    pub(crate) fn begin(store: Store, access: Access, act: &str, at: Timestamp, ids: Entropy) -> Self {
        Self {
            store,
            access,
            act: act.to_owned(),
            at,
            ids,
            deeds: Vec::new(),
            steps: Vec::new(),
            slips: Vec::new(),
            work: Vec::new(),
            links: Vec::new(),
            for_good: false,
        }
    }

    /// A new record, open to whom its kind is open.
    ///
    /// # Errors
    /// Refused when the body does not hold; the fields say why.
    pub fn add<R: Record>(&mut self, body: R) -> Result<Stored<R>, Refusal> {
        self.add_in(Envelope::fresh::<R>(), body)
    }

    /// A new record in an envelope of its own.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_in<R: Record>(&mut self, envelope: Envelope, body: R) -> Result<Stored<R>, Refusal> {
        let id = uuid_v7(self.at, &self.ids)?;
        self.add_at(id, envelope, body)
    }

    /// A new record at a place of its own ([`super::place_of`]): there is never a second one there.
    ///
    /// # Errors
    /// As [`Self::add`]; a conflict when somebody was quicker.
    pub fn add_at<R: Record>(&mut self, id: RecordId, envelope: Envelope, body: R) -> Result<Stored<R>, Refusal> {
        let draft = draft_of(envelope, &body)?;
        let stored = self.stored(id, 1, self.access.asker().person.to_string(), self.at, &draft, body);
        self.stage::<R>(id, Deed::Create(draft))?;
        Ok(stored)
    }

    /// A new version of the record `id`, written by somebody who saw version `seen`. What stands around the body stays.
    ///
    /// # Errors
    /// Refused when the body does not hold, there is no such record, or somebody else wrote meanwhile.
    pub async fn put<R: Record>(&mut self, id: &str, seen: u64, body: R) -> Result<Stored<R>, Refusal> {
        self.put_in(id, seen, |_| {}, body).await
    }

    /// As [`Self::put`], with what stands around the body changed, too.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn put_in<R: Record>(
        &mut self,
        id: &str,
        seen: u64,
        around: impl FnOnce(&mut Envelope),
        body: R,
    ) -> Result<Stored<R>, Refusal> {
        let old = self.present::<R>(id, seen).await?;
        let mut envelope = Envelope {
            team: old.team,
            subject: old.subject,
            audience: old.audience,
            status: old.status.clone(),
            title: R::TITLED.then(|| old.title.clone()),
            due_on: old.due_on,
            parties: old.parties.clone(),
        };
        around(&mut envelope);
        let draft = draft_of(envelope, &body)?;
        let stored = self.stored(old.id, seen + 1, old.author.to_string(), old.created_at, &draft, body);
        self.stage::<R>(old.id, Deed::Update(seen, draft))?;
        Ok(stored)
    }

    /// Puts the record `id` away. It stays in the history for ever.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn archive<R: Record>(&mut self, id: &str, seen: u64) -> Result<Stored<R>, Refusal> {
        let old = self.present::<R>(id, seen).await?;
        let body = body_of::<R>(&old.body, old.body_version, id)?;
        self.stage::<R>(old.id, Deed::Archive(seen))?;
        let stored = super::typed::<R>(&old)?;
        Ok(Stored { version: seen + 1, updated_at: self.at, archived: true, body, ..stored })
    }

    async fn present<R: Record>(&self, id: &str, seen: u64) -> Result<store::records::Record, Refusal> {
        let old = self.access.get(&rules::<R>(), id_of(R::KIND, id)?).await?;
        if old.version != seen {
            let error =
                store::StoreError::Stale { kind: R::KIND.to_owned(), id: id.to_owned(), seen, now: old.version };
            return Err(overtaken(&self.access, &rules::<R>(), old.id, error).await);
        }
        Ok(old)
    }

    /// What else is written hangs on this record being as it was seen: when somebody writes it meanwhile, nothing is written.
    ///
    /// # Errors
    /// A fault when the act writes it, too.
    pub fn rely_on<R: Record>(&mut self, seen: &Stored<R>) -> Result<(), Refusal> {
        let id = id_of(R::KIND, &seen.id)?;
        self.stage::<R>(id, Deed::Rely(seen.version))
    }

    /// Takes a step with everything that was handed in of a round, as it was seen.
    pub fn step<R: Record>(&mut self, round: Round) {
        self.for_good = true;
        self.steps.push((rules::<R>(), round));
    }

    fn stage<R: Record>(&mut self, id: RecordId, deed: Deed) -> Result<(), Refusal> {
        self.for_good |= R::BY_ACTS;
        let kind = rules::<R>();
        if self.deeds.iter().any(|(_, other, _)| *other == id) {
            return Err(Refusal::fault(format!("one act writes {} {id} twice", kind.name)));
        }
        self.deeds.push((kind, id, deed));
        Ok(())
    }

    fn stored<R>(
        &self,
        id: RecordId,
        version: u64,
        author: String,
        created_at: Timestamp,
        draft: &Draft,
        body: R,
    ) -> Stored<R> {
        Stored {
            id: id.to_string(),
            version,
            author,
            created_at,
            updated_at: self.at,
            archived: false,
            team: draft.team,
            subject: draft.subject,
            status: draft.status.clone(),
            title: draft.title.clone(),
            due_on: draft.due_on,
            body,
        }
    }

    /// Links a record of this act, or one that is there, to another that is there: what it became, what it answers.
    ///
    /// # Errors
    /// Not found when an id is none.
    pub fn link<F: Record, T: Record>(&mut self, from: &str, to: &str, relation: &'static str) -> Result<(), Refusal> {
        let kinds = [rules::<F>(), rules::<T>()];
        self.links.push((kinds, id_of(F::KIND, from)?, id_of(T::KIND, to)?, relation));
        Ok(())
    }

    /// Something to do to work: items, sprints, calendars. Deeds are done in their order, after the records.
    pub fn work(&mut self, deed: store::work::Deed) {
        self.work.push(deed);
    }

    /// The id of a new item.
    ///
    /// # Errors
    /// A fault, never met, as for the other new ids.
    pub fn fresh_item(&self) -> Result<ItemId, Refusal> {
        Ok(ItemId(uuid_v7(self.at, &self.ids)?.0))
    }

    /// The id of a new sprint.
    ///
    /// # Errors
    /// As [`Self::fresh_item`].
    pub fn fresh_sprint(&self) -> Result<SprintId, Refusal> {
        Ok(SprintId(uuid_v7(self.at, &self.ids)?.0))
    }

    /// The id of a new project.
    ///
    /// # Errors
    /// As [`Self::fresh_item`].
    pub fn fresh_project(&self) -> Result<ProjectId, Refusal> {
        Ok(ProjectId(uuid_v7(self.at, &self.ids)?.0))
    }

    /// Whether there is anything to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deeds.iter().all(|(_, _, deed)| matches!(deed, Deed::Rely(_)))
            && self.steps.is_empty()
            && self.slips.is_empty()
            && self.work.is_empty()
            && self.links.is_empty()
    }

    /// Writes everything in one transaction and returns what was written, as far as it can be taken back, once it is on the disk.
    ///
    /// # Errors
    /// Refused when somebody else wrote one of the records meanwhile or the viewer may not, unavailable when the disk fails; then nothing
    /// was written.
    pub async fn commit(self) -> Result<Vec<Written>, Refusal> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        if self.is_slips_alone() {
            self.commit_slips().await?;
            return Ok(Vec::new());
        }
        let work = if self.work.is_empty() { None } else { Some(self.store.work().await?) };
        let mut write = self.store.write(Actor::Person(self.access.asker().person), self.at).await?;
        write.note("act", &self.act, None, None);
        for (kind, id, seen, deed) in &self.slips {
            self.access.slip(&write, kind, *id, *seen, deed).await?;
        }
        let mut written = match self.write_deeds(&mut write).await {
            Ok(written) => written,
            Err((kind, id, error)) => {
                drop(write);
                return Err(overtaken(&self.access, kind, id, error).await);
            }
        };
        for (kind, round) in &self.steps {
            self.access.step(&mut write, kind, &round.places, &round.seen, &round.step).await?;
        }
        for (kinds, from, to, relation) in &self.links {
            let [kind, _] = kinds;
            let link = self.access.link(&mut write, kinds, kind, *from, &LinkEnd::Record(*to), relation).await?;
            written.push(Written::Link { kind: *kind, from: from.to_string(), link: link.id.to_string() });
        }
        if let Some(work) = work {
            match self.access.work(&mut write, &work, &self.work).await {
                Ok(traces) => written.extend(traces.into_iter().map(Written::of)),
                Err(error) => {
                    drop(write);
                    return Err(overtaken_item(&self.store, error).await);
                }
            }
        }
        write.keep().await?;
        if !self.slips.is_empty() {
            // What was opened lies open now; that old pages could not be wiped is no reason to say that it failed.
            let _ = self.store.scrub_boxes().await;
        }
        Ok(if self.for_good { Vec::new() } else { written })
    }

    /// The records of the act, one after the other; with an error, which one it was.
    async fn write_deeds(
        &self,
        write: &mut store::Write,
    ) -> Result<Vec<Written>, (&Kind, RecordId, store::StoreError)> {
        let mut written = Vec::with_capacity(self.deeds.len());
        for (kind, id, deed) in &self.deeds {
            let done = match deed {
                Deed::Create(draft) => self.access.create(write, kind, *id, draft).await,
                Deed::Update(seen, draft) => self.access.update(write, kind, *id, *seen, draft).await,
                Deed::Archive(seen) => self.access.archive(write, kind, *id, *seen).await,
                Deed::Rely(seen) => self.access.rely_on(write, kind, *id, *seen).await.map(|()| *seen),
            };
            match done {
                Ok(_) if matches!(deed, Deed::Rely(_)) => {}
                Ok(version) => written.push(Written::Record { kind: *kind, id: id.to_string(), version }),
                Err(error) => return Err((kind, *id, error)),
            }
        }
        Ok(written)
    }
}

/// Somebody was quicker with an item: what happened to it since.
async fn overtaken_item(store: &Store, error: store::StoreError) -> Refusal {
    let store::StoreError::Stale { kind, id, seen, now } = &error else { return error.into() };
    let message = format!("{id} was changed while you looked at it");
    let Ok(work) = store.work().await else { return Refusal::conflict(message) };
    let lines = work.by_key(id).filter(|_| kind == "work_item").map(|item| {
        let since = item.log.iter().filter(|line| u64::from(line.number) > *seen && u64::from(line.number) <= *now);
        let said = since.map(|line| {
            let text = |sym: Option<store::work::Sym>| sym.map_or("nothing", |sym| work.text(sym)).to_owned();
            format!("{}: {} → {}", line.field.word(), text(line.from), text(line.to))
        });
        said.collect::<Vec<_>>().join("; ")
    });
    match lines.filter(|lines| !lines.is_empty()) {
        Some(lines) => Refusal::conflict(message).hint(format!("Since then: {lines}. Look again; nothing was saved.")),
        None => Refusal::conflict(message).hint("Look again; nothing was saved."),
    }
}

/// A stale write with what changed meanwhile; any other error as it is.
pub(super) async fn overtaken(access: &Access, kind: &Kind, id: RecordId, error: store::StoreError) -> Refusal {
    let store::StoreError::Stale { seen, .. } = &error else { return error.into() };
    let seen = *seen;
    let meanwhile = match access.history(kind, id).await {
        Ok(versions) => Meanwhile::since(&versions, seen, access.organisation()),
        Err(_) => None,
    };
    Refusal::from(error).meanwhile(meanwhile)
}

/// What the store is handed.
pub(super) fn draft_of<R: Record>(envelope: Envelope, body: &R) -> Result<Draft, Refusal> {
    body.check().map_err(Refusal::fields)?;
    let json: Value =
        serde_json::to_value(body).map_err(|error| Refusal::bug(format!("cannot write a {}", R::KIND), error))?;
    let title = if R::TITLED { envelope.title.unwrap_or_default() } else { body.title() };
    Ok(Draft {
        team: envelope.team,
        subject: envelope.subject,
        audience: envelope.audience,
        status: envelope.status,
        title,
        words: words(&json),
        body: json,
        due_on: envelope.due_on,
        parties: envelope.parties,
        reason: None,
    })
}

/// A UUIDv4 (RFC 9562): nothing but randomness, for what must not be put in an order.
pub(crate) fn uuid_v4(ids: &Entropy) -> Result<RecordId, Refusal> {
    marked(ids.bytes::<16>(), 0x40)
}

/// A UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness.
pub(crate) fn uuid_v7(at: Timestamp, ids: &Entropy) -> Result<RecordId, Refusal> {
    let mut bytes = ids.bytes::<16>();
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0).to_be_bytes();
    for (place, byte) in bytes.iter_mut().zip(millis.iter().skip(2)) {
        *place = *byte;
    }
    marked(bytes, 0x70)
}

fn marked(mut bytes: [u8; 16], version: u8) -> Result<RecordId, Refusal> {
    bytes[6] = (bytes[6] & 0x0f) | version;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.parse().map_err(|_| Refusal::fault("an id that is none"))
}
