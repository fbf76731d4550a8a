//! Risks of the register that would add items to what a team has to do: each with its chance and how many items come on top.

use desk::kinds::Risk;
use desk::kinds::risk::ImpactUnit;
use desk::work::TeamId;
use desk::{Desk, Refusal};

use crate::plan::hazard::{OPEN, spread};
use crate::pmf::Pmf;
use crate::spread::Spread;

/// Quantiles that stand for a number of items.
const STEPS: u32 = 1_024;

/// Something that may come on top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OnTop {
    /// What could happen.
    pub title: String,
    /// With which chance.
    pub chance: f64,
    /// How many items it would be.
    pub items: Pmf,
}

impl OnTop {
    /// In a sentence.
    pub(super) fn said(&self) -> String {
        let (most, mean) = (self.items.chances().len() - 1, self.items.mean());
        format!(
            "In it: {}, with a chance of {:.0} % {mean:.1} items on the mean, {most} at most.",
            self.title,
            self.chance * 100.0
        )
    }
}

/// The open risks of a team that the viewer may read and that count items: those that touch the team, or touch nothing and are its own.
///
/// # Errors
/// Unavailable when the database does not answer.
pub(super) async fn on_top(desk: &Desk, team: Option<TeamId>) -> Result<Vec<OnTop>, Refusal> {
    let slug = team.and_then(|team| desk.organisation().team(team)).map(|team| format!("team:{}", team.slug));
    let all = desk.records().list::<Risk>().await?;
    let counts = |risk: &&desk::Stored<Risk>| {
        let body = &risk.body;
        let own = body.touches.is_empty() && risk.team == team;
        let named = slug.as_ref().is_some_and(|slug| body.touches.contains(slug));
        risk.status == OPEN
            && body.impact.unit == ImpactUnit::Items
            && (0.0..1.0).contains(&body.probability)
            && (own || named)
    };
    let on_top = |risk: &desk::Stored<Risk>| OnTop {
        title: risk.title.clone(),
        chance: risk.body.probability,
        items: items(&spread(&risk.body.impact)),
    };
    Ok(all.iter().filter(counts).map(on_top).collect())
}

/// A spread as whole numbers of items, each as likely as the part of it that rounds to that.
fn items(spread: &Spread) -> Pmf {
    if spread.is_constant() {
        return Pmf::certain(spread.low.round().max(0.0) as usize);
    }
    let mut weights = vec![0.0; spread.high.round().max(0.0) as usize + 1];
    for step in 0..STEPS {
        let at = spread.quantile((f64::from(step) + 0.5) / f64::from(STEPS)).round().max(0.0) as usize;
        if let Some(weight) = weights.get_mut(at) {
            *weight += 1.0;
        }
    }
    Pmf::of_weights(weights).unwrap_or_else(|| Pmf::certain(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spread::Unit;

    #[test]
    fn items_are_whole_numbers() {
        let found = items(&Spread::range(2.0, 3.0, 6.0, Unit::Items));
        let sum: f64 = found.chances().iter().sum();
        assert!((sum - 1.0).abs() < 1e-9 && found.chances().len() <= 7);
        assert!((found.mean() - 20.0 / 6.0).abs() < 0.05, "(2 + 4 · 3 + 6) ÷ 6: {}", found.mean());
        assert_eq!(items(&Spread::constant(4.0, Unit::Items)), Pmf::certain(4));
    }
}
