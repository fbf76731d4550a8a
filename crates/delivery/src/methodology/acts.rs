//! What can be done: write items down, move, rank, stop and free them, tie them, correct the log, run sprints, say how work flows.

pub mod import;
pub mod items;
pub mod log;
pub mod rank;
pub mod sprints;
pub mod ties;
pub mod workflow;

use std::sync::Arc;

use desk::work::{Item, ItemId, Reference, Work};
use desk::{ActEntry, Desk, FieldError, Refusal};

use crate::work::scene::{Board, Instants, Scene, board};

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<items::AddItem>(),
        ActEntry::of::<items::MoveItem>(),
        ActEntry::of::<import::ImportItems>(),
        ActEntry::of::<log::ImportLog>(),
        ActEntry::of::<items::EditItem>(),
        ActEntry::of::<rank::RankItem>(),
        ActEntry::of::<items::BlockItem>(),
        ActEntry::of::<items::UnblockItem>(),
        ActEntry::of::<ties::LinkItems>(),
        ActEntry::of::<ties::CorrectChange>(),
        ActEntry::of::<sprints::PlanSprint>(),
        ActEntry::of::<sprints::StartSprint>(),
        ActEntry::of::<sprints::ChangeScope>(),
        ActEntry::of::<sprints::CloseSprint>(),
        ActEntry::of::<sprints::ReviewSprint>(),
        ActEntry::of::<workflow::SetWorkflow>(),
    ]
}

fn wrong(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::fields(vec![FieldError::new(field, message)])
}

/// The item of a key, at what the asker saw of it; what there is now when they did not say.
fn item(work: &Work, key: &str, seen: Option<u32>) -> Result<(Arc<Item>, Reference<ItemId>), Refusal> {
    let found = work.by_key(key.trim()).ok_or_else(|| {
        let near = near(work, key.trim());
        let refusal = wrong("key", format!("No work item `{key}`."));
        if near.is_empty() { refusal } else { refusal.hint(format!("Near: {}.", near.join(", "))) }
    })?;
    if work.text(found.host) != desk::work::NATIVE {
        let at = found.url.as_deref().map_or(String::new(), |url| format!(" Open it: {url}"));
        return Err(wrong(
            "key",
            format!("{} lives in {}; it does not move here.{at}", found.key, work.text(found.host)),
        ));
    }
    Ok((found.clone(), Reference { id: found.id, seen: seen.unwrap_or(found.entries) }))
}

/// Keys that a wrong one may have meant: same project, or same number.
fn near(work: &Work, key: &str) -> Vec<String> {
    let number = key.rsplit('-').next().unwrap_or_default();
    let same = |item: &&Arc<Item>| !number.is_empty() && item.key.rsplit('-').next() == Some(number);
    work.items().iter().filter(same).take(3).map(|item| item.key.to_string()).collect()
}

/// The board of an item.
fn board_of(desk: &Desk, work: &Work, item: &Item) -> Result<Board, Refusal> {
    let project = work.project(item.project);
    let key = project.map_or("", |project| &project.key);
    board(desk, work, Some(key))
}

/// The board as it is now.
async fn scene_now(desk: &Desk, board: Board) -> Result<Scene, Refusal> {
    Scene::of(desk, board, Instants::now(desk), None, |_| true).await
}

/// The page of a board.
fn page_of(board: &Board) -> String {
    super::address(&super::Ask { team: Some(board.address().to_owned()), ..super::Ask::default() })
}

/// Where somebody is named: their id.
fn person(desk: &Desk, field: &str, text: &str) -> Result<desk::work::PersonId, Refusal> {
    let found = desk.organisation().find_person(text.trim());
    found.map(|person| person.id).map_err(|error| {
        let refusal = Refusal::from(error);
        wrong(field, refusal.to_string())
    })
}
