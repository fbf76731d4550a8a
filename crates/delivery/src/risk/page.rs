//! The page: the plans to choose from, then the sheet.

use desk::{Refusal, Sheeted as _};
use web::pen::Choice;
use web::{Html, Pen};

use super::view::View;
use super::{Ask, address};

/// The page of the register; none when there is nothing, so that the empty state is drawn.
pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    if let Some(room) = &view.room {
        return super::pre_mortem::page(view, room, pen).map(Some);
    }
    if view.plans.is_empty() || (view.risks.is_empty() && view.found.is_empty() && view.plan.is_none()) {
        return Ok(None);
    }
    let here = view.plan.as_ref().map(|plan| plan.id.as_str());
    let one = |(id, title): &(String, String)| {
        let ask = Ask { plan: Some(id.clone()), ..view.ask.clone() };
        Choice::new(title.clone(), address(&ask), Some(id.as_str()) == here)
    };
    let which = [
        ("Open", Ask { all: false, ..view.ask.clone() }, !view.ask.all),
        ("Closed ones, too", Ask { all: true, ..view.ask.clone() }, view.ask.all),
    ]
    .map(|(name, ask, on)| Choice::new(name, address(&ask), on));
    let file = Choice::new("As a file (CSV)", address(&Ask { csv: true, ..view.ask.clone() }), false);
    let which: Vec<Choice> = which.into_iter().chain([file]).collect();
    let plans: Vec<Choice> = view.plans.iter().take(12).map(one).collect();
    Ok(Some(Html::joined([pen.choices(&which, "Plans", &plans)?, pen.sheet(&view.sheet())?])))
}
