//! What is kept of a plan: what was promised, what was thought through, and its leaves as work items.

use desk::records::Envelope;
use desk::work::{Deed, ItemType, NATIVE, NewItem};
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::answer::settings;
use super::super::{Ask, Show, page_of};
use super::{Held, PlanTold, wrong};
use crate::plan::ground::Ground;
use crate::plan::reckon::{PUBLISHED, Reckoned, Settings};
use crate::plan::records::{Baseline, ItemKind, Plan, Promised, Scenario};
use crate::plan::tree::Tree;
use crate::plan::trials::quantiles;
use crate::work::scene::{board, in_force};

/// Freezes what is promised.
#[derive(Debug)]
pub struct FreezeBaseline;

/// What a baseline needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FreezeInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// Why it is frozen now.
    #[schemars(title = "Reason", length(min = 1, max = 500))]
    pub reason: String,
    /// How many trials; 100,000 when left out.
    #[serde(default)]
    #[schemars(title = "Trials", range(min = 1000, max = 100_000))]
    pub trials: Option<u32>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FreezeTold {
    /// The baseline's id.
    pub baseline: String,
    /// What a person is told.
    pub sentence: String,
    /// Where it is shown.
    pub page: String,
}

impl FreezeTold {
    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(self.page.clone())
    }
}

impl Act for FreezeBaseline {
    const NAME: &'static str = "freeze_baseline";
    const TITLE: &'static str = "Freeze a baseline";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = FreezeInput;
    type Outcome = FreezeTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: FreezeInput) -> Result<FreezeTold, Refusal> {
        let held = Held::of(desk, &input.plan, None).await?;
        let plan = &held.stored.body;
        let ground = Ground::of(desk, &held.stored.id, plan).await?;
        let settings =
            Settings { trials: input.trials.unwrap_or(PUBLISHED), ..settings(&held.stored, &Ask::default()) };
        let reckoned = Reckoned::of(plan, &ground, settings);
        let reckoned = reckoned.ok().filter(|one| !one.model.network.is_empty());
        let Some(reckoned) = reckoned else {
            return Err(
                Refusal::invalid("a plan without a date cannot be promised").hint("Its page says what is missing.")
            );
        };
        let stored = changes.add_in(
            Envelope { team: held.stored.team, ..Envelope::fresh::<Baseline>() },
            frozen(&held.stored, &ground, &reckoned, settings, input.reason.trim()),
        )?;
        let one = &stored.body;
        let page = page_of(&Ask { plan: Some(held.stored.id.clone()), show: Some(Show::Baseline), ..Ask::default() });
        let sentence = format!(
            "{} is frozen: P50 {}, {:.0} % by {}.",
            plan.title,
            one.half,
            settings.confidence * 100.0,
            one.sure
        );
        Ok(FreezeTold { baseline: stored.id, sentence, page })
    }

    fn told(outcome: &FreezeTold) -> Told {
        outcome.told()
    }
}

fn frozen(stored: &Stored<Plan>, ground: &Ground, reckoned: &Reckoned, settings: Settings, reason: &str) -> Baseline {
    let dates = |task: usize| {
        let [start] = quantiles(reckoned.trials.starts(&[task]), [0.5]);
        let [half, sure] = quantiles(reckoned.trials.finishes(&[task]), [0.5, settings.confidence]);
        let place = reckoned.model.tasks[task];
        Promised {
            item: stored.body.items[reckoned.model.tree.nodes[place].item].id.clone(),
            start: ground.begins(start),
            half: ground.finishes(half),
            sure: ground.finishes(sure),
        }
    };
    let (half, sure) = reckoned.days(ground, settings.confidence);
    Baseline {
        plan: stored.id.clone(),
        version: stored.version,
        reason: reason.to_owned(),
        frozen: stored.body.clone(),
        dates: (0..reckoned.model.tasks.len()).map(dates).collect(),
        half,
        sure,
        seed: settings.seed,
        trials: reckoned.trials.count(),
    }
}

/// Keeps changes that were thought through.
#[derive(Debug)]
pub struct SaveScenario;

/// What a scenario needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// What it is called.
    #[schemars(title = "Title", length(min = 1, max = 200))]
    pub title: String,
    /// The changes, one a line: `drop 2.4`, `estimate card 2..3..6d`, `slots payments +1 2026-05-01`.
    #[schemars(title = "Changes", length(min = 1))]
    pub changes: Vec<String>,
}

impl Act for SaveScenario {
    const NAME: &'static str = "save_scenario";
    const TITLE: &'static str = "Keep a scenario";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = ScenarioInput;
    type Outcome = FreezeTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: ScenarioInput) -> Result<FreezeTold, Refusal> {
        let held = Held::of(desk, &input.plan, None).await?;
        let body = Scenario {
            plan: held.stored.id.clone(),
            title: input.title.trim().to_owned(),
            changes: input.changes.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
        };
        let stored = changes.add_in(Envelope { team: held.stored.team, ..Envelope::fresh::<Scenario>() }, body)?;
        let page =
            page_of(&Ask { plan: Some(held.stored.id.clone()), scenario: Some(stored.id.clone()), ..Ask::default() });
        Ok(FreezeTold {
            sentence: format!("{} is kept; the plan stays as it is.", stored.title),
            baseline: stored.id,
            page,
        })
    }

    fn told(outcome: &FreezeTold) -> Told {
        outcome.told()
    }
}

/// Makes work items of leaves that are none yet.
#[derive(Debug)]
pub struct MakeWorkItems;

/// Of which leaves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MakeInput {
    /// Which plan; the newest of your teams when left out.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: String,
    /// Leaves, or wholes whose leaves are meant, by id or code; all that are none yet when left out.
    #[serde(default)]
    #[schemars(title = "Items")]
    pub items: Vec<String>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

/// Work items that one act makes at most.
const AT_ONCE: usize = 200;

impl Act for MakeWorkItems {
    const NAME: &'static str = "make_work_items";
    const TITLE: &'static str = "Make work items";

    type Input = MakeInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: MakeInput) -> Result<PlanTold, Refusal> {
        let held = Held::of(desk, &input.plan, input.seen).await?;
        let mut plan = held.plan();
        let tree = Tree::of(&plan).map_err(|error| Refusal::fields(vec![error]))?;
        let mut places: Vec<usize> = tree.leaves().collect();
        if !input.items.is_empty() {
            let mut wanted = Vec::new();
            for text in &input.items {
                let place = tree.place(&held.find("items", text)?.id).unwrap_or(0);
                wanted.extend(tree.nodes[place].leaves.iter().copied());
            }
            places.retain(|place| wanted.contains(place));
        }
        let bare = |place: &usize| {
            let item = &plan.items[tree.nodes[*place].item];
            item.work_item.is_none() && !item.done && item.kind != ItemKind::Milestone
        };
        places.retain(bare);
        if places.is_empty() {
            return Err(wrong("items", "Every one of these is a work item already, is done, or is a milestone."));
        }
        if places.len() > AT_ONCE {
            return Err(wrong("items", format!("At most {AT_ONCE} at once; these are {}.", places.len())));
        }
        let work = desk.work().await?;
        let mut keys = Vec::new();
        for place in places {
            let team = tree.team(&plan, place).to_owned();
            let board = board(desk, &work, Some(&team))?;
            let Some(project) = board.project.clone() else {
                return Err(wrong(
                    "items",
                    format!("{} has no board yet: write its first item down there.", board.name()),
                ));
            };
            if project.host != NATIVE {
                return Err(wrong(
                    "items",
                    format!("{} keeps its work in {}: items are made there.", board.name(), project.host),
                ));
            }
            let workflow = in_force(desk, &work, &board, desk.now()).await?.workflow;
            let key = format!("{}-{}", project.key, desk.reserve_number(project.id).await?);
            let item = &mut plan.items[tree.nodes[place].item];
            let new = NewItem {
                status: workflow.status_of(0).unwrap_or("backlog").to_owned(),
                sort: sort_of(item.kind),
                due_on: item.finish_by,
                body: body_of(item),
                ..NewItem::named(changes.fresh_item()?, project.id, key.clone(), item.title.clone())
            };
            changes.work(Deed::AddItem(new));
            item.work_item = Some(key.clone());
            keys.push(key);
        }
        let sentence = match keys.as_slice() {
            [one] => format!("{one} is made."),
            many => format!("{} work items are made: {} to {}.", many.len(), many[0], many[many.len() - 1]),
        };
        held.put(changes, plan, sentence).await
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

const fn sort_of(kind: ItemKind) -> ItemType {
    match kind {
        ItemKind::Epic | ItemKind::Goal => ItemType::Epic,
        ItemKind::Story => ItemType::Feature,
        ItemKind::Spike => ItemType::Spike,
        ItemKind::Task | ItemKind::Milestone => ItemType::Task,
    }
}

/// Outcome and acceptance as the text of the work item.
fn body_of(item: &crate::plan::records::PlanItem) -> Option<String> {
    let criteria = item.acceptance.iter().map(|one| format!("- {one}"));
    let lines: Vec<String> = item.outcome.clone().into_iter().chain(criteria).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
