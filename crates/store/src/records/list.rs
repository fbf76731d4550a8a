//! Lists of records: filtered and ordered in SQL, narrowed there to what the asker could see at most, then decided record by record.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order as Direction, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};

use super::{Kind, Party, Record, parties_of};
use crate::rows::{parties, records};
use crate::{PersonId, RecordId, Store, StoreError, TeamId};

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The last changed first.
    #[default]
    Updated,
    /// The last made first.
    Created,
    /// By title.
    Title,
    /// The soonest due first; those without a day last.
    Due,
}

/// What is asked of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Of this team.
    pub team: Option<TeamId>,
    /// About this person.
    pub subject: Option<PersonId>,
    /// Made by this person.
    pub author: Option<PersonId>,
    /// With one of these states; none is any.
    pub status: Vec<String>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// Those that were put away, too.
    pub archived: bool,
    /// In which order.
    pub order: Order,
    /// Behind this place.
    pub after: Option<Cursor>,
    /// At most so many; 1 to 200.
    pub limit: u64,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    order: Order,
    key: String,
    id: RecordId,
}

impl Cursor {
    /// The text that a client hands back.
    #[must_use]
    pub fn text(&self) -> String {
        crate::chance::hex(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// The place that a text names.
    ///
    /// # Errors
    /// Refused when it is no text of [`Self::text`].
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let wrong = || {
            StoreError::field("after", "This place in the list is not one that was given out. Begin at the first page.")
        };
        let bytes = crate::seal::unhex(text).ok_or_else(wrong)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let numbered = matches!(cursor.order, Order::Updated | Order::Created);
        if numbered && cursor.key.parse::<i64>().is_err() {
            return Err(wrong());
        }
        Ok(cursor)
    }

    fn of(order: Order, row: &records::Model) -> Self {
        let key = match order {
            Order::Updated => row.updated_at.to_string(),
            Order::Created => row.created_at.to_string(),
            Order::Title => row.title.to_lowercase(),
            Order::Due => row.due_on.clone().unwrap_or_else(|| LAST_DAY.to_owned()),
        };
        Self { order, key, id: RecordId(row.id) }
    }
}

/// Stands for no day, behind all days.
const LAST_DAY: &str = "~";

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records.
    pub records: Vec<Record>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}

/// What an asker could see at most: a superset of what the policy allows, fit for an index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    pub(crate) person: Option<PersonId>,
    pub(crate) teams: Vec<TeamId>,
    pub(crate) reports: Vec<PersonId>,
    /// Holds an office that reaches over teams: nothing is narrowed.
    pub(crate) all: bool,
}

impl Reach {
    pub(super) fn condition(&self) -> Condition {
        let any = Condition::any();
        let (Some(person), false) = (self.person, self.all) else { return any };
        let named = parties::Entity::find()
            .select_only()
            .column(parties::Column::RecordId)
            .filter(parties::Column::PersonId.eq(person.0));
        let mut any = any
            .add(records::Column::Audience.eq("everyone"))
            .add(records::Column::AuthorId.eq(person.0))
            .add(records::Column::SubjectId.eq(person.0))
            .add(records::Column::Id.in_subquery(named.into_query()));
        if !self.teams.is_empty() {
            any = any.add(records::Column::TeamId.is_in(self.teams.iter().map(|team| team.0)));
        }
        if !self.reports.is_empty() {
            any = any.add(records::Column::SubjectId.is_in(self.reports.iter().map(|report| report.0)));
        }
        any
    }
}

fn filtered(kind: &Kind, query: &Query, reach: &Reach) -> Select<records::Entity> {
    let mut asked = records::Entity::find().filter(records::Column::Kind.eq(kind.name)).filter(reach.condition());
    if let Some(team) = query.team {
        asked = asked.filter(records::Column::TeamId.eq(team.0));
    }
    if let Some(subject) = query.subject {
        asked = asked.filter(records::Column::SubjectId.eq(subject.0));
    }
    if let Some(author) = query.author {
        asked = asked.filter(records::Column::AuthorId.eq(author.0));
    }
    if !query.status.is_empty() {
        asked = asked.filter(records::Column::Status.is_in(query.status.iter().map(String::as_str)));
    }
    if let Some(day) = query.due_before {
        asked = asked.filter(records::Column::DueOn.lt(day.to_string()));
    }
    if !query.archived {
        asked = asked.filter(records::Column::ArchivedAt.is_null());
    }
    asked
}

fn ordered(asked: Select<records::Entity>, order: Order, after: Option<&Cursor>) -> Select<records::Entity> {
    let id = records::Column::Id;
    let title = || Expr::cust("LOWER(title)");
    let due = || Expr::cust(format!("COALESCE(due_on, '{LAST_DAY}')"));
    let number = |cursor: &Cursor| cursor.key.parse::<i64>().unwrap_or_default();
    // Compared as a row, both at once: so that an index of both is entered where the page begins, also among thousands without a day.
    let behind = |key: SimpleExpr, than: SimpleExpr, cursor: &Cursor, falling: bool| {
        let here = Expr::tuple([key, Expr::col(id)]);
        let there = Expr::tuple([than, Expr::val(cursor.id.0)]);
        if falling { here.lt(there) } else { here.gt(there) }
    };
    let column = |column: records::Column| Expr::col(column);
    let (key, falling) = match order {
        Order::Updated => (column(records::Column::UpdatedAt), true),
        Order::Created => (column(records::Column::CreatedAt), true),
        Order::Title => (title(), false),
        Order::Due => (due(), false),
    };
    let asked = match after {
        Some(cursor) if matches!(order, Order::Updated | Order::Created) => {
            asked.filter(behind(key.clone(), Expr::val(number(cursor)), cursor, falling))
        }
        Some(cursor) => asked.filter(behind(key.clone(), Expr::val(cursor.key.clone()), cursor, falling)),
        None => asked,
    };
    let direction = || if falling { Direction::Desc } else { Direction::Asc };
    asked.order_by(key, direction()).order_by(id, direction())
}

impl Store {
    /// A page of a list: rows are taken in order until `limit` of them pass `allowed`.
    pub(crate) async fn list_records(
        &self,
        kind: &Kind,
        query: &Query,
        reach: &Reach,
        allowed: impl Fn(&records::Model, &[Party]) -> Result<bool, StoreError>,
    ) -> Result<Page, StoreError> {
        let limit = usize::try_from(query.limit.clamp(1, 200)).unwrap_or(200);
        let mut after = query.after.clone();
        if after.as_ref().is_some_and(|cursor| cursor.order != query.order) {
            return Err(StoreError::field("after", "This place belongs to another order. Begin at the first page."));
        }
        let mut page = Page { records: Vec::new(), next: None };
        loop {
            let asked = ordered(filtered(kind, query, reach), query.order, after.as_ref());
            let want = limit + 1;
            let rows = asked.limit(want as u64).all(self.database.on()).await?;
            let last = rows.len() < want;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let mut of: HashMap<uuid::Uuid, Vec<Party>> = HashMap::new();
            for (id, party) in parties_of(self.database.on(), &ids).await? {
                of.entry(id).or_default().push(party);
            }
            for row in rows {
                let named = of.remove(&row.id).unwrap_or_default();
                let place = Cursor::of(query.order, &row);
                if allowed(&row, &named)? {
                    if page.records.len() == limit {
                        page.next = after;
                        return Ok(page);
                    }
                    page.records.push(self.record_with(self.database.on(), kind, row, named).await?);
                }
                after = Some(place);
            }
            if last {
                return Ok(page);
            }
        }
    }
}
