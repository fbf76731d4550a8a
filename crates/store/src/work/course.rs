//! What one field of an item was, from when until when: the log folded as of an instant, with what was known at another.

use super::{Entry, Field, Item, Sym};

/// A value that a field had over a while. Instants are UTC microseconds; the stay is `from` ≤ t < `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// The value.
    pub value: Option<Sym>,
    /// Since when.
    pub from: i64,
    /// Until when; none is until the instant that was asked for.
    pub until: Option<i64>,
    /// The next entry says that it left another value: something between is missing.
    pub chain_break: bool,
    /// The entry that began it; none for the value at the beginning.
    pub began_by: Option<u32>,
}

/// The stays of one field, contiguous and disjoint from the creation on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course(Vec<Stay>);

impl Course {
    /// The course of `field` as of `as_of`, with what was known at `known_at`. Empty when the item was not there, or not known.
    /// `now` is the value that the field has today; it is what it was from the beginning when no entry counts and none ever did.
    #[must_use]
    pub fn of(item: &Item, field: Field, now: Option<Sym>, as_of: i64, known_at: i64) -> Self {
        if item.created_at > as_of || item.seen > known_at {
            return Self(Vec::new());
        }
        let known = || item.log.iter().filter(|entry| entry.field == field && entry.known(known_at));
        // What came later says what was before, also when it lies behind `as_of`.
        let first = known().next().map(|entry| entry.from).or_else(|| later(item, field));
        let mut stays = vec![Stay {
            value: first.unwrap_or(now),
            from: item.created_at,
            until: None,
            chain_break: false,
            began_by: None,
        }];
        for entry in known().filter(|entry| entry.at <= as_of) {
            enter(&mut stays, entry);
        }
        Self(stays)
    }

    /// The stays, oldest first.
    #[must_use]
    pub fn stays(&self) -> &[Stay] {
        &self.0
    }

    /// The last value.
    #[must_use]
    pub fn last(&self) -> Option<Sym> {
        self.0.last().and_then(|stay| stay.value)
    }
}

/// What an entry that is not known yet says of the time before it.
fn later(item: &Item, field: Field) -> Option<Option<Sym>> {
    item.log.iter().find(|entry| entry.field == field && entry.withdrawn.is_none()).map(|entry| entry.from)
}

fn enter(stays: &mut Vec<Stay>, entry: &Entry) {
    let at = stays.last().map_or(entry.at, |last| entry.at.max(last.from));
    if let Some(last) = stays.last_mut() {
        last.until = Some(at);
        last.chain_break = last.value != entry.from;
    }
    stays.push(Stay { value: entry.to, from: at, until: None, chain_break: false, began_by: Some(entry.number) });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::work::{Entry, ItemType, ServiceClass, Texts};
    use crate::{ItemId, ProjectId};

    const SECOND: i64 = 1_000_000;

    fn micros(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    fn item(texts: &mut Texts, created: &str, moves: &[(&str, &str, &str)]) -> Item {
        let mut log = Vec::new();
        for (number, (at, from, to)) in (1..).zip(moves) {
            log.push(Entry {
                number,
                at: micros(at),
                seen: micros(at),
                withdrawn: None,
                actor: None,
                field: Field::Status,
                from: Some(texts.intern(from)),
                to: Some(texts.intern(to)),
                reason: None,
            });
        }
        Item {
            id: ItemId(uuid::Uuid::nil()),
            host: texts.intern("mainstay"),
            url: None,
            project: ProjectId(uuid::Uuid::nil()),
            key: "PAY-1".into(),
            title: "Pay".into(),
            sort: ItemType::Task,
            status: texts.intern(moves.last().map_or("To Do", |last| last.2)),
            class: ServiceClass::Standard,
            priority: None,
            estimate: None,
            created_at: micros(created),
            seen: micros(created),
            due_on: None,
            creator: None,
            assignee: None,
            parent: None,
            labels: Arc::new([]),
            blocked: false,
            rank: None,
            entries: log.len() as u32,
            deleted_at: None,
            log: log.into(),
            ties: Arc::new([]),
        }
    }

    #[test]
    fn stays_partition_the_time() {
        let mut texts = Texts::default();
        // The golden row of connect.md, part 12: 90,000 · 0 · 180,000 (chain break) · 43,200 s.
        let item = item(
            &mut texts,
            "2026-03-02T09:00:00Z",
            &[
                ("2026-03-03T10:00:00Z", "To Do", "In Progress"),
                ("2026-03-03T10:00:00Z", "In Progress", "In Review"),
                ("2026-03-05T12:00:00Z", "Blocked", "Done"),
            ],
        );
        let asked = micros("2026-03-06T00:00:00Z");
        let course = Course::of(&item, Field::Status, Some(item.status), asked, asked);
        let spans: Vec<i64> =
            course.stays().iter().map(|stay| (stay.until.unwrap_or(asked) - stay.from) / SECOND).collect();
        assert_eq!(spans, [90_000, 0, 180_000, 43_200]);
        assert_eq!(spans.iter().sum::<i64>(), 313_200);
        assert_eq!(course.stays().iter().map(|stay| stay.chain_break).collect::<Vec<_>>(), [false, false, true, false]);
    }

    #[test]
    fn the_past_is_as_it_was_known() {
        let mut texts = Texts::default();
        let mut item = item(&mut texts, "2026-03-02T09:00:00Z", &[("2026-03-03T10:00:00Z", "To Do", "Doing")]);
        let mut log = item.log.to_vec();
        log[0].seen = micros("2026-03-09T00:00:00Z");
        item.log = log.into();
        let value = |as_of: &str, known: &str| {
            let course = Course::of(&item, Field::Status, Some(item.status), micros(as_of), micros(known));
            course.last().map(|sym| texts.text(sym).to_owned())
        };
        assert_eq!(value("2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z").as_deref(), Some("To Do"));
        assert_eq!(value("2026-03-04T00:00:00Z", "2026-03-10T00:00:00Z").as_deref(), Some("Doing"));
        assert_eq!(value("2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z"), None);
    }
}
