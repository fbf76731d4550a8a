//! Links of records as every face shows and makes them: to records and from them, and to facts. A link whose other end the viewer may not
//! see is not there for them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::policy::Action;
use store::records::{FACTS, Link, LinkEnd};
use store::{Actor, Linked, Organisation, RecordId, StoreError};

use super::document::email;
use super::{KindEntry, id_of};
use crate::{Desk, FieldError, Refusal};

/// A link to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// What the record does to the other, a word or two: mitigates, caused by, evidence of, see also.
    pub relation: String,
    /// A record by its id or address, or a fact: commit/REPO/SHA, path/REPO/PATH, work_item/KEY, change_request/REPO/NUMBER, deployment/ID.
    pub to: String,
}

/// A link as one of its ends sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkDocument {
    /// Its id.
    pub id: String,
    /// What it says, as one word (`caused_by`).
    pub relation: String,
    /// Whether it goes out from the record that was asked about; otherwise it comes in from the other.
    pub outgoing: bool,
    /// The record at the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<LinkedRecord>,
    /// The fact at the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<LinkedFact>,
    /// Who made it, by address.
    pub by: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// A record at the other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkedRecord {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// It in a few words.
    pub title: String,
}

/// A fact at the other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkedFact {
    /// commit, path, work_item, change_request or deployment.
    pub kind: String,
    /// Which one.
    pub id: String,
}

impl LinkDocument {
    /// The relation in words.
    #[must_use]
    pub fn words(&self) -> String {
        self.relation.replace('_', " ")
    }
}

/// What a text names: a fact, or a record by its id, its page, or its address in the API.
fn end_of(text: &str) -> Result<LinkEnd, Refusal> {
    let text = text.trim();
    if text.split_once('/').is_some_and(|(kind, _)| FACTS.contains(&kind)) {
        return Ok(LinkEnd::Fact(text.to_owned()));
    }
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let after = parts.iter().position(|part| *part == "records").and_then(|at| parts.get(at + 2));
    let id = match (after, parts.as_slice()) {
        (Some(id), _) | (None, [id] | [_, id]) => id.parse::<RecordId>().ok(),
        _ => None,
    };
    id.map(LinkEnd::Record).ok_or_else(|| {
        let known = FACTS.join("/…, ");
        let message = format!("`{text}` is neither a record's id or address, nor a fact ({known}/…).");
        Refusal::fields(vec![FieldError::new("to", message)])
    })
}

fn document(people: &Organisation, from: RecordId, linked: Linked) -> LinkDocument {
    let Linked { link: Link { id, from: begins, to, relation, at, author }, other } = linked;
    let fact = match to {
        LinkEnd::Fact(fact) => Some(fact),
        LinkEnd::Record(_) => None,
    };
    let parted = |fact: String| {
        let (kind, id) = fact.split_once('/').unwrap_or(("fact", &fact));
        LinkedFact { kind: kind.to_owned(), id: id.to_owned() }
    };
    LinkDocument {
        id: id.to_string(),
        relation,
        outgoing: begins == from,
        record: other.map(|one| LinkedRecord { kind: one.kind, id: one.id.to_string(), title: one.title }),
        fact: fact.map(parted),
        by: email(people, author),
        at,
    }
}

/// The links of a record, in both directions, in the order of their making.
///
/// # Errors
/// Refused when there is no such record that the viewer may read.
pub async fn links(
    desk: &Desk,
    kinds: &[KindEntry],
    entry: &KindEntry,
    id: &str,
) -> Result<Vec<LinkDocument>, Refusal> {
    let (id, rules) = (id_of(entry.kind, id)?, kinds.iter().map(|kind| kind.rules).collect::<Vec<_>>());
    let all = desk.access().links(&rules, &entry.rules, id).await?;
    Ok(all.into_iter().map(|linked| document(desk.organisation(), id, linked)).collect())
}

/// Whether the viewer may link that record, or take its links back.
///
/// # Errors
/// As [`links`].
pub async fn may_link(desk: &Desk, entry: &KindEntry, id: &str) -> Result<bool, Refusal> {
    let record = desk.access().get(&entry.rules, id_of(entry.kind, id)?).await?;
    Ok(desk.access().allows(Action::Update, &entry.rules, &record))
}

/// Links a record that the viewer may change to another that they may see, or to a fact. The same link twice is one.
///
/// # Errors
/// Refused by field when the other end is none, or none for this viewer; when the viewer may not.
pub async fn link(
    desk: &Desk,
    kinds: &[KindEntry],
    entry: &KindEntry,
    id: &str,
    new: &NewLink,
) -> Result<LinkDocument, Refusal> {
    let (id, to) = (id_of(entry.kind, id)?, end_of(&new.to)?);
    let rules: Vec<_> = kinds.iter().map(|kind| kind.rules).collect();
    let relation = new.relation.trim().to_lowercase().replace([' ', '-'], "_");
    let mut write = desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await?;
    let made = desk.access().link(&mut write, &rules, &entry.rules, id, &to, &relation).await;
    let made = made.map_err(|error| match error {
        StoreError::NotFound { what: "record", name, .. } => {
            Refusal::fields(vec![FieldError::new("to", format!("There is no record `{name}`."))])
        }
        other => other.into(),
    })?;
    write.keep().await?;
    let all = desk.access().links(&rules, &entry.rules, id).await?;
    let found = all.into_iter().find(|linked| linked.link.id == made.id);
    found
        .map(|linked| document(desk.organisation(), id, linked))
        .ok_or_else(|| Refusal::fault("a link that was made is not there"))
}

/// Takes a link of a record back, from the end at which it was made.
///
/// # Errors
/// Refused when there is no such link of this record, or the viewer may not change it.
pub async fn unlink(desk: &Desk, entry: &KindEntry, id: &str, link: &str) -> Result<(), Refusal> {
    let record = id_of(entry.kind, id)?;
    let link = link.parse().map_err(|_| Refusal::not_found(format!("no link `{link}`")))?;
    let mut write = desk.store().write(Actor::Person(desk.viewer().person), desk.now()).await?;
    desk.access().unlink(&mut write, &entry.rules, record, link).await?;
    Ok(write.keep().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_named_in_many_ways() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        for text in [
            id.to_owned(),
            format!(" risk/{id} "),
            format!("/records/risk/{id}"),
            format!("/records/risk/{id}/edit"),
            format!("https://mainstay.example/records/risk/{id}?x=1#history"),
            format!("http://127.0.0.1:7117/api/v1/records/risk/{id}/"),
            format!("mainstay://records/risk/{id}"),
        ] {
            assert_eq!(end_of(&text).unwrap(), LinkEnd::Record(id.parse().unwrap()), "{text}");
        }
        for fact in
            ["commit/shop/0a1b", "path/shop/src/records/a b.rs?", "work_item/PAY-812", &format!("deployment/{id}")]
        {
            assert_eq!(end_of(fact).unwrap(), LinkEnd::Fact(fact.to_owned()));
        }
        for odd in ["", "risk", "rumour/1", "https://elsewhere.example/a/b/c", &format!("a/b/{id}")] {
            assert!(end_of(odd).is_err(), "{odd}");
        }
    }
}
