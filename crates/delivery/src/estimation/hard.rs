//! How hard it is: what somebody says makes an item hard, finished items like it, and what those touched and took.

mod sheet;
pub mod similar;
pub mod split;
pub mod view;

pub(super) use sheet::sheet;

use desk::records::{Envelope, Stored};
use desk::{Act, Changes, Desk, Refusal, Told};

use super::acts::{item, may};
use super::records::Complexity;
use super::reference;

/// Says what makes an item hard.
#[derive(Debug)]
pub struct RateComplexity;

impl Act for RateComplexity {
    const NAME: &'static str = "rate_complexity";
    const TITLE: &'static str = "Say what makes an item hard";

    type Input = Complexity;
    type Outcome = Stored<Complexity>;

    async fn run(desk: &Desk, changes: &mut Changes, input: Complexity) -> Result<Self::Outcome, Refusal> {
        let work = desk.work().await?;
        let (key, team) = item(&work, &input.item)?;
        may(desk, team)?;
        let all = desk.records().list::<Complexity>().await?;
        let body = Complexity { item: key.clone(), ..input };
        match all.into_iter().rfind(|one| one.body.item == key) {
            Some(old) => changes.put(&old.id, old.version, body).await,
            None => changes.add_in(Envelope { team, ..Envelope::fresh::<Complexity>() }, body),
        }
    }

    fn told(outcome: &Self::Outcome) -> Told {
        let (low, high) = reference::split_of(outcome.body.high());
        let high_ones = outcome.body.high();
        Told::new(format!("{}: {high_ones} of 5 are high. Such items split by {low} to {high}.", outcome.body.item))
    }
}
