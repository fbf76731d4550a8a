//! By how much scope grows: leaves at the end ÷ leaves at the first one's start, of epics and plans that are over. Each trial of a plan draws
//! one of these for all that is still open, so that what is late by growth is late together.

use desk::work::{Category, Field, Item, ItemType, Work};
use desk::{Desk, Refusal, Stored};

use super::drivers::{Driver, Force};
use super::records::{ItemKind, Plan};
use super::tree::Tree;
use crate::flow::Stages;

/// Wholes that are over, from which growth is drawn.
pub const LEAST: usize = 5;
/// Its name among the draws; no risk's.
const STREAM: &str = "growth of scope";

/// How scope grew, and where this plan stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Growth {
    /// Ratios of wholes that are over, in ascending order.
    pub ratios: Vec<f64>,
    /// Leaves of this plan when it began; none when it has not yet.
    pub at_start: Option<usize>,
}

/// A part of a whole: when it came, when it went, when work on it began; instants of any one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// When it came into the whole.
    pub came: i64,
    /// When it was taken out.
    pub left: Option<i64>,
    /// When work on it began.
    pub begun: Option<i64>,
}

/// Parts at the end ÷ parts at the first one's start; none when nothing was begun, or nothing was there.
#[must_use]
pub fn ratio(parts: &[Part]) -> Option<f64> {
    let first = parts.iter().filter_map(|part| part.begun).min()?;
    let then = parts.iter().filter(|part| part.came <= first && part.left.is_none_or(|left| left > first)).count();
    let end = parts.iter().filter(|part| part.left.is_none()).count();
    (then > 0 && end > 0).then(|| end as f64 / then as f64)
}

impl Growth {
    /// Of wholes that are over.
    #[must_use]
    pub fn of(mut ratios: Vec<f64>, at_start: Option<usize>) -> Self {
        ratios.sort_by(f64::total_cmp);
        Self { ratios, at_start }
    }

    /// Whether there are enough of them.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.ratios.len() >= LEAST
    }

    /// By what the open leaves are multiplied, one for each ratio, when `over` leaves are done or dropped and `open` are not. A plan that has
    /// begun has grown to what it is: it does not shrink below that.
    #[must_use]
    pub fn factors(&self, over: usize, open: usize) -> Vec<f64> {
        if open == 0 || !self.is_known() {
            return Vec::new();
        }
        let (over, open) = (over as f64, open as f64);
        let left = |ratio: &f64| match self.at_start {
            Some(begun) => ((ratio * begun as f64).max(over + open) - over) / open,
            None => *ratio,
        };
        self.ratios.iter().map(left).collect()
    }

    /// The driver of the open tasks; none when too little is known.
    #[must_use]
    pub fn driver(&self, over: usize, open: Vec<usize>) -> Option<Driver> {
        let factors = self.factors(over, open.len());
        (!factors.is_empty()).then(|| Driver::any_of(STREAM, Force::Factor, factors, open))
    }
}

/// The ratios of the finished epics of a board.
#[must_use]
pub fn of_epics(work: &Work, stages: &Stages, project: desk::work::ProjectId) -> Vec<f64> {
    let mine = || work.items().iter().filter(|item| item.project == project);
    let over = |item: &Item| stages.category(item.status) == Some(Category::Done) && item.deleted_at.is_none();
    let epics = mine().filter(|item| item.sort == ItemType::Epic && over(item));
    let parts = |epic: &Item| {
        let inside = mine().filter(|item| item.parent == Some(epic.id) && item.sort != ItemType::Subtask);
        inside.map(|item| part(stages, item)).collect::<Vec<_>>()
    };
    epics.filter_map(|epic| ratio(&parts(epic))).collect()
}

fn part(stages: &Stages, item: &Item) -> Part {
    let active = |sym| matches!(stages.category(sym), Some(Category::Active | Category::Waiting | Category::Done));
    let mut moves = item.log.iter().filter(|line| line.field == Field::Status && line.withdrawn.is_none());
    let begun = moves.clone().find(|line| line.to.is_some_and(active)).map(|line| line.at);
    let dropped = stages.category(item.status) == Some(Category::Dropped);
    let left = item.deleted_at.or_else(|| dropped.then(|| moves.next_back().map_or(item.created_at, |line| line.at)));
    Part { came: item.created_at, left, begun }
}

fn leaves(plan: &Plan) -> usize {
    let Ok(tree) = Tree::of(plan) else { return 0 };
    let kinds = tree.leaves().filter_map(|place| plan.items.get(tree.nodes.get(place)?.item));
    kinds.filter(|item| item.kind != ItemKind::Milestone).count()
}

/// Leaves of the last version that was written up to the plan's first day, else of the first.
fn at_start(versions: &[Stored<Plan>]) -> Option<usize> {
    let begin = versions.last()?.body.start_on;
    let day = |version: &Stored<Plan>| version.updated_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let then = versions.iter().rfind(|version| day(version) <= begin).or(versions.first());
    then.map(|version| leaves(&version.body)).filter(|count| *count > 0)
}

/// The growth that a plan draws: of its teams' finished epics, and of closed plans of any team that the viewer may read.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn growth(desk: &Desk, id: &str, plan: &Plan, mut ratios: Vec<f64>) -> Result<Growth, Refusal> {
    let plans = desk.records().list::<Plan>().await?;
    for closed in plans.iter().filter(|one| one.status == "done" && one.id != id) {
        let begun = at_start(&desk.records().history::<Plan>(&closed.id).await?);
        ratios.extend(begun.map(|begun| leaves(&closed.body) as f64 / begun as f64).filter(|ratio| *ratio > 0.0));
    }
    if ratios.len() < LEAST || plan.start_on > desk.today() || !plans.iter().any(|one| one.id == id) {
        return Ok(Growth::of(ratios, None));
    }
    let begun = at_start(&desk.records().history::<Plan>(id).await?);
    Ok(Growth::of(ratios, begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(came: i64, left: Option<i64>, begun: Option<i64>) -> Part {
        Part { came, left, begun }
    }

    #[test]
    fn a_whole_grows_from_its_first_start() {
        let parts = [part(1, None, Some(5)), part(2, None, Some(8)), part(3, Some(7), None), part(6, None, None)];
        assert_eq!(ratio(&parts), Some(1.0), "three at the start: one went, one came");
        assert_eq!(ratio(&[part(1, None, Some(5)), part(6, None, None), part(7, None, None)]), Some(3.0));
        assert_eq!((ratio(&[part(1, None, None)]), ratio(&[])), (None, None));
    }

    #[test]
    fn few_wholes_say_nothing() {
        assert!(Growth::of(vec![1.2; 4], None).factors(0, 10).is_empty());
        assert_eq!(Growth::of(vec![1.2; 5], None).factors(0, 10), [1.2; 5]);
    }

    #[test]
    fn what_has_grown_grows_less() {
        let growth = Growth::of(vec![0.8, 1.0, 1.2, 1.5, 2.0], Some(10));
        // 12 leaves by now, 6 of them over: up to 20 in the end, and never fewer than there are.
        assert_eq!(growth.factors(6, 6), [1.0, 1.0, 1.0, 1.5, 14.0 / 6.0]);
    }
}
