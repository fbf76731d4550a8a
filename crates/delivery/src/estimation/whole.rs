//! When a plan is done and a milestone reached, from the plan's own trials; and how that went, from the versions of its record and the log
//! of its work items.
//!
//! What was told is told of the plan as it was: what came into it later does not count, and what was taken out is off the table on the day on
//! which it went. Outcomes are derived whenever they are asked for, never kept.

use std::collections::HashMap;

use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::Ask;
use super::answer::{Behind, Told};
use super::ground::Ground;
use super::question::{given, wrong};
use crate::calendar::between;
use crate::pace::HORIZON_DAYS;
use crate::plan::ground::Ground as PlanGround;
use crate::plan::past::{Past, Version};
use crate::plan::reckon::{PUBLISHED, Reckoned, Settings, TRIALS};
use crate::plan::records::{ItemKind, Plan, PlanItem, Strength};
use crate::plan::tree::Tree;
use crate::plan::which::which;
use crate::published::{Forecast, Question};
use crate::sim::Draws;
use desk::rooms::sign;

/// How a plan counts as done, as it stands in the ledger.
pub(super) const RULES: &str = "the plan's own trials; done when all leaves of that version are";

/// The plan that something is told of.
#[derive(Debug, Clone)]
pub(super) struct OfPlan {
    /// Its version.
    pub version: u64,
    /// What it, or its milestone, is called.
    pub called: String,
    /// The seed of the trials.
    pub seed: u64,
    /// How many trials.
    pub trials: u32,
    /// Sign of everything that went in.
    pub inputs: String,
}

impl OfPlan {
    /// How it was told.
    pub(super) fn how(&self) -> String {
        let trials = desk::sheet::number(f64::from(self.trials), 0);
        format!("{trials} trials of version {} of the plan, seed {}", self.version, self.seed)
    }
}

/// Whether an ask is about a plan.
pub(super) fn is_asked(ask: &Ask) -> bool {
    given(ask.plan.as_deref()).is_some() || given(ask.milestone.as_deref()).is_some()
}

async fn asked(desk: &Desk, ask: &Ask) -> Result<Stored<Plan>, Refusal> {
    let plans = desk.records().list::<Plan>().await?;
    let found = which(desk, &plans, given(ask.plan.as_deref()))?;
    found.ok_or_else(|| wrong("plan", "There is no plan that you may read."))
}

/// The team of the plan that is asked about, by its short name: the answer stands in that team's ledger.
pub(super) async fn owner(desk: &Desk, ask: &Ask) -> Result<Option<String>, Refusal> {
    if !is_asked(ask) {
        return Ok(None);
    }
    if ask.as_of.is_some() || ask.known_at.is_some() {
        return Err(wrong("as_of", "A plan is told as it is now; its ledger keeps what was told before."));
    }
    let team = asked(desk, ask).await?.team;
    Ok(team.and_then(|team| desk.organisation().team(team)).map(|team| team.slug.clone()))
}

/// What an ask about a plan says.
pub(super) async fn told(desk: &Desk, behind: &Behind, ask: &Ask) -> Result<Told, Refusal> {
    let stored = asked(desk, ask).await?;
    let whole = Whole::of(desk, stored, TRIALS).await?;
    whole.asked(ask.milestone.as_deref(), behind.ground.today)
}

/// The same, with as many trials as what is published has.
pub(super) async fn published(desk: &Desk, behind: &Behind, ask: &Ask) -> Result<Told, Refusal> {
    let stored = asked(desk, ask).await?;
    let whole = Whole::of(desk, stored, PUBLISHED).await?;
    whole.asked(ask.milestone.as_deref(), behind.ground.today)
}

/// Every open plan of the board's team, and each of its open milestones, as the record was at the desk's instant.
pub(super) async fn standard(desk: &Desk, behind: &Behind) -> Result<Vec<Told>, Refusal> {
    let Some(team) = behind.ground.board.team_id() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for stored in desk.records().list::<Plan>().await? {
        if stored.team != Some(team) || matches!(stored.status.as_str(), "done" | "dropped") {
            continue;
        }
        let Some(stored) = as_it_was(desk, stored).await? else { continue };
        let whole = match Whole::of(desk, stored, PUBLISHED).await {
            Ok(whole) => whole,
            // What has no date yet is not told.
            Err(Refusal::Refused { .. }) => continue,
            Err(error) => return Err(error),
        };
        let today = behind.ground.today;
        all.extend(whole.plan(today));
        all.extend(whole.milestones().filter_map(|place| whole.milestone(place, today)));
    }
    Ok(all)
}

/// A plan as it stood at the desk's instant; none when it was written later.
async fn as_it_was(desk: &Desk, stored: Stored<Plan>) -> Result<Option<Stored<Plan>>, Refusal> {
    if stored.updated_at <= desk.now() {
        return Ok(Some(stored));
    }
    let past = desk.records().history::<Plan>(&stored.id).await?;
    Ok(past.into_iter().rfind(|version| version.updated_at <= desk.now()))
}

/// A plan, tried.
struct Whole {
    stored: Stored<Plan>,
    ground: PlanGround,
    reckoned: Reckoned,
    seed: u64,
}

impl Whole {
    async fn of(desk: &Desk, stored: Stored<Plan>, trials: u32) -> Result<Self, Refusal> {
        let plan = &stored.body;
        let ground = PlanGround::of(desk, &stored.id, plan).await?;
        let seed = Draws::seed_of(&stored.id);
        let settings = Settings { seed, trials, confidence: plan.confidence };
        let reckoned = Reckoned::of(plan, &ground, settings).map_err(|_| {
            Refusal::invalid(format!("no date of {} can be told", plan.title))
                .hint(format!("`mainstay plan \"{}\"` says what is missing.", plan.title))
        })?;
        Ok(Self { stored, ground, reckoned, seed })
    }

    fn asked(&self, milestone: Option<&str>, today: Date) -> Result<Told, Refusal> {
        let plan = &self.stored.body;
        let Some(named) = given(milestone) else {
            return self.plan(today).ok_or_else(|| wrong("plan", format!("Everything in {} is done.", plan.title)));
        };
        let place = self.reckoned.model.tree.find(plan, named);
        let place = place
            .ok_or_else(|| wrong("milestone", format!("No item `{named}` in {}, by id, code or key.", plan.title)))?;
        self.milestone(place, today).ok_or_else(|| wrong("milestone", format!("`{named}` is reached already.")))
    }

    fn item(&self, place: usize) -> Option<&PlanItem> {
        let node = self.reckoned.model.tree.nodes.get(place)?;
        self.stored.body.items.get(node.item)
    }

    /// Places of the milestones in the tree.
    fn milestones(&self) -> impl Iterator<Item = usize> {
        let places = 0..self.reckoned.model.tree.nodes.len();
        places.filter(|place| self.item(*place).is_some_and(|item| item.kind == ItemKind::Milestone))
    }

    fn plan(&self, today: Date) -> Option<Told> {
        let title = self.stored.body.title.clone();
        self.said(Question::Plan, self.stored.id.clone(), title, &self.reckoned.all(), today)
    }

    /// A milestone; another item of the plan is told likewise.
    fn milestone(&self, place: usize, today: Date) -> Option<Told> {
        let item = self.item(place)?;
        let of = format!("{}/{}", self.stored.id, item.id);
        let called = format!("{}: {}", self.stored.body.title, item.title);
        self.said(Question::Milestone, of, called, &self.reckoned.model.below(place), today)
    }

    /// When the last of some tasks is finished; none when none is open.
    fn said(&self, question: Question, of: String, called: String, tasks: &[usize], today: Date) -> Option<Told> {
        if tasks.is_empty() {
            return None;
        }
        let finishes = self.reckoned.trials.finishes(tasks);
        let days = finishes.iter().map(|tick| between(today, self.ground.finishes(*tick as i64)).max(0) as usize);
        let risks = self.reckoned.drivers.len();
        let mut notes = Vec::new();
        if risks > 0 {
            notes.push(format!("{risks} {} of the register are in it.", if risks == 1 { "risk" } else { "risks" }));
        }
        Some(Told {
            question,
            about: called.clone(),
            count: None,
            until: None,
            of: Some(of),
            by: shares(days),
            notes,
            parts: Vec::new(),
            checkable: Ok(()),
            plan: Some(OfPlan {
                version: self.stored.version,
                called,
                seed: self.seed,
                trials: self.reckoned.trials.count(),
                inputs: sign(&format!("{:?} {:?} {}", self.reckoned.model.durations, self.reckoned.drivers, self.seed)),
            }),
        })
    }
}

/// P(Y ≤ k) for k = 0, 1, … of what was found in trials; what lies beyond three years is missing.
fn shares(days: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut counts: Vec<u32> = Vec::new();
    let mut all = 0_u32;
    for day in days {
        all += 1;
        if day <= HORIZON_DAYS {
            if counts.len() <= day {
                counts.resize(day + 1, 0);
            }
            if let Some(count) = counts.get_mut(day) {
                *count += 1;
            }
        }
    }
    let add = |sum: &mut u32, count: &u32| {
        *sum += count;
        Some(f64::from(*sum) / f64::from(all.max(1)))
    };
    counts.iter().scan(0, add).collect()
}

/// The past of the plans that forecasts are about, by their ids.
#[derive(Debug, Default)]
pub(super) struct Pasts(HashMap<String, Past>);

impl Pasts {
    /// Of the plans that some forecasts are about; those that the viewer may not read tell nothing.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub(super) async fn of<'a>(
        desk: &Desk,
        ground: &Ground,
        said: impl Iterator<Item = &'a Forecast>,
    ) -> Result<Self, Refusal> {
        let mut made = Self::default();
        for id in said.filter_map(plan_of) {
            if !made.0.contains_key(id) {
                let day = |at: jiff::Timestamp| ground.calendar.day(at.as_microsecond());
                made.0.insert(id.to_owned(), Past::of(desk, id, ground.known_at, day).await?);
            }
        }
        Ok(made)
    }

    /// The day on which what was told came; none while it is open.
    pub(super) fn came(&self, said: &Forecast) -> Option<Date> {
        let past = self.0.get(plan_of(said)?)?;
        let later = past.since(said.plan_version?)?;
        let plan = &later.first()?.plan;
        match said.about.as_deref()?.split_once('/') {
            Some((_, item)) => reached(past, later, item, plan.items.len()),
            None => {
                let tree = Tree::of(plan).ok()?;
                let leaves = tree.leaves().filter_map(|place| plan.items.get(tree.nodes.get(place)?.item));
                let takes_time = leaves.filter(|item| item.kind != ItemKind::Milestone);
                last(takes_time.map(|item| past.done(later, &item.id)))
            }
        }
    }
}

/// A milestone is reached when it is marked so, else when all that it hangs on is done. Links close no ring, so that `left` is enough.
fn reached(past: &Past, later: &[Version], id: &str, left: usize) -> Option<Date> {
    if let Some(on) = past.done(later, id) {
        return Some(on);
    }
    let plan = &later.first()?.plan;
    let tree = Tree::of(plan).ok()?;
    let hard = plan.links.iter().filter(|link| link.to == id && link.strength != Strength::Preferred);
    let before = hard.filter_map(|link| tree.place(&link.from)).chain(tree.place(id));
    let leaves = before.flat_map(|place| tree.nodes.get(place).map(|node| node.leaves.clone()).unwrap_or_default());
    let items = leaves.filter_map(|leaf| plan.items.get(tree.nodes.get(leaf)?.item)).filter(|item| item.id != id);
    last(items.map(|item| match item.kind {
        ItemKind::Milestone if left > 0 => reached(past, later, &item.id, left - 1),
        _ => past.done(later, &item.id),
    }))
}

/// The plan that a forecast is about.
fn plan_of(said: &Forecast) -> Option<&str> {
    let about = said.about.as_deref().filter(|_| said.question.is_of_a_plan())?;
    Some(about.split_once('/').map_or(about, |(plan, _)| plan))
}

/// The last of some days; none while one is open, or when there is none.
fn last(days: impl Iterator<Item = Option<Date>>) -> Option<Date> {
    let days: Option<Vec<Date>> = days.collect();
    days?.into_iter().max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::tests::{link, plan};

    fn version(number: u64, day: i8, done: &[&str], gone: &[&str]) -> Version {
        let mut plan = plan(&[("a", None), ("b", None), ("live", None)]);
        plan.items.iter_mut().filter(|item| done.contains(&item.id.as_str())).for_each(|item| item.done = true);
        plan.items.retain(|item| !gone.contains(&item.id.as_str()));
        plan.items.iter_mut().filter(|item| item.id == "live").for_each(|item| item.kind = ItemKind::Milestone);
        plan.links = vec![link("a", "live")];
        Version { number, on: jiff::civil::date(2026, 3, day), plan }
    }

    fn came(versions: Vec<Version>, about: &str) -> Option<i8> {
        let question = if about.contains('/') { Question::Milestone } else { Question::Plan };
        let said = serde_json::json!({
            "question": question, "unit": "item", "about": about, "plan_version": 2, "today": "2026-03-02",
            "as_of": "2026-03-02T00:00:00Z", "known_at": "2026-03-02T00:00:00Z", "rules": "", "method": "pool/1",
            "inputs": "", "chances": [], "by": "person", "seal": "",
        });
        let said: Forecast = serde_json::from_value(said).unwrap();
        let pasts = Pasts([("p".to_owned(), Past { versions, linked: HashMap::new() })].into());
        pasts.came(&said).map(Date::day)
    }

    #[test]
    fn the_record_says_when_it_came() {
        let open = || vec![version(1, 1, &[], &[]), version(2, 2, &[], &[]), version(3, 5, &["a"], &[])];
        assert_eq!((came(open(), "p"), came(open(), "p/live")), (None, Some(5)), "the milestone waited for a alone");
        let with = |more: Version| came(open().into_iter().chain([more]).collect(), "p");
        assert_eq!(with(version(4, 9, &["a", "b"], &[])), Some(9));
        assert_eq!(with(version(4, 9, &["a"], &["b"])), Some(9), "what is taken out is off the table");
        assert_eq!(with(version(4, 9, &["b"], &[])), None, "a is open again");
    }

    #[test]
    fn what_comes_later_does_not_count() {
        let mut grown = version(3, 5, &["a", "b"], &[]);
        grown.plan.items.push(PlanItem { id: "more".to_owned(), title: "More".to_owned(), ..PlanItem::default() });
        assert_eq!(came(vec![version(1, 1, &[], &[]), version(2, 2, &[], &[]), grown], "p"), Some(5));
    }

    #[test]
    fn shares_grow_to_what_lies_within() {
        assert_eq!(shares([0, 2, 2, 5].into_iter()), [0.25, 0.25, 0.75, 0.75, 0.75, 1.0]);
        assert_eq!(shares([1, HORIZON_DAYS + 1].into_iter()), [0.0, 0.5]);
    }
}
