//! Work in an export: one file a project, each line a row of one of its tables, in an order of its own; and the calendars. Lossless, and the
//! same bytes for the same work. What counts versions of this store is left out.
//!
//!     work/PROJECT-ID.jsonl   work/calendars.jsonl

use std::collections::HashSet;
use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rows::{
    calendar_days, calendars, item_changes, item_links, items, projects, sprints, statuses, withdrawals,
};
use crate::{Access, StoreError, TeamId, Write};

/// One line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "most lines are changes, and a board is held once, while it is read")]
enum Line {
    Project(projects::Model),
    Status(statuses::Model),
    Sprint(sprints::Model),
    Item(items::Model),
    Change(item_changes::Model),
    Withdrawal(withdrawals::Model),
    Link(item_links::Model),
    Calendar(calendars::Model),
    Day(calendar_days::Model),
}

/// The file of calendars.
pub(super) const CALENDARS: &str = "calendars";
/// Ids in one question.
const AT_ONCE: usize = 500;

/// Work that was exported, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Boards {
    lines: Vec<(String, Line)>,
}

/// How much of it there is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) items: u64,
    pub(super) changes: u64,
}

fn line(text: &mut String, line: &Line) -> Result<(), StoreError> {
    let json = serde_json::to_string(line).map_err(|error| StoreError::because("write work", error))?;
    writeln!(text, "{json}").map_err(|error| StoreError::because("write work", error))
}

impl Access {
    /// The files of the work that the asker may change: name and content.
    pub(super) async fn boards(&self, on: &DatabaseTransaction) -> Result<(Vec<(String, String)>, Count), StoreError> {
        let (mut files, mut count) = (Vec::new(), Count::default());
        let all = projects::Entity::find().order_by_asc(projects::Column::Id).all(on).await?;
        let mine: Vec<projects::Model> =
            all.into_iter().filter(|project| self.may_work(project.team_id.map(TeamId))).collect();
        let mut gone = HashSet::new();
        for project in &mine {
            gone.extend(ids_of(on, project.id).await?);
        }
        for project in mine {
            let id = project.id;
            let text = board(on, project, &gone, &mut count).await?;
            files.push((format!("work/{id}.jsonl"), text));
        }
        let text = self.calendars(on).await?;
        if !text.is_empty() {
            files.push((format!("work/{CALENDARS}.jsonl"), text));
        }
        Ok((files, count))
    }

    async fn calendars(&self, on: &DatabaseTransaction) -> Result<String, StoreError> {
        let mut text = String::new();
        let days = calendar_days::Entity::find().order_by_asc(calendar_days::Column::Id).all(on).await?;
        for row in calendars::Entity::find().order_by_asc(calendars::Column::Id).all(on).await? {
            if !self.may_work(row.team_id.map(TeamId)) {
                continue;
            }
            let of = row.id;
            line(&mut text, &Line::Calendar(row))?;
            for day in days.iter().filter(|day| day.calendar_id == of) {
                line(&mut text, &Line::Day(day.clone()))?;
            }
        }
        Ok(text)
    }
}

async fn ids_of(on: &impl ConnectionTrait, project: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let asked = items::Entity::find().filter(items::Column::ProjectId.eq(project)).order_by_asc(items::Column::Id);
    Ok(asked.all(on).await?.into_iter().map(|row| row.id).collect())
}

async fn board(
    on: &DatabaseTransaction,
    project: projects::Model,
    gone: &HashSet<Uuid>,
    count: &mut Count,
) -> Result<String, StoreError> {
    let (id, mut text) = (project.id, String::new());
    line(&mut text, &Line::Project(project))?;
    let rows = statuses::Entity::find().filter(statuses::Column::ProjectId.eq(id)).order_by_asc(statuses::Column::Id);
    rows.all(on).await?.into_iter().try_for_each(|row| line(&mut text, &Line::Status(row)))?;
    let rows = sprints::Entity::find().filter(sprints::Column::ProjectId.eq(id)).order_by_asc(sprints::Column::Id);
    rows.all(on).await?.into_iter().try_for_each(|row| line(&mut text, &Line::Sprint(row)))?;
    let rows =
        items::Entity::find().filter(items::Column::ProjectId.eq(id)).order_by_asc(items::Column::Id).all(on).await?;
    count.items += rows.len() as u64;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    for row in rows {
        // Whose version of this store touched it last is of this store alone; and of what does not go, nothing is hinted at.
        let parent_id = row.parent_id.filter(|parent| gone.contains(parent));
        line(&mut text, &Line::Item(items::Model { touched: 0, parent_id, ..row }))?;
    }
    for part in ids.chunks(AT_ONCE) {
        let rows = item_changes::Entity::find().filter(item_changes::Column::WorkItemId.is_in(part.iter().copied()));
        let rows = rows.order_by_asc(item_changes::Column::WorkItemId).order_by_asc(item_changes::Column::Number);
        for row in rows.all(on).await? {
            count.changes += 1;
            line(&mut text, &Line::Change(row))?;
        }
        let rows = withdrawals::Entity::find().filter(withdrawals::Column::WorkItemId.is_in(part.iter().copied()));
        let rows = rows.order_by_asc(withdrawals::Column::ChangeId).all(on).await?;
        rows.into_iter().try_for_each(|row| line(&mut text, &Line::Withdrawal(row)))?;
        let rows = item_links::Entity::find().filter(item_links::Column::WorkItemId.is_in(part.iter().copied()));
        for row in rows.order_by_asc(item_links::Column::Id).all(on).await? {
            let leads = row.other_id.is_none_or(|other| gone.contains(&other));
            if leads {
                line(&mut text, &Line::Link(row))?;
            }
        }
    }
    Ok(text)
}

impl Boards {
    /// Takes in a file of an export.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<(), StoreError> {
        for (at, one) in (1..).zip(text.lines()) {
            let wrong = |error: serde_json::Error| {
                StoreError::field(name, format!("Line {at} is none of an export of work: {error}."))
            };
            self.lines.push((name.to_owned(), serde_json::from_str(one).map_err(wrong)?));
        }
        Ok(())
    }

    /// Whether everything that is pointed at is there; `people` and `teams` are those of the export.
    pub(super) fn check(&self, people: &HashSet<Uuid>, teams: &HashSet<Uuid>) -> Result<(), StoreError> {
        let of = |pick: fn(&Line) -> Option<Uuid>| {
            self.lines.iter().filter_map(|(_, line)| pick(line)).collect::<HashSet<Uuid>>()
        };
        let projects = of(|line| if let Line::Project(row) = line { Some(row.id) } else { None });
        let items = of(|line| if let Line::Item(row) = line { Some(row.id) } else { None });
        let changes = of(|line| if let Line::Change(row) = line { Some(row.id) } else { None });
        let calendars = of(|line| if let Line::Calendar(row) = line { Some(row.id) } else { None });
        for (name, line) in &self.lines {
            let there = match line {
                Line::Project(row) => row.team_id.is_none_or(|team| teams.contains(&team)),
                Line::Status(row) => projects.contains(&row.project_id),
                Line::Sprint(row) => projects.contains(&row.project_id),
                Line::Item(row) => {
                    let somebody =
                        [row.creator_id, row.assignee_id].into_iter().flatten().all(|person| people.contains(&person));
                    projects.contains(&row.project_id)
                        && somebody
                        && row.parent_id.is_none_or(|parent| items.contains(&parent))
                }
                Line::Change(row) => {
                    items.contains(&row.work_item_id) && row.actor_id.is_none_or(|person| people.contains(&person))
                }
                Line::Withdrawal(row) => changes.contains(&row.change_id) && items.contains(&row.work_item_id),
                Line::Link(row) => {
                    items.contains(&row.work_item_id) && row.other_id.is_none_or(|other| items.contains(&other))
                }
                Line::Calendar(row) => row.team_id.is_none_or(|team| teams.contains(&team)),
                Line::Day(row) => calendars.contains(&row.calendar_id),
            };
            if !there {
                let text = serde_json::to_string(line).unwrap_or_default();
                return Err(StoreError::field(name, format!("Something that this line points at is missing: {text}")));
            }
        }
        Ok(())
    }

    /// Puts it into an empty store; gives how many items.
    pub(super) async fn put(&self, write: &mut Write) -> Result<u64, StoreError> {
        if self.lines.is_empty() {
            return Ok(0);
        }
        let touched = write.work_changes().await?;
        macro_rules! rows {
            ($kind:ident) => {
                self.lines
                    .iter()
                    .filter_map(|(_, line)| if let Line::$kind(row) = line { Some(row.clone()) } else { None })
            };
        }
        put::<projects::Entity, _>(write, rows!(Project)).await?;
        put::<statuses::Entity, _>(write, rows!(Status)).await?;
        put::<sprints::Entity, _>(write, rows!(Sprint)).await?;
        put::<calendars::Entity, _>(write, rows!(Calendar)).await?;
        put::<calendar_days::Entity, _>(write, rows!(Day)).await?;
        let items = rows!(Item).count() as u64;
        put::<items::Entity, _>(write, rows!(Item).map(|row| items::Model { touched, ..row })).await?;
        put::<item_changes::Entity, _>(write, rows!(Change)).await?;
        put::<withdrawals::Entity, _>(write, rows!(Withdrawal)).await?;
        put::<item_links::Entity, _>(write, rows!(Link)).await?;
        Ok(items)
    }
}

async fn put<E, M>(write: &Write, rows: impl Iterator<Item = M>) -> Result<(), StoreError>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Clone,
{
    super::import::put_all::<E, E::ActiveModel>(write, rows.map(|row| row.into_active_model().reset_all())).await
}
