//! Shaping a plan's tree: an item comes, changes, is split, moves, goes.

use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::outline::read;
use super::{Held, PlanTold, filled, team, wrong};
use crate::plan::records::{Dependency, ItemKind, Plan, PlanItem};
use crate::plan::tree::Tree;
use crate::plan::what_if::without;
use crate::spread::Spread;

/// Adds an item.
#[derive(Debug)]
pub struct AddItem;

/// What an item needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AddInput {
    /// Which plan, by title or id; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// What it is about.
    #[schemars(title = "Title", length(min = 1, max = 300))]
    pub title: String,
    /// The item whose part it is, by id, code or key.
    #[serde(default)]
    #[schemars(title = "Part of", length(max = 60))]
    pub parent: Option<String>,
    /// What kind of thing it is.
    #[serde(default)]
    #[schemars(title = "Kind")]
    pub kind: ItemKind,
    /// Working days: `3..5..12d`, `3/5/12d` or `5d`; or points: `5p`.
    #[serde(default)]
    #[schemars(title = "Estimate", length(max = 60))]
    pub estimate: Option<String>,
    /// What somebody can do when it is done.
    #[serde(default)]
    #[schemars(title = "Outcome", length(max = 500))]
    pub outcome: Option<String>,
    /// How one sees that it is done, one a line.
    #[serde(default)]
    #[schemars(title = "Acceptance")]
    pub acceptance: Vec<String>,
    /// Which team does it; its parent's when left out.
    #[serde(default)]
    #[schemars(title = "Team", length(max = 100))]
    pub team: Option<String>,
    /// What it waits for, by id, code or key, with a lag if there is one: `card+2d`.
    #[serde(default)]
    #[schemars(title = "After")]
    pub after: Vec<String>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

pub(super) fn estimate(text: Option<String>) -> Result<Option<Spread>, Refusal> {
    filled(text).map(|text| text.parse().map_err(|message| wrong("estimate", format!("{message}.")))).transpose()
}

/// Puts an item behind the last part of its parent, so that the list stays in reading order.
pub(super) fn place(plan: &mut Plan, item: PlanItem) {
    let inside = |plan: &Plan, one: &PlanItem| {
        let mut here = Some(one.id.clone());
        while let Some(id) = here {
            if Some(&id) == item.parent.as_ref() {
                return true;
            }
            here = plan.item(&id).and_then(|one| one.parent.clone());
        }
        false
    };
    let at = match &item.parent {
        None => plan.items.len(),
        Some(_) => plan.items.iter().rposition(|one| inside(plan, one)).map_or(plan.items.len(), |at| at + 1),
    };
    plan.items.insert(at, item);
}

impl Act for AddItem {
    const NAME: &'static str = "add_item";
    const TITLE: &'static str = "Add an item";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = AddInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: AddInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let mut plan = held.plan();
        let parent = match filled(input.parent) {
            Some(text) => Some(held.find("parent", &text)?.id.clone()),
            None => None,
        };
        let owner = match filled(input.team) {
            Some(text) => Some(team(desk, "team", &text)?.1),
            None => None,
        };
        let item = PlanItem {
            id: plan.fresh_id(&input.title),
            parent,
            title: input.title.trim().to_owned(),
            kind: input.kind,
            estimate: estimate(input.estimate)?,
            outcome: filled(input.outcome),
            acceptance: input.acceptance,
            team: owner,
            ..PlanItem::default()
        };
        let (id, title) = (item.id.clone(), item.title.clone());
        place(&mut plan, item);
        for text in input.after {
            let (name, lag) = crate::plan::records::reference(text.trim());
            let from = held.find("after", name)?.id.clone();
            plan.links.push(Dependency { lag, ..Dependency::after(from, id.clone()) });
        }
        held.put(changes, plan, format!("{title} is in the plan, as `{id}`.")).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

/// Changes an item. What is left empty stays.
#[derive(Debug)]
pub struct EditItem;

/// What may change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// The item, by id, code or key.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// Another title.
    #[serde(default)]
    #[schemars(title = "Title", length(max = 300))]
    pub title: Option<String>,
    /// Another kind.
    #[serde(default)]
    #[schemars(title = "Kind")]
    pub kind: Option<ItemKind>,
    /// Another estimate; `none` takes it away.
    #[serde(default)]
    #[schemars(title = "Estimate", length(max = 60))]
    pub estimate: Option<String>,
    /// Another outcome.
    #[serde(default)]
    #[schemars(title = "Outcome", length(max = 500))]
    pub outcome: Option<String>,
    /// Other criteria, one a line.
    #[serde(default)]
    #[schemars(title = "Acceptance")]
    pub acceptance: Vec<String>,
    /// Another team.
    #[serde(default)]
    #[schemars(title = "Team", length(max = 100))]
    pub team: Option<String>,
    /// Not before this day.
    #[serde(default)]
    #[schemars(title = "Not before", with = "Option<String>", extend("format" = "date"))]
    pub not_before: Option<Date>,
    /// To be finished by this day.
    #[serde(default)]
    #[schemars(title = "Finish by", with = "Option<String>", extend("format" = "date"))]
    pub finish_by: Option<Date>,
    /// Whether it is done.
    #[serde(default)]
    #[schemars(title = "Done")]
    pub done: Option<bool>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for EditItem {
    const NAME: &'static str = "edit_item";
    const TITLE: &'static str = "Change an item";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = EditInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: EditInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let id = held.find("item", &input.item)?.id.clone();
        let mut plan = held.plan();
        let owner = match filled(input.team) {
            Some(text) => Some(team(desk, "team", &text)?.1),
            None => None,
        };
        let none = input.estimate.as_deref().is_some_and(|text| text.trim() == "none");
        let spread = if none { None } else { estimate(input.estimate)? };
        let Some(item) = plan.items.iter_mut().find(|item| item.id == id) else {
            return Err(Refusal::fault("an item that was found is gone"));
        };
        if let Some(title) = filled(input.title) {
            if let Some(key) = &item.work_item {
                return Err(wrong("title", format!("Its title is that of {key}: change it there.")));
            }
            item.title = title;
        }
        item.kind = input.kind.unwrap_or(item.kind);
        item.estimate = if none { None } else { spread.or(item.estimate) };
        item.outcome = filled(input.outcome).or(item.outcome.take());
        if !input.acceptance.is_empty() {
            item.acceptance = input.acceptance;
        }
        item.team = owner.or(item.team.take());
        item.not_before = input.not_before.or(item.not_before);
        item.finish_by = input.finish_by.or(item.finish_by);
        item.done = input.done.unwrap_or(item.done);
        let title = item.title.clone();
        held.put(changes, plan, format!("{title} is changed.")).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

/// Splits an item: each line makes a part.
#[derive(Debug)]
pub struct SplitItem;

/// What a split needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SplitInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// The item, by id, code or key.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// Its parts, one a line, as in an outline: `Cards only [story] ~1..2..4d`.
    #[schemars(title = "Parts", length(min = 1, max = 4000))]
    pub parts: String,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for SplitItem {
    const NAME: &'static str = "split_item";
    const TITLE: &'static str = "Split an item";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = SplitInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: SplitInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let whole = held.find("item", &input.item)?.clone();
        if whole.kind == ItemKind::Milestone {
            return Err(wrong("item", "A milestone takes no time: there is nothing to split."));
        }
        if let Some(key) = &whole.work_item {
            return Err(wrong("item", format!("It is {key}: split that first, or add its parts beside it.")));
        }
        let lines = input.parts.lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
        let text: String = lines
            .map(|line| {
                if line.trim_start().starts_with(['-', '>', '+', '*']) {
                    format!("{line}\n")
                } else {
                    format!("- {}\n", line.trim())
                }
            })
            .collect();
        let parts = read(&text, None, desk.today()).map_err(|error| wrong("parts", error.to_string()))?;
        let mut plan = held.plan();
        let (mut n, mut sum, mut all_days) = (0, 0.0, true);
        let mut named = std::collections::BTreeMap::new();
        for part in parts.items {
            let id = if plan.item(&part.id).is_some() { plan.fresh_id(&part.title) } else { part.id.clone() };
            named.insert(part.id.clone(), id.clone());
            match part.estimate.and_then(|spread| spread.in_days()) {
                Some(days) => sum += days.mean(),
                None => all_days = false,
            }
            let parent = part.parent.as_ref().and_then(|parent| named.get(parent)).unwrap_or(&whole.id).clone();
            place(&mut plan, PlanItem { id, parent: Some(parent), ..part });
            n += 1;
        }
        for link in parts.links {
            let of = |id: &String| named.get(id).unwrap_or(id).clone();
            plan.links.push(Dependency { from: of(&link.from), to: of(&link.to), ..link });
        }
        let before =
            whole.estimate.and_then(|spread| spread.in_days()).map(|spread| spread.mean()).filter(|mean| *mean > 0.0);
        let ratio = before.filter(|_| all_days).map_or(String::new(), |before| {
            format!(" Together they take {:.2} of what the whole was thought to take.", sum / before)
        });
        held.put(changes, plan, format!("{} is split into {n}.{ratio}", whole.title)).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

/// Moves an item, with what is in it.
#[derive(Debug)]
pub struct MoveItem;

/// Where it goes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MoveInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// The item, by id, code or key.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// The item whose part it becomes; the outermost level when both are left out.
    #[serde(default)]
    #[schemars(title = "Under", length(max = 60))]
    pub under: Option<String>,
    /// The item before which it stands; then it becomes a part of the same whole.
    #[serde(default)]
    #[schemars(title = "Before", length(max = 60))]
    pub before: Option<String>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for MoveItem {
    const NAME: &'static str = "move_item";
    const TITLE: &'static str = "Move an item";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = MoveInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: MoveInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let mut item = held.find("item", &input.item)?.clone();
        let before = match filled(input.before) {
            Some(text) => Some(held.find("before", &text)?.clone()),
            None => None,
        };
        item.parent = match (&before, filled(input.under)) {
            (Some(before), _) => before.parent.clone(),
            (None, Some(text)) => Some(held.find("under", &text)?.id.clone()),
            (None, None) => None,
        };
        let mut plan = held.plan();
        let title = item.title.clone();
        plan.items.retain(|one| one.id != item.id);
        match before.filter(|before| before.id != item.id) {
            Some(before) => {
                let at = plan.items.iter().position(|one| one.id == before.id).unwrap_or(plan.items.len());
                plan.items.insert(at, item);
            }
            None => place(&mut plan, item),
        }
        let tree = Tree::of(&plan).map_err(|error| wrong("under", error.message))?;
        let code = tree.find(&plan, &held.find("item", &input.item)?.id).map_or("", |place| &tree.nodes[place].code);
        let sentence = format!("{title} is {code} now.");
        held.put(changes, plan, sentence).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

/// Takes an item out, with what is in it and its links.
#[derive(Debug)]
pub struct DropItem;

/// Which one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DropInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// The item, by id, code or key.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub item: String,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

impl Act for DropItem {
    const NAME: &'static str = "drop_item";
    const TITLE: &'static str = "Drop an item";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = DropInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: DropInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let item = held.find("item", &input.item)?.clone();
        let plan = held.plan();
        let tree = Tree::of(&plan).map_err(|error| Refusal::fields(vec![error]))?;
        let place = tree.place(&item.id).unwrap_or(0);
        let after = without(&plan, &tree, place);
        let n = plan.items.len() - after.items.len();
        let also = if n > 1 { format!(", with {} others", n - 1) } else { String::new() };
        held.put(changes, after, format!("{} is dropped{also}.", item.title)).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}
