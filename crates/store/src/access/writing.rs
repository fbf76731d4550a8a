//! Writing records as somebody: each change is put to the policy as the record is before it, and as it would be after.

use super::{Access, absent};
use crate::policy::{Action, Class, Readers};
use crate::records::{Draft, Kind, Link, LinkEnd, Record, links_of};
use crate::{RecordId, StoreError, Write};

impl Access {
    /// Who could read `draft` once it is written: the sentence under a text box.
    #[must_use]
    pub fn readers_of_draft(&self, kind: &Kind, draft: &Draft) -> Readers {
        let (thing, ties) = self.about_draft(kind, draft);
        self.readers_of(&thing, &ties)
    }

    /// Makes a record in `write`, with an id that nobody has.
    ///
    /// # Errors
    /// Not allowed; refused when the draft does not hold.
    pub async fn create(&self, write: &mut Write, kind: &Kind, id: RecordId, draft: &Draft) -> Result<u64, StoreError> {
        let (thing, ties) = self.about_draft(kind, draft);
        if !self.policy.decide(&self.asker, Action::Create, &thing, &ties).allowed {
            return Err(self.refused("begin", kind));
        }
        write.create_record(kind, id, draft).await
    }

    /// Writes the next version of a record of which the asker saw version `seen`.
    ///
    /// # Errors
    /// Not found when the asker may not read it, not allowed when they may not change it, stale when somebody else wrote meanwhile.
    pub async fn update(
        &self,
        write: &mut Write,
        kind: &Kind,
        id: RecordId,
        seen: u64,
        draft: &Draft,
    ) -> Result<u64, StoreError> {
        let old = self.present(write, kind, id, seen).await?;
        self.must(Action::Update, kind, &old)?;
        self.must_share(kind, &old, draft)?;
        write.update_record(kind, &old, draft, false).await
    }

    /// Puts a record away; it stays in the history for ever.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub async fn archive(&self, write: &mut Write, kind: &Kind, id: RecordId, seen: u64) -> Result<u64, StoreError> {
        let old = self.present(write, kind, id, seen).await?;
        self.must(Action::Archive, kind, &old)?;
        // What was put into its box and never opened is nobody's to open any more.
        write.remove_box(id).await?;
        write.update_record(kind, &old, &same(&old)?, true).await
    }

    /// The record as `write` sees it.
    pub(super) async fn present(
        &self,
        write: &Write,
        kind: &Kind,
        id: RecordId,
        seen: u64,
    ) -> Result<Record, StoreError> {
        let old = self.store.record(write.on(), kind, id).await?;
        let old = old.filter(|old| self.may(Action::Read, kind, old)).ok_or_else(|| absent(kind, id))?;
        if old.version != seen {
            return Err(StoreError::Stale { kind: kind.name.to_owned(), id: id.to_string(), seen, now: old.version });
        }
        Ok(old)
    }

    pub(super) fn must(&self, action: Action, kind: &Kind, record: &Record) -> Result<(), StoreError> {
        if self.may(action, kind, record) { Ok(()) } else { Err(self.refused(action.word(), kind)) }
    }

    /// Whatever opens a record further, or moves it to other people, is its subject's or its author's to do.
    fn must_share(&self, kind: &Kind, old: &Record, draft: &Draft) -> Result<(), StoreError> {
        let wider = draft.audience > old.audience;
        let moved = draft.team != old.team || draft.subject != old.subject;
        let more = draft.parties.iter().any(|party| !old.parties.contains(party));
        if !(wider || moved || more) {
            return Ok(());
        }
        if wider && draft.audience > kind.class.widest() {
            let message = format!("This cannot be opened to {}.", draft.audience.word());
            return Err(StoreError::field("audience", message));
        }
        self.must(Action::Share, kind, old)
    }

    fn refused(&self, what: &str, kind: &Kind) -> StoreError {
        StoreError::NotAllowed(format!("you may not {what} this {}", kind.name.replace('_', " ")))
    }

    /// Links a record that the asker may change to another that they may see, or to a fact.
    ///
    /// # Errors
    /// Not found when either is hidden, not allowed when the first may not be changed.
    pub async fn link(
        &self,
        write: &mut Write,
        kinds: &[Kind],
        kind: &Kind,
        from: RecordId,
        to: &LinkEnd,
        relation: &str,
    ) -> Result<Link, StoreError> {
        let old = self.store.record(write.on(), kind, from).await?;
        let old = old.filter(|old| self.may(Action::Read, kind, old)).ok_or_else(|| absent(kind, from))?;
        self.must(Action::Update, kind, &old)?;
        let alone = |field: &str| {
            StoreError::field(field, "What a private note is about stands inside it; nothing links to it or from it.")
        };
        if kind.class == Class::PrivateNote {
            return Err(alone("kind"));
        }
        if let LinkEnd::Record(other) = to {
            let other = self.seen(kinds, *other).await?;
            let other = other.ok_or_else(|| StoreError::missing("record", &end_name(to), []))?;
            let class = kinds.iter().find(|kind| kind.name == other.kind).map(|kind| kind.class);
            if class == Some(Class::PrivateNote) {
                return Err(alone("to"));
            }
        }
        write.link_record(from, to, relation).await
    }

    /// Removes a link of a record that the asker may change.
    ///
    /// # Errors
    /// Not found when there is no such link.
    pub async fn unlink(
        &self,
        write: &mut Write,
        kind: &Kind,
        from: RecordId,
        link: uuid::Uuid,
    ) -> Result<(), StoreError> {
        let old = self.store.record(write.on(), kind, from).await?;
        let old = old.filter(|old| self.may(Action::Read, kind, old)).ok_or_else(|| absent(kind, from))?;
        self.must(Action::Update, kind, &old)?;
        let found: Option<Link> =
            links_of(write.on(), from).await?.into_iter().find(|one| one.id == link && one.from == from);
        let found = found.ok_or_else(|| StoreError::missing("link", &link.to_string(), []))?;
        write.unlink_record(&found).await
    }
}

fn end_name(end: &LinkEnd) -> String {
    match end {
        LinkEnd::Record(id) => id.to_string(),
        LinkEnd::Fact(fact) => fact.clone(),
    }
}

/// A draft that says what the record says.
fn same(record: &Record) -> Result<Draft, StoreError> {
    let crate::records::Body::Open(body) = &record.body else {
        return Err(StoreError::Sealed("it is sealed, and its key is not here".to_owned()));
    };
    Ok(Draft {
        team: record.team,
        subject: record.subject,
        audience: record.audience,
        status: record.status.clone(),
        title: record.title.clone(),
        body: body.clone(),
        due_on: record.due_on,
        parties: record.parties.clone(),
        words: String::new(),
        reason: None,
    })
}
