//! Sprints. Who was in one is not kept beside it: the log says it, as of any instant and as it was known then.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::{Field, NewSprint, Reference, Stepped, Was, Work, worded};
use crate::policy::words::words;
use crate::rows::sprints;
use crate::{ProjectId, SprintId, StoreError, Write};

words! {
    /// How far a sprint is.
    SprintState {
        /// To come.
        Future = "future",
        /// Running.
        Active = "active",
        /// Over.
        Closed = "closed",
    }
}

/// A sprint. Instants are UTC microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprint {
    /// Its id.
    pub id: SprintId,
    /// Whose.
    pub project: ProjectId,
    /// As the team calls it.
    pub name: String,
    /// What it is for.
    pub goal: Option<String>,
    /// How far it is.
    pub state: SprintState,
    /// When it began, or should.
    pub start_at: Option<i64>,
    /// When it should end.
    pub planned_end_at: Option<i64>,
    /// When it was closed.
    pub completed_at: Option<i64>,
    /// When its start was known here: with this the commitment is folded.
    pub start_known_at: Option<i64>,
    /// When its close was known here: with this a closed sprint is drawn for ever.
    pub close_known_at: Option<i64>,
    /// Grows with every change of it; what an act names as seen.
    pub version: u32,
}

impl Sprint {
    pub(super) fn of(row: sprints::Model) -> Result<Self, StoreError> {
        let state = worded(SprintState::ALL, SprintState::word, &row.state)
            .ok_or_else(|| StoreError::Damaged(format!("`{}` in the database is no state of a sprint", row.state)))?;
        Ok(Self {
            id: SprintId(row.id),
            project: ProjectId(row.project_id),
            name: row.name,
            goal: row.goal,
            state,
            start_at: row.start_at,
            planned_end_at: row.planned_end_at,
            completed_at: row.completed_at,
            start_known_at: row.start_known_at,
            close_known_at: row.close_known_at,
            version: u32::try_from(row.version).unwrap_or(0),
        })
    }
}

impl Work {
    /// When an item was in a sprint, as of `as_of` and as known at `known_at`: pairs of entry and exit, UTC microseconds.
    #[must_use]
    pub fn in_sprint(
        &self,
        item: &super::Item,
        sprint: SprintId,
        as_of: i64,
        known_at: i64,
    ) -> Vec<(i64, Option<i64>)> {
        let Some(sym) = self.sym(&sprint.to_string()) else { return Vec::new() };
        let mut times: Vec<(i64, Option<i64>)> = Vec::new();
        for entry in item.log.iter().filter(|entry| entry.field == Field::Sprint && entry.counts(as_of, known_at)) {
            let inside = times.last().is_some_and(|(_, until)| until.is_none());
            if inside && entry.from == Some(sym) {
                if let Some(last) = times.last_mut() {
                    last.1 = Some(entry.at);
                }
            } else if !inside && entry.to == Some(sym) {
                times.push((entry.at, None));
            }
        }
        times
    }
}

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

impl Write {
    /// Plans a sprint.
    ///
    /// # Errors
    /// Refused when it ends before it begins.
    pub(crate) async fn plan_sprint(&mut self, new: &NewSprint) -> Result<Stepped, StoreError> {
        if let (Some(start), Some(end)) = (new.start_at, new.planned_end_at)
            && end <= start
        {
            return Err(StoreError::field("planned_end_at", "A sprint ends after it begins."));
        }
        let row = sprints::Model {
            id: new.id.0,
            project_id: new.project.0,
            name: new.name.clone(),
            goal: new.goal.clone(),
            state: SprintState::Future.word().to_owned(),
            start_at: new.start_at.map(micros),
            planned_end_at: new.planned_end_at.map(micros),
            completed_at: None,
            start_known_at: None,
            close_known_at: None,
            version: 1,
        };
        self.note_rows("sprint.plan", new.id, None, Some(&new.name));
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.work_changes().await?;
        Ok(Stepped { sprint: new.id, version: 1, was: Was::New })
    }

    /// Starts a sprint at this write's instant: what is in it now is its commitment.
    ///
    /// # Errors
    /// Refused when it runs or is over, or another of the project runs; stale when it was changed since.
    pub(crate) async fn start_sprint(
        &mut self,
        sprint: &Reference<SprintId>,
        goal: &str,
        planned_end_at: Timestamp,
    ) -> Result<Stepped, StoreError> {
        let mut row = self.sprint_row(sprint).await?;
        if row.state != SprintState::Future.word() {
            return Err(StoreError::field("sprint", format!("{} is {} already.", row.name, row.state)));
        }
        if planned_end_at <= self.at() {
            return Err(StoreError::field("planned_end_at", "A sprint ends after it begins."));
        }
        let others = sprints::Entity::find().all(self.on()).await?;
        let running = SprintState::Active.word();
        if let Some(other) = others.iter().find(|other| other.project_id == row.project_id && other.state == running) {
            return Err(StoreError::field("sprint", format!("{} is running. Close it first.", other.name)));
        }
        let was = Was::Future(row.goal.clone(), row.start_at, row.planned_end_at);
        row.goal = Some(goal.to_owned());
        row.state = running.to_owned();
        row.start_at = Some(micros(self.at()));
        row.start_known_at = row.start_at;
        row.planned_end_at = Some(micros(planned_end_at));
        self.put_sprint("sprint.start", row).await?;
        Ok(Stepped { sprint: sprint.id, version: sprint.seen + 1, was })
    }

    /// Closes a sprint at this write's instant. What becomes of open items is said by changes in the same write, after this.
    ///
    /// # Errors
    /// Refused when it does not run; stale when it was changed since.
    pub(crate) async fn close_sprint(&mut self, sprint: &Reference<SprintId>) -> Result<Stepped, StoreError> {
        let mut row = self.sprint_row(sprint).await?;
        if row.state != SprintState::Active.word() {
            return Err(StoreError::field("sprint", format!("{} does not run: it is {}.", row.name, row.state)));
        }
        row.state = SprintState::Closed.word().to_owned();
        row.completed_at = Some(micros(self.at()));
        row.close_known_at = row.completed_at;
        self.put_sprint("sprint.close", row).await?;
        Ok(Stepped { sprint: sprint.id, version: sprint.seen + 1, was: Was::Active })
    }

    /// Takes the last step of a sprint back: it is no longer planned, started, closed. When that is too late is not asked here.
    ///
    /// # Errors
    /// Stale when another step was taken since.
    pub(crate) async fn step_back(&mut self, step: &Stepped) -> Result<(), StoreError> {
        let mut row = self.sprint_row(&Reference { id: step.sprint, seen: step.version }).await?;
        match &step.was {
            Was::New => {
                self.note_rows("sprint.unplan", row.id, None, Some(&row.name));
                row.into_active_model().delete(self.on()).await?;
                return self.work_changes().await.map(|_| ());
            }
            Was::Future(goal, start_at, planned_end_at) => {
                row.state = SprintState::Future.word().to_owned();
                row.goal.clone_from(goal);
                (row.start_at, row.planned_end_at, row.start_known_at) = (*start_at, *planned_end_at, None);
            }
            Was::Active => {
                row.state = SprintState::Active.word().to_owned();
                (row.completed_at, row.close_known_at) = (None, None);
            }
        }
        self.put_sprint("sprint.step_back", row).await
    }

    async fn sprint_row(&self, sprint: &Reference<SprintId>) -> Result<sprints::Model, StoreError> {
        let row = sprints::Entity::find_by_id(sprint.id.0).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("sprint", &sprint.id.to_string(), []))?;
        let (seen, now) = (sprint.seen, u32::try_from(row.version).unwrap_or(0));
        if seen == now {
            return Ok(row);
        }
        Err(StoreError::Stale { kind: "sprint".to_owned(), id: row.name, seen: seen.into(), now: now.into() })
    }

    async fn put_sprint(&mut self, action: &str, mut row: sprints::Model) -> Result<(), StoreError> {
        row.version += 1;
        self.note_rows(action, row.id, None, Some(&row.name));
        row.into_active_model().reset_all().update(self.on()).await?;
        self.work_changes().await.map(|_| ())
    }
}
