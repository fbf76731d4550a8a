//! The page: its parts and boards to choose from, then the sheet.

use desk::Refusal;
use web::pen::Choice;
use web::{Html, Pen};

use super::Ask;
use super::poker::view::LIST;
use super::view::View;

pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let tabs = pen.choices(&tabs(view), "Boards", &boards(view))?;
    if let Some(poker) = &view.poker {
        return Ok(Some(Html::joined([tabs, super::poker::page(view, poker, pen)?])));
    }
    Ok(Some(Html::joined([tabs, pen.sheet(&desk::Sheeted::sheet(view))?])))
}

/// The parts, with their addresses.
fn tabs(view: &View) -> Vec<Choice> {
    let ask = &view.ask;
    let team = view.team.as_ref().map(|team| team.1.clone());
    let plain = match (&view.poker, &view.hard) {
        (Some(_), _) | (_, Some(_)) => Ask { team: team.clone(), ..Ask::default() },
        (None, None) => Ask { ledger: false, backtest: false, ..ask.clone() },
    };
    let poker = Ask { team, poker: Some(LIST.to_owned()), ..Ask::default() };
    let of = |name: &str, ask: Ask, here| Choice::new(name, super::page(&ask), here);
    vec![
        of("Forecast", plain.clone(), !ask.ledger && !ask.backtest && view.poker.is_none() && view.hard.is_none()),
        of("Ledger", Ask { ledger: true, ..plain.clone() }, ask.ledger),
        of("Backtest", Ask { backtest: true, ..plain }, ask.backtest && !ask.ledger),
        of("Poker", poker, view.poker.is_some()),
    ]
}

/// The boards to choose from.
fn boards(view: &View) -> Vec<Choice> {
    let here = view.team.as_ref().map_or("", |team| &team.1);
    let one = |(name, slug): &(String, String)| {
        let ask = Ask {
            team: Some(slug.clone()),
            sprint: None,
            item: None,
            plan: None,
            milestone: None,
            hard: None,
            ..view.ask.clone()
        };
        let ask = if view.poker.is_some() { Ask { poker: Some(LIST.to_owned()), observe: false, ..ask } } else { ask };
        Choice::new(name.clone(), super::page(&ask), slug == here)
    };
    view.boards.iter().map(one).collect()
}
