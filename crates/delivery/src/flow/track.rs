//! One item's way through the stages of a workflow, folded from its log as of an instant and as it was known at another.

use std::collections::HashMap;

use desk::work::{Category, Course, Field, Item, Sym};

/// Which stage each status belongs to, and what the stages mean.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    /// What each stage means, from left to right.
    pub categories: Vec<Category>,
    /// The stage of each status.
    pub of: HashMap<Sym, usize>,
    /// Statuses that mean given up; they need no stage.
    pub dropped: Vec<Sym>,
}

impl Stages {
    /// What a status means; none when no stage holds it.
    #[must_use]
    pub fn category(&self, status: Sym) -> Option<Category> {
        if self.dropped.contains(&status) {
            return Some(Category::Dropped);
        }
        self.of.get(&status).and_then(|stage| self.categories.get(*stage)).copied()
    }
}

/// A stay in a stage. Instants are UTC microseconds; `from` ≤ t < `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Which stage, from 0 on the left.
    pub stage: usize,
    /// Since when.
    pub from: i64,
    /// Until when; the instant that was asked for when it still lasts.
    pub until: i64,
}

/// An item's way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Track {
    /// The caller's number for the item.
    pub item: usize,
    /// Stays in stages, in order. Stays of no length are kept: they are entries.
    pub visits: Vec<Visit>,
    /// When it was given up, when it is.
    pub dropped: Option<i64>,
    /// When something stopped it: from, until.
    pub blocked: Vec<(i64, i64)>,
    /// A status on its way that no stage holds.
    pub unmapped: Option<Sym>,
}

impl Track {
    /// The way of `item`; none when it was not there at `as_of`, was not known at `known_at`, or is gone by then.
    #[must_use]
    pub fn of(number: usize, item: &Item, stages: &Stages, as_of: i64, known_at: i64) -> Option<Self> {
        if item.deleted_at.is_some_and(|at| at <= known_at) {
            return None;
        }
        let course = Course::of(item, Field::Status, Some(item.status), as_of, known_at);
        if course.stays().is_empty() {
            return None;
        }
        let mut track = Self { item: number, ..Self::default() };
        for stay in course.stays() {
            let (status, until) = (stay.value, stay.until.unwrap_or(as_of).min(as_of));
            track.dropped = None;
            match status.and_then(|status| stages.of.get(&status)) {
                Some(stage) => track.visits.push(Visit { stage: *stage, from: stay.from, until }),
                None if status.is_some_and(|status| stages.dropped.contains(&status)) => {
                    track.dropped = Some(stay.from);
                }
                None => track.unmapped = track.unmapped.or(status),
            }
        }
        track.blocked = stops(item, as_of, known_at);
        Some(track)
    }

    /// The stage in which it is; none when it is nowhere, or given up.
    #[must_use]
    pub fn stage(&self) -> Option<usize> {
        if self.dropped.is_some() { None } else { self.visits.last().map(|visit| visit.stage) }
    }

    /// The stage in which it was at an instant; none before its creation and once it is given up.
    #[must_use]
    pub fn stage_at(&self, at: i64) -> Option<usize> {
        if self.dropped.is_some_and(|dropped| dropped <= at) {
            return None;
        }
        self.visits.iter().rev().find(|visit| visit.from <= at).map(|visit| visit.stage)
    }

    /// Microseconds of `from..until` in which something stopped it.
    #[must_use]
    pub fn stopped(&self, from: i64, until: i64) -> i64 {
        self.blocked.iter().map(|(begin, end)| (until.min(*end) - from.max(*begin)).max(0)).sum()
    }
}

fn stops(item: &Item, as_of: i64, known_at: i64) -> Vec<(i64, i64)> {
    if !item.blocked && !item.log.iter().any(|entry| entry.field == Field::Blocked) {
        return Vec::new();
    }
    let course = Course::of(item, Field::Blocked, None, as_of, known_at);
    let held = course.stays().iter().filter(|stay| stay.value.is_some());
    held.map(|stay| (stay.from, stay.until.unwrap_or(as_of).min(as_of))).collect()
}
