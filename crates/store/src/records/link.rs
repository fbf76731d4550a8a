//! Links between records, and from records to facts. A link is seen from both ends, and by nobody who may not see the other end.

use jiff::Timestamp;
use schemars::JsonSchema;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

use crate::audit::instant;
use crate::rows::links;
use crate::{Actor, PersonId, RecordId, StoreError, Write};

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkEnd {
    /// A record.
    Record(RecordId),
    /// A fact, as `commit/REPO/SHA`, `path/REPO/PATH`, `work_item/KEY`, `change_request/REPO/NUMBER`, `deployment/ID`.
    Fact(String),
}

/// The facts that may be linked.
pub const FACTS: [&str; 5] = ["commit", "path", "work_item", "change_request", "deployment"];

/// A link as one of its ends sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its id.
    pub id: uuid::Uuid,
    /// The record from which it goes.
    pub from: RecordId,
    /// Where it leads.
    pub to: LinkEnd,
    /// What it says (`mitigates`, `caused_by`, `evidence_of`).
    pub relation: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub author: PersonId,
}

fn check(to: &LinkEnd, relation: &str) -> Result<(), StoreError> {
    let word = |c: char| c.is_ascii_lowercase() || c == '_';
    if relation.is_empty() || relation.len() > 60 || !relation.chars().all(word) {
        return Err(StoreError::field(
            "relation",
            format!("`{relation}` is not a word of lower-case letters and `_`."),
        ));
    }
    match to {
        LinkEnd::Fact(fact) => {
            let known = fact
                .split_once('/')
                .is_some_and(|(sort, rest)| FACTS.contains(&sort) && !rest.is_empty() && fact.len() <= 2_000);
            known
                .then_some(())
                .ok_or_else(|| StoreError::field("to", format!("`{fact}` is no fact ({}/…).", FACTS.join("/…, "))))
        }
        LinkEnd::Record(_) => Ok(()),
    }
}

impl Write {
    /// Links a record to another or to a fact. The same link twice is one link.
    pub(crate) async fn link_record(
        &mut self,
        from: RecordId,
        to: &LinkEnd,
        relation: &str,
    ) -> Result<Link, StoreError> {
        check(to, relation)?;
        let Actor::Person(author) = self.actor() else { return Err(StoreError::fault("link a record for nobody")) };
        let (to_id, to_fact) = match to {
            LinkEnd::Record(id) => (Some(id.0), None),
            LinkEnd::Fact(fact) => (None, Some(fact.clone())),
        };
        let same = links::Entity::find()
            .filter(links::Column::FromId.eq(from.0))
            .filter(links::Column::Relation.eq(relation))
            .filter(to_id.map_or_else(|| links::Column::ToId.is_null(), |id| links::Column::ToId.eq(id)))
            .filter(
                to_fact.clone().map_or_else(|| links::Column::ToFact.is_null(), |fact| links::Column::ToFact.eq(fact)),
            )
            .one(self.on())
            .await?;
        if let Some(same) = same {
            return Ok(link(same));
        }
        let row = links::Model {
            id: self.store.dice.id(self.at()),
            from_id: from.0,
            to_id,
            to_fact,
            relation: relation.to_owned(),
            at: self.at().as_microsecond(),
            author_id: author.0,
        };
        row.clone().into_active_model().reset_all().insert(self.on()).await?;
        let text = serde_json::to_string(to).unwrap_or_default();
        self.note("record.link", format!("{from}/{relation}"), None, Some(text.as_bytes()));
        self.records_change();
        Ok(link(row))
    }

    /// Removes a link.
    pub(crate) async fn unlink_record(&mut self, link: &Link) -> Result<(), StoreError> {
        links::Entity::delete_by_id(link.id).exec(self.on()).await?;
        let text = serde_json::to_string(&link.to).unwrap_or_default();
        self.note("record.unlink", format!("{}/{}", link.from, link.relation), Some(text.as_bytes()), None);
        self.records_change();
        Ok(())
    }
}

/// Every link that begins or ends at a record.
pub(crate) async fn links_of(on: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Link>, StoreError> {
    let touching = Condition::any().add(links::Column::FromId.eq(id.0)).add(links::Column::ToId.eq(id.0));
    let rows = links::Entity::find().filter(touching).order_by_asc(links::Column::Id).all(on).await?;
    Ok(rows.into_iter().map(link).collect())
}

/// Every link that ends at a fact.
pub(crate) async fn links_to_fact(on: &impl ConnectionTrait, fact: &str) -> Result<Vec<Link>, StoreError> {
    let rows =
        links::Entity::find().filter(links::Column::ToFact.eq(fact)).order_by_asc(links::Column::Id).all(on).await?;
    Ok(rows.into_iter().map(link).collect())
}

fn link(row: links::Model) -> Link {
    let to =
        row.to_id.map_or_else(|| LinkEnd::Fact(row.to_fact.unwrap_or_default()), |id| LinkEnd::Record(RecordId(id)));
    Link {
        id: row.id,
        from: RecordId(row.from_id),
        to,
        relation: row.relation,
        at: instant(row.at),
        author: PersonId(row.author_id),
    }
}
