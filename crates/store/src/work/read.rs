//! Reading work: all of it once, then only what was touched since.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    Calendar, Category, Entry, Field, Item, ItemTie, ItemType, NATIVE, Project, ServiceClass, Sprint, Status, Texts,
    Tie, Work, worded,
};
use crate::people::maybe_day;
use crate::rows::{
    calendar_days, calendars, item_changes, item_links, items, projects, sprints, statuses, withdrawals,
};
use crate::{ItemId, PersonId, ProjectId, StoreError, TeamId};

/// More touched items than this, and everything is read again.
const MANY: usize = 2_000;
/// Ids in one question.
const AT_ONCE: usize = 500;

impl Work {
    /// The work as it is at `version`, from what was read before.
    pub(crate) async fn read(on: &impl ConnectionTrait, before: &Self, version: u64) -> Result<Self, StoreError> {
        let mut next = before.clone();
        next.version = version;
        next.read_projects(on).await?;
        let since = i64::try_from(before.version).unwrap_or(i64::MAX);
        let touched = items::Entity::find().filter(items::Column::Touched.gt(since));
        let touched = touched.order_by_asc(items::Column::Id).all(on).await?;
        let few = before.version > 0 && touched.len() <= MANY;
        let mut logs = Logs::default();
        if few {
            for part in touched.chunks(AT_ONCE) {
                logs.read(on, Some(part.iter().map(|row| row.id).collect()), &mut next.texts).await?;
            }
        } else {
            logs.read(on, None, &mut next.texts).await?;
        }
        for row in touched {
            let item = Arc::new(logs.item(row, &mut next.texts)?);
            next.place(item);
        }
        Ok(next)
    }

    fn place(&mut self, item: Arc<Item>) {
        let place = self.places.get(&item.id).copied().unwrap_or(self.items.len());
        if let Some(old) = self.items.get(place) {
            self.keys.remove(&old.key);
        }
        self.keys.insert(item.key.clone(), place);
        self.places.insert(item.id, place);
        if let Some(slot) = self.items.get_mut(place) {
            *slot = item;
        } else {
            self.items.push(item);
        }
    }

    async fn read_projects(&mut self, on: &impl ConnectionTrait) -> Result<(), StoreError> {
        let rows = projects::Entity::find().order_by_asc(projects::Column::Key).all(on).await?;
        self.projects = rows.into_iter().map(project).collect();
        let rows = statuses::Entity::find().order_by_asc(statuses::Column::Position).all(on).await?;
        self.statuses = rows.into_iter().map(|row| status(row, &mut self.texts)).collect::<Result<_, _>>()?;
        let rows = sprints::Entity::find().all(on).await?;
        self.sprints = rows.into_iter().map(Sprint::of).collect::<Result<_, _>>()?;
        self.sprints.sort_by_key(|sprint| (sprint.start_at.unwrap_or(i64::MAX), sprint.id));
        let days = calendar_days::Entity::find().all(on).await?;
        let rows = calendars::Entity::find().all(on).await?;
        self.calendars = rows.into_iter().map(|row| Calendar::of(row, &days)).collect::<Result<_, _>>()?;
        Ok(())
    }
}

fn project(row: projects::Model) -> Project {
    Project {
        id: ProjectId(row.id),
        host: row.host,
        key: row.key,
        name: row.name,
        team: row.team_id.map(TeamId),
        next_number: u64::try_from(row.next_number).unwrap_or(1),
    }
}

fn damaged(text: &str, what: &str) -> StoreError {
    StoreError::Damaged(format!("`{text}` in the database is no {what}"))
}

fn status(row: statuses::Model, texts: &mut Texts) -> Result<Status, StoreError> {
    let category = worded(Category::ALL, Category::word, &row.category);
    Ok(Status {
        project: ProjectId(row.project_id),
        status: texts.intern(&row.status_id),
        name: row.name,
        category: category.ok_or_else(|| damaged(&row.category, "category"))?,
        position: row.position,
        from: row.from_at,
        until: row.until_at,
    })
}

/// Log lines and ties of the items that are being read.
#[derive(Default)]
struct Logs {
    entries: HashMap<Uuid, Vec<Entry>>,
    ties: HashMap<Uuid, Vec<ItemTie>>,
}

impl Logs {
    async fn read(
        &mut self,
        on: &impl ConnectionTrait,
        of: Option<Vec<Uuid>>,
        texts: &mut Texts,
    ) -> Result<(), StoreError> {
        let (mut lines, mut gone, mut ties) =
            (item_changes::Entity::find(), withdrawals::Entity::find(), item_links::Entity::find());
        if let Some(of) = of {
            lines = lines.filter(item_changes::Column::WorkItemId.is_in(of.clone()));
            gone = gone.filter(withdrawals::Column::WorkItemId.is_in(of.clone()));
            ties = ties.filter(item_links::Column::WorkItemId.is_in(of));
        }
        let gone: HashMap<Uuid, i64> =
            gone.all(on).await?.into_iter().map(|row| (row.change_id, row.known_at)).collect();
        for row in wanted(lines).into_tuple::<Line>().all(on).await? {
            let (item, withdrawn) = (row.1, gone.get(&row.0).copied());
            let line = entry(row, withdrawn, texts)?;
            self.entries.entry(item).or_default().push(line);
        }
        for row in ties.all(on).await? {
            let tie = worded(Tie::ALL, Tie::word, &row.kind).ok_or_else(|| damaged(&row.kind, "kind of link"))?;
            let other_key = row.other_key.map(Into::into);
            let one =
                ItemTie { tie, other: row.other_id.map(ItemId), other_key, from: row.from_at, until: row.until_at };
            self.ties.entry(row.work_item_id).or_default().push(one);
        }
        Ok(())
    }

    fn item(&mut self, row: items::Model, texts: &mut Texts) -> Result<Item, StoreError> {
        let mut log = self.entries.remove(&row.id).unwrap_or_default();
        log.sort_by_key(|entry| (entry.at, entry.number));
        let labels: Vec<Arc<str>> = serde_json::from_str::<Vec<String>>(&row.labels)
            .map_err(|_| damaged(&row.labels, "list of labels"))?
            .into_iter()
            .map(Into::into)
            .collect();
        let sort = worded(ItemType::ALL, ItemType::word, &row.sort).ok_or_else(|| damaged(&row.sort, "type"))?;
        let class = worded(ServiceClass::ALL, ServiceClass::word, &row.class);
        Ok(Item {
            id: ItemId(row.id),
            host: texts.intern(if row.host.is_empty() { NATIVE } else { &row.host }),
            url: row.url.map(Into::into),
            project: ProjectId(row.project_id),
            key: row.key.into(),
            title: row.title.into(),
            sort,
            status: texts.intern(&row.status_id),
            class: class.ok_or_else(|| damaged(&row.class, "class of service"))?,
            priority: row.priority.and_then(|priority| u8::try_from(priority).ok()),
            estimate: row.estimate,
            created_at: row.created_at,
            seen: row.first_seen_at,
            due_on: maybe_day(row.due_on.as_deref())?,
            creator: row.creator_id.map(PersonId),
            assignee: row.assignee_id.map(PersonId),
            parent: row.parent_id.map(ItemId),
            labels: labels.into(),
            blocked: row.blocked,
            rank: row.rank.map(Into::into),
            entries: u32::try_from(row.entries).unwrap_or(0),
            deleted_at: row.deleted_at,
            log: log.into(),
            ties: self.ties.remove(&row.id).unwrap_or_default().into(),
        })
    }
}

/// What is read of a log line: id, item, number, at, first seen, actor, field, from, to, reason, text. A million of them are read by their places:
/// looking each column up by its name costs as much as reading it.
type Line =
    (Uuid, Uuid, i32, i64, i64, Option<Uuid>, String, Option<String>, Option<String>, Option<String>, Option<String>);

fn wanted(lines: sea_orm::Select<item_changes::Entity>) -> sea_orm::Select<item_changes::Entity> {
    use item_changes::Column::{ActorId, At, FirstSeenAt, FromId, Id, Number, Reason, ToId, ToText, WorkItemId};
    lines.select_only().columns([
        Id,
        WorkItemId,
        Number,
        At,
        FirstSeenAt,
        ActorId,
        item_changes::Column::Field,
        FromId,
        ToId,
        Reason,
        ToText,
    ])
}

fn entry(row: Line, withdrawn: Option<i64>, texts: &mut Texts) -> Result<Entry, StoreError> {
    let (_, _, number, at, seen, actor, field, from, to, reason, text) = row;
    let field = worded(Field::ALL, Field::word, &field).ok_or_else(|| damaged(&field, "field"))?;
    // Why something is blocked is what people want to read of it.
    let reason = reason.or(if field == Field::Blocked { text } else { None });
    Ok(Entry {
        number: u32::try_from(number).unwrap_or(0),
        at,
        seen,
        withdrawn,
        actor: actor.map(PersonId),
        field,
        from: from.as_deref().map(|text| texts.intern(text)),
        to: to.as_deref().map(|text| texts.intern(text)),
        reason: reason.as_deref().map(|text| texts.intern(text)),
    })
}
