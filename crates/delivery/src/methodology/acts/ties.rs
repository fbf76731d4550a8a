//! Ties between items, and corrections of the log.

use desk::work::{Deed, Tie, Work};
use desk::{Act, Changes, Desk, FieldError, Refusal, Told};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::ItemTold;
use super::{board_of, item, page_of, wrong};

/// Ties two items.
#[derive(Debug)]
pub struct LinkItems;

/// Which, and how.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LinkInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// How it is tied to the other.
    #[schemars(title = "How")]
    pub tie: Tie,
    /// The other.
    #[schemars(title = "Other", length(min = 1, max = 60))]
    pub other: String,
    /// Whether the tie is taken away.
    #[serde(default)]
    #[schemars(title = "Take it away")]
    pub away: bool,
}

impl Act for LinkItems {
    const NAME: &'static str = "link_items";
    const TITLE: &'static str = "Tie two items";

    type Input = LinkInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: LinkInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, _) = item(&work, &input.key, None)?;
        let other =
            item(&work, &input.other, None).map_err(|_| wrong("other", format!("No work item `{}`.", input.other)))?.0;
        let board = board_of(desk, &work, &found)?;
        if input.tie == Tie::Blocks && !input.away {
            must_not_ring(&work, &found, &other)?;
        }
        let (one, two) = (found.id, other.id);
        changes.work(if input.away { Deed::Untie(one, two, input.tie) } else { Deed::Tie(one, two, input.tie) });
        let word = if input.away { "no longer" } else { "now" };
        let sentence = format!("{} {word} {} {}.", found.key, input.tie.word(), other.key);
        Ok(ItemTold { sentence, key: found.key.to_string(), page: page_of(&board) })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// What waits for each other in a ring never ends: the ring in words.
fn must_not_ring(work: &Work, from: &desk::work::Item, to: &desk::work::Item) -> Result<(), Refusal> {
    let mut paths: Vec<Vec<desk::work::ItemId>> = vec![vec![from.id, to.id]];
    let mut seen = vec![to.id];
    while let Some(path) = paths.pop() {
        let Some(last) = path.last().and_then(|id| work.item(*id)) else { continue };
        if last.id == from.id {
            let keys = path.iter().filter_map(|id| work.item(*id)).map(|item| item.key.to_string());
            return Err(wrong("other", format!("A ring: {}.", keys.collect::<Vec<_>>().join(" → "))));
        }
        let next = last.ties.iter().filter(|tie| tie.tie == Tie::Blocks && tie.until.is_none());
        for id in next.filter_map(|tie| tie.other) {
            if id == from.id || !seen.contains(&id) {
                seen.push(id);
                paths.push(path.iter().copied().chain([id]).collect());
            }
        }
    }
    Ok(())
}

/// Says that a change happened at another time.
#[derive(Debug)]
pub struct CorrectChange;

/// Which change, when, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CorrectInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// The number of the change in its history.
    #[schemars(title = "Change", range(min = 1))]
    pub entry: u32,
    /// When it really happened, in your calendar's day and time (2026-03-02T09:00:00Z).
    #[schemars(title = "Happened at", length(min = 1, max = 40))]
    pub at: String,
    /// Why the log was wrong.
    #[schemars(title = "Why", length(min = 1, max = 500))]
    pub why: String,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for CorrectChange {
    const NAME: &'static str = "correct_change";
    const TITLE: &'static str = "Correct a time in the log";

    type Input = CorrectInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: CorrectInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        let board = board_of(desk, &work, &found)?;
        let at: Timestamp = input.at.trim().parse().map_err(|_| {
            Refusal::fields(vec![FieldError::new(
                "at",
                format!("`{}` is no instant (2026-03-02T09:00:00Z).", input.at),
            )])
        })?;
        if input.why.trim().is_empty() {
            return Err(wrong("why", "Say why the log was wrong."));
        }
        changes.work(Deed::Correct(reference, input.entry, at, input.why.trim().to_owned()));
        let (key, page) = (found.key.to_string(), page_of(&board));
        Ok(ItemTold {
            sentence: format!("Change {} of {key} is corrected; what it said before stays readable.", input.entry),
            key,
            page,
        })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}
