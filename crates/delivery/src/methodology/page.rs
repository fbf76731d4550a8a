//! The page: the parts to choose from, then the cards in their columns and lanes, or the sheet.

use askama::Template;
use desk::Refusal;
use web::pen::Choice;
use web::{Html, Pen};

use super::log::LogForm;
use super::view::{BoardView, Card, ColumnView, LaneView, View};
use super::{Ask, Show};

#[derive(Template)]
#[template(path = "methodology/board.html")]
struct BoardPage<'a> {
    may_move: bool,
    board: &'a BoardView,
    lanes: Vec<LanePart<'a>>,
    csrf: &'a str,
    stages: Vec<(&'a str, &'a str)>,
}

/// A lane as it is drawn; one without a name is the whole board.
struct LanePart<'a> {
    place: usize,
    name: Option<&'a str>,
    count: Option<usize>,
    columns: Vec<(&'a ColumnView, Vec<&'a Card>)>,
}

fn lanes(board: &BoardView) -> Vec<LanePart<'_>> {
    let columns = |name: Option<&str>| {
        let column = |column| {
            let of: &ColumnView = column;
            let mine = |card: &&Card| name.is_none_or(|name| card.lane.as_deref() == Some(name));
            (of, of.cards.iter().filter(mine).collect::<Vec<&Card>>())
        };
        board.columns.iter().map(column).collect::<Vec<_>>()
    };
    if board.lanes_by.is_none() {
        return vec![LanePart { place: 0, name: None, count: None, columns: columns(None) }];
    }
    let part = |(place, lane)| {
        let lane: &LaneView = lane;
        LanePart { place, name: Some(&lane.name), count: lane.count, columns: columns(Some(&lane.name)) }
    };
    board.lanes.iter().enumerate().map(part).collect()
}

/// The page: the parts to choose from, then the cards or the sheet.
pub(super) fn page(view: &View, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let sheet = desk::Sheeted::sheet(view);
    let shown = |_: &&super::view::TeamHead| sheet.empty.is_none() && view.item.is_none();
    let Some(team) = view.team.as_ref().filter(shown) else { return Ok(None) };
    let tabs = pen.choices(&tabs(view), "Boards", &boards(view, &team.slug))?;
    let Some(board) = &view.board else { return Ok(Some(Html::joined([tabs, pen.sheet(&sheet)?]))) };
    let stages = board.columns.iter().map(|column| (column.key.as_str(), column.name.as_str())).collect();
    let cards = Html::of(&BoardPage { may_move: team.may_move, board, lanes: lanes(board), csrf: &pen.csrf, stages })?;
    let computed = sheet.computed.as_ref().map(|computed| pen.computed(computed)).transpose()?.unwrap_or_default();
    let (answer, notices) = (pen.answer(&sheet.answer)?, pen.notices(&sheet.notices)?);
    let files = pen.files(&files(view))?;
    Ok(Some(Html::joined([tabs, answer, notices, cards, pen.suggestions(&sheet.suggestions)?, computed, files])))
}

/// The files that the log of the board can be had as.
fn files(view: &View) -> Vec<Choice> {
    let of = |form: LogForm| {
        let ask = Ask { show: None, export: Some(form), ..view.ask.clone() };
        Choice::new(form.title(), super::address(&ask), false)
    };
    LogForm::ALL.map(of).into()
}

/// The parts, with their addresses.
fn tabs(view: &View) -> Vec<Choice> {
    let show = view.show();
    [("Board", Show::Board), ("Flow", Show::Flow), ("Sprint", Show::Sprint), ("Room", Show::Room)]
        .map(|(name, part)| {
            let ask = Ask { show: Some(part).filter(|part| *part != Show::Board), ..view.ask.clone() };
            Choice::new(name, super::address(&ask), part == show)
        })
        .into()
}

/// The boards to choose from.
fn boards(view: &View, here: &str) -> Vec<Choice> {
    let one = |(name, slug): &(String, String)| {
        let ask = Ask { team: Some(slug.clone()), sprint: None, epic: None, ..view.ask.clone() };
        Choice::new(name.clone(), super::address(&ask), slug == here)
    };
    view.boards.iter().map(one).collect()
}
