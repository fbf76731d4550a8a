//! A whole past at once: the demo company's work, what load tests need, and an event log from elsewhere. Whoever hands it in answers for its
//! sense.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{Category, Field, ItemType, NATIVE, ServiceClass, SprintState};
use crate::rows::{item_changes, items, projects, sprints, statuses};
use crate::{ItemId, PersonId, ProjectId, SprintId, StoreError, TeamId, Write};

/// Rows of one statement; engines bound the number of values in one.
const ROWS: usize = 500;

/// One line of a past log.
#[derive(Debug, Clone, PartialEq)]
pub struct PastEntry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Option<PersonId>,
    /// What changed.
    pub field: Field,
    /// From what.
    pub from: Option<String>,
    /// To what.
    pub to: Option<String>,
}

/// An item with its past.
#[derive(Debug, Clone, PartialEq)]
pub struct PastItem {
    /// Its number in its project.
    pub number: u64,
    /// What it is about.
    pub title: String,
    /// What kind of work.
    pub sort: ItemType,
    /// How it is served.
    pub class: ServiceClass,
    /// Where it stands now.
    pub status: String,
    /// 1 (highest) to 5.
    pub priority: Option<u8>,
    /// How large it is thought to be.
    pub estimate: Option<f64>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// By whom.
    pub creator: Option<PersonId>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Whose part it is: a place in the same list, before this one.
    pub parent: Option<usize>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Whether something stops it.
    pub blocked: bool,
    /// Its log.
    pub log: Vec<PastEntry>,
}

/// A board with its past.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// What its items' keys begin with.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Whose.
    pub team: Option<TeamId>,
    /// Its statuses from left to right: id, name, what it means.
    pub statuses: Vec<(String, String, Category)>,
    /// Its sprints: id, name, goal, begin, planned end, close.
    pub sprints: Vec<(SprintId, String, String, Timestamp, Timestamp, Option<Timestamp>)>,
    /// Its items.
    pub items: Vec<PastItem>,
}

impl Write {
    /// Puts a board with its past into the store; gives the ids of its items in their order. Everything counts as known when it happened.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_past(&mut self, past: &Past) -> Result<(ProjectId, Vec<ItemId>), StoreError> {
        self.put_known(past, None).await
    }

    /// Adds a board with its past, known from this write's instant on.
    ///
    /// # Errors
    /// Refused when its key is none, or somebody has it.
    pub(super) async fn add_past(&mut self, past: &Past) -> Result<(), StoreError> {
        self.fresh_key(&past.key).await?;
        let now = self.at().as_microsecond();
        self.put_known(past, Some(now)).await.map(|_| ())
    }

    /// `known` is when all of it was first known, UTC microseconds; none is when it happened.
    async fn put_known(&mut self, past: &Past, known: Option<i64>) -> Result<(ProjectId, Vec<ItemId>), StoreError> {
        let touched = self.work_changes().await?;
        let project = self.put_board(past).await?;
        let ids: Vec<ItemId> = past.items.iter().map(|item| ItemId(self.store.dice.id(item.created_at))).collect();
        let rows = past.items.iter().zip(&ids).map(|(item, id)| {
            let parent = item.parent.and_then(|place| ids.get(place)).map(|id| id.0);
            item_row(past, (project, *id), item, parent, (touched, known))
        });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        self.put_rows::<items::Entity, _>(rows).await?;
        let dice = &self.store.dice;
        let lines = past.items.iter().zip(&ids).flat_map(|(item, id)| {
            (1..).zip(&item.log).map(move |(number, entry)| line_row(dice.id(entry.at), (*id, number), entry, known))
        });
        let lines: Vec<_> = lines.map(|row| row.into_active_model().reset_all()).collect();
        self.put_rows::<item_changes::Entity, _>(lines).await?;
        self.note("work.past", format!("{}: {} items", past.key, ids.len()), None, None);
        Ok((project, ids))
    }

    async fn put_board(&self, past: &Past) -> Result<ProjectId, StoreError> {
        let project = ProjectId(self.store.dice.id(self.at()));
        let next = past.items.iter().map(|item| item.number).max().unwrap_or(0) + 1;
        let row = projects::Model {
            id: project.0,
            host: NATIVE.to_owned(),
            key: past.key.clone(),
            name: past.name.clone(),
            team_id: past.team.map(|team| team.0),
            next_number: i64::try_from(next).unwrap_or(i64::MAX),
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        let rows = (0..).zip(&past.statuses).map(|(position, (status, name, category))| statuses::Model {
            id: self.store.dice.id(self.at()),
            project_id: project.0,
            status_id: status.clone(),
            name: name.clone(),
            category: category.word().to_owned(),
            position,
            because: "person".to_owned(),
            from_at: None,
            until_at: None,
        });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        self.put_rows::<statuses::Entity, _>(rows).await?;
        let rows = past.sprints.iter().map(|(id, name, goal, from, until, closed)| {
            let begun = *from <= self.at();
            let state = match (closed, begun) {
                (Some(_), _) => SprintState::Closed,
                (None, true) => SprintState::Active,
                (None, false) => SprintState::Future,
            };
            sprints::Model {
                id: id.0,
                project_id: project.0,
                name: name.clone(),
                goal: Some(goal.clone()),
                state: state.word().to_owned(),
                start_at: Some(from.as_microsecond()),
                planned_end_at: Some(until.as_microsecond()),
                completed_at: closed.map(Timestamp::as_microsecond),
                start_known_at: begun.then(|| from.as_microsecond()),
                close_known_at: closed.map(Timestamp::as_microsecond),
                version: 1,
            }
        });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        self.put_rows::<sprints::Entity, _>(rows).await?;
        Ok(project)
    }

    async fn put_rows<E, A>(&self, rows: Vec<A>) -> Result<(), StoreError>
    where
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let part: Vec<A> = rows.by_ref().take(ROWS).collect();
            E::insert_many(part).exec_without_returning(self.on()).await?;
        }
        Ok(())
    }
}

fn item_row(
    past: &Past,
    (project, id): (ProjectId, ItemId),
    item: &PastItem,
    parent: Option<Uuid>,
    (touched, known): (i64, Option<i64>),
) -> items::Model {
    let at = item.created_at.as_microsecond();
    let last = item.log.last().map_or(at, |entry| entry.at.as_microsecond());
    items::Model {
        id: id.0,
        host: NATIVE.to_owned(),
        native_id: Some(id.to_string()),
        url: None,
        project_id: project.0,
        key: format!("{}-{}", past.key, item.number),
        title: item.title.clone(),
        body: None,
        sort: item.sort.word().to_owned(),
        type_raw: None,
        status_id: item.status.clone(),
        class: item.class.word().to_owned(),
        priority: item.priority.map(i32::from),
        estimate: item.estimate,
        estimate_unit: item.estimate.map(|_| "points".to_owned()),
        created_at: at,
        due_on: None,
        creator_id: item.creator.map(|person| person.0),
        assignee_id: item.assignee.map(|person| person.0),
        parent_id: parent,
        labels: serde_json::to_string(&item.labels).unwrap_or_default(),
        blocked: item.blocked,
        rank: None,
        entries: i32::try_from(item.log.len()).unwrap_or(i32::MAX),
        first_seen_at: known.unwrap_or(at),
        observed_at: last,
        source_updated_at: None,
        deleted_at: None,
        fidelity: "reported".to_owned(),
        touched,
    }
}

fn line_row(id: Uuid, (item, number): (ItemId, i32), entry: &PastEntry, known: Option<i64>) -> item_changes::Model {
    item_changes::Model {
        id,
        work_item_id: item.0,
        number,
        at: entry.at.as_microsecond(),
        first_seen_at: known.unwrap_or(entry.at.as_microsecond()),
        actor_id: entry.actor.map(|person| person.0),
        field: entry.field.word().to_owned(),
        from_id: entry.from.clone(),
        to_id: entry.to.clone(),
        from_text: None,
        to_text: None,
        native_id: None,
        reason: None,
    }
}
