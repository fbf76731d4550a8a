//! The place of an item among its peers.

use desk::work::{Deed, Edit};
use desk::{Act, Changes, Desk, Refusal, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::ItemTold;
use super::{board_of, item, page_of, wrong};

/// Puts an item before another.
#[derive(Debug)]
pub struct RankItem;

/// What ranking needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RankInput {
    /// The item.
    #[schemars(title = "Item", length(min = 1, max = 60))]
    pub key: String,
    /// The item before which it stands; the end when left out.
    #[serde(default)]
    #[schemars(title = "Before")]
    pub before: Option<String>,
    /// How many changes of it you saw.
    #[serde(default)]
    #[schemars(title = "Changes seen")]
    pub seen: Option<u32>,
}

impl Act for RankItem {
    const NAME: &'static str = "rank_item";
    const TITLE: &'static str = "Rank an item";

    type Input = RankInput;
    type Outcome = ItemTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: RankInput) -> Result<ItemTold, Refusal> {
        let work = desk.work().await?;
        let (found, reference) = item(&work, &input.key, input.seen)?;
        let board = board_of(desk, &work, &found)?;
        let mut ranks: Vec<(&str, &str)> = work
            .items()
            .iter()
            .filter(|one| one.project == found.project && one.id != found.id)
            .filter_map(|one| Some((one.rank.as_deref()?, &*one.key)))
            .collect();
        ranks.sort_unstable();
        let rank = match input.before.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            Some(key) => {
                let other = item(&work, key, None).map_err(|_| wrong("before", format!("No work item `{key}`.")))?.0;
                let place = ranks.iter().position(|(_, key)| **key == *other.key);
                let below = place.and_then(|place| place.checked_sub(1)).and_then(|place| ranks.get(place));
                between(below.map(|(rank, _)| *rank), other.rank.as_deref())
            }
            None => between(ranks.last().map(|(rank, _)| *rank), None),
        };
        changes.work(Deed::Change(reference, vec![Edit::Rank(rank)], None));
        let (key, page) = (found.key.to_string(), page_of(&board));
        Ok(ItemTold { sentence: format!("{key} has its new place."), key, page })
    }

    fn told(outcome: &ItemTold) -> Told {
        outcome.told()
    }
}

/// A text between two others in their order, of letters, and never with an `a` at its end, so that there is always room before it.
fn between(low: Option<&str>, high: Option<&str>) -> String {
    String::from_utf8(middle(low.unwrap_or_default().as_bytes(), high.map(str::as_bytes))).unwrap_or_default()
}

fn middle(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    const FIRST: u8 = b'a';
    let digit = |text: &[u8], place: usize| text.get(place).copied().unwrap_or(FIRST);
    if let Some(high) = high {
        let same = (0..high.len()).take_while(|place| digit(low, *place) == high[*place]).count();
        if same > 0 {
            let rest = middle(low.get(same..).unwrap_or_default(), Some(&high[same..]));
            return [&high[..same], &rest].concat();
        }
    }
    let (below, above) = (digit(low, 0), high.and_then(|high| high.first().copied()).unwrap_or(b'z' + 1));
    if above > below + 1 {
        return vec![below + (above - below) / 2];
    }
    match high.filter(|high| high.len() > 1) {
        Some(high) => high[..1].to_vec(),
        None => [&[below], middle(low.get(1..).unwrap_or_default(), None).as_slice()].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn there_is_room_between_ranks() {
        let mut ranks = vec![between(None, None)];
        for round in 0..200 {
            let place = (round * 7) % (ranks.len() + 1);
            let low = place.checked_sub(1).and_then(|at| ranks.get(at)).map(String::as_str);
            let high = ranks.get(place).map(String::as_str);
            let rank = between(low, high);
            assert!(low.is_none_or(|low| low < &*rank), "{low:?} {rank} {high:?}");
            assert!(high.is_none_or(|high| &*rank < high), "{low:?} {rank} {high:?}");
            ranks.insert(place, rank);
        }
    }
}
