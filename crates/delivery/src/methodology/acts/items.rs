//! Acts on items.

use desk::work::{Deed, Edit, ItemType, NewItem, ServiceClass, Tie, Work};
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{board, board_of, item, page_of, person, scene_now, wrong};
use crate::methodology::board::broken;
use crate::work::rules::DROPPED;
use crate::work::scene::{Board, Scene};

/// What came of an act on an item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemTold {
    /// Its key.
    pub key: String,
    /// What a person is told.
    pub sentence: String,
    /// The page of its board.
    pub page: String,
}

impl ItemTold {
    pub(super) fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(self.page.clone())
    }
}

/// Writes an item down.
#[derive(Debug)]
pub struct AddItem;

/// What an item needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ItemInput {
    /// What it is about.
    #[schemars(title = "Title", length(min = 1, max = 300))]
    pub title: String,
    /// What kind of work it is.
    #[serde(default = "task", rename = "type")]
    #[schemars(title = "Type")]
    pub sort: ItemType,
    /// Whose board; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// The key of the item whose part it is.
    #[serde(default)]
    #[schemars(title = "Part of")]
    pub parent: Option<String>,
    /// Who works on it, by name or address.
    #[serde(default)]
    #[schemars(title = "With")]
    pub assignee: Option<String>,
    /// How it is served.
    #[serde(default = "standard")]
    #[schemars(title = "Class")]
    pub class: ServiceClass,
    /// How large it is thought to be, in points.
    #[serde(default)]
    #[schemars(title = "Estimate", range(min = 0, max = 1000))]
    pub estimate: Option<f64>,
    /// By when.
    #[serde(default)]
    #[schemars(title = "Due on", with = "Option<String>", extend("format" = "date"))]
    pub due_on: Option<Date>,
    /// More about it.
    #[serde(default)]
    #[schemars(title = "Description", length(max = 20000), extend("format" = "markdown"))]
    pub body: Option<String>,
}

const fn task() -> ItemType {
    ItemType::Task
}

const fn standard() -> ServiceClass {
    ServiceClass::Standard
}

impl Act for AddItem {
    const NAME: &'static str = "add_item";
    const TITLE: &'static str = "Write an item down";
    const MAIN: bool = true;

    type Input = ItemInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: ItemInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let mut board = board(desk, &work, input.team.as_deref())?;
        if !desk.access().may_work(board.team_id()) {
            return Err(Refusal::not_allowed(format!("only members and leads of {} change its work", board.name())));
        }
        let parent = match input.parent.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            Some(key) => {
                Some(item(&work, key, None).map_err(|_| wrong("parent", format!("No work item `{key}`.")))?.0.id)
            }
            None => None,
        };
        let assignee = match input.assignee.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => Some(person(desk, "assignee", name)?),
            None => None,
        };
        if input.title.trim().is_empty() {
            return Err(wrong("title", "An item needs a title."));
        }
        let (project, number) = numbered(desk, &work, changes, &mut board, 1).await?;
        let key = format!("{}-{number}", board.project.as_ref().map_or("WORK", |project| &project.key));
        let scene = scene_now(desk, board.clone()).await?;
        let status = scene.rules.workflow.status_of(0).unwrap_or("backlog").to_owned();
        let new = NewItem {
            status,
            parent,
            assignee,
            sort: input.sort,
            class: input.class,
            estimate: input.estimate,
            due_on: input.due_on,
            body: input.body.filter(|body| !body.trim().is_empty()),
            ..NewItem::named(changes.fresh_item()?, project, key.clone(), input.title.trim())
        };
        changes.work(Deed::AddItem(new));
        Ok(ItemTold { sentence: format!("{key} is written down."), page: page_of(&board), key })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// The project of a board with the first of its next `count` numbers; a board without one gets it.
pub(super) async fn numbered(
    desk: &Desk,
    work: &Work,
    changes: &mut Changes,
    board: &mut Board,
    count: u32,
) -> Result<(desk::work::ProjectId, u64), Refusal> {
    if let Some(project) = &board.project {
        return Ok((project.id, desk.reserve_numbers(project.id, count).await?));
    }
    let (key, name) = match &board.team {
        Some(team) => (free_key(work, &team.name), team.name.clone()),
        None => (free_key(work, "Work"), "Everybody's work".to_owned()),
    };
    let id = changes.fresh_project()?;
    let team = board.team_id();
    changes.work(Deed::AddProject(id, key.clone(), name.clone(), team));
    let host = desk::work::NATIVE.to_owned();
    board.project = Some(desk::work::Project { id, host, key, name, team, next_number: 1 });
    Ok((id, 1))
}

/// The first letters of a name, with a digit when they are taken.
fn free_key(work: &Work, name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphabetic).take(4).collect();
    let stem = if letters.len() < 2 { "WORK".to_owned() } else { letters.to_uppercase() };
    let taken = |key: &str| work.projects().iter().any(|project| project.key == key);
    let numbered = (2..100).map(|number| format!("{stem}{number}"));
    std::iter::once(stem.clone()).chain(numbered).find(|key| !taken(key)).unwrap_or(stem)
}

/// Moves an item to another stage.
#[derive(Debug)]
pub struct MoveItem;

/// What a move needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MoveInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// The key or the name of the stage; `dropped` gives it up.
    #[schemars(title = "To", length(min = 1, max = 60))]
    pub to: String,
    /// Why it moves over a limit.
    #[serde(default)]
    #[schemars(title = "Anyway, because", length(max = 500))]
    pub anyway: Option<String>,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for MoveItem {
    const NAME: &'static str = "move_item";
    const TITLE: &'static str = "Move an item";

    type Input = MoveInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: MoveInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        let board = board_of(desk, &work, &found)?;
        let scene = scene_now(desk, board.clone()).await?;
        let page = page_of(&board);
        let why = input.anyway.filter(|why| !why.trim().is_empty());
        if input.to.trim().eq_ignore_ascii_case(DROPPED) {
            let gone = Edit::Status(dropped(&scene), "Dropped".to_owned());
            changes.work(Deed::Change(reference, vec![gone], why));
            return Ok(ItemTold { sentence: format!("{} is given up.", found.key), key: found.key.to_string(), page });
        }
        let stage = stage_named(&scene, &input.to)?;
        let broken = broken(&scene, &found, stage);
        if let (Some((full, true)), None) = (&broken, &why) {
            let refusal = Refusal::conflict(full.clone());
            return Err(refusal.hint("Finish something there first, or move it anyway and say why."));
        }
        let name = scene.rules.workflow.stages.get(stage).map_or_else(String::new, |stage| stage.name.clone());
        let status = scene.rules.workflow.status_of(stage).unwrap_or_default().to_owned();
        changes.work(Deed::Change(reference, vec![Edit::Status(status, name.clone())], why));
        let warned = broken.map_or(String::new(), |(full, _)| format!(" {full}: finish something there first."));
        Ok(ItemTold { sentence: format!("{} is in {name}.{warned}", found.key), key: found.key.to_string(), page })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// The status that gives an item up on this board.
fn dropped(scene: &Scene) -> String {
    scene.stages.dropped.first().map_or_else(|| DROPPED.to_owned(), |sym| scene.work.text(*sym).to_owned())
}

fn stage_named(scene: &Scene, text: &str) -> Result<usize, Refusal> {
    let text = text.trim();
    let stages = &scene.rules.workflow.stages;
    let found = stages.iter().position(|stage| stage.key == text || stage.name.eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<_> = stages.iter().map(|stage| stage.name.as_str()).collect();
        wrong("to", format!("No stage `{text}`. There are: {}.", names.join(", ")))
    })
}

/// Changes what is written of an item. What is left empty stays.
#[derive(Debug)]
pub struct EditItem;

/// What may change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// Another title.
    #[serde(default)]
    #[schemars(title = "Title", length(max = 300))]
    pub title: Option<String>,
    /// Another kind of work.
    #[serde(default, rename = "type")]
    #[schemars(title = "Type")]
    pub sort: Option<ItemType>,
    /// Who works on it; `nobody` takes it out of their hands.
    #[serde(default)]
    #[schemars(title = "With")]
    pub assignee: Option<String>,
    /// Another class.
    #[serde(default)]
    #[schemars(title = "Class")]
    pub class: Option<ServiceClass>,
    /// Another size, in points.
    #[serde(default)]
    #[schemars(title = "Estimate", range(min = 0, max = 1000))]
    pub estimate: Option<f64>,
    /// Another urgency, 1 (highest) to 5.
    #[serde(default)]
    #[schemars(title = "Priority", range(min = 1, max = 5))]
    pub priority: Option<u8>,
    /// Another day.
    #[serde(default)]
    #[schemars(title = "Due on", with = "Option<String>", extend("format" = "date"))]
    pub due_on: Option<Date>,
    /// The key of the item whose part it is.
    #[serde(default)]
    #[schemars(title = "Part of")]
    pub parent: Option<String>,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for EditItem {
    const NAME: &'static str = "edit_item";
    const TITLE: &'static str = "Change an item";

    type Input = EditInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: EditInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        let board = board_of(desk, &work, &found)?;
        let mut edits = Vec::new();
        edits.extend(input.title.filter(|title| !title.trim().is_empty()).map(Edit::Title));
        edits.extend(input.sort.map(Edit::Type));
        edits.extend(input.class.map(Edit::Class));
        edits.extend(input.estimate.map(|size| Edit::Estimate(Some(size))));
        edits.extend(input.priority.map(|priority| Edit::Priority(Some(priority))));
        edits.extend(input.due_on.map(|day| Edit::Due(Some(day))));
        if let Some(name) = input.assignee.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            let nobody = name.eq_ignore_ascii_case("nobody");
            edits.push(Edit::Assignee(if nobody { None } else { Some(person(desk, "assignee", name)?) }));
        }
        if let Some(key) = input.parent.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            let parent = item(&work, key, None).map_err(|_| wrong("parent", format!("No work item `{key}`.")))?;
            edits.push(Edit::Parent(Some(parent.0.id)));
        }
        if edits.is_empty() {
            return Err(wrong("title", "Nothing is to be changed: fill in what should be otherwise."));
        }
        changes.work(Deed::Change(reference, edits, None));
        let (key, page) = (found.key.to_string(), page_of(&board));
        Ok(ItemTold { sentence: format!("{key} is changed."), key, page })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// Says that something stops an item.
#[derive(Debug)]
pub struct BlockItem;

/// What stops it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BlockInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// What stops it.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
    /// The key of the item that it waits for.
    #[serde(default)]
    #[schemars(title = "By")]
    pub by: Option<String>,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for BlockItem {
    const NAME: &'static str = "block_item";
    const TITLE: &'static str = "Say what stops an item";

    type Input = BlockInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: BlockInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        let board = board_of(desk, &work, &found)?;
        if input.why.trim().is_empty() {
            return Err(wrong("why", "Say what stops it."));
        }
        changes.work(Deed::Change(reference, vec![Edit::Blocked(Some(input.why.trim().to_owned()))], None));
        if let Some(key) = input.by.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            let other = item(&work, key, None).map_err(|_| wrong("by", format!("No work item `{key}`.")))?.0;
            changes.work(Deed::Tie(other.id, found.id, Tie::Blocks));
        }
        let (key, page) = (found.key.to_string(), page_of(&board));
        Ok(ItemTold { sentence: format!("{key} is stopped: {}.", input.why.trim()), key, page })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// Says that nothing stops an item any more.
#[derive(Debug)]
pub struct UnblockItem;

/// Which item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UnblockInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for UnblockItem {
    const NAME: &'static str = "unblock_item";
    const TITLE: &'static str = "Set an item free";

    type Input = UnblockInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: UnblockInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        if !found.blocked {
            return Err(wrong("key", format!("Nothing stops {}.", found.key)));
        }
        let board = board_of(desk, &work, &found)?;
        changes.work(Deed::Change(reference, vec![Edit::Blocked(None)], None));
        let (key, page) = (found.key.to_string(), page_of(&board));
        Ok(ItemTold { sentence: format!("{key} goes on."), key, page })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}
