//! Which part of the answer is asked for.

use desk::{Desk, Refusal};

use super::matter::open_plans;
use super::view::View;
use super::{Ask, Show, brief, give, mine, task};

pub(super) async fn answer(desk: &Desk, ask: Ask) -> Result<View, Refusal> {
    let plans = open_plans(desk).await?.into_iter().map(|plan| (plan.id, plan.title)).collect();
    let mut view = View { ask, today: desk.today().to_string(), plans, ..View::default() };
    match view.show() {
        Show::Mine => view.mine = Some(mine::answer(desk).await?),
        // Without a task there is a form to pick one.
        Show::Options if view.ask.what.is_none() => {}
        Show::Options => view.options = Some(task::answer(desk, &view.ask).await?),
        Show::Plan if view.plans.is_empty() && view.ask.what.is_none() => {}
        Show::Plan => view.plan = Some(give::answer(desk, &view.ask).await?),
        Show::Brief => view.brief = Some(brief::answer(desk, &view.ask).await?),
    }
    Ok(view)
}
