//! Past items of the size that is talked about, with the time that they really took: what a number means here.

use desk::{Desk, Refusal};

use super::deck::{Deck, number};
use super::view::PastItem;
use crate::estimation::records::{Estimate, Shirt};
use crate::flow::TimeRule;
use crate::flow::span::{duration, span};
use crate::work::scene::{Instants, Scene, board};

/// Items that are shown.
const SHOWN: usize = 3;
/// How near two estimates in days are alike.
const NEAR: f64 = 0.2;

/// The last finished items of one of these sizes, the newest first.
pub(super) async fn past(desk: &Desk, team: &str, deck: Deck, sizes: &[String]) -> Result<Vec<PastItem>, Refusal> {
    let work = desk.work().await?;
    let scene = Scene::of(desk, board(desk, &work, Some(team))?, Instants::now(desk), None, |_| true).await?;
    let said: Vec<Estimate> = match deck {
        Deck::Fibonacci | Deck::Powers => Vec::new(),
        Deck::Sizes | Deck::Days | Deck::ThreePoint => {
            let all = desk.records().list::<Estimate>().await?;
            all.into_iter().filter(|one| one.status == "accepted").map(|one| one.body).collect()
        }
    };
    let rule = scene.preset.rules().0;
    let mut found: Vec<(i64, PastItem)> = Vec::new();
    for track in scene.tracks.iter().filter(|track| track.stage().is_some_and(|stage| stage >= scene.points.finish)) {
        let item = scene.item(track);
        let last = said.iter().rfind(|one| one.item == *item.key);
        if !sizes.iter().any(|size| alike(deck, size, item.estimate, last)) {
            continue;
        }
        let Some(end) = span(track, scene.points, rule).and_then(|span| span.end) else { continue };
        let took = duration(track, scene.points, (rule, TimeRule::WorkingTime), &scene.calendar, scene.as_of);
        let Some(days) = took else { continue };
        let days = (days * 10.0).round() / 10.0;
        found.push((end, PastItem { key: item.key.to_string(), title: item.title.to_string(), days }));
    }
    found.sort_by(|a, b| (b.0, &a.1.key).cmp(&(a.0, &b.1.key)));
    Ok(found.into_iter().take(SHOWN).map(|one| one.1).collect())
}

/// Whether an item was estimated at that size.
fn alike(deck: Deck, size: &str, points: Option<f64>, said: Option<&Estimate>) -> bool {
    match deck {
        Deck::Fibonacci | Deck::Powers => points.zip(number(size)).is_some_and(|(a, b)| (a - b).abs() < 1e-9),
        Deck::Sizes => said.and_then(|one| one.size).zip(shirt(size)).is_some_and(|(a, b)| a == b),
        Deck::Days | Deck::ThreePoint => {
            let middle = |spread: crate::spread::Spread| spread.in_days().map(|days| days.middle());
            let wanted = number(size).or_else(|| middle(size.parse().ok()?));
            let was = said.and_then(|one| middle(one.spread?));
            wanted.zip(was).is_some_and(|(wanted, was)| (was - wanted).abs() <= NEAR * wanted)
        }
    }
}

/// The size that a card names.
pub(super) fn shirt(card: &str) -> Option<Shirt> {
    Some(match card {
        "XS" => Shirt::XS,
        "S" => Shirt::S,
        "M" => Shirt::M,
        "L" => Shirt::L,
        "XL" => Shirt::XL,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimation::records::Way;
    use crate::spread::{Spread, Unit};

    fn estimate(spread: Option<Spread>, size: Option<Shirt>) -> Estimate {
        let (item, class, assumptions) = ("A-1".to_owned(), String::new(), String::new());
        Estimate { item, way: Way::Poker, spread, points: None, size, assumptions, class }
    }

    #[test]
    fn likeness_is_of_the_deck() {
        assert!(alike(Deck::Fibonacci, "½", Some(0.5), None) && !alike(Deck::Fibonacci, "1", None, None));
        assert!(alike(Deck::Sizes, "M", None, Some(&estimate(None, Some(Shirt::M)))));
        assert!(!alike(Deck::Sizes, "M", Some(3.0), Some(&estimate(None, Some(Shirt::L)))));
        let four = estimate(Some(Spread::constant(4.0, Unit::Days)), None);
        assert!(alike(Deck::Days, "5", None, Some(&four)) && !alike(Deck::Days, "8", None, Some(&four)));
        assert!(alike(Deck::ThreePoint, "2/4/12d", None, Some(&four)));
    }
}
