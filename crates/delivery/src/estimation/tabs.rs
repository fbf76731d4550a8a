//! The page: its parts and boards to choose from, then the sheet.

use askama::Template;
use desk::Refusal;
use web::{Html, Pen};

use super::Ask;
use super::view::View;

#[derive(Template)]
#[template(path = "estimation/tabs.html")]
struct Tabs {
    tabs: Vec<(&'static str, String, bool)>,
    boards: Vec<(String, String, bool)>,
}

pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let tabs = Html::of(&Tabs { tabs: tabs(view), boards: boards(view) })?;
    Ok(Some(Html::joined([tabs, pen.sheet(&desk::Sheeted::sheet(view))?])))
}

/// The parts, with their addresses.
fn tabs(view: &View) -> Vec<(&'static str, String, bool)> {
    let ask = &view.ask;
    let plain = Ask { ledger: false, backtest: false, ..ask.clone() };
    let of = |name, ask: Ask, here| (name, super::page(&ask), here);
    vec![
        of("Forecast", plain.clone(), !ask.ledger && !ask.backtest),
        of("Ledger", Ask { ledger: true, ..plain.clone() }, ask.ledger),
        of("Backtest", Ask { backtest: true, ..plain }, ask.backtest && !ask.ledger),
    ]
}

/// The boards to choose from, when there are several.
fn boards(view: &View) -> Vec<(String, String, bool)> {
    if view.boards.len() < 2 {
        return Vec::new();
    }
    let here = view.team.as_ref().map_or("", |team| &team.1);
    let one = |(name, slug): &(String, String)| {
        let ask = Ask { team: Some(slug.clone()), sprint: None, item: None, ..view.ask.clone() };
        (name.clone(), super::page(&ask), slug == here)
    };
    view.boards.iter().map(one).collect()
}
