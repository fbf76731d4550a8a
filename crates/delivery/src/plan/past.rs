//! The past of a plan: every version of its record that was known, and where its work items stand. From that follows since when an item is
//! done; nothing of it is kept.

use std::collections::HashMap;

use desk::{Desk, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;

use super::ground::{Linked, linked_items};
use super::records::Plan;

/// A version of a plan.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub number: u64,
    /// The day on which it was written.
    pub on: Date,
    /// The plan then.
    pub plan: Plan,
}

/// Its versions, oldest first, with the work items of all of them by key.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The versions.
    pub versions: Vec<Version>,
    /// Where work items stand.
    pub linked: HashMap<String, Linked>,
}

impl Past {
    /// Of the plan of that id, as it was known at an instant; `day` says on which day an instant lies. Empty when the viewer may not read it.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn of(
        desk: &Desk,
        id: &str,
        known_at: Timestamp,
        day: impl Fn(Timestamp) -> Date,
    ) -> Result<Self, Refusal> {
        let versions = match desk.records().history::<Plan>(id).await {
            Ok(versions) => versions,
            Err(Refusal::Refused { .. }) => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let known = versions.into_iter().filter(|version| version.updated_at <= known_at);
        let read =
            known.map(|version| Version { number: version.version, on: day(version.updated_at), plan: version.body });
        let versions: Vec<Version> = read.collect();
        let items = versions.iter().flat_map(|version| &version.plan.items);
        let linked =
            linked_items(desk, &*desk.work().await?, items.filter_map(|item| item.work_item.as_deref())).await?;
        Ok(Self { versions, linked })
    }

    /// From a version on.
    #[must_use]
    pub fn since(&self, number: u64) -> Option<&[Version]> {
        let from = self.versions.iter().position(|version| version.number == number)?;
        self.versions.get(from..)
    }

    /// The day since which an item is done or gone, by its work item, else by versions from some point on; none while it is open.
    #[must_use]
    pub fn done(&self, later: &[Version], id: &str) -> Option<Date> {
        let newest = later.iter().rev().find_map(|version| version.plan.item(id));
        let linked = newest.and_then(|item| item.work_item.as_deref()).and_then(|key| self.linked.get(key));
        if let Some(linked) = linked.filter(|linked| linked.category.is_some()) {
            return linked.done;
        }
        let over = |version: &&Version| version.plan.item(id).is_none_or(|item| item.done);
        later.iter().rev().take_while(over).last().map(|version| version.on)
    }
}
