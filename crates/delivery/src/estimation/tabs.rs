//! The page: its parts and boards to choose from, then the sheet.

use desk::Refusal;
use web::pen::Choice;
use web::{Html, Pen};

use super::Ask;
use super::view::View;

pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let tabs = pen.choices(&tabs(view), "Boards", &boards(view))?;
    Ok(Some(Html::joined([tabs, pen.sheet(&desk::Sheeted::sheet(view))?])))
}

/// The parts, with their addresses.
fn tabs(view: &View) -> Vec<Choice> {
    let ask = &view.ask;
    let plain = Ask { ledger: false, backtest: false, ..ask.clone() };
    let of = |name: &str, ask: Ask, here| Choice::new(name, super::page(&ask), here);
    vec![
        of("Forecast", plain.clone(), !ask.ledger && !ask.backtest),
        of("Ledger", Ask { ledger: true, ..plain.clone() }, ask.ledger),
        of("Backtest", Ask { backtest: true, ..plain }, ask.backtest && !ask.ledger),
    ]
}

/// The boards to choose from.
fn boards(view: &View) -> Vec<Choice> {
    let here = view.team.as_ref().map_or("", |team| &team.1);
    let one = |(name, slug): &(String, String)| {
        let ask = Ask { team: Some(slug.clone()), sprint: None, item: None, ..view.ask.clone() };
        Choice::new(name.clone(), super::page(&ask), slug == here)
    };
    view.boards.iter().map(one).collect()
}
