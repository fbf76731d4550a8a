//! Writing work: an act appends to the log and brings the item beside it up to date, in one transaction.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::edit::{Line, apply, estimate_of, put_back, title_of};
use super::{Deed, Edit, Field, NATIVE, NewItem, Reference, Stepped, Tie, Touched, Trace};
use crate::error::Wrong;
use crate::rows::{item_changes, item_links, items, projects, withdrawals};
use crate::{Actor, ItemId, PersonId, ProjectId, Store, StoreError, TeamId, Write};

impl Store {
    /// Takes the next `count` numbers of a project, and gives the first; nobody else gets them. A number that is not used is lost, which
    /// hurts nobody.
    ///
    /// # Errors
    /// Not found when there is no such project.
    pub async fn reserve_numbers(&self, project: ProjectId, count: u32, at: Timestamp) -> Result<u64, StoreError> {
        let mut write = self.write(Actor::System, at).await?;
        let row = projects::Entity::find_by_id(project.0).one(write.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("project", &project.to_string(), []))?;
        let number = row.next_number;
        let mut active = row.into_active_model();
        active.next_number = Set(number + i64::from(count));
        active.update(write.on()).await?;
        write.work_changes().await?;
        write.keep().await?;
        Ok(u64::try_from(number).unwrap_or(1))
    }
}

impl Store {
    /// What is written about an item beyond its title, in Markdown. It is not kept in memory.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn item_body(&self, id: ItemId) -> Result<Option<String>, StoreError> {
        let row = items::Entity::find_by_id(id.0).one(self.database.on()).await?;
        Ok(row.and_then(|row| row.body))
    }

    /// What is written about the items of a project beyond their titles.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn item_bodies(&self, project: ProjectId) -> Result<HashMap<ItemId, String>, StoreError> {
        let asked = items::Entity::find()
            .select_only()
            .columns([items::Column::Id, items::Column::Body])
            .filter(items::Column::ProjectId.eq(project.0))
            .filter(items::Column::Body.is_not_null());
        let rows: Vec<(uuid::Uuid, String)> = asked.into_tuple().all(self.database.on()).await?;
        Ok(rows.into_iter().map(|(id, body)| (ItemId(id), body)).collect())
    }
}

impl Write {
    /// Does a deed; gives what can be taken back of it.
    pub(super) async fn work(&mut self, deed: &Deed) -> Result<Option<Trace>, StoreError> {
        let item = |touched: Touched| Some(Trace::Item(touched));
        let sprint = |stepped: Stepped| Some(Trace::Sprint(stepped));
        match deed {
            Deed::AddItem(new) => return self.add_item(new).await.map(item),
            Deed::Change(of, edits, reason) => {
                return Ok(self.change_item(of, edits, reason.as_deref()).await?.and_then(item));
            }
            Deed::PlanSprint(new) => return self.plan_sprint(new).await.map(sprint),
            Deed::StartSprint(of, goal, until) => return self.start_sprint(of, goal, *until).await.map(sprint),
            Deed::CloseSprint(of) => return self.close_sprint(of).await.map(sprint),
            Deed::StepBack(stepped) => self.step_back(stepped).await,
            Deed::AddProject(id, key, name, team) => self.add_project(*id, key, name, *team).await,
            Deed::Correct(item, number, at, why) => self.correct(item, *number, *at, why).await,
            Deed::Withdraw(item, numbers, why) => self.take_back(item, numbers, why).await,
            Deed::Remove(item) => self.remove(item).await,
            Deed::Tie(item, other, tie) => self.tie(*item, *other, *tie).await,
            Deed::Untie(item, other, tie) => self.untie(*item, *other, *tie).await,
            Deed::SetCalendar(calendar) => self.set_calendar(calendar).await,
            Deed::AddPast(past) => self.add_past(past).await,
        }
        .map(|()| None)
    }

    async fn add_project(
        &mut self,
        id: ProjectId,
        key: &str,
        name: &str,
        team: Option<TeamId>,
    ) -> Result<(), StoreError> {
        self.fresh_key(key).await?;
        let row = projects::Model {
            id: id.0,
            host: NATIVE.to_owned(),
            key: key.to_owned(),
            name: name.to_owned(),
            team_id: team.map(|team| team.0),
            next_number: 1,
        };
        self.note_rows("project.add", id, None, Some(&key));
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.work_changes().await.map(|_| ())
    }

    /// A key that can be one, and that nobody has.
    pub(super) async fn fresh_key(&self, key: &str) -> Result<(), StoreError> {
        let fits = (2..=10).contains(&key.len()) && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !fits || !key.starts_with(|c: char| c.is_ascii_uppercase()) {
            let message = format!("`{key}` is no key: two to ten capital letters and digits, a letter first.");
            return Err(StoreError::field("key", message));
        }
        let same = projects::Entity::find().filter(projects::Column::Key.eq(key)).count(self.on()).await?;
        if same > 0 { Err(StoreError::field("key", format!("{key} is taken."))) } else { Ok(()) }
    }

    async fn add_item(&mut self, new: &NewItem) -> Result<Touched, StoreError> {
        new.check()?;
        if let Some(parent) = new.parent {
            self.item_row(parent).await?;
        }
        let touched = self.work_changes().await?;
        let at = self.at().as_microsecond();
        let row = items::Model {
            id: new.id.0,
            host: NATIVE.to_owned(),
            native_id: Some(new.id.to_string()),
            url: None,
            project_id: new.project.0,
            key: new.key.clone(),
            title: new.title.trim().to_owned(),
            body: new.body.clone(),
            sort: new.sort.word().to_owned(),
            type_raw: None,
            status_id: new.status.clone(),
            class: new.class.word().to_owned(),
            priority: new.priority.map(i32::from),
            estimate: new.estimate,
            estimate_unit: new.estimate.map(|_| "points".to_owned()),
            created_at: at,
            due_on: new.due_on.map(|day| day.to_string()),
            creator_id: self.person().map(|person| person.0),
            assignee_id: new.assignee.map(|person| person.0),
            parent_id: new.parent.map(|parent| parent.0),
            labels: serde_json::to_string(&new.labels).unwrap_or_default(),
            blocked: false,
            rank: new.rank.clone(),
            entries: 0,
            first_seen_at: at,
            observed_at: at,
            source_updated_at: None,
            deleted_at: None,
            fidelity: "reported".to_owned(),
            touched,
        };
        self.number_taken(new).await?;
        self.note("item.add", new.id, None, Some(new.title.as_bytes()));
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(Touched { item: new.id, before: None, after: 0 })
    }

    /// A number that was given goes to nobody else, also when nobody reserved it.
    async fn number_taken(&self, new: &NewItem) -> Result<(), StoreError> {
        let number: Option<i64> = new.key.rsplit('-').next().and_then(|number| number.parse().ok());
        let row = projects::Entity::find_by_id(new.project.0).one(self.on()).await?;
        let row = row.ok_or_else(|| StoreError::missing("project", &new.project.to_string(), []))?;
        if let Some(number) = number.filter(|number| *number >= row.next_number) {
            let mut active = row.into_active_model();
            active.next_number = Set(number + 1);
            active.update(self.on()).await?;
        }
        Ok(())
    }

    /// The item goes: it counts nowhere, and its log stays.
    async fn remove(&mut self, item: &Reference<ItemId>) -> Result<(), StoreError> {
        let mut row = self.seen_item(item).await?;
        row.deleted_at = Some(self.at().as_microsecond());
        self.put_item("item.remove", row).await
    }

    const fn person(&self) -> Option<PersonId> {
        match self.actor() {
            Actor::Person(person) => Some(person),
            Actor::System => None,
        }
    }

    async fn item_row(&self, id: ItemId) -> Result<items::Model, StoreError> {
        let row = items::Entity::find_by_id(id.0).one(self.on()).await?;
        row.ok_or_else(|| StoreError::missing("work item", &id.to_string(), []))
    }

    /// The item as it was seen; one of a tracker does not change here.
    async fn seen_item(&self, item: &Reference<ItemId>) -> Result<items::Model, StoreError> {
        let row = self.item_row(item.id).await?;
        if row.host != NATIVE {
            return Err(StoreError::field("item", format!("{} lives at {}; change it there.", row.key, row.host)));
        }
        let now = u32::try_from(row.entries).unwrap_or(0);
        if now == item.seen {
            return Ok(row);
        }
        Err(StoreError::Stale { kind: "work_item".to_owned(), id: row.key, seen: item.seen.into(), now: now.into() })
    }

    async fn change_item(
        &mut self,
        item: &Reference<ItemId>,
        edits: &[Edit],
        reason: Option<&str>,
    ) -> Result<Option<Touched>, StoreError> {
        let mut row = self.seen_item(item).await?;
        let mut lines = Vec::new();
        for edit in edits {
            if let Edit::Parent(Some(parent)) = edit {
                self.must_not_ring(&row, *parent).await?;
            }
            lines.extend(apply(&mut row, edit)?);
        }
        if lines.is_empty() {
            return Ok(None);
        }
        for line in lines {
            row.entries += 1;
            self.append(row.id, row.entries, self.at(), &line, reason).await?;
        }
        let after = u32::try_from(row.entries).unwrap_or(0);
        self.put_item("item.change", row).await?;
        Ok(Some(Touched { item: item.id, before: Some(item.seen), after }))
    }

    /// An item is no part of itself.
    async fn must_not_ring(&self, row: &items::Model, parent: ItemId) -> Result<(), StoreError> {
        let mut path = vec![row.key.clone()];
        let mut next = Some(parent.0);
        while let Some(id) = next {
            let above = self.item_row(ItemId(id)).await?;
            path.push(above.key.clone());
            if above.id == row.id {
                path.reverse();
                return Err(StoreError::field("parent", format!("A ring: {}.", path.join(" → "))));
            }
            next = above.parent_id;
        }
        Ok(())
    }

    async fn append(
        &self,
        item: Uuid,
        number: i32,
        at: Timestamp,
        line: &Line,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let row = item_changes::Model {
            id: self.store.dice.id(self.at()),
            work_item_id: item,
            number,
            at: at.as_microsecond(),
            first_seen_at: self.at().as_microsecond(),
            actor_id: self.person().map(|person| person.0),
            field: line.field.word().to_owned(),
            from_id: line.from.clone(),
            to_id: line.to.clone(),
            from_text: None,
            to_text: line.text.clone(),
            native_id: None,
            reason: reason.map(str::to_owned),
        };
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(())
    }

    async fn put_item(&mut self, action: &str, mut row: items::Model) -> Result<(), StoreError> {
        row.touched = self.work_changes().await?;
        row.observed_at = self.at().as_microsecond();
        self.note(action, row.id, None, Some(format!("{}/{}", row.key, row.entries).as_bytes()));
        row.into_active_model().reset_all().update(self.on()).await?;
        Ok(())
    }

    async fn line_of(&self, item: &items::Model, number: u32) -> Result<item_changes::Model, StoreError> {
        let found = item_changes::Entity::find()
            .filter(item_changes::Column::WorkItemId.eq(item.id))
            .filter(item_changes::Column::Number.eq(i32::try_from(number).unwrap_or(i32::MAX)));
        let line = found.one(self.on()).await?;
        let line = line.ok_or_else(|| StoreError::field("entry", format!("{} has no entry {number}.", item.key)))?;
        let gone = withdrawals::Entity::find_by_id(line.id).count(self.on()).await? > 0;
        if gone { Err(StoreError::field("entry", format!("Entry {number} was withdrawn already."))) } else { Ok(line) }
    }

    /// The line is withdrawn, and stands again with its true time.
    async fn correct(
        &mut self,
        item: &Reference<ItemId>,
        number: u32,
        at: Timestamp,
        why: &str,
    ) -> Result<(), StoreError> {
        let mut row = self.seen_item(item).await?;
        let line = self.line_of(&row, number).await?;
        if at > self.at() {
            return Err(StoreError::field("at", "That is still to come."));
        }
        if at.as_microsecond() < row.created_at {
            return Err(StoreError::field("at", format!("{} was not there yet.", row.key)));
        }
        self.withdraw_line(&line, why).await?;
        let field = super::worded(Field::ALL, Field::word, &line.field)
            .ok_or_else(|| StoreError::Damaged(format!("`{}` in the log is no field", line.field)))?;
        let again = Line { field, from: line.from_id, to: line.to_id, text: line.to_text };
        row.entries += 1;
        self.append(row.id, row.entries, at, &again, Some(why)).await?;
        self.put_item("item.correct", row).await
    }

    async fn withdraw_line(&self, line: &item_changes::Model, why: &str) -> Result<(), StoreError> {
        let gone = withdrawals::Model {
            change_id: line.id,
            work_item_id: line.work_item_id,
            known_at: self.at().as_microsecond(),
            actor_id: self.person().map(|person| person.0),
            reason: Some(why.to_owned()),
        };
        gone.into_active_model().reset_all().insert(self.on()).await?;
        Ok(())
    }

    /// The lines are withdrawn, and the item is again what it was before them.
    async fn take_back(&mut self, item: &Reference<ItemId>, numbers: &[u32], why: &str) -> Result<(), StoreError> {
        let mut row = self.seen_item(item).await?;
        for number in numbers.iter().rev() {
            let line = self.line_of(&row, *number).await?;
            self.withdraw_line(&line, why).await?;
            put_back(&mut row, &line)?;
        }
        self.put_item("item.withdraw", row).await
    }

    async fn tie(&mut self, item: ItemId, other: ItemId, tie: Tie) -> Result<(), StoreError> {
        if item == other {
            return Err(StoreError::field("other", "An item is not tied to itself."));
        }
        let (row, _) = (self.item_row(item).await?, self.item_row(other).await?);
        if self.tied(item, other, tie).await?.is_some() {
            return Err(StoreError::field("other", "They are tied so already."));
        }
        let link = item_links::Model {
            id: self.store.dice.id(self.at()),
            work_item_id: item.0,
            other_id: Some(other.0),
            other_key: None,
            kind: tie.word().to_owned(),
            from_at: self.at().as_microsecond(),
            until_at: None,
        };
        link.into_active_model().reset_all().insert(self.on()).await?;
        self.put_item("item.link", row).await
    }

    async fn untie(&mut self, item: ItemId, other: ItemId, tie: Tie) -> Result<(), StoreError> {
        let row = self.item_row(item).await?;
        let link = self.tied(item, other, tie).await?;
        let mut link = link.ok_or_else(|| StoreError::field("other", "They are not tied so."))?.into_active_model();
        link.until_at = Set(Some(self.at().as_microsecond()));
        link.update(self.on()).await?;
        self.put_item("item.unlink", row).await
    }

    async fn tied(&self, item: ItemId, other: ItemId, tie: Tie) -> Result<Option<item_links::Model>, StoreError> {
        let found = item_links::Entity::find()
            .filter(item_links::Column::WorkItemId.eq(item.0))
            .filter(item_links::Column::OtherId.eq(other.0))
            .filter(item_links::Column::Kind.eq(tie.word()))
            .filter(item_links::Column::UntilAt.is_null());
        Ok(found.one(self.on()).await?)
    }
}

impl NewItem {
    fn check(&self) -> Result<(), StoreError> {
        let mut wrong = Vec::new();
        let title = title_of(&self.title).err();
        wrong.extend(title.map(|message| Wrong::new("title", message)));
        wrong.extend(estimate_of(self.estimate).err().map(|message| Wrong::new("estimate", message)));
        if self.priority.is_some_and(|priority| !(1..=5).contains(&priority)) {
            wrong.push(Wrong::new("priority", "A priority is 1 (highest) to 5."));
        }
        if wrong.is_empty() { Ok(()) } else { Err(StoreError::Refused { fields: wrong }) }
    }
}
